//! `GET /subscribedSkus`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::subscribed_sku::SubscribedSku;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<SubscribedSku<'_>>(&call.options)?;
    let seen = call.store().consumed(call.tenant()).await?;
    let sku = |(key, sku)| SubscribedSku {
        tenant: &seen.tenant,
        sku,
        consumed: seen.value.get(key).copied().unwrap_or_default(),
    };
    let skus: Vec<_> = seen.tenant.skus.iter().map(sku).collect();
    Answer::whole(&call, "subscribedSkus", &skus, &projection)
}
