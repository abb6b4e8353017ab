//! Endpoints of managed devices, and users reached through them.

pub(crate) mod list;
pub(crate) mod list_users;

use crate::call::Call;
use crate::error::ApiError;
use licensing::directory::ManagedDevice;
use licensing::facts::UserRef;
use licensing::ids::DeviceId;

/// The device of the path.
///
/// # Errors
/// 404.
async fn find_device(call: &Call) -> Result<ManagedDevice, ApiError> {
    let id = call.id_at("device")?;
    let devices = call.store().devices(call.tenant(), Some(DeviceId(id))).await?;
    devices.into_iter().next().ok_or_else(|| ApiError::not_found(id.to_string()))
}

/// A user who is on the device of the path, and so is the user through whom the path goes, if it does.
///
/// # Errors
/// 404.
pub(crate) async fn user_on_device(call: &Call, owner: Option<UserRef>, user: UserRef) -> Result<UserRef, ApiError> {
    let device = find_device(call).await?;
    if let Some(owner) = owner {
        let (_, owner) = call.find_user(&owner).await?;
        if !device.users.contains(&owner.key) {
            return Err(ApiError::not_found(device.id.to_string()));
        }
    }
    let (_, facts) = call.find_user(&user).await?;
    if device.users.contains(&facts.key) { Ok(user) } else { Err(ApiError::not_found(user.to_string())) }
}
