//! Queries. Paging is by key, never by offset.

use super::connection::Result;
use super::groups::{self, GROUP_COLUMNS, group};
use super::rows::{self, Number, Text};
use super::sets::{self, Set};
use super::transaction::Transaction;
use super::users::{self, Detail};
use crate::columns;
use engine::store::{DirectoryObject, GroupSet, UserSet, Waiting};
use licensing::directory::{Application, ManagedDevice, Member, fold_name};
use licensing::facts::{GroupFacts, Progress, UserFacts, UserRef, Work};
use licensing::ids::{ApplicationId, DeviceId, GroupKey, SkuKey, TenantKey, UserKey};
use licensing::tenant::Tenant;
use licensing::time::Timestamp;
use std::collections::BTreeMap;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

pub(super) async fn user(snapshot: &Transaction, tenant: &Tenant, user: &UserRef) -> Result<Option<UserFacts>> {
    let key = match user {
        UserRef::Id(id) => users::keys_by_ids(snapshot, tenant.key, &[*id]).await?.pop().map(|(_, key)| key),
        UserRef::Name(name) => users::keys_by_names(snapshot, tenant.key, &[Text::new(&fold_name(name))]).await?.pop(),
    };
    let Some(key) = key else { return Ok(None) };
    let mut found = users::load(snapshot, tenant, &[key], Detail::Answer).await?;
    Ok(found.pop().filter(|user| user.deleted_at.is_none()))
}

/// The user or group of this id, deleted or not, even for good.
pub(super) async fn object(snapshot: &Transaction, tenant: TenantKey, id: Uuid) -> Result<Option<Member>> {
    let sql = "SELECT user_key FROM users WHERE tenant_id = $1 AND id = $2";
    if let Some(row) = snapshot.first(sql, &[&Number(tenant.0), &id]).await? {
        return Ok(Some(Member::User(UserKey(rows::number(&row, 0)?))));
    }
    let sql = "SELECT group_key FROM groups WHERE tenant_id = $1 AND id = $2";
    let found = snapshot.first(sql, &[&Number(tenant.0), &id]).await?;
    found.map(|row| Ok(Member::Group(GroupKey(rows::number(&row, 0)?)))).transpose()
}

pub(super) async fn page_of_users(
    snapshot: &Transaction,
    tenant: &Tenant,
    of: UserSet,
    after: Option<UserKey>,
    limit: u32,
) -> Result<Vec<UserFacts>> {
    let from = columns::after(after.map(|key| key.0));
    let set = sets::users(of);
    let parameters: [&(dyn ToSql + Sync); 4] = [&Number(tenant.key.0), &*set.of, &from, &i64::from(limit)];
    let found = snapshot.query(&set.select_keys(), &parameters).await?;
    users::load(snapshot, tenant, &users::keys(&found)?, Detail::Profile).await
}

pub(super) async fn count_users(snapshot: &Transaction, tenant: TenantKey, of: UserSet) -> Result<u64> {
    count(snapshot, tenant, sets::users(of)).await
}

pub(super) async fn page_of_groups(
    snapshot: &Transaction,
    tenant: TenantKey,
    of: GroupSet,
    after: Option<GroupKey>,
    limit: u32,
) -> Result<Vec<GroupFacts>> {
    let from = columns::after(after.map(|key| key.0));
    let set = sets::groups(of);
    let parameters: [&(dyn ToSql + Sync); 4] = [&Number(tenant.0), &*set.of, &from, &i64::from(limit)];
    let found = snapshot.query(&set.select(GROUP_COLUMNS), &parameters).await?;
    found.iter().map(group).collect()
}

pub(super) async fn count_groups(snapshot: &Transaction, tenant: TenantKey, of: GroupSet) -> Result<u64> {
    count(snapshot, tenant, sets::groups(of)).await
}

async fn count(snapshot: &Transaction, tenant: TenantKey, set: Set) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM ({}) AS members", set.select_keys());
    let row = snapshot.first(&sql, &[&Number(tenant.0), &*set.of, &columns::after(None), &i64::MAX]).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get::<_, i64>(0))?.unsigned_abs())
}

