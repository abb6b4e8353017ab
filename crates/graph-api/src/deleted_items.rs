//! Endpoints of what was deleted, but not for good.

pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod restore;

use crate::call::Call;
use crate::error::ApiError;
use engine::store::{DirectoryObject, Seen};
use licensing::decide::restore_user::is_restorable;
use licensing::tenant::Tenant;
use licensing::time::Timestamp;

/// Whether what was deleted then can still be restored by the tenant's clock.
fn is_shown(call: &Call, tenant: &Tenant, deleted_at: Option<Timestamp>) -> bool {
    let now = tenant.profile.time_at(call.api.engine.now());
    deleted_at.is_some_and(|at| is_restorable(at, now))
}

/// The deleted object of the path, with its tenant.
///
/// # Errors
/// 404.
async fn find(call: &Call) -> Result<Seen<DirectoryObject>, ApiError> {
    let id = call.id_at("object")?;
    let Seen { tenant, mut value } = call.store().objects(call.tenant(), &[id]).await?;
    let is_shown = |object: &DirectoryObject| match object {
        DirectoryObject::User(user) => is_shown(call, &tenant, user.deleted_at),
        DirectoryObject::Group(group) => is_shown(call, &tenant, group.deleted_at),
    };
    let deleted = value.pop().filter(is_shown);
    let value = deleted.ok_or_else(|| ApiError::not_found(id.to_string()))?;
    Ok(Seen { tenant, value })
}
