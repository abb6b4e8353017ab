//! Sorts the users of a chunk by what happened to their licences, so that thousands alike cost one pair of sets.

use super::{Affected, LicenseChange};
use crate::Refusal;
use crate::change_set::PathChange;
use crate::evaluate::Evaluation;
use crate::facts::UserFacts;
use crate::ids::UserKey;
use std::collections::BTreeMap;

/// With how many of the latest kinds a user is compared; users alike mostly come one after the other. Who is like
/// none of these begins a kind of its own, which is found again when all are sorted.
const KINDS_COMPARED_MAX: usize = 8;

/// Users by what happened to them.
#[derive(Default)]
pub(crate) struct ByChange<'a> {
    kinds: Vec<Kind<'a>>,
}

/// Users whose paths were the same and changed in the same way.
struct Kind<'a> {
    first: &'a UserFacts,
    changes: Vec<PathChange>,
    has_failed: bool,
    refusal: Option<Refusal>,
    users: Vec<UserKey>,
}

impl<'a> ByChange<'a> {
    /// Takes note of a user. Nothing is copied for one who is like another.
    pub(crate) fn add(&mut self, user: &'a UserFacts, evaluation: &Evaluation) {
        if evaluation.changes.is_empty() {
            return;
        }
        let mut latest = self.kinds.iter_mut().rev().take(KINDS_COMPARED_MAX);
        match latest.find(|kind| kind.fits(user, evaluation)) {
            Some(kind) => kind.users.push(user.key),
            None => self.kinds.push(Kind {
                first: user,
                changes: evaluation.changes.clone(),
                has_failed: !evaluation.failed_groups.is_empty(),
                refusal: first_refusal(evaluation).cloned(),
                users: vec![user.key],
            }),
        }
    }

    /// One for each difference in licences and outcome, those for whom it succeeded first.
    pub(crate) fn finish(self) -> Vec<Affected> {
        let mut sorted: BTreeMap<(Option<String>, LicenseChange), Vec<UserKey>> = BTreeMap::new();
        for kind in self.kinds {
            let failure = kind.has_failed.then(|| kind.refusal.as_ref().map(ToString::to_string).unwrap_or_default());
            let mut after = kind.first.clone();
            kind.changes.iter().for_each(|change| after.change_path(change));
            let licenses = LicenseChange::between(&kind.first.paths, &after.paths);
            sorted.entry((failure, licenses)).or_default().extend(kind.users);
        }
        let affected = |((failure, licenses), mut users): ((_, _), Vec<UserKey>)| {
            users.sort_unstable();
            Affected { users, failure, licenses: Some(licenses) }
        };
        sorted.into_iter().map(affected).collect()
    }
}

impl Kind<'_> {
    fn fits(&self, user: &UserFacts, evaluation: &Evaluation) -> bool {
        let applied = |user: &'_ UserFacts| user.applied_paths().count();
        let same_paths = || {
            applied(self.first) == applied(user)
                && self
                    .first
                    .applied_paths()
                    .zip(user.applied_paths())
                    .all(|(one, other)| one.key() == other.key() && one.disabled == other.disabled)
        };
        self.has_failed != evaluation.failed_groups.is_empty()
            && self.changes.len() == evaluation.changes.len()
            && self.refusal.as_ref() == first_refusal(evaluation)
            && self.changes.iter().zip(&evaluation.changes).all(|(one, other)| are_alike(one, other))
            && same_paths()
    }
}

fn first_refusal(evaluation: &Evaluation) -> Option<&Refusal> {
    evaluation.refusals.first().map(|first| &first.refusal)
}

/// Whether two changes are the same but for their times.
fn are_alike(one: &PathChange, other: &PathChange) -> bool {
    match (one, other) {
        (PathChange::Put(one), PathChange::Put(other)) => {
            one.key() == other.key() && one.state == other.state && one.disabled == other.disabled
        }
        (PathChange::Drop(..), PathChange::Drop(..)) => one.key() == other.key(),
        (PathChange::Put(_), PathChange::Drop(..)) | (PathChange::Drop(..), PathChange::Put(_)) => false,
    }
}
