//! Group licences of one user: which paths should exist, and in which state (specification 4.3).
//!
//! The order of things, and with it every outcome, is fixed:
//!
//! 1. Paths that no group wants any more are taken away.
//! 2. The user's groups are tried in the order in which their licences were last set, then by creation.
//!    A group is all or nothing: the first kind of check that fails (location, seats, exclusions, addresses)
//!    names its culprits, and the group's other licences get `Other`. What a group has already applied stays.
//! 3. If a removal or a plan change of step 1 or 2 left an enabled plan without its prerequisite, the paths
//!    that gave the prerequisite are kept as they were (`ActiveWithError`), and the steps are taken again.
//! 4. While some group fails although something else was applied or taken away, all of this is done once more:
//!    what changed may have stood in its way.
//!
//! Direct paths are never touched. Evaluating again without any change in the world changes nothing.

use crate::Refusal;
use crate::assignment::{DisabledPlans, Path, PathError, PathState, Source};
use crate::change_set::PathChange;
use crate::effective::ruled_plans;
use crate::facts::UserFacts;
use crate::ids::{GroupKey, ServicePlanId, SkuKey};
use crate::rules::{address_uniqueness, plan_dependency, plan_exclusion, seats as seat_rule, usage_location};
use crate::seats::Seats;
use crate::tenant::{LicensedGroup, Tenant};
use crate::time::Timestamp;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What evaluating a user came to.
#[derive(Debug, Default)]
pub struct Evaluation {
    /// Paths that change.
    pub changes: Vec<PathChange>,
    /// Why paths are not as they are wanted: of each group the licences that failed, not the others that had to
    /// stay away with them.
    pub refusals: Vec<PathRefusal>,
    /// The groups of which some path is not as it is wanted.
    pub failed_groups: Vec<GroupKey>,
}

impl Evaluation {
    /// Whether a group that failed might succeed now.
    fn may_have_made_room(&self) -> bool {
        let changes_what_applies = |change: &PathChange| match change {
            PathChange::Put(path) => matches!(path.state, PathState::Active | PathState::Removed),
            PathChange::Drop(..) => false,
        };
        !self.failed_groups.is_empty() && self.changes.iter().any(changes_what_applies)
    }
}

/// Why one licence of a group cannot be applied to a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathRefusal {
    /// The licence.
    pub sku: SkuKey,
    /// The group.
    pub group: GroupKey,
    /// The reason.
    pub refusal: Refusal,
}

/// Evaluates all groups of a live user, and takes and gives back the seats that this needs.
pub fn evaluate(tenant: &Tenant, seats: &mut Seats<'_>, user: &UserFacts, now: Timestamp) -> Evaluation {
    if is_as_wanted(tenant, user) {
        return Evaluation::default();
    }
    let mut after = Cow::Borrowed(user);
    let mut changes = Vec::new();
    loop {
        let evaluation = evaluate_once(tenant, seats, &after, now);
        let again = evaluation.may_have_made_room();
        if again {
            evaluation.changes.iter().for_each(|change| after.to_mut().change_path(change));
        }
        changes.extend(evaluation.changes);
        if !again {
            return Evaluation { changes, ..evaluation };
        }
    }
}

/// Steps 1 to 3.
fn evaluate_once(tenant: &Tenant, seats: &mut Seats<'_>, user: &UserFacts, now: Timestamp) -> Evaluation {
    let mut kept: Vec<(SkuKey, Source)> = Vec::new();
    let mut orphaned: Option<Refusal> = None;
    loop {
        let attempt = Attempt::new(tenant, seats, user, &kept).run();
        if let Some((more, refusal)) = attempt.paths_to_keep() {
            kept.extend(more);
            orphaned = orphaned.or(Some(refusal));
            continue;
        }
        let (mut evaluation, given_back, taken) = attempt.finish(now);
        for (sku, source) in kept.iter() {
            if let (Source::Group(group), Some(refusal)) = (source, &orphaned) {
                evaluation.refusals.push(PathRefusal { sku: *sku, group: *group, refusal: refusal.clone() });
            }
        }
        given_back.into_iter().for_each(|sku| seats.give_back(sku));
        taken.into_iter().for_each(|sku| seats.take(sku));
        return evaluation;
    }
}

