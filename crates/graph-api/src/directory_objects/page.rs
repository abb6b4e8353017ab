//! A page of a collection of users, then groups.

use super::{Projections, SET};
use crate::answer::{Answer, Extent};
use crate::call::{Call, Cast};
use crate::error::ApiError;
use crate::hidden::Seen;
use crate::options::{Projection, page_size};
use crate::paging::{self, Position};
use crate::users::collection_projection;
use crate::wire::group::Group;
use crate::wire::visible::{VisibleGroup, VisibleUser};
use engine::browse::{self, Admits};
use engine::store::{GroupSet, UserSet};
use licensing::facts::{GroupFacts, UserFacts};
use licensing::ids::{GroupKey, UserKey};
use licensing::tenant::Tenant;
use std::sync::Arc;

/// Parts of a collection, in their order.
const USERS: u8 = 0;
const GROUPS: u8 = 1;

/// A collection that may hold both.
pub(crate) struct Mixed {
    /// What tells it apart from other collections.
    pub(crate) name: String,
    pub(crate) users: Option<UserSet>,
    pub(crate) groups: Option<GroupSet>,
    /// When being listed tells that somebody is a member: of which of the groups the caller is told so.
    memberships: Option<Seen>,
}

impl Mixed {
    /// Users and groups all of which are shown.
    pub(crate) fn of(name: String, users: Option<UserSet>, groups: Option<GroupSet>) -> Self {
        Self { name, users, groups, memberships: None }
    }

    /// Groups of somebody, but for those that hide their members from the caller.
    pub(crate) fn memberships(name: String, groups: GroupSet, seen: Seen) -> Self {
        Self { name, users: None, groups: Some(groups), memberships: Some(seen) }
    }

    fn shows(&self, group: &GroupFacts) -> bool {
        self.memberships.as_ref().is_none_or(|seen| seen.shows(group))
    }

    /// What groups must be looked at for, if they must.
    fn admits<'a>(&self, shows: Admits<'a, GroupFacts>) -> Option<Admits<'a, GroupFacts>> {
        let all = matches!(self.memberships, None | Some(Seen::All));
        (!all).then_some(shows)
    }
}

/// 200 with the page that is asked for: of both types, or of the one to which the path is cast; or with the number of
/// objects.
pub(crate) async fn answer(call: &Call, of: Mixed) -> Result<Answer, ApiError> {
    if call.is_counting() {
        return number(call, of).await;
    }
    let size = page_size(&call.options)?;
    match call.cast() {
        None => of_both(call, of, size).await,
        Some(Cast::User) => {
            let projection = collection_projection(call)?;
            let of = Mixed { name: format!("users among {}", of.name), groups: None, ..of };
            let (page, extent) = read(call, &of, size).await?;
            let tenant = &page.tenant;
            let users: Vec<_> = page.users.iter().map(|facts| VisibleUser::to(call, tenant, facts)).collect();
            Answer::collection(call, "users", &users, &projection, extent)
        }
        Some(Cast::Group) => {
            let projection = Projection::of::<Group<'_>>(&call.options)?;
            let of = Mixed { name: format!("groups among {}", of.name), users: None, ..of };
            let (page, extent) = read(call, &of, size).await?;
            let groups: Vec<_> = page.groups.iter().map(|facts| VisibleGroup::to(call, &page.tenant, facts)).collect();
            Answer::collection(call, "groups", &groups, &projection, extent)
        }
    }
}

async fn number(call: &Call, of: Mixed) -> Result<Answer, ApiError> {
    let of = match call.cast() {
        None => of,
        Some(Cast::User) => Mixed { groups: None, ..of },
        Some(Cast::Group) => Mixed { users: None, ..of },
    };
    Ok(Answer::number(count(call, &of).await?))
}

async fn of_both(call: &Call, of: Mixed, size: u32) -> Result<Answer, ApiError> {
    let projections = Projections::of(call)?;
    let (page, extent) = read(call, &of, size).await?;
    let tenant = &page.tenant;
    let users: Vec<_> = page.users.iter().map(|facts| VisibleUser::to(call, tenant, facts)).collect();
    let groups: Vec<_> = page.groups.iter().map(|facts| VisibleGroup::to(call, tenant, facts)).collect();
    let users = users.iter().map(|user| projections.user(user));
    let items: Vec<_> = users.chain(groups.iter().map(|group| projections.group(group))).collect();
    Answer::page(call, SET, &projections.all, &items, extent)
}

struct Page {
    /// As it was when the users, or else the groups, were read.
    tenant: Arc<Tenant>,
    users: Vec<UserFacts>,
    groups: Vec<GroupFacts>,
    next: Option<Position>,
}

async fn read(call: &Call, of: &Mixed, size: u32) -> Result<(Page, Extent), ApiError> {
    let position = paging::position(call, &of.name)?;
    let page = read_page(call, of, position, size).await?;
    let next_link = page.next.map(|position| paging::next_link(call, &of.name, position));
    let count = if call.wants_count() { Some(count(call, of).await?) } else { None };
    Ok((page, Extent { next_link, count }))
}

/// Users and groups together.
async fn count(call: &Call, of: &Mixed) -> Result<u64, ApiError> {
    let mut count = 0;
    if let Some(users) = of.users {
        count += call.store().count_users(call.tenant(), users).await?;
    }
    if let Some(groups) = of.groups {
        let admits = |_: &Tenant, group: &GroupFacts| of.shows(group);
        count += browse::count(call.store(), call.tenant(), groups, of.admits(&admits)).await?;
    }
    Ok(count)
}

async fn read_page(call: &Call, of: &Mixed, from: Position, size: u32) -> Result<Page, ApiError> {
    let store = call.store();
    let (mut users, mut after_group, mut tenant) = (Vec::new(), None, None);
    if from.part == GROUPS {
        after_group = from.after.map(GroupKey);
    } else if let Some(set) = of.users {
        let seen = store.users(call.tenant(), set, from.after.map(UserKey), size + 1).await?;
        users = seen.value;
        if let Some(last) = paging::cut(&mut users, size) {
            let next = Some(Position { part: USERS, after: Some(last.key.0), entry: 0 });
            return Ok(Page { tenant: seen.tenant, users, groups: Vec::new(), next });
        }
        tenant = Some(seen.tenant);
    }
    let (Some(set), room) = (of.groups, size.saturating_sub(u32::try_from(users.len()).unwrap_or(size))) else {
        let tenant = match tenant {
            Some(tenant) => tenant,
            None => store.consumed(call.tenant()).await?.tenant,
        };
        return Ok(Page { tenant, users, groups: Vec::new(), next: None });
    };
    if of.memberships.is_some() {
        let admits = |_: &Tenant, group: &GroupFacts| of.shows(group);
        let page = browse::page(store, call.tenant(), set, after_group, room, of.admits(&admits)).await?;
        let next = page.next.map(|key| Position { part: GROUPS, after: Some(key.0), entry: 0 });
        return Ok(Page { tenant: page.tenant, users, groups: page.objects, next });
    }
    let seen = store.groups(call.tenant(), set, after_group, room + 1).await?;
    let mut groups = seen.value;
    let is_more = groups.len() > room as usize;
    groups.truncate(room as usize);
    // A page that users fill ends before the first group.
    let after = groups.last().map(|group| group.key.0);
    let next = is_more.then_some(Position { part: GROUPS, after, entry: 0 });
    Ok(Page { tenant: tenant.unwrap_or(seen.tenant), users, groups, next })
}
