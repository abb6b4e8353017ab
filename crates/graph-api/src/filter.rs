//! `$filter` of users and groups: which clauses are served, and what they mean (specification 5.3, 5.4).
//!
//! A filter of a request is checked ([`check`]) against a table ([`table`]) of what Graph documents, which makes a
//! condition ([`condition`]) of it; that is a pure question to one object. Which objects are asked is chosen by the
//! endpoints: a source ([`source`]) that has all that can be meant, and not many more.

mod check;
pub(crate) mod condition;
pub(crate) mod source;
mod subject;
mod table;

pub(crate) use condition::Condition;
pub(crate) use source::Source;

use crate::answer::Resource;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::is_eventual;
use table::{Rule, Support};

/// A type of objects that can be filtered.
pub(crate) trait Filtered: Resource {
    /// As in `... for property 'x' of resource 'User'.`
    const NAME: &'static str;
    /// What is served of its properties.
    const RULES: &'static [Rule];
    /// Collections of which `$count` can be compared with 0.
    const COUNTED: &'static [&'static str];
}

/// The condition that the filter of a request sets, if there is one.
///
/// # Errors
/// 400 for what is not served, or only to advanced queries.
pub(crate) fn of<R: Filtered>(call: &Call, is_counting: bool) -> Result<Option<Condition>, ApiError> {
    let is_advanced = is_eventual(&call.headers) && (call.options.count || is_counting);
    let allowed = if is_advanced { Support::Advanced } else { Support::Default };
    call.options.filter.as_ref().map(|filter| check::condition::<R>(filter, allowed)).transpose()
}
