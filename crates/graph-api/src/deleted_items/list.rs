//! `GET /directory/deletedItems/microsoft.graph.user`, `.../microsoft.graph.group`

use super::is_shown;
use crate::answer::{Answer, Extent};
use crate::call::Call;
use crate::error::ApiError;
use crate::groups::count_groups;
use crate::options::{Projection, Serves, page_size};
use crate::paging::{self, Position};
use crate::users::{collection_projection, count_users};
use crate::wire::group::Group;
use crate::wire::visible_user::VisibleUser;
use engine::store::{GroupSet, UserSet};
use licensing::ids::{GroupKey, UserKey};

pub(crate) async fn users(call: Call) -> Result<Answer, ApiError> {
    const COLLECTION: &str = "deleted users";
    call.check_options(Serves::Pages)?;
    let (projection, size) = (collection_projection(&call)?, page_size(&call.options)?);
    let after = paging::position(&call, COLLECTION)?.after.map(UserKey);
    let mut seen = call.store().users(call.tenant(), UserSet::Deleted, after, size + 1).await?;
    let next = paging::cut(&mut seen.value, size).map(|last| Position { part: 0, after: Some(last.key.0), entry: 0 });
    let next_link = next.map(|position| paging::next_link(&call, COLLECTION, position));
    seen.value.retain(|user| is_shown(&call, &seen.tenant, user.deleted_at));
    let users: Vec<_> = seen.value.iter().map(|facts| VisibleUser::to(&call, &seen.tenant, facts)).collect();
    let count = count_users(&call, UserSet::Deleted).await?;
    Answer::collection(&call, "users", &users, &projection, Extent { next_link, count })
}

pub(crate) async fn groups(call: Call) -> Result<Answer, ApiError> {
    const COLLECTION: &str = "deleted groups";
    call.check_options(Serves::Pages)?;
    let (projection, size) = (Projection::of::<Group<'_>>(&call.options)?, page_size(&call.options)?);
    let after = paging::position(&call, COLLECTION)?.after.map(GroupKey);
    let mut seen = call.store().groups(call.tenant(), GroupSet::Deleted, after, size + 1).await?;
    let next = paging::cut(&mut seen.value, size).map(|last| Position { part: 0, after: Some(last.key.0), entry: 0 });
    let next_link = next.map(|position| paging::next_link(&call, COLLECTION, position));
    seen.value.retain(|group| is_shown(&call, &seen.tenant, group.deleted_at));
    let groups: Vec<_> = seen.value.iter().map(|facts| Group::new(&seen.tenant, facts)).collect();
    let count = count_groups(&call, GroupSet::Deleted).await?;
    Answer::collection(&call, "groups", &groups, &projection, Extent { next_link, count })
}
