//! What must hold after every command, computed anew from the paths and as simply as possible.

use crate::world::Answered;
use licensing::assignment::{Path, PathError, PathState, Source};
use licensing::audit::Affected;
use licensing::change_set::PathChange;
use licensing::decide::set_up::SetUp;
use licensing::directory::{Member, fold_name};
use licensing::effective::assigned_licenses;
use licensing::facts::UserFacts;
use licensing::ids::{GroupKey, ServicePlanId, SkuKey, UserKey};
use licensing::tenant::LicensedGroup;
use licensing::{ChangeSet, Command, Facts};
use std::collections::{BTreeMap, BTreeSet};

/// What holds of any tenant at any time.
pub(crate) fn check(facts: &Facts) {
    for sku in facts.tenant.skus.keys() {
        let holders = live_users(facts).filter(|user| applied(user).any(|path| path.sku == *sku)).count();
        let consumed = facts.consumed.get(sku).copied().unwrap_or(0);
        assert_eq!(consumed, i64::try_from(holders).unwrap(), "seats of {sku:?}");
    }
    for user in facts.users.values() {
        assert!(user.paths.is_sorted_by(|one, other| one.key() < other.key()), "paths out of order: {user:?}");
        let licensed_groups: Vec<_> = wanted_groups(facts, user).map(|(key, _)| key).collect();
        assert_eq!(user.licensed_groups, licensed_groups);
        let licenses: BTreeMap<_, _> = assigned_licenses(&user.paths)
            .into_iter()
            .map(|(sku, disabled)| (sku, disabled.as_slice().to_vec()))
            .collect();
        assert_eq!(licenses, licenses_by_definition(facts, user));
    }
    live_users(facts).for_each(|user| check_plans(facts, user));
    let named = |user: &UserFacts| (fold_name(&user.profile.as_ref().unwrap().principal_name), user.key);
    let names: BTreeMap<String, UserKey> = live_users(facts).map(named).collect();
    assert_eq!(facts.names, names);
}

fn check_plans(facts: &Facts, user: &UserFacts) {
    let enabled = enabled_plans(facts, user);
    let rules = &facts.tenant.catalog.rules;
    for plan in &enabled {
        let alternatives = rules.alternatives_of(*plan);
        let is_met = alternatives.is_empty() || alternatives.iter().any(|other| enabled.contains(other));
        assert!(is_met, "{plan} lacks its prerequisite: {user:?}");
        let rival = enabled.iter().find(|other| rules.exclude_each_other(*plan, **other));
        assert_eq!(rival, None, "{plan} has a rival: {user:?}");
    }
}

/// What holds of one command: `before` and `after` are the facts around it.
pub(crate) fn check_command(command: &Command, answer: &Answered, changes: &ChangeSet, before: &Facts, after: &Facts) {
    for (sku, consumed) in &after.consumed {
        let grew = *consumed > before.consumed.get(sku).copied().unwrap_or(0);
        let within_limit = after.available(*sku) >= 0;
        let as_it_was = matches!(command, Command::RestoreUser(_) | Command::SetUp(SetUp::UserLicenses(..)));
        assert!(!grew || within_limit || as_it_was, "{sku:?} is sold twice");
    }
    check_audit(changes, before, after);
    match command {
        Command::ReprocessUser(_) | Command::ContinueWork(_) => {
            changes.paths.iter().for_each(|(user, change)| check_evaluated(&before.users[user], change, after));
        }
        _ => assert!(answer.is_ok() || changes.is_empty(), "a refused command wrote {changes:?}"),
    }
}

/// Entries tell truly of licences: of each user whose licences changed once, of users alike together.
fn check_audit(changes: &ChangeSet, before: &Facts, after: &Facts) {
    let licenses = |facts: &Facts, user: &UserKey| assigned_licenses(&facts.users[user].paths);
    let mut told = BTreeSet::new();
    for entry in &changes.audit {
        for (at, affected) in entry.affected.iter().enumerate() {
            assert!(!affected.users.is_empty() && affected.users.is_sorted());
            let Some(change) = &affected.licenses else { continue };
            for user in &affected.users {
                assert_eq!((&change.before, &change.after), (&licenses(before, user), &licenses(after, user)));
                assert!(told.insert(*user), "{user:?} is told of twice");
            }
            let alike = |other: &Affected| (&other.failure, &other.licenses) == (&affected.failure, &affected.licenses);
            assert!(!entry.affected[..at].iter().any(alike), "the same is told of twice");
        }
    }
    let changed = |user: &&UserKey| licenses(before, user) != licenses(after, user);
    let is_gone = |user: &&UserKey| changes.purged.contains(&Member::User(**user));
    let untold = before.users.keys().filter(changed).find(|user| !told.contains(user) && !is_gone(user));
    assert_eq!(untold, None, "licences changed that no entry tells of");
}

