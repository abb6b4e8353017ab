//! The port to whatever keeps the data. A store is anything that passes the conformance suite of the
//! `store` crate; it holds no rules.

pub mod audit;

use async_trait::async_trait;
use audit::{AuditPage, AuditSet};
use licensing::directory::{Application, ManagedDevice, Member};
use licensing::facts::{Fence, GroupFacts, Progress, Scope, UserFacts, UserRef, Work};
use licensing::ids::{ApplicationId, DeviceId, GroupKey, SkuKey, TenantId, TenantKey, UserKey};
use licensing::tenant::{Tenant, TenantProfile};
use licensing::time::Timestamp;
use licensing::{ChangeSet, Facts};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// What a store could not do.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The store cannot be reached or refuses to work; trying again may help.
    #[error("could not {attempted}: {reason}")]
    Unavailable {
        /// What was attempted.
        attempted: &'static str,
        /// Why it failed.
        reason: String,
    },
    /// The connection was lost with the commit: the change was made as a whole, or nothing of it. Trying again leads to the
    /// same state as if it had been known, but for commands that make something by an id that is drawn anew each time:
    /// they may make it twice, where no name is unique.
    #[error("could not {attempted}, or it was done: {reason}")]
    OutcomeUnknown {
        /// What was attempted.
        attempted: &'static str,
        /// How it came to that.
        reason: String,
    },
    /// The data is not what the program expects; trying again will not help.
    #[error("could not {attempted}: {reason}")]
    Corrupt {
        /// What was attempted.
        attempted: &'static str,
        /// What is wrong with the data.
        reason: String,
    },
    /// The store does not take what was to be written, or asked for: a value or a row, not the moment, is the reason. Nothing
    /// was written, and trying again will not help.
    #[error("could not {attempted}: {reason}")]
    Unstorable {
        /// What was attempted.
        attempted: &'static str,
        /// Why the store does not take it.
        reason: String,
    },
}

impl StoreError {
    /// Whether data is the reason, and so perhaps that of one command among several; nothing was written then.
    #[must_use]
    pub fn is_about_the_data(&self) -> bool {
        match self {
            Self::Corrupt { .. } | Self::Unstorable { .. } => true,
            Self::Unavailable { .. } | Self::OutcomeUnknown { .. } => false,
        }
    }
}

/// A decision on loaded facts. It is called at most once, inside the transaction, and must not wait.
pub type Decide = Box<dyn FnOnce(Facts) -> ChangeSet + Send>;

/// What is asked of a transaction: the facts to load, and the decision on them. It is called at most once, when the tenant
/// is locked, and must not wait: what came to wait for the lock meanwhile is taken along.
pub type Ask = Box<dyn FnOnce() -> (Scope, Decide) + Send>;

/// A tenant with all that a world declares for it.
#[derive(Debug)]
pub struct NewTenant {
    /// The directory itself.
    pub profile: TenantProfile,
    /// Everything in it.
    pub content: ChangeSet,
}

/// Something read, with the tenant as it was in the same snapshot.
#[derive(Clone, Debug)]
pub struct Seen<T> {
    /// The tenant: its SKUs, and the ids of its groups that licences came from.
    pub tenant: Arc<Tenant>,
    /// What was read.
    pub value: T,
}

/// Which users a page is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserSet {
    /// All live users.
    All,
    /// Live direct members of a group.
    MembersOf(GroupKey),
    /// Live users who are members of a group, or of a live group in it, however deep.
    TransitiveMembersOf(GroupKey),
    /// Live users with a faulty path from a group.
    WithErrorsFrom(GroupKey),
    /// Users that were deleted after this moment, but not for good.
    DeletedAfter(Timestamp),
    /// Live users whose manager is this user.
    ReportsTo(UserKey),
    /// Live owners of a group.
    OwnersOf(GroupKey),
    /// Live users with an applied path of this SKU.
    WithLicense(SkuKey),
    /// Live users by whether they have an applied path of any SKU.
    Licensed(bool),
}

