//! From a rule as it is written to one that can be evaluated: properties exist, and types agree (sections 7.2 to 7.4).

mod comparison;

use comparison::test;

use crate::error::{Fault, RuleError};
use crate::limits::MEMBER_OF_GROUPS_MAX;
use crate::predicate::PatternBudget;
use crate::property::{ObjectKind, Property, PropertyType};
use crate::selection::{Condition, Field, ItemTest, ItemsTest, MembersOf, PropertyTest, Selection};
use crate::syntax::{Clause, Comparison, Expression, Items, Located, Operand, Operator, Quantifier, Rule, Value};

type Result<T> = std::result::Result<T, RuleError>;

/// What a rule selects, of which kind that is, and how many bytes its regular expressions take at most.
pub(crate) fn check(rule: &Rule) -> Result<(ObjectKind, Selection, usize)> {
    let expression = match rule {
        Rule::DirectReports(manager) => return Ok((ObjectKind::User, Selection::DirectReports(manager.clone()), 0)),
        Rule::Where(expression) => expression,
    };
    let kind = kind_of(expression.leftmost())?;
    if let Expression::Clause(Clause::Items(items)) = expression {
        let property = property(kind, &items.collection)?;
        if property.property_type() == PropertyType::Groups {
            let groups = groups(items)?;
            return Ok((kind, Selection::MembersOf(MembersOf { property, groups }), 0));
        }
    }
    let mut clauses = Clauses { kind, budget: PatternBudget::WHOLE };
    let checked = expression.try_map(&mut |clause| clauses.condition(clause))?;
    Ok((kind, Selection::Where(checked), clauses.budget.spent()))
}

/// Users or devices, as the clause has it.
fn kind_of(clause: &Clause) -> Result<ObjectKind> {
    let operand = match clause {
        Clause::Compare(comparison) => &comparison.operand,
        Clause::Items(items) => &items.collection,
    };
    match &**operand {
        Operand::Item => Err(RuleError::new(Fault::NoItem, operand.at)),
        Operand::Property { object, .. } => {
            ObjectKind::named(object).ok_or(RuleError::new(Fault::InvalidObjectType, operand.at))
        }
    }
}

fn property(kind: ObjectKind, operand: &Located<Operand>) -> Result<Property> {
    let Operand::Property { object, name } = &**operand else {
        return Err(RuleError::new(Fault::NoItem, operand.at));
    };
    match ObjectKind::named(object) {
        None => Err(RuleError::new(Fault::InvalidObjectType, operand.at)),
        Some(found) if found != kind => Err(RuleError::new(Fault::MixedObjects, operand.at)),
        Some(ObjectKind::User) => Property::find(kind, name).ok_or_else(|| wrong_property("User", name, operand.at)),
        Some(ObjectKind::Device) => {
            Property::find(kind, name).ok_or_else(|| wrong_property("Device", name, operand.at))
        }
    }
}

fn wrong_property(object: &str, name: &str, at: usize) -> RuleError {
    RuleError::new(Fault::WrongProperty { property: name.to_lowercase(), object: object.to_owned() }, at)
}

/// The clauses of one rule, as they are checked from left to right.
struct Clauses {
    kind: ObjectKind,
    budget: PatternBudget,
}

impl Clauses {
    fn condition(&mut self, clause: &Clause) -> Result<Condition> {
        match clause {
            Clause::Compare(comparison) => {
                let property = property(self.kind, &comparison.operand)?;
                let test = test(property.property_type(), comparison, &mut self.budget)?;
                Ok(Condition::Property(PropertyTest { property, test }))
            }
            Clause::Items(items) => self.items(items).map(Condition::Items),
        }
    }

    fn items(&mut self, items: &Items) -> Result<ItemsTest> {
        let property = property(self.kind, &items.collection)?;
        let quantifier = &items.quantifier;
        let property_type = property.property_type();
        match property_type {
            PropertyType::Texts | PropertyType::Plans => {
                let condition = items.condition.try_map(&mut |clause| self.item(property_type, clause))?;
                Ok(ItemsTest { property, quantifier: **quantifier, condition })
            }
            PropertyType::Groups => Err(RuleError::new(Fault::NotAlone("memberOf"), items.collection.at)),
            PropertyType::Bool | PropertyType::Time | PropertyType::Text => {
                Err(RuleError::new(Fault::InvalidOperands(quantifier.spelling()), quantifier.at))
            }
        }
    }

    /// What is asked of an item of a collection of this type.
    fn item(&mut self, collection: PropertyType, clause: &Clause) -> Result<ItemTest> {
        match clause {
            Clause::Compare(comparison) => {
                let field = field(collection, &comparison.operand)?;
                Ok(ItemTest { field, test: test(PropertyType::Text, comparison, &mut self.budget)? })
            }
            Clause::Items(Items { quantifier, .. }) => {
                Err(RuleError::new(Fault::InvalidOperands(quantifier.spelling()), quantifier.at))
            }
        }
    }
}

fn field(collection: PropertyType, operand: &Located<Operand>) -> Result<Field> {
    match &**operand {
        Operand::Item if collection == PropertyType::Texts => Ok(Field::Whole),
        Operand::Property { object, name }
            if collection == PropertyType::Plans && object.eq_ignore_ascii_case("assignedPlan") =>
        {
            let field = Field::OF_PLANS.into_iter().find(|field| field.name().eq_ignore_ascii_case(name));
            field.ok_or_else(|| wrong_property("AssignedPlan", name, operand.at))
        }
        Operand::Item | Operand::Property { .. } => Err(RuleError::new(Fault::InvalidObjectType, operand.at)),
    }
}

/// The groups of a `memberOf` rule, which has one form only.
fn groups(items: &Items) -> Result<Vec<String>> {
    let quantifier = &items.quantifier;
    let refused = |operator: &'static str, at| RuleError::new(Fault::InvalidOperands(operator), at);
    let Expression::Clause(Clause::Compare(comparison)) = &*items.condition else {
        return Err(refused(quantifier.spelling(), quantifier.at));
    };
    if **quantifier == Quantifier::All {
        return Err(refused(quantifier.spelling(), quantifier.at));
    }
    let Comparison { operand, operator, value } = comparison;
    match &**operand {
        Operand::Property { object, name } if object.eq_ignore_ascii_case("group") => {
            if !name.eq_ignore_ascii_case("objectId") {
                return Err(wrong_property("Group", name, operand.at));
            }
        }
        Operand::Property { .. } | Operand::Item => return Err(RuleError::new(Fault::InvalidObjectType, operand.at)),
    }
    let (Operator::In, Value::List(values)) = (**operator, &**value) else {
        return Err(refused(operator.spelling(), operator.at));
    };
    if values.len() > MEMBER_OF_GROUPS_MAX {
        return Err(RuleError::new(Fault::TooManyGroups, value.at));
    }
    let id = |value: &Located<Value>| match &**value {
        Value::Text(id) => Ok(id.clone()),
        _ => Err(refused(operator.spelling(), operator.at)),
    };
    values.iter().map(id).collect()
}
