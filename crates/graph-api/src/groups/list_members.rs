//! `GET /groups/{group}/members`: users, then nested groups

use crate::answer::{Answer, Extent, Metadata, Object, Resource as _};
use crate::call::Call;
use crate::error::ApiError;
use crate::groups::count_groups;
use crate::options::{Projection, Serves, page_size};
use crate::paging::{self, Position};
use crate::users::{count_users, served_in_collections};
use crate::wire::group::Group;
use crate::wire::user::User;
use engine::store::{GroupSet, UserSet};
use licensing::facts::{GroupFacts, UserFacts};
use licensing::ids::{GroupKey, UserKey};
use licensing::tenant::Tenant;
use serde::Serialize;
use std::sync::Arc;

/// Parts of the collection, in their order.
const USERS: u8 = 0;
const GROUPS: u8 = 1;

#[derive(Serialize)]
#[serde(untagged)]
enum Member<'a> {
    User(Object<'a, User<'a>>),
    Group(Object<'a, Group<'a>>),
}

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::Pages)?;
    let projection = projection(&call)?;
    let size = page_size(&call.options)?;
    let (_, group) = call.find_group("group").await?;
    let collection = format!("members of {}", group.profile.id);
    let position = paging::position(&call, &collection)?;
    let page = read_page(&call, group.key, position, size).await?;
    let next_link = page.next.map(|position| paging::next_link(&call, &collection, position));

    let tenant = &page.tenant;
    let users: Vec<_> = page.users.iter().map(|facts| User { tenant, facts }).collect();
    let groups: Vec<_> = page.groups.iter().map(|facts| Group::new(tenant, facts)).collect();
    let (of_users, of_groups) = (projection.known_to::<User<'_>>(), projection.known_to::<Group<'_>>());
    let odata_type = |name| Some(name).filter(|_| call.metadata == Metadata::Minimal);
    let user = |resource| {
        let odata_type = odata_type("#microsoft.graph.user");
        Member::User(Object { context: None, odata_type, resource, projection: &of_users })
    };
    let nested = |resource| {
        let odata_type = odata_type("#microsoft.graph.group");
        Member::Group(Object { context: None, odata_type, resource, projection: &of_groups })
    };
    let members: Vec<_> = users.iter().map(user).chain(groups.iter().map(nested)).collect();
    let count = count_members(&call, group.key).await?;
    Answer::page(&call, "directoryObjects", &projection, &members, Extent { next_link, count })
}

/// What is selected may be a property of users or of groups.
fn projection(call: &Call) -> Result<Projection, ApiError> {
    let find = |name: &str| User::find(name).or_else(|| Group::find(name));
    let projection = Projection::by(&call.options, &[], find, "microsoft.graph.directoryObject")?;
    served_in_collections(&projection)?;
    Ok(projection)
}

/// Users and nested groups together.
async fn count_members(call: &Call, group: GroupKey) -> Result<Option<u64>, ApiError> {
    let users = count_users(call, UserSet::MembersOf(group)).await?;
    let groups = count_groups(call, GroupSet::MembersOf(group)).await?;
    Ok(users.zip(groups).map(|(users, groups)| users + groups))
}

struct Page {
    /// As it was when the users, or else the groups, were read.
    tenant: Arc<Tenant>,
    users: Vec<UserFacts>,
    groups: Vec<GroupFacts>,
    next: Option<Position>,
}

async fn read_page(call: &Call, group: GroupKey, from: Position, size: u32) -> Result<Page, ApiError> {
    let store = call.store();
    let (mut users, mut after_group, mut tenant) = (Vec::new(), None, None);
    if from.part == USERS {
        let after = from.after.map(UserKey);
        let seen = store.users(call.tenant(), UserSet::MembersOf(group), after, size + 1).await?;
        users = seen.value;
        if let Some(last) = paging::cut(&mut users, size) {
            let next = Some(Position { part: USERS, after: Some(last.key.0), entry: 0 });
            return Ok(Page { tenant: seen.tenant, users, groups: Vec::new(), next });
        }
        tenant = Some(seen.tenant);
    } else {
        after_group = from.after.map(GroupKey);
    }
    let room = size.saturating_sub(u32::try_from(users.len()).unwrap_or(size));
    let seen = store.groups(call.tenant(), GroupSet::MembersOf(group), after_group, room + 1).await?;
    let mut groups = seen.value;
    let is_more = groups.len() > room as usize;
    groups.truncate(room as usize);
    // A page that users fill ends before the first group.
    let after = groups.last().map(|group| group.key.0);
    let next = is_more.then_some(Position { part: GROUPS, after, entry: 0 });
    Ok(Page { tenant: tenant.unwrap_or(seen.tenant), users, groups, next })
}
