//! `POST /users/{user}/checkMemberGroups`, `checkMemberObjects`, and the same of `me` and `groups`: which of some
//! groups somebody is in, however deep.

use super::{id_list, ids, subject};
use crate::answer::Answer;
use crate::call::{Call, missing_parameters, unknown_parameter};
use crate::error::ApiError;
use crate::hidden::Seen;
use crate::options::Serves;
use crate::wire::faults;
use engine::store::{DirectoryObject, GroupSet};
use licensing::directory::Member;
use licensing::ids::GroupKey;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Ids in a request at most.
const IDS_MAX: usize = 20;
/// Groups that are read at a time.
const GROUPS_AT_ONCE: u32 = 20;

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
    let groups = among(call, subject(call).await?, &asked).await?;
    id_list(call, asked.into_iter().filter(|id| groups.contains(id)))
}

/// Those of some groups that somebody is in. However many it is in, [`GROUPS_AT_ONCE`] are read for each that is asked
/// about, at most.
async fn among(call: &Call, member: Member, asked: &[Uuid]) -> Result<BTreeSet<Uuid>, ApiError> {
    let seen = Seen::by(call).await?;
    let objects = call.store().objects(call.tenant(), asked).await?.value;
    let mut open: BTreeMap<GroupKey, Uuid> = BTreeMap::new();
    for object in &objects {
        if let DirectoryObject::Group(group) = object
            && seen.shows(group)
        {
            open.insert(group.key, group.profile.id.0);
        }
    }
    let set = GroupSet::TransitivelyWithMember(member);
    let mut found = BTreeSet::new();
    // The groups of a set come in the order of their keys: what is read from an open one on settles all up to its last.
    while let Some(first) = open.first_key_value().map(|(key, _)| *key) {
        let after = first.0.checked_sub(1).map(GroupKey);
        let read = call.store().groups(call.tenant(), set, after, GROUPS_AT_ONCE).await?.value;
        found.extend(read.iter().filter_map(|group| open.get(&group.key)));
        match read.last() {
            Some(last) if read.len() == GROUPS_AT_ONCE as usize => open.retain(|key, _| *key > last.key),
            _ => open.clear(),
        }
    }
    Ok(found)
}
