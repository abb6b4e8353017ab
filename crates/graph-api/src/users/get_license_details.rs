//! `GET /users/{user}/licenseDetails/{details}`, `GET /me/licenseDetails/{details}`

use super::list_license_details::entity_set;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::license_details::{LicenseDetails, decode_id};

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<LicenseDetails<'_>>(&call.options)?;
    let (tenant, facts) = call.find_user(&call.user()).await?;
    let id = call.param("details");
    let sku = decode_id(tenant.profile.id, id).ok_or_else(|| ApiError::not_found(id))?;
    let all = LicenseDetails::of(&tenant, &facts);
    let details = all.iter().find(|details| details.sku() == sku).ok_or_else(|| ApiError::not_found(id))?;
    Answer::object(&call, &entity_set(&facts), details, &projection)
}
