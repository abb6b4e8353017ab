//! `modifiedProperties` of a `directoryAudit`: values before and after, each as JSON in a text.

use crate::wire::time::FineTime;
use engine::audit_log::{AuditRecord, Named};
use engine::schema::json_of;
use licensing::assignment::DisabledPlans;
use licensing::audit::{Activity, Detail, GroupTotals, LicenseChange, Licenses, Offer, PropertyChange, Purchase};
use licensing::catalog::{AppliesTo, ServicePlan};
use licensing::directory::Value;
use licensing::ids::{ServicePlanId, SkuKey};
use licensing::time::Timestamp;
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// `modifiedProperty`.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ModifiedProperty {
    display_name: String,
    old_value: Option<String>,
    new_value: Option<String>,
}

fn modified(name: impl Into<String>, old: Option<String>, new: Option<String>) -> ModifiedProperty {
    ModifiedProperty { display_name: name.into(), old_value: old, new_value: new }
}

/// What changed of the first target of a record.
pub(crate) fn modified_properties(record: &AuditRecord, named: &Named) -> Vec<ModifiedProperty> {
    let of_user = record.affected().and_then(|affected| affected.licenses.as_ref());
    let mut all: Vec<_> = of_user.map(|change| licenses(change, named)).into_iter().collect();
    let is_update = record.event.activity == Activity::UpdateUser;
    if let Some(change) = of_user.filter(|_| is_update) {
        all.push(plans(change, record.entry.at, named));
        all.push(included(["AssignedLicense", "AssignedPlan"].map(str::to_owned).to_vec()));
    }
    match &record.entry.detail {
        Detail::None | Detail::Nested(_) | Detail::Manager(_) => {}
        Detail::Licenses(change) => all.push(licenses(change, named)),
        Detail::Totals(totals) => all.push(result(*totals)),
        Detail::Properties(changes)
        | Detail::Purchase(Purchase { changes, .. })
        | Detail::Offer(Offer { changes, .. }) => all.extend(properties(changes)),
    }
    match record.entry.activity {
        Activity::AddMember | Activity::AddOwner => {
            all.extend(group_of(record, named).map(|(name, text)| modified(name, None, Some(text))));
        }
        Activity::RemoveMember | Activity::RemoveOwner => {
            all.extend(group_of(record, named).map(|(name, text)| modified(name, Some(text), None)));
        }
        _ => {}
    }
    all
}

fn licenses(change: &LicenseChange, named: &Named) -> ModifiedProperty {
    let text = |licenses: &Licenses| {
        let tenant = named.tenant.profile.id;
        let license = |(key, disabled): (_, &DisabledPlans)| {
            let product = &named.tenant.skus.get(key)?.product;
            let plans: Vec<String> = disabled.as_slice().iter().map(ToString::to_string).collect();
            Some(Json::String(format!(
                "[SkuName={}, AccountId={tenant}, SkuId={}, DisabledPlans=[{}]]",
                product.part_number,
                product.id,
                plans.join(", ")
            )))
        };
        Json::Array(licenses.iter().filter_map(license).collect()).to_string()
    };
    modified("AssignedLicense", Some(text(&change.before)), Some(text(&change.after)))
}

fn result(totals: GroupTotals) -> ModifiedProperty {
    let GroupTotals { succeeded, failed } = totals;
    let text = format!(
        "[Users successfully assigned licenses: {succeeded}, Users for whom license assignment failed: {failed}.]"
    );
    modified("Result", Some("[]".to_owned()), Some(text))
}

/// Each property, then their names.
fn properties(changes: &[PropertyChange]) -> Vec<ModifiedProperty> {
    let values = |value: &Value| match value {
        Value::Null => "[]".to_owned(),
        Value::List(_) => json_of(value).to_string(),
        _ => Json::Array(vec![json_of(value)]).to_string(),
    };
    let one = |change: &PropertyChange| {
        modified(directory_name(&change.name), Some(values(&change.old)), Some(values(&change.new)))
    };
    let names = changes.iter().map(|change| directory_name(&change.name)).collect();
    changes.iter().map(one).chain([included(names)]).collect()
}

fn included(names: Vec<String>) -> ModifiedProperty {
    modified("Included Updated Properties", None, Some(Json::String(names.join(", ")).to_string()))
}

/// The plans of licences before and after. When those that were there before came is not remembered, nor are they sold
/// one by one: their times and the ids of their sale are left out.
fn plans(change: &LicenseChange, at: Timestamp, named: &Named) -> ModifiedProperty {
    let (before, after) = (plans_of(&change.before, named), plans_of(&change.after, named));
    let text = |plans: &BTreeMap<ServicePlanId, &ServicePlan>, since: &dyn Fn(&ServicePlanId) -> Option<Timestamp>| {
        let plan = |(id, plan): (&ServicePlanId, &&ServicePlan)| {
            let mut shown = json!({ "ServiceInstance": plan.service, "CapabilityStatus": 0, "ServicePlanId": id.0 });
            if let Some(at) = since(id) {
                shown["AssignedTimestamp"] = json!(FineTime(at));
            }
            shown
        };
        plans.iter().map(plan).collect::<Json>().to_string()
    };
    let since = |id: &ServicePlanId| (!before.contains_key(id)).then_some(at);
    modified("AssignedPlan", Some(text(&before, &|_| None)), Some(text(&after, &since)))
}

/// The plans for users that licences leave enabled.
fn plans_of<'a>(licenses: &Licenses, named: &'a Named) -> BTreeMap<ServicePlanId, &'a ServicePlan> {
    let of_sku = |(key, disabled): (&SkuKey, &'_ DisabledPlans)| {
        let plans = named.tenant.skus.get(key).into_iter().flat_map(|sku| &sku.product.plans);
        let enabled = plans.filter(|plan| plan.applies_to == AppliesTo::User && !disabled.contains(plan.id));
        enabled.map(|plan| (plan.id, plan.as_ref())).collect::<Vec<_>>()
    };
    licenses.iter().flat_map(of_sku).collect()
}

/// The directory's own name of a property, which begins with a capital.
fn directory_name(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The group that a member or an owner joined or left.
fn group_of(record: &AuditRecord, named: &Named) -> impl Iterator<Item = (&'static str, String)> {
    let group = record.entry.group.and_then(|key| named.groups.get(&key));
    group.into_iter().flat_map(|group| {
        let name = group.profile.properties.text("displayName").unwrap_or_default();
        let text = |text: String| Json::String(text).to_string();
        [("Group.ObjectID", text(group.profile.id.to_string())), ("Group.DisplayName", text(name.to_owned()))]
    })
}
