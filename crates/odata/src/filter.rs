//! `$filter`: text to a tree. Every clause of the language that Graph documents can be read, so that a
//! service can say which one it does not evaluate, and for which property.

mod parser;

use std::fmt;

/// How deep clauses may nest.
pub const DEPTH_MAX: usize = 32;

/// A filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Both hold.
    And(Box<Filter>, Box<Filter>),
    /// One of them holds.
    Or(Box<Filter>, Box<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A property, or a function of one, compared with a value.
    Compare(Operand, Comparison, Literal),
    /// A property is one of some values.
    In(Operand, Vec<Literal>),
    /// A function of a property and values that is true or false by itself, such as `startsWith`.
    Call(String, Vec<Operand>),
    /// `any` or `all` of a collection: its path, and what must hold for its items.
    Lambda(String, Option<Box<Filter>>),
}

/// What can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A property, by its path.
    Property(String),
    /// A value.
    Literal(Literal),
    /// A function.
    Call(String, Vec<Operand>),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are OData's operators")]
pub enum Comparison {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// Text in quotes.
    Text(String),
    /// A number, a GUID or a time, as it is written.
    Other(String),
}

/// What is wrong with a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterError {
    /// It is empty, or ends where more is needed.
    Incomplete,
    /// A quote is not closed.
    OpenQuote,
    /// Something stands where it may not.
    Unexpected(String),
    /// Clauses nest deeper than [`DEPTH_MAX`].
    TooDeep,
}

impl std::error::Error for FilterError {}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incomplete => f.write_str("the expression is not complete."),
            Self::OpenQuote => f.write_str("there is an unterminated string literal."),
            Self::Unexpected(what) => write!(f, "'{what}' is not expected here."),
            Self::TooDeep => write!(f, "clauses nest deeper than {DEPTH_MAX} levels."),
        }
    }
}

impl Filter {
    /// Reads a filter.
    ///
    /// ```
    /// use odata::filter::{Filter, Literal};
    /// let filter = Filter::parse("userPrincipalName eq 'kim@contoso.example'")?;
    /// let (property, value) = filter.as_equality().unwrap();
    /// assert_eq!((property, value), ("userPrincipalName", &Literal::Text("kim@contoso.example".to_owned())));
    /// # Ok::<(), odata::filter::FilterError>(())
    /// ```
    ///
    /// # Errors
    /// [`FilterError`] for what the grammar does not know.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parser::parse(text)
    }

    /// The property and value of a filter that is one `eq` and nothing else.
    #[must_use]
    pub fn as_equality(&self) -> Option<(&str, &Literal)> {
        match self {
            Self::Compare(Operand::Property(property), Comparison::Eq, value) => Some((property, value)),
            _ => None,
        }
    }

    /// The first property that the filter names, without what follows its first `/`.
    #[must_use]
    pub fn first_property(&self) -> Option<&str> {
        match self {
            Self::And(left, right) | Self::Or(left, right) => left.first_property().or_else(|| right.first_property()),
            Self::Not(inner) => inner.first_property(),
            Self::Compare(operand, ..) | Self::In(operand, _) => operand.first_property(),
            Self::Call(_, arguments) => arguments.iter().find_map(Operand::first_property),
            Self::Lambda(path, _) => path.split('/').next(),
        }
    }
}

impl Operand {
    fn first_property(&self) -> Option<&str> {
        match self {
            Self::Property(path) => path.split('/').next(),
            Self::Call(_, arguments) => arguments.iter().find_map(Self::first_property),
            Self::Literal(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn filters_of_the_documentation_are_read() {
        let cases = [
            ("hasMembersWithLicenseErrors eq true", "hasMembersWithLicenseErrors"),
            ("assignedLicenses/any(a:a/skuId eq b05e124f-c7cc-45a0-a6aa-8cf78c946968)", "assignedLicenses"),
            ("not assignedLicenses/any(a:a/skuId eq b05e124f-c7cc-45a0-a6aa-8cf78c946968)", "assignedLicenses"),
            ("assignedLicenses/$count eq 0", "assignedLicenses"),
            ("assignedLicenses/any()", "assignedLicenses"),
            ("assignedLicenses/any(x:x/skuId eq '') or (userType eq 'Guest')", "assignedLicenses"),
            ("groupTypes/any(c:c eq 'Unified')", "groupTypes"),
            ("startsWith(displayName,'A') and accountEnabled eq true", "displayName"),
            ("startswith(tolower(displayName), 'a')", "displayName"),
            ("usageLocation in ('US','DE')", "usageLocation"),
            ("createdDateTime ge 2025-07-14T16:14:05Z", "createdDateTime"),
            ("id eq 'a' OR id eq 'b'", "id"),
        ];
        for (text, property) in cases {
            let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(filter.first_property(), Some(property), "{text}");
        }
    }

    #[test]
    fn and_binds_closer_than_or() {
        let filter = Filter::parse("a eq 1 or b eq 2 and c eq 3").unwrap();
        let Filter::Or(left, right) = filter else { panic!("{filter:?}") };
        assert_eq!(left.as_equality(), Some(("a", &Literal::Other("1".to_owned()))));
        assert!(matches!(*right, Filter::And(..)));
        assert_eq!(right.as_equality(), None);
    }

    #[test]
    fn what_the_grammar_does_not_know_is_refused() {
        let cases = [
            ("", FilterError::Incomplete),
            ("displayName", FilterError::Incomplete),
            ("displayName eq", FilterError::Incomplete),
            ("displayName eq 'a", FilterError::OpenQuote),
            ("displayName eq other", FilterError::Unexpected("other".to_owned())),
            ("displayName is 'a'", FilterError::Unexpected("is".to_owned())),
            ("displayName eq 'a' displayName", FilterError::Unexpected("displayName".to_owned())),
            ("(a eq 1", FilterError::Incomplete),
            ("a/any(1:a eq 1)", FilterError::Unexpected("1:a".to_owned())),
            ("; eq 1", FilterError::Unexpected(";".to_owned())),
        ];
        for (text, expected) in cases {
            assert_eq!(Filter::parse(text).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}a eq 1{}", "(".repeat(depth), ")".repeat(depth));
        assert!(Filter::parse(&nested(DEPTH_MAX - 1)).is_ok());
        assert_eq!(Filter::parse(&nested(DEPTH_MAX)).unwrap_err(), FilterError::TooDeep);
        assert_eq!(Filter::parse(&nested(5_000)).unwrap_err(), FilterError::TooDeep);
        assert!(Filter::parse(&format!("{}a eq 1", "not ".repeat(5_000))).is_ok());
        assert_eq!(Filter::parse(&"f(".repeat(5_000)).unwrap_err(), FilterError::TooDeep);
    }

    proptest! {
        #[test]
        fn no_text_is_too_much(text in "[a-z(),:/' $.0-9-]{0,60}|\\PC{0,40}") {
            drop(Filter::parse(&text));
            drop(crate::QueryOptions::parse(&text));
            drop(crate::path::segments(&text));
            drop(crate::path::call(&text));
        }
    }
}
