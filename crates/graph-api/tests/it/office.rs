//! A tenant on a memory store, with the API in front of it.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, header};
use engine::builtin_catalog::builtin_catalog;
use engine::clock::Clock;
use engine::store::Store;
use engine::use_cases::Settings;
use engine::{Engine, world};
use graph_api::authority::{AUDIENCES, Validity, application_grant};
use graph_api::{ADMINISTRATION, ApiSettings, ApiState, KeyRing, ROUTES, Route, TokenVersion, router};
use licensing::directory::Application;
use licensing::ids::{ApplicationId, TenantId};
use licensing::time::Timestamp;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use store::memory::MemoryStore;
use tokens::{Claims, DelegatedGrant, SigningKey};
use tokio_util::sync::{CancellationToken, DropGuard};
use tower::ServiceExt as _;
use uuid::{Uuid, uuid};

pub(crate) const TENANT: Uuid = uuid!("e8e96c2a-d787-4eb1-98d7-9e57c965f1de");
pub(crate) const KIM: Uuid = uuid!("00000000-0000-0000-0000-00000000000a");
pub(crate) const LEE: Uuid = uuid!("00000000-0000-0000-0000-00000000000b");
pub(crate) const MAX: Uuid = uuid!("00000000-0000-0000-0000-00000000000c");
pub(crate) const STAFF: Uuid = uuid!("1132b215-826f-42a9-8cfe-1643d19d17fd");
pub(crate) const CLUB: Uuid = uuid!("00000000-0000-0000-0000-00000000001b");
pub(crate) const TILL: Uuid = uuid!("00000000-0000-0000-0000-00000000002a");
pub(crate) const DOOR: Uuid = uuid!("00000000-0000-0000-0000-00000000002b");
pub(crate) const ROBOT: Uuid = uuid!("10000000-0000-0000-0000-000000000001");
pub(crate) const PURCHASE: Uuid = uuid!("00000000-0000-0000-0000-00000000003a");
pub(crate) const SECRET: &str = "correct horse";
/// A product of the tenant's own with two plans and two seats.
pub(crate) const CANTEEN: Uuid = uuid!("53c01d8b-1d8b-53c0-8b1d-c0538b1dc053");
pub(crate) const LUNCH: Uuid = uuid!("11b0131d-43c8-4bbb-b2c8-e80f9a50834a");
pub(crate) const DINNER: Uuid = uuid!("11b0131d-43c8-4bbb-b2c8-e80f9a50834b");
/// Another one with one plan and one seat.
pub(crate) const PARKING: Uuid = uuid!("53c01d8b-1d8b-53c0-8b1d-c0538b1dc054");
pub(crate) const SPACE: Uuid = uuid!("11b0131d-43c8-4bbb-b2c8-e80f9a50834c");
/// A user of another tenant.
pub(crate) const STRANGER: Uuid = uuid!("00000000-0000-0000-0000-0000000000f1");
pub(crate) const OTHER_TENANT: Uuid = uuid!("e8e96c2a-d787-4eb1-98d7-9e57c965f1df");
pub(crate) const LICENSE_ADMINISTRATOR: Uuid = uuid!("4d6ac14f-3453-41d0-bef9-a3e0c569773a");

/// 2025-07-14T16:14:05Z
pub(crate) const NOW: i64 = 1_752_509_645;

static KEY: LazyLock<Vec<u8>> = LazyLock::new(|| SigningKey::generate().unwrap().pkcs8_der().to_vec());

/// Everything that the routes ask for.
pub(crate) const ALL_ROLES: [&str; 8] = [
    "Directory.ReadWrite.All",
    "User.ReadWrite.All",
    "Group.ReadWrite.All",
    "LicenseAssignment.ReadWrite.All",
    "Organization.ReadWrite.All",
    "DeviceManagementManagedDevices.Read.All",
    "AuditLog.Read.All",
    "Seatwright.Admin",
];

/// Every route there is, with what comes before its path.
pub(crate) fn every_route() -> impl Iterator<Item = (&'static str, &'static Route)> {
    let own = ADMINISTRATION.iter().map(|route| ("/seatwright/v1", route));
    ROUTES.iter().map(|route| ("/v1.0", route)).chain(own)
}

/// A path of the administration of the tenant.
pub(crate) fn own(path: &str) -> String {
    format!("/seatwright/v1/tenants/{TENANT}{path}")
}

pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(NOW * 1000)))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.0.load(Ordering::Relaxed))
    }
}

pub(crate) struct Office {
    pub(crate) engine: Engine,
    pub(crate) keys: Arc<KeyRing>,
    clock: Arc<TestClock>,
    pub(crate) router: axum::Router,
    /// A token with every app role that the routes ask for.
    pub(crate) robot: String,
    _stop: DropGuard,
}

