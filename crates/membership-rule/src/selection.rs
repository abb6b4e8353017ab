//! A rule whose properties exist and whose types agree: what it asks of a subject.

use std::fmt;

use jiff::Timestamp;

use crate::predicate::Predicate;
use crate::property::Property;
use crate::subject::{AssignedPlan, Subject, Value};
use crate::syntax::{self, Expression, Operator, Quantifier};

/// Whom a rule selects.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Selection {
    /// The direct reports of a manager.
    DirectReports(String),
    /// The direct members of groups.
    MembersOf(MembersOf),
    /// All for whom an expression holds.
    Where(Expression<Condition>),
}

/// `user.memberOf -any (group.objectId -in […])`
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MembersOf {
    pub(crate) property: Property,
    pub(crate) groups: Vec<String>,
}

/// What holds or not by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    Property(PropertyTest),
    Items(ItemsTest),
}

/// A property and what is asked of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PropertyTest {
    pub(crate) property: Property,
    pub(crate) test: Test,
}

/// A collection, and what is asked of its items.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ItemsTest {
    pub(crate) property: Property,
    pub(crate) quantifier: Quantifier,
    pub(crate) condition: Expression<ItemTest>,
}

/// What is asked of an item, or of a field of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ItemTest {
    pub(crate) field: Field,
    pub(crate) test: Test,
}

/// The part of an item that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// `_`
    Whole,
    ServicePlanId,
    Service,
    CapabilityStatus,
}

/// A comparison in its canonical form, and what it means.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Test {
    pub(crate) operator: Operator,
    pub(crate) value: syntax::Value,
    pub(crate) predicate: Predicate,
}

/// An item of a collection.
#[derive(Clone, Copy)]
pub(crate) enum Item<'v> {
    Text(&'v str),
    Plan(&'v AssignedPlan<'v>),
}

impl Selection {
    pub(crate) fn holds(&self, subject: &dyn Subject, now: Timestamp) -> bool {
        match self {
            Self::DirectReports(manager) => reports_to(subject, manager),
            Self::MembersOf(members) => members.groups.iter().any(|group| subject.is_member_of(group)),
            Self::Where(expression) => expression.holds(&|condition| condition.holds(subject, now)),
        }
    }
}

impl Selection {
    /// Whether it holds all the time between two moments; `None` if that is not known.
    pub(crate) fn holds_throughout(&self, subject: &dyn Subject, from: Timestamp, to: Timestamp) -> Option<bool> {
        match self {
            Self::DirectReports(_) | Self::MembersOf(_) => Some(self.holds(subject, from)),
            Self::Where(expression) => expression.surely_holds(&|condition| match condition {
                Condition::Property(PropertyTest { property, test }) => {
                    test.predicate.holds_throughout(subject.value(property).as_ref(), from, to)
                }
                Condition::Items(_) => Some(condition.holds(subject, from)),
            }),
        }
    }
}

pub(crate) fn reports_to(subject: &dyn Subject, manager: &str) -> bool {
    subject.manager_id().is_some_and(|id| id.eq_ignore_ascii_case(manager))
}

impl Condition {
    fn holds(&self, subject: &dyn Subject, now: Timestamp) -> bool {
        match self {
            Self::Property(PropertyTest { property, test }) => {
                test.predicate.holds(subject.value(property).as_ref(), now)
            }
            Self::Items(items) => items.holds(subject.value(&items.property).as_ref(), now),
        }
    }

    pub(crate) fn property(&self) -> &Property {
        match self {
            Self::Property(PropertyTest { property, .. }) | Self::Items(ItemsTest { property, .. }) => property,
        }
    }
}

impl ItemsTest {
    pub(crate) fn holds(&self, value: Option<&Value<'_>>, now: Timestamp) -> bool {
        self.deciding(value, now).is_some() == (self.quantifier == Quantifier::Any)
    }

    /// The first item that decides: for `-any` one that satisfies the condition, for `-all` one that does not.
    pub(crate) fn deciding<'v>(&self, value: Option<&'v Value<'v>>, now: Timestamp) -> Option<Item<'v>> {
        let sought = self.quantifier == Quantifier::Any;
        let decides = |item: &Item<'_>| self.condition.holds(&|test| test.holds(*item, now)) == sought;
        items(value).into_iter().find(decides)
    }
}

fn items<'v>(value: Option<&'v Value<'v>>) -> Vec<Item<'v>> {
    match value {
        Some(Value::Texts(texts)) => texts.iter().map(|text| Item::Text(text)).collect(),
        Some(Value::Text(text)) => vec![Item::Text(text)],
        Some(Value::Plans(plans)) => plans.iter().map(Item::Plan).collect(),
        Some(Value::Bool(_) | Value::Time(_)) | None => Vec::new(),
    }
}

impl ItemTest {
    pub(crate) fn holds(&self, item: Item<'_>, now: Timestamp) -> bool {
        self.test.predicate.holds(self.field.of(item).map(Value::from).as_ref(), now)
    }
}

impl Field {
    /// The fields of an assigned plan.
    pub(crate) const OF_PLANS: [Self; 3] = [Self::ServicePlanId, Self::Service, Self::CapabilityStatus];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Whole => "_",
            Self::ServicePlanId => "servicePlanId",
            Self::Service => "service",
            Self::CapabilityStatus => "capabilityStatus",
        }
    }

    /// What this field of the item holds.
    pub(crate) fn of(self, item: Item<'_>) -> Option<&str> {
        match (self, item) {
            (Self::Whole, Item::Text(text)) => Some(text),
            (Self::ServicePlanId, Item::Plan(plan)) => plan.service_plan_id.as_deref(),
            (Self::Service, Item::Plan(plan)) => plan.service.as_deref(),
            (Self::CapabilityStatus, Item::Plan(plan)) => plan.capability_status.as_deref(),
            _ => None,
        }
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DirectReports(manager) => write!(f, "{}", syntax::Rule::DirectReports(manager.clone())),
            Self::MembersOf(members) => write!(f, "{members}"),
            Self::Where(expression) => write!(f, "{expression}"),
        }
    }
}

impl fmt::Display for MembersOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |id: &String| syntax::Located { value: syntax::Value::Text(id.clone()), at: 0 };
        let list = syntax::Value::List(self.groups.iter().map(text).collect());
        write!(f, "{} -any (group.objectId -in {list})", self.property)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Property(PropertyTest { property, test }) => write!(f, "{property} {test}"),
            Self::Items(ItemsTest { property, quantifier, condition }) => {
                write!(f, "{property} {quantifier} ({condition})")
            }
        }
    }
}

impl fmt::Display for ItemTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = if self.field == Field::Whole { "" } else { "assignedPlan." };
        write!(f, "{object}{} {}", self.field.name(), self.test)
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operator, self.value)
    }
}
