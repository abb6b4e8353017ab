//! What only the store can see of its own damage.

use super::connection::{Result, WHOLE_TABLES};
use super::transaction::Transaction;
use crate::checks::CHECKS;

/// A list in a column, which each database takes apart in its own way.
const USERS_OF_DEVICES: (&str, &str) = (
    "users of devices who are no user",
    "SELECT count(*) FROM devices d, json_array_elements_text(d.users::json) k WHERE NOT EXISTS
     (SELECT 1 FROM users u WHERE u.tenant_id = d.tenant_id AND u.user_key = k.value::int)",
);

pub(super) async fn check(snapshot: &Transaction) -> Result<Vec<String>> {
    snapshot.take_time(WHOLE_TABLES).await?;
    let mut wrong = Vec::new();
    for (what, sql) in CHECKS.into_iter().chain([USERS_OF_DEVICES]) {
        let count: i64 = snapshot.first(sql, &[]).await?.map_or(Ok(0), |row| row.try_get(0))?;
        if count > 0 {
            wrong.push(format!("{count} {what}"));
        }
    }
    Ok(wrong)
}
