//! A question to one object that is answered by looking at it.

use crate::wire::time;
use licensing::directory::fold_name;
use licensing::time::Timestamp;
use std::borrow::Cow;
use uuid::Uuid;

/// A filter that is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// All hold.
    All(Vec<Condition>),
    /// One holds.
    Any(Vec<Condition>),
    /// It does not hold. There is no third truth: what is null is not equal to a text, and does not begin with one.
    Not(Box<Condition>),
    /// The property of this path passes.
    Is(&'static str, Test),
    /// The collection has an item for which this holds, or has one at all.
    Has(&'static str, Option<Box<Condition>>),
}

/// A test of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    /// It is one of these.
    OneOf(Vec<Operand>),
    /// It is this or comes after it.
    AtLeast(Operand),
    /// It is this or comes before it.
    AtMost(Operand),
    /// A text begins so.
    Starts(String),
    /// A text ends so.
    Ends(String),
}

/// What a client compares with. Texts are folded: they are compared without case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    Null,
    Flag(bool),
    Text(String),
    /// The last millisecond that is not after what is meant, and whether it is that very one.
    Time(Timestamp, bool),
    Guid(Uuid),
}

/// What an object has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Datum<'a> {
    Null,
    Flag(bool),
    Text(Cow<'a, str>),
    Time(Timestamp),
    Guid(Uuid),
}

/// What a condition can be about.
pub(crate) trait Subject {
    /// The value of the property of this path.
    fn value(&self, path: &'static str) -> Datum<'_>;

    /// Whether a collection has an item that passes.
    fn has(&self, collection: &'static str, passes: &mut dyn FnMut(&dyn Subject) -> bool) -> bool;
}

impl Condition {
    /// The conditions that must hold together.
    pub(crate) fn clauses(&self) -> &[Self] {
        match self {
            Self::All(clauses) => clauses,
            one => std::slice::from_ref(one),
        }
    }

    /// Whether it holds for an object.
    pub(crate) fn holds(&self, subject: &dyn Subject) -> bool {
        match self {
            Self::All(all) => all.iter().all(|condition| condition.holds(subject)),
            Self::Any(any) => any.iter().any(|condition| condition.holds(subject)),
            Self::Not(condition) => !condition.holds(subject),
            Self::Is(path, test) => test.passes(&subject.value(path)),
            Self::Has(collection, condition) => {
                let holds = |item: &dyn Subject| condition.as_ref().is_none_or(|condition| condition.holds(item));
                subject.has(collection, &mut { holds })
            }
        }
    }

    /// Whether it asks for nothing but these properties.
    pub(crate) fn is_about(&self, properties: &[&str]) -> bool {
        match self {
            Self::All(conditions) | Self::Any(conditions) => conditions.iter().all(|one| one.is_about(properties)),
            Self::Not(condition) => condition.is_about(properties),
            Self::Is(path, _) | Self::Has(path, _) => properties.contains(path),
        }
    }

    /// Whether it asks for a property.
    pub(crate) fn mentions(&self, property: &str) -> bool {
        match self {
            Self::All(conditions) | Self::Any(conditions) => conditions.iter().any(|one| one.mentions(property)),
            Self::Not(condition) => condition.mentions(property),
            Self::Is(path, _) | Self::Has(path, _) => *path == property,
        }
    }
}

impl Test {
    fn passes(&self, datum: &Datum<'_>) -> bool {
        match self {
            Self::OneOf(operands) => operands.iter().any(|operand| operand.equals(datum)),
            Self::AtLeast(operand) => operand.order(datum).is_some_and(|order| order.is_ge()),
            Self::AtMost(operand) => operand.order(datum).is_some_and(|order| order.is_le()),
            Self::Starts(text) => matches!(datum, Datum::Text(value) if fold_name(value).starts_with(text)),
            Self::Ends(text) => matches!(datum, Datum::Text(value) if fold_name(value).ends_with(text)),
        }
    }
}

impl Operand {
    /// The folded text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn equals(&self, datum: &Datum<'_>) -> bool {
        match (self, datum) {
            (Self::Null, Datum::Null) => true,
            (Self::Flag(wanted), Datum::Flag(value)) => wanted == value,
            (Self::Guid(wanted), Datum::Guid(value)) => wanted == value,
            _ => self.order(datum).is_some_and(std::cmp::Ordering::is_eq),
        }
    }

    /// How a value compares with this, if both are of a kind that has an order.
    fn order(&self, datum: &Datum<'_>) -> Option<std::cmp::Ordering> {
        match (self, datum) {
            (Self::Text(wanted), Datum::Text(value)) => Some(fold_name(value).as_str().cmp(wanted)),
            (Self::Time(wanted, is_exact), Datum::Time(value)) => {
                // As they are shown, times have whole seconds.
                let shown = value.unix_millis.div_euclid(1_000) * 1_000;
                let order = shown.cmp(&wanted.unix_millis);
                Some(if *is_exact { order } else { order.then(std::cmp::Ordering::Less) })
            }
            (Self::Time(..), Datum::Text(value)) => self.order(&Datum::Time(time::parse(value)?.0)),
            _ => None,
        }
    }
}
