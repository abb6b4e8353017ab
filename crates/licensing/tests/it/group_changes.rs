//! What a change of licences or members does to members (specification 4.3, 4.4, 4.8; decisions, "Groups").

use crate::names::{all_of, exclusive, sku_id, without};
use crate::office::{everybody_joins, office};
use crate::world::World;
use licensing::Refusal;
use licensing::assignment::Source;
use licensing::ids::GroupKey;

#[test]
fn removing_a_sku_from_a_group_removes_it_from_every_member() {
    let mut world = office();
    everybody_joins(&mut world, "sales");
    world.license("sales", &[all_of("E3"), all_of("EMS")], &[]).unwrap();
    world.settle();
    world.license("sales", &[], &["E3"]).unwrap();
    world.settle_by(1);
    for user in ["ann", "bob", "cyd"] {
        assert_eq!(world.states(user), ["EMS by sales: Active"]);
    }
    assert_eq!(world.consumed("E3"), 0);
}

#[test]
fn removing_a_sku_from_a_group_leaves_other_paths() {
    let mut world = office();
    everybody_joins(&mut world, "sales");
    world.join("bob", "lab").unwrap();
    world.assign("ann", &[all_of("E3")], &[]).unwrap();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.license("lab", &[all_of("E3")], &[]).unwrap();
    world.settle();
    world.license("sales", &[], &["E3"]).unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["E3 by direct: Active"]);
    assert_eq!(world.states("bob"), ["E3 by lab: Active"]);
    assert!(world.states("cyd").is_empty());
    assert_eq!(world.consumed("E3"), 2);
}

