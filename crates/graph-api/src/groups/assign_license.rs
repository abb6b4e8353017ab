//! `POST /groups/{group}/assignLicense`, and the same for a group that a user has joined

use super::shown_group;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::version::Version;
use crate::wire::group::{Group, LOCALTEST};
use crate::wire::license_changes::LicenseChanges;
use engine::store::UserSet;
use http::StatusCode;
use licensing::Command;
use licensing::decide::assign_to_group::AssignToGroup;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    let changes = changes(&call)?;
    assign(&call, changes).await
}

/// `/users/{user}/joinedGroups/{group}` and `/me/joinedGroups/{group}`
pub(crate) async fn of_user(call: Call) -> Result<Answer, ApiError> {
    let changes = changes(&call)?;
    let (_, user) = call.find_user(&call.user()).await?;
    let (_, group) = call.find_group("group").await?;
    if !call.store().is_member(call.tenant(), group.key, user.key).await? {
        return Err(ApiError::not_found(group.profile.id.to_string()));
    }
    assign(&call, changes).await
}

fn changes(call: &Call) -> Result<LicenseChanges, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    LicenseChanges::parse(&call.json()?, call.version, call.caller.settings())
}

async fn assign(call: &Call, changes: LicenseChanges) -> Result<Answer, ApiError> {
    let LicenseChanges { add, remove } = changes;
    let projection = match call.version {
        Version::Localtest => Projection::or_else::<Group<'_>>(&call.options, LOCALTEST)?,
        Version::V1 | Version::Beta | Version::Administration => Projection::of::<Group<'_>>(&call.options)?,
    };
    let id = call.id_at("group")?;
    let shown = call.run(Command::AssignToGroup(AssignToGroup { group: id, add, remove })).await?;
    let (tenant, facts) = shown_group(call, id, shown).await?;
    let mut group = Group::new(&tenant, &facts);
    match call.version {
        Version::Localtest => {
            let faulty = call.store().users(call.tenant(), UserSet::WithErrorsFrom(facts.key), None, 1).await?;
            group.has_members_with_license_errors = Some(!faulty.value.is_empty());
            Answer::wrapped(call, "#microsoft.graph.group", &group, &projection)
        }
        Version::V1 | Version::Beta | Version::Administration => {
            let answer = Answer::object(call, "groups", &group, &projection)?;
            Ok(answer.with_status(StatusCode::ACCEPTED).with_location(call, id, "Group"))
        }
    }
}
