//! All that a decision may do ([`ChangeSet`]).

use crate::assignment::{Path, Source};
use crate::audit::AuditEntry;
use crate::catalog::Product;
use crate::directory::{Application, ManagedDevice, Member};
use crate::facts::{GroupFacts, ProcessingState, Progress, UserFacts};
use crate::ids::{DeviceKey, GroupKey, SkuId, SkuKey, UserKey};
use crate::subscription::Subscription;
use crate::tenant::LicensedGroup;
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
    /// `licenseProcessingState` of groups.
    pub processing: Vec<(GroupKey, ProcessingState)>,
    /// Memberships made (`true`) or ended (`false`).
    pub memberships: Vec<(GroupKey, Member, bool)>,
    /// Groups with work to do, and how far it is; `None` when it is done.
    pub pending_groups: Vec<(GroupKey, Option<Progress>)>,
    /// Users to re-evaluate.
    pub pending_users: BTreeSet<UserKey>,
    /// Users that have been re-evaluated.
    pub settled_users: Vec<UserKey>,
    /// SKUs whose waiting users are to be visited, and how far that is; `None` when it is done.
    pub pending_skus: Vec<(SkuKey, Option<Progress>)>,
    /// Products of the tenant's own.
    pub products: Vec<Arc<Product>>,
    /// Purchases.
    pub subscriptions: Vec<(SkuKey, SkuId, Subscription)>,
    /// Managed devices.
    pub devices: Vec<(DeviceKey, ManagedDevice)>,
    /// Applications.
    pub applications: Vec<Application>,
    /// Directory roles (template ids) given to users.
    pub roles: Vec<(UserKey, Uuid)>,
    /// What is to be remembered of it.
    pub audit: Vec<AuditEntry>,
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
        self.processing.extend(later.processing);
        self.memberships.extend(later.memberships);
        self.pending_groups.extend(later.pending_groups);
        for user in &later.settled_users {
            self.pending_users.remove(user);
        }
        self.settled_users.retain(|user| !later.pending_users.contains(user));
        self.pending_users.extend(later.pending_users);
        self.settled_users.extend(later.settled_users);
        self.pending_skus.extend(later.pending_skus);
        self.products.extend(later.products);
        self.subscriptions.extend(later.subscriptions);
        self.devices.extend(later.devices);
        self.applications.extend(later.applications);
        self.roles.extend(later.roles);
        self.audit.extend(later.audit);
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether [`Tenant`](crate::tenant::Tenant) changes, so that cached copies of it are stale.
    #[must_use]
    pub fn changes_structure(&self) -> bool {
        !(self.products.is_empty() && self.subscriptions.is_empty() && self.licensed_groups.is_empty())
    }
}
