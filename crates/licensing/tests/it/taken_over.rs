//! Licences of an export, taken over as they were.

use crate::names::{all_of, id, not_found, sku_id, without};
use crate::office::{everybody_joins, office};
use crate::world::{Answered, World};
use licensing::assignment::{Path, WantedLicense};
use licensing::audit::Activity;
use licensing::change_set::PathChange;
use licensing::decide::{set_up::SetUp, take_over::HeldLicense};
use licensing::facts::{ProcessingState, Scope};
use licensing::ids::{GroupKey, UserKey};
use licensing::subscription::CapabilityStatus;
use licensing::{Answer, Command, Refusal};

fn direct(license: WantedLicense) -> HeldLicense {
    HeldLicense { license, group: None, removed_at: None }
}

fn by(group: &str, license: WantedLicense) -> HeldLicense {
    HeldLicense { license, group: Some(id(group)), removed_at: None }
}

fn user_has(world: &mut World, user: &str, licenses: &[HeldLicense]) -> Answered {
    world.run(&Command::SetUp(SetUp::UserLicenses(id(user), licenses.to_vec())))
}

fn group_has(world: &mut World, group: &str, licenses: &[WantedLicense]) -> Answered {
    world.run(&Command::SetUp(SetUp::GroupLicenses(id(group), licenses.to_vec())))
}

#[test]
fn direct_licences_are_active_whatever_the_rules_say_of_them_now() {
    let mut world = office();
    world.decay("E3", CapabilityStatus::Suspended);
    world.locate("ann", None).unwrap();
    world.address_taken("ann", true);
    // No location, a shared address, no usable unit, a company's product.
    let licenses = [direct(without("E3", &["docs"])), direct(all_of("NONE")), direct(all_of("COMPANY"))];
    assert_eq!(user_has(&mut world, "ann", &licenses), Ok(Answer::User(UserKey(0))));
    assert_eq!(world.states("ann").len(), 3);
    assert!(world.states("ann").contains(&"E3-docs by direct: Active".to_owned()), "{:?}", world.states("ann"));
    assert_eq!(["E3", "NONE", "COMPANY"].map(|sku| world.consumed(sku)), [1, 1, 1]);
    let Path { assigned_at, updated_at, .. } = world.user_facts("ann").paths[0].clone();
    assert_eq!((assigned_at, updated_at), (world.now(), world.now()));
    let [entry] = &world.written.audit[..] else { panic!("{:?}", world.written.audit) };
    assert_eq!((entry.activity, &entry.affected[0].users[..]), (Activity::ChangeUserLicense, &[UserKey(0)][..]));
    assert!(world.written.pending_users.is_empty());
}

/// The catalogue may have changed since the licence was given.
#[test]
fn a_disabled_plan_that_the_sku_no_longer_has_is_kept() {
    let world = office();
    let license = without("E3", &["docs", "gone"]);
    let of_user = SetUp::UserLicenses(id("ann"), vec![direct(license.clone())]);
    let [(_, PathChange::Put(path))] = &world.decide(&Command::SetUp(of_user)).changes.paths[..] else { panic!() };
    assert_eq!(path.disabled, license.disabled);
    let of_group = Command::SetUp(SetUp::GroupLicenses(id("lab"), vec![license.clone()]));
    let licensed = world.decide(&of_group).changes.licensed_groups[0].1.clone();
    assert_eq!(licensed.licenses.into_values().collect::<Vec<_>>(), [license.disabled]);
}

#[test]
fn a_licence_by_two_ways_takes_one_seat_and_a_repeated_one_is_refused() {
    let mut world = office();
    everybody_joins(&mut world, "lab");
    group_has(&mut world, "lab", &[all_of("ONE")]).unwrap();
    for user in ["ann", "bob"] {
        user_has(&mut world, user, &[direct(all_of("ONE")), by("lab", all_of("ONE"))]).unwrap();
    }
    assert_eq!(world.consumed("ONE"), 2);
    // Taken over once more, it takes no second seat.
    user_has(&mut world, "ann", &[direct(all_of("ONE"))]).unwrap();
    assert_eq!(world.consumed("ONE"), 2);
    let twice = [by("lab", all_of("ONE")), by("lab", all_of("ONE"))];
    assert_eq!(user_has(&mut world, "cyd", &twice), Err(Refusal::SkuNamedTwice(sku_id("ONE"))));
}

#[test]
fn who_has_a_licence_of_a_group_keeps_it_and_who_waited_waits() {
    let mut world = office();
    everybody_joins(&mut world, "lab");
    group_has(&mut world, "lab", &[all_of("ONE"), all_of("EMS")]).unwrap();
    assert_eq!(world.processing("lab"), Some(ProcessingState::QueuedForProcessing));
    // Cyd has the only seat although Ann was created first.
    user_has(&mut world, "cyd", &[by("lab", all_of("ONE")), by("lab", all_of("EMS"))]).unwrap();
    assert!(world.written.pending_users.is_empty());
    world.settle();
    assert_eq!(world.states("cyd"), ["EMS by lab: Active", "ONE by lab: Active"]);
    assert_eq!(world.states("ann"), ["EMS by lab: Error Other", "ONE by lab: Error CountViolation"]);
    assert_eq!((world.consumed("ONE"), world.consumed("EMS")), (1, 1));
    assert_eq!(world.processing("lab"), Some(ProcessingState::ProcessingComplete));
}

