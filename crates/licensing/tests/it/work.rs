//! Work that changes leave behind, kept and done as a store and a reconciler would.

use crate::invariants;
use crate::world::World;
use licensing::assignment::{PathError, PathState, Source};
use licensing::decide::continue_work::ContinueWork;
use licensing::decide::pass_time::PURGED_MAX;
use licensing::directory::Member;
use licensing::facts::{Aged, Chunk, ChunkFacts, Facts, Progress, UserFacts, Work};
use licensing::ids::{GroupKey, SkuKey, UserKey};
use licensing::{ChangeSet, Command};
use std::collections::{BTreeMap, BTreeSet};

/// More chunks than any world of these tests can need.
const CHUNKS_MAX: u32 = 10_000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) users: BTreeSet<UserKey>,
    pub(crate) groups: BTreeMap<GroupKey, Progress>,
    pub(crate) skus: BTreeMap<SkuKey, Progress>,
    pub(crate) rules: BTreeMap<GroupKey, Progress>,
}

impl Pending {
    /// Writes the marks of one change set.
    pub(crate) fn follow(&mut self, changes: &ChangeSet) {
        for user in &changes.settled_users {
            self.users.remove(user);
        }
        self.users.extend(&changes.pending_users);
        changes.pending_groups.iter().for_each(|(group, progress)| set(&mut self.groups, *group, *progress));
        changes.pending_skus.iter().for_each(|(sku, progress)| set(&mut self.skus, *sku, *progress));
        changes.pending_rules.iter().for_each(|(group, progress)| set(&mut self.rules, *group, *progress));
    }

    /// Groups in the order in which they compete, each with its rule before its licences, then marked users, then
    /// users who wait for seats.
    fn first(&self, facts: &Facts) -> Option<Work> {
        let order = |group: &GroupKey| facts.tenant.licensed_groups.get(group).map_or(0, |group| group.order);
        let rules = self.rules.keys().map(|group| (order(group), *group, 0, Work::Rule(*group)));
        let groups = self.groups.keys().map(|group| (order(group), *group, 1, Work::Group(*group)));
        let group = rules.chain(groups).min().map(|(.., work)| work);
        let users = || (!self.users.is_empty()).then_some(Work::Users);
        let sku = || self.skus.keys().next().map(|sku| Work::Sku(*sku));
        group.or_else(users).or_else(sku)
    }

    fn progress(&self, work: Work) -> Option<Progress> {
        match work {
            Work::Users => None,
            Work::Group(group) => self.groups.get(&group).copied(),
            Work::Sku(sku) => self.skus.get(&sku).copied(),
            Work::Rule(group) => self.rules.get(&group).copied(),
        }
    }

    fn concerns(&self, work: Work, user: &UserFacts, facts: &Facts) -> bool {
        match work {
            Work::Users => self.users.contains(&user.key),
            Work::Group(group) => {
                let is_member = facts.memberships.contains(&(group, Member::User(user.key)));
                let is_faulty = || {
                    user.paths.iter().any(|path| path.source == Source::Group(group) && path.state.error().is_some())
                };
                is_member || is_faulty()
            }
            Work::Rule(_) => user.deleted_at.is_none(),
            Work::Sku(sku) => {
                user.paths.iter().any(|path| path.sku == sku && path.state == PathState::Error(PathError::Count))
            }
        }
    }
}

fn set<K: Ord>(pending: &mut BTreeMap<K, Progress>, key: K, progress: Option<Progress>) {
    match progress {
        Some(progress) => drop(pending.insert(key, progress)),
        None => drop(pending.remove(&key)),
    }
}

impl World {
    /// Does all work that is waiting, `users_max` users at a time.
    pub(crate) fn settle_by(&mut self, users_max: u32) {
        self.tick();
        for _ in 0..CHUNKS_MAX {
            let Some(work) = self.pending.first(&self.facts) else {
                return invariants::check_settled(&self.facts);
            };
            self.run_chunk(Chunk { of: work, users_max });
        }
        panic!("the world does not settle");
    }

    /// Does all work that is waiting.
    pub(crate) fn settle(&mut self) {
        self.settle_by(1_000);
    }

    pub(crate) fn run_chunk(&mut self, chunk: Chunk) {
        self.facts.chunk = Some(self.load(chunk));
        self.run_now(&Command::ContinueWork(ContinueWork { chunk, fence: self.facts.fence })).unwrap();
        self.facts.chunk = None;
    }

    /// What was deleted, but not for good, as a store would load it.
    pub(crate) fn aged(&self) -> Aged {
        let kept = |member: &Member| self.facts.objects.values().any(|known| known == member);
        let users = self.facts.users.values().map(|user| (user.deleted_at, Member::User(user.key)));
        let groups = self.facts.groups.values().map(|group| (group.deleted_at, Member::Group(group.key)));
        let deleted = users.chain(groups).filter(|(_, member)| kept(member));
        let deleted: BTreeSet<_> = deleted.filter_map(|(at, member)| Some((at?, member))).collect();
        let longest = deleted.into_iter().take(usize::try_from(PURGED_MAX).unwrap());
        Aged { deleted: longest.collect(), audited_at: self.audited_at }
    }

    fn load(&self, chunk: Chunk) -> ChunkFacts {
        let progress = self.pending.progress(chunk.of);
        let cursor = progress.and_then(|progress| progress.cursor);
        let users: Vec<UserKey> = self
            .facts
            .users
            .values()
            .filter(|user| cursor.is_none_or(|cursor| user.key > cursor))
            .filter(|user| self.pending.concerns(chunk.of, user, &self.facts))
            .map(|user| user.key)
            .take(usize::try_from(chunk.users_max).unwrap())
            .collect();
        let is_last = users.len() < usize::try_from(chunk.users_max).unwrap();
        ChunkFacts { of: chunk.of, users, is_last, progress }
    }
}
