//! A path: one way in which a SKU reaches a user, directly or by one group (specification 2.5, 4.3, 4.4).

use crate::ids::{GroupKey, ServicePlanId, SkuKey};
use crate::time::Timestamp;
use std::sync::Arc;

/// Where a path comes from. A direct one sorts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Assigned to the user (`assignedByGroup` is null).
    Direct,
    /// Inherited from this group.
    Group(GroupKey),
}

/// Why a path is not as it was wanted (`licenseAssignmentState.error`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathError {
    /// No seat was free.
    Count,
    /// A plan excludes one that the user has by another path.
    MutuallyExclusive,
    /// A needed plan is missing, or a removal would orphan a dependent.
    Dependency,
    /// A service is not offered in the user's location.
    ProhibitedInUsageLocation,
    /// A proxy address is used by somebody else.
    Uniqueness,
    /// Another licence of the same group failed.
    Other,
}

impl PathError {
    /// All errors with their wire names.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Count, "CountViolation"),
        (Self::MutuallyExclusive, "MutuallyExclusiveViolation"),
        (Self::Dependency, "DependencyViolation"),
        (Self::ProhibitedInUsageLocation, "ProhibitedInUsageLocationViolation"),
        (Self::Uniqueness, "UniquenessViolation"),
        (Self::Other, "Other"),
    ];

    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(error, _)| *error == self).map_or("", |(_, name)| name)
    }
}

/// State of a path. Only [`Active`](PathState::Active) and
/// [`ActiveWithError`](PathState::ActiveWithError) give services and hold a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathState {
    /// Applied as wanted.
    Active,
    /// Applied, but the last wanted change (a removal or other plans) failed.
    ActiveWithError(PathError),
    /// Wanted, not applied.
    Error(PathError),
    /// Once applied, now gone; kept so that `assignedPlans` can say `Deleted`.
    Removed,
}

impl PathState {
    /// Whether the path gives services and holds a seat.
    #[must_use]
    pub fn is_applied(self) -> bool {
        matches!(self, Self::Active | Self::ActiveWithError(_))
    }

    /// What went wrong, if anything did.
    #[must_use]
    pub fn error(self) -> Option<PathError> {
        match self {
            Self::ActiveWithError(error) | Self::Error(error) => Some(error),
            Self::Active | Self::Removed => None,
        }
    }
}

/// The plans that a licence leaves out: sorted, each once, cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct DisabledPlans(Option<Arc<[ServicePlanId]>>);

impl DisabledPlans {
    /// From plans in any order, repeated or not.
    #[must_use]
    pub fn new(mut plans: Vec<ServicePlanId>) -> Self {
        plans.sort_unstable();
        plans.dedup();
        if plans.is_empty() { Self(None) } else { Self(Some(plans.into())) }
    }

    /// The plans in ascending order.
    #[must_use]
    pub fn as_slice(&self) -> &[ServicePlanId] {
        self.0.as_deref().unwrap_or(&[])
    }

    /// Whether `plan` is left out.
    #[must_use]
    pub fn contains(&self, plan: ServicePlanId) -> bool {
        self.as_slice().binary_search(&plan).is_ok()
    }

    /// What both leave out: the effective set when a SKU arrives by two paths (specification 4.3, step 2).
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        if self == other {
            return self.clone();
        }
        Self::new(self.as_slice().iter().copied().filter(|plan| other.contains(*plan)).collect())
    }
}

/// One way in which a SKU reaches a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The SKU.
    pub sku: SkuKey,
    /// Direct, or the group.
    pub source: Source,
    /// Plans that this path leaves out: applied ones, or for [`PathState::Error`] the wanted ones.
    pub disabled: DisabledPlans,
    /// Its state.
    pub state: PathState,
    /// Since when it has been applied (for one never applied: since when it was wanted).
    pub assigned_at: Timestamp,
    /// `lastUpdatedDateTime`.
    pub updated_at: Timestamp,
}

impl Path {
    /// What identifies the path within its user.
    #[must_use]
    pub fn key(&self) -> (SkuKey, Source) {
        (self.sku, self.source)
    }
}

/// A licence that a command wants to add: `assignedLicense` once its ids are parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedLicense {
    /// `skuId`.
    pub sku: crate::ids::SkuId,
    /// `disabledPlans`.
    pub disabled: DisabledPlans,
}
