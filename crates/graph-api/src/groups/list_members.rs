//! `GET /groups/{group}/members`, `transitiveMembers`: users, then nested groups

use crate::answer::Answer;
use crate::call::Call;
use crate::directory_objects::page::{self, Mixed};
use crate::error::ApiError;
use crate::hidden::Seen;
use engine::store::{GroupSet, UserSet};
use licensing::facts::GroupFacts;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_page()?;
    let (_, group) = call.find_group("group").await?;
    let name = format!("members of {}", group.profile.id);
    let (users, groups) = (UserSet::MembersOf(group.key), GroupSet::MembersOf(group.key));
    members(&call, name, &group, users, groups).await
}

pub(crate) async fn transitive(call: Call) -> Result<Answer, ApiError> {
    call.check_page()?;
    let (_, group) = call.find_group("group").await?;
    let name = format!("transitive members of {}", group.profile.id);
    let (users, groups) = (UserSet::TransitiveMembersOf(group.key), GroupSet::TransitiveMembersOf(group.key));
    members(&call, name, &group, users, groups).await
}

/// Nobody, for a caller who is not told who is in the group.
async fn members(
    call: &Call,
    name: String,
    group: &GroupFacts,
    users: UserSet,
    groups: GroupSet,
) -> Result<Answer, ApiError> {
    let shows = Seen::by(call).await?.shows(group);
    page::answer(call, Mixed::of(name, Some(users).filter(|_| shows), Some(groups).filter(|_| shows))).await
}
