//! `GET /directoryObjects/{object}`

use super::one;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use engine::store::DirectoryObject;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let id = call.id_at("object")?;
    let seen = call.store().objects(call.tenant(), &[id]).await?;
    let object = seen.value.first().filter(|object| DirectoryObject::is_live(object));
    one(&call, &seen.tenant, object.ok_or_else(|| ApiError::not_found(id.to_string()))?)
}
