//! All that a decision may do ([`ChangeSet`]).

use crate::assignment::{Path, Source};
use crate::audit::AuditEntry;
use crate::catalog::Product;
use crate::directory::{Application, ManagedDevice, Member};
use crate::dynamic_group::{DynamicGroup, RuleStatus};
use crate::facts::{GroupFacts, ProcessingState, Progress, UserFacts};
use crate::ids::{DeviceKey, GroupKey, SkuId, SkuKey, UserKey};
use crate::subscription::Subscription;
use crate::tenant::LicensedGroup;
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// What happens to one path of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathChange {
    /// Written as it is here.
    Put(Path),
    /// Forgotten without a trace: it was never applied.
    Drop(SkuKey, Source),
}

impl PathChange {
    /// What identifies the path within its user.
    #[must_use]
    pub fn key(&self) -> (SkuKey, Source) {
        match self {
            Self::Put(path) => path.key(),
            Self::Drop(sku, source) => (*sku, *source),
        }
    }
}

/// What became of the rule of a dynamic group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleUpdate {
    /// Its processing went on.
    Status(RuleStatus),
    /// It changed the group's members.
    Members(Timestamp),
}

/// All that one decision, or a batch of them, writes. Later entries win over earlier ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangeSet {
    /// Paths put or dropped.
    pub paths: Vec<(UserKey, PathChange)>,
    /// Seats taken (positive) or given back (negative).
    pub consumed: BTreeMap<SkuKey, i64>,
    /// Users created or changed; their paths are not written from here.
    pub users: Vec<UserFacts>,
    /// Groups created or changed.
    pub groups: Vec<GroupFacts>,
    /// Licences of groups, as they are now.
    pub licensed_groups: Vec<(GroupKey, LicensedGroup)>,
    /// Groups that have a rule now, or (`None`) no longer one.
    pub dynamic_groups: Vec<(GroupKey, Option<DynamicGroup>)>,
    /// What became of the rules of groups.
    pub rule_updates: Vec<(GroupKey, RuleUpdate)>,
    /// Groups that no longer have groups among their members; written before memberships are.
    pub without_nested: Vec<GroupKey>,
    /// `licenseProcessingState` of groups.
    pub processing: Vec<(GroupKey, ProcessingState)>,
    /// Memberships made (`true`) or ended (`false`).
    pub memberships: Vec<(GroupKey, Member, bool)>,
    /// Owners that groups got (`true`) or lost.
    pub owners: Vec<(GroupKey, UserKey, bool)>,
    /// Groups with work to do, and how far it is; `None` when it is done.
    pub pending_groups: Vec<(GroupKey, Option<Progress>)>,
    /// Users to re-evaluate.
    pub pending_users: BTreeSet<UserKey>,
    /// Users that have been re-evaluated.
    pub settled_users: Vec<UserKey>,
    /// SKUs whose waiting users are to be visited, and how far that is; `None` when it is done.
    pub pending_skus: Vec<(SkuKey, Option<Progress>)>,
    /// Dynamic groups for whose rules all users are to be visited, and how far that is; `None` when it is done.
    pub pending_rules: Vec<(GroupKey, Option<Progress>)>,
    /// Products of the tenant's own.
    pub products: Vec<Arc<Product>>,
    /// Purchases.
    pub subscriptions: Vec<(SkuKey, SkuId, Subscription)>,
    /// How far the tenant's clock is ahead of the system's from now on, in milliseconds.
    pub clock_ahead_millis: Option<i64>,
    /// Managed devices.
    pub devices: Vec<(DeviceKey, ManagedDevice)>,
    /// Applications.
    pub applications: Vec<Application>,
    /// Directory roles (template ids) given to users.
    pub roles: Vec<(UserKey, Uuid)>,
    /// Deleted users and groups of which nothing is left but id and names, for the audit. Users also leave their
    /// groups and roles, own nothing and lose all paths; groups lose their owners.
    pub purged: Vec<Member>,
    /// What is to be remembered of it.
    pub audit: Vec<AuditEntry>,
    /// The oldest entries of the audit log that are no longer kept.
    pub forgotten: Option<Forgotten>,
}

/// Entries of the audit log that are no longer kept: the first ones, up to the first that is not older than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// Written before this time.
    pub before: Timestamp,
    /// At most so many.
    pub entries_max: u32,
}

impl ChangeSet {
    /// Appends what happens after this.
    pub fn then(&mut self, later: Self) {
        self.paths.extend(later.paths);
        for (sku, delta) in later.consumed {
            *self.consumed.entry(sku).or_default() += delta;
        }
        self.users.extend(later.users);
        self.groups.extend(later.groups);
        self.licensed_groups.extend(later.licensed_groups);
        self.dynamic_groups.extend(later.dynamic_groups);
        self.rule_updates.extend(later.rule_updates);
        // They go before memberships are made, so what was made before them goes with them.
        self.memberships
            .retain(|(group, member, _)| !(matches!(member, Member::Group(_)) && later.without_nested.contains(group)));
        self.without_nested.extend(later.without_nested);
        self.processing.extend(later.processing);
        self.memberships.extend(later.memberships);
        self.owners.extend(later.owners);
        self.pending_groups.extend(later.pending_groups);
        for user in &later.settled_users {
            self.pending_users.remove(user);
        }
        self.settled_users.retain(|user| !later.pending_users.contains(user));
        self.pending_users.extend(later.pending_users);
        self.settled_users.extend(later.settled_users);
        self.pending_skus.extend(later.pending_skus);
        self.pending_rules.extend(later.pending_rules);
        self.products.extend(later.products);
        self.subscriptions.extend(later.subscriptions);
        self.clock_ahead_millis = later.clock_ahead_millis.or(self.clock_ahead_millis);
        self.devices.extend(later.devices);
        self.applications.extend(later.applications);
        self.roles.extend(later.roles);
        self.purged.extend(later.purged);
        self.audit.extend(later.audit);
        self.forgotten = later.forgotten.or(self.forgotten);
    }

    /// Has the rule of a dynamic group look at all users, from the first one on.
    pub(crate) fn queue_rule(&mut self, group: GroupKey, now: Timestamp) {
        self.pending_rules.push((group, Some(Progress { queued_at: now, ..Progress::default() })));
        self.rule_updates.push((group, RuleUpdate::Status(RuleStatus::NotStarted)));
    }

    /// Whether it leaves work that is to begin, rather than work that goes on or is done.
    #[must_use]
    pub fn leaves_new_work(&self) -> bool {
        let begins = |progress: Option<Progress>| progress.is_some_and(|progress| progress.cursor.is_none());
        !self.pending_users.is_empty()
            || self.pending_groups.iter().chain(&self.pending_rules).any(|(_, progress)| begins(*progress))
            || self.pending_skus.iter().any(|(_, progress)| begins(*progress))
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether [`Tenant`](crate::tenant::Tenant) changes, so that cached copies of it are stale.
    #[must_use]
    pub fn changes_structure(&self) -> bool {
        let is_same = self.products.is_empty() && self.subscriptions.is_empty() && self.licensed_groups.is_empty();
        !(is_same && self.dynamic_groups.is_empty() && self.clock_ahead_millis.is_none())
    }
}
