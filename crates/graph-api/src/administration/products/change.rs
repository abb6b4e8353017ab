//! `PATCH /tenants/{tenant}/products/{product}`: its plans, all of them

use super::{TYPE, answer, body};
use crate::administration::members::missing;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::faults;
use crate::wire::product::OwnProduct;
use licensing::Command;
use licensing::catalog::ServicePlan;
use licensing::decide::change_product::ChangeProduct;
use licensing::ids::SkuId;
use serde_json::{Map, Value};
use std::sync::Arc;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<OwnProduct<'_>>(&call.options)?;
    let plans = plans(&call.json()?)?;
    let id = call.id_at("product")?;
    let command = ChangeProduct { id: SkuId(id), plans };
    let tenant = call.run_on_tenant(Command::ChangeProduct(command)).await?;
    answer(&call, &tenant, id, &projection)
}

fn plans(body: &Map<String, Value>) -> Result<Vec<Arc<ServicePlan>>, ApiError> {
    let mut plans = None;
    for (name, value) in body {
        match name.as_str() {
            "servicePlans" => plans = Some(body::service_plans(value)?),
            name if faults::is_type_annotation(name) => {}
            name => return Err(faults::unknown_property(name, TYPE)),
        }
    }
    plans.ok_or_else(|| missing("servicePlans", TYPE))
}
