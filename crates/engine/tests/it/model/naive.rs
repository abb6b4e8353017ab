//! What must be so at the end, told from the answers alone: nothing here asks the rules of `licensing`.

use super::office::{State, is_unified, user_id};
use super::step::{BY_HAND, Change, GROUPS, SKUS, Step, USERS};
use licensing::assignment::{PathState, Source};
use licensing::facts::UserFacts;
use licensing::ids::{GroupKey, UserKey};
use std::collections::{BTreeMap, BTreeSet};

/// How long what was deleted can be restored, in milliseconds.
const RESTORABLE_MILLIS: i64 = 30 * 24 * 3_600_000;

/// What the accepted steps came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Naive {
    /// When users were deleted, by the tenant's clock.
    deleted: BTreeMap<usize, i64>,
    gone: BTreeSet<usize>,
    deleted_groups: BTreeMap<usize, i64>,
    gone_groups: BTreeSet<usize>,
    department: BTreeMap<usize, usize>,
    /// The departments of the rules.
    rules: BTreeMap<usize, usize>,
    /// Group and user.
    joined: BTreeSet<(usize, usize)>,
    /// Group and the group that is in it.
    nested: BTreeSet<(usize, usize)>,
    /// Group and SKU.
    licenses: BTreeSet<(usize, usize)>,
    /// User and SKU.
    direct: BTreeSet<(usize, usize)>,
    /// Group and user.
    owners: BTreeSet<(usize, usize)>,
}

impl Naive {
    pub(crate) fn new() -> Self {
        Self {
            department: (0..USERS).map(|user| (user, 0)).collect(),
            rules: (BY_HAND..GROUPS).map(|group| (group, group - BY_HAND)).collect(),
            ..Self::default()
        }
    }

    /// The step with a licence to remove that is there, if one is: most others would be refused.
    pub(crate) fn aim(&self, step: &Step) -> Step {
        let mut step = step.clone();
        let (held, of, change) = match &mut step {
            Step::Assign { user, change } => (&self.direct, *user, change),
            Step::License { group, change } => (&self.licenses, *group, change),
            _ => return step,
        };
        let skus: Vec<usize> = held
            .iter()
            .filter(|(holder, sku)| *holder == of && !change.add.contains(sku))
            .map(|(_, sku)| *sku)
            .collect();
        if let (Some(choice), false) = (change.remove, skus.is_empty()) {
            change.remove = Some(skus[choice % skus.len()]);
        }
        step
    }

    /// Takes note of a step; what its answer should not have been.
    pub(crate) fn take(&mut self, step: &Step, now: i64, accepted: bool) -> Result<(), String> {
        let should_be = match step {
            Step::Restore { user } => is_restorable(&self.deleted, &self.gone, *user, now),
            Step::RestoreGroup { group } => is_restorable(&self.deleted_groups, &self.gone_groups, *group, now),
            Step::DeleteGroup { group } => {
                !self.deleted_groups.contains_key(group) && !self.licenses.iter().any(|(of, _)| of == group)
            }
            _ => accepted,
        };
        if accepted != should_be {
            return Err(format!("{step:?}: accepted is {accepted}, should be {should_be}"));
        }
        if !accepted {
            return Ok(());
        }
        match step {
            Step::Assign { user, change } => keep(&mut self.direct, *user, change),
            Step::License { group, change } => keep(&mut self.licenses, *group, change),
            Step::Join { user, group } => drop(self.joined.insert((*group, *user))),
            Step::Leave { user, group } => drop(self.joined.remove(&(*group, *user))),
            Step::Nest { group, member, is_member: true } => drop(self.nested.insert((*group, *member))),
            Step::Nest { group, member, is_member: false } => drop(self.nested.remove(&(*group, *member))),
            Step::DeleteGroup { group } => {
                self.deleted_groups.insert(*group, now);
                if !is_unified(*group) {
                    self.gone_groups.insert(*group);
                }
            }
            Step::RestoreGroup { group } => drop(self.deleted_groups.remove(group)),
            Step::DeleteGroupForGood { group } => drop(self.gone_groups.insert(*group)),
            Step::Move { user, department } => drop(self.department.insert(*user, *department)),
            Step::Rule { group, department } => drop(self.rules.insert(*group, *department)),
            Step::Delete { user } => drop(self.deleted.insert(*user, now)),
            Step::Restore { user } => drop(self.deleted.remove(user)),
            Step::DeleteForGood { user } => drop(self.gone.insert(*user)),
            Step::Own { group, user, is_owner: true } => drop(self.owners.insert((*group, *user))),
            Step::Own { group, user, is_owner: false } => drop(self.owners.remove(&(*group, *user))),
            _ => {}
        }
        Ok(())
    }

    fn is_live(&self, user: usize) -> bool {
        !self.deleted.contains_key(&user)
    }

    fn is_live_group(&self, group: usize) -> bool {
        !self.deleted_groups.contains_key(&group)
    }

    /// The live groups that a live group must have as members.
    fn nested(&self, group: usize) -> BTreeSet<usize> {
        let of_group = self.nested.iter().filter(|(of, _)| *of == group).map(|(_, member)| *member);
        of_group.filter(|member| self.is_live_group(group) && self.is_live_group(*member)).collect()
    }

