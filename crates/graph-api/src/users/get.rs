//! `GET /users/{user}`, `GET /me`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::visible::VisibleUser;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<VisibleUser<'_>>(&call.options)?;
    let (tenant, facts) = call.find_user(&call.user()).await?;
    Answer::object(&call, "users", &VisibleUser::to(&call, &tenant, &facts), &projection)
}
