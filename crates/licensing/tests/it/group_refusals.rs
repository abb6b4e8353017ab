//! Why a change to a group is refused (specification 3.2, 4.1, 4.2, 4.8; decisions, "Groups").

use crate::names::{all_of, exclusive, id, lacks, not_found, sku_id, without};
use crate::office::{everybody_joins, office};
use crate::world::World;
use licensing::assignment::WantedLicense;
use licensing::decide::{create_group::CreateGroup, update_group::UpdateGroup};
use licensing::directory::{Properties, Value};
use licensing::{Command, Refusal};

/// The command is refused for this reason and writes nothing.
fn refused(world: &mut World, add: &[WantedLicense], remove: &[&str], refusal: Refusal) {
    assert_eq!(world.license("sales", add, remove), Err(refusal));
    assert!(world.written.is_empty());
}

fn secure(world: &mut World, group: &str, security_enabled: bool) -> Result<(), Refusal> {
    let properties = Properties([("securityEnabled".to_owned(), Value::Bool(security_enabled))].into());
    world.run(&Command::UpdateGroup(UpdateGroup { group: id(group), properties, members: Vec::new() })).map(drop)
}

#[test]
fn e5_an_unknown_sku_can_be_neither_added_nor_removed() {
    let mut world = office();
    refused(&mut world, &[all_of("E9")], &[], Refusal::UnknownSku(sku_id("E9")));
    refused(&mut world, &[], &["E9"], Refusal::UnknownSku(sku_id("E9")));
}

#[test]
fn e7_a_dependent_and_its_prerequisite_belong_into_the_same_group() {
    let mut world = office();
    world.license("lab", &[all_of("E3")], &[]).unwrap();
    everybody_joins(&mut world, "lab");
    everybody_joins(&mut world, "sales");
    refused(&mut world, &[all_of("PHONE")], &[], lacks("phone", &["teams", "skype"]));
    world.license("sales", &[all_of("PHONE"), all_of("SKYPE")], &[]).unwrap();
}

#[test]
fn e7_a_group_cannot_lose_a_prerequisite_of_its_own_licences() {
    let mut world = office();
    world.license("sales", &[all_of("E3"), all_of("PHONE")], &[]).unwrap();
    refused(&mut world, &[], &["E3"], lacks("phone", &["teams", "skype"]));
    refused(&mut world, &[without("E3", &["teams"])], &[], lacks("phone", &["teams", "skype"]));
    world.license("sales", &[all_of("SKYPE")], &["E3"]).unwrap();
}

#[test]
fn e8_a_group_cannot_have_rivals() {
    let mut world = office();
    refused(&mut world, &[all_of("E3"), all_of("KIOSK")], &[], exclusive("kiosk", "mail"));
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    refused(&mut world, &[all_of("KIOSK")], &[], exclusive("kiosk", "mail"));
    world.license("sales", &[all_of("KIOSK")], &["E3"]).unwrap();
}

#[test]
fn e9_a_company_sku_cannot_be_given_to_a_group() {
    refused(&mut office(), &[all_of("COMPANY")], &[], Refusal::NotAssignable(sku_id("COMPANY")));
}

#[test]
fn e10_a_request_that_changes_nothing_is_refused() {
    refused(&mut office(), &[], &[], Refusal::NothingToDo);
}

#[test]
fn e12_a_plan_of_another_sku_cannot_be_disabled() {
    refused(&mut office(), &[without("EMS", &["docs"])], &[], Refusal::PlanNotInSku(sku_id("EMS")));
}

#[test]
fn e13_e14_a_sku_is_named_once() {
    let mut world = office();
    let twice = Refusal::SkuNamedTwice(sku_id("E3"));
    refused(&mut world, &[all_of("E3"), all_of("E3")], &[], twice.clone());
    refused(&mut world, &[], &["E3", "E3"], twice.clone());
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    refused(&mut world, &[all_of("E3")], &["E3"], twice);
}

