//! Reading columns as domain values.

pub(super) use crate::columns::{
    addresses, count, disabled_blob, keys_text, processing_number, product_document, properties_text,
    rule_status_number, settings_text, source_number, sources_text, state_number, status_number, texts,
};

use crate::columns;
use licensing::assignment::{DisabledPlans, Path};
use licensing::catalog::Product;
use licensing::directory::Properties;
use licensing::dynamic_group::RuleStatus;
use licensing::facts::{ProcessingState, Progress};
use licensing::ids::{GroupKey, SkuId, SkuKey, UserKey};
use licensing::subscription::CapabilityStatus;
use licensing::tenant::TenantSettings;
use licensing::time::Timestamp;
use licensing::usage_location::UsageLocation;
use rusqlite::types::Type;
use rusqlite::{Error, Row};

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

pub(super) fn disabled(row: &Row<'_>, column: usize) -> rusqlite::Result<DisabledPlans> {
    let bytes = row.get_ref(column)?.as_blob()?;
    columns::disabled(bytes).ok_or_else(|| corrupt(column, "no list of plan ids"))
}

/// Columns of a path (a row `a` of `assignments`), in the order in which [`path`] reads them.
pub(super) const PATH_COLUMNS: &str =
    "a.user_key, a.sku_key, a.source, a.state, a.disabled, a.assigned_at, a.updated_at";

/// A path with the user it belongs to.
pub(super) fn path(row: &Row<'_>) -> rusqlite::Result<(UserKey, Path)> {
    let path = Path {
        sku: SkuKey(row.get(1)?),
        source: columns::source_of(row.get(2)?),
        state: columns::state_of(row.get(3)?).ok_or_else(|| corrupt(3, "no path state"))?,
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

pub(super) fn processing(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<ProcessingState>> {
    let Some(number) = row.get::<_, Option<i64>>(column)? else { return Ok(None) };
    columns::processing_of(number).map(Some).ok_or_else(|| corrupt(column, "no processing state"))
}

pub(super) fn rule_status(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<RuleStatus>> {
    let Some(number) = row.get::<_, Option<i64>>(column)? else { return Ok(None) };
    columns::rule_status_of(number).map(Some).ok_or_else(|| corrupt(column, "no status of a rule"))
}

pub(super) fn sources(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<Option<GroupKey>>> {
    columns::sources(row.get_ref(column)?.as_str()?).ok_or_else(|| corrupt(column, "no JSON array of keys"))
}

pub(super) fn status(row: &Row<'_>, column: usize) -> rusqlite::Result<CapabilityStatus> {
    columns::status_of(row.get(column)?).ok_or_else(|| corrupt(column, "no status"))
}

pub(super) fn properties(row: &Row<'_>, column: usize) -> rusqlite::Result<Properties> {
    columns::properties(row.get_ref(column)?.as_str()?).ok_or_else(|| corrupt(column, "no JSON object"))
}

pub(super) fn text_list(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<String>> {
    columns::text_list(row.get_ref(column)?.as_str()?).ok_or_else(|| corrupt(column, "no JSON array of texts"))
}

pub(super) fn settings(row: &Row<'_>, column: usize) -> rusqlite::Result<TenantSettings> {
    columns::settings(row.get_ref(column)?.as_str()?).ok_or_else(|| corrupt(column, "no list of settings"))
}

pub(super) fn key_list(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<UserKey>> {
    columns::key_list(row.get_ref(column)?.as_str()?).ok_or_else(|| corrupt(column, "no JSON array of keys"))
}

pub(super) fn product(row: &Row<'_>) -> rusqlite::Result<Product> {
    let id = SkuId(row.get(0)?);
    columns::product(id, row.get_ref(1)?.as_str()?).ok_or_else(|| corrupt(1, "no product document"))
}
