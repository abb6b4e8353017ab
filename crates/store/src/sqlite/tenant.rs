//! Tenants: read once, then kept until their structure changes.

use super::rows;
use crate::tenant_cache::TenantCache;
use licensing::catalog::Catalog;
use licensing::dynamic_group::{DynamicGroup, DynamicGroups, Named};
use licensing::facts::NextKeys;
use licensing::ids::{DeviceKey, GroupId, GroupKey, SkuId, SkuKey, SubscriptionId, TenantId, TenantKey, UserKey};
use licensing::subscription::Subscription;
use licensing::tenant::{LicensedGroup, Tenant, TenantProfile, TenantSku};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;
use std::sync::Arc;

impl TenantCache {
    /// The tenant as it is in this connection's snapshot.
    pub(super) fn get(&self, connection: &Connection, key: TenantKey) -> rusqlite::Result<Option<Arc<Tenant>>> {
        let version: Option<i64> = connection
            .prepare_cached("SELECT structure_version FROM tenants WHERE tenant_id = ?1")?
            .query_row([key.0], |row| row.get(0))
            .optional()?;
        let Some(version) = version else { return Ok(None) };
        let missing = match self.find(key, version) {
            Ok(tenant) => return Ok(Some(tenant)),
            Err(missing) => missing,
        };
        let tenant = Arc::new(read(connection, key, self.catalog())?);
        self.keep(&missing, &tenant);
        Ok(Some(tenant))
    }

    /// As [`get`](Self::get), for a tenant that must be there.
    pub(super) fn existing(&self, connection: &Connection, key: TenantKey) -> rusqlite::Result<Arc<Tenant>> {
        self.get(connection, key)?.ok_or(rusqlite::Error::QueryReturnedNoRows)
    }
}

/// Keys for new objects of a tenant.
pub(super) fn next_keys(connection: &Connection, tenant: TenantKey) -> rusqlite::Result<NextKeys> {
    connection
        .prepare_cached(
            "SELECT next_user_key, next_group_key, next_sku_key, next_device_key FROM tenants WHERE tenant_id = ?1",
        )?
        .query_row([tenant.0], |row| {
            Ok(NextKeys {
                user: UserKey(row.get(0)?),
                group: GroupKey(row.get(1)?),
                sku: SkuKey(row.get(2)?),
                device: DeviceKey(row.get(3)?),
            })
        })
}

fn read(connection: &Connection, key: TenantKey, builtin: &Arc<Catalog>) -> rusqlite::Result<Tenant> {
    let profile = read_profile(connection, key)?;
    let mut catalog = builtin.clone();
    let mut products = connection.prepare_cached("SELECT id, document FROM products WHERE tenant_id = ?1")?;
    for product in products.query_map([key.0], rows::product)? {
        Arc::make_mut(&mut catalog).add_own(Arc::new(product?));
    }
    let skus = read_skus(connection, key, &catalog)?;
    let licensed_groups = read_licensed_groups(connection, key)?;
    let dynamic_groups = read_dynamic_groups(connection, key)?;
    Ok(Tenant { key, profile, catalog, skus, licensed_groups, dynamic_groups })
}

fn read_profile(connection: &Connection, key: TenantKey) -> rusqlite::Result<TenantProfile> {
    connection
        .prepare_cached(
            "SELECT id, display_name, country, default_usage_location, verified_domains, created_at,
                    settings, clock_ahead FROM tenants WHERE tenant_id = ?1",
        )?
        .query_row([key.0], |row| {
            Ok(TenantProfile {
                id: TenantId(row.get(0)?),
                display_name: row.get(1)?,
                country: rows::location(row, 2)?.ok_or_else(|| rows::corrupt(2, "no country code"))?,
                default_usage_location: rows::location(row, 3)?,
                verified_domains: rows::text_list(row, 4)?,
                created_at: rows::time(row, 5)?,
                settings: rows::settings(row, 6)?,
                clock_ahead_millis: row.get(7)?,
            })
        })
}

