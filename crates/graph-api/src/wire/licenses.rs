//! `assignedLicense`, `licenseAssignmentState`, `assignedPlan`, `provisionedPlan` (specification 2.4-2.6).

use crate::wire::time::Time;
use crate::wire::values::{List, Text};
use licensing::assignment::{DisabledPlans, Path, PathError, PathState, Source};
use licensing::effective::AssignedPlan;
use licensing::ids::SkuKey;
use licensing::subscription::CapabilityStatus;
use licensing::tenant::{Tenant, TenantSettings};
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use std::collections::BTreeMap;

/// `assignedLicenses` of a user or a group.
pub(crate) struct AssignedLicenses<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) licenses: &'a BTreeMap<SkuKey, DisabledPlans>,
}

impl Serialize for AssignedLicenses<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.licenses.iter().filter_map(|(key, disabled)| {
            let sku = self.tenant.skus.get(key)?.product.id;
            Some(AssignedLicense { disabled_plans: Plans(disabled), sku_id: Text(sku) })
        }))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AssignedLicense<'a> {
    disabled_plans: Plans<'a>,
    sku_id: Text<licensing::ids::SkuId>,
}

pub(crate) struct Plans<'a>(pub(crate) &'a DisabledPlans);

impl Serialize for Plans<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        List(self.0.as_slice().iter().map(Text)).serialize(serializer)
    }
}

/// `licenseAssignmentStates`: direct ones first, then by group; removed paths are not shown.
pub(crate) struct LicenseAssignmentStates<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) paths: &'a [Path],
}

impl Serialize for LicenseAssignmentStates<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut paths: Vec<&Path> = self.paths.iter().filter(|path| path.state != PathState::Removed).collect();
        paths.sort_by_key(|path| (path.source, path.sku));
        serializer.collect_seq(paths.into_iter().map(|path| LicenseAssignmentState { tenant: self.tenant, path }))
    }
}

pub(crate) struct LicenseAssignmentState<'a> {
    tenant: &'a Tenant,
    path: &'a Path,
}

impl LicenseAssignmentState<'_> {
    /// `state`.
    pub(crate) fn name_of(state: PathState) -> &'static str {
        match state {
            PathState::Active | PathState::Removed => "Active",
            PathState::ActiveWithError(_) => "ActiveWithError",
            PathState::Error(_) => "Error",
        }
    }
}

impl Serialize for LicenseAssignmentState<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let path = self.path;
        let group = match path.source {
            Source::Direct => None,
            Source::Group(key) => self.tenant.licensed_groups.get(&key).map(|group| Text(group.id)),
        };
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("skuId", &self.tenant.skus.get(&path.sku).map(|sku| Text(sku.product.id)))?;
        map.serialize_entry("disabledPlans", &Plans(&path.disabled))?;
        map.serialize_entry("assignedByGroup", &group)?;
        map.serialize_entry("state", Self::name_of(path.state))?;
        map.serialize_entry("error", &error_name(path.state.error(), self.tenant.profile.settings))?;
        map.serialize_entry("lastUpdatedDateTime", &Time(path.updated_at))?;
        map.end()
    }
}

/// `error`: the documentation, the live service and the past name it in different ways (specification 2.5).
fn error_name(error: Option<PathError>, settings: TenantSettings) -> Option<&'static str> {
    match error {
        None if settings.null_for_no_error => None,
        None => Some("None"),
        Some(PathError::Other) if settings.others_for_other => Some("Others"),
        Some(error) => Some(error.as_str()),
    }
}

/// `assignedPlans`.
pub(crate) struct AssignedPlans(pub(crate) Vec<AssignedPlan>);

impl Serialize for AssignedPlans {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|plan| AssignedPlanEntry {
            assigned_date_time: Time(plan.assigned_at),
            capability_status: plan.status.as_str(),
            service: &plan.plan.service,
            service_plan_id: Text(plan.plan.id),
        }))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AssignedPlanEntry<'a> {
    assigned_date_time: Time,
    capability_status: &'static str,
    service: &'a str,
    service_plan_id: Text<licensing::ids::ServicePlanId>,
}

/// `provisionedPlans`: each service once in each state in which it is.
pub(crate) struct ProvisionedPlans(pub(crate) Vec<AssignedPlan>);

impl Serialize for ProvisionedPlans {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seen: Vec<(&str, CapabilityStatus)> = Vec::new();
        for plan in &self.0 {
            let entry = (plan.plan.service.as_str(), plan.status);
            if !seen.contains(&entry) {
                seen.push(entry);
            }
        }
        serializer.collect_seq(seen.into_iter().map(|(service, status)| ProvisionedPlan {
            capability_status: status.as_str(),
            provisioning_status: "Success",
            service,
        }))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProvisionedPlan<'a> {
    capability_status: &'static str,
    provisioning_status: &'static str,
    service: &'a str,
}
