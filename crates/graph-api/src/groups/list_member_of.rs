//! `GET /groups/{group}/memberOf`, `transitiveMemberOf`

use crate::answer::Answer;
use crate::call::Call;
use crate::directory_objects::page::{self, Mixed};
use crate::error::ApiError;
use crate::hidden::Seen;
use engine::store::GroupSet;
use licensing::directory::Member;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_page()?;
    let (_, group) = call.find_group("group").await?;
    let groups = GroupSet::WithMember(Member::Group(group.key));
    let name = format!("groups with {}", group.profile.id);
    let memberships = Seen::by(&call).await?;
    page::answer(&call, Mixed::memberships(name, groups, memberships)).await
}

pub(crate) async fn transitive(call: Call) -> Result<Answer, ApiError> {
    call.check_page()?;
    let (_, group) = call.find_group("group").await?;
    let groups = GroupSet::TransitivelyWithMember(Member::Group(group.key));
    let name = format!("groups transitively with {}", group.profile.id);
    let memberships = Seen::by(&call).await?;
    page::answer(&call, Mixed::memberships(name, groups, memberships)).await
}
