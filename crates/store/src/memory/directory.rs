//! All that is kept of one tenant.

use engine::store::{NewTenant, StoreError};
use licensing::assignment::{Path, Source};
use licensing::audit::AuditEntry;
use licensing::catalog::Catalog;
use licensing::directory::{Application, ManagedDevice, Member, fold_name, folded_addresses};
use licensing::dynamic_group::DynamicGroups;
use licensing::facts::{GroupFacts, Progress, UserFacts};
use licensing::ids::{ApplicationId, DeviceKey, GroupKey, SkuKey, TenantKey, UserKey};
use licensing::tenant::{Tenant, TenantProfile};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use uuid::Uuid;

/// A tenant and its content.
#[derive(Clone)]
pub(super) struct Directory {
    pub(super) tenant: Arc<Tenant>,
    pub(super) consumed: BTreeMap<SkuKey, i64>,
    /// Users with their paths. What follows from other objects (`address_taken`, `licensed_groups`, `ruled_groups`) is not
    /// kept here but [read](Self::facts_of).
    pub(super) users: BTreeMap<UserKey, UserFacts>,
    pub(super) groups: BTreeMap<GroupKey, GroupFacts>,
    pub(super) memberships: BTreeSet<(GroupKey, Member)>,
    pub(super) owners: BTreeSet<(GroupKey, UserKey)>,
    pub(super) pending_groups: BTreeMap<GroupKey, Progress>,
    pub(super) pending_rules: BTreeMap<GroupKey, Progress>,
    pub(super) pending_users: BTreeSet<UserKey>,
    pub(super) pending_skus: BTreeMap<SkuKey, Progress>,
    pub(super) devices: BTreeMap<DeviceKey, ManagedDevice>,
    pub(super) applications: BTreeMap<ApplicationId, Application>,
    pub(super) roles: BTreeSet<(UserKey, Uuid)>,
    pub(super) audit: VecDeque<AuditEntry>,
    /// Entries of the audit log that are no longer kept: how many.
    pub(super) forgotten: u64,
    /// Live users by folded principal name.
    pub(super) names: BTreeMap<String, UserKey>,
    /// What was deleted for good.
    pub(super) purged: BTreeSet<Member>,
    /// Users and groups by id, deleted ones included, except what was deleted for good.
    pub(super) objects: BTreeMap<Uuid, Member>,
    /// Folded proxy addresses of live users.
    pub(super) addresses: BTreeSet<(String, UserKey)>,
}

/// The directories of new tenants by key, which counts from 1.
pub(super) fn create(
    catalog: &Arc<Catalog>,
    tenants: Vec<NewTenant>,
) -> Result<BTreeMap<TenantKey, Directory>, StoreError> {
    let mut created = BTreeMap::new();
    let mut ids = BTreeSet::new();
    let mut key = TenantKey::default();
    for NewTenant { profile, content } in tenants {
        if !ids.insert(profile.id) {
            let reason = format!("the tenant {} is there twice", profile.id);
            return Err(StoreError::Corrupt { attempted: "create tenants", reason });
        }
        key = key.next();
        let mut directory = Directory::new(key, profile, catalog.clone());
        directory.apply(content)?;
        created.insert(key, directory);
    }
    Ok(created)
}

impl Directory {
    fn new(key: TenantKey, profile: TenantProfile, catalog: Arc<Catalog>) -> Self {
        let tenant = Tenant {
            key,
            profile,
            catalog,
            skus: BTreeMap::new(),
            licensed_groups: BTreeMap::new(),
            dynamic_groups: DynamicGroups::default(),
        };
        Self {
            tenant: Arc::new(tenant),
            consumed: BTreeMap::new(),
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            memberships: BTreeSet::new(),
            owners: BTreeSet::new(),
            pending_groups: BTreeMap::new(),
            pending_rules: BTreeMap::new(),
            pending_users: BTreeSet::new(),
            pending_skus: BTreeMap::new(),
            devices: BTreeMap::new(),
            applications: BTreeMap::new(),
            roles: BTreeSet::new(),
            audit: VecDeque::new(),
            forgotten: 0,
            names: BTreeMap::new(),
            purged: BTreeSet::new(),
            objects: BTreeMap::new(),
            addresses: BTreeSet::new(),
        }
    }

    /// The facts of a user, deleted or not.
    pub(super) fn facts_of(&self, key: UserKey) -> Option<UserFacts> {
        let user = self.users.get(&key)?;
        let groups = self.tenant.licensed_groups.keys().copied();
        let ruled = self.groups.keys().copied().filter(|group| self.tenant.dynamic_groups.is_ruled(*group));
        Some(UserFacts {
            address_taken: self.shares_an_address(user),
            licensed_groups: groups.filter(|group| self.is_member(*group, key)).collect(),
            ruled_groups: ruled.filter(|group| self.is_member(*group, key)).collect(),
            ..user.clone()
        })
    }

    fn shares_an_address(&self, user: &UserFacts) -> bool {
        addresses(user).into_iter().any(|address| {
            let same = self.addresses.range((address.clone(), UserKey(0))..).take_while(|(other, _)| *other == address);
            same.into_iter().any(|(_, owner)| *owner != user.key)
        })
    }

    /// The folded addresses of a user that other live ones have.
    pub(super) fn taken_addresses(&self, user: &UserFacts) -> BTreeSet<String> {
        let is_taken =
            |address: &String| self.addresses.iter().any(|(other, owner)| other == address && *owner != user.key);
        addresses(user).into_iter().filter(is_taken).collect()
    }

    /// Whether a user, live or deleted, is a direct member of a group.
    pub(super) fn is_member(&self, group: GroupKey, user: UserKey) -> bool {
        self.memberships.contains(&(group, Member::User(user)))
    }

    /// The direct members of a group, users first, deleted ones included.
    pub(super) fn members(&self, group: GroupKey) -> impl Iterator<Item = Member> {
        let first = (group, Member::User(UserKey(0)));
        self.memberships.range(first..).take_while(move |(of, _)| *of == group).map(|(_, member)| *member)
    }

    /// Whether the user has a path that passes the test.
    pub(super) fn has_path(&self, user: UserKey, test: impl Fn(&Path) -> bool) -> bool {
        self.users.get(&user).is_some_and(|user| user.paths.iter().any(test))
    }

    /// Whether the user has a faulty path from the group.
    pub(super) fn has_errors_from(&self, group: GroupKey, user: UserKey) -> bool {
        self.has_path(user, |path| path.source == Source::Group(group) && path.state.error().is_some())
    }

    pub(super) fn is_live(&self, user: UserKey) -> bool {
        self.users.get(&user).is_some_and(|user| user.deleted_at.is_none())
    }
}

/// The folded name under which a user is found, if it has a profile.
pub(super) fn folded_name(user: &UserFacts) -> Option<String> {
    user.profile.as_ref().map(|profile| fold_name(&profile.principal_name))
}

/// The folded proxy addresses of a user.
pub(super) fn addresses(user: &UserFacts) -> BTreeSet<String> {
    user.profile.as_ref().map(|profile| folded_addresses(&profile.properties).collect()).unwrap_or_default()
}
