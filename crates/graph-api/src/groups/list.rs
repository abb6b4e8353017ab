//! `GET /groups`

use super::find::Wanted;
use crate::answer::{Answer, Extent};
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Serves, page_size};
use crate::paging::{self, Position};
use crate::wire::group::Group;
use licensing::ids::GroupKey;

const SET: &str = "groups";

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::FilteredPages)?;
    let projection = super::projection(&call)?;
    let size = page_size(&call.options)?;
    let wanted = Wanted::of(&call, false).await?;
    let collection = paging::filtered(&call, SET);
    let after = paging::position(&call, &collection)?.after.map(GroupKey);
    let page = wanted.page(&call, after, size).await?;
    let next = page.next.map(|key| Position { after: Some(key.0), ..Position::default() });
    let next_link = next.map(|position| paging::next_link(&call, &collection, position));
    let count = if call.wants_count() { Some(wanted.count(&call).await?) } else { None };
    let groups: Vec<_> = page.objects.iter().map(|facts| Group::new(&page.tenant, facts)).collect();
    Answer::collection(&call, SET, &groups, &projection, Extent { next_link, count })
}
