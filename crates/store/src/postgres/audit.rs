//! The audit log: entries are appended, and read by their numbers.

use super::connection::Result;
use super::rows::{self, Number, corrupt};
use super::tenant::no_tenant;
use super::transaction::Transaction;
use super::writes::{Writes, columns};
use crate::columns::{actor, actor_columns, audit as bytes};
use engine::store::audit::{AuditOrder, AuditPage, AuditSet};
use licensing::audit::{Activity, AuditEntry, Detail};
use licensing::change_set::Forgotten;
use licensing::ids::{GroupKey, TenantKey};
use licensing::tenant::Tenant;
use licensing::time::Timestamp;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use tokio_postgres::Row;

/// Appends the entries after the one of the number `version`; how many there are.
pub(super) fn append(writes: &mut Writes, version: i64, entries: &[AuditEntry]) -> i64 {
    let numbered: Vec<(i64, &AuditEntry)> = (version + 1..).zip(entries).collect();
    writes.add_rows(
        &numbered,
        "INSERT INTO audit SELECT $1::int4, * FROM unnest($2::int8[], $3::int8[], $4::int4[], $5::uuid[], $6::uuid[],
            $7::text[], $8::int8[], $9::bytea[], $10::bytea[])",
        |numbered| {
            columns!(numbered => (sequence, entry) =>
                *sequence,
                entry.at.unix_millis,
                rows::small(actor_columns(&entry.actor).0),
                actor_columns(&entry.actor).1,
                entry.request,
                entry.activity.as_str(),
                entry.group.map(|group| Number(group.0)),
                bytes::of_affected(&entry.affected),
                bytes::of_detail(&entry.detail),
            )
        },
    );
    rows::count(entries.len() as u64)
}

/// Drops the first entries. No gap: what is out of order waits for what came before it.
pub(super) fn forget(writes: &mut Writes, forgotten: Forgotten) {
    writes.add(
        "WITH ends AS (SELECT min(sequence) + $2::int8 AS sequence FROM audit WHERE tenant_id = $1)
         DELETE FROM audit WHERE tenant_id = $1 AND sequence < COALESCE(
            (SELECT min(sequence) FROM audit
             WHERE tenant_id = $1 AND sequence < (SELECT sequence FROM ends) AND at >= $3),
            (SELECT sequence FROM ends))",
        vec![Box::new(i64::from(forgotten.entries_max)), Box::new(forgotten.before.unix_millis)],
    );
}

/// Entries that are fetched at once, at most: each may be about thousands of users.
const SLICE_MAX: u64 = 512;

/// One look at the log. It is fetched in slices, for the server sends all that it is asked for: first as many entries as are
/// wanted, then twice as many each time as long as too few of them are of the set.
pub(super) async fn page(
    snapshot: &Transaction,
    tenant: &Tenant,
    of: &AuditSet,
    from: Option<u64>,
    limit: u32,
) -> Result<AuditPage> {
    let kept = kept(snapshot, tenant.key).await?;
    let window = window(snapshot, tenant.key, of, from, kept).await?;
    let sql = match of.order {
        AuditOrder::NewestFirst => {
            "SELECT sequence, at, actor_kind, actor_id, request, activity, group_key, affected, detail FROM audit
             WHERE tenant_id = $1 AND sequence BETWEEN $2 AND $3 ORDER BY sequence DESC"
        }
        AuditOrder::OldestFirst => {
            "SELECT sequence, at, actor_kind, actor_id, request, activity, group_key, affected, detail FROM audit
             WHERE tenant_id = $1 AND sequence BETWEEN $2 AND $3 ORDER BY sequence"
        }
    };
    let (mut unread, mut entries_max) = (of.look(&window), u64::from(limit));
    let mut entries = Vec::new();
    while !unread.is_empty() {
        let slice = of.beginning(&unread, entries_max.min(SLICE_MAX));
        let (first, end) = (rows::count(*slice.start()), rows::count(*slice.end()));
        for row in &snapshot.query(sql, &[&Number(tenant.key.0), &first, &end]).await? {
            let number = row.try_get::<_, i64>(0)?.unsigned_abs();
            let mut entry = header(row)?;
            // Only what may be of the set is read to its end.
            if of.admits(tenant.profile.id, number, &entry) {
                read_rest(row, &mut entry)?;
                if of.concerns_all(&entry) {
                    entries.push((number, entry));
                }
            }
            if entries.len() == limit as usize {
                return Ok(of.page(&window, Some(number), entries));
            }
        }
        unread = of.rest(&unread, &slice);
        entries_max = entries_max.saturating_mul(2);
    }
    Ok(of.page(&window, None, entries))
}

/// The numbers of the entries that are kept.
async fn kept(snapshot: &Transaction, tenant: TenantKey) -> Result<RangeInclusive<u64>> {
    let sql = "SELECT version, (SELECT min(sequence) FROM audit WHERE tenant_id = $1) FROM tenants
         WHERE tenant_id = $1";
    let row = snapshot.first(sql, &[&Number(tenant.0)]).await?.ok_or_else(no_tenant)?;
    let last: i64 = row.try_get(0)?;
    let first = row.try_get::<_, Option<i64>>(1)?.unwrap_or(last + 1);
    Ok(first.unsigned_abs()..=last.unsigned_abs())
}

/// The numbers to look at. The set asks for the time of one entry after the other; it is asked anew with each time
/// that was fetched, and soon knows enough.
async fn window(
    snapshot: &Transaction,
    tenant: TenantKey,
    of: &AuditSet,
    from: Option<u64>,
    kept: RangeInclusive<u64>,
) -> Result<RangeInclusive<u64>> {
    let mut known: BTreeMap<u64, Timestamp> = BTreeMap::new();
    loop {
        let number = match of.window(from, kept.clone(), |number| known.get(&number).copied().ok_or(number)) {
            Ok(window) => return Ok(window),
            Err(unknown) => unknown,
        };
        let sql = "SELECT at FROM audit WHERE tenant_id = $1 AND sequence = $2";
        let row = snapshot.first(sql, &[&Number(tenant.0), &rows::count(number)]).await?;
        known.insert(number, rows::time(&row.ok_or(corrupt("the audit log has a gap"))?, 0)?);
    }
}

/// An entry without those it concerns and without its detail.
fn header(row: &Row) -> Result<AuditEntry> {
    let name: &str = row.try_get(5)?;
    let activity = Activity::ALL.iter().find(|(_, known)| *known == name);
    Ok(AuditEntry {
        at: rows::time(row, 1)?,
        actor: actor(row.try_get::<_, i32>(2)?.into(), row.try_get(3)?).ok_or(corrupt("no actor"))?,
        request: row.try_get(4)?,
        activity: activity.ok_or(corrupt("no activity"))?.0,
        group: rows::number_or_none(row, 6)?.map(GroupKey),
        affected: Vec::new(),
        detail: Detail::None,
    })
}

fn read_rest(row: &Row, entry: &mut AuditEntry) -> Result<()> {
    entry.affected = bytes::affected(row.try_get(7)?).ok_or(corrupt("no list of users"))?;
    entry.detail = bytes::detail(row.try_get(8)?).ok_or(corrupt("no detail"))?;
    Ok(())
}
