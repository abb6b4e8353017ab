//! Clocks of tenants, and what is due by them.

use super::office::Office;
use super::world::{ALPHA, BETA, Draft, at, new_tenant, sku_id, subscription, tenant_profile, user};
use engine::store::{NewTenant, Store};
use licensing::ChangeSet;
use licensing::facts::{Scope, UserRef};
use licensing::ids::{SkuKey, TenantKey};
use licensing::subscription::{CapabilityStatus, Subscription};
use licensing::tenant::TenantProfile;
use licensing::time::Timestamp;
use std::sync::Arc;

fn ends(key: SkuKey, name: &str, next: Option<i64>) -> ChangeSet {
    let subscription = Subscription { next_lifecycle_at: next.map(at), ..subscription(name, 1) };
    ChangeSet { subscriptions: vec![(key, sku_id(name), subscription)], ..ChangeSet::default() }
}

fn clock(ahead: i64) -> ChangeSet {
    ChangeSet { clock_ahead_millis: Some(ahead), ..ChangeSet::default() }
}

async fn due(store: &Arc<dyn Store>, now: i64) -> Vec<u32> {
    store.tenants_due(at(now)).await.unwrap().into_iter().map(|tenant| tenant.0).collect()
}

pub async fn a_clock_that_is_set_is_seen_by_the_next_commit_and_read(store: Arc<dyn Store>) {
    let (office, other) = Office::pair(store).await;
    for ahead in [86_400_000, i64::from(u32::MAX) * 1_000] {
        office.write(clock(ahead)).await;
        assert_eq!(office.tenant().await.profile.clock_ahead_millis, ahead);
        assert_eq!(office.load(Scope::default()).await.tenant.profile.time_at(at(5)), at(5 + ahead));
        let nobody = UserRef::Name("nobody".to_owned());
        let seen = office.store.user(office.key, &nobody).await.unwrap().tenant;
        assert_eq!(seen.profile.clock_ahead_millis, ahead);
    }
    office.write(ChangeSet::default().user(user(0, "ann"))).await;
    assert_ne!(office.tenant().await.profile.clock_ahead_millis, 0);
    assert_eq!(other.tenant().await.profile.clock_ahead_millis, 0);
}

pub async fn a_tenant_is_due_from_its_earliest_date_on(store: Arc<dyn Store>) {
    let (one, other) = Office::pair(store.clone()).await;
    assert!(due(&store, i64::MAX).await.is_empty());
    one.write(ends(ALPHA, "ALPHA", Some(2_000))).await;
    other.write(ends(BETA, "BETA", Some(1_000))).await;
    other.write(ends(ALPHA, "ALPHA", Some(3_000))).await;
    for (now, tenants) in [(999, &[][..]), (1_000, &[2]), (1_999, &[2]), (2_000, &[1, 2]), (9_000, &[1, 2])] {
        assert_eq!(due(&store, now).await, tenants, "{now}");
    }
    other.write(ends(BETA, "BETA", None)).await;
    assert_eq!(due(&store, 2_999).await, [1]);
    assert_eq!(due(&store, 3_000).await, [1, 2]);
}

pub async fn a_tenant_is_due_by_its_own_clock(store: Arc<dyn Store>) {
    let (one, _) = Office::pair(store.clone()).await;
    one.write(ends(ALPHA, "ALPHA", Some(10_000))).await;
    one.write(clock(4_000)).await;
    assert!(due(&store, 5_999).await.is_empty());
    assert_eq!(due(&store, 6_000).await, [1]);
    let mut both = ends(ALPHA, "ALPHA", Some(30_000));
    both.then(clock(25_000));
    one.write(both).await;
    assert!(due(&store, 4_999).await.is_empty());
    assert_eq!(due(&store, 5_000).await, [1]);
}

pub async fn a_tenant_is_due_from_its_creation_on(store: Arc<dyn Store>) {
    let expiring = |name, ahead| NewTenant {
        profile: TenantProfile { clock_ahead_millis: ahead, ..tenant_profile(name) },
        content: ends(ALPHA, "ALPHA", Some(7_000)),
    };
    let tenants = vec![expiring("contoso", 0), new_tenant("fabrikam"), expiring("litware", 2_000)];
    assert!(store.create_tenants(tenants).await.unwrap());
    assert_eq!(due(&store, 5_000).await, [3]);
    assert_eq!(due(&store, 7_000).await, [1, 3]);
}

pub async fn what_is_due_does_not_depend_on_the_state(store: Arc<dyn Store>) {
    let office = Office::new(store.clone()).await;
    for (status, _) in CapabilityStatus::ALL {
        let next_lifecycle_at = Some(Timestamp::from_unix_millis(1_000));
        let decaying = Subscription { status, next_lifecycle_at, ..subscription("ALPHA", 1) };
        let changes = vec![(ALPHA, sku_id("ALPHA"), decaying)];
        office.write(ChangeSet { subscriptions: changes, ..ChangeSet::default() }).await;
        assert_eq!(store.tenants_due(at(1_000)).await.unwrap(), [TenantKey(1)]);
    }
}
