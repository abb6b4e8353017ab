//! A tenant that can be made as large as one likes, beside many small ones.

use crate::postgres_nodes::contoso;
use engine::store::{NewTenant, Store};
use licensing::ChangeSet;
use licensing::assignment::{DisabledPlans, Path, PathError, PathState, Source};
use licensing::audit::{Activity, Actor, AuditEntry, Detail};
use licensing::change_set::PathChange;
use licensing::directory::{GroupProfile, ManagedDevice, Member, Properties, UserProfile, Value};
use licensing::facts::{GroupFacts, Progress, Scope, UserFacts};
use licensing::ids::{
    DeviceId, DeviceKey, GroupId, GroupKey, SkuId, SkuKey, SubscriptionId, TenantKey, UserId, UserKey,
};
use licensing::subscription::{CapabilityStatus, Subscription};
use licensing::tenant::LicensedGroup;
use licensing::time::Timestamp;
use licensing::usage_location::UsageLocation;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::conformance::catalog;
use uuid::Uuid;

pub(super) const TENANT: TenantKey = TenantKey(1);
pub(super) const ALPHA: SkuKey = SkuKey(0);
pub(super) const BETA: SkuKey = SkuKey(1);
/// The group of all users, which has a licence.
pub(super) const ALL_STAFF: GroupKey = GroupKey(0);
/// Each manager has so many reports.
const REPORTS: u32 = 20;
/// Each group has so many users, but the one of all.
const MEMBERS: u32 = 4;
/// Each group has so many groups, as long as there are any.
pub(super) const NESTED: u32 = 10;

/// How large the tenant is.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) users: u32,
    pub(super) groups: u32,
}

pub(super) fn user_id(key: u32) -> Uuid {
    Uuid::from_u128((1 << 64) + u128::from(key))
}

pub(super) fn group_id(key: u32) -> Uuid {
    Uuid::from_u128((2 << 64) + u128::from(key))
}

pub(super) fn device_id(key: u32) -> Uuid {
    Uuid::from_u128((3 << 64) + u128::from(key))
}

pub(super) fn user_name(key: u32) -> String {
    format!("user-{key}@contoso.example")
}

pub(super) fn at(unix_millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(unix_millis)
}

pub(super) fn path(sku: SkuKey, source: Source, state: PathState) -> Path {
    Path { sku, source, disabled: DisabledPlans::default(), state, assigned_at: at(3_000), updated_at: at(4_000) }
}

pub(super) fn user(key: u32) -> UserFacts {
    let address = Value::Text(format!("smtp:{}", user_name(key)));
    let properties = BTreeMap::from([
        ("displayName".to_owned(), Value::Text(format!("User {key}"))),
        ("proxyAddresses".to_owned(), Value::List(vec![address])),
    ]);
    UserFacts {
        key: UserKey(key),
        usage_location: Some(UsageLocation::parse("KE").unwrap()),
        deleted_at: (key % 500 == 499).then(|| at(2_000 + i64::from(key))),
        address_taken: false,
        manager: Some(UserKey(key / REPORTS)),
        paths: Vec::new(),
        licensed_groups: Vec::new(),
        ruled_groups: Vec::new(),
        profile: Some(Arc::new(UserProfile {
            id: UserId(user_id(key)),
            principal_name: user_name(key),
            created_at: at(1_000),
            properties: Properties(properties),
        })),
    }
}

pub(super) fn group(key: u32) -> GroupFacts {
    let properties = BTreeMap::from([
        ("displayName".to_owned(), Value::Text(format!("Group {key}"))),
        ("uniqueName".to_owned(), Value::Text(format!("group-{key}"))),
    ]);
    GroupFacts {
        key: GroupKey(key),
        profile: Arc::new(GroupProfile {
            id: GroupId(group_id(key)),
            created_at: at(1_000),
            properties: Properties(properties),
        }),
        deleted_at: (key % 100 == 99).then(|| at(2_000 + i64::from(key))),
        processing: None,
        rule_status: None,
        members_updated_at: None,
    }
}

fn progress() -> Progress {
    Progress { queued_at: at(5_000), ..Progress::default() }
}

/// What comes to a tenant of one size to make it one of another.
pub(super) fn growth(from: Size, to: Size) -> ChangeSet {
    let mut changes = ChangeSet::default();
    for key in from.users..to.users {
        changes.users.push(user(key));
        changes.memberships.push((ALL_STAFF, Member::User(UserKey(key)), true));
        let state = if key % 97 == 0 { PathState::Error(PathError::Count) } else { PathState::Active };
        changes.paths.push((UserKey(key), PathChange::Put(path(ALPHA, Source::Group(ALL_STAFF), state))));
        if key % 10 == 3 {
            changes.paths.push((UserKey(key), PathChange::Put(path(BETA, Source::Direct, PathState::Active))));
            changes.pending_users.insert(UserKey(key));
        }
        changes.audit.push(AuditEntry {
            at: at(1_000 + i64::from(key)),
            actor: Actor::Operator,
            request: None,
            activity: Activity::AddUser,
            group: None,
            affected: Vec::new(),
            detail: Detail::None,
        });
    }
    for key in from.groups..to.groups {
        changes.groups.push(group(key));
        changes.owners.push((GroupKey(key), UserKey(key), true));
        for member in (0..MEMBERS).filter(|_| key != ALL_STAFF.0) {
            changes.memberships.push((GroupKey(key), Member::User(UserKey((key * 5 + member) % to.users)), true));
        }
        if key >= NESTED {
            changes.memberships.push((GroupKey(key / NESTED), Member::Group(GroupKey(key)), true));
        }
    }
    for key in from.users / 10..to.users / 10 {
        let device =
            ManagedDevice { id: DeviceId(device_id(key)), name: format!("device-{key}"), users: vec![UserKey(key)] };
        changes.devices.push((DeviceKey(key), device));
    }
    changes
}

fn bought(sku: SkuKey, name: &str) -> (SkuKey, SkuId, Subscription) {
    let product = catalog().products().find(|product| product.part_number == name).unwrap().id;
    let subscription = Subscription {
        id: SubscriptionId(Uuid::from_u128(u128::from(sku.0))),
        status: CapabilityStatus::Enabled,
        total_licenses: 1_000_000,
        created_at: at(0),
        is_trial: false,
        next_lifecycle_at: None,
    };
    (sku, product, subscription)
}

/// The tenant in an empty store.
pub(super) async fn create(store: &dyn Store, size: Size) {
    let licenses = LicensedGroup {
        id: GroupId(group_id(ALL_STAFF.0)),
        order: 0,
        licenses: BTreeMap::from([(ALPHA, DisabledPlans::default())]),
    };
    let content = ChangeSet {
        subscriptions: vec![bought(ALPHA, "ALPHA"), bought(BETA, "BETA")],
        licensed_groups: vec![(ALL_STAFF, licenses)],
        pending_groups: vec![(ALL_STAFF, Some(progress()))],
        pending_skus: vec![(ALPHA, Some(progress()))],
        pending_rules: vec![(GroupKey(1), Some(progress()))],
        ..growth(Size { users: 0, groups: 0 }, size)
    };
    assert!(store.create_tenants(vec![NewTenant { profile: contoso(), content }]).await.unwrap());
}

pub(super) async fn write(store: &dyn Store, changes: ChangeSet) {
    store.commit(TENANT, Scope::default(), Box::new(|_| changes)).await.unwrap();
}
