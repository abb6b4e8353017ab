//! How domain values are written as numbers, texts and bytes, the same in every database.

pub(crate) mod audit;

use engine::schema::{json_of, value_of};
use licensing::assignment::{DisabledPlans, PathError, PathState, Source};
use licensing::audit::Actor;
use licensing::catalog::{AppliesTo, Product, ServicePlan};
use licensing::directory::{Properties, UserProfile, Value, folded_addresses};
use licensing::dynamic_group::RuleStatus;
use licensing::facts::ProcessingState;
use licensing::ids::{ApplicationId, GroupKey, ServicePlanId, SkuId, UserId, UserKey};
use licensing::subscription::CapabilityStatus;
use licensing::tenant::TenantSettings;
use licensing::usage_location::UsageLocation;
use serde_json::{Map, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// FNV-1a: tells an edited migration from the applied one; it guards against slips, not against attacks.
pub(crate) fn checksum(text: &str) -> i64 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    i64::from_le_bytes(hash.to_le_bytes())
}

/// A count as a column; none comes near the largest integer.
pub(crate) fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The lowest key that a cursor lets through; it may be higher than any key.
pub(crate) fn after(cursor: Option<u32>) -> i64 {
    cursor.map_or(0, |cursor| i64::from(cursor) + 1)
}

pub(crate) fn disabled_blob(disabled: &DisabledPlans) -> Vec<u8> {
    disabled.as_slice().iter().flat_map(|plan| *plan.0.as_bytes()).collect()
}

pub(crate) fn disabled(bytes: &[u8]) -> Option<DisabledPlans> {
    let (plans, rest) = bytes.as_chunks::<16>();
    let plans = plans.iter().map(|plan| ServicePlanId(Uuid::from_bytes(*plan)));
    rest.is_empty().then(|| DisabledPlans::new(plans.collect()))
}

const REMOVED: i64 = 20;
const WITH_ERROR: i64 = 10;

pub(crate) fn state_number(state: PathState) -> i64 {
    match state {
        PathState::Active => 0,
        PathState::Error(error) => error_number(error),
        PathState::ActiveWithError(error) => WITH_ERROR + error_number(error),
        PathState::Removed => REMOVED,
    }
}

/// The number of [`PathError::Count`] is 1: the index of waiting users relies on it.
fn error_number(error: PathError) -> i64 {
    PathError::ALL.iter().zip(1..).find(|((other, _), _)| *other == error).map_or(0, |(_, number)| number)
}

fn error_of(number: i64) -> Option<PathError> {
    PathError::ALL.iter().zip(1..).find(|(_, other)| *other == number).map(|((error, _), _)| *error)
}

pub(crate) fn state_of(number: i64) -> Option<PathState> {
    match number {
        0 => Some(PathState::Active),
        REMOVED => Some(PathState::Removed),
        1..=WITH_ERROR => error_of(number).map(PathState::Error),
        _ => error_of(number - WITH_ERROR).map(PathState::ActiveWithError),
    }
}

pub(crate) fn source_number(source: Source) -> u32 {
    match source {
        Source::Direct => 0,
        Source::Group(GroupKey(key)) => key + 1,
    }
}

pub(crate) fn source_of(number: u32) -> Source {
    number.checked_sub(1).map_or(Source::Direct, |key| Source::Group(GroupKey(key)))
}

