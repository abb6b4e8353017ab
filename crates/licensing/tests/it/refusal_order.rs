//! Of two reasons to refuse, the one declared first in `Refusal` is reported.

use crate::names::{all_of, country, exclusive, lacks, not_found, sku_id, without};
use crate::world::{Answered, World};
use licensing::Refusal;
use licensing::assignment::WantedLicense;
use licensing::catalog::AppliesTo;

/// A request that collects reasons to be refused.
struct Request {
    to: &'static str,
    add: Vec<WantedLicense>,
    remove: Vec<&'static str>,
}

impl Request {
    fn to(to: &'static str) -> Self {
        Self { to, add: Vec::new(), remove: Vec::new() }
    }

    fn add(&mut self, licenses: impl IntoIterator<Item = WantedLicense>) {
        self.add.extend(licenses);
    }
}

/// Adds one reason to a request, and says how it is refused for that reason alone.
type Reason = fn(&mut World, &mut Request) -> Refusal;

/// Each reason has SKUs of its own, so that any two can be in one request.
fn world() -> World {
    let mut world = World::new();
    world.plan("mail").service = "exchange".to_owned();
    world.plan("calls").prohibited_in = vec![country("CN")];
    world.needs("phone", &["teams"]);
    world.excludes("gold", "silver");
    for (sku, plan) in [
        ("ABSENT", "absent"),
        ("CALLS", "calls"),
        ("FOREIGN", "foreign"),
        ("GIVEN", "given"),
        ("GOLD", "gold"),
        ("MAIL", "mail"),
        ("PHONE", "phone"),
        ("PLAIN", "plain"),
        ("SILVER", "silver"),
        ("TWICE", "twice"),
    ] {
        world.sku(sku, 5, &[plan]);
    }
    world.sku("FULL", 0, &["full"]);
    world.product("COMPANY", AppliesTo::Company, &["domain"]);
    world.buy("COMPANY", 5);
    world.user("ann");
    world.group("lab");
    world.license("lab", &[all_of("GIVEN")], &[]).unwrap();
    world.join("ann", "lab").unwrap();
    world.settle();
    world.group("sales");
    world.create_group("list", false).unwrap();
    world
}

fn named_twice(_: &mut World, request: &mut Request) -> Refusal {
    request.add([all_of("TWICE"), all_of("TWICE")]);
    Refusal::SkuNamedTwice(sku_id("TWICE"))
}

fn unknown(_: &mut World, request: &mut Request) -> Refusal {
    request.add([all_of("NOWHERE")]);
    Refusal::UnknownSku(sku_id("NOWHERE"))
}

fn not_assignable(_: &mut World, request: &mut Request) -> Refusal {
    request.add([all_of("COMPANY")]);
    Refusal::NotAssignable(sku_id("COMPANY"))
}

fn foreign_plan(_: &mut World, request: &mut Request) -> Refusal {
    request.add([without("FOREIGN", &["plain"])]);
    Refusal::PlanNotInSku(sku_id("FOREIGN"))
}

fn dependency(_: &mut World, request: &mut Request) -> Refusal {
    request.add([all_of("PHONE")]);
    lacks("phone", &["teams"])
}

fn exclusion(_: &mut World, request: &mut Request) -> Refusal {
    request.add([all_of("GOLD"), all_of("SILVER")]);
    exclusive("gold", "silver")
}

const ON_USERS: [(&str, Reason); 12] = [
    ("not found", |_, request| {
        request.to = "zoe";
        not_found("zoe")
    }),
    ("named twice", named_twice),
    ("unknown", unknown),
    ("not assignable", not_assignable),
    ("foreign plan", foreign_plan),
    ("not held", |_, request| {
        request.remove.push("ABSENT");
        Refusal::NotHeld(sku_id("ABSENT"))
    }),
    ("inherited", |_, request| {
        request.remove.push("GIVEN");
        Refusal::Inherited(sku_id("GIVEN"))
    }),
    ("prohibited", |world, request| {
        world.locate("ann", Some(country("CN"))).unwrap();
        request.add([all_of("CALLS")]);
        Refusal::ProhibitedInUsageLocation(sku_id("CALLS"))
    }),
    ("no seat", |_, request| {
        request.add([all_of("FULL")]);
        Refusal::NoSeat(sku_id("FULL"))
    }),
    ("dependency", dependency),
    ("exclusion", exclusion),
    ("address", |world, request| {
        world.address_taken("ann", true);
        request.add([all_of("MAIL")]);
        Refusal::AddressTaken
    }),
];

