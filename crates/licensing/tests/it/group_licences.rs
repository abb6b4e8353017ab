//! What a group's licences come to on its members (specification 4.1-4.5, 4.7).

use crate::names::{all_of, country, without};
use crate::office::{everybody_joins, office};
use crate::world::World;

fn member_of_sales(prepare: impl FnOnce(&mut World)) -> World {
    let mut world = office();
    prepare(&mut world);
    world.join("ann", "sales").unwrap();
    world.settle();
    world
}

#[test]
fn every_member_gets_the_groups_licences() {
    let mut world = office();
    everybody_joins(&mut world, "sales");
    world.license("sales", &[without("E3", &["mail"]), all_of("EMS")], &[]).unwrap();
    world.settle();
    for user in ["ann", "bob", "cyd"] {
        assert_eq!(world.states(user), ["E3-mail by sales: Active", "EMS by sales: Active"]);
    }
    assert_eq!((world.consumed("E3"), world.consumed("EMS")), (3, 3));
}

#[test]
fn a_user_who_joins_gets_the_licences_and_one_who_leaves_loses_them() {
    let mut world = office();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.settle();
    world.join("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["E3 by sales: Active"]);
    world.leave("ann", "sales").unwrap();
    world.settle();
    assert!(world.states("ann").is_empty());
    assert_eq!(world.consumed("E3"), 0);
}

#[test]
fn members_of_nested_groups_inherit_nothing() {
    let mut world = office();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.join("ann", "lab").unwrap();
    world.join("lab", "sales").unwrap();
    world.settle();
    assert!(world.states("ann").is_empty());
}

#[test]
fn one_culprit_keeps_all_licences_of_its_group_away() {
    let world = member_of_sales(|world| drop(world.license("sales", &[all_of("E3"), all_of("NONE")], &[])));
    assert_eq!(world.states("ann"), ["E3 by sales: Error Other", "NONE by sales: Error CountViolation"]);
    assert!(world.licenses("ann").is_empty());
    assert_eq!(world.consumed("E3"), 0);
}

#[test]
fn every_sku_without_a_seat_is_a_culprit() {
    let world = member_of_sales(|world| {
        world.sku("ZERO", 0, &["zero"]);
        drop(world.license("sales", &[all_of("E3"), all_of("NONE"), all_of("ZERO")], &[]));
    });
    let expected =
        ["E3 by sales: Error Other", "NONE by sales: Error CountViolation", "ZERO by sales: Error CountViolation"];
    assert_eq!(world.states("ann"), expected);
}

#[test]
fn groups_do_not_stand_in_each_others_way() {
    let mut world = office();
    world.license("lab", &[all_of("NONE")], &[]).unwrap();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.join("ann", "lab").unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["E3 by sales: Active", "NONE by lab: Error CountViolation"]);
}

#[test]
fn two_groups_with_one_sku_take_one_seat_and_enable_what_either_enables() {
    let mut world = office();
    world.license("lab", &[without("ONE", &["one"])], &[]).unwrap();
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.join("ann", "lab").unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["ONE-one by lab: Active", "ONE by sales: Active"]);
    assert_eq!(world.licenses("ann"), ["ONE"]);
    assert_eq!(world.consumed("ONE"), 1);
    world.leave("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.licenses("ann"), ["ONE-one"]);
    assert_eq!(world.consumed("ONE"), 1);
}

#[test]
fn a_plan_is_disabled_only_when_all_paths_disable_it() {
    let mut world = office();
    world.license("lab", &[without("E3", &["docs", "mail"])], &[]).unwrap();
    world.license("sales", &[without("E3", &["mail", "teams"])], &[]).unwrap();
    world.join("ann", "lab").unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.licenses("ann"), ["E3-mail"]);
}

#[test]
fn a_path_that_is_not_applied_enables_nothing() {
    let mut world = office();
    world.license("lab", &[all_of("E3"), all_of("NONE")], &[]).unwrap();
    world.join("ann", "lab").unwrap();
    world.settle();
    world.assign("ann", &[without("E3", &["docs"])], &[]).unwrap();
    assert_eq!(world.licenses("ann"), ["E3-docs"]);
    assert_eq!(world.states("ann")[0], "E3-docs by direct: Active");
}

#[test]
fn a_seat_that_the_user_holds_already_is_enough() {
    let mut world = office();
    world.assign("ann", &[all_of("ONE")], &[]).unwrap();
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    everybody_joins(&mut world, "sales");
    assert_eq!(world.states("ann"), ["ONE by direct: Active", "ONE by sales: Active"]);
    assert_eq!(world.states("bob"), ["ONE by sales: Error CountViolation"]);
}

#[test]
fn a_user_takes_its_seat_along_from_one_group_to_another_even_over_the_limit() {
    let mut world = office();
    world.license("lab", &[all_of("ONE")], &[]).unwrap();
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.join("ann", "lab").unwrap();
    world.settle();
    world.delete_user("ann").unwrap();
    world.assign("bob", &[all_of("ONE")], &[]).unwrap();
    world.restore_user("ann").unwrap();
    world.leave("ann", "lab").unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["ONE by sales: Active"]);
    assert_eq!(world.consumed("ONE"), 2);
}

