//! Where the users and groups of a set are found: with the tenant as `$1`, and the key or time that the set names, if
//! it names one, as `$2`; from a key on, which is `$3`, and so many, `$4`.

use super::rows::Number;
use super::transaction::Parameter;
use engine::store::{GroupSet, UserSet};
use licensing::directory::Member;
use licensing::time::Timestamp;

/// What follows `SELECT` and its columns.
pub(super) struct Set {
    /// Common table expressions that go before.
    with: String,
    /// Tables and conditions.
    from: String,
    /// The key by which the set is paged.
    key: &'static str,
    /// `$2`.
    pub(super) of: Parameter,
}

impl Set {
    /// The statement that reads these columns of the set, in the order of its keys.
    pub(super) fn select(&self, columns: &str) -> String {
        let Self { with, from, key, .. } = self;
        format!("{with} SELECT {columns} FROM {from} AND {key} >= $3::int8 ORDER BY {key} LIMIT $4")
    }

    /// The statement that reads its keys, each once.
    pub(super) fn select_keys(&self) -> String {
        self.select(&format!("DISTINCT {}", self.key))
    }
}

fn set(from: impl Into<String>, key: &'static str, of: Parameter) -> Set {
    Set { with: String::new(), from: from.into(), key, of }
}

/// A set of what belongs to a key.
fn of_key(from: impl Into<String>, key: &'static str, of: u32) -> Set {
    set(from, key, Box::new(Number(of)))
}

/// A set of what was deleted after a time.
fn deleted(from: &str, key: &'static str, after: Timestamp) -> Set {
    set(from, key, Box::new(after.unix_millis))
}

/// A set that names neither.
fn all(from: impl Into<String>, key: &'static str) -> Set {
    set(from, key, Box::new(None::<Number>))
}

/// Rows of a table for each key of the list `$2`, whose items are `kind`s: those for which `condition` on `wanted.key` holds,
/// looked up key by key. A plain `= ANY ($2)` is planned by how large the server believes the table to be, and a table that
/// has just been filled is then read as a whole (decision 15).
pub(super) fn each(kind: &str, table: &str, condition: &str) -> String {
    format!(
        "unnest($2::{kind}[]) AS wanted (key)
         CROSS JOIN LATERAL (SELECT * FROM {table} WHERE tenant_id = $1 AND {condition} OFFSET 0)"
    )
}

/// Joins `m` with its user, if that lives. Each one is looked up by itself, as in [`each`].
const LIVE_MEMBER: &str = "CROSS JOIN LATERAL (SELECT 1 FROM users
    WHERE tenant_id = $1 AND user_key = m.user_key AND deleted_at IS NULL OFFSET 0) AS u";

/// Live users that `joined` lets pass.
fn live_users(joined: &str) -> String {
    format!("users u {joined} WHERE u.tenant_id = $1 AND $2::int4 IS NULL AND u.deleted_at IS NULL")
}

/// The paths of a user by which it has a licence, one of them looked for by itself.
const APPLIED: &str = "SELECT 1 FROM assignments a WHERE a.tenant_id = $1 AND a.user_key = u.user_key
    AND (a.state = 0 OR a.state BETWEEN 11 AND 16)";

pub(super) fn users(of: UserSet) -> Set {
    match of {
        UserSet::All => all(live_users(""), "u.user_key"),
        UserSet::MembersOf(group) => of_key(
            format!("memberships m {LIVE_MEMBER} WHERE m.tenant_id = $1 AND m.group_key = $2"),
            "m.user_key",
            group.0,
        ),
        UserSet::TransitiveMembersOf(group) => Set {
            with: INNER_GROUPS.to_owned(),
            // Of each group no more than a page can have.
            ..of_key(
                format!(
                    "inner_groups i CROSS JOIN LATERAL (SELECT m.user_key FROM memberships m {LIVE_MEMBER}
                      WHERE m.tenant_id = $1 AND m.group_key = i.group_key AND m.user_key >= $3::int8
                      ORDER BY m.user_key LIMIT $4) AS m WHERE TRUE"
                ),
                "m.user_key",
                group.0,
            )
        },
        UserSet::ReportsTo(manager) => of_key(
            "users u
             WHERE u.tenant_id = $1 AND u.manager_key = $2 AND u.deleted_at IS NULL",
            "u.user_key",
            manager.0,
        ),
        UserSet::OwnersOf(group) => {
            of_key(format!("owners m {LIVE_MEMBER} WHERE m.tenant_id = $1 AND m.group_key = $2"), "m.user_key", group.0)
        }
        UserSet::DeletedAfter(time) => deleted(
            "users u WHERE u.tenant_id = $1 AND u.deleted_at IS NOT NULL AND u.deleted_at > $2 AND NOT u.purged",
            "u.user_key",
            time,
        ),
        UserSet::WithLicense(sku) => of_key(
            format!(
                "users u CROSS JOIN LATERAL ({APPLIED} AND a.sku_key = $2 LIMIT 1) AS held
                 WHERE u.tenant_id = $1 AND u.deleted_at IS NULL"
            ),
            "u.user_key",
            sku.0,
        ),
        UserSet::Licensed(true) => {
            all(live_users(&format!("CROSS JOIN LATERAL ({APPLIED} LIMIT 1) AS held")), "u.user_key")
        }
        UserSet::Licensed(false) => all(
            live_users(&format!("CROSS JOIN LATERAL (SELECT 1 WHERE NOT EXISTS ({APPLIED}) OFFSET 0) AS bare")),
            "u.user_key",
        ),
        UserSet::WithErrorsFrom(group) => of_key(
            format!(
                "assignments m {LIVE_MEMBER}
                 WHERE m.tenant_id = $1 AND m.source = $2 + 1 AND m.state BETWEEN 1 AND 16"
            ),
            "m.user_key",
            group.0,
        ),
    }
}

