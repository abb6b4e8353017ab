//! Writing a change set: a statement for each kind of change, over arrays, and all of them in one round trip.

mod groups;
mod paths;
mod pending;

pub(super) use paths::{Loaded, PathKey};

use super::connection::Result;
use super::rows::{self, Number, Text};
use super::transaction::{Parameter, Transaction};
use super::writes::{Writes, columns, last_of, runs};
use super::{aging, audit, listen, purge};
use engine::store::NewTenant;
use licensing::ChangeSet;
use licensing::directory::fold_name;
use licensing::facts::UserFacts;
use licensing::ids::{TenantKey, UserKey};
use licensing::tenant::TenantProfile;
use uuid::Uuid;

/// Writes the changes into the open transaction; `version` is the number of the last entry in the audit log, and `is_new`
/// tells which paths the tenant did not have.
pub(super) async fn changes(
    open: &Transaction,
    tenant: TenantKey,
    version: i64,
    changes: &ChangeSet,
    is_new: impl Fn(&PathKey) -> bool,
) -> Result<()> {
    let mut writes = Writes::of(tenant);
    // Before there is more of it than the other nodes know of.
    if changes.leaves_new_work() {
        writes.add(listen::TELL, Vec::new());
    }
    structure(&mut writes, changes);
    users(&mut writes, &changes.users);
    groups::groups(&mut writes, &changes.groups);
    groups::rules(&mut writes, changes);
    paths::put_and_drop(&mut writes, changes, is_new);
    let seats: Vec<_> = changes.consumed.iter().filter(|(_, seats)| **seats != 0).collect();
    writes.add_rows(
        &seats,
        "UPDATE skus s SET consumed = s.consumed + c.seats FROM unnest($2::int4[], $3::int8[]) AS c (sku_key, seats)
         WHERE s.tenant_id = $1 AND s.sku_key = c.sku_key",
        |seats| columns!(seats => (sku, seats) => Number(sku.0), **seats),
    );
    groups::memberships(&mut writes, changes);
    groups::owners(&mut writes, changes);
    pending::all(&mut writes, changes);
    set_up(&mut writes, changes);
    if !changes.purged.is_empty() {
        // What is left of them is read first, as the changes before this one leave it.
        std::mem::replace(&mut writes, Writes::of(tenant)).run(open).await?;
        purge::all(open, tenant, &mut writes, &changes.purged).await?;
    }
    let audited = audit::append(&mut writes, version, &changes.audit);
    if let Some(forgotten) = changes.forgotten {
        audit::forget(&mut writes, forgotten);
    }
    advance(&mut writes, changes, audited);
    aging::finish(open, tenant, writes, changes.clock_ahead_millis).await
}

/// Versions and next keys of the tenant.
fn advance(writes: &mut Writes, changes: &ChangeSet, audited: i64) {
    let next = |keys: &mut dyn Iterator<Item = u32>| -> Parameter {
        Box::new(Number(keys.max().map_or(0, |key| key.saturating_add(1))))
    };
    writes.add(
        "UPDATE tenants SET version = version + $2, structure_version = structure_version + $3,
            next_user_key = GREATEST(next_user_key, $4), next_group_key = GREATEST(next_group_key, $5),
            next_sku_key = GREATEST(next_sku_key, $6), next_device_key = GREATEST(next_device_key, $7)
         WHERE tenant_id = $1",
        vec![
            Box::new(audited),
            Box::new(i64::from(changes.changes_structure())),
            next(&mut changes.users.iter().map(|user| user.key.0)),
            next(&mut changes.groups.iter().map(|group| group.key.0)),
            next(&mut changes.subscriptions.iter().map(|(key, ..)| key.0)),
            next(&mut changes.devices.iter().map(|(key, _)| key.0)),
        ],
    );
}

fn users(writes: &mut Writes, changed: &[UserFacts]) {
    let changed_profiles = changed.iter().filter_map(|user| Some((user.key, (user, user.profile.as_ref()?))));
    for run in runs(changed_profiles) {
        writes.add_rows(
            &run,
            "INSERT INTO users SELECT $1::int4, u.key, u.location, u.deleted_at, u.id, u.name, u.folded_name,
                u.created_at, u.properties, FALSE, u.manager
             FROM unnest($2::int4[], $3::text[], $4::int8[], $5::uuid[], $6::text[], $7::text[], $8::int8[],
                $9::text[], $10::int4[])
                AS u (key, location, deleted_at, id, name, folded_name, created_at, properties, manager)
             ON CONFLICT (tenant_id, user_key) DO UPDATE SET usage_location = excluded.usage_location,
                deleted_at = excluded.deleted_at, principal_name = excluded.principal_name,
                folded_name = excluded.folded_name, properties = excluded.properties,
                manager_key = excluded.manager_key",
            |run| {
                columns!(run => (user, profile) =>
                    Number(user.key.0),
                    user.usage_location.as_ref().map(|location| location.as_str().to_owned()),
                    user.deleted_at.map(|time| time.unix_millis),
                    profile.id.0,
                    Text::new(&profile.principal_name),
                    Text::new(&fold_name(&profile.principal_name)),
                    profile.created_at.unix_millis,
                    rows::properties_text(&profile.properties),
                    user.manager.map(|manager| Number(manager.0)),
                )
            },
        );
    }
    addresses(writes, changed);
}

