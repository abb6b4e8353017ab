//! Who may do what (specification 1.6, 1.7): one row for each operation.
//!
//! The published tables differ by age, so a row accepts the union of the old and the new permissions.
//! `X.ReadWrite.All` includes `X.Read.All`; where reading is enough, rows name both.

use crate::operation::Operation;
use uuid::{Uuid, uuid};

/// A directory role with its template id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectoryRole {
    /// Its display name.
    pub name: &'static str,
    /// Its template id, as in the token's `wids`.
    pub template: Uuid,
}

const fn role(name: &'static str, template: Uuid) -> DirectoryRole {
    DirectoryRole { name, template }
}

const BILLING: DirectoryRole = role("Billing Administrator", uuid!("b0f54661-2d74-4c50-afa3-1ec803f12efe"));
const DIRECTORY_READERS: DirectoryRole = role("Directory Readers", uuid!("88d8e3e3-8f55-4a1e-953a-9b9898b8876b"));
const DIRECTORY_WRITERS: DirectoryRole = role("Directory Writers", uuid!("9360feb5-f418-4baa-8175-e2a00bac4301"));
const GLOBAL: DirectoryRole = role("Global Administrator", uuid!("62e90394-69f5-4237-9190-012177145e10"));
const GLOBAL_READER: DirectoryRole = role("Global Reader", uuid!("f2ef992c-3afb-46b9-b7cf-a126ee74c451"));
const GROUPS: DirectoryRole = role("Groups Administrator", uuid!("fdd7a751-b60b-444a-984c-02652fe8fa1c"));
const HELPDESK: DirectoryRole = role("Helpdesk Administrator", uuid!("729827e3-9c14-49f7-bb1b-9608f156bbb8"));
const LICENSE: DirectoryRole = role("License Administrator", uuid!("4d6ac14f-3453-41d0-bef9-a3e0c569773a"));
const PRIVILEGED: DirectoryRole = role("Privileged Role Administrator", uuid!("e8611ab8-c189-46e8-94e1-60213ab1f814"));
const REPORTS_READER: DirectoryRole = role("Reports Reader", uuid!("4a5d8f65-41da-4de4-8968-e035b65339cf"));
const SECURITY_READER: DirectoryRole = role("Security Reader", uuid!("5d6b6bb7-de71-4623-b4af-96380a352509"));
const SERVICE_SUPPORT: DirectoryRole =
    role("Service Support Administrator", uuid!("f023fd81-a637-4b56-95fd-791ac0226033"));
const USERS: DirectoryRole = role("User Administrator", uuid!("fe930be7-5e62-47db-91af-98c3a49a38b1"));

/// Every directory role that a world may name.
pub const DIRECTORY_ROLES: [DirectoryRole; 13] = [
    BILLING,
    DIRECTORY_READERS,
    DIRECTORY_WRITERS,
    GLOBAL,
    GLOBAL_READER,
    GROUPS,
    HELPDESK,
    LICENSE,
    PRIVILEGED,
    REPORTS_READER,
    SECURITY_READER,
    SERVICE_SUPPORT,
    USERS,
];

/// The role of this display name (case ignored) or template id.
#[must_use]
pub fn find_role(text: &str) -> Option<DirectoryRole> {
    DIRECTORY_ROLES
        .into_iter()
        .find(|role| role.name.eq_ignore_ascii_case(text) || role.template.to_string() == text.to_lowercase())
}

/// Who may do one operation.
#[derive(Clone, Copy, Debug)]
pub struct Permission {
    /// The operation.
    pub operation: Operation,
    /// Scopes of which a delegated token needs one.
    pub scopes: &'static [&'static str],
    /// App roles of which an application's token needs one.
    pub app_roles: &'static [&'static str],
    /// Directory roles of which the signed-in user needs one; none are needed when empty.
    pub directory_roles: &'static [DirectoryRole],
}

const WRITE_USER_LICENSE: &[&str] = &[
    "LicenseAssignment.ReadWrite.All",
    "User.ReadWrite.All",
    "Directory.ReadWrite.All",
    "AgentIdUser.ReadWrite.All",
    "AgentIdUser.ReadWrite.IdentityParentedBy",
];
const WRITE_GROUP_LICENSE: &[&str] =
    &["LicenseAssignment.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"];
