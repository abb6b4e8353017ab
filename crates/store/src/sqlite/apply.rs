//! Writing a change set.

use super::{aging, audit, purge, rows};
use engine::store::NewTenant;
use licensing::ChangeSet;
use licensing::change_set::{PathChange, RuleUpdate};
use licensing::directory::{Member, fold_name};
use licensing::facts::{GroupFacts, Progress, UserFacts};
use licensing::ids::{SkuId, SkuKey, TenantKey};
use licensing::rules::group_properties::unique_name;
use licensing::subscription::Subscription;
use licensing::tenant::{LicensedGroup, TenantProfile};
use rusqlite::{Connection, params};

/// Writes the changes into the open transaction.
pub(super) fn changes(connection: &Connection, tenant: TenantKey, changes: &ChangeSet) -> rusqlite::Result<()> {
    structure(connection, tenant, changes)?;
    for user in &changes.users {
        put_user(connection, tenant, user)?;
    }
    for group in &changes.groups {
        put_group(connection, tenant, group)?;
    }
    rules(connection, tenant, changes)?;
    paths(connection, tenant, changes)?;
    let mut statement =
        connection.prepare_cached("UPDATE skus SET consumed = consumed + ?3 WHERE tenant_id = ?1 AND sku_key = ?2")?;
    for (sku, seats) in changes.consumed.iter().filter(|(_, seats)| **seats != 0) {
        statement.execute((tenant.0, sku.0, seats))?;
    }
    memberships(connection, tenant, changes)?;
    owners(connection, tenant, changes)?;
    pending(connection, tenant, changes)?;
    set_up(connection, tenant, changes)?;
    purge::all(connection, tenant, &changes.purged)?;
    let audited = audit::append(connection, tenant, &changes.audit)?;
    changes.forgotten.map_or(Ok(()), |forgotten| audit::forget(connection, tenant, forgotten))?;
    advance(connection, tenant, changes, audited)?;
    aging::write(connection, tenant, changes)
}

/// Versions and next keys of the tenant.
fn advance(connection: &Connection, tenant: TenantKey, changes: &ChangeSet, audited: i64) -> rusqlite::Result<()> {
    let next = |keys: &mut dyn Iterator<Item = u32>| keys.max().map_or(0, |key| key + 1);
    connection
        .prepare_cached(
            "UPDATE tenants SET version = version + ?2, structure_version = structure_version + ?3,
                next_user_key = max(next_user_key, ?4), next_group_key = max(next_group_key, ?5),
                next_sku_key = max(next_sku_key, ?6), next_device_key = max(next_device_key, ?7)
             WHERE tenant_id = ?1",
        )?
        .execute((
            tenant.0,
            audited,
            changes.changes_structure(),
            next(&mut changes.users.iter().map(|user| user.key.0)),
            next(&mut changes.groups.iter().map(|group| group.key.0)),
            next(&mut changes.subscriptions.iter().map(|(key, ..)| key.0)),
            next(&mut changes.devices.iter().map(|(key, _)| key.0)),
        ))?;
    Ok(())
}

fn paths(connection: &Connection, tenant: TenantKey, changes: &ChangeSet) -> rusqlite::Result<()> {
    let mut put = connection.prepare_cached(
        "INSERT INTO assignments VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT DO UPDATE SET state = excluded.state, disabled = excluded.disabled,
            assigned_at = excluded.assigned_at, updated_at = excluded.updated_at",
    )?;
    for (user, change) in &changes.paths {
        match change {
            PathChange::Put(path) => put.execute((
                tenant.0,
                user.0,
                path.sku.0,
                rows::source_number(path.source),
                rows::state_number(path.state),
                rows::disabled_blob(&path.disabled),
                path.assigned_at.unix_millis,
                path.updated_at.unix_millis,
            ))?,
            PathChange::Drop(sku, source) => connection
                .prepare_cached(
                    "DELETE FROM assignments WHERE tenant_id = ?1 AND user_key = ?2 AND sku_key = ?3 AND source = ?4",
                )?
                .execute((tenant.0, user.0, sku.0, rows::source_number(*source)))?,
        };
    }
    Ok(())
}

