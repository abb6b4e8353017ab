//! The memory store: the model for tests. It keeps nothing beyond its life, and prefers plain over fast.

mod apply;
mod directory;
mod load;
mod read;

use async_trait::async_trait;
use directory::Directory;
use engine::store::audit::{AuditPage, AuditSet};
use engine::store::{Ask, DirectoryObject, GroupSet, NewTenant, Seen, Store, StoreError, UserSet, Waiting};
use licensing::ChangeSet;
use licensing::catalog::Catalog;
use licensing::directory::{Application, ManagedDevice, Member, fold_name};
use licensing::facts::{GroupFacts, UserFacts, UserRef};
use licensing::ids::{ApplicationId, DeviceId, GroupKey, SkuKey, TenantId, TenantKey, UserKey};
use licensing::tenant::Tenant;
use licensing::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// A store in memory. One lock guards all of it, so every commit and every read is a transaction.
pub struct MemoryStore {
    catalog: Arc<Catalog>,
    kept: Mutex<Kept>,
    refuses: Arc<Refuses>,
}

/// Whether a change is refused for what it holds: none is, but where a test wants it.
type Refuses = dyn Fn(&ChangeSet) -> bool + Send + Sync;

#[derive(Clone, Default)]
struct Kept {
    tenants: BTreeMap<TenantKey, Directory>,
    signing_keys: Vec<Vec<u8>>,
}

impl MemoryStore {
    /// An empty store. `catalog` has the built-in products.
    #[must_use]
    pub fn new(catalog: Arc<Catalog>) -> Self {
        Self { catalog, kept: Mutex::default(), refuses: Arc::new(|_| false) }
    }

    /// The same store, but it refuses some changes as a database does what its constraints forbid.
    #[cfg(feature = "conformance")]
    #[must_use]
    pub fn refusing(self, refuses: impl Fn(&ChangeSet) -> bool + Send + Sync + 'static) -> Self {
        Self { refuses: Arc::new(refuses), ..self }
    }

    /// What is kept at this moment, as a store of its own.
    #[must_use]
    pub fn snapshot(&self) -> Self {
        let (catalog, refuses) = (self.catalog.clone(), self.refuses.clone());
        Self { catalog, kept: Mutex::new(self.with(|kept| kept.clone())), refuses }
    }

