//! Endpoints of the tenant's purchases.

pub(crate) mod get;
pub(crate) mod list;

use crate::call::Call;
use crate::error::ApiError;
use licensing::tenant::Tenant;
use std::sync::Arc;

const SET: &str = "directory/subscriptions";

/// The tenant of the call with its purchases.
async fn tenant(call: &Call) -> Result<Arc<Tenant>, ApiError> {
    let tenant = call.store().tenant(call.tenant_id).await?;
    tenant.ok_or_else(ApiError::unknown_tenant)
}
