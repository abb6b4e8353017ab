//! All that a decision may read ([`Facts`]), and what must be loaded for it ([`Scope`]).

mod apply;
mod user_ref;

pub use user_ref::UserRef;

use crate::assignment::{Path, PathState, Source};
use crate::change_set::{PathChange, RuleUpdate};
use crate::directory::{GroupProfile, Member, UserProfile, fold_name};
use crate::dynamic_group::RuleStatus;
use crate::ids::{DeviceKey, GroupKey, SkuKey, UserKey};
use crate::tenant::Tenant;
use crate::time::Timestamp;
use crate::usage_location::UsageLocation;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// What must be loaded before some commands can be decided. Scopes add up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Users by folded principal name.
    pub names: BTreeSet<String>,
    /// Groups by folded unique name.
    pub unique_names: BTreeSet<String>,
    /// Users and groups by id.
    pub objects: BTreeSet<Uuid>,
    /// Memberships to look up: group and member, both by id.
    pub memberships: BTreeSet<(Uuid, Uuid)>,
    /// Groups, by id, of which all owners are looked up.
    pub owners_of: BTreeSet<Uuid>,
    /// The next users of some work.
    pub chunk: Option<Chunk>,
    /// What time wears away: so many of what was deleted longest ago, and the first entry of the audit log.
    pub aged: Option<u32>,
}

/// The next users of some work that goes on in chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Whose users.
    pub of: Work,
    /// At most so many users.
    pub users_max: u32,
}

/// Counts who did a tenant's work one after the other. It goes up when another node takes the work over: what carries a
/// number from before is too late (docs/decisions/0018).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fence(pub u64);

/// Work for others that a change left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// Members of the group, and users who still hold a faulty path from it, after the stored cursor.
    Group(GroupKey),
    /// Users that are marked one by one.
    Users,
    /// Users who wait for a seat of the SKU, after the stored cursor.
    Sku(SkuKey),
    /// All live users, whom the rule of a dynamic group may select, after the stored cursor.
    Rule(GroupKey),
}

/// All that a decision may read.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What seldom changes.
    pub tenant: Arc<Tenant>,
    /// Seats in use per SKU.
    pub consumed: BTreeMap<SkuKey, i64>,
    /// The users of the scope, deleted ones included.
    pub users: BTreeMap<UserKey, UserFacts>,
    /// Where users are by folded principal name (live users only).
    pub names: BTreeMap<String, UserKey>,
    /// Where groups are by folded unique name (live groups only).
    pub unique_names: BTreeMap<String, GroupKey>,
    /// Where users and groups are by id.
    pub objects: BTreeMap<Uuid, Member>,
    /// The groups of the scope.
    pub groups: BTreeMap<GroupKey, GroupFacts>,
    /// Which of the scope's memberships exist.
    pub memberships: BTreeSet<(GroupKey, Member)>,
    /// The owners of the groups of which the scope asks for them, deleted ones included.
    pub owners: BTreeSet<(GroupKey, UserKey)>,
    /// Who of the owners is deleted, and so none until it is restored.
    pub deleted_owners: BTreeSet<UserKey>,
    /// Of deleted users of the scope: their folded proxy addresses that live users have.
    pub taken_addresses: BTreeMap<UserKey, BTreeSet<String>>,
    /// The chunk that the scope asked for.
    pub chunk: Option<ChunkFacts>,
    /// What of [`Scope::aged`] there is.
    pub aged: Aged,
    /// Keys for objects that a decision creates.
    pub next_keys: NextKeys,
    /// Whose turn it is to do the tenant's work.
    pub fence: Fence,
}

/// What time wears away first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aged {
    /// Users and groups that can be restored, with when they were deleted; those of longest ago, in this order.
    pub deleted: Vec<(Timestamp, Member)>,
    /// When the first entry of the audit log was written.
    pub audited_at: Option<Timestamp>,
}

/// The keys that the next new objects get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NextKeys {
    /// Of the next user.
    pub user: UserKey,
    /// Of the next group.
    pub group: GroupKey,
    /// Of the next SKU.
    pub sku: SkuKey,
    /// Of the next managed device.
    pub device: DeviceKey,
}

/// What a decision may know of one user.
#[derive(Clone, Debug, PartialEq)]
pub struct UserFacts {
    /// Its key.
    pub key: UserKey,
    /// `usageLocation`.
    pub usage_location: Option<UsageLocation>,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// Whether one of its proxy addresses belongs to another live user too.
    pub address_taken: bool,
    /// Its paths in the order of their keys, removed ones included.
    pub paths: Vec<Path>,
    /// Groups that it is a direct member of and that ever had licences, ascending.
    pub licensed_groups: Vec<GroupKey>,
    /// Groups that it is a direct member of and that rules are about: dynamic ones, and those that memberOf rules
    /// name; ascending.
    pub ruled_groups: Vec<GroupKey>,
    /// Its manager, who may be deleted; left out where the profile is.
    pub manager: Option<UserKey>,
    /// The directory object; left out where only licences are decided.
    pub profile: Option<Arc<UserProfile>>,
}

impl UserFacts {
    /// The paths that give services.
    pub fn applied_paths(&self) -> impl Iterator<Item = &Path> {
        self.paths.iter().filter(|path| path.state.is_applied())
    }

    /// The path of this SKU and source, unless it is a removed one.
    #[must_use]
    pub fn path(&self, sku: SkuKey, source: Source) -> Option<&Path> {
        self.paths.iter().find(|p| p.key() == (sku, source) && p.state != PathState::Removed)
    }

    /// Whether the user holds a seat of the SKU.
    #[must_use]
    pub fn holds(&self, sku: SkuKey) -> bool {
        self.applied_paths().any(|path| path.sku == sku)
    }

