//! What is written is what is read.

use super::office::{Office, asking};
use super::world::{Draft, at, country, deleted, group, id, properties, text, user, with_properties};
use engine::store::{Store, UserSet};
use licensing::ChangeSet;
use licensing::directory::{Application, GroupProfile, ManagedDevice, Properties, UserProfile, Value};
use licensing::facts::{GroupFacts, ProcessingState, UserFacts, UserRef};
use licensing::ids::{ApplicationId, DeviceId, DeviceKey, GroupKey, UserKey};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Texts that are easily damaged.
fn difficult_texts() -> Vec<String> {
    let texts = [
        "",
        " ",
        " around ",
        "line one\r\nline two\ttab",
        "it's \"quoted\" \\ back/slash; -- % _ {} []",
        "null",
        "0",
        "1e3",
        "ÅÄÖ å a\u{30a} ß ẞ İ ı Σσς",
        "李娜 женя عربى עברית",
        "👩‍👩‍👧 \u{1f600} \u{fffd}\u{feff}\u{200b}",
        "\u{1}\u{7f}",
        "\0 between \0",
    ];
    texts.into_iter().map(str::to_owned).chain(["x".repeat(1_000), "é".repeat(1_000), "👍".repeat(1_000)]).collect()
}

/// A property of every kind of value, nested and empty ones among them.
fn properties_of_every_kind() -> Properties {
    let object = |of: &[(&str, Value)]| Value::Object(properties(of).0);
    let nested = object(&[("inner", object(&[("deep", Value::List(vec![Value::Int(1)]))])), ("nothing", Value::Null)]);
    properties(&[
        ("yes", Value::Bool(true)),
        ("no", Value::Bool(false)),
        ("zero", Value::Int(0)),
        ("lowest", Value::Int(i64::MIN)),
        ("highest", Value::Int(i64::MAX)),
        ("beyond2To53", Value::Int(9_007_199_254_740_993)),
        ("text", text("some text")),
        ("empty", text("")),
        ("date", text("2026-11-22T04:05:06.1234567Z")),
        ("noList", Value::List(Vec::new())),
        ("texts", Value::List(vec![text("b"), text("a"), text("b"), text("")])),
        ("mixed", Value::List(vec![Value::Null, Value::Bool(false), Value::Int(-1), text("x"), Value::List(vec![])])),
        ("noObject", Value::Object(BTreeMap::new())),
        ("objects", Value::List(vec![nested.clone(), object(&[])])),
        ("object", nested),
        ("extension_ab12_Größe", text("XL")),
        ("with.dots and 'quotes'", Value::Int(7)),
    ])
}

/// The user of this name, which all ways of reading agree upon.
async fn read(office: &Office, name: &str) -> UserFacts {
    let found = office.find(name).await.unwrap();
    let by_id = UserRef::Id(found.profile.as_ref().unwrap().id.0);
    assert_eq!(office.store.user(office.key, &by_id).await.unwrap().value.as_ref(), Some(&found));
    assert_eq!(office.load(asking(&[name], &[])).await.users[&found.key], found);
    found
}

async fn read_group(office: &Office, name: &str) -> GroupFacts {
    let found = office.store.group(office.key, id(name)).await.unwrap().value.unwrap();
    assert_eq!(office.load(asking(&[], &[name])).await.groups[&found.key], found);
    found
}

pub async fn users_round_trip(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let mut ann = with_properties(user(0, "Ann@Contoso.example"), Properties::default());
    ann.usage_location = None;
    let mut bob = user(7, "bob");
    bob.usage_location = Some(country("CH"));
    Arc::make_mut(bob.profile.as_mut().unwrap()).created_at = at(-1_234_567_890_123);
    let eve = UserFacts { deleted_at: Some(at(1_763_786_402_123)), ..user(8, "eve") };
    office.write(ChangeSet::default().user(ann.clone()).user(bob.clone()).user(eve.clone())).await;
    assert_eq!(read(&office, "ann@contoso.example").await, ann);
    assert_eq!(read(&office, "bob").await, bob);
    assert_eq!(office.load(asking(&[], &["eve"])).await.users[&UserKey(8)], eve);
}

