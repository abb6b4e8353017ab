//! The tenant's own products: what can be bought besides the built-in catalogue.

pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod get;
pub(crate) mod list;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Projection;
use crate::wire::product::OwnProduct;
use licensing::ids::SkuId;
use licensing::tenant::Tenant;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

const SET: &str = "products";
const TYPE: &str = "product";

/// The product of this id as it is in the tenant.
fn answer(call: &Call, tenant: &Tenant, id: Uuid, projection: &Projection) -> Result<Answer, ApiError> {
    let found = tenant.catalog.own_product(SkuId(id)).ok_or_else(|| ApiError::not_found(id.to_string()))?;
    Answer::object(call, SET, &OwnProduct(found), projection)
}

/// Reads what a world file could have in this place.
///
/// # Errors
/// 400 with what is wrong, as it is told of a world file.
fn read<T: DeserializeOwned>(value: Value) -> Result<T, ApiError> {
    serde_json::from_value(value).map_err(|error| ApiError::bad_request(error.to_string()))
}

/// Without the annotations that clients may send anywhere.
fn without_annotations(mut body: Map<String, Value>) -> Map<String, Value> {
    body.retain(|name, _| !crate::wire::faults::is_type_annotation(name));
    body
}
