//! Reading users with their paths and memberships: one by one, or all in a range of keys.

use super::rows;
use licensing::directory::{UserProfile, fold_name};
use licensing::facts::{UserFacts, UserRef};
use licensing::ids::{GroupKey, TenantKey, UserId, UserKey};
use licensing::tenant::Tenant;
use rusqlite::{Connection, Row};
use std::sync::Arc;

/// Users are read as a range of keys when at least one key in so many is wanted; else one by one.
const RANGE_SPREAD_MAX: u32 = 8;

/// What is read of a user.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// All that rules read.
    Rules,
    /// The profile too.
    Profile,
}

/// The columns of a user with its profile, in the order in which [`user`] reads them.
const PROFILE_COLUMNS: &str =
    "u.user_key, u.usage_location, u.deleted_at, u.id, u.principal_name, u.created_at, u.properties, u.manager_key";

/// The users of these keys (ascending), deleted ones included; unknown keys are passed over.
pub(super) fn load(
    connection: &Connection,
    tenant: &Tenant,
    keys: &[UserKey],
    detail: Detail,
) -> rusqlite::Result<Vec<UserFacts>> {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return Ok(Vec::new()) };
    let spread = (last.0 - first.0) / u32::try_from(keys.len()).unwrap_or(u32::MAX);
    if spread <= RANGE_SPREAD_MAX {
        return load_range(connection, tenant, keys, (*first, *last), detail);
    }
    let mut users = Vec::with_capacity(keys.len());
    for key in keys {
        users.extend(load_range(connection, tenant, &[*key], (*key, *key), detail)?);
    }
    Ok(users)
}

fn load_range(
    connection: &Connection,
    tenant: &Tenant,
    keys: &[UserKey],
    range: (UserKey, UserKey),
    detail: Detail,
) -> rusqlite::Result<Vec<UserFacts>> {
    let mut users = read_users(connection, tenant.key, keys, range, detail)?;
    read_paths(connection, tenant.key, &mut users, range)?;
    if !(tenant.licensed_groups.is_empty() && tenant.dynamic_groups.is_empty()) {
        read_memberships(connection, tenant, &mut users, range)?;
    }
    mark_taken_addresses(connection, tenant.key, &mut users, range)?;
    Ok(users)
}

fn read_users(
    connection: &Connection,
    tenant: TenantKey,
    keys: &[UserKey],
    (first, last): (UserKey, UserKey),
    detail: Detail,
) -> rusqlite::Result<Vec<UserFacts>> {
    let sql = match detail {
        Detail::Rules => {
            "SELECT user_key, usage_location, deleted_at FROM users INDEXED BY users_for_rules
             WHERE tenant_id = ?1 AND user_key BETWEEN ?2 AND ?3 ORDER BY user_key"
        }
        Detail::Profile => &format!(
            "SELECT {PROFILE_COLUMNS} FROM users u
             WHERE u.tenant_id = ?1 AND u.user_key BETWEEN ?2 AND ?3 ORDER BY u.user_key"
        ),
    };
    let mut users = Vec::with_capacity(keys.len());
    let mut wanted = keys.iter().peekable();
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((tenant.0, first.0, last.0))?;
    while let Some(row) = rows.next()? {
        let key = UserKey(row.get(0)?);
        while wanted.next_if(|wanted| **wanted < key).is_some() {}
        if wanted.next_if(|wanted| **wanted == key).is_some() {
            users.push(user(row, 0, detail)?);
        }
    }
    Ok(users)
}

/// The user whose columns begin at `first`.
fn user(row: &Row<'_>, first: usize, detail: Detail) -> rusqlite::Result<UserFacts> {
    let (profile, manager) = match detail {
        Detail::Rules => (None, None),
        Detail::Profile => {
            let profile = UserProfile {
                id: UserId(row.get(first + 3)?),
                principal_name: row.get(first + 4)?,
                created_at: rows::time(row, first + 5)?,
                properties: rows::properties(row, first + 6)?,
            };
            (Some(Arc::new(profile)), row.get::<_, Option<u32>>(first + 7)?.map(UserKey))
        }
    };
    Ok(UserFacts {
        key: UserKey(row.get(first)?),
        usage_location: rows::location(row, first + 1)?,
        deleted_at: rows::time_or_none(row, first + 2)?,
        address_taken: false,
        manager,
        paths: Vec::new(),
        licensed_groups: Vec::new(),
        ruled_groups: Vec::new(),
        profile,
    })
}

