//! Queries. Paging is by key, never by offset.

use super::groups::{self, GROUP_COLUMNS, group};
use super::load;
use super::rows;
use super::sets::{self, Set};
use super::users::{self, Detail};
use crate::columns;
use engine::store::{DirectoryObject, GroupSet, UserSet, Waiting};
use licensing::directory::{Application, ManagedDevice, Member};
use licensing::facts::{GroupFacts, Progress, UserFacts, Work};
use licensing::ids::{ApplicationId, DeviceId, GroupKey, SkuKey, TenantKey, UserKey};
use licensing::tenant::Tenant;
use licensing::time::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

/// The user or group of this id, deleted or not, even for good.
pub(super) fn object(connection: &Connection, tenant: TenantKey, id: Uuid) -> rusqlite::Result<Option<Member>> {
    use rusqlite::OptionalExtension;
    let user = connection
        .prepare_cached("SELECT user_key FROM users WHERE tenant_id = ?1 AND id = ?2")?
        .query_row((tenant.0, id), |row| row.get(0).map(|key| Member::User(UserKey(key))))
        .optional()?;
    if user.is_some() {
        return Ok(user);
    }
    connection
        .prepare_cached("SELECT group_key FROM groups WHERE tenant_id = ?1 AND id = ?2")?
        .query_row((tenant.0, id), |row| row.get(0).map(|key| Member::Group(GroupKey(key))))
        .optional()
}

pub(super) fn page_of_users(
    connection: &Connection,
    tenant: &Tenant,
    of: UserSet,
    after: Option<UserKey>,
    limit: u32,
) -> rusqlite::Result<Vec<UserFacts>> {
    let from = columns::after(after.map(|key| key.0));
    let Set { with, from: set, key, of } = sets::users(of);
    let sql = format!("{with} SELECT DISTINCT {key} FROM {set} AND {key} >= ?3 ORDER BY {key} LIMIT ?4");
    let keys = load::keys(connection, &sql, (tenant.key.0, of, from, limit))?;
    users::load(connection, tenant, &keys, Detail::Profile)
}

pub(super) fn count_users(connection: &Connection, tenant: TenantKey, of: UserSet) -> rusqlite::Result<u64> {
    count(connection, tenant, &sets::users(of))
}

pub(super) fn page_of_groups(
    connection: &Connection,
    tenant: TenantKey,
    of: GroupSet,
    after: Option<GroupKey>,
    limit: u32,
) -> rusqlite::Result<Vec<GroupFacts>> {
    let from = columns::after(after.map(|key| key.0));
    let Set { with, from: set, key, of } = sets::groups(of);
    let sql = format!("{with} SELECT {GROUP_COLUMNS} FROM {set} AND {key} >= ?3 ORDER BY {key} LIMIT ?4");
    connection.prepare_cached(&sql)?.query_map((tenant.0, of, from, limit), group)?.collect()
}

pub(super) fn count_groups(connection: &Connection, tenant: TenantKey, of: GroupSet) -> rusqlite::Result<u64> {
    count(connection, tenant, &sets::groups(of))
}

fn count(connection: &Connection, tenant: TenantKey, Set { with, from, key, of }: &Set) -> rusqlite::Result<u64> {
    connection
        .prepare_cached(&format!("{with} SELECT count(*) FROM (SELECT DISTINCT {key} FROM {from})"))?
        .query_row((tenant.0, of), |row| row.get::<_, i64>(0))
        .map(i64::unsigned_abs)
}

/// The users and groups of these ids, deleted ones included, in the order of the ids.
pub(super) fn objects(
    connection: &Connection,
    tenant: &Tenant,
    ids: &[Uuid],
) -> rusqlite::Result<Vec<DirectoryObject>> {
    let mut objects = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(user) = users::key_by_id(connection, tenant.key, *id)? {
            let found = users::load(connection, tenant, &[user], Detail::Profile)?;
            objects.extend(found.into_iter().map(DirectoryObject::User));
        } else {
            objects.extend(groups::by_id(connection, tenant.key, *id)?.map(DirectoryObject::Group));
        }
    }
    Ok(objects)
}

/// A condition that lets one row be found by its key, or all rows pass.
fn one_or_all(one: bool, column: &'static str) -> String {
    if one { format!("{column} = ?2") } else { "?2 IS NULL".to_owned() }
}

pub(super) fn devices(
    connection: &Connection,
    tenant: TenantKey,
    id: Option<DeviceId>,
) -> rusqlite::Result<Vec<ManagedDevice>> {
    let which = one_or_all(id.is_some(), "id");
    connection
        .prepare_cached(&format!(
            "SELECT id, name, users FROM devices WHERE tenant_id = ?1 AND {which} ORDER BY device_key"
        ))?
        .query_map((tenant.0, id.map(|id| id.0)), |row| {
            Ok(ManagedDevice { id: DeviceId(row.get(0)?), name: row.get(1)?, users: rows::key_list(row, 2)? })
        })?
        .collect()
}

