//! What time wears away, and when a tenant is due for it.

use super::{audit, rows};
use licensing::ChangeSet;
use licensing::aging::Earliest;
use licensing::directory::Member;
use licensing::facts::Aged;
use licensing::ids::{GroupKey, TenantKey, UserKey};
use licensing::time::Timestamp;
use rusqlite::Connection;

const DELETED_USERS: &str = "SELECT user_key, deleted_at FROM users INDEXED BY users_by_deletion
     WHERE tenant_id = ?1 AND deleted_at IS NOT NULL AND purged = 0 ORDER BY deleted_at, user_key LIMIT ?2";
const DELETED_GROUPS: &str = "SELECT group_key, deleted_at FROM groups INDEXED BY groups_by_deletion
     WHERE tenant_id = ?1 AND deleted_at IS NOT NULL AND purged = 0 ORDER BY deleted_at, group_key LIMIT ?2";

/// So many of what was deleted longest ago, and the first entry of the audit log.
pub(super) fn aged(connection: &Connection, tenant: TenantKey, limit: u32) -> rusqlite::Result<Aged> {
    let mut deleted = deleted_longest(connection, tenant, DELETED_USERS, limit, |key| Member::User(UserKey(key)))?;
    deleted.extend(deleted_longest(connection, tenant, DELETED_GROUPS, limit, |key| Member::Group(GroupKey(key)))?);
    deleted.sort_unstable();
    deleted.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let audited_at = audit::first(connection, tenant)?.map(|(_, at)| at);
    Ok(Aged { deleted, audited_at })
}

fn deleted_longest(
    connection: &Connection,
    tenant: TenantKey,
    sql: &str,
    limit: u32,
    member: impl Fn(u32) -> Member,
) -> rusqlite::Result<Vec<(Timestamp, Member)>> {
    connection
        .prepare_cached(sql)?
        .query_map((tenant.0, limit), |row| Ok((rows::time(row, 1)?, member(row.get(0)?))))?
        .collect()
}

/// Writes the tenant's clock, and when by the system's clock the tenant is due.
pub(super) fn write(connection: &Connection, tenant: TenantKey, changes: &ChangeSet) -> rusqlite::Result<()> {
    if let Some(ahead) = changes.clock_ahead_millis {
        connection
            .prepare_cached("UPDATE tenants SET clock_ahead = ?2 WHERE tenant_id = ?1")?
            .execute((tenant.0, ahead))?;
    }
    let due_at = earliest(connection, tenant)?.due_at().map(|time| time.unix_millis);
    connection
        .prepare_cached(
            "UPDATE tenants SET next_due_at = ?2 - clock_ahead
             WHERE tenant_id = ?1 AND next_due_at IS NOT ?2 - clock_ahead",
        )?
        .execute((tenant.0, due_at))?;
    Ok(())
}

/// Each by a look at the edge of an index, so that every commit can afford it.
fn earliest(connection: &Connection, tenant: TenantKey) -> rusqlite::Result<Earliest> {
    let first = |sql| -> rusqlite::Result<Option<Timestamp>> {
        connection.prepare_cached(sql)?.query_row([tenant.0], |row| rows::time_or_none(row, 0))
    };
    let deleted = |sql| -> rusqlite::Result<Option<Timestamp>> {
        let longest = deleted_longest(connection, tenant, sql, 1, |key| Member::User(UserKey(key)))?;
        Ok(longest.first().map(|(at, _)| *at))
    };
    let deleted_at = deleted(DELETED_USERS)?.into_iter().chain(deleted(DELETED_GROUPS)?).min();
    Ok(Earliest {
        lifecycle_at: first("SELECT min(next_lifecycle_at) FROM subscriptions WHERE tenant_id = ?1")?,
        deleted_at,
        rule_run_at: first("SELECT min(run_at) FROM dynamic_groups WHERE tenant_id = ?1 AND run_at IS NOT NULL")?,
        audited_at: audit::first(connection, tenant)?.map(|(_, at)| at),
    })
}
