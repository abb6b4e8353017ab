//! Users and groups as directory objects: names at verified domains, what a group is created and changed with.

use crate::names::{id, not_found, user_ref};
use crate::office::office;
use crate::world::{Answered, World};
use licensing::audit::{Activity, Detail};
use licensing::decide::create_group::{self, CreateGroup};
use licensing::decide::create_user::{self, CreateUser};
use licensing::decide::restore_group::RestoreGroup;
use licensing::decide::restore_user::RestoreUser;
use licensing::decide::update_group::UpdateGroup;
use licensing::decide::update_user::UpdateUser;
use licensing::directory::{FOLDED_BYTES_MAX, GroupProfile, Properties, UserProfile, Value};
use licensing::ids::{GroupId, UserId};
use licensing::rules::user_properties::Password;
use licensing::time::DAY_MILLIS;
use licensing::{ChangeSet, Command, Refusal};
use std::collections::BTreeMap;

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn unified(name: &str) -> Properties {
    let types = Value::List(vec![text("Unified")]);
    Properties(BTreeMap::from([("groupTypes".to_owned(), types), ("uniqueName".to_owned(), text(name))]))
}

impl World {
    fn found(&mut self, group: &str, properties: Properties, members: &[&str], owners: &[&str]) -> Answered {
        let profile = GroupProfile { id: GroupId(id(group)), created_at: self.now(), properties };
        let ids = |names: &[&str]| names.iter().map(|name| id(name)).collect();
        self.run(&Command::CreateGroup(CreateGroup {
            members: ids(members),
            owners: ids(owners),
            ..CreateGroup::told(profile)
        }))
    }

    fn gather(&mut self, group: &str, members: &[&str]) -> Answered {
        let members = members.iter().map(|name| id(name)).collect();
        self.run(&Command::UpdateGroup(UpdateGroup { group: id(group), properties: Properties::default(), members }))
    }

    fn rename(&mut self, user: &str, name: &str) -> Answered {
        self.run(&Command::UpdateUser(UpdateUser {
            user: user_ref(user),
            principal_name: Some(name.to_owned()),
            usage_location: None,
            properties: Properties::default(),
        }))
    }
}

#[test]
fn a_principal_name_is_at_a_verified_domain() {
    let mut world = office();
    let foreign = "eve@fabrikam.example";
    assert_eq!(world.create_user("eve", foreign, None), Err(Refusal::DomainNotVerified));
    assert_eq!(world.rename("ann", foreign), Err(Refusal::DomainNotVerified));
    let nameless = Refusal::InvalidProperty { property: "userPrincipalName", resource: "User" };
    assert_eq!(world.create_user("eve", "eve", None), Err(nameless));
    world.create_user("eve", "eve_fabrikam.example#EXT#@CONTOSO.example", None).unwrap();
    world.rename("ann", "anna@Contoso.example").unwrap();
    world.delete_user("ann").unwrap();
    let restore = |name: &str| {
        let principal_name = Some(name.to_owned());
        Command::RestoreUser(RestoreUser { user: id("ann"), principal_name, gives_up_addresses: false })
    };
    assert_eq!(world.run(&restore(foreign)), Err(Refusal::DomainNotVerified));
    world.run(&restore("ann@contoso.example")).unwrap();
}

#[test]
fn a_tenant_without_domains_is_not_held_to_any() {
    let mut world = office();
    world.tenant().profile.verified_domains.clear();
    world.create_user("eve", "eve@fabrikam.example", None).unwrap();
}

#[test]
fn a_user_is_created_with_its_manager() {
    let mut world = office();
    let create = |world: &World, manager: &str| {
        let profile = UserProfile {
            id: UserId(id("eve")),
            principal_name: "eve@contoso.example".to_owned(),
            created_at: world.now(),
            properties: Properties::default(),
        };
        Command::CreateUser(CreateUser { manager: Some(id(manager)), ..CreateUser::told(profile, None) })
    };
    let command = create(&world, "zoe");
    assert_eq!(world.run(&command), Err(not_found("zoe")));
    let command = create(&world, "ann");
    world.run(&command).unwrap();
    assert_eq!(world.user_facts("eve").manager, Some(world.user_facts("ann").key));
    let activities: Vec<_> = world.written.audit.iter().map(|entry| entry.activity).collect();
    assert_eq!(activities, [Activity::AddUser, Activity::SetManager]);
    assert_eq!(world.written.audit[1].detail, Detail::Manager(world.user_facts("ann").key));
}

