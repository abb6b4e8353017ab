//! What becomes of facts when changes are written.

use super::{Facts, GroupFacts, UserFacts, insert_sorted};
use crate::change_set::ChangeSet;
use crate::directory::{Member, fold_name, folded_addresses};
use crate::ids::{GroupKey, UserKey};
use crate::rules::group_properties::unique_name;
use crate::tenant::TenantSku;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Facts {
    /// Makes the facts what they will be once `changes` are written, so that the next command of a batch
    /// sees them.
    pub fn apply(&mut self, changes: &ChangeSet) {
        self.apply_structure(changes);
        self.apply_rules(changes);
        for (key, _) in &changes.devices {
            self.next_keys.device = self.next_keys.device.max(key.next());
        }
        for user in &changes.users {
            self.put_user(user);
        }
        for group in &changes.groups {
            self.put_group(group);
        }
        for (group, state) in &changes.processing {
            if let Some(group) = self.groups.get_mut(group) {
                group.processing = Some(*state);
            }
        }
        for (group, update) in &changes.rule_updates {
            if let Some(group) = self.groups.get_mut(group) {
                group.update_rule(*update);
            }
        }
        for group in &changes.without_nested {
            self.memberships.retain(|(of, member)| of != group || matches!(member, Member::User(_)));
        }
        for (user, change) in &changes.paths {
            if let Some(user) = self.users.get_mut(user) {
                user.change_path(change);
            }
        }
        for (sku, delta) in &changes.consumed {
            *self.consumed.entry(*sku).or_default() += delta;
        }
        for (group, member, present) in &changes.memberships {
            self.apply_membership(*group, *member, *present);
        }
        for (group, owner, present) in &changes.owners {
            if *present {
                self.owners.insert((*group, *owner));
            } else {
                self.owners.remove(&(*group, *owner));
            }
        }
        self.apply_aging(changes);
        for member in &changes.purged {
            self.objects.retain(|_, other| other != member);
            if let Member::User(key) = member {
                self.memberships.retain(|(_, other)| other != member);
                self.owners.retain(|(_, owner)| owner != key);
                if let Some(user) = self.users.get_mut(key) {
                    user.paths.clear();
                    user.licensed_groups.clear();
                    user.ruled_groups.clear();
                }
            }
        }
    }

    /// What comes back or goes for good is no longer among what may be deleted for good.
    fn apply_aging(&mut self, changes: &ChangeSet) {
        let users = changes.users.iter().filter(|user| user.deleted_at.is_none()).map(|user| Member::User(user.key));
        let groups = changes.groups.iter().filter(|group| group.deleted_at.is_none());
        let back: BTreeSet<Member> = users.chain(groups.map(|group| Member::Group(group.key))).collect();
        self.aged.deleted.retain(|(_, member)| !back.contains(member) && !changes.purged.contains(member));
        if changes.forgotten.is_some() {
            // Which entry is the first now, the next look will tell.
            self.aged.audited_at = None;
        }
    }

    fn apply_structure(&mut self, changes: &ChangeSet) {
        if !changes.changes_structure() {
            return;
        }
        let tenant = Arc::make_mut(&mut self.tenant);
        tenant.profile.clock_ahead_millis = changes.clock_ahead_millis.unwrap_or(tenant.profile.clock_ahead_millis);
        for product in &changes.products {
            Arc::make_mut(&mut tenant.catalog).add_own(product.clone());
            if let Some(sku) = tenant.skus.values_mut().find(|sku| sku.product.id == product.id) {
                *sku = TenantSku::new(product.clone(), std::mem::take(&mut sku.subscriptions), &tenant.catalog);
            }
        }
        for (key, sku, subscription) in &changes.subscriptions {
            let Some(product) = tenant.catalog.product(*sku).cloned() else {
                continue;
            };
            let catalog = tenant.catalog.clone();
            let entry = tenant.skus.entry(*key).or_insert_with(|| TenantSku::new(product, Vec::new(), &catalog));
            entry.put(subscription.clone());
            self.next_keys.sku = self.next_keys.sku.max(key.next());
        }
        for (key, group) in &changes.licensed_groups {
            tenant.licensed_groups.insert(*key, group.clone());
            // A member loaded before its group had licences must be seen as a member of a licensed group.
            for (_, member) in self.memberships.range((*key, Member::User(UserKey(0)))..).take_while(|(g, _)| g == key)
            {
                if let Member::User(user) = member
                    && let Some(user) = self.users.get_mut(user)
                {
                    insert_sorted(&mut user.licensed_groups, *key);
                }
            }
        }
    }

    /// A member loaded before its group had a rule must be seen as one of a group that rules are about.
    fn apply_rules(&mut self, changes: &ChangeSet) {
        if changes.dynamic_groups.is_empty() {
            return;
        }
        let rules = &mut Arc::make_mut(&mut self.tenant).dynamic_groups;
        for (key, group) in &changes.dynamic_groups {
            rules.set(*key, group.clone());
        }
        for user in self.users.values_mut() {
            user.ruled_groups.retain(|group| rules.is_ruled(*group));
        }
        for group in changes
            .dynamic_groups
            .iter()
            .flat_map(|(key, group)| group.iter().flat_map(move |group| group.source_keys().chain([*key])))
        {
            for (_, member) in
                self.memberships.range((group, Member::User(UserKey(0)))..).take_while(|(g, _)| *g == group)
            {
                if let Member::User(user) = member
                    && let Some(user) = self.users.get_mut(user)
                {
                    insert_sorted(&mut user.ruled_groups, group);
                }
            }
        }
    }

    fn put_user(&mut self, user: &UserFacts) {
        if let Some(old) = self.users.get(&user.key).and_then(|old| old.profile.as_ref()) {
            let name = fold_name(&old.principal_name);
            // The old name of a deleted user may be somebody else's by now.
            if self.names.get(&name) == Some(&user.key) {
                self.names.remove(&name);
            }
        }
        if let Some(profile) = &user.profile {
            self.objects.insert(profile.id.0, Member::User(user.key));
            if user.deleted_at.is_none() {
                self.names.insert(fold_name(&profile.principal_name), user.key);
            }
        }
        self.next_keys.user = self.next_keys.user.max(user.key.next());
        if user.deleted_at.is_some() {
            self.deleted_owners.insert(user.key);
            self.taken_addresses.entry(user.key).or_default();
        } else {
            self.deleted_owners.remove(&user.key);
            self.taken_addresses.remove(&user.key);
        }
        let before = self.users.insert(user.key, user.clone());
        self.take_addresses(before.as_ref());
    }

    /// Deleted users cannot come back with an address that a live one has, and can with one that a user `before` had
    /// alone.
    fn take_addresses(&mut self, before: Option<&UserFacts>) {
        if self.taken_addresses.is_empty() {
            return;
        }
        let given_up = before.filter(|user| user.deleted_at.is_none() && !user.address_taken);
        let given_up: BTreeSet<String> = given_up.into_iter().flat_map(addresses_of).collect();
        let live = self.users.values().filter(|user| user.deleted_at.is_none());
        let live: BTreeSet<String> = live.flat_map(addresses_of).collect();
        for (deleted, taken) in &mut self.taken_addresses {
            taken.retain(|address| !given_up.contains(address));
            let theirs = self.users.get(deleted).into_iter().flat_map(addresses_of);
            taken.extend(theirs.filter(|address| live.contains(address)));
        }
    }

    fn put_group(&mut self, group: &GroupFacts) {
        self.unique_names.retain(|_, owner| *owner != group.key);
        if let Some(name) = unique_name(&group.profile.properties).filter(|_| group.deleted_at.is_none()) {
            self.unique_names.insert(name, group.key);
        }
        self.objects.insert(group.profile.id.0, Member::Group(group.key));
        self.groups.insert(group.key, group.clone());
        self.next_keys.group = self.next_keys.group.max(group.key.next());
    }

    fn apply_membership(&mut self, group: GroupKey, member: Member, present: bool) {
        if present {
            self.memberships.insert((group, member));
        } else {
            self.memberships.remove(&(group, member));
        }
        let Member::User(key) = member else { return };
        if let Some(user) = self.users.get_mut(&key) {
            user.change_membership(&self.tenant, group, present);
        }
    }
}

fn addresses_of(user: &UserFacts) -> impl Iterator<Item = String> {
    user.profile.iter().flat_map(|profile| folded_addresses(&profile.properties))
}
