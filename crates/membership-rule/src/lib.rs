//! Rules of dynamic groups: the language of `membershipRule` (section 7 of the reference).
//!
//! The crate is pure: text in, a rule or a fault with its place out; a rule, a [`Subject`] and the present time in, yes or
//! no out. It knows no stores, no clock, no JSON and no HTTP.
//!
//! * [`MembershipRule::parse`] reads and checks a rule, or says what is wrong and where ([`RuleError`]).
//! * [`MembershipRule::matches`] says whether a user or device is to be a member, [`MembershipRule::evaluate`] also why.
//! * [`syntax`] is the grammar alone, for who wants the tree of a rule.
//! * [`Property`] is the table of what rules can name.
//!
//! What never happens here: a rule of any length or depth takes no more than the bounds in [`limits`] allow, and a
//! regular expression takes time in proportion to the text, whatever it says.
//!
//! ```
//! use membership_rule::{Facts, MembershipRule};
//!
//! let rule = MembershipRule::parse("(user.department -eq \"Sales\") -and -not (user.jobTitle -startsWith \"SDE\")")?;
//! let now = "2026-01-15T12:00:00Z".parse()?;
//! assert!(rule.matches(&Facts::user().with("department", "sales"), now));
//! assert!(!rule.matches(&Facts::user().with("department", "sales").with("jobTitle", "sde II"), now));
//!
//! let error = MembershipRule::parse("user.accountEnabled -startsWith true").unwrap_err();
//! assert_eq!(error.at, 20);
//! assert_eq!(
//!     error.to_string(),
//!     "Dynamic membership rule validation error: Invalid operands found for operator -startsWith"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(missing_docs)]

mod check;
mod error;
mod evaluation;
mod lexer;
pub mod limits;
mod predicate;
mod property;
mod rule;
mod selection;
mod subject;
pub mod syntax;

pub use error::{Fault, RuleError};
pub use evaluation::{Details, Evaluation, PropertyToEvaluate};
/// A point in time, as rules see it.
pub use jiff::Timestamp;
pub use property::{ObjectKind, Property, PropertyType};
pub use rule::MembershipRule;

pub use subject::{AssignedPlan, Facts, Subject, Value};
