//! Resource paths: segments, and the key that a segment may carry, as in `users('x')`.

use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// A path that is no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The request URI is not valid: a segment is not UTF-8.")]
pub struct PathError;

/// The segments of a path, decoded. Empty ones are left out, so `//` counts as `/`.
///
/// ```
/// let segments = odata::path::segments("/users//kim%40contoso.example/")?;
/// assert_eq!(segments, ["users", "kim@contoso.example"]);
/// # Ok::<(), odata::path::PathError>(())
/// ```
///
/// # Errors
/// [`PathError`] when a segment is not UTF-8 once it is decoded.
pub fn segments(path: &str) -> Result<Vec<Cow<'_, str>>, PathError> {
    let parts = path.split('/').filter(|segment| !segment.is_empty());
    parts.map(|segment| percent_decode_str(segment).decode_utf8().map_err(|_| PathError)).collect()
}

/// A segment in the form of a call: `users('x')`, `subscriptions(commerceSubscriptionId='x')`, `delta()`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// What is called.
    pub name: &'a str,
    /// What stands between the parentheses.
    pub key: Key<'a>,
}

/// What stands between the parentheses of a [`Call`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// Nothing.
    None,
    /// One value without a name.
    Value(Cow<'a, str>),
    /// One value with its name.
    Named(&'a str, Cow<'a, str>),
}

/// The call that a decoded segment is, if it has the form of one. Quotes around a value are optional.
///
/// ```
/// use odata::path::{Key, call};
/// assert_eq!(call("users('o''neil@contoso.example')").unwrap().key, Key::Value("o'neil@contoso.example".into()));
/// assert_eq!(call("users(id=5)").unwrap().key, Key::Named("id", "5".into()));
/// assert_eq!(call("users"), None);
/// ```
#[must_use]
pub fn call(segment: &str) -> Option<Call<'_>> {
    let (name, arguments) = segment.strip_suffix(')')?.split_once('(')?;
    if !is_name(name.trim_start_matches("microsoft.graph.")) {
        return None;
    }
    let key = match arguments.split_once('=') {
        _ if arguments.is_empty() => Key::None,
        Some((name, value)) if is_name(name) => Key::Named(name, unquote(value)?),
        _ => Key::Value(unquote(arguments)?),
    };
    Some(Call { name, key })
}

/// Whether `text` can name a property, an option or an operation.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// A value without its quotes; `None` when a quote stands where none may.
fn unquote(value: &str) -> Option<Cow<'_, str>> {
    let Some(inner) = value.strip_prefix('\'') else {
        return (!value.contains('\'')).then_some(Cow::Borrowed(value));
    };
    let inner = inner.strip_suffix('\'')?;
    if !inner.contains('\'') {
        return Some(Cow::Borrowed(inner));
    }
    // Quotes come in pairs, each of which is one quote.
    let parts: Vec<&str> = inner.split("''").collect();
    parts.iter().all(|part| !part.contains('\'')).then(|| Cow::Owned(parts.join("'")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_decoded_and_empty_ones_left_out() {
        let cases: [(&str, &[&str]); 5] = [
            ("/", &[]),
            ("", &[]),
            ("/v1.0//subscribedSkus/", &["v1.0", "subscribedSkus"]),
            ("/users/a%2Fb", &["users", "a/b"]),
            ("/users/%zz", &["users", "%zz"]),
        ];
        for (path, expected) in cases {
            assert_eq!(segments(path).unwrap(), expected, "{path}");
        }
        assert_eq!(segments("/users/%ff"), Err(PathError));
    }

    #[test]
    fn calls_are_told_from_other_segments() {
        let cases = [
            ("users('x')", Some(("users", Key::Value("x".into())))),
            ("users(x@y.z)", Some(("users", Key::Value("x@y.z".into())))),
            ("users('')", Some(("users", Key::Value("".into())))),
            ("delta()", Some(("delta", Key::None))),
            ("microsoft.graph.delta()", Some(("microsoft.graph.delta", Key::None))),
            (
                "subscriptions(commerceSubscriptionId='a')",
                Some(("subscriptions", Key::Named("commerceSubscriptionId", "a".into()))),
            ),
            ("users('a'b')", None),
            ("users('a", None),
            ("users(a')", None),
            ("john@contoso.example(1)", None),
            ("(x)", None),
        ];
        for (segment, expected) in cases {
            assert_eq!(call(segment).map(|call| (call.name, call.key)), expected, "{segment}");
        }
    }
}
