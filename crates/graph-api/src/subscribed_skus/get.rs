//! `GET /subscribedSkus/{sku}`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::subscribed_sku::{self, SubscribedSku};

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<SubscribedSku<'_>>(&call.options)?;
    let seen = call.store().consumed(call.tenant()).await?;
    let (tenant, id) = (&*seen.tenant, call.param("sku"));
    let is_it = |sku| subscribed_sku::id(tenant.profile.id, sku).eq_ignore_ascii_case(id);
    let found = tenant.skus.iter().find(|(_, sku)| is_it(sku.product.id));
    let (key, sku) = found.ok_or_else(|| ApiError::not_found(id))?;
    let consumed = seen.value.get(key).copied().unwrap_or_default();
    Answer::object(&call, "subscribedSkus", &SubscribedSku { tenant, sku, consumed }, &projection)
}
