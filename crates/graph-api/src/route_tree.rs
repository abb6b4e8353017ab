//! The routes by path segment. Keywords match in any case and in the forms of OData: `users('x')`,
//! `microsoft.graph.assignLicense`, `reprocessLicenseAssignment()`.

use crate::call::{CAST, COUNTED, Cast};
use crate::error::ApiError;
use crate::routes::Route;
use http::Method;
use odata::path::{Key, call};
use std::borrow::Cow;

/// A place in the tree.
#[derive(Default)]
struct Node {
    keywords: Vec<(&'static str, usize)>,
    param: Option<(&'static str, usize)>,
    routes: Vec<&'static Route>,
}

/// All routes.
pub(crate) struct RouteTree {
    nodes: Vec<Node>,
}

/// A route, and what its path holds in place of its parameters.
pub(crate) struct Found {
    pub(crate) route: &'static Route,
    pub(crate) params: Vec<(&'static str, String)>,
}

const ROOT: usize = 0;
/// Collections of objects of several types, which can be cast to one.
const CASTABLE: [&str; 7] =
    ["members", "transitiveMembers", "memberOf", "transitiveMemberOf", "directReports", "owners", "ownedObjects"];
/// Collections of objects of one type that are counted as those are.
const COUNTABLE: [&str; 2] = ["deletedItems/microsoft.graph.user", "deletedItems/microsoft.graph.group"];

impl RouteTree {
    pub(crate) fn new(routes: &'static [Route]) -> Self {
        let mut tree = Self { nodes: vec![Node::default()] };
        for route in routes {
            let mut at = ROOT;
            for segment in route.path.split('/').filter(|segment| !segment.is_empty()) {
                at = tree.grow(at, segment);
            }
            tree.nodes[at].routes.push(route);
        }
        tree
    }

    fn grow(&mut self, at: usize, segment: &'static str) -> usize {
        let next = self.nodes.len();
        let node = &mut self.nodes[at];
        let known = match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => node.param.get_or_insert((name, next)).1,
            None => match node.keyword(segment) {
                Some(known) => known,
                None => {
                    node.keywords.push((segment, next));
                    next
                }
            },
        };
        if known == next {
            self.nodes.push(Node::default());
        }
        known
    }

    /// The route of a path and method.
    ///
    /// # Errors
    /// 400 naming the first segment that no route knows, or 405.
    pub(crate) fn find(&self, method: &Method, segments: &[Cow<'_, str>]) -> Result<Found, ApiError> {
        let mut walk = Walk { tree: self, at: ROOT, params: Vec::new() };
        let mut rest = segments;
        if let Some(after) = without_users_me(segments) {
            walk.keyword("me");
            rest = after;
        }
        let (path, counted) = match rest {
            [path @ .., last] if is_count(last) => (path, true),
            path => (path, false),
        };
        for (at, segment) in path.iter().enumerate() {
            if at + 1 < path.len() || !walk.cast(segment) {
                walk.step(segment)?;
            }
        }
        if counted && !walk.count() {
            walk.step("$count")?;
        }
        let routes = &self.nodes[walk.at].routes;
        match routes.iter().find(|route| route.method == method) {
            Some(route) => Ok(Found { route, params: walk.params }),
            None if routes.is_empty() => Err(ApiError::unknown_segment(segments.last().map_or("", |last| last))),
            None => Err(ApiError::method_not_allowed(routes.iter().map(|route| route.method.clone()))),
        }
    }
}

impl Node {
    fn keyword(&self, segment: &str) -> Option<usize> {
        self.keywords.iter().find(|(word, _)| word.eq_ignore_ascii_case(segment)).map(|(_, node)| *node)
    }
}

/// What follows `users/me`: it means the same as `me`, and some SDKs write it so.
fn without_users_me<'s, 'a>(segments: &'s [Cow<'a, str>]) -> Option<&'s [Cow<'a, str>]> {
    match segments {
        [users, me, rest @ ..] if users.eq_ignore_ascii_case("users") && me.eq_ignore_ascii_case("me") => Some(rest),
        [users, rest @ ..] => match call(users) {
            Some(call) if call.name.eq_ignore_ascii_case("users") && call.key == Key::Value("me".into()) => Some(rest),
            _ => None,
        },
        _ => None,
    }
}

struct Walk<'t> {
    tree: &'t RouteTree,
    at: usize,
    params: Vec<(&'static str, String)>,
}

impl Walk<'_> {
    fn node(&self) -> &Node {
        &self.tree.nodes[self.at]
    }