#[test]
fn licences_of_a_lapsed_sku_stay_with_the_members_who_had_them() {
    let mut world = office();
    everybody_joins(&mut world, "lab");
    world.decay("EMS", CapabilityStatus::Suspended);
    group_has(&mut world, "lab", &[all_of("EMS")]).unwrap();
    user_has(&mut world, "bob", &[by("lab", all_of("EMS"))]).unwrap();
    world.settle();
    assert_eq!(world.states("bob"), ["EMS by lab: Active"]);
    assert_eq!(world.states("ann"), ["EMS by lab: Error CountViolation"]);
}

#[test]
fn what_no_group_gives_is_evaluated() {
    let mut world = office();
    group_has(&mut world, "lab", &[all_of("SKYPE")]).unwrap();
    // Bob is no member; sales has no licence and never had one; of Cyd's two plans one needs the other.
    world.join("ann", "lab").unwrap();
    user_has(&mut world, "bob", &[by("lab", all_of("SKYPE"))]).unwrap();
    assert_eq!(world.written.pending_users, [UserKey(1)].into());
    world.join("ann", "sales").unwrap();
    user_has(&mut world, "ann", &[by("lab", all_of("SKYPE")), by("sales", all_of("EMS"))]).unwrap();
    assert_eq!(world.written.pending_users, [UserKey(0)].into());
    user_has(&mut world, "cyd", &[direct(all_of("PHONE")), by("sales", all_of("SKYPE"))]).unwrap();
    assert!(world.facts.tenant.licensed_groups[&GroupKey(1)].licenses.is_empty());
    world.settle();
    assert_eq!(world.states("bob"), [""; 0]);
    assert_eq!(world.states("ann"), ["SKYPE by lab: Active"]);
    let kept = ["PHONE by direct: Active", "SKYPE by sales: ActiveWithError DependencyViolation"];
    assert_eq!(world.states("cyd"), kept);
    assert_eq!((world.consumed("SKYPE"), world.consumed("EMS")), (2, 0));
}

#[test]
fn group_licences_need_no_rule_and_compete_in_the_order_in_which_they_are_taken_over() {
    let mut world = office();
    world.join("ann", "lab").unwrap();
    world.join("ann", "sales").unwrap();
    // Sales excludes itself, and the company's product is not for users.
    group_has(&mut world, "sales", &[all_of("KIOSK"), all_of("E3"), all_of("COMPANY")]).unwrap();
    group_has(&mut world, "lab", &[all_of("PHONE")]).unwrap();
    let orders: Vec<u32> = world.facts.tenant.licensed_groups.values().map(|group| group.order).collect();
    assert_eq!(orders, [1, 0]);
    assert_eq!(world.written.audit[0].activity, Activity::SetGroupLicense);
    assert_eq!(world.written.pending_groups.len(), 1);
}

#[test]
fn what_can_never_be_is_refused() {
    let mut world = office();
    world.create_group("club", false).unwrap();
    let one = [direct(all_of("ONE"))];
    assert_eq!(user_has(&mut world, "zoe", &one), Err(not_found("zoe")));
    assert_eq!(user_has(&mut world, "lab", &one), Err(not_found("lab")));
    assert_eq!(user_has(&mut world, "ann", &[by("zoo", all_of("ONE"))]), Err(not_found("zoo")));
    assert_eq!(user_has(&mut world, "ann", &[by("bob", all_of("ONE"))]), Err(not_found("bob")));
    let unknown = Err(Refusal::UnknownSku(sku_id("OLD")));
    assert_eq!(user_has(&mut world, "ann", &[direct(all_of("OLD"))]), unknown);
    assert_eq!(group_has(&mut world, "lab", &[all_of("OLD")]), unknown);
    assert_eq!(group_has(&mut world, "zoo", &[all_of("ONE")]), Err(not_found("zoo")));
    assert_eq!(group_has(&mut world, "lab", &[]), Err(Refusal::NothingToDo));
    assert_eq!(group_has(&mut world, "club", &[all_of("ONE")]), Err(Refusal::GroupNotEligible));
    let twice = [all_of("ONE"), all_of("ONE")];
    assert_eq!(group_has(&mut world, "lab", &twice), Err(Refusal::SkuNamedTwice(sku_id("ONE"))));
}

#[test]
fn a_scope_asks_for_the_user_its_groups_and_its_memberships() {
    let mut scope = Scope::default();
    let licenses = vec![direct(all_of("ONE")), by("lab", all_of("ONE"))];
    Command::SetUp(SetUp::UserLicenses(id("ann"), licenses)).add_to(&mut scope);
    Command::SetUp(SetUp::GroupLicenses(id("sales"), vec![all_of("ONE")])).add_to(&mut scope);
    assert_eq!(scope.objects, [id("ann"), id("lab"), id("sales")].into());
    assert_eq!(scope.memberships, [(id("lab"), id("ann"))].into());
}
