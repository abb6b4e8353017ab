//! What is remembered of a change (specification 4.9). One compact entry for each command or chunk; who reads it
//! sees one [event](AuditEntry::events) for each user.

pub(crate) mod by_change;

use crate::assignment::{DisabledPlans, Path};
use crate::directory::{Member, Properties, Value};
use crate::effective::assigned_licenses;
use crate::ids::{ApplicationId, GroupKey, SkuId, SkuKey, SubscriptionId, TenantId, UserId, UserKey};
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Who caused a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// An application on its own behalf.
    Application(ApplicationId),
    /// A signed-in user.
    User(UserId),
    /// The service itself, which gives group licences to members and lets subscriptions expire.
    GroupLicensing,
    /// The service itself, which runs the rules of dynamic groups.
    DynamicMembership,
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
    /// A deleted user was deleted for good.
    HardDeleteUser,
    /// A user got a manager.
    SetManager,
    /// A user lost its manager.
    RemoveManager,
    /// A group was created.
    AddGroup,
    /// A group's properties were changed.
    UpdateGroup,
    /// A group was deleted.
    DeleteGroup,
    /// A group was restored.
    RestoreGroup,
    /// A deleted group was deleted for good.
    HardDeleteGroup,
    /// A member joined a group.
    AddMember,
    /// A member left a group.
    RemoveMember,
    /// A user became an owner of a group.
    AddOwner,
    /// A user is no longer an owner of a group.
    RemoveOwner,
    /// A subscription was bought. Graph has no name for this and the next ones.
    BuySubscription,
    /// A subscription's units were changed.
    ChangeSubscription,
    /// A subscription was cancelled.
    CancelSubscription,
    /// A subscription was renewed.
    RenewSubscription,
    /// Subscriptions reached their next state.
    AdvanceSubscriptions,
    /// A product of the tenant's own was made.
    CreateProduct,
    /// The plans of a product of the tenant's own were changed.
    ChangeProduct,
    /// The tenant's clock was set forward.
    SetClock,
}

/// What an activity is about (`category`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Users and their licences.
    UserManagement,
    /// Groups, their members and their licences.
    GroupManagement,
    /// The tenant: its purchases and its clock.
    DirectoryManagement,
}

impl Category {
    /// The `category`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UserManagement => "UserManagement",
            Self::GroupManagement => "GroupManagement",
            Self::DirectoryManagement => "DirectoryManagement",
        }
    }
}

impl Activity {
    /// All activities with their `activityDisplayName`s.
    pub const ALL: [(Self, &'static str); 28] = [
        (Self::ChangeUserLicense, "Change user license"),
        (Self::SetGroupLicense, "Set group license"),
        (Self::StartApplyingGroupLicense, "Start applying group based license to users"),
        (Self::FinishApplyingGroupLicense, "Finish applying group based license to users"),
        (Self::AddUser, "Add user"),
        (Self::UpdateUser, "Update user"),
        (Self::DeleteUser, "Delete user"),
        (Self::RestoreUser, "Restore user"),
        (Self::HardDeleteUser, "Hard Delete user"),
        (Self::SetManager, "Set user manager"),
        (Self::RemoveManager, "Remove user manager"),
        (Self::AddGroup, "Add group"),
        (Self::UpdateGroup, "Update group"),
        (Self::DeleteGroup, "Delete group"),
        (Self::RestoreGroup, "Restore Group"),
        (Self::HardDeleteGroup, "Hard Delete group"),
        (Self::AddMember, "Add member to group"),
        (Self::RemoveMember, "Remove member from group"),
        (Self::AddOwner, "Add owner to group"),
        (Self::RemoveOwner, "Remove owner from group"),
        (Self::BuySubscription, "Buy subscription"),
        (Self::ChangeSubscription, "Change subscription"),
        (Self::CancelSubscription, "Cancel subscription"),
        (Self::RenewSubscription, "Renew subscription"),
        (Self::AdvanceSubscriptions, "Advance subscriptions"),
        (Self::CreateProduct, "Add product"),
        (Self::ChangeProduct, "Change product"),
        (Self::SetClock, "Set clock"),
    ];

    /// The `activityDisplayName`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(activity, _)| *activity == self).map_or("", |(_, name)| name)
    }

