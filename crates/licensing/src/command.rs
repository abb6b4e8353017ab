//! All that can be asked of a tenant, and the one way in which it is decided.

use crate::assignment::PathState;
use crate::audit::{Activity, Actor, AuditEntry, Detail};
use crate::change_set::{ChangeSet, PathChange};
use crate::decide::{
    add_member::AddMember, add_owner::AddOwner, assign_to_group::AssignToGroup, assign_to_user::AssignToUser,
    buy_subscription::BuySubscription, cancel_subscription::CancelSubscription, change_product::ChangeProduct,
    change_subscription::ChangeSubscription, continue_work::ContinueWork, create_group::CreateGroup,
    create_product::CreateProduct, create_user::CreateUser, delete_group::DeleteGroup,
    delete_permanently::DeletePermanently, delete_user::DeleteUser, pass_time::PassTime, remove_member::RemoveMember,
    remove_owner::RemoveOwner, renew_subscription::RenewSubscription, reprocess_user::ReprocessUser,
    restore_group::RestoreGroup, restore_user::RestoreUser, set_clock::SetClock, set_manager::SetManager,
    set_up::SetUp, update_group::UpdateGroup, update_user::UpdateUser,
};
use crate::directory::Member;
use crate::dynamic_group::DynamicGroup;
use crate::facts::{Facts, Fence, Progress, Scope, UserFacts};
use crate::ids::{GroupKey, SkuKey, UserKey};
use crate::refusal::Refusal;
use crate::tenant::Tenant;
use crate::time::Timestamp;
use crate::visit::is_moved;
use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use uuid::Uuid;

/// Something to be done in one tenant; each variant is a file of [`decide`](crate::decide).
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each variant's documentation is at its type")]
pub enum Command {
    AssignToUser(AssignToUser),
    AssignToGroup(AssignToGroup),
    ReprocessUser(ReprocessUser),
    ContinueWork(ContinueWork),
    CreateUser(CreateUser),
    UpdateUser(UpdateUser),
    DeleteUser(DeleteUser),
    RestoreUser(RestoreUser),
    DeletePermanently(DeletePermanently),
    RestoreGroup(RestoreGroup),
    SetManager(SetManager),
    CreateGroup(CreateGroup),
    UpdateGroup(UpdateGroup),
    DeleteGroup(DeleteGroup),
    AddMember(AddMember),
    RemoveMember(RemoveMember),
    AddOwner(AddOwner),
    RemoveOwner(RemoveOwner),
    BuySubscription(BuySubscription),
    ChangeSubscription(ChangeSubscription),
    CancelSubscription(CancelSubscription),
    RenewSubscription(RenewSubscription),
    CreateProduct(CreateProduct),
    ChangeProduct(ChangeProduct),
    PassTime(PassTime),
    SetClock(SetClock),
    SetUp(SetUp),
}

/// Who asks, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The time of the decision.
    pub now: Timestamp,
    /// Who caused it.
    pub actor: Actor,
    /// The request by which it was asked for, if it was.
    pub request: Option<Uuid>,
}

impl Context {
    /// An audit entry of this context that names nobody yet.
    #[must_use]
    pub fn audit(&self, activity: Activity) -> AuditEntry {
        AuditEntry {
            at: self.now,
            actor: self.actor.clone(),
            request: self.request,
            activity,
            group: None,
            affected: Vec::new(),
            detail: Detail::None,
        }
    }
}

/// What a command came to: what is written, and what the caller is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What is written. A refused command writes nothing, except for a reprocessing that could not heal
    /// everything: it writes the true states and is refused (specification 4.6).
    pub changes: ChangeSet,
    /// What the caller is told.
    pub answer: Result<Answer, Refusal>,
}

/// Which object the caller is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This user.
    User(UserKey),
    /// This group.
    Group(GroupKey),
    /// The tenant itself: its purchases and its clock.
    Tenant,
    /// Nothing.
    Done,
}

impl Decision {
    /// A command that succeeded.
    #[must_use]
    pub fn accepted(changes: ChangeSet, answer: Answer) -> Self {
        Self { changes, answer: Ok(answer) }
    }
}

impl From<Refusal> for Decision {
    fn from(refusal: Refusal) -> Self {
        Self { changes: ChangeSet::default(), answer: Err(refusal) }
    }
}

impl From<Result<Self, Refusal>> for Decision {
    fn from(decided: Result<Self, Refusal>) -> Self {
        decided.unwrap_or_else(Self::from)
    }
}

