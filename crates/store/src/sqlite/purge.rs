//! Deleting for good: rows that something refers to stay, with nothing but id and names.

use licensing::directory::Member;
use licensing::ids::TenantKey;
use rusqlite::Connection;

/// What goes with a user.
const OF_USER: [&str; 7] = [
    "DELETE FROM assignments WHERE tenant_id = ?1 AND user_key = ?2",
    "DELETE FROM memberships WHERE tenant_id = ?1 AND user_key = ?2",
    "DELETE FROM owners WHERE tenant_id = ?1 AND user_key = ?2",
    "DELETE FROM proxy_addresses WHERE tenant_id = ?1 AND user_key = ?2",
    "DELETE FROM role_assignments WHERE tenant_id = ?1 AND user_key = ?2",
    "DELETE FROM pending_users WHERE tenant_id = ?1 AND user_key = ?2",
    "UPDATE users SET purged = 1, usage_location = NULL, manager_key = NULL,
        properties = json_patch('{}', json_object('displayName', properties ->> '$.displayName'))
     WHERE tenant_id = ?1 AND user_key = ?2",
];

/// Members of a group stay: its licences may still have to be taken back from them.
const OF_GROUP: [&str; 2] = [
    "DELETE FROM owners WHERE tenant_id = ?1 AND group_key = ?2",
    "UPDATE groups SET purged = 1, folded_unique_name = NULL,
        properties = json_patch('{}', json_object('displayName', properties ->> '$.displayName'))
     WHERE tenant_id = ?1 AND group_key = ?2",
];

pub(super) fn all(connection: &Connection, tenant: TenantKey, purged: &[Member]) -> rusqlite::Result<()> {
    for member in purged {
        let (statements, key) = match member {
            Member::User(user) => (OF_USER.as_slice(), user.0),
            Member::Group(group) => (OF_GROUP.as_slice(), group.0),
        };
        for sql in statements {
            connection.prepare_cached(sql)?.execute((tenant.0, key))?;
        }
    }
    Ok(())
}
