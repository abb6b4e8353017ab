//! Contoso: the tenant of the demonstration, the same on every run.
//!
//! Ids are made from numbers and people from theirs, so that nothing is random and little is written out.

mod people;

use engine::world::{
    ApplicationWorld, Applies, Country, DeviceWorld, GroupWorld, Guid, LicenseWorld, PlanWorld, ProductWorld,
    RoleWorld, Status, SubscriptionWorld, TenantWorld, Time, World,
};
use licensing::catalog::AppliesTo;
use licensing::directory::{Properties, Value};
use licensing::subscription::CapabilityStatus;
use licensing::time::Timestamp;
use licensing::usage_location::UsageLocation;
use people::{FRONTLINE, STAFF, USERS, principal_name};
use uuid::{Uuid, uuid};

/// The tenant, as in the published pages.
pub(crate) const TENANT_ID: Uuid = uuid!("e8e96c2a-d787-4eb1-98d7-9e57c965f1de");
/// The application that may do everything here.
pub(crate) const AUTOMATION_APP_ID: Uuid = uuid!("5f3ad1c2-0c1e-4d5b-9a57-6c2f3b8e4d10");
/// Its client secret.
pub(crate) const AUTOMATION_SECRET: &str = "contoso-demo-secret";
/// The application that may only read.
pub(crate) const REPORTING_APP_ID: Uuid = uuid!("8c1f6b0a-7d42-4b1c-8f0e-2a9d5e7c3b64");
/// Its client secret.
pub(crate) const REPORTING_SECRET: &str = "contoso-reporting-secret";
/// License Administrator; holds two of Contoso's own products directly, and uses the managed device.
pub(crate) const ADMINISTRATOR: &str = "adele.vance@contoso.example";
/// The group of a thousand members that has no licences yet; of `SPE_E5` there are ten seats too few for it.
pub(crate) const ALL_STAFF: Uuid = uuid!("0d2f7a64-3f0b-4c7e-9e55-b1c6a4d98f01");
/// The group of the published page, without licences.
pub(crate) const ENGINEERING: Uuid = uuid!("1132b215-826f-42a9-8cfe-1643d19d17fd");
/// A managed device with two users.
pub(crate) const DEVICE: Uuid = uuid!("6d0c9b1e-52f8-4f37-a1b9-08c7e4d2a615");

const DOMAIN: &str = "contoso.example";
const TRAINING: Uuid = uuid!("53c01d8b-1d8b-53c0-8b1d-c0538b1dc053");
const TRAINING_EXAMS: Uuid = uuid!("7a1e5c90-44b2-4e0d-b0a3-91d6f25c8e02");
const FIELD_SERVICE: Uuid = uuid!("0118a350-71fc-4ec3-8f0c-6a1cb8867561");
const LEGACY_CRM: Uuid = uuid!("bea13e0c-3828-4daa-a392-28af7ff61a0f");

/// Part number and seats of what was bought of the public catalogue.
const BOUGHT: [(&str, u32); 13] = [
    ("SPE_E5", 990),
    ("ENTERPRISEPACK", 300),
    ("ENTERPRISEPREMIUM", 100),
    ("EMSPREMIUM", 250),
    ("AAD_PREMIUM_P2", 150),
    ("FLOW_FREE", 10_000),
    ("EXCHANGESTANDARD", 50),
    ("EXCHANGEENTERPRISE", 50),
    ("DESKLESSPACK", 120),
    ("SHAREPOINTSTANDARD", 25),
    ("MCOEV", 40),
    ("MCOMEETADV", 40),
    // One is taken, one is free.
    ("VISIOCLIENT", 2),
];

/// The whole world.
pub(crate) fn contoso() -> World {
    let tenant = TenantWorld {
        id: Some(Guid(TENANT_ID)),
        display_name: "Contoso".to_owned(),
        country_letter_code: country("US"),
        verified_domains: vec![DOMAIN.to_owned()],
        created_date_time: Some(day(0)),
        subscriptions: subscriptions(),
        products: products(),
        users: (0..USERS).map(people::user).collect(),
        groups: groups(),
        managed_devices: vec![DeviceWorld {
            id: Some(Guid(DEVICE)),
            device_name: "CONTOSO-LAPTOP-01".to_owned(),
            users: vec![principal_name(0), principal_name(1)],
        }],
        applications: applications(),
        role_assignments: vec![
            role(ADMINISTRATOR, "License Administrator"),
            role("alex.wilber@contoso.example", "Directory Readers"),
            role("diego.siciliani@contoso.example", "Groups Administrator"),
        ],
        ..TenantWorld::default()
    };
    World { tenants: vec![tenant] }
}

