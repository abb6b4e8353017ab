//! Writing which work waits, and how far it is.

use crate::postgres::rows::{self, Number};
use crate::postgres::writes::{Writes, columns, last_of};
use licensing::ChangeSet;
use licensing::facts::Progress;
use licensing::ids::{GroupKey, SkuKey, UserKey};

pub(super) fn all(writes: &mut Writes, changes: &ChangeSet) {
    writes.add_rows(
        &last_of(changes.processing.iter().copied()),
        "UPDATE groups g SET processing = c.state FROM unnest($2::int4[], $3::int4[]) AS c (key, state)
         WHERE g.tenant_id = $1 AND g.group_key = c.key",
        |states| columns!(states => (group, state) => Number(group.0), rows::small(rows::processing_number(*state))),
    );
    let by_group = |work: &[(GroupKey, Option<Progress>)]| {
        last_of(work.iter().map(|(group, progress)| (group.0, progress.as_ref().copied())))
    };
    let by_sku = |work: &[(SkuKey, Option<Progress>)]| {
        last_of(work.iter().map(|(sku, progress)| (sku.0, progress.as_ref().copied())))
    };
    progress(writes, &PENDING_GROUPS, &by_group(&changes.pending_groups));
    progress(writes, &PENDING_SKUS, &by_sku(&changes.pending_skus));
    progress(writes, &PENDING_RULES, &by_group(&changes.pending_rules));
    let user_keys = |users: &[UserKey]| columns!(users => (user) => Number(user.0));
    writes.add_rows(
        &changes.settled_users,
        "DELETE FROM pending_users WHERE tenant_id = $1 AND user_key = ANY ($2)",
        user_keys,
    );
    writes.add_rows(
        &changes.pending_users.iter().copied().collect::<Vec<_>>(),
        "INSERT INTO pending_users SELECT $1::int4, * FROM unnest($2::int4[]) ON CONFLICT DO NOTHING",
        user_keys,
    );
}

/// How the progress of a kind of work is written, and removed.
struct ProgressTable {
    put: &'static str,
    remove: &'static str,
}

macro_rules! progress_table {
    ($table:literal, $key:literal) => {
        ProgressTable {
            put: concat!(
                "INSERT INTO ",
                $table,
                " SELECT $1::int4, * FROM unnest($2::int4[], $3::int4[], $4::int8[], $5::int8[], $6::int8[])
                 ON CONFLICT (tenant_id, ",
                $key,
                ") DO UPDATE SET cursor = excluded.cursor, succeeded = excluded.succeeded,
                    failed = excluded.failed, queued_at = excluded.queued_at"
            ),
            remove: concat!("DELETE FROM ", $table, " WHERE tenant_id = $1 AND ", $key, " = ANY ($2)"),
        }
    };
}

const PENDING_GROUPS: ProgressTable = progress_table!("pending_groups", "group_key");
const PENDING_SKUS: ProgressTable = progress_table!("pending_skus", "sku_key");
const PENDING_RULES: ProgressTable = progress_table!("pending_rules", "group_key");

fn progress(writes: &mut Writes, table: &ProgressTable, work: &[(u32, Option<Progress>)]) {
    let waits: Vec<(u32, Progress)> = work.iter().filter_map(|(key, progress)| Some((*key, (*progress)?))).collect();
    let done: Vec<u32> = work.iter().filter(|(_, progress)| progress.is_none()).map(|(key, _)| *key).collect();
    writes.add_rows(&waits, table.put, |waits| {
        columns!(waits => (key, progress) =>
            Number(*key),
            progress.cursor.map(|cursor| Number(cursor.0)),
            rows::count(progress.succeeded),
            rows::count(progress.failed),
            progress.queued_at.unix_millis,
        )
    });
    writes.add_rows(&done, table.remove, |done| columns!(done => (key) => Number(*key)));
}
