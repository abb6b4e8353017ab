//! What a direct licence does in each situation of specification 3.3.

use crate::names::{all_of, lacks, not_found, sku_id, without};
use crate::office::office;
use licensing::Refusal;
use licensing::assignment::Source;
use licensing::subscription::CapabilityStatus;

#[test]
fn adding_a_licence_again_replaces_its_disabled_plans_and_takes_no_seat() {
    let mut world = office();
    world.assign("ann", &[without("E3", &["docs"])], &[]).unwrap();
    world.assign("ann", &[without("E3", &["mail"])], &[]).unwrap();
    assert_eq!(world.states("ann"), ["E3-mail by direct: Active"]);
    world.assign("ann", &[all_of("E3")], &[]).unwrap();
    assert_eq!(world.states("ann"), ["E3 by direct: Active"]);
    assert_eq!(world.consumed("E3"), 1);
}

#[test]
fn adding_an_identical_licence_again_succeeds_and_writes_nothing() {
    let mut world = office();
    world.assign("ann", &[without("E3", &["docs"])], &[]).unwrap();
    world.assign("ann", &[without("E3", &["docs", "docs"])], &[]).unwrap();
    assert!(world.written.is_empty());
}

#[test]
fn plans_of_a_licence_can_be_changed_when_no_seat_is_left() {
    let mut world = office();
    world.assign("ann", &[all_of("ONE")], &[]).unwrap();
    world.assign("ann", &[without("ONE", &["one"])], &[]).unwrap();
    assert_eq!(world.licenses("ann"), ["ONE-one"]);
}

#[test]
fn a_changed_licence_keeps_the_time_since_which_it_is_assigned() {
    let mut world = office();
    world.assign("ann", &[all_of("E3")], &[]).unwrap();
    let assigned = world.now();
    world.assign("ann", &[without("E3", &["docs"])], &[]).unwrap();
    let path = world.user_facts("ann").path(world.sku_key("E3"), Source::Direct).unwrap();
    assert_eq!((path.assigned_at, path.updated_at), (assigned, world.now()));
}

#[test]
fn a_direct_licence_beside_an_inherited_one_makes_two_states_and_takes_one_seat() {
    let mut world = office();
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.assign("ann", &[all_of("ONE")], &[]).unwrap();
    assert_eq!(world.states("ann"), ["ONE by direct: Active", "ONE by sales: Active"]);
    assert_eq!(world.licenses("ann"), ["ONE"]);
    assert_eq!(world.consumed("ONE"), 1);
}

#[test]
fn removing_a_direct_licence_leaves_the_inherited_one() {
    let mut world = office();
    world.assign("ann", &[all_of("E3")], &[]).unwrap();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.assign("ann", &[], &["E3"]).unwrap();
    assert_eq!(world.states("ann"), ["E3 by sales: Active"]);
    assert_eq!(world.consumed("E3"), 1);
}

