//! `GET /directory/subscriptions`

use super::SET;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::subscription::CompanySubscription;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<CompanySubscription<'_>>(&call.options)?;
    let tenant = call.find_tenant().await?;
    let subscriptions: Vec<_> = CompanySubscription::of(&tenant).collect();
    Answer::whole(&call, SET, &subscriptions, &projection)
}
