//! Specification 7 and 4.12: rules select the members of groups.

use crate::names::{all_of, id, plan_id};
use crate::random::{Layout, Step, layout, step};
use crate::work::Pending;
use crate::world::World;
use licensing::Refusal;
use licensing::directory::Value;
use licensing::dynamic_group::{DYNAMIC_GROUPS_MAX, DynamicGroup, Named, PATTERNS_BYTES_MAX, RuleStatus};
use licensing::facts::{Chunk, Work};
use licensing::ids::GroupKey;

use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_oneof, proptest};
use proptest::{prop_assert, prop_assert_eq};

pub(crate) const SALES: &str = "user.department -eq \"sales\"";

pub(crate) fn has_plan(plan: &str) -> String {
    let plan = plan_id(plan);
    format!(
        "user.assignedPlans -any (assignedPlan.servicePlanId -eq \"{plan}\" -and assignedPlan.capabilityStatus -eq \"Enabled\")"
    )
}

pub(crate) fn member_of(groups: &[&str]) -> String {
    let ids: Vec<String> = groups.iter().map(|group| format!("'{}'", id(group))).collect();
    format!("user.memberOf -any (group.objectId -in [{}])", ids.join(", "))
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Ann and Ben in sales, Eve in the kitchen.
pub(crate) fn people() -> World {
    let mut world = World::new();
    for (name, department) in [("ann", "Sales"), ("ben", "SALES"), ("eve", "Kitchen")] {
        world.user(name);
        world.department(name, department).unwrap();
    }
    world
}

pub(crate) fn status(world: &World, group: &str) -> Option<RuleStatus> {
    world.group_facts(group).rule_status
}

fn invalid(property: &'static str) -> Refusal {
    Refusal::InvalidProperty { property, resource: "Group" }
}

pub(crate) fn refused(sentence: &str) -> Refusal {
    let sentence = format!("Dynamic membership rule validation error: {sentence}");
    Refusal::InvalidRule { code: "Request_BadRequest", sentence }
}

#[test]
fn a_new_rule_selects_among_all_users_in_chunks() {
    let mut world = people();
    world.dynamic_group("sellers", SALES).unwrap();
    let key = world.group_facts("sellers").key;
    let chunk = Chunk { of: Work::Rule(key), users_max: 1 };
    assert_eq!((status(&world, "sellers"), world.members("sellers").len()), (Some(RuleStatus::NotStarted), 0));
    world.run_chunk(chunk);
    assert_eq!((status(&world, "sellers"), world.members("sellers")), (Some(RuleStatus::Running), vec!["ann".into()]));
    assert_eq!(world.pending.rules[&key].cursor, Some(world.user_facts("ann").key));
    world.settle_by(1);
    assert_eq!(world.members("sellers"), ["ann", "ben"]);
    assert_eq!(status(&world, "sellers"), Some(RuleStatus::Succeeded));
    assert!(world.group_facts("sellers").members_updated_at.is_some());
    assert_eq!(world.pending, Pending::default());
}

#[test]
fn members_get_the_licences_and_lose_them_with_what_made_them_members() {
    let mut world = people();
    world.sku("S", 5, &["p"]);
    world.dynamic_group("sellers", SALES).unwrap();
    world.license("sellers", &[all_of("S")], &[]).unwrap();
    world.settle();
    assert_eq!((world.licenses("ann"), world.consumed("S")), (vec!["S".to_owned()], 2));
    world.department("ann", "Kitchen").unwrap();
    world.department("eve", "sales").unwrap();
    world.settle();
    assert_eq!(world.members("sellers"), ["ben", "eve"]);
    assert!(world.licenses("ann").is_empty() && world.consumed("S") == 2);
    world.rule("sellers", "user.department -eq \"kitchen\"").unwrap();
    world.settle();
    assert_eq!((world.members("sellers"), world.consumed("S")), (vec!["ann".to_owned()], 1));
}

#[test]
fn nobody_joins_or_leaves_by_hand() {
    let mut world = people();
    world.dynamic_group("sellers", SALES).unwrap();
    world.settle();
    assert_eq!(world.join("eve", "sellers"), Err(Refusal::DynamicMembership));
    assert_eq!(world.leave("ann", "sellers"), Err(Refusal::DynamicMembership));
    world.turn("sellers", "Paused").unwrap();
    assert_eq!(world.join("eve", "sellers"), Err(Refusal::DynamicMembership));
}

#[test]
fn a_paused_rule_waits() {
    let mut world = people();
    world.dynamic_group("sellers", SALES).unwrap();
    world.turn("sellers", "Paused").unwrap();
    world.settle();
    assert!(world.members("sellers").is_empty());
    world.turn("sellers", "On").unwrap();
    world.settle();
    assert_eq!(world.members("sellers"), ["ann", "ben"]);
    world.turn("sellers", "Paused").unwrap();
    world.department("ann", "Kitchen").unwrap();
    world.settle();
    assert_eq!(world.members("sellers"), ["ann", "ben"]);
}

#[test]
fn new_deleted_and_restored_users_are_looked_at() {
    let mut world = people();
    world.dynamic_group("all", "user.objectId -ne null").unwrap();
    world.settle();
    world.user("max");
    world.settle();
    assert_eq!(world.members("all"), ["ann", "ben", "eve", "max"]);
    world.delete_user("max").unwrap();
    world.rule("all", SALES).unwrap();
    world.settle();
    assert_eq!(world.members("all"), ["ann", "ben", "max"], "a deleted user keeps its memberships");
    world.restore_user("max").unwrap();
    world.settle();
    assert_eq!(world.members("all"), ["ann", "ben"]);
}

#[test]
fn an_assigned_group_becomes_dynamic_and_back() {
    let mut world = people();
    world.group("club");
    world.group("inner");
    world.join("eve", "club").unwrap();
    world.join("ann", "club").unwrap();
    world.join("inner", "club").unwrap();
    world.rule("club", SALES).unwrap();
    world.settle();
    assert_eq!(world.members("club"), ["ann", "ben"]);
    assert_eq!(world.facts.memberships.len(), 2, "no group is left in it");
    let paused = ("membershipRuleProcessingState", text("Paused"));
    world.set_group("club", [("groupTypes", Value::List(Vec::new())), paused]).unwrap();
    assert!(world.facts.tenant.dynamic_groups.is_empty());
    let profile = world.group_facts("club").profile.clone();
    assert_eq!(
        profile.properties.get("membershipRule").or(profile.properties.get("membershipRuleProcessingState")),
        None
    );
    world.leave("ann", "club").unwrap();
    world.department("ben", "Kitchen").unwrap();
    world.settle();
    assert_eq!((world.members("club"), status(&world, "club")), (vec!["ben".to_owned()], None));
}

#[test]
fn a_group_that_becomes_dynamic_takes_its_licences_from_whom_its_rule_leaves_out() {
    let mut world = people();
    world.sku("S", 5, &["p"]);
    world.group("club");
    world.license("club", &[all_of("S")], &[]).unwrap();
    world.join("ann", "club").unwrap();
    world.join("eve", "club").unwrap();
    world.settle();
    assert_eq!(world.consumed("S"), 2);
    world.rule("club", SALES).unwrap();
    world.settle();
    assert!(world.licenses("eve").is_empty());
    assert_eq!(
        (world.licenses("ann"), world.licenses("ben"), world.consumed("S")),
        (vec!["S".to_owned()], vec!["S".to_owned()], 2)
    );
}

#[test]
fn a_deleted_group_looks_at_nobody() {
    let mut world = people();
    world.dynamic_group("sellers", SALES).unwrap();
    world.delete_group("sellers").unwrap();
    assert!(world.facts.tenant.dynamic_groups.is_empty());
    assert_eq!(world.pending, Pending::default());
}

#[test]
fn a_group_has_a_rule_just_when_it_is_dynamic() {
    let mut world = people();
    world.group("club");
    let required = |property| Err(Refusal::PropertyRequired { property, resource: "Group" });
    let types = || ("groupTypes", Value::List(vec![text("DynamicMembership")]));
    let rule = || ("membershipRule", text(SALES));
    let state = |state| ("membershipRuleProcessingState", text(state));
    assert_eq!(world.set_group("club", [rule()]), Err(invalid("membershipRule")));
    assert_eq!(world.set_group("club", [state("On")]), Err(invalid("membershipRuleProcessingState")));
    assert_eq!(world.set_group("club", [types()]), required("membershipRule"));
    assert_eq!(world.set_group("club", [types(), rule()]), required("membershipRuleProcessingState"));
    assert_eq!(world.set_group("club", [types(), rule(), state("on")]), Err(invalid("membershipRuleProcessingState")));
    let for_roles = ("isAssignableToRole", Value::Bool(true));
    assert_eq!(world.set_group("club", [types(), rule(), state("On"), for_roles]), Err(invalid("isAssignableToRole")));
    world.set_group("club", [types(), rule(), state("On")]).unwrap();
    assert_eq!(world.set_group("club", [("membershipRule", Value::Null)]), required("membershipRule"));
}

#[test]
fn rules_are_refused_in_graphs_words() {
    let mut world = people();
    let wrong = "Wrong property applied. Property 'shoesize' cannot be applied to object 'User'";
    assert_eq!(world.dynamic_group("g", "user.shoeSize -eq \"43\""), Err(refused(wrong)));
    let no_type = Refusal::InvalidRule { code: "InvalidObjectTypeException", sentence: "No object type".to_owned() };
    assert_eq!(world.dynamic_group("g", "accountEnabled -eq true"), Err(no_type));
}

#[test]
fn licences_drive_membership_and_membership_drives_licences() {
    let mut world = people();
    world.sku("A", 9, &["a"]);
    world.sku("B", 9, &["b"]);
    world.sku("C", 9, &["c"]);
    world.dynamic_group("first", &has_plan("a")).unwrap();
    world.dynamic_group("second", &has_plan("b")).unwrap();
    world.license("first", &[all_of("B")], &[]).unwrap();
    world.license("second", &[all_of("C")], &[]).unwrap();
    world.settle();
    world.assign("ann", &[all_of("A")], &[]).unwrap();
    world.settle();
    assert_eq!(world.licenses("ann"), ["A", "B", "C"]);
    world.assign("ann", &[], &["A"]).unwrap();
    world.settle();
    assert!(world.licenses("ann").is_empty() && world.members("second").is_empty());
    // Also when the licence comes by another group.
    world.group("club");
    world.join("eve", "club").unwrap();
    world.license("club", &[all_of("A")], &[]).unwrap();
    world.settle();
    assert_eq!(world.licenses("eve"), ["A", "B", "C"]);
    assert_eq!(world.misled(), []);
}

#[test]
fn a_rule_that_its_own_licence_turns_around_ends_after_some_rounds() {
    let mut world = people();
    world.sku("A", 9, &["a"]);
    world.dynamic_group("moody", &format!("-not ({})", has_plan("a"))).unwrap();
    world.license("moody", &[all_of("A")], &[]).unwrap();
    world.settle();
    assert_eq!(status(&world, "moody"), Some(RuleStatus::Failed));
    let (users, consumed) = (world.licenses("ann"), world.consumed("A"));
    world.rule("moody", &format!("-not ({})", has_plan("a"))).unwrap();
    world.settle();
    assert_eq!((world.licenses("ann"), world.consumed("A")), (users, consumed), "again is as before");
    world.rule("moody", SALES).unwrap();
    world.settle();
    assert_eq!((status(&world, "moody"), world.misled()), (Some(RuleStatus::Succeeded), Vec::new()));
}

#[test]
fn each_group_that_a_circle_leaves_at_odds_with_its_rule_says_so() {
    let mut world = people();
    world.sku("A", 9, &["a"]);
    world.sku("B", 9, &["b"]);
    world.dynamic_group("without", &format!("-not ({})", has_plan("b"))).unwrap();
    world.dynamic_group("with", &has_plan("a")).unwrap();
    world.license("without", &[all_of("A")], &[]).unwrap();
    world.license("with", &[all_of("B")], &[]).unwrap();
    world.settle();
    let misled = world.misled();
    assert_eq!(misled.len(), 1, "{misled:?}");
    assert_eq!(world.facts.groups[&misled[0]].rule_status, Some(RuleStatus::Failed));
}

#[test]
fn the_state_of_a_purchase_is_seen_by_rules() {
    let mut world = people();
    world.sku("A", 9, &["a"]);
    world.dynamic_group("first", &has_plan("a")).unwrap();
    world.assign("ann", &[all_of("A")], &[]).unwrap();
    world.settle();
    assert_eq!(world.members("first"), ["ann"]);
    world.buy("A", 1);
    assert_eq!(world.pending.rules.len(), 1);
    world.settle();
    assert_eq!(world.members("first"), ["ann"]);
}

#[test]
fn a_mark_of_the_rules_survives_reprocessing() {
    let mut world = people();
    world.dynamic_group("sellers", SALES).unwrap();
    world.settle();
    world.department("ann", "Kitchen").unwrap();
    world.reprocess("ann").unwrap();
    world.settle();
    assert_eq!(world.members("sellers"), ["ben"]);
}

/// Something that happens in a tenant with rules.
#[derive(Clone, Debug)]
enum Event {
    Step(Step),
    Department(&'static str, &'static str),
    Rule(&'static str, String),
    Turn(&'static str, &'static str),
    Assigned(&'static str),
}

fn event() -> impl Strategy<Value = Event> {
    let user = || prop_oneof![Just("u0"), Just("u1"), Just("u2"), Just("u3")];
    let group = || prop_oneof![Just("g0"), Just("g1"), Just("g2")];
    let rule = prop_oneof![
        2 => Just(SALES.to_owned()),
        1 => Just("user.objectId -ne null".to_owned()),
        3 => prop_oneof![Just("mail"), Just("calls"), Just("p2")].prop_map(has_plan),
        2 => prop_oneof![Just("calls"), Just("p3")].prop_map(|plan| format!("-not ({})", has_plan(plan))),
        2 => group().prop_map(|group| member_of(&[group])),
    ];
    prop_oneof![
        8 => step().prop_map(Event::Step),
        2 => (user(), prop_oneof![Just("sales"), Just("kitchen")]).prop_map(|(user, of)| Event::Department(user, of)),
        3 => (group(), rule).prop_map(|(group, rule)| Event::Rule(group, rule)),
        1 => (group(), prop_oneof![Just("On"), Just("Paused")]).prop_map(|(group, state)| Event::Turn(group, state)),
        1 => group().prop_map(Event::Assigned),
    ]
}

fn settled(layout: &Layout, events: &[Event], users_max: u32) -> World {
    let mut world = World::of(layout);
    for event in events {
        // What is refused is as good a history.
        match event {
            Event::Step(step) => drop(world.take(step, users_max)),
            Event::Department(user, department) => drop(world.department(user, department)),
            Event::Rule(group, rule) => drop(world.rule(group, rule)),
            Event::Turn(group, state) => drop(world.turn(group, state)),
            Event::Assigned(group) => drop(world.set_group(group, [("groupTypes", Value::List(Vec::new()))])),
        }
    }
    world.settle_by(users_max);
    world
}

fn few_seats() -> impl Strategy<Value = Layout> {
    layout(prop_oneof![1 => 0..=1_u32, 3 => 2..=5_u32])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 2, ..ProptestConfig::default() })]

    #[test]
    fn the_size_of_chunks_decides_nothing(layout in few_seats(), events in vec(event(), 0..=30)) {
        let one = settled(&layout, &events, 1).facts;
        for users_max in [2, 7, 1_000] {
            let other = settled(&layout, &events, users_max).facts;
            prop_assert_eq!(&one.memberships, &other.memberships);
            prop_assert_eq!(&one.users, &other.users);
            prop_assert_eq!(&one.consumed, &other.consumed);
            prop_assert_eq!(&one.groups, &other.groups);
        }
    }

    #[test]
    fn a_settled_group_has_whom_its_rule_selects(layout in few_seats(), events in vec(event(), 0..=30)) {
        // Their doings are not commands, so nobody is told of them.
        let events: Vec<Event> = events.into_iter().filter(|e| !matches!(e, Event::Step(Step::Decay { .. }))).collect();
        let world = settled(&layout, &events, 2);
        for key in world.misled() {
            let follows = world.facts.tenant.dynamic_groups.get(key).unwrap().follows_groups();
            prop_assert!(follows || world.facts.groups[&key].rule_status == Some(RuleStatus::Failed));
        }
    }
}

