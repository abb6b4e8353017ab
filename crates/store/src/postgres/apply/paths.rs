//! Writing the paths by which users have licences.

use crate::postgres::rows::{self, Number};
use crate::postgres::transaction::Parameter;
use crate::postgres::writes::{Writes, columns, last_of};
use licensing::assignment::Path;
use licensing::change_set::PathChange;
use licensing::facts::UserFacts;
use licensing::ids::{SkuKey, UserKey};
use licensing::{ChangeSet, Facts};

macro_rules! insert_paths {
    () => {
        "INSERT INTO assignments SELECT $1::int4, * FROM
            unnest($2::int4[], $3::int4[], $4::int4[], $5::int4[], $6::bytea[], $7::int8[], $8::int8[])"
    };
}

/// So many rows are worth a statement of their own.
const ALIKE_MIN: usize = 64;

/// What identifies a path: its user, SKU and source.
pub(in crate::postgres) type PathKey = (UserKey, SkuKey, u32);

/// The paths that a commit loaded of its users. What it puts beside them is new, and written without looking for what
/// might be there: that takes half the time, and a fan-out writes little else.
pub(in crate::postgres) struct Loaded {
    /// Both ascending.
    users: Vec<UserKey>,
    paths: Vec<PathKey>,
}

impl Loaded {
    pub(in crate::postgres) fn of(facts: &Facts) -> Self {
        let key = |user: &UserFacts, path: &Path| (user.key, path.sku, rows::source_number(path.source));
        let mut paths: Vec<PathKey> =
            facts.users.values().flat_map(|user| user.paths.iter().map(move |path| key(user, path))).collect();
        paths.sort_unstable();
        Self { users: facts.users.keys().copied().collect(), paths }
    }

    pub(in crate::postgres) fn lacks(&self, path: &PathKey) -> bool {
        self.users.binary_search(&path.0).is_ok() && self.paths.binary_search(path).is_err()
    }
}

pub(super) fn put_and_drop(writes: &mut Writes, changes: &ChangeSet, is_new: impl Fn(&PathKey) -> bool) {
    let (mut new, mut put, mut dropped) = (Vec::new(), Vec::new(), Vec::new());
    for (key, change) in last_of(changes.paths.iter().map(|(user, change)| {
        let (sku, source) = change.key();
        ((*user, sku, rows::source_number(source)), change)
    })) {
        match change {
            PathChange::Put(path) if is_new(&key) => new.push((key.0, path)),
            PathChange::Put(path) => put.push((key.0, path)),
            PathChange::Drop(..) => dropped.push(key),
        }
    }
    add_alike(writes, &mut new);
    writes.add_rows(&new, insert_paths!(), path_columns);
    writes.add_rows(
        &put,
        concat!(
            insert_paths!(),
            " ON CONFLICT (tenant_id, user_key, sku_key, source) DO UPDATE SET state = excluded.state,
            disabled = excluded.disabled, assigned_at = excluded.assigned_at, updated_at = excluded.updated_at"
        ),
        path_columns,
    );
    writes.add_rows(
        &dropped,
        "DELETE FROM assignments a USING unnest($2::int4[], $3::int4[], $4::int4[]) AS d (user_key, sku_key, source)
         WHERE a.tenant_id = $1 AND a.user_key = d.user_key AND a.sku_key = d.sku_key AND a.source = d.source",
        |dropped| columns!(dropped => (user, sku, source) => Number(user.0), Number(sku.0), Number(*source)),
    );
}

/// Writes those of the paths that are like the first one but for their users, if there are many of them, and leaves the
/// others: of a group's licence most members have the same, which then is told once and not for each of them.
fn add_alike(writes: &mut Writes, new: &mut Vec<(UserKey, &Path)>) {
    let Some((_, first)) = new.first().copied() else { return };
    let (alike, others): (Vec<_>, Vec<_>) = new.iter().copied().partition(|(_, path)| *path == first);
    if alike.len() < ALIKE_MIN {
        return;
    }
    *new = others;
    let users: Vec<Number> = alike.into_iter().map(|(user, _)| Number(user.0)).collect();
    writes.add(
        "INSERT INTO assignments SELECT $1::int4, u.key, $3::int4, $4::int4, $5::int4, $6::bytea, $7::int8, $8::int8
         FROM unnest($2::int4[]) AS u (key)",
        vec![
            Box::new(users),
            Box::new(Number(first.sku.0)),
            Box::new(Number(rows::source_number(first.source))),
            Box::new(rows::small(rows::state_number(first.state))),
            Box::new(rows::disabled_blob(&first.disabled)),
            Box::new(first.assigned_at.unix_millis),
            Box::new(first.updated_at.unix_millis),
        ],
    );
}

fn path_columns(paths: &[(UserKey, &Path)]) -> Vec<Parameter> {
    columns!(paths => (user, path) =>
        Number(user.0),
        Number(path.sku.0),
        Number(rows::source_number(path.source)),
        rows::small(rows::state_number(path.state)),
        rows::disabled_blob(&path.disabled),
        path.assigned_at.unix_millis,
        path.updated_at.unix_millis,
    )
}
