//! A rule as it is written: section 7.1. Whether properties exist and types agree is not known here; that is for
//! [`MembershipRule`](crate::MembershipRule).

mod moment;
mod operator;
mod parser;
mod printer;

use std::ops::Deref;

pub use moment::{Direction, Duration, Shift};
pub use operator::{Operator, Quantifier};

pub(crate) use moment::time;

use crate::error::RuleError;

/// A rule as it is written (section 7.1).
///
/// Its text is canonical: hyphens before operators, no parentheses but the needed ones, text in double quotes. That text
/// reads as the same rule, unless it has become longer than
/// [`CHARACTERS_MAX`](crate::limits::CHARACTERS_MAX).
///
/// ```
/// use membership_rule::syntax::Rule;
/// let rule = Rule::parse("(user.city eq 'Oslo') OR NOT (user.mail –eq $null)")?;
/// assert_eq!(rule.to_string(), "user.city -eq \"Oslo\" -or -not user.mail -eq null");
/// assert_eq!(Rule::parse(&rule.to_string())?, rule);
/// # Ok::<(), membership_rule::RuleError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// `Direct Reports for "…"`: whose manager has this object id.
    DirectReports(String),
    /// All for whom the expression holds.
    Where(Expression<Clause>),
}

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    /// [`RuleError`] for what the grammar does not know.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        parser::parse(text)
    }
}

/// Clauses and what connects them (section 7.1). `-and` and `-or` of one kind in a row lean to the left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression<C> {
    /// Both hold.
    And(Box<Self>, Box<Self>),
    /// One of them holds, or both.
    Or(Box<Self>, Box<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// What holds or not by itself.
    Clause(C),
}

/// What holds or not by itself (section 7.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// A property, or an item of a collection, compared with a value.
    Compare(Comparison),
    /// What must hold for one or for all items of a collection.
    Items(Items),
}

/// A comparison with a value (section 7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What is compared.
    pub operand: Located<Operand>,
    /// How.
    pub operator: Located<Operator>,
    /// With what.
    pub value: Located<Value>,
}

/// `-any` and `-all` (section 7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Items {
    /// The collection.
    pub collection: Located<Operand>,
    /// Whether one or all items must satisfy the condition.
    pub quantifier: Located<Quantifier>,
    /// The condition.
    pub condition: Box<Expression<Clause>>,
}

/// What can be compared (section 7.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// `_`, an item of a collection of texts.
    Item,
    /// `user.department`: a property of a user or device, or of an item of a collection.
    Property {
        /// Before the point.
        object: String,
        /// After the point.
        name: String,
    },
}

/// What can be compared with (section 7.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null` or `$null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// Text in quotes.
    Text(String),
    /// A date and time without quotes.
    Time(jiff::Timestamp),
    /// `system.now`, perhaps moved.
    Now(Option<Shift>),
    /// Values in brackets, no lists among them.
    List(Vec<Located<Value>>),
}

/// Something with its place in the rule. Two are equal when they say the same, wherever they stand.
#[derive(Clone, Debug, Eq)]
pub struct Located<T> {
    /// What is there.
    pub value: T,
    /// How many characters of the rule stand before it.
    pub at: usize,
}

impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<C> Expression<C> {
    /// The same expression of other clauses, or the first error.
    pub(crate) fn try_map<D, E>(&self, map: &mut impl FnMut(&C) -> Result<D, E>) -> Result<Expression<D>, E> {
        Ok(match self {
            Self::And(left, right) => Expression::And(Box::new(left.try_map(map)?), Box::new(right.try_map(map)?)),
            Self::Or(left, right) => Expression::Or(Box::new(left.try_map(map)?), Box::new(right.try_map(map)?)),
            Self::Not(inner) => Expression::Not(Box::new(inner.try_map(map)?)),
            Self::Clause(clause) => Expression::Clause(map(clause)?),
        })
    }

    /// Does it hold, if `test` says which clauses do? Clauses that decide nothing any more are not asked for.
    pub(crate) fn holds(&self, test: &impl Fn(&C) -> bool) -> bool {
        match self {
            Self::And(left, right) => left.holds(test) && right.holds(test),
            Self::Or(left, right) => left.holds(test) || right.holds(test),
            Self::Not(inner) => !inner.holds(test),
            Self::Clause(clause) => test(clause),
        }
    }

    /// Does it hold, if `test` says of clauses whether they do, as far as that is known?
    pub(crate) fn surely_holds(&self, test: &impl Fn(&C) -> Option<bool>) -> Option<bool> {
        // What one side decides alone is known whatever the other side is.
        let decided = |left: &Self, right: &Self, by: bool| match (left.surely_holds(test), right.surely_holds(test)) {
            (Some(side), _) | (_, Some(side)) if side == by => Some(by),
            (Some(_), Some(_)) => Some(!by),
            _ => None,
        };
        match self {
            Self::And(left, right) => decided(left, right, false),
            Self::Or(left, right) => decided(left, right, true),
            Self::Not(inner) => inner.surely_holds(test).map(|holds| !holds),
            Self::Clause(clause) => test(clause),
        }
    }

    /// The first clause of its text.
    pub(crate) fn leftmost(&self) -> &C {
        match self {
            Self::And(left, _) | Self::Or(left, _) => left.leftmost(),
            Self::Not(inner) => inner.leftmost(),
            Self::Clause(clause) => clause,
        }
    }

    /// Calls for each clause from left to right.
    pub(crate) fn each<'e>(&'e self, visit: &mut impl FnMut(&'e C)) {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                left.each(visit);
                right.each(visit);
            }
            Self::Not(inner) => inner.each(visit),
            Self::Clause(clause) => visit(clause),
        }
    }
}
