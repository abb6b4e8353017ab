//! Tenants: read once, then kept until their structure changes.

use super::connection::{Failure, Result};
use super::rows::{self, Number, corrupt};
use super::transaction::Transaction;
use crate::columns;
use crate::tenant_cache::TenantCache;
use licensing::catalog::Catalog;
use licensing::dynamic_group::{DynamicGroup, DynamicGroups, Named};
use licensing::facts::{Fence, NextKeys};
use licensing::ids::{DeviceKey, GroupId, GroupKey, SkuId, SkuKey, SubscriptionId, TenantId, TenantKey, UserKey};
use licensing::subscription::Subscription;
use licensing::tenant::{LicensedGroup, Tenant, TenantProfile, TenantSku};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio_postgres::Row;

/// The version of the structure; the first statement of every snapshot.
pub(super) const VERSION: &str = "SELECT structure_version FROM tenants WHERE tenant_id = $1";

/// Locks the tenant for writing; the first statement of every commit.
pub(super) const LOCK: &str = "SELECT structure_version, version, next_user_key, next_group_key, next_sku_key,
    next_device_key, lease_fence FROM tenants WHERE tenant_id = $1 FOR UPDATE";

/// What [`LOCK`] reads of a tenant.
pub(super) struct Locked {
    pub(super) structure_version: i64,
    /// The number of the last entry in the audit log.
    pub(super) version: i64,
    pub(super) next_keys: NextKeys,
    /// Whose turn it is to do the tenant's work: nobody can take over before this transaction ends.
    pub(super) fence: Fence,
}

impl Locked {
    pub(super) fn read(rows: &[Row]) -> Result<Self> {
        let row = rows.first().ok_or_else(no_tenant)?;
        Ok(Self {
            structure_version: row.try_get(0)?,
            version: row.try_get(1)?,
            next_keys: NextKeys {
                user: UserKey(rows::number(row, 2)?),
                group: GroupKey(rows::number(row, 3)?),
                sku: SkuKey(rows::number(row, 4)?),
                device: DeviceKey(rows::number(row, 5)?),
            },
            fence: rows::fence(row, 6)?,
        })
    }
}

pub(super) fn no_tenant() -> Failure {
    Failure::Refused("there is no such tenant".to_owned())
}

impl TenantCache {
    /// The tenant as it is in this snapshot, where its structure has this version.
    pub(super) async fn at(&self, snapshot: &Transaction, key: TenantKey, version: i64) -> Result<Arc<Tenant>> {
        let missing = match self.find(key, version) {
            Ok(tenant) => return Ok(tenant),
            Err(missing) => missing,
        };
        let tenant = Arc::new(read(snapshot, key, self.catalog()).await?);
        self.keep(&missing, &tenant);
        Ok(tenant)
    }
}

