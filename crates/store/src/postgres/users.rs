//! Reading users with their paths and memberships: all in a range of keys, or those of a list.

use super::connection::Result;
use super::rows::{self, Number, Text};
use super::transaction::Transaction;
use licensing::directory::UserProfile;
use licensing::facts::UserFacts;
use licensing::ids::{GroupKey, TenantKey, UserId, UserKey};
use licensing::tenant::Tenant;
use std::sync::Arc;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// Users are read as a range of keys when at least one key in so many is wanted; else from a list.
const RANGE_SPREAD_MAX: u32 = 8;

/// What is read of a user.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// All that rules read.
    Rules,
    /// What answers show: the profile and the paths.
    Answer,
    /// The profile too.
    Profile,
}

/// The users of these keys (ascending), deleted ones included; unknown keys are passed over.
pub(super) async fn load(
    snapshot: &Transaction,
    tenant: &Tenant,
    keys: &[UserKey],
    detail: Detail,
) -> Result<Vec<UserFacts>> {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return Ok(Vec::new()) };
    let spread = (last.0 - first.0) / u32::try_from(keys.len()).unwrap_or(u32::MAX);
    let (key, first, last) = (Number(tenant.key.0), Number(first.0), Number(last.0));
    if spread <= RANGE_SPREAD_MAX {
        return load_where("BETWEEN $2 AND $3", &[&key, &first, &last], snapshot, tenant, keys, detail).await;
    }
    let list: Vec<Number> = keys.iter().map(|key| Number(key.0)).collect();
    load_where("= ANY ($2)", &[&key, &list], snapshot, tenant, keys, detail).await
}

/// The users whose keys are as `condition` says; parameters are the tenant and what the condition needs.
async fn load_where(
    condition: &'static str,
    parameters: &[&(dyn ToSql + Sync)],
    snapshot: &Transaction,
    tenant: &Tenant,
    keys: &[UserKey],
    detail: Detail,
) -> Result<Vec<UserFacts>> {
    let columns = match detail {
        Detail::Rules => "user_key, usage_location, deleted_at",
        Detail::Profile | Detail::Answer => {
            "user_key, usage_location, deleted_at, id, principal_name, created_at, properties, manager_key"
        }
    };
    let users = format!("SELECT {columns} FROM users WHERE tenant_id = $1 AND user_key {condition} ORDER BY user_key");
    let paths = format!(
        "SELECT {} FROM assignments WHERE tenant_id = $1 AND user_key {condition} ORDER BY user_key, sku_key, source",
        rows::PATH_COLUMNS
    );
    let memberships = format!(
        "SELECT user_key, group_key FROM memberships WHERE tenant_id = $1 AND user_key {condition}
         ORDER BY user_key, group_key"
    );
    let shared = format!(
        "SELECT DISTINCT own.user_key FROM proxy_addresses own
         JOIN proxy_addresses other ON other.tenant_id = own.tenant_id
          AND other.folded_address = own.folded_address AND other.user_key <> own.user_key
         WHERE own.tenant_id = $1 AND own.user_key {condition}"
    );
    let is_whole = detail != Detail::Answer;
    let has_groups = is_whole && !(tenant.licensed_groups.is_empty() && tenant.dynamic_groups.is_empty());
    let rows_if = |wanted: bool, sql: String| async move {
        if wanted { snapshot.query(&sql, parameters).await } else { Ok(Vec::new()) }
    };
    let (users, paths, memberships, shared) = tokio::try_join!(
        biased;
        rows_if(true, users),
        rows_if(true, paths),
        rows_if(has_groups, memberships),
        rows_if(is_whole, shared),
    )?;
    let mut users = read_users(&users, keys, detail)?;
    read_paths(&paths, &mut users)?;
    read_memberships(&memberships, tenant, &mut users)?;
    for row in &shared {
        let key = UserKey(rows::number(row, 0)?);
        if let Ok(at) = users.binary_search_by_key(&key, |user| user.key)
            && let Some(user) = users.get_mut(at)
        {
            user.address_taken = true;
        }
    }
    Ok(users)
}

fn read_users(found: &[Row], keys: &[UserKey], detail: Detail) -> Result<Vec<UserFacts>> {
    let mut users = Vec::with_capacity(keys.len());
    let mut wanted = keys.iter().peekable();
    for row in found {
        let key = UserKey(rows::number(row, 0)?);
        while wanted.next_if(|wanted| **wanted < key).is_some() {}
        if wanted.next_if(|wanted| **wanted == key).is_some() {
            users.push(user(row, key, detail)?);
        }
    }
    Ok(users)
}

fn user(row: &Row, key: UserKey, detail: Detail) -> Result<UserFacts> {
    let profile = match detail {
        Detail::Rules => None,
        Detail::Profile | Detail::Answer => Some(Arc::new(UserProfile {
            id: UserId(row.try_get(3)?),
            principal_name: rows::text(row, 4)?,
            created_at: rows::time(row, 5)?,
            properties: rows::properties(row, 6)?,
        })),
    };
    Ok(UserFacts {
        key,
        usage_location: rows::location(row, 1)?,
        deleted_at: rows::time_or_none(row, 2)?,
        address_taken: false,
        manager: if detail == Detail::Rules { None } else { rows::number_or_none(row, 7)?.map(UserKey) },
        paths: Vec::new(),
        licensed_groups: Vec::new(),
        ruled_groups: Vec::new(),
        profile,
    })
}

fn read_paths(found: &[Row], users: &mut [UserFacts]) -> Result<()> {
    let mut users = users.iter_mut().peekable();
    for row in found {
        let (key, path) = rows::path(row)?;
        while users.next_if(|user| user.key < key).is_some() {}
        if let Some(user) = users.peek_mut()
            && user.key == key
        {
            // Most have one; a growing list begins with room for four.
            if user.paths.is_empty() {
                user.paths.reserve_exact(1);
            }
            user.paths.push(path);
        }
    }
    Ok(())
}

fn read_memberships(found: &[Row], tenant: &Tenant, users: &mut [UserFacts]) -> Result<()> {
    let mut users = users.iter_mut().peekable();
    for row in found {
        let key = UserKey(rows::number(row, 0)?);
        while users.next_if(|user| user.key < key).is_some() {}
        if let Some(user) = users.peek_mut()
            && user.key == key
        {
            user.change_membership(tenant, GroupKey(rows::number(row, 1)?), true);
        }
    }
    Ok(())
}

/// The live users of these folded names.
pub(super) async fn keys_by_names(snapshot: &Transaction, tenant: TenantKey, names: &[Text]) -> Result<Vec<UserKey>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT user_key FROM users WHERE tenant_id = $1 AND folded_name = ANY ($2) AND deleted_at IS NULL";
    keys(&snapshot.query(sql, &[&Number(tenant.0), &names]).await?)
}

/// The users of these ids, but those deleted for good.
pub(super) async fn keys_by_ids(
    snapshot: &Transaction,
    tenant: TenantKey,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, UserKey)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT user_key, id FROM users WHERE tenant_id = $1 AND id = ANY ($2) AND NOT purged";
    let found = snapshot.query(sql, &[&Number(tenant.0), &ids]).await?;
    found.iter().map(|row| Ok((row.try_get(1)?, UserKey(rows::number(row, 0)?)))).collect()
}

/// User keys in the first column.
pub(super) fn keys(found: &[Row]) -> Result<Vec<UserKey>> {
    found.iter().map(|row| rows::number(row, 0).map(UserKey)).collect()
}
