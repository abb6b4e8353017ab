//! Exports of states that no rule would lead to today: each comes about by commands, goes into an empty store, and
//! everybody has there what they had.

use super::{load, paths, put, settle, store_of};
use engine::clock::{Clock as _, SystemClock};
use engine::schema::value_of;
use engine::store::Store;
use engine::verify::verify;
use engine::world::{export, parse};
use licensing::Command;
use licensing::assignment::{DisabledPlans, WantedLicense};
use licensing::catalog::{AppliesTo, Product};
use licensing::decide::{
    add_member::AddMember,
    add_owner::{AddOwner, OWNERS_MAX},
    assign_to_group::AssignToGroup,
    assign_to_user::AssignToUser,
    delete_user::DeleteUser,
    reprocess_user::ReprocessUser,
    restore_user::RestoreUser,
    set_up::SetUp,
    update_user::UpdateUser,
};
use licensing::directory::Properties;
use licensing::facts::UserRef;
use licensing::subscription::{CapabilityStatus, Subscription};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::{Uuid, uuid};

const ANN: Uuid = uuid!("00000000-0000-0000-0000-00000000000a");
const BEN: Uuid = uuid!("00000000-0000-0000-0000-00000000000b");
const CLEO: Uuid = uuid!("00000000-0000-0000-0000-00000000000c");
const DORA: Uuid = uuid!("00000000-0000-0000-0000-00000000000d");
const EVE: Uuid = uuid!("00000000-0000-0000-0000-00000000000e");
const STAFF: Uuid = uuid!("1132b215-826f-42a9-8cfe-1643d19d17fd");
const CLUB: Uuid = uuid!("1132b215-826f-42a9-8cfe-1643d19d17fe");

/// Five users, of whom the last two share an address, and two groups: all but these two are staff.
fn fabrikam() -> Value {
    json!({ "tenants": [{
        "displayName": "Fabrikam",
        "subscriptions": [
            { "skuPartNumber": "ENTERPRISEPACK", "totalLicenses": 5 },
            { "skuPartNumber": "MCOEV", "totalLicenses": 5 },
            { "skuPartNumber": "FLOW_FREE", "totalLicenses": 1 },
            { "skuPartNumber": "CANTEEN", "totalLicenses": 5 }
        ],
        "products": [
            { "skuId": "53c01d8b-1d8b-53c0-8b1d-c0538b1dc053", "skuPartNumber": "CANTEEN", "servicePlans": [
                { "servicePlanId": "11b0131d-43c8-4bbb-b2c8-e80f9a50834a", "servicePlanName": "LUNCH",
                  "service": "exchange" } ] }
        ],
        "users": [
            { "id": ANN, "userPrincipalName": "ann@x", "usageLocation": "KE" },
            { "id": BEN, "userPrincipalName": "ben@x", "usageLocation": "KE" },
            { "id": CLEO, "userPrincipalName": "cleo@x", "usageLocation": "KE" },
            { "id": DORA, "userPrincipalName": "dora@x", "usageLocation": "KE", "proxyAddresses": ["smtp:sales@x"] },
            { "id": EVE, "userPrincipalName": "eve@x", "usageLocation": "KE", "proxyAddresses": ["SMTP:Sales@x"] }
        ],
        "groups": [
            { "id": STAFF, "displayName": "Staff", "securityEnabled": true, "members": ["ann@x", "ben@x", "cleo@x"] },
            { "id": CLUB, "displayName": "Club", "securityEnabled": true }
        ]
    }] })
}

/// Fabrikam in a store, and what is done there.
struct Fabrikam {
    store: Arc<dyn Store>,
}

impl Fabrikam {
    async fn new() -> Self {
        Self { store: store_of(parse(&fabrikam().to_string()).unwrap()).await }
    }

