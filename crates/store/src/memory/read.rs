//! What queries read.

use super::directory::Directory;
use engine::store::audit::{AuditOrder, AuditPage, AuditSet};
use engine::store::{DirectoryObject, GroupSet, UserSet, Waiting};
use licensing::aging::Earliest;
use licensing::directory::{Member, fold_name};
use licensing::facts::{Aged, GroupFacts, Progress, UserFacts, UserRef, Work};
use licensing::ids::{GroupKey, UserKey};
use licensing::time::Timestamp;
use std::collections::BTreeSet;
use std::convert::Infallible;
use uuid::Uuid;

impl Directory {
    pub(super) fn live_user(&self, user: &UserRef) -> Option<UserFacts> {
        let key = match user {
            UserRef::Name(name) => *self.names.get(&fold_name(name))?,
            UserRef::Id(id) => match *self.objects.get(id)? {
                Member::User(key) => key,
                Member::Group(_) => return None,
            },
        };
        let user = self.users.get(&key).filter(|user| user.deleted_at.is_none())?.clone();
        Some(UserFacts { address_taken: false, licensed_groups: Vec::new(), ruled_groups: Vec::new(), ..user })
    }

    pub(super) fn users_page(&self, of: UserSet, after: Option<UserKey>, limit: u32) -> Vec<UserFacts> {
        let inner = match of {
            UserSet::TransitiveMembersOf(group) => self.inner_groups(group),
            _ => BTreeSet::new(),
        };
        let is_of_set = |user: &UserKey| match of {
            UserSet::All => true,
            UserSet::MembersOf(group) => self.is_member(group, *user),
            UserSet::TransitiveMembersOf(_) => inner.iter().any(|group| self.is_member(*group, *user)),
            UserSet::WithErrorsFrom(group) => self.has_errors_from(group, *user),
            UserSet::ReportsTo(manager) => self.users.get(user).is_some_and(|user| user.manager == Some(manager)),
            UserSet::OwnersOf(group) => self.owners.contains(&(group, *user)),
            UserSet::DeletedAfter(time) => {
                let is_after = self.users.get(user).is_some_and(|user| user.deleted_at > Some(time));
                is_after && !self.purged.contains(&Member::User(*user))
            }
            UserSet::WithLicense(sku) => self.has_path(*user, |path| path.sku == sku && path.state.is_applied()),
            UserSet::Licensed(wanted) => self.has_path(*user, |path| path.state.is_applied()) == wanted,
        };
        let is_live = !matches!(of, UserSet::DeletedAfter(_));
        let keys = self.users.keys().copied().filter(|user| Some(*user) > after);
        let keys = keys.filter(|user| self.is_live(*user) == is_live).filter(is_of_set);
        keys.filter_map(|user| self.facts_of(user)).take(limit as usize).collect()
    }

    /// Users of these keys in the order of their keys, deleted ones included.
    pub(super) fn users_of(&self, keys: &[UserKey]) -> Vec<UserFacts> {
        let keys: BTreeSet<UserKey> = keys.iter().copied().collect();
        keys.into_iter().filter_map(|key| self.facts_of(key)).collect()
    }

    pub(super) fn live_group(&self, id: Uuid) -> Option<GroupFacts> {
        match self.objects.get(&id)? {
            Member::Group(key) => self.groups.get(key).filter(|group| group.deleted_at.is_none()).cloned(),
            Member::User(_) => None,
        }
    }

    pub(super) fn groups_page(&self, of: GroupSet, after: Option<GroupKey>, limit: u32) -> Vec<GroupFacts> {
        let inner_or_outer = match of {
            GroupSet::TransitiveMembersOf(group) => self.inner_groups(group),
            GroupSet::TransitivelyWithMember(member) => self.outer_groups(member),
            _ => BTreeSet::new(),
        };
        let is_of_set = |group: &&GroupFacts| match of {
            GroupSet::All => true,
            GroupSet::WithMemberErrors(wanted) => {
                let has_errors = self.users_with_errors_from(group.key).any(|user| self.is_live(user));
                has_errors == wanted
            }
            GroupSet::MembersOf(parent) => self.memberships.contains(&(parent, Member::Group(group.key))),
            GroupSet::WithMember(member) => self.memberships.contains(&(group.key, member)),
            GroupSet::TransitiveMembersOf(parent) => group.key != parent && inner_or_outer.contains(&group.key),
            GroupSet::TransitivelyWithMember(member) => {
                member != Member::Group(group.key) && inner_or_outer.contains(&group.key)
            }
            GroupSet::OwnedBy(user) => self.owners.contains(&(group.key, user)),
            GroupSet::DeletedAfter(time) => {
                group.deleted_at > Some(time) && !self.purged.contains(&Member::Group(group.key))
            }
        };
        let is_live = !matches!(of, GroupSet::DeletedAfter(_));
        let groups = self.groups.values();
        let groups = groups.filter(|group| group.deleted_at.is_none() == is_live);
        groups.filter(|group| Some(group.key) > after).filter(is_of_set).take(limit as usize).cloned().collect()
    }

