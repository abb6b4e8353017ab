//! Where the users and groups of a set are found: with the tenant as `?1`, and the key that the set names, if it
//! names one, as `?2`.

use engine::store::{GroupSet, UserSet};
use licensing::directory::Member;

/// What follows `SELECT` and its columns.
pub(super) struct Set {
    /// Common table expressions that go before.
    pub(super) with: String,
    /// Tables and conditions.
    pub(super) from: String,
    /// The key by which the set is paged.
    pub(super) key: &'static str,
    /// `?2`.
    pub(super) of: Option<i64>,
}

fn set(from: impl Into<String>, key: &'static str, of: Option<impl Into<i64>>) -> Set {
    Set { with: String::new(), from: from.into(), key, of: of.map(Into::into) }
}

/// A set that names no key.
fn all(from: impl Into<String>, key: &'static str) -> Set {
    set(from, key, None::<u32>)
}

const LIVE_MEMBER: &str =
    "JOIN users u ON u.tenant_id = m.tenant_id AND u.user_key = m.user_key AND u.deleted_at IS NULL";

const ALL_USERS: &str = "users u WHERE u.tenant_id = ?1 AND ?2 IS NULL AND u.deleted_at IS NULL";
/// The paths of a user by which it has a licence.
const APPLIED: &str = "FROM assignments a WHERE a.tenant_id = u.tenant_id AND a.user_key = u.user_key
    AND (a.state = 0 OR a.state BETWEEN 11 AND 16)";

pub(super) fn users(of: UserSet) -> Set {
    match of {
        UserSet::All => all(ALL_USERS, "u.user_key"),
        UserSet::MembersOf(group) => set(
            format!("memberships m {LIVE_MEMBER} WHERE m.tenant_id = ?1 AND m.group_key = ?2"),
            "m.user_key",
            Some(group.0),
        ),
        UserSet::TransitiveMembersOf(group) => Set {
            with: INNER_GROUPS.to_owned(),
            ..set(
                format!(
                    "memberships m {LIVE_MEMBER} WHERE m.tenant_id = ?1
                     AND m.group_key IN (SELECT group_key FROM inner_groups)"
                ),
                "m.user_key",
                Some(group.0),
            )
        },
        UserSet::ReportsTo(manager) => set(
            "users u INDEXED BY users_by_manager
             WHERE u.tenant_id = ?1 AND u.manager_key = ?2 AND u.deleted_at IS NULL",
            "u.user_key",
            Some(manager.0),
        ),
        UserSet::OwnersOf(group) => set(
            format!("owners m {LIVE_MEMBER} WHERE m.tenant_id = ?1 AND m.group_key = ?2"),
            "m.user_key",
            Some(group.0),
        ),
        UserSet::DeletedAfter(time) => set(
            "users u INDEXED BY users_deleted
             WHERE u.tenant_id = ?1 AND u.deleted_at IS NOT NULL AND u.deleted_at > ?2 AND u.purged = 0",
            "u.user_key",
            Some(time.unix_millis),
        ),
        UserSet::WithLicense(sku) => set(
            format!(
                "users u WHERE u.tenant_id = ?1 AND u.deleted_at IS NULL
                 AND EXISTS (SELECT 1 {APPLIED} AND a.sku_key = ?2)"
            ),
            "u.user_key",
            Some(sku.0),
        ),
        UserSet::Licensed(true) => all(format!("{ALL_USERS} AND EXISTS (SELECT 1 {APPLIED})"), "u.user_key"),
        UserSet::Licensed(false) => all(format!("{ALL_USERS} AND NOT EXISTS (SELECT 1 {APPLIED})"), "u.user_key"),
        UserSet::WithErrorsFrom(group) => set(
            "assignments a INDEXED BY assignments_faulty
             JOIN users u ON u.tenant_id = a.tenant_id AND u.user_key = a.user_key AND u.deleted_at IS NULL
             WHERE a.tenant_id = ?1 AND a.source = ?2 + 1 AND a.state BETWEEN 1 AND 16",
            "a.user_key",
            Some(group.0),
        ),
    }
}

/// A group and the live groups in it, however deep. `UNION` ends where groups are in each other. `CROSS JOIN` keeps the
/// order: left to itself the planner reads all nested groups of the tenant for each one that is reached.
const INNER_GROUPS: &str = "WITH RECURSIVE inner_groups(group_key) AS (
    SELECT ?2
    UNION
    SELECT n.member_key FROM inner_groups i
    CROSS JOIN nested_memberships n ON n.tenant_id = ?1 AND n.group_key = i.group_key
    CROSS JOIN groups g ON g.tenant_id = ?1 AND g.group_key = n.member_key AND g.deleted_at IS NULL)";