/// Where a value is in the list of all values of its type.
fn place<T: PartialEq>(all: &[(T, &'static str)], value: &T) -> i64 {
    all.iter().zip(0..).find(|((other, _), _)| other == value).map_or(0, |(_, number)| number)
}

/// The value at this place of the list.
fn at<T: Copy>(all: &[(T, &'static str)], number: i64) -> Option<T> {
    all.get(usize::try_from(number).ok()?).map(|(value, _)| *value)
}

pub(crate) fn processing_number(state: ProcessingState) -> i64 {
    place(&ProcessingState::ALL, &state)
}

pub(crate) fn processing_of(number: i64) -> Option<ProcessingState> {
    at(&ProcessingState::ALL, number)
}

pub(crate) fn rule_status_number(status: RuleStatus) -> i64 {
    place(&RuleStatus::ALL, &status)
}

pub(crate) fn rule_status_of(number: i64) -> Option<RuleStatus> {
    at(&RuleStatus::ALL, number)
}

pub(crate) fn status_number(status: CapabilityStatus) -> i64 {
    place(&CapabilityStatus::ALL, &status)
}

pub(crate) fn status_of(number: i64) -> Option<CapabilityStatus> {
    at(&CapabilityStatus::ALL, number)
}

/// Kind and id of an actor.
pub(crate) fn actor_columns(actor: &Actor) -> (i64, Option<Uuid>) {
    match actor {
        Actor::Operator => (0, None),
        Actor::Application(id) => (1, Some(id.0)),
        Actor::User(id) => (2, Some(id.0)),
        Actor::GroupLicensing => (3, None),
        Actor::DynamicMembership => (4, None),
    }
}

/// What [`actor_columns`] wrote.
pub(crate) fn actor(kind: i64, id: Option<Uuid>) -> Option<Actor> {
    Some(match kind {
        0 => Actor::Operator,
        1 => Actor::Application(ApplicationId(id?)),
        2 => Actor::User(UserId(id?)),
        3 => Actor::GroupLicensing,
        4 => Actor::DynamicMembership,
        _ => return None,
    })
}

pub(crate) fn sources_text(groups: &[Option<GroupKey>]) -> String {
    groups.iter().map(|group| group.map(|group| group.0)).collect::<serde_json::Value>().to_string()
}

pub(crate) fn sources(text: &str) -> Option<Vec<Option<GroupKey>>> {
    let keys: Vec<Option<u32>> = serde_json::from_str(text).ok()?;
    Some(keys.into_iter().map(|key| key.map(GroupKey)).collect())
}

pub(crate) fn properties_text(properties: &Properties) -> String {
    let members: Map<_, _> = properties.0.iter().map(|(name, value)| (name.clone(), json_of(value))).collect();
    serde_json::Value::Object(members).to_string()
}

pub(crate) fn properties(text: &str) -> Option<Properties> {
    match serde_json::from_str(text).map(value_of) {
        Ok(Value::Object(members)) => Some(Properties(members)),
        _ => None,
    }
}

/// The folded proxy addresses of a user.
pub(crate) fn addresses(profile: &UserProfile) -> BTreeSet<String> {
    folded_addresses(&profile.properties).collect()
}

pub(crate) fn texts(list: &[String]) -> String {
    serde_json::Value::from(list).to_string()
}

pub(crate) fn text_list(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text).ok()
}

pub(crate) fn settings_text(settings: TenantSettings) -> String {
    serde_json::Value::from(settings.names()).to_string()
}

pub(crate) fn settings(text: &str) -> Option<TenantSettings> {
    TenantSettings::named(text_list(text)?.iter().map(String::as_str))
}

pub(crate) fn keys_text(users: &[UserKey]) -> String {
    users.iter().map(|user| user.0).collect::<serde_json::Value>().to_string()
}

pub(crate) fn key_list(text: &str) -> Option<Vec<UserKey>> {
    let keys: Vec<u32> = serde_json::from_str(text).ok()?;
    Some(keys.into_iter().map(UserKey).collect())
}

fn applies_to_text(applies_to: AppliesTo) -> &'static str {
    match applies_to {
        AppliesTo::User => "User",
        AppliesTo::Company => "Company",
    }
}

fn applies_to(json: &serde_json::Value) -> AppliesTo {
    if json == "Company" { AppliesTo::Company } else { AppliesTo::User }
}

/// A product of the tenant's own as a JSON document.
pub(crate) fn product_document(product: &Product) -> String {
    let plan = |plan: &Arc<ServicePlan>| {
        let prohibited: Vec<&str> = plan.prohibited_in.iter().map(UsageLocation::as_str).collect();
        json!({ "id": plan.id.to_string(), "name": plan.name, "appliesTo": applies_to_text(plan.applies_to),
            "service": plan.service, "prohibitedIn": prohibited })
    };
    let plans: Vec<_> = product.plans.iter().map(plan).collect();
    json!({ "partNumber": product.part_number, "appliesTo": applies_to_text(product.applies_to), "plans": plans })
        .to_string()
}

/// What [`product_document`] wrote of the product of this id.
pub(crate) fn product(id: SkuId, document: &str) -> Option<Product> {
    let document: serde_json::Value = serde_json::from_str(document).ok()?;
    let text = |json: &serde_json::Value, name: &str| json.get(name).and_then(|v| v.as_str()).map(str::to_owned);
    let mut plans = Vec::new();
    for plan in document.get("plans").and_then(serde_json::Value::as_array)? {
        let prohibited = plan.get("prohibitedIn").and_then(serde_json::Value::as_array);
        plans.push(Arc::new(ServicePlan {
            id: ServicePlanId(Uuid::try_parse(&text(plan, "id")?).ok()?),
            name: text(plan, "name")?,
            applies_to: applies_to(&plan["appliesTo"]),
            service: text(plan, "service")?,
            prohibited_in: prohibited
                .map(|list| list.iter().filter_map(|code| UsageLocation::parse(code.as_str()?)).collect())
                .unwrap_or_default(),
        }));
    }
    let part_number = text(&document, "partNumber")?;
    Some(Product { id, part_number, applies_to: applies_to(&document["appliesTo"]), plans })
}