/// The users and groups of these ids, deleted ones included, in the order of the ids.
pub(super) async fn objects(snapshot: &Transaction, tenant: &Tenant, ids: &[Uuid]) -> Result<Vec<DirectoryObject>> {
    let (keys, groups) = tokio::try_join!(
        biased;
        users::keys_by_ids(snapshot, tenant.key, ids),
        groups::by_ids(snapshot, tenant.key, ids),
    )?;
    let mut keys: Vec<UserKey> = keys.into_iter().map(|(_, key)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut found: BTreeMap<Uuid, DirectoryObject> =
        groups.into_iter().map(|group| (group.profile.id.0, DirectoryObject::Group(group))).collect();
    for user in users::load(snapshot, tenant, &keys, Detail::Profile).await? {
        if let Some(id) = user.profile.as_ref().map(|profile| profile.id.0) {
            found.insert(id, DirectoryObject::User(user));
        }
    }
    Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
}

/// A condition that lets one row be found by its key, or all rows pass.
fn one_or_all(one: bool, column: &'static str, kind: &'static str) -> String {
    if one { format!("{column} = $2") } else { format!("$2::{kind} IS NULL") }
}

pub(super) async fn devices(
    snapshot: &Transaction,
    tenant: TenantKey,
    id: Option<DeviceId>,
) -> Result<Vec<ManagedDevice>> {
    // The order of one is none, and would have all of them looked at in that order.
    let which = one_or_all(id.is_some(), "id", "uuid");
    let order = if id.is_some() { "" } else { "ORDER BY device_key" };
    let sql = format!("SELECT id, name, users FROM devices WHERE tenant_id = $1 AND {which} {order}");
    let device = |row: &Row| {
        Ok(ManagedDevice {
            id: DeviceId(row.try_get(0)?),
            name: rows::text(row, 1)?,
            users: rows::document(row, 2, columns::key_list, "no JSON array of keys")?,
        })
    };
    snapshot.query(&sql, &[&Number(tenant.0), &id.map(|id| id.0)]).await?.iter().map(device).collect()
}

pub(super) async fn applications(
    snapshot: &Transaction,
    tenant: TenantKey,
    id: Option<ApplicationId>,
) -> Result<Vec<Application>> {
    let which = one_or_all(id.is_some(), "id", "uuid");
    let sql = format!(
        "SELECT id, display_name, secret_hash, app_roles FROM applications
         WHERE tenant_id = $1 AND {which} ORDER BY id"
    );
    let application = |row: &Row| {
        Ok(Application {
            id: ApplicationId(row.try_get(0)?),
            display_name: rows::text(row, 1)?,
            secret_hash: row.try_get(2)?,
            app_roles: rows::document(row, 3, columns::text_list, "no JSON array of texts")?,
        })
    };
    snapshot.query(&sql, &[&Number(tenant.0), &id.map(|id| id.0)]).await?.iter().map(application).collect()
}

pub(super) async fn roles(
    snapshot: &Transaction,
    tenant: TenantKey,
    user: Option<UserKey>,
) -> Result<Vec<(UserKey, Uuid)>> {
    let which = one_or_all(user.is_some(), "user_key", "int4");
    let sql =
        format!("SELECT user_key, role FROM role_assignments WHERE tenant_id = $1 AND {which} ORDER BY user_key, role");
    let found = snapshot.query(&sql, &[&Number(tenant.0), &user.map(|user| Number(user.0))]).await?;
    found.iter().map(|row| Ok((UserKey(rows::number(row, 0)?), row.try_get(1)?))).collect()
}

/// Users may be marked in great numbers: each tenant is asked for one of its own. Tenants of an unfinished copy are left
/// alone, by a node that was there before it was begun.
pub(super) async fn tenants_with_work(snapshot: &Transaction) -> Result<Vec<TenantKey>> {
    let sql = "SELECT tenant_id FROM (
            SELECT t.tenant_id FROM tenants t
            CROSS JOIN LATERAL (SELECT 1 FROM pending_users p WHERE p.tenant_id = t.tenant_id LIMIT 1) AS marked
            UNION SELECT tenant_id FROM pending_groups
            UNION SELECT tenant_id FROM pending_skus
            UNION SELECT tenant_id FROM pending_rules) AS working
         WHERE NOT EXISTS (SELECT 1 FROM copying) ORDER BY tenant_id";
    tenant_keys(&snapshot.query(sql, &[]).await?)
}

pub(super) async fn tenants_due(snapshot: &Transaction, now: Timestamp) -> Result<Vec<TenantKey>> {
    let sql = "SELECT tenant_id FROM tenants
         WHERE next_due_at <= $1 AND NOT EXISTS (SELECT 1 FROM copying) ORDER BY tenant_id";
    tenant_keys(&snapshot.query(sql, &[&now.unix_millis]).await?)
}

pub(super) fn tenant_keys(found: &[Row]) -> Result<Vec<TenantKey>> {
    found.iter().map(|row| rows::number(row, 0).map(TenantKey)).collect()
}

pub(super) async fn waiting(snapshot: &Transaction, tenant: TenantKey) -> Result<Vec<Waiting>> {
    let of = |sql: &'static str| async move { snapshot.query(sql, &[&Number(tenant.0)]).await };
    let (marked, groups, skus, rules) = tokio::try_join!(
        biased;
        of("SELECT 1 FROM pending_users WHERE tenant_id = $1 LIMIT 1"),
        of("SELECT group_key, cursor, succeeded, failed, queued_at FROM pending_groups WHERE tenant_id = $1"),
        of("SELECT sku_key, cursor, succeeded, failed, queued_at FROM pending_skus WHERE tenant_id = $1"),
        of("SELECT group_key, cursor, succeeded, failed, queued_at FROM pending_rules WHERE tenant_id = $1"),
    )?;
    let mut waiting = Vec::new();
    if !marked.is_empty() {
        waiting.push(Waiting { work: Work::Users, progress: Progress::default() });
    }
    let mut add = |found: &[Row], work: fn(u32) -> Work| -> Result<()> {
        for row in found {
            waiting.push(Waiting { work: work(rows::number(row, 0)?), progress: rows::progress(row)? });
        }
        Ok(())
    };
    add(&groups, |key| Work::Group(GroupKey(key)))?;
    add(&skus, |key| Work::Sku(SkuKey(key)))?;
    add(&rules, |key| Work::Rule(GroupKey(key)))?;
    Ok(waiting)
}

/// Users that are marked one by one: how many.
pub(super) async fn marked_users(snapshot: &Transaction, tenant: TenantKey) -> Result<u64> {
    let sql = "SELECT count(*) FROM pending_users WHERE tenant_id = $1";
    let row = snapshot.first(sql, &[&Number(tenant.0)]).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get::<_, i64>(0))?.unsigned_abs())
}

/// The keys that sign tokens, oldest first.
pub(super) async fn signing_keys(snapshot: &Transaction) -> Result<Vec<Vec<u8>>> {
    let found = snapshot.query("SELECT pkcs8 FROM signing_keys ORDER BY key_number", &[]).await?;
    found.iter().map(|row| Ok(row.try_get(0)?)).collect()
}