/// A group and the live groups in it, however deep. `UNION` ends where groups are in each other.
const INNER_GROUPS: &str = "WITH RECURSIVE inner_groups(group_key) AS (
    SELECT $2::int4
    UNION
    SELECT d.group_key FROM inner_groups i CROSS JOIN LATERAL (SELECT member_key AS group_key FROM nested_memberships
      WHERE tenant_id = $1 AND group_key = i.group_key OFFSET 0) AS d
    CROSS JOIN LATERAL (SELECT 1 FROM groups
      WHERE tenant_id = $1 AND group_key = d.group_key AND deleted_at IS NULL OFFSET 0) AS g)";

/// The live groups that somebody is in, however deep; `first` finds those of which it is a direct member.
fn outer_groups(first: &str) -> String {
    format!(
        "WITH RECURSIVE outer_groups(group_key) AS (
         SELECT d.group_key FROM (SELECT group_key FROM {first} OFFSET 0) AS d {LIVE_GROUP}
         UNION
         SELECT d.group_key FROM outer_groups o CROSS JOIN LATERAL (SELECT group_key FROM nested_memberships
           WHERE tenant_id = $1 AND member_key = o.group_key OFFSET 0) AS d {LIVE_GROUP})"
    )
}

/// Joins `d` with its group, if that lives. Each one is looked up by itself, as in [`each`].
const LIVE_GROUP: &str = "CROSS JOIN LATERAL (SELECT * FROM groups
    WHERE tenant_id = $1 AND group_key = d.group_key AND deleted_at IS NULL OFFSET 0) AS g";

const OF_USER: &str = "memberships WHERE tenant_id = $1 AND user_key = $2";
const OF_GROUP: &str = "nested_memberships WHERE tenant_id = $1 AND member_key = $2";
const OWNED: &str = "owners WHERE tenant_id = $1 AND user_key = $2";

/// A faulty path of a live user from a group.
const FAULTY: &str = "SELECT 1 FROM assignments m CROSS JOIN LATERAL (SELECT 1 FROM users
      WHERE tenant_id = $1 AND user_key = m.user_key AND deleted_at IS NULL OFFSET 0) AS u
    WHERE m.tenant_id = $1 AND m.source = g.group_key + 1 AND m.state BETWEEN 1 AND 16";

/// Live groups that `joined` lets pass.
fn live_groups(joined: &str) -> String {
    format!("groups g {joined} WHERE g.tenant_id = $1 AND $2::int4 IS NULL AND g.deleted_at IS NULL")
}

pub(super) fn groups(of: GroupSet) -> Set {
    const KEY: &str = "g.group_key";
    /// What the keys are found by is in their order, or has to be put in it as a whole.
    const FOUND: &str = "d.group_key";
    let among = |names: &str, of: u32| {
        of_key(format!("(SELECT group_key FROM {names} ORDER BY group_key) AS d {LIVE_GROUP} WHERE TRUE"), FOUND, of)
    };
    let nested = |with: String, names: &str, besides: &str, of: u32| Set {
        with,
        ..of_key(format!("{names} AS d {LIVE_GROUP} WHERE {besides}"), FOUND, of)
    };
    match of {
        GroupSet::All => all(live_groups(""), KEY),
        GroupSet::DeletedAfter(time) => deleted(
            "groups g WHERE g.tenant_id = $1 AND g.deleted_at IS NOT NULL AND g.deleted_at > $2 AND NOT g.purged",
            KEY,
            time,
        ),
        GroupSet::WithMemberErrors(true) => {
            all(live_groups(&format!("CROSS JOIN LATERAL ({FAULTY} LIMIT 1) AS faulty")), KEY)
        }
        GroupSet::WithMemberErrors(false) => all(
            live_groups(&format!("CROSS JOIN LATERAL (SELECT 1 WHERE NOT EXISTS ({FAULTY}) OFFSET 0) AS sound")),
            KEY,
        ),
        GroupSet::MembersOf(parent) => of_key(
            format!(
                "(SELECT member_key AS group_key FROM nested_memberships WHERE tenant_id = $1 AND group_key = $2
                  ORDER BY member_key) AS d {LIVE_GROUP} WHERE TRUE"
            ),
            FOUND,
            parent.0,
        ),
        GroupSet::TransitiveMembersOf(parent) => {
            nested(INNER_GROUPS.to_owned(), "inner_groups", "d.group_key <> $2", parent.0)
        }
        GroupSet::OwnedBy(user) => among(OWNED, user.0),
        GroupSet::WithMember(Member::User(user)) => among(OF_USER, user.0),
        GroupSet::WithMember(Member::Group(group)) => among(OF_GROUP, group.0),
        GroupSet::TransitivelyWithMember(Member::User(user)) => {
            nested(outer_groups(OF_USER), "outer_groups", "TRUE", user.0)
        }
        GroupSet::TransitivelyWithMember(Member::Group(group)) => {
            nested(outer_groups(OF_GROUP), "outer_groups", "d.group_key <> $2", group.0)
        }
    }
}