#[test]
fn a_group_is_created_with_members_and_owners_or_not_at_all() {
    let mut world = office();
    for (members, owners, refusal) in [
        (&["bob", "zoe"][..], &["ann"][..], not_found("zoe")),
        (&["bob"], &["zoe"], not_found("zoe")),
        (&["bob", "bob"], &[], Refusal::ReferenceExists("members")),
        (&[], &["ann", "ann"], Refusal::ReferenceExists("owners")),
        (&[], &["lab"], Refusal::InvalidProperty { property: "owners", resource: "Group" }),
    ] {
        assert_eq!(world.found("club", unified("club"), members, owners), Err(refusal));
        assert_eq!(world.written, ChangeSet::default());
    }
    world.found("club", unified("club"), &["ann", "bob", "lab"], &["ann"]).unwrap();
    assert_eq!(world.members("club"), ["ann", "bob"]);
    let (club, ann) = (world.group_facts("club").key, world.user_facts("ann").key);
    assert_eq!(world.written.owners, [(club, ann, true)]);
    let activities: Vec<_> = world.written.audit.iter().map(|entry| entry.activity).collect();
    let joined = Activity::AddMember;
    assert_eq!(activities, [Activity::AddGroup, Activity::AddOwner, joined, joined, joined]);
}

#[test]
fn members_join_together_or_not_at_all() {
    let mut world = office();
    world.join("ann", "sales").unwrap();
    assert_eq!(world.gather("sales", &["bob", "ann"]), Err(Refusal::ReferenceExists("members")));
    assert_eq!(world.gather("sales", &["bob", "zoe"]), Err(not_found("zoe")));
    assert_eq!(world.members("sales"), ["ann"]);
    world.gather("sales", &["bob", "cyd"]).unwrap();
    assert_eq!(world.members("sales"), ["ann", "bob", "cyd"]);
    let activities: Vec<_> = world.written.audit.iter().map(|entry| entry.activity).collect();
    assert_eq!(activities, [Activity::AddMember, Activity::AddMember], "the group itself did not change");
}

#[test]
fn nobody_is_put_into_a_dynamic_group() {
    let mut world = office();
    world.dynamic_group("north", "user.department -eq \"North\"").unwrap();
    assert_eq!(world.gather("north", &["ann"]), Err(Refusal::DynamicMembership));
}

#[test]
fn no_two_live_groups_have_one_unique_name() {
    let mut world = office();
    let taken = Err(Refusal::NameTaken("uniqueName"));
    world.found("one", unified("club"), &[], &[]).unwrap();
    assert_eq!(world.found("two", unified("CLUB"), &[], &[]), taken);
    assert_eq!(world.set_group("lab", [("uniqueName", text("Club"))]), taken);
    world.delete_group("one").unwrap();
    world.set_group("lab", [("uniqueName", text("club"))]).unwrap();
    let restore = Command::RestoreGroup(RestoreGroup::of(&world.group_facts("one").profile));
    assert_eq!(world.run(&restore), taken);
    world.delete_group("lab").unwrap();
    world.run(&restore).unwrap();
}

#[test]
fn what_is_looked_for_has_so_many_bytes_once_folded_and_not_one_more() {
    let mut world = office();
    // This letter has two bytes, and three in lower case.
    let long = "\u{23a}".repeat(FOLDED_BYTES_MAX / 3) + "x";
    let invalid = |property, resource| Err(Refusal::InvalidProperty { property, resource });
    world.set_group("lab", [("uniqueName", text(&long))]).unwrap();
    assert_eq!(world.found("one", unified(&(long.clone() + "x")), &[], &[]), invalid("uniqueName", "Group"));
    let mut reached_at = |user: &str, address: String| {
        let addresses = Value::List(vec![text("smtp:short"), text(&address)]);
        let profile = UserProfile {
            id: UserId(id(user)),
            principal_name: format!("{user}@contoso.example"),
            created_at: world.now(),
            properties: Properties(BTreeMap::from([("proxyAddresses".to_owned(), addresses)])),
        };
        world.run(&Command::CreateUser(CreateUser::told(profile, None)))
    };
    assert_eq!(reached_at("new", long.clone() + "x"), invalid("proxyAddresses", "User"));
    reached_at("new", long).unwrap();
}

#[test]
fn a_unique_name_and_hidden_members_are_for_good() {
    let mut world = office();
    let invalid = |property| Err(Refusal::InvalidProperty { property, resource: "Group" });
    world.set_group("lab", [("uniqueName", text("lab"))]).unwrap();
    assert_eq!(world.set_group("lab", [("uniqueName", text("laboratory"))]), invalid("uniqueName"));
    assert_eq!(world.set_group("lab", [("uniqueName", Value::Null)]), invalid("uniqueName"));
    assert_eq!(world.set_group("lab", [("visibility", text("HiddenMembership"))]), invalid("visibility"));
    world.set_group("lab", [("visibility", text("Public"))]).unwrap();
}

