//! What is remembered of a change (specification 4.9). One compact entry for each command or chunk.

use crate::ids::{ApplicationId, GroupKey, UserId, UserKey};
use crate::time::Timestamp;

/// Who caused a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// An application on its own behalf.
    Application(ApplicationId),
    /// A signed-in user.
    User(UserId),
    /// The service that gives group licences to members.
    GroupLicensing,
    /// The operator, by a world file or the command line.
    Operator,
}

/// What was done; names are Graph's `activityDisplayName`s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// A user's licences were set, or re-evaluated.
    ChangeUserLicense,
    /// A group's licences were set.
    SetGroupLicense,
    /// A group's processing began.
    StartApplyingGroupLicense,
    /// A group's processing ended.
    FinishApplyingGroupLicense,
    /// A user was created.
    AddUser,
    /// A user's properties were changed.
    UpdateUser,
    /// A user was deleted.
    DeleteUser,
    /// A user was restored.
    RestoreUser,
    /// A group was created.
    AddGroup,
    /// A group's properties were changed.
    UpdateGroup,
    /// A group was deleted.
    DeleteGroup,
    /// A member joined a group.
    AddMember,
    /// A member left a group.
    RemoveMember,
}

impl Activity {
    /// The `activityDisplayName`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ChangeUserLicense => "Change user license",
            Self::SetGroupLicense => "Set group license",
            Self::StartApplyingGroupLicense => "Start applying group based license to users",
            Self::FinishApplyingGroupLicense => "Finish applying group based license to users",
            Self::AddUser => "Add user",
            Self::UpdateUser => "Update user",
            Self::DeleteUser => "Delete user",
            Self::RestoreUser => "Restore user",
            Self::AddGroup => "Add group",
            Self::UpdateGroup => "Update group",
            Self::DeleteGroup => "Delete group",
            Self::AddMember => "Add member to group",
            Self::RemoveMember => "Remove member from group",
        }
    }
}

/// One thing to remember. Users of a chunk share one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub activity: Activity,
    /// The group concerned, if one is.
    pub group: Option<GroupKey>,
    /// Users for whom it succeeded.
    pub succeeded: Vec<UserKey>,
    /// Users for whom it failed.
    pub failed: Vec<UserKey>,
    /// What a finished processing of a group came to.
    pub totals: Option<GroupTotals>,
}

/// How many users a group's processing served, and how many it could not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupTotals {
    /// Users whose paths from the group are all applied as wanted.
    pub succeeded: u64,
    /// Users with an error on a path from the group.
    pub failed: u64,
}
