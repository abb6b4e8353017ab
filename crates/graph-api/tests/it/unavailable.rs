//! A store that fails: 503 with `Retry-After`, and not a word of why. One that hangs: 504, and 503 for more
//! than may wait.

use crate::office::{CANTEEN, KIM, Office, TENANT, TestClock, adding};
use async_trait::async_trait;
use axum::http::Method;
use engine::builtin_catalog::builtin_catalog;
use engine::store::audit::{AuditPage, AuditSet};
use engine::store::{Ask, DirectoryObject, GroupSet, NewTenant, Seen, Store, StoreError, UserSet, Waiting};
use engine::writer::{BATCH_COMMANDS_MAX, QUEUE_COMMANDS_MAX};
use graph_api::{ApiSettings, Limits, ROUTES};
use licensing::directory::{Application, ManagedDevice, Member};
use licensing::dynamic_group::DynamicGroups;
use licensing::facts::{GroupFacts, UserFacts, UserRef};
use licensing::ids::{ApplicationId, DeviceId, GroupKey, SkuKey, TenantId, TenantKey, UserKey};
use licensing::tenant::{Tenant, TenantProfile, TenantSettings};
use licensing::time::Timestamp;
use licensing::usage_location::UsageLocation;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Knows its tenant at first, and fails in everything else. Who reads a user or writes may wait for ever.
#[derive(Default)]
pub(crate) struct FailingStore {
    is_gone: AtomicBool,
    hangs: bool,
    /// Its connection is lost with each commit.
    is_cut: bool,
    /// A commit fails for what it holds.
    is_choosy: bool,
}

impl FailingStore {
    /// One that does not know its tenant either.
    pub(crate) fn gone() -> Self {
        Self { is_gone: true.into(), ..Self::default() }
    }
}

fn fail<T>() -> Result<T, StoreError> {
    Err(StoreError::Unavailable { attempted: "open /var/lib/secret.db", reason: "disk I/O error".to_owned() })
}

#[async_trait]
impl Store for FailingStore {
    async fn commit_asked(&self, _: TenantKey, _: Ask) -> Result<(), StoreError> {
        if self.hangs {
            std::future::pending::<()>().await;
        }
        if self.is_cut {
            let reason = "connection to /var/lib/secret.sock closed".to_owned();
            return Err(StoreError::OutcomeUnknown { attempted: "commit the change", reason });
        }
        if self.is_choosy {
            let reason = "value too long for column secret".to_owned();
            return Err(StoreError::Unstorable { attempted: "commit the change", reason });
        }
        fail()
    }

    async fn create_tenants(&self, _: Vec<NewTenant>) -> Result<bool, StoreError> {
        fail()
    }

    async fn tenants(&self) -> Result<Vec<Arc<Tenant>>, StoreError> {
        fail()
    }

    async fn tenant(&self, id: TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
        if self.is_gone.swap(true, Ordering::Relaxed) {
            return fail();
        }
        let profile = TenantProfile {
            id,
            display_name: String::new(),
            country: UsageLocation::parse("US").unwrap(),
            default_usage_location: None,
            verified_domains: Vec::new(),
            created_at: Timestamp::default(),
            clock_ahead_millis: 0,
            settings: TenantSettings::default(),
        };
        let tenant = Tenant {
            key: TenantKey(1),
            profile,
            catalog: builtin_catalog(),
            skus: BTreeMap::new(),
            licensed_groups: BTreeMap::new(),
            dynamic_groups: DynamicGroups::default(),
        };
        Ok(Some(Arc::new(tenant)))
    }

    async fn consumed(&self, _: TenantKey) -> Result<Seen<BTreeMap<SkuKey, i64>>, StoreError> {
        fail()
    }

    async fn user(&self, _: TenantKey, _: &UserRef) -> Result<Seen<Option<UserFacts>>, StoreError> {
        if self.hangs {
            std::future::pending::<()>().await;
        }
        fail()
    }

    async fn users(
        &self,
        _: TenantKey,
        _: UserSet,
        _: Option<UserKey>,
        _: u32,
    ) -> Result<Seen<Vec<UserFacts>>, StoreError> {
        fail()
    }

