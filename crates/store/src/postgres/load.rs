//! Loading the facts of a scope.

use super::connection::Result;
use super::rows::{self, Number, Text};
use super::sets;
use super::tenant::Locked;
use super::transaction::Transaction;
use super::users::{self, Detail};
use super::{aging, groups};
use crate::columns::after;
use licensing::directory::{Member, fold_name};
use licensing::facts::{Chunk, ChunkFacts, Facts, Progress, Scope, UserFacts, Work};
use licensing::ids::{GroupKey, SkuKey, TenantKey, UserKey};
use licensing::tenant::Tenant;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// All facts of the scope, as they are in the open transaction: what it names is found in one round trip and read
/// in another; a chunk of work and what is asked about deleted users need some more.
pub(super) async fn facts(open: &Transaction, tenant: Arc<Tenant>, locked: &Locked, scope: &Scope) -> Result<Facts> {
    let mut facts = Facts::of(tenant);
    let key = facts.tenant.key;
    facts.next_keys = locked.next_keys;
    facts.fence = locked.fence;
    let names: Vec<Text> = scope.names.iter().map(|name| Text::new(name)).collect();
    let unique_names: Vec<Text> = scope.unique_names.iter().map(|name| Text::new(name)).collect();
    let ids: Vec<Uuid> = scope.objects.iter().copied().collect();
    let (seats, by_unique_name, by_name, by_id, found, chunk) = tokio::try_join!(
        biased;
        consumed(open, key),
        groups::keys_by_unique_names(open, key, &unique_names),
        users::keys_by_names(open, key, &names),
        users::keys_by_ids(open, key, &ids),
        groups::by_ids(open, key, &ids),
        chunk(open, key, scope.chunk),
    )?;
    facts.consumed = seats;
    facts.unique_names.extend(by_unique_name);
    for group in found {
        facts.objects.insert(group.profile.id.0, Member::Group(group.key));
        facts.groups.insert(group.key, group);
    }
    let user_keys: BTreeSet<UserKey> = by_name.into_iter().chain(by_id.into_iter().map(|(_, user)| user)).collect();
    let user_keys: Vec<UserKey> = user_keys.into_iter().collect();
    let users = users::load(open, &facts.tenant, &user_keys, Detail::Profile).await?;
    add_users(open, &mut facts, users).await?;
    add_memberships(open, &mut facts, &scope.memberships).await?;
    add_owners(open, &mut facts, &scope.owners_of).await?;
    if let Some(chunk) = chunk {
        add_chunk(open, &mut facts, chunk).await?;
    }
    if let Some(limit) = scope.aged {
        facts.aged = aging::aged(open, key, limit).await?;
    }
    Ok(facts)
}

/// Seats in use per SKU.
pub(super) async fn consumed(open: &Transaction, tenant: TenantKey) -> Result<BTreeMap<SkuKey, i64>> {
    let found = open.query("SELECT sku_key, consumed FROM skus WHERE tenant_id = $1", &[&Number(tenant.0)]).await?;
    found.iter().map(|row| Ok((SkuKey(rows::number(row, 0)?), row.try_get(1)?))).collect()
}

/// Adds the users; of deleted ones also who has their names, and which of their addresses live ones have.
async fn add_users(open: &Transaction, facts: &mut Facts, users: Vec<UserFacts>) -> Result<()> {
    let tenant = facts.tenant.key;
    let mut names_of_deleted = BTreeSet::new();
    let mut addresses_of_deleted = BTreeSet::new();
    for user in &users {
        let Some(profile) = &user.profile else { continue };
        facts.objects.insert(profile.id.0, Member::User(user.key));
        let name = fold_name(&profile.principal_name);
        if user.deleted_at.is_none() {
            facts.names.insert(name, user.key);
        } else {
            names_of_deleted.insert(name);
            addresses_of_deleted.extend(rows::addresses(profile));
        }
    }
    if !names_of_deleted.is_empty() {
        // The name of a deleted user may be somebody else's by now.
        facts.names.extend(who_have(open, tenant, &names_of_deleted).await?);
        let taken = taken_addresses(open, tenant, &addresses_of_deleted).await?;
        for user in users.iter().filter(|user| user.deleted_at.is_some()) {
            let own = user.profile.iter().flat_map(|profile| rows::addresses(profile));
            facts.taken_addresses.insert(user.key, own.filter(|address| taken.contains(address)).collect());
        }
    }
    facts.users.extend(users.into_iter().map(|user| (user.key, user)));
    Ok(())
}

/// The live users who have these folded names.
async fn who_have(open: &Transaction, tenant: TenantKey, names: &BTreeSet<String>) -> Result<Vec<(String, UserKey)>> {
    let names: Vec<Text> = names.iter().map(|name| Text::new(name)).collect();
    let each = sets::each("text", "users", "folded_name = wanted.key AND deleted_at IS NULL");
    let sql = format!("SELECT user_key, folded_name FROM {each} AS t");
    let found = open.query(&sql, &[&Number(tenant.0), &names]).await?;
    found.iter().map(|row| Ok((rows::text(row, 1)?, UserKey(rows::number(row, 0)?)))).collect()
}

