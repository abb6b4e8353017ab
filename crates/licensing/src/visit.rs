//! One user, visited by some work: the rules of dynamic groups first, then licences, and around again while licences
//! change what rules see (specification 4.12).
//!
//! A visit is whole before the next user is visited, so that the size of chunks decides nothing.

use crate::assignment::PathState;
use crate::change_set::PathChange;
use crate::evaluate::{Evaluation, evaluate};
use crate::facts::{UserFacts, Work};
use crate::ids::GroupKey;
use crate::seats::Seats;
use crate::tenant::Tenant;
use crate::time::Timestamp;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How often rules may change the memberships of a user in one visit. A user whom they still push to and fro after that
/// stays as the last round left it. The number has many divisors: memberships that come round in 2, 3, 4 or 6
/// steps end where they began, so that another visit changes nothing.
pub(crate) const ROUNDS_MAX: usize = 12;

/// What a visit came to.
#[derive(Debug, Default)]
pub(crate) struct Visit {
    /// What became of the licences.
    pub(crate) evaluation: Evaluation,
    /// Memberships in dynamic groups made (`true`) or ended.
    pub(crate) memberships: BTreeMap<GroupKey, bool>,
    /// Groups whose rules pushed the user to and fro to the end.
    pub(crate) restless: Vec<GroupKey>,
}

/// Visits a live user.
pub(crate) fn visit(tenant: &Tenant, seats: &mut Seats<'_>, user: &UserFacts, of: Work, now: Timestamp) -> Visit {
    let mut visitor = Visitor { tenant, after: Cow::Borrowed(user), now, evaluation: Evaluation::default() };
    let moved = match of {
        Work::Users => visitor.admit(None),
        Work::Rule(group) => match visitor.admit(Some(group)) {
            moved if moved.is_empty() => return Visit::default(),
            moved => moved.into_iter().chain(visitor.admit(None)).collect(),
        },
        Work::Group(_) | Work::Sku(_) => Vec::new(),
    };
    let mut rounds = usize::from(!moved.is_empty());
    let mut restless = Vec::new();
    let mut licences_changed = visitor.evaluate(seats);
    let mut evaluated_again = false;
    while licences_changed && tenant.dynamic_groups.any_reads_plans() {
        let moved = visitor.admit(None);
        if moved.is_empty() {
            break;
        }
        rounds += 1;
        licences_changed = visitor.evaluate(seats);
        evaluated_again = true;
        if rounds >= ROUNDS_MAX {
            restless = moved;
            break;
        }
    }
    let is_member = |user: &UserFacts, group| user.ruled_groups.binary_search(&group).is_ok();
    let dynamic = tenant.dynamic_groups.iter().map(|(group, _)| group);
    let memberships: BTreeMap<GroupKey, bool> = match &visitor.after {
        Cow::Borrowed(_) => BTreeMap::new(),
        Cow::Owned(after) => dynamic
            .filter(|group| is_member(user, *group) != is_member(after, *group))
            .map(|group| (group, is_member(after, group)))
            .collect(),
    };
    // Those that moved last, and those that this has left with a member, or without one, against their rules.
    if !restless.is_empty() {
        restless.extend(visitor.admit(None));
    }
    let mut evaluation = visitor.evaluation;
    if evaluated_again {
        evaluation.changes = net(user, evaluation.changes);
    }
    Visit { evaluation, memberships, restless }
}

/// Whether a rule that is on makes a user whose profile is loaded join or leave its group.
pub(crate) fn is_moved(tenant: &Tenant, user: &UserFacts, now: Timestamp) -> bool {
    let evaluation = Evaluation::default();
    !Visitor { tenant, after: Cow::Borrowed(user), now, evaluation }.admit(None).is_empty()
}

/// What several evaluations changed altogether: of each path the last change, if it leaves the path otherwise than it was.
fn net(user: &UserFacts, changes: Vec<PathChange>) -> Vec<PathChange> {
    let last: BTreeMap<_, PathChange> = changes.into_iter().map(|change| (change.key(), change)).collect();
    let before = |change: &PathChange| user.paths.iter().find(|path| path.key() == change.key());
    let matters = |change: &PathChange| match (change, before(change)) {
        (PathChange::Put(path), Some(old)) => (path.state, &path.disabled) != (old.state, &old.disabled),
        (PathChange::Put(path), None) => path.state != PathState::Removed,
        (PathChange::Drop(..), old) => old.is_some(),
    };
    last.into_values().filter(matters).collect()
}

struct Visitor<'a> {
    tenant: &'a Tenant,
    after: Cow<'a, UserFacts>,
    now: Timestamp,
    evaluation: Evaluation,
}

impl Visitor<'_> {
    /// Makes the user a member of just the groups whose rules select it, of those that are on, or of one of them;
    /// the groups that this changes. Rules about other groups come last: they see what the others decided.
    fn admit(&mut self, only: Option<GroupKey>) -> Vec<GroupKey> {
        let rules = &self.tenant.dynamic_groups;
        if !rules.any_is_on() || self.after.profile.is_none() {
            return Vec::new();
        }
        let mut moved = Vec::new();
        for follows in [false, true] {
            let rules = rules.iter().filter(|(key, group)| {
                group.is_on() && group.follows_groups() == follows && only.is_none_or(|only| only == *key)
            });
            for (key, group) in rules {
                let belongs = group.selects(self.tenant, &self.after, self.now);
                if belongs != self.after.ruled_groups.binary_search(&key).is_ok() {
                    self.after.to_mut().change_membership(self.tenant, key, belongs);
                    moved.push(key);
                }
            }
        }
        moved
    }

    /// Evaluates the licences, and says whether that changed any.
    fn evaluate(&mut self, seats: &mut Seats<'_>) -> bool {
        let mut evaluation = evaluate(self.tenant, seats, &self.after, self.now);
        let changed = !evaluation.changes.is_empty();
        if changed && self.tenant.dynamic_groups.any_reads_plans() {
            let after = self.after.to_mut();
            evaluation.changes.iter().for_each(|change| after.change_path(change));
        }
        if !self.evaluation.changes.is_empty() {
            let later = std::mem::take(&mut evaluation.changes);
            evaluation.changes = std::mem::take(&mut self.evaluation.changes);
            evaluation.changes.extend(later);
        }
        self.evaluation = evaluation;
        changed
    }
}