/// The live user that a client means, with its profile and paths, and the version of the tenant's structure. It is one
/// statement, and so one snapshot, because statements are what reading one user costs.
pub(super) fn with_paths(
    connection: &Connection,
    tenant: TenantKey,
    user: &UserRef,
) -> rusqlite::Result<Option<(i64, UserFacts)>> {
    let condition = match user {
        UserRef::Id(_) => "u.id = ?2 AND u.purged = 0",
        UserRef::Name(_) => "u.folded_name = ?2",
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {}, t.structure_version, {PROFILE_COLUMNS} FROM tenants t CROSS JOIN users u
         LEFT JOIN assignments a ON a.tenant_id = ?1 AND a.user_key = u.user_key
         WHERE t.tenant_id = ?1 AND u.tenant_id = ?1 AND u.deleted_at IS NULL AND {condition}
         ORDER BY a.sku_key, a.source",
        rows::PATH_COLUMNS
    ))?;
    let mut rows = match user {
        UserRef::Id(id) => statement.query((tenant.0, id))?,
        UserRef::Name(name) => statement.query((tenant.0, fold_name(name)))?,
    };
    let mut found = None;
    while let Some(row) = rows.next()? {
        let (_, user) = match &mut found {
            Some(found) => found,
            None => found.insert((row.get(7)?, self::user(row, 8, Detail::Profile)?)),
        };
        // Without a path the columns of one are null.
        if row.get::<_, Option<u32>>(0)?.is_some() {
            user.paths.push(rows::path(row)?.1);
        }
    }
    Ok(found)
}

fn read_paths(
    connection: &Connection,
    tenant: TenantKey,
    users: &mut [UserFacts],
    (first, last): (UserKey, UserKey),
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {} FROM assignments a WHERE a.tenant_id = ?1 AND a.user_key BETWEEN ?2 AND ?3
         ORDER BY a.user_key, a.sku_key, a.source",
        rows::PATH_COLUMNS
    ))?;
    let mut users = users.iter_mut().peekable();
    let mut rows = statement.query((tenant.0, first.0, last.0))?;
    while let Some(row) = rows.next()? {
        let key = UserKey(row.get(0)?);
        while users.next_if(|user| user.key < key).is_some() {}
        if let Some(user) = users.peek_mut()
            && user.key == key
        {
            // Most have one; a growing list begins with room for four.
            if user.paths.is_empty() {
                user.paths.reserve_exact(1);
            }
            user.paths.push(rows::path(row)?.1);
        }
    }
    Ok(())
}

fn read_memberships(
    connection: &Connection,
    tenant: &Tenant,
    users: &mut [UserFacts],
    (first, last): (UserKey, UserKey),
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT user_key, group_key FROM memberships INDEXED BY memberships_by_user
         WHERE tenant_id = ?1 AND user_key BETWEEN ?2 AND ?3 ORDER BY user_key, group_key",
    )?;
    let mut users = users.iter_mut().peekable();
    let mut rows = statement.query((tenant.key.0, first.0, last.0))?;
    while let Some(row) = rows.next()? {
        let key = UserKey(row.get(0)?);
        while users.next_if(|user| user.key < key).is_some() {}
        let group = GroupKey(row.get(1)?);
        if let Some(user) = users.peek_mut()
            && user.key == key
        {
            user.change_membership(tenant, group, true);
        }
    }
    Ok(())
}

fn mark_taken_addresses(
    connection: &Connection,
    tenant: TenantKey,
    users: &mut [UserFacts],
    (first, last): (UserKey, UserKey),
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT own.user_key FROM proxy_addresses own
         JOIN proxy_addresses other ON other.tenant_id = own.tenant_id
          AND other.folded_address = own.folded_address AND other.user_key <> own.user_key
         WHERE own.tenant_id = ?1 AND own.user_key BETWEEN ?2 AND ?3",
    )?;
    let mut rows = statement.query((tenant.0, first.0, last.0))?;
    while let Some(row) = rows.next()? {
        let key = UserKey(row.get(0)?);
        if let Ok(at) = users.binary_search_by_key(&key, |user| user.key)
            && let Some(user) = users.get_mut(at)
        {
            user.address_taken = true;
        }
    }
    Ok(())
}

/// The live user of this folded name.
pub(super) fn key_by_name(connection: &Connection, tenant: TenantKey, name: &str) -> rusqlite::Result<Option<UserKey>> {
    use rusqlite::OptionalExtension;
    connection
        .prepare_cached("SELECT user_key FROM users WHERE tenant_id = ?1 AND folded_name = ?2 AND deleted_at IS NULL")?
        .query_row((tenant.0, name), |row| row.get(0).map(UserKey))
        .optional()
}

/// The user of this id, unless it was deleted for good.
pub(super) fn key_by_id(
    connection: &Connection,
    tenant: TenantKey,
    id: uuid::Uuid,
) -> rusqlite::Result<Option<UserKey>> {
    use rusqlite::OptionalExtension;
    connection
        .prepare_cached("SELECT user_key FROM users WHERE tenant_id = ?1 AND id = ?2 AND purged = 0")?
        .query_row((tenant.0, id), |row| row.get(0).map(UserKey))
        .optional()
}
