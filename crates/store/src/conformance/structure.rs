//! What seldom changes: purchases, products and licences of groups.

use super::office::{Office, asking};
use super::world::{
    ALPHA, BETA, Draft, at, catalog, group, id, licenses, plan_id, product, sku_id, subscription, user,
};
use engine::store::{Store, UserSet};
use licensing::ChangeSet;
use licensing::assignment::DisabledPlans;
use licensing::facts::{Scope, UserRef};
use licensing::ids::{GroupKey, SkuKey, SubscriptionId};
use licensing::subscription::{CapabilityStatus, Subscription};
use licensing::tenant::{LicensedGroup, Tenant, TenantSku};
use std::sync::Arc;

const GAMMA: SkuKey = SkuKey(2);

/// Asserts the same of the tenant, whichever way it is read.
async fn everywhere(office: &Office, check: impl Fn(&Tenant)) {
    let (store, key) = (&office.store, office.key);
    check(office.tenant().await.as_ref());
    check(&office.load(Scope::default()).await.tenant);
    check(&store.tenant(office.tenant().await.profile.id).await.unwrap().unwrap());
    check(&store.consumed(key).await.unwrap().tenant);
    check(&store.user(key, &UserRef::Name("nobody".to_owned())).await.unwrap().tenant);
    check(&store.users(key, UserSet::All, None, 1).await.unwrap().tenant);
    check(&store.group(key, id("nothing")).await.unwrap().tenant);
}

fn bought(tenant: &Tenant, sku: SkuKey) -> Vec<Subscription> {
    let mut subscriptions = tenant.skus[&sku].subscriptions.clone();
    subscriptions.sort_by_key(|subscription| subscription.id);
    subscriptions
}

fn buys(key: SkuKey, sku: &str, subscription: &Subscription) -> ChangeSet {
    ChangeSet { subscriptions: vec![(key, sku_id(sku), subscription.clone())], ..ChangeSet::default() }
}

pub async fn purchases_are_seen_by_the_next_commit_and_read(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    everywhere(&office, |tenant| {
        assert!(tenant.skus.keys().copied().eq([ALPHA, BETA]));
        assert_eq!(tenant.sku_key(sku_id("BETA")), Some(BETA));
        assert_eq!(tenant.skus[&ALPHA].product, product("ALPHA", &["a-basic", "a-more"]));
        assert_eq!(bought(tenant, ALPHA), [subscription("ALPHA", 100)]);
    })
    .await;
    let more = subscription("more", 50);
    office.write(buys(ALPHA, "ALPHA", &more)).await;
    everywhere(&office, |tenant| {
        assert_eq!(bought(tenant, ALPHA), [subscription("ALPHA", 100), more.clone()]);
        assert_eq!(tenant.skus[&ALPHA].prepaid_units().enabled, 150);
        assert_eq!(bought(tenant, BETA), [subscription("BETA", 100)]);
    })
    .await;
    assert_eq!(office.load(Scope::default()).await.available(ALPHA), 150);
}

pub async fn purchases_of_every_state_round_trip(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let purchases: Vec<Subscription> = (0..)
        .zip(CapabilityStatus::ALL)
        .map(|(number, (status, name))| Subscription {
            status,
            total_licenses: if number == 0 { u32::MAX } else { number },
            is_trial: number % 2 == 0,
            created_at: at(-i64::from(number)),
            next_lifecycle_at: (number > 2).then_some(at(1_763_786_402_123)),
            ..subscription(&format!("{number} {name}"), 0)
        })
        .collect();
    office
        .write(purchases.iter().fold(ChangeSet::default(), |mut changes, purchase| {
            changes.then(buys(BETA, "BETA", purchase));
            changes
        }))
        .await;
    let expected: Vec<Subscription> = purchases.into_iter().chain([subscription("BETA", 100)]).collect();
    everywhere(&office, |tenant| assert_eq!(bought(tenant, BETA), expected)).await;
}

pub async fn a_purchase_of_the_same_id_is_replaced(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let expired = Subscription { status: CapabilityStatus::Warning, ..subscription("ALPHA", 80) };
    office.write(buys(ALPHA, "ALPHA", &expired)).await;
    everywhere(&office, |tenant| assert_eq!(bought(tenant, ALPHA), std::slice::from_ref(&expired))).await;
    assert_eq!(expired.id, SubscriptionId(id("ALPHA")));
}

pub async fn purchases_stand_in_the_order_in_which_they_were_made(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let made = |name, time| Subscription { created_at: at(time), ..subscription(name, 7) };
    for purchase in [made("third", 900), made("second", 800), made("third", 900), made("second", 800)] {
        office.write(buys(ALPHA, "ALPHA", &purchase)).await;
    }
    everywhere(&office, |tenant| {
        let order: Vec<SubscriptionId> = tenant.skus[&ALPHA].subscriptions.iter().map(|bought| bought.id).collect();
        assert_eq!(order, ["ALPHA", "second", "third"].map(|name| SubscriptionId(id(name))));
    })
    .await;
}

