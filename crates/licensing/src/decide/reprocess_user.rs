//! `POST /users/{id}/reprocessLicenseAssignment` (specification 4.6).

use super::find_user;
use crate::audit::{Activity, Affected, LicenseChange};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::evaluate::evaluate;
use crate::facts::{Facts, UserRef};
use crate::seats::Seats;

/// Evaluates all group licences of a user again, at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReprocessUser {
    /// The user.
    pub user: UserRef,
}

impl ReprocessUser {
    /// Writes what can be healed; refuses with the first reason when something cannot.
    #[must_use]
    pub fn decide(&self, facts: &Facts, context: &Context) -> Decision {
        let user = match find_user(facts, &self.user) {
            Ok(user) => user,
            Err(refusal) => return refusal.into(),
        };
        let mut seats = Seats::of(facts);
        let evaluation = evaluate(&facts.tenant, &mut seats, user, context.now);
        let mut entry = context.audit(Activity::ChangeUserLicense);
        let mut after = user.clone();
        evaluation.changes.iter().for_each(|change| after.change_path(change));
        entry.affected.push(Affected {
            users: vec![user.key],
            failure: evaluation.refusals.first().map(|first| first.refusal.to_string()),
            licenses: Some(LicenseChange::between(&user.paths, &after.paths)),
        });
        // A mark may also stand for rules, which are not looked at here.
        let settled_users = if facts.tenant.dynamic_groups.any_is_on() { Vec::new() } else { vec![user.key] };
        let changes = ChangeSet {
            paths: evaluation.changes.into_iter().map(|change| (user.key, change)).collect(),
            consumed: seats.taken(),
            settled_users,
            audit: vec![entry],
            ..ChangeSet::default()
        };
        let first = evaluation.refusals.into_iter().next();
        Decision { changes, answer: first.map_or(Ok(Answer::User(user.key)), |first| Err(first.refusal)) }
    }
}
