//! One database of a PostgreSQL server, for any number of nodes. The lock on a tenant's row orders their commits; a
//! read is a snapshot. Whatever does not need an earlier answer is sent without waiting for it.

mod aging;
mod apply;
mod audit;
mod check;
mod connection;
mod copying;
pub mod distribute;
mod groups;
mod lease;
mod listen;
mod load;
mod pool;
mod purge;
mod read;
mod ready;
mod rows;
#[cfg(feature = "conformance")]
mod scratch;
mod sets;
mod tenant;
mod tls;
mod transaction;
mod users;
mod writes;

#[cfg(feature = "conformance")]
pub use scratch::{ScratchDatabase, TEST_SERVER};

pub(crate) use copying::PostgresSide;

use crate::tenant_cache::TenantCache;
use async_trait::async_trait;
use connection::{Failure, Result, Target, failed};
use engine::store::audit::{AuditPage, AuditSet};
use engine::store::{Ask, DirectoryObject, GroupSet, NewTenant, Seen, Store, StoreError, UserSet, Waiting};
use licensing::catalog::Catalog;
use licensing::directory::{Application, ManagedDevice, Member, fold_name};
use licensing::facts::{Fence, GroupFacts, UserFacts, UserRef};
use licensing::ids::{ApplicationId, DeviceId, GroupKey, SkuKey, TenantId, TenantKey, UserKey};
use licensing::tenant::Tenant;
use licensing::time::Timestamp;
use pool::{Connection, Pool, pool};
use rows::{Number, Text};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tenant::{LOCK, Locked, VERSION, no_tenant};
use tokio_postgres::types::ToSql;
use transaction::Transaction;
use uuid::Uuid;

/// Each statement of a commit sees what was committed before it: with the tenant locked first, that is one state.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// All statements of a read see one state.
const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A store in one database of a PostgreSQL server.
pub struct PostgresStore {
    pool: Pool,
    /// How a connection is made that stays outside of the pool.
    target: Target,
    tenants: Arc<TenantCache>,
    /// Tells this one from other programs with the same database.
    node: Uuid,
    /// All that is read, where it was opened as a snapshot; then it cannot be written.
    moment: Option<Arc<Transaction>>,
}

/// A tenant in a snapshot.
struct Look {
    attempted: &'static str,
    snapshot: Arc<Transaction>,
    tenant: Arc<Tenant>,
}

impl Look {
    /// What was read, with the tenant.
    fn seen<T>(&self, value: Result<T>) -> std::result::Result<Seen<T>, StoreError> {
        Ok(Seen { tenant: self.tenant.clone(), value: value.map_err(failed(self.attempted))? })
    }
}

/// A pool, and the tenants that are read over it. They are forgotten with each connection that is made: it may lead to
/// another server, or to a backup, which lacks the last commits. What these had done has versions that are given anew.
fn remembering(target: &Target, catalog: Arc<Catalog>) -> Result<(Arc<TenantCache>, Pool)> {
    let tenants = Arc::new(TenantCache::new(catalog));
    let forgetful = tenants.clone();
    let pool = pool(target, move || forgetful.forget())?;
    Ok((tenants, pool))
}

impl PostgresStore {
    /// Opens the database of this URL (`postgres://user:password@host:port/database`), at the present schema, which is
    /// made when there is none. Must be called within a Tokio runtime, which the connections then need.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses, or the database has another schema or another encoding than UTF-8.
    pub async fn open(url: &str, catalog: Arc<Catalog>) -> std::result::Result<Self, StoreError> {
        let open = async {
            let target = Target::of(url)?;
            let (tenants, pool) = remembering(&target, catalog)?;
            connection::migrate(target.first(&pool).await?).await?;
            connection::is_whole(&Transaction::begin(pool.get().await?, BEGIN_SNAPSHOT).await?).await?;
            Ok(Self { pool, target, tenants, node: Uuid::new_v4(), moment: None })
        };
        open.await.map_err(failed("open the store"))
    }

