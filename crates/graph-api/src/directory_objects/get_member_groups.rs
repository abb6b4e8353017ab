//! `POST /users/{user}/getMemberGroups`, `getMemberObjects`, and the same of `me` and `groups`: the ids of all groups
//! that somebody is in, however deep.

use super::{groups_of, id_list, subject};
use crate::answer::Answer;
use crate::call::{Call, missing_parameters, unknown_parameter};
use crate::error::ApiError;
use crate::options::Serves;
use crate::wire::faults;

/// Groups that are answered at most.
const GROUPS_MAX: u32 = 11_000;
/// Objects that are answered at most.
const OBJECTS_MAX: u32 = 2_046;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    list(&call, "getMemberGroups", GROUPS_MAX).await
}

/// Groups are the only objects here of which something is a member.
pub(crate) async fn objects(call: Call) -> Result<Answer, ApiError> {
    list(&call, "getMemberObjects", OBJECTS_MAX).await
}

async fn list(call: &Call, operation: &str, limit: u32) -> Result<Answer, ApiError> {
    const PARAMETER: &str = "securityEnabledOnly";
    call.check_options(Serves::SelectOnly)?;
    let mut only_security = None;
    for (name, value) in &call.json()? {
        match name.as_str() {
            PARAMETER => only_security = Some(value.as_bool().ok_or_else(|| faults::wrong_primitive("Edm.Boolean"))?),
            name if faults::is_type_annotation(name) => {}
            name => return Err(unknown_parameter(name, operation)),
        }
    }
    let only_security = only_security.ok_or_else(|| missing_parameters(PARAMETER, operation))?;
    let groups = groups_of(call, subject(call).await?, limit).await?;
    if groups.len() > limit as usize {
        return Err(ApiError::result_too_large());
    }
    let wanted = groups.iter().filter(|group| !only_security || group.profile.security_enabled());
    id_list(call, wanted.map(|group| group.profile.id.0))
}
