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
use licensing::decide::create_group::CreateGroup;
use licensing::directory::{GroupProfile, is_unified};
use licensing::ids::GroupId;
use uuid::Uuid;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = super::projection(&call)?;
    let GroupBody { properties, members, mut owners } = GroupBody::of_new(&call.json()?)?;
    if owners.is_empty() && is_unified(&properties) {
        // Whoever makes a Microsoft 365 group owns it, unless it says who else does.
        owners.extend(call.signed_in);
    }
    let id = Uuid::new_v4();
    let profile = GroupProfile { id: GroupId(id), created_at: call.now().await?, properties };
    let shown = call.run(Command::CreateGroup(CreateGroup { profile, members, owners })).await?;
    let (tenant, facts) = shown_group(&call, id, shown).await?;
    let answer = Answer::object(&call, "groups", &Group::new(&tenant, &facts), &projection)?;
    Ok(answer.with_status(StatusCode::CREATED).with_location(&call, id, "Group"))
}
