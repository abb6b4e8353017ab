//! Loading the facts of a scope.

use super::tenant::next_keys;
use super::users::{self, Detail};
use super::{aging, groups, rows};
use crate::columns::after;
use licensing::directory::{Member, UserProfile, fold_name};
use licensing::facts::{Chunk, ChunkFacts, Facts, Progress, Scope, Work};
use licensing::ids::{GroupKey, SkuKey, TenantKey, UserKey};
use licensing::tenant::Tenant;
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// All facts of the scope, as they are in the open transaction.
pub(super) fn facts(connection: &Connection, tenant: Arc<Tenant>, scope: &Scope) -> rusqlite::Result<Facts> {
    let mut facts = Facts::of(tenant);
    let key = facts.tenant.key;
    facts.consumed = consumed(connection, key)?;
    facts.next_keys = next_keys(connection, key)?;
    for name in &scope.unique_names {
        let owner = groups::key_by_unique_name(connection, key, name)?;
        facts.unique_names.extend(owner.map(|owner| (name.clone(), owner)));
    }
    let mut user_keys = BTreeSet::new();
    for name in &scope.names {
        user_keys.extend(users::key_by_name(connection, key, name)?);
    }
    for id in &scope.objects {
        if let Some(user) = users::key_by_id(connection, key, *id)? {
            user_keys.insert(user);
        } else if let Some(group) = groups::by_id(connection, key, *id)? {
            facts.objects.insert(*id, Member::Group(group.key));
            facts.groups.insert(group.key, group);
        }
    }
    for user in user_keys {
        load_user(connection, &mut facts, user)?;
    }
    for (group, member) in &scope.memberships {
        add_membership(connection, &mut facts, *group, *member)?;
    }
    for group in &scope.owners_of {
        add_owners(connection, &mut facts, *group)?;
    }
    if let Some(chunk) = scope.chunk {
        add_chunk(connection, &mut facts, chunk)?;
    }
    if let Some(limit) = scope.aged {
        facts.aged = aging::aged(connection, key, limit)?;
    }
    Ok(facts)
}

/// Seats in use per SKU.
pub(super) fn consumed(connection: &Connection, tenant: TenantKey) -> rusqlite::Result<BTreeMap<SkuKey, i64>> {
    connection
        .prepare_cached("SELECT sku_key, consumed FROM skus WHERE tenant_id = ?1")?
        .query_map([tenant.0], |row| Ok((SkuKey(row.get(0)?), row.get(1)?)))?
        .collect()
}

fn load_user(connection: &Connection, facts: &mut Facts, key: UserKey) -> rusqlite::Result<()> {
    let tenant = facts.tenant.clone();
    for user in users::load(connection, &tenant, &[key], Detail::Profile)? {
        if let Some(profile) = &user.profile {
            facts.objects.insert(profile.id.0, Member::User(key));
            let name = fold_name(&profile.principal_name);
            // The name of a deleted user may be somebody else's by now.
            let owner = match user.deleted_at {
                None => Some(key),
                Some(_) => users::key_by_name(connection, tenant.key, &name)?,
            };
            facts.names.extend(owner.map(|owner| (name, owner)));
            if user.deleted_at.is_some() {
                facts.taken_addresses.insert(key, taken_addresses(connection, tenant.key, profile)?);
            }
        }
        facts.users.insert(key, user);
    }
    Ok(())
}

/// The folded addresses of a deleted user that live ones have.
fn taken_addresses(
    connection: &Connection,
    tenant: TenantKey,
    profile: &UserProfile,
) -> rusqlite::Result<BTreeSet<String>> {
    let mut taken = BTreeSet::new();
    let mut is_taken =
        connection.prepare_cached("SELECT 1 FROM proxy_addresses WHERE tenant_id = ?1 AND folded_address = ?2")?;
    for address in rows::addresses(profile) {
        if is_taken.exists((tenant.0, &address))? {
            taken.insert(address);
        }
    }
    Ok(taken)
}

fn add_membership(connection: &Connection, facts: &mut Facts, group: Uuid, member: Uuid) -> rusqlite::Result<()> {
    let Some(Member::Group(group)) = facts.objects.get(&group).copied() else { return Ok(()) };
    let Some(member) = facts.objects.get(&member).copied() else { return Ok(()) };
    let tenant = facts.tenant.key;
    let exists = match member {
        Member::User(user) => is_member(connection, tenant, group, user)?,
        Member::Group(nested) => connection
            .prepare_cached(
                "SELECT 1 FROM nested_memberships WHERE tenant_id = ?1 AND group_key = ?2 AND member_key = ?3",
            )?
            .exists((tenant.0, group.0, nested.0))?,
    };
    if exists {
        facts.memberships.insert((group, member));
    }
    Ok(())
}

/// The owners of a group of the scope.
fn add_owners(connection: &Connection, facts: &mut Facts, group: Uuid) -> rusqlite::Result<()> {
    let Some(Member::Group(group)) = facts.objects.get(&group).copied() else { return Ok(()) };
    let parameters = (facts.tenant.key.0, group.0);
    let owners = keys(connection, "SELECT user_key FROM owners WHERE tenant_id = ?1 AND group_key = ?2", parameters)?;
    facts.owners.extend(owners.into_iter().map(|owner| (group, owner)));
    let deleted = keys(
        connection,
        "SELECT o.user_key FROM owners o
         JOIN users u ON u.tenant_id = o.tenant_id AND u.user_key = o.user_key AND u.deleted_at IS NOT NULL
         WHERE o.tenant_id = ?1 AND o.group_key = ?2",
        parameters,
    )?;
    facts.deleted_owners.extend(deleted);
    Ok(())
}

