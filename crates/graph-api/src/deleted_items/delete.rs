//! `DELETE /directory/deletedItems/{object}`: for good

use super::find;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use engine::Operation;
use engine::store::DirectoryObject;
use licensing::Command;
use licensing::decide::delete_permanently::DeletePermanently;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let id = call.id_at("object")?;
    let (operation, command) = match find(&call).await?.value {
        DirectoryObject::User(_) => (Operation::PurgeUser, DeletePermanently::User(id)),
        DirectoryObject::Group(_) => (Operation::PurgeGroup, DeletePermanently::Group(id)),
    };
    call.run_as(operation, Command::DeletePermanently(command)).await?;
    Ok(Answer::nothing())
}