/// Which groups a page is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupSet {
    /// All live groups.
    All,
    /// Live groups by whether a live user has a faulty path from them.
    WithMemberErrors(bool),
    /// Live groups that are direct members of a group.
    MembersOf(GroupKey),
    /// Live groups that are in a group, however deep; the group itself is never among them.
    TransitiveMembersOf(GroupKey),
    /// Live groups of which somebody is a direct member.
    WithMember(Member),
    /// Live groups of which somebody is a member, or of which a live group is in which it is, however deep. A
    /// group is never among its own.
    TransitivelyWithMember(Member),
    /// Live groups of which a user is an owner.
    OwnedBy(UserKey),
    /// Groups that were deleted after this moment, but not for good.
    DeletedAfter(Timestamp),
}

/// A user or a group.
#[derive(Clone, Debug, PartialEq)]
pub enum DirectoryObject {
    /// A user, with its profile and paths.
    User(UserFacts),
    /// A group.
    Group(GroupFacts),
}

impl DirectoryObject {
    /// Whether it is not deleted.
    #[must_use]
    pub fn is_live(&self) -> bool {
        match self {
            Self::User(user) => user.deleted_at.is_none(),
            Self::Group(group) => group.deleted_at.is_none(),
        }
    }
}

/// Work that waits, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The work.
    pub work: Work,
    /// How far it is; users marked one by one have no progress.
    pub progress: Progress,
}

/// Keeps tenants, and runs one transaction of one tenant at a time.
#[async_trait]
pub trait Store: Send + Sync {
    /// Locks the tenant and asks what to do, loads the facts of that scope, decides, and writes the changes: wholly or not
    /// at all. When it answers, the changes survive a crash. A seat, a cursor and an audit entry are written with their
    /// cause.
    async fn commit_asked(&self, tenant: TenantKey, ask: Ask) -> Result<(), StoreError>;

    /// As [`commit_asked`](Store::commit_asked), for what is known beforehand.
    async fn commit(&self, tenant: TenantKey, scope: Scope, decide: Decide) -> Result<(), StoreError> {
        self.commit_asked(tenant, Box::new(move || (scope, decide))).await
    }

    /// Writes these tenants into an empty store, all of them or none; `false` when it has tenants already.
    async fn create_tenants(&self, tenants: Vec<NewTenant>) -> Result<bool, StoreError>;

    /// All tenants, in the order of their creation.
    async fn tenants(&self) -> Result<Vec<Arc<Tenant>>, StoreError>;

    /// The tenant of this id.
    async fn tenant(&self, id: TenantId) -> Result<Option<Arc<Tenant>>, StoreError>;

    /// The tenant that has this verified domain, case ignored.
    async fn tenant_of_domain(&self, domain: &str) -> Result<Option<Arc<Tenant>>, StoreError>;

    /// The tenants in which work waits, in the order of their creation.
    async fn tenants_with_work(&self) -> Result<Vec<TenantKey>, StoreError>;

    /// The tenants in which by their own clocks something is [due](licensing::aging::Earliest::due_at), when the system's
    /// clock shows `now`, in the order of their creation.
    async fn tenants_due(&self, now: Timestamp) -> Result<Vec<TenantKey>, StoreError>;

    /// Seats in use per SKU.
    async fn consumed(&self, tenant: TenantKey) -> Result<Seen<BTreeMap<SkuKey, i64>>, StoreError>;

    /// The live user that a client means, with its profile and paths: what answers show. What hangs on other objects
    /// (`address_taken`, `licensed_groups`, `ruled_groups`) is left empty; [`users_by_key`](Store::users_by_key) has it.
    async fn user(&self, tenant: TenantKey, user: &UserRef) -> Result<Seen<Option<UserFacts>>, StoreError>;

    /// A page of live users with their profiles and paths, in the order of their keys, after a key.
    async fn users(
        &self,
        tenant: TenantKey,
        of: UserSet,
        after: Option<UserKey>,
        limit: u32,
    ) -> Result<Seen<Vec<UserFacts>>, StoreError>;

    /// How many users a set has.
    async fn count_users(&self, tenant: TenantKey, of: UserSet) -> Result<u64, StoreError>;

    /// The live group of this id.
    async fn group(&self, tenant: TenantKey, id: Uuid) -> Result<Seen<Option<GroupFacts>>, StoreError>;

    /// A page of live groups, in the order of their keys, after a key.
    async fn groups(
        &self,
        tenant: TenantKey,
        of: GroupSet,
        after: Option<GroupKey>,
        limit: u32,
    ) -> Result<Seen<Vec<GroupFacts>>, StoreError>;