fn subscriptions() -> Vec<SubscriptionWorld> {
    let own = [("CONTOSO_TRAINING", 200), ("CONTOSO_FIELD_SERVICE", 60), ("CONTOSO_LEGACY_CRM", 20)];
    let enabled = BOUGHT.into_iter().chain(own).map(|(name, seats)| (name, seats, CapabilityStatus::Enabled));
    let lapsing = [("POWER_BI_PRO", 25, CapabilityStatus::Warning), ("STANDARDPACK", 100, CapabilityStatus::Suspended)];
    let numbered = (0..).zip(enabled.chain(lapsing));
    let subscription = |(n, (name, seats, status)): (u32, (&str, u32, CapabilityStatus))| SubscriptionWorld {
        id: Some(id("subscription", n)),
        sku_id: None,
        sku_part_number: Some(name.to_owned()),
        total_licenses: seats,
        status: Status(status),
        is_trial: name == "POWER_BI_PRO",
        created_date_time: Some(day(n)),
        next_lifecycle_date_time: None,
    };
    numbered.map(subscription).collect()
}

/// The products whose ids the published pages use and no public catalogue has.
fn products() -> Vec<ProductWorld> {
    let plan = |id: Uuid, name: &str| PlanWorld {
        service_plan_id: Guid(id),
        service_plan_name: name.to_owned(),
        applies_to: Applies(AppliesTo::User),
        service: Some("Contoso".to_owned()),
        prohibited_usage_locations: Vec::new(),
    };
    let product = |id: Uuid, name: &str, plans: Vec<PlanWorld>| ProductWorld {
        sku_id: Guid(id),
        sku_part_number: name.to_owned(),
        applies_to: Applies(AppliesTo::User),
        service_plans: plans,
    };
    let courses = plan(uuid!("3e9b8d57-2c61-4a4f-9d0e-5b7a1f6c4d01"), "CONTOSO_COURSES");
    let maps = plan(uuid!("11b0131d-43c8-4bbb-b2c8-e80f9a50834a"), "CONTOSO_MAPS");
    let routes = plan(uuid!("c4d2f8a1-9b35-4e76-8a0c-1d3e5f7b9a03"), "CONTOSO_ROUTES");
    vec![
        product(TRAINING, "CONTOSO_TRAINING", vec![courses, plan(TRAINING_EXAMS, "CONTOSO_EXAMS")]),
        product(FIELD_SERVICE, "CONTOSO_FIELD_SERVICE", vec![maps, routes]),
        // The page of 2015 has one GUID for the product and its plan.
        product(LEGACY_CRM, "CONTOSO_LEGACY_CRM", vec![plan(LEGACY_CRM, "CONTOSO_LEGACY_CRM")]),
    ]
}

fn groups() -> Vec<GroupWorld> {
    let staff = |every: u32, at: u32| STAFF.filter(move |n| n % every == at).map(principal_name);
    let exams_off = LicenseWorld { disabled_plans: vec![Guid(TRAINING_EXAMS)], ..license("CONTOSO_TRAINING") };
    let emea = id("group", 3);
    let sales_members = staff(10, 5).chain([emea.0.to_string()]).collect();
    vec![
        group(Guid(ALL_STAFF), "All Staff", STAFF.map(principal_name).collect(), &[]),
        group(Guid(ENGINEERING), "Engineering", staff(20, 3).collect(), &[]),
        group(id("group", 2), "Sales", sales_members, &[license("ENTERPRISEPACK")]),
        group(emea, "Sales EMEA", staff(50, 6).collect(), &[]),
        group(id("group", 4), "Frontline", FRONTLINE.map(principal_name).collect(), &[license("DESKLESSPACK")]),
        group(id("group", 5), "New Hires", (950..1_000).map(principal_name).collect(), &[exams_off]),
        group(
            id("group", 6),
            "Phone Users",
            (200..230).map(principal_name).collect(),
            &["ENTERPRISEPACK", "MCOEV"].map(license),
        ),
        GroupWorld {
            id: Some(id("group", 7)),
            created_date_time: Some(day(700)),
            members: staff(4, 1).collect(),
            owners: vec![principal_name(0)],
            assigned_licenses: Vec::new(),
            properties: properties([
                ("displayName", Value::Text("Contoso Social".to_owned())),
                ("groupTypes", Value::List(vec![Value::Text("Unified".to_owned())])),
                ("mail", Value::Text(format!("social@{DOMAIN}"))),
                ("mailEnabled", Value::Bool(true)),
                ("mailNickname", Value::Text("social".to_owned())),
                ("securityEnabled", Value::Bool(false)),
                ("visibility", Value::Text("Public".to_owned())),
            ]),
        },
    ]
}

/// A security group, made when the group of the published page was.
fn group(id: Guid, name: &str, members: Vec<String>, licenses: &[LicenseWorld]) -> GroupWorld {
    GroupWorld {
        id: Some(id),
        created_date_time: Some(Time(Timestamp::from_unix_millis(1_615_547_703_000))),
        members,
        owners: Vec::new(),
        assigned_licenses: licenses.to_vec(),
        properties: properties([
            ("displayName", Value::Text(name.to_owned())),
            ("groupTypes", Value::List(Vec::new())),
            ("mailEnabled", Value::Bool(false)),
            ("mailNickname", Value::Text(name.to_lowercase().replace(' ', "-"))),
            ("securityEnabled", Value::Bool(true)),
        ]),
    }
}

