//! Why a rule selects a subject or does not: the answer of beta `evaluateDynamicMembership` (section 1.9).

use std::fmt::Display;

use jiff::Timestamp;

use crate::predicate::as_texts;
use crate::property::Property;
use crate::selection::{Condition, Item, ItemTest, ItemsTest, MembersOf, PropertyTest, Selection, reports_to};
use crate::subject::{Subject, Value};
use crate::syntax::Expression;

/// What a rule says of a subject (section 1.9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// `membershipRuleEvaluationResult`
    pub result: bool,
    /// `membershipRuleEvaluationDetails`
    pub details: Details,
}

/// Graph's `expressionEvaluationDetails` (section 1.9): an expression, its result, and how that came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// `expression`: its canonical text.
    pub expression: String,
    /// `expressionResult`
    pub result: bool,
    /// `propertyToEvaluate`, for a clause of one property.
    pub property: Option<PropertyToEvaluate>,
    /// `expressionEvaluationDetails`: the expressions it is made of. For `-any` and `-all` it is the condition on
    /// the first item that decided, if one did.
    pub parts: Vec<Details>,
}

/// Graph's `propertyToEvaluate` (section 1.9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyToEvaluate {
    /// `propertyName`, without its object.
    pub name: String,
    /// `propertyValue`: as text, of a collection with `, ` between its items, or nothing for null.
    pub value: Option<String>,
}

/// How the result of a rule came about.
pub(crate) fn explain(selection: &Selection, subject: &dyn Subject, now: Timestamp) -> Details {
    match selection {
        Selection::DirectReports(manager) => {
            let value = subject.manager_id().map(|id| id.into_owned());
            leaf(selection, reports_to(subject, manager), "manager", value)
        }
        Selection::MembersOf(members) => members_of(members, subject),
        Selection::Where(expression) => of_expression(expression, &|condition| of_condition(condition, subject, now)),
    }
}

fn leaf(expression: &impl Display, result: bool, name: &str, value: Option<String>) -> Details {
    let property = Some(PropertyToEvaluate { name: name.to_owned(), value });
    Details { expression: expression.to_string(), result, property, parts: Vec::new() }
}

fn members_of(members: &MembersOf, subject: &dyn Subject) -> Details {
    let found: Vec<&str> =
        members.groups.iter().map(String::as_str).filter(|group| subject.is_member_of(group)).collect();
    let value = (!found.is_empty()).then(|| found.join(", "));
    leaf(members, !found.is_empty(), members.property.name(), value)
}

fn of_expression<C: Display>(expression: &Expression<C>, of_clause: &impl Fn(&C) -> Details) -> Details {
    let parts: Vec<Details> = match expression {
        Expression::Clause(clause) => return of_clause(clause),
        Expression::Not(inner) => vec![of_expression(inner, of_clause)],
        Expression::And(..) | Expression::Or(..) => {
            row(expression).into_iter().map(|part| of_expression(part, of_clause)).collect()
        }
    };
    let result = match expression {
        Expression::Or(..) => parts.iter().any(|part| part.result),
        Expression::Not(_) => !parts.iter().all(|part| part.result),
        Expression::And(..) | Expression::Clause(_) => parts.iter().all(|part| part.result),
    };
    Details { expression: expression.to_string(), result, property: None, parts }
}

/// What one kind of `-and` or `-or` connects in a row, from left to right.
fn row<C>(expression: &Expression<C>) -> Vec<&Expression<C>> {
    let mut row = Vec::new();
    let mut rest = expression;
    while let (Expression::And(..), Expression::And(left, right)) | (Expression::Or(..), Expression::Or(left, right)) =
        (expression, rest)
    {
        row.push(&**right);
        rest = left;
    }
    row.push(rest);
    row.reverse();
    row
}

fn of_condition(condition: &Condition, subject: &dyn Subject, now: Timestamp) -> Details {
    let value = subject.value(condition.property());
    let name = condition.property().name();
    match condition {
        Condition::Property(PropertyTest { test, .. }) => {
            leaf(condition, test.predicate.holds(value.as_ref(), now), name, shown(value.as_ref()))
        }
        Condition::Items(items) => {
            let deciding = items.deciding(value.as_ref(), now);
            let parts = deciding.map(|item| of_item(items, item, now)).into_iter().collect();
            let details = leaf(condition, items.holds(value.as_ref(), now), name, shown(value.as_ref()));
            Details { parts, ..details }
        }
    }
}

fn of_item(items: &ItemsTest, item: Item<'_>, now: Timestamp) -> Details {
    of_expression(&items.condition, &|test: &ItemTest| {
        leaf(test, test.holds(item, now), test.field.name(), test.field.of(item).map(str::to_owned))
    })
}

/// A value as text; of assigned plans, their ids.
fn shown(value: Option<&Value<'_>>) -> Option<String> {
    let texts = match value {
        Some(Value::Plans(plans)) => plans.iter().filter_map(|plan| plan.service_plan_id.clone()).collect(),
        other => as_texts(other),
    };
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// A subject of another kind than the rule is about: it has nothing.
pub(crate) struct Nothing<'s>(pub(crate) &'s dyn Subject);

impl Subject for Nothing<'_> {
    fn kind(&self) -> crate::ObjectKind {
        self.0.kind()
    }

    fn value(&self, _: &Property) -> Option<Value<'_>> {
        None
    }

    fn is_member_of(&self, _: &str) -> bool {
        false
    }

    fn manager_id(&self) -> Option<std::borrow::Cow<'_, str>> {
        None
    }
}
