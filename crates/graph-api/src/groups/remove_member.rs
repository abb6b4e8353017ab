//! `DELETE /groups/{group}/members/{member}/$ref`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use licensing::Command;
use licensing::decide::remove_member::RemoveMember;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let (group, member) = (call.id_at("group")?, call.id_at("member")?);
    call.run(Command::RemoveMember(RemoveMember { group, member })).await?;
    Ok(Answer::nothing())
}