/// The live groups that somebody is in, however deep; `first` finds those of which it is a direct member.
fn outer_groups(first: &str) -> String {
    format!(
        "WITH RECURSIVE outer_groups(group_key) AS (
         SELECT d.group_key FROM {first}
         CROSS JOIN groups g ON g.tenant_id = ?1 AND g.group_key = d.group_key AND g.deleted_at IS NULL
         UNION
         SELECT n.group_key FROM outer_groups o
         CROSS JOIN nested_memberships n INDEXED BY nested_memberships_by_member
           ON n.tenant_id = ?1 AND n.member_key = o.group_key
         CROSS JOIN groups g ON g.tenant_id = ?1 AND g.group_key = n.group_key AND g.deleted_at IS NULL)"
    )
}

const OF_USER: &str = "(SELECT group_key FROM memberships INDEXED BY memberships_by_user
    WHERE tenant_id = ?1 AND user_key = ?2) d";
const OF_GROUP: &str = "(SELECT group_key FROM nested_memberships INDEXED BY nested_memberships_by_member
    WHERE tenant_id = ?1 AND member_key = ?2) d";

const OWNED: &str = "(SELECT group_key FROM owners INDEXED BY owners_by_user WHERE tenant_id = ?1 AND user_key = ?2)";

const FAULTY: &str = "EXISTS (SELECT 1 FROM assignments a INDEXED BY assignments_faulty
    JOIN users u ON u.tenant_id = a.tenant_id AND u.user_key = a.user_key AND u.deleted_at IS NULL
    WHERE a.tenant_id = g.tenant_id AND a.source = g.group_key + 1 AND a.state BETWEEN 1 AND 16)";
const ALL_GROUPS: &str = "groups g WHERE g.tenant_id = ?1 AND ?2 IS NULL AND g.deleted_at IS NULL";

pub(super) fn groups(of: GroupSet) -> Set {
    const KEY: &str = "g.group_key";
    let among = |with: String, names: &str, besides: &str, of: u32| Set {
        with,
        ..set(
            format!(
                "groups g WHERE g.tenant_id = ?1 AND g.deleted_at IS NULL
                 AND g.group_key IN (SELECT group_key FROM {names}) {besides}"
            ),
            KEY,
            Some(of),
        )
    };
    match of {
        GroupSet::All => all(ALL_GROUPS, KEY),
        GroupSet::DeletedAfter(time) => {
            set("groups g WHERE g.tenant_id = ?1 AND g.deleted_at > ?2 AND g.purged = 0", KEY, Some(time.unix_millis))
        }
        GroupSet::WithMemberErrors(true) => all(format!("{ALL_GROUPS} AND {FAULTY}"), KEY),
        GroupSet::WithMemberErrors(false) => all(format!("{ALL_GROUPS} AND NOT {FAULTY}"), KEY),
        GroupSet::MembersOf(parent) => set(
            "nested_memberships n CROSS JOIN groups g ON g.tenant_id = n.tenant_id AND g.group_key = n.member_key
             WHERE n.tenant_id = ?1 AND n.group_key = ?2 AND g.deleted_at IS NULL",
            "n.member_key",
            Some(parent.0),
        ),
        GroupSet::TransitiveMembersOf(parent) => {
            among(INNER_GROUPS.to_owned(), "inner_groups", "AND g.group_key <> ?2", parent.0)
        }
        GroupSet::OwnedBy(user) => among(String::new(), OWNED, "", user.0),
        GroupSet::WithMember(Member::User(user)) => among(String::new(), OF_USER, "", user.0),
        GroupSet::WithMember(Member::Group(group)) => among(String::new(), OF_GROUP, "", group.0),
        GroupSet::TransitivelyWithMember(Member::User(user)) => {
            among(outer_groups(OF_USER), "outer_groups", "", user.0)
        }
        GroupSet::TransitivelyWithMember(Member::Group(group)) => {
            among(outer_groups(OF_GROUP), "outer_groups", "AND g.group_key <> ?2", group.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use licensing::ids::{GroupKey, UserKey};
    use rusqlite::Connection;

    #[test]
    fn of_nested_groups_only_those_are_read_that_are_reached() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("../../migrations/sqlite/0001_initial.sql")).unwrap();
        let (user, group) = (Member::User(UserKey(1)), Member::Group(GroupKey(1)));
        for set in [
            users(UserSet::TransitiveMembersOf(GroupKey(1))),
            groups(GroupSet::TransitiveMembersOf(GroupKey(1))),
            groups(GroupSet::TransitivelyWithMember(user)),
            groups(GroupSet::TransitivelyWithMember(group)),
        ] {
            let Set { with, from, key, .. } = set;
            let sql = format!("EXPLAIN QUERY PLAN {with} SELECT DISTINCT {key} FROM {from} ORDER BY {key} LIMIT 100");
            let plan: Vec<String> =
                connection.prepare(&sql).unwrap().query_map((1, 1), |row| row.get(3)).unwrap().flatten().collect();
            let nested = |step: &&String| step.starts_with("SEARCH n ");
            assert!(plan.iter().any(|step| nested(&step)), "{plan:#?}");
            // The tenant alone leads to all nested groups that it has.
            assert!(plan.iter().filter(nested).all(|step| step.contains("AND")), "{plan:#?}");
        }
    }
}