/// Whether every group's licences are applied just as they are wanted, and no group's path is left over: then
/// there is nothing to evaluate, which is the case for most users most of the time.
fn is_as_wanted(tenant: &Tenant, user: &UserFacts) -> bool {
    let licensed = |key: &GroupKey| user.licensed_groups.binary_search(key).ok().and(tenant.licensed_groups.get(key));
    let mut inherited = 0;
    for path in &user.paths {
        let (Source::Group(key), false) = (path.source, path.state == PathState::Removed) else { continue };
        let wanted = licensed(&key).and_then(|group| group.licenses.get(&path.sku));
        if path.state != PathState::Active || wanted != Some(&path.disabled) {
            return false;
        }
        inherited += 1;
    }
    let wanted: usize = user.licensed_groups.iter().filter_map(licensed).map(|group| group.licenses.len()).sum();
    inherited == wanted
}

/// Licences of a group that a user does not have as wanted.
type Changed<'a> = [(SkuKey, &'a DisabledPlans)];
/// The licences that a check refuses, and why.
type Culprits = Vec<(SkuKey, Refusal)>;
/// A check of a group's changed licences.
type Check<'a> = fn(&Attempt<'a>, GroupKey, &Changed<'_>) -> Culprits;

/// A path as one attempt leaves it.
#[derive(Clone, Debug)]
struct Outcome {
    sku: SkuKey,
    source: Source,
    disabled: DisabledPlans,
    state: PathState,
}

struct Attempt<'a> {
    tenant: &'a Tenant,
    seats: &'a Seats<'a>,
    user: &'a UserFacts,
    /// Paths that must stay as they are although nobody wants them so.
    kept: &'a [(SkuKey, Source)],
    /// What applies so far, direct paths first.
    applied: Vec<(SkuKey, Source, DisabledPlans)>,
    outcomes: Vec<Outcome>,
    refusals: Vec<PathRefusal>,
    failed_groups: Vec<GroupKey>,
    /// Whether a plan that was enabled may have gone.
    reduced: bool,
}

impl<'a> Attempt<'a> {
    fn new(tenant: &'a Tenant, seats: &'a Seats<'a>, user: &'a UserFacts, kept: &'a [(SkuKey, Source)]) -> Self {
        let applied = user.applied_paths().map(|p| (p.sku, p.source, p.disabled.clone())).collect();
        Self {
            tenant,
            seats,
            user,
            kept,
            applied,
            outcomes: Vec::new(),
            refusals: Vec::new(),
            failed_groups: Vec::new(),
            reduced: false,
        }
    }

    fn run(mut self) -> Self {
        self.take_away_unwanted();
        let mut groups: Vec<(GroupKey, &LicensedGroup)> = self
            .user
            .licensed_groups
            .iter()
            .filter_map(|key| self.tenant.licensed_groups.get(key).map(|group| (*key, group)))
            .collect();
        groups.sort_by_key(|(key, group)| (group.order, *key));
        for (key, group) in groups {
            self.try_group(key, group);
        }
        self
    }

