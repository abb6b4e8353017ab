//! Endpoints of users.

pub(crate) mod assign_license;
pub(crate) mod count;
pub(crate) mod create;
pub(crate) mod delete;
mod find;
pub(crate) mod get;
pub(crate) mod get_license_details;
pub(crate) mod list;
pub(crate) mod list_direct_reports;
pub(crate) mod list_license_details;
pub(crate) mod list_member_of;
pub(crate) mod list_owned_objects;
pub(crate) mod manager;
pub(crate) mod reprocess_license_assignment;
pub(crate) mod update;

use crate::answer::Resource as _;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Projection;
use crate::wire::user::{LICENSE_ANSWER, User};
use engine::schema::{Access, USER_PROPERTIES, find};
use engine::store::UserSet;
use engine::writer::Shown;
use licensing::facts::{UserFacts, UserRef};
use licensing::tenant::Tenant;
use std::sync::Arc;

/// The properties of the users in a collection. Some are served for a single user only (specification 5.2).
pub(crate) fn collection_projection(call: &Call) -> Result<Projection, ApiError> {
    let projection = Projection::of::<User<'_>>(&call.options)?;
    served_in_collections(&projection)?;
    Ok(projection)
}

/// Refuses properties that are served for a single user only.
pub(crate) fn served_in_collections(projection: &Projection) -> Result<(), ApiError> {
    let is_profile = |name| find(USER_PROPERTIES, name).is_some_and(|property| property.access == Access::Profile);
    if projection.properties().any(is_profile) { Err(ApiError::not_implemented()) } else { Ok(()) }
}

/// How many users a set has, if the client asks for it.
pub(crate) async fn count_users(call: &Call, of: UserSet) -> Result<Option<u64>, ApiError> {
    if !call.wants_count() {
        return Ok(None);
    }
    Ok(Some(call.store().count_users(call.tenant(), of).await?))
}

/// The properties of the user that a licence action answers with.
fn action_projection(call: &Call) -> Result<Projection, ApiError> {
    let default = if call.caller.settings().short_license_answer { User::DEFAULT } else { LICENSE_ANSWER };
    Projection::or_else::<User<'_>>(&call.options, default)
}

/// The user that a command shows. What the command did not load is read.
pub(crate) async fn shown_user(
    call: &Call,
    user: &UserRef,
    shown: Shown,
) -> Result<(Arc<Tenant>, UserFacts), ApiError> {
    match shown {
        Shown::User(tenant, facts) if facts.profile.is_some() => Ok((tenant, *facts)),
        _ => call.find_user(user).await,
    }
}
