//! `POST /groups/{id}/owners/$ref`, and owners of a world.

use super::add_member::find_member;
use super::find_group;
use crate::audit::{Activity, Affected};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::Member;
use crate::facts::{Facts, Scope};
use crate::ids::{GroupKey, UserKey};
use crate::refusal::Refusal;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Owners of a group at most (specification 3.6).
pub const OWNERS_MAX: usize = 100;

/// Makes a user an owner of a group. Owners need not be members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddOwner {
    /// The group's id.
    pub group: Uuid,
    /// The id of the user.
    pub owner: Uuid,
}

impl AddOwner {
    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.objects.extend([self.group, self.owner]);
        scope.owners_of.insert(self.group);
    }

    /// Adds the owner.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], [`Refusal::ReferenceExists`], [`Refusal::TooManyOwners`];
    /// [`Refusal::InvalidProperty`] for what is no user.
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let group = find_group(facts, self.group)?.key;
        let changes = owners_added(facts, context, group, &[self.owner], OWNERS_MAX)?;
        Ok(Decision::accepted(changes, Answer::Done))
    }
}

/// The changes by which all of these users become owners of the group, which then has so many at most.
pub(super) fn owners_added(
    facts: &Facts,
    context: &Context,
    group: GroupKey,
    owners: &[Uuid],
    owners_max: usize,
) -> Result<ChangeSet, Refusal> {
    let mut changes = ChangeSet::default();
    let mut all: BTreeSet<UserKey> = owners_of(facts, group).collect();
    for id in owners {
        let Member::User(owner) = find_member(facts, *id)? else {
            return Err(Refusal::InvalidProperty { property: "owners", resource: "Group" });
        };
        if !all.insert(owner) {
            return Err(Refusal::ReferenceExists("owners"));
        }
        changes.then(owner_change(context, group, owner, true));
    }
    if all.len() > owners_max { Err(Refusal::TooManyOwners) } else { Ok(changes) }
}

/// The live owners of a group of which the scope asked for them.
pub(super) fn owners_of(facts: &Facts, group: GroupKey) -> impl Iterator<Item = UserKey> {
    let owners = facts.owners.range((group, UserKey(0))..).take_while(move |(of, _)| *of == group);
    owners.map(|(_, owner)| *owner).filter(|owner| !facts.deleted_owners.contains(owner))
}

/// An owner that a group got or lost.
pub(super) fn owner_change(context: &Context, group: GroupKey, owner: UserKey, present: bool) -> ChangeSet {
    let mut entry = context.audit(if present { Activity::AddOwner } else { Activity::RemoveOwner });
    entry.group = Some(group);
    entry.affected.push(Affected::succeeded(owner));
    ChangeSet { owners: vec![(group, owner, present)], audit: vec![entry], ..ChangeSet::default() }
}