    /// Opens a database as it is now, beside running servers. All reads see this one moment; commits are refused.
    ///
    /// # Errors
    /// When the server cannot be reached, or the database is no store.
    pub async fn open_snapshot(url: &str, catalog: Arc<Catalog>) -> std::result::Result<Self, StoreError> {
        let open = async {
            let target = Target::of(url)?;
            let (tenants, pool) = remembering(&target, catalog)?;
            let moment = Transaction::begin(target.first(&pool).await?, BEGIN_SNAPSHOT).await?;
            // Between two reads it may take its time.
            moment.batch("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
            connection::is_store(&moment).await?;
            connection::is_whole(&moment).await?;
            let moment = Some(Arc::new(moment));
            Ok(Self { pool, target, tenants, node: Uuid::new_v4(), moment })
        };
        open.await.map_err(failed("open the store"))
    }

    async fn snapshot(&self) -> Result<Arc<Transaction>> {
        match &self.moment {
            Some(moment) => Ok(moment.clone()),
            None => Ok(Arc::new(Transaction::begin(self.pool.get().await?, BEGIN_SNAPSHOT).await?)),
        }
    }

    /// Begins to read, with the tenant as it is in the snapshot.
    async fn look(&self, attempted: &'static str, key: TenantKey) -> std::result::Result<Look, StoreError> {
        let look = async {
            let parameters: [&(dyn ToSql + Sync); 1] = [&Number(key.0)];
            let (snapshot, version) = match &self.moment {
                Some(moment) => (moment.clone(), moment.query(VERSION, &parameters).await?),
                None => {
                    let client = self.pool.get().await?;
                    let (begun, version) =
                        Transaction::begin_with(client, BEGIN_SNAPSHOT, VERSION, &parameters).await?;
                    (Arc::new(begun), version)
                }
            };
            let version = version.first().ok_or_else(no_tenant)?.try_get(0)?;
            let tenant = self.tenants.at(&snapshot, key, version).await?;
            Ok(Look { attempted, snapshot, tenant })
        };
        look.await.map_err(failed(attempted))
    }

    /// Begins to write; a snapshot refuses.
    async fn writing(&self) -> Result<Connection> {
        match self.moment {
            Some(_) => Err(Failure::Refused("it was opened as a snapshot".to_owned())),
            None => self.pool.get().await,
        }
    }

    async fn write(&self, key: TenantKey, ask: Ask) -> Result<()> {
        let (open, locked) = Transaction::begin_with(self.writing().await?, BEGIN, LOCK, &[&Number(key.0)]).await?;
        let locked = Locked::read(&locked)?;
        let tenant = self.tenants.at(&open, key, locked.structure_version).await?;
        let (scope, decide) = ask();
        let facts = load::facts(&open, tenant, &locked, &scope).await?;
        let loaded = apply::Loaded::of(&facts);
        // A chunk of work is decided for milliseconds: other requests are not kept waiting for it.
        let decided = tokio::task::spawn_blocking(move || decide(facts)).await;
        let changes = decided.map_err(|_| Failure::Refused("the decision panicked".to_owned()))?;
        if changes.is_empty() {
            return Ok(());
        }
        apply::changes(&open, key, locked.version, &changes, |path| loaded.lacks(path)).await?;
        open.commit().await
    }

    async fn write_tenants(&self, tenants: &[NewTenant]) -> Result<bool> {
        let open = Transaction::begin(self.writing().await?, BEGIN).await?;
        connection::lock_the_store(&open).await?;
        connection::is_whole(&open).await?;
        if open.first("SELECT 1 FROM tenants LIMIT 1", &[]).await?.is_some() {
            return Ok(false);
        }
        for (tenant, key) in tenants.iter().zip(1..) {
            apply::new_tenant(&open, TenantKey(key), tenant).await?;
        }
        open.commit().await?;
        Ok(true)
    }

    async fn keep_key(&self, key: &[u8]) -> Result<()> {
        let open = Transaction::begin(self.writing().await?, BEGIN).await?;
        connection::lock_the_store(&open).await?;
        connection::is_whole(&open).await?;
        open.execute("INSERT INTO signing_keys VALUES (1, $1) ON CONFLICT DO NOTHING", &[&key]).await?;
        open.commit().await
    }

    async fn all_tenants(&self) -> Result<Vec<Arc<Tenant>>> {
        let snapshot = self.snapshot().await?;
        let sql = "SELECT tenant_id, structure_version FROM tenants
                   WHERE NOT EXISTS (SELECT 1 FROM copying) ORDER BY tenant_id";
        let mut tenants = Vec::new();
        for row in snapshot.query(sql, &[]).await? {
            let key = TenantKey(rows::number(&row, 0)?);
            tenants.push(self.tenants.at(&snapshot, key, row.try_get(1)?).await?);
        }
        Ok(tenants)
    }

    /// The tenant whose key a statement finds.
    async fn find_tenant(&self, sql: &str, parameter: &(dyn ToSql + Sync)) -> Result<Option<Arc<Tenant>>> {
        let snapshot = self.snapshot().await?;
        let Some(row) = snapshot.first(sql, &[parameter]).await? else { return Ok(None) };
        let key = TenantKey(rows::number(&row, 0)?);
        let version = snapshot.first(VERSION, &[&Number(key.0)]).await?.ok_or_else(no_tenant)?.try_get(0)?;
        Ok(Some(self.tenants.at(&snapshot, key, version).await?))
    }
}

type Answer<T> = std::result::Result<T, StoreError>;

/// Reads in one snapshot.
macro_rules! read {
    ($store:expr, $attempted:literal, $snapshot:ident => $read:expr) => {{
        let read = async {
            let $snapshot = $store.snapshot().await?;
            $read.await
        };
        read.await.map_err(failed($attempted))
    }};
}

#[async_trait]
impl Store for PostgresStore {
    async fn commit_asked(&self, tenant: TenantKey, ask: Ask) -> Answer<()> {
        self.write(tenant, ask).await.map_err(failed("commit the change"))
    }

