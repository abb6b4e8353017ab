//! Why a user has a service, or lacks it.

use crate::names::{all_of, country, exclusive, name, sku_id, without};
use crate::office::{everybody_joins, office};
use crate::world::World;
use licensing::Refusal;
use licensing::assignment::{PathState, Source};
use licensing::explain::{self, ExplainedPath, Standing};
use licensing::ids::SkuKey;

fn explained(world: &World, user: &str) -> Vec<ExplainedPath> {
    explain::paths(&world.facts, world.user_facts(user), world.now())
}

fn standings(world: &World, user: &str) -> Vec<Standing> {
    explained(world, user).into_iter().map(|path| path.standing).collect()
}

/// `sku by source` of each way.
fn ways(world: &World, ways: &[(SkuKey, Source)]) -> Vec<String> {
    let way = |(sku, source): &(SkuKey, Source)| {
        let sku = name(world.facts.tenant.skus[sku].product.id.0);
        match source {
            Source::Direct => format!("{sku} directly"),
            Source::Group(group) => format!("{sku} by {}", name(world.facts.groups[group].profile.id.0)),
        }
    };
    ways.iter().map(way).collect()
}

#[test]
fn what_is_applied_is_as_wanted() {
    let mut world = office();
    world.assign("ann", &[all_of("EMS")], &[]).unwrap();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    assert_eq!(standings(&world, "ann"), [Standing::AsWanted, Standing::AsWanted]);
}

#[test]
fn a_path_without_a_seat_is_refused_until_one_is_free() {
    let mut world = office();
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    everybody_joins(&mut world, "sales");
    assert_eq!(standings(&world, "bob"), [Standing::Refused(Refusal::NoSeat(sku_id("ONE")))]);
    world.delete_user("ann").unwrap();
    world.settle();
    assert_eq!(standings(&world, "bob"), [Standing::WouldBecome(PathState::Active)]);
    assert_eq!(world.states("bob"), ["ONE by sales: Error CountViolation"], "explaining changes nothing");
}

#[test]
fn the_other_licences_of_a_group_are_held_back_by_the_one_that_fails() {
    let mut world = office();
    world.license("sales", &[all_of("EMS"), all_of("NONE")], &[]).unwrap();
    everybody_joins(&mut world, "sales");
    let none = world.sku_key("NONE");
    let paths = explained(&world, "ann");
    let of = |sku: &str| &paths.iter().find(|path| path.path.sku == world.sku_key(sku)).unwrap().standing;
    assert_eq!(*of("EMS"), Standing::HeldBackBy(vec![none]));
    assert_eq!(*of("NONE"), Standing::Refused(Refusal::NoSeat(sku_id("NONE"))));
}

#[test]
fn the_rule_that_refuses_now_is_named() {
    let mut world = office();
    world.assign("ann", &[all_of("KIOSK")], &[]).unwrap();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.license("lab", &[all_of("CALLS")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.join("bob", "lab").unwrap();
    world.settle();
    assert_eq!(standings(&world, "ann")[0], Standing::Refused(exclusive("kiosk", "mail")));
    world.locate("bob", Some(country("CN"))).unwrap();
    world.settle();
    assert_eq!(standings(&world, "bob"), [Standing::AsWanted], "what is applied stays");
    world.leave("bob", "lab").unwrap();
    world.settle();
    world.join("bob", "lab").unwrap();
    world.settle();
    let refusal = Refusal::ProhibitedInUsageLocation(sku_id("CALLS"));
    assert_eq!(standings(&world, "bob"), [Standing::Refused(refusal)]);
}

#[test]
fn what_is_kept_for_a_dependent_names_the_dependent() {
    let mut world = office();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    world.assign("ann", &[all_of("PHONE")], &[]).unwrap();
    world.leave("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.states("ann")[0], "E3 by sales: ActiveWithError DependencyViolation");
    let standing = &standings(&world, "ann")[0];
    assert!(matches!(standing, Standing::Refused(Refusal::DependencyUnmet { .. })), "{standing:?}");
}

#[test]
fn a_licence_that_has_not_reached_its_member_yet_is_told_of() {
    let mut world = office();
    world.join("ann", "sales").unwrap();
    world.license("sales", &[all_of("E3"), all_of("EMS")], &[]).unwrap();
    assert_eq!(standings(&world, "ann"), vec![Standing::WouldBecome(PathState::Active); 2]);
    let paths = explained(&world, "ann");
    let plans = explain::plans(&world.facts, &paths);
    assert!(plans.iter().all(|plan| plan.enabled_by.is_empty() && plan.missing_by.len() == 1));
}

#[test]
fn plans_are_told_by_the_ways_in_which_they_come() {
    let mut world = office();
    world.assign("ann", &[without("E3", &["teams", "docs"])], &[]).unwrap();
    world.license("sales", &[without("E3", &["docs"])], &[]).unwrap();
    world.license("lab", &[all_of("SKYPE"), all_of("NONE")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.join("ann", "lab").unwrap();
    world.settle();
    let paths = explained(&world, "ann");
    let plans = explain::plans(&world.facts, &paths);
    let plan = |wanted: &str| plans.iter().find(|plan| plan.plan.name == wanted).unwrap();
    assert_eq!(ways(&world, &plan("teams").enabled_by), ["E3 by sales"]);
    assert_eq!(ways(&world, &plan("teams").disabled_by), ["E3 directly"]);
    assert_eq!(ways(&world, &plan("docs").disabled_by), ["E3 directly", "E3 by sales"]);
    assert!(plan("docs").enabled_by.is_empty());
    assert_eq!(ways(&world, &plan("skype").missing_by), ["SKYPE by lab"]);
    assert_eq!(explain::groups(&paths).len(), 2);
}
