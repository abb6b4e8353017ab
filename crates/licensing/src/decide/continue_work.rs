//! The next chunk of work that a change left for others (specification 4.2, 4.6).
//!
//! The cursor is written together with the users it passes: a crash repeats nothing and loses nothing.

use crate::audit::by_change::ByChange;
use crate::audit::{Activity, Actor, Affected, AuditEntry, Detail, GroupTotals};
use crate::change_set::{ChangeSet, RuleUpdate};
use crate::command::{Answer, Context, Decision};
use crate::directory::Member;
use crate::dynamic_group::{DynamicGroup, RuleStatus};
use crate::facts::{Chunk, ChunkFacts, Facts, Fence, ProcessingState, Progress, Work};
use crate::ids::{GroupKey, SkuKey, UserKey};
use crate::seats::Seats;
use crate::visit::{Visit, visit};
use std::collections::{BTreeMap, BTreeSet};

/// Evaluates the next users of some work, in the order of their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContinueWork {
    /// Which work, and how many users at most.
    pub chunk: Chunk,
    /// The turn in which it is done; in another it is refused.
    pub fence: Fence,
}

impl ContinueWork {
    /// Never refuses: what a user cannot have becomes a state of the user. Whose turn it is is checked before.
    #[must_use]
    pub fn decide(&self, facts: &Facts, context: &Context) -> Decision {
        let context = Context { actor: Actor::GroupLicensing, ..context.clone() };
        let changes = facts.chunk.as_ref().filter(|chunk| chunk.of == self.chunk.of).map(|chunk| match chunk.of {
            Work::Group(group) => continue_group(facts, chunk, group, &context),
            Work::Users => continue_users(facts, chunk, &context),
            Work::Sku(sku) => continue_sku(facts, chunk, sku, &context),
            Work::Rule(group) => continue_rule(facts, chunk, group, &context),
        });
        Decision::accepted(changes.unwrap_or_default(), Answer::Done)
    }
}

