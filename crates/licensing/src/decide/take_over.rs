//! Licences that an export tells of, taken over as they were: they were given by the rules once, and what became
//! of seats, locations and purchases since then takes no licence away (specification 3.3, 4.5).
//!
//! Only what can never be otherwise is checked. A disabled plan that its SKU no longer has is kept, as the store
//! that was exported kept it.

use super::assign_to_group::{licensed, next_order};
use super::{find_group, find_user};
use crate::assignment::{Path, PathState, Source, WantedLicense};
use crate::audit::{Activity, Affected, LicenseChange};
use crate::change_set::{ChangeSet, PathChange};
use crate::command::{Answer, Context, Decision};
use crate::directory::Member;
use crate::facts::{Facts, UserRef};
use crate::ids::{GroupKey, SkuKey, UserKey};
use crate::refusal::Refusal;
use crate::rules::{sku as sku_rule, wanted_lists};
use crate::tenant::LicensedGroup;
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A licence that a user has, or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldLicense {
    /// SKU and disabled plans.
    pub license: WantedLicense,
    /// The group that gives it; a direct one has none.
    pub group: Option<Uuid>,
    /// When it was taken away. Rules about `assignedPlans` see that its plans are `Deleted`.
    pub removed_at: Option<Timestamp>,
}

/// Puts the licences as `Active` paths and counts their seats, also those above what was bought; what was taken away
/// becomes a `Removed` path. A user who has
/// a group's licence that the group does not give is marked for evaluation.
pub(super) fn by_user(
    facts: &Facts,
    context: &Context,
    user: Uuid,
    licenses: &[HeldLicense],
) -> Result<Decision, Refusal> {
    let user = find_user(facts, &UserRef::Id(user))?;
    let mut changes = ChangeSet::default();
    let mut seen = BTreeSet::new();
    for HeldLicense { license, group, removed_at } in licenses {
        let (sku, _) = sku_rule::known(&facts.tenant, license.sku)?;
        let source = match group {
            None => Source::Direct,
            Some(id) => Source::Group(find_group(facts, *id)?.key),
        };
        if !seen.insert((sku, source)) {
            return Err(Refusal::SkuNamedTwice(license.sku));
        }
        if let Source::Group(group) = source {
            remember_group(facts, group, &mut changes);
            if removed_at.is_none() && !gives(facts, group, sku, user.key) {
                changes.pending_users.insert(user.key);
            }
        }
        if removed_at.is_none() && !user.holds(sku) {
            changes.consumed.insert(sku, 1);
        }
        let (disabled, updated_at) = (license.disabled.clone(), removed_at.unwrap_or(context.now));
        let state = if removed_at.is_some() { PathState::Removed } else { PathState::Active };
        let path = Path { sku, source, disabled, state, assigned_at: updated_at, updated_at };
        changes.paths.push((user.key, PathChange::Put(path)));
    }
    let mut entry = context.audit(Activity::ChangeUserLicense);
    let mut after = user.clone();
    changes.paths.iter().for_each(|(_, change)| after.change_path(change));
    let licenses = Some(LicenseChange::between(&user.paths, &after.paths));
    entry.affected.push(Affected { licenses, ..Affected::succeeded(user.key) });
    changes.audit.push(entry);
    Ok(Decision::accepted(changes, Answer::User(user.key)))
}

/// Sets the licences of a group, which must be security-enabled as always, and queues its members.
pub(super) fn by_group(
    facts: &Facts,
    context: &Context,
    group: Uuid,
    wanted: &[WantedLicense],
) -> Result<Decision, Refusal> {
    let group = find_group(facts, group)?;
    wanted_lists::check(wanted, &[])?;
    if !group.profile.security_enabled() {
        return Err(Refusal::GroupNotEligible);
    }
    let license = |wanted: &WantedLicense| {
        sku_rule::known(&facts.tenant, wanted.sku).map(|(sku, _)| (sku, wanted.disabled.clone()))
    };
    let licenses = wanted.iter().map(license).collect::<Result<_, _>>()?;
    let licenses = LicensedGroup { id: group.profile.id, order: next_order(facts), licenses };
    Ok(licensed(facts, context, group.key, licenses))
}

/// Makes sure that a group of which a user has a licence is one that once had licences.
fn remember_group(facts: &Facts, key: GroupKey, changes: &mut ChangeSet) {
    if facts.tenant.licensed_groups.contains_key(&key) {
        return;
    }
    if let Some(group) = facts.groups.get(&key) {
        let once = LicensedGroup { id: group.profile.id, order: next_order(facts), licenses: BTreeMap::new() };
        changes.licensed_groups.push((key, once));
    }
}

/// Whether the group has a licence of the SKU for this user.
fn gives(facts: &Facts, group: GroupKey, sku: SkuKey, user: UserKey) -> bool {
    facts.memberships.contains(&(group, Member::User(user)))
        && facts.tenant.licensed_groups.get(&group).is_some_and(|group| group.licenses.contains_key(&sku))
}
