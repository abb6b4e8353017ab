//! A filter that was read to one that is served, or Graph's refusal.

use super::Filtered;
use super::condition::{Condition, Operand, Test};
use super::table::{Rule, Support, Type};
use crate::call::parse_guid;
use crate::error::ApiError;
use crate::options::unsupported_filter;
use crate::wire::time;
use licensing::directory::fold_name;
use odata::Filter;
use odata::filter::{self, Body, Comparison, Literal, Quantifier};
use std::marker::PhantomData;

/// Alternatives in one `or` or `in` of a request without the advanced parameters.
const ALTERNATIVES_MAX: usize = 15;
/// The collection that the default index knows alone only.
const LICENSES: &str = "assignedLicenses";

/// The condition that a filter sets.
///
/// # Errors
/// 400 for what is not served, or not to this kind of request.
pub(super) fn condition<R: Filtered>(filter: &Filter, allowed: Support) -> Result<Condition, ApiError> {
    Check::<R> { allowed, item: None, resource: PhantomData }.condition(filter)
}

/// Items of a collection, inside of `any`.
#[derive(Clone, Copy)]
struct Items<'f> {
    collection: &'static str,
    variable: &'f str,
}

struct Check<'f, R> {
    allowed: Support,
    item: Option<Items<'f>>,
    resource: PhantomData<R>,
}

impl<'f, R: Filtered> Check<'f, R> {
    fn condition(&self, filter: &'f Filter) -> Result<Condition, ApiError> {
        match filter {
            Filter::And(clauses) => Ok(Condition::All(self.all(clauses)?)),
            Filter::Or(clauses) => {
                let conditions = self.all(clauses)?;
                let asks_licenses = |condition: &Condition| condition.mentions(LICENSES);
                if self.allowed == Support::Default && conditions.iter().any(asks_licenses) {
                    return Err(complex(LICENSES));
                }
                self.check_alternatives(clauses.len())?;
                Ok(Condition::Any(conditions))
            }
            Filter::Not(inner) => {
                let condition = self.condition(inner)?;
                self.require(Support::Advanced, inner)?;
                Ok(not(condition))
            }
            Filter::Compare(filter::Operand::Property(path), comparison, value) => match path.strip_suffix("/$count") {
                Some(collection) => self.count(filter, collection, *comparison, value),
                None => self.compare(filter, path, *comparison, value),
            },
            Filter::In(filter::Operand::Property(path), values) => {
                let rule = self.rule(filter, path)?;
                self.check_alternatives(values.len())?;
                let operands = values.iter().map(|value| self.equal_to(filter, rule, value)).collect::<Result<_, _>>();
                Ok(self.is(rule, Test::OneOf(operands?)))
            }
            Filter::Call(function, arguments) => self.call(filter, function, arguments),
            Filter::Lambda { path, quantifier: Quantifier::Any, body } => self.any(filter, path, body.as_ref()),
            Filter::Compare(..) | Filter::In(..) | Filter::Lambda { .. } => Err(self.unsupported(filter)),
        }
    }

    fn all(&self, clauses: &'f [Filter]) -> Result<Vec<Condition>, ApiError> {
        clauses.iter().map(|clause| self.condition(clause)).collect()
    }

    fn compare(
        &self,
        filter: &Filter,
        path: &str,
        comparison: Comparison,
        value: &Literal,
    ) -> Result<Condition, ApiError> {
        let rule = self.rule(filter, path)?;
        let range = || {
            self.require(rule.range, filter)?;
            self.operand(filter, rule, value)
        };
        let equal = || Ok(self.is(rule, Test::OneOf(vec![self.equal_to(filter, rule, value)?])));
        match comparison {
            Comparison::Eq => equal(),
            // Of items, `ne` would ask for another item; Graph has `not` for that.
            Comparison::Ne if rule.is_in_items => Err(self.unsupported(filter)),
            Comparison::Ne => {
                let condition = equal()?;
                self.require(Support::Advanced, filter)?;
                Ok(not(condition))
            }
            Comparison::Ge => Ok(self.is(rule, Test::AtLeast(range()?))),
            Comparison::Le => Ok(self.is(rule, Test::AtMost(range()?))),
            Comparison::Gt | Comparison::Lt => Err(self.unsupported(filter)),
        }
    }

    /// `assignedLicenses/$count eq 0` and `ne 0`: other numbers are not served.
    fn count(
        &self,
        filter: &Filter,
        collection: &str,
        comparison: Comparison,
        value: &Literal,
    ) -> Result<Condition, ApiError> {
        let counted = R::COUNTED.iter().find(|known| known.eq_ignore_ascii_case(collection));
        let has = match (counted, self.item) {
            (Some(known), None) => Condition::Has(known, None),
            _ => return Err(self.unknown(filter, collection)),
        };
        self.require(Support::Advanced, filter)?;
        match (comparison, value) {
            (Comparison::Eq, Literal::Int(0)) => Ok(not(has)),
            (Comparison::Ne, Literal::Int(0)) => Ok(has),
            _ => Err(self.unsupported(filter)),
        }
    }

    fn call(&self, filter: &Filter, function: &str, arguments: &[filter::Operand]) -> Result<Condition, ApiError> {
        let [filter::Operand::Property(path), filter::Operand::Literal(Literal::Text(text))] = arguments else {
            return Err(self.unsupported(filter));
        };
        let rule = self.rule(filter, path)?;
        let (support, test) = match function.to_ascii_lowercase().as_str() {
            "startswith" => (rule.starts, Test::Starts(fold_name(text))),
            "endswith" => (rule.ends, Test::Ends(fold_name(text))),
            _ => (Support::No, Test::OneOf(Vec::new())),
        };
        self.require(support, filter)?;
        Ok(self.is(rule, test))
    }

