//! The engine as its users see it: commands, queries, and a clean stop.

use crate::caller::{Caller, Permit};
use crate::clock::Clock;
use crate::error::EngineError;
use crate::propagation::{self, POLL_PERIOD, Propagation};
use crate::store::{Store, StoreError};
use crate::writer::{OnWork, Shown, Writer, lock};
use licensing::Command;
use licensing::command::Context;
use licensing::ids::{TenantId, TenantKey};
use licensing::tenant::TenantSettings;
use licensing::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokens::VerifiedToken;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How long [`Engine::settle`] waits between two looks, at least and at most.
const SETTLE_WAIT: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(50));

/// How the engine behaves.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long a group's processing waits before it begins.
    pub group_delay: Duration,
    /// How often work is looked for without being told of any.
    pub poll_period: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { group_delay: Duration::ZERO, poll_period: POLL_PERIOD }
    }
}

/// The use cases over one store. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    writers: Mutex<HashMap<TenantKey, Writer>>,
    /// What never changes of a tenant: its key and its settings.
    known_tenants: Mutex<HashMap<TenantId, (TenantKey, TenantSettings)>>,
    work: Arc<Notify>,
    settings: Settings,
}

impl Engine {
    /// An engine over a store. Nothing is propagated until [`propagate`](Self::propagate) runs.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, settings: Settings) -> Self {
        let inner = Inner {
            store,
            clock,
            writers: Mutex::default(),
            known_tenants: Mutex::default(),
            work: Arc::default(),
            settings,
        };
        Self { inner: Arc::new(inner) }
    }

    /// The store, for queries. Whoever reads for a caller holds a [`Permit`] first.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        self.inner.store.as_ref()
    }

    /// The present time of the system: that of tokens, logs and errors. Tenants have clocks of their own.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The present time by the clock of a tenant; that of the system when there is no such tenant.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn now_in(&self, tenant: TenantId) -> Result<Timestamp, StoreError> {
        let found = self.inner.store.tenant(tenant).await?;
        Ok(found.map_or(self.now(), |tenant| tenant.profile.time_at(self.now())))
    }

    /// The caller behind a verified token; `None` when this store has no such tenant.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn caller(&self, token: Arc<VerifiedToken>) -> Result<Option<Caller>, StoreError> {
        let id = TenantId(token.tenant);
        let known = lock(&self.inner.known_tenants).get(&id).copied();
        let found = match known {
            Some(known) => Some(known),
            None => self.inner.store.tenant(id).await?.map(|tenant| (tenant.key, tenant.profile.settings)),
        };
        if let Some(found) = found {
            lock(&self.inner.known_tenants).insert(id, found);
        }
        Ok(found.map(|(key, settings)| Caller::new(key, id, settings, token)))
    }

    /// Runs a command: when it answers, its effect survives a crash.
    ///
    /// # Errors
    /// [`EngineError::Denied`] when the permit is for something else, [`EngineError::Busy`],
    /// [`EngineError::Refused`] with the rule that forbids it.
    pub async fn run(&self, permit: &Permit, command: Command) -> Result<Shown, EngineError> {
        if !permit.operation().covers(&command) {
            return Err(EngineError::Denied);
        }
        let context = Context { now: self.now(), actor: permit.actor().clone(), request: permit.request() };
        self.writer(permit.tenant()).run(command, context).await
    }

    /// Runs a command for the operator, who may do everything.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub async fn run_as_operator(&self, tenant: TenantKey, command: Command) -> Result<Shown, EngineError> {
        let context = Context { now: self.now(), actor: licensing::audit::Actor::Operator, request: None };
        self.writer(tenant).run(command, context).await
    }

    /// Works on what changes left for others, until `stop`.
    pub async fn propagate(&self, stop: CancellationToken) {
        let Settings { group_delay, poll_period } = self.inner.settings;
        let settings = Propagation { group_delay, poll_period, stop };
        tokio::select! {
            () = propagation::run(self, &self.inner.work, &settings) => {}
            // It has no end of its own.
            () = propagation::listen(self.store(), &self.inner.work) => {}
        }
    }

    /// Waits until no work is left. For tests and demonstrations: a busy tenant may never be settled.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn settle(&self) -> Result<(), StoreError> {
        let begun = Instant::now();
        while !self.store().tenants_with_work().await?.is_empty()
            || !self.store().tenants_due(self.now()).await?.is_empty()
        {
            self.inner.work.notify_one();
            // Long work is not looked at as often as short work: it is slowed down by that.
            tokio::time::sleep((begun.elapsed() / 32).clamp(SETTLE_WAIT.0, SETTLE_WAIT.1)).await;
        }
        Ok(())
    }

    pub(crate) fn writer(&self, tenant: TenantKey) -> Writer {
        let start = || {
            let work = self.inner.work.clone();
            let on_work: OnWork = Arc::new(move || work.notify_one());
            Writer::start(self.inner.store.clone(), tenant, on_work)
        };
        let mut writers = lock(&self.inner.writers);
        // A writer whose task panicked is of no use any more.
        if let Some(writer) = writers.get(&tenant).filter(|writer| writer.is_running()) {
            return writer.clone();
        }
        let writer = start();
        writers.insert(tenant, writer.clone());
        writer
    }
}
