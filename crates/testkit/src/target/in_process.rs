//! The router in this process, on a store of its own.

use super::{Answer, Sent, Target, breaches, breaches_of_database, breaches_of_file, exports, rest};
use crate::scenario::Holder;
use crate::scenario::Who;
use anyhow::{Context, bail};
use async_trait::async_trait;
use axum::Router;
use engine::Engine;
use engine::builtin_catalog::builtin_catalog;
use engine::clock::{Clock, SystemClock};
use engine::store::Store;
use engine::use_cases::Settings;
use engine::world::World;
use graph_api::authority::{GRAPH_RESOURCE, Validity, application_grant};
use graph_api::{ApiSettings, ApiState, KeyRing, TokenVersion};
use licensing::facts::UserRef;
use licensing::ids::{ApplicationId, TenantId, TenantKey};
use std::sync::Arc;
use store::memory::MemoryStore;
use store::postgres::{PostgresStore, ScratchDatabase};
use store::sqlite::SqliteStore;
use tempfile::TempDir;
use tokens::{Claims, DelegatedGrant, SigningKey};
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tower::ServiceExt;
use uuid::Uuid;

/// The name by which clients reach it.
const HOST: &str = "seatwright.test";
const TOKEN_SECONDS: i64 = 3_600;

/// A Seatwright in this process.
struct InProcess {
    router: Router,
    engine: Engine,
    store: Arc<dyn Store>,
    keys: Arc<KeyRing>,
    /// Ends the propagation, also when a scenario failed: the next one may get the same database.
    stop: DropGuard,
    propagation: JoinHandle<()>,
    /// Where the store is, which this has for itself.
    kept: Kept,
}

/// Where the store keeps its data.
enum Kept {
    Memory(Arc<MemoryStore>),
    /// In a file of this folder.
    Sqlite(TempDir),
    Postgres(ScratchDatabase),
}

/// The store's file.
const FILE: &str = "seatwright.db";

/// Starts one on a memory store.
///
/// # Errors
/// When the world breaks a rule.
pub async fn memory(world: &World) -> anyhow::Result<Box<dyn Target>> {
    let store = Arc::new(MemoryStore::new(builtin_catalog()));
    start(world, store.clone(), Kept::Memory(store)).await
}

/// Starts one on a SQLite store in a folder that is removed at the end.
///
/// # Errors
/// When the world breaks a rule, or the file cannot be made.
pub async fn sqlite(world: &World) -> anyhow::Result<Box<dyn Target>> {
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(&folder.path().join(FILE), builtin_catalog())?;
    start(world, Arc::new(store), Kept::Sqlite(folder)).await
}

/// Starts one on a PostgreSQL store in a database that nobody else has until the end.
///
/// # Errors
/// When the world breaks a rule, or there is no server for tests.
pub async fn postgres(world: &World) -> anyhow::Result<Box<dyn Target>> {
    let database = ScratchDatabase::create().await?;
    let store = PostgresStore::open(&database.url(), builtin_catalog()).await?;
    start(world, Arc::new(store), Kept::Postgres(database)).await
}

async fn start(world: &World, store: Arc<dyn Store>, kept: Kept) -> anyhow::Result<Box<dyn Target>> {
    let tenants = engine::world::build(world.clone(), builtin_catalog(), SystemClock.now())?;
    store.create_tenants(tenants).await?;
    let keys = keys().await?;
    let engine = Engine::new(store.clone(), Arc::new(SystemClock), Settings::default());
    let settings = ApiSettings::default();
    let router = graph_api::router(ApiState { engine: engine.clone(), keys: keys.clone(), settings });
    let stop = CancellationToken::new();
    let (propagating, until) = (engine.clone(), stop.clone());
    let propagation = tokio::spawn(async move { propagating.propagate(until).await });
    Ok(Box::new(InProcess { router, engine, store, keys, stop: stop.drop_guard(), propagation, kept }))
}

