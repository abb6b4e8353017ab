//! Counts what the server looks at for each thing that a store is asked for.

use std::collections::BTreeMap;
use std::future::Future;
use store::postgres::PostgresStore;
use tokio_postgres::Client;

/// Rows that anything may look at, and so many more for each thing that is asked for or answered.
const ROWS: (i64, i64) = (100, 20);
/// Pages, as rows; an index of the tenant that is read as a whole has more.
const PAGES: (i64, i64) = (160, 60);

/// What of a table was looked at: rows and entries of indexes, and pages of both. Entries that an index passes over by
/// itself count as pages only.
#[derive(Clone, Copy, Default)]
struct Looked {
    rows: i64,
    pages: i64,
}

const STATISTICS: &str = "SELECT t.relname::text,
        (t.seq_tup_read + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes i WHERE i.relid = t.relid))::int8,
        (SELECT heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit FROM pg_statio_user_tables b
         WHERE b.relid = t.relid)::int8
     FROM pg_stat_user_tables t WHERE EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = t.relid)";

/// Has the server count what this session has looked at.
pub(super) async fn flush(client: &Client) {
    client.batch_execute("SELECT pg_stat_force_next_flush()").await.unwrap();
}

async fn looked(store: &PostgresStore, statistics: &Client) -> BTreeMap<String, Looked> {
    store.flush_statistics().await.unwrap();
    flush(statistics).await;
    let rows = statistics.query(STATISTICS, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), Looked { rows: row.get(1), pages: row.get(2) })).collect()
}

pub(super) struct Meter<'a> {
    pub(super) store: &'a PostgresStore,
    statistics: &'a Client,
    state: &'static str,
    /// What was looked at up to now.
    before: BTreeMap<String, Looked>,
    /// What looked at more than it may.
    pub(super) convicted: Vec<String>,
}

impl<'a> Meter<'a> {
    /// Nobody but the store and the client does anything in the database, which is in a state of this name.
    pub(super) async fn new(store: &'a PostgresStore, statistics: &'a Client, state: &'static str) -> Self {
        let before = looked(store, statistics).await;
        Self { store, statistics, state, before, convicted: Vec::new() }
    }

    /// Does something that asks for so much as it says in the end.
    pub(super) async fn asks(&mut self, name: &str, what: impl Future<Output = usize>) {
        let asked = i64::try_from(what.await).unwrap();
        let (mut of_tables, mut sum) = (Vec::new(), Looked::default());
        for (table, after) in looked(self.store, self.statistics).await {
            let before = self.before.insert(table.clone(), after).unwrap_or_default();
            let (rows, pages) = (after.rows - before.rows, after.pages - before.pages);
            if rows + pages > 0 {
                of_tables.push(format!("{table} {rows}/{pages}"));
            }
            sum = Looked { rows: sum.rows + rows, pages: sum.pages + pages };
        }
        let is_too_much = sum.rows > ROWS.0 + ROWS.1 * asked || sum.pages > PAGES.0 + PAGES.1 * asked;
        let (state, of_tables) = (self.state, of_tables.join(", "));
        let line = format!("{state}: {name}: {} rows, {} pages for {asked} ({of_tables})", sum.rows, sum.pages);
        println!("{}{line}", if is_too_much { "TOO MUCH " } else { "" });
        if is_too_much {
            self.convicted.push(line);
        }
    }
}
