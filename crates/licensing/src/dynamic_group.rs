//! Groups whose members a rule selects (specification 7): the rules of a tenant, and users as rules see them.

mod known_rules;
mod subject;

use crate::facts::UserFacts;
use crate::ids::{GroupKey, UserKey};
use crate::refusal::Refusal;
use crate::tenant::Tenant;
use crate::time::Timestamp;
pub(crate) use known_rules::read;
use membership_rule::{MembershipRule, PropertyType};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use subject::seen;
use uuid::Uuid;

pub use membership_rule::{Details, Evaluation, PropertyToEvaluate};

/// Groups with memberOf rules in a tenant at most (specification 7.4).
pub const MEMBER_OF_RULES_MAX: usize = 500;
/// Dynamic groups in a tenant at most (specification 3.6).
pub const DYNAMIC_GROUPS_MAX: usize = 15_000;
/// Bytes that the regular expressions of a tenant's rules may take together: one plain expression for each group, and
/// as much again. A rule that several groups have counts for each, though it is kept once.
pub const PATTERNS_BYTES_MAX: usize = 1 << 30;

/// A group whose members a rule selects.
#[derive(Clone, Debug, PartialEq)]
pub struct DynamicGroup {
    text: String,
    is_on: bool,
    named: Named,
    run_at: Option<Timestamp>,
    rule: Arc<MembershipRule>,
}

/// The objects that a rule names, as far as they exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The groups of a memberOf rule, in its order; `None` for one that does not exist or is deleted, or (as far as
    /// it came back with one) has a memberOf rule itself.
    pub groups: Vec<Option<GroupKey>>,
    /// The manager of a Direct Reports rule, for as long as it is a live user.
    pub manager: Option<UserKey>,
}

impl DynamicGroup {
    /// A group with a rule that was read, and what that names.
    ///
    /// # Errors
    /// [`Refusal::InvalidRule`].
    pub fn new(text: &str, is_on: bool, named: Named) -> Result<Self, Refusal> {
        let rule = read(text)?;
        Ok(Self { text: text.to_owned(), is_on, named, run_at: None, rule })
    }

    /// The same, turned on or paused.
    #[must_use]
    pub fn turned(self, is_on: bool) -> Self {
        Self { is_on, run_at: self.run_at.filter(|_| is_on), ..self }
    }

    /// The same, with all users to be looked at from this time on. Of rules that do not follow time, or are paused,
    /// nothing is kept.
    #[must_use]
    pub fn run(self, at: Option<Timestamp>) -> Self {
        let run_at = at.filter(|_| self.is_on && self.rule.depends_on_time());
        Self { run_at, ..self }
    }

    /// Since when all users were last looked at because time goes by; `None` for a rule that does not follow time, or is
    /// paused.
    #[must_use]
    pub fn run_at(&self) -> Option<Timestamp> {
        self.run_at
    }

    /// `membershipRule`, as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the rule is at work; a paused one changes nothing.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// The objects that its rule names.
    #[must_use]
    pub fn named(&self) -> &Named {
        &self.named
    }

    /// The same, with the user whom its Direct Reports rule names, or `None` while there is none.
    #[must_use]
    pub fn with_manager(&self, manager: Option<UserKey>) -> Self {
        Self { named: Named { manager, ..self.named.clone() }, ..self.clone() }
    }

    /// The same, with the group of this id that its memberOf rule names, or `None` while there is none.
    #[must_use]
    pub fn with_group(&self, id: Uuid, key: Option<GroupKey>) -> Self {
        let mut named = self.named.clone();
        for (name, known) in self.rule.groups().iter().zip(&mut named.groups) {
            if id_of(name) == Some(id) {
                *known = key;
            }
        }
        Self { named, ..self.clone() }
    }

    pub(crate) fn source_keys(&self) -> impl Iterator<Item = GroupKey> {
        self.named.groups.iter().flatten().copied()
    }

    /// Whether it has a memberOf rule: an ended membership, or the end of a group that it names, does not change its
    /// members by itself (specification 7.4).
    #[must_use]
    pub fn follows_groups(&self) -> bool {
        !self.rule.groups().is_empty()
    }

