//! `GET /users/{user}/ownedObjects`, `/me/ownedObjects`: groups are the only objects here that have owners

use crate::answer::Answer;
use crate::call::Call;
use crate::directory_objects::page::{self, Mixed};
use crate::error::ApiError;
use engine::store::GroupSet;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_page()?;
    let (_, user) = call.find_user(&call.user()).await?;
    let name = format!("groups of owner {}", user.key.0);
    page::answer(&call, Mixed::of(name, None, Some(GroupSet::OwnedBy(user.key)))).await
}
