//! The audit log: entries are appended, and read by their numbers.

use super::rows;
use crate::columns::{actor, actor_columns, audit as bytes};
use engine::store::audit::{AuditOrder, AuditPage, AuditSet};
use licensing::audit::{Activity, AuditEntry, Detail};
use licensing::change_set::Forgotten;
use licensing::ids::{GroupKey, TenantKey};
use licensing::tenant::Tenant;
use licensing::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Appends the entries; how many there are.
pub(super) fn append(connection: &Connection, tenant: TenantKey, entries: &[AuditEntry]) -> rusqlite::Result<i64> {
    if entries.is_empty() {
        return Ok(0);
    }
    let version = last(connection, tenant)?;
    let mut insert = connection.prepare_cached("INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
    let mut sequence = version;
    for entry in entries {
        sequence += 1;
        let (kind, id) = actor_columns(&entry.actor);
        insert.execute(params![
            tenant.0,
            sequence,
            entry.at.unix_millis,
            kind,
            id,
            entry.request,
            entry.activity.as_str(),
            entry.group.map(|group| group.0),
            bytes::of_affected(&entry.affected),
            bytes::of_detail(&entry.detail),
        ])?;
    }
    Ok(sequence - version)
}

/// Drops the first entries.
pub(super) fn forget(connection: &Connection, tenant: TenantKey, forgotten: Forgotten) -> rusqlite::Result<()> {
    let Some((first, _)) = first(connection, tenant)? else { return Ok(()) };
    let end = first + i64::from(forgotten.entries_max);
    // No gap: what is out of order waits for what came before it.
    let kept: Option<i64> = connection
        .prepare_cached("SELECT min(sequence) FROM audit WHERE tenant_id = ?1 AND sequence < ?2 AND at >= ?3")?
        .query_row((tenant.0, end, forgotten.before.unix_millis), |row| row.get(0))?;
    connection
        .prepare_cached("DELETE FROM audit WHERE tenant_id = ?1 AND sequence < ?2")?
        .execute((tenant.0, kept.unwrap_or(end)))?;
    Ok(())
}

/// The number of the first entry that is kept, and when it was written.
pub(super) fn first(connection: &Connection, tenant: TenantKey) -> rusqlite::Result<Option<(i64, Timestamp)>> {
    connection
        .prepare_cached("SELECT sequence, at FROM audit WHERE tenant_id = ?1 ORDER BY sequence LIMIT 1")?
        .query_row([tenant.0], |row| Ok((row.get(0)?, rows::time(row, 1)?)))
        .optional()
}

/// The number of the last entry.
fn last(connection: &Connection, tenant: TenantKey) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT version FROM tenants WHERE tenant_id = ?1")?
        .query_row([tenant.0], |row| row.get(0))
}

/// One look at the log.
pub(super) fn page(
    connection: &Connection,
    tenant: &Tenant,
    of: &AuditSet,
    from: Option<u64>,
    limit: u32,
) -> rusqlite::Result<AuditPage> {
    let mut at = connection.prepare_cached("SELECT at FROM audit WHERE tenant_id = ?1 AND sequence = ?2")?;
    let last = last(connection, tenant.key)?;
    let first = first(connection, tenant.key)?.map_or(last + 1, |(number, _)| number);
    let kept = first.unsigned_abs()..=last.unsigned_abs();
    let window =
        of.window(from, kept, |number| at.query_row((tenant.key.0, rows::count(number)), |row| rows::time(row, 0)))?;
    let look = of.look(&window);
    let mut statement = connection.prepare_cached(match of.order {
        AuditOrder::NewestFirst => {
            "SELECT sequence, at, actor_kind, actor_id, request, activity, group_key, affected, detail FROM audit
             WHERE tenant_id = ?1 AND sequence BETWEEN ?2 AND ?3 ORDER BY sequence DESC"
        }
        AuditOrder::OldestFirst => {
            "SELECT sequence, at, actor_kind, actor_id, request, activity, group_key, affected, detail FROM audit
             WHERE tenant_id = ?1 AND sequence BETWEEN ?2 AND ?3 ORDER BY sequence"
        }
    })?;
    let mut found = statement.query((tenant.key.0, rows::count(*look.start()), rows::count(*look.end())))?;
    let (mut entries, mut reached) = (Vec::new(), None);
    while let Some(row) = found.next()? {
        let number = row.get::<_, i64>(0)?.unsigned_abs();
        let mut entry = header(row)?;
        // Only what may be of the set is read to its end.
        if of.admits(tenant.profile.id, number, &entry) {
            read_rest(row, &mut entry)?;
            if of.concerns_all(&entry) {
                entries.push((number, entry));
            }
        }
        if entries.len() == limit as usize {
            reached = Some(number);
            break;
        }
    }
    Ok(of.page(&window, reached, entries))
}

/// An entry without those it concerns and without its detail.
fn header(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    let name = row.get_ref(5)?.as_str()?;
    let activity = Activity::ALL.iter().find(|(_, known)| *known == name);
    Ok(AuditEntry {
        at: rows::time(row, 1)?,
        actor: actor(row.get(2)?, row.get(3)?).ok_or_else(|| rows::corrupt(2, "no actor"))?,
        request: row.get(4)?,
        activity: activity.ok_or_else(|| rows::corrupt(5, "no activity"))?.0,
        group: row.get::<_, Option<u32>>(6)?.map(GroupKey),
        affected: Vec::new(),
        detail: Detail::None,
    })
}

fn read_rest(row: &Row<'_>, entry: &mut AuditEntry) -> rusqlite::Result<()> {
    let affected = bytes::affected(row.get_ref(7)?.as_blob()?);
    entry.affected = affected.ok_or_else(|| rows::corrupt(7, "no list of users"))?;
    entry.detail = bytes::detail(row.get_ref(8)?.as_blob()?).ok_or_else(|| rows::corrupt(8, "no detail"))?;
    Ok(())
}
