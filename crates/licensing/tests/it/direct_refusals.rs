//! Why `POST /users/{id}/assignLicense` is refused (specification 3.2).

use crate::names::{all_of, country, exclusive, lacks, not_found, sku_id, user_ref, without};
use crate::office::office;
use crate::world::World;
use licensing::assignment::WantedLicense;
use licensing::decide::assign_to_user::AssignToUser;
use licensing::facts::UserRef;
use licensing::{Command, Refusal};

/// The command is refused for this reason and writes nothing.
fn refused(world: &mut World, add: &[WantedLicense], remove: &[&str], refusal: Refusal) {
    let before = world.states("ann");
    assert_eq!(world.assign("ann", add, remove), Err(refusal));
    assert!(world.written.is_empty());
    assert_eq!(world.states("ann"), before);
}

#[test]
fn e2_a_user_without_a_usage_location_gets_no_direct_licence() {
    let mut world = office();
    world.locate("ann", None).unwrap();
    refused(&mut world, &[all_of("E3")], &[], Refusal::NoUsageLocation);
}

#[test]
fn e2_the_tenants_location_does_not_stand_in_for_the_users() {
    let mut world = office();
    world.tenant().profile.default_usage_location = Some(country("DE"));
    world.locate("ann", None).unwrap();
    refused(&mut world, &[all_of("E3")], &[], Refusal::NoUsageLocation);
}

#[test]
fn e2_changing_only_plans_needs_a_usage_location_too() {
    let mut world = office();
    world.assign("ann", &[all_of("E3")], &[]).unwrap();
    world.locate("ann", None).unwrap();
    refused(&mut world, &[without("E3", &["docs"])], &[], Refusal::NoUsageLocation);
}

#[test]
fn e3_a_sku_that_the_user_does_not_hold_cannot_be_removed() {
    refused(&mut office(), &[], &["E3"], Refusal::NotHeld(sku_id("E3")));
}

#[test]
fn e3_a_sku_that_was_removed_before_is_not_held() {
    let mut world = office();
    world.assign("ann", &[all_of("E3")], &[]).unwrap();
    world.assign("ann", &[], &["E3"]).unwrap();
    refused(&mut world, &[], &["E3"], Refusal::NotHeld(sku_id("E3")));
}

#[test]
fn e4_an_inherited_sku_cannot_be_removed_from_the_user() {
    let mut world = office();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    refused(&mut world, &[], &["E3"], Refusal::Inherited(sku_id("E3")));
}