fn put_user(connection: &Connection, tenant: TenantKey, user: &UserFacts) -> rusqlite::Result<()> {
    let Some(profile) = &user.profile else { return Ok(()) };
    connection
        .prepare_cached(
            "INSERT INTO users VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10)
             ON CONFLICT (tenant_id, user_key) DO UPDATE SET usage_location = excluded.usage_location,
                deleted_at = excluded.deleted_at, principal_name = excluded.principal_name,
                folded_name = excluded.folded_name, properties = excluded.properties,
                manager_key = excluded.manager_key",
        )?
        .execute(params![
            tenant.0,
            user.key.0,
            user.usage_location.as_ref().map(|location| location.as_str()),
            user.deleted_at.map(|time| time.unix_millis),
            profile.id.0,
            profile.principal_name,
            fold_name(&profile.principal_name),
            profile.created_at.unix_millis,
            rows::properties_text(&profile.properties),
            user.manager.map(|manager| manager.0),
        ])?;
    connection
        .prepare_cached("DELETE FROM proxy_addresses WHERE tenant_id = ?1 AND user_key = ?2")?
        .execute((tenant.0, user.key.0))?;
    if user.deleted_at.is_none() {
        let mut insert = connection.prepare_cached("INSERT INTO proxy_addresses VALUES (?1, ?2, ?3)")?;
        for address in rows::addresses(profile) {
            insert.execute((tenant.0, user.key.0, address))?;
        }
    }
    Ok(())
}

fn put_group(connection: &Connection, tenant: TenantKey, group: &GroupFacts) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO groups VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10)
             ON CONFLICT (tenant_id, group_key) DO UPDATE SET deleted_at = excluded.deleted_at,
                processing = excluded.processing, properties = excluded.properties,
                rule_status = excluded.rule_status, members_updated_at = excluded.members_updated_at,
                folded_unique_name = excluded.folded_unique_name",
        )?
        .execute(params![
            tenant.0,
            group.key.0,
            group.profile.id.0,
            group.profile.created_at.unix_millis,
            group.deleted_at.map(|time| time.unix_millis),
            group.processing.map(rows::processing_number),
            rows::properties_text(&group.profile.properties),
            group.rule_status.map(rows::rule_status_number),
            group.members_updated_at.map(|time| time.unix_millis),
            unique_name(&group.profile.properties),
        ])?;
    Ok(())
}

fn structure(connection: &Connection, tenant: TenantKey, changes: &ChangeSet) -> rusqlite::Result<()> {
    for product in &changes.products {
        connection.prepare_cached("INSERT OR REPLACE INTO products VALUES (?1, ?2, ?3)")?.execute(params![
            tenant.0,
            product.id.0,
            rows::product_document(product)
        ])?;
    }
    for (key, sku, subscription) in &changes.subscriptions {
        put_subscription(connection, tenant, *key, *sku, subscription)?;
    }
    for (key, group) in &changes.licensed_groups {
        put_group_licenses(connection, tenant, key.0, group)?;
    }
    for (key, device) in &changes.devices {
        connection.prepare_cached("INSERT OR REPLACE INTO devices VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
            tenant.0,
            key.0,
            device.id.0,
            device.name,
            rows::keys_text(&device.users)
        ])?;
    }
    Ok(())
}