/// Visits the live users of the chunk one after the other; `each` sees the outcome and says whether to go on.
fn visit_users(
    facts: &Facts,
    chunk: &ChunkFacts,
    context: &Context,
    mut each: impl FnMut(UserKey, &Visit, &Seats<'_>) -> bool,
) -> ChangeSet {
    let mut seats = Seats::of(facts);
    let mut changes = ChangeSet::default();
    let mut affected = ByChange::default();
    let mut moves = Moves::default();
    let mut loaded = facts.users.iter().peekable();
    for key in &chunk.users {
        // Both are in the order of their keys: no user of a long chunk is searched for.
        while loaded.next_if(|(other, _)| *other < key).is_some() {}
        let Some((_, user)) = loaded.next_if(|(other, user)| *other == key && user.deleted_at.is_none()) else {
            continue;
        };
        let mut visit = visit(&facts.tenant, &mut seats, user, chunk.of, context.now);
        let go_on = each(*key, &visit, &seats);
        affected.add(user, &visit.evaluation);
        changes.paths.extend(visit.evaluation.changes.drain(..).map(|change| (*key, change)));
        moves.note(*key, &visit);
        if !go_on {
            break;
        }
    }
    changes.consumed = seats.taken();
    let affected = affected.finish();
    if !affected.is_empty() {
        changes.audit.push(AuditEntry { affected, ..context.audit(Activity::ChangeUserLicense) });
    }
    moves.write(&mut changes, context);
    changes
}

/// Who joined and left which dynamic group in a chunk.
#[derive(Default)]
struct Moves {
    users: BTreeMap<(GroupKey, bool), Vec<UserKey>>,
    failed: BTreeSet<GroupKey>,
}

impl Moves {
    fn note(&mut self, user: UserKey, visit: &Visit) {
        for (group, joins) in &visit.memberships {
            self.users.entry((*group, *joins)).or_default().push(user);
        }
        self.failed.extend(&visit.restless);
    }

    /// It is another part of the service that changes members than the one that gives them licences.
    fn write(self, changes: &mut ChangeSet, context: &Context) {
        let context = &Context { actor: Actor::DynamicMembership, ..context.clone() };
        for ((group, joins), users) in self.users {
            changes.memberships.extend(users.iter().map(|user| (group, Member::User(*user), joins)));
            changes.rule_updates.push((group, RuleUpdate::Members(context.now)));
            let activity = if joins { Activity::AddMember } else { Activity::RemoveMember };
            let affected = vec![Affected { users, failure: None, licenses: None }];
            changes.audit.push(AuditEntry { affected, ..group_entry(context, activity, group) });
        }
        let failed = |group| (group, RuleUpdate::Status(RuleStatus::Failed));
        changes.rule_updates.extend(self.failed.into_iter().map(failed));
    }
}

fn continue_group(facts: &Facts, chunk: &ChunkFacts, group: GroupKey, context: &Context) -> ChangeSet {
    let Some(mut progress) = chunk.progress else {
        return ChangeSet::default();
    };
    let begins = progress.cursor.is_none();
    let mut changes = visit_users(facts, chunk, context, |_, visit, _| {
        let failed = visit.evaluation.failed_groups.contains(&group);
        *(if failed { &mut progress.failed } else { &mut progress.succeeded }) += 1;
        true
    });
    progress.cursor = chunk.users.last().copied().or(progress.cursor);
    if let Some(entry) = changes.audit.first_mut().filter(|entry| entry.activity == Activity::ChangeUserLicense) {
        entry.group = Some(group);
    }
    if begins {
        changes.audit.insert(0, group_entry(context, Activity::StartApplyingGroupLicense, group));
        changes.processing.push((group, ProcessingState::ProcessingInProgress));
    }
    if chunk.is_last {
        let totals = GroupTotals { succeeded: progress.succeeded, failed: progress.failed };
        let entry = group_entry(context, Activity::FinishApplyingGroupLicense, group);
        changes.audit.push(AuditEntry { detail: Detail::Totals(totals), ..entry });
        changes.processing.push((group, ProcessingState::ProcessingComplete));
        changes.pending_groups.push((group, None));
    } else {
        changes.pending_groups.push((group, Some(progress)));
    }
    changes
}

fn group_entry(context: &Context, activity: Activity, group: GroupKey) -> AuditEntry {
    AuditEntry { group: Some(group), ..context.audit(activity) }
}

fn continue_users(facts: &Facts, chunk: &ChunkFacts, context: &Context) -> ChangeSet {
    let mut changes = visit_users(facts, chunk, context, |_, _, _| true);
    changes.settled_users.clone_from(&chunk.users);
    changes
}

fn continue_sku(facts: &Facts, chunk: &ChunkFacts, sku: SkuKey, context: &Context) -> ChangeSet {
    let Some(progress) = chunk.progress else {
        return ChangeSet::default();
    };
    let mut seats_are_left = facts.available(sku) > 0;
    let nobody = ChunkFacts { users: Vec::new(), ..chunk.clone() };
    let chunk = if seats_are_left { chunk } else { &nobody };
    let mut changes = visit_users(facts, chunk, context, |_, _, seats| {
        seats_are_left = seats.is_free(sku);
        seats_are_left
    });
    let goes_on = seats_are_left && !chunk.is_last;
    let cursor = chunk.users.last().copied();
    let progress = goes_on.then_some(Progress { cursor, ..progress });
    changes.pending_skus.push((sku, progress));
    changes
}

/// The rule of a group looks at all users; a group that is dynamic no longer leaves nothing to do.
fn continue_rule(facts: &Facts, chunk: &ChunkFacts, group: GroupKey, context: &Context) -> ChangeSet {
    let Some(mut progress) = chunk.progress else {
        return ChangeSet::default();
    };
    if !facts.tenant.dynamic_groups.get(group).is_some_and(DynamicGroup::is_on) {
        return ChangeSet { pending_rules: vec![(group, None)], ..ChangeSet::default() };
    }
    let mut changes = visit_users(facts, chunk, context, |_, visit, _| {
        let failed = visit.restless.contains(&group);
        *(if failed { &mut progress.failed } else { &mut progress.succeeded }) += 1;
        true
    });
    progress.cursor = chunk.users.last().copied().or(progress.cursor);
    let status = match (chunk.is_last, progress.failed) {
        (false, _) => RuleStatus::Running,
        (true, 0) => RuleStatus::Succeeded,
        (true, _) => RuleStatus::Failed,
    };
    changes.rule_updates.push((group, RuleUpdate::Status(status)));
    changes.pending_rules.push((group, (!chunk.is_last).then_some(progress)));
    changes
}
