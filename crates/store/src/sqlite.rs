//! One file, one writing thread, a pool of readers. Commits are durable before they are answered
//! (`synchronous=FULL`); with many commands to a commit that costs little.

mod aging;
mod apply;
mod audit;
mod check;
mod checkpoint;
mod connection;
mod copying;
mod groups;
mod identity;
mod load;
mod lock;
mod purge;
mod read;
mod rows;
mod sets;
mod tenant;
mod users;
mod writer;

pub(crate) use copying::{SqliteSide, tables};

use crate::tenant_cache::TenantCache;
use async_trait::async_trait;
use connection::{failed, open_reader};
use engine::store::audit::{AuditPage, AuditSet};
use engine::store::{Ask, DirectoryObject, GroupSet, NewTenant, Seen, Store, StoreError, UserSet, Waiting};
use licensing::catalog::Catalog;
use licensing::directory::{Application, ManagedDevice, Member, fold_name};
use licensing::facts::{GroupFacts, UserFacts, UserRef};
use licensing::ids::{ApplicationId, DeviceId, GroupKey, SkuKey, TenantId, TenantKey, UserKey};
use licensing::tenant::Tenant;
use licensing::time::Timestamp;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;
use writer::WritingThread;

/// A store in one SQLite file.
///
/// Reads run on the thread that asks: they take microseconds, less than a hop to another thread.
pub struct SqliteStore {
    path: PathBuf,
    /// `None` for a snapshot, which cannot be written.
    writer: Option<WritingThread>,
    readers: Mutex<Vec<Connection>>,
    tenants: Arc<TenantCache>,
}

impl SqliteStore {
    /// Opens a file for reading and writing; makes it when it is missing.
    ///
    /// # Errors
    /// When the file cannot be opened, is another program's, belongs to another running server, or has another schema.
    pub fn open(path: &Path, catalog: Arc<Catalog>) -> Result<Self, StoreError> {
        let path = lock::only_name_of(path)?;
        let tenants = Arc::new(TenantCache::new(catalog));
        let writer = Some(WritingThread::start(&path, tenants.clone())?);
        Ok(Self { path, writer, readers: Mutex::default(), tenants })
    }

    /// Opens a file as it is now, beside a running server or after one was killed. All reads see this one
    /// moment; commits are refused.
    ///
    /// # Errors
    /// When there is no such file, it is no store, or it cannot be read.
    pub fn open_snapshot(path: &Path, catalog: Arc<Catalog>) -> Result<Self, StoreError> {
        identity::may_be_read(path)?;
        let reader = connection::open_snapshot(path)?;
        copying::is_whole(&reader)?;
        let tenants = Arc::new(TenantCache::new(catalog));
        Ok(Self { path: path.to_owned(), writer: None, readers: Mutex::new(vec![reader]), tenants })
    }

    fn writer(&self) -> Result<&WritingThread, StoreError> {
        self.writer.as_ref().ok_or_else(|| StoreError::Unavailable {
            attempted: "write the store",
            reason: "it was opened as a snapshot".to_owned(),
        })
    }

    /// Reads in one snapshot.
    fn read<T>(
        &self,
        attempted: &'static str,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.read_at_once(
            attempted,
            |reader| if reader.is_autocommit() { in_transaction(reader, query) } else { query(reader) },
        )
    }

    /// Runs one statement, which sees one snapshot by itself.
    fn read_at_once<T>(
        &self,
        attempted: &'static str,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        if self.writer.is_none() {
            let readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
            let reader = readers
                .first()
                .ok_or_else(|| StoreError::Unavailable { attempted, reason: "the snapshot is gone".to_owned() })?;
            return query(reader).map_err(failed(attempted));
        }
        let pooled = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = match pooled {
            Some(reader) => reader,
            None => open_reader(&self.path)?,
        };
        let result = query(&reader).map_err(failed(attempted));
        // A connection whose transaction did not end is of no use to the next one.
        if reader.is_autocommit() {
            self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        }
        result
    }

    /// Reads in one snapshot, with the tenant as it is there.
    fn see<T>(
        &self,
        attempted: &'static str,
        tenant: TenantKey,
        query: impl FnOnce(&Connection, &Tenant) -> rusqlite::Result<T>,
    ) -> Result<Seen<T>, StoreError> {
        self.read(attempted, |connection| {
            let tenant = self.tenants.existing(connection, tenant)?;
            let value = query(connection, &tenant)?;
            Ok(Seen { tenant, value })
        })
    }

    fn find_tenant(
        &self,
        sql: &'static str,
        parameters: impl rusqlite::Params,
    ) -> Result<Option<Arc<Tenant>>, StoreError> {
        use rusqlite::OptionalExtension;
        self.read("read the tenant", |connection| {
            let key: Option<u32> =
                connection.prepare_cached(sql)?.query_row(parameters, |row| row.get(0)).optional()?;
            key.map_or(Ok(None), |key| self.tenants.get(connection, TenantKey(key)))
        })
    }
}