impl Command {
    /// Adds to `scope` all that must be loaded before this command is decided.
    pub fn add_to(&self, scope: &mut Scope) {
        match self {
            Self::AssignToUser(command) => command.user.add_to(scope),
            Self::AssignToGroup(command) => drop(scope.objects.insert(command.group)),
            Self::ReprocessUser(command) => command.user.add_to(scope),
            Self::ContinueWork(command) => scope.chunk = Some(command.chunk),
            Self::CreateUser(command) => command.add_to(scope),
            Self::UpdateUser(command) => command.add_to(scope),
            Self::DeleteUser(command) => command.user.add_to(scope),
            Self::RestoreUser(command) => command.add_to(scope),
            Self::DeletePermanently(command) => command.add_to(scope),
            Self::SetManager(command) => command.add_to(scope),
            Self::RestoreGroup(command) => command.add_to(scope),
            Self::CreateGroup(command) => command.add_to(scope),
            Self::UpdateGroup(command) => command.add_to(scope),
            Self::DeleteGroup(command) => drop(scope.objects.insert(command.group)),
            Self::AddMember(command) => command.add_to(scope),
            Self::RemoveMember(command) => command.add_to(scope),
            Self::AddOwner(command) => command.add_to(scope),
            Self::RemoveOwner(command) => command.add_to(scope),
            Self::SetUp(command) => command.add_to(scope),
            // What these look at is always loaded.
            Self::BuySubscription(_)
            | Self::ChangeSubscription(_)
            | Self::CancelSubscription(_)
            | Self::RenewSubscription(_)
            | Self::CreateProduct(_)
            | Self::ChangeProduct(_) => {}
            Self::PassTime(_) | Self::SetClock(_) => PassTime::add_to(scope),
        }
    }

    /// The turn in which this may be done; `None` where everybody may do it at any time.
    fn fence(&self) -> Option<Fence> {
        match self {
            Self::ContinueWork(command) => Some(command.fence),
            Self::PassTime(command) => Some(command.fence),
            _ => None,
        }
    }

    /// Whether memberships that nobody had to load may count after this command, for a group gets licences or a rule.
    /// Whoever looks at users next needs facts that are loaded anew.
    #[must_use]
    pub fn makes_memberships_count(&self) -> bool {
        match self {
            Self::AssignToGroup(_) | Self::RestoreGroup(_) => true,
            Self::CreateGroup(command) => command.properties.text("membershipRule").is_some(),
            Self::UpdateGroup(command) => command.properties.text("membershipRule").is_some(),
            _ => false,
        }
    }

    /// Whether this command looks at what was deleted long ago, whom facts name only as they are loaded.
    #[must_use]
    pub fn lets_time_pass(&self) -> bool {
        matches!(self, Self::PassTime(_) | Self::SetClock(_))
    }

    /// Decides the command on these facts.
    #[must_use]
    pub fn decide(&self, facts: &Facts, context: &Context) -> Decision {
        if self.fence().is_some_and(|fence| fence != facts.fence) {
            return Refusal::TurnIsOver.into();
        }
        let mut decision: Decision = match self {
            Self::AssignToUser(command) => command.decide(facts, context).into(),
            Self::AssignToGroup(command) => command.decide(facts, context).into(),
            Self::ReprocessUser(command) => command.decide(facts, context),
            Self::ContinueWork(command) => command.decide(facts, context),
            Self::CreateUser(command) => command.decide(facts, context).into(),
            Self::UpdateUser(command) => command.decide(facts, context).into(),
            Self::DeleteUser(command) => command.decide(facts, context).into(),
            Self::RestoreUser(command) => command.decide(facts, context).into(),
            Self::DeletePermanently(command) => command.decide(facts, context).into(),
            Self::RestoreGroup(command) => command.decide(facts, context).into(),
            Self::SetManager(command) => command.decide(facts, context).into(),
            Self::CreateGroup(command) => command.decide(facts, context).into(),
            Self::UpdateGroup(command) => command.decide(facts, context).into(),
            Self::DeleteGroup(command) => command.decide(facts, context).into(),
            Self::AddMember(command) => command.decide(facts, context).into(),
            Self::RemoveMember(command) => command.decide(facts, context).into(),
            Self::AddOwner(command) => command.decide(facts, context).into(),
            Self::RemoveOwner(command) => command.decide(facts, context).into(),
            Self::BuySubscription(command) => command.decide(facts, context).into(),
            Self::ChangeSubscription(command) => command.decide(facts, context).into(),
            Self::CancelSubscription(command) => command.decide(facts, context).into(),
            Self::RenewSubscription(command) => command.decide(facts, context).into(),
            Self::CreateProduct(command) => command.decide(facts, context).into(),
            Self::ChangeProduct(command) => command.decide(facts, context).into(),
            Self::PassTime(command) => command.decide(facts, context),
            Self::SetClock(command) => command.decide(facts, context).into(),
            Self::SetUp(command) => command.decide(facts, context).into(),
        };
        if !matches!(self, Self::ContinueWork(_) | Self::SetUp(SetUp::UserLicenses(..))) {
            follow_managers(&mut decision.changes, &facts.tenant, context.now);
            follow_groups(&mut decision.changes, &facts.tenant);
            mark_for_rules(&mut decision.changes, facts, context.now);
        }
        if facts.tenant.profile.settings.reprocess_when_seats_free {
            wake_those_who_wait(&mut decision.changes, context.now);
        }
        decision
    }
}

