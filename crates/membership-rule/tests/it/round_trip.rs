//! What is printed reads as the same.

use jiff::Timestamp;
use membership_rule::limits::{CHARACTERS_MAX, DEPTH_MAX};
use membership_rule::syntax::{
    Clause, Comparison, Direction, Duration, Expression, Items, Located, Operand, Operator, Quantifier, Rule, Shift,
    Value,
};
use membership_rule::{Facts, MembershipRule, ObjectKind, Property, PropertyType};
use proptest::prelude::*;
use proptest::sample::select;

fn at<T>(value: T) -> Located<T> {
    Located { value, at: 0 }
}

fn text() -> impl Strategy<Value = String> {
    "[a-z`'\"\\\\ ()–é-]{0,8}|\\PC{0,6}"
}

fn shift() -> impl Strategy<Value = Shift> {
    let duration = "p[1-9]y|P[0-9]{1,2}D|pt[0-9]{1,3}h[0-9]{1,2}m|P1Y2M3W4DT5H6M7S|PT0\\.5S";
    let parsed = duration.prop_filter_map("durations have no fraction", |text| Duration::parse(&text));
    (select(vec![Direction::Plus, Direction::Minus]), parsed)
        .prop_map(|(direction, duration)| Shift { direction, duration })
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        "-?[0-9]{1,6}(\\.[0-9]{1,3})?".prop_map(Value::Number),
        text().prop_map(Value::Text),
        (0..4_000_000_000i64).prop_map(|second| Value::Time(Timestamp::from_second(second).unwrap())),
        prop::option::of(shift()).prop_map(Value::Now),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let list = prop::collection::vec(scalar().prop_map(at), 1..4).prop_map(Value::List);
    prop_oneof![4 => scalar(), 1 => list]
}

fn operand() -> impl Strategy<Value = Operand> {
    let property = ("user|device|group|assignedPlan|[a-z]{1,5}", "[a-zA-Z_][a-zA-Z0-9_]{0,8}")
        .prop_map(|(object, name)| Operand::Property { object, name });
    prop_oneof![1 => Just(Operand::Item), 5 => property]
}

fn comparison() -> impl Strategy<Value = Clause> {
    (operand(), select(&Operator::ALL[..]), value()).prop_map(|(operand, operator, value)| {
        Clause::Compare(Comparison { operand: at(operand), operator: at(operator), value: at(value) })
    })
}

fn quantifier() -> impl Strategy<Value = Quantifier> {
    select(vec![Quantifier::Any, Quantifier::All])
}

fn joined<C: Clone + std::fmt::Debug + 'static>(
    inner: impl Strategy<Value = Expression<C>> + Clone + 'static,
) -> impl Strategy<Value = Expression<C>> {
    let pair = || (inner.clone().prop_map(Box::new), inner.clone().prop_map(Box::new));
    prop_oneof![
        pair().prop_map(|(left, right)| Expression::And(left, right)),
        pair().prop_map(|(left, right)| Expression::Or(left, right)),
        inner.clone().prop_map(|inner| Expression::Not(Box::new(inner))),
    ]
}

/// Any tree of the grammar, whether it makes sense or not.
fn expression() -> impl Strategy<Value = Expression<Clause>> {
    comparison().prop_map(Expression::Clause).prop_recursive(5, 24, 2, |inner| {
        let items = (operand(), quantifier(), inner.clone()).prop_map(|(operand, quantifier, condition)| {
            let (collection, quantifier) = (at(operand), at(quantifier));
            Expression::Clause(Clause::Items(Items { collection, quantifier, condition: Box::new(condition) }))
        });
        prop_oneof![3 => joined(inner), 1 => items]
    })
}

fn rule() -> impl Strategy<Value = Rule> {
    prop_oneof![1 => text().prop_map(Rule::DirectReports), 9 => expression().prop_map(Rule::Where)]
}

/// A clause of users that the table bears, in some way to write it.
fn sensible_clause() -> impl Strategy<Value = String> {
    let properties: Vec<Property> = Property::all(ObjectKind::User).collect();
    let operators = select(vec!["-eq", "ne", "-startsWith", "–notContains", "-ENDSWITH", "notstartswith"]);
    (select(properties), operators, "[a-d]{0,2}", "[0-9]", any::<bool>()).prop_map(
        |(property, operator, text, digit, yes)| match property.property_type() {
            PropertyType::Bool => format!("{property} -ne {yes}"),
            PropertyType::Time if yes => format!("{property} -ge system.now -minus p{digit}d"),
            PropertyType::Time => format!("{property} -le '202{digit}-01-01'"),
            PropertyType::Text if yes => format!("{property} -notIn ['{text}', {digit}]"),
            PropertyType::Text => format!("{property} {operator} '{text}'"),
            PropertyType::Texts if yes => format!("{property} {operator} \"{text}\""),
            PropertyType::Texts => format!("{property} -all (_ {operator} '{text}' -or _ -match \"^{text}\")"),
            PropertyType::Plans => format!("{property} -any (assignedPlan.service -eq null)"),
            PropertyType::Groups => "user.city -eq $null".to_owned(),
        },
    )
}

fn sensible_rule() -> impl Strategy<Value = String> {
    sensible_clause().prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("{left} -and ({right})")),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("{left} or {right}")),
            inner.prop_map(|inner| format!("-not ({inner})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_tree_reads_as_it_was_printed(rule in rule()) {
        let printed = rule.to_string();
        prop_assume!(printed.chars().count() <= CHARACTERS_MAX);
        let read = Rule::parse(&printed);
        prop_assert_eq!(read.as_ref(), Ok(&rule), "{}", printed);
        prop_assert_eq!(read.unwrap().to_string(), printed);
    }

    #[test]
    fn a_checked_rule_reads_and_selects_as_its_canonical_text(text in sensible_rule(), value in "[a-d]{0,2}") {
        let rule = MembershipRule::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let canonical = rule.to_string();
        prop_assume!(canonical.chars().count() <= CHARACTERS_MAX);
        let again = MembershipRule::parse(&canonical);
        prop_assert_eq!(again.as_ref(), Ok(&rule), "{}", canonical);
        let now = "2026-01-15T12:00:00Z".parse().unwrap();
        let text = |value: &str| membership_rule::Value::Text(value.to_owned().into());
        let user = Facts::user().with("city", text(&value)).with("department", text(&value));
        let evaluation = rule.evaluate(&user, now);
        prop_assert_eq!(evaluation.result, rule.matches(&user, now));
        prop_assert_eq!(evaluation.details.expression, canonical);
    }

    #[test]
    fn not_turns_every_result_around(text in sensible_rule(), value in "[a-d]{0,2}") {
        let now = "2026-01-15T12:00:00Z".parse().unwrap();
        let user = Facts::user().with("surname", membership_rule::Value::Text(value.into()));
        let turned = format!("-not ({text})");
        prop_assume!(turned.len() <= CHARACTERS_MAX);
        let result = |text: &str| MembershipRule::parse(text).unwrap().matches(&user, now);
        prop_assert_eq!(result(&text), !result(&turned));
    }
}

#[test]
fn a_deep_tree_prints_within_its_depth() {
    let open = "-not (".repeat(DEPTH_MAX);
    let rule = Rule::parse(&format!("{open}user.a -eq 1{}", ")".repeat(DEPTH_MAX))).unwrap();
    assert_eq!(Rule::parse(&rule.to_string()), Ok(rule));
}
