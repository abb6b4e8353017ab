//! The statements of the PostgreSQL store, as they are written in its files.

use std::fs;
use std::path::{Path, PathBuf};
use store::postgres::distribute::DISTRIBUTED;

/// What reads several tenants on purpose: finding those that have work or are due, listing all, the first start, `verify`.
pub(crate) const ACROSS_TENANTS: [&str; 5] = [
    "SELECT tenant_id FROM ( SELECT t.tenant_id FROM tenants t CROSS JOIN LATERAL (SELECT 1 FROM pending_users p",
    "SELECT tenant_id FROM tenants WHERE next_due_at <= $1 AND NOT EXISTS (SELECT 1 FROM copying)",
    "SELECT tenant_id, structure_version FROM tenants WHERE NOT EXISTS (SELECT 1 FROM copying)",
    "SELECT 1 FROM tenants LIMIT 1",
    "SELECT count(*) FROM devices d, json_array_elements_text(d.users::json) k WHERE NOT EXISTS",
];

/// Files with statements that look through the whole database: copying it, and tests' own.
const WHOLE_DATABASE: [&str; 3] = ["copying.rs", "scratch.rs", "distribute.rs"];

/// The texts in the files of the PostgreSQL store that name one of its distributed tables.
pub(crate) fn statements() -> Vec<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = files_in(&source.join("postgres"));
    files.push(source.join("postgres.rs"));
    let read = files.iter().filter(|file| !WHOLE_DATABASE.iter().any(|name| file.ends_with(name)));
    let texts = read.flat_map(|file| texts(&fs::read_to_string(file).unwrap()));
    texts.filter(|text| !tables(text).is_empty()).collect()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

/// The literal texts of a file, without those in its comments.
fn texts(source: &str) -> Vec<String> {
    let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n").replace("'\"'", "").replace("\\\"", "'").replace("\\\n", " ");
    code.split('"').skip(1).step_by(2).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The distributed tables that a statement reads or writes, each as often as it does.
fn tables(sql: &str) -> Vec<&str> {
    let words: Vec<&str> = sql.split([' ', '(', ')', ',']).filter(|word| !word.is_empty()).collect();
    let names = words.windows(2).filter(|pair| matches!(pair[0], "FROM" | "JOIN" | "INTO" | "UPDATE" | "USING"));
    // A part of a statement may begin after its `FROM`.
    let first = words.first().filter(|_| words.contains(&"WHERE"));
    names.map(|pair| pair[1]).chain(first.copied()).filter(|name| DISTRIBUTED.contains(name)).collect()
}

/// What is wrong with a statement: it touches rows whose tenant it does not name.
pub(crate) fn fault_of(sql: &str) -> Option<String> {
    let tables = tables(sql).len();
    // A row begins with its tenant.
    let named = ["tenant_id =", "SELECT $1::int4,", "VALUES ($1,"].map(|naming| sql.matches(naming).count());
    let is_allowed = ACROSS_TENANTS.iter().any(|allowed| sql.starts_with(allowed));
    (named.iter().sum::<usize>() < tables && !is_allowed).then(|| sql.to_owned())
}
