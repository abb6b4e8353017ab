//! What is remembered of commands, and what they leave for others (specification 4.6, 4.9).

use crate::names::{all_of, country, id, user_ref};
use crate::office::office;
use crate::world::World;
use licensing::audit::{Activity, Actor, AuditEntry};
use licensing::catalog::AppliesTo;
use licensing::decide::{set_up::SetUp, update_user::UpdateUser};
use licensing::directory::{Application, Properties, Value};
use licensing::facts::{Scope, UserRef};
use licensing::ids::{ApplicationId, DeviceId, DeviceKey, GroupKey, UserKey};
use licensing::{Answer, ChangeSet, Command, Refusal};

/// Activity, group, users for whom it succeeded, and for whom it failed.
type Entry = (Activity, Option<u32>, Vec<u32>, Vec<u32>);

/// What the last command is remembered by.
fn remembered(world: &World) -> Vec<Entry> {
    let keys = |entry: &AuditEntry, failed: bool| {
        let users = entry.affected.iter().filter(|affected| affected.failure.is_some() == failed);
        users.flat_map(|affected| &affected.users).map(|user| user.0).collect()
    };
    let entries = world.written.audit.iter();
    entries
        .map(|entry| {
            let group = entry.group.map(|group| group.0);
            (entry.activity, group, keys(entry, false), keys(entry, true))
        })
        .collect()
}

#[test]
fn each_command_is_remembered_once() {
    let mut world = office();
    world.assign("bob", &[all_of("E3")], &[]).unwrap();
    assert_eq!(remembered(&world), [(Activity::ChangeUserLicense, None, vec![1], vec![])]);
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    assert_eq!(remembered(&world), [(Activity::SetGroupLicense, Some(1), vec![], vec![])]);
    world.join("bob", "sales").unwrap();
    assert_eq!(remembered(&world), [(Activity::AddMember, Some(1), vec![1], vec![])]);
    world.leave("bob", "sales").unwrap();
    assert_eq!(remembered(&world), [(Activity::RemoveMember, Some(1), vec![1], vec![])]);
    world.locate("bob", Some(country("DE"))).unwrap();
    assert_eq!(remembered(&world), [(Activity::UpdateUser, None, vec![1], vec![])]);
    world.delete_user("bob").unwrap();
    assert_eq!(remembered(&world), [(Activity::DeleteUser, None, vec![1], vec![])]);
    world.restore_user("bob").unwrap();
    assert_eq!(remembered(&world), [(Activity::RestoreUser, None, vec![1], vec![])]);
    world.delete_group("lab").unwrap();
    assert_eq!(remembered(&world), [(Activity::DeleteGroup, Some(0), vec![], vec![])]);
}

#[test]
fn a_chunk_is_remembered_as_done_by_group_licensing_for_those_it_changed() {
    let mut world = office();
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.settle();
    world.join("ann", "sales").unwrap();
    world.join("bob", "sales").unwrap();
    world.settle();
    assert_eq!(remembered(&world), [(Activity::ChangeUserLicense, None, vec![0], vec![1])]);
    assert_eq!(world.written.audit[0].actor, Actor::GroupLicensing);
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.settle();
    let (start, finish) = (Activity::StartApplyingGroupLicense, Activity::FinishApplyingGroupLicense);
    assert_eq!(remembered(&world), [(start, Some(1), vec![], vec![]), (finish, Some(1), vec![], vec![])]);
}

#[test]
fn joining_and_leaving_a_licensed_group_marks_the_user() {
    let mut world = office();
    world.join("ann", "sales").unwrap();
    assert!(world.pending.users.is_empty(), "a group without licences gives none");
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.settle();
    world.join("bob", "sales").unwrap();
    world.leave("ann", "sales").unwrap();
    assert_eq!(world.pending.users, [UserKey(0), UserKey(1)].into());
    world.join("lab", "sales").unwrap();
    assert_eq!(world.pending.users.len(), 2);
}

#[test]
fn a_new_location_marks_only_members_of_licensed_groups() {
    let mut world = office();
    world.locate("ann", Some(country("DE"))).unwrap();
    assert!(world.pending.users.is_empty());
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.locate("ann", Some(country("DE"))).unwrap();
    assert!(world.pending.users.is_empty(), "the location is the same");
    world.locate("ann", None).unwrap();
    assert_eq!(world.pending.users, [UserKey(0)].into());
}

