//! What only the store can see of its own damage.

use crate::checks::CHECKS;
use rusqlite::Connection;

/// A list in a column, which each database takes apart in its own way.
const USERS_OF_DEVICES: (&str, &str) = (
    "users of devices who are no user",
    "SELECT count(*) FROM devices d, json_each(d.users) k WHERE NOT EXISTS
     (SELECT 1 FROM users u WHERE u.tenant_id = d.tenant_id AND u.user_key = k.value)",
);

pub(super) fn check(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut wrong = Vec::new();
    let mut pages = connection.prepare("PRAGMA quick_check")?;
    for sentence in pages.query_map([], |row| row.get::<_, String>(0))? {
        let sentence = sentence?;
        if sentence != "ok" {
            wrong.push(sentence);
        }
    }
    for (what, sql) in CHECKS.into_iter().chain([USERS_OF_DEVICES]) {
        let count: i64 = connection.query_row(sql, [], |row| row.get(0))?;
        if count > 0 {
            wrong.push(format!("{count} {what}"));
        }
    }
    Ok(wrong)
}