    /// The live users who must be members of a group, however deep.
    fn transitive_members(&self, group: usize) -> BTreeSet<usize> {
        let (mut reached, mut next) = (BTreeSet::from([group]), vec![group]);
        while let Some(group) = next.pop() {
            next.extend(self.nested(group).into_iter().filter(|member| reached.insert(*member)));
        }
        reached.into_iter().flat_map(|group| self.members(group)).collect()
    }

    /// The live members that a group must have once nothing is left to do.
    fn members(&self, group: usize) -> BTreeSet<usize> {
        if !self.is_live_group(group) {
            return BTreeSet::new();
        }
        let is_member = |user: &usize| match self.rules.get(&group) {
            Some(department) => self.department[user] == *department,
            None => self.joined.contains(&(group, *user)),
        };
        (0..USERS).filter(|user| self.is_live(*user) && is_member(user)).collect()
    }

    /// What of a settled store should be otherwise.
    pub(crate) fn breaches(&self, state: &State) -> Vec<String> {
        let mut breaches = Vec::new();
        let mut expect = |what: String, expected: String, found: String| {
            if expected != found {
                breaches.push(format!("{what}: expected {expected}, found {found}"));
            }
        };
        let users: BTreeMap<usize, &UserFacts> = (0..USERS)
            .filter_map(|user| {
                let found = state.users.iter().find(|facts| facts.profile.as_ref().unwrap().id.0 == user_id(user));
                Some((user, found?))
            })
            .collect();
        let live: Vec<usize> = (0..USERS).filter(|user| self.is_live(*user)).collect();
        expect("live users".into(), format!("{live:?}"), format!("{:?}", users.keys().collect::<Vec<_>>()));
        let places = |keys: &[UserKey]| -> BTreeSet<usize> {
            users.iter().filter(|(_, facts)| keys.contains(&facts.key)).map(|(user, _)| *user).collect()
        };
        for group in 0..GROUPS {
            let owners = self.owners.iter().filter(|(of, _)| *of == group).map(|(_, user)| *user);
            let owners: BTreeSet<usize> =
                owners.filter(|user| self.is_live_group(group) && self.is_live(*user)).collect();
            let transitive = &state.transitive_members[group];
            for (what, wanted, found) in [
                ("members", self.members(group), places(&state.members[group])),
                ("members however deep", self.transitive_members(group), places(transitive)),
                ("groups", self.nested(group), groups(&state.nested[group], state)),
                ("owners", owners, places(&state.owners[group])),
            ] {
                expect(format!("{what} of group {group}"), format!("{wanted:?}"), format!("{found:?}"));
            }
        }
        for (user, facts) in &users {
            let wanted = self.sources(*user);
            // What could not be taken away is kept, with an error.
            let found: BTreeSet<(usize, Option<usize>)> = sources(facts, state)
                .filter(|(state, source)| wanted.contains(source) || !matches!(state, PathState::ActiveWithError(_)))
                .map(|(_, source)| source)
                .collect();
            expect(format!("sources of user {user}"), format!("{wanted:?}"), format!("{found:?}"));
        }
        for sku in 0..SKUS {
            let holds = |facts: &&&UserFacts| {
                facts.paths.iter().any(|path| {
                    state.sku(path.sku) == sku
                        && matches!(path.state, PathState::Active | PathState::ActiveWithError(_))
                })
            };
            let holders = users.values().filter(holds).count();
            expect(format!("seats of SKU {sku}"), holders.to_string(), state.consumed[sku].to_string());
        }
        breaches
    }

    /// The SKUs that a user must have a path of, with the groups that they come from.
    fn sources(&self, user: usize) -> BTreeSet<(usize, Option<usize>)> {
        let direct = self.direct.iter().filter(|(of, _)| *of == user).map(|(_, sku)| (*sku, None));
        let of_group =
            |(group, sku): &(usize, usize)| self.members(*group).contains(&user).then_some((*sku, Some(*group)));
        direct.chain(self.licenses.iter().filter_map(of_group)).collect()
    }
}

/// Whether what was deleted can be restored.
fn is_restorable(deleted: &BTreeMap<usize, i64>, gone: &BTreeSet<usize>, of: usize, now: i64) -> bool {
    deleted.get(&of).is_some_and(|at| now - at < RESTORABLE_MILLIS) && !gone.contains(&of)
}

/// The places of live groups.
fn groups(keys: &[GroupKey], state: &State) -> BTreeSet<usize> {
    (0..GROUPS).filter(|group| state.group_key(*group).is_some_and(|key| keys.contains(&key))).collect()
}

fn keep(kept: &mut BTreeSet<(usize, usize)>, of: usize, change: &Change) {
    kept.extend(change.add.iter().map(|sku| (of, *sku)));
    kept.retain(|(holder, sku)| *holder != of || Some(*sku) != change.remove);
}

/// The paths that a user has, but for those that were taken away.
fn sources<'a>(
    facts: &'a UserFacts,
    state: &'a State,
) -> impl Iterator<Item = (PathState, (usize, Option<usize>))> + 'a {
    facts.paths.iter().filter(|path| path.state != PathState::Removed).map(|path| {
        let group = match path.source {
            Source::Direct => None,
            // A group that is gone is none of them.
            Source::Group(key) => {
                Some((0..GROUPS).find(|group| state.group_key(*group) == Some(key)).unwrap_or(GROUPS))
            }
        };
        (path.state, (state.sku(path.sku), group))
    })
}
