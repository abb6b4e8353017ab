//! `GET /deviceManagement/managedDevices`, `GET /users/{user}/managedDevices`, `GET /me/managedDevices`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::managed_device::ManagedDevice;
use licensing::directory;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    let projection = projection(&call)?;
    let devices = call.store().devices(call.tenant(), None).await?;
    answer(&call, "deviceManagement/managedDevices", &devices, &projection)
}

pub(crate) async fn of_user(call: Call) -> Result<Answer, ApiError> {
    let projection = projection(&call)?;
    let (_, user) = call.find_user(&call.user()).await?;
    let mut devices = call.store().devices(call.tenant(), None).await?;
    devices.retain(|device| device.users.contains(&user.key));
    let id = user.profile.map(|profile| profile.id.0).unwrap_or_default();
    answer(&call, &format!("users('{id}')/managedDevices"), &devices, &projection)
}

fn projection(call: &Call) -> Result<Projection, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    Projection::of::<ManagedDevice<'_>>(&call.options)
}

fn answer(
    call: &Call,
    set: &str,
    devices: &[directory::ManagedDevice],
    projection: &Projection,
) -> Result<Answer, ApiError> {
    let devices: Vec<_> = devices.iter().map(ManagedDevice).collect();
    Answer::whole(call, set, &devices, projection)
}
