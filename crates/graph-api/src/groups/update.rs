//! `PATCH /groups/{group}`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use crate::wire::group_body::GroupBody;
use licensing::Command;
use licensing::decide::update_group::UpdateGroup;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let GroupBody { properties, members, .. } = GroupBody::of_change(&call.json()?)?;
    let group = call.id_at("group")?;
    call.run(Command::UpdateGroup(UpdateGroup { group, properties, members })).await?;
    Ok(Answer::nothing())
}