    /// What it is about.
    #[must_use]
    pub fn category(self) -> Category {
        match self {
            Self::ChangeUserLicense
            | Self::AddUser
            | Self::UpdateUser
            | Self::DeleteUser
            | Self::RestoreUser
            | Self::HardDeleteUser
            | Self::SetManager
            | Self::RemoveManager => Category::UserManagement,
            Self::SetGroupLicense
            | Self::StartApplyingGroupLicense
            | Self::FinishApplyingGroupLicense
            | Self::AddGroup
            | Self::UpdateGroup
            | Self::DeleteGroup
            | Self::RestoreGroup
            | Self::HardDeleteGroup
            | Self::AddMember
            | Self::RemoveMember
            | Self::AddOwner
            | Self::RemoveOwner => Category::GroupManagement,
            Self::BuySubscription
            | Self::ChangeSubscription
            | Self::CancelSubscription
            | Self::RenewSubscription
            | Self::AdvanceSubscriptions
            | Self::CreateProduct
            | Self::ChangeProduct
            | Self::SetClock => Category::DirectoryManagement,
        }
    }
}

/// One thing to remember. Users of a chunk share one entry.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// The request that caused it, if one did.
    pub request: Option<Uuid>,
    /// What.
    pub activity: Activity,
    /// The group concerned, if one is.
    pub group: Option<GroupKey>,
    /// The users concerned, together where the same happened to them.
    pub affected: Vec<Affected>,
    /// What more there is to tell.
    pub detail: Detail,
}

/// Users of an entry to whom the same happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// Who.
    pub users: Vec<UserKey>,
    /// Why it failed for them, if it did.
    pub failure: Option<String>,
    /// What became of their licences, where it is about licences.
    pub licenses: Option<LicenseChange>,
}

/// `assignedLicenses`: SKUs with the plans that they leave out.
pub type Licenses = BTreeMap<SkuKey, DisabledPlans>;

/// Licences before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LicenseChange {
    /// As they were.
    pub before: Licenses,
    /// As they are since.
    pub after: Licenses,
}

/// What an entry tells besides whom it concerns.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
    /// What a finished processing of a group came to.
    Totals(GroupTotals),
    /// What became of a group's own licences.
    Licenses(LicenseChange),
    /// Properties that were set to something else.
    Properties(Vec<PropertyChange>),
    /// The group that joined or left a group.
    Nested(GroupKey),
    /// Who became, or was, the manager of the user.
    Manager(UserKey),
    /// What became of a purchase.
    Purchase(Purchase),
    /// What became of a product of the tenant's own.
    Offer(Offer),
}

/// A purchase, and what of it changed. How many units it has is told in any case.
#[derive(Clone, Debug, PartialEq)]
pub struct Purchase {
    /// The subscription.
    pub id: SubscriptionId,
    /// Of what.
    pub sku: SkuKey,
    /// `totalLicenses`, and `status` where that changes.
    pub changes: Vec<PropertyChange>,
}

/// A product of the tenant's own, and what of it changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The product.
    pub sku: SkuId,
    /// `servicePlans`, by their names.
    pub changes: Vec<PropertyChange>,
}

/// A property with its values before and after; [`Value::Null`] where it had none.
#[derive(Clone, Debug, PartialEq)]
pub struct PropertyChange {
    /// Its name.
    pub name: String,
    /// As it was.
    pub old: Value,
    /// As it is since.
    pub new: Value,
}

/// How many users a group's processing served, and how many it could not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupTotals {
    /// Users whose paths from the group are all applied as wanted.
    pub succeeded: u64,
    /// Users with an error on a path from the group.
    pub failed: u64,
}

/// What readers see of an entry: what happened to one user, or the whole of an entry about no user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the entry, from 0.
    pub position: u32,
    /// What was done: that of the entry, but that a user whose licences changed was updated as well (specification 4.9).
    pub activity: Activity,
    /// The user.
    pub user: Option<UserKey>,
    /// The place in [`AuditEntry::affected`] that tells more of the user.
    pub affected: Option<usize>,
}

impl Affected {
    /// A user for whom it succeeded.
    #[must_use]
    pub fn succeeded(user: UserKey) -> Self {
        Self { users: vec![user], failure: None, licenses: None }
    }

