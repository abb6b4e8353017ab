//! What a user really has: `assignedLicenses`, `assignedPlans`, `licenseDetails` (specification 2.6-2.8, 3.3, 4.3).

use crate::names::{all_of, plan_id, without};
use crate::office::office;
use crate::world::World;
use licensing::assignment::DisabledPlans;
use licensing::catalog::AppliesTo;
use licensing::effective::{assigned_plans, provisioning_status};
use licensing::subscription::CapabilityStatus;

/// `assignedPlans` as `plan: status since`.
fn plans(world: &World, user: &str) -> Vec<String> {
    let plans = assigned_plans(&world.facts.tenant, &world.user_facts(user).paths);
    let text = |plan: &licensing::effective::AssignedPlan| {
        format!("{}: {} {}", plan.plan.name, plan.status.as_str(), plan.assigned_at.unix_millis)
    };
    plans.iter().map(text).collect()
}

fn now(world: &World) -> i64 {
    world.now().unix_millis
}

#[test]
fn each_enabled_plan_is_assigned_since_its_licence_was() {
    let mut world = office();
    world.assign("ann", &[without("E3", &["mail"])], &[]).unwrap();
    let since = now(&world);
    world.assign("ann", &[without("E3", &["teams"])], &[]).unwrap();
    assert_eq!(plans(&world, "ann"), [format!("docs: Enabled {since}"), format!("mail: Enabled {since}")]);
}

#[test]
fn a_company_plan_is_never_a_users_plan() {
    let mut world = office();
    world.plan("shared").applies_to = AppliesTo::Company;
    world.sku("MIX", 5, &["own", "shared"]);
    world.assign("ann", &[all_of("MIX")], &[]).unwrap();
    assert_eq!(plans(&world, "ann"), [format!("own: Enabled {}", now(&world))]);
}

#[test]
fn a_plan_says_the_state_of_its_sku() {
    let mut world = office();
    world.assign("ann", &[all_of("ONE")], &[]).unwrap();
    let since = now(&world);
    for status in [CapabilityStatus::Warning, CapabilityStatus::Suspended, CapabilityStatus::LockedOut] {
        world.decay("ONE", status);
        assert_eq!(plans(&world, "ann"), [format!("one: {} {since}", status.as_str())]);
    }
}

#[test]
fn a_plan_that_comes_with_two_skus_is_one_plan_in_the_better_state() {
    let mut world = office();
    world.sku("UNO", 5, &["one"]);
    world.assign("ann", &[all_of("ONE")], &[]).unwrap();
    let since_one = now(&world);
    world.assign("ann", &[all_of("UNO")], &[]).unwrap();
    let since_uno = now(&world);
    assert_eq!(plans(&world, "ann"), [format!("one: Enabled {since_one}")]);
    world.decay("ONE", CapabilityStatus::Suspended);
    assert_eq!(plans(&world, "ann"), [format!("one: Enabled {since_uno}")]);
}

#[test]
fn plans_of_a_removed_licence_are_deleted_when_it_was_removed() {
    let mut world = office();
    world.assign("ann", &[all_of("EMS")], &[]).unwrap();
    world.assign("ann", &[], &["EMS"]).unwrap();
    let gone = now(&world);
    assert_eq!(plans(&world, "ann"), [format!("intune: Deleted {gone}"), format!("rights: Deleted {gone}")]);
    world.assign("ann", &[without("EMS", &["rights"])], &[]).unwrap();
    assert_eq!(plans(&world, "ann"), [format!("intune: Enabled {}", now(&world))]);
}

#[test]
fn a_plan_that_arrives_by_another_path_is_not_deleted() {
    let mut world = office();
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    let since = now(&world);
    world.assign("ann", &[all_of("ONE")], &[]).unwrap();
    world.assign("ann", &[], &["ONE"]).unwrap();
    assert_eq!(plans(&world, "ann"), [format!("one: Enabled {since}")]);
}

#[test]
fn a_plan_is_deleted_when_its_last_path_goes() {
    let mut world = office();
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.assign("ann", &[all_of("ONE")], &[]).unwrap();
    world.assign("ann", &[], &["ONE"]).unwrap();
    world.leave("ann", "sales").unwrap();
    world.settle();
    assert_eq!(plans(&world, "ann"), [format!("one: Deleted {}", now(&world))]);
}

#[test]
fn a_licence_that_could_not_be_applied_gives_no_plans() {
    let mut world = office();
    world.license("sales", &[all_of("E3"), all_of("NONE")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    assert!(plans(&world, "ann").is_empty());
    assert!(world.licenses("ann").is_empty());
}

#[test]
fn a_licence_applied_with_an_error_gives_its_old_plans() {
    let mut world = office();
    world.license("sales", &[without("EMS", &["rights"])], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    let since = now(&world);
    world.license("sales", &[all_of("EMS"), all_of("NONE")], &[]).unwrap();
    world.settle();
    assert_eq!(plans(&world, "ann"), [format!("intune: Enabled {since}")]);
    assert_eq!(world.licenses("ann"), ["EMS-rights"]);
}

#[test]
fn a_plan_added_to_a_product_is_enabled_for_everybody_who_has_it() {
    let mut world = office();
    world.assign("ann", &[all_of("ONE")], &[]).unwrap();
    let since = now(&world);
    world.product("ONE", AppliesTo::User, &["more", "one"]);
    assert_eq!(plans(&world, "ann"), [format!("more: Enabled {since}"), format!("one: Enabled {since}")]);
    world.assign("ann", &[without("ONE", &["more"])], &[]).unwrap();
    assert_eq!((world.licenses("ann"), world.consumed("ONE")), (vec!["ONE-more".to_owned()], 1));
}

#[test]
fn a_disabled_plan_shows_in_the_licence_and_a_company_plan_cannot_be_disabled() {
    let mut world = office();
    world.plan("shared").applies_to = AppliesTo::Company;
    let disabled = DisabledPlans::new(vec![plan_id("docs"), plan_id("shared")]);
    assert_eq!(provisioning_status(world.plan("docs"), &disabled), "Disabled");
    assert_eq!(provisioning_status(world.plan("teams"), &disabled), "Success");
    assert_eq!(provisioning_status(world.plan("shared"), &disabled), "Success");
}

#[test]
fn disabled_plans_are_a_set() {
    let [one, other] = ["docs", "mail"].map(plan_id);
    let set = DisabledPlans::new(vec![other, one, other]);
    assert_eq!(set, DisabledPlans::new(vec![one, other]));
    assert_eq!(set.as_slice(), [one, other]);
    assert_eq!(set.intersection(&DisabledPlans::new(vec![other])), DisabledPlans::new(vec![other]));
    assert_eq!(set.intersection(&DisabledPlans::default()), DisabledPlans::default());
}
