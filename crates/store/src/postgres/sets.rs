//! Where the users and groups of a set are found: with the tenant as `$1`, and the key or time that the set names, if
//! it names one, as `$2`.

use super::rows::Number;
use super::transaction::Parameter;
use engine::store::{GroupSet, UserSet};
use licensing::directory::Member;
use licensing::time::Timestamp;

/// What follows `SELECT` and its columns.
pub(super) struct Set {
    /// Common table expressions that go before.
    pub(super) with: String,
    /// Tables and conditions.
    pub(super) from: String,
    /// The key by which the set is paged.
    pub(super) key: &'static str,
    /// `$2`.
    pub(super) of: Parameter,
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

const LIVE_MEMBER: &str =
    "JOIN users u ON u.tenant_id = m.tenant_id AND u.user_key = m.user_key AND u.deleted_at IS NULL";

const ALL_USERS: &str = "users u WHERE u.tenant_id = $1 AND $2::int4 IS NULL AND u.deleted_at IS NULL";
/// The paths of a user by which it has a licence.
const APPLIED: &str = "FROM assignments a WHERE a.tenant_id = u.tenant_id AND a.user_key = u.user_key
    AND (a.state = 0 OR a.state BETWEEN 11 AND 16)";

pub(super) fn users(of: UserSet) -> Set {
    match of {
        UserSet::All => all(ALL_USERS, "u.user_key"),
        UserSet::MembersOf(group) => of_key(
            format!("memberships m {LIVE_MEMBER} WHERE m.tenant_id = $1 AND m.group_key = $2"),
            "m.user_key",
            group.0,
        ),
        UserSet::TransitiveMembersOf(group) => Set {
            with: INNER_GROUPS.to_owned(),
            ..of_key(
                format!(
                    "memberships m {LIVE_MEMBER} WHERE m.tenant_id = $1
                     AND m.group_key IN (SELECT group_key FROM inner_groups)"
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
                "users u WHERE u.tenant_id = $1 AND u.deleted_at IS NULL
                 AND EXISTS (SELECT 1 {APPLIED} AND a.sku_key = $2)"
            ),
            "u.user_key",
            sku.0,
        ),
        UserSet::Licensed(true) => all(format!("{ALL_USERS} AND EXISTS (SELECT 1 {APPLIED})"), "u.user_key"),
        UserSet::Licensed(false) => all(format!("{ALL_USERS} AND NOT EXISTS (SELECT 1 {APPLIED})"), "u.user_key"),
        UserSet::WithErrorsFrom(group) => of_key(
            "assignments a
             JOIN users u ON u.tenant_id = a.tenant_id AND u.user_key = a.user_key AND u.deleted_at IS NULL
             WHERE a.tenant_id = $1 AND a.source = $2 + 1 AND a.state BETWEEN 1 AND 16",
            "a.user_key",
            group.0,
        ),
    }
}

/// A group and the live groups in it, however deep. `UNION` ends where groups are in each other.
const INNER_GROUPS: &str = "WITH RECURSIVE inner_groups(group_key) AS (
    SELECT $2::int4
    UNION
    SELECT n.member_key FROM inner_groups i
    JOIN nested_memberships n ON n.tenant_id = $1 AND n.group_key = i.group_key
    JOIN groups g ON g.tenant_id = $1 AND g.group_key = n.member_key AND g.deleted_at IS NULL)";

/// The live groups that somebody is in, however deep; `first` finds those of which it is a direct member.
fn outer_groups(first: &str) -> String {
    format!(
        "WITH RECURSIVE outer_groups(group_key) AS (
         SELECT d.group_key FROM {first}
         JOIN groups g ON g.tenant_id = $1 AND g.group_key = d.group_key AND g.deleted_at IS NULL
         UNION
         SELECT n.group_key FROM outer_groups o
         JOIN nested_memberships n
           ON n.tenant_id = $1 AND n.member_key = o.group_key
         JOIN groups g ON g.tenant_id = $1 AND g.group_key = n.group_key AND g.deleted_at IS NULL)"
    )
}

const OF_USER: &str = "(SELECT group_key FROM memberships
    WHERE tenant_id = $1 AND user_key = $2) d";
const OF_GROUP: &str = "(SELECT group_key FROM nested_memberships
    WHERE tenant_id = $1 AND member_key = $2) d";

const OWNED: &str = "(SELECT group_key FROM owners
    WHERE tenant_id = $1 AND user_key = $2) d";

const FAULTY: &str = "EXISTS (SELECT 1 FROM assignments a
    JOIN users u ON u.tenant_id = a.tenant_id AND u.user_key = a.user_key AND u.deleted_at IS NULL
    WHERE a.tenant_id = g.tenant_id AND a.source = g.group_key + 1 AND a.state BETWEEN 1 AND 16)";
const ALL_GROUPS: &str = "groups g WHERE g.tenant_id = $1 AND $2::int4 IS NULL AND g.deleted_at IS NULL";

pub(super) fn groups(of: GroupSet) -> Set {
    const KEY: &str = "g.group_key";
    let among = |with: String, names: &str, besides: &str, of: u32| Set {
        with,
        ..of_key(
            format!(
                "groups g WHERE g.tenant_id = $1 AND g.deleted_at IS NULL
                 AND g.group_key IN (SELECT group_key FROM {names}) {besides}"
            ),
            KEY,
            of,
        )
    };
    match of {
        GroupSet::All => all(ALL_GROUPS, KEY),
        GroupSet::DeletedAfter(time) => deleted(
            "groups g WHERE g.tenant_id = $1 AND g.deleted_at IS NOT NULL AND g.deleted_at > $2 AND NOT g.purged",
            KEY,
            time,
        ),
        GroupSet::WithMemberErrors(true) => all(format!("{ALL_GROUPS} AND {FAULTY}"), KEY),
        GroupSet::WithMemberErrors(false) => all(format!("{ALL_GROUPS} AND NOT {FAULTY}"), KEY),
        GroupSet::MembersOf(parent) => of_key(
            "nested_memberships n JOIN groups g ON g.tenant_id = n.tenant_id AND g.group_key = n.member_key
             WHERE n.tenant_id = $1 AND n.group_key = $2 AND g.deleted_at IS NULL",
            "n.member_key",
            parent.0,
        ),
        GroupSet::TransitiveMembersOf(parent) => {
            among(INNER_GROUPS.to_owned(), "inner_groups", "AND g.group_key <> $2", parent.0)
        }
        GroupSet::OwnedBy(user) => among(String::new(), OWNED, "", user.0),
        GroupSet::WithMember(Member::User(user)) => among(String::new(), OF_USER, "", user.0),
        GroupSet::WithMember(Member::Group(group)) => among(String::new(), OF_GROUP, "", group.0),
        GroupSet::TransitivelyWithMember(Member::User(user)) => {
            among(outer_groups(OF_USER), "outer_groups", "", user.0)
        }
        GroupSet::TransitivelyWithMember(Member::Group(group)) => {
            among(outer_groups(OF_GROUP), "outer_groups", "AND g.group_key <> $2", group.0)
        }
    }
}