#[test]
fn a_tenant_has_so_many_dynamic_groups_and_not_one_more() {
    let mut world = World::new();
    let quota = |wanted, quota, of| Err(Refusal::QuotaExceeded { wanted, quota, of });
    world.dynamic_group("first", "user.department -eq \"x\"").unwrap();
    let rule = |text: &str| DynamicGroup::new(text, true, Named::default()).unwrap();
    let plain = rule("user.city -eq \"x\"");
    let others = (1..DYNAMIC_GROUPS_MAX).map(|at| (GroupKey(1_000_000 + u32::try_from(at).unwrap()), plain.clone()));
    let first = world.tenant().dynamic_groups.clone();
    world.tenant().dynamic_groups = first.iter().map(|(key, group)| (key, group.clone())).chain(others).collect();
    world.rule("first", "user.department -eq \"y\"").unwrap();
    let exceeded = quota(DYNAMIC_GROUPS_MAX + 1, DYNAMIC_GROUPS_MAX, "dynamic membership groups");
    assert_eq!(world.dynamic_group("second", "user.department -eq \"x\""), exceeded);

    let large = rule(&vec!["user.city -match '[a-z]{3}'"; 80].join(" or "));
    let greedy = "user.city -match '^Bus'";
    let crowd = (0..400).map(|at| (GroupKey(1_000_000 + at), large.clone()));
    world.tenant().dynamic_groups = first.iter().map(|(key, group)| (key, group.clone())).chain(crowd).collect();
    let refused = world.dynamic_group("third", greedy).unwrap_err();
    let sentence = refused.to_string();
    assert!(sentence.starts_with("Unable to perform operation as '"), "{sentence}");
    let end = format!(
        "' would exceed the maximum quota count '{PATTERNS_BYTES_MAX}' for bytes of regular expressions in membership rules."
    );
    assert!(sentence.ends_with(&end), "{sentence}");
    world.dynamic_group("plain", "user.department -eq \"x\"").unwrap();
}