    /// Bytes that the regular expressions of its rule take at most.
    pub(crate) fn pattern_bytes(&self) -> usize {
        self.rule.pattern_bytes()
    }

    fn reads_plans(&self) -> bool {
        self.rule.properties().iter().any(|property| property.property_type() == PropertyType::Plans)
    }

    /// Whether the rule selects a user whose profile is loaded.
    #[must_use]
    pub fn selects(&self, tenant: &Tenant, user: &UserFacts, now: Timestamp) -> bool {
        self.selects_throughout(tenant, user, now, now).unwrap_or(false)
    }

    /// Whether the rule selects a user at every moment from one to another; `None` if it may change in between.
    #[must_use]
    pub fn selects_throughout(
        &self,
        tenant: &Tenant,
        user: &UserFacts,
        from: Timestamp,
        to: Timestamp,
    ) -> Option<bool> {
        let is_member_of = |id: &str| {
            let named = self.rule.groups().iter().position(|group| group.eq_ignore_ascii_case(id));
            let source = named.and_then(|at| self.named.groups.get(at).copied().flatten());
            source.is_some_and(|group| user.ruled_groups.binary_search(&group).is_ok())
        };
        let reports = user.manager.is_some() && user.manager == self.named.manager;
        let manager = self.rule.manager().filter(|_| reports);
        match seen(tenant, user, &is_member_of, manager) {
            Some(user) if from == to => Some(self.rule.matches(&user, moment(from))),
            Some(user) => self.rule.matches_throughout(&user, moment(from), moment(to)),
            None => Some(false),
        }
    }
}

/// `membershipRuleProcessingStatus.status` (specification 1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleStatus {
    /// Nobody was looked at yet.
    NotStarted,
    /// Some users are done.
    Running,
    /// Some users never came to rest: what the group gives them turns its rule around.
    Failed,
    /// All users were looked at.
    Succeeded,
}

impl RuleStatus {
    /// All with their wire names.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::NotStarted, "NotStarted"),
        (Self::Running, "Running"),
        (Self::Failed, "Failed"),
        (Self::Succeeded, "Succeeded"),
    ];

    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(status, _)| *status == self).map_or("", |(_, name)| name)
    }
}

/// The dynamic groups of a tenant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DynamicGroups {
    by_key: BTreeMap<GroupKey, DynamicGroup>,
    ruled: BTreeSet<GroupKey>,
    /// Those that name the object of an id.
    by_named: BTreeMap<Uuid, Vec<GroupKey>>,
    any_is_on: bool,
    any_reads_plans: bool,
}

impl DynamicGroups {
    /// Gives a group a rule, or takes it away.
    pub fn set(&mut self, key: GroupKey, group: Option<DynamicGroup>) {
        match group {
            Some(group) => drop(self.by_key.insert(key, group)),
            None => drop(self.by_key.remove(&key)),
        }
        self.sum_up();
    }

    fn sum_up(&mut self) {
        let groups = self.by_key.values().filter(|group| group.is_on);
        self.any_is_on = groups.clone().next().is_some();
        self.any_reads_plans = groups.clone().any(DynamicGroup::reads_plans);
        self.ruled =
            self.by_key.values().flat_map(DynamicGroup::source_keys).chain(self.by_key.keys().copied()).collect();
        self.by_named.clear();
        for (key, group) in &self.by_key {
            let groups = group.rule.groups().iter().filter_map(|id| id_of(id));
            let named: BTreeSet<Uuid> = groups.chain(group.rule.manager().and_then(id_of)).collect();
            named.into_iter().for_each(|id| self.by_named.entry(id).or_default().push(*key));
        }
    }

    /// The groups with rules that name the user or group of this id, which need not exist.
    pub(crate) fn naming(&self, id: Uuid) -> impl Iterator<Item = (GroupKey, &DynamicGroup)> {
        self.by_named.get(&id).into_iter().flatten().filter_map(|key| Some((*key, self.by_key.get(key)?)))
    }

    /// The rule of a group.
    #[must_use]
    pub fn get(&self, key: GroupKey) -> Option<&DynamicGroup> {
        self.by_key.get(&key)
    }

