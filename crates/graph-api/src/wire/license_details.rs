//! `licenseDetails` (specification 2.7).

use crate::answer::Resource;
use crate::wire::service_plans::ServicePlanInfo;
use crate::wire::values::{List, Text};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use licensing::assignment::DisabledPlans;
use licensing::catalog::Product;
use licensing::effective::{assigned_licenses, provisioning_status};
use licensing::facts::UserFacts;
use licensing::ids::{SkuId, TenantId};
use licensing::tenant::Tenant;
use serde::ser::SerializeMap;
use uuid::Uuid;

/// One licence of a user with its plans.
pub(crate) struct LicenseDetails<'a> {
    tenant: TenantId,
    product: &'a Product,
    disabled: DisabledPlans,
}

impl<'a> LicenseDetails<'a> {
    /// The licences of a user, inherited ones included.
    pub(crate) fn of(tenant: &'a Tenant, user: &UserFacts) -> Vec<Self> {
        let details = |(sku, disabled)| {
            let product = &*tenant.skus.get(&sku)?.product;
            Some(Self { tenant: tenant.profile.id, product, disabled })
        };
        assigned_licenses(&user.paths).into_iter().filter_map(details).collect()
    }

    pub(crate) fn sku(&self) -> SkuId {
        self.product.id
    }
}

/// The id of a licence: the bytes of tenant and SKU in the order of .NET.
pub(crate) fn encode_id(tenant: TenantId, sku: SkuId) -> String {
    URL_SAFE_NO_PAD.encode([tenant.0.to_bytes_le(), sku.0.to_bytes_le()].concat())
}

/// The SKU of an id, if it is one of this tenant.
pub(crate) fn decode_id(tenant: TenantId, id: &str) -> Option<SkuId> {
    let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(id).ok()?.try_into().ok()?;
    let (first, second) = bytes.split_at(16);
    let guid = |bytes: &[u8]| Some(Uuid::from_bytes_le(bytes.try_into().ok()?));
    (guid(first)? == tenant.0).then_some(SkuId(guid(second)?))
}

impl Resource for LicenseDetails<'_> {
    const TYPE: &'static str = "microsoft.graph.licenseDetails";
    const DEFAULT: &'static [&'static str] = &["id", "skuId", "skuPartNumber", "servicePlans"];

    fn find(name: &str) -> Option<&'static str> {
        Self::DEFAULT.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
    }

    fn write<M: SerializeMap>(&self, property: &'static str, map: &mut M) -> Result<(), M::Error> {
        match property {
            "id" => map.serialize_entry(property, &encode_id(self.tenant, self.product.id)),
            "skuId" => map.serialize_entry(property, &Text(self.product.id)),
            "skuPartNumber" => map.serialize_entry(property, &self.product.part_number),
            _ => map.serialize_entry(
                property,
                &List(self.product.plans.iter().map(|plan| ServicePlanInfo {
                    plan,
                    provisioning_status: provisioning_status(plan, &self.disabled),
                })),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::uuid;

    #[test]
    fn ids_are_those_of_the_live_service() {
        let tenant = TenantId(uuid!("b234bc80-a99d-4a47-8071-62b90ee1479b"));
        let sku = SkuId(uuid!("a403ebcc-fae0-4ca2-8c8c-7a907fd6c235"));
        let id = "gLw0sp2pR0qAcWK5DuFHm8zrA6Tg-qJMjIx6kH_WwjU";
        assert_eq!(encode_id(tenant, sku), id);
        assert_eq!(decode_id(tenant, id), Some(sku));
        assert_eq!(decode_id(TenantId(sku.0), id), None);
        assert_eq!(decode_id(tenant, "gLw0"), None);
    }
}