    async fn run(&self, command: Command) -> &Self {
        let engine = settle(&self.store).await;
        let tenant = self.store.tenants().await.unwrap()[0].key;
        engine.run_as_operator(tenant, command).await.unwrap();
        settle(&self.store).await;
        self
    }

    async fn wanted(&self, part_number: &str) -> Vec<WantedLicense> {
        let tenant = &self.store.tenants().await.unwrap()[0];
        let sku = tenant.catalog.product_by_part_number(part_number).unwrap().id;
        vec![WantedLicense { sku, disabled: DisabledPlans::default() }]
    }

    async fn assign(&self, user: Uuid, part_number: &str) -> &Self {
        let add = self.wanted(part_number).await;
        self.run(Command::AssignToUser(AssignToUser { user: UserRef::Id(user), add, remove: Vec::new() })).await
    }

    async fn license(&self, group: Uuid, part_number: &str) -> &Self {
        let add = self.wanted(part_number).await;
        self.run(Command::AssignToGroup(AssignToGroup { group, add, remove: Vec::new() })).await
    }

    async fn unlicense(&self, group: Uuid, part_number: &str) -> &Self {
        let remove = self.wanted(part_number).await.into_iter().map(|license| license.sku).collect();
        self.run(Command::AssignToGroup(AssignToGroup { group, add: Vec::new(), remove })).await
    }

    async fn unassign(&self, user: Uuid, part_number: &str) -> &Self {
        let remove = self.wanted(part_number).await.into_iter().map(|license| license.sku).collect();
        self.run(Command::AssignToUser(AssignToUser { user: UserRef::Id(user), add: Vec::new(), remove })).await
    }

    async fn delete(&self, user: Uuid) -> &Self {
        self.run(Command::DeleteUser(DeleteUser { user: UserRef::Id(user) })).await
    }

    async fn restore(&self, user: Uuid) -> &Self {
        self.run(Command::RestoreUser(RestoreUser { user, ..RestoreUser::default() })).await
    }

    async fn reprocess(&self, user: Uuid) -> &Self {
        self.run(Command::ReprocessUser(ReprocessUser { user: UserRef::Id(user) })).await
    }

    async fn join(&self, member: Uuid, group: Uuid) -> &Self {
        self.run(Command::AddMember(AddMember { group, member })).await
    }

    /// All purchases of the SKU lapse.
    async fn suspend(&self, part_number: &str) -> &Self {
        let sku = self.wanted(part_number).await[0].sku;
        let tenant = self.store.tenants().await.unwrap()[0].clone();
        let bought = tenant.skus[&tenant.sku_key(sku).unwrap()].subscriptions[0].clone();
        let status = CapabilityStatus::Suspended;
        self.run(Command::SetUp(SetUp::Subscription(sku, Subscription { status, ..bought }))).await
    }

    /// The product is no longer one for users.
    async fn withdraw(&self, part_number: &str) -> &Self {
        let tenant = self.store.tenants().await.unwrap()[0].clone();
        let product = tenant.catalog.product_by_part_number(part_number).unwrap();
        let withdrawn = Product { applies_to: AppliesTo::Company, ..Product::clone(product) };
        self.run(Command::SetUp(SetUp::Product(Arc::new(withdrawn)))).await
    }

