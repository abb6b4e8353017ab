//! `subscribedSku` (specification 2.9, 2.10).

use crate::answer::Resource;
use crate::wire::service_plans::{ServicePlanInfo, applies_to};
use crate::wire::values::{List, Text};
use licensing::ids::{SkuId, TenantId};
use licensing::subscription::PrepaidUnits;
use licensing::tenant::{Tenant, TenantSku};
use serde::Serialize;
use serde::ser::SerializeMap;

/// A SKU of a tenant with its seats.
pub(crate) struct SubscribedSku<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) sku: &'a TenantSku,
    pub(crate) consumed: i64,
}

/// The id of a SKU in a tenant.
pub(crate) fn id(tenant: TenantId, sku: SkuId) -> String {
    format!("{tenant}_{sku}")
}

/// `licenseUnitsDetail`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LicenseUnitsDetail {
    enabled: u32,
    locked_out: u32,
    suspended: u32,
    warning: u32,
}

impl From<PrepaidUnits> for LicenseUnitsDetail {
    fn from(units: PrepaidUnits) -> Self {
        let PrepaidUnits { enabled, warning, suspended, locked_out } = units;
        Self { enabled, locked_out, suspended, warning }
    }
}

impl Resource for SubscribedSku<'_> {
    const TYPE: &'static str = "microsoft.graph.subscribedSku";
    const DEFAULT: &'static [&'static str] = &[
        "accountName",
        "accountId",
        "appliesTo",
        "capabilityStatus",
        "consumedUnits",
        "id",
        "prepaidUnits",
        "servicePlans",
        "skuId",
        "skuPartNumber",
        "subscriptionIds",
    ];

    fn find(name: &str) -> Option<&'static str> {
        Self::DEFAULT.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
    }

    fn write<M: SerializeMap>(&self, property: &'static str, map: &mut M) -> Result<(), M::Error> {
        let Self { tenant, sku, consumed } = *self;
        let product = &*sku.product;
        match property {
            "accountName" => map.serialize_entry(property, account_name(tenant)),
            "accountId" => map.serialize_entry(property, &Text(tenant.profile.id)),
            "appliesTo" => map.serialize_entry(property, applies_to(product.applies_to)),
            "capabilityStatus" => map.serialize_entry(property, sku.capability_status().as_str()),
            "consumedUnits" => map.serialize_entry(property, &consumed),
            "id" => map.serialize_entry(property, &id(tenant.profile.id, product.id)),
            "prepaidUnits" => map.serialize_entry(property, &LicenseUnitsDetail::from(sku.prepaid_units())),
            "servicePlans" => map.serialize_entry(
                property,
                &List(product.plans.iter().map(|plan| ServicePlanInfo { plan, provisioning_status: "Success" })),
            ),
            "skuId" => map.serialize_entry(property, &Text(product.id)),
            "skuPartNumber" => map.serialize_entry(property, &product.part_number),
            _ => map.serialize_entry(property, &List(sku.subscriptions.iter().map(|bought| Text(bought.id)))),
        }
    }
}

/// The tenant's short name: its default domain's first label.
fn account_name(tenant: &Tenant) -> &str {
    let domain = tenant.profile.verified_domains.first();
    domain.and_then(|domain| domain.split('.').next()).unwrap_or(&tenant.profile.display_name)
}
