//! `POST /groups`

use super::shown_group;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use crate::wire::group::Group;
use crate::wire::group_body::GroupBody;
use http::StatusCode;
use licensing::Command;
use licensing::decide::create_group::{CreateGroup, Origin};
use licensing::ids::GroupId;
use uuid::Uuid;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = super::projection(&call)?;
    let GroupBody { properties, members, owners } = GroupBody::of_new(&call.json()?)?;
    let id = Uuid::new_v4();
    let command = CreateGroup { id: GroupId(id), properties, members, owners, origin: Origin::Asked(call.signed_in) };
    let shown = call.run(Command::CreateGroup(command)).await?;
    let (tenant, facts) = shown_group(&call, id, shown).await?;
    let answer = Answer::object(&call, "groups", &Group::new(&tenant, &facts), &projection)?;
    Ok(answer.with_status(StatusCode::CREATED).with_location(&call, id, "Group"))
}