/// Rules of groups, and what became of them.
fn rules(connection: &Connection, tenant: TenantKey, changes: &ChangeSet) -> rusqlite::Result<()> {
    for (key, group) in &changes.dynamic_groups {
        match group {
            Some(group) => connection
                .prepare_cached("INSERT OR REPLACE INTO dynamic_groups VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
                .execute(params![
                    tenant.0,
                    key.0,
                    group.text(),
                    group.is_on(),
                    rows::sources_text(&group.named().groups),
                    group.named().manager.map(|manager| manager.0),
                    group.run_at().map(|time| time.unix_millis),
                ])?,
            None => connection
                .prepare_cached("DELETE FROM dynamic_groups WHERE tenant_id = ?1 AND group_key = ?2")?
                .execute((tenant.0, key.0))?,
        };
    }
    for (group, update) in &changes.rule_updates {
        let (column, value) = match update {
            RuleUpdate::Status(status) => ("rule_status", rows::rule_status_number(*status)),
            RuleUpdate::Members(at) => ("members_updated_at", at.unix_millis),
        };
        connection
            .prepare_cached(&format!("UPDATE groups SET {column} = ?3 WHERE tenant_id = ?1 AND group_key = ?2"))?
            .execute((tenant.0, group.0, value))?;
    }
    for group in &changes.without_nested {
        connection
            .prepare_cached("DELETE FROM nested_memberships WHERE tenant_id = ?1 AND group_key = ?2")?
            .execute((tenant.0, group.0))?;
    }
    Ok(())
}

fn put_subscription(
    connection: &Connection,
    tenant: TenantKey,
    key: SkuKey,
    sku: SkuId,
    subscription: &Subscription,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO skus VALUES (?1, ?2, ?3, 0) ON CONFLICT DO NOTHING")?
        .execute(params![tenant.0, key.0, sku.0])?;
    connection
        .prepare_cached("INSERT OR REPLACE INTO subscriptions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
        .execute(params![
            tenant.0,
            key.0,
            subscription.id.0,
            rows::status_number(subscription.status),
            subscription.total_licenses,
            subscription.created_at.unix_millis,
            subscription.is_trial,
            subscription.next_lifecycle_at.map(|time| time.unix_millis),
        ])?;
    Ok(())
}

fn put_group_licenses(
    connection: &Connection,
    tenant: TenantKey,
    key: u32,
    group: &LicensedGroup,
) -> rusqlite::Result<()> {
    connection.prepare_cached("INSERT OR REPLACE INTO licensed_groups VALUES (?1, ?2, ?3)")?.execute((
        tenant.0,
        key,
        group.order,
    ))?;
    connection
        .prepare_cached("DELETE FROM group_licenses WHERE tenant_id = ?1 AND group_key = ?2")?
        .execute((tenant.0, key))?;
    let mut insert = connection.prepare_cached("INSERT INTO group_licenses VALUES (?1, ?2, ?3, ?4)")?;
    for (sku, disabled) in &group.licenses {
        insert.execute((tenant.0, key, sku.0, rows::disabled_blob(disabled)))?;
    }
    Ok(())
}

fn memberships(connection: &Connection, tenant: TenantKey, changes: &ChangeSet) -> rusqlite::Result<()> {
    for (group, member, present) in &changes.memberships {
        let (sql, member) = match (member, present) {
            (Member::User(key), true) => ("INSERT INTO memberships VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING", key.0),
            (Member::User(key), false) => {
                ("DELETE FROM memberships WHERE tenant_id = ?1 AND group_key = ?2 AND user_key = ?3", key.0)
            }
            (Member::Group(key), true) => {
                ("INSERT INTO nested_memberships VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING", key.0)
            }
            (Member::Group(key), false) => {
                ("DELETE FROM nested_memberships WHERE tenant_id = ?1 AND group_key = ?2 AND member_key = ?3", key.0)
            }
        };
        connection.prepare_cached(sql)?.execute((tenant.0, group.0, member))?;
    }
    Ok(())
}

fn owners(connection: &Connection, tenant: TenantKey, changes: &ChangeSet) -> rusqlite::Result<()> {
    for (group, owner, present) in &changes.owners {
        let sql = match present {
            true => "INSERT INTO owners VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            false => "DELETE FROM owners WHERE tenant_id = ?1 AND group_key = ?2 AND user_key = ?3",
        };
        connection.prepare_cached(sql)?.execute((tenant.0, group.0, owner.0))?;
    }
    Ok(())
}

fn pending(connection: &Connection, tenant: TenantKey, changes: &ChangeSet) -> rusqlite::Result<()> {
    for (group, state) in &changes.processing {
        connection
            .prepare_cached("UPDATE groups SET processing = ?3 WHERE tenant_id = ?1 AND group_key = ?2")?
            .execute((tenant.0, group.0, rows::processing_number(*state)))?;
    }
    for (group, progress) in &changes.pending_groups {
        put_progress(connection, tenant, "pending_groups", "group_key", group.0, progress.as_ref())?;
    }
    for (sku, progress) in &changes.pending_skus {
        put_progress(connection, tenant, "pending_skus", "sku_key", sku.0, progress.as_ref())?;
    }
    for (group, progress) in &changes.pending_rules {
        put_progress(connection, tenant, "pending_rules", "group_key", group.0, progress.as_ref())?;
    }
    let mut settled = connection.prepare_cached("DELETE FROM pending_users WHERE tenant_id = ?1 AND user_key = ?2")?;
    for user in &changes.settled_users {
        settled.execute((tenant.0, user.0))?;
    }
    let mut marked = connection.prepare_cached("INSERT INTO pending_users VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    for user in &changes.pending_users {
        marked.execute((tenant.0, user.0))?;
    }
    Ok(())
}

fn put_progress(
    connection: &Connection,
    tenant: TenantKey,
    table: &'static str,
    column: &'static str,
    key: u32,
    progress: Option<&Progress>,
) -> rusqlite::Result<()> {
    match progress {
        Some(progress) => connection
            .prepare_cached(&format!("INSERT OR REPLACE INTO {table} VALUES (?1, ?2, ?3, ?4, ?5, ?6)"))?
            .execute((
                tenant.0,
                key,
                progress.cursor.map(|cursor| cursor.0),
                rows::count(progress.succeeded),
                rows::count(progress.failed),
                progress.queued_at.unix_millis,
            ))?,
        None => connection
            .prepare_cached(&format!("DELETE FROM {table} WHERE tenant_id = ?1 AND {column} = ?2"))?
            .execute((tenant.0, key))?,
    };
    Ok(())
}

fn set_up(connection: &Connection, tenant: TenantKey, changes: &ChangeSet) -> rusqlite::Result<()> {
    for application in &changes.applications {
        connection.prepare_cached("INSERT OR REPLACE INTO applications VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(
            params![
                tenant.0,
                application.id.0,
                application.display_name,
                application.secret_hash,
                rows::texts(&application.app_roles),
            ],
        )?;
    }
    for (user, role) in &changes.roles {
        connection
            .prepare_cached("INSERT INTO role_assignments VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
            .execute(params![tenant.0, user.0, role])?;
    }
    Ok(())
}

/// Writes a new tenant with all its content.
pub(super) fn new_tenant(connection: &Connection, key: TenantKey, tenant: &NewTenant) -> rusqlite::Result<()> {
    let TenantProfile {
        id,
        display_name,
        country,
        default_usage_location,
        verified_domains,
        created_at,
        settings,
        clock_ahead_millis,
    } = &tenant.profile;
    connection.execute(
        "INSERT INTO tenants VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL, 0, 0, 0, 0, 0, 0)",
        params![
            key.0,
            id.0,
            display_name,
            country.as_str(),
            default_usage_location.as_ref().map(|location| location.as_str()),
            rows::texts(verified_domains),
            created_at.unix_millis,
            rows::settings_text(*settings),
            clock_ahead_millis,
        ],
    )?;
    let mut insert = connection.prepare("INSERT INTO verified_domains VALUES (?1, ?2)")?;
    for domain in verified_domains {
        insert.execute((fold_name(domain), key.0))?;
    }
    changes(connection, key, &tenant.content)
}
