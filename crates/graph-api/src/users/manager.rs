//! `GET /users/{user}/manager`, `/me/manager`; `PUT` and `DELETE /users/{user}/manager/$ref`

use crate::answer::Answer;
use crate::call::Call;
use crate::directory_objects::one;
use crate::error::ApiError;
use crate::options::Serves;
use crate::wire::reference;
use engine::store::{DirectoryObject, Seen};
use licensing::Command;
use licensing::decide::set_manager::SetManager;
use licensing::facts::UserFacts;

pub(crate) async fn get(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let (_, user) = call.find_user(&call.user()).await?;
    let Seen { tenant, value } = live_manager(&call, &user).await?;
    let manager = value.ok_or_else(|| ApiError::not_found("manager"))?;
    one(&call, &tenant, &DirectoryObject::User(manager))
}

/// The manager of a user, unless it is deleted.
pub(crate) async fn live_manager(call: &Call, user: &UserFacts) -> Result<Seen<Option<UserFacts>>, ApiError> {
    let keys: Vec<_> = user.manager.into_iter().collect();
    let Seen { tenant, mut value } = call.store().users_by_key(call.tenant(), &keys).await?;
    Ok(Seen { tenant, value: value.pop().filter(|manager| manager.deleted_at.is_none()) })
}

pub(crate) async fn set(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let manager = Some(reference::parse(&call.json()?)?);
    call.run(Command::SetManager(SetManager { user: call.user(), manager })).await?;
    Ok(Answer::nothing())
}

pub(crate) async fn remove(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    call.run(Command::SetManager(SetManager { user: call.user(), manager: None })).await?;
    Ok(Answer::nothing())
}
