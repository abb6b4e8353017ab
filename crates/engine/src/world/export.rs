//! A store's content as a world.

use super::declared::{
    ApplicationWorld, DeviceWorld, LicenseWorld, ProductWorld, RoleWorld, SubscriptionWorld, TenantWorld, World,
};
use super::directory::{GroupWorld, UserWorld};
use super::text::{Country, Guid, Span, Status, Time};
use crate::permission::DIRECTORY_ROLES;
use crate::store::{GroupSet, Store, StoreError, UserSet};
use licensing::assignment::{DisabledPlans, Path, PathState, Source};
use licensing::catalog::Product;
use licensing::directory::ManagedDevice;
use licensing::facts::{GroupFacts, UserFacts, UserRef};
use licensing::ids::{GroupKey, SkuKey, TenantId, UserKey};
use licensing::subscription::Subscription;
use licensing::tenant::Tenant;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// Users and groups read at once.
const PAGE_ITEMS: u32 = 1_000;

/// The world that a store holds, or one tenant of it; no tenant when there is none of that id.
///
/// All ids are written, and members by principal name where that is no GUID. Built, the result gives everybody
/// the licences that they have here, by [`TenantWorld::licenses_as_they_were`]; those who wait for one are tried
/// again once the groups are processed. Of client secrets the hashes are written. Keys that sign tokens and the audit
/// are left out, and so are deleted users and groups, and with a group what it could not take back from its members.
///
/// # Errors
/// When the store fails.
pub async fn export(store: &dyn Store, tenant: Option<TenantId>) -> Result<World, StoreError> {
    let mut world = World::default();
    for found in store.tenants().await? {
        if tenant.is_none_or(|wanted| wanted == found.profile.id) {
            let export = Export { store, tenant: found, names: HashMap::new() };
            world.tenants.push(export.run().await?);
        }
    }
    Ok(world)
}

struct Export<'a> {
    store: &'a dyn Store,
    tenant: Arc<Tenant>,
    /// How the world names each user.
    names: HashMap<UserKey, String>,
}

