//! `DELETE /groups/{group}/owners/{owner}/$ref`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use licensing::Command;
use licensing::decide::remove_owner::RemoveOwner;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let (group, owner) = (call.id_at("group")?, call.id_at("owner")?);
    call.run(Command::RemoveOwner(RemoveOwner { group, owner })).await?;
    Ok(Answer::nothing())
}