    /// The export gives the same store. Without the key that makes it so, the rules speak: what they say, or
    /// nothing when they let the world in.
    async fn comes_back(&self, states: &[&str]) -> Option<String> {
        let expected = paths(self.store.as_ref()).await;
        let short = |path: &String| path.replace(&STAFF.to_string(), "staff").replace(&CLUB.to_string(), "club");
        let found: Vec<String> = expected.iter().map(short).collect();
        for state in states {
            assert!(found.iter().any(|path| path.starts_with(state)), "there is no {state} among {found:#?}");
        }

        let text = serde_json::to_string_pretty(&export(self.store.as_ref(), None).await.unwrap()).unwrap();
        let second = store_of(parse(&text).unwrap()).await;
        let export_of = async |store: &Arc<dyn Store>| {
            serde_json::to_string_pretty(&export(store.as_ref(), None).await.unwrap()).unwrap()
        };
        // At once, and after the groups were processed.
        assert_eq!(export_of(&second).await, text);
        assert_eq!(verify(second.as_ref(), SystemClock.now()).await.unwrap().1, []);
        settle(&second).await;
        assert_eq!(export_of(&second).await, text);
        assert_eq!(verify(second.as_ref(), SystemClock.now()).await.unwrap().1, []);
        assert_eq!(paths(second.as_ref()).await, expected);
        let tenants = [self.store.tenants().await.unwrap()[0].key, second.tenants().await.unwrap()[0].key];
        let consumed = self.store.consumed(tenants[0]).await.unwrap().value;
        assert_eq!(second.consumed(tenants[1]).await.unwrap().value, consumed);

        let mut checked: Value = serde_json::from_str(&text).unwrap();
        put(&mut checked, "/tenants/0/licensesAsTheyWere", json!(false));
        load(&checked).err().map(|error| error.to_string())
    }
}

#[track_caller]
fn says(refusal: Option<String>, start: &str) {
    let refusal = refusal.expect("the rules must refuse it");
    assert!(refusal.starts_with(&format!("tenants[0].{start}")), "{refusal}");
}

#[tokio::test]
async fn a_direct_licence_that_needs_a_plan_of_a_group() {
    let town = Fabrikam::new().await;
    town.license(STAFF, "ENTERPRISEPACK").await.assign(ANN, "MCOEV").await;
    let refusal =
        town.comes_back(&["ann@x MCOEV None Active", "ann@x ENTERPRISEPACK Some(GroupId(staff)) Active"]).await;
    says(refusal, "users[0].assignedLicenses: License assignment failed because service plan");
}

/// Rules about `assignedPlans` see that they are `Deleted`.
#[tokio::test]
async fn licences_that_were_taken_away() {
    let town = Fabrikam::new().await;
    town.license(STAFF, "ENTERPRISEPACK").await.unlicense(STAFF, "ENTERPRISEPACK").await;
    town.assign(DORA, "FLOW_FREE").await.unassign(DORA, "FLOW_FREE").await;
    let refusal =
        town.comes_back(&["ann@x ENTERPRISEPACK Some(GroupId(staff)) Removed", "dora@x FLOW_FREE None Removed"]).await;
    assert_eq!(refusal, None);
}

#[tokio::test]
async fn a_user_whose_location_was_cleared() {
    let town = Fabrikam::new().await;
    let (user, usage_location) = (UserRef::Id(CLEO), Some(None));
    let clear = UpdateUser { user, principal_name: None, usage_location, properties: Properties::default() };
    town.assign(CLEO, "FLOW_FREE").await.run(Command::UpdateUser(clear)).await;
    let refusal = town.comes_back(&["cleo@x FLOW_FREE None Active"]).await;
    says(refusal, "users[2].assignedLicenses: License assignment cannot be done for user with invalid usage location.");
}

#[tokio::test]
async fn more_direct_licences_than_seats() {
    let town = Fabrikam::new().await;
    town.assign(ANN, "FLOW_FREE").await.delete(ANN).await;
    town.assign(BEN, "FLOW_FREE").await.restore(ANN).await;
    let refusal = town.comes_back(&["ann@x FLOW_FREE None Active", "ben@x FLOW_FREE None Active"]).await;
    says(refusal, "users[1].assignedLicenses: Subscription with SKU f30db892-07e9-47e9-837c-80727f46fd3d does not");
}

