//! `POST /groups/{group}/owners/$ref`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use crate::wire::reference;
use licensing::Command;
use licensing::decide::add_owner::AddOwner;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let owner = reference::parse(&call.json()?)?;
    let group = call.id_at("group")?;
    call.run(Command::AddOwner(AddOwner { group, owner })).await?;
    Ok(Answer::nothing())
}
