//! Small things to fill a store with.

use engine::store::NewTenant;
use licensing::ChangeSet;
use licensing::assignment::{DisabledPlans, Path, PathState, Source};
use licensing::catalog::{AppliesTo, Catalog, Product, ServicePlan};
use licensing::change_set::PathChange;
use licensing::directory::{GroupProfile, Member, Properties, UserProfile, Value};
use licensing::facts::{GroupFacts, Progress, UserFacts};
use licensing::ids::{GroupId, GroupKey, ServicePlanId, SkuId, SkuKey, SubscriptionId, TenantId, UserId, UserKey};
use licensing::subscription::{CapabilityStatus, Subscription};
use licensing::tenant::{LicensedGroup, TenantProfile, TenantSettings};
use licensing::time::Timestamp;
use licensing::usage_location::UsageLocation;
use std::sync::Arc;
use uuid::Uuid;

/// The SKUs that an [`Office`](super::office::Office) has from the beginning.
pub(super) const ALPHA: SkuKey = SkuKey(0);
pub(super) const BETA: SkuKey = SkuKey(1);

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
        manager: None,
        paths: Vec::new(),
        licensed_groups: Vec::new(),
        ruled_groups: Vec::new(),
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
    GroupFacts {
        key: GroupKey(key),
        profile: Arc::new(profile),
        deleted_at: None,
        processing: None,
        rule_status: None,
        members_updated_at: None,
    }
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
        clock_ahead_millis: 0,
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
