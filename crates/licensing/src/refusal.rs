//! Why a command is refused. **Declaration order is the order in which a command is checked**
//! (specification 3.1 and 3.2): of two reasons the one declared first is reported.

use crate::decide::add_owner::OWNERS_MAX;
use crate::ids::{ServicePlanId, SkuId};
use crate::rules::group_properties::REFERENCES_MAX;
use crate::subscription::UNITS_MAX;
use std::fmt;

/// What Graph says to callers without the right to do something, whether it is they who lack it or anybody would.
pub const INSUFFICIENT_PRIVILEGES: &str = "Insufficient privileges to complete the operation.";
const INHERITED: &str =
    "User license is inherited from a group membership and it cannot be removed directly from the user.";
const GROUP_HAS_LICENSES: &str = "Unable to delete the group because there is a product license assigned to the \
                                  group. To delete this group, remove any product licenses first.";
const DOMAIN_NOT_VERIFIED: &str = "The domain portion of the userPrincipalName property is invalid. You must use one \
                                   of the verified domain names in your organization.";
const LAST_OWNER: &str = "The group must have at least one owner, hence this owner cannot be removed.";
const PRODUCT_BOUGHT: &str =
    "The product has been bought: service plans can be added to it, but not changed or removed.";

/// A reason to refuse. `E` numbers are rows of specification 3.2.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// Another node does the tenant's work by now (docs/decisions/0018). No client is told so.
    TurnIsOver,
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
    /// A member of a dynamic group is added or removed by hand.
    DynamicMembership,
    /// Somebody is added to this property of a group who is in it already.
    ReferenceExists(&'static str),
    /// The last owner of a group is removed.
    LastOwner,
    /// A group would have more owners than it can.
    TooManyOwners,
    /// A request would add more members and owners than it can.
    TooManyReferences,
    /// The tenant would have more of something than it can.
    QuotaExceeded {
        /// How many it would have.
        wanted: usize,
        /// How many it can have.
        quota: usize,
        /// What is counted, in the plural.
        of: &'static str,
    },
    /// A principal name at a domain that the tenant has not verified.
    DomainNotVerified,
    /// Another object has this value of a property that must be unique.
    NameTaken(&'static str),
    /// The subscription is gone: it can be neither changed nor renewed.
    SubscriptionDeleted,
    /// The subscriptions of a SKU would have more units than can be shown.
    TooManyUnits(SkuId),
    /// A plan of a product that was bought would be changed or removed.
    ProductBought,
    /// A plan would join a product that was bought, whose holders were never checked for it.
    PlanHasRules(ServicePlanId),
    /// The clock would go backwards.
    ClockSetBack,
    /// The clock would go beyond all calendars.
    ClockTooFar,
    /// A property of the object cannot have this value.
    InvalidProperty {
        /// The property.
        property: &'static str,
        /// The resource type, such as `User`.
        resource: &'static str,
    },
    /// A property that the object must have is missing.
    PropertyRequired {
        /// The property.
        property: &'static str,
        /// The resource type, such as `Group`.
        resource: &'static str,
    },
    /// The membership rule of a group is refused (specification 7.5).
    InvalidRule {
        /// The code of Graph's error.
        code: &'static str,
        /// The sentence.
        sentence: String,
    },
}

impl Refusal {
    /// Whether the same command may succeed later because *other* objects changed: a seat was freed or an
    /// address given up. All other refusals stand until the caller or the object changes.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::NoSeat(_) | Self::AddressTaken | Self::NameTaken(_) => true,
            Self::TurnIsOver
            | Self::ObjectNotFound(_)
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
            | Self::ReferenceExists(_)
            | Self::LastOwner
            | Self::DomainNotVerified
            | Self::TooManyOwners
            | Self::TooManyReferences
            | Self::QuotaExceeded { .. }
            | Self::SubscriptionDeleted
            | Self::TooManyUnits(_)
            | Self::ClockTooFar
            | Self::ProductBought
            | Self::PlanHasRules(_)
            | Self::ClockSetBack
            | Self::DynamicMembership
            | Self::InvalidProperty { .. }
            | Self::PropertyRequired { .. }
            | Self::InvalidRule { .. } => false,
        }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    /// The sentence that Graph sends; specification 3.2 says which are captured and which are ours
    /// (E12, E13, E14, E16 and E17 were never seen in public).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TurnIsOver => f.write_str("The work of this tenant was taken over by another node."),
            Self::ObjectNotFound(name) => write!(
                f,
                "Resource '{name}' does not exist or one of its queried reference-property objects are not present."
            ),
            Self::NothingToDo => f.write_str("No license changes provided."),
            Self::SkuNamedTwice(sku) => write!(f, "License {sku} is specified more than once in the request."),
            Self::GroupNotEligible => f.write_str("Licenses can be assigned only to security-enabled groups."),
            Self::UnknownSku(sku) => write!(f, "License {sku} does not correspond to a valid company License."),
            Self::NotAssignable(sku) => write!(f, "License {sku} cannot be assigned to a user."),
            Self::PlanNotInSku(sku) => write!(f, "One or more disabled plans are not valid for license {sku}."),
            Self::NotHeld(_) => f.write_str("User does not have a corresponding license."),
            Self::NotOnGroup(_) => f.write_str("Group does not have a corresponding license."),
            Self::Inherited(_) => f.write_str(INHERITED),
            Self::NoUsageLocation | Self::ProhibitedInUsageLocation(_) => {
                f.write_str("License assignment cannot be done for user with invalid usage location.")
            }
            Self::NoSeat(sku) => write!(f, "Subscription with SKU {sku} does not have any available licenses."),
            Self::DependencyUnmet { plan, needs_one_of } => write!(
                f,
                "License assignment failed because service plan {plan} depends on the service plan(s) {}",
                needs_one_of.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
            ),
            Self::MutuallyExclusive { smaller, larger } => {
                write!(f, "License assignment failed because service plans {smaller},{larger} are mutually exclusive.")
            }
            Self::AddressTaken => f.write_str("Proxy address is already being used."),
            Self::GroupHasLicenses => f.write_str(GROUP_HAS_LICENSES),
            Self::DynamicMembership => f.write_str(INSUFFICIENT_PRIVILEGES),
            Self::ReferenceExists(property) => write!(
                f,
                "One or more added object references already exist for the following modified properties: '{property}'."
            ),
            Self::LastOwner => f.write_str(LAST_OWNER),
            Self::TooManyOwners => write!(f, "A group can have at most {OWNERS_MAX} owners."),
            Self::TooManyReferences => {
                write!(f, "Too many references: at most {REFERENCES_MAX} can be specified in a request.")
            }
            Self::QuotaExceeded { wanted, quota, of } => write!(
                f,
                "Unable to perform operation as '{wanted}' would exceed the maximum quota count '{quota}' for {of}."
            ),
            Self::DomainNotVerified => f.write_str(DOMAIN_NOT_VERIFIED),
            Self::NameTaken(property) => {
                write!(f, "Another object with the same value for property {property} already exists.")
            }
            Self::InvalidRule { sentence, .. } => f.write_str(sentence),
            Self::PropertyRequired { property, resource } => {
                write!(f, "A value is required for property '{property}' of resource '{resource}'.")
            }
            Self::SubscriptionDeleted => f.write_str("The subscription is deleted. Buy another one instead."),
            Self::TooManyUnits(sku) => {
                write!(f, "The subscriptions of SKU {sku} can have at most {UNITS_MAX} units together.")
            }
            Self::ProductBought => f.write_str(PRODUCT_BOUGHT),
            Self::PlanHasRules(plan) => write!(
                f,
                "The product has been bought: service plan {plan}, which depends on other plans or excludes them, \
                 cannot be added to it."
            ),
            Self::ClockSetBack => f.write_str("The clock of a tenant can only be set forward."),
            Self::ClockTooFar => f.write_str("The clock of a tenant can be set to 9999-01-01T00:00:00Z at the latest."),
            Self::InvalidProperty { property, resource } => {
                write!(f, "Invalid value specified for property '{property}' of resource '{resource}'.")
            }
        }
    }
}
