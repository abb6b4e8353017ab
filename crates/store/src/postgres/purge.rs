//! Deleting for good: rows that something refers to stay, with nothing but id and names.

use super::connection::Result;
use super::rows::{self, Number};
use super::sets;
use super::transaction::Transaction;
use super::writes::{Writes, columns};
use licensing::directory::Member;
use licensing::ids::TenantKey;

/// What goes with a user.
const OF_USER: [&str; 6] = [
    "DELETE FROM assignments WHERE tenant_id = $1 AND user_key = ANY ($2)",
    "DELETE FROM memberships WHERE tenant_id = $1 AND user_key = ANY ($2)",
    "DELETE FROM owners WHERE tenant_id = $1 AND user_key = ANY ($2)",
    "DELETE FROM proxy_addresses WHERE tenant_id = $1 AND user_key = ANY ($2)",
    "DELETE FROM role_assignments WHERE tenant_id = $1 AND user_key = ANY ($2)",
    "DELETE FROM pending_users WHERE tenant_id = $1 AND user_key = ANY ($2)",
];

/// Reads the names of these, and adds what leaves nothing else of them.
pub(super) async fn all(open: &Transaction, tenant: TenantKey, writes: &mut Writes, purged: &[Member]) -> Result<()> {
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    for member in purged {
        match member {
            Member::User(user) => users.push(user.0),
            // Members of a group stay: its licences may still have to be taken back from them.
            Member::Group(group) => groups.push(group.0),
        }
    }
    for sql in OF_USER {
        writes.add_rows(&users, sql, |users| columns!(users => (user) => Number(*user)));
    }
    let left = names(open, tenant, "users", "user_key", &users).await?;
    writes.add_rows(
        &left,
        "UPDATE users u SET purged = TRUE, usage_location = NULL, manager_key = NULL, properties = p.names
         FROM unnest($2::int4[], $3::text[]) AS p (key, names) WHERE u.tenant_id = $1 AND u.user_key = p.key",
        |left| columns!(left => (key, names) => Number(*key), names.clone()),
    );
    writes.add_rows(
        &groups,
        "DELETE FROM owners WHERE tenant_id = $1 AND group_key = ANY ($2)",
        |groups| columns!(groups => (group) => Number(*group)),
    );
    let left = names(open, tenant, "groups", "group_key", &groups).await?;
    writes.add_rows(
        &left,
        "UPDATE groups g SET purged = TRUE, folded_unique_name = NULL, properties = p.names
         FROM unnest($2::int4[], $3::text[]) AS p (key, names) WHERE g.tenant_id = $1 AND g.group_key = p.key",
        |left| columns!(left => (key, names) => Number(*key), names.clone()),
    );
    Ok(())
}

/// Keys, with the properties that are left.
async fn names(
    open: &Transaction,
    tenant: TenantKey,
    table: &str,
    column: &str,
    keys: &[u32],
) -> Result<Vec<(u32, String)>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<Number> = keys.iter().copied().map(Number).collect();
    let each = sets::each("int4", table, &format!("{column} = wanted.key"));
    let sql = format!("SELECT {column}, properties FROM {each} AS t");
    let mut left = Vec::with_capacity(keys.len());
    for row in &open.query(&sql, &[&Number(tenant.0), &keys]).await? {
        let mut properties = rows::properties(row, 1)?;
        properties.0.retain(|name, _| name == "displayName");
        left.push((rows::number(row, 0)?, rows::properties_text(&properties)));
    }
    Ok(left)
}