/// The tenant that most tests begin with.
pub(crate) fn contoso() -> Value {
    json!({ "tenants": [{
        "id": TENANT,
        "displayName": "Contoso",
        "countryLetterCode": "US",
        "verifiedDomains": ["contoso.example", "contoso.test"],
        "createdDateTime": "2020-01-01T00:00:00Z",
        "products": [
            { "skuId": CANTEEN, "skuPartNumber": "CANTEEN", "servicePlans": [
                { "servicePlanId": LUNCH, "servicePlanName": "LUNCH_PLAN", "service": "Kitchen" },
                { "servicePlanId": DINNER, "servicePlanName": "DINNER_PLAN", "service": "Kitchen" } ] },
            { "skuId": PARKING, "skuPartNumber": "PARKING", "servicePlans": [
                { "servicePlanId": SPACE, "servicePlanName": "SPACE_PLAN", "service": "Garage" } ] },
        ],
        "subscriptions": [
            { "id": PURCHASE, "skuPartNumber": "CANTEEN", "totalLicenses": 2,
              "createdDateTime": "2024-01-01T00:00:00Z", "nextLifecycleDateTime": "2026-01-01T00:00:00Z" },
            { "skuPartNumber": "PARKING", "totalLicenses": 1, "status": "Warning" },
            { "skuPartNumber": "AAD_PREMIUM_P2", "totalLicenses": 10 },
            { "skuPartNumber": "FLOW_FREE", "totalLicenses": 10 },
            { "skuPartNumber": "EMSPREMIUM", "totalLicenses": 10 },
            { "skuPartNumber": "ENTERPRISEPREMIUM", "totalLicenses": 10 },
        ],
        "users": [
            { "id": KIM, "userPrincipalName": "Kim@contoso.example", "displayName": "Kim", "givenName": "Kim",
              "surname": "Abercrombie", "mailNickname": "kim", "accountEnabled": true, "usageLocation": "KE",
              "city": "Nairobi", "companyName": "Contoso", "jobTitle": "Cook", "businessPhones": ["+254 1"],
              "createdDateTime": "2021-03-12T11:15:03Z" },
            { "id": LEE, "userPrincipalName": "lee@contoso.example", "displayName": "Lee" },
            { "id": MAX, "userPrincipalName": "max@contoso.example", "displayName": "Max", "usageLocation": "US" },
        ],
        "groups": [
            { "id": STAFF, "displayName": "Staff", "mailNickname": "staff", "mailEnabled": false,
              "securityEnabled": true, "createdDateTime": "2021-03-12T11:15:03Z",
              "members": ["kim@contoso.example", "max@contoso.example", CLUB] },
            { "id": CLUB, "displayName": "Club", "mailNickname": "club", "mailEnabled": true,
              "securityEnabled": false, "groupTypes": ["Unified"], "members": ["lee@contoso.example"] },
        ],
        "managedDevices": [
            { "id": TILL, "deviceName": "Till", "users": ["kim@contoso.example", "max@contoso.example"] },
            { "id": DOOR, "deviceName": "Door", "users": ["lee@contoso.example"] },
        ],
        "applications": [
            { "appId": ROBOT, "displayName": "Robot",
              "appRoles": ["LicenseAssignment.ReadWrite.All", "User.Read.All"] },
        ],
    }, {
        "id": OTHER_TENANT,
        "displayName": "Fabrikam",
        "verifiedDomains": ["fabrikam.example"],
        "users": [{ "id": STRANGER, "userPrincipalName": "stranger@fabrikam.example", "displayName": "Stranger" }],
    }] })
}

/// The same, and the application has a secret. Hashing it takes time, so only where it is needed.
pub(crate) fn contoso_with_secret() -> Value {
    let mut world = contoso();
    world["tenants"][0]["applications"][0]["clientSecret"] = json!(SECRET);
    world
}

impl Office {
    pub(crate) async fn open() -> Self {
        Self::of(&contoso(), ApiSettings::default()).await
    }

    pub(crate) async fn of(world: &Value, settings: ApiSettings) -> Self {
        let clock = TestClock::new();
        let store = Arc::new(MemoryStore::new(builtin_catalog()));
        let tenants = world::build(world::parse(&world.to_string()).unwrap(), builtin_catalog(), clock.now()).unwrap();
        assert!(store.create_tenants(tenants).await.unwrap());
        Self::on(store, clock, settings)
    }