/// Leaves work for each SKU of which seats became free (specification 4.6: never on Graph, so a setting).
///
/// A seat given back counts also when the same chunk took one before: a user in between may have found none.
fn wake_those_who_wait(changes: &mut ChangeSet, now: Timestamp) {
    let given_back = changes.consumed.iter().filter(|(_, seats)| **seats < 0).map(|(sku, _)| *sku);
    let removed = changes.paths.iter().filter_map(|(_, change)| match change {
        PathChange::Put(path) if path.state == PathState::Removed => Some(path.sku),
        PathChange::Put(_) | PathChange::Drop(..) => None,
    });
    let bought = changes.subscriptions.iter().map(|(sku, ..)| *sku);
    let freed: BTreeSet<SkuKey> = given_back.chain(removed).chain(bought).collect();
    let progress = Progress { queued_at: now, ..Progress::default() };
    changes.pending_skus.extend(freed.into_iter().map(|sku| (sku, Some(progress))));
}

/// Has the reports of a user looked for where a rule names that user, who came into being or ceased to be: they are
/// selected for as long as their manager is there.
fn follow_managers(changes: &mut ChangeSet, tenant: &Tenant, now: Timestamp) {
    let mut followed = ChangeSet::default();
    for user in &changes.users {
        let named = user.profile.iter().flat_map(|profile| tenant.dynamic_groups.naming(profile.id.0));
        let named = named.filter(|(_, group)| !group.follows_groups());
        let manager = Some(user.key).filter(|_| user.deleted_at.is_none());
        for (key, group) in named.filter(|(_, group)| group.named().manager != manager) {
            followed.dynamic_groups.push((key, Some(group.with_manager(manager))));
            if group.is_on() {
                followed.queue_rule(key, now);
            }
        }
    }
    changes.then(followed);
}

/// Has memberOf rules name a group for as long as it is there; nobody is looked at because of that (specification 7.4).
/// A group that comes back with a memberOf rule of its own is not named: rules about groups are not chained.
fn follow_groups(changes: &mut ChangeSet, tenant: &Tenant) {
    let mut followed = Vec::new();
    for group in &changes.groups {
        let own = changes.dynamic_groups.iter().find(|(key, _)| *key == group.key);
        let own = own.map_or_else(|| tenant.dynamic_groups.get(group.key), |(_, own)| own.as_ref());
        let is_there = group.deleted_at.is_none() && !own.is_some_and(DynamicGroup::follows_groups);
        let (id, source) = (group.profile.id.0, is_there.then_some(group.key));
        let named = tenant.dynamic_groups.naming(id).map(|(key, rule)| (key, rule, rule.with_group(id, source)));
        followed.extend(named.filter(|(_, rule, after)| *rule != after).map(|(key, _, after)| (key, Some(after))));
    }
    changes.dynamic_groups.extend(followed);
}

/// Marks the users whom a rule now wants elsewhere: among those who are new or changed, have other licences where a rule
/// looks at them, or joined a group that a rule names. A visit evaluates licences too, so whom no rule moves is not
/// marked: nothing heals by itself (specification 4.6). Who leaves a group that a rule names is not looked at (7.4).
fn mark_for_rules(changes: &mut ChangeSet, facts: &Facts, now: Timestamp) {
    let tenant = &facts.tenant;
    let rules = &tenant.dynamic_groups;
    if !rules.any_is_on() {
        return;
    }
    let mut users: BTreeMap<UserKey, UserFacts> = changes.users.iter().map(|user| (user.key, user.clone())).collect();
    if rules.any_reads_plans() {
        for (key, change) in &changes.paths {
            after(&mut users, facts, *key).into_iter().for_each(|user| user.change_path(change));
        }
    }
    for (group, member, joins) in &changes.memberships {
        if let Member::User(key) = member
            && *joins
            && rules.is_source(*group)
        {
            after(&mut users, facts, *key).into_iter().for_each(|user| user.change_membership(tenant, *group, true));
        }
    }
    let moved = users.values().filter(|user| user.deleted_at.is_none() && is_moved(tenant, user, now));
    changes.pending_users.extend(moved.map(|user| user.key));
    if !changes.subscriptions.is_empty() || !changes.products.is_empty() {
        // The state of a purchase is the state of the plans that users have of it, and its product says which they are.
        rules.reading_plans().for_each(|group| changes.queue_rule(group, now));
    }
}

/// A loaded user among those that a command changes.
fn after<'a>(users: &'a mut BTreeMap<UserKey, UserFacts>, facts: &Facts, key: UserKey) -> Option<&'a mut UserFacts> {
    match users.entry(key) {
        Entry::Occupied(known) => Some(known.into_mut()),
        Entry::Vacant(new) => facts.users.get(&key).map(|user| new.insert(user.clone())),
    }
}