#[test]
fn e4_an_inherited_sku_that_could_not_be_applied_cannot_be_removed_either() {
    let mut world = office();
    world.license("sales", &[all_of("NONE")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["NONE by sales: Error CountViolation"]);
    refused(&mut world, &[], &["NONE"], Refusal::Inherited(sku_id("NONE")));
}

#[test]
fn e5_an_unknown_sku_can_be_neither_added_nor_removed() {
    let mut world = office();
    refused(&mut world, &[all_of("E9")], &[], Refusal::UnknownSku(sku_id("E9")));
    refused(&mut world, &[], &["E9"], Refusal::UnknownSku(sku_id("E9")));
}

#[test]
fn e5_a_product_that_the_tenant_never_bought_is_unknown() {
    let mut world = office();
    world.product("E5", licensing::catalog::AppliesTo::User, &["docs"]);
    refused(&mut world, &[all_of("E5")], &[], Refusal::UnknownSku(sku_id("E5")));
}

#[test]
fn e6_without_a_seat_nobody_gets_a_licence() {
    let mut world = office();
    world.assign("bob", &[all_of("ONE")], &[]).unwrap();
    refused(&mut world, &[all_of("ONE")], &[], Refusal::NoSeat(sku_id("ONE")));
}

#[test]
fn e7_an_enabled_plan_needs_one_of_its_prerequisites() {
    refused(&mut office(), &[all_of("PHONE")], &[], lacks("phone", &["teams", "skype"]));
}

#[test]
fn e7_removing_the_last_prerequisite_is_refused() {
    let mut world = office();
    world.assign("ann", &[all_of("E3"), all_of("PHONE")], &[]).unwrap();
    refused(&mut world, &[], &["E3"], lacks("phone", &["teams", "skype"]));
}

#[test]
fn e7_disabling_the_last_prerequisite_is_refused() {
    let mut world = office();
    world.assign("ann", &[all_of("E3"), all_of("PHONE")], &[]).unwrap();
    refused(&mut world, &[without("E3", &["teams"])], &[], lacks("phone", &["teams", "skype"]));
}

#[test]
fn e7_names_the_smallest_dependent_and_its_alternatives_as_the_catalogue_lists_them() {
    let mut world = office();
    world.needs("zebra", &["docs"]);
    world.needs("apple", &["rights", "docs", "intune"]);
    world.sku("ZOO", 1, &["zebra", "apple"]);
    refused(&mut world, &[all_of("ZOO")], &[], lacks("apple", &["rights", "docs", "intune"]));
}

#[test]
fn e8_plans_that_exclude_each_other_cannot_be_added_together() {
    refused(&mut office(), &[all_of("E3"), all_of("KIOSK")], &[], exclusive("kiosk", "mail"));
}

#[test]
fn e8_a_plan_cannot_be_added_to_its_rival_whichever_was_first() {
    let mut world = office();
    world.assign("ann", &[all_of("KIOSK")], &[]).unwrap();
    refused(&mut world, &[all_of("E3")], &[], exclusive("kiosk", "mail"));
    world.assign("bob", &[all_of("E3")], &[]).unwrap();
    assert_eq!(world.assign("bob", &[all_of("KIOSK")], &[]), Err(exclusive("kiosk", "mail")));
}

#[test]
fn e8_an_inherited_plan_counts() {
    let mut world = office();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    refused(&mut world, &[all_of("KIOSK")], &[], exclusive("kiosk", "mail"));
}

#[test]
fn e8_enabling_a_rival_again_is_refused() {
    let mut world = office();
    world.assign("ann", &[without("E3", &["mail"]), all_of("KIOSK")], &[]).unwrap();
    refused(&mut world, &[all_of("E3")], &[], exclusive("kiosk", "mail"));
}

#[test]
fn e9_a_company_sku_cannot_be_given_to_a_user() {
    refused(&mut office(), &[all_of("COMPANY")], &[], Refusal::NotAssignable(sku_id("COMPANY")));
}

#[test]
fn e10_a_request_that_changes_nothing_is_refused() {
    refused(&mut office(), &[], &[], Refusal::NothingToDo);
}

#[test]
fn e12_a_plan_of_another_sku_cannot_be_disabled() {
    refused(&mut office(), &[without("EMS", &["docs"])], &[], Refusal::PlanNotInSku(sku_id("EMS")));
    refused(&mut office(), &[without("EMS", &["intune", "nothing"])], &[], Refusal::PlanNotInSku(sku_id("EMS")));
}

#[test]
fn e13_a_sku_cannot_be_added_and_removed_at_once() {
    let mut world = office();
    world.assign("ann", &[all_of("E3")], &[]).unwrap();
    refused(&mut world, &[all_of("E3")], &["E3"], Refusal::SkuNamedTwice(sku_id("E3")));
}

#[test]
fn e14_a_sku_cannot_be_named_twice_in_one_list() {
    let mut world = office();
    let twice = Refusal::SkuNamedTwice(sku_id("E3"));
    refused(&mut world, &[all_of("E3"), without("E3", &["docs"])], &[], twice.clone());
    refused(&mut world, &[], &["E3", "E3"], twice);
}

#[test]
fn e15_a_mailbox_needs_addresses_that_nobody_else_has() {
    let mut world = office();
    world.address_taken("ann", true);
    refused(&mut world, &[all_of("E3")], &[], Refusal::AddressTaken);
    world.assign("ann", &[without("E3", &["mail"]), all_of("EMS")], &[]).unwrap();
}

#[test]
fn e16_a_service_is_not_given_where_it_is_not_offered() {
    let mut world = office();
    world.locate("ann", Some(country("CN"))).unwrap();
    refused(&mut world, &[all_of("CALLS")], &[], Refusal::ProhibitedInUsageLocation(sku_id("CALLS")));
    world.assign("ann", &[without("CALLS", &["calls"])], &[]).unwrap();
}

#[test]
fn e20_a_user_that_does_not_exist_is_not_found() {
    let mut world = office();
    assert_eq!(world.assign("zoe", &[all_of("E3")], &[]), Err(not_found("zoe")));
    assert_eq!(world.assign("sales", &[all_of("E3")], &[]), Err(not_found("sales")));
}

#[test]
fn e20_a_deleted_user_is_not_found() {
    let mut world = office();
    world.delete_user("ann").unwrap();
    refused(&mut world, &[all_of("E3")], &[], not_found("ann"));
    assert_eq!(world.reprocess("ann"), Err(not_found("ann")));
    assert_eq!(world.delete_user("ann"), Err(not_found("ann")));
}

#[test]
fn e20_names_the_user_as_the_client_did() {
    let user = UserRef::parse("Nobody@contoso.example");
    let command = AssignToUser { user, add: vec![all_of("E3")], remove: Vec::new() };
    let refusal = Refusal::ObjectNotFound("Nobody@contoso.example".to_owned());
    assert_eq!(office().run(&Command::AssignToUser(command)), Err(refusal));
}

#[test]
fn a_user_is_found_by_its_principal_name_in_any_case() {
    let user = UserRef::parse("ANN@Contoso.example");
    let mut world = office();
    let command = AssignToUser { user, add: vec![all_of("E3")], remove: Vec::new() };
    world.run(&Command::AssignToUser(command)).unwrap();
    assert_eq!(world.licenses("ann"), ["E3"]);
    assert!(matches!(user_ref("ann"), UserRef::Id(_)));
}

#[test]
fn one_refused_licence_refuses_the_whole_request() {
    let mut world = office();
    world.assign("ann", &[all_of("SKYPE")], &[]).unwrap();
    refused(&mut world, &[all_of("EMS"), all_of("NONE")], &["SKYPE"], Refusal::NoSeat(sku_id("NONE")));
    assert_eq!(world.consumed("EMS"), 0);
    assert_eq!(world.licenses("ann"), ["SKYPE"]);
}