    async fn group(&self, _: TenantKey, _: Uuid) -> Result<Seen<Option<GroupFacts>>, StoreError> {
        fail()
    }

    async fn groups(
        &self,
        _: TenantKey,
        _: GroupSet,
        _: Option<GroupKey>,
        _: u32,
    ) -> Result<Seen<Vec<GroupFacts>>, StoreError> {
        fail()
    }

    async fn count_users(&self, _: TenantKey, _: UserSet) -> Result<u64, StoreError> {
        fail()
    }

    async fn count_groups(&self, _: TenantKey, _: GroupSet) -> Result<u64, StoreError> {
        fail()
    }

    async fn objects(&self, _: TenantKey, _: &[Uuid]) -> Result<Seen<Vec<DirectoryObject>>, StoreError> {
        fail()
    }

    async fn is_member(&self, _: TenantKey, _: GroupKey, _: UserKey) -> Result<bool, StoreError> {
        fail()
    }

    async fn devices(&self, _: TenantKey, _: Option<DeviceId>) -> Result<Vec<ManagedDevice>, StoreError> {
        fail()
    }

    async fn users_by_key(&self, _: TenantKey, _: &[UserKey]) -> Result<Seen<Vec<UserFacts>>, StoreError> {
        fail()
    }

    async fn groups_by_key(&self, _: TenantKey, _: &[GroupKey]) -> Result<Vec<GroupFacts>, StoreError> {
        fail()
    }

    async fn object(&self, _: TenantKey, _: Uuid) -> Result<Option<Member>, StoreError> {
        fail()
    }

    async fn audit(&self, _: TenantKey, _: &AuditSet, _: Option<u64>, _: u32) -> Result<AuditPage, StoreError> {
        fail()
    }

    async fn applications(&self, _: TenantKey, _: Option<ApplicationId>) -> Result<Vec<Application>, StoreError> {
        fail()
    }

    async fn roles(&self, _: TenantKey, _: Option<UserKey>) -> Result<Vec<(UserKey, Uuid)>, StoreError> {
        fail()
    }

    async fn tenant_of_domain(&self, _: &str) -> Result<Option<Arc<Tenant>>, StoreError> {
        fail()
    }

    async fn tenants_with_work(&self) -> Result<Vec<TenantKey>, StoreError> {
        fail()
    }

    async fn tenants_due(&self, _: Timestamp) -> Result<Vec<TenantKey>, StoreError> {
        fail()
    }

    async fn waiting(&self, _: TenantKey) -> Result<Seen<Vec<Waiting>>, StoreError> {
        fail()
    }

    async fn marked_users(&self, _: TenantKey) -> Result<u64, StoreError> {
        fail()
    }

    async fn signing_keys(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        fail()
    }

    async fn keep_first_signing_key(&self, _: Vec<u8>) -> Result<(), StoreError> {
        fail()
    }

    async fn ping(&self) -> Result<(), StoreError> {
        fail()
    }
}

#[tokio::test]
async fn every_route_asks_the_client_to_come_back() {
    let office = Office::on(Arc::new(FailingStore::default()), TestClock::new(), ApiSettings::default());
    let assign = |path: String| {
        let office = &office;
        async move { office.post(&path, adding(CANTEEN)).await }
    };
    assert_eq!(assign(format!("/v1.0/users/{KIM}/assignLicense")).await.status, 503);
    for route in ROUTES.iter().filter(|route| route.method == Method::GET && !route.path.starts_with("/me")) {
        let path = format!("/v1.0{}", route.path.replace("{details}", "x").replace("{id}", &TENANT.to_string()));
        let path = path.replace("{audit}", &format!("Directory_{KIM}_1_0"));
        let path = ["{user}", "{group}", "{object}", "{device}", "{sku}", "{subscription}"]
            .iter()
            .fold(path, |path, name| path.replace(name, &KIM.to_string()));
        let reply = office.get_eventually(&path).await;
        let sentence = "The service is not available. Try the request again after a delay.";
        assert_eq!(reply.error(), (503, "serviceNotAvailable", sentence), "{path}");
        assert_eq!(reply.header("retry-after"), "1");
        assert!(!reply.text.contains("secret") && !reply.text.contains("disk"), "{}", reply.text);
    }
}

