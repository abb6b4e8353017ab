//! What must hold after every command, computed anew from the paths and as simply as possible.

use licensing::Facts;
use licensing::assignment::{Path, PathState};
use licensing::facts::UserFacts;
use licensing::ids::{ServicePlanId, SkuKey};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn check(facts: &Facts) {
    for sku in facts.tenant.skus.keys() {
        let holders = live_users(facts).filter(|user| applied(user).any(|path| path.sku == *sku)).count();
        let consumed = facts.consumed.get(sku).copied().unwrap_or(0);
        assert_eq!(consumed, i64::try_from(holders).unwrap(), "seats of {sku:?}");
    }
    for user in facts.users.values() {
        assert!(user.paths.is_sorted_by(|one, other| one.key() < other.key()), "paths out of order: {user:?}");
        assert!(user.licensed_groups.is_sorted_by(|one, other| one < other), "groups out of order: {user:?}");
    }
    live_users(facts).for_each(|user| check_plans(facts, user));
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

pub(crate) fn live_users(facts: &Facts) -> impl Iterator<Item = &UserFacts> {
    facts.users.values().filter(|user| user.deleted_at.is_none())
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
pub(crate) fn licenses_by_definition(facts: &Facts, user: &UserFacts) -> BTreeMap<SkuKey, Vec<ServicePlanId>> {
    let mut licenses = BTreeMap::new();
    for sku in applied(user).map(|path| path.sku) {
        let mut disabled: Vec<ServicePlanId> =
            facts.tenant.skus[&sku].product.plans.iter().map(|plan| plan.id).collect();
        disabled.sort();
        disabled.dedup();
        for path in applied(user).filter(|path| path.sku == sku) {
            disabled.retain(|plan| path.disabled.as_slice().contains(plan));
        }
        licenses.insert(sku, disabled);
    }
    licenses
}
