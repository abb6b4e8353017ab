//! `PATCH /users/{user}`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use crate::wire::user_body::UserBody;
use licensing::Command;
use licensing::decide::update_user::UpdateUser;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let UserBody { principal_name, usage_location, properties, .. } = UserBody::of_change(&call.json()?)?;
    let command = UpdateUser { user: call.user(), principal_name, usage_location, properties };
    call.run(Command::UpdateUser(command)).await?;
    Ok(Answer::nothing())
}