/// Whether a user is a direct member of a group.
pub(super) fn is_member(
    connection: &Connection,
    tenant: TenantKey,
    group: GroupKey,
    user: UserKey,
) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM memberships WHERE tenant_id = ?1 AND group_key = ?2 AND user_key = ?3")?
        .exists((tenant.0, group.0, user.0))
}

fn add_chunk(connection: &Connection, facts: &mut Facts, chunk: Chunk) -> rusqlite::Result<()> {
    let tenant = facts.tenant.clone();
    let progress = match chunk.of {
        Work::Users => None,
        Work::Group(group) => progress(connection, tenant.key, "pending_groups", "group_key", group.0)?,
        Work::Sku(sku) => progress(connection, tenant.key, "pending_skus", "sku_key", sku.0)?,
        Work::Rule(group) => progress(connection, tenant.key, "pending_rules", "group_key", group.0)?,
    };
    // One more than wanted tells whether these are the last ones.
    let limit = chunk.users_max.saturating_add(1);
    let mut keys = match (chunk.of, progress) {
        (Work::Users, _) => marked_users(connection, tenant.key, limit)?,
        (_, None) => Vec::new(),
        (Work::Group(group), Some(progress)) => group_users(connection, tenant.key, group, progress.cursor, limit)?,
        (Work::Sku(sku), Some(progress)) => waiting_users(connection, tenant.key, sku, progress.cursor, limit)?,
        (Work::Rule(_), Some(progress)) => live_users(connection, tenant.key, progress.cursor, limit)?,
    };
    let is_last = u32::try_from(keys.len()).is_ok_and(|users| users < limit);
    if !is_last {
        keys.pop();
    }
    let detail = if tenant.needs_profiles(chunk.of) { Detail::Profile } else { Detail::Rules };
    let users = users::load(connection, &tenant, &keys, detail)?;
    if facts.users.is_empty() {
        // In the order of their keys, so that the map is built at once.
        facts.users = users.into_iter().map(|user| (user.key, user)).collect();
    } else {
        for user in users {
            facts.users.entry(user.key).or_insert(user);
        }
    }
    facts.chunk = Some(ChunkFacts { of: chunk.of, users: keys, is_last, progress });
    Ok(())
}

fn progress(
    connection: &Connection,
    tenant: TenantKey,
    table: &'static str,
    column: &'static str,
    key: u32,
) -> rusqlite::Result<Option<Progress>> {
    connection
        .prepare_cached(&format!(
            "SELECT {column}, cursor, succeeded, failed, queued_at FROM {table} WHERE tenant_id = ?1 AND {column} = ?2"
        ))?
        .query_row((tenant.0, key), rows::progress)
        .optional()
}

/// Members of the group, and users with a faulty path from it, in one order.
fn group_users(
    connection: &Connection,
    tenant: TenantKey,
    group: GroupKey,
    cursor: Option<UserKey>,
    limit: u32,
) -> rusqlite::Result<Vec<UserKey>> {
    let parameters = (tenant.0, group.0, after(cursor.map(|user| user.0)), limit);
    let mut users = keys(
        connection,
        "SELECT user_key FROM memberships WHERE tenant_id = ?1 AND group_key = ?2 AND user_key >= ?3
         ORDER BY user_key LIMIT ?4",
        parameters,
    )?;
    let faulty = keys(
        connection,
        "SELECT DISTINCT user_key FROM assignments INDEXED BY assignments_faulty
          WHERE tenant_id = ?1 AND source = ?2 + 1 AND user_key >= ?3 AND state BETWEEN 1 AND 16
         ORDER BY user_key LIMIT ?4",
        parameters,
    )?;
    if !faulty.is_empty() {
        users.extend(faulty);
        users.sort_unstable();
        users.dedup();
        users.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Ok(users)
}

/// Live users who wait for a seat of the SKU.
fn waiting_users(
    connection: &Connection,
    tenant: TenantKey,
    sku: SkuKey,
    cursor: Option<UserKey>,
    limit: u32,
) -> rusqlite::Result<Vec<UserKey>> {
    keys(
        connection,
        "SELECT DISTINCT a.user_key FROM assignments a INDEXED BY assignments_waiting
         JOIN users u ON u.tenant_id = a.tenant_id AND u.user_key = a.user_key AND u.deleted_at IS NULL
         WHERE a.tenant_id = ?1 AND a.sku_key = ?2 AND a.user_key >= ?3 AND a.state = 1
         ORDER BY a.user_key LIMIT ?4",
        (tenant.0, sku.0, after(cursor.map(|user| user.0)), limit),
    )
}

fn live_users(
    connection: &Connection,
    tenant: TenantKey,
    cursor: Option<UserKey>,
    limit: u32,
) -> rusqlite::Result<Vec<UserKey>> {
    keys(
        connection,
        "SELECT user_key FROM users INDEXED BY users_for_rules
         WHERE tenant_id = ?1 AND user_key >= ?2 AND deleted_at IS NULL ORDER BY user_key LIMIT ?3",
        (tenant.0, after(cursor.map(|user| user.0)), limit),
    )
}

fn marked_users(connection: &Connection, tenant: TenantKey, limit: u32) -> rusqlite::Result<Vec<UserKey>> {
    keys(
        connection,
        "SELECT user_key FROM pending_users WHERE tenant_id = ?1 ORDER BY user_key LIMIT ?2",
        (tenant.0, limit),
    )
}

/// User keys of a query.
pub(super) fn keys(
    connection: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> rusqlite::Result<Vec<UserKey>> {
    connection.prepare_cached(sql)?.query_map(parameters, |row| row.get(0).map(UserKey))?.collect()
}
