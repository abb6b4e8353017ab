//! What is evaluated again by itself, and what waits to be asked (specification 4.6).

use crate::names::{all_of, country, plan_id, sku_id, without};
use crate::office::{everybody_joins, office};
use crate::world::World;
use licensing::Refusal;
use licensing::subscription::CapabilityStatus;

/// Ann has the only seat, bob and cyd wait for one.
fn two_wait_for_a_seat(world: &mut World) {
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    everybody_joins(world, "sales");
    assert_eq!(waiting(world), ["bob", "cyd"]);
}

fn waiting(world: &World) -> Vec<&'static str> {
    let waits = |user: &&str| world.states(user) == ["ONE by sales: Error CountViolation"];
    ["ann", "bob", "cyd"].into_iter().filter(waits).collect()
}

fn office_that_wakes_those_who_wait() -> World {
    let mut world = office();
    world.tenant().profile.settings.reprocess_when_seats_free = true;
    world
}

#[test]
fn a_freed_seat_heals_nobody() {
    let mut world = office();
    two_wait_for_a_seat(&mut world);
    world.leave("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.consumed("ONE"), 0);
    assert_eq!(waiting(&world), ["bob", "cyd"]);
}

#[test]
fn a_bought_seat_heals_nobody() {
    let mut world = office();
    two_wait_for_a_seat(&mut world);
    world.buy("ONE", 5);
    world.settle();
    assert_eq!(waiting(&world), ["bob", "cyd"]);
}

#[test]
fn reprocessing_a_user_takes_a_free_seat() {
    let mut world = office();
    two_wait_for_a_seat(&mut world);
    assert_eq!(world.reprocess("cyd"), Err(Refusal::NoSeat(sku_id("ONE"))));
    world.delete_user("ann").unwrap();
    world.reprocess("cyd").unwrap();
    assert_eq!(world.states("cyd"), ["ONE by sales: Active"]);
    assert_eq!(world.reprocess("bob"), Err(Refusal::NoSeat(sku_id("ONE"))));
}

#[test]
fn posting_a_groups_identical_licences_again_heals_its_members() {
    let mut world = office();
    two_wait_for_a_seat(&mut world);
    world.buy("ONE", 1);
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.settle();
    assert_eq!(waiting(&world), ["cyd"]);
}

#[test]
fn with_the_setting_on_freed_seats_go_to_those_who_wait() {
    let mut world = office_that_wakes_those_who_wait();
    two_wait_for_a_seat(&mut world);
    world.leave("ann", "sales").unwrap();
    world.settle();
    assert_eq!(waiting(&world), ["cyd"]);
    world.delete_user("bob").unwrap();
    world.settle();
    assert!(waiting(&world).is_empty());
    assert!(world.pending.skus.is_empty());
}

#[test]
fn with_the_setting_on_bought_seats_go_to_those_who_wait() {
    let mut world = office_that_wakes_those_who_wait();
    two_wait_for_a_seat(&mut world);
    world.buy("ONE", 1);
    world.settle();
    assert_eq!(waiting(&world), ["cyd"]);
    world.user("dan");
    world.join("dan", "sales").unwrap();
    world.buy("ONE", 1);
    world.buy("ONE", 1);
    world.settle_by(1);
    assert!(waiting(&world).is_empty());
    assert_eq!(world.states("dan"), ["ONE by sales: Active"]);
}

#[test]
fn with_the_setting_on_a_removed_direct_licence_goes_to_those_who_wait() {
    let mut world = office_that_wakes_those_who_wait();
    world.assign("ann", &[all_of("ONE")], &[]).unwrap();
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.join("bob", "sales").unwrap();
    world.settle();
    assert_eq!(waiting(&world), ["bob"]);
    world.assign("ann", &[], &["ONE"]).unwrap();
    world.settle();
    assert!(waiting(&world).is_empty());
}

#[test]
fn with_the_setting_on_a_seat_given_back_after_one_was_taken_wakes_those_in_between() {
    for users_max in [1, 1_000] {
        let mut world = office_that_wakes_those_who_wait();
        world.buy("ONE", 1);
        world.license("lab", &[all_of("ONE")], &[]).unwrap();
        world.license("sales", &[all_of("ONE")], &[]).unwrap();
        world.join("cyd", "lab").unwrap();
        world.settle();
        world.join("ann", "sales").unwrap();
        world.join("bob", "sales").unwrap();
        world.leave("cyd", "lab").unwrap();
        world.settle_by(users_max);
        assert!(waiting(&world).is_empty(), "ann took a seat, bob found none, cyd gave one back");
    }
}

#[test]
fn a_corrected_location_is_evaluated_again() {
    let mut world = office();
    world.locate("ann", Some(country("CN"))).unwrap();
    world.license("sales", &[all_of("CALLS")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.reprocess("ann"), Err(Refusal::ProhibitedInUsageLocation(sku_id("CALLS"))));
    world.locate("ann", Some(country("US"))).unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["CALLS by sales: Active"]);
}

#[test]
fn an_applied_licence_stays_when_the_user_moves() {
    let mut world = office();
    world.license("sales", &[all_of("CALLS")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.locate("ann", Some(country("CN"))).unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["CALLS by sales: Active"]);
}

#[test]
fn an_address_given_up_heals_nobody_until_reprocessing() {
    let mut world = office();
    world.address_taken("ann", true);
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.reprocess("ann"), Err(Refusal::AddressTaken));
    world.address_taken("ann", false);
    world.settle();
    assert_eq!(world.states("ann"), ["E3 by sales: Error UniquenessViolation"]);
    world.reprocess("ann").unwrap();
    assert_eq!(world.states("ann"), ["E3 by sales: Active"]);
}

#[test]
fn a_direct_change_that_removes_a_conflict_heals_nothing_until_reprocessing() {
    let mut world = office();
    world.assign("ann", &[all_of("KIOSK")], &[]).unwrap();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.assign("ann", &[], &["KIOSK"]).unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["E3 by sales: Error MutuallyExclusiveViolation"]);
    world.reprocess("ann").unwrap();
    assert_eq!(world.states("ann"), ["E3 by sales: Active"]);
}

