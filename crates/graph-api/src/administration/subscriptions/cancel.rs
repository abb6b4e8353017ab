//! `DELETE /tenants/{tenant}/subscriptions/{subscription}`: it is cancelled, not forgotten

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use licensing::Command;
use licensing::decide::cancel_subscription::CancelSubscription;
use licensing::ids::SubscriptionId;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let id = SubscriptionId(call.id_at("subscription")?);
    call.run(Command::CancelSubscription(CancelSubscription { id })).await?;
    Ok(Answer::nothing())
}