pub(super) fn applications(
    connection: &Connection,
    tenant: TenantKey,
    id: Option<ApplicationId>,
) -> rusqlite::Result<Vec<Application>> {
    let which = one_or_all(id.is_some(), "id");
    connection
        .prepare_cached(&format!(
            "SELECT id, display_name, secret_hash, app_roles FROM applications
             WHERE tenant_id = ?1 AND {which} ORDER BY id"
        ))?
        .query_map((tenant.0, id.map(|id| id.0)), |row| {
            Ok(Application {
                id: ApplicationId(row.get(0)?),
                display_name: row.get(1)?,
                secret_hash: row.get(2)?,
                app_roles: rows::text_list(row, 3)?,
            })
        })?
        .collect()
}

pub(super) fn roles(
    connection: &Connection,
    tenant: TenantKey,
    user: Option<UserKey>,
) -> rusqlite::Result<Vec<(UserKey, Uuid)>> {
    let which = one_or_all(user.is_some(), "user_key");
    connection
        .prepare_cached(&format!(
            "SELECT user_key, role FROM role_assignments WHERE tenant_id = ?1 AND {which} ORDER BY user_key, role"
        ))?
        .query_map((tenant.0, user.map(|user| user.0)), |row| Ok((UserKey(row.get(0)?), row.get(1)?)))?
        .collect()
}

/// Each tenant is found by a seek, however many of its users are marked.
pub(super) fn tenants_with_work(connection: &Connection) -> rusqlite::Result<Vec<TenantKey>> {
    connection
        .prepare_cached(
            "WITH RECURSIVE marked(tenant_id) AS (
                SELECT min(tenant_id) FROM pending_users
                UNION ALL
                SELECT (SELECT min(p.tenant_id) FROM pending_users p WHERE p.tenant_id > marked.tenant_id)
                  FROM marked WHERE marked.tenant_id IS NOT NULL)
             SELECT tenant_id FROM marked WHERE tenant_id IS NOT NULL
             UNION SELECT tenant_id FROM pending_groups UNION SELECT tenant_id FROM pending_skus UNION SELECT tenant_id FROM pending_rules
             ORDER BY tenant_id",
        )?
        .query_map([], |row| row.get(0).map(TenantKey))?
        .collect()
}

pub(super) fn tenants_due(connection: &Connection, now: Timestamp) -> rusqlite::Result<Vec<TenantKey>> {
    connection
        .prepare_cached("SELECT tenant_id FROM tenants WHERE next_due_at <= ?1 ORDER BY tenant_id")?
        .query_map([now.unix_millis], |row| row.get(0).map(TenantKey))?
        .collect()
}

pub(super) fn waiting(connection: &Connection, tenant: TenantKey) -> rusqlite::Result<Vec<Waiting>> {
    let mut waiting = Vec::new();
    let marked =
        connection.prepare_cached("SELECT 1 FROM pending_users WHERE tenant_id = ?1 LIMIT 1")?.exists([tenant.0])?;
    if marked {
        waiting.push(Waiting { work: Work::Users, progress: Progress::default() });
    }
    let mut groups = connection.prepare_cached(
        "SELECT group_key, cursor, succeeded, failed, queued_at FROM pending_groups WHERE tenant_id = ?1",
    )?;
    let group = |row: &rusqlite::Row<'_>| {
        Ok(Waiting { work: Work::Group(GroupKey(row.get(0)?)), progress: rows::progress(row)? })
    };
    for row in groups.query_map([tenant.0], group)? {
        waiting.push(row?);
    }
    let mut skus = connection.prepare_cached(
        "SELECT sku_key, cursor, succeeded, failed, queued_at FROM pending_skus WHERE tenant_id = ?1",
    )?;
    let sku =
        |row: &rusqlite::Row<'_>| Ok(Waiting { work: Work::Sku(SkuKey(row.get(0)?)), progress: rows::progress(row)? });
    for row in skus.query_map([tenant.0], sku)? {
        waiting.push(row?);
    }
    let mut rules = connection.prepare_cached(
        "SELECT group_key, cursor, succeeded, failed, queued_at FROM pending_rules WHERE tenant_id = ?1",
    )?;
    let rule = |row: &rusqlite::Row<'_>| {
        Ok(Waiting { work: Work::Rule(GroupKey(row.get(0)?)), progress: rows::progress(row)? })
    };
    for row in rules.query_map([tenant.0], rule)? {
        waiting.push(row?);
    }
    Ok(waiting)
}