#[test]
fn what_a_client_asks_for_begins_by_the_clock_of_the_tenant_and_what_a_world_tells_of_as_it_was() {
    let mut world = office();
    let told = world.now();
    world.tenant().profile.clock_ahead_millis += DAY_MILLIS;
    let common = Properties(
        [("accountEnabled", Value::Bool(true)), ("displayName", text("x")), ("mailNickname", text("x"))]
            .map(|(name, value)| (name.to_owned(), value))
            .into(),
    );
    let asked = CreateUser {
        id: UserId(id("asked")),
        principal_name: Some("asked@contoso.example".to_owned()),
        properties: common.clone(),
        usage_location: None,
        manager: None,
        origin: create_user::Origin::Asked(Password::Given),
    };
    world.run(&Command::CreateUser(asked.clone())).unwrap();
    assert_eq!(world.user_facts("asked").profile.as_ref().unwrap().created_at, world.now());
    let without_name = CreateUser { id: UserId(id("nameless")), principal_name: None, ..asked };
    let required = Refusal::PropertyRequired { property: "userPrincipalName", resource: "User" };
    assert_eq!(world.run(&Command::CreateUser(without_name)), Err(required));

    let mut properties = common;
    properties.0.extend(["mailEnabled", "securityEnabled"].map(|name| (name.to_owned(), Value::Bool(true))));
    properties.0.remove("accountEnabled");
    let origin = create_group::Origin::Asked(None);
    let asked = CreateGroup { id: GroupId(id("club")), properties, members: Vec::new(), owners: Vec::new(), origin };
    world.run(&Command::CreateGroup(asked.clone())).unwrap();
    assert_eq!(world.group_facts("club").profile.created_at, world.now());
    let mut bare = CreateGroup { id: GroupId(id("bare")), ..asked };
    bare.properties.0.remove("displayName");
    let required = Refusal::PropertyRequired { property: "displayName", resource: "Group" };
    assert_eq!(world.run(&Command::CreateGroup(bare.clone())), Err(required));
    bare.origin = create_group::Origin::Told(told);
    world.run(&Command::CreateGroup(bare)).unwrap();
    assert_eq!(world.group_facts("bare").profile.created_at, told);
}

#[test]
fn whoever_makes_a_microsoft_365_group_owns_it_unless_it_names_others() {
    let mut world = office();
    let mut make = |group: &str, types: &[&str], owners: &[&str]| {
        let types = types.iter().map(|name| text(name)).collect();
        let properties = [
            ("displayName", text("x")),
            ("groupTypes", Value::List(types)),
            ("mailEnabled", Value::Bool(true)),
            ("mailNickname", text("x")),
            ("securityEnabled", Value::Bool(true)),
        ];
        let command = CreateGroup {
            id: GroupId(id(group)),
            properties: Properties(properties.map(|(name, value)| (name.to_owned(), value)).into()),
            members: Vec::new(),
            owners: owners.iter().map(|name| id(name)).collect(),
            origin: create_group::Origin::Asked(Some(id("ann"))),
        };
        world.run(&Command::CreateGroup(command)).unwrap();
        let written: Vec<_> = world.written.owners.iter().map(|(_, owner, _)| *owner).collect();
        ["ann", "bob"].map(|name| written.contains(&world.user_facts(name).key))
    };
    assert_eq!(make("club", &["Unified"], &[]), [true, false]);
    assert_eq!(make("other", &["Unified"], &["bob"]), [false, true]);
    assert_eq!(make("plain", &[], &[]), [false, false]);
}

#[test]
fn a_group_that_hides_its_members_is_in_no_other() {
    let mut world = office();
    let mut properties = unified("jury");
    world.found("open", properties.clone(), &[], &[]).unwrap();
    properties.0.insert("uniqueName".to_owned(), text("secret"));
    properties.0.insert("visibility".to_owned(), text("HiddenMembership"));
    world.found("secret", properties, &["ann"], &[]).unwrap();
    world.join("open", "lab").unwrap();
    let invalid = Err(Refusal::InvalidProperty { property: "members", resource: "Group" });
    assert_eq!(world.join("secret", "lab"), invalid);
    assert_eq!(world.gather("sales", &["bob", "secret"]), invalid);
}
