//! What time wears away, and when a tenant is due for it.

use super::connection::Result;
use super::rows::{self, Number};
use super::tenant::no_tenant;
use super::transaction::Transaction;
use super::writes::Writes;
use licensing::aging::Earliest;
use licensing::directory::Member;
use licensing::facts::Aged;
use licensing::ids::{GroupKey, TenantKey, UserKey};
use licensing::time::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

const DELETED_USERS: &str = "SELECT user_key, deleted_at FROM users
     WHERE tenant_id = $1 AND deleted_at IS NOT NULL AND NOT purged ORDER BY deleted_at, user_key LIMIT $2";
const DELETED_GROUPS: &str = "SELECT group_key, deleted_at FROM groups
     WHERE tenant_id = $1 AND deleted_at IS NOT NULL AND NOT purged ORDER BY deleted_at, group_key LIMIT $2";

/// So many of what was deleted longest ago, and the first entry of the audit log.
pub(super) async fn aged(open: &Transaction, tenant: TenantKey, limit: u32) -> Result<Aged> {
    let (key, rows_max) = (Number(tenant.0), i64::from(limit));
    let parameters: [&(dyn ToSql + Sync); 2] = [&key, &rows_max];
    let (users, groups, audited) = tokio::try_join!(
        biased;
        open.query(DELETED_USERS, &parameters),
        open.query(DELETED_GROUPS, &parameters),
        open.first("SELECT at FROM audit WHERE tenant_id = $1 ORDER BY sequence LIMIT 1", &parameters[..1]),
    )?;
    let mut deleted = deleted_longest(&users, |key| Member::User(UserKey(key)))?;
    deleted.extend(deleted_longest(&groups, |key| Member::Group(GroupKey(key)))?);
    deleted.sort_unstable();
    deleted.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(Aged { deleted, audited_at: audited.map(|row| rows::time(&row, 0)).transpose()? })
}

fn deleted_longest(found: &[Row], member: impl Fn(u32) -> Member) -> Result<Vec<(Timestamp, Member)>> {
    found.iter().map(|row| Ok((rows::time(row, 1)?, member(rows::number(row, 0)?)))).collect()
}

/// The tenant's clock and when it was known to be due, and each kind of thing by a look at the edge of an index, so
/// that every commit can afford it.
const EARLIEST: &str = "SELECT t.clock_ahead, t.next_due_at,
        (SELECT min(next_lifecycle_at) FROM subscriptions WHERE tenant_id = $1),
        LEAST((SELECT min(deleted_at) FROM users WHERE tenant_id = $1 AND deleted_at IS NOT NULL AND NOT purged),
              (SELECT min(deleted_at) FROM groups WHERE tenant_id = $1 AND deleted_at IS NOT NULL AND NOT purged)),
        (SELECT min(run_at) FROM dynamic_groups WHERE tenant_id = $1 AND run_at IS NOT NULL),
        (SELECT at FROM audit WHERE tenant_id = $1 ORDER BY sequence LIMIT 1)
     FROM tenants t WHERE t.tenant_id = $1";

/// Runs the writes with the tenant's clock, and writes when by the system's clock the tenant is due after them.
pub(super) async fn finish(
    open: &Transaction,
    tenant: TenantKey,
    mut writes: Writes,
    clock_ahead: Option<i64>,
) -> Result<()> {
    if let Some(ahead) = clock_ahead {
        writes.add("UPDATE tenants SET clock_ahead = $2 WHERE tenant_id = $1", vec![Box::new(ahead)]);
    }
    let found = writes.run_then(open, EARLIEST, &[&Number(tenant.0)]).await?;
    let row = found.first().ok_or_else(no_tenant)?;
    let earliest = Earliest {
        lifecycle_at: rows::time_or_none(row, 2)?,
        deleted_at: rows::time_or_none(row, 3)?,
        rule_run_at: rows::time_or_none(row, 4)?,
        audited_at: rows::time_or_none(row, 5)?,
    };
    let ahead: i64 = row.try_get(0)?;
    let due_at = earliest.due_at().map(|time| time.unix_millis - ahead);
    if due_at == row.try_get(1)? {
        return Ok(());
    }
    let sql = "UPDATE tenants SET next_due_at = $2 WHERE tenant_id = $1";
    open.execute(sql, &[&Number(tenant.0), &due_at]).await
}
