//! Rules about other objects (specification 7.4): managers and groups that come and go; and rules that are run again.

use crate::dynamic_groups::{SALES, has_plan, member_of, people, refused, status, text};
use crate::names::{all_of, id};
use crate::work::Pending;
use crate::world::World;
use licensing::Command;
use licensing::decide::{create_group::CreateGroup, restore_group::RestoreGroup, set_clock::SetClock};
use licensing::directory::{GroupProfile, Properties, Value};
use licensing::dynamic_group::RuleStatus;
use licensing::ids::GroupId;
use licensing::time::DAY_MILLIS;

fn reports_of(manager: &str) -> String {
    format!("Direct Reports for \"{}\"", id(manager))
}

#[test]
fn reports_of_a_manager_come_and_go_with_their_manager() {
    let mut world = people();
    world.reports_to("ann", Some("eve")).unwrap();
    world.dynamic_group("eves", &reports_of("eve")).unwrap();
    world.settle();
    assert_eq!(world.members("eves"), ["ann"], "not Eve herself");
    world.reports_to("ben", Some("eve")).unwrap();
    world.reports_to("ann", Some("ben")).unwrap();
    world.settle();
    assert_eq!(world.members("eves"), ["ben"], "nor who reports to a report");
    world.reports_to("ben", None).unwrap();
    world.settle();
    assert!(world.members("eves").is_empty());
}

#[test]
fn a_deleted_manager_has_no_reports_until_it_is_restored() {
    let mut world = people();
    world.sku("S", 5, &["p"]);
    world.reports_to("ann", Some("eve")).unwrap();
    world.dynamic_group("eves", &reports_of("eve")).unwrap();
    world.license("eves", &[all_of("S")], &[]).unwrap();
    world.settle();
    assert_eq!(world.licenses("ann"), ["S"]);
    world.delete_user("eve").unwrap();
    world.settle_by(1);
    assert_eq!((world.members("eves"), world.consumed("S")), (Vec::new(), 0));
    world.restore_user("eve").unwrap();
    world.settle_by(1);
    assert_eq!((world.members("eves"), world.consumed("S")), (vec!["ann".to_owned()], 1));
}

#[test]
fn a_paused_rule_follows_its_manager_when_it_is_on_again() {
    let mut world = people();
    world.reports_to("ann", Some("eve")).unwrap();
    world.dynamic_group("eves", &reports_of("eve")).unwrap();
    world.settle();
    world.turn("eves", "Paused").unwrap();
    world.delete_user("eve").unwrap();
    world.settle();
    assert_eq!(world.members("eves"), ["ann"]);
    world.turn("eves", "On").unwrap();
    world.settle();
    assert!(world.members("eves").is_empty());
}

#[test]
fn a_rule_may_name_a_manager_who_comes_later_and_ids_that_are_none() {
    let mut world = people();
    world.dynamic_group("zoes", &reports_of("zoe")).unwrap();
    world.dynamic_group("nobodys", "Direct Reports for \"zoe\"").unwrap();
    world.settle();
    world.user("zoe");
    world.reports_to("ben", Some("zoe")).unwrap();
    world.settle();
    assert_eq!((world.members("zoes"), world.members("nobodys")), (vec!["ben".to_owned()], Vec::new()));
}

#[test]
fn who_joins_a_group_that_a_rule_names_follows_and_who_leaves_stays_for_now() {
    let mut world = people();
    world.group("club");
    world.dynamic_group("sellers", SALES).unwrap();
    world.dynamic_group("friends", &member_of(&["club", "sellers"])).unwrap();
    world.join("eve", "club").unwrap();
    world.settle();
    assert_eq!(world.members("friends"), ["ann", "ben", "eve"]);
    world.leave("eve", "club").unwrap();
    world.settle();
    assert_eq!(world.members("friends"), ["ann", "ben", "eve"]);
    world.department("eve", "Garden").unwrap();
    world.settle();
    assert_eq!(world.members("friends"), ["ann", "ben"], "another change has the user looked at");
    world.rule("friends", &member_of(&["sellers", "nowhere"])).unwrap();
    world.settle();
    assert_eq!(world.members("friends"), ["ann", "ben"]);
}

/// Eve is in the club, whose members are friends.
fn friends_of_a_club() -> World {
    let mut world = people();
    let unified = Value::List(vec![text("Unified")]);
    let properties = Properties([("groupTypes".to_owned(), unified)].into());
    let profile = GroupProfile { id: GroupId(id("club")), created_at: world.now(), properties };
    world.run(&Command::CreateGroup(CreateGroup::told(profile))).unwrap();
    world.dynamic_group("friends", &member_of(&["club"])).unwrap();
    world.join("eve", "club").unwrap();
    world.settle();
    assert_eq!(world.members("friends"), ["eve"]);
    world
}

#[test]
fn members_of_a_deleted_group_stay_until_they_are_looked_at() {
    let mut world = friends_of_a_club();
    world.delete_group("club").unwrap();
    assert_eq!(world.pending, Pending::default());
    assert_eq!(world.members("friends"), ["eve"]);
    world.department("eve", "Garden").unwrap();
    world.settle();
    assert!(world.members("friends").is_empty());
}

#[test]
fn a_restored_group_is_named_again() {
    let mut world = friends_of_a_club();
    world.delete_group("club").unwrap();
    world.run(&Command::RestoreGroup(RestoreGroup::of(&world.group_facts("club").profile))).unwrap();
    world.join("ann", "club").unwrap();
    world.department("eve", "Garden").unwrap();
    world.settle();
    assert_eq!(world.members("friends"), ["ann", "eve"]);
}

#[test]
fn a_rule_that_is_queued_again_has_not_started() {
    let mut world = people();
    world.sku("A", 9, &["a"]);
    world.dynamic_group("first", &has_plan("a")).unwrap();
    world.dynamic_group("eves", &reports_of("eve")).unwrap();
    world.dynamic_group("staff", "user.employeeHireDate -le system.now").unwrap();
    world.settle();
    let (done, queued) = (Some(RuleStatus::Succeeded), Some(RuleStatus::NotStarted));
    let states = |world: &World| ["first", "eves", "staff"].map(|group| status(world, group));
    assert_eq!(states(&world), [done, done, done]);
    world.buy("A", 1);
    assert_eq!(states(&world), [queued, done, done]);
    world.delete_user("eve").unwrap();
    assert_eq!(states(&world), [queued, queued, done]);
    world.run(&Command::SetClock(SetClock::ForwardMillis(DAY_MILLIS))).unwrap();
    assert_eq!(states(&world), [queued, queued, queued]);
    world.settle();
    assert_eq!(states(&world), [done, done, done]);
}

#[test]
fn rules_about_groups_are_not_chained() {
    let mut world = people();
    let chain = || Err(refused("A memberOf rule cannot name a group that has a memberOf rule itself."));
    world.group("club");
    world.group("core");
    world.dynamic_group("friends", &member_of(&["club"])).unwrap();
    assert_eq!(world.dynamic_group("more", &member_of(&["friends"])), chain());
    assert_eq!(world.rule("club", &member_of(&["core"])), chain());
    assert_eq!(world.rule("core", &member_of(&["core"])), chain());
    world.rule("club", SALES).unwrap();
}
