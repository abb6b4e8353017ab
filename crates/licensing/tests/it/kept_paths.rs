//! Paths that nobody wants any more and that a dependent still needs (specification 4.4, 4.8).

use crate::names::{all_of, lacks, without};
use crate::office::office;
use crate::world::{Answered, World};

/// Ann has E3 by sales, and a direct phone that needs it.
fn phone_on_top_of_sales() -> World {
    let mut world = office();
    world.license("sales", &[all_of("E3"), all_of("EMS")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.assign("ann", &[all_of("PHONE")], &[]).unwrap();
    world
}

fn needs_teams() -> Answered {
    Err(lacks("phone", &["teams", "skype"]))
}

#[test]
fn a_removal_that_would_orphan_a_direct_dependent_is_not_made() {
    let mut world = phone_on_top_of_sales();
    world.license("sales", &[], &["E3"]).unwrap();
    world.settle();
    let kept = "E3 by sales: ActiveWithError DependencyViolation";
    assert_eq!(world.states("ann"), [kept, "EMS by sales: Active", "PHONE by direct: Active"]);
    assert_eq!(world.consumed("E3"), 1);
}

#[test]
fn leaving_a_group_on_which_a_direct_dependent_rests_keeps_only_what_it_needs() {
    let mut world = phone_on_top_of_sales();
    world.leave("ann", "sales").unwrap();
    world.settle();
    let kept = "E3 by sales: ActiveWithError DependencyViolation";
    assert_eq!(world.states("ann"), [kept, "PHONE by direct: Active"]);
}

#[test]
fn disabling_a_plan_on_which_a_direct_dependent_rests_is_not_done() {
    let mut world = phone_on_top_of_sales();
    world.license("sales", &[without("E3", &["teams"])], &[]).unwrap();
    world.settle();
    let expected = [
        "E3 by sales: ActiveWithError DependencyViolation",
        "EMS by sales: ActiveWithError Other",
        "PHONE by direct: Active",
    ];
    assert_eq!(world.states("ann"), expected);
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.settle();
    assert_eq!(world.states("ann")[..2], ["E3 by sales: Active", "EMS by sales: Active"]);
}

#[test]
fn a_kept_path_goes_by_reprocessing_once_nothing_needs_it() {
    let mut world = phone_on_top_of_sales();
    world.leave("ann", "sales").unwrap();
    world.settle();
    world.assign("ann", &[], &["PHONE"]).unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["E3 by sales: ActiveWithError DependencyViolation"], "nothing heals by itself");
    world.reprocess("ann").unwrap();
    assert!(world.states("ann").is_empty());
    assert_eq!(world.consumed("E3"), 0);
}

#[test]
fn a_kept_path_goes_by_reprocessing_once_something_else_satisfies_the_dependent() {
    let mut world = phone_on_top_of_sales();
    world.leave("ann", "sales").unwrap();
    world.settle();
    world.assign("ann", &[all_of("SKYPE")], &[]).unwrap();
    world.reprocess("ann").unwrap();
    assert_eq!(world.states("ann"), ["PHONE by direct: Active", "SKYPE by direct: Active"]);
}

#[test]
fn reprocessing_that_cannot_heal_says_why_and_leaves_the_states_true() {
    let mut world = phone_on_top_of_sales();
    world.leave("ann", "sales").unwrap();
    assert_eq!(world.reprocess("ann"), needs_teams());
    let expected = ["E3 by sales: ActiveWithError DependencyViolation", "PHONE by direct: Active"];
    assert_eq!(world.states("ann"), expected);
    assert!(world.pending.users.is_empty());
}

#[test]
fn reprocessing_blames_only_what_the_wanted_change_would_orphan() {
    let mut world = phone_on_top_of_sales();
    world.needs("abc", &["docs"]);
    world.sku("ABC", 5, &["abc"]);
    world.assign("ann", &[all_of("ABC")], &[]).unwrap();
    world.license("sales", &[without("E3", &["teams"])], &[]).unwrap();
    world.settle();
    assert_eq!(world.reprocess("ann"), needs_teams(), "docs would stay, so abc is not in danger");
}

#[test]
fn a_swap_on_a_group_can_replace_what_a_direct_dependent_rests_on() {
    let mut world = phone_on_top_of_sales();
    world.license("sales", &[all_of("SKYPE")], &["E3"]).unwrap();
    world.settle();
    let expected = ["EMS by sales: Active", "PHONE by direct: Active", "SKYPE by sales: Active"];
    assert_eq!(world.states("ann"), expected);
}

#[test]
fn a_kept_path_stands_in_the_way_of_its_rivals() {
    let mut world = phone_on_top_of_sales();
    world.license("sales", &[all_of("KIOSK")], &["E3"]).unwrap();
    world.settle();
    let expected = [
        "E3 by sales: ActiveWithError DependencyViolation",
        "EMS by sales: ActiveWithError Other",
        "PHONE by direct: Active",
        "KIOSK by sales: Error MutuallyExclusiveViolation",
    ];
    assert_eq!(world.states("ann"), expected);
}

#[test]
fn a_chain_of_dependents_keeps_the_whole_chain() {
    let mut world = office();
    world.needs("talk", &["phone"]);
    world.sku("TALK", 5, &["talk"]);
    world.license("lab", &[all_of("E3")], &[]).unwrap();
    world.license("sales", &[all_of("PHONE"), all_of("SKYPE")], &[]).unwrap();
    world.join("ann", "lab").unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.assign("ann", &[all_of("TALK")], &[]).unwrap();
    world.leave("ann", "lab").unwrap();
    world.leave("ann", "sales").unwrap();
    world.settle();
    let expected = [
        "E3 by lab: ActiveWithError DependencyViolation",
        "PHONE by sales: ActiveWithError DependencyViolation",
        "SKYPE by sales: ActiveWithError DependencyViolation",
        "TALK by direct: Active",
    ];
    assert_eq!(world.states("ann"), expected);
}

#[test]
fn a_path_kept_for_a_dependent_still_names_its_deleted_group() {
    let mut world = phone_on_top_of_sales();
    world.license("sales", &[], &["E3", "EMS"]).unwrap();
    world.settle();
    world.delete_group("sales").unwrap();
    world.settle();
    let expected = ["E3 by sales: ActiveWithError DependencyViolation", "PHONE by direct: Active"];
    assert_eq!(world.states("ann"), expected);
    assert_eq!(world.reprocess("ann"), needs_teams());
    world.assign("ann", &[], &["PHONE"]).unwrap();
    world.reprocess("ann").unwrap();
    assert!(world.states("ann").is_empty());
}