#[test]
fn reprocessing_answers_the_first_reason_and_writes_what_is_true() {
    let mut world = office();
    world.license("lab", &[all_of("ONE")], &[]).unwrap();
    world.license("sales", &[all_of("E3"), all_of("NONE")], &[]).unwrap();
    world.join("ann", "lab").unwrap();
    world.join("ann", "sales").unwrap();
    assert_eq!(world.reprocess("ann"), Err(Refusal::NoSeat(sku_id("NONE"))));
    let expected = ["E3 by sales: Error Other", "ONE by lab: Active", "NONE by sales: Error CountViolation"];
    assert_eq!(world.states("ann"), expected);
    assert_eq!(world.consumed("ONE"), 1);
}

#[test]
fn paths_of_a_lapsed_sku_stay_active_and_new_ones_are_not_applied() {
    for status in [CapabilityStatus::Suspended, CapabilityStatus::LockedOut, CapabilityStatus::Deleted] {
        let mut world = office();
        world.license("sales", &[all_of("E3")], &[]).unwrap();
        world.join("ann", "sales").unwrap();
        world.settle();
        world.decay("E3", status);
        world.join("bob", "sales").unwrap();
        world.license("sales", &[all_of("E3")], &[]).unwrap();
        world.settle();
        assert_eq!(world.states("ann"), ["E3 by sales: Active"]);
        assert_eq!(world.states("bob"), ["E3 by sales: Error CountViolation"]);
        world.reprocess("ann").unwrap();
        assert!(world.written.paths.is_empty());
    }
}

#[test]
fn a_seat_of_a_lapsed_sku_opens_no_new_path_to_it() {
    let mut world = office();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.assign("bob", &[all_of("E3")], &[]).unwrap();
    world.settle();
    world.decay("E3", CapabilityStatus::Suspended);
    let none_free = Err(Refusal::NoSeat(sku_id("E3")));
    assert_eq!(world.assign("ann", &[all_of("E3")], &[]), none_free);
    world.join("bob", "sales").unwrap();
    world.settle();
    assert_eq!(world.states("bob"), ["E3 by direct: Active", "E3 by sales: Error CountViolation"]);
    // The path that is there already can still get other plans.
    world.assign("bob", &[without("E3", &["teams"])], &[]).unwrap();
    assert_eq!(world.consumed("E3"), 2);
}

#[test]
fn a_group_gives_licences_of_a_sku_in_its_grace_period() {
    let mut world = office();
    world.decay("E3", CapabilityStatus::Warning);
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["E3 by sales: Active"]);
}

/// Ann has the one seat of the club's licence, Ben waits for the one that was bought since.
fn a_free_seat(rule: &str) -> World {
    let mut world = World::new();
    world.sku("S", 1, &["p"]);
    world.group("club");
    world.dynamic_group("other", rule).unwrap();
    for user in ["ann", "ben"] {
        world.user(user);
        world.join(user, "club").unwrap();
    }
    world.license("club", &[all_of("S")], &[]).unwrap();
    world.settle();
    world.buy("S", 1);
    world.settle();
    assert_eq!(world.states("ben"), ["S by club: Error CountViolation"]);
    world
}

#[test]
fn a_changed_user_whom_no_rule_moves_is_not_healed() {
    for rule in ["user.city -eq \"x\"", "user.objectId -ne null", "user.employeeHireDate -ge system.now"] {
        let mut world = a_free_seat(rule);
        world.department("ben", "Garden").unwrap();
        world.settle();
        assert_eq!(world.states("ben"), ["S by club: Error CountViolation"], "{rule}");
    }
}

#[test]
fn a_changed_user_whom_a_rule_moves_is_evaluated_whole() {
    let mut world = a_free_seat("user.department -eq \"garden\"");
    world.department("ben", "Garden").unwrap();
    world.settle();
    assert_eq!(
        (world.members("other"), world.states("ben")),
        (vec!["ben".to_owned()], vec!["S by club: Active".to_owned()])
    );
}

#[test]
fn another_licence_of_whom_no_rule_moves_heals_nothing() {
    let plan = plan_id("p");
    let mut world = a_free_seat(&format!("user.assignedPlans -any (assignedPlan.servicePlanId -eq \"{plan}\")"));
    assert_eq!(world.members("other"), ["ann"]);
    world.sku("T", 1, &["t"]);
    world.assign("ben", &[all_of("T")], &[]).unwrap();
    world.settle();
    assert_eq!(world.states("ben"), ["S by club: Error CountViolation", "T by direct: Active"]);
    assert_eq!(world.misled(), []);
}
