//! `POST /tenants/{tenant}/subscriptions/{subscription}/renew`

use super::answer;
use crate::administration::members::time_or_null;
use crate::answer::Answer;
use crate::call::{Call, unknown_parameter};
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::faults;
use crate::wire::subscription::CompanySubscription;
use licensing::Command;
use licensing::decide::renew_subscription::RenewSubscription;
use licensing::ids::SubscriptionId;
use licensing::time::Timestamp;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<CompanySubscription<'_>>(&call.options)?;
    let until = until(&call)?;
    let id = call.id_at("subscription")?;
    let command = RenewSubscription { id: SubscriptionId(id), until };
    let tenant = call.run_on_tenant(Command::RenewSubscription(command)).await?;
    answer(&call, &tenant, id, &projection)
}

/// The new end, if one is given: there need not be a body.
fn until(call: &Call) -> Result<Option<Timestamp>, ApiError> {
    if call.body.is_empty() {
        return Ok(None);
    }
    let mut until = None;
    for (name, value) in &call.json()? {
        match name.as_str() {
            "nextLifecycleDateTime" => until = time_or_null(value)?,
            name if faults::is_type_annotation(name) => {}
            name => return Err(unknown_parameter(name, "renew")),
        }
    }
    Ok(until)
}
