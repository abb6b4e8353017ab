//! docs/decisions/0017: what is deleted for good, looked at again and forgotten as time goes by.

use crate::names::{all_of, id, user_ref};
use crate::world::World;
use licensing::audit::{Activity, Actor};
use licensing::change_set::Forgotten;
use licensing::decide::create_group::CreateGroup;
use licensing::decide::pass_time::{FORGOTTEN_ENTRIES_MAX, PassTime};
use licensing::decide::set_clock::SetClock;
use licensing::decide::update_user::UpdateUser;
use licensing::directory::{GroupProfile, Member, Properties, Value};
use licensing::ids::GroupId;
use licensing::time::{DAY_MILLIS, Timestamp};
use licensing::{Command, Refusal};

fn forward(world: &mut World, millis: i64) {
    world.run(&Command::SetClock(SetClock::ForwardMillis(millis))).unwrap();
}

/// As if so much time had gone by, and nobody had looked yet.
fn sleep(world: &mut World, millis: i64) {
    world.tenant().profile.clock_ahead_millis += millis;
}

fn pass(world: &mut World) -> Vec<Activity> {
    world.run(&Command::PassTime(PassTime { fence: world.facts.fence })).unwrap();
    world.written.audit.iter().map(|entry| entry.activity).collect()
}

#[test]
fn what_can_no_longer_be_restored_is_deleted_for_good() {
    let mut world = World::new();
    ["ann", "ben", "eve"].into_iter().for_each(|name| world.user(name));
    let properties =
        Properties([("groupTypes".to_owned(), Value::List(vec![Value::Text("Unified".to_owned())]))].into());
    let profile = GroupProfile { id: GroupId(id("club")), created_at: world.now(), properties };
    world.run(&Command::CreateGroup(CreateGroup::told(profile))).unwrap();
    world.delete_user("ann").unwrap();
    world.delete_group("club").unwrap();
    sleep(&mut world, 29 * DAY_MILLIS);
    world.delete_user("ben").unwrap();
    assert_eq!(pass(&mut world), []);
    assert!(world.written.is_empty(), "nothing is due");
    let (ann, ben) = (world.user_facts("ann").key, world.user_facts("ben").key);
    let club = world.group_facts("club").key;
    sleep(&mut world, DAY_MILLIS);
    assert_eq!(pass(&mut world), [Activity::HardDeleteUser, Activity::HardDeleteGroup]);
    assert_eq!(world.written.purged, [Member::User(ann), Member::Group(club)]);
    assert!(world.written.audit.iter().all(|entry| entry.actor == Actor::GroupLicensing));
    assert_eq!(world.written.audit[0].affected[0].users, [ann]);
    assert_eq!(world.written.audit[1].group, Some(club));
    assert!(matches!(world.restore_user("ann"), Err(Refusal::ObjectNotFound(_))));
    world.restore_user("ben").unwrap();
    sleep(&mut world, 99 * DAY_MILLIS);
    assert_eq!(pass(&mut world), [], "who was restored stays");
    assert_eq!(world.user_facts("ben").key, ben);
}

#[test]
fn a_clock_that_is_set_deletes_for_good_in_the_same_change() {
    let mut world = World::new();
    world.user("ann");
    world.delete_user("ann").unwrap();
    forward(&mut world, 31 * DAY_MILLIS);
    assert_eq!(world.written.purged, [Member::User(world.user_facts("ann").key)]);
}

#[test]
fn much_is_deleted_in_parts() {
    let mut world = World::new();
    let names: Vec<String> = (0..250).map(|number| format!("user{number}")).collect();
    for name in &names {
        world.user(name);
        world.delete_user(name).unwrap();
    }
    sleep(&mut world, 31 * DAY_MILLIS);
    let mut parts = Vec::new();
    while !pass(&mut world).is_empty() {
        parts.push(world.written.purged.len());
    }
    assert_eq!(parts, [100, 100, 50]);
}

#[test]
fn old_entries_of_the_audit_log_are_forgotten_day_by_day() {
    let mut world = World::new();
    world.audited_at = Some(Timestamp::from_unix_millis(DAY_MILLIS / 2));
    sleep(&mut world, 31 * DAY_MILLIS - 1_000);
    assert_eq!((pass(&mut world), world.written.forgotten), (vec![], None));
    sleep(&mut world, 1_000);
    pass(&mut world);
    let before = Timestamp::from_unix_millis(DAY_MILLIS);
    assert_eq!(world.written.forgotten, Some(Forgotten { before, entries_max: FORGOTTEN_ENTRIES_MAX }));
}

fn hired(world: &mut World, user: &str, date: &str) {
    let properties = Properties([("employeeHireDate".to_owned(), Value::Text(date.to_owned()))].into());
    let update = UpdateUser { user: user_ref(user), principal_name: None, usage_location: None, properties };
    world.run(&Command::UpdateUser(update)).unwrap();
}

/// Ann begins on the third day, Ben has begun.
fn beginners() -> World {
    let mut world = World::new();
    world.sku("S", 5, &["p"]);
    ["ann", "ben"].into_iter().for_each(|name| world.user(name));
    hired(&mut world, "ann", "1970-01-03T00:00:00Z");
    hired(&mut world, "ben", "1969-01-03T00:00:00Z");
    world.dynamic_group("staff", "user.employeeHireDate -le system.now").unwrap();
    world.license("staff", &[all_of("S")], &[]).unwrap();
    world.settle();
    world
}

#[test]
fn a_rule_about_the_present_admits_with_the_new_day() {
    let mut world = beginners();
    assert_eq!(world.members("staff"), ["ben"]);
    sleep(&mut world, DAY_MILLIS - 1_000);
    assert_eq!(pass(&mut world), []);
    assert!(world.written.is_empty(), "it was run today");
    sleep(&mut world, 1_000);
    pass(&mut world);
    assert_eq!(world.written.pending_rules.len(), 1);
    world.settle();
    pass(&mut world);
    assert!(world.written.is_empty(), "it was run today");
    assert_eq!(world.members("staff"), ["ben"]);
    sleep(&mut world, DAY_MILLIS);
    pass(&mut world);
    world.settle();
    assert_eq!((world.members("staff"), world.consumed("S")), (vec!["ann".to_owned(), "ben".to_owned()], 2));
}

#[test]
fn a_clock_that_is_set_runs_rules_about_the_present_at_once() {
    let mut world = beginners();
    hired(&mut world, "ann", "1970-01-01T03:00:00Z");
    forward(&mut world, DAY_MILLIS / 4);
    world.settle();
    assert_eq!(world.members("staff"), ["ann", "ben"], "the day is still the same");
}

#[test]
fn rules_that_do_not_follow_time_and_paused_ones_are_not_run() {
    let mut world = beginners();
    world.dynamic_group("nameless", "user.displayName -eq null").unwrap();
    world.turn("staff", "Paused").unwrap();
    world.settle();
    sleep(&mut world, 9 * DAY_MILLIS);
    pass(&mut world);
    assert!(world.written.is_empty());
    world.turn("staff", "On").unwrap();
    world.settle();
    assert_eq!(world.members("staff"), ["ann", "ben"]);
    assert!(world.facts.tenant.dynamic_groups.get(world.group_facts("staff").key).unwrap().run_at().is_some());
    assert!(world.facts.objects.contains_key(&id("staff")));
}
