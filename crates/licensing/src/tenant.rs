//! What all decisions of one tenant share and what seldom changes: its SKUs, purchases and licensed groups.

use crate::assignment::DisabledPlans;
use crate::catalog::{Catalog, Product};
use crate::dynamic_group::DynamicGroups;
use crate::facts::Work;
use crate::ids::{GroupId, GroupKey, ServicePlanId, SkuId, SkuKey, SubscriptionId, TenantId, TenantKey};
use crate::subscription::{CapabilityStatus, PrepaidUnits, Subscription, capability_status};
use crate::time::Timestamp;
use crate::usage_location::UsageLocation;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A tenant (`organization`) with its SKUs and licensed groups.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Its key in the store.
    pub key: TenantKey,
    /// The directory itself.
    pub profile: TenantProfile,
    /// Built-in products, the tenant's own ones on top, and the rules between plans.
    pub catalog: Arc<Catalog>,
    /// Every SKU that the tenant ever subscribed to, by key.
    pub skus: BTreeMap<SkuKey, TenantSku>,
    /// Every group that ever had a licence, by key.
    pub licensed_groups: BTreeMap<GroupKey, LicensedGroup>,
    /// Every live group whose members a rule selects.
    pub dynamic_groups: DynamicGroups,
}

/// The directory object of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantProfile {
    /// Tenant id.
    pub id: TenantId,
    /// `displayName`.
    pub display_name: String,
    /// `countryLetterCode`: the location of users who have none, for group licences.
    pub country: UsageLocation,
    /// `defaultUsageLocation`, which overrides the country.
    pub default_usage_location: Option<UsageLocation>,
    /// Verified domain names; the first is the default one.
    pub verified_domains: Vec<String>,
    /// When the tenant was made.
    pub created_at: Timestamp,
    /// Choices of its administrators.
    pub settings: TenantSettings,
    /// How far its clock is ahead of the system's, in milliseconds: never less than before.
    pub clock_ahead_millis: i64,
}

impl TenantProfile {
    /// What the tenant's clock shows when the system's shows `system`.
    #[must_use]
    pub fn time_at(&self, system: Timestamp) -> Timestamp {
        system.plus_millis(self.clock_ahead_millis)
    }
}

/// Choices that Microsoft Graph does not offer: where its documentation, its live service and its past differ, or
/// something else than it does is wanted. All are off unless a tenant asks for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TenantSettings {
    /// Users who wait for a seat are re-evaluated as soon as one is free. Graph does not do that (4.6).
    pub reprocess_when_seats_free: bool,
    /// `assignLicense` and `reprocessLicenseAssignment` answer with the default properties of the user only, as the
    /// live service does; the documentation shows licensing properties too (1.4).
    pub short_license_answer: bool,
    /// The `error` of a path without one is null, as documented, not the text `None`, as live (2.5).
    pub null_for_no_error: bool,
    /// The error `Other` is called `Others`, as it was once documented (2.5).
    pub others_for_other: bool,
    /// A parameter that a body of `assignLicense` lacks is an empty list, as before March 2025; now it is refused (E1).
    pub missing_parameters_are_empty: bool,
}

impl TenantSettings {
    fn each(&mut self) -> [(&'static str, &mut bool); 5] {
        [
            ("reprocessWhenSeatsFree", &mut self.reprocess_when_seats_free),
            ("shortLicenseAnswer", &mut self.short_license_answer),
            ("nullForNoError", &mut self.null_for_no_error),
            ("othersForOther", &mut self.others_for_other),
            ("missingParametersAreEmpty", &mut self.missing_parameters_are_empty),
        ]
    }

    /// The names of the settings that are on, as world files and stores write them.
    #[must_use]
    pub fn names(mut self) -> Vec<&'static str> {
        self.each().into_iter().filter(|(_, is_on)| **is_on).map(|(name, _)| name).collect()
    }

    /// The settings of which just those of these names are on; `None` when there is no such setting.
    #[must_use]
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut settings = Self::default();
        for wanted in names {
            *settings.each().into_iter().find(|(name, _)| *name == wanted)?.1 = true;
        }
        Some(settings)
    }
}

/// A SKU of the tenant: the product and what was bought of it.
#[derive(Clone, Debug)]
pub struct TenantSku {
    /// The product.
    pub product: Arc<Product>,
    /// Purchases; none when all are gone.
    pub subscriptions: Vec<Subscription>,
    /// The product's plans that take part in some rule: the only ones that checks must look at.
    pub ruled_plans: Vec<ServicePlanId>,
}

impl TenantSku {
    /// The SKU with its rules looked up.
    #[must_use]
    pub fn new(product: Arc<Product>, subscriptions: Vec<Subscription>, catalog: &Catalog) -> Self {
        let ruled_plans = product.plans.iter().map(|p| p.id).filter(|id| catalog.rules.mentions(*id)).collect();
        Self { product, subscriptions, ruled_plans }
    }

    /// Writes a purchase. Purchases stand in the order in which they were made, and of their ids.
    pub fn put(&mut self, subscription: Subscription) {
        self.subscriptions.retain(|known| known.id != subscription.id);
        self.subscriptions.push(subscription);
        self.subscriptions.sort_by_key(|bought| (bought.created_at, bought.id));
    }

    /// `prepaidUnits`.
    #[must_use]
    pub fn prepaid_units(&self) -> PrepaidUnits {
        PrepaidUnits::of(&self.subscriptions)
    }

    /// `capabilityStatus`.
    #[must_use]
    pub fn capability_status(&self) -> CapabilityStatus {
        capability_status(&self.subscriptions)
    }
}

/// A group that has, or once had, licences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicensedGroup {
    /// The group's id.
    pub id: GroupId,
    /// When its licences were last set, counted per tenant: groups compete in this order.
    pub order: u32,
    /// Its licences by SKU; empty once all are removed.
    pub licenses: BTreeMap<SkuKey, DisabledPlans>,
}

impl Tenant {
    /// The key of a SKU that the tenant has.
    #[must_use]
    pub fn sku_key(&self, sku: SkuId) -> Option<SkuKey> {
        self.skus.iter().find(|(_, s)| s.product.id == sku).map(|(key, _)| *key)
    }

    /// A purchase by its id, with the key of its SKU.
    #[must_use]
    pub fn subscription(&self, id: SubscriptionId) -> Option<(SkuKey, &TenantSku, &Subscription)> {
        self.skus.iter().find_map(|(key, sku)| {
            let subscription = sku.subscriptions.iter().find(|subscription| subscription.id == id)?;
            Some((*key, sku, subscription))
        })
    }

    /// Whether the users of a chunk are looked at by rules of dynamic groups, which read their profiles.
    #[must_use]
    pub fn needs_profiles(&self, of: Work) -> bool {
        match of {
            Work::Users | Work::Rule(_) => self.dynamic_groups.any_is_on(),
            Work::Group(_) | Work::Sku(_) => self.dynamic_groups.any_reads_plans(),
        }
    }

    /// The location that group licences assume for a user without one (specification 4.7).
    #[must_use]
    pub fn location(&self) -> UsageLocation {
        self.profile.default_usage_location.unwrap_or(self.profile.country)
    }
}
