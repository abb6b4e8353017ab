//! How domain values are written as columns, and read back.

pub(super) use crate::columns::{
    addresses, count, disabled_blob, keys_text, processing_number, product_document, properties_text,
    rule_status_number, settings_text, source_number, sources_text, state_number, status_number, texts,
};

use super::connection::{Failure, Result};
use crate::columns;
use bytes::BytesMut;
use licensing::assignment::{DisabledPlans, Path};
use licensing::directory::Properties;
use licensing::facts::{Fence, Progress};
use licensing::ids::{SkuKey, UserKey};
use licensing::time::Timestamp;
use licensing::usage_location::UsageLocation;
use std::error::Error;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};

/// An unsigned number: most are keys, in an INTEGER; a few may be as large as they get, in a BIGINT.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number(pub(super) u32);

impl ToSql for Number {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Box<dyn Error + Sync + Send>> {
        match *ty {
            Type::INT4 => i32::try_from(self.0)?.to_sql(ty, out),
            _ => i64::from(self.0).to_sql(ty, out),
        }
    }

    accepts!(INT4, INT8);
    to_sql_checked!();
}

impl<'a> FromSql<'a> for Number {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> std::result::Result<Self, Box<dyn Error + Sync + Send>> {
        let number = match *ty {
            Type::INT4 => i32::from_sql(ty, raw)?.into(),
            _ => i64::from_sql(ty, raw)?,
        };
        Ok(Self(u32::try_from(number)?))
    }

    accepts!(INT4, INT8);
}

/// Stands for a NUL, which PostgreSQL takes in no text; it begins with a character that no text should have.
const NUL: &str = "\u{10fffe}0";
/// That character, and what stands for it where a text has it after all.
const ESCAPE: char = '\u{10fffe}';
const ESCAPED: &str = "\u{10fffe}1";

/// A text that comes from outside: it may have any character.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Text(String);

impl Text {
    pub(super) fn new(text: &str) -> Self {
        match text.contains(['\0', ESCAPE]) {
            true => Self(text.replace(ESCAPE, ESCAPED).replace('\0', NUL)),
            false => Self(text.to_owned()),
        }
    }

    pub(super) fn read(written: &str) -> String {
        match written.contains(ESCAPE) {
            true => written.replace(NUL, "\0").replace(ESCAPED, "\u{10fffe}"),
            false => written.to_owned(),
        }
    }
}

impl ToSql for Text {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.0.to_sql(ty, out)
    }

    accepts!(TEXT);
    to_sql_checked!();
}

/// A column holds what this program never writes.
pub(super) fn corrupt(what: &'static str) -> Failure {
    Failure::Corrupt(what)
}

pub(super) fn number(row: &Row, column: usize) -> Result<u32> {
    Ok(row.try_get::<_, Number>(column)?.0)
}

pub(super) fn number_or_none(row: &Row, column: usize) -> Result<Option<u32>> {
    Ok(row.try_get::<_, Option<Number>>(column)?.map(|number| number.0))
}

/// A number of a small list, kept in an INTEGER.
pub(super) fn small(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// What a small number stands for.
pub(super) fn one_of<T>(row: &Row, column: usize, all: fn(i64) -> Option<T>, what: &'static str) -> Result<T> {
    all(row.try_get::<_, i32>(column)?.into()).ok_or(corrupt(what))
}

/// What a small number stands for, if there is one.
pub(super) fn one_or_none<T>(
    row: &Row,
    column: usize,
    all: fn(i64) -> Option<T>,
    what: &'static str,
) -> Result<Option<T>> {
    let number: Option<i32> = row.try_get(column)?;
    number.map(|number| all(number.into()).ok_or(corrupt(what))).transpose()
}

/// What a document stands for.
pub(super) fn document<T>(row: &Row, column: usize, read: fn(&str) -> Option<T>, what: &'static str) -> Result<T> {
    read(row.try_get(column)?).ok_or(corrupt(what))
}

/// What [`Text`] wrote.
pub(super) fn text(row: &Row, column: usize) -> Result<String> {
    Ok(Text::read(row.try_get(column)?))
}

pub(super) fn fence(row: &Row, column: usize) -> Result<Fence> {
    Ok(Fence(row.try_get::<_, i64>(column)?.unsigned_abs()))
}

pub(super) fn time(row: &Row, column: usize) -> Result<Timestamp> {
    Ok(Timestamp::from_unix_millis(row.try_get(column)?))
}

pub(super) fn time_or_none(row: &Row, column: usize) -> Result<Option<Timestamp>> {
    Ok(row.try_get::<_, Option<i64>>(column)?.map(Timestamp::from_unix_millis))
}

pub(super) fn location(row: &Row, column: usize) -> Result<Option<UsageLocation>> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| UsageLocation::parse(text).ok_or(corrupt("no country code"))).transpose()
}

pub(super) fn disabled(row: &Row, column: usize) -> Result<DisabledPlans> {
    columns::disabled(row.try_get(column)?).ok_or(corrupt("no list of plan ids"))
}

pub(super) fn properties(row: &Row, column: usize) -> Result<Properties> {
    document(row, column, columns::properties, "no JSON object")
}

/// Columns of a path, in the order in which [`path`] reads them after `user_key`.
pub(super) const PATH_COLUMNS: &str = "user_key, sku_key, source, state, disabled, assigned_at, updated_at";

/// A path with the user it belongs to.
pub(super) fn path(row: &Row) -> Result<(UserKey, Path)> {
    let path = Path {
        sku: SkuKey(number(row, 1)?),
        source: columns::source_of(number(row, 2)?),
        state: one_of(row, 3, columns::state_of, "no path state")?,
        disabled: disabled(row, 4)?,
        assigned_at: time(row, 5)?,
        updated_at: time(row, 6)?,
    };
    Ok((UserKey(number(row, 0)?), path))
}

pub(super) fn progress(row: &Row) -> Result<Progress> {
    Ok(Progress {
        cursor: number_or_none(row, 1)?.map(UserKey),
        succeeded: row.try_get::<_, i64>(2)?.unsigned_abs(),
        failed: row.try_get::<_, i64>(3)?.unsigned_abs(),
        queued_at: time(row, 4)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_any_characters_becomes_one_that_postgresql_takes() {
        for text in ["", "plain \\0 '", "a\0b\0", "\u{10fffe}", "\u{10fffe}0", "\0\u{10fffe}1\0"] {
            let Text(written) = Text::new(text);
            assert!(!written.contains('\0'));
            assert_eq!(Text::read(&written), text);
        }
    }
}
