//! Applies a change set: checked first, then written whole.

use super::directory::{Directory, addresses, folded_name};
use engine::store::StoreError;
use licensing::ChangeSet;
use licensing::catalog::Catalog;
use licensing::change_set::Forgotten;
use licensing::directory::Member;
use licensing::facts::{GroupFacts, UserFacts};
use licensing::ids::{GroupKey, SkuId, SkuKey, UserKey};
use licensing::subscription::Subscription;
use licensing::tenant::TenantSku;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Directory {
    /// Writes all changes, or none of them and answers why.
    pub(super) fn apply(&mut self, changes: ChangeSet) -> Result<(), StoreError> {
        self.check(&changes).map_err(|reason| StoreError::Unstorable { attempted: "write a change", reason })?;
        self.apply_structure(&changes);
        changes.users.into_iter().for_each(|user| self.put_user(user));
        changes.groups.into_iter().for_each(|group| self.put_group(group));
        for (group, state) in changes.processing {
            if let Some(group) = self.groups.get_mut(&group) {
                group.processing = Some(state);
            }
        }
        for (group, update) in changes.rule_updates {
            if let Some(group) = self.groups.get_mut(&group) {
                group.update_rule(update);
            }
        }
        let nested = |(of, member): &(GroupKey, Member)| {
            matches!(member, Member::Group(_)) && changes.without_nested.contains(of)
        };
        self.memberships.retain(|membership| !nested(membership));
        for (user, change) in changes.paths {
            if let Some(user) = self.users.get_mut(&user) {
                user.change_path(&change);
            }
        }
        for (sku, delta) in changes.consumed {
            *self.consumed.entry(sku).or_default() += delta;
        }
        for (group, member, present) in changes.memberships {
            if present {
                self.memberships.insert((group, member));
            } else {
                self.memberships.remove(&(group, member));
            }
        }
        for (group, owner, present) in changes.owners {
            if present {
                self.owners.insert((group, owner));
            } else {
                self.owners.remove(&(group, owner));
            }
        }
        changes.pending_groups.into_iter().for_each(|(group, to)| set(&mut self.pending_groups, group, to));
        changes.pending_skus.into_iter().for_each(|(sku, to)| set(&mut self.pending_skus, sku, to));
        changes.pending_rules.into_iter().for_each(|(group, to)| set(&mut self.pending_rules, group, to));
        for user in &changes.settled_users {
            self.pending_users.remove(user);
        }
        self.pending_users.extend(changes.pending_users);
        self.devices.extend(changes.devices);
        self.applications.extend(changes.applications.into_iter().map(|app| (app.id, app)));
        self.roles.extend(changes.roles);
        changes.purged.into_iter().for_each(|member| self.purge(member));
        self.audit.extend(changes.audit);
        changes.forgotten.into_iter().for_each(|forgotten| self.forget(forgotten));
        Ok(())
    }

    /// Finds changes that lead nowhere, before the first one is made.
    fn check(&self, changes: &ChangeSet) -> Result<(), String> {
        let new_users: BTreeSet<UserKey> = changes.users.iter().map(|user| user.key).collect();
        if let Some(user) =
            changes.users.iter().find(|user| user.profile.is_none() && !self.users.contains_key(&user.key))
        {
            return Err(format!("the new user {} has no profile", user.key.0));
        }
        let is_user = |user: &UserKey| new_users.contains(user) || self.users.contains_key(user);
        if let Some((user, _)) = changes.paths.iter().find(|(user, _)| !is_user(user)) {
            return Err(format!("a path belongs to no user: {}", user.0));
        }
        let is_product = |sku: &SkuId| {
            changes.products.iter().any(|product| product.id == *sku) || self.tenant.catalog.product(*sku).is_some()
        };
        match changes.subscriptions.iter().find(|(_, sku, _)| !is_product(sku)) {
            Some((_, sku, _)) => Err(format!("a subscription is for no product: {sku}")),
            None => Ok(()),
        }
    }

    fn apply_structure(&mut self, changes: &ChangeSet) {
        if !changes.changes_structure() {
            return;
        }
        let tenant = Arc::make_mut(&mut self.tenant);
        tenant.profile.clock_ahead_millis = changes.clock_ahead_millis.unwrap_or(tenant.profile.clock_ahead_millis);
        if !changes.products.is_empty() {
            let catalog = Arc::make_mut(&mut tenant.catalog);
            changes.products.iter().for_each(|product| catalog.add_own(product.clone()));
        }
        for (key, sku, subscription) in &changes.subscriptions {
            self.consumed.entry(*key).or_default();
            buy(&mut tenant.skus, &tenant.catalog, *key, *sku, subscription);
        }
        if !changes.products.is_empty() {
            look_up_products(&mut tenant.skus, &tenant.catalog);
        }
        tenant.licensed_groups.extend(changes.licensed_groups.iter().cloned());
        changes.dynamic_groups.iter().for_each(|(key, group)| tenant.dynamic_groups.set(*key, group.clone()));
    }

    fn put_user(&mut self, mut user: UserFacts) {
        let old = self.users.remove(&user.key);
        if let Some(old) = &old {
            if let Some(name) = folded_name(old).filter(|name| self.names.get(name) == Some(&user.key)) {
                self.names.remove(&name);
            }
            for address in addresses(old) {
                self.addresses.remove(&(address, user.key));
            }
            user.profile = user.profile.or_else(|| old.profile.clone());
        }
        user.paths = old.map(|old| old.paths).unwrap_or_default();
        if let Some(profile) = &user.profile {
            self.objects.insert(profile.id.0, Member::User(user.key));
        }
        if user.deleted_at.is_none() {
            self.names.extend(folded_name(&user).map(|name| (name, user.key)));
            self.addresses.extend(addresses(&user).into_iter().map(|address| (address, user.key)));
        }
        self.users.insert(user.key, user);
    }

    /// Drops the first entries of the audit log.
    fn forget(&mut self, forgotten: Forgotten) {
        for _ in 0..forgotten.entries_max {
            if self.audit.pop_front_if(|entry| entry.at < forgotten.before).is_none() {
                return;
            }
            self.forgotten += 1;
        }
    }

    /// Leaves nothing but id and names.
    fn purge(&mut self, member: Member) {
        self.purged.insert(member);
        self.objects.retain(|_, other| *other != member);
        match member {
            Member::User(key) => {
                self.memberships.retain(|(_, other)| *other != member);
                self.owners.retain(|(_, owner)| *owner != key);
                self.roles.retain(|(user, _)| *user != key);
                self.pending_users.remove(&key);
                if let Some(user) = self.users.get_mut(&key) {
                    (user.paths, user.usage_location, user.manager) = (Vec::new(), None, None);
                    if let Some(profile) = user.profile.as_mut() {
                        Arc::make_mut(profile).properties.0.retain(|name, _| name == "displayName");
                    }
                }
            }
            // Members of a group stay: its licences may still have to be taken back from them.
            Member::Group(key) => {
                self.owners.retain(|(group, _)| *group != key);
                if let Some(group) = self.groups.get_mut(&key) {
                    Arc::make_mut(&mut group.profile).properties.0.retain(|name, _| name == "displayName");
                }
            }
        }
    }

    fn put_group(&mut self, group: GroupFacts) {
        self.objects.insert(group.profile.id.0, Member::Group(group.key));
        self.groups.insert(group.key, group);
    }
}

fn set<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, to: Option<V>) {
    match to {
        Some(value) => drop(map.insert(key, value)),
        None => drop(map.remove(&key)),
    }
}

/// Adds a purchase, or replaces the one of the same id.
fn buy(
    skus: &mut BTreeMap<SkuKey, TenantSku>,
    catalog: &Catalog,
    key: SkuKey,
    sku: SkuId,
    subscription: &Subscription,
) {
    let Some(product) = catalog.product(sku) else { return };
    let sku = skus.entry(key).or_insert_with(|| TenantSku::new(product.clone(), Vec::new(), catalog));
    sku.put(subscription.clone());
}

/// Makes every SKU what the catalogue now says of its product.
fn look_up_products(skus: &mut BTreeMap<SkuKey, TenantSku>, catalog: &Catalog) {
    for sku in skus.values_mut() {
        if let Some(product) = catalog.product(sku.product.id) {
            *sku = TenantSku::new(product.clone(), std::mem::take(&mut sku.subscriptions), catalog);
        }
    }
}