pub async fn a_product_of_the_tenants_own_can_be_bought(store: Arc<dyn Store>) {
    let (office, other) = Office::pair(store).await;
    let gamma = product("GAMMA", &["g-basic", "a-more", "Größe"]);
    let changes = ChangeSet { products: vec![gamma.clone()], ..ChangeSet::default() };
    office.write(changes.buys(GAMMA, "GAMMA", 5)).await;
    everywhere(&office, |tenant| {
        assert_eq!(tenant.catalog.product(gamma.id), Some(&gamma));
        assert_eq!(tenant.catalog.product_by_part_number("gamma"), Some(&gamma));
        assert!(tenant.catalog.product(sku_id("ALPHA")).is_some());
        assert_eq!(tenant.catalog.own_products().collect::<Vec<_>>(), [&gamma]);
        assert_eq!(tenant.catalog.own_product(sku_id("ALPHA")), None);
        assert_eq!(tenant.skus[&GAMMA].product, gamma);
        assert_eq!(tenant.skus[&GAMMA].prepaid_units().enabled, 5);
    })
    .await;
    everywhere(&other, |tenant| assert_eq!(tenant.catalog, catalog())).await;
}

pub async fn a_product_of_the_tenants_own_covers_the_built_in_one(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    for plans in [&["a-basic", "a-more", "a-extra"][..], &["a-basic"], &["a-more"]] {
        let alpha = product("ALPHA", plans);
        office.write(ChangeSet { products: vec![alpha.clone()], ..ChangeSet::default() }).await;
        everywhere(&office, |tenant| {
            assert_eq!(tenant.catalog.product(alpha.id), Some(&alpha));
            assert_eq!(tenant.skus[&ALPHA].product, alpha);
            let expected = TenantSku::new(alpha.clone(), Vec::new(), &tenant.catalog).ruled_plans;
            assert_eq!(tenant.skus[&ALPHA].ruled_plans, expected);
            assert_eq!(bought(tenant, ALPHA), [subscription("ALPHA", 100)]);
            assert_eq!(tenant.skus[&BETA].product, product("BETA", &["b-basic"]));
        })
        .await;
    }
}

pub async fn rules_of_the_catalogue_hold_for_products_of_the_tenants_own(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let gamma = product("GAMMA", &["g-basic", "a-more"]);
    office.write(ChangeSet { products: vec![gamma], ..ChangeSet::default() }.buys(GAMMA, "GAMMA", 5)).await;
    everywhere(&office, |tenant| {
        assert_eq!(tenant.catalog.rules, catalog().rules);
        assert_eq!(tenant.skus[&ALPHA].ruled_plans, [plan_id("a-basic"), plan_id("a-more")]);
        assert!(tenant.skus[&BETA].ruled_plans.is_empty());
        assert_eq!(tenant.skus[&GAMMA].ruled_plans, [plan_id("a-more")]);
    })
    .await;
}

/// Two groups, with Ann in the second.
async fn two_groups(store: Arc<dyn Store>) -> Office {
    let office = Office::new(store).await;
    let changes = ChangeSet::default().user(user(0, "ann")).group(group(0, "staff")).group(group(1, "sales"));
    office.write(changes.joins(1, 0)).await;
    office
}

pub async fn licences_of_groups_are_seen_by_the_next_commit_and_read(store: Arc<dyn Store>) {
    let office = two_groups(store).await;
    everywhere(&office, |tenant| assert!(tenant.licensed_groups.is_empty())).await;
    let disabled = DisabledPlans::new(vec![plan_id("a-more"), plan_id("a-basic")]);
    let mut sales = licenses("sales", 7, &[BETA]);
    sales.licenses.insert(ALPHA, disabled.clone());
    let staff = licenses("staff", u32::MAX, &[ALPHA]);
    office.write(ChangeSet::default().licenses(1, sales.clone()).licenses(0, staff.clone())).await;
    let expected = [(GroupKey(0), staff), (GroupKey(1), sales)].into();
    everywhere(&office, |tenant| assert_eq!(tenant.licensed_groups, expected)).await;
    assert_eq!(office.find("ann").await.unwrap().licensed_groups, [GroupKey(1)]);
    assert_eq!(office.load(asking(&["ann"], &[])).await.users.len(), 1);
}

pub async fn licences_of_groups_are_replaced(store: Arc<dyn Store>) {
    let office = two_groups(store).await;
    office.write(ChangeSet::default().licenses(0, licenses("staff", 0, &[ALPHA, BETA]))).await;
    let disabled = [(BETA, DisabledPlans::new(vec![plan_id("b-basic")]))].into();
    let changed = LicensedGroup { licenses: disabled, ..licenses("staff", 5, &[]) };
    office.write(ChangeSet::default().licenses(0, licenses("staff", 3, &[ALPHA])).licenses(0, changed.clone())).await;
    everywhere(&office, |tenant| assert_eq!(tenant.licensed_groups, [(GroupKey(0), changed.clone())].into())).await;
}

pub async fn a_group_that_lost_its_licences_is_still_a_licensed_group(store: Arc<dyn Store>) {
    let office = two_groups(store).await;
    office.write(ChangeSet::default().licenses(1, licenses("sales", 0, &[ALPHA]))).await;
    let without = licenses("sales", 1, &[]);
    office.write(ChangeSet::default().licenses(1, without.clone())).await;
    everywhere(&office, |tenant| assert_eq!(tenant.licensed_groups, [(GroupKey(1), without.clone())].into())).await;
    assert_eq!(office.find("ann").await.unwrap().licensed_groups, [GroupKey(1)]);
}

pub async fn a_tenant_that_was_read_does_not_change(store: Arc<dyn Store>) {
    let office = two_groups(store).await;
    let before = office.tenant().await;
    office.write(ChangeSet::default().licenses(0, licenses("staff", 0, &[ALPHA])).buys(GAMMA, "ALPHA", 1)).await;
    assert!(before.licensed_groups.is_empty());
    assert_eq!(before.skus.len(), 2);
}
