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
    pub(super) of: Option<u32>,
}

fn set(from: impl Into<String>, key: &'static str, of: Option<u32>) -> Set {
    Set { with: String::new(), from: from.into(), key, of }
}

const LIVE_MEMBER: &str =
    "JOIN users u ON u.tenant_id = m.tenant_id AND u.user_key = m.user_key AND u.deleted_at IS NULL";

pub(super) fn users(of: UserSet) -> Set {
    match of {
        UserSet::All => {
            set("users u WHERE u.tenant_id = ?1 AND ?2 IS NULL AND u.deleted_at IS NULL", "u.user_key", None)
        }
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
        UserSet::Deleted => set(
            "users u WHERE u.tenant_id = ?1 AND ?2 IS NULL AND u.deleted_at IS NOT NULL AND u.purged = 0",
            "u.user_key",
            None,
        ),
        UserSet::WithErrorsFrom(group) => set(
            "assignments a INDEXED BY assignments_faulty
             JOIN users u ON u.tenant_id = a.tenant_id AND u.user_key = a.user_key AND u.deleted_at IS NULL
             WHERE a.tenant_id = ?1 AND a.source = ?2 + 1 AND a.state BETWEEN 1 AND 16",
            "a.user_key",
            Some(group.0),
        ),
    }
}

/// A group and the live groups in it, however deep. `UNION` ends where groups are in each other.
const INNER_GROUPS: &str = "WITH RECURSIVE inner_groups(group_key) AS (
    SELECT ?2
    UNION
    SELECT n.member_key FROM inner_groups i
    JOIN nested_memberships n ON n.tenant_id = ?1 AND n.group_key = i.group_key
    JOIN groups g ON g.tenant_id = ?1 AND g.group_key = n.member_key AND g.deleted_at IS NULL)";

/// The live groups that somebody is in, however deep; `first` finds those of which it is a direct member.
fn outer_groups(first: &str) -> String {
    format!(
        "WITH RECURSIVE outer_groups(group_key) AS (
         SELECT d.group_key FROM {first}
         JOIN groups g ON g.tenant_id = ?1 AND g.group_key = d.group_key AND g.deleted_at IS NULL
         UNION
         SELECT n.group_key FROM outer_groups o
         JOIN nested_memberships n INDEXED BY nested_memberships_by_member
           ON n.tenant_id = ?1 AND n.member_key = o.group_key
         JOIN groups g ON g.tenant_id = ?1 AND g.group_key = n.group_key AND g.deleted_at IS NULL)"
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
        GroupSet::All => set(ALL_GROUPS, KEY, None),
        GroupSet::Deleted => set(
            "groups g WHERE g.tenant_id = ?1 AND ?2 IS NULL AND g.deleted_at IS NOT NULL AND g.purged = 0",
            KEY,
            None,
        ),
        GroupSet::WithMemberErrors(true) => set(format!("{ALL_GROUPS} AND {FAULTY}"), KEY, None),
        GroupSet::WithMemberErrors(false) => set(format!("{ALL_GROUPS} AND NOT {FAULTY}"), KEY, None),
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