    /// On a store that has its tenants already.
    pub(crate) fn on(store: Arc<dyn Store>, clock: Arc<TestClock>, settings: ApiSettings) -> Self {
        let engine = Engine::new(store, clock.clone(), Settings::default());
        let keys = Arc::new(KeyRing::new(vec![SigningKey::from_pkcs8_der(&KEY).unwrap()]).unwrap());
        let state = ApiState { engine: engine.clone(), keys: keys.clone(), settings };
        let stop = CancellationToken::new();
        let (propagating, stopped) = (engine.clone(), stop.clone());
        tokio::spawn(async move { propagating.propagate(stopped).await });
        let robot = app_token(&keys, TENANT, &ALL_ROLES);
        Self { engine, keys, clock, router: router(state), robot, _stop: stop.drop_guard() }
    }

    /// A token of an application with these app roles.
    pub(crate) fn app(&self, roles: &[&str]) -> String {
        app_token(&self.keys, TENANT, roles)
    }

    /// A token of a signed-in user with these scopes and directory roles.
    pub(crate) fn person(&self, user: Uuid, scopes: &[&str], roles: &[Uuid]) -> String {
        let issuance = self.keys.issuance(TokenVersion::V1, TenantId(TENANT), AUDIENCES[2], valid());
        let claims = Claims::delegated(
            issuance,
            DelegatedGrant {
                user_id: user,
                user_principal_name: "somebody@contoso.example".to_owned(),
                display_name: "Somebody".to_owned(),
                app_id: None,
                app_display_name: None,
                scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
                directory_roles: roles.to_vec(),
            },
        );
        self.keys.sign(&claims).unwrap()
    }

    /// Kim as an administrator who may change licences, and read.
    pub(crate) fn admin(&self) -> String {
        self.person(KIM, &ALL_ROLES, &[LICENSE_ADMINISTRATOR])
    }

    pub(crate) fn pass_seconds(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        Reply::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub(crate) async fn call(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "graph.test");
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).unwrap()).await
    }

    /// As the robot.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call(&self.robot, Method::GET, path, None).await
    }

    /// As the robot, who accepts that the answer lags behind.
    pub(crate) async fn get_eventually(&self, path: &str) -> Reply {
        let request = Request::get(path).header(header::HOST, "graph.test").header("ConsistencyLevel", "eventual");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.robot));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// As the robot.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(&self.robot, Method::POST, path, Some(body)).await
    }

    /// Gives Kim, Lee or whoever else a licence with all its plans.
    pub(crate) async fn give(&self, user: Uuid, sku: Uuid) {
        let reply = self.post(&format!("/v1.0/users/{user}/assignLicense"), adding(sku)).await;
        assert_eq!(reply.status, 200, "{}", reply.json);
    }

    /// Gives a group a licence and waits until its members have it, or an error.
    pub(crate) async fn give_group(&self, group: Uuid, sku: Uuid) {
        let reply = self.post(&format!("/v1.0/groups/{group}/assignLicense"), adding(sku)).await;
        assert_eq!(reply.status, 202, "{}", reply.json);
        self.engine.settle().await.unwrap();
    }
}

/// The body that adds a licence with all its plans.
pub(crate) fn adding(sku: Uuid) -> Value {
    json!({ "addLicenses": [{ "skuId": sku }], "removeLicenses": [] })
}

/// The body that removes a licence.
pub(crate) fn removing(sku: Uuid) -> Value {
    json!({ "addLicenses": [], "removeLicenses": [sku] })
}

pub(crate) fn valid() -> Validity {
    Validity { issued_at: NOW, not_before: NOW, expires_at: NOW + 3600 }
}

pub(crate) fn app_token(keys: &KeyRing, tenant: Uuid, roles: &[&str]) -> String {
    let application = Application {
        id: ApplicationId(ROBOT),
        display_name: "Robot".to_owned(),
        secret_hash: None,
        app_roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    };
    let issuance = keys.issuance(TokenVersion::V2, TenantId(tenant), AUDIENCES[0], valid());
    keys.sign(&Claims::application(issuance, application_grant(&application))).unwrap()
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// Null when there is no body.
    pub(crate) json: Value,
    pub(crate) text: String,
}

impl Reply {
    async fn of(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let json = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        Self { status: parts.status.as_u16(), headers: parts.headers, json, text }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status, code and sentence of an error.
    pub(crate) fn error(&self) -> (u16, &str, &str) {
        let text = |name: &str| self.json["error"][name].as_str().unwrap_or("");
        (self.status, text("code"), text("message"))
    }

    /// The names of an object's members, in their order.
    pub(crate) fn keys(&self) -> Vec<&str> {
        keys(&self.json)
    }

    /// One property of each object of a collection.
    pub(crate) fn each(&self, name: &str) -> Vec<&Value> {
        self.json["value"].as_array().unwrap().iter().map(|item| &item[name]).collect()
    }
}

/// The names of an object's members, in their order.
pub(crate) fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// What Graph says of an object that is not there.
pub(crate) fn not_found(name: impl std::fmt::Display) -> String {
    format!("Resource '{name}' does not exist or one of its queried reference-property objects are not present.")
}
