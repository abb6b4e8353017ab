//! The tenant's own products: what can be bought besides the built-in catalogue.

mod body;
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
use uuid::Uuid;

const SET: &str = "products";
const TYPE: &str = "product";

/// The product of this id as it is in the tenant.
fn answer(call: &Call, tenant: &Tenant, id: Uuid, projection: &Projection) -> Result<Answer, ApiError> {
    let found = tenant.catalog.own_product(SkuId(id)).ok_or_else(|| ApiError::not_found(id.to_string()))?;
    Answer::object(call, SET, &OwnProduct(found), projection)
}
