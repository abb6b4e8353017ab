//! Queries. Paging is by key, never by offset.

use super::groups::{self, GROUP_COLUMNS, group};
use super::load;
use super::rows;
use super::users::{self, Detail};
use engine::store::{GroupSet, UserSet, Waiting};
use licensing::directory::{Application, ManagedDevice, Member};
use licensing::facts::{GroupFacts, Progress, UserFacts, UserRef, Work};
use licensing::ids::{ApplicationId, DeviceId, GroupKey, SkuKey, TenantKey, UserKey};
use licensing::tenant::Tenant;
use licensing::time::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

pub(super) fn user(connection: &Connection, tenant: &Tenant, user: &UserRef) -> rusqlite::Result<Option<UserFacts>> {
    let key = match user {
        UserRef::Id(id) => users::key_by_id(connection, tenant.key, *id)?,
        UserRef::Name(name) => users::key_by_name(connection, tenant.key, &licensing::directory::fold_name(name))?,
    };
    let Some(key) = key else { return Ok(None) };
    let mut found = users::load(connection, tenant, &[key], Detail::Profile)?;
    Ok(found.pop().filter(|user| user.deleted_at.is_none()))
}

/// Where the users of a set are found (with the tenant as `?1` and a group, if there is one, as `?2`), and their key.
fn user_set(of: UserSet) -> (&'static str, &'static str, Option<GroupKey>) {
    match of {
        UserSet::All => ("u.user_key", "users u WHERE u.tenant_id = ?1 AND ?2 IS NULL AND u.deleted_at IS NULL", None),
        UserSet::MembersOf(group) => (
            "m.user_key",
            "memberships m
             JOIN users u ON u.tenant_id = m.tenant_id AND u.user_key = m.user_key AND u.deleted_at IS NULL
             WHERE m.tenant_id = ?1 AND m.group_key = ?2",
            Some(group),
        ),
        UserSet::WithErrorsFrom(group) => (
            "a.user_key",
            "assignments a INDEXED BY assignments_faulty
             JOIN users u ON u.tenant_id = a.tenant_id AND u.user_key = a.user_key AND u.deleted_at IS NULL
             WHERE a.tenant_id = ?1 AND a.source = ?2 + 1 AND a.state BETWEEN 1 AND 16",
            Some(group),
        ),
    }
}

/// The user or group of this id, deleted or not.
pub(super) fn object(connection: &Connection, tenant: TenantKey, id: Uuid) -> rusqlite::Result<Option<Member>> {
    if let Some(user) = users::key_by_id(connection, tenant, id)? {
        return Ok(Some(Member::User(user)));
    }
    Ok(groups::by_id(connection, tenant, id)?.map(|group| Member::Group(group.key)))
}

pub(super) fn page_of_users(
    connection: &Connection,
    tenant: &Tenant,
    of: UserSet,
    after: Option<UserKey>,
    limit: u32,
) -> rusqlite::Result<Vec<UserFacts>> {
    let from = load::after(after.map(|key| key.0));
    let (key, set, group) = user_set(of);
    let sql = format!("SELECT DISTINCT {key} FROM {set} AND {key} >= ?3 ORDER BY {key} LIMIT ?4");
    let keys = load::keys(connection, &sql, (tenant.key.0, group.map(|group| group.0), from, limit))?;
    users::load(connection, tenant, &keys, Detail::Profile)
}

pub(super) fn count_users(connection: &Connection, tenant: TenantKey, of: UserSet) -> rusqlite::Result<u64> {
    let (key, set, group) = user_set(of);
    let sql = format!("SELECT count(*) FROM (SELECT DISTINCT {key} FROM {set})");
    connection
        .prepare_cached(&sql)?
        .query_row((tenant.0, group.map(|group| group.0)), |row| row.get::<_, i64>(0))
        .map(i64::unsigned_abs)
}

/// Where the live groups of a set are found, with the tenant as `?1` and a group, if there is one, as `?2`.
fn group_set(of: GroupSet) -> (String, Option<GroupKey>) {
    const FAULTY: &str = "EXISTS (SELECT 1 FROM assignments a INDEXED BY assignments_faulty
        JOIN users u ON u.tenant_id = a.tenant_id AND u.user_key = a.user_key AND u.deleted_at IS NULL
        WHERE a.tenant_id = g.tenant_id AND a.source = g.group_key + 1 AND a.state BETWEEN 1 AND 16)";
    const ALL: &str = "groups g WHERE g.tenant_id = ?1 AND ?2 IS NULL AND g.deleted_at IS NULL";
    match of {
        GroupSet::All => (ALL.to_owned(), None),
        GroupSet::WithMemberErrors(true) => (format!("{ALL} AND {FAULTY}"), None),
        GroupSet::WithMemberErrors(false) => (format!("{ALL} AND NOT {FAULTY}"), None),
        GroupSet::MembersOf(parent) => (
            "nested_memberships n CROSS JOIN groups g ON g.tenant_id = n.tenant_id AND g.group_key = n.member_key
             WHERE n.tenant_id = ?1 AND n.group_key = ?2 AND g.deleted_at IS NULL"
                .to_owned(),
            Some(parent),
        ),
    }
}

pub(super) fn page_of_groups(
    connection: &Connection,
    tenant: TenantKey,
    of: GroupSet,
    after: Option<GroupKey>,
    limit: u32,
) -> rusqlite::Result<Vec<GroupFacts>> {
    let from = load::after(after.map(|key| key.0));
    let (set, parent) = group_set(of);
    let key = if parent.is_some() { "n.member_key" } else { "g.group_key" };
    let sql = format!("SELECT {GROUP_COLUMNS} FROM {set} AND {key} >= ?3 ORDER BY {key} LIMIT ?4");
    connection.prepare_cached(&sql)?.query_map((tenant.0, parent.map(|parent| parent.0), from, limit), group)?.collect()
}

pub(super) fn count_groups(connection: &Connection, tenant: TenantKey, of: GroupSet) -> rusqlite::Result<u64> {
    let (set, parent) = group_set(of);
    connection
        .prepare_cached(&format!("SELECT count(*) FROM {set}"))?
        .query_row((tenant.0, parent.map(|parent| parent.0)), |row| row.get::<_, i64>(0))
        .map(i64::unsigned_abs)
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
