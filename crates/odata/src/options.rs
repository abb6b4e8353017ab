//! Query options: names with or without `$`, in any case, each at most once.

use crate::filter::{Filter, FilterError};
use crate::path::is_name;
use percent_encoding::percent_decode_str;
use std::fmt;

/// The query options of a request. What is not given is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryOptions {
    /// `$select`: names in the order in which they are asked for, each once; `None` too when it is empty or `*`.
    pub select: Option<Vec<String>>,
    /// `$filter`.
    pub filter: Option<Filter>,
    /// `$orderby`, as text.
    pub order_by: Option<String>,
    /// `$search`, as text.
    pub search: Option<String>,
    /// `$expand`, as text.
    pub expand: Option<String>,
    /// `$top`.
    pub top: Option<Top>,
    /// `$skip`, as text.
    pub skip: Option<String>,
    /// `$skiptoken`.
    pub skip_token: Option<String>,
    /// `$count`.
    pub count: bool,
}

/// A number of objects that a client asks for, of any size and as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Top(String);

impl Top {
    /// The number, unless it is too large to hold, and so too large for any page.
    #[must_use]
    pub fn get(&self) -> Option<u32> {
        self.0.parse().ok()
    }
}

impl fmt::Display for Top {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is wrong with the query options; the sentences are those that Graph's OData library sends.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// A name or value is not UTF-8.
    #[error("The query specified in the URI is not valid: it is not UTF-8.")]
    Encoding,
    /// An option is given twice.
    #[error("Query option '{0}' was specified more than once, but it must be specified at most once.")]
    Repeated(&'static str),
    /// An option that begins with `$` is none of OData's.
    #[error("The query parameter '{0}' is not supported.")]
    Unknown(String),
    /// `$top` is no number.
    #[error(
        "Invalid value '{0}' for $top query option found. The $top query option requires a non-negative integer value."
    )]
    Top(String),
    /// `$count` is neither true nor false.
    #[error("Invalid value '{0}' for $count query option found. Valid values are 'true' and 'false'.")]
    Count(String),
    /// `$select` holds something else than names.
    #[error("Parsing OData Select and Expand failed: Term '{0}' is not valid in a $select or $expand expression.")]
    Select(String),
    /// `$filter` does not follow the grammar.
    #[error("Invalid filter clause: {0}")]
    Filter(#[from] FilterError),
}

/// The options that OData defines and Graph documents.
const KNOWN: [&str; 11] = [
    "$count",
    "$deltatoken",
    "$expand",
    "$filter",
    "$format",
    "$orderby",
    "$search",
    "$select",
    "$skip",
    "$skiptoken",
    "$top",
];

impl QueryOptions {
    /// Reads the part of a URL after `?`. Options that are not OData's and do not begin with `$` are the
    /// client's own and left alone.
    ///
    /// ```
    /// let options = odata::QueryOptions::parse("$select=id,usageLocation&$top=5")?;
    /// assert_eq!(options.select.unwrap(), ["id", "usageLocation"]);
    /// assert_eq!(options.top.unwrap().get(), Some(5));
    /// # Ok::<(), odata::OptionError>(())
    /// ```
    ///
    /// # Errors
    /// The first [`OptionError`] in the order of the text.
    pub fn parse(query: &str) -> Result<Self, OptionError> {
        let mut options = Self::default();
        let mut seen: Vec<&'static str> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name)?;
            let Some(known) = known(&name)? else { continue };
            if seen.contains(&known) {
                return Err(OptionError::Repeated(known));
            }
            seen.push(known);
            options.set(known, decode(value)?)?;
        }
        Ok(options)
    }

    fn set(&mut self, name: &'static str, value: String) -> Result<(), OptionError> {
        match name {
            "$select" => self.select = parse_select(&value)?,
            "$filter" => self.filter = Some(Filter::parse(&value)?),
            "$orderby" => self.order_by = Some(value),
            "$search" => self.search = Some(value),
            "$expand" => self.expand = Some(value),
            "$top" => self.top = Some(parse_top(value)?),
            "$skip" => self.skip = Some(value),
            "$skiptoken" => self.skip_token = Some(value),
            "$count" => self.count = parse_count(value)?,
            _ => return Err(OptionError::Unknown(name.to_owned())),
        }
        Ok(())
    }
}

