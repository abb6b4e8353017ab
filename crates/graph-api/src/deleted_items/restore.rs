//! `POST /directory/deletedItems/{object}/restore`

use super::find;
use crate::answer::Answer;
use crate::call::{Call, unknown_parameter};
use crate::directory_objects::one;
use crate::error::ApiError;
use crate::groups::shown_group;
use crate::options::Serves;
use crate::users::shown_user;
use crate::wire::{faults, user_body};
use engine::Operation;
use engine::store::DirectoryObject;
use licensing::Command;
use licensing::decide::restore_group::RestoreGroup;
use licensing::decide::restore_user::RestoreUser;
use licensing::facts::UserRef;
use uuid::Uuid;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let id = call.id_at("object")?;
    let restore = parameters(&call, id)?;
    match find(&call).await?.value {
        DirectoryObject::User(_) => {
            let shown = call.run_as(Operation::RestoreUser, Command::RestoreUser(restore)).await?;
            let (tenant, facts) = shown_user(&call, &UserRef::Id(id), shown).await?;
            one(&call, &tenant, &DirectoryObject::User(facts))
        }
        // Neither parameter means anything for groups.
        DirectoryObject::Group(group) => {
            let command = Command::RestoreGroup(RestoreGroup::of(&group.profile));
            let shown = call.run_as(Operation::RestoreGroup, command).await?;
            let (tenant, facts) = shown_group(&call, id, shown).await?;
            one(&call, &tenant, &DirectoryObject::Group(facts))
        }
    }
}

/// The parameters, all of which may be left out, as may the body.
fn parameters(call: &Call, user: Uuid) -> Result<RestoreUser, ApiError> {
    let mut restore = RestoreUser { user, ..RestoreUser::default() };
    if call.body.is_empty() {
        return Ok(restore);
    }
    for (name, value) in &call.json()? {
        match name.as_str() {
            "autoReconcileProxyConflict" | "newUserPrincipalName" if value.is_null() => {}
            "autoReconcileProxyConflict" => {
                restore.gives_up_addresses = value.as_bool().ok_or_else(|| faults::wrong_primitive("Edm.Boolean"))?;
            }
            "newUserPrincipalName" => restore.principal_name = Some(user_body::principal_name(value)?),
            name if faults::is_type_annotation(name) => {}
            name => return Err(unknown_parameter(name, "restore")),
        }
    }
    Ok(restore)
}
