//! `GET /directory/deletedItems/microsoft.graph.user`, `.../microsoft.graph.group`

use crate::answer::{Answer, Extent};
use crate::call::Call;
use crate::error::ApiError;
use crate::groups::count_groups;
use crate::options::{Projection, page_size};
use crate::paging::{self, Position};
use crate::users::{collection_projection, count_users};
use crate::wire::group::Group;
use crate::wire::visible::{VisibleGroup, VisibleUser};
use engine::store::{GroupSet, UserSet};
use licensing::decide::restore_user::restorable_after;
use licensing::ids::{GroupKey, UserKey};

pub(crate) async fn users(call: Call) -> Result<Answer, ApiError> {
    const COLLECTION: &str = "deleted users";
    call.check_page()?;
    let set = UserSet::DeletedAfter(restorable_after(call.now().await?));
    if call.is_counting() {
        return Ok(Answer::number(call.store().count_users(call.tenant(), set).await?));
    }
    let (projection, size) = (collection_projection(&call)?, page_size(&call.options)?);
    let after = paging::position(&call, COLLECTION)?.after.map(UserKey);
    let mut seen = call.store().users(call.tenant(), set, after, size + 1).await?;
    let next = paging::cut(&mut seen.value, size).map(|last| Position { part: 0, after: Some(last.key.0), entry: 0 });
    let next_link = next.map(|position| paging::next_link(&call, COLLECTION, position));
    let users: Vec<_> = seen.value.iter().map(|facts| VisibleUser::to(&call, &seen.tenant, facts)).collect();
    let count = count_users(&call, set).await?;
    Answer::collection(&call, "users", &users, &projection, Extent { next_link, count })
}

pub(crate) async fn groups(call: Call) -> Result<Answer, ApiError> {
    const COLLECTION: &str = "deleted groups";
    call.check_page()?;
    let set = GroupSet::DeletedAfter(restorable_after(call.now().await?));
    if call.is_counting() {
        return Ok(Answer::number(call.store().count_groups(call.tenant(), set).await?));
    }
    let (projection, size) = (Projection::of::<Group<'_>>(&call.options)?, page_size(&call.options)?);
    let after = paging::position(&call, COLLECTION)?.after.map(GroupKey);
    let mut seen = call.store().groups(call.tenant(), set, after, size + 1).await?;
    let next = paging::cut(&mut seen.value, size).map(|last| Position { part: 0, after: Some(last.key.0), entry: 0 });
    let next_link = next.map(|position| paging::next_link(&call, COLLECTION, position));
    let groups: Vec<_> = seen.value.iter().map(|facts| VisibleGroup::to(&call, &seen.tenant, facts)).collect();
    let count = count_groups(&call, set).await?;
    Answer::collection(&call, "groups", &groups, &projection, Extent { next_link, count })
}
