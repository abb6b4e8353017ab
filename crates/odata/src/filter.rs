//! `$filter`: text to a tree. Every clause of the language that Graph documents can be read, so that a
//! service can say which one it does not evaluate, and for which property.

mod parser;
mod printer;

use std::fmt;

/// How deep clauses may nest.
pub const DEPTH_MAX: usize = 32;

/// A filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// All of them hold; at least two.
    And(Vec<Filter>),
    /// One of them holds; at least two.
    Or(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A property, or a function of one, compared with a value.
    Compare(Operand, Comparison, Literal),
    /// A property is one of some values.
    In(Operand, Vec<Literal>),
    /// A function of a property and values that is true or false by itself, such as `startsWith`.
    Call(String, Vec<Operand>),
    /// A condition on the items of a collection.
    Lambda {
        /// The path of the collection.
        path: String,
        /// For how many items it must hold.
        quantifier: Quantifier,
        /// What must hold; without a body `any` asks whether there is an item.
        body: Option<Body>,
    },
}

/// For how many items of a collection a condition must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// For one at least.
    Any,
    /// For every one.
    All,
}

/// What must hold for an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The name of the item in the condition.
    pub variable: String,
    /// The condition.
    pub filter: Box<Filter>,
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

impl Comparison {
    const ALL: [(Self, &'static str); 6] =
        [(Self::Eq, "eq"), (Self::Ne, "ne"), (Self::Gt, "gt"), (Self::Ge, "ge"), (Self::Lt, "lt"), (Self::Le, "le")];
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
    /// A whole number.
    Int(i64),
    /// A GUID in the hyphenated form, as it is written.
    Guid(String),
    /// A date, or a date with a time, as it is written; whether there is such a day is not looked at.
    Time(String),
}

/// What is wrong with a filter, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// How many characters of the filter come before the place.
    pub position: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong with a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
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
        let position = self.position;
        match &self.fault {
            Fault::Incomplete => write!(f, "At position {position} the filter ends where more is needed."),
            Fault::OpenQuote => write!(f, "The quote at position {position} is not closed."),
            Fault::Unexpected(what) => write!(f, "'{what}' is not expected at position {position}."),
            Fault::TooDeep => write!(f, "At position {position} clauses nest deeper than {DEPTH_MAX} levels."),
        }
    }
}

impl Filter {
    /// Reads a filter. Its [`Display`](fmt::Display) writes it again: what that gives is read as the same filter.
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
            Self::And(clauses) | Self::Or(clauses) => clauses.iter().find_map(Self::first_property),
            Self::Not(inner) => inner.first_property(),
            Self::Compare(operand, ..) | Self::In(operand, _) => operand.first_property(),
            Self::Call(_, arguments) => arguments.iter().find_map(Operand::first_property),
            Self::Lambda { path, .. } => path.split('/').next(),
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
mod tests;