    /// What a group of the user wants of a SKU.
    fn wanted(&self, sku: SkuKey, group: GroupKey) -> Option<&'a DisabledPlans> {
        self.user.licensed_groups.binary_search(&group).ok()?;
        self.tenant.licensed_groups.get(&group)?.licenses.get(&sku)
    }

    fn take_away_unwanted(&mut self) {
        let user = self.user;
        for path in user.paths.iter().filter(|path| path.state != PathState::Removed) {
            let Source::Group(group) = path.source else {
                continue;
            };
            if self.wanted(path.sku, group).is_some() {
                continue;
            }
            if path.state.is_applied() && self.kept.contains(&path.key()) {
                self.leave(path, PathError::Dependency);
                self.failed_groups.push(group);
            } else {
                self.reduced |= path.state.is_applied();
                self.applied.retain(|(sku, source, _)| (*sku, *source) != path.key());
                self.outcomes.push(Outcome {
                    sku: path.sku,
                    source: path.source,
                    disabled: path.disabled.clone(),
                    state: PathState::Removed,
                });
            }
        }
    }

    /// Leaves an applied path as it is, with an error.
    fn leave(&mut self, path: &Path, error: PathError) {
        self.outcomes.push(Outcome {
            sku: path.sku,
            source: path.source,
            disabled: path.disabled.clone(),
            state: PathState::ActiveWithError(error),
        });
    }

    /// The group's path of this SKU, if it is applied.
    fn applied_path(&self, sku: SkuKey, group: GroupKey) -> Option<&'a Path> {
        self.user.path(sku, Source::Group(group)).filter(|path| path.state.is_applied())
    }

    fn try_group(&mut self, key: GroupKey, group: &LicensedGroup) {
        let changed: Vec<(SkuKey, &DisabledPlans)> = group
            .licenses
            .iter()
            .filter(|(sku, disabled)| self.applied_path(**sku, key).is_none_or(|path| path.disabled != **disabled))
            .map(|(sku, disabled)| (*sku, disabled))
            .collect();
        let culprits = if changed.is_empty() { Vec::new() } else { self.culprits(key, &changed) };
        if culprits.is_empty() {
            self.apply_group(key, group);
            return;
        }
        self.failed_groups.push(key);
        for (sku, disabled) in &group.licenses {
            let error = culprits.iter().find(|(culprit, _)| culprit == sku).map_or(PathError::Other, |(_, e)| *e);
            match self.applied_path(*sku, key) {
                Some(path) => self.leave(path, error),
                None => self.outcomes.push(Outcome {
                    sku: *sku,
                    source: Source::Group(key),
                    disabled: disabled.clone(),
                    state: PathState::Error(error),
                }),
            }
        }
    }

    fn apply_group(&mut self, key: GroupKey, group: &LicensedGroup) {
        let source = Source::Group(key);
        for (sku, disabled) in &group.licenses {
            self.reduced |= self.applied_path(*sku, key).is_some_and(|path| path.disabled != *disabled);
            self.applied.retain(|(other, from, _)| (*other, *from) != (*sku, source));
            self.applied.push((*sku, source, disabled.clone()));
            self.outcomes.push(Outcome { sku: *sku, source, disabled: disabled.clone(), state: PathState::Active });
        }
    }

    /// The licences of the group that cannot be applied, by the first kind of check that fails.
    fn culprits(&mut self, key: GroupKey, changed: &Changed<'_>) -> Vec<(SkuKey, PathError)> {
        let is_kept = |sku: &SkuKey| self.kept.contains(&(*sku, Source::Group(key)));
        let kept: Vec<_> = changed.iter().map(|(sku, _)| *sku).filter(is_kept).collect();
        if !kept.is_empty() {
            return kept.into_iter().map(|sku| (sku, PathError::Dependency)).collect();
        }
        let checks: [(PathError, Check<'a>); 4] = [
            (PathError::ProhibitedInUsageLocation, Self::prohibited),
            (PathError::Count, Self::without_seat),
            (PathError::MutuallyExclusive, Self::exclusive),
            (PathError::Uniqueness, Self::address_taken),
        ];
        for (error, check) in checks {
            let culprits = check(self, key, changed);
            if !culprits.is_empty() {
                let skus = culprits.iter().map(|(sku, _)| (*sku, error)).collect();
                let refusal = |(sku, refusal)| PathRefusal { sku, group: key, refusal };
                self.refusals.extend(culprits.into_iter().map(refusal));
                return skus;
            }
        }
        Vec::new()
    }

    fn prohibited(&self, _: GroupKey, changed: &Changed<'_>) -> Culprits {
        let location = usage_location::inherited(self.tenant, self.user);
        self.each(changed, |sku, disabled| {
            self.tenant.skus.get(&sku).map_or(Ok(()), |sku| usage_location::offered(sku, disabled, location))
        })
    }

    fn without_seat(&self, key: GroupKey, changed: &Changed<'_>) -> Culprits {
        self.each(changed, |sku, _| match self.tenant.skus.get(&sku) {
            Some(found) if self.applied_path(sku, key).is_none() => {
                let holds_seat = self.user.holds(sku) || self.applied.iter().any(|(other, ..)| *other == sku);
                seat_rule::check(self.seats, sku, found, holds_seat)
            }
            _ => Ok(()),
        })
    }

    fn exclusive(&self, key: GroupKey, changed: &Changed<'_>) -> Culprits {
        let source = Source::Group(key);
        let staying = self
            .applied
            .iter()
            .filter(|(sku, from, _)| *from != source || !changed.iter().any(|(other, _)| other == sku))
            .map(|(sku, _, disabled)| (*sku, disabled));
        let enabled = ruled_plans(self.tenant, staying.chain(changed.iter().copied()));
        let conflicts: Vec<_> = plan_exclusion::conflicts(&self.tenant.catalog.rules, &enabled).collect();
        if conflicts.is_empty() {
            return Vec::new();
        }
        self.each(changed, |sku, disabled| {
            let own = ruled_plans(self.tenant, [(sku, disabled)]);
            let hit = |plan: &ServicePlanId| own.binary_search(plan).is_ok();
            conflicts.iter().find(|(one, other)| hit(one) || hit(other)).map_or(Ok(()), |(smaller, larger)| {
                Err(Refusal::MutuallyExclusive { smaller: *smaller, larger: *larger })
            })
        })
    }

    fn address_taken(&self, _: GroupKey, changed: &Changed<'_>) -> Culprits {
        self.each(changed, |sku, disabled| {
            self.tenant.skus.get(&sku).map_or(Ok(()), |sku| address_uniqueness::check(self.user, sku, disabled))
        })
    }

    /// The changed licences that `check` refuses.
    fn each(&self, changed: &Changed<'_>, check: impl Fn(SkuKey, &DisabledPlans) -> Result<(), Refusal>) -> Culprits {
        changed
            .iter()
            .filter_map(|(sku, disabled)| check(*sku, disabled).err().map(|refusal| (*sku, refusal)))
            .collect()
    }

    /// Paths that must be kept because a plan depends on what they give, and that dependency; `None` when
    /// nothing is orphaned.
    fn paths_to_keep(&self) -> Option<(Vec<(SkuKey, Source)>, Refusal)> {
        if !self.reduced {
            return None;
        }
        let enabled = ruled_plans(self.tenant, self.applied.iter().map(|(sku, _, disabled)| (*sku, disabled)));
        let refusal = plan_dependency::check(&self.tenant.catalog.rules, &enabled).err()?;
        let Refusal::DependencyUnmet { needs_one_of, .. } = &refusal else {
            return None;
        };
        let gave_one = |path: &&Path| {
            let given = ruled_plans(self.tenant, [(path.sku, &path.disabled)]);
            needs_one_of.iter().any(|plan| given.binary_search(plan).is_ok())
        };
        let changes = |path: &&Path| {
            path.source != Source::Direct
                && !self.kept.contains(&path.key())
                && !self
                    .applied
                    .iter()
                    .any(|(sku, source, disabled)| (*sku, *source) == path.key() && *disabled == path.disabled)
        };
        let keep: Vec<_> = self.user.applied_paths().filter(changes).filter(gave_one).map(Path::key).collect();
        (!keep.is_empty()).then_some((keep, refusal))
    }

    /// The evaluation, with the SKUs of which the user gives a seat back and takes one.
    fn finish(self, now: Timestamp) -> (Evaluation, Vec<SkuKey>, Vec<SkuKey>) {
        let held = self.user.held_skus();
        let holds: BTreeSet<SkuKey> = self.applied.iter().map(|(sku, ..)| *sku).collect();
        let given_back = held.difference(&holds).copied().collect();
        let taken = holds.difference(&held).copied().collect();
        let changes = self.outcomes.into_iter().filter_map(|outcome| change(self.user, outcome, now)).collect();
        let evaluation = Evaluation { changes, refusals: self.refusals, failed_groups: self.failed_groups };
        (evaluation, given_back, taken)
    }
}

/// How the user's stored path has to change to become the outcome, if it has to.
fn change(user: &UserFacts, outcome: Outcome, now: Timestamp) -> Option<PathChange> {
    let old = user.path(outcome.sku, outcome.source);
    if let Some(old) = old
        && old.state == outcome.state
        && old.disabled == outcome.disabled
    {
        return None;
    }
    if outcome.state == PathState::Removed && !old.is_some_and(|path| path.state.is_applied()) {
        return Some(PathChange::Drop(outcome.sku, outcome.source));
    }
    let since = old.filter(|path| path.state.is_applied() || !outcome.state.is_applied());
    Some(PathChange::Put(Path {
        sku: outcome.sku,
        source: outcome.source,
        disabled: outcome.disabled,
        state: outcome.state,
        assigned_at: since.map_or(now, |path| path.assigned_at),
        updated_at: now,
    }))
}