impl Export<'_> {
    async fn run(mut self) -> Result<TenantWorld, StoreError> {
        let mut users = self.users().await?;
        let groups = self.groups().await?;
        let live: HashSet<Uuid> = groups.iter().filter_map(|group| group.id.map(|Guid(id)| id)).collect();
        for user in &mut users {
            user.assigned_licenses
                .retain(|license| license.assigned_by_group.is_none_or(|Guid(id)| live.contains(&id)));
        }
        let profile = &self.tenant.profile;
        Ok(TenantWorld {
            id: Some(Guid(profile.id.0)),
            display_name: profile.display_name.clone(),
            country_letter_code: Some(Country(profile.country)),
            default_usage_location: profile.default_usage_location.map(Country),
            verified_domains: profile.verified_domains.clone(),
            created_date_time: Some(Time(profile.created_at)),
            clock_ahead: Some(profile.clock_ahead_millis).filter(|millis| *millis != 0).map(Span),
            settings: profile.settings.into(),
            subscriptions: self.subscriptions(),
            products: self.products(),
            licenses_as_they_were: true,
            users,
            groups,
            managed_devices: self.devices().await?,
            applications: self.applications().await?,
            role_assignments: self.roles().await?,
        })
    }

    fn subscriptions(&self) -> Vec<SubscriptionWorld> {
        let skus = self.tenant.skus.values();
        skus.flat_map(|sku| sku.subscriptions.iter().map(|bought| subscription(&sku.product, bought))).collect()
    }

    fn products(&self) -> Vec<ProductWorld> {
        self.tenant.catalog.own_products().map(|own| ProductWorld::from(own.as_ref())).collect()
    }

    async fn users(&mut self) -> Result<Vec<UserWorld>, StoreError> {
        let live_groups = self.live_groups().await?;
        let (mut users, mut managers) = (Vec::new(), Vec::new());
        let mut after = None;
        loop {
            let page = self.store.users(self.tenant.key, UserSet::All, after, PAGE_ITEMS).await?;
            let Some(last) = page.value.last() else {
                break;
            };
            after = Some(last.key);
            for facts in &page.value {
                let user = user(&page.tenant, facts, &live_groups)?;
                self.names.insert(facts.key, name(&user));
                users.push(user);
                managers.push(facts.manager);
            }
        }
        // A manager may come after those who report to it; a deleted one is left out.
        for (user, manager) in users.iter_mut().zip(managers) {
            user.manager = manager.and_then(|key| self.names.get(&key).cloned());
        }
        Ok(users)
    }

    async fn live_groups(&self) -> Result<BTreeSet<GroupKey>, StoreError> {
        let mut live = BTreeSet::new();
        loop {
            let after = live.last().copied();
            let page = self.store.groups(self.tenant.key, GroupSet::All, after, PAGE_ITEMS).await?;
            if page.value.is_empty() {
                return Ok(live);
            }
            live.extend(page.value.iter().map(|group| group.key));
        }
    }

    /// Groups in the order of their keys, except that those with licences change places among each other
    /// until they are in the order in which they compete: built, they compete in the order of the world.
    async fn groups(&self) -> Result<Vec<GroupWorld>, StoreError> {
        let mut groups: Vec<Option<GroupWorld>> = Vec::new();
        let mut competing: Vec<(u32, usize)> = Vec::new();
        let mut after = None;
        loop {
            let page = self.store.groups(self.tenant.key, GroupSet::All, after, PAGE_ITEMS).await?;
            let Some(last) = page.value.last() else {
                break;
            };
            after = Some(last.key);
            for facts in &page.value {
                let licensed = page.tenant.licensed_groups.get(&facts.key).filter(|group| !group.licenses.is_empty());
                competing.extend(licensed.map(|group| (group.order, groups.len())));
                groups.push(Some(self.group(&page.tenant, facts).await?));
            }
        }
        let places: Vec<usize> = competing.iter().map(|(_, place)| *place).collect();
        competing.sort_unstable();
        let taken: Vec<_> = competing.iter().map(|(_, at)| groups.get_mut(*at).and_then(Option::take)).collect();
        for (place, group) in places.into_iter().zip(taken) {
            if let Some(slot) = groups.get_mut(place) {
                *slot = group;
            }
        }
        Ok(groups.into_iter().flatten().collect())
    }

    async fn group(&self, tenant: &Tenant, facts: &GroupFacts) -> Result<GroupWorld, StoreError> {
        let licenses = tenant.licensed_groups.get(&facts.key).map(|group| &group.licenses);
        let licenses = licenses.into_iter().flatten().map(|(sku, disabled)| license(tenant, *sku, disabled));
        Ok(GroupWorld {
            id: Some(Guid(facts.profile.id.0)),
            created_date_time: Some(Time(facts.profile.created_at)),
            members: self.members(facts.key).await?,
            owners: self.users_in(UserSet::OwnersOf(facts.key)).await?,
            assigned_licenses: licenses.collect::<Result<_, _>>()?,
            properties: facts.profile.properties.clone(),
        })
    }

    async fn members(&self, group: GroupKey) -> Result<Vec<String>, StoreError> {
        let mut members = self.users_in(UserSet::MembersOf(group)).await?;
        let mut after = None;
        loop {
            let page = self.store.groups(self.tenant.key, GroupSet::MembersOf(group), after, PAGE_ITEMS).await?;
            let Some(last) = page.value.last() else {
                return Ok(members);
            };
            after = Some(last.key);
            members.extend(page.value.iter().map(|group| group.profile.id.to_string()));
        }
    }

    /// The users of a set, as the world names them.
    async fn users_in(&self, set: UserSet) -> Result<Vec<String>, StoreError> {
        let mut users = Vec::new();
        let mut after = None;
        loop {
            let page = self.store.users(self.tenant.key, set, after, PAGE_ITEMS).await?;
            let Some(last) = page.value.last() else {
                return Ok(users);
            };
            after = Some(last.key);
            // One who was created since the users were read is left out.
            users.extend(page.value.iter().filter_map(|user| self.names.get(&user.key).cloned()));
        }
    }

    async fn devices(&self) -> Result<Vec<DeviceWorld>, StoreError> {
        let device = |device: ManagedDevice| DeviceWorld {
            id: Some(Guid(device.id.0)),
            device_name: device.name,
            users: device.users.iter().filter_map(|user| self.names.get(user).cloned()).collect(),
        };
        Ok(self.store.devices(self.tenant.key, None).await?.into_iter().map(device).collect())
    }

    async fn applications(&self) -> Result<Vec<ApplicationWorld>, StoreError> {
        let mut applications = self.store.applications(self.tenant.key, None).await?;
        applications.sort_by_key(|application| application.id);
        let application = |application: licensing::directory::Application| ApplicationWorld {
            app_id: Some(Guid(application.id.0)),
            display_name: application.display_name,
            client_secret: None,
            client_secret_hash: application.secret_hash,
            app_roles: application.app_roles,
        };
        Ok(applications.into_iter().map(application).collect())
    }

    async fn roles(&self) -> Result<Vec<RoleWorld>, StoreError> {
        let mut roles = self.store.roles(self.tenant.key, None).await?;
        roles.sort_unstable();
        let role = |(user, template): (UserKey, Uuid)| {
            let principal = self.names.get(&user)?.clone();
            let known = DIRECTORY_ROLES.iter().find(|role| role.template == template);
            let role = known.map_or_else(|| template.to_string(), |role| role.name.to_owned());
            Some(RoleWorld { principal, role })
        };
        Ok(roles.into_iter().filter_map(role).collect())
    }
}

