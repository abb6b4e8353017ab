//! What only the store can see of its own damage.

use super::connection::{Result, WHOLE_TABLES};
use super::transaction::Transaction;

/// Rows that should have an owner, or a number that should agree with another: what is wrong, and a query
/// that counts how often.
const CHECKS: [(&str, &str); 8] = [
    (
        "assignments of no user",
        "SELECT count(*) FROM assignments a WHERE NOT EXISTS
         (SELECT 1 FROM users u WHERE u.tenant_id = a.tenant_id AND u.user_key = a.user_key)",
    ),
    (
        "assignments of no SKU",
        "SELECT count(*) FROM assignments a WHERE NOT EXISTS
         (SELECT 1 FROM skus s WHERE s.tenant_id = a.tenant_id AND s.sku_key = a.sku_key)",
    ),
    (
        "memberships of no group or user",
        "SELECT count(*) FROM memberships m WHERE NOT EXISTS
         (SELECT 1 FROM users u WHERE u.tenant_id = m.tenant_id AND u.user_key = m.user_key) OR NOT EXISTS
         (SELECT 1 FROM groups g WHERE g.tenant_id = m.tenant_id AND g.group_key = m.group_key)",
    ),
    (
        "owners of no group, or who are no user",
        "SELECT count(*) FROM owners o WHERE NOT EXISTS
         (SELECT 1 FROM users u WHERE u.tenant_id = o.tenant_id AND u.user_key = o.user_key AND NOT u.purged)
         OR NOT EXISTS (SELECT 1 FROM groups g
          WHERE g.tenant_id = o.tenant_id AND g.group_key = o.group_key AND NOT g.purged)",
    ),
    (
        "tenants whose audit has gaps",
        // The first entries may be forgotten.
        "SELECT count(*) FROM tenants t JOIN
         (SELECT tenant_id, count(*) AS entries, min(sequence) AS first, max(sequence) AS last FROM audit GROUP BY 1) a
         ON a.tenant_id = t.tenant_id WHERE a.last <> t.version OR a.entries <> a.last - a.first + 1",
    ),
    (
        "pending groups without licences ever",
        "SELECT count(*) FROM pending_groups p WHERE NOT EXISTS
         (SELECT 1 FROM licensed_groups l WHERE l.tenant_id = p.tenant_id AND l.group_key = p.group_key)",
    ),
    (
        "pending rules without a dynamic group",
        "SELECT count(*) FROM pending_rules p WHERE NOT EXISTS
         (SELECT 1 FROM dynamic_groups d WHERE d.tenant_id = p.tenant_id AND d.group_key = p.group_key)",
    ),
    (
        "groups that are complete and pending, or neither",
        "SELECT count(*) FROM groups g WHERE g.processing IS NOT NULL AND (g.processing = 2) =
         EXISTS (SELECT 1 FROM pending_groups p WHERE p.tenant_id = g.tenant_id AND p.group_key = g.group_key)",
    ),
];

pub(super) async fn check(snapshot: &Transaction) -> Result<Vec<String>> {
    snapshot.batch(WHOLE_TABLES).await?;
    let mut wrong = Vec::new();
    for (what, sql) in CHECKS {
        let count: i64 = snapshot.first(sql, &[]).await?.map_or(Ok(0), |row| row.try_get(0))?;
        if count > 0 {
            wrong.push(format!("{count} {what}"));
        }
    }
    Ok(wrong)
}
