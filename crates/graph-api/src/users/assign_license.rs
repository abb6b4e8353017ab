//! `POST /users/{user}/assignLicense`, `POST /me/assignLicense`, and the same for users of managed devices

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::managed_devices;
use crate::options::{Projection, Serves};
use crate::users::{action_projection, shown_user};
use crate::version::Version;
use crate::wire::license_changes::LicenseChanges;
use crate::wire::user::{LOCALTEST, User};
use licensing::Command;
use licensing::decide::assign_to_user::AssignToUser;
use licensing::facts::UserRef;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    let changes = changes(&call)?;
    let user = call.user();
    assign(&call, user, changes).await
}

/// `/deviceManagement/managedDevices/{device}/users/{user}`
pub(crate) async fn on_device(call: Call) -> Result<Answer, ApiError> {
    let changes = changes(&call)?;
    let user = managed_devices::user_on_device(&call, None, call.user_at("user")).await?;
    assign(&call, user, changes).await
}

/// `/users/{user}/managedDevices/{device}/users/{user2}`
pub(crate) async fn on_device_of_user(call: Call) -> Result<Answer, ApiError> {
    let changes = changes(&call)?;
    let owner = call.user_at("user");
    let user = managed_devices::user_on_device(&call, Some(owner), call.user_at("user2")).await?;
    assign(&call, user, changes).await
}

/// `/me/managedDevices/{device}/users/{user}`
pub(crate) async fn on_my_device(call: Call) -> Result<Answer, ApiError> {
    let changes = changes(&call)?;
    let owner = call.signed_in.map(UserRef::Id);
    let user = managed_devices::user_on_device(&call, owner, call.user_at("user")).await?;
    assign(&call, user, changes).await
}

fn changes(call: &Call) -> Result<LicenseChanges, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    LicenseChanges::parse(&call.json()?, call.version, call.caller.settings())
}

async fn assign(call: &Call, user: UserRef, changes: LicenseChanges) -> Result<Answer, ApiError> {
    let LicenseChanges { add, remove } = changes;
    let projection = match call.version {
        Version::Localtest => Projection::or_else::<User<'_>>(&call.options, LOCALTEST)?,
        Version::V1 | Version::Beta | Version::Administration => action_projection(call)?,
    };
    let shown = call.run(Command::AssignToUser(AssignToUser { user: user.clone(), add, remove })).await?;
    let (tenant, facts) = shown_user(call, &user, shown).await?;
    let user = User { tenant: &tenant, facts: &facts };
    match call.version {
        Version::Localtest => Answer::wrapped(call, "#microsoft.graph.user", &user, &projection),
        Version::V1 | Version::Beta | Version::Administration => Answer::object(call, "users", &user, &projection),
    }
}