    fn keyword(&mut self, segment: &str) -> bool {
        let next = self.node().keyword(segment);
        self.at = next.unwrap_or(self.at);
        next.is_some()
    }

    fn param(&mut self, value: &str) -> bool {
        let Some((name, next)) = self.node().param else { return false };
        self.params.push((name, value.to_owned()));
        self.at = next;
        true
    }

    /// Takes a last segment that casts a collection to a type, such as `microsoft.graph.group`.
    fn cast(&mut self, segment: &str) -> bool {
        let routes = &self.node().routes;
        let is_castable = routes.iter().any(|route| {
            route.method == Method::GET && CASTABLE.iter().any(|name| route.path.ends_with(&format!("/{name}")))
        });
        let name = unqualified(segment);
        let cast = Cast::ALL.into_iter().find(|(_, known)| name.eq_ignore_ascii_case(known));
        match cast {
            Some((_, name)) if is_castable && segment.contains('.') => {
                self.params.push((CAST, name.to_owned()));
                true
            }
            _ => false,
        }
    }

    /// Takes a last segment `$count` behind a collection of directory objects.
    fn count(&mut self) -> bool {
        let is_counted = self.node().routes.iter().any(|route| {
            let mut names = CASTABLE.iter().chain(&COUNTABLE);
            route.method == Method::GET && names.any(|name| route.path.ends_with(&format!("/{name}")))
        });
        if is_counted {
            self.params.push((COUNTED, "$count".to_owned()));
        }
        is_counted
    }

    fn step(&mut self, segment: &str) -> Result<(), ApiError> {
        let qualified = || format!("microsoft.graph.{}", unqualified(segment));
        if self.keyword(segment) || self.keyword(unqualified(segment)) {
            return Ok(());
        }
        if segment.starts_with("graph.") && self.keyword(&qualified()) {
            return Ok(());
        }
        if let Some(call) = call(segment)
            && self.keyword(unqualified(call.name))
        {
            let is_known = match &call.key {
                Key::None => true,
                Key::Value(value) => self.param(value),
                Key::Named(name, value) => is_key_of(call.name, name) && self.param(value),
            };
            return if is_known { Ok(()) } else { Err(ApiError::unknown_segment(segment)) };
        }
        if !is_operation(segment) && self.param(segment) {
            return Ok(());
        }
        Err(ApiError::unknown_segment(segment))
    }
}

/// The name of an operation without its namespace.
fn unqualified(segment: &str) -> &str {
    segment.strip_prefix("microsoft.graph.").or_else(|| segment.strip_prefix("graph.")).unwrap_or(segment)
}

fn is_count(segment: &str) -> bool {
    segment.eq_ignore_ascii_case("$count")
}

/// Whether a segment names an operation, and so no object.
fn is_operation(segment: &str) -> bool {
    segment.starts_with('$')
        || segment.starts_with("microsoft.graph.")
        || segment.ends_with("()")
        || segment.eq_ignore_ascii_case("delta")
}

