//! The clock by which everything in a tenant happens.

pub(crate) mod advance;
pub(crate) mod get;
pub(crate) mod set;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Projection;
use crate::wire::clock::Clock;
use licensing::decide::set_clock::SetClock;
use licensing::tenant::Tenant;

const RESOURCE: &str = "clock";

/// What the tenant's clock shows.
fn answer(call: &Call, tenant: &Tenant, projection: &Projection) -> Result<Answer, ApiError> {
    Answer::object(call, "clock", &Clock::of(&tenant.profile, call.api.engine.now()), projection)
}

/// Sets the clock and shows it.
async fn set(call: &Call, command: SetClock, projection: &Projection) -> Result<Answer, ApiError> {
    let tenant = call.run_on_tenant(licensing::Command::SetClock(command)).await?;
    answer(call, &tenant, projection)
}
