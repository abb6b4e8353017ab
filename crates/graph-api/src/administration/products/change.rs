//! `PATCH /tenants/{tenant}/products/{product}`: its plans, all of them

use super::{TYPE, answer, read, without_annotations};
use crate::administration::members::missing;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::faults;
use crate::wire::product::OwnProduct;
use engine::world::PlanWorld;
use licensing::Command;
use licensing::catalog::ServicePlan;
use licensing::decide::change_product::ChangeProduct;
use licensing::ids::SkuId;
use serde_json::{Map, Value};
use std::sync::Arc;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<OwnProduct<'_>>(&call.options)?;
    let plans = plans(without_annotations(call.json()?))?;
    let id = call.id_at("product")?;
    let command = ChangeProduct { id: SkuId(id), plans };
    let tenant = call.run_on_tenant(Command::ChangeProduct(command)).await?;
    answer(&call, &tenant, id, &projection)
}

fn plans(mut body: Map<String, Value>) -> Result<Vec<Arc<ServicePlan>>, ApiError> {
    let plans = body.shift_remove("servicePlans");
    if let Some(name) = body.keys().next() {
        return Err(faults::unknown_property(name, TYPE));
    }
    let plans: Vec<PlanWorld> = read(plans.ok_or_else(|| missing("servicePlans", TYPE))?)?;
    Ok(plans.into_iter().map(|plan| Arc::new(plan.into())).collect())
}