#[test]
fn a_later_mark_outlives_an_earlier_settling_and_the_other_way_round() {
    let marked = || ChangeSet { pending_users: [UserKey(7)].into(), ..ChangeSet::default() };
    let settled = || ChangeSet { settled_users: vec![UserKey(7)], ..ChangeSet::default() };
    let mut batch = settled();
    batch.then(marked());
    assert_eq!(batch, marked());
    batch.then(settled());
    assert_eq!(batch, settled());
}

#[test]
fn a_scope_asks_for_all_that_a_command_names() {
    let mut scope = Scope::default();
    let rename = UpdateUser {
        user: user_ref("ann"),
        principal_name: Some("Anna@contoso.example".to_owned()),
        usage_location: None,
        properties: Properties::default(),
    };
    Command::UpdateUser(rename).add_to(&mut scope);
    let role = SetUp::Role(UserRef::Name("BOB@contoso.example".to_owned()), id("role"));
    Command::SetUp(role).add_to(&mut scope);
    assert_eq!(scope.objects, [id("ann")].into());
    assert_eq!(scope.names, ["anna@contoso.example".to_owned(), "bob@contoso.example".to_owned()].into());
}

#[test]
fn an_update_sets_and_clears_properties_and_moves_the_name() {
    let mut world = office();
    let update = |name: Option<&str>, title: Value| {
        Command::UpdateUser(UpdateUser {
            user: user_ref("ann"),
            principal_name: name.map(str::to_owned),
            usage_location: None,
            properties: Properties([("jobTitle".to_owned(), title)].into()),
        })
    };
    world.run(&update(None, Value::Text("Buyer".to_owned()))).unwrap();
    let profile = world.user_facts("ann").profile.clone().unwrap();
    assert_eq!(profile.properties.text("jobTitle"), Some("Buyer"));
    assert_eq!(world.user_facts("ann").usage_location, Some(country("US")));
    world.run(&update(Some("anna@contoso.example"), Value::Null)).unwrap();
    let profile = world.user_facts("ann").profile.clone().unwrap();
    assert_eq!(profile.properties.get("jobTitle"), None);
    assert!(world.facts.live_user(&UserRef::parse("ann@contoso.example")).is_none());
    assert!(world.facts.live_user(&UserRef::parse("Anna@Contoso.example")).is_some());
    let taken = update(Some("BOB@contoso.example"), Value::Null);
    assert_eq!(world.run(&taken), Err(Refusal::NameTaken("userPrincipalName")));
    world.run(&update(Some("ANNA@contoso.example"), Value::Null)).unwrap();
}

#[test]
fn an_operator_declares_devices_applications_and_roles() {
    let mut world = office();
    let users = vec![user_ref("ann"), UserRef::parse("bob@contoso.example")];
    world.run(&Command::SetUp(SetUp::Device(DeviceId(id("laptop")), "Laptop".to_owned(), users))).unwrap();
    let (key, device) = world.written.devices[0].clone();
    assert_eq!((key, device.users), (DeviceKey(0), vec![UserKey(0), UserKey(1)]));
    assert_eq!(world.facts.next_keys.device, DeviceKey(1));
    let application = Application {
        id: ApplicationId(id("app")),
        display_name: "App".to_owned(),
        secret_hash: None,
        app_roles: Vec::new(),
    };
    world.run(&Command::SetUp(SetUp::Application(application.clone()))).unwrap();
    assert_eq!(world.written.applications, [application]);
    world.run(&Command::SetUp(SetUp::Role(user_ref("cyd"), id("role")))).unwrap();
    assert_eq!(world.written.roles, [(UserKey(2), id("role"))]);
}

#[test]
fn an_operator_cannot_declare_what_rests_on_nothing() {
    let mut world = office();
    let nobody = || UserRef::parse("zoe@contoso.example");
    let missing = Err(Refusal::ObjectNotFound("zoe@contoso.example".to_owned()));
    let device = SetUp::Device(DeviceId(id("laptop")), "Laptop".to_owned(), vec![nobody()]);
    assert_eq!(world.run(&Command::SetUp(device)), missing);
    assert_eq!(world.run(&Command::SetUp(SetUp::Role(nobody(), id("role")))), missing);
}

#[test]
fn keys_count_objects_in_the_order_of_their_creation() {
    let mut world = office();
    world.user("dan");
    world.group("zoo");
    world.product("NEW", AppliesTo::User, &["new"]);
    world.buy("NEW", 1);
    assert_eq!(world.user_facts("dan").key, UserKey(3));
    assert_eq!(world.group_facts("zoo").key, GroupKey(2));
    assert_eq!(world.sku_key("NEW").0, 9);
    assert_eq!(world.create_user("eve", "eve@contoso.example", None), Ok(Answer::User(UserKey(4))));
}
