//! Loads the facts of a scope.

use super::directory::{Directory, folded_name};
use licensing::assignment::{PathError, PathState};
use licensing::directory::Member;
use licensing::facts::{Chunk, ChunkFacts, Facts, NextKeys, Progress, Scope, Work};
use licensing::ids::{DeviceKey, GroupKey, SkuKey, UserKey};
use licensing::rules::group_properties::unique_name;
use std::collections::BTreeSet;
use uuid::Uuid;

impl Directory {
    /// All that a decision on this scope may read.
    pub(super) fn load(&self, scope: &Scope) -> Facts {
        let mut facts = Facts::of(self.tenant.clone());
        facts.consumed = self.consumed.clone();
        facts.next_keys = self.next_keys();
        for name in &scope.names {
            self.load_name(name, &mut facts);
        }
        for group in self.groups.values().filter(|group| group.deleted_at.is_none()) {
            let name = unique_name(&group.profile.properties).filter(|name| scope.unique_names.contains(name));
            facts.unique_names.extend(name.map(|name| (name, group.key)));
        }
        for id in &scope.objects {
            self.load_object(*id, &mut facts);
        }
        for (group, member) in &scope.memberships {
            facts.memberships.extend(self.membership(*group, *member));
        }
        for group in &scope.owners_of {
            let owners: Vec<_> = self.owners_of(*group).collect();
            facts.deleted_owners.extend(owners.iter().map(|(_, owner)| *owner).filter(|owner| !self.is_live(*owner)));
            facts.owners.extend(owners);
        }
        if let Some(chunk) = scope.chunk {
            let chunk = self.chunk(chunk);
            chunk.users.iter().for_each(|user| self.load_user(*user, &mut facts));
            facts.chunk = Some(chunk);
        }
        facts.aged = scope.aged.map(|limit| self.aged(limit)).unwrap_or_default();
        facts
    }

    fn next_keys(&self) -> NextKeys {
        NextKeys {
            user: self.users.keys().next_back().map_or(UserKey(0), |last| last.next()),
            group: self.groups.keys().next_back().map_or(GroupKey(0), |last| last.next()),
            sku: self.tenant.skus.keys().next_back().map_or(SkuKey(0), |last| last.next()),
            device: self.devices.keys().next_back().map_or(DeviceKey(0), |last| last.next()),
        }
    }

    /// The live user of this folded name.
    fn load_name(&self, name: &str, facts: &mut Facts) {
        if let Some(key) = self.names.get(name) {
            self.load_user(*key, facts);
        }
    }

    fn load_object(&self, id: Uuid, facts: &mut Facts) {
        match self.objects.get(&id) {
            Some(Member::User(key)) => self.load_user(*key, facts),
            Some(Member::Group(key)) => {
                facts.objects.insert(id, Member::Group(*key));
                facts.groups.extend(self.groups.get(key).map(|group| (*key, group.clone())));
            }
            None => {}
        }
    }

    /// The user, and with a deleted one whoever has its name now: it can be restored only if nobody has.
    fn load_user(&self, key: UserKey, facts: &mut Facts) {
        let Some(user) = self.facts_of(key) else { return };
        if let Some(profile) = &user.profile {
            facts.objects.insert(profile.id.0, Member::User(key));
        }
        let name = folded_name(&user);
        let is_live = user.deleted_at.is_none();
        if !is_live {
            facts.taken_addresses.insert(key, self.taken_addresses(&user));
        }
        facts.users.insert(key, user);
        match name {
            Some(name) if is_live => drop(facts.names.insert(name, key)),
            Some(name) => self.load_name(&name, facts),
            None => {}
        }
    }

    fn membership(&self, group: Uuid, member: Uuid) -> Option<(GroupKey, Member)> {
        let Member::Group(group) = *self.objects.get(&group)? else { return None };
        let membership = (group, *self.objects.get(&member)?);
        self.memberships.contains(&membership).then_some(membership)
    }

    fn owners_of(&self, group: Uuid) -> impl Iterator<Item = (GroupKey, UserKey)> {
        let of = self.objects.get(&group).copied();
        self.owners.iter().copied().filter(move |(group, _)| of == Some(Member::Group(*group)))
    }

    fn chunk(&self, Chunk { of, users_max }: Chunk) -> ChunkFacts {
        let (progress, mut users): (Option<Progress>, Vec<UserKey>) = match of {
            Work::Users => (None, self.pending_users.iter().copied().collect()),
            Work::Group(group) => self.users_after_cursor(self.pending_groups.get(&group), self.visited_by(group)),
            Work::Sku(sku) => self.users_after_cursor(self.pending_skus.get(&sku), self.waiting_for(sku)),
            Work::Rule(group) => self.users_after_cursor(self.pending_rules.get(&group), self.live_users()),
        };
        let users_max = users_max as usize;
        let is_last = users.len() <= users_max;
        users.truncate(users_max);
        ChunkFacts { of, users, is_last, progress }
    }

    /// Those of `users` whom work has not visited yet; nobody when the work is not waiting.
    fn users_after_cursor(
        &self,
        progress: Option<&Progress>,
        users: BTreeSet<UserKey>,
    ) -> (Option<Progress>, Vec<UserKey>) {
        let Some(progress) = progress else { return (None, Vec::new()) };
        (Some(*progress), users.into_iter().filter(|user| Some(*user) > progress.cursor).collect())
    }

    /// Members of the group, and users who hold a faulty path from it; deleted ones included.
    fn visited_by(&self, group: GroupKey) -> BTreeSet<UserKey> {
        let members = self.members(group).filter_map(|member| match member {
            Member::User(user) => Some(user),
            Member::Group(_) => None,
        });
        members.chain(self.users_with_errors_from(group)).collect()
    }

    fn live_users(&self) -> BTreeSet<UserKey> {
        self.users.keys().copied().filter(|user| self.is_live(*user)).collect()
    }

    /// Live users without a seat of the SKU for want of one.
    fn waiting_for(&self, sku: SkuKey) -> BTreeSet<UserKey> {
        let waits = |user: &UserKey| {
            self.has_path(*user, |path| path.sku == sku && path.state == PathState::Error(PathError::Count))
        };
        self.users.keys().copied().filter(|user| self.is_live(*user)).filter(waits).collect()
    }

    /// Users with a faulty path from a group, deleted ones included, ascending.
    pub(super) fn users_with_errors_from(&self, group: GroupKey) -> impl Iterator<Item = UserKey> {
        self.users.keys().copied().filter(move |user| self.has_errors_from(group, *user))
    }
}
