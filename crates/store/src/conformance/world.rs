//! Small things to fill a store with, and short ways to ask what is in it.

use engine::store::{GroupSet, NewTenant, Store, UserSet};
use licensing::assignment::{DisabledPlans, Path, PathState, Source};
use licensing::catalog::{AppliesTo, Catalog, Product, ServicePlan};
use licensing::change_set::PathChange;
use licensing::directory::{GroupProfile, Member, Properties, UserProfile, Value};
use licensing::facts::{GroupFacts, Progress, Scope, UserFacts, UserRef};
use licensing::ids::{
    GroupId, GroupKey, ServicePlanId, SkuId, SkuKey, SubscriptionId, TenantId, TenantKey, UserId, UserKey,
};
use licensing::subscription::{CapabilityStatus, Subscription};
use licensing::tenant::{LicensedGroup, Tenant, TenantProfile, TenantSettings};
use licensing::time::Timestamp;
use licensing::usage_location::UsageLocation;
use licensing::{ChangeSet, Facts};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// The SKUs that an [`Office`] has from the beginning.
pub(super) const ALPHA: SkuKey = SkuKey(0);
pub(super) const BETA: SkuKey = SkuKey(1);
/// More than any page that a fact reads.
pub(super) const ALL: u32 = 100_000;

/// The built-in products of the stores under test: `ALPHA` (with two plans, of which one needs the other)
/// and `BETA`.
#[must_use]
pub fn catalog() -> Arc<Catalog> {
    let mut catalog = Catalog::default();
    catalog.add(product("ALPHA", &["a-basic", "a-more"]));
    catalog.add(product("BETA", &["b-basic"]));
    catalog.rules.depends_on(plan_id("a-more"), plan_id("a-basic"));
    Arc::new(catalog)
}

/// A product of this part number.
pub(super) fn product(name: &str, plans: &[&str]) -> Arc<Product> {
    let plans = plans.iter().map(|name| {
        Arc::new(ServicePlan {
            id: plan_id(name),
            name: (*name).to_owned(),
            applies_to: AppliesTo::User,
            service: "exchange".to_owned(),
            prohibited_in: Vec::new(),
        })
    });
    let plans = plans.collect();
    Arc::new(Product { id: sku_id(name), part_number: name.to_owned(), applies_to: AppliesTo::User, plans })
}

/// The id that stands for a name of at most sixteen bytes.
pub(super) fn id(name: &str) -> Uuid {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(name.bytes()).for_each(|(byte, letter)| *byte = letter);
    Uuid::from_bytes(bytes)
}

pub(super) fn sku_id(name: &str) -> SkuId {
    SkuId(id(name))
}

pub(super) fn plan_id(name: &str) -> ServicePlanId {
    ServicePlanId(id(name))
}

pub(super) fn at(unix_millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(unix_millis)
}