fn subscription(product: &Product, bought: &Subscription) -> SubscriptionWorld {
    SubscriptionWorld {
        id: Some(Guid(bought.id.0)),
        sku_id: Some(Guid(product.id.0)),
        sku_part_number: None,
        total_licenses: bought.total_licenses,
        status: Status(bought.status),
        is_trial: bought.is_trial,
        created_date_time: Some(Time(bought.created_at)),
        next_lifecycle_date_time: bought.next_lifecycle_at.map(Time),
    }
}

fn user(tenant: &Tenant, facts: &UserFacts, live_groups: &BTreeSet<GroupKey>) -> Result<UserWorld, StoreError> {
    let Some(profile) = &facts.profile else {
        return Err(corrupt(format!("the user with the key {} has no profile", facts.key.0)));
    };
    let mut licenses: Vec<(SkuKey, LicenseWorld)> = Vec::new();
    for path in facts.applied_paths() {
        licenses.push((path.sku, held(tenant, path)?));
    }
    for path in removed(facts, live_groups) {
        let removed_date_time = Some(Time(path.updated_at));
        licenses.push((path.sku, LicenseWorld { removed_date_time, ..held(tenant, &path)? }));
    }
    // Keys of groups may be others after the way there and back.
    licenses.sort_by_key(|(sku, license)| (*sku, license.assigned_by_group.map(|Guid(id)| id)));
    Ok(UserWorld {
        id: Some(Guid(profile.id.0)),
        user_principal_name: profile.principal_name.clone(),
        usage_location: facts.usage_location.map(Country),
        created_date_time: Some(Time(profile.created_at)),
        manager: None,
        assigned_licenses: licenses.into_iter().map(|(_, license)| license).collect(),
        properties: profile.properties.clone(),
    })
}

/// What the user had and has no longer. What came by a group that is gone is told as if it had been direct, unless there
/// is a direct licence; of several the one that went last.
fn removed(facts: &UserFacts, live_groups: &BTreeSet<GroupKey>) -> Vec<Path> {
    let mut gone: Vec<Path> = facts.paths.iter().filter(|path| path.state == PathState::Removed).cloned().collect();
    gone.sort_by_key(|path| Reverse(path.updated_at));
    let mut told: BTreeSet<_> = facts.applied_paths().map(Path::key).collect();
    for path in &mut gone {
        if matches!(path.source, Source::Group(key) if !live_groups.contains(&key)) {
            path.source = Source::Direct;
        }
    }
    gone.retain(|path| told.insert(path.key()));
    gone
}

/// How members, devices and roles name a user: by its principal name, unless that could be taken for an id.
fn name(user: &UserWorld) -> String {
    match (UserRef::parse(&user.user_principal_name), user.id) {
        (UserRef::Id(_), Some(Guid(id))) => id.to_string(),
        _ => user.user_principal_name.clone(),
    }
}

/// A licence that a user has by one path.
fn held(tenant: &Tenant, path: &Path) -> Result<LicenseWorld, StoreError> {
    let group = |key| tenant.licensed_groups.get(&key).map(|group| Guid(group.id.0));
    let assigned_by_group = match path.source {
        Source::Direct => None,
        Source::Group(key) => Some(group(key).ok_or_else(|| corrupt(format!("no group has the key {}", key.0)))?),
    };
    Ok(LicenseWorld { assigned_by_group, ..license(tenant, path.sku, &path.disabled)? })
}

fn license(tenant: &Tenant, sku: SkuKey, disabled: &DisabledPlans) -> Result<LicenseWorld, StoreError> {
    let known = tenant.skus.get(&sku).ok_or_else(|| corrupt(format!("the tenant has no SKU of the key {}", sku.0)))?;
    let disabled_plans = disabled.as_slice().iter().map(|plan| Guid(plan.0)).collect();
    Ok(LicenseWorld { sku_id: Some(Guid(known.product.id.0)), disabled_plans, ..LicenseWorld::default() })
}

fn corrupt(reason: String) -> StoreError {
    StoreError::Corrupt { attempted: "export the world", reason }
}