#[test]
fn a_direct_licence_can_enable_more_than_the_group_gives_and_not_less() {
    let mut world = office();
    world.license("sales", &[without("E3", &["docs", "mail"])], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.assign("ann", &[without("E3", &["mail", "teams"])], &[]).unwrap();
    assert_eq!(world.licenses("ann"), ["E3-mail"]);
}

#[test]
fn a_swap_is_judged_by_its_result() {
    let mut world = office();
    world.assign("ann", &[all_of("KIOSK")], &[]).unwrap();
    world.assign("ann", &[all_of("E3")], &["KIOSK"]).unwrap();
    assert_eq!(world.licenses("ann"), ["E3"]);
    assert_eq!((world.consumed("E3"), world.consumed("KIOSK")), (1, 0));
}

#[test]
fn a_swap_can_replace_the_prerequisite_of_a_plan() {
    let mut world = office();
    world.assign("ann", &[all_of("E3"), all_of("PHONE")], &[]).unwrap();
    world.assign("ann", &[all_of("SKYPE")], &["E3"]).unwrap();
    assert_eq!(world.licenses("ann"), ["PHONE", "SKYPE"]);
}

#[test]
fn a_swap_needs_a_seat_of_the_new_sku() {
    let mut world = office();
    world.assign("bob", &[all_of("ONE")], &[]).unwrap();
    world.assign("ann", &[all_of("E3")], &[]).unwrap();
    assert_eq!(world.assign("ann", &[all_of("ONE")], &["E3"]), Err(Refusal::NoSeat(sku_id("ONE"))));
}

#[test]
fn licences_that_depend_on_each_other_can_be_added_together_in_any_order() {
    let mut world = office();
    world.assign("ann", &[all_of("PHONE"), all_of("E3")], &[]).unwrap();
    world.assign("bob", &[all_of("E3"), all_of("PHONE")], &[]).unwrap();
    assert_eq!(world.licenses("ann"), ["E3", "PHONE"]);
    assert_eq!(world.licenses("bob"), ["E3", "PHONE"]);
}

#[test]
fn a_dependent_and_its_prerequisite_can_be_removed_together() {
    let mut world = office();
    world.assign("ann", &[all_of("E3"), all_of("PHONE")], &[]).unwrap();
    world.assign("ann", &[], &["E3", "PHONE"]).unwrap();
    assert!(world.licenses("ann").is_empty());
}

#[test]
fn an_inherited_plan_satisfies_a_direct_dependent() {
    let mut world = office();
    world.license("sales", &[all_of("SKYPE")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.assign("ann", &[all_of("PHONE")], &[]).unwrap();
    assert_eq!(world.assign("bob", &[all_of("PHONE")], &[]), Err(lacks("phone", &["teams", "skype"])));
}

#[test]
fn a_sku_in_its_grace_period_can_be_assigned_and_one_beyond_it_cannot() {
    let mut world = office();
    world.decay("E3", CapabilityStatus::Warning);
    world.assign("ann", &[all_of("E3")], &[]).unwrap();
    for status in [CapabilityStatus::Suspended, CapabilityStatus::LockedOut, CapabilityStatus::Deleted] {
        world.decay("E3", status);
        assert_eq!(world.assign("bob", &[all_of("E3")], &[]), Err(Refusal::NoSeat(sku_id("E3"))));
    }
}

#[test]
fn an_expired_licence_stays_and_can_be_changed_and_removed() {
    let mut world = office();
    world.assign("ann", &[all_of("E3")], &[]).unwrap();
    world.decay("E3", CapabilityStatus::Suspended);
    assert_eq!(world.states("ann"), ["E3 by direct: Active"]);
    assert_eq!((world.consumed("E3"), world.facts.available(world.sku_key("E3"))), (1, -1));
    world.assign("ann", &[without("E3", &["docs"])], &[]).unwrap();
    world.assign("ann", &[], &["E3"]).unwrap();
    assert!(world.licenses("ann").is_empty());
}

#[test]
fn seats_of_all_usable_purchases_add_up() {
    let mut world = office();
    world.buy("ONE", 1);
    world.assign("ann", &[all_of("ONE")], &[]).unwrap();
    world.assign("bob", &[all_of("ONE")], &[]).unwrap();
    assert_eq!(world.assign("cyd", &[all_of("ONE")], &[]), Err(Refusal::NoSeat(sku_id("ONE"))));
}

#[test]
fn two_skus_that_share_plans_take_a_seat_each() {
    let mut world = office();
    world.sku("E1", 5, &["docs", "teams"]);
    world.assign("ann", &[all_of("E1"), all_of("E3")], &[]).unwrap();
    assert_eq!((world.consumed("E1"), world.consumed("E3")), (1, 1));
}

#[test]
fn removing_a_licence_needs_no_usage_location() {
    let mut world = office();
    world.assign("ann", &[all_of("E3")], &[]).unwrap();
    world.locate("ann", None).unwrap();
    world.assign("ann", &[], &["E3"]).unwrap();
    assert!(world.licenses("ann").is_empty());
}

#[test]
fn a_deleted_user_frees_its_seats_and_keeps_its_licences_on_record() {
    let mut world = office();
    world.assign("ann", &[all_of("E3"), all_of("ONE")], &[]).unwrap();
    world.delete_user("ann").unwrap();
    assert_eq!((world.consumed("E3"), world.consumed("ONE")), (0, 0));
    assert_eq!(world.licenses("ann"), ["E3", "ONE"]);
    world.assign("bob", &[all_of("ONE")], &[]).unwrap();
}

#[test]
fn a_restored_user_gets_its_licences_back_even_when_no_seat_is_free() {
    let mut world = office();
    world.assign("ann", &[all_of("ONE")], &[]).unwrap();
    world.delete_user("ann").unwrap();
    world.assign("bob", &[all_of("ONE")], &[]).unwrap();
    world.restore_user("ann").unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["ONE by direct: Active"]);
    assert_eq!((world.consumed("ONE"), world.facts.available(world.sku_key("ONE"))), (2, -1));
}

#[test]
fn only_a_deleted_user_can_be_restored() {
    let mut world = office();
    assert_eq!(world.restore_user("ann"), Err(not_found("ann")));
    assert_eq!(world.restore_user("sales"), Err(not_found("sales")));
    assert_eq!(world.restore_user("zoe"), Err(not_found("zoe")));
}

#[test]
fn a_user_whose_name_was_given_away_cannot_be_restored() {
    let mut world = office();
    world.delete_user("ann").unwrap();
    world.create_user("anna", "ANN@contoso.example", None).unwrap();
    assert_eq!(world.restore_user("ann"), Err(Refusal::NameTaken("userPrincipalName")));
}
