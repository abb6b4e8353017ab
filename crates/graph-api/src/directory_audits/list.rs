//! `GET /auditLogs/directoryAudits`

use super::{SET, filter};
use crate::answer::{Answer, Extent};
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves, page_size_up_to, unsupported_order};
use crate::paging::{self, Position};
use crate::wire::directory_audit::DirectoryAudit;
use engine::audit_log::{self, AuditRecords, Named, Place};
use engine::store::audit::AuditOrder;
use odata::QueryOptions;

/// Entries in a page at most: more than of directory objects.
const AUDITS_MAX: u32 = 1_000;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SortedPages)?;
    let projection = Projection::of::<DirectoryAudit<'_>>(&call.options)?;
    let size = page_size_up_to(&call.options, AUDITS_MAX)?;
    let order = order(&call.options)?;
    let collection = format!("{SET} {order:?} {:?}", call.options.filter);
    let position = paging::position(&call, &collection)?;
    let from = (position.entry > 0).then_some(Place { sequence: position.entry, after: position.after });
    let AuditRecords { records, next } = match filter::read(&call, order).await? {
        Some(query) => audit_log::page(call.store(), call.tenant(), &query, from, size).await?,
        None => AuditRecords::default(),
    };
    let place = |place: Place| Position { part: 0, after: place.after, entry: place.sequence };
    let next_link = next.map(|next| paging::next_link(&call, &collection, place(next)));
    let named = Named::of(call.store(), call.tenant(), &records).await?;
    // `$count` is none of the options that Graph documents here; it is ignored as it is there.
    let audits: Vec<_> = records.iter().map(|record| DirectoryAudit { record, named: &named }).collect();
    Answer::collection(&call, SET, &audits, &projection, Extent { next_link, count: None })
}

/// By time only; the latest first unless asked otherwise.
fn order(options: &QueryOptions) -> Result<AuditOrder, ApiError> {
    let Some(text) = &options.order_by else { return Ok(AuditOrder::default()) };
    let words: Vec<&str> = text.split_whitespace().collect();
    match words[..] {
        ["activityDateTime"] => Ok(AuditOrder::OldestFirst),
        ["activityDateTime", direction] if direction.eq_ignore_ascii_case("asc") => Ok(AuditOrder::OldestFirst),
        ["activityDateTime", direction] if direction.eq_ignore_ascii_case("desc") => Ok(AuditOrder::NewestFirst),
        _ => Err(unsupported_order()),
    }
}
