//! Tenants, and that they do not know each other.

use super::office::{Office, asking};
use super::world::{
    ALPHA, BETA, Draft, at, country, from, group, id, licenses, new_tenant, path, product, properties, queued,
    subscription, tenant_profile, text, user, with_properties,
};
use engine::store::{NewTenant, Store, UserSet};
use licensing::ChangeSet;
use licensing::assignment::{PathError, PathState, Source};
use licensing::directory::{Application, ManagedDevice};
use licensing::facts::{Progress, Scope, UserRef, Work};
use licensing::ids::{ApplicationId, DeviceId, DeviceKey, GroupKey, TenantId, TenantKey, UserKey};
use licensing::tenant::{TenantProfile, TenantSettings};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub async fn a_new_store_has_no_tenants(store: Arc<dyn Store>) {
    assert!(store.tenants().await.unwrap().is_empty());
    assert!(store.tenant(TenantId(id("contoso"))).await.unwrap().is_none());
}

pub async fn tenants_are_created_in_order_with_keys_from_one(store: Arc<dyn Store>) {
    let names = ["z-last", "contoso", "a-first"];
    assert!(store.create_tenants(names.map(new_tenant).into()).await.unwrap());
    let tenants = store.tenants().await.unwrap();
    assert!(tenants.iter().map(|tenant| tenant.key).eq([1, 2, 3].map(TenantKey)));
    assert!(tenants.iter().map(|tenant| tenant.profile.display_name.as_str()).eq(names));
}

pub async fn tenants_are_created_once(store: Arc<dyn Store>) {
    assert!(store.create_tenants(vec![new_tenant("contoso")]).await.unwrap());
    assert!(!store.create_tenants(vec![new_tenant("fabrikam")]).await.unwrap());
    assert!(!store.create_tenants(vec![new_tenant("contoso")]).await.unwrap());
    let tenants = store.tenants().await.unwrap();
    assert!(tenants.iter().map(|tenant| tenant.profile.display_name.as_str()).eq(["contoso"]));
}

pub async fn tenants_are_created_all_or_none(store: Arc<dyn Store>) {
    let twice = vec![new_tenant("contoso"), new_tenant("fabrikam"), new_tenant("contoso")];
    assert!(store.create_tenants(twice).await.is_err());
    assert!(store.tenants().await.unwrap().is_empty());
    assert!(store.create_tenants(vec![new_tenant("fabrikam")]).await.unwrap());
    assert_eq!(store.tenants().await.unwrap().len(), 1);
}

pub async fn profiles_of_tenants_round_trip(store: Arc<dyn Store>) {
    let plain = tenant_profile("contoso");
    let special = TenantProfile {
        id: TenantId(id("special")),
        display_name: "Ünïcode \"GmbH\" 会社".to_owned(),
        country: country("DE"),
        default_usage_location: Some(country("CH")),
        verified_domains: ["b.example", "a.example", "xn--fsq.example"].map(str::to_owned).into(),
        created_at: at(1_763_786_402_123),
        settings: TenantSettings {
            reprocess_when_seats_free: true,
            others_for_other: true,
            missing_parameters_are_empty: true,
            ..TenantSettings::default()
        },
        clock_ahead_millis: 1_234_567_890_123,
    };
    let profiles = [plain, special];
    let new = profiles.clone().map(|profile| NewTenant { profile, content: ChangeSet::default() });
    assert!(store.create_tenants(new.into()).await.unwrap());
    for (tenant, profile) in store.tenants().await.unwrap().iter().zip(&profiles) {
        assert_eq!(tenant.profile, *profile);
        assert!(tenant.skus.is_empty() && tenant.licensed_groups.is_empty());
    }
}

/// Something of every kind, with names and ids that do not depend on `label`; properties and numbers do.
fn furnished(label: &str, seats: i64) -> ChangeSet {
    let device = ManagedDevice { id: DeviceId(id("laptop")), name: label.to_owned(), users: vec![UserKey(0)] };
    let application = Application {
        id: ApplicationId(id("robot")),
        display_name: label.to_owned(),
        secret_hash: None,
        app_roles: vec![label.to_owned()],
    };
    let progress = Progress { succeeded: seats.unsigned_abs(), ..queued() };
    let changes = ChangeSet {
        consumed: [(ALPHA, seats)].into(),
        pending_groups: vec![(GroupKey(0), Some(progress))],
        pending_users: [UserKey(0)].into(),
        pending_skus: vec![(BETA, Some(progress))],
        products: vec![product("OWN", &[label])],
        devices: vec![(DeviceKey(0), device)],
        applications: vec![application],
        roles: vec![(UserKey(0), id(label))],
        ..ChangeSet::default()
    };
    let ann = with_properties(user(0, "ann"), properties(&[("department", text(label))]));
    changes
        .user(ann)
        .group(group(0, "staff"))
        .joins(0, 0)
        .licenses(0, licenses("staff", 0, &[ALPHA]))
        .puts(0, path(ALPHA, from(0), PathState::Error(PathError::Count)))
}

