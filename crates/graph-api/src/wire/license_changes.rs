//! The body of `assignLicense` (specification 1.3; decisions, "Body errors").

use crate::call::{missing_parameters, parse_guid, unknown_parameter};
use crate::error::ApiError;
use crate::version::Version;
use crate::wire::faults;
use licensing::Refusal;
use licensing::assignment::{DisabledPlans, WantedLicense};
use licensing::ids::{ServicePlanId, SkuId};
use licensing::tenant::TenantSettings;
use serde_json::{Map, Value};
use uuid::Uuid;

const OPERATION: &str = "assignLicense";
const LICENSE_TYPE: &str = "microsoft.graph.assignedLicense";

/// What `assignLicense` is asked to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LicenseChanges {
    pub(crate) add: Vec<WantedLicense>,
    pub(crate) remove: Vec<SkuId>,
}

impl LicenseChanges {
    /// Reads the parameters in the order in which they are written; then what is missing.
    pub(crate) fn parse(
        body: &Map<String, Value>,
        version: Version,
        settings: TenantSettings,
    ) -> Result<Self, ApiError> {
        let (mut add, mut remove) = (None, None);
        for (name, value) in body {
            match name.as_str() {
                "addLicenses" => add = Some(wanted_licenses(value, version)?),
                "removeLicenses" => remove = Some(guids(name, value, SkuId)?),
                name if faults::is_type_annotation(name) => {}
                name => return Err(unknown_parameter(name, OPERATION)),
            }
        }
        match (add, remove) {
            (Some(add), Some(remove)) => Ok(Self { add, remove }),
            (add, remove) if settings.missing_parameters_are_empty => {
                Ok(Self { add: add.unwrap_or_default(), remove: remove.unwrap_or_default() })
            }
            (None, Some(_)) => Err(missing_parameters("addLicenses", OPERATION)),
            (Some(_), None) => Err(missing_parameters("removeLicenses", OPERATION)),
            (None, None) => Err(missing_parameters("addLicenses, removeLicenses", OPERATION)),
        }
    }
}

fn wanted_licenses(value: &Value, version: Version) -> Result<Vec<WantedLicense>, ApiError> {
    let mut licenses = Vec::new();
    for item in array("addLicenses", value)? {
        let item = item.as_object().ok_or_else(|| faults::unexpected_node(item, "StartObject"))?;
        match wanted_license(item)? {
            Some(license) => licenses.push(license),
            // The generated pages show an entry without a SKU and promise success.
            None if version == Version::Localtest => {}
            None => return Err(Refusal::InvalidProperty { property: "skuId", resource: "AssignedLicense" }.into()),
        }
    }
    Ok(licenses)
}

/// A licence; `None` when it names no SKU.
fn wanted_license(item: &Map<String, Value>) -> Result<Option<WantedLicense>, ApiError> {
    let mut sku = None;
    let mut disabled = DisabledPlans::default();
    for (name, value) in item {
        match name.as_str() {
            "skuId" if value.is_null() => {}
            "skuId" => sku = Some(SkuId(guid(value)?)),
            "disabledPlans" => disabled = DisabledPlans::new(guids(name, value, ServicePlanId)?),
            name if faults::is_type_annotation(name) => {}
            name => return Err(faults::unknown_property(name, LICENSE_TYPE)),
        }
    }
    Ok(sku.map(|sku| WantedLicense { sku, disabled }))
}

fn guids<T>(name: &str, value: &Value, id: impl Fn(Uuid) -> T) -> Result<Vec<T>, ApiError> {
    array(name, value)?.iter().map(|item| guid(item).map(&id)).collect()
}

fn array<'a>(name: &str, value: &'a Value) -> Result<&'a Vec<Value>, ApiError> {
    match value {
        Value::Array(items) => Ok(items),
        Value::Null => Err(faults::null_collection(name)),
        _ => Err(faults::unexpected_node(value, "StartArray")),
    }
}

fn guid(value: &Value) -> Result<Uuid, ApiError> {
    match value {
        Value::String(text) => parse_guid(text).ok_or_else(faults::not_a_guid),
        Value::Object(_) | Value::Array(_) => Err(faults::unexpected_node(value, "PrimitiveValue")),
        _ => Err(faults::wrong_primitive("Edm.Guid")),
    }
}
