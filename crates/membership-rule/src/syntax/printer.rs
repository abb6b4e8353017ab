//! A tree to its canonical text.

use std::fmt::{self, Display, Write};

use super::{Clause, Comparison, Expression, Items, Operand, Rule, Value};

impl Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DirectReports(manager) => {
                f.write_str("Direct Reports for ")?;
                write_text(f, manager)
            }
            Self::Where(expression) => write!(f, "{expression}"),
        }
    }
}

impl<C: Display> Display for Expression<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(left, right) => {
                write_side(f, left, matches!(**left, Self::Or(..)))?;
                f.write_str(" -and ")?;
                write_side(f, right, matches!(**right, Self::Or(..) | Self::And(..)))
            }
            Self::Or(left, right) => {
                write_side(f, left, false)?;
                f.write_str(" -or ")?;
                write_side(f, right, matches!(**right, Self::Or(..)))
            }
            Self::Not(inner) => {
                f.write_str("-not ")?;
                write_side(f, inner, !matches!(**inner, Self::Clause(_)))
            }
            Self::Clause(clause) => write!(f, "{clause}"),
        }
    }
}

fn write_side<C: Display>(f: &mut fmt::Formatter<'_>, side: &Expression<C>, in_parentheses: bool) -> fmt::Result {
    if in_parentheses { write!(f, "({side})") } else { write!(f, "{side}") }
}

impl Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare(comparison) => write!(f, "{comparison}"),
            Self::Items(items) => write!(f, "{items}"),
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", *self.operand, *self.operator, *self.value)
    }
}

impl Display for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", *self.collection, *self.quantifier, self.condition)
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item => f.write_char('_'),
            Self::Property { object, name } => write!(f, "{object}.{name}"),
        }
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(digits) => f.write_str(digits),
            Self::Text(text) => write_text(f, text),
            Self::Time(time) => write!(f, "{time}"),
            Self::Now(None) => f.write_str("system.now"),
            Self::Now(Some(shift)) => write!(f, "system.now {shift}"),
            Self::List(values) => {
                f.write_char('[')?;
                for (index, value) in values.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    write!(f, "{}", **value)?;
                }
                f.write_char(']')
            }
        }
    }
}

/// Text in double quotes; in single ones when it ends with a backtick, which would hide the quote that ends it.
fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let quote = if text.ends_with('`') { '\'' } else { '"' };
    f.write_char(quote)?;
    for letter in text.chars() {
        match letter {
            '"' => f.write_str("`\"")?,
            '\'' => f.write_str("''")?,
            _ => f.write_char(letter)?,
        }
    }
    f.write_char(quote)
}
