//! `POST /users/{user}/reprocessLicenseAssignment`, `POST /me/reprocessLicenseAssignment`, and the same for
//! users of managed devices

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::managed_devices;
use crate::options::Serves;
use crate::users::{action_projection, shown_user};
use crate::wire::user::User;
use licensing::Command;
use licensing::decide::reprocess_user::ReprocessUser;
use licensing::facts::UserRef;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    check(&call)?;
    let user = call.user();
    reprocess(&call, user).await
}

/// `/deviceManagement/managedDevices/{device}/users/{user}`
pub(crate) async fn on_device(call: Call) -> Result<Answer, ApiError> {
    check(&call)?;
    let user = managed_devices::user_on_device(&call, None, call.user_at("user")).await?;
    reprocess(&call, user).await
}

/// `/users/{user}/managedDevices/{device}/users/{user2}`
pub(crate) async fn on_device_of_user(call: Call) -> Result<Answer, ApiError> {
    check(&call)?;
    let owner = call.user_at("user");
    let user = managed_devices::user_on_device(&call, Some(owner), call.user_at("user2")).await?;
    reprocess(&call, user).await
}

/// `/me/managedDevices/{device}/users/{user}`
pub(crate) async fn on_my_device(call: Call) -> Result<Answer, ApiError> {
    check(&call)?;
    let owner = call.signed_in.map(UserRef::Id);
    let user = managed_devices::user_on_device(&call, owner, call.user_at("user")).await?;
    reprocess(&call, user).await
}

fn check(call: &Call) -> Result<(), ApiError> {
    call.check_options(Serves::SelectOnly)?;
    call.no_parameters("reprocessLicenseAssignment")
}

async fn reprocess(call: &Call, user: UserRef) -> Result<Answer, ApiError> {
    let projection = action_projection(call)?;
    let shown = call.run(Command::ReprocessUser(ReprocessUser { user: user.clone() })).await?;
    let (tenant, facts) = shown_user(call, &user, shown).await?;
    Answer::object(call, "users", &User { tenant: &tenant, facts: &facts }, &projection)
}
