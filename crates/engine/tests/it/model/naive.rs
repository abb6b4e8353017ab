//! What must be so at the end, told from the answers alone: nothing here asks the rules of `licensing`.

use super::office::{State, group_id, user_id};
use super::step::{BY_HAND, Change, GROUPS, SKUS, Step, USERS};
use licensing::assignment::{PathState, Source};
use licensing::facts::UserFacts;
use std::collections::{BTreeMap, BTreeSet};

/// How long what was deleted can be restored, in milliseconds.
const RESTORABLE_MILLIS: i64 = 30 * 24 * 3_600_000;

/// What the accepted steps came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Naive {
    /// When users were deleted, by the tenant's clock.
    deleted: BTreeMap<usize, i64>,
    gone: BTreeSet<usize>,
    department: BTreeMap<usize, usize>,
    /// The departments of the rules.
    rules: BTreeMap<usize, usize>,
    /// Group and user.
    joined: BTreeSet<(usize, usize)>,
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
        if let Step::Restore { user } = step {
            let deleted = self.deleted.get(user).filter(|_| !self.gone.contains(user));
            let is_restorable = deleted.is_some_and(|at| now - at < RESTORABLE_MILLIS);
            if accepted != is_restorable {
                return Err(format!("restoring user {user}: accepted is {accepted}, should be {is_restorable}"));
            }
        }
        if !accepted {
            return Ok(());
        }
        match step {
            Step::Assign { user, change } => keep(&mut self.direct, *user, change),
            Step::License { group, change } => keep(&mut self.licenses, *group, change),
            Step::Join { user, group } => drop(self.joined.insert((*group, *user))),
            Step::Leave { user, group } => drop(self.joined.remove(&(*group, *user))),
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

    /// The live members that a group must have once nothing is left to do.
    fn members(&self, group: usize) -> BTreeSet<usize> {
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
        for group in 0..GROUPS {
            let found: BTreeSet<usize> = users
                .iter()
                .filter(|(_, facts)| state.members[group].contains(&facts.key))
                .map(|(user, _)| *user)
                .collect();
            expect(format!("members of group {group}"), format!("{:?}", self.members(group)), format!("{found:?}"));
            let owners: BTreeSet<usize> = users
                .iter()
                .filter(|(_, facts)| state.owners[group].contains(&facts.key))
                .map(|(user, _)| *user)
                .collect();
            let wanted: BTreeSet<usize> =
                live.iter().copied().filter(|user| self.owners.contains(&(group, *user))).collect();
            expect(format!("owners of group {group}"), format!("{wanted:?}"), format!("{owners:?}"));
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
            Source::Group(key) => (0..GROUPS).find(|group| state.group_key(group_id(*group)) == Some(key)),
        };
        (path.state, (state.sku(path.sku), group))
    })
}