    /// How many groups a set has.
    async fn count_groups(&self, tenant: TenantKey, of: GroupSet) -> Result<u64, StoreError>;

    /// The users and groups of these ids, deleted ones included, in the order of the ids; unknown ids, and what was
    /// deleted for good, are passed over.
    async fn objects(&self, tenant: TenantKey, ids: &[Uuid]) -> Result<Seen<Vec<DirectoryObject>>, StoreError>;

    /// Whether a user is a direct member of a group.
    async fn is_member(&self, tenant: TenantKey, group: GroupKey, user: UserKey) -> Result<bool, StoreError>;

    /// Managed devices: all of them, or the one of this id.
    async fn devices(&self, tenant: TenantKey, id: Option<DeviceId>) -> Result<Vec<ManagedDevice>, StoreError>;

    /// The users of these keys, with profiles and paths; deleted ones too. Of those that were deleted for good, id and
    /// names are left.
    async fn users_by_key(&self, tenant: TenantKey, keys: &[UserKey]) -> Result<Seen<Vec<UserFacts>>, StoreError>;

    /// The groups of these keys, in the order of their keys; deleted ones too.
    async fn groups_by_key(&self, tenant: TenantKey, keys: &[GroupKey]) -> Result<Vec<GroupFacts>, StoreError>;

    /// The user or group of this id; a deleted one too, even for good.
    async fn object(&self, tenant: TenantKey, id: Uuid) -> Result<Option<Member>, StoreError>;

    /// Entries of the audit log, at most `limit`, from the one of number `from` on. Entries are numbered from 1
    /// without gaps, and never change; the first ones are dropped in time.
    async fn audit(
        &self,
        tenant: TenantKey,
        of: &AuditSet,
        from: Option<u64>,
        limit: u32,
    ) -> Result<AuditPage, StoreError>;

    /// Applications of a tenant: all of them, or the one of this id.
    async fn applications(&self, tenant: TenantKey, id: Option<ApplicationId>) -> Result<Vec<Application>, StoreError>;

    /// Directory role templates of a user, or of all users.
    async fn roles(&self, tenant: TenantKey, user: Option<UserKey>) -> Result<Vec<(UserKey, Uuid)>, StoreError>;

    /// Work that waits in a tenant.
    async fn waiting(&self, tenant: TenantKey) -> Result<Seen<Vec<Waiting>>, StoreError>;

    /// Takes the work of a tenant for so long, or goes on with it: the number of the turn, which is in the facts of every
    /// commit for as long as nobody else took over; `None` while another node has the work. Of whichever store one process
    /// is the only owner, that has it always, and all of it is one turn.
    async fn claim_work(&self, tenant: TenantKey, lasts: Duration) -> Result<Option<Fence>, StoreError> {
        let (_, _) = (tenant, lasts);
        Ok(Some(Fence::default()))
    }

    /// Lets others have the work of a tenant at once, if this node has it.
    async fn give_back_work(&self, tenant: TenantKey) -> Result<(), StoreError> {
        let _ = tenant;
        Ok(())
    }

    /// Calls `wake` when it begins to listen, and whenever another node may have left work: a hint, of which some may be
    /// missing. Ends with an error only; where there is no other node it waits for ever.
    async fn listen_for_work(&self, wake: &(dyn Fn() + Send + Sync)) -> Result<(), StoreError> {
        let _ = wake;
        std::future::pending().await
    }

    /// Users that are marked one by one in a tenant: how many.
    async fn marked_users(&self, tenant: TenantKey) -> Result<u64, StoreError>;

    /// The private keys that sign tokens (PKCS #8, DER), oldest first.
    async fn signing_keys(&self) -> Result<Vec<Vec<u8>>, StoreError>;

    /// Keeps a first signing key; when there is one already, that stays and this is dropped.
    async fn keep_first_signing_key(&self, key: Vec<u8>) -> Result<(), StoreError>;

    /// Checks the data for what only the store can see, such as damaged pages or rows without their owner;
    /// one sentence for each thing that is wrong.
    async fn check(&self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }

    /// Does nothing, if the store can be reached.
    async fn ping(&self) -> Result<(), StoreError>;
}