#[test]
fn the_last_seats_go_to_the_members_created_first() {
    let mut world = office();
    for user in ["cyd", "bob", "ann"] {
        world.join(user, "sales").unwrap();
    }
    world.buy("ONE", 1);
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.settle_by(1);
    assert_eq!(world.states("ann"), ["ONE by sales: Active"]);
    assert_eq!(world.states("bob"), ["ONE by sales: Active"]);
    assert_eq!(world.states("cyd"), ["ONE by sales: Error CountViolation"]);
}

#[test]
fn of_two_groups_the_one_whose_licences_were_set_first_gets_the_last_seat() {
    let mut world = office();
    world.join("ann", "sales").unwrap();
    world.join("bob", "lab").unwrap();
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.license("lab", &[all_of("ONE")], &[]).unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["ONE by sales: Active"]);
    assert_eq!(world.states("bob"), ["ONE by lab: Error CountViolation"]);
}

#[test]
fn of_two_groups_that_exclude_each_other_the_one_set_first_wins() {
    for (first, second) in [("lab", "sales"), ("sales", "lab")] {
        let mut world = office();
        world.license(first, &[all_of("E3")], &[]).unwrap();
        world.license(second, &[all_of("KIOSK")], &[]).unwrap();
        world.join("ann", "lab").unwrap();
        world.join("ann", "sales").unwrap();
        world.settle();
        let expected =
            [format!("E3 by {first}: Active"), format!("KIOSK by {second}: Error MutuallyExclusiveViolation")];
        assert_eq!(world.states("ann"), expected);
    }
}

#[test]
fn setting_a_groups_licences_anew_puts_it_behind_the_others() {
    let mut world = office();
    world.license("lab", &[without("E3", &["docs"])], &[]).unwrap();
    world.license("sales", &[all_of("KIOSK")], &[]).unwrap();
    world.license("lab", &[all_of("E3")], &[]).unwrap();
    world.join("ann", "lab").unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["E3 by lab: Error MutuallyExclusiveViolation", "KIOSK by sales: Active"]);
}

#[test]
fn posting_identical_licences_again_keeps_the_groups_place() {
    let mut world = office();
    world.license("lab", &[all_of("E3")], &[]).unwrap();
    world.license("sales", &[all_of("KIOSK")], &[]).unwrap();
    world.license("lab", &[all_of("E3")], &[]).unwrap();
    assert!(world.written.licensed_groups.is_empty());
    world.join("ann", "lab").unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.states("ann")[0], "E3 by lab: Active");
}

#[test]
fn a_direct_licence_is_never_taken_away_for_a_group() {
    let mut world = office();
    world.assign("ann", &[all_of("KIOSK")], &[]).unwrap();
    world.license("sales", &[all_of("E3"), all_of("EMS")], &[]).unwrap();
    world.join("ann", "sales").unwrap();
    world.settle();
    let expected =
        ["E3 by sales: Error MutuallyExclusiveViolation", "EMS by sales: Error Other", "KIOSK by direct: Active"];
    assert_eq!(world.states("ann"), expected);
}

#[test]
fn a_taken_address_keeps_the_licences_of_a_mailbox_away() {
    let world = member_of_sales(|world| {
        world.address_taken("ann", true);
        drop(world.license("sales", &[all_of("E3"), all_of("EMS")], &[]));
    });
    assert_eq!(world.states("ann"), ["E3 by sales: Error UniquenessViolation", "EMS by sales: Error Other"]);
}

#[test]
fn a_service_is_not_given_where_it_is_not_offered() {
    let world = member_of_sales(|world| {
        world.locate("ann", Some(country("CN"))).unwrap();
        drop(world.license("sales", &[all_of("CALLS"), all_of("EMS")], &[]));
    });
    let expected = ["CALLS by sales: Error ProhibitedInUsageLocationViolation", "EMS by sales: Error Other"];
    assert_eq!(world.states("ann"), [expected[1], expected[0]]);
}

#[test]
fn a_user_without_a_location_is_taken_to_be_where_the_tenant_is() {
    let set_up = |country_code: &str, default: Option<&str>| {
        member_of_sales(|world| {
            world.tenant().profile.country = country(country_code);
            world.tenant().profile.default_usage_location = default.map(country);
            world.locate("ann", None).unwrap();
            drop(world.license("sales", &[all_of("CALLS")], &[]));
        })
    };
    let prohibited = ["CALLS by sales: Error ProhibitedInUsageLocationViolation"];
    assert_eq!(set_up("US", None).states("ann"), ["CALLS by sales: Active"]);
    assert_eq!(set_up("CN", None).states("ann"), prohibited);
    assert_eq!(set_up("CN", Some("US")).states("ann"), ["CALLS by sales: Active"]);
    assert_eq!(set_up("US", Some("CN")).states("ann"), prohibited);
    assert_eq!(set_up("US", None).user_facts("ann").usage_location, None);
}

#[test]
fn a_users_own_location_counts_more_than_the_tenants() {
    let world = member_of_sales(|world| {
        world.tenant().profile.default_usage_location = Some(country("CN"));
        drop(world.license("sales", &[all_of("CALLS")], &[]));
    });
    assert_eq!(world.states("ann"), ["CALLS by sales: Active"]);
}