    fn any(&self, filter: &Filter, path: &str, body: Option<&'f Body>) -> Result<Condition, ApiError> {
        let known = |rule: &&Rule| rule.is_in_items && collection_of(rule).eq_ignore_ascii_case(path);
        let collection = match R::RULES.iter().find(known) {
            Some(rule) if self.item.is_none() => collection_of(rule),
            _ => return Err(self.unknown(filter, path)),
        };
        let Some(Body { variable, filter: inner }) = body else {
            let support = if R::COUNTED.contains(&collection) { Support::Advanced } else { Support::No };
            self.require(support, filter)?;
            return Ok(Condition::Has(collection, None));
        };
        let item = Some(Items { collection, variable });
        let condition = Self { item, resource: PhantomData, allowed: self.allowed }.condition(inner)?;
        Ok(Condition::Has(collection, Some(Box::new(condition))))
    }

    /// The rule of the property that a client means, as the directory matches it: without case.
    fn rule(&self, filter: &Filter, path: &str) -> Result<&'static Rule, ApiError> {
        let found = match self.item {
            None => R::RULES.iter().find(|rule| !rule.is_in_items && rule.path.eq_ignore_ascii_case(path)),
            Some(Items { collection, variable }) => {
                let (name, property) = path.split_once('/').unwrap_or((path, ""));
                let of_items = |rule: &&Rule| rule.is_in_items && collection_of(rule) == collection;
                let is_meant = |rule: &&Rule| name == variable && path_in_item(rule).eq_ignore_ascii_case(property);
                R::RULES.iter().filter(of_items).find(is_meant)
            }
        };
        found.ok_or_else(|| self.unknown(filter, path))
    }

    fn is(&self, rule: &'static Rule, test: Test) -> Condition {
        Condition::Is(if rule.is_in_items { path_in_item(rule) } else { rule.path }, test)
    }

    /// What `eq` compares with, if it may.
    fn equal_to(&self, filter: &Filter, rule: &Rule, value: &Literal) -> Result<Operand, ApiError> {
        if *value == Literal::Null {
            self.require(rule.null, filter)?;
            return Ok(Operand::Null);
        }
        self.require(rule.equal, filter)?;
        self.operand(filter, rule, value)
    }

    fn operand(&self, filter: &Filter, rule: &Rule, value: &Literal) -> Result<Operand, ApiError> {
        match (rule.of, value) {
            (Type::Text, Literal::Text(text)) => Ok(Operand::Text(fold_name(text))),
            (Type::Text, Literal::Guid(id)) if rule.path == "id" => Ok(Operand::Text(fold_name(id))),
            (Type::Flag, Literal::Bool(flag)) => Ok(Operand::Flag(*flag)),
            (Type::Time, Literal::Time(text)) => {
                let time = time::parse(text).ok_or_else(|| ApiError::invalid_filter(format!("'{text}' is no time.")));
                time.map(|(time, is_exact)| Operand::Time(time, is_exact))
            }
            (Type::Guid, Literal::Guid(id)) => {
                parse_guid(id).map(Operand::Guid).ok_or_else(|| self.unsupported(filter))
            }
            (Type::Guid, Literal::Text(_)) => {
                let detail = format!("'{}' is a GUID: it is compared with one without quotes.", path_in_item(rule));
                Err(ApiError::invalid_filter(detail))
            }
            _ => Err(self.unsupported(filter)),
        }
    }

    /// Refuses what is not served to this kind of request.
    fn require(&self, support: Support, filter: &Filter) -> Result<(), ApiError> {
        if support <= self.allowed { Ok(()) } else { Err(self.unsupported(filter)) }
    }

    fn check_alternatives(&self, count: usize) -> Result<(), ApiError> {
        if self.allowed > Support::Default || count <= ALTERNATIVES_MAX {
            return Ok(());
        }
        Err(ApiError::unsupported_query(format!(
            "Too many child clauses specified in search filter expression containing 'OR' operators: {count}. Max \
             allowed: {ALTERNATIVES_MAX}"
        )))
    }

    /// A property of which no rule tells: one that the type does not have cannot be meant.
    fn unknown(&self, filter: &Filter, path: &str) -> ApiError {
        let name = path.split('/').next().unwrap_or_default();
        let is_there = R::find(name).is_some() || self.item.is_some();
        if is_there {
            return self.unsupported(filter);
        }
        ApiError::invalid_filter(format!("Could not find a property named '{name}' on type '{}'.", R::TYPE))
    }

    fn unsupported(&self, filter: &Filter) -> ApiError {
        let property = match self.item {
            Some(items) => items.collection,
            None => filter.first_property().unwrap_or_default(),
        };
        unsupported_filter(property, R::NAME)
    }
}

fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

/// The collection whose items a rule is about.
fn collection_of(rule: &Rule) -> &'static str {
    rule.path.split('/').next().unwrap_or_default()
}

/// The property of an item; empty for the item itself.
fn path_in_item(rule: &Rule) -> &'static str {
    rule.path.split_once('/').map_or("", |(_, property)| property)
}

fn complex(property: &str) -> ApiError {
    ApiError::unsupported_query(format!("Complex query on property {property} is not supported."))
}
