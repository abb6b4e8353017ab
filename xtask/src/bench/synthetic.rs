//! Worlds made to measure: plain users with short profiles, and as many SKUs as are wanted.

use engine::builtin_catalog::builtin_catalog;
use engine::store::NewTenant;
use licensing::ChangeSet;
use licensing::directory::{Application, GroupProfile, Member, Properties, UserProfile, Value};
use licensing::facts::{GroupFacts, UserFacts};
use licensing::ids::{ApplicationId, GroupId, GroupKey, SkuId, SkuKey, SubscriptionId, TenantId, UserId, UserKey};
use licensing::rules::{plan_dependency, plan_exclusion};
use licensing::subscription::{CapabilityStatus, Subscription};
use licensing::tenant::{TenantProfile, TenantSettings};
use licensing::time::Timestamp;
use licensing::usage_location::UsageLocation;
use std::sync::Arc;
use uuid::Uuid;

/// How large a synthetic tenant is.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    /// Users; all are members of the one group.
    pub(crate) users: u32,
    /// SKUs of the catalogue, each with seats for everybody.
    pub(crate) skus: u32,
}

/// The id of the tenant with this number.
pub(crate) fn tenant_id(number: u32) -> TenantId {
    TenantId(Uuid::from_u128(0x7e00_0000 + u128::from(number)))
}

/// The id of a user of any tenant.
pub(crate) fn user_id(user: u32) -> UserId {
    UserId(Uuid::from_u128(0x00a5_0000_0000_0000 + u128::from(user)))
}

/// The group that everybody is in.
pub(crate) const GROUP: GroupId = GroupId(Uuid::from_u128(0x9709));
/// The application that may do everything.
pub(crate) const APPLICATION: ApplicationId = ApplicationId(Uuid::from_u128(0xa00));

/// SKUs that one user may have all together, in a fixed order.
pub(crate) fn sku_ids(count: u32) -> Vec<SkuId> {
    let catalog = builtin_catalog();
    let mut enabled = Vec::new();
    let mut chosen = Vec::new();
    for product in catalog.products() {
        let mut own: Vec<_> = product.plans.iter().map(|plan| plan.id).collect();
        own.sort_unstable();
        let mut plans = [enabled.as_slice(), &own].concat();
        plans.sort_unstable();
        plans.dedup();
        let stands_alone = plan_dependency::check(&catalog.rules, &own).is_ok();
        let fits = plan_exclusion::check(&catalog.rules, &plans).is_ok();
        if stands_alone && fits && chosen.len() < count as usize {
            enabled = plans;
            chosen.push(product.id);
        }
    }
    chosen
}

/// A tenant of this size.
pub(crate) fn tenant(number: u32, size: Size) -> NewTenant {
    let now = Timestamp::from_unix_millis(1_700_000_000_000);
    let country = UsageLocation::parse("KE");
    let mut content = ChangeSet::default();
    for (sku, key) in sku_ids(size.skus).into_iter().zip(0..) {
        let subscription = Subscription {
            id: SubscriptionId(Uuid::from_u128(0x5b00 + u128::from(key))),
            status: CapabilityStatus::Enabled,
            total_licenses: size.users,
            created_at: now,
            is_trial: false,
            next_lifecycle_at: None,
        };
        content.subscriptions.push((SkuKey(key), sku, subscription));
    }
    for key in 0..size.users {
        content.users.push(user(key, country, now));
        content.memberships.push((GroupKey(0), Member::User(UserKey(key)), true));
    }
    content.groups.push(group(now));
    content.applications.push(Application {
        id: APPLICATION,
        display_name: "Load".to_owned(),
        secret_hash: None,
        app_roles: vec!["Directory.ReadWrite.All".to_owned()],
    });
    let profile = TenantProfile {
        id: tenant_id(number),
        display_name: format!("Tenant {number}"),
        country: country.unwrap_or_else(|| unreachable!("KE is a country")),
        default_usage_location: None,
        verified_domains: vec![format!("t{number}.example")],
        created_at: now,
        settings: TenantSettings::default(),
        clock_ahead_millis: 0,
    };
    NewTenant { profile, content }
}

fn user(key: u32, usage_location: Option<UsageLocation>, now: Timestamp) -> UserFacts {
    let text = |text: &str| Value::Text(text.to_owned());
    let properties = [
        ("accountEnabled", Value::Bool(true)),
        ("department", text("Sales")),
        ("displayName", Value::Text(format!("User {key}"))),
        ("givenName", text("User")),
        ("mailNickname", Value::Text(format!("user{key}"))),
    ];
    let profile = UserProfile {
        id: user_id(key),
        principal_name: format!("user{key}@load.example"),
        created_at: now,
        properties: Properties(properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
    };
    UserFacts {
        key: UserKey(key),
        usage_location,
        deleted_at: None,
        address_taken: false,
        paths: Vec::new(),
        licensed_groups: Vec::new(),
        ruled_groups: Vec::new(),
        manager: None,
        profile: Some(Arc::new(profile)),
    }
}

fn group(now: Timestamp) -> GroupFacts {
    let properties = [("displayName", Value::Text("Everybody".to_owned())), ("securityEnabled", Value::Bool(true))];
    let properties = Properties(properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    let profile = Arc::new(GroupProfile { id: GROUP, created_at: now, properties });
    GroupFacts {
        key: GroupKey(0),
        profile,
        deleted_at: None,
        processing: None,
        rule_status: None,
        members_updated_at: None,
    }
}