fn read_skus(
    connection: &Connection,
    key: TenantKey,
    catalog: &Catalog,
) -> rusqlite::Result<BTreeMap<SkuKey, TenantSku>> {
    let mut skus = BTreeMap::new();
    let mut statement = connection.prepare_cached("SELECT sku_key, id FROM skus WHERE tenant_id = ?1")?;
    for row in statement.query_map([key.0], |row| Ok((SkuKey(row.get(0)?), SkuId(row.get(1)?))))? {
        let (sku_key, id) = row?;
        if let Some(product) = catalog.product(id) {
            skus.insert(sku_key, TenantSku::new(product.clone(), Vec::new(), catalog));
        }
    }
    let mut statement = connection.prepare_cached(
        "SELECT sku_key, id, status, total_licenses, created_at, is_trial, next_lifecycle_at
         FROM subscriptions WHERE tenant_id = ?1 ORDER BY created_at, id",
    )?;
    let subscription = |row: &rusqlite::Row<'_>| {
        let subscription = Subscription {
            id: SubscriptionId(row.get(1)?),
            status: rows::status(row, 2)?,
            total_licenses: row.get(3)?,
            created_at: rows::time(row, 4)?,
            is_trial: row.get(5)?,
            next_lifecycle_at: rows::time_or_none(row, 6)?,
        };
        Ok((SkuKey(row.get(0)?), subscription))
    };
    for row in statement.query_map([key.0], subscription)? {
        let (sku_key, subscription) = row?;
        if let Some(sku) = skus.get_mut(&sku_key) {
            sku.subscriptions.push(subscription);
        }
    }
    Ok(skus)
}

fn read_licensed_groups(
    connection: &Connection,
    key: TenantKey,
) -> rusqlite::Result<BTreeMap<GroupKey, LicensedGroup>> {
    let mut groups = BTreeMap::new();
    let mut statement = connection.prepare_cached(
        "SELECT l.group_key, g.id, l.rank FROM licensed_groups l
         JOIN groups g ON g.tenant_id = l.tenant_id AND g.group_key = l.group_key WHERE l.tenant_id = ?1",
    )?;
    let group = |row: &rusqlite::Row<'_>| {
        let group = LicensedGroup { id: GroupId(row.get(1)?), order: row.get(2)?, licenses: BTreeMap::new() };
        Ok((GroupKey(row.get(0)?), group))
    };
    for row in statement.query_map([key.0], group)? {
        let (group_key, group) = row?;
        groups.insert(group_key, group);
    }
    let mut statement =
        connection.prepare_cached("SELECT group_key, sku_key, disabled FROM group_licenses WHERE tenant_id = ?1")?;
    let license = |row: &rusqlite::Row<'_>| Ok((GroupKey(row.get(0)?), SkuKey(row.get(1)?), rows::disabled(row, 2)?));
    for row in statement.query_map([key.0], license)? {
        let (group_key, sku, disabled) = row?;
        if let Some(group) = groups.get_mut(&group_key) {
            group.licenses.insert(sku, disabled);
        }
    }
    Ok(groups)
}

fn read_dynamic_groups(connection: &Connection, key: TenantKey) -> rusqlite::Result<DynamicGroups> {
    let mut groups = Vec::new();
    let mut statement = connection.prepare_cached(
        "SELECT group_key, rule, is_on, sources, manager_key, run_at FROM dynamic_groups WHERE tenant_id = ?1",
    )?;
    let group = |row: &rusqlite::Row<'_>| {
        let named = Named { groups: rows::sources(row, 3)?, manager: row.get::<_, Option<u32>>(4)?.map(UserKey) };
        let group = DynamicGroup::new(row.get_ref(1)?.as_str()?, row.get(2)?, named);
        let group = group.map_err(|_| rows::corrupt(1, "no membership rule"))?;
        Ok((GroupKey(row.get(0)?), group.run(rows::time_or_none(row, 5)?)))
    };
    for row in statement.query_map([key.0], group)? {
        groups.push(row?);
    }
    Ok(groups.into_iter().collect())
}
