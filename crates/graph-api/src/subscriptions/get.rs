//! `GET /directory/subscriptions/{subscription}`, also by `commerceSubscriptionId`

use super::SET;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::subscription::CompanySubscription;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<CompanySubscription<'_>>(&call.options)?;
    let id = call.id_at("subscription")?;
    let tenant = call.find_tenant().await?;
    let found = CompanySubscription::of(&tenant).find(|subscription| subscription.id() == id);
    let subscription = found.ok_or_else(|| ApiError::not_found(id.to_string()))?;
    Answer::object(&call, SET, &subscription, &projection)
}
