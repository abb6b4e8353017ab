//! Query options that an endpoint serves. What it does not serve is refused, never ignored (specification 5).

use crate::answer::Resource;
use crate::error::ApiError;
use http::HeaderMap;
use odata::QueryOptions;
use std::borrow::Cow;

/// Objects in a page unless `$top` says otherwise.
pub(crate) const PAGE_SIZE_DEFAULT: u32 = 100;
/// Objects in a page at most.
pub(crate) const PAGE_SIZE_MAX: u32 = 999;

/// What an endpoint serves besides `$select`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Serves {
    /// Nothing: one object, an action, or a collection that is answered whole.
    SelectOnly,
    /// `$top` and `$skiptoken`.
    Pages,
    /// `$top`, `$skiptoken` and some filters, which the endpoint looks at itself.
    FilteredPages,
    /// The same, and some orders.
    SortedPages,
}

/// Refuses options that the endpoint does not serve.
///
/// `$count=true` is ignored without `ConsistencyLevel: eventual`, as on Graph (specification 5.4).
pub(crate) fn check(options: &QueryOptions, headers: &HeaderMap, serves: Serves) -> Result<(), ApiError> {
    if options.skip.is_some() {
        return Err(ApiError::bad_request("'$skip' is not supported by the service."));
    }
    if options.search.is_some() {
        return Err(ApiError::unsupported_query(if is_eventual(headers) {
            "Searches against this resource are not supported."
        } else {
            "Request with $search query parameter only works through MSGraph with a special request header: \
             'ConsistencyLevel: eventual'"
        }));
    }
    if options.expand.is_some() {
        return Err(ApiError::unsupported_query("Expand is not supported for current query."));
    }
    if options.order_by.is_some() && serves != Serves::SortedPages {
        return Err(unsupported_order());
    }
    if options.filter.is_some() && !matches!(serves, Serves::FilteredPages | Serves::SortedPages) {
        return Err(ApiError::unsupported_query("Filtered searches against this resource are not supported."));
    }
    if serves == Serves::SelectOnly && (options.top.is_some() || options.skip_token.is_some()) {
        return Err(ApiError::unsupported_query("Paging is not supported for current query."));
    }
    Ok(())
}

/// Whether the client accepts answers that lag behind (`ConsistencyLevel: eventual`).
pub(crate) fn is_eventual(headers: &HeaderMap) -> bool {
    headers.get("consistencylevel").is_some_and(|level| level.as_bytes().eq_ignore_ascii_case(b"eventual"))
}

/// An order that a collection does not serve.
pub(crate) fn unsupported_order() -> ApiError {
    ApiError::unsupported_query("Sorting not supported for current query.")
}

/// How many objects a page holds.
pub(crate) fn page_size(options: &QueryOptions) -> Result<u32, ApiError> {
    page_size_up_to(options, PAGE_SIZE_MAX)
}

/// The same, for a collection with a limit of its own.
pub(crate) fn page_size_up_to(options: &QueryOptions, max: u32) -> Result<u32, ApiError> {
    let Some(top) = &options.top else { return Ok(PAGE_SIZE_DEFAULT) };
    top.get().filter(|top| (1..=max).contains(top)).ok_or_else(|| {
        ApiError::unsupported_query(format!(
            "Invalid page size specified: '{top}'. Must be between 1 and {max} inclusive."
        ))
    })
}

/// A clause of a filter that a collection does not evaluate.
pub(crate) fn unsupported_filter(property: &str, resource: &str) -> ApiError {
    ApiError::unsupported_query(format!(
        "Unsupported or invalid query filter clause specified for property '{property}' of resource '{resource}'."
    ))
}

/// The properties of an answer, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Projection {
    properties: Cow<'static, [&'static str]>,
    is_selected: bool,
}

impl Projection {
    /// These properties, as if there were no others.
    pub(crate) const fn fixed(properties: &'static [&'static str]) -> Self {
        Self { properties: Cow::Borrowed(properties), is_selected: false }
    }

    /// What `$select` asks for, else the default properties.
    pub(crate) fn of<R: Resource>(options: &QueryOptions) -> Result<Self, ApiError> {
        Self::or_else::<R>(options, R::DEFAULT)
    }

    /// What `$select` asks for, else these properties.
    pub(crate) fn or_else<R: Resource>(
        options: &QueryOptions,
        default: &'static [&'static str],
    ) -> Result<Self, ApiError> {
        Self::by(options, default, R::find, R::TYPE)
    }

    /// What `$select` asks for by the names that `find` knows, else these properties.
    pub(crate) fn by(
        options: &QueryOptions,
        default: &'static [&'static str],
        find: impl Fn(&str) -> Option<&'static str>,
        type_name: &str,
    ) -> Result<Self, ApiError> {
        let Some(select) = &options.select else {
            return Ok(Self::fixed(default));
        };
        let mut properties = Vec::with_capacity(select.len());
        for name in select {
            let property = find(name).ok_or_else(|| {
                ApiError::bad_request(format!(
                    "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type \
                     '{type_name}'."
                ))
            })?;
            if !properties.contains(&property) {
                properties.push(property);
            }
        }
        Ok(Self { properties: properties.into(), is_selected: true })
    }

    /// Of these properties the ones of a type; without `$select` its default properties.
    pub(crate) fn known_to<R: Resource>(&self) -> Self {
        if !self.is_selected {
            return Self::fixed(R::DEFAULT);
        }
        let known = self.properties().filter(|name| R::find(name).is_some());
        Self { properties: known.collect(), is_selected: true }
    }

    pub(crate) fn properties(&self) -> impl Iterator<Item = &'static str> {
        self.properties.iter().copied()
    }

    /// What `@odata.context` says of a selection: `(id,displayName)`.
    pub(crate) fn in_context(&self) -> String {
        if self.is_selected { format!("({})", self.properties.join(",")) } else { String::new() }
    }
}