#[tokio::test]
async fn more_inherited_licences_than_seats() {
    let town = Fabrikam::new().await;
    town.license(STAFF, "FLOW_FREE").await.delete(ANN).await.reprocess(CLEO).await.restore(ANN).await;
    let states = ["ann@x FLOW_FREE Some(GroupId(staff)) Active", "ben@x FLOW_FREE Some(GroupId(staff)) Error(Count)"];
    let refusal = town.comes_back(&[states[0], states[1], "cleo@x FLOW_FREE Some(GroupId(staff)) Active"]).await;
    assert_eq!(refusal, None);
}

#[tokio::test]
async fn direct_licences_of_what_cannot_be_assigned_any_more() {
    let town = Fabrikam::new().await;
    town.assign(ANN, "ENTERPRISEPACK").await.suspend("ENTERPRISEPACK").await;
    says(
        town.comes_back(&["ann@x ENTERPRISEPACK None Active"]).await,
        "users[0].assignedLicenses: Subscription with SKU",
    );

    let town = Fabrikam::new().await;
    town.assign(CLEO, "CANTEEN").await.withdraw("CANTEEN").await;
    says(town.comes_back(&["cleo@x CANTEEN None Active"]).await, "users[2].assignedLicenses: License 53c01d8b");
}

#[tokio::test]
async fn inherited_licences_of_what_cannot_be_assigned_any_more() {
    let town = Fabrikam::new().await;
    town.license(CLUB, "ENTERPRISEPACK").await.join(ANN, CLUB).await.join(CLEO, CLUB).await;
    town.suspend("ENTERPRISEPACK").await.join(BEN, CLUB).await;
    let states =
        ["ann@x ENTERPRISEPACK Some(GroupId(club)) Active", "cleo@x ENTERPRISEPACK Some(GroupId(club)) Active"];
    let waiting = "ben@x ENTERPRISEPACK Some(GroupId(club)) Error(Count)";
    assert_eq!(town.comes_back(&[states[0], states[1], waiting]).await, None);

    let town = Fabrikam::new().await;
    town.license(CLUB, "CANTEEN").await.join(CLEO, CLUB).await.withdraw("CANTEEN").await;
    let refusal = town.comes_back(&["cleo@x CANTEEN Some(GroupId(club)) Active"]).await;
    says(refusal, "groups[1].assignedLicenses: License 53c01d8b");
}

#[tokio::test]
async fn a_mail_licence_that_is_older_than_the_clash_of_addresses() {
    let town = Fabrikam::new().await;
    town.delete(EVE).await.assign(DORA, "CANTEEN").await;
    town.run(Command::RestoreUser(RestoreUser { user: EVE, gives_up_addresses: true, ..RestoreUser::default() })).await;
    // Nobody but an operator can bring the address back.
    let properties = Properties([("proxyAddresses".to_owned(), value_of(json!(["SMTP:Sales@x"])))].into());
    let user = UserRef::Id(EVE);
    town.run(Command::UpdateUser(UpdateUser { user, principal_name: None, usage_location: None, properties })).await;
    let refusal = town.comes_back(&["dora@x CANTEEN None Active"]).await;
    says(refusal, "users[3].assignedLicenses: Proxy address is already being used.");
}

#[tokio::test]
async fn what_a_group_gave_once_and_could_not_take_back() {
    let town = Fabrikam::new().await;
    town.license(STAFF, "ENTERPRISEPACK").await.assign(ANN, "MCOEV").await.unlicense(STAFF, "ENTERPRISEPACK").await;
    let kept = "ann@x ENTERPRISEPACK Some(GroupId(staff)) ActiveWithError(Dependency)";
    let before = paths(town.store.as_ref()).await;
    assert!(before.iter().any(|path| path.contains("ActiveWithError(Dependency)")), "{before:#?}");
    let text = serde_json::to_string(&export(town.store.as_ref(), None).await.unwrap()).unwrap();
    let second = store_of(parse(&text).unwrap()).await;
    settle(&second).await;
    let after = paths(second.as_ref()).await;
    assert_eq!(after, before);
    assert!(after.iter().any(|path| path.replace(&STAFF.to_string(), "staff").starts_with(kept)), "{after:#?}");
    assert_eq!(verify(second.as_ref(), SystemClock.now()).await.unwrap().1, []);
}

