//! The shapes of a world, key by key.

use super::directory::{GroupWorld, UserWorld};
use super::text::{Applies, Country, Guid, Span, Status, Time, whole_number};
use licensing::catalog::AppliesTo;
use licensing::subscription::CapabilityStatus;
use licensing::tenant::TenantSettings;
use serde::{Deserialize, Serialize};

/// Everything that a store holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with the key `tenants`")]
pub struct World {
    /// Its tenants, in the order of their creation.
    pub tenants: Vec<TenantWorld>,
}

/// A tenant with all that is in it. Ids that are left out are made up when the world is built.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default, expecting = "a tenant")]
pub struct TenantWorld {
    /// Tenant id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Guid>,
    /// `displayName` of the organisation.
    pub display_name: String,
    /// Its country; `US` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_letter_code: Option<Country>,
    /// The location of users who have none, for group licences; overrides the country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_usage_location: Option<Country>,
    /// Domain names; the first is the default one. No two tenants share one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub verified_domains: Vec<String>,
    /// When the tenant was made; when left out, the time at which the world is built.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_date_time: Option<Time>,
    /// How far its clock is ahead of the system's; not at all when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_ahead: Option<Span>,
    /// Choices that Graph does not offer.
    #[serde(skip_serializing_if = "SettingsWorld::is_default")]
    pub settings: SettingsWorld,
    /// Purchases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subscriptions: Vec<SubscriptionWorld>,
    /// Products of the tenant's own, on top of the built-in catalogue.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<ProductWorld>,
    /// Whether the licences of users and groups are taken over as they were, as every export says of them. They
    /// are then not checked by the rules of today: a licence stays although its seat, its location or the plan that
    /// it needs is gone since. Take this key out of an export that was edited by hand, and all of it is checked
    /// again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub licenses_as_they_were: bool,
    /// Users, in the order of their creation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<UserWorld>,
    /// Groups, in the order of their creation; in this order those with licences compete for seats.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupWorld>,
    /// Managed devices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub managed_devices: Vec<DeviceWorld>,
    /// Applications that may ask for tokens.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub applications: Vec<ApplicationWorld>,
    /// Directory roles of users.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub role_assignments: Vec<RoleWorld>,
}

/// Choices that Graph does not offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default, expecting = "the settings of a tenant")]
pub struct SettingsWorld {
    /// Whether users who wait for a seat are evaluated again as soon as one is free.
    pub reprocess_when_seats_free: bool,
    /// Whether a licence action answers with the user's default properties only.
    pub short_license_answer: bool,
    /// Whether `licenseAssignmentStates` has null where there is no error.
    pub null_for_no_error: bool,
    /// Whether `licenseAssignmentStates` says `Others` for `Other`.
    pub others_for_other: bool,
    /// Whether a parameter that `assignLicense` is not given is an empty list.
    pub missing_parameters_are_empty: bool,
}

impl From<SettingsWorld> for TenantSettings {
    fn from(world: SettingsWorld) -> Self {
        let SettingsWorld {
            reprocess_when_seats_free,
            short_license_answer,
            null_for_no_error,
            others_for_other,
            missing_parameters_are_empty,
        } = world;
        Self {
            reprocess_when_seats_free,
            short_license_answer,
            null_for_no_error,
            others_for_other,
            missing_parameters_are_empty,
        }
    }
}

impl From<TenantSettings> for SettingsWorld {
    fn from(settings: TenantSettings) -> Self {
        let TenantSettings {
            reprocess_when_seats_free,
            short_license_answer,
            null_for_no_error,
            others_for_other,
            missing_parameters_are_empty,
        } = settings;
        Self {
            reprocess_when_seats_free,
            short_license_answer,
            null_for_no_error,
            others_for_other,
            missing_parameters_are_empty,
        }
    }
}

impl SettingsWorld {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A purchase; it names its SKU by id or by part number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a subscription")]
pub struct SubscriptionWorld {
    /// Its own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Guid>,
    /// The SKU by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku_id: Option<Guid>,
    /// The SKU by its part number, case ignored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku_part_number: Option<String>,
    /// Units bought.
    #[serde(deserialize_with = "whole_number")]
    pub total_licenses: u32,
    /// Its state; `Enabled` when left out.
    #[serde(default = "enabled")]
    pub status: Status,
    /// Whether it is a trial.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_trial: bool,
    /// When it was bought; when left out, the time at which the world is built.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_date_time: Option<Time>,
    /// When its state changes next, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_lifecycle_date_time: Option<Time>,
}

fn enabled() -> Status {
    Status(CapabilityStatus::Enabled)
}

/// A product of the tenant's own. One with the id of a built-in product takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a product")]
pub struct ProductWorld {
    /// `skuId`.
    pub sku_id: Guid,
    /// `skuPartNumber`.
    pub sku_part_number: String,
    /// `User` when left out.
    #[serde(default = "for_users")]
    pub applies_to: Applies,
    /// Its service plans.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_plans: Vec<PlanWorld>,
}

fn for_users() -> Applies {
    Applies(AppliesTo::User)
}

/// A service plan of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a service plan")]
pub struct PlanWorld {
    /// `servicePlanId`.
    pub service_plan_id: Guid,
    /// `servicePlanName`.
    pub service_plan_name: String,
    /// `User` when left out.
    #[serde(default = "for_users")]
    pub applies_to: Applies,
    /// `assignedPlan.service`; the plan's name when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Countries where the service is not offered. No Graph property: Graph does not publish them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prohibited_usage_locations: Vec<Country>,
}

/// A licence of a user or of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default, expecting = "a licence")]
pub struct LicenseWorld {
    /// The SKU by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku_id: Option<Guid>,
    /// The SKU by its part number, case ignored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku_part_number: Option<String>,
    /// Plans that are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disabled_plans: Vec<Guid>,
    /// Of a user's licence: the group that gives it, by id; a direct one has none. Only where
    /// [`licenses_as_they_were`](TenantWorld::licenses_as_they_were) does it say who has the licence already;
    /// elsewhere it is passed over, for inherited licences follow from the groups and their members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_by_group: Option<Guid>,
    /// Of a user's licence that it has no longer: when it was taken away. Rules about `assignedPlans` see such plans as
    /// `Deleted`. Passed over where the other key is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed_date_time: Option<Time>,
}

impl LicenseWorld {
    /// Whether it only tells of what groups have given, or of what is gone.
    pub(super) fn is_history(&self) -> bool {
        self.assigned_by_group.is_some() || self.removed_date_time.is_some()
    }
}

/// A managed device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default, expecting = "a managed device")]
pub struct DeviceWorld {
    /// `id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Guid>,
    /// `deviceName`.
    pub device_name: String,
    /// Its users, by principal name or id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<String>,
}

/// An application that may ask for tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default, expecting = "an application")]
pub struct ApplicationWorld {
    /// `appId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<Guid>,
    /// `displayName`.
    pub display_name: String,
    /// The secret in the clear. Only its hash is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// The hash of the secret instead, as an export has it: an Argon2 hash as a PHC string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret_hash: Option<String>,
    /// Granted app roles, such as `LicenseAssignment.ReadWrite.All`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub app_roles: Vec<String>,
}

/// A directory role of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a role assignment")]
pub struct RoleWorld {
    /// The user, by principal name or id.
    pub principal: String,
    /// The role, by display name or template id.
    pub role: String,
}