pub(super) fn country(code: &str) -> UsageLocation {
    UsageLocation::parse(code).unwrap()
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(super) fn properties(of: &[(&str, Value)]) -> Properties {
    Properties(of.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

/// A live user whose principal name and id are those of the name.
pub(super) fn user(key: u32, name: &str) -> UserFacts {
    let profile = UserProfile {
        id: UserId(id(name)),
        principal_name: name.to_owned(),
        created_at: at(1_000),
        properties: properties(&[("displayName", text(name))]),
    };
    UserFacts {
        key: UserKey(key),
        usage_location: Some(country("KE")),
        deleted_at: None,
        address_taken: false,
        paths: Vec::new(),
        licensed_groups: Vec::new(),
        profile: Some(Arc::new(profile)),
    }
}

pub(super) fn with_properties(user: UserFacts, properties: Properties) -> UserFacts {
    let profile = UserProfile { properties, ..UserProfile::clone(user.profile.as_ref().unwrap()) };
    UserFacts { profile: Some(Arc::new(profile)), ..user }
}

pub(super) fn deleted(user: UserFacts) -> UserFacts {
    UserFacts { deleted_at: Some(at(2_000)), ..user }
}

pub(super) fn group(key: u32, name: &str) -> GroupFacts {
    let properties = properties(&[("displayName", text(name)), ("securityEnabled", Value::Bool(true))]);
    let profile = GroupProfile { id: GroupId(id(name)), created_at: at(1_000), properties };
    GroupFacts { key: GroupKey(key), profile: Arc::new(profile), deleted_at: None, processing: None }
}

pub(super) fn deleted_group(group: GroupFacts) -> GroupFacts {
    GroupFacts { deleted_at: Some(at(2_000)), ..group }
}

/// The source of paths from the group of this key.
pub(super) fn from(group: u32) -> Source {
    Source::Group(GroupKey(group))
}

pub(super) fn path(sku: SkuKey, source: Source, state: PathState) -> Path {
    Path { sku, source, disabled: DisabledPlans::default(), state, assigned_at: at(3_000), updated_at: at(4_000) }
}

pub(super) fn subscription(name: &str, total_licenses: u32) -> Subscription {
    Subscription {
        id: SubscriptionId(id(name)),
        status: CapabilityStatus::Enabled,
        total_licenses,
        created_at: at(500),
        is_trial: false,
        next_lifecycle_at: None,
    }
}

/// Licences of the group with this name, with all plans.
pub(super) fn licenses(name: &str, order: u32, skus: &[SkuKey]) -> LicensedGroup {
    let licenses = skus.iter().map(|sku| (*sku, DisabledPlans::default())).collect();
    LicensedGroup { id: GroupId(id(name)), order, licenses }
}

/// Progress that nobody has made yet.
pub(super) fn queued() -> Progress {
    Progress { queued_at: at(5_000), ..Progress::default() }
}

pub(super) fn tenant_profile(name: &str) -> TenantProfile {
    TenantProfile {
        id: TenantId(id(name)),
        display_name: name.to_owned(),
        country: country("US"),
        default_usage_location: None,
        verified_domains: vec![format!("{name}.example")],
        created_at: at(100),
        settings: TenantSettings::default(),
    }
}

/// A tenant that has bought `ALPHA` and `BETA`.
pub(super) fn new_tenant(name: &str) -> NewTenant {
    let content = ChangeSet::default().buys(ALPHA, "ALPHA", 100).buys(BETA, "BETA", 100);
    NewTenant { profile: tenant_profile(name), content }
}

/// Writes down a change set in few words.
pub(super) trait Draft: Sized {
    fn user(self, user: UserFacts) -> Self;
    fn group(self, group: GroupFacts) -> Self;
    fn joins(self, group: u32, user: u32) -> Self;
    fn leaves(self, group: u32, user: u32) -> Self;
    fn puts(self, user: u32, path: Path) -> Self;
    fn buys(self, key: SkuKey, product: &str, seats: u32) -> Self;
    fn licenses(self, group: u32, licenses: LicensedGroup) -> Self;
}

impl Draft for ChangeSet {
    fn user(mut self, user: UserFacts) -> Self {
        self.users.push(user);
        self
    }

    fn group(mut self, group: GroupFacts) -> Self {
        self.groups.push(group);
        self
    }

    fn joins(mut self, group: u32, user: u32) -> Self {
        self.memberships.push((GroupKey(group), Member::User(UserKey(user)), true));
        self
    }

    fn leaves(mut self, group: u32, user: u32) -> Self {
        self.memberships.push((GroupKey(group), Member::User(UserKey(user)), false));
        self
    }

    fn puts(mut self, user: u32, path: Path) -> Self {
        self.paths.push((UserKey(user), PathChange::Put(path)));
        self
    }

    fn buys(mut self, key: SkuKey, product: &str, seats: u32) -> Self {
        self.subscriptions.push((key, sku_id(product), subscription(product, seats)));
        self
    }

    fn licenses(mut self, group: u32, licenses: LicensedGroup) -> Self {
        self.licensed_groups.push((GroupKey(group), licenses));
        self
    }
}

/// A tenant in the store under test.
#[derive(Clone)]
pub(super) struct Office {
    pub(super) store: Arc<dyn Store>,
    pub(super) key: TenantKey,
}

impl Office {
    /// The only tenant of a store.
    pub(super) async fn new(store: Arc<dyn Store>) -> Self {
        assert!(store.create_tenants(vec![new_tenant("contoso")]).await.unwrap());
        Self { store, key: TenantKey(1) }
    }

    /// The only two tenants of a store.
    pub(super) async fn pair(store: Arc<dyn Store>) -> (Self, Self) {
        assert!(store.create_tenants(vec![new_tenant("contoso"), new_tenant("fabrikam")]).await.unwrap());
        (Self { store: store.clone(), key: TenantKey(1) }, Self { store, key: TenantKey(2) })
    }

    pub(super) async fn write(&self, changes: ChangeSet) {
        self.store.commit(self.key, Scope::default(), Box::new(|_| changes)).await.unwrap();
    }

    /// The facts that a decision on this scope gets.
    pub(super) async fn load(&self, scope: Scope) -> Facts {
        let slot: Arc<Mutex<Option<Facts>>> = Arc::default();
        let loaded = slot.clone();
        let decide = Box::new(move |facts| {
            *loaded.lock().unwrap() = Some(facts);
            ChangeSet::default()
        });
        self.store.commit(self.key, scope, decide).await.unwrap();
        slot.lock().unwrap().take().unwrap()
    }

    pub(super) async fn tenant(&self) -> Arc<Tenant> {
        let tenants = self.store.tenants().await.unwrap();
        tenants.into_iter().find(|tenant| tenant.key == self.key).unwrap()
    }

    /// The live user that a client names so.
    pub(super) async fn find(&self, user: &str) -> Option<UserFacts> {
        self.store.user(self.key, &UserRef::Name(user.to_owned())).await.unwrap().value
    }

    /// Keys of all users of a set.
    pub(super) async fn users(&self, of: UserSet) -> Vec<u32> {
        let users = self.store.users(self.key, of, None, ALL).await.unwrap().value;
        users.into_iter().map(|user| user.key.0).collect()
    }

    /// Keys of all groups of a set.
    pub(super) async fn groups(&self, of: GroupSet) -> Vec<u32> {
        let groups = self.store.groups(self.key, of, None, ALL).await.unwrap().value;
        groups.into_iter().map(|group| group.key.0).collect()
    }

    /// Seats in use; SKUs of which none is are left out.
    pub(super) async fn seats(&self) -> BTreeMap<SkuKey, i64> {
        in_use(self.store.consumed(self.key).await.unwrap().value)
    }

    /// All that can be read of the tenant, to be compared with what it was.
    pub(super) async fn everything(&self) -> String {
        let (store, key) = (&self.store, self.key);
        let keys: Vec<UserKey> = (0..100).map(UserKey).collect();
        let mut waiting = store.waiting(key).await.unwrap();
        waiting.sort_by_key(|waiting| waiting.work);
        let groups = store.groups(key, GroupSet::All, None, ALL).await.unwrap().value;
        let mut members = Vec::new();
        for group in &groups {
            members.push((self.users(UserSet::MembersOf(group.key)).await, group.key));
        }
        let people = (store.users(key, UserSet::All, None, ALL).await, store.users_by_key(key, &keys).await, members);
        let others = (store.devices(key, None).await, store.applications(key, None).await, store.roles(key, None).await);
        let facts = self.load(Scope::default()).await;
        format!("{people:#?} {groups:#?} {others:#?} {waiting:#?} {:#?} {:#?}", facts.next_keys, self.seats().await)
    }
}

/// Seats in use; SKUs of which none is are left out.
pub(super) fn in_use(mut seats: BTreeMap<SkuKey, i64>) -> BTreeMap<SkuKey, i64> {
    seats.retain(|_, seats| *seats != 0);
    seats
}

/// A scope that asks for users by name, and for users and groups by id.
pub(super) fn asking(names: &[&str], objects: &[&str]) -> Scope {
    Scope {
        names: names.iter().map(|name| licensing::directory::fold_name(name)).collect(),
        objects: objects.iter().map(|name| id(name)).collect(),
        ..Scope::default()
    }
}
