//! Why a user has a service, or lacks it: each path with what stands in its way now.
//!
//! What is stored tells what became of a path when it was last evaluated. Evaluating the user once more, and
//! throwing the result away, tells the rest: whether it would succeed by now, and if not, which rule refuses it.

use crate::Refusal;
use crate::assignment::{Path, PathState, Source};
use crate::catalog::{AppliesTo, ServicePlan};
use crate::change_set::PathChange;
use crate::evaluate::{Evaluation, evaluate};
use crate::facts::{Facts, UserFacts};
use crate::ids::{GroupKey, ServicePlanId, SkuKey};
use crate::seats::Seats;
use crate::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How one path of a user stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedPath {
    /// The path: as it is stored, or for one that does not exist yet as it would become.
    pub path: Path,
    /// Whether it is stored already.
    pub is_stored: bool,
    /// What is to be said of it.
    pub standing: Standing,
}

/// What is to be said of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Applied as it is wanted.
    AsWanted,
    /// Evaluating the user again would bring it to this state: nothing stands in its way any more.
    WouldBecome(PathState),
    /// A rule refuses what is wanted, now as before.
    Refused(Refusal),
    /// These licences of the same group cannot be applied, and a group is all or nothing (specification 4.3).
    HeldBackBy(Vec<SkuKey>),
}

/// How one service plan of a user stands: the ways by which it could come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedPlan {
    /// The plan.
    pub plan: Arc<ServicePlan>,
    /// Paths that enable it.
    pub enabled_by: Vec<(SkuKey, Source)>,
    /// Applied paths that leave it out.
    pub disabled_by: Vec<(SkuKey, Source)>,
    /// Paths that would enable it if they were applied.
    pub missing_by: Vec<(SkuKey, Source)>,
}

impl ExplainedPlan {
    fn new(plan: Arc<ServicePlan>) -> Self {
        Self { plan, enabled_by: Vec::new(), disabled_by: Vec::new(), missing_by: Vec::new() }
    }

    /// `Enabled`, `Disabled` when every applied path leaves it out, else `Missing`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match (self.enabled_by.is_empty(), self.disabled_by.is_empty()) {
            (false, _) => "Enabled",
            (true, false) => "Disabled",
            (true, true) => "Missing",
        }
    }
}

/// All paths of a live user, those included that its groups want and that do not exist yet, in the order of their
/// keys. The facts must hold the seats in use.
#[must_use]
pub fn paths(facts: &Facts, user: &UserFacts, now: Timestamp) -> Vec<ExplainedPath> {
    let evaluation = evaluate(&facts.tenant, &mut Seats::of(facts), user, now);
    let becomes: BTreeMap<_, _> = evaluation.changes.iter().map(|change| (change.key(), change)).collect();
    let known = user.paths.iter().filter(|path| path.state != PathState::Removed).map(|path| {
        let standing = becomes
            .get(&path.key())
            .and_then(|change| would_become(change))
            .unwrap_or_else(|| standing(&evaluation, path));
        ExplainedPath { path: path.clone(), is_stored: true, standing }
    });
    let is_new = |path: &Path| user.path(path.sku, path.source).is_none();
    let wanted = becomes.values().filter_map(|change| match change {
        PathChange::Put(path) if is_new(path) && path.state != PathState::Removed => {
            let standing = would_become(change).unwrap_or_else(|| standing(&evaluation, path));
            Some(ExplainedPath { path: path.clone(), is_stored: false, standing })
        }
        _ => None,
    });
    let mut explained: Vec<_> = known.chain(wanted).collect();
    explained.sort_by_key(|explained| explained.path.key());
    explained
}

/// The better state that a change brings; none when it only says otherwise why the path is not applied.
fn would_become(change: &PathChange) -> Option<Standing> {
    match change {
        PathChange::Put(path) if path.state.error().is_some() => None,
        PathChange::Put(path) => Some(Standing::WouldBecome(path.state)),
        PathChange::Drop(..) => Some(Standing::WouldBecome(PathState::Removed)),
    }
}

/// Why a path that an evaluation leaves as it is stands so.
fn standing(evaluation: &Evaluation, path: &Path) -> Standing {
    let (Source::Group(group), Some(_)) = (path.source, path.state.error()) else {
        return Standing::AsWanted;
    };
    let of_group = || evaluation.refusals.iter().filter(|refused| refused.group == group);
    match of_group().find(|refused| refused.sku == path.sku) {
        Some(refused) => Standing::Refused(refused.refusal.clone()),
        None => Standing::HeldBackBy(of_group().map(|refused| refused.sku).collect()),
    }
}

/// All service plans for users that some path of the user has or could have, by plan id.
#[must_use]
pub fn plans(facts: &Facts, paths: &[ExplainedPath]) -> Vec<ExplainedPlan> {
    let mut plans: BTreeMap<ServicePlanId, ExplainedPlan> = BTreeMap::new();
    for explained in paths {
        let path = &explained.path;
        let Some(sku) = facts.tenant.skus.get(&path.sku) else { continue };
        let is_applied = explained.is_stored && path.state.is_applied();
        for plan in sku.product.plans.iter().filter(|plan| plan.applies_to == AppliesTo::User) {
            let is_left_out = path.disabled.contains(plan.id);
            // What a path leaves out, and does not give either, says nothing of the plan.
            if is_left_out && !is_applied {
                continue;
            }
            let entry = plans.entry(plan.id).or_insert_with(|| ExplainedPlan::new(plan.clone()));
            match (is_applied, is_left_out) {
                (true, false) => &mut entry.enabled_by,
                (true, true) => &mut entry.disabled_by,
                (false, _) => &mut entry.missing_by,
            }
            .push(path.key());
        }
    }
    plans.into_values().collect()
}

/// The groups that give, or should give, the user licences.
#[must_use]
pub fn groups(paths: &[ExplainedPath]) -> Vec<GroupKey> {
    let mut groups: Vec<_> = paths
        .iter()
        .filter_map(|explained| match explained.path.source {
            Source::Group(group) => Some(group),
            Source::Direct => None,
        })
        .collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}