/// One key for all: making one takes a while.
async fn keys() -> anyhow::Result<Arc<KeyRing>> {
    static KEYS: OnceCell<Arc<KeyRing>> = OnceCell::const_new();
    let make = || async { Ok(Arc::new(KeyRing::new(vec![SigningKey::generate()?])?)) };
    KEYS.get_or_try_init(make).await.cloned()
}

#[async_trait]
impl Target for InProcess {
    async fn send(&self, sent: Sent) -> anyhow::Result<Answer> {
        let request = sent.into_request("", HOST)?.map(axum::body::Body::new);
        Answer::read(self.router.clone().oneshot(request).await?).await
    }

    async fn token(&self, holder: &Holder) -> anyhow::Result<String> {
        let now = SystemClock.now().unix_millis.div_euclid(1_000);
        let valid = Validity { issued_at: now, not_before: now, expires_at: now + TOKEN_SECONDS };
        let tenant = self.store.tenant(TenantId(holder.tenant)).await?;
        let tenant = tenant.with_context(|| format!("there is no tenant {}", holder.tenant))?;
        let issuance = self.keys.issuance(TokenVersion::V1, TenantId(holder.tenant), GRAPH_RESOURCE, valid);
        let claims = match &holder.who {
            Who::Application { id, roles } => {
                let found = self.store.applications(tenant.key, Some(ApplicationId(*id))).await?;
                let mut grant = application_grant(found.first().with_context(|| format!("no application {id}"))?);
                if !roles.is_empty() {
                    grant.roles.clone_from(roles);
                }
                Claims::application(issuance, grant)
            }
            Who::User { name, scopes } => {
                Claims::delegated(issuance, user_grant(self.store.as_ref(), tenant.key, name, scopes).await?)
            }
        };
        Ok(self.keys.sign(&claims)?)
    }

    async fn settle(&self) -> anyhow::Result<()> {
        Ok(self.engine.settle().await?)
    }

    async fn verify(&self) -> anyhow::Result<Vec<String>> {
        match &self.kept {
            Kept::Memory(store) => breaches(&store.snapshot()).await,
            Kept::Postgres(database) => breaches_of_database(database).await,
            Kept::Sqlite(folder) => breaches_of_file(&folder.path().join(FILE)).await,
        }
    }

    async fn finish(self: Box<Self>) -> anyhow::Result<Vec<String>> {
        // What is verified must not change meanwhile.
        self.engine.settle().await?;
        let (_, breaches) = engine::verify::verify(self.store.as_ref(), self.engine.now()).await?;
        let mut breaches: Vec<String> = breaches.iter().map(ToString::to_string).collect();
        breaches.extend(exports::exports_come_back(&self.engine).await?);
        breaches.extend(rest::reprocessing_comes_to_rest(&self.engine).await?);
        let (_, after) = engine::verify::verify(self.store.as_ref(), self.engine.now()).await?;
        breaches.extend(after.iter().map(|breach| format!("after reprocessing: {breach}")));
        drop(self.stop);
        self.propagation.await?;
        Ok(breaches)
    }
}

async fn user_grant(
    store: &dyn Store,
    tenant: TenantKey,
    name: &str,
    scopes: &[String],
) -> anyhow::Result<DelegatedGrant> {
    let user = store.user(tenant, &UserRef::parse(name)).await?.value;
    let Some((key, profile)) = user.and_then(|user| Some((user.key, user.profile?))) else {
        bail!("there is no user {name}");
    };
    let mut granted = vec!["User.Read".to_owned()];
    granted.extend(scopes.iter().filter(|scope| *scope != "User.Read").cloned());
    let roles: Vec<(_, Uuid)> = store.roles(tenant, Some(key)).await?;
    Ok(DelegatedGrant {
        user_id: profile.id.0,
        user_principal_name: profile.principal_name.clone(),
        display_name: profile.properties.text("displayName").unwrap_or_default().to_owned(),
        app_id: None,
        app_display_name: Some("Scenario".to_owned()),
        scopes: granted,
        directory_roles: roles.into_iter().map(|(_, role)| role).collect(),
    })
}
