//! `GET /users/{user}/memberOf`, `transitiveMemberOf`, `GET /me/memberOf`, `transitiveMemberOf`

use crate::answer::Answer;
use crate::call::Call;
use crate::directory_objects::page::{self, Mixed};
use crate::error::ApiError;
use crate::hidden::Seen;
use engine::store::GroupSet;
use licensing::directory::Member;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_page()?;
    let (_, user) = call.find_user(&call.user()).await?;
    let groups = GroupSet::WithMember(Member::User(user.key));
    let name = format!("groups with user {}", user.key.0);
    let memberships = Seen::by(&call).await?;
    page::answer(&call, Mixed::memberships(name, groups, memberships)).await
}

pub(crate) async fn transitive(call: Call) -> Result<Answer, ApiError> {
    call.check_page()?;
    let (_, user) = call.find_user(&call.user()).await?;
    let groups = GroupSet::TransitivelyWithMember(Member::User(user.key));
    let name = format!("groups transitively with user {}", user.key.0);
    let memberships = Seen::by(&call).await?;
    page::answer(&call, Mixed::memberships(name, groups, memberships)).await
}
