//! Letting time do its work: on subscriptions, on what was deleted, on rules that follow it, on the audit log
//! (docs/decisions/0013, docs/decisions/0017).

use super::restore_user::is_restorable;
use crate::aging::{kept_since, kept_until, next_run_at};
use crate::audit::{Activity, Actor, Affected, AuditEntry};
use crate::change_set::{ChangeSet, Forgotten};
use crate::command::{Answer, Context, Decision};
use crate::directory::Member;
use crate::facts::{Facts, Fence, Scope};
use crate::ids::UserKey;
use crate::tenant::Tenant;
use crate::time::Timestamp;

/// Users and groups that are deleted for good in one change.
pub const PURGED_MAX: u32 = 100;
/// Entries of the audit log that are dropped in one change.
pub const FORGOTTEN_ENTRIES_MAX: u32 = 200;

/// Does what is due; of what is much, a part that is left to the next look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassTime {
    /// The turn in which it is done; in another it is refused.
    pub fence: Fence,
}

impl PassTime {
    pub(crate) fn add_to(scope: &mut Scope) {
        scope.aged = Some(PURGED_MAX);
    }

    /// Never refuses, and writes nothing when nothing is due. Whose turn it is is checked before.
    #[must_use]
    pub fn decide(&self, facts: &Facts, context: &Context) -> Decision {
        let mut changes = due(facts, context);
        changes.then(run_rules(&facts.tenant, context.now, |run_at| next_run_at(run_at) <= context.now));
        Decision::accepted(changes, Answer::Done)
    }
}

/// What is due at the time of the context, but for rules.
pub(super) fn due(facts: &Facts, context: &Context) -> ChangeSet {
    let context = Context { actor: Actor::GroupLicensing, ..context.clone() };
    let mut changes = advance_subscriptions(&facts.tenant, &context);
    changes.then(purge(facts, &context));
    let is_old = facts.aged.audited_at.is_some_and(|at| kept_until(at) <= context.now);
    changes.forgotten =
        is_old.then(|| Forgotten { before: kept_since(context.now), entries_max: FORGOTTEN_ENTRIES_MAX });
    changes
}

/// Licences stay with whoever has them (specification 3.3).
fn advance_subscriptions(tenant: &Tenant, context: &Context) -> ChangeSet {
    let mut changes = ChangeSet::default();
    for (key, sku) in &tenant.skus {
        for subscription in sku.subscriptions.iter().filter(|known| is_due(known.next_lifecycle_at, context.now)) {
            changes.subscriptions.push((*key, sku.product.id, subscription.at(context.now)));
        }
    }
    if !changes.subscriptions.is_empty() {
        changes.audit.push(context.audit(Activity::AdvanceSubscriptions));
    }
    changes
}

fn is_due(next: Option<Timestamp>, now: Timestamp) -> bool {
    next.is_some_and(|next| next <= now)
}

/// Deletes for good what can no longer be restored.
fn purge(facts: &Facts, context: &Context) -> ChangeSet {
    let old = facts.aged.deleted.iter().filter(|(deleted_at, _)| !is_restorable(*deleted_at, context.now));
    purged(old.map(|(_, member)| *member).collect(), context)
}

/// Deletes these for good. Users share an entry.
pub(super) fn purged(purged: Vec<Member>, context: &Context) -> ChangeSet {
    let mut changes = ChangeSet::default();
    let users = purged.iter().filter_map(|member| match member {
        Member::User(key) => Some(*key),
        Member::Group(_) => None,
    });
    let mut users: Vec<UserKey> = users.collect();
    users.sort_unstable();
    if !users.is_empty() {
        let affected = vec![Affected { users, failure: None, licenses: None }];
        changes.audit.push(AuditEntry { affected, ..context.audit(Activity::HardDeleteUser) });
    }
    for member in &purged {
        if let Member::Group(group) = member {
            changes.audit.push(AuditEntry { group: Some(*group), ..context.audit(Activity::HardDeleteGroup) });
        }
    }
    changes.purged = purged;
    changes
}

/// Has the rules that follow time look at all users again, those whose last run `is_due`.
pub(super) fn run_rules(tenant: &Tenant, now: Timestamp, is_due: impl Fn(Timestamp) -> bool) -> ChangeSet {
    let mut changes = ChangeSet::default();
    for (key, group) in tenant.dynamic_groups.iter().filter(|(_, group)| group.run_at().is_some_and(&is_due)) {
        changes.dynamic_groups.push((key, Some(group.clone().run(Some(now)))));
        changes.queue_rule(key, now);
    }
    changes
}
