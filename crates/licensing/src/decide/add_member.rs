//! `POST /groups/{id}/members/$ref`.

use super::find_group;
use crate::audit::{Activity, Affected, Detail};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::Member;
use crate::facts::{Facts, Scope};
use crate::ids::GroupKey;
use crate::refusal::Refusal;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Makes a user or a group a direct member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddMember {
    /// The group's id.
    pub group: Uuid,
    /// The id of the user or group that joins.
    pub member: Uuid,
}

impl AddMember {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.objects.extend([self.group, self.member]);
        scope.memberships.insert((self.group, self.member));
    }

    /// Adds the member; a user who joins a licensed group is marked for evaluation.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], [`Refusal::DynamicMembership`], [`Refusal::ReferenceExists`],
    /// [`Refusal::InvalidProperty`] for the group itself and for one that hides its members.
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let group = find_group(facts, self.group)?.key;
        by_hand(facts, group)?;
        let changes = members_added(facts, context, group, &[self.member])?;
        Ok(Decision::accepted(changes, Answer::Done))
    }
}

/// The changes by which all of these users and groups join the group.
pub(super) fn members_added(
    facts: &Facts,
    context: &Context,
    group: GroupKey,
    members: &[Uuid],
) -> Result<ChangeSet, Refusal> {
    let mut changes = ChangeSet::default();
    let mut added = BTreeSet::new();
    for id in members {
        let member = find_member(facts, *id)?;
        if member == Member::Group(group) || hides_members(facts, member) {
            return Err(Refusal::InvalidProperty { property: "members", resource: "Group" });
        }
        if facts.memberships.contains(&(group, member)) || !added.insert(member) {
            return Err(Refusal::ReferenceExists("members"));
        }
        changes.then(membership_change(facts, context, group, member, true));
    }
    Ok(changes)
}

/// A group that hides its members is in no other: there they would show. (Microsoft 365 groups, which alone can hide them,
/// are in no groups at all on Graph.)
fn hides_members(facts: &Facts, member: Member) -> bool {
    match member {
        Member::User(_) => false,
        Member::Group(key) => facts.groups.get(&key).is_some_and(|group| group.profile.hides_members()),
    }
}

/// The members of a dynamic group are not for people to choose.
pub(super) fn by_hand(facts: &Facts, group: GroupKey) -> Result<(), Refusal> {
    facts.tenant.dynamic_groups.get(group).map_or(Ok(()), |_| Err(Refusal::DynamicMembership))
}

/// The live user or group of this id.
pub(super) fn find_member(facts: &Facts, id: Uuid) -> Result<Member, Refusal> {
    let live = match facts.objects.get(&id) {
        Some(Member::User(key)) => facts.users.get(key).is_some_and(|user| user.deleted_at.is_none()),
        Some(Member::Group(key)) => facts.groups.get(key).is_some_and(|group| group.deleted_at.is_none()),
        None => false,
    };
    facts.objects.get(&id).filter(|_| live).copied().ok_or_else(|| Refusal::ObjectNotFound(id.to_string()))
}

/// A membership made or ended, with the mark that it leaves on the user.
pub(super) fn membership_change(
    facts: &Facts,
    context: &Context,
    group: GroupKey,
    member: Member,
    present: bool,
) -> ChangeSet {
    let mut entry = context.audit(if present { Activity::AddMember } else { Activity::RemoveMember });
    entry.group = Some(group);
    let mut changes = ChangeSet { memberships: vec![(group, member, present)], ..ChangeSet::default() };
    match member {
        Member::Group(nested) => entry.detail = Detail::Nested(nested),
        Member::User(user) => {
            entry.affected.push(Affected::succeeded(user));
            if facts.tenant.licensed_groups.contains_key(&group) {
                changes.pending_users.insert(user);
            }
        }
    }
    changes.audit.push(entry);
    changes
}