fn addresses(writes: &mut Writes, changed: &[UserFacts]) {
    let changed = last_of(changed.iter().filter(|user| user.profile.is_some()).map(|user| (user.key, user)));
    writes.add_rows(
        &changed,
        "DELETE FROM proxy_addresses WHERE tenant_id = $1 AND user_key = ANY ($2)",
        |changed| columns!(changed => (key, _user) => Number(key.0)),
    );
    let live = changed.iter().filter(|(_, user)| user.deleted_at.is_none());
    let owned = live.flat_map(|(key, user)| user.profile.iter().map(|profile| (*key, rows::addresses(profile))));
    let owned: Vec<(UserKey, String)> =
        owned.flat_map(|(key, addresses)| addresses.into_iter().map(move |address| (key, address))).collect();
    writes.add_rows(
        &owned,
        "INSERT INTO proxy_addresses SELECT $1::int4, * FROM unnest($2::int4[], $3::text[])",
        |owned| columns!(owned => (key, address) => Number(key.0), Text::new(address)),
    );
}

fn structure(writes: &mut Writes, changes: &ChangeSet) {
    writes.add_rows(
        &last_of(changes.products.iter().map(|product| (product.id, product))),
        "INSERT INTO products SELECT $1::int4, * FROM unnest($2::uuid[], $3::text[])
         ON CONFLICT (tenant_id, id) DO UPDATE SET document = excluded.document",
        |products| columns!(products => (id, product) => id.0, rows::product_document(product)),
    );
    subscriptions(writes, changes);
    groups::licenses(writes, changes);
    writes.add_rows(
        &last_of(changes.devices.iter().map(|(key, device)| (*key, device))),
        "INSERT INTO devices SELECT $1::int4, * FROM unnest($2::int4[], $3::uuid[], $4::text[], $5::text[])
         ON CONFLICT (tenant_id, device_key) DO UPDATE SET id = excluded.id, name = excluded.name,
            users = excluded.users",
        |devices| {
            columns!(devices => (key, device) =>
                Number(key.0), device.id.0, Text::new(&device.name), rows::keys_text(&device.users))
        },
    );
}

fn subscriptions(writes: &mut Writes, changes: &ChangeSet) {
    writes.add_rows(
        &last_of(changes.subscriptions.iter().map(|(key, sku, _)| (*key, *sku))),
        "INSERT INTO skus SELECT $1::int4, *, 0 FROM unnest($2::int4[], $3::uuid[]) ON CONFLICT DO NOTHING",
        |skus| columns!(skus => (key, sku) => Number(key.0), sku.0),
    );
    writes.add_rows(
        &last_of(changes.subscriptions.iter().map(|(key, _, bought)| ((*key, bought.id), bought))),
        "INSERT INTO subscriptions SELECT $1::int4, * FROM
            unnest($2::int4[], $3::uuid[], $4::int4[], $5::int8[], $6::int8[], $7::bool[], $8::int8[])
         ON CONFLICT (tenant_id, sku_key, id) DO UPDATE SET status = excluded.status,
            total_licenses = excluded.total_licenses, created_at = excluded.created_at,
            is_trial = excluded.is_trial, next_lifecycle_at = excluded.next_lifecycle_at",
        |bought| {
            columns!(bought => (key, bought) =>
                Number(key.0.0),
                bought.id.0,
                rows::small(rows::status_number(bought.status)),
                Number(bought.total_licenses),
                bought.created_at.unix_millis,
                bought.is_trial,
                bought.next_lifecycle_at.map(|time| time.unix_millis),
            )
        },
    );
}

fn set_up(writes: &mut Writes, changes: &ChangeSet) {
    writes.add_rows(
        &last_of(changes.applications.iter().map(|application| (application.id, application))),
        "INSERT INTO applications SELECT $1::int4, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[])
         ON CONFLICT (tenant_id, id) DO UPDATE SET display_name = excluded.display_name,
            secret_hash = excluded.secret_hash, app_roles = excluded.app_roles",
        |applications| {
            columns!(applications => (id, application) =>
                id.0,
                Text::new(&application.display_name),
                application.secret_hash.clone(),
                rows::texts(&application.app_roles),
            )
        },
    );
    writes.add_rows(
        &changes.roles,
        "INSERT INTO role_assignments SELECT $1::int4, * FROM unnest($2::int4[], $3::uuid[]) ON CONFLICT DO NOTHING",
        |roles: &[(UserKey, Uuid)]| columns!(roles => (user, role) => Number(user.0), *role),
    );
}

/// Writes a new tenant with all its content.
pub(super) async fn new_tenant(open: &Transaction, key: TenantKey, tenant: &NewTenant) -> Result<()> {
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
    let mut writes = Writes::of(key);
    writes.add("INSERT INTO tenant_ids (tenant_id, id) VALUES ($1, $2)", vec![Box::new(id.0)]);
    writes.add(
        "INSERT INTO tenants VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, 0, 0, 0, 0, 0, 0)",
        vec![
            Box::new(id.0),
            Box::new(Text::new(display_name)),
            Box::new(country.as_str().to_owned()),
            Box::new(default_usage_location.as_ref().map(|location| location.as_str().to_owned())),
            Box::new(rows::texts(verified_domains)),
            Box::new(created_at.unix_millis),
            Box::new(rows::settings_text(*settings)),
            Box::new(*clock_ahead_millis),
        ],
    );
    writes.add_rows(
        verified_domains,
        "INSERT INTO verified_domains (tenant_id, folded_domain) SELECT $1::int4, * FROM unnest($2::text[])",
        |domains: &[String]| columns!(domains => (domain) => Text::new(&fold_name(domain))),
    );
    writes.run(open).await?;
    changes(open, key, 0, &tenant.content, |_| true).await
}
