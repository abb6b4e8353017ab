//! Whether an operator and a value go with a type, and what they mean for it (section 7.2).

use super::Result;
use crate::error::{Fault, RuleError};
use crate::predicate::{Folded, Form, Moment, Order, Pattern, PatternBudget, Predicate};
use crate::property::PropertyType;
use crate::selection::Test;
use crate::syntax::{Comparison, Located, Operator, Value, time};

/// What a comparison asks of a property of this type.
pub(super) fn test(property_type: PropertyType, comparison: &Comparison, budget: &mut PatternBudget) -> Result<Test> {
    let Comparison { operator, value, .. } = comparison;
    let meaning = match (property_type, &**value) {
        (PropertyType::Plans | PropertyType::Groups, _) => None,
        (_, Value::Null) => of_null(**operator).map(|predicate| (predicate, Value::Null)),
        (PropertyType::Bool, value) => of_bool(**operator, value),
        (PropertyType::Time, value) => of_time(**operator, value),
        (PropertyType::Text | PropertyType::Texts, Value::Text(pattern)) if is_match(**operator) => {
            let pattern = pattern_of(pattern, value.at, budget)?;
            let negative = operator.is_negative();
            Some((Predicate::Text { form: Form::Matches(pattern), negative }, (**value).clone()))
        }
        (PropertyType::Text | PropertyType::Texts, value) => of_text(**operator, value),
    };
    let refused = || RuleError::new(Fault::InvalidOperands(operator.spelling()), operator.at);
    let (predicate, value) = meaning.ok_or_else(refused)?;
    Ok(Test { operator: **operator, value, predicate })
}

fn of_null(operator: Operator) -> Option<Predicate> {
    match operator {
        Operator::Eq => Some(Predicate::Null(true)),
        Operator::Ne => Some(Predicate::Null(false)),
        _ => None,
    }
}

/// Quotes are optional for what is not text.
fn of_bool(operator: Operator, value: &Value) -> Option<(Predicate, Value)> {
    let value = match value {
        Value::Bool(value) => *value,
        Value::Text(text) if text.eq_ignore_ascii_case("true") => true,
        Value::Text(text) if text.eq_ignore_ascii_case("false") => false,
        _ => return None,
    };
    let negative = operator.is_negative();
    let is_equality = matches!(operator, Operator::Eq | Operator::Ne);
    is_equality.then_some((Predicate::Bool { value, negative }, Value::Bool(value)))
}

fn of_time(operator: Operator, value: &Value) -> Option<(Predicate, Value)> {
    let order = match operator {
        Operator::Eq => Order::Same,
        Operator::Ne => Order::Other,
        Operator::Le => Order::NotAfter,
        Operator::Ge => Order::NotBefore,
        _ => return None,
    };
    let (moment, value) = match value {
        Value::Time(time) => (Moment::At(*time), Value::Time(*time)),
        Value::Now(shift) => (Moment::Now(*shift), Value::Now(*shift)),
        Value::Text(text) if text.eq_ignore_ascii_case("system.now") => (Moment::Now(None), Value::Now(None)),
        Value::Text(text) => time(text).map(|time| (Moment::At(time), Value::Time(time)))?,
        _ => return None,
    };
    Some((Predicate::Time { order, moment }, value))
}

fn is_match(operator: Operator) -> bool {
    matches!(operator, Operator::Match | Operator::NotMatch)
}

fn pattern_of(text: &str, at: usize, budget: &mut PatternBudget) -> Result<Pattern> {
    Pattern::new(text, budget).ok_or_else(|| RuleError::new(Fault::InvalidPattern(text.to_owned()), at))
}

fn of_text(operator: Operator, value: &Value) -> Option<(Predicate, Value)> {
    let form = match operator {
        Operator::Eq | Operator::Ne => Form::OneOf(vec![folded(value)?]),
        Operator::StartsWith | Operator::NotStartsWith => Form::Begins(folded(value)?),
        Operator::EndsWith | Operator::NotEndsWith => Form::Ends(folded(value)?),
        Operator::Contains | Operator::NotContains => Form::Has(folded(value)?),
        Operator::In | Operator::NotIn => Form::OneOf(all_folded(value)?),
        Operator::Match | Operator::NotMatch | Operator::Le | Operator::Ge => return None,
    };
    Some((Predicate::Text { form, negative: operator.is_negative() }, value.clone()))
}

/// Text, or a number, which is compared as the text that it is written as.
fn folded(value: &Value) -> Option<Folded> {
    match value {
        Value::Text(text) | Value::Number(text) => Some(Folded::new(text)),
        _ => None,
    }
}

fn all_folded(value: &Value) -> Option<Vec<Folded>> {
    let Value::List(values) = value else { return None };
    values.iter().map(|value: &Located<Value>| folded(value)).collect()
}
