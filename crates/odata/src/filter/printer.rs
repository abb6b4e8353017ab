//! A tree to text, with as few brackets as keep its shape.

use super::{Body, Comparison, Filter, Literal, Operand, Quantifier};
use std::fmt;

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(clauses) => joined(f, clauses, " and ", |clause| matches!(clause, Self::And(_) | Self::Or(_))),
            Self::Or(clauses) => joined(f, clauses, " or ", |clause| matches!(clause, Self::Or(_))),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::Compare(operand, comparison, value) => write!(f, "{operand} {comparison} {value}"),
            Self::In(operand, values) => {
                write!(f, "{operand} in (")?;
                list(f, values)?;
                f.write_str(")")
            }
            Self::Call(name, arguments) => call(f, name, arguments),
            Self::Lambda { path, quantifier, body } => match body {
                Some(Body { variable, filter }) => write!(f, "{path}/{quantifier}({variable}:{filter})"),
                None => write!(f, "{path}/{quantifier}()"),
            },
        }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    clauses: &[Filter],
    word: &str,
    needs_brackets: impl Fn(&Filter) -> bool,
) -> fmt::Result {
    for (at, clause) in clauses.iter().enumerate() {
        if at > 0 {
            f.write_str(word)?;
        }
        if needs_brackets(clause) {
            write!(f, "({clause})")?;
        } else {
            write!(f, "{clause}")?;
        }
    }
    Ok(())
}

fn list(f: &mut fmt::Formatter<'_>, items: &[impl fmt::Display]) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            f.write_str(",")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

fn call(f: &mut fmt::Formatter<'_>, name: &str, arguments: &[Operand]) -> fmt::Result {
    write!(f, "{name}(")?;
    list(f, arguments)?;
    f.write_str(")")
}

impl fmt::Display for Quantifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "any",
            Self::All => "all",
        })
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Property(path) => f.write_str(path),
            Self::Literal(value) => write!(f, "{value}"),
            Self::Call(name, arguments) => call(f, name, arguments),
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Self::ALL.iter().find(|(comparison, _)| comparison == self);
        f.write_str(known.map_or("", |(_, word)| word))
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Int(number) => write!(f, "{number}"),
            Self::Guid(text) | Self::Time(text) => f.write_str(text),
        }
    }
}