#[test]
fn a_wanted_path_that_was_never_applied_disappears_when_it_is_no_longer_wanted() {
    let mut world = office();
    world.license("sales", &[all_of("NONE"), all_of("E3")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.license("sales", &[], &["NONE"]).unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["E3 by sales: Active"]);
    world.leave("ann", "sales").unwrap();
    world.settle();
    let left: Vec<_> = world.user_facts("ann").paths.iter().map(|path| path.sku).collect();
    assert_eq!(left, [world.sku_key("E3")], "only what was applied leaves a trace");
}

#[test]
fn changed_plans_reach_every_member() {
    let mut world = office();
    everybody_joins(&mut world, "sales");
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.settle();
    world.license("sales", &[without("E3", &["mail"])], &[]).unwrap();
    world.settle();
    assert_eq!(world.states("cyd"), ["E3-mail by sales: Active"]);
    assert_eq!(world.consumed("E3"), 3);
}

#[test]
fn one_more_sku_without_seats_leaves_what_is_applied() {
    let mut world = office();
    world.license("sales", &[all_of("E3"), all_of("EMS")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.license("sales", &[all_of("NONE")], &[]).unwrap();
    world.settle();
    let expected = [
        "E3 by sales: ActiveWithError Other",
        "EMS by sales: ActiveWithError Other",
        "NONE by sales: Error CountViolation",
    ];
    assert_eq!(world.states("ann"), expected);
    assert_eq!(world.licenses("ann"), ["E3", "EMS"]);
    world.license("sales", &[], &["NONE"]).unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["E3 by sales: Active", "EMS by sales: Active"]);
}

#[test]
fn changed_plans_that_conflict_leave_the_old_ones() {
    let mut world = office();
    world.license("sales", &[without("E3", &["mail"]), all_of("EMS")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.assign("ann", &[all_of("KIOSK")], &[]).unwrap();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.settle();
    let expected = [
        "E3-mail by sales: ActiveWithError MutuallyExclusiveViolation",
        "EMS by sales: ActiveWithError Other",
        "KIOSK by direct: Active",
    ];
    assert_eq!(world.states("ann"), expected);
}

#[test]
fn a_group_can_swap_rivals_in_one_call() {
    let mut world = office();
    everybody_joins(&mut world, "sales");
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.settle();
    world.license("sales", &[all_of("KIOSK")], &["E3"]).unwrap();
    world.settle();
    assert_eq!(world.states("bob"), ["KIOSK by sales: Active"]);
    assert_eq!((world.consumed("E3"), world.consumed("KIOSK")), (0, 3));
}

#[test]
fn a_group_deleted_before_its_members_were_visited_still_loses_its_paths() {
    let mut world = office();
    everybody_joins(&mut world, "sales");
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.settle();
    world.license("sales", &[], &["E3"]).unwrap();
    world.delete_group("sales").unwrap();
    world.settle();
    assert_eq!(world.consumed("E3"), 0);
    assert!(world.states("ann").is_empty());
}

#[test]
fn leaving_a_conflicting_group_lets_the_blocked_one_apply() {
    let mut world = office();
    world.license("lab", &[all_of("E3")], &[]).unwrap();
    world.license("sales", &[all_of("KIOSK")], &[]).unwrap();
    world.join("ann", "lab").unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.reprocess("ann"), Err(exclusive("kiosk", "mail")));
    world.leave("ann", "lab").unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["KIOSK by sales: Active"]);
}

/// Ann has E3 by sales and waits for lab's kiosk; sales has given up the mailbox, and lab is tried first.
fn room_will_be_made() -> World {
    let mut world = office();
    world.join("ann", "sales").unwrap();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.settle();
    world.license("lab", &[all_of("KIOSK")], &[]).unwrap();
    world.license("sales", &[without("E3", &["mail"])], &[]).unwrap();
    world.join("ann", "lab").unwrap();
    world
}

const ROOM_WAS_MADE: [&str; 2] = ["E3-mail by sales: Active", "KIOSK by lab: Active"];

#[test]
fn a_group_that_gives_up_plans_makes_room_for_one_tried_before_it() {
    let mut world = room_will_be_made();
    world.reprocess("ann").unwrap();
    assert_eq!(world.states("ann"), ROOM_WAS_MADE);
    world.reprocess("ann").unwrap();
    assert!(world.written.paths.is_empty());
}

#[test]
fn a_user_restored_after_a_group_gave_up_plans_needs_no_reprocessing() {
    let mut world = room_will_be_made();
    world.delete_user("ann").unwrap();
    world.settle();
    world.restore_user("ann").unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ROOM_WAS_MADE);
}

#[test]
fn a_deleted_user_is_passed_over_and_catches_up_when_it_is_restored() {
    let mut world = office();
    everybody_joins(&mut world, "sales");
    world.license("sales", &[all_of("E3"), all_of("EMS")], &[]).unwrap();
    world.settle();
    world.delete_user("ann").unwrap();
    world.license("sales", &[], &["E3"]).unwrap();
    world.settle();
    assert_eq!((world.consumed("E3"), world.consumed("EMS")), (0, 2));
    assert_eq!(world.licenses("ann"), ["E3", "EMS"]);
    world.restore_user("ann").unwrap();
    assert_eq!((world.consumed("E3"), world.consumed("EMS")), (1, 3));
    world.settle();
    assert_eq!(world.states("ann"), ["EMS by sales: Active"]);
    assert_eq!(world.consumed("E3"), 0);
}

#[test]
fn a_user_is_restored_with_group_licences_beyond_the_limit() {
    let mut world = office();
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.delete_user("ann").unwrap();
    world.assign("bob", &[all_of("ONE")], &[]).unwrap();
    world.restore_user("ann").unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["ONE by sales: Active"]);
    assert_eq!(world.consumed("ONE"), 2);
    assert_eq!(world.assign("cyd", &[all_of("ONE")], &[]), Err(Refusal::NoSeat(sku_id("ONE"))));
}

#[test]
fn a_path_that_could_not_be_applied_remembers_since_when_it_is_wanted() {
    let mut world = office();
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.assign("bob", &[all_of("ONE")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    let wanted = world.now();
    world.license("sales", &[all_of("NONE")], &[]).unwrap();
    world.assign("bob", &[], &["ONE"]).unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["ONE by sales: Error Other", "NONE by sales: Error CountViolation"]);
    let sales = Source::Group(GroupKey(1));
    let path = world.user_facts("ann").path(world.sku_key("ONE"), sales).unwrap();
    assert_eq!((path.assigned_at, path.updated_at), (wanted, world.now()));
    world.license("sales", &[], &["NONE"]).unwrap();
    world.settle();
    let path = world.user_facts("ann").path(world.sku_key("ONE"), sales).unwrap();
    assert_eq!((path.assigned_at, path.updated_at), (world.now(), world.now()), "since when it is applied");
}