pub async fn tenants_are_created_with_their_content(store: Arc<dyn Store>) {
    let mut content = furnished("first", 3);
    content.then(ChangeSet::default().buys(ALPHA, "ALPHA", 10).buys(BETA, "OWN", 20));
    let new = NewTenant { profile: tenant_profile("contoso"), content };
    assert!(store.create_tenants(vec![new]).await.unwrap());
    let office = Office { store, key: TenantKey(1) };
    let ann = office.find("ann").await.unwrap();
    assert_eq!(ann.profile.as_ref().unwrap().properties.text("department"), Some("first"));
    assert_eq!(ann.paths.len(), 1);
    assert_eq!(ann.licensed_groups, [GroupKey(0)]);
    assert_eq!(office.users(UserSet::MembersOf(GroupKey(0))).await, [0]);
    assert_eq!(office.seats().await, [(ALPHA, 3)].into());
    let tenant = office.tenant().await;
    assert_eq!(tenant.skus[&BETA].product, product("OWN", &["first"]));
    assert_eq!(tenant.skus[&ALPHA].subscriptions, [subscription("ALPHA", 10)]);
    assert_eq!(office.store.waiting(office.key).await.unwrap().value.len(), 3);
    assert_eq!(office.load(Scope::default()).await.next_keys.user, UserKey(1));
}

pub async fn tenants_are_found_by_id(store: Arc<dyn Store>) {
    let (one, other) = Office::pair(store).await;
    for (office, name) in [(&one, "contoso"), (&other, "fabrikam")] {
        let tenant = office.store.tenant(TenantId(id(name))).await.unwrap().unwrap();
        assert_eq!((tenant.key, tenant.profile.display_name.as_str()), (office.key, name));
    }
    assert!(one.store.tenant(TenantId(id("nobody"))).await.unwrap().is_none());
}

pub async fn tenants_are_found_by_domain(store: Arc<dyn Store>) {
    let domains = [["contoso.example", "Contoso.Onmicrosoft.example"], ["fabrikam.example", "büro.example"]];
    let names = ["contoso", "fabrikam"];
    let tenants = names.into_iter().zip(domains).map(|(name, domains)| NewTenant {
        profile: TenantProfile { verified_domains: domains.map(str::to_owned).into(), ..tenant_profile(name) },
        content: ChangeSet::default(),
    });
    assert!(store.create_tenants(tenants.collect()).await.unwrap());
    for (domain, name) in [
        ("contoso.example", "contoso"),
        ("CONTOSO.onmicrosoft.EXAMPLE", "contoso"),
        ("fabrikam.example", "fabrikam"),
        ("BÜRO.example", "fabrikam"),
    ] {
        let tenant = store.tenant_of_domain(domain).await.unwrap().unwrap();
        assert_eq!(tenant.profile.display_name, name, "{domain}");
    }
    assert!(store.tenant_of_domain("example").await.unwrap().is_none());
    assert!(store.tenant_of_domain("").await.unwrap().is_none());
}

pub async fn tenants_do_not_see_each_other(store: Arc<dyn Store>) {
    let (one, other) = Office::pair(store).await;
    let empty = other.everything().await;
    one.write(furnished("first", 3)).await;
    assert_eq!(other.everything().await, empty);
    let scope = Scope { memberships: [(id("staff"), id("ann"))].into(), ..asking(&["ann"], &["ann", "staff"]) };
    let facts = other.load(scope.clone()).await;
    assert!(facts.users.is_empty() && facts.groups.is_empty() && facts.memberships.is_empty());
    other.write(furnished("other", 5)).await;
    for (office, label, seats) in [(&one, "first", 3), (&other, "other", 5)] {
        let facts = office.load(scope.clone()).await;
        let ann = facts.live_user(&UserRef::Name("ann".to_owned())).unwrap();
        assert_eq!(ann.profile.as_ref().unwrap().properties.text("department"), Some(label));
        assert_eq!(facts.consumed[&ALPHA], seats);
        assert!(facts.tenant.catalog.product_by_part_number("OWN").unwrap().plans[0].name == label);
        assert_eq!(office.store.devices(office.key, None).await.unwrap()[0].name, label);
        let robot = Some(ApplicationId(id("robot")));
        assert_eq!(office.store.applications(office.key, robot).await.unwrap()[0].display_name, label);
        assert_eq!(office.store.roles(office.key, None).await.unwrap(), [(UserKey(0), id(label))]);
        let waiting = office.store.waiting(office.key).await.unwrap().value;
        let group = waiting.iter().find(|waiting| waiting.work == Work::Group(GroupKey(0))).unwrap();
        assert_eq!(group.progress.succeeded, seats.unsigned_abs());
    }
}

pub async fn tenants_do_not_change_each_other(store: Arc<dyn Store>) {
    let (one, other) = Office::pair(store).await;
    one.write(furnished("first", 3)).await;
    other.write(furnished("other", 5)).await;
    let before = other.everything().await;
    let mut changes = ChangeSet {
        pending_groups: vec![(GroupKey(0), None)],
        pending_skus: vec![(BETA, None)],
        settled_users: vec![UserKey(0)],
        consumed: [(ALPHA, -3)].into(),
        ..furnished("changed", 0)
    };
    changes.pending_users.clear();
    one.write(changes.leaves(0, 0).puts(0, path(BETA, Source::Direct, PathState::Active))).await;
    assert_eq!(other.everything().await, before);
    assert!(one.users(UserSet::MembersOf(GroupKey(0))).await.is_empty());
}

pub async fn a_tenant_that_is_not_there_cannot_be_changed(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let called = Arc::new(AtomicBool::new(false));
    let in_decide = called.clone();
    let decide = Box::new(move |_| {
        in_decide.store(true, Ordering::SeqCst);
        ChangeSet::default().user(user(0, "ann"))
    });
    assert!(office.store.commit(TenantKey(2), Scope::default(), decide).await.is_err());
    assert!(!called.load(Ordering::SeqCst));
    assert_eq!(office.store.tenants().await.unwrap().len(), 1);
}
