//! `GET /groups/{group}`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use crate::wire::group::Group;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = super::projection(&call)?;
    let (tenant, facts) = call.find_group("group").await?;
    Answer::object(&call, "groups", &Group::new(&tenant, &facts), &projection)
}