#[test]
fn e17_only_a_security_enabled_group_gets_licences() {
    let mut world = office();
    world.create_group("list", false).unwrap();
    assert_eq!(world.license("list", &[all_of("E3")], &[]), Err(Refusal::GroupNotEligible));
    secure(&mut world, "list", true).unwrap();
    world.license("list", &[all_of("E3")], &[]).unwrap();
}

#[test]
fn e17_a_group_with_licences_stays_security_enabled() {
    let mut world = office();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    assert_eq!(secure(&mut world, "sales", false), Err(Refusal::GroupNotEligible));
    world.license("sales", &[], &["E3"]).unwrap();
    secure(&mut world, "sales", false).unwrap();
}

#[test]
fn e18_a_group_with_licences_cannot_be_deleted() {
    let mut world = office();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    assert_eq!(world.delete_group("sales"), Err(Refusal::GroupHasLicenses));
    assert!(world.written.is_empty());
    world.license("sales", &[], &["E3"]).unwrap();
    world.delete_group("sales").unwrap();
}

#[test]
fn e20_a_group_that_does_not_exist_is_not_found() {
    let mut world = office();
    world.delete_group("lab").unwrap();
    for group in ["lab", "zoo", "ann"] {
        assert_eq!(world.license(group, &[all_of("E3")], &[]), Err(not_found(group)));
        assert_eq!(world.delete_group(group), Err(not_found(group)));
        assert_eq!(world.join("bob", group), Err(not_found(group)));
        assert_eq!(secure(&mut world, group, true), Err(not_found(group)));
    }
}

#[test]
fn a_licence_that_the_group_lacks_cannot_be_removed_from_it() {
    refused(&mut office(), &[], &["E3"], Refusal::NotOnGroup(sku_id("E3")));
}

#[test]
fn a_group_may_have_licences_that_nobody_can_get() {
    let mut world = office();
    world.license("sales", &[all_of("NONE")], &[]).unwrap();
    assert_eq!(world.consumed("NONE"), 0);
}

#[test]
fn a_member_joins_once_and_leaves_once() {
    let mut world = office();
    world.join("ann", "sales").unwrap();
    assert_eq!(world.join("ann", "sales"), Err(Refusal::ReferenceExists("members")));
    world.leave("ann", "sales").unwrap();
    assert_eq!(world.leave("ann", "sales"), Err(not_found("ann")));
}

#[test]
fn only_live_users_and_groups_join_a_group() {
    let mut world = office();
    world.delete_user("ann").unwrap();
    world.delete_group("lab").unwrap();
    for member in ["ann", "lab", "zoe"] {
        assert_eq!(world.join(member, "sales"), Err(not_found(member)));
    }
}

#[test]
fn a_group_cannot_be_a_member_of_itself() {
    let refusal = Refusal::InvalidProperty { property: "members", resource: "Group" };
    assert_eq!(office().join("sales", "sales"), Err(refusal));
}

#[test]
fn an_id_belongs_to_one_object_even_after_its_deletion() {
    let mut world = office();
    world.delete_user("ann").unwrap();
    let profile = world.group_facts("sales").profile.as_ref().clone();
    assert_eq!(world.create_user("sales", "x@contoso.example", None), Err(Refusal::NameTaken("id")));
    assert_eq!(world.run(&Command::CreateGroup(CreateGroup::told(profile))), Err(Refusal::NameTaken("id")));
    assert_eq!(world.create_group("ann", true), Err(Refusal::NameTaken("id")));
}

#[test]
fn two_live_users_cannot_have_one_principal_name() {
    let mut world = office();
    let taken = Err(Refusal::NameTaken("userPrincipalName"));
    assert_eq!(world.create_user("eve", "ANN@Contoso.example", None), taken);
    world.delete_user("ann").unwrap();
    world.create_user("eve", "ann@contoso.example", None).unwrap();
}
