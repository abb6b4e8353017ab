//! What a caller may ask for. One variant for each row of the permission table.

use licensing::Command;
use licensing::decide::delete_permanently::DeletePermanently;

/// What a caller asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it; the permission table says who may")]
pub enum Operation {
    AssignUserLicense,
    AssignGroupLicense,
    ReprocessUserLicense,
    ListLicenseDetails,
    ListSubscribedSkus,
    ListSubscriptions,
    ReadOrganization,
    ReadSelf,
    ReadUser,
    CreateUser,
    UpdateUser,
    UpdateUsageLocation,
    DeleteUser,
    RestoreUser,
    ReadGroup,
    CreateGroup,
    UpdateGroup,
    DeleteGroup,
    ReadGroupMembers,
    AddGroupMember,
    RemoveGroupMember,
    ReadManagedDevices,
    ReadAuditLog,
    AdministerTenant,
    ReadMemberOf,
    ReadDirectoryObject,
    ReadDeletedItem,
    ChangeDeletedItem,
    PurgeUser,
    RestoreGroup,
    PurgeGroup,
    ReadManager,
    UpdateManager,
    ReadUserBasics,
    ReadHiddenMembers,
    ReadAllHiddenMembers,
}

impl Operation {
    /// Whether a permit for this operation lets a command through.
    #[must_use]
    pub fn covers(self, command: &Command) -> bool {
        if let (Self::UpdateUsageLocation, Command::UpdateUser(update)) = (self, command) {
            return update.principal_name.is_none() && update.properties.0.is_empty();
        }
        if let (Self::AddGroupMember, Command::UpdateGroup(update)) = (self, command) {
            return update.properties.0.is_empty();
        }
        let needed = match command {
            Command::AssignToUser(_) => Self::AssignUserLicense,
            Command::AssignToGroup(_) => Self::AssignGroupLicense,
            Command::ReprocessUser(_) => Self::ReprocessUserLicense,
            Command::CreateUser(_) => Self::CreateUser,
            Command::UpdateUser(_) => Self::UpdateUser,
            Command::DeleteUser(_) => Self::DeleteUser,
            Command::RestoreUser(_) => Self::RestoreUser,
            Command::RestoreGroup(_) => Self::RestoreGroup,
            Command::SetManager(_) => Self::UpdateManager,
            Command::DeletePermanently(DeletePermanently::User(_)) => Self::PurgeUser,
            Command::DeletePermanently(DeletePermanently::Group(_)) => Self::PurgeGroup,
            Command::CreateGroup(_) => Self::CreateGroup,
            Command::UpdateGroup(_) | Command::AddOwner(_) | Command::RemoveOwner(_) => Self::UpdateGroup,
            Command::DeleteGroup(_) => Self::DeleteGroup,
            Command::AddMember(_) => Self::AddGroupMember,
            Command::RemoveMember(_) => Self::RemoveGroupMember,
            Command::BuySubscription(_)
            | Command::ChangeSubscription(_)
            | Command::CancelSubscription(_)
            | Command::RenewSubscription(_)
            | Command::CreateProduct(_)
            | Command::ChangeProduct(_)
            | Command::SetClock(_) => Self::AdministerTenant,
            // Nobody may ask for these from outside.
            Command::ContinueWork(_) | Command::PassTime(_) | Command::SetUp(_) => return false,
        };
        self == needed
    }
}