    /// Runs `work` on all that is kept. Changes are checked before the first of them is made, so what is kept
    /// is whole even if another caller panicked.
    fn with<T>(&self, work: impl FnOnce(&mut Kept) -> T) -> T {
        work(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn read<T>(
        &self,
        tenant: TenantKey,
        attempted: &'static str,
        read: impl FnOnce(&Directory) -> T,
    ) -> Result<T, StoreError> {
        self.with(|kept| kept.tenants.get(&tenant).map(read)).ok_or_else(|| no_tenant(attempted, tenant))
    }

    /// As [`read`](Self::read), with the tenant of the same moment.
    fn see<T>(
        &self,
        tenant: TenantKey,
        attempted: &'static str,
        read: impl FnOnce(&Directory) -> T,
    ) -> Result<Seen<T>, StoreError> {
        self.read(tenant, attempted, |directory| Seen { tenant: directory.tenant.clone(), value: read(directory) })
    }
}

fn no_tenant(attempted: &'static str, tenant: TenantKey) -> StoreError {
    StoreError::Corrupt { attempted, reason: format!("there is no tenant {}", tenant.0) }
}

#[async_trait]
impl Store for MemoryStore {
    async fn commit_asked(&self, tenant: TenantKey, ask: Ask) -> Result<(), StoreError> {
        self.with(|kept| {
            let attempted = "commit a change";
            let directory = kept.tenants.get_mut(&tenant).ok_or_else(|| no_tenant(attempted, tenant))?;
            let (scope, decide) = ask();
            let changes = decide(directory.load(&scope));
            if (self.refuses)(&changes) {
                return Err(StoreError::Unstorable { attempted, reason: "it is to be refused".to_owned() });
            }
            directory.apply(changes)
        })
    }

    async fn create_tenants(&self, tenants: Vec<NewTenant>) -> Result<bool, StoreError> {
        self.with(|kept| {
            if !kept.tenants.is_empty() {
                return Ok(false);
            }
            kept.tenants = directory::create(&self.catalog, tenants)?;
            Ok(true)
        })
    }

    async fn tenants(&self) -> Result<Vec<Arc<Tenant>>, StoreError> {
        Ok(self.with(|kept| kept.tenants.values().map(|directory| directory.tenant.clone()).collect()))
    }

    async fn tenant(&self, id: TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
        let tenants = self.tenants().await?;
        Ok(tenants.into_iter().find(|tenant| tenant.profile.id == id))
    }

    async fn tenant_of_domain(&self, domain: &str) -> Result<Option<Arc<Tenant>>, StoreError> {
        let folded = fold_name(domain);
        let has_domain = |tenant: &Arc<Tenant>| tenant.profile.verified_domains.iter().any(|d| fold_name(d) == folded);
        Ok(self.tenants().await?.into_iter().find(has_domain))
    }

    async fn tenants_with_work(&self) -> Result<Vec<TenantKey>, StoreError> {
        let works = |(key, directory): (&TenantKey, &Directory)| (!directory.waiting().is_empty()).then_some(*key);
        Ok(self.with(|kept| kept.tenants.iter().filter_map(works).collect()))
    }

    async fn tenants_due(&self, now: Timestamp) -> Result<Vec<TenantKey>, StoreError> {
        let due = |(key, directory): (&TenantKey, &Directory)| directory.is_due(now).then_some(*key);
        Ok(self.with(|kept| kept.tenants.iter().filter_map(due).collect()))
    }

    async fn consumed(&self, tenant: TenantKey) -> Result<Seen<BTreeMap<SkuKey, i64>>, StoreError> {
        self.see(tenant, "read seats", |directory| directory.consumed.clone())
    }

    async fn user(&self, tenant: TenantKey, user: &UserRef) -> Result<Seen<Option<UserFacts>>, StoreError> {
        self.see(tenant, "read a user", |directory| directory.live_user(user))
    }

    async fn users(
        &self,
        tenant: TenantKey,
        of: UserSet,
        after: Option<UserKey>,
        limit: u32,
    ) -> Result<Seen<Vec<UserFacts>>, StoreError> {
        self.see(tenant, "read users", |directory| directory.users_page(of, after, limit))
    }

    async fn count_users(&self, tenant: TenantKey, of: UserSet) -> Result<u64, StoreError> {
        self.read(tenant, "count users", |directory| directory.users_page(of, None, u32::MAX).len() as u64)
    }

    async fn group(&self, tenant: TenantKey, id: Uuid) -> Result<Seen<Option<GroupFacts>>, StoreError> {
        self.see(tenant, "read a group", |directory| directory.live_group(id))
    }

    async fn groups(
        &self,
        tenant: TenantKey,
        of: GroupSet,
        after: Option<GroupKey>,
        limit: u32,
    ) -> Result<Seen<Vec<GroupFacts>>, StoreError> {
        self.see(tenant, "read groups", |directory| directory.groups_page(of, after, limit))
    }

    async fn count_groups(&self, tenant: TenantKey, of: GroupSet) -> Result<u64, StoreError> {
        self.read(tenant, "count groups", |directory| directory.groups_page(of, None, u32::MAX).len() as u64)
    }

    async fn objects(&self, tenant: TenantKey, ids: &[Uuid]) -> Result<Seen<Vec<DirectoryObject>>, StoreError> {
        self.see(tenant, "read objects", |directory| directory.objects_of(ids))
    }

    async fn is_member(&self, tenant: TenantKey, group: GroupKey, user: UserKey) -> Result<bool, StoreError> {
        self.read(tenant, "read a membership", |directory| directory.is_member(group, user))
    }

    async fn devices(&self, tenant: TenantKey, id: Option<DeviceId>) -> Result<Vec<ManagedDevice>, StoreError> {
        self.read(tenant, "read devices", |directory| {
            directory.devices.values().filter(|device| id.is_none_or(|id| device.id == id)).cloned().collect()
        })
    }

    async fn users_by_key(&self, tenant: TenantKey, keys: &[UserKey]) -> Result<Seen<Vec<UserFacts>>, StoreError> {
        self.see(tenant, "read users", |directory| directory.users_of(keys))
    }

    async fn groups_by_key(&self, tenant: TenantKey, keys: &[GroupKey]) -> Result<Vec<GroupFacts>, StoreError> {
        self.read(tenant, "read groups", |directory| {
            directory.groups.values().filter(|group| keys.contains(&group.key)).cloned().collect()
        })
    }

    async fn object(&self, tenant: TenantKey, id: Uuid) -> Result<Option<Member>, StoreError> {
        self.read(tenant, "find the object", |directory| directory.object(id))
    }

    async fn audit(
        &self,
        tenant: TenantKey,
        of: &AuditSet,
        from: Option<u64>,
        limit: u32,
    ) -> Result<AuditPage, StoreError> {
        self.read(tenant, "read the audit log", |directory| directory.audit_page(of, from, limit))
    }

    async fn applications(&self, tenant: TenantKey, id: Option<ApplicationId>) -> Result<Vec<Application>, StoreError> {
        self.read(tenant, "read applications", |directory| {
            directory.applications.values().filter(|app| id.is_none_or(|id| app.id == id)).cloned().collect()
        })
    }

    async fn roles(&self, tenant: TenantKey, user: Option<UserKey>) -> Result<Vec<(UserKey, Uuid)>, StoreError> {
        self.read(tenant, "read roles", |directory| {
            directory.roles.iter().filter(|(owner, _)| user.is_none_or(|user| *owner == user)).copied().collect()
        })
    }

    async fn waiting(&self, tenant: TenantKey) -> Result<Seen<Vec<Waiting>>, StoreError> {
        self.see(tenant, "read waiting work", Directory::waiting)
    }

    async fn marked_users(&self, tenant: TenantKey) -> Result<u64, StoreError> {
        self.read(tenant, "count marked users", |directory| directory.pending_users.len() as u64)
    }

    async fn signing_keys(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(self.with(|kept| kept.signing_keys.clone()))
    }

    async fn keep_first_signing_key(&self, key: Vec<u8>) -> Result<(), StoreError> {
        self.with(|kept| {
            if kept.signing_keys.is_empty() {
                kept.signing_keys.push(key);
            }
        });
        Ok(())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
