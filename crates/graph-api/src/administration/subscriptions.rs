//! Purchases: what Graph shows and cannot change.

pub(crate) mod buy;
pub(crate) mod cancel;
pub(crate) mod change;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod renew;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Projection;
use crate::wire::subscription::CompanySubscription;
use licensing::tenant::Tenant;
use uuid::Uuid;

const SET: &str = "subscriptions";
const TYPE: &str = "microsoft.graph.companySubscription";

/// The purchase of this id as it is in the tenant.
fn answer(call: &Call, tenant: &Tenant, id: Uuid, projection: &Projection) -> Result<Answer, ApiError> {
    let found = CompanySubscription::of(tenant).find(|subscription| subscription.id() == id);
    let subscription = found.ok_or_else(|| ApiError::not_found(id.to_string()))?;
    Answer::object(call, SET, &subscription, projection)
}
