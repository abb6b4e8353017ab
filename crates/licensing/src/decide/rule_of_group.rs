//! What the properties of a group say of its members: assigned, or selected by a rule (specification 7.5).

use crate::change_set::ChangeSet;
use crate::command::Context;
use crate::directory::{Member, Properties, Value};
use crate::dynamic_group::{
    DYNAMIC_GROUPS_MAX, DynamicGroup, MEMBER_OF_RULES_MAX, Named, PATTERNS_BYTES_MAX, named_groups, named_manager,
    named_objects, refused,
};
use crate::facts::{Facts, Scope, UserRef};
use crate::ids::GroupKey;
use crate::refusal::Refusal;

const TYPES: &str = "groupTypes";
const RULE: &str = "membershipRule";
const STATE: &str = "membershipRuleProcessingState";

/// Asks for the objects that a rule among the properties names.
pub(super) fn add_to(properties: &Properties, scope: &mut Scope) {
    if let Some(text) = properties.text(RULE) {
        scope.objects.extend(named_objects(text));
    }
}

/// Whether the properties are those of a dynamic group.
pub(super) fn is_dynamic(properties: &Properties) -> bool {
    let types = match properties.get(TYPES) {
        Some(Value::List(types)) => types.as_slice(),
        _ => &[],
    };
    types.iter().any(|name| name.as_text() == Some("DynamicMembership"))
}

/// What follows for the group's rule when a command that gives `given` leaves it with `properties`. An assigned group
/// keeps no rule, so both properties go when a dynamic group becomes one.
pub(super) fn follow(
    facts: &Facts,
    context: &Context,
    key: GroupKey,
    given: &Properties,
    properties: &mut Properties,
) -> Result<ChangeSet, Refusal> {
    let known = facts.tenant.dynamic_groups.get(key);
    if !is_dynamic(properties) {
        let is_given = |name: &str| given.get(name).is_some_and(|value| *value != Value::Null);
        let stray = [(RULE, true), (STATE, known.is_none())].into_iter().find(|(name, bad)| *bad && is_given(name));
        if let Some((property, _)) = stray {
            return Err(Refusal::InvalidProperty { property, resource: "Group" });
        }
        properties.0.remove(RULE);
        properties.0.remove(STATE);
        return Ok(known.map(|_| ended(key)).unwrap_or_default());
    }
    let group = wanted(facts, key, given, properties)?;
    let mut changes = ChangeSet::default();
    let begins = known.is_none() || given.get(RULE).is_some() || known.is_some_and(|known| !known.is_on());
    let group = if begins { group.run(Some(context.now)) } else { group };
    match (group.is_on(), known) {
        (true, _) if begins => changes.queue_rule(key, context.now),
        (false, Some(_)) => changes.pending_rules.push((key, None)),
        _ => {}
    }
    if known.is_none() {
        changes.without_nested.push(key);
    }
    if known != Some(&group) {
        changes.dynamic_groups.push((key, Some(group)));
    }
    Ok(changes)
}

/// The group is no longer dynamic; who is a member stays one.
pub(super) fn ended(key: GroupKey) -> ChangeSet {
    ChangeSet { dynamic_groups: vec![(key, None)], pending_rules: vec![(key, None)], ..ChangeSet::default() }
}

fn wanted(facts: &Facts, key: GroupKey, given: &Properties, properties: &Properties) -> Result<DynamicGroup, Refusal> {
    let required =
        |property| properties.text(property).ok_or(Refusal::PropertyRequired { property, resource: "Group" });
    let (text, state) = (required(RULE)?, required(STATE)?);
    let invalid = |property| Refusal::InvalidProperty { property, resource: "Group" };
    let is_on = match state {
        "On" => true,
        "Paused" => false,
        _ => return Err(invalid(STATE)),
    };
    if properties.flag("isAssignableToRole") {
        return Err(invalid("isAssignableToRole"));
    }
    if let Some(known) = facts.tenant.dynamic_groups.get(key)
        && given.get(RULE).is_none()
    {
        return Ok(known.clone().turned(is_on));
    }
    let key_of = |id: Option<uuid::Uuid>| match facts.objects.get(&id?)? {
        Member::Group(group) => facts.groups.get(group).filter(|group| group.deleted_at.is_none()).map(|_| *group),
        Member::User(_) => None,
    };
    let manager = named_manager(text).and_then(|id| facts.live_user(&UserRef::Id(id))).map(|user| user.key);
    let named = Named { groups: named_groups(text).into_iter().map(key_of).collect(), manager };
    let group = DynamicGroup::new(text, is_on, named)?;
    check_quotas(facts, key, &group)?;
    if group.follows_groups() {
        check_sources(facts, key, &group)?;
    }
    Ok(group)
}

/// A tenant has so many dynamic groups, whose rules take so much memory, and not more.
fn check_quotas(facts: &Facts, key: GroupKey, group: &DynamicGroup) -> Result<(), Refusal> {
    let others = || facts.tenant.dynamic_groups.iter().filter(|(other, _)| *other != key).map(|(_, group)| group);
    let within = |wanted: usize, quota: usize, of: &'static str| {
        if wanted > quota { Err(Refusal::QuotaExceeded { wanted, quota, of }) } else { Ok(()) }
    };
    within(others().count() + 1, DYNAMIC_GROUPS_MAX, "dynamic membership groups")?;
    if group.pattern_bytes() == 0 {
        return Ok(());
    }
    let bytes = others().map(DynamicGroup::pattern_bytes).sum::<usize>() + group.pattern_bytes();
    within(bytes, PATTERNS_BYTES_MAX, "bytes of regular expressions in membership rules")
}

/// A memberOf rule names no group that has one itself, and is not named by one.
fn check_sources(facts: &Facts, key: GroupKey, group: &DynamicGroup) -> Result<(), Refusal> {
    let others = || facts.tenant.dynamic_groups.iter().filter(|(other, group)| *other != key && group.follows_groups());
    if others().count() >= MEMBER_OF_RULES_MAX {
        return Err(refused("There are too many groups with memberOf rules."));
    }
    let is_chain = |(other, follower): (GroupKey, &DynamicGroup)| {
        group.named().groups.contains(&Some(other)) || follower.named().groups.contains(&Some(key))
    };
    if group.named().groups.contains(&Some(key)) || others().any(is_chain) {
        return Err(refused("A memberOf rule cannot name a group that has a memberOf rule itself."));
    }
    Ok(())
}