/// Those of the folded addresses that live users have.
async fn taken_addresses(
    open: &Transaction,
    tenant: TenantKey,
    addresses: &BTreeSet<String>,
) -> Result<BTreeSet<String>> {
    let addresses: Vec<Text> = addresses.iter().map(|address| Text::new(address)).collect();
    let each = sets::each("text", "proxy_addresses", "folded_address = wanted.key");
    let sql = format!("SELECT folded_address FROM {each} AS t");
    let found = open.query(&sql, &[&Number(tenant.0), &addresses]).await?;
    found.iter().map(|row| rows::text(row, 0)).collect()
}

async fn add_memberships(open: &Transaction, facts: &mut Facts, asked: &BTreeSet<(Uuid, Uuid)>) -> Result<()> {
    let (mut users, mut nested) = (Vec::new(), Vec::new());
    for (group, member) in asked {
        let Some(Member::Group(group)) = facts.objects.get(group) else { continue };
        match facts.objects.get(member) {
            Some(Member::User(user)) => users.push((Number(group.0), Number(user.0))),
            Some(Member::Group(member)) => nested.push((Number(group.0), Number(member.0))),
            None => {}
        }
    }
    let tenant = facts.tenant.key;
    let (users, nested) = tokio::try_join!(
        biased;
        existing(
            open,
            tenant,
            "SELECT m.group_key, m.user_key FROM unnest($2::int4[], $3::int4[]) AS asked (group_key, user_key)
             CROSS JOIN LATERAL (SELECT group_key, user_key FROM memberships
              WHERE tenant_id = $1 AND group_key = asked.group_key AND user_key = asked.user_key OFFSET 0) AS m",
            users,
        ),
        existing(
            open,
            tenant,
            "SELECT m.group_key, m.member_key FROM unnest($2::int4[], $3::int4[]) AS asked (group_key, member_key)
             CROSS JOIN LATERAL (SELECT group_key, member_key FROM nested_memberships
              WHERE tenant_id = $1 AND group_key = asked.group_key AND member_key = asked.member_key OFFSET 0) AS m",
            nested,
        ),
    )?;
    facts.memberships.extend(users.into_iter().map(|(group, user)| (group, Member::User(UserKey(user)))));
    facts.memberships.extend(nested.into_iter().map(|(group, member)| (group, Member::Group(GroupKey(member)))));
    Ok(())
}

/// The owners of the groups of the scope.
async fn add_owners(open: &Transaction, facts: &mut Facts, asked: &BTreeSet<Uuid>) -> Result<()> {
    let groups = asked.iter().filter_map(|id| match facts.objects.get(id) {
        Some(Member::Group(group)) => Some(Number(group.0)),
        _ => None,
    });
    let groups: Vec<Number> = groups.collect();
    if groups.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "SELECT t.group_key, t.user_key, u.is_deleted FROM {} AS t
         CROSS JOIN LATERAL (SELECT deleted_at IS NOT NULL AS is_deleted FROM users
          WHERE tenant_id = $1 AND user_key = t.user_key OFFSET 0) AS u",
        sets::each("int4", "owners", "group_key = wanted.key")
    );
    for row in open.query(&sql, &[&Number(facts.tenant.key.0), &groups]).await? {
        let owner = UserKey(rows::number(&row, 1)?);
        facts.owners.insert((GroupKey(rows::number(&row, 0)?), owner));
        facts.deleted_owners.extend(row.try_get::<_, bool>(2)?.then_some(owner));
    }
    Ok(())
}

/// Those of the pairs that there are rows of.
async fn existing(
    open: &Transaction,
    tenant: TenantKey,
    sql: &'static str,
    asked: Vec<(Number, Number)>,
) -> Result<Vec<(GroupKey, u32)>> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let (groups, members): (Vec<Number>, Vec<Number>) = asked.into_iter().unzip();
    let found = open.query(sql, &[&Number(tenant.0), &groups, &members]).await?;
    found.iter().map(|row| Ok((GroupKey(rows::number(row, 0)?), rows::number(row, 1)?))).collect()
}

/// Whether a user is a direct member of a group.
pub(super) async fn is_member(open: &Transaction, tenant: TenantKey, group: GroupKey, user: UserKey) -> Result<bool> {
    let sql = "SELECT 1 FROM memberships WHERE tenant_id = $1 AND group_key = $2 AND user_key = $3";
    Ok(open.first(sql, &[&Number(tenant.0), &Number(group.0), &Number(user.0)]).await?.is_some())
}

