//! `GET /directory/deletedItems/{object}`

use super::find;
use crate::answer::Answer;
use crate::call::Call;
use crate::directory_objects::one;
use crate::error::ApiError;
use crate::options::Serves;
use engine::Operation;
use engine::store::DirectoryObject;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let found = find(&call).await?;
    call.caller.permit(match found.value {
        DirectoryObject::User(_) => Operation::ReadUser,
        DirectoryObject::Group(_) => Operation::ReadGroup,
    })?;
    one(&call, &found.tenant, &found.value)
}
