//! Operators and how they are written.

use std::fmt;

/// How a property is compared with a value (section 7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the language")]
pub enum Operator {
    Eq,
    Ne,
    StartsWith,
    NotStartsWith,
    EndsWith,
    NotEndsWith,
    Contains,
    NotContains,
    Match,
    NotMatch,
    In,
    NotIn,
    Le,
    Ge,
}

impl Operator {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Eq,
        Self::Ne,
        Self::StartsWith,
        Self::NotStartsWith,
        Self::EndsWith,
        Self::NotEndsWith,
        Self::Contains,
        Self::NotContains,
        Self::Match,
        Self::NotMatch,
        Self::In,
        Self::NotIn,
        Self::Le,
        Self::Ge,
    ];

    /// As it is written, with its hyphen.
    #[must_use]
    pub fn spelling(self) -> &'static str {
        match self {
            Self::Eq => "-eq",
            Self::Ne => "-ne",
            Self::StartsWith => "-startsWith",
            Self::NotStartsWith => "-notStartsWith",
            Self::EndsWith => "-endsWith",
            Self::NotEndsWith => "-notEndsWith",
            Self::Contains => "-contains",
            Self::NotContains => "-notContains",
            Self::Match => "-match",
            Self::NotMatch => "-notMatch",
            Self::In => "-in",
            Self::NotIn => "-notIn",
            Self::Le => "-le",
            Self::Ge => "-ge",
        }
    }

    /// Is it true exactly when another operator is false?
    #[must_use]
    pub fn is_negative(self) -> bool {
        match self {
            Self::Ne | Self::NotStartsWith | Self::NotEndsWith | Self::NotContains | Self::NotMatch | Self::NotIn => {
                true
            }
            Self::Eq | Self::StartsWith | Self::EndsWith | Self::Contains | Self::Match | Self::In => false,
            Self::Le | Self::Ge => false,
        }
    }

    /// The operator of this name, which comes without its hyphen and in any case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.spelling().trim_start_matches('-').eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spelling())
    }
}

/// How many items of a collection must satisfy a condition (section 7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// At least one.
    Any,
    /// Every one; none at all will do.
    All,
}

impl Quantifier {
    /// As it is written, with its hyphen.
    #[must_use]
    pub fn spelling(self) -> &'static str {
        match self {
            Self::Any => "-any",
            Self::All => "-all",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        let all = [Self::Any, Self::All];
        all.into_iter().find(|quantifier| quantifier.spelling().trim_start_matches('-').eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Quantifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spelling())
    }
}
