//! Reading groups.

use super::rows;
use licensing::directory::GroupProfile;
use licensing::facts::GroupFacts;
use licensing::ids::{GroupId, GroupKey, TenantKey};
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// Columns of a group, in the order in which [`group`] reads them.
pub(super) const GROUP_COLUMNS: &str =
    "g.group_key, g.id, g.created_at, g.deleted_at, g.processing, g.properties, g.rule_status, g.members_updated_at";

pub(super) fn group(row: &Row<'_>) -> rusqlite::Result<GroupFacts> {
    let profile = GroupProfile {
        id: GroupId(row.get(1)?),
        created_at: rows::time(row, 2)?,
        properties: rows::properties(row, 5)?,
    };
    Ok(GroupFacts {
        key: GroupKey(row.get(0)?),
        profile: Arc::new(profile),
        deleted_at: rows::time_or_none(row, 3)?,
        processing: rows::processing(row, 4)?,
        rule_status: rows::rule_status(row, 6)?,
        members_updated_at: rows::time_or_none(row, 7)?,
    })
}

/// The groups of these keys in their order, deleted or not; unknown keys are passed over.
pub(super) fn by_keys(
    connection: &Connection,
    tenant: TenantKey,
    keys: &[GroupKey],
) -> rusqlite::Result<Vec<GroupFacts>> {
    let keys: BTreeSet<GroupKey> = keys.iter().copied().collect();
    let sql = format!("SELECT {GROUP_COLUMNS} FROM groups g WHERE g.tenant_id = ?1 AND g.group_key = ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut groups = Vec::with_capacity(keys.len());
    for key in keys {
        groups.extend(statement.query_row((tenant.0, key.0), group).optional()?);
    }
    Ok(groups)
}

/// The group of this id, unless it was deleted for good.
pub(super) fn by_id(connection: &Connection, tenant: TenantKey, id: Uuid) -> rusqlite::Result<Option<GroupFacts>> {
    connection
        .prepare_cached(&format!(
            "SELECT {GROUP_COLUMNS} FROM groups g WHERE g.tenant_id = ?1 AND g.id = ?2 AND g.purged = 0"
        ))?
        .query_row((tenant.0, id), group)
        .optional()
}

/// The live group of this folded unique name.
pub(super) fn key_by_unique_name(
    connection: &Connection,
    tenant: TenantKey,
    name: &str,
) -> rusqlite::Result<Option<GroupKey>> {
    connection
        .prepare_cached(
            "SELECT group_key FROM groups INDEXED BY groups_by_unique_name
             WHERE tenant_id = ?1 AND folded_unique_name = ?2 AND deleted_at IS NULL",
        )?
        .query_row((tenant.0, name), |row| row.get(0).map(GroupKey))
        .optional()
}
