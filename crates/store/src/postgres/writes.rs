//! Statements that are collected first and then run together.

use super::connection::Result;
use super::rows::Number;
use super::transaction::{Parameter, Parameters, Transaction};
use licensing::ids::TenantKey;
use std::collections::{BTreeMap, BTreeSet};
use tokio_postgres::Row;

/// Rows of one statement: more go into several, since a message to the server has 1 GB at most. A chunk of propagation is one.
const ROWS_MAX: usize = 10_000;

/// Statements to run in this order, each with the tenant as its first parameter.
pub(super) struct Writes {
    tenant: TenantKey,
    statements: Vec<(&'static str, Vec<Parameter>)>,
}

/// Rows as one array for each column: `columns!(rows => (names, of, parts) => column, column)`.
macro_rules! columns {
    ($rows:expr => $names:tt => $($value:expr),+ $(,)?) => {
        vec![$($crate::postgres::writes::column!($rows, $names, $value)),+]
    };
}

/// One of them.
macro_rules! column {
    ($rows:expr, ($name:ident), $value:expr) => {{
        let column: Vec<_> = $rows.iter().map(|$name| $value).collect();
        Box::new(column) as $crate::postgres::transaction::Parameter
    }};
    ($rows:expr, ($($name:ident),+), $value:expr) => {{
        let column: Vec<_> = $rows
            .iter()
            .map(|($($name),+)| {
                // A column needs some of the parts only.
                let _ = ($($name),+);
                $value
            })
            .collect();
        Box::new(column) as $crate::postgres::transaction::Parameter
    }};
}

pub(super) use {column, columns};

impl Writes {
    pub(super) fn of(tenant: TenantKey) -> Self {
        Self { tenant, statements: Vec::new() }
    }

    /// Adds a statement; its parameters follow the tenant.
    pub(super) fn add(&mut self, sql: &'static str, parameters: Vec<Parameter>) {
        let tenant: Parameter = Box::new(Number(self.tenant.0));
        self.statements.push((sql, std::iter::once(tenant).chain(parameters).collect()));
    }

    /// Adds a statement over rows, unless there are none; the statement for the first rows goes first.
    pub(super) fn add_rows<T>(&mut self, rows: &[T], sql: &'static str, columns: impl Fn(&[T]) -> Vec<Parameter>) {
        for rows in rows.chunks(ROWS_MAX) {
            self.add(sql, columns(rows));
        }
    }

    pub(super) async fn run(self, open: &Transaction) -> Result<()> {
        open.run(&self.statements).await
    }

    /// Runs them and, in the same round trip, a last statement; its rows.
    pub(super) async fn run_then(self, open: &Transaction, last: &str, parameters: Parameters<'_>) -> Result<Vec<Row>> {
        open.run_then(&self.statements, last, parameters).await
    }
}

/// Runs of changes of which none has a key twice, in their order. A name may go from one to another and back within a
/// change set, so each run must see what the one before it wrote.
pub(super) fn runs<K: Ord, V>(changes: impl IntoIterator<Item = (K, V)>) -> Vec<Vec<V>> {
    let mut runs = vec![Vec::new()];
    let mut seen = BTreeSet::new();
    for (key, change) in changes {
        if seen.contains(&key) {
            seen.clear();
            runs.push(Vec::new());
        }
        seen.insert(key);
        if let Some(run) = runs.last_mut() {
            run.push(change);
        }
    }
    runs
}

/// The last value given to each key, in the order of the keys.
pub(super) fn last_of<K: Ord, V>(changes: impl IntoIterator<Item = (K, V)>) -> Vec<(K, V)> {
    let changes: Vec<(K, V)> = changes.into_iter().collect();
    // As those of a chunk are.
    if changes.is_sorted_by(|(one, _), (next, _)| one < next) {
        return changes;
    }
    changes.into_iter().collect::<BTreeMap<K, V>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_so_many_rows_and_not_one_more() {
        for (rows, statements) in [(0, 0), (1, 1), (ROWS_MAX, 1), (ROWS_MAX + 1, 2), (3 * ROWS_MAX, 3)] {
            let mut writes = Writes::of(TenantKey(1));
            let rows: Vec<i64> = (0..).take(rows).collect();
            let mut written = std::cell::RefCell::new(Vec::new());
            writes.add_rows(&rows, "SELECT $2", |rows| {
                written.borrow_mut().extend_from_slice(rows);
                columns!(rows => (row) => *row)
            });
            assert_eq!((writes.statements.len(), &*written.get_mut()), (statements, &rows));
        }
    }
}