    /// All, by key.
    pub fn iter(&self) -> impl Iterator<Item = (GroupKey, &DynamicGroup)> + Clone {
        self.by_key.iter().map(|(key, group)| (*key, group))
    }

    /// Whether a rule is at work.
    #[must_use]
    pub fn any_is_on(&self) -> bool {
        self.any_is_on
    }

    /// Whether a rule at work looks at licences.
    #[must_use]
    pub fn any_reads_plans(&self) -> bool {
        self.any_reads_plans
    }

    /// Whether there is no dynamic group.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// Whether the group is dynamic, or a memberOf rule names it.
    #[must_use]
    pub fn is_ruled(&self, group: GroupKey) -> bool {
        self.ruled.contains(&group)
    }

    /// Whether a memberOf rule at work names the group.
    pub(crate) fn is_source(&self, group: GroupKey) -> bool {
        self.is_ruled(group)
            && self.by_key.values().any(|other| other.is_on && other.named.groups.contains(&Some(group)))
    }

    /// The groups whose rules look at licences.
    pub(crate) fn reading_plans(&self) -> impl Iterator<Item = GroupKey> {
        self.iter().filter(|(_, group)| group.is_on && group.reads_plans()).map(|(key, _)| key)
    }
}

impl FromIterator<(GroupKey, DynamicGroup)> for DynamicGroups {
    fn from_iter<I: IntoIterator<Item = (GroupKey, DynamicGroup)>>(groups: I) -> Self {
        let mut all = Self { by_key: groups.into_iter().collect(), ..Self::default() };
        all.sum_up();
        all
    }
}

/// A rule that is refused in words of our own.
pub(crate) fn refused(what: &str) -> Refusal {
    let sentence = format!("Dynamic membership rule validation error: {what}");
    Refusal::InvalidRule { code: "Request_BadRequest", sentence }
}

/// The ids that a memberOf rule names, in its order; none for other texts.
///
/// ```
/// let id = "1132b215-826f-42a9-8cfe-1643d19d17fd";
/// let rule = format!("user.memberOf -any (group.objectId -in ['{id}', 'staff'])");
/// assert_eq!(licensing::dynamic_group::named_groups(&rule), [Some(id.parse()?), None]);
/// # Ok::<(), uuid::Error>(())
/// ```
#[must_use]
pub fn named_groups(text: &str) -> Vec<Option<Uuid>> {
    let rule = read(text).ok();
    rule.iter().flat_map(|rule| rule.groups()).map(|id| id_of(id)).collect()
}

/// The id that a Direct Reports rule names; none for other texts.
#[must_use]
pub fn named_manager(text: &str) -> Option<Uuid> {
    read(text).ok()?.manager().and_then(id_of)
}

/// The ids of all objects that a rule names.
pub(crate) fn named_objects(text: &str) -> impl Iterator<Item = Uuid> {
    named_groups(text).into_iter().flatten().chain(named_manager(text))
}

fn id_of(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == 36)
}

/// Whether a rule would select a user, and why (beta `evaluateDynamicMembership`). `member_of` says for each of
/// [`named_groups`] whether the user is a direct member; `manager` is the id of the user's manager, if that is live.
///
/// # Errors
/// [`Refusal::InvalidRule`].
pub fn explain(
    tenant: &Tenant,
    user: &UserFacts,
    text: &str,
    member_of: &[bool],
    manager: Option<Uuid>,
    now: Timestamp,
) -> Result<Evaluation, Refusal> {
    let rule = read(text)?;
    let is_member_of = |id: &str| {
        let named = rule.groups().iter().position(|group| group.eq_ignore_ascii_case(id));
        named.and_then(|at| member_of.get(at)).copied().unwrap_or(false)
    };
    let manager = manager.map(|id| id.to_string());
    let user = seen(tenant, user, &is_member_of, manager.as_deref())
        .ok_or_else(|| Refusal::ObjectNotFound(user.key.0.to_string()))?;
    Ok(rule.evaluate(&user, moment(now)))
}

fn moment(at: Timestamp) -> membership_rule::Timestamp {
    membership_rule::Timestamp::from_millisecond(at.unix_millis).unwrap_or_default()
}
