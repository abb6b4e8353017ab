//! `DELETE /groups/{group}`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use licensing::Command;
use licensing::decide::delete_group::DeleteGroup;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let group = call.id_at("group")?;
    call.run(Command::DeleteGroup(DeleteGroup { group })).await?;
    Ok(Answer::nothing())
}
