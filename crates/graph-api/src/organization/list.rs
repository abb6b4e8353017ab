//! `GET /organization`

use super::SET;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::organization::Organization;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<Organization<'_>>(&call.options)?;
    let tenant = call.store().tenant(call.tenant_id).await?.ok_or_else(ApiError::unknown_tenant)?;
    Answer::whole(&call, SET, &[Organization(&tenant)], &projection)
}