    pub(super) fn audit_page(&self, of: &AuditSet, from: Option<u64>, limit: u32) -> AuditPage {
        // Entries are numbered from 1, those that are no longer kept too.
        let place = |number: u64| usize::try_from(number.checked_sub(self.forgotten + 1)?).ok();
        let entry = |number: u64| place(number).and_then(|at| self.audit.get(at));
        let at = |number| Ok::<_, Infallible>(entry(number).map_or_else(Timestamp::default, |entry| entry.at));
        let kept = self.forgotten + 1..=self.forgotten + self.audit.len() as u64;
        let Ok(window) = of.window(from, kept, at);
        let look = of.look(&window);
        let numbers: Vec<u64> = match of.order {
            AuditOrder::NewestFirst => look.rev().collect(),
            AuditOrder::OldestFirst => look.collect(),
        };
        let (mut entries, mut reached) = (Vec::new(), None);
        for number in numbers {
            let Some(entry) = entry(number) else { continue };
            if of.admits(self.tenant.profile.id, number, entry) && of.concerns_all(entry) {
                entries.push((number, entry.clone()));
            }
            if entries.len() == limit as usize {
                reached = Some(number);
                break;
            }
        }
        of.page(&window, reached, entries)
    }

    /// Whether something is due by the tenant's clock.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        let now = self.tenant.profile.time_at(now);
        let bought = self.tenant.skus.values().flat_map(|sku| &sku.subscriptions);
        let earliest = Earliest {
            lifecycle_at: bought.filter_map(|subscription| subscription.next_lifecycle_at).min(),
            deleted_at: self.deleted().map(|(at, _)| at).min(),
            rule_run_at: self.tenant.dynamic_groups.iter().filter_map(|(_, group)| group.run_at()).min(),
            audited_at: self.audit.front().map(|entry| entry.at),
        };
        earliest.due_at().is_some_and(|due| due <= now)
    }

    /// What was deleted, but not for good, and when.
    fn deleted(&self) -> impl Iterator<Item = (Timestamp, Member)> {
        let users = self.users.values().map(|user| (user.deleted_at, Member::User(user.key)));
        let groups = self.groups.values().map(|group| (group.deleted_at, Member::Group(group.key)));
        let deleted = users.chain(groups).filter_map(|(at, member)| Some((at?, member)));
        deleted.filter(|(_, member)| !self.purged.contains(member))
    }

    /// So many of what was deleted longest ago, and the first entry of the audit log.
    pub(super) fn aged(&self, limit: u32) -> Aged {
        let longest: BTreeSet<_> = self.deleted().collect();
        let audited_at = self.audit.front().map(|entry| entry.at);
        Aged { deleted: longest.into_iter().take(limit as usize).collect(), audited_at }
    }

    /// The user or group of this id, deleted or not, even for good.
    pub(super) fn object(&self, id: Uuid) -> Option<Member> {
        let id_of = |member: &Member| match member {
            Member::User(key) => self.users.get(key)?.profile.as_ref().map(|profile| profile.id.0),
            Member::Group(key) => self.groups.get(key).map(|group| group.profile.id.0),
        };
        self.objects.get(&id).or_else(|| self.purged.iter().find(|member| id_of(member) == Some(id))).copied()
    }

    fn is_live_group(&self, group: GroupKey) -> bool {
        self.groups.get(&group).is_some_and(|group| group.deleted_at.is_none())
    }

    /// A group and the live groups in it, however deep.
    fn inner_groups(&self, group: GroupKey) -> BTreeSet<GroupKey> {
        let mut inner = BTreeSet::from([group]);
        let mut next = vec![group];
        while let Some(group) = next.pop() {
            for member in self.members(group) {
                if let Member::Group(nested) = member
                    && self.is_live_group(nested)
                    && inner.insert(nested)
                {
                    next.push(nested);
                }
            }
        }
        inner
    }

    /// The live groups that somebody is in, however deep.
    fn outer_groups(&self, member: Member) -> BTreeSet<GroupKey> {
        let mut outer = BTreeSet::new();
        let mut next = vec![member];
        while let Some(member) = next.pop() {
            for (group, _) in self.memberships.iter().filter(|(_, other)| *other == member) {
                if self.is_live_group(*group) && outer.insert(*group) {
                    next.push(Member::Group(*group));
                }
            }
        }
        outer
    }

    /// Users and groups of these ids, deleted ones included.
    pub(super) fn objects_of(&self, ids: &[Uuid]) -> Vec<DirectoryObject> {
        let object = |id: &Uuid| match self.objects.get(id)? {
            Member::User(key) => self.facts_of(*key).map(DirectoryObject::User),
            Member::Group(key) => self.groups.get(key).cloned().map(DirectoryObject::Group),
        };
        ids.iter().filter_map(object).collect()
    }

    pub(super) fn waiting(&self) -> Vec<Waiting> {
        let users = self.pending_users.first().map(|_| Waiting { work: Work::Users, progress: Progress::default() });
        let groups =
            self.pending_groups.iter().map(|(key, progress)| Waiting { work: Work::Group(*key), progress: *progress });
        let skus =
            self.pending_skus.iter().map(|(key, progress)| Waiting { work: Work::Sku(*key), progress: *progress });
        let rules =
            self.pending_rules.iter().map(|(key, progress)| Waiting { work: Work::Rule(*key), progress: *progress });
        users.into_iter().chain(groups).chain(skus).chain(rules).collect()
    }
}
