//! `POST /users/{id}/assignLicense` (specification 1.3, 3.1-3.3).

use super::find_user;
use crate::assignment::{DisabledPlans, Path, PathState, Source, WantedLicense};
use crate::audit::{Activity, Affected, LicenseChange};
use crate::change_set::{ChangeSet, PathChange};
use crate::command::{Answer, Context, Decision};
use crate::effective::ruled_plans;
use crate::facts::{Facts, UserFacts, UserRef};
use crate::ids::{SkuId, SkuKey};
use crate::refusal::Refusal;
use crate::rules::{
    address_uniqueness, disabled_plans, plan_dependency, plan_exclusion, removal, seats as seat_rule, sku as sku_rule,
    usage_location, wanted_lists,
};
use crate::seats::Seats;
use crate::tenant::TenantSku;
use std::collections::BTreeSet;

/// Adds and removes direct licences of one user, all or none of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignToUser {
    /// The user.
    pub user: UserRef,
    /// Licences to add; one that the user has directly gets the plans named here instead of its own.
    pub add: Vec<WantedLicense>,
    /// Licences to remove.
    pub remove: Vec<SkuId>,
}

/// A licence to add, found in the tenant.
type Found<'a> = (SkuKey, &'a TenantSku, &'a DisabledPlans);
/// A licence to remove, found in the tenant.
type Leaving = (SkuKey, SkuId);

impl AssignToUser {
    /// Checks in the order of [`Refusal`], on the state that would result.
    ///
    /// # Errors
    /// Every refusal of specification 3.2 that concerns users.
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let user = find_user(facts, &self.user)?;
        wanted_lists::check(&self.add, &self.remove)?;
        let (add, remove) = self.find_skus(facts)?;
        for (_, sku, _) in &add {
            sku_rule::assignable(sku)?;
        }
        for (_, sku, disabled) in &add {
            disabled_plans::check(sku, disabled)?;
        }
        for (key, sku) in &remove {
            removal::held(user, *key, *sku)?;
        }
        for (key, sku) in &remove {
            removal::direct(user, *key, *sku)?;
        }
        if !add.is_empty() {
            let location = usage_location::required(user)?;
            for (_, sku, disabled) in &add {
                usage_location::offered(sku, disabled, location)?;
            }
        }
        let mut seats = Seats::of(facts);
        check_result(facts, user, &seats, &add, &remove)?;

        let mut after = user.clone();
        let paths = changes(user, &add, &remove, context);
        paths.iter().for_each(|change| after.change_path(change));
        let (before, held) = (user.held_skus(), after.held_skus());
        before.difference(&held).for_each(|sku| seats.give_back(*sku));
        held.difference(&before).for_each(|sku| seats.take(*sku));

        let mut changes = ChangeSet { consumed: seats.taken(), ..ChangeSet::default() };
        if !paths.is_empty() {
            let mut entry = context.audit(Activity::ChangeUserLicense);
            let licenses = Some(LicenseChange::between(&user.paths, &after.paths));
            entry.affected.push(Affected { licenses, ..Affected::succeeded(user.key) });
            changes.audit.push(entry);
        }
        changes.paths = paths.into_iter().map(|change| (user.key, change)).collect();
        Ok(Decision::accepted(changes, Answer::User(user.key)))
    }

    fn find_skus<'a>(&'a self, facts: &'a Facts) -> Result<(Vec<Found<'a>>, Vec<Leaving>), Refusal> {
        let tenant = &facts.tenant;
        let add = self
            .add
            .iter()
            .map(|wanted| sku_rule::known(tenant, wanted.sku).map(|(key, sku)| (key, sku, &wanted.disabled)))
            .collect::<Result<_, _>>()?;
        let remove = self
            .remove
            .iter()
            .map(|sku| sku_rule::known(tenant, *sku).map(|(key, _)| (key, *sku)))
            .collect::<Result<_, _>>()?;
        Ok((add, remove))
    }
}

/// Seats, dependencies, exclusions and addresses on the resulting set of licences.
fn check_result(
    facts: &Facts,
    user: &UserFacts,
    seats: &Seats<'_>,
    add: &[Found<'_>],
    remove: &[Leaving],
) -> Result<(), Refusal> {
    for (key, sku, _) in add {
        if user.path(*key, Source::Direct).is_none() {
            seat_rule::check(seats, *key, sku, user.holds(*key))?;
        }
    }
    let replaced: BTreeSet<SkuKey> =
        add.iter().map(|(key, ..)| *key).chain(remove.iter().map(|(key, _)| *key)).collect();
    let staying = user
        .applied_paths()
        .filter(|path| path.source != Source::Direct || !replaced.contains(&path.sku))
        .map(|path| (path.sku, &path.disabled));
    let added = add.iter().map(|(key, _, disabled)| (*key, *disabled));
    let enabled = ruled_plans(&facts.tenant, staying.chain(added));
    plan_dependency::check(&facts.tenant.catalog.rules, &enabled)?;
    plan_exclusion::check(&facts.tenant.catalog.rules, &enabled)?;
    for (_, sku, disabled) in add {
        address_uniqueness::check(user, sku, disabled)?;
    }
    Ok(())
}

/// The direct paths that differ from what the user has.
fn changes(user: &UserFacts, add: &[Found<'_>], remove: &[Leaving], context: &Context) -> Vec<PathChange> {
    let now = context.now;
    let removed = remove
        .iter()
        .filter_map(|(key, _)| user.path(*key, Source::Direct))
        .map(|path| PathChange::Put(Path { state: PathState::Removed, updated_at: now, ..path.clone() }));
    let added = add.iter().filter_map(|(key, _, disabled)| {
        let old = user.path(*key, Source::Direct);
        let unchanged = old.is_some_and(|path| path.disabled == **disabled && path.state == PathState::Active);
        let assigned_at = old.map_or(now, |path| path.assigned_at);
        (!unchanged).then(|| {
            PathChange::Put(Path {
                sku: *key,
                source: Source::Direct,
                disabled: (*disabled).clone(),
                state: PathState::Active,
                assigned_at,
                updated_at: now,
            })
        })
    });
    removed.chain(added).collect()
}
