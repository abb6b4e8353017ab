//! `DELETE /users/{user}`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use licensing::Command;
use licensing::decide::delete_user::DeleteUser;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    call.run(Command::DeleteUser(DeleteUser { user: call.user() })).await?;
    Ok(Answer::nothing())
}
