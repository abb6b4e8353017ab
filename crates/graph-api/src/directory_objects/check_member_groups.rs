//! `POST /users/{user}/checkMemberGroups`, `checkMemberObjects`, and the same of `me` and `groups`: which of some
//! groups somebody is in, however deep.

use super::{groups_of, id_list, ids, subject};
use crate::answer::Answer;
use crate::call::{Call, missing_parameters, unknown_parameter};
use crate::error::ApiError;
use crate::options::Serves;
use crate::wire::faults;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Ids in a request at most.
const IDS_MAX: usize = 20;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    check(&call, "groupIds", "checkMemberGroups").await
}

/// Groups are the only objects here of which something is a member.
pub(crate) async fn objects(call: Call) -> Result<Answer, ApiError> {
    check(&call, "ids", "checkMemberObjects").await
}

async fn check(call: &Call, parameter: &str, operation: &str) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let mut asked = None;
    for (name, value) in &call.json()? {
        match name.as_str() {
            name if name == parameter => asked = Some(ids(name, value, IDS_MAX)?),
            name if faults::is_type_annotation(name) => {}
            name => return Err(unknown_parameter(name, operation)),
        }
    }
    let asked = asked.ok_or_else(|| missing_parameters(parameter, operation))?;
    let groups = groups_of(call, subject(call).await?, u32::MAX).await?;
    let groups: BTreeSet<Uuid> = groups.iter().map(|group| group.profile.id.0).collect();
    id_list(call, asked.into_iter().filter(|id| groups.contains(id)))
}
