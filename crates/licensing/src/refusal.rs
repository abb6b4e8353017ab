//! Why a command is refused. **Declaration order is the order in which a command is checked**
//! (specification 3.1 and 3.2): of two reasons the one declared first is reported.

use crate::ids::{ServicePlanId, SkuId};

/// A reason to refuse. `E` numbers are rows of specification 3.2.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// E20: the object, as the client named it, does not exist or is deleted.
    ObjectNotFound(String),
    /// E10: both lists are empty.
    NothingToDo,
    /// E13, E14: a SKU is named twice.
    SkuNamedTwice(SkuId),
    /// E17: the group is not security-enabled.
    GroupNotEligible,
    /// E5: the tenant has no such SKU.
    UnknownSku(SkuId),
    /// E9: the SKU applies to the company, not to users.
    NotAssignable(SkuId),
    /// E12: a disabled plan is not in the SKU.
    PlanNotInSku(SkuId),
    /// E3: the user does not hold the SKU that is to be removed.
    NotHeld(SkuId),
    /// The group does not have the licence that is to be removed.
    NotOnGroup(SkuId),
    /// E4: the SKU reaches the user only through groups.
    Inherited(SkuId),
    /// E2: the user has no usage location.
    NoUsageLocation,
    /// E16: a plan is not offered in the user's location.
    ProhibitedInUsageLocation(SkuId),
    /// E6: no seat is left.
    NoSeat(SkuId),
    /// E7: an enabled plan lacks all of the plans of which it needs one.
    DependencyUnmet {
        /// The plan that lacks one.
        plan: ServicePlanId,
        /// Its alternatives, in the catalogue's order.
        needs_one_of: Vec<ServicePlanId>,
    },
    /// E8: two plans exclude each other.
    MutuallyExclusive {
        /// The smaller plan id.
        smaller: ServicePlanId,
        /// The larger plan id.
        larger: ServicePlanId,
    },
    /// E15: a proxy address belongs to somebody else.
    AddressTaken,
    /// E18: the group still has licences.
    GroupHasLicenses,
    /// A member is added that is one already.
    MemberExists,
    /// Another object has this value of a property that must be unique.
    NameTaken(&'static str),
    /// A property of the object cannot have this value.
    InvalidProperty {
        /// The property.
        property: &'static str,
        /// The resource type, such as `User`.
        resource: &'static str,
    },
}

impl Refusal {
    /// Whether the same command may succeed later because *other* objects changed: a seat was freed or an
    /// address given up. All other refusals stand until the caller or the object changes.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::NoSeat(_) | Self::AddressTaken | Self::NameTaken(_) => true,
            Self::ObjectNotFound(_)
            | Self::NothingToDo
            | Self::SkuNamedTwice(_)
            | Self::GroupNotEligible
            | Self::UnknownSku(_)
            | Self::NotAssignable(_)
            | Self::PlanNotInSku(_)
            | Self::NotHeld(_)
            | Self::NotOnGroup(_)
            | Self::Inherited(_)
            | Self::NoUsageLocation
            | Self::ProhibitedInUsageLocation(_)
            | Self::DependencyUnmet { .. }
            | Self::MutuallyExclusive { .. }
            | Self::GroupHasLicenses
            | Self::MemberExists
            | Self::InvalidProperty { .. } => false,
        }
    }
}
