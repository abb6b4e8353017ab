//! Whether an answer has what a scenario expects of it.
//!
//! - An object must have the expected members; it may have others.
//! - An array must have the expected items and no others, in this order.
//! - `"*"` is anything but null.
//! - `{ $has: [...] }` is an array with an item for each of these, in any order; it may have others.
//! - `{ $lacks: [...] }` is an array without any item like these.
//! - `{ $length: 3 }` is an array of so many items.
//! - `{ $contains: text }` is a text with this in it. Several of these may stand together.
//! - Anything else must be equal.

use serde_json::{Map, Value};

/// Why `found` is not as expected; empty when it is.
pub(super) fn mismatches(expected: &Value, found: Option<&Value>) -> Vec<String> {
    let mut problems = Vec::new();
    compare("", expected, found, &mut problems);
    problems
}

fn compare(path: &str, expected: &Value, found: Option<&Value>, problems: &mut Vec<String>) {
    let Some(found) = found else {
        problems.push(format!("{}: expected {expected}, it is missing", shown(path)));
        return;
    };
    let as_expected = match (expected, found) {
        (Value::String(any), found) if any == "*" => !found.is_null(),
        (Value::Object(members), found) if are_matchers(members) => {
            members.iter().all(|(name, wanted)| satisfies(name, wanted, found))
        }
        (Value::Object(members), Value::Object(object)) => {
            for (name, wanted) in members {
                compare(&format!("{path}/{name}"), wanted, object.get(name), problems);
            }
            true
        }
        (Value::Array(wanted), Value::Array(items)) if wanted.len() == items.len() => {
            for (at, (wanted, item)) in wanted.iter().zip(items).enumerate() {
                compare(&format!("{path}/{at}"), wanted, Some(item), problems);
            }
            true
        }
        (expected, found) => expected == found,
    };
    if !as_expected {
        problems.push(format!("{}: expected {expected}, found {found}", shown(path)));
    }
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "the answer" } else { path }
}

fn are_matchers(members: &Map<String, Value>) -> bool {
    !members.is_empty() && members.keys().all(|name| name.starts_with('$'))
}

fn satisfies(name: &str, wanted: &Value, found: &Value) -> bool {
    match (name, wanted, found) {
        ("$has", Value::Array(wanted), Value::Array(items)) => wanted.iter().all(|wanted| has(items, wanted)),
        ("$lacks", Value::Array(unwanted), Value::Array(items)) => !unwanted.iter().any(|wanted| has(items, wanted)),
        ("$length", Value::Number(length), Value::Array(items)) => length.as_u64() == Some(items.len() as u64),
        ("$contains", Value::String(part), Value::String(text)) => text.contains(part),
        _ => false,
    }
}

fn has(items: &[Value], wanted: &Value) -> bool {
    items.iter().any(|item| mismatches(wanted, Some(item)).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_expected_must_be_there() {
        let found = json!({ "a": 1, "b": [{ "c": "text", "d": null }, 2] });
        let matching = [
            json!({}),
            json!({ "a": 1 }),
            json!({ "b": [{ "c": "*" }, 2] }),
            json!({ "b": { "$has": [2] } }),
            json!({ "b": { "$has": [{ "c": { "$contains": "ex" } }] } }),
            json!({ "b": { "$lacks": [3, { "c": "other" }] } }),
            json!({ "b": { "$length": 2, "$has": [2] } }),
        ];
        for expected in matching {
            assert_eq!(mismatches(&expected, Some(&found)), Vec::<String>::new(), "{expected}");
        }
    }

    #[test]
    fn what_is_otherwise_is_named() {
        let found = json!({ "a": 1, "b": [{ "c": "text", "d": null }, 2] });
        let cases = [
            (json!({ "a": 2, "x": "*" }), vec!["/a: expected 2, found 1", "/x: expected \"*\", it is missing"]),
            (json!({ "b": [{ "d": "*" }, 2] }), vec!["/b/0/d: expected \"*\", found null"]),
            (json!({ "a": [] }), vec!["/a: expected [], found 1"]),
            (json!({ "a": {} }), vec!["/a: expected {}, found 1"]),
            (
                json!({ "b": { "$length": 3, "$has": [2] } }),
                vec!["/b: expected {\"$length\":3,\"$has\":[2]}, found [{\"c\":\"text\",\"d\":null},2]"],
            ),
            (json!({ "a": { "$nope": 1 } }), vec!["/a: expected {\"$nope\":1}, found 1"]),
            (json!([]), vec!["the answer: expected [], found {\"a\":1,\"b\":[{\"c\":\"text\",\"d\":null},2]}"]),
        ];
        for (expected, problems) in cases {
            assert_eq!(mismatches(&expected, Some(&found)), problems, "{expected}");
        }
    }
}
