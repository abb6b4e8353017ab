//! Every route has a test file where its path says.

use std::path::Path;

use anyhow::Result;

use super::Violation;
use super::source::read_demanded;

const TABLE: &str = "crates/graph-api/src/routes.rs";
const TESTS: &str = "crates/graph-api/tests/it/routes";

struct Row {
    line: usize,
    /// `None` when the row cannot be read.
    file: Option<String>,
}

pub(super) fn check(root: &Path) -> Result<Vec<Violation>> {
    let shape = "write the table with rows `route(Method::GET, \"/path\", ...)`";
    let text = match read_demanded(root, TABLE, shape)? {
        Ok(text) => text,
        Err(violation) => return Ok(vec![violation]),
    };
    let rows = rows(&text);
    if rows.is_empty() {
        return Ok(vec![Violation::new(TABLE, 1, "there is no row `route(Method::`", shape)]);
    }
    Ok(rows.into_iter().filter_map(|row| fault(root, row)).collect())
}

fn fault(root: &Path, row: Row) -> Option<Violation> {
    let Some(file) = row.file else {
        let remedy = "write it as `route(Method::GET, \"/path\", ...)`";
        return Some(Violation::new(TABLE, row.line, "this row cannot be read", remedy));
    };
    if root.join(&file).is_file() {
        return None;
    }
    Some(Violation::new(TABLE, row.line, "this route has no test file", format!("write {file}")))
}

/// The rows of the table; rows that are commented out do not count.
fn rows(text: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut start = 0;
    for (index, _) in text.match_indices("route(") {
        let before = &text[..index];
        start += before[start..].rfind('\n').map_or(0, |offset| offset + 1);
        let longer_name = before.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        let commented = before[start..].trim_start().starts_with("//");
        let rest = text[index + "route(".len()..].trim_start();
        if let (false, false, Some(rest)) = (longer_name, commented, rest.strip_prefix("Method::")) {
            rows.push(Row { line: before.matches('\n').count() + 1, file: test_file(rest) });
        }
    }
    rows
}

/// From `POST, "/users/{user}/assignLicense", ...` to the file that tests it.
fn test_file(row: &str) -> Option<String> {
    let (method, rest) = row.split_once(',')?;
    let (path, _) = rest.trim_start().strip_prefix("\"/")?.split_once('"')?;
    let is_word = !method.is_empty() && method.chars().all(|letter| letter.is_ascii_alphabetic());
    let folder = if path.is_empty() { TESTS.to_owned() } else { format!("{TESTS}/{path}") };
    is_word.then(|| format!("{folder}/{}.rs", method.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::super::tree::plant;
    use super::*;

    fn found(table: &str, files: &[&str]) -> Vec<String> {
        let files: Vec<String> = files.iter().map(|file| format!("{TESTS}/{file}")).collect();
        let mut planted = vec![(TABLE, table)];
        planted.extend(files.iter().map(|file| (file.as_str(), "")));
        check(plant(&planted).path()).unwrap().iter().map(ToString::to_string).collect()
    }

    const ROWS: &str = r#"
        fn route(method: Method, path: &str) {}
        route(Method::POST, "/users/{user}/assignLicense", Operation::AssignUserLicense),
        route(
            Method::DELETE,
            "/groups/{group}/members/{member}/$ref",
            Operation::RemoveMember,
        ),
        route(Method::GET, "/users/delta()", Operation::UsersDelta),
        // route(Method::GET, "/later", Operation::Later),
        subroute(Method::GET, "/no", Operation::No),
    "#;

    #[test]
    fn a_route_with_its_test_file_passes() {
        let files = [
            "users/{user}/assignLicense/post.rs",
            "groups/{group}/members/{member}/$ref/delete.rs",
            "users/delta()/get.rs",
        ];
        assert_eq!(found(ROWS, &files), Vec::<String>::new());
    }

    #[test]
    fn a_route_without_its_test_file_is_found() {
        let expected = [
            "crates/graph-api/src/routes.rs:3: this route has no test file, write crates/graph-api/tests/it/routes/users/{user}/assignLicense/post.rs",
            "crates/graph-api/src/routes.rs:4: this route has no test file, write crates/graph-api/tests/it/routes/groups/{group}/members/{member}/$ref/delete.rs",
        ];
        assert_eq!(found(ROWS, &["users/delta()/get.rs", "users/{user}/assignLicense/patch.rs"]), expected);
    }

    #[test]
    fn a_row_that_cannot_be_read_is_found() {
        assert!(found("route(Method::GET, PATH, Operation::A)", &[])[0].contains(":1: this row cannot be read"));
    }

    #[test]
    fn a_missing_or_empty_table_is_found() {
        assert!(found("", &[])[0].contains("there is no row"));
        let root = plant(&[]);
        assert_eq!(check(root.path()).unwrap()[0].what, "this file is missing");
    }
}
