//! Reading users with their paths and memberships: all in a range of keys, or those of a list.

use super::connection::Result;
use super::rows::{self, Number, Text};
use super::sets;
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
        let range = |table: &str| format!("{table} AS t WHERE t.tenant_id = $1 AND t.user_key BETWEEN $2 AND $3");
        return load_from(range, &[&key, &first, &last], snapshot, tenant, keys, detail).await;
    }
    let list: Vec<Number> = keys.iter().map(|key| Number(key.0)).collect();
    let each = |table: &str| format!("{} AS t", sets::each("int4", table, "user_key = wanted.key"));
    load_from(each, &[&key, &list], snapshot, tenant, keys, detail).await
}

/// The users of the rows that `of` has of a table; parameters are the tenant and what `of` needs.
async fn load_from(
    of: impl Fn(&str) -> String,
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
    let users = format!("SELECT {columns} FROM {}", of("users"));
    let paths = format!("SELECT {} FROM {}", rows::PATH_COLUMNS, of("assignments"));
    let memberships = format!("SELECT user_key, group_key FROM {}", of("memberships"));
    let shared = format!(
        "SELECT own.user_key FROM (SELECT user_key, folded_address FROM {}) AS own
         CROSS JOIN LATERAL (SELECT 1 FROM proxy_addresses other WHERE other.tenant_id = $1
          AND other.folded_address = own.folded_address AND other.user_key <> own.user_key OFFSET 0) AS others",
        of("proxy_addresses")
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
    let mut users = read_users(&in_order::<1>(users)?, keys, detail)?;
    read_paths(&in_order::<3>(paths)?, &mut users)?;
    read_memberships(&in_order::<2>(memberships)?, tenant, &mut users)?;
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

/// Rows in the order of the keys that are their first columns.
fn in_order<const KEYS: usize>(found: Vec<Row>) -> Result<Vec<Row>> {
    let mut keyed = Vec::with_capacity(found.len());
    for row in found {
        let mut keys = [0; KEYS];
        for (at, key) in keys.iter_mut().enumerate() {
            *key = rows::number(&row, at)?;
        }
        keyed.push((keys, row));
    }
    keyed.sort_by_key(|(keys, _)| *keys);
    Ok(keyed.into_iter().map(|(_, row)| row).collect())
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
    let each = sets::each("text", "users", "folded_name = wanted.key AND deleted_at IS NULL");
    keys(&snapshot.query(&format!("SELECT user_key FROM {each} AS t"), &[&Number(tenant.0), &names]).await?)
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
    let sql =
        format!("SELECT user_key, id FROM {} AS t", sets::each("uuid", "users", "id = wanted.key AND NOT purged"));
    let found = snapshot.query(&sql, &[&Number(tenant.0), &ids]).await?;
    found.iter().map(|row| Ok((row.try_get(1)?, UserKey(rows::number(row, 0)?)))).collect()
}

/// User keys in the first column.
pub(super) fn keys(found: &[Row]) -> Result<Vec<UserKey>> {
    found.iter().map(|row| rows::number(row, 0).map(UserKey)).collect()
}
