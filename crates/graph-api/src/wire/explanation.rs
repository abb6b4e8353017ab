//! Why a user has a service or lacks it, as JSON: of our own, in Graph's names where Graph has them.

use crate::wire::licenses::{LicenseAssignmentState, Plans};
use engine::explain::Explanation;
use licensing::assignment::Source;
use licensing::explain::{ExplainedPath, ExplainedPlan};
use licensing::ids::SkuKey;
use serde_json::{Value, json};

/// The explanation with each path's state, and of each service plan the ways by which it comes or could come.
#[must_use]
pub fn explanation_json(explanation: &Explanation) -> Value {
    let profile = explanation.user.profile.as_deref();
    json!({
        "user": {
            "id": profile.map(|profile| profile.id.to_string()),
            "userPrincipalName": profile.map(|profile| &profile.principal_name),
            "displayName": profile.and_then(|profile| profile.properties.text("displayName")),
            "usageLocation": explanation.user.usage_location.map(|location| location.as_str().to_owned()),
        },
        "licenses": explanation.paths.iter().map(|path| license(explanation, path)).collect::<Vec<_>>(),
        "servicePlans": explanation.plans.iter().map(|plan| service_plan(explanation, plan)).collect::<Vec<_>>(),
    })
}

fn license(explanation: &Explanation, explained: &ExplainedPath) -> Value {
    let path = &explained.path;
    let state = LicenseAssignmentState::name_of(path.state);
    let advice = explanation.advice(explained);
    json!({
        "skuId": explanation.tenant.skus.get(&path.sku).map(|sku| sku.product.id.to_string()),
        "skuPartNumber": explanation.part_number(path.sku),
        "assignedByGroup": group(explanation, path.source),
        "disabledPlans": Plans(&path.disabled),
        "state": explained.is_stored.then_some(state),
        "error": path.state.error().map(|error| error.as_str()),
        "rule": advice.as_ref().and_then(|advice| advice.rule),
        "reason": advice.as_ref().map(|advice| &advice.reason),
        "remedy": advice.as_ref().map(|advice| &advice.remedy),
    })
}

fn group(explanation: &Explanation, source: Source) -> Option<Value> {
    let Source::Group(key) = source else { return None };
    let id = explanation.tenant.licensed_groups.get(&key).map(|group| group.id.to_string());
    let (name, rule) = (explanation.group_name(key), explanation.rule_of(key));
    Some(json!({ "id": id, "displayName": name, "membershipRule": rule }))
}

fn service_plan(explanation: &Explanation, explained: &ExplainedPlan) -> Value {
    let ways = |ways: &[(SkuKey, Source)]| -> Vec<Value> {
        let way = |(sku, source): &(SkuKey, Source)| {
            json!({
                "skuPartNumber": explanation.part_number(*sku),
                "assignedByGroup": group(explanation, *source),
            })
        };
        ways.iter().map(way).collect()
    };
    json!({
        "servicePlanId": explained.plan.id.to_string(),
        "servicePlanName": explained.plan.name,
        "status": explained.status(),
        "enabledBy": ways(&explained.enabled_by),
        "disabledBy": ways(&explained.disabled_by),
        "missingBy": ways(&explained.missing_by),
    })
}