/// The users of the chunk, who are still to be loaded.
async fn chunk(open: &Transaction, tenant: TenantKey, chunk: Option<Chunk>) -> Result<Option<ChunkFacts>> {
    let Some(Chunk { of, users_max }) = chunk else { return Ok(None) };
    let progress = match of {
        Work::Users => None,
        Work::Group(group) => progress(open, tenant, "pending_groups", "group_key", group.0).await?,
        Work::Sku(sku) => progress(open, tenant, "pending_skus", "sku_key", sku.0).await?,
        Work::Rule(group) => progress(open, tenant, "pending_rules", "group_key", group.0).await?,
    };
    // One more than wanted tells whether these are the last ones.
    let limit = users_max.saturating_add(1);
    let after = after(progress.and_then(|progress| progress.cursor).map(|user| user.0));
    let mut users = match (of, progress) {
        (Work::Users, _) => keys(open, &[MARKED_USERS], &[&Number(tenant.0), &i64::from(limit)]).await?,
        (_, None) => Vec::new(),
        (Work::Group(group), Some(_)) => {
            let parameters: [&(dyn ToSql + Sync); 4] = [&Number(tenant.0), &Number(group.0), &after, &i64::from(limit)];
            keys(open, &[MEMBERS, FAULTY_USERS], &parameters).await?
        }
        (Work::Sku(sku), Some(_)) => {
            let parameters: [&(dyn ToSql + Sync); 4] = [&Number(tenant.0), &Number(sku.0), &after, &i64::from(limit)];
            keys(open, &[WAITING_USERS], &parameters).await?
        }
        (Work::Rule(_), Some(_)) => keys(open, &[LIVE_USERS], &[&Number(tenant.0), &after, &i64::from(limit)]).await?,
    };
    // Two queries may find twice as many.
    users.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let is_last = u32::try_from(users.len()).is_ok_and(|users| users < limit);
    if !is_last {
        users.pop();
    }
    Ok(Some(ChunkFacts { of, users, is_last, progress }))
}

async fn add_chunk(open: &Transaction, facts: &mut Facts, chunk: ChunkFacts) -> Result<()> {
    let detail = if facts.tenant.needs_profiles(chunk.of) { Detail::Profile } else { Detail::Rules };
    let users = users::load(open, &facts.tenant, &chunk.users, detail).await?;
    if facts.users.is_empty() {
        // In the order of their keys, so that the map is built at once.
        facts.users = users.into_iter().map(|user| (user.key, user)).collect();
    } else {
        for user in users {
            facts.users.entry(user.key).or_insert(user);
        }
    }
    facts.chunk = Some(chunk);
    Ok(())
}

async fn progress(
    open: &Transaction,
    tenant: TenantKey,
    table: &'static str,
    column: &'static str,
    key: u32,
) -> Result<Option<Progress>> {
    let sql = format!(
        "SELECT {column}, cursor, succeeded, failed, queued_at FROM {table} WHERE tenant_id = $1 AND {column} = $2"
    );
    open.first(&sql, &[&Number(tenant.0), &Number(key)]).await?.as_ref().map(rows::progress).transpose()
}

const MEMBERS: &str = "SELECT user_key FROM memberships
     WHERE tenant_id = $1 AND group_key = $2 AND user_key >= $3::int8 ORDER BY user_key LIMIT $4";

/// Users with a faulty path from the group, whether or not they are members.
const FAULTY_USERS: &str = "SELECT DISTINCT user_key FROM assignments
     WHERE tenant_id = $1 AND source = $2 + 1 AND user_key >= $3::int8 AND state BETWEEN 1 AND 16
     ORDER BY user_key LIMIT $4";

/// Live users who wait for a seat of the SKU.
const WAITING_USERS: &str = "SELECT DISTINCT a.user_key FROM assignments a
     CROSS JOIN LATERAL (SELECT 1 FROM users
      WHERE tenant_id = $1 AND user_key = a.user_key AND deleted_at IS NULL OFFSET 0) AS u
     WHERE a.tenant_id = $1 AND a.sku_key = $2 AND a.user_key >= $3::int8 AND a.state = 1
     ORDER BY a.user_key LIMIT $4";

const LIVE_USERS: &str = "SELECT user_key FROM users
     WHERE tenant_id = $1 AND user_key >= $2::int8 AND deleted_at IS NULL ORDER BY user_key LIMIT $3";

const MARKED_USERS: &str = "SELECT user_key FROM pending_users WHERE tenant_id = $1 ORDER BY user_key LIMIT $2";

/// The keys that these queries find, each of them once and in their order; each query's come as one array, which costs
/// less than a row for each.
async fn keys(open: &Transaction, queries: &[&str], parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<UserKey>> {
    let arrays: Vec<String> = queries.iter().map(|query| format!("ARRAY({query})")).collect();
    let found = open.first(&format!("SELECT {}", arrays.join(", ")), parameters).await?;
    let mut keys = Vec::new();
    for column in 0..queries.len() {
        let found: Vec<Number> = found.as_ref().map_or_else(|| Ok(Vec::new()), |row| row.try_get(column))?;
        keys.extend(found.into_iter().map(|Number(key)| UserKey(key)));
    }
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}