fn in_transaction<T>(
    connection: &Connection,
    query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    connection.prepare_cached("BEGIN")?.execute([])?;
    let result = query(connection);
    connection.prepare_cached("COMMIT")?.execute([])?;
    result
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit_asked(&self, tenant: TenantKey, ask: Ask) -> Result<(), StoreError> {
        self.writer()?.run("commit the change", move |side| side.commit(tenant, ask)).await
    }

    async fn create_tenants(&self, tenants: Vec<NewTenant>) -> Result<bool, StoreError> {
        self.writer()?.run("create the tenants", move |side| side.create_tenants(&tenants)).await
    }

    async fn tenants(&self) -> Result<Vec<Arc<Tenant>>, StoreError> {
        self.read("read the tenants", |connection| {
            let keys: Vec<u32> = connection
                .prepare_cached("SELECT tenant_id FROM tenants ORDER BY tenant_id")?
                .query_map([], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            keys.into_iter().map(|key| self.tenants.existing(connection, TenantKey(key))).collect()
        })
    }

    async fn tenant(&self, id: TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
        self.find_tenant("SELECT tenant_id FROM tenants WHERE id = ?1", [id.0])
    }

    async fn tenant_of_domain(&self, domain: &str) -> Result<Option<Arc<Tenant>>, StoreError> {
        self.find_tenant("SELECT tenant_id FROM verified_domains WHERE folded_domain = ?1", [fold_name(domain)])
    }

    async fn tenants_with_work(&self) -> Result<Vec<TenantKey>, StoreError> {
        self.read("find waiting work", read::tenants_with_work)
    }

    async fn tenants_due(&self, now: Timestamp) -> Result<Vec<TenantKey>, StoreError> {
        self.read("find what is due", |connection| read::tenants_due(connection, now))
    }

    async fn consumed(&self, tenant: TenantKey) -> Result<Seen<BTreeMap<SkuKey, i64>>, StoreError> {
        self.see("read the seats", tenant, |connection, tenant| load::consumed(connection, tenant.key))
    }

    async fn user(&self, tenant: TenantKey, user: &UserRef) -> Result<Seen<Option<UserFacts>>, StoreError> {
        let attempted = "read the user";
        let found = self.read_at_once(attempted, |connection| users::with_paths(connection, tenant, user))?;
        if let Some((version, user)) = found
            && let Ok(tenant) = self.tenants.find(tenant, version)
        {
            return Ok(Seen { tenant, value: Some(user) });
        }
        // Nobody, or a tenant whose structure has just changed.
        self.see(attempted, tenant, |connection, tenant| {
            Ok(users::with_paths(connection, tenant.key, user)?.map(|(_, user)| user))
        })
    }

    async fn users(
        &self,
        tenant: TenantKey,
        of: UserSet,
        after: Option<UserKey>,
        limit: u32,
    ) -> Result<Seen<Vec<UserFacts>>, StoreError> {
        self.see("read users", tenant, |connection, tenant| read::page_of_users(connection, tenant, of, after, limit))
    }

    async fn count_users(&self, tenant: TenantKey, of: UserSet) -> Result<u64, StoreError> {
        self.read("count users", |connection| read::count_users(connection, tenant, of))
    }

    async fn group(&self, tenant: TenantKey, id: Uuid) -> Result<Seen<Option<GroupFacts>>, StoreError> {
        self.see("read the group", tenant, |connection, tenant| {
            Ok(groups::by_id(connection, tenant.key, id)?.filter(|group| group.deleted_at.is_none()))
        })
    }

    async fn groups(
        &self,
        tenant: TenantKey,
        of: GroupSet,
        after: Option<GroupKey>,
        limit: u32,
    ) -> Result<Seen<Vec<GroupFacts>>, StoreError> {
        self.see("read groups", tenant, |connection, tenant| {
            read::page_of_groups(connection, tenant.key, of, after, limit)
        })
    }

    async fn count_groups(&self, tenant: TenantKey, of: GroupSet) -> Result<u64, StoreError> {
        self.read("count groups", |connection| read::count_groups(connection, tenant, of))
    }

    async fn objects(&self, tenant: TenantKey, ids: &[Uuid]) -> Result<Seen<Vec<DirectoryObject>>, StoreError> {
        self.see("read objects", tenant, |connection, tenant| read::objects(connection, tenant, ids))
    }

    async fn is_member(&self, tenant: TenantKey, group: GroupKey, user: UserKey) -> Result<bool, StoreError> {
        self.read("read the membership", |connection| load::is_member(connection, tenant, group, user))
    }

    async fn devices(&self, tenant: TenantKey, id: Option<DeviceId>) -> Result<Vec<ManagedDevice>, StoreError> {
        self.read("read devices", |connection| read::devices(connection, tenant, id))
    }

    async fn users_by_key(&self, tenant: TenantKey, keys: &[UserKey]) -> Result<Seen<Vec<UserFacts>>, StoreError> {
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        keys.dedup();
        self.see("read users", tenant, |connection, tenant| {
            users::load(connection, tenant, &keys, users::Detail::Profile)
        })
    }

    async fn groups_by_key(&self, tenant: TenantKey, keys: &[GroupKey]) -> Result<Vec<GroupFacts>, StoreError> {
        self.read("read groups", |connection| groups::by_keys(connection, tenant, keys))
    }

    async fn object(&self, tenant: TenantKey, id: Uuid) -> Result<Option<Member>, StoreError> {
        self.read("find the object", |connection| read::object(connection, tenant, id))
    }

    async fn audit(
        &self,
        tenant: TenantKey,
        of: &AuditSet,
        from: Option<u64>,
        limit: u32,
    ) -> Result<AuditPage, StoreError> {
        let read = |connection: &Connection, tenant: &Tenant| audit::page(connection, tenant, of, from, limit);
        Ok(self.see("read the audit log", tenant, read)?.value)
    }

    async fn applications(&self, tenant: TenantKey, id: Option<ApplicationId>) -> Result<Vec<Application>, StoreError> {
        self.read("read applications", |connection| read::applications(connection, tenant, id))
    }

    async fn roles(&self, tenant: TenantKey, user: Option<UserKey>) -> Result<Vec<(UserKey, Uuid)>, StoreError> {
        self.read("read directory roles", |connection| read::roles(connection, tenant, user))
    }

    async fn waiting(&self, tenant: TenantKey) -> Result<Seen<Vec<Waiting>>, StoreError> {
        self.see("read waiting work", tenant, |connection, tenant| read::waiting(connection, tenant.key))
    }

    async fn marked_users(&self, tenant: TenantKey) -> Result<u64, StoreError> {
        self.read("count marked users", |connection| {
            connection
                .prepare_cached("SELECT count(*) FROM pending_users WHERE tenant_id = ?1")?
                .query_row([tenant.0], |row| row.get::<_, i64>(0))
                .map(i64::unsigned_abs)
        })
    }

    async fn signing_keys(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        self.read("read the signing keys", |connection| {
            connection
                .prepare_cached("SELECT pkcs8 FROM signing_keys ORDER BY key_number")?
                .query_map([], |row| row.get(0))?
                .collect()
        })
    }

    async fn keep_first_signing_key(&self, key: Vec<u8>) -> Result<(), StoreError> {
        self.writer()?.run("keep the signing key", move |side| side.keep_first_signing_key(&key)).await
    }

    async fn check(&self) -> Result<Vec<String>, StoreError> {
        self.read("check the store", check::check)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.read("reach the store", |connection| {
            connection.query_row("SELECT count(*) FROM migrations", [], |row| row.get::<_, i64>(0)).map(|_| ())
        })
    }
}