const ON_GROUPS: [(&str, Reason); 7] = [
    ("named twice", named_twice),
    ("unknown", unknown),
    ("not assignable", not_assignable),
    ("foreign plan", foreign_plan),
    ("not on group", |_, request| {
        request.remove.push("ABSENT");
        Refusal::NotOnGroup(sku_id("ABSENT"))
    }),
    ("dependency", dependency),
    ("exclusion", exclusion),
];

/// Asks for both reasons, in this order; the refusals that they would be alone, and the one that came.
fn refuse(to: &'static str, reasons: [Reason; 2], send: fn(&mut World, &Request) -> Answered) -> [Refusal; 3] {
    let mut world = world();
    let mut request = Request::to(to);
    let [one, other] = reasons.map(|reason| reason(&mut world, &mut request));
    let refusal = send(&mut world, &request).unwrap_err();
    [one, other, refusal]
}

fn check_all_pairs(to: &'static str, reasons: &[(&str, Reason)], send: fn(&mut World, &Request) -> Answered) {
    for (at, (first_name, first)) in reasons.iter().enumerate() {
        for (second_name, second) in &reasons[at + 1..] {
            let [earlier, later, refusal] = refuse(to, [*first, *second], send);
            assert!(earlier < later, "{first_name} is declared before {second_name}");
            assert_eq!(refusal, earlier, "{first_name}, then {second_name}");
            let [_, _, refusal] = refuse(to, [*second, *first], send);
            assert_eq!(refusal, earlier, "{second_name}, then {first_name}");
        }
    }
}

fn send_to_user(world: &mut World, request: &Request) -> Answered {
    world.assign(request.to, &request.add, &request.remove)
}

fn send_to_group(world: &mut World, request: &Request) -> Answered {
    world.license(request.to, &request.add, &request.remove)
}

#[test]
fn of_two_reasons_to_refuse_a_users_licences_the_one_declared_first_wins() {
    check_all_pairs("ann", &ON_USERS, send_to_user);
}

#[test]
fn of_two_reasons_to_refuse_a_groups_licences_the_one_declared_first_wins() {
    check_all_pairs("sales", &ON_GROUPS, send_to_group);
}

#[test]
fn a_missing_location_comes_after_illegal_removals_and_before_missing_seats() {
    for (_, reason) in &ON_USERS[..7] {
        let mut world = world();
        world.locate("ann", None).unwrap();
        let mut request = Request::to("ann");
        request.add([all_of("PLAIN")]);
        let refusal = reason(&mut world, &mut request);
        assert!(refusal < Refusal::NoUsageLocation);
        assert_eq!(send_to_user(&mut world, &request), Err(refusal));
    }
    for (_, reason) in &ON_USERS[8..] {
        let mut world = world();
        world.locate("ann", None).unwrap();
        let mut request = Request::to("ann");
        assert!(Refusal::NoUsageLocation < reason(&mut world, &mut request));
        assert_eq!(send_to_user(&mut world, &request), Err(Refusal::NoUsageLocation));
    }
}

#[test]
fn what_does_not_exist_is_not_found_even_when_nothing_is_asked_of_it() {
    let mut world = world();
    assert_eq!(world.assign("zoe", &[], &[]), Err(not_found("zoe")));
    assert_eq!(world.license("zoe", &[], &[]), Err(not_found("zoe")));
    assert!(not_found("zoe") < Refusal::NothingToDo);
}

#[test]
fn a_group_that_is_not_security_enabled_is_refused_before_its_licences_are_looked_at() {
    let mut world = world();
    assert_eq!(world.license("list", &[], &[]), Err(Refusal::NothingToDo));
    let twice = Refusal::SkuNamedTwice(sku_id("TWICE"));
    assert_eq!(world.license("list", &[all_of("TWICE")], &["TWICE"]), Err(twice));
    for (_, reason) in &ON_GROUPS[1..] {
        let mut request = Request::to("list");
        assert!(Refusal::GroupNotEligible < reason(&mut world, &mut request));
        assert_eq!(send_to_group(&mut world, &request), Err(Refusal::GroupNotEligible));
    }
}
