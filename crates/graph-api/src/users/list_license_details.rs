//! `GET /users/{user}/licenseDetails`, `GET /me/licenseDetails`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::license_details::LicenseDetails;
use licensing::facts::UserFacts;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<LicenseDetails<'_>>(&call.options)?;
    let (tenant, facts) = call.find_user(&call.user()).await?;
    let details = LicenseDetails::of(&tenant, &facts);
    Answer::whole(&call, &entity_set(&facts), &details, &projection)
}

/// What `@odata.context` calls the licences of a user.
pub(super) fn entity_set(user: &UserFacts) -> String {
    let id = user.profile.as_ref().map(|profile| profile.id.0).unwrap_or_default();
    format!("users('{id}')/licenseDetails")
}
