//! Checks that what a store holds obeys the invariants of `docs/invariants.md`, by a recount that trusts nothing.

mod audited;

use self::audited::Audited;
use crate::store::{GroupSet, Store, StoreError, UserSet};
use licensing::assignment::{Path, PathError, PathState, Source};
use licensing::change_set::PathChange;
use licensing::dynamic_group::RuleStatus;
use licensing::effective::{assigned_licenses, ruled_plans};
use licensing::evaluate::evaluate;
use licensing::facts::{Facts, UserFacts, Work};
use licensing::ids::{GroupKey, SkuKey, TenantKey, UserKey};
use licensing::rules::{plan_dependency, plan_exclusion};
use licensing::seats::Seats;
use licensing::tenant::Tenant;
use licensing::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// Users read at a time.
const PAGE_USERS: u32 = 999;

/// Something that should never be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The tenant, or `None` for the store as a whole.
    pub tenant: Option<String>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.tenant {
            Some(tenant) => write!(f, "tenant {tenant}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Tenants.
    pub tenants: u64,
    /// Live users.
    pub users: u64,
    /// Paths of live users, without those that tell of what is gone.
    pub paths: u64,
}

/// Checks every tenant, when the system's clock shows `now`. The store must not change meanwhile: give it a snapshot.
///
/// # Errors
/// When the store cannot be read.
pub async fn verify(store: &dyn Store, now: Timestamp) -> Result<(Checked, Vec<Breach>), StoreError> {
    let mut checked = Checked::default();
    let mut breaches: Vec<Breach> =
        store.check().await?.into_iter().map(|what| Breach { tenant: None, what }).collect();
    for tenant in store.tenants().await? {
        let mut recount = Recount::begin(store, tenant.clone(), now).await?;
        recount.groups(store).await?;
        recount.users(store).await?;
        checked.tenants += 1;
        checked.users += recount.checked.users;
        checked.paths += recount.checked.paths;
        let name = tenant.profile.id.to_string();
        breaches.extend(recount.finish().into_iter().map(|what| Breach { tenant: Some(name.clone()), what }));
    }
    Ok((checked, breaches))
}

struct Recount {
    tenant: Arc<Tenant>,
    /// The tenant with the seats that are counted, for evaluations.
    facts: Facts,
    audited: Audited,
    /// By the tenant's clock.
    now: Timestamp,
    /// Groups and SKUs with work to do: their users may be between two states.
    unsettled: BTreeSet<Work>,
    /// Dynamic groups in which some users never came to rest: their members are what the last round made of them.
    restless: BTreeSet<GroupKey>,
    consumed: BTreeMap<SkuKey, i64>,
    checked: Checked,
    breaches: Vec<String>,
}

impl Recount {
    async fn begin(store: &dyn Store, tenant: Arc<Tenant>, now: Timestamp) -> Result<Self, StoreError> {
        let unsettled = store.waiting(tenant.key).await?.value.into_iter().map(|waiting| waiting.work).collect();
        let now = tenant.profile.time_at(now);
        let mut facts = Facts::of(tenant.clone());
        facts.consumed = store.consumed(tenant.key).await?.value;
        let audited = Audited::read(store, tenant.key).await?;
        Ok(Self {
            tenant,
            facts,
            audited,
            now,
            unsettled,
            restless: BTreeSet::new(),
            consumed: BTreeMap::new(),
            checked: Checked::default(),
            breaches: Vec::new(),
        })
    }

    fn key(&self) -> TenantKey {
        self.tenant.key
    }

    async fn users(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        let mut after: Option<UserKey> = None;
        loop {
            let page = store.users(self.key(), UserSet::All, after, PAGE_USERS).await?.value;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key);
            for user in &page {
                self.user(user);
            }
        }
    }

    fn user(&mut self, user: &UserFacts) {
        self.checked.users += 1;
        let there = user.paths.iter().filter(|path| path.state != PathState::Removed);
        self.checked.paths += there.count() as u64;
        for sku in user.held_skus() {
            *self.consumed.entry(sku).or_default() += 1;
        }
        let name = user.profile.as_ref().map_or_else(String::new, |profile| profile.id.to_string());
        let licenses = assigned_licenses(&user.paths);
        let enabled = ruled_plans(&self.tenant, licenses.iter().map(|(sku, disabled)| (*sku, disabled)));
        let rules = &self.tenant.catalog.rules;
        if let Err(refusal) = plan_dependency::check(rules, &enabled).and(plan_exclusion::check(rules, &enabled)) {
            self.breaches.push(format!("user {name} has plans that cannot be together: {refusal}"));
        }
        for path in &user.paths {
            let Some(sku) = self.tenant.skus.get(&path.sku) else {
                self.breaches.push(format!("user {name} has a path of an unknown SKU"));
                continue;
            };
            if !path.disabled.as_slice().iter().all(|plan| sku.product.contains(*plan)) {
                self.breaches.push(format!("user {name} has disabled plans that {} lacks", sku.product.part_number));
            }
        }
        self.breaches.extend(self.audited.breach(user.key, &licenses).map(|what| format!("user {name} {what}")));
        self.inherited(user, &name);
        self.evaluated(user, &name);
        self.served(user, &name);
        self.selected(user, &name);
    }

    /// Each licence of each group of the user is exactly one path, and no other group's path is there unless
    /// it could not be taken away.
    fn inherited(&mut self, user: &UserFacts, name: &str) {
        if self.unsettled.contains(&Work::Users) {
            return;
        }
        for path in user.paths.iter().filter(|path| path.state != PathState::Removed) {
            let Source::Group(group) = path.source else { continue };
            let is_kept = matches!(path.state, PathState::ActiveWithError(_));
            if self.is_unwanted(user, path) && !is_kept && self.is_settled(group) {
                self.breaches.push(format!("user {name} has a path from a group that does not give it"));
            }
        }
        for group in &user.licensed_groups {
            let Some(licensed) = self.tenant.licensed_groups.get(group) else { continue };
            let lacking = licensed.licenses.keys().any(|sku| user.path(*sku, Source::Group(*group)).is_none());
            if lacking && self.is_settled(*group) {
                self.breaches.push(format!("user {name} lacks a path from group {}", licensed.id));
            }
        }
    }

    /// Evaluating the user anew leaves what is applied as it is. What is not may lag: only reprocessing heals it, or finds
    /// another reason (specification 4.6).
    fn evaluated(&mut self, user: &UserFacts, name: &str) {
        if !self.is_at_rest(user) {
            return;
        }
        let evaluation = evaluate(&self.tenant, &mut Seats::of(&self.facts), user, self.now);
        for change in &evaluation.changes {
            let (sku, source) = change.key();
            let is_applied = |path: &&Path| path.state.is_applied() && !self.is_unwanted(user, path);
            let Some(old) = user.path(sku, source).filter(is_applied) else { continue };
            let stays = matches!(change, PathChange::Put(path) if path.state.is_applied());
            if old.state == PathState::Active || !stays {
                let part_number = self.part_number(sku);
                self.breaches
                    .push(format!("user {name} has a licence of {part_number} that an evaluation would change"));
            }
        }
    }

    /// Where freed seats are given on, nobody waits while one is free.
    fn served(&mut self, user: &UserFacts, name: &str) {
        if !self.tenant.profile.settings.reprocess_when_seats_free || !self.is_at_rest(user) {
            return;
        }
        for path in user.paths.iter().filter(|path| path.state == PathState::Error(PathError::Count)) {
            if self.facts.available(path.sku) > 0 && !self.unsettled.contains(&Work::Sku(path.sku)) {
                let part_number = self.part_number(path.sku);
                self.breaches.push(format!("user {name} waits for a seat of {part_number}, and one is free"));
            }
        }
    }

    /// Nothing is left to do for the user's groups, past ones included.
    fn is_at_rest(&self, user: &UserFacts) -> bool {
        let of_paths = user.paths.iter().filter_map(|path| match path.source {
            Source::Group(group) => Some(group),
            Source::Direct => None,
        });
        let mut groups = of_paths.chain(user.licensed_groups.iter().copied());
        !self.unsettled.contains(&Work::Users) && groups.all(|group| self.is_settled(group))
    }

    fn is_unwanted(&self, user: &UserFacts, path: &Path) -> bool {
        let Source::Group(group) = path.source else { return false };
        let gives = self.tenant.licensed_groups.get(&group).is_some_and(|g| g.licenses.contains_key(&path.sku));
        !(gives && user.licensed_groups.contains(&group))
    }

    fn part_number(&self, sku: SkuKey) -> String {
        self.tenant.skus.get(&sku).map_or_else(String::new, |sku| sku.product.part_number.clone())
    }

    /// The user is in just the dynamic groups whose rules select it. Rules that follow other groups may be behind
    /// (specification 7.4). A rule that follows time has looked at the user at some moment since it was last run: only
    /// what was so all the time since then can be told.
    fn selected(&mut self, user: &UserFacts, name: &str) {
        if self.unsettled.contains(&Work::Users) {
            return;
        }
        let tenant = self.tenant.clone();
        for (key, group) in tenant.dynamic_groups.iter() {
            let is_settled = !self.unsettled.contains(&Work::Rule(key)) && !self.restless.contains(&key);
            if !group.is_on() || !is_settled {
                continue;
            }
            let is_member = user.ruled_groups.contains(&key);
            let since = group.run_at().unwrap_or(self.now);
            let Some(selected) = group.selects_throughout(&tenant, user, since, self.now) else { continue };
            match (is_member, selected) {
                (false, true) => self.breaches.push(format!("user {name} is not in a group whose rule selects it")),
                (true, false) if !group.follows_groups() => {
                    self.breaches.push(format!("user {name} is in a group whose rule does not select it"));
                }
                (true, _) | (false, false) => {}
            }
        }
    }

    fn is_settled(&self, group: GroupKey) -> bool {
        !self.unsettled.contains(&Work::Group(group))
    }

    /// A group with licences is alive.
    async fn groups(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        let mut live = BTreeSet::new();
        let mut after: Option<GroupKey> = None;
        loop {
            let page = store.groups(self.key(), GroupSet::All, after, PAGE_USERS).await?.value;
            let Some(last) = page.last() else { break };
            after = Some(last.key);
            live.extend(page.iter().map(|group| group.key));
            let failed = page.iter().filter(|group| group.rule_status == Some(RuleStatus::Failed));
            self.restless.extend(failed.map(|group| group.key));
        }
        for (key, group) in &self.tenant.licensed_groups {
            if !group.licenses.is_empty() && !live.contains(key) {
                self.breaches.push(format!("group {} has licences and is deleted", group.id));
            }
        }
        if self.tenant.dynamic_groups.iter().any(|(key, _)| !live.contains(&key)) {
            self.breaches.push("a deleted group has a rule".to_owned());
        }
        Ok(())
    }

    fn finish(mut self) -> Vec<String> {
        for (key, sku) in &self.tenant.skus {
            let kept = self.facts.consumed.get(key).copied().unwrap_or(0);
            let found = self.consumed.get(key).copied().unwrap_or(0);
            if kept != found {
                let part_number = &sku.product.part_number;
                self.breaches.push(format!("{part_number}: {kept} seats are counted, {found} users hold one"));
            }
        }
        self.breaches
    }
}