    /// The SKUs of which the user holds a seat, ascending.
    #[must_use]
    pub fn held_skus(&self) -> BTreeSet<SkuKey> {
        self.applied_paths().map(|path| path.sku).collect()
    }

    /// Writes a membership made or ended into the lists of those that decisions read.
    pub fn change_membership(&mut self, tenant: &Tenant, group: GroupKey, present: bool) {
        let is_licensed = tenant.licensed_groups.contains_key(&group).then_some(&mut self.licensed_groups);
        let is_ruled = tenant.dynamic_groups.is_ruled(group).then_some(&mut self.ruled_groups);
        for groups in is_licensed.into_iter().chain(is_ruled) {
            if present {
                insert_sorted(groups, group);
            } else {
                groups.retain(|known| *known != group);
            }
        }
    }

    /// Writes one change of a path into the list.
    pub fn change_path(&mut self, change: &PathChange) {
        let key = change.key();
        let at = self.paths.binary_search_by_key(&key, Path::key);
        match (change, at) {
            (PathChange::Put(path), Ok(at)) => {
                if let Some(old) = self.paths.get_mut(at) {
                    *old = path.clone();
                }
            }
            (PathChange::Put(path), Err(at)) => self.paths.insert(at, path.clone()),
            (PathChange::Drop(..), Ok(at)) => drop(self.paths.remove(at)),
            (PathChange::Drop(..), Err(_)) => {}
        }
    }
}

/// What a decision may know of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupFacts {
    /// Its key.
    pub key: GroupKey,
    /// The directory object.
    pub profile: Arc<GroupProfile>,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// `licenseProcessingState`; `None` until it first gets a licence.
    pub processing: Option<ProcessingState>,
    /// How far its membership rule is; `None` until it first has one.
    pub rule_status: Option<RuleStatus>,
    /// When a rule last changed its members.
    pub members_updated_at: Option<Timestamp>,
}

impl GroupFacts {
    /// Writes what became of its rule.
    pub fn update_rule(&mut self, update: RuleUpdate) {
        match update {
            RuleUpdate::Status(status) => self.rule_status = Some(status),
            RuleUpdate::Members(at) => self.members_updated_at = Some(at),
        }
    }
}

/// `licenseProcessingState.state` (specification 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProcessingState {
    /// Accepted, not begun.
    QueuedForProcessing,
    /// Some members are done.
    ProcessingInProgress,
    /// All members were visited; errors are on the users.
    ProcessingComplete,
}

impl ProcessingState {
    /// All states with their wire names.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::QueuedForProcessing, "QueuedForProcessing"),
        (Self::ProcessingInProgress, "ProcessingInProgress"),
        (Self::ProcessingComplete, "ProcessingComplete"),
    ];

    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }
}

/// How far a group's processing has come. Written in the same transaction as the users it visits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The last user visited; work goes on after it.
    pub cursor: Option<UserKey>,
    /// Users whose paths from the group are all applied as wanted.
    pub succeeded: u64,
    /// Users with an error on a path from the group.
    pub failed: u64,
    /// Since when the work has been waiting.
    pub queued_at: Timestamp,
}

/// The users of a chunk, and where its work stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkFacts {
    /// Whose chunk.
    pub of: Work,
    /// Its users, ascending; all of them are in [`Facts::users`]. Deleted ones may be among them.
    pub users: Vec<UserKey>,
    /// Whether no user is left after these.
    pub is_last: bool,
    /// Progress so far; `None` when the work is no longer waiting.
    pub progress: Option<Progress>,
}

impl Facts {
    /// A tenant in which nothing has been loaded.
    #[must_use]
    pub fn of(tenant: Arc<Tenant>) -> Self {
        Self {
            tenant,
            consumed: BTreeMap::new(),
            users: BTreeMap::new(),
            names: BTreeMap::new(),
            unique_names: BTreeMap::new(),
            objects: BTreeMap::new(),
            groups: BTreeMap::new(),
            memberships: BTreeSet::new(),
            owners: BTreeSet::new(),
            deleted_owners: BTreeSet::new(),
            taken_addresses: BTreeMap::new(),
            chunk: None,
            aged: Aged::default(),
            next_keys: NextKeys::default(),
            fence: Fence::default(),
        }
    }

    /// The live user that a client means.
    #[must_use]
    pub fn live_user(&self, reference: &UserRef) -> Option<&UserFacts> {
        let key = match reference {
            UserRef::Name(name) => *self.names.get(&fold_name(name))?,
            UserRef::Id(id) => match self.objects.get(id)? {
                Member::User(key) => *key,
                Member::Group(_) => return None,
            },
        };
        self.users.get(&key).filter(|user| user.deleted_at.is_none())
    }

    /// The live group of this id.
    #[must_use]
    pub fn live_group(&self, id: Uuid) -> Option<&GroupFacts> {
        match self.objects.get(&id)? {
            Member::Group(key) => self.groups.get(key).filter(|group| group.deleted_at.is_none()),
            Member::User(_) => None,
        }
    }

    /// Seats of the SKU that may still be taken; negative after an expiry or a restore (specification 4.5).
    #[must_use]
    pub fn available(&self, sku: SkuKey) -> i64 {
        let bought = self.tenant.skus.get(&sku).map_or(0, |s| s.prepaid_units().assignable());
        bought - self.consumed.get(&sku).copied().unwrap_or(0)
    }
}

fn insert_sorted(groups: &mut Vec<GroupKey>, group: GroupKey) {
    if let Err(at) = groups.binary_search(&group) {
        groups.insert(at, group);
    }
}
