//! Reading groups.

use super::connection::Result;
use super::rows::{self, Number, Text};
use super::sets;
use super::transaction::Transaction;
use crate::columns;
use licensing::directory::GroupProfile;
use licensing::facts::GroupFacts;
use licensing::ids::{GroupId, GroupKey, TenantKey};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio_postgres::Row;
use uuid::Uuid;

/// Columns of a group, in the order in which [`group`] reads them.
pub(super) const GROUP_COLUMNS: &str =
    "g.group_key, g.id, g.created_at, g.deleted_at, g.processing, g.properties, g.rule_status, g.members_updated_at";

pub(super) fn group(row: &Row) -> Result<GroupFacts> {
    let profile = GroupProfile {
        id: GroupId(row.try_get(1)?),
        created_at: rows::time(row, 2)?,
        properties: rows::properties(row, 5)?,
    };
    Ok(GroupFacts {
        key: GroupKey(rows::number(row, 0)?),
        profile: Arc::new(profile),
        deleted_at: rows::time_or_none(row, 3)?,
        processing: rows::one_or_none(row, 4, columns::processing_of, "no processing state")?,
        rule_status: rows::one_or_none(row, 6, columns::rule_status_of, "no status of a rule")?,
        members_updated_at: rows::time_or_none(row, 7)?,
    })
}

/// The groups of these keys in their order, deleted or not; unknown keys are passed over.
pub(super) async fn by_keys(snapshot: &Transaction, tenant: TenantKey, keys: &[GroupKey]) -> Result<Vec<GroupFacts>> {
    let keys: BTreeSet<u32> = keys.iter().map(|key| key.0).collect();
    let keys: Vec<Number> = keys.into_iter().map(Number).collect();
    let sql = format!("SELECT {GROUP_COLUMNS} FROM {} AS g", sets::each("int4", "groups", "group_key = wanted.key"));
    let found = snapshot.query(&sql, &[&Number(tenant.0), &keys]).await?;
    let mut groups = found.iter().map(group).collect::<Result<Vec<_>>>()?;
    groups.sort_by_key(|group| group.key);
    Ok(groups)
}

/// The groups of these ids, but those deleted for good.
pub(super) async fn by_ids(snapshot: &Transaction, tenant: TenantKey, ids: &[Uuid]) -> Result<Vec<GroupFacts>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let each = sets::each("uuid", "groups", "id = wanted.key AND NOT purged");
    let sql = format!("SELECT {GROUP_COLUMNS} FROM {each} AS g");
    snapshot.query(&sql, &[&Number(tenant.0), &ids]).await?.iter().map(group).collect()
}

/// The live groups of these folded unique names, with the names.
pub(super) async fn keys_by_unique_names(
    snapshot: &Transaction,
    tenant: TenantKey,
    names: &[Text],
) -> Result<Vec<(String, GroupKey)>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let each = sets::each("text", "groups", "folded_unique_name = wanted.key AND deleted_at IS NULL");
    let sql = format!("SELECT group_key, folded_unique_name FROM {each} AS t");
    let found = snapshot.query(&sql, &[&Number(tenant.0), &names]).await?;
    found.iter().map(|row| Ok((rows::text(row, 1)?, GroupKey(rows::number(row, 0)?)))).collect()
}
