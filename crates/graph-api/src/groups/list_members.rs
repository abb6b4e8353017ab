//! `GET /groups/{group}/members`, `transitiveMembers`: users, then nested groups

use crate::answer::Answer;
use crate::call::Call;
use crate::directory_objects::page::{self, Mixed};
use crate::error::ApiError;
use crate::options::Serves;
use engine::store::{GroupSet, UserSet};

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::Pages)?;
    let (_, group) = call.find_group("group").await?;
    let name = format!("members of {}", group.profile.id);
    let (users, groups) = (UserSet::MembersOf(group.key), GroupSet::MembersOf(group.key));
    page::answer(&call, Mixed { name, users: Some(users), groups: Some(groups) }).await
}

pub(crate) async fn transitive(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::Pages)?;
    let (_, group) = call.find_group("group").await?;
    let name = format!("transitive members of {}", group.profile.id);
    let (users, groups) = (UserSet::TransitiveMembersOf(group.key), GroupSet::TransitiveMembersOf(group.key));
    page::answer(&call, Mixed { name, users: Some(users), groups: Some(groups) }).await
}
