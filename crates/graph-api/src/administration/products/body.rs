//! What bodies say of products, read as strictly as Graph's.

use super::TYPE;
use crate::administration::members::{guid, missing, text};
use crate::error::ApiError;
use crate::wire::faults;
use licensing::Refusal;
use licensing::catalog::{AppliesTo, Product, ServicePlan};
use licensing::ids::{ServicePlanId, SkuId};
use licensing::usage_location::UsageLocation;
use serde_json::{Map, Value};
use std::sync::Arc;
use uuid::Uuid;

const PLAN: &str = "servicePlan";

/// The product that a body describes; without an id it gets a new one.
pub(super) fn product(body: &Map<String, Value>) -> Result<Product, ApiError> {
    let (mut id, mut part_number, mut applies_to, mut plans) = (None, None, AppliesTo::User, Vec::new());
    for (name, value) in body {
        match name.as_str() {
            "skuId" => id = Some(guid(value)?),
            "skuPartNumber" => part_number = Some(text(value)?.to_owned()),
            "appliesTo" => applies_to = whom(value, TYPE)?,
            "servicePlans" => plans = service_plans(value)?,
            name if faults::is_type_annotation(name) => {}
            name => return Err(faults::unknown_property(name, TYPE)),
        }
    }
    let id = SkuId(id.unwrap_or_else(Uuid::new_v4));
    let part_number = part_number.ok_or_else(|| missing("skuPartNumber", TYPE))?;
    Ok(Product { id, part_number, applies_to, plans })
}

/// The plans of a product, all of them.
pub(super) fn service_plans(value: &Value) -> Result<Vec<Arc<ServicePlan>>, ApiError> {
    items(value)?.iter().map(|plan| service_plan(plan).map(Arc::new)).collect()
}

fn service_plan(value: &Value) -> Result<ServicePlan, ApiError> {
    let body = value.as_object().ok_or_else(|| faults::unexpected_node(value, "StartObject"))?;
    let (mut id, mut plan_name, mut applies_to) = (None, None, AppliesTo::User);
    let (mut service, mut prohibited_in) = (None, Vec::new());
    for (name, value) in body {
        match name.as_str() {
            "servicePlanId" => id = Some(guid(value)?),
            "servicePlanName" => plan_name = Some(text(value)?.to_owned()),
            "appliesTo" => applies_to = whom(value, PLAN)?,
            "service" if value.is_null() => {}
            "service" => service = Some(text(value)?.to_owned()),
            "prohibitedUsageLocations" => prohibited_in = countries(value)?,
            name if faults::is_type_annotation(name) => {}
            name => return Err(faults::unknown_property(name, PLAN)),
        }
    }
    let id = ServicePlanId(id.ok_or_else(|| missing("servicePlanId", PLAN))?);
    let name = plan_name.ok_or_else(|| missing("servicePlanName", PLAN))?;
    Ok(ServicePlan { id, applies_to, service: service.unwrap_or_else(|| name.clone()), name, prohibited_in })
}

fn countries(value: &Value) -> Result<Vec<UsageLocation>, ApiError> {
    let country = |item| UsageLocation::parse(text(item)?).ok_or_else(|| invalid("prohibitedUsageLocations", PLAN));
    items(value)?.iter().map(country).collect()
}

fn whom(value: &Value, resource: &'static str) -> Result<AppliesTo, ApiError> {
    match text(value)? {
        "User" => Ok(AppliesTo::User),
        "Company" => Ok(AppliesTo::Company),
        _ => Err(invalid("appliesTo", resource)),
    }
}

fn items(value: &Value) -> Result<&[Value], ApiError> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| faults::unexpected_node(value, "StartArray"))
}

fn invalid(property: &'static str, resource: &'static str) -> ApiError {
    Refusal::InvalidProperty { property, resource }.into()
}
