//! `servicePlanInfo` (specification 2.8).

use crate::wire::values::Text;
use licensing::catalog::{AppliesTo, ServicePlan};
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

/// The wire name.
pub(crate) fn applies_to(applies_to: AppliesTo) -> &'static str {
    match applies_to {
        AppliesTo::User => "User",
        AppliesTo::Company => "Company",
    }
}

/// One plan with its state.
pub(crate) struct ServicePlanInfo<'a> {
    pub(crate) plan: &'a ServicePlan,
    pub(crate) provisioning_status: &'static str,
}

impl Serialize for ServicePlanInfo<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("servicePlanId", &Text(self.plan.id))?;
        map.serialize_entry("servicePlanName", &self.plan.name)?;
        map.serialize_entry("provisioningStatus", self.provisioning_status)?;
        map.serialize_entry("appliesTo", applies_to(self.plan.applies_to))?;
        map.end()
    }
}
