//! All that a decision may read ([`Facts`]), and what must be loaded for it ([`Scope`]).

mod user_ref;

pub use user_ref::UserRef;

use crate::assignment::{Path, PathState, Source};
use crate::change_set::{ChangeSet, PathChange, RuleUpdate};
use crate::directory::{GroupProfile, Member, UserProfile, fold_name};
use crate::dynamic_group::RuleStatus;
use crate::ids::{DeviceKey, GroupKey, SkuKey, UserKey};
use crate::rules::group_properties::unique_name;
use crate::tenant::{Tenant, TenantSku};
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
}

/// The next users of some work that goes on in chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Whose users.
    pub of: Work,
    /// At most so many users.
    pub users_max: u32,
}

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
    /// The live owners of the groups of which the scope asks for them.
    pub owners: BTreeSet<(GroupKey, UserKey)>,
    /// Of deleted users of the scope: their folded proxy addresses that live users have.
    pub taken_addresses: BTreeMap<UserKey, BTreeSet<String>>,
    /// The chunk that the scope asked for.
    pub chunk: Option<ChunkFacts>,
    /// Keys for objects that a decision creates.
    pub next_keys: NextKeys,
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
            taken_addresses: BTreeMap::new(),
            chunk: None,
            next_keys: NextKeys::default(),
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

    /// Makes the facts what they will be once `changes` are written, so that the next command of a batch
    /// sees them.
    pub fn apply(&mut self, changes: &ChangeSet) {
        self.apply_structure(changes);
        self.apply_rules(changes);
        for (key, _) in &changes.devices {
            self.next_keys.device = self.next_keys.device.max(key.next());
        }
        for user in &changes.users {
            self.put_user(user);
        }
        for group in &changes.groups {
            self.put_group(group);
        }
        for (group, state) in &changes.processing {
            if let Some(group) = self.groups.get_mut(group) {
                group.processing = Some(*state);
            }
        }
        for (group, update) in &changes.rule_updates {
            if let Some(group) = self.groups.get_mut(group) {
                group.update_rule(*update);
            }
        }
        for group in &changes.without_nested {
            self.memberships.retain(|(of, member)| of != group || matches!(member, Member::User(_)));
        }
        for (user, change) in &changes.paths {
            if let Some(user) = self.users.get_mut(user) {
                user.change_path(change);
            }
        }
        for (sku, delta) in &changes.consumed {
            *self.consumed.entry(*sku).or_default() += delta;
        }
        for (group, member, present) in &changes.memberships {
            self.apply_membership(*group, *member, *present);
        }
        for (group, owner, present) in &changes.owners {
            if *present {
                self.owners.insert((*group, *owner));
            } else {
                self.owners.remove(&(*group, *owner));
            }
        }
        for member in &changes.purged {
            self.objects.retain(|_, other| other != member);
            if let Member::User(key) = member {
                self.memberships.retain(|(_, other)| other != member);
                self.owners.retain(|(_, owner)| owner != key);
                if let Some(user) = self.users.get_mut(key) {
                    user.paths.clear();
                    user.licensed_groups.clear();
                    user.ruled_groups.clear();
                }
            }
        }
    }

    fn apply_structure(&mut self, changes: &ChangeSet) {
        if !changes.changes_structure() {
            return;
        }
        let tenant = Arc::make_mut(&mut self.tenant);
        tenant.profile.clock_ahead_millis = changes.clock_ahead_millis.unwrap_or(tenant.profile.clock_ahead_millis);
        for product in &changes.products {
            Arc::make_mut(&mut tenant.catalog).add(product.clone());
            if let Some(sku) = tenant.skus.values_mut().find(|sku| sku.product.id == product.id) {
                *sku = TenantSku::new(product.clone(), std::mem::take(&mut sku.subscriptions), &tenant.catalog);
            }
        }
        for (key, sku, subscription) in &changes.subscriptions {
            let Some(product) = tenant.catalog.product(*sku).cloned() else {
                continue;
            };
            let catalog = tenant.catalog.clone();
            let entry = tenant.skus.entry(*key).or_insert_with(|| TenantSku::new(product, Vec::new(), &catalog));
            entry.subscriptions.retain(|known| known.id != subscription.id);
            entry.subscriptions.push(subscription.clone());
            self.next_keys.sku = self.next_keys.sku.max(key.next());
        }
        for (key, group) in &changes.licensed_groups {
            tenant.licensed_groups.insert(*key, group.clone());
            // A member loaded before its group had licences must be seen as a member of a licensed group.
            for (_, member) in self.memberships.range((*key, Member::User(UserKey(0)))..).take_while(|(g, _)| g == key)
            {
                if let Member::User(user) = member
                    && let Some(user) = self.users.get_mut(user)
                {
                    insert_sorted(&mut user.licensed_groups, *key);
                }
            }
        }
    }

    /// A member loaded before its group had a rule must be seen as one of a group that rules are about.
    fn apply_rules(&mut self, changes: &ChangeSet) {
        if changes.dynamic_groups.is_empty() {
            return;
        }
        let rules = &mut Arc::make_mut(&mut self.tenant).dynamic_groups;
        for (key, group) in &changes.dynamic_groups {
            rules.set(*key, group.clone());
        }
        for user in self.users.values_mut() {
            user.ruled_groups.retain(|group| rules.is_ruled(*group));
        }
        for group in changes
            .dynamic_groups
            .iter()
            .flat_map(|(key, group)| group.iter().flat_map(move |group| group.source_keys().chain([*key])))
        {
            for (_, member) in
                self.memberships.range((group, Member::User(UserKey(0)))..).take_while(|(g, _)| *g == group)
            {
                if let Member::User(user) = member
                    && let Some(user) = self.users.get_mut(user)
                {
                    insert_sorted(&mut user.ruled_groups, group);
                }
            }
        }
    }

    fn put_user(&mut self, user: &UserFacts) {
        if let Some(old) = self.users.get(&user.key).and_then(|old| old.profile.as_ref()) {
            self.names.remove(&fold_name(&old.principal_name));
        }
        if let Some(profile) = &user.profile {
            self.objects.insert(profile.id.0, Member::User(user.key));
            if user.deleted_at.is_none() {
                self.names.insert(fold_name(&profile.principal_name), user.key);
            }
        }
        self.next_keys.user = self.next_keys.user.max(user.key.next());
        self.users.insert(user.key, user.clone());
    }

    fn put_group(&mut self, group: &GroupFacts) {
        self.unique_names.retain(|_, owner| *owner != group.key);
        if let Some(name) = unique_name(&group.profile.properties).filter(|_| group.deleted_at.is_none()) {
            self.unique_names.insert(name, group.key);
        }
        self.objects.insert(group.profile.id.0, Member::Group(group.key));
        self.groups.insert(group.key, group.clone());
        self.next_keys.group = self.next_keys.group.max(group.key.next());
    }

    fn apply_membership(&mut self, group: GroupKey, member: Member, present: bool) {
        if present {
            self.memberships.insert((group, member));
        } else {
            self.memberships.remove(&(group, member));
        }
        let Member::User(key) = member else { return };
        if let Some(user) = self.users.get_mut(&key) {
            user.change_membership(&self.tenant, group, present);
        }
    }
}

fn insert_sorted(groups: &mut Vec<GroupKey>, group: GroupKey) {
    if let Err(at) = groups.binary_search(&group) {
        groups.insert(at, group);
    }
}
