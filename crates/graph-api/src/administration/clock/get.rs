//! `GET /tenants/{tenant}/clock`

use super::answer;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::clock::Clock;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<Clock>(&call.options)?;
    answer(&call, &*call.find_tenant().await?, &projection)
}