pub async fn property_values_of_every_kind_round_trip(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let ann = with_properties(user(0, "ann"), properties_of_every_kind());
    office.write(ChangeSet::default().user(ann.clone())).await;
    assert_eq!(read(&office, "ann").await, ann);
}

pub async fn difficult_texts_round_trip(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let mut changes = ChangeSet::default();
    let mut users = Vec::new();
    for (key, words) in (0..).zip(difficult_texts()) {
        let named = Properties([(words.clone(), text(&words)), ("displayName".to_owned(), text(&words))].into());
        let mut user = with_properties(user(key, &format!("user-{key}")), named);
        Arc::make_mut(user.profile.as_mut().unwrap()).principal_name = format!("{words}{key}@contoso.example");
        users.push(user.clone());
        changes = changes.user(user);
    }
    office.write(changes).await;
    for user in users {
        assert_eq!(read(&office, &user.profile.as_ref().unwrap().principal_name).await, user);
    }
}

pub async fn a_user_is_replaced_with_its_properties(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    office.write(ChangeSet::default().user(with_properties(user(0, "ann"), properties_of_every_kind()))).await;
    let mut changed = with_properties(user(0, "ann"), properties(&[("jobTitle", text("Chair"))]));
    changed.usage_location = None;
    let profile = Arc::make_mut(changed.profile.as_mut().unwrap());
    *profile = UserProfile { principal_name: "anna".to_owned(), ..profile.clone() };
    office.write(ChangeSet::default().user(changed.clone())).await;
    assert_eq!(read(&office, "anna").await, changed);
}

pub async fn groups_round_trip(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let mut staff = group(0, "staff");
    *Arc::make_mut(&mut staff.profile) = GroupProfile {
        created_at: at(-7),
        properties: properties_of_every_kind(),
        ..GroupProfile::clone(&staff.profile)
    };
    let sales = GroupFacts { deleted_at: Some(at(1_763_786_402_123)), ..group(9, "sales") };
    office.write(ChangeSet::default().group(staff.clone()).group(sales.clone())).await;
    assert_eq!(read_group(&office, "staff").await, staff);
    assert_eq!(office.load(asking(&[], &["sales"])).await.groups[&GroupKey(9)], sales);
    Arc::make_mut(&mut staff.profile).properties = properties(&[("description", text(""))]);
    office.write(ChangeSet::default().group(staff.clone())).await;
    assert_eq!(read_group(&office, "staff").await, staff);
    let back = GroupFacts { deleted_at: None, ..sales };
    office.write(ChangeSet::default().group(back.clone())).await;
    assert_eq!(read_group(&office, "sales").await, back);
}

pub async fn processing_states_of_groups_round_trip(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    office.write(ChangeSet::default().group(group(0, "staff")).group(group(1, "sales"))).await;
    assert_eq!(read_group(&office, "staff").await.processing, None);
    for (state, _) in ProcessingState::ALL {
        office.write(ChangeSet { processing: vec![(GroupKey(0), state)], ..ChangeSet::default() }).await;
        assert_eq!(read_group(&office, "staff").await, GroupFacts { processing: Some(state), ..group(0, "staff") });
        assert_eq!(read_group(&office, "sales").await.processing, None);
        let whole = GroupFacts { processing: Some(state), ..group(1, "sales") };
        office.write(ChangeSet::default().group(whole.clone())).await;
        assert_eq!(read_group(&office, "sales").await, whole);
        office.write(ChangeSet::default().group(group(1, "sales"))).await;
    }
}

