//! What a comparison asks of a value: section 7.2.

use std::borrow::Cow;

use jiff::Timestamp;
use regex::{Regex, RegexBuilder};

use crate::limits::{PATTERN_CACHE_BYTES_MAX, PATTERN_DEPTH_MAX, PATTERNS_BYTES_MAX};
use crate::subject::Value;
use crate::syntax::Shift;

/// What a comparison asks of a value. One that is not there is null.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Predicate {
    /// Null, or with `false`: not null.
    Null(bool),
    /// This, and not the other.
    Bool { value: bool, negative: bool },
    /// A time that lies so to another.
    Time { order: Order, moment: Moment },
    /// A text of this form; with `negative`, no text of this form.
    Text { form: Form, negative: bool },
}

/// How a time lies to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Same,
    Other,
    NotAfter,
    NotBefore,
}

/// A point in time, perhaps known only when the rule is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    At(Timestamp),
    Now(Option<Shift>),
}

/// A form of text. Case never counts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    OneOf(Vec<Folded>),
    Begins(Folded),
    Ends(Folded),
    Has(Folded),
    Matches(Pattern),
}

impl Predicate {
    pub(crate) fn holds(&self, value: Option<&Value<'_>>, now: Timestamp) -> bool {
        match self {
            Self::Null(expected) => is_null(value) == *expected,
            Self::Bool { value: expected, negative } => {
                (value.and_then(as_bool).is_some_and(|found| found == *expected)) != *negative
            }
            Self::Time { order, moment } => order.holds(value.and_then(as_time), moment.time(now)),
            Self::Text { form, negative } => as_texts(value).iter().any(|text| form.fits(text)) != *negative,
        }
    }

    /// Whether it holds all the time between two moments; `None` when it may change in between. A time that lies
    /// between those two that it is compared with may be equal, earlier and later in turn.
    pub(crate) fn holds_throughout(&self, value: Option<&Value<'_>>, from: Timestamp, to: Timestamp) -> Option<bool> {
        if let Self::Time { moment, .. } = self {
            let passed = moment.time(from)..=moment.time(to);
            if passed.start() != passed.end() && value.and_then(as_time).is_some_and(|found| passed.contains(&found)) {
                return None;
            }
        }
        Some(self.holds(value, from))
    }
}

fn is_null(value: Option<&Value<'_>>) -> bool {
    match value {
        None => true,
        Some(Value::Texts(texts)) => texts.is_empty(),
        Some(Value::Plans(plans)) => plans.is_empty(),
        Some(Value::Text(_) | Value::Bool(_) | Value::Time(_)) => false,
    }
}

fn as_bool(value: &Value<'_>) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn as_time(value: &Value<'_>) -> Option<Timestamp> {
    match value {
        Value::Time(time) => Some(*time),
        _ => None,
    }
}

/// The texts that a value is: one, or the items of a collection, or none.
pub(crate) fn as_texts<'v>(value: Option<&'v Value<'_>>) -> Vec<Cow<'v, str>> {
    match value {
        Some(Value::Text(text)) => vec![Cow::Borrowed(&**text)],
        Some(Value::Texts(texts)) => texts.iter().map(|text| Cow::Borrowed(&**text)).collect(),
        Some(Value::Bool(value)) => vec![Cow::Borrowed(if *value { "true" } else { "false" })],
        Some(Value::Time(time)) => vec![Cow::Owned(time.to_string())],
        Some(Value::Plans(_)) | None => Vec::new(),
    }
}

impl Order {
    fn holds(self, found: Option<Timestamp>, expected: Timestamp) -> bool {
        match self {
            Self::Same => found == Some(expected),
            Self::Other => found != Some(expected),
            Self::NotAfter => found.is_some_and(|found| found <= expected),
            Self::NotBefore => found.is_some_and(|found| found >= expected),
        }
    }
}

impl Moment {
    fn time(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::Now(None) => now,
            Self::Now(Some(shift)) => shift.apply(now),
        }
    }
}

impl Form {
    fn fits(&self, text: &str) -> bool {
        match self {
            Self::OneOf(texts) => texts.iter().any(|expected| folded(text).eq(expected.0.chars())),
            Self::Begins(start) => {
                let mut letters = folded(text);
                start.0.chars().all(|expected| letters.next() == Some(expected))
            }
            Self::Ends(end) => {
                let mut letters = folded(text);
                end.0.chars().rev().all(|expected| letters.next_back() == Some(expected))
            }
            Self::Has(part) => folded(text).collect::<String>().contains(&part.0),
            Self::Matches(pattern) => pattern.0.is_match(text),
        }
    }
}

/// Text without its case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Folded(String);

impl Folded {
    pub(crate) fn new(text: &str) -> Self {
        Self(folded(text).collect())
    }
}

/// Letter for letter in lower case, independent of language: what has no single lower letter stays as it is.
fn folded(text: &str) -> impl DoubleEndedIterator<Item = char> {
    text.chars().map(|letter| {
        let mut lower = letter.to_lowercase();
        match (letter, lower.next(), lower.next()) {
            ('ς', ..) => 'σ',
            (_, Some(single), None) => single,
            _ => letter,
        }
    })
}

/// A regular expression, anchored nowhere unless it says so.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Regex);

/// Bytes that are left for the regular expressions of one rule.
pub(crate) struct PatternBudget(usize);

impl PatternBudget {
    pub(crate) const WHOLE: Self = Self(PATTERNS_BYTES_MAX);

    /// Bytes that the expressions so far take at most.
    pub(crate) fn spent(&self) -> usize {
        PATTERNS_BYTES_MAX - self.0
    }
}

impl Pattern {
    /// Bytes that are tried first. Only doubling them tells how many an expression takes.
    const BYTES_MIN: usize = 1 << 14;

    /// Compiles the expression, at the cost of the budget; `None` if it is none, or takes more than is left.
    pub(crate) fn new(text: &str, PatternBudget(left): &mut PatternBudget) -> Option<Self> {
        let left_for_it = left.checked_sub(PATTERN_CACHE_BYTES_MAX)?;
        let mut bytes = Self::BYTES_MIN.min(left_for_it);
        loop {
            let mut builder = RegexBuilder::new(text);
            builder.case_insensitive(true).nest_limit(PATTERN_DEPTH_MAX);
            match builder.size_limit(bytes).dfa_size_limit(PATTERN_CACHE_BYTES_MAX).build() {
                Ok(regex) => {
                    *left = left_for_it - bytes;
                    return Some(Self(regex));
                }
                Err(regex::Error::CompiledTooBig(_)) if bytes < left_for_it => bytes = (bytes * 2).min(left_for_it),
                Err(_) => return None,
            }
        }
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}
