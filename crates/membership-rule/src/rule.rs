//! A rule that can be evaluated.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;

use crate::check::check;
use crate::error::RuleError;
use crate::evaluation::{Evaluation, Nothing, explain};
use crate::predicate::{Moment, Predicate};
use crate::property::{ObjectKind, Property};
use crate::selection::{Condition, Selection};
use crate::subject::Subject;
use crate::syntax::Rule;

/// The membership rule of a dynamic group (section 7): read, checked, ready to be evaluated.
///
/// Its text is canonical: that of [`Rule`], with properties in the specification's spelling, and no quotes around what is not
/// text.
///
/// ```
/// use membership_rule::MembershipRule;
/// let rule = MembershipRule::parse("(user.EMPLOYEEHIREDATE le '2020-06-10')")?;
/// assert_eq!(rule.to_string(), "user.employeeHireDate -le 2020-06-10T00:00:00Z");
/// # Ok::<(), membership_rule::RuleError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MembershipRule {
    kind: ObjectKind,
    selection: Selection,
    pattern_bytes: usize,
}

impl MembershipRule {
    /// Reads and checks a rule: the whole of section 7.
    ///
    /// # Errors
    /// [`RuleError`], the first from the left within the first kind of fault: what the grammar does not know comes
    /// before what the properties do not bear.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let (kind, selection, pattern_bytes) = check(&Rule::parse(text)?)?;
        Ok(Self { kind, selection, pattern_bytes })
    }

    /// Does it select this subject? One of the other kind never.
    #[must_use]
    pub fn matches(&self, subject: &dyn Subject, now: Timestamp) -> bool {
        subject.kind() == self.kind && self.selection.holds(subject, now)
    }

    /// Does it select this subject at every moment from one to another? `None` if it may not be the same at all of them.
    ///
    /// ```
    /// use membership_rule::{Facts, MembershipRule};
    /// let rule = MembershipRule::parse("user.employeeHireDate -le system.now -plus p1d")?;
    /// let hired = |day: &str| Ok::<_, jiff::Error>(Facts::user().with("employeeHireDate", day.parse::<jiff::Timestamp>()?));
    /// let (from, to) = ("2026-01-15T00:00:00Z".parse()?, "2026-01-16T00:00:00Z".parse()?);
    /// assert_eq!(rule.matches_throughout(&hired("2026-01-15T12:00:00Z")?, from, to), Some(true));
    /// assert_eq!(rule.matches_throughout(&hired("2026-01-16T12:00:00Z")?, from, to), None);
    /// assert_eq!(rule.matches_throughout(&hired("2026-01-18T12:00:00Z")?, from, to), Some(false));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn matches_throughout(&self, subject: &dyn Subject, from: Timestamp, to: Timestamp) -> Option<bool> {
        if subject.kind() == self.kind { self.selection.holds_throughout(subject, from, to) } else { Some(false) }
    }

    /// Does it select this subject, and why? Slower than [`matches`](Self::matches): it looks at all clauses.
    ///
    /// A subject of the other kind is not selected; the details show the rule as for one that has no values.
    ///
    /// ```
    /// use membership_rule::{Facts, MembershipRule};
    /// let rule = MembershipRule::parse("(user.displayName -startsWith \"EndTestUser\")")?;
    /// let user = Facts::user().with("displayName", "EndTestUser001");
    /// let evaluation = rule.evaluate(&user, "2026-01-15T12:00:00Z".parse()?);
    /// assert!(evaluation.result && evaluation.details.result);
    /// assert_eq!(evaluation.details.expression, "user.displayName -startsWith \"EndTestUser\"");
    /// let property = evaluation.details.property.unwrap();
    /// assert_eq!((&*property.name, property.value.as_deref()), ("displayName", Some("EndTestUser001")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn evaluate(&self, subject: &dyn Subject, now: Timestamp) -> Evaluation {
        if subject.kind() != self.kind {
            return Evaluation { result: false, details: explain(&self.selection, &Nothing(subject), now) };
        }
        let details = explain(&self.selection, subject, now);
        Evaluation { result: details.result, details }
    }

    /// Bytes that its regular expressions take at most: never more than
    /// [`PATTERNS_BYTES_MAX`](crate::limits::PATTERNS_BYTES_MAX).
    #[must_use]
    pub fn pattern_bytes(&self) -> usize {
        self.pattern_bytes
    }

    /// Whether it selects users or devices.
    #[must_use]
    pub fn kind(&self) -> ObjectKind {
        self.kind
    }

    /// The properties on whose values its result depends: only when one of them changes can it change, besides what
    /// [`manager`](Self::manager), [`groups`](Self::groups) and [`depends_on_time`](Self::depends_on_time) say.
    #[must_use]
    pub fn properties(&self) -> BTreeSet<&Property> {
        let mut properties = BTreeSet::new();
        match &self.selection {
            Selection::DirectReports(_) => {}
            Selection::MembersOf(members) => {
                properties.insert(&members.property);
            }
            Selection::Where(expression) => expression.each(&mut |condition| {
                properties.insert(condition.property());
            }),
        }
        properties
    }

    /// The object id of the manager whose direct reports it selects, if it is such a rule.
    #[must_use]
    pub fn manager(&self) -> Option<&str> {
        match &self.selection {
            Selection::DirectReports(manager) => Some(manager),
            Selection::MembersOf(_) | Selection::Where(_) => None,
        }
    }

    /// The object ids of the groups whose direct members it selects, if it is such a rule; otherwise none.
    #[must_use]
    pub fn groups(&self) -> &[String] {
        match &self.selection {
            Selection::MembersOf(members) => &members.groups,
            Selection::DirectReports(_) | Selection::Where(_) => &[],
        }
    }

    /// May its result change only because time goes by?
    #[must_use]
    pub fn depends_on_time(&self) -> bool {
        let mut found = false;
        if let Selection::Where(expression) = &self.selection {
            expression.each(&mut |condition| {
                let Condition::Property(clause) = condition else { return };
                found |= matches!(clause.test.predicate, Predicate::Time { moment: Moment::Now(_), .. });
            });
        }
        found
    }
}

impl fmt::Display for MembershipRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.selection)
    }
}
