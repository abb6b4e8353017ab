//! Clocks of tenants, and what is due by them.

use super::office::Office;
use super::world::{ALPHA, BETA, Draft, at, group, new_tenant, sku_id, subscription, tenant_profile, user};
use engine::store::{NewTenant, Store};
use licensing::ChangeSet;
use licensing::audit::{Activity, Actor};
use licensing::change_set::Forgotten;
use licensing::command::Context;
use licensing::directory::Member;
use licensing::dynamic_group::{DynamicGroup, Named};
use licensing::facts::{GroupFacts, Scope, UserFacts, UserRef};
use licensing::ids::{GroupKey, SkuKey, TenantKey, UserKey};
use licensing::subscription::{CapabilityStatus, Subscription};
use licensing::tenant::TenantProfile;
use licensing::time::{DAY_MILLIS, Timestamp};
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

pub async fn a_tenant_is_due_when_what_was_deleted_first_can_no_longer_be_restored(store: Arc<dyn Store>) {
    let (one, other) = Office::pair(store.clone()).await;
    let deleted_user = |key, name, day: i64| UserFacts { deleted_at: Some(at(day * DAY_MILLIS)), ..user(key, name) };
    let deleted_group = |day: i64| GroupFacts { deleted_at: Some(at(day * DAY_MILLIS)), ..group(0, "staff") };
    one.write(ChangeSet::default().user(deleted_user(0, "ann", 5)).user(deleted_user(1, "bob", 3))).await;
    one.write(ChangeSet::default().group(deleted_group(4))).await;
    other.write(ChangeSet::default().group(deleted_group(6))).await;
    let days = async |day: i64| due(&store, day * DAY_MILLIS).await;
    assert!(due(&store, 33 * DAY_MILLIS - 1).await.is_empty());
    assert_eq!((days(33).await, days(36).await), (vec![1], vec![1, 2]));
    let purged = |member| ChangeSet { purged: vec![member], ..ChangeSet::default() };
    one.write(purged(Member::User(UserKey(1)))).await;
    assert_eq!((days(33).await, days(34).await), (vec![], vec![1]));
    one.write(ChangeSet::default().group(group(0, "staff"))).await;
    assert_eq!((days(34).await, days(35).await), (vec![], vec![1]));
    one.write(purged(Member::User(UserKey(0)))).await;
    other.write(purged(Member::Group(GroupKey(0)))).await;
    assert!(due(&store, i64::MAX).await.is_empty());
}

pub async fn a_tenant_is_due_with_the_day_after_a_rule_that_follows_time_was_run(store: Arc<dyn Store>) {
    let office = Office::new(store.clone()).await;
    let rule = DynamicGroup::new("user.employeeHireDate -le system.now", true, Named::default()).unwrap();
    let run = |key, rule: DynamicGroup, day: i64| ChangeSet {
        dynamic_groups: vec![(GroupKey(key), Some(rule.run(Some(at(day * DAY_MILLIS + 7)))))],
        ..ChangeSet::default()
    };
    office.write(ChangeSet::default().group(group(0, "new")).group(group(1, "old"))).await;
    office.write(run(0, rule.clone(), 2)).await;
    office.write(run(1, rule.clone(), 4)).await;
    assert!(due(&store, 3 * DAY_MILLIS - 1).await.is_empty());
    assert_eq!(due(&store, 3 * DAY_MILLIS).await, [1]);
    office.write(run(0, rule.clone().turned(false), 9)).await;
    assert!(due(&store, 5 * DAY_MILLIS - 1).await.is_empty());
    assert_eq!(due(&store, 5 * DAY_MILLIS).await, [1]);
    office.write(run(1, rule, 5)).await;
    assert!(due(&store, 6 * DAY_MILLIS - 1).await.is_empty());
    office.write(ChangeSet { dynamic_groups: vec![(GroupKey(1), None)], ..ChangeSet::default() }).await;
    assert!(due(&store, i64::MAX).await.is_empty());
}

pub async fn a_tenant_is_due_when_the_first_entry_of_its_audit_log_is_old(store: Arc<dyn Store>) {
    let office = Office::new(store.clone()).await;
    let entry = |day: i64| {
        let context = Context { now: at(day * DAY_MILLIS + 7), actor: Actor::Operator, request: None };
        context.audit(Activity::AddUser)
    };
    office.write(ChangeSet { audit: vec![entry(2), entry(4)], ..ChangeSet::default() }).await;
    assert!(due(&store, 33 * DAY_MILLIS - 1).await.is_empty());
    assert_eq!(due(&store, 33 * DAY_MILLIS).await, [1]);
    let forgotten = Some(Forgotten { before: at(3 * DAY_MILLIS), entries_max: 9 });
    office.write(ChangeSet { forgotten, ..ChangeSet::default() }).await;
    assert!(due(&store, 35 * DAY_MILLIS - 1).await.is_empty());
    assert_eq!(due(&store, 35 * DAY_MILLIS).await, [1]);
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