/// An evaluation touches no direct licence, and takes away only what no group wants.
fn check_evaluated(user: &UserFacts, change: &PathChange, facts: &Facts) {
    let (sku, source) = change.key();
    let Source::Group(group) = source else { panic!("a direct licence was evaluated: {change:?}") };
    let is_wanted =
        wanted_groups(facts, user).any(|(key, licensed)| key == group && licensed.licenses.contains_key(&sku));
    let goes = match change {
        PathChange::Put(path) => path.state == PathState::Removed,
        PathChange::Drop(..) => true,
    };
    assert!(!(goes && is_wanted), "a wanted path was taken away: {change:?}");
}

/// What holds once no work is waiting: every path says truly how its group's wish stands.
pub(crate) fn check_settled(facts: &Facts) {
    for user in live_users(facts) {
        for (key, group) in wanted_groups(facts, user) {
            check_all_or_nothing(user, key, group);
        }
        for path in user.paths.iter().filter(|path| path.state != PathState::Removed) {
            let Source::Group(key) = path.source else { continue };
            let mut groups = wanted_groups(facts, user).filter(|(group, _)| *group == key);
            let wanted = groups.find_map(|(_, group)| group.licenses.get(&path.sku));
            match path.state {
                PathState::Active | PathState::Error(_) => assert_eq!(wanted, Some(&path.disabled), "{path:?}"),
                PathState::ActiveWithError(error) if wanted.is_none() => {
                    assert_eq!(error, PathError::Dependency, "{path:?}");
                }
                PathState::ActiveWithError(_) | PathState::Removed => {}
            }
        }
    }
}

fn check_all_or_nothing(user: &UserFacts, key: GroupKey, group: &LicensedGroup) {
    let state = |sku: &SkuKey| user.path(*sku, Source::Group(key)).expect("a wanted path exists").state;
    let states: Vec<PathState> = group.licenses.keys().map(state).collect();
    let all_applied = states.iter().all(|state| *state == PathState::Active);
    let culprit = states.iter().any(|state| state.error().is_some_and(|error| error != PathError::Other));
    let none_as_wanted = states.iter().all(|state| state.error().is_some());
    assert!(all_applied || (none_as_wanted && culprit), "{states:?}");
}

/// Who waits although there is a seat.
pub(crate) fn waiting_in_vain(facts: &Facts) -> Vec<(UserKey, SkuKey)> {
    let waits = |path: &&Path| path.state == PathState::Error(PathError::Count) && facts.available(path.sku) > 0;
    live_users(facts).flat_map(|user| user.paths.iter().filter(waits).map(|path| (user.key, path.sku))).collect()
}

pub(crate) fn live_users(facts: &Facts) -> impl Iterator<Item = &UserFacts> {
    facts.users.values().filter(|user| user.deleted_at.is_none())
}

/// The groups with licences, now or once, of which the user is a member.
fn wanted_groups<'a>(facts: &'a Facts, user: &UserFacts) -> impl Iterator<Item = (GroupKey, &'a LicensedGroup)> {
    let member = Member::User(user.key);
    let groups = facts.tenant.licensed_groups.iter().map(|(key, group)| (*key, group));
    groups.filter(move |(key, _)| facts.memberships.contains(&(*key, member)))
}

fn applied(user: &UserFacts) -> impl Iterator<Item = &Path> {
    user.paths.iter().filter(|path| matches!(path.state, PathState::Active | PathState::ActiveWithError(_)))
}

fn enabled_plans(facts: &Facts, user: &UserFacts) -> BTreeSet<ServicePlanId> {
    let mut enabled = BTreeSet::new();
    for path in applied(user) {
        for plan in &facts.tenant.skus[&path.sku].product.plans {
            if !path.disabled.as_slice().contains(&plan.id) {
                enabled.insert(plan.id);
            }
        }
    }
    enabled
}

/// `assignedLicenses` by its definition: a SKU is there when a path applies it, a plan is disabled when every
/// such path disables it.
fn licenses_by_definition(facts: &Facts, user: &UserFacts) -> BTreeMap<SkuKey, Vec<ServicePlanId>> {
    let mut licenses = BTreeMap::new();
    for sku in applied(user).map(|path| path.sku) {
        let plans: BTreeSet<ServicePlanId> = facts.tenant.skus[&sku].product.plans.iter().map(|plan| plan.id).collect();
        let paths = || applied(user).filter(|path| path.sku == sku);
        let disabled = |plan: &ServicePlanId| paths().all(|path| path.disabled.as_slice().contains(plan));
        licenses.insert(sku, plans.into_iter().filter(disabled).collect());
    }
    licenses
}