/// Whether objects of a collection can be named by this property.
fn is_key_of(collection: &str, property: &str) -> bool {
    let alternate = match collection.to_ascii_lowercase().as_str() {
        "users" => "userPrincipalName",
        "subscriptions" => "commerceSubscriptionId",
        _ => "id",
    };
    property.eq_ignore_ascii_case("id") || property.eq_ignore_ascii_case(alternate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::ROUTES;
    use odata::path::segments;

    fn find(method: Method, path: &str) -> Result<(&'static str, Vec<String>), String> {
        let found = RouteTree::new(ROUTES).find(&method, &segments(path).unwrap());
        found
            .map(|found| (found.route.path, found.params.into_iter().map(|(_, value)| value).collect()))
            .map_err(|error| format!("{} {}", error.status.as_u16(), error.message))
    }

    #[test]
    fn the_forms_of_a_path_lead_to_one_route() {
        let assign = "/users/{user}/assignLicense";
        let cases = [
            ("/users/x/assignLicense", assign, "x"),
            ("/users('x')/assignLicense", assign, "x"),
            ("/users(x)/assignLicense", assign, "x"),
            ("/users(userPrincipalName='x')/assignLicense", assign, "x"),
            ("/users/x/microsoft.graph.assignLicense", assign, "x"),
            ("/users/x/microsoft.graph.assignLicense()", assign, "x"),
            ("/USERS/x/ASSIGNLICENSE", assign, "x"),
            ("//users//x/assignLicense/", assign, "x"),
            ("/users/a%40b.c/assignLicense", assign, "a@b.c"),
            ("/users/$x@b.c/assignLicense", "", ""),
            ("/me/assignLicense", "/me/assignLicense", ""),
            ("/users/me/assignLicense", "/me/assignLicense", ""),
            ("/users('me')/assignLicense", "/me/assignLicense", ""),
        ];
        for (path, route, param) in cases {
            match find(Method::POST, path) {
                Ok((found, params)) => assert_eq!((found, params.join(",").as_str()), (route, param), "{path}"),
                Err(error) => assert_eq!(route, "", "{path}: {error}"),
            }
        }
        let subscription = "/directory/subscriptions(commerceSubscriptionId='s')";
        assert_eq!(
            find(Method::GET, subscription).unwrap(),
            ("/directory/subscriptions/{subscription}", vec!["s".into()])
        );
        for path in ["/groups/g/members/microsoft.graph.user", "/groups/g/members/graph.USER"] {
            assert_eq!(find(Method::GET, path).unwrap(), ("/groups/{group}/members", vec!["g".into(), "user".into()]));
        }
        for (path, params) in [
            ("/groups/g/members/$count", vec!["g".into(), "$count".into()]),
            ("/groups/g/members/microsoft.graph.user/$count", vec!["g".into(), "user".into(), "$count".into()]),
        ] {
            assert_eq!(find(Method::GET, path).unwrap(), ("/groups/{group}/members", params));
        }
        let remove = find(Method::DELETE, "/groups/g/members/m/$ref").unwrap();
        assert_eq!(remove, ("/groups/{group}/members/{member}/$ref", vec!["g".into(), "m".into()]));
    }

    #[test]
    fn what_no_route_knows_is_named() {
        let cases = [
            (Method::GET, "/nope", "400 Resource not found for the segment 'nope'."),
            (Method::GET, "/users/x/nope/more", "400 Resource not found for the segment 'nope'."),
            (
                Method::GET,
                "/users/x/licenseDetails/microsoft.graph.user",
                "400 Resource not found for the segment 'microsoft.graph.user'.",
            ),
            (
                Method::GET,
                "/groups/g/members/microsoft.graph.device",
                "400 Resource not found for the segment 'microsoft.graph.device'.",
            ),
            (Method::GET, "/users/delta", "400 Resource not found for the segment 'delta'."),
            (Method::GET, "/subscribedSkus/$count", "400 $count is not currently supported."),
            (Method::GET, "/directory", "400 Resource not found for the segment 'directory'."),
            (
                Method::GET,
                "/groups(uniqueName='x')",
                "400 Resource not found for the segment 'groups(uniqueName='x')'.",
            ),
            (Method::GET, "/subscribedSkus/a/b", "400 Resource not found for the segment 'b'."),
            (Method::PUT, "/users/x", "405 Specified HTTP method is not allowed for the request target."),
            (Method::GET, "/users/x/assignLicense", "405 Specified HTTP method is not allowed for the request target."),
        ];
        for (method, path, expected) in cases {
            assert_eq!(find(method, path).unwrap_err(), expected, "{path}");
        }
    }
}
