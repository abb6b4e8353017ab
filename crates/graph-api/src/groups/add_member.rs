//! `POST /groups/{group}/members/$ref`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use crate::wire::reference;
use licensing::Command;
use licensing::decide::add_member::AddMember;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let member = reference::parse(&call.json()?)?;
    let group = call.id_at("group")?;
    call.run(Command::AddMember(AddMember { group, member })).await?;
    Ok(Answer::nothing())
}