pub async fn devices_round_trip(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let device = |name: &str, users: &[u32]| ManagedDevice {
        id: DeviceId(id(name)),
        name: format!("{name} · 端末"),
        users: users.iter().copied().map(UserKey).collect(),
    };
    let (laptop, phone) = (device("laptop", &[2, 0]), device("phone", &[]));
    let devices = vec![(DeviceKey(0), laptop.clone()), (DeviceKey(3), phone.clone())];
    office.write(ChangeSet { devices, ..ChangeSet::default() }).await;
    let read = async |name: &str| office.store.devices(office.key, Some(DeviceId(id(name)))).await.unwrap();
    assert_eq!(read("laptop").await, [laptop]);
    assert_eq!(read("phone").await, std::slice::from_ref(&phone));
    assert!(read("desktop").await.is_empty());
    let changed = device("laptop", &[1]);
    office.write(ChangeSet { devices: vec![(DeviceKey(0), changed.clone())], ..ChangeSet::default() }).await;
    assert_eq!(office.store.devices(office.key, None).await.unwrap(), [changed, phone]);
}

pub async fn applications_round_trip(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let application = |name: &str, secret_hash: Option<&str>, app_roles: &[&str]| Application {
        id: ApplicationId(id(name)),
        display_name: format!("{name} \"quoted\""),
        secret_hash: secret_hash.map(str::to_owned),
        app_roles: app_roles.iter().map(|role| (*role).to_owned()).collect(),
    };
    let robot = application("robot", Some("$argon2id$v=19$m=1,t=1,p=1$abc"), &["User.Read.All", "Group.Read.All"]);
    let plain = application("plain", None, &[]);
    office.write(ChangeSet { applications: vec![robot.clone(), plain.clone()], ..ChangeSet::default() }).await;
    let read = async |name: &str| office.store.applications(office.key, Some(ApplicationId(id(name)))).await.unwrap();
    assert_eq!(read("robot").await, [robot]);
    assert_eq!(read("plain").await, std::slice::from_ref(&plain));
    assert!(read("other").await.is_empty());
    let changed = application("robot", None, &["User.ReadWrite.All"]);
    office.write(ChangeSet { applications: vec![changed.clone()], ..ChangeSet::default() }).await;
    let mut all = office.store.applications(office.key, None).await.unwrap();
    all.sort_by_key(|application| application.id);
    assert_eq!(all, [plain, changed]);
}

pub async fn roles_round_trip(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    office.write(ChangeSet::default().user(user(0, "ann")).user(user(1, "bob")).user(user(2, "eve"))).await;
    let (reader, admin) = (id("reader"), id("admin"));
    let roles = vec![(UserKey(2), reader), (UserKey(0), reader), (UserKey(0), admin)];
    office.write(ChangeSet { roles, ..ChangeSet::default() }).await;
    office.write(ChangeSet { roles: vec![(UserKey(2), reader)], ..ChangeSet::default() }).await;
    let read = async |user: Option<u32>| {
        let mut roles = office.store.roles(office.key, user.map(UserKey)).await.unwrap();
        roles.sort_unstable();
        roles
    };
    assert_eq!(read(Some(0)).await, [(UserKey(0), admin), (UserKey(0), reader)]);
    assert!(read(Some(1)).await.is_empty());
    assert_eq!(read(None).await, [(UserKey(0), admin), (UserKey(0), reader), (UserKey(2), reader)]);
}

pub async fn managers_round_trip(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let managed = |key, name, manager: Option<u32>| UserFacts { manager: manager.map(UserKey), ..user(key, name) };
    let staff =
        ChangeSet::default().user(user(0, "ann")).user(managed(1, "bob", Some(0))).user(managed(2, "eve", Some(0)));
    office.write(staff.user(deleted(managed(3, "joe", Some(0)))).user(managed(4, "kim", Some(1)))).await;
    assert_eq!(read(&office, "bob").await.manager, Some(UserKey(0)));
    assert_eq!(office.users(UserSet::ReportsTo(UserKey(0))).await, [1, 2]);
    assert_eq!(office.load(asking(&["kim"], &[])).await.users[&UserKey(4)].manager, Some(UserKey(1)));
    office.write(ChangeSet::default().user(managed(2, "eve", None))).await;
    assert_eq!(office.users(UserSet::ReportsTo(UserKey(0))).await, [1]);
    assert!(office.users(UserSet::ReportsTo(UserKey(2))).await.is_empty());
}