async fn read(snapshot: &Transaction, key: TenantKey, builtin: &Arc<Catalog>) -> Result<Tenant> {
    let of = |sql: &'static str| async move { snapshot.query(sql, &[&Number(key.0)]).await };
    let (profile, products, skus, subscriptions, licensed, licenses, dynamic) = tokio::try_join!(
        biased;
        of("SELECT id, display_name, country, default_usage_location, verified_domains, created_at,
                settings, clock_ahead FROM tenants WHERE tenant_id = $1"),
        of("SELECT id, document FROM products WHERE tenant_id = $1"),
        of("SELECT sku_key, id FROM skus WHERE tenant_id = $1"),
        of("SELECT sku_key, id, status, total_licenses, created_at, is_trial, next_lifecycle_at
            FROM subscriptions WHERE tenant_id = $1 ORDER BY created_at, id"),
        of("SELECT l.group_key, g.id, l.rank FROM licensed_groups l
            JOIN groups g ON g.tenant_id = l.tenant_id AND g.group_key = l.group_key WHERE l.tenant_id = $1"),
        of("SELECT group_key, sku_key, disabled FROM group_licenses WHERE tenant_id = $1"),
        of("SELECT group_key, rule, is_on, sources, manager_key, run_at FROM dynamic_groups WHERE tenant_id = $1"),
    )?;
    let mut catalog = builtin.clone();
    for row in &products {
        let document: &str = row.try_get(1)?;
        let product = columns::product(SkuId(row.try_get(0)?), document).ok_or(corrupt("no product document"))?;
        Arc::make_mut(&mut catalog).add_own(Arc::new(product));
    }
    Ok(Tenant {
        key,
        profile: read_profile(profile.first().ok_or_else(no_tenant)?)?,
        skus: read_skus(&skus, &subscriptions, &catalog)?,
        catalog,
        licensed_groups: read_licensed_groups(&licensed, &licenses)?,
        dynamic_groups: read_dynamic_groups(&dynamic)?,
    })
}

fn read_profile(row: &Row) -> Result<TenantProfile> {
    Ok(TenantProfile {
        id: TenantId(row.try_get(0)?),
        display_name: rows::text(row, 1)?,
        country: rows::location(row, 2)?.ok_or(corrupt("no country code"))?,
        default_usage_location: rows::location(row, 3)?,
        verified_domains: rows::document(row, 4, columns::text_list, "no JSON array of texts")?,
        created_at: rows::time(row, 5)?,
        settings: rows::document(row, 6, columns::settings, "no list of settings")?,
        clock_ahead_millis: row.try_get(7)?,
    })
}

fn read_skus(skus: &[Row], subscriptions: &[Row], catalog: &Catalog) -> Result<BTreeMap<SkuKey, TenantSku>> {
    let mut found = BTreeMap::new();
    for row in skus {
        if let Some(product) = catalog.product(SkuId(row.try_get(1)?)) {
            found.insert(SkuKey(rows::number(row, 0)?), TenantSku::new(product.clone(), Vec::new(), catalog));
        }
    }
    for row in subscriptions {
        if let Some(sku) = found.get_mut(&SkuKey(rows::number(row, 0)?)) {
            sku.subscriptions.push(Subscription {
                id: SubscriptionId(row.try_get(1)?),
                status: rows::one_of(row, 2, columns::status_of, "no status")?,
                total_licenses: rows::number(row, 3)?,
                created_at: rows::time(row, 4)?,
                is_trial: row.try_get(5)?,
                next_lifecycle_at: rows::time_or_none(row, 6)?,
            });
        }
    }
    Ok(found)
}

fn read_licensed_groups(licensed: &[Row], licenses: &[Row]) -> Result<BTreeMap<GroupKey, LicensedGroup>> {
    let mut groups = BTreeMap::new();
    for row in licensed {
        let group =
            LicensedGroup { id: GroupId(row.try_get(1)?), order: rows::number(row, 2)?, licenses: BTreeMap::new() };
        groups.insert(GroupKey(rows::number(row, 0)?), group);
    }
    for row in licenses {
        if let Some(group) = groups.get_mut(&GroupKey(rows::number(row, 0)?)) {
            group.licenses.insert(SkuKey(rows::number(row, 1)?), rows::disabled(row, 2)?);
        }
    }
    Ok(groups)
}

fn read_dynamic_groups(dynamic: &[Row]) -> Result<DynamicGroups> {
    let mut groups = Vec::with_capacity(dynamic.len());
    for row in dynamic {
        let named = Named {
            groups: rows::document(row, 3, columns::sources, "no JSON array of keys")?,
            manager: rows::number_or_none(row, 4)?.map(UserKey),
        };
        let group = DynamicGroup::new(&rows::text(row, 1)?, row.try_get(2)?, named);
        let group = group.map_err(|_| corrupt("no membership rule"))?;
        groups.push((GroupKey(rows::number(row, 0)?), group.run(rows::time_or_none(row, 5)?)));
    }
    Ok(groups.into_iter().collect())
}