fn applications() -> Vec<ApplicationWorld> {
    let application = |id: Uuid, name: &str, secret: &str, roles: &[&str]| ApplicationWorld {
        app_id: Some(Guid(id)),
        display_name: name.to_owned(),
        client_secret: Some(secret.to_owned()),
        client_secret_hash: None,
        app_roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    };
    let writes = [
        "LicenseAssignment.ReadWrite.All",
        "Directory.ReadWrite.All",
        "User.ReadWrite.All",
        "Group.ReadWrite.All",
        "Organization.Read.All",
        "DeviceManagementManagedDevices.Read.All",
        "Seatwright.Admin",
    ];
    let reads = ["LicenseAssignment.Read.All", "User.Read.All", "Group.Read.All", "Organization.Read.All"];
    vec![
        application(AUTOMATION_APP_ID, "Contoso Automation", AUTOMATION_SECRET, &writes),
        application(REPORTING_APP_ID, "Contoso Reporting", REPORTING_SECRET, &reads),
    ]
}

fn role(principal: &str, role: &str) -> RoleWorld {
    RoleWorld { principal: principal.to_owned(), role: role.to_owned() }
}

fn license(part_number: &str) -> LicenseWorld {
    LicenseWorld { sku_part_number: Some(part_number.to_owned()), ..LicenseWorld::default() }
}

fn properties<const N: usize>(values: [(&str, Value); N]) -> Properties {
    Properties(values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn country(code: &str) -> Option<Country> {
    UsageLocation::parse(code).map(Country)
}

/// A morning in 2020 or later, in steps of a day.
fn day(n: u32) -> Time {
    Time(Timestamp::from_unix_millis(1_577_865_600_000 + i64::from(n) * 86_400_000))
}

/// The id of the n-th thing of a kind: a GUID like any other, but always the same.
fn id(kind: &str, n: u32) -> Guid {
    let seed = kind.bytes().fold(u64::from(n), |seed, byte| seed.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte));
    let bits = u128::from(mix(seed)) << 64 | u128::from(mix(!seed));
    Guid(uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid())
}

/// The finaliser of SplitMix64: different numbers give different, unlike ones.
fn mix(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::builtin_catalog::builtin_catalog;
    use engine::world::{build, parse};
    use std::collections::BTreeSet;

    #[test]
    fn it_has_what_the_demonstration_tells_of() {
        let world = contoso();
        let tenant = &world.tenants[0];
        assert_eq!((tenant.users.len(), tenant.groups.len(), tenant.subscriptions.len()), (1_200, 8, 18));
        let all_staff = &tenant.groups[0];
        assert_eq!((all_staff.id, all_staff.members.len()), (Some(Guid(ALL_STAFF)), 1_000));
        assert_eq!(tenant.users[0].user_principal_name, ADMINISTRATOR);
        let e5 = tenant.subscriptions.iter().find(|bought| bought.sku_part_number.as_deref() == Some("SPE_E5"));
        assert_eq!(e5.unwrap().total_licenses, 990);
        let without_location = tenant.users.iter().filter(|user| user.usage_location.is_none()).count();
        assert_eq!(without_location, 52);
        let names: BTreeSet<_> = tenant.users.iter().map(|user| &user.user_principal_name).collect();
        let ids: BTreeSet<_> = tenant.users.iter().filter_map(|user| user.id).map(|Guid(id)| id).collect();
        assert_eq!((names.len(), ids.len()), (1_200, 1_200));
        assert_eq!(contoso(), world);
    }

    #[test]
    fn it_is_a_world_that_breaks_no_rule() {
        let world = contoso();
        assert_eq!(parse(&serde_json::to_string(&world).unwrap()).unwrap(), world);
        let tenants = build(world, builtin_catalog(), Timestamp::from_unix_millis(0)).unwrap();
        let skus: BTreeSet<_> = tenants[0].content.subscriptions.iter().map(|(_, sku, _)| sku.0).collect();
        let of_the_pages = [
            "84a661c4-e949-4bd2-a560-ed7766fcaf2b",
            "f30db892-07e9-47e9-837c-80727f46fd3d",
            "b05e124f-c7cc-45a0-a6aa-8cf78c946968",
            "c7df2760-2c81-4ef7-b578-5b5392b571df",
            "53c01d8b-1d8b-53c0-8b1d-c0538b1dc053",
            "0118a350-71fc-4ec3-8f0c-6a1cb8867561",
            "bea13e0c-3828-4daa-a392-28af7ff61a0f",
        ];
        assert!(of_the_pages.iter().all(|sku| skus.contains(&Uuid::try_parse(sku).unwrap())));
    }
}
