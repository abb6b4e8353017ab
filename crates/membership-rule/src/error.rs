//! Why a rule is refused: sections 7.1 and 7.5.

use std::fmt;

use crate::limits::{CHARACTERS_MAX, DEPTH_MAX, MEMBER_OF_GROUPS_MAX};

/// What Graph puts before what is wrong.
const PREFIX: &str = "Dynamic membership rule validation error: ";

/// A rule that is refused, and where.
///
/// Its text is Graph's sentence where section 7.5 has one, and otherwise one of our own in the same form.
///
/// ```
/// use membership_rule::{Fault, MembershipRule};
/// let error = MembershipRule::parse("user.shoeSize -eq \"43\"").unwrap_err();
/// assert_eq!(error.fault, Fault::WrongProperty { property: "shoesize".to_owned(), object: "User".to_owned() });
/// assert_eq!(error.at, 0);
/// assert_eq!(
///     error.to_string(),
///     "Dynamic membership rule validation error: Wrong property applied. \
///      Property 'shoesize' cannot be applied to object 'User'"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// What is wrong.
    pub fault: Fault,
    /// Where: how many characters of the rule stand before it.
    pub at: usize,
}

/// What is wrong with a rule (sections 7.1 to 7.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is longer than [`CHARACTERS_MAX`].
    TooLong,
    /// Parentheses nest deeper than [`DEPTH_MAX`].
    TooDeep,
    /// It is empty, or ends where more is needed.
    Incomplete,
    /// A quote is not closed.
    OpenQuote,
    /// Something stands where it may not.
    Unexpected(String),
    /// A property is named without its object: `accountEnabled` for `user.accountEnabled`.
    NoObjectType,
    /// There is no such object, or it may not stand here.
    InvalidObjectType,
    /// An object has no such property.
    WrongProperty {
        /// The property, in lower case as Graph shows it.
        property: String,
        /// The object, with a capital as Graph shows it.
        object: String,
    },
    /// The operator cannot be applied to what stands at its sides: the property has another type, or the value.
    InvalidOperands(&'static str),
    /// `-not` stands between a property and a value.
    NotComparing,
    /// Users and devices in one rule.
    MixedObjects,
    /// `Direct Reports` or `memberOf` together with something else.
    NotAlone(&'static str),
    /// A `memberOf` rule names more than [`MEMBER_OF_GROUPS_MAX`] groups.
    TooManyGroups,
    /// `_` outside `-any` and `-all`.
    NoItem,
    /// What follows `-match` is no regular expression, one of a kind that is not supported (looking around, references
    /// back), or too large together with those before it.
    InvalidPattern(String),
    /// What should be a length of time is none.
    InvalidDuration(String),
}

impl RuleError {
    pub(crate) fn new(fault: Fault, at: usize) -> Self {
        Self { fault, at }
    }

    /// The code of Graph's error (section 7.5): the name of the exception where it is known, otherwise the general one.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.fault {
            Fault::NoObjectType => "InvalidObjectTypeException",
            _ => "Request_BadRequest",
        }
    }
}

impl std::error::Error for RuleError {}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let character = self.at + 1;
        if self.fault != Fault::NoObjectType {
            f.write_str(PREFIX)?;
        }
        match &self.fault {
            Fault::TooLong => write!(f, "The rule is longer than {CHARACTERS_MAX} characters."),
            Fault::TooDeep => write!(f, "Parentheses nest deeper than {DEPTH_MAX} levels at character {character}."),
            Fault::Incomplete => f.write_str("The rule is not complete."),
            Fault::OpenQuote => write!(f, "The quote at character {character} is not closed."),
            Fault::Unexpected(what) => write!(f, "'{what}' is not expected at character {character}."),
            Fault::NoObjectType => f.write_str("No object type"),
            Fault::InvalidObjectType => f.write_str("Invalid object type."),
            Fault::WrongProperty { property, object } => {
                write!(f, "Wrong property applied. Property '{property}' cannot be applied to object '{object}'")
            }
            Fault::InvalidOperands(operator) => write!(f, "Invalid operands found for operator {operator}"),
            Fault::NotComparing => f.write_str("Operator -not cannot compare a property with a value."),
            Fault::MixedObjects => f.write_str("A rule cannot contain both users and devices."),
            Fault::NotAlone(what) => write!(f, "{what} cannot be combined with other expressions."),
            Fault::TooManyGroups => write!(f, "A memberOf rule cannot name more than {MEMBER_OF_GROUPS_MAX} groups."),
            Fault::NoItem => f.write_str("'_' can be used only with -any and -all."),
            Fault::InvalidPattern(pattern) => write!(f, "'{pattern}' is not a supported regular expression."),
            Fault::InvalidDuration(text) => write!(f, "'{text}' is not a duration such as P1DT2H3M."),
        }
    }
}