    async fn create_tenants(&self, tenants: Vec<NewTenant>) -> Answer<bool> {
        self.write_tenants(&tenants).await.map_err(failed("create the tenants"))
    }

    async fn tenants(&self) -> Answer<Vec<Arc<Tenant>>> {
        self.all_tenants().await.map_err(failed("read the tenants"))
    }

    async fn tenant(&self, id: TenantId) -> Answer<Option<Arc<Tenant>>> {
        let sql = "SELECT tenant_id FROM tenant_ids WHERE id = $1";
        self.find_tenant(sql, &id.0).await.map_err(failed("read the tenant"))
    }

    async fn tenant_of_domain(&self, domain: &str) -> Answer<Option<Arc<Tenant>>> {
        let sql = "SELECT tenant_id FROM verified_domains
                   WHERE folded_domain = $1 AND NOT EXISTS (SELECT 1 FROM copying)";
        self.find_tenant(sql, &Text::new(&fold_name(domain))).await.map_err(failed("read the tenant"))
    }

    async fn tenants_with_work(&self) -> Answer<Vec<TenantKey>> {
        read!(self, "find waiting work", snapshot => read::tenants_with_work(&snapshot))
    }

    async fn tenants_due(&self, now: Timestamp) -> Answer<Vec<TenantKey>> {
        read!(self, "find what is due", snapshot => read::tenants_due(&snapshot, now))
    }

    async fn consumed(&self, tenant: TenantKey) -> Answer<Seen<BTreeMap<SkuKey, i64>>> {
        let look = self.look("read the seats", tenant).await?;
        look.seen(load::consumed(&look.snapshot, tenant).await)
    }

    async fn user(&self, tenant: TenantKey, user: &UserRef) -> Answer<Seen<Option<UserFacts>>> {
        let look = self.look("read the user", tenant).await?;
        look.seen(read::user(&look.snapshot, &look.tenant, user).await)
    }

    async fn users(
        &self,
        tenant: TenantKey,
        of: UserSet,
        after: Option<UserKey>,
        limit: u32,
    ) -> Answer<Seen<Vec<UserFacts>>> {
        let look = self.look("read users", tenant).await?;
        look.seen(read::page_of_users(&look.snapshot, &look.tenant, of, after, limit).await)
    }

    async fn count_users(&self, tenant: TenantKey, of: UserSet) -> Answer<u64> {
        read!(self, "count users", snapshot => read::count_users(&snapshot, tenant, of))
    }

    async fn group(&self, tenant: TenantKey, id: Uuid) -> Answer<Seen<Option<GroupFacts>>> {
        let look = self.look("read the group", tenant).await?;
        let found = groups::by_ids(&look.snapshot, tenant, &[id]).await;
        look.seen(found.map(|mut groups| groups.pop().filter(|group| group.deleted_at.is_none())))
    }

    async fn groups(
        &self,
        tenant: TenantKey,
        of: GroupSet,
        after: Option<GroupKey>,
        limit: u32,
    ) -> Answer<Seen<Vec<GroupFacts>>> {
        let look = self.look("read groups", tenant).await?;
        look.seen(read::page_of_groups(&look.snapshot, tenant, of, after, limit).await)
    }