const REPROCESS: &[&str] = &[
    "User.ReadWrite.All",
    "Directory.ReadWrite.All",
    "AgentIdUser.ReadWrite.All",
    "AgentIdUser.ReadWrite.IdentityParentedBy",
];
const READ_LICENSE_DETAILS: &[&str] = &[
    "LicenseAssignment.Read.All",
    "LicenseAssignment.ReadWrite.All",
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "AgentIdUser.ReadWrite.All",
    "AgentIdUser.ReadWrite.IdentityParentedBy",
];
const READ_SUBSCRIPTIONS: &[&str] = &[
    "LicenseAssignment.Read.All",
    "LicenseAssignment.ReadWrite.All",
    "Organization.Read.All",
    "Organization.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
const READ_ORGANIZATION: &[&str] =
    &["Organization.Read.All", "Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
const READ_SELF: &[&str] = &[
    "User.Read",
    "User.ReadWrite",
    "User.ReadBasic.All",
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
/// Names and addresses of others.
const READ_USER_BASICS: &[&str] = &["User.ReadBasic.All"];
const READ_USERS: &[&str] = &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
const WRITE_USERS: &[&str] = &["User.ReadWrite.All", "Directory.ReadWrite.All"];
const READ_GROUPS: &[&str] =
    &["Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
const READ_MEMBERS: &[&str] = &[
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
const READ_MEMBER_OF: &[&str] = &[
    "User.Read.All",
    "User.ReadWrite.All",
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
/// Members of groups that hide them: beside the right to read members, and included in no other.
const READ_HIDDEN_MEMBERS: &[&str] = &["Member.Read.Hidden"];
const READ_DIRECTORY: &[&str] = &["Directory.Read.All", "Directory.ReadWrite.All"];
/// Whoever may read deleted users or deleted groups; which of them, the object decides.
const READ_DELETED: &[&str] = &[
    "User.Read.All",
    "User.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
/// Whoever may restore or delete for good users or groups; which of them, the object decides.
const WRITE_DELETED: &[&str] = &["User.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"];
const WRITE_GROUPS: &[&str] = &["Group.ReadWrite.All", "Directory.ReadWrite.All"];
/// Nothing higher: the right to write the directory does not include it.
const DELETE_GROUPS: &[&str] = &["Group.ReadWrite.All"];
const WRITE_MEMBERS: &[&str] = &["GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"];
const READ_DEVICES: &[&str] =
    &["DeviceManagementManagedDevices.Read.All", "DeviceManagementManagedDevices.ReadWrite.All"];
/// The app role of Seatwright's own calls, which Graph does not have. No signed-in user may make them.
pub const ADMIN_ROLE: &str = "Seatwright.Admin";

const READ_AUDIT_LOG: &[&str] = &["AuditLog.Read.All"];

const LICENSE_WRITERS: &[DirectoryRole] = &[DIRECTORY_WRITERS, LICENSE, USERS, GLOBAL];
const GROUP_LICENSE_WRITERS: &[DirectoryRole] = &[DIRECTORY_WRITERS, GROUPS, LICENSE, USERS, GLOBAL];
const USER_WRITERS: &[DirectoryRole] = &[DIRECTORY_WRITERS, USERS, GLOBAL];
const LOCATION_WRITERS: &[DirectoryRole] = &[DIRECTORY_WRITERS, LICENSE, USERS, GLOBAL];
const USER_DELETERS: &[DirectoryRole] = &[USERS, GLOBAL];
const GROUP_PURGERS: &[DirectoryRole] = &[GROUPS, GLOBAL];
const GROUP_WRITERS: &[DirectoryRole] = &[DIRECTORY_WRITERS, GROUPS, USERS, GLOBAL];
/// Administrators of any kind may see what the company has bought; other users may not.
const SUBSCRIPTION_READERS: &[DirectoryRole] = &DIRECTORY_ROLES;
const AUDIT_READERS: &[DirectoryRole] = &[GLOBAL_READER, REPORTS_READER, SECURITY_READER, GLOBAL];
/// Who sees the members of groups that it does not belong to.
const HIDDEN_MEMBER_READERS: &[DirectoryRole] = &[HELPDESK, USERS, GLOBAL];
const ANYBODY: &[DirectoryRole] = &[];

const fn row(
    operation: Operation,
    scopes: &'static [&'static str],
    app_roles: &'static [&'static str],
    directory_roles: &'static [DirectoryRole],
) -> Permission {
    Permission { operation, scopes, app_roles, directory_roles }
}

/// The whole table.
pub const PERMISSIONS: [Permission; 36] = [
    row(Operation::AssignUserLicense, WRITE_USER_LICENSE, WRITE_USER_LICENSE, LICENSE_WRITERS),
    row(Operation::AssignGroupLicense, WRITE_GROUP_LICENSE, WRITE_GROUP_LICENSE, GROUP_LICENSE_WRITERS),
    row(Operation::ReprocessUserLicense, REPROCESS, REPROCESS, LICENSE_WRITERS),
    row(Operation::ListLicenseDetails, READ_LICENSE_DETAILS, READ_LICENSE_DETAILS, ANYBODY),
    row(Operation::ListSubscribedSkus, READ_SUBSCRIPTIONS, READ_SUBSCRIPTIONS, SUBSCRIPTION_READERS),
    row(Operation::ListSubscriptions, READ_SUBSCRIPTIONS, READ_SUBSCRIPTIONS, SUBSCRIPTION_READERS),
    row(Operation::ReadOrganization, READ_ORGANIZATION, READ_ORGANIZATION, ANYBODY),
    row(Operation::ReadSelf, READ_SELF, &[], ANYBODY),
    row(Operation::ReadUser, READ_USERS, READ_USERS, ANYBODY),
    row(Operation::CreateUser, WRITE_USERS, WRITE_USERS, USER_WRITERS),
    row(Operation::UpdateUser, WRITE_USERS, WRITE_USERS, USER_WRITERS),
    row(Operation::UpdateUsageLocation, WRITE_USERS, WRITE_USERS, LOCATION_WRITERS),
    row(Operation::DeleteUser, WRITE_USERS, WRITE_USERS, USER_DELETERS),
    row(Operation::RestoreUser, WRITE_USERS, WRITE_USERS, USER_DELETERS),
    row(Operation::ReadGroup, READ_GROUPS, READ_GROUPS, ANYBODY),
    row(Operation::CreateGroup, WRITE_GROUPS, WRITE_GROUPS, GROUP_WRITERS),
    row(Operation::UpdateGroup, WRITE_GROUPS, WRITE_GROUPS, GROUP_WRITERS),
    row(Operation::DeleteGroup, DELETE_GROUPS, DELETE_GROUPS, GROUP_WRITERS),
    row(Operation::ReadGroupMembers, READ_MEMBERS, READ_MEMBERS, ANYBODY),
    row(Operation::AddGroupMember, WRITE_MEMBERS, WRITE_MEMBERS, GROUP_WRITERS),
    row(Operation::RemoveGroupMember, WRITE_MEMBERS, WRITE_MEMBERS, GROUP_WRITERS),
    row(Operation::ReadManagedDevices, READ_DEVICES, READ_DEVICES, ANYBODY),
    row(Operation::ReadAuditLog, READ_AUDIT_LOG, READ_AUDIT_LOG, AUDIT_READERS),
    row(Operation::AdministerTenant, &[], &[ADMIN_ROLE], ANYBODY),
    row(Operation::ReadMemberOf, READ_MEMBER_OF, READ_MEMBER_OF, ANYBODY),
    row(Operation::ReadDirectoryObject, READ_DIRECTORY, READ_DIRECTORY, ANYBODY),
    row(Operation::ReadDeletedItem, READ_DELETED, READ_DELETED, ANYBODY),
    row(Operation::ChangeDeletedItem, WRITE_DELETED, WRITE_DELETED, GROUP_WRITERS),
    row(Operation::PurgeUser, WRITE_USERS, WRITE_USERS, USER_DELETERS),
    row(Operation::RestoreGroup, DELETE_GROUPS, DELETE_GROUPS, GROUP_WRITERS),
    row(Operation::PurgeGroup, DELETE_GROUPS, DELETE_GROUPS, GROUP_PURGERS),
    row(Operation::ReadManager, READ_USERS, READ_USERS, ANYBODY),
    row(Operation::UpdateManager, WRITE_USERS, WRITE_USERS, USER_WRITERS),
    row(Operation::ReadUserBasics, READ_USER_BASICS, &[], ANYBODY),
    row(Operation::ReadHiddenMembers, READ_HIDDEN_MEMBERS, READ_HIDDEN_MEMBERS, ANYBODY),
    row(Operation::ReadAllHiddenMembers, READ_HIDDEN_MEMBERS, READ_HIDDEN_MEMBERS, HIDDEN_MEMBER_READERS),
];

/// Whether any operation accepts this scope.
#[must_use]
pub fn is_known_scope(name: &str) -> bool {
    PERMISSIONS.iter().any(|row| row.scopes.contains(&name))
}

/// Whether any operation accepts this app role.
#[must_use]
pub fn is_known_app_role(name: &str) -> bool {
    PERMISSIONS.iter().any(|row| row.app_roles.contains(&name))
}

/// The row of an operation.
#[must_use]
pub fn permission(operation: Operation) -> &'static Permission {
    // The table lists the operations in their order; a test holds both to it.
    &PERMISSIONS[operation as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_no_operation_accepts_are_unknown() {
        assert!(is_known_app_role("User.Read.All") && is_known_scope("User.Read"));
        assert!(!is_known_app_role("User.Read"), "it is for users who are signed in");
        assert!(!is_known_app_role("user.read.all") && !is_known_scope("User.Raed"));
    }

    #[test]
    fn every_operation_has_its_row() {
        for (at, row) in PERMISSIONS.iter().enumerate() {
            assert_eq!(row.operation as usize, at, "{:?}", row.operation);
            println!("{:?}: {} | {}", row.operation, row.scopes.join(", "), row.app_roles.join(", "));
        }
        assert_eq!(PERMISSIONS.len(), Operation::ReadAllHiddenMembers as usize + 1);
    }
}