#[tokio::test]
async fn the_token_authority_asks_the_client_to_come_back() {
    let office = Office::on(Arc::new(FailingStore::default()), TestClock::new(), ApiSettings::default());
    for (method, path) in [
        (Method::GET, "/contoso.example/discovery/keys"),
        (Method::GET, "/contoso.example/discovery/v2.0/keys"),
        (Method::GET, "/contoso.example/v2.0/.well-known/openid-configuration"),
        (Method::POST, "/contoso.example/oauth2/v2.0/token"),
        (Method::POST, "/contoso.example/oauth2/token"),
    ] {
        let reply = office.call("", method, path, None).await;
        assert_eq!((reply.status, reply.json["error"].as_str()), (503, Some("temporarily_unavailable")), "{path}");
        assert_eq!(reply.header("retry-after"), "1", "{path}");
        assert!(!reply.text.contains("secret") && !reply.text.contains("disk"), "{}", reply.text);
    }
}

#[tokio::test]
async fn whoever_cannot_be_told_whether_a_change_was_made_is_asked_to_try_again() {
    let store = FailingStore { is_cut: true, ..FailingStore::default() };
    let office = Office::on(Arc::new(store), TestClock::new(), ApiSettings::default());
    let reply = office.post(&format!("/v1.0/users/{KIM}/assignLicense"), adding(CANTEEN)).await;
    let sentence =
        "The service was interrupted; the change may have been made or not. Try the request again after a delay.";
    assert_eq!(reply.error(), (503, "serviceNotAvailable", sentence));
    assert_eq!(reply.header("retry-after"), "1");
    assert!(!reply.text.contains("secret"), "{}", reply.text);
}

#[tokio::test]
async fn whoever_wants_what_the_store_does_not_take_is_not_asked_to_try_again() {
    let store = FailingStore { is_choosy: true, ..FailingStore::default() };
    let office = Office::on(Arc::new(store), TestClock::new(), ApiSettings::default());
    let reply = office.post(&format!("/v1.0/users/{KIM}/assignLicense"), adding(CANTEEN)).await;
    assert_eq!(reply.error(), (500, "Service_InternalServerError", "An internal error occurred."));
    assert_eq!(reply.header("retry-after"), "");
    assert!(!reply.text.contains("secret"), "{}", reply.text);
}

#[tokio::test]
async fn a_request_has_a_time() {
    let store = FailingStore { hangs: true, ..FailingStore::default() };
    let limits = Limits { request_time_max: Duration::from_millis(50), ..Limits::default() };
    let settings = ApiSettings { limits, ..ApiSettings::default() };
    let office = Office::on(Arc::new(store), TestClock::new(), settings);
    let reply = office.get(&format!("/v1.0/users/{KIM}")).await;
    let sentence = "The request took too long; a change that it asked for may still be made.";
    assert_eq!(reply.error(), (504, "generalException", sentence));
    assert_eq!(reply.header("cache-control"), "no-cache");
}

#[tokio::test]
async fn a_full_queue_asks_the_client_to_come_back() {
    let store = FailingStore { hangs: true, ..FailingStore::default() };
    let office = Arc::new(Office::on(Arc::new(store), TestClock::new(), ApiSettings::default()));
    let mut requests = JoinSet::new();
    // As many as the writer takes at once and as may wait behind them, and one more.
    for _ in 0..=QUEUE_COMMANDS_MAX + BATCH_COMMANDS_MAX {
        let office = office.clone();
        requests.spawn(async move { office.post(&format!("/v1.0/users/{KIM}/assignLicense"), adding(CANTEEN)).await });
    }
    let reply = requests.join_next().await.unwrap().unwrap();
    let sentence = "The service is not available. Try the request again after a delay.";
    assert_eq!(reply.error(), (503, "serviceNotAvailable", sentence));
    assert_eq!(reply.header("retry-after"), "1");
}
