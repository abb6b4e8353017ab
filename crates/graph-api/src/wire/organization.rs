//! `organization` (specification 2.2).

use crate::answer::Resource;
use crate::wire::licenses::{AssignedPlans, ProvisionedPlans};
use crate::wire::time::Time;
use crate::wire::values::Text;
use licensing::effective::AssignedPlan;
use licensing::ids::ServicePlanId;
use licensing::tenant::Tenant;
use serde::Serialize;
use serde::ser::SerializeMap;
use std::collections::BTreeMap;

/// A tenant as a directory object.
pub(crate) struct Organization<'a>(pub(crate) &'a Tenant);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VerifiedDomain<'a> {
    capabilities: &'static str,
    is_default: bool,
    is_initial: bool,
    name: &'a str,
    r#type: &'static str,
}

impl Organization<'_> {
    fn verified_domains(&self) -> Vec<VerifiedDomain<'_>> {
        let domain = |(at, name)| VerifiedDomain {
            capabilities: "Email, OfficeCommunicationsOnline",
            is_default: at == 0,
            is_initial: at == 0,
            name,
            r#type: "Managed",
        };
        self.0.profile.verified_domains.iter().map(String::as_str).enumerate().map(domain).collect()
    }

    /// Plans of everything that was bought: each once, in the best state among its SKUs.
    fn assigned_plans(&self) -> Vec<AssignedPlan> {
        let mut plans: BTreeMap<ServicePlanId, AssignedPlan> = BTreeMap::new();
        for sku in self.0.skus.values() {
            let bought = sku.subscriptions.iter().map(|subscription| subscription.created_at).min();
            let (status, assigned_at) = (sku.capability_status(), bought.unwrap_or(self.0.profile.created_at));
            for plan in &sku.product.plans {
                let known = plans.entry(plan.id);
                let entry = known.or_insert_with(|| AssignedPlan { plan: plan.clone(), status, assigned_at });
                if (status, assigned_at) < (entry.status, entry.assigned_at) {
                    (entry.status, entry.assigned_at) = (status, assigned_at);
                }
            }
        }
        plans.into_values().collect()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PrivacyProfile {
    contact_email: Option<&'static str>,
    statement_url: Option<&'static str>,
}

impl Resource for Organization<'_> {
    const TYPE: &'static str = "microsoft.graph.organization";
    const DEFAULT: &'static [&'static str] = &[
        "id",
        "deletedDateTime",
        "businessPhones",
        "city",
        "country",
        "countryLetterCode",
        "createdDateTime",
        "defaultUsageLocation",
        "displayName",
        "marketingNotificationEmails",
        "onPremisesLastSyncDateTime",
        "onPremisesSyncEnabled",
        "partnerTenantType",
        "postalCode",
        "preferredLanguage",
        "securityComplianceNotificationMails",
        "securityComplianceNotificationPhones",
        "state",
        "street",
        "technicalNotificationMails",
        "tenantType",
        "assignedPlans",
        "privacyProfile",
        "provisionedPlans",
        "verifiedDomains",
    ];

    fn find(name: &str) -> Option<&'static str> {
        Self::DEFAULT.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
    }

    fn write<M: SerializeMap>(&self, property: &'static str, map: &mut M) -> Result<(), M::Error> {
        let profile = &self.0.profile;
        match property {
            "id" => map.serialize_entry(property, &Text(profile.id)),
            "countryLetterCode" => map.serialize_entry(property, profile.country.as_str()),
            "createdDateTime" => map.serialize_entry(property, &Time(profile.created_at)),
            "defaultUsageLocation" => map.serialize_entry(property, &profile.default_usage_location.map(Text)),
            "displayName" => map.serialize_entry(property, &profile.display_name),
            "tenantType" => map.serialize_entry(property, "AAD"),
            "assignedPlans" => map.serialize_entry(property, &AssignedPlans(self.assigned_plans())),
            "provisionedPlans" => map.serialize_entry(property, &ProvisionedPlans(self.assigned_plans())),
            "privacyProfile" => {
                map.serialize_entry(property, &PrivacyProfile { contact_email: None, statement_url: None })
            }
            "verifiedDomains" => map.serialize_entry(property, &self.verified_domains()),
            "businessPhones"
            | "marketingNotificationEmails"
            | "securityComplianceNotificationMails"
            | "securityComplianceNotificationPhones"
            | "technicalNotificationMails" => map.serialize_entry(property, &[(); 0]),
            _ => map.serialize_entry(property, &()),
        }
    }
}
