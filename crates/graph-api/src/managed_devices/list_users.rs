//! `GET /deviceManagement/managedDevices/{device}/users`

use super::find_device;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use crate::users::collection_projection;
use crate::wire::user::User;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = collection_projection(&call)?;
    let device = find_device(&call).await?;
    let seen = call.store().users_by_key(call.tenant(), &device.users).await?;
    let live = seen.value.iter().filter(|user| user.deleted_at.is_none());
    let users: Vec<_> = live.map(|facts| User { tenant: &seen.tenant, facts }).collect();
    let set = format!("deviceManagement/managedDevices('{}')/users", device.id);
    Answer::whole(&call, &set, &users, &projection)
}