    fn is_like(&self, other: &Self) -> bool {
        (&self.failure, &self.licenses) == (&other.failure, &other.licenses)
    }
}

impl LicenseChange {
    /// What a user with these paths had, and has with those.
    #[must_use]
    pub fn between(before: &[Path], after: &[Path]) -> Self {
        Self { before: assigned_licenses(before), after: assigned_licenses(after) }
    }
}

/// How many of the last entries of [`AuditEntry::affected`] are looked at for users alike.
const ALIKE_COMPARED_MAX: usize = 8;

impl AuditEntry {
    /// Its events, in their order.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        if self.affected.is_empty() {
            return vec![Event { position: 0, activity: self.activity, user: None, affected: None }];
        }
        let mut events = Vec::with_capacity(self.user_count());
        for (at, affected) in self.affected.iter().enumerate() {
            let is_update = self.activity == Activity::ChangeUserLicense
                && affected.licenses.as_ref().is_some_and(|change| change.before != change.after);
            let activities = [Some(self.activity), is_update.then_some(Activity::UpdateUser)];
            for user in &affected.users {
                events.extend(activities.iter().flatten().map(|activity| (*activity, Some(*user), Some(at))));
            }
        }
        let event = |((activity, user, affected), position)| Event { position, activity, user, affected };
        events.into_iter().zip(0..).map(event).collect()
    }

    /// Whether an event of this activity may be among its events.
    #[must_use]
    pub fn may_tell_of(&self, activity: Activity) -> bool {
        activity == self.activity || (activity == Activity::UpdateUser && self.activity == Activity::ChangeUserLicense)
    }

    /// What an event is about, the most important first.
    #[must_use]
    pub fn targets(&self, event: &Event) -> Vec<Member> {
        // A group that a user's licence came by is where it came from, not what was changed.
        let group = self.group.filter(|_| self.activity != Activity::ChangeUserLicense);
        let other = match self.detail {
            Detail::Nested(group) => Some(Member::Group(group)),
            Detail::Manager(manager) => Some(Member::User(manager)),
            _ => None,
        };
        event.user.map(Member::User).into_iter().chain(other).chain(group.map(Member::Group)).collect()
    }

    /// Whether some event is about this object.
    #[must_use]
    pub fn concerns(&self, target: Member) -> bool {
        match target {
            Member::User(user) => {
                self.detail == Detail::Manager(user)
                    || self.affected.iter().any(|affected| affected.users.contains(&user))
            }
            Member::Group(_) => self
                .targets(&Event { position: 0, activity: self.activity, user: None, affected: None })
                .contains(&target),
        }
    }

    /// What ties entries of one cause together: the request, else the entry itself, which has the number
    /// `sequence` in its tenant's log.
    #[must_use]
    pub fn correlation_id(&self, tenant: TenantId, sequence: u64) -> Uuid {
        const VARIANT: u64 = 1 << 63;
        self.request.unwrap_or_else(|| Uuid::from_u64_pair(tenant.0.as_u64_pair().0, VARIANT | sequence))
    }

    /// How many users it concerns.
    #[must_use]
    pub fn user_count(&self) -> usize {
        self.affected.iter().map(|affected| affected.users.len()).sum()
    }

    /// Takes in the users of an entry that is the same in all else.
    pub fn absorb(&mut self, other: Self) {
        for more in other.affected {
            match self.affected.iter_mut().rev().take(ALIKE_COMPARED_MAX).find(|known| known.is_like(&more)) {
                Some(known) => known.users.extend(more.users),
                None => self.affected.push(more),
            }
        }
    }
}

/// The properties of which the value changed, in the order of their names.
#[must_use]
pub fn changed_properties(before: &Properties, after: &Properties) -> Vec<PropertyChange> {
    let value = |of: &Properties, name: &str| of.get(name).cloned().unwrap_or(Value::Null);
    let names: BTreeSet<&String> = before.0.keys().chain(after.0.keys()).collect();
    let change =
        |name: &String| PropertyChange { name: name.clone(), old: value(before, name), new: value(after, name) };
    names.into_iter().map(change).filter(|change| change.old != change.new).collect()
}
