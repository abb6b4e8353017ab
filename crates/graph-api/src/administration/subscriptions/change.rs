//! `PATCH /tenants/{tenant}/subscriptions/{subscription}`

use super::{TYPE, answer};
use crate::administration::members::{SUBSCRIPTION, missing, units};
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::faults;
use crate::wire::subscription::CompanySubscription;
use licensing::Command;
use licensing::decide::change_subscription::ChangeSubscription;
use licensing::ids::SubscriptionId;
use serde_json::{Map, Value};

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<CompanySubscription<'_>>(&call.options)?;
    let total_licenses = total_licenses(&call.json()?)?;
    let id = call.id_at("subscription")?;
    let command = ChangeSubscription { id: SubscriptionId(id), total_licenses };
    let tenant = call.run_on_tenant(Command::ChangeSubscription(command)).await?;
    answer(&call, &tenant, id, &projection)
}

fn total_licenses(body: &Map<String, Value>) -> Result<u32, ApiError> {
    let mut total = None;
    for (name, value) in body {
        match name.as_str() {
            "totalLicenses" => total = Some(units(value)?),
            name if faults::is_type_annotation(name) => {}
            name => return Err(faults::unknown_property(name, TYPE)),
        }
    }
    total.ok_or_else(|| missing("totalLicenses", SUBSCRIPTION))
}