    async fn count_groups(&self, tenant: TenantKey, of: GroupSet) -> Answer<u64> {
        read!(self, "count groups", snapshot => read::count_groups(&snapshot, tenant, of))
    }

    async fn objects(&self, tenant: TenantKey, ids: &[Uuid]) -> Answer<Seen<Vec<DirectoryObject>>> {
        let look = self.look("read objects", tenant).await?;
        look.seen(read::objects(&look.snapshot, &look.tenant, ids).await)
    }

    async fn is_member(&self, tenant: TenantKey, group: GroupKey, user: UserKey) -> Answer<bool> {
        read!(self, "read the membership", snapshot => load::is_member(&snapshot, tenant, group, user))
    }

    async fn devices(&self, tenant: TenantKey, id: Option<DeviceId>) -> Answer<Vec<ManagedDevice>> {
        read!(self, "read devices", snapshot => read::devices(&snapshot, tenant, id))
    }

    async fn users_by_key(&self, tenant: TenantKey, keys: &[UserKey]) -> Answer<Seen<Vec<UserFacts>>> {
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        keys.dedup();
        let look = self.look("read users", tenant).await?;
        look.seen(users::load(&look.snapshot, &look.tenant, &keys, users::Detail::Profile).await)
    }

    async fn groups_by_key(&self, tenant: TenantKey, keys: &[GroupKey]) -> Answer<Vec<GroupFacts>> {
        read!(self, "read groups", snapshot => groups::by_keys(&snapshot, tenant, keys))
    }

    async fn object(&self, tenant: TenantKey, id: Uuid) -> Answer<Option<Member>> {
        read!(self, "find the object", snapshot => read::object(&snapshot, tenant, id))
    }

    async fn audit(&self, tenant: TenantKey, of: &AuditSet, from: Option<u64>, limit: u32) -> Answer<AuditPage> {
        let look = self.look("read the audit log", tenant).await?;
        Ok(look.seen(audit::page(&look.snapshot, &look.tenant, of, from, limit).await)?.value)
    }

    async fn applications(&self, tenant: TenantKey, id: Option<ApplicationId>) -> Answer<Vec<Application>> {
        read!(self, "read applications", snapshot => read::applications(&snapshot, tenant, id))
    }

    async fn roles(&self, tenant: TenantKey, user: Option<UserKey>) -> Answer<Vec<(UserKey, Uuid)>> {
        read!(self, "read directory roles", snapshot => read::roles(&snapshot, tenant, user))
    }

    async fn waiting(&self, tenant: TenantKey) -> Answer<Seen<Vec<Waiting>>> {
        let look = self.look("read waiting work", tenant).await?;
        look.seen(read::waiting(&look.snapshot, tenant).await)
    }

    async fn claim_work(&self, tenant: TenantKey, lasts: Duration) -> Answer<Option<Fence>> {
        let claim = async { lease::claim(self.writing().await?, tenant, self.node, lasts).await };
        claim.await.map_err(failed("take a tenant's work"))
    }

    async fn give_back_work(&self, tenant: TenantKey) -> Answer<()> {
        let give_back = async { lease::give_back(self.writing().await?, tenant, self.node).await };
        give_back.await.map_err(failed("give a tenant's work back"))
    }

    async fn listen_for_work(&self, wake: &(dyn Fn() + Send + Sync)) -> Answer<()> {
        listen::listen(&self.target, wake).await.map_err(failed("listen for work"))
    }

    async fn marked_users(&self, tenant: TenantKey) -> Answer<u64> {
        read!(self, "count marked users", snapshot => read::marked_users(&snapshot, tenant))
    }

    async fn signing_keys(&self) -> Answer<Vec<Vec<u8>>> {
        read!(self, "read the signing keys", snapshot => read::signing_keys(&snapshot))
    }

    async fn keep_first_signing_key(&self, key: Vec<u8>) -> Answer<()> {
        self.keep_key(&key).await.map_err(failed("keep the signing key"))
    }

    async fn check(&self) -> Answer<Vec<String>> {
        read!(self, "check the store", snapshot => check::check(&snapshot))
    }

    async fn ping(&self) -> Answer<()> {
        let ping = async {
            match &self.moment {
                Some(moment) => moment.execute("SELECT number FROM migrations", &[]).await,
                None => ready::ready(&self.pool).await,
            }
        };
        ping.await.map_err(failed("reach the store"))
    }
}
