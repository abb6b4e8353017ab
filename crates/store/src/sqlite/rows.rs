//! How domain values are written as columns, and read back.

use engine::schema::{json_of, value_of};
use licensing::assignment::{DisabledPlans, Path, PathError, PathState, Source};
use licensing::catalog::{AppliesTo, Product, ServicePlan};
use licensing::directory::{Properties, Value};
use licensing::dynamic_group::RuleStatus;
use licensing::facts::{ProcessingState, Progress};
use licensing::ids::{GroupKey, ServicePlanId, SkuId, SkuKey, UserKey};
use licensing::subscription::CapabilityStatus;
use licensing::tenant::TenantSettings;
use licensing::time::Timestamp;
use licensing::usage_location::UsageLocation;
use rusqlite::types::Type;
use rusqlite::{Error, Row};
use serde_json::{Map, json};
use std::sync::Arc;
use uuid::Uuid;

/// A count as a column; none comes near the largest integer.
pub(super) fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A column holds what this program never writes.
pub(super) fn corrupt(column: usize, what: &'static str) -> Error {
    Error::FromSqlConversionFailure(column, Type::Null, what.into())
}

pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_unix_millis)
}

pub(super) fn time_or_none(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_unix_millis))
}

pub(super) fn location(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<UsageLocation>> {
    let text = row.get_ref(column)?.as_str_or_null()?;
    text.map(|text| UsageLocation::parse(text).ok_or_else(|| corrupt(column, "no country code"))).transpose()
}

pub(super) fn disabled_blob(disabled: &DisabledPlans) -> Vec<u8> {
    disabled.as_slice().iter().flat_map(|plan| *plan.0.as_bytes()).collect()
}

pub(super) fn disabled(row: &Row<'_>, column: usize) -> rusqlite::Result<DisabledPlans> {
    let bytes = row.get_ref(column)?.as_blob()?;
    let (plans, rest) = bytes.as_chunks::<16>();
    if !rest.is_empty() {
        return Err(corrupt(column, "no list of plan ids"));
    }
    Ok(DisabledPlans::new(plans.iter().map(|plan| ServicePlanId(Uuid::from_bytes(*plan))).collect()))
}

const REMOVED: i64 = 20;
const WITH_ERROR: i64 = 10;

pub(super) fn state_number(state: PathState) -> i64 {
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

fn state_of(number: i64) -> Option<PathState> {
    match number {
        0 => Some(PathState::Active),
        REMOVED => Some(PathState::Removed),
        1..=WITH_ERROR => error_of(number).map(PathState::Error),
        _ => error_of(number - WITH_ERROR).map(PathState::ActiveWithError),
    }
}

pub(super) fn source_number(source: Source) -> u32 {
    match source {
        Source::Direct => 0,
        Source::Group(GroupKey(key)) => key + 1,
    }
}

fn source_of(number: u32) -> Source {
    number.checked_sub(1).map_or(Source::Direct, |key| Source::Group(GroupKey(key)))
}

/// Columns of a path, in the order in which [`path`] reads them after `user_key`.
pub(super) const PATH_COLUMNS: &str = "user_key, sku_key, source, state, disabled, assigned_at, updated_at";

/// A path with the user it belongs to.
pub(super) fn path(row: &Row<'_>) -> rusqlite::Result<(UserKey, Path)> {
    let path = Path {
        sku: SkuKey(row.get(1)?),
        source: source_of(row.get(2)?),
        state: state_of(row.get(3)?).ok_or_else(|| corrupt(3, "no path state"))?,
        disabled: disabled(row, 4)?,
        assigned_at: time(row, 5)?,
        updated_at: time(row, 6)?,
    };
    Ok((UserKey(row.get(0)?), path))
}

pub(super) fn progress(row: &Row<'_>) -> rusqlite::Result<Progress> {
    Ok(Progress {
        cursor: row.get::<_, Option<u32>>(1)?.map(UserKey),
        succeeded: row.get::<_, i64>(2)?.unsigned_abs(),
        failed: row.get::<_, i64>(3)?.unsigned_abs(),
        queued_at: time(row, 4)?,
    })
}

pub(super) fn processing_number(state: ProcessingState) -> i64 {
    ProcessingState::ALL.iter().zip(0..).find(|((other, _), _)| *other == state).map_or(0, |(_, number)| number)
}

pub(super) fn processing(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<ProcessingState>> {
    let Some(number) = row.get::<_, Option<u32>>(column)? else { return Ok(None) };
    let (state, _) = ProcessingState::ALL.get(number as usize).ok_or_else(|| corrupt(column, "no processing state"))?;
    Ok(Some(*state))
}

pub(super) fn rule_status_number(status: RuleStatus) -> i64 {
    RuleStatus::ALL.iter().zip(0..).find(|((other, _), _)| *other == status).map_or(0, |(_, number)| number)
}

pub(super) fn rule_status(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<RuleStatus>> {
    let Some(number) = row.get::<_, Option<u32>>(column)? else { return Ok(None) };
    let (status, _) = RuleStatus::ALL.get(number as usize).ok_or_else(|| corrupt(column, "no status of a rule"))?;
    Ok(Some(*status))
}

pub(super) fn sources_text(groups: &[Option<GroupKey>]) -> String {
    groups.iter().map(|group| group.map(|group| group.0)).collect::<serde_json::Value>().to_string()
}

pub(super) fn sources(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<Option<GroupKey>>> {
    let keys: Vec<Option<u32>> =
        serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|_| corrupt(column, "no JSON array of keys"))?;
    Ok(keys.into_iter().map(|key| key.map(GroupKey)).collect())
}

pub(super) fn status_number(status: CapabilityStatus) -> i64 {
    CapabilityStatus::ALL.iter().zip(0..).find(|((other, _), _)| *other == status).map_or(0, |(_, number)| number)
}

pub(super) fn status(row: &Row<'_>, column: usize) -> rusqlite::Result<CapabilityStatus> {
    let number = row.get::<_, u32>(column)?;
    CapabilityStatus::ALL.get(number as usize).map(|(status, _)| *status).ok_or_else(|| corrupt(column, "no status"))
}

pub(super) fn properties_text(properties: &Properties) -> String {
    let members: Map<_, _> = properties.0.iter().map(|(name, value)| (name.clone(), json_of(value))).collect();
    serde_json::Value::Object(members).to_string()
}

pub(super) fn properties(row: &Row<'_>, column: usize) -> rusqlite::Result<Properties> {
    let text = row.get_ref(column)?.as_str()?;
    match serde_json::from_str(text).map(value_of) {
        Ok(Value::Object(members)) => Ok(Properties(members)),
        _ => Err(corrupt(column, "no JSON object")),
    }
}

pub(super) fn texts(list: &[String]) -> String {
    serde_json::Value::from(list).to_string()
}

pub(super) fn text_list(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<String>> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|_| corrupt(column, "no JSON array of texts"))
}

pub(super) fn settings_text(settings: TenantSettings) -> String {
    serde_json::Value::from(settings.names()).to_string()
}

pub(super) fn settings(row: &Row<'_>, column: usize) -> rusqlite::Result<TenantSettings> {
    let names = text_list(row, column)?;
    TenantSettings::named(names.iter().map(String::as_str)).ok_or_else(|| corrupt(column, "no such setting"))
}

pub(super) fn keys_text(users: &[UserKey]) -> String {
    users.iter().map(|user| user.0).collect::<serde_json::Value>().to_string()
}

pub(super) fn key_list(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<UserKey>> {
    let keys: Vec<u32> =
        serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|_| corrupt(column, "no JSON array of keys"))?;
    Ok(keys.into_iter().map(UserKey).collect())
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
pub(super) fn product_document(product: &Product) -> String {
    let plan = |plan: &Arc<ServicePlan>| {
        let prohibited: Vec<&str> = plan.prohibited_in.iter().map(UsageLocation::as_str).collect();
        json!({ "id": plan.id.to_string(), "name": plan.name, "appliesTo": applies_to_text(plan.applies_to),
            "service": plan.service, "prohibitedIn": prohibited })
    };
    let plans: Vec<_> = product.plans.iter().map(plan).collect();
    json!({ "partNumber": product.part_number, "appliesTo": applies_to_text(product.applies_to), "plans": plans })
        .to_string()
}

pub(super) fn product(row: &Row<'_>) -> rusqlite::Result<Product> {
    let bad = || corrupt(1, "no product document");
    let document: serde_json::Value = serde_json::from_str(row.get_ref(1)?.as_str()?).map_err(|_| bad())?;
    let text = |json: &serde_json::Value, name: &str| json.get(name).and_then(|v| v.as_str()).map(str::to_owned);
    let mut plans = Vec::new();
    for plan in document.get("plans").and_then(serde_json::Value::as_array).ok_or_else(bad)? {
        let id = text(plan, "id").and_then(|id| Uuid::try_parse(&id).ok()).ok_or_else(bad)?;
        let prohibited = plan.get("prohibitedIn").and_then(serde_json::Value::as_array);
        plans.push(Arc::new(ServicePlan {
            id: ServicePlanId(id),
            name: text(plan, "name").ok_or_else(bad)?,
            applies_to: applies_to(&plan["appliesTo"]),
            service: text(plan, "service").ok_or_else(bad)?,
            prohibited_in: prohibited
                .map(|list| list.iter().filter_map(|code| UsageLocation::parse(code.as_str()?)).collect())
                .unwrap_or_default(),
        }));
    }
    let part_number = text(&document, "partNumber").ok_or_else(bad)?;
    Ok(Product { id: SkuId(row.get(0)?), part_number, applies_to: applies_to(&document["appliesTo"]), plans })
}