#[tokio::test]
async fn an_export_without_the_key_gives_inherited_licences_by_the_rules() {
    let town = Fabrikam::new().await;
    town.license(STAFF, "ENTERPRISEPACK").await.assign(CLEO, "FLOW_FREE").await;
    let mut world = serde_json::to_value(export(town.store.as_ref(), None).await.unwrap()).unwrap();
    world["tenants"][0].as_object_mut().unwrap().remove("licensesAsTheyWere").unwrap();
    let second = store_of(parse(&world.to_string()).unwrap()).await;
    assert_eq!(paths(second.as_ref()).await.len(), 1);
    settle(&second).await;
    assert_eq!(paths(second.as_ref()).await, paths(town.store.as_ref()).await);
}

#[tokio::test]
async fn a_group_with_more_owners_than_it_can_get() {
    let mut world = fabrikam();
    let names: Vec<String> = (0..OWNERS_MAX).map(|number| format!("owner{number}@x")).collect();
    for name in &names {
        world["tenants"][0]["users"].as_array_mut().unwrap().push(json!({ "userPrincipalName": name }));
    }
    put(
        &mut world,
        "/tenants/0/groups/0/owners",
        json!(names[1..].iter().chain(&["ann@x".to_owned()]).collect::<Vec<_>>()),
    );
    let town = Fabrikam { store: store_of(parse(&world.to_string()).unwrap()).await };
    town.delete(ANN).await.run(Command::AddOwner(AddOwner { group: STAFF, owner: BEN })).await.restore(ANN).await;
    let exported = export(town.store.as_ref(), None).await.unwrap();
    let text = serde_json::to_string_pretty(&exported).unwrap();
    let second = store_of(parse(&text).unwrap()).await;
    let again = export(second.as_ref(), None).await.unwrap();
    assert_eq!(serde_json::to_string_pretty(&again).unwrap(), text);
    let owners = serde_json::to_value(&again).unwrap()["tenants"][0]["groups"][0]["owners"].as_array().unwrap().len();
    assert_eq!(owners, OWNERS_MAX + 1);
}

#[tokio::test]
async fn what_can_never_be_is_refused_even_of_an_export() {
    let refusal = |path: &str, value: Value| {
        let mut world = fabrikam();
        put(&mut world, "/tenants/0/licensesAsTheyWere", json!(true));
        put(&mut world, &format!("/tenants/0/{path}"), value);
        load(&world).unwrap_err().to_string()
    };
    let flow = json!({ "skuPartNumber": "FLOW_FREE" });
    let of = |group: Uuid| json!({ "skuPartNumber": "FLOW_FREE", "assignedByGroup": group });
    for (path, value, message) in [
        ("users/0/assignedLicenses", json!([flow, flow]), "users[0].assignedLicenses: License f30db892"),
        ("users/0/assignedLicenses", json!([of(STAFF), of(STAFF)]), "users[0].assignedLicenses: License f30db892"),
        ("users/0/assignedLicenses", json!([flow, of(ANN)]), "users[0].assignedLicenses[1].assignedByGroup: Resource"),
        ("users/0/assignedLicenses", json!([{ "skuPartNumber": "SPE_E5" }]), "users[0].assignedLicenses: License 06e"),
        ("users/0/assignedLicenses", json!([{}]), "users[0].assignedLicenses[0]: give either skuId or skuPartNumber"),
        ("groups/0/assignedLicenses", json!([flow, flow]), "groups[0].assignedLicenses: License f30db892"),
        ("groups/0/assignedLicenses", json!([of(CLUB)]), "groups[0].assignedLicenses[0].assignedByGroup: a group has"),
    ] {
        says(Some(refusal(path, value)), message);
    }
}
