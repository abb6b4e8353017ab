//! `companySubscription` (specification 2.12).

use crate::answer::Resource;
use crate::wire::service_plans::ServicePlanInfo;
use crate::wire::time::Time;
use crate::wire::values::{List, Text};
use licensing::catalog::Product;
use licensing::ids::TenantId;
use licensing::subscription::Subscription;
use licensing::tenant::Tenant;
use serde::ser::SerializeMap;

/// A purchase of a SKU.
pub(crate) struct CompanySubscription<'a> {
    tenant: TenantId,
    product: &'a Product,
    subscription: &'a Subscription,
}

impl<'a> CompanySubscription<'a> {
    /// All purchases of a tenant.
    pub(crate) fn of(tenant: &'a Tenant) -> impl Iterator<Item = Self> {
        tenant.skus.values().flat_map(|sku| {
            sku.subscriptions.iter().map(|subscription| Self {
                tenant: tenant.profile.id,
                product: &sku.product,
                subscription,
            })
        })
    }

    pub(crate) fn id(&self) -> uuid::Uuid {
        self.subscription.id.0
    }
}

impl Resource for CompanySubscription<'_> {
    const TYPE: &'static str = "microsoft.graph.companySubscription";
    const DEFAULT: &'static [&'static str] = &[
        "createdDateTime",
        "commerceSubscriptionId",
        "id",
        "isTrial",
        "nextLifecycleDateTime",
        "serviceStatus",
        "skuId",
        "skuPartNumber",
        "status",
        "totalLicenses",
        "ownerId",
        "ownerTenantId",
        "ownerType",
    ];

    fn find(name: &str) -> Option<&'static str> {
        Self::DEFAULT.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
    }

    fn write<M: SerializeMap>(&self, property: &'static str, map: &mut M) -> Result<(), M::Error> {
        let Self { tenant, product, subscription } = *self;
        match property {
            "createdDateTime" => map.serialize_entry(property, &Time(subscription.created_at)),
            // There is no commerce system behind this directory: the purchase has one id.
            "commerceSubscriptionId" | "id" => map.serialize_entry(property, &Text(subscription.id)),
            "isTrial" => map.serialize_entry(property, &subscription.is_trial),
            "nextLifecycleDateTime" => map.serialize_entry(property, &subscription.next_lifecycle_at.map(Time)),
            "serviceStatus" => map.serialize_entry(
                property,
                &List(product.plans.iter().map(|plan| ServicePlanInfo { plan, provisioning_status: "Success" })),
            ),
            "skuId" => map.serialize_entry(property, &Text(product.id)),
            "skuPartNumber" => map.serialize_entry(property, &product.part_number),
            "status" => map.serialize_entry(property, subscription.status.as_str()),
            "totalLicenses" => map.serialize_entry(property, &subscription.total_licenses),
            "ownerTenantId" => map.serialize_entry(property, &Text(tenant)),
            "ownerType" => map.serialize_entry(property, "User"),
            _ => map.serialize_entry(property, &()),
        }
    }
}