/// The option of this name; `None` for a client's own option.
fn known(name: &str) -> Result<Option<&'static str>, OptionError> {
    let bare = name.strip_prefix('$').unwrap_or(name);
    let is_it = |known: &&&str| known[1..].eq_ignore_ascii_case(bare);
    match KNOWN.iter().find(is_it) {
        Some(known) => Ok(Some(known)),
        None if bare.len() < name.len() => Err(OptionError::Unknown(name.to_owned())),
        None => Ok(None),
    }
}

/// A query's text: `+` is a blank there.
fn decode(text: &str) -> Result<String, OptionError> {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8().map(std::borrow::Cow::into_owned).map_err(|_| OptionError::Encoding)
}

fn parse_select(value: &str) -> Result<Option<Vec<String>>, OptionError> {
    let mut names: Vec<String> = Vec::new();
    for term in value.split(',').map(str::trim) {
        if term == "*" || (term.is_empty() && value.trim().is_empty()) {
            return Ok(None);
        }
        if !is_name(term) {
            return Err(OptionError::Select(term.to_owned()));
        }
        if !names.iter().any(|name| name == term) {
            names.push(term.to_owned());
        }
    }
    Ok(Some(names))
}

fn parse_top(value: String) -> Result<Top, OptionError> {
    let number = value.trim();
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { Ok(Top(number.to_owned())) } else { Err(OptionError::Top(value)) }
}

fn parse_count(value: String) -> Result<bool, OptionError> {
    match value.trim() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(OptionError::Count(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select(query: &str) -> Option<Vec<String>> {
        QueryOptions::parse(query).unwrap().select
    }

    #[test]
    fn names_go_with_or_without_the_dollar_sign_in_any_case() {
        for query in ["$select=id", "select=id", "$SELECT=id", "%24select=id", "$select=+id%20"] {
            assert_eq!(select(query).unwrap(), ["id"], "{query}");
        }
        assert_eq!(
            QueryOptions::parse("client-request-id=5&consistencyLevel=eventual&a").unwrap(),
            QueryOptions::default()
        );
    }

    #[test]
    fn select_keeps_its_order_and_drops_repeats() {
        assert_eq!(select("$select=b,a,b").unwrap(), ["b", "a"]);
        for all in ["$select=", "$select", "$select=*", "$top=1"] {
            assert_eq!(select(all), None, "{all}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_in_the_words_of_graph() {
        let cases = [
            (
                "$top=x",
                "Invalid value 'x' for $top query option found. The $top query option requires a non-negative integer value.",
            ),
            (
                "$top=-1",
                "Invalid value '-1' for $top query option found. The $top query option requires a non-negative integer value.",
            ),
            (
                "$top=",
                "Invalid value '' for $top query option found. The $top query option requires a non-negative integer value.",
            ),
            (
                "$top=1&top=2",
                "Query option '$top' was specified more than once, but it must be specified at most once.",
            ),
            ("$nope=1", "The query parameter '$nope' is not supported."),
            ("$deltatoken=1", "The query parameter '$deltatoken' is not supported."),
            (
                "$select=a/b",
                "Parsing OData Select and Expand failed: Term 'a/b' is not valid in a $select or $expand expression.",
            ),
            (
                "$select=a,,b",
                "Parsing OData Select and Expand failed: Term '' is not valid in a $select or $expand expression.",
            ),
            ("$count=yes", "Invalid value 'yes' for $count query option found. Valid values are 'true' and 'false'."),
            ("$filter=a%ff", "The query specified in the URI is not valid: it is not UTF-8."),
        ];
        for (query, expected) in cases {
            assert_eq!(QueryOptions::parse(query).unwrap_err().to_string(), expected, "{query}");
        }
        let top = QueryOptions::parse("$top=99999999999999999999").unwrap().top.unwrap();
        assert_eq!((top.get(), top.to_string().as_str()), (None, "99999999999999999999"));
    }
}
