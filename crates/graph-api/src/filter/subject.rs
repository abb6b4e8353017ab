//! What users and groups have, property by property.

use super::condition::{Datum, Subject};
use crate::wire::group::Group;
use crate::wire::user::User;
use licensing::directory::{Properties, Value};
use licensing::effective::{AssignedPlan, assigned_licenses, assigned_plans};
use licensing::ids::SkuKey;
use licensing::tenant::Tenant;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The value of a property that is kept as it was given; its path may lead into a complex value.
fn stored<'a>(properties: &'a Properties, path: &str) -> Datum<'a> {
    let (name, member) = path.split_once('/').unwrap_or((path, ""));
    match (properties.get(name), member) {
        (Some(Value::Object(members)), _) => members.get(member).map_or(Datum::Null, datum),
        (Some(value), "") => datum(value),
        _ => Datum::Null,
    }
}

fn datum(value: &Value) -> Datum<'_> {
    match value {
        Value::Bool(flag) => Datum::Flag(*flag),
        Value::Text(text) => Datum::Text(text.into()),
        Value::Null | Value::Int(_) | Value::List(_) | Value::Object(_) => Datum::Null,
    }
}

type Passes<'p> = &'p mut dyn FnMut(&dyn Subject) -> bool;

fn has_stored(properties: &Properties, collection: &str, passes: Passes<'_>) -> bool {
    match properties.get(collection) {
        Some(Value::List(items)) => items.iter().any(|item| passes(&Item::Stored(item))),
        _ => false,
    }
}

/// Whether one of these licences passes.
fn has_license<'k>(tenant: &Tenant, mut skus: impl Iterator<Item = &'k SkuKey>, passes: Passes<'_>) -> bool {
    skus.any(|key| tenant.skus.get(key).is_some_and(|sku| passes(&Item::License(sku.product.id.0))))
}

impl Subject for User<'_> {
    fn value(&self, path: &'static str) -> Datum<'_> {
        let Some(profile) = &self.facts.profile else { return Datum::Null };
        match path {
            "id" => Datum::Text(profile.id.to_string().into()),
            "userPrincipalName" => Datum::Text(profile.principal_name.as_str().into()),
            "usageLocation" => {
                self.facts.usage_location.map_or(Datum::Null, |location| Datum::Text(location.to_string().into()))
            }
            "createdDateTime" => Datum::Time(profile.created_at),
            "userType" if profile.properties.get(path).is_none() => Datum::Text("Member".into()),
            _ => stored(&profile.properties, path),
        }
    }

    fn has(&self, collection: &'static str, passes: Passes<'_>) -> bool {
        let paths = &self.facts.paths;
        match (collection, &self.facts.profile) {
            ("assignedLicenses", _) => has_license(self.tenant, assigned_licenses(paths).keys(), passes),
            ("assignedPlans", _) => {
                assigned_plans(self.tenant, paths).iter().any(|plan| passes(&Item::AssignedPlan(plan)))
            }
            ("provisionedPlans", _) => {
                assigned_plans(self.tenant, paths).iter().any(|plan| passes(&Item::ProvisionedPlan(plan)))
            }
            (_, Some(profile)) => has_stored(&profile.properties, collection, passes),
            (_, None) => false,
        }
    }
}

impl Subject for Group<'_> {
    fn value(&self, path: &'static str) -> Datum<'_> {
        let profile = &self.facts.profile;
        match path {
            "id" => Datum::Text(profile.id.to_string().into()),
            "createdDateTime" => Datum::Time(profile.created_at),
            "renewedDateTime" if profile.properties.get(path).is_none() => Datum::Time(profile.created_at),
            "hasMembersWithLicenseErrors" => self.has_members_with_license_errors.map_or(Datum::Null, Datum::Flag),
            _ => stored(&profile.properties, path),
        }
    }

    fn has(&self, collection: &'static str, passes: Passes<'_>) -> bool {
        match collection {
            "assignedLicenses" => {
                let none = BTreeMap::new();
                let licensed = self.tenant.licensed_groups.get(&self.facts.key);
                has_license(self.tenant, licensed.map_or(&none, |group| &group.licenses).keys(), passes)
            }
            _ => has_stored(&self.facts.profile.properties, collection, passes),
        }
    }
}

/// An item of a collection.
enum Item<'a> {
    License(Uuid),
    AssignedPlan(&'a AssignedPlan),
    ProvisionedPlan(&'a AssignedPlan),
    Stored(&'a Value),
}

impl Subject for Item<'_> {
    fn value(&self, path: &'static str) -> Datum<'_> {
        match (self, path) {
            (Self::License(sku), "skuId") => Datum::Guid(*sku),
            (Self::AssignedPlan(plan), "servicePlanId") => Datum::Guid(plan.plan.id.0),
            (Self::AssignedPlan(plan), "capabilityStatus") => Datum::Text(plan.status.as_str().into()),
            (Self::AssignedPlan(plan) | Self::ProvisionedPlan(plan), "service") => {
                Datum::Text(plan.plan.service.as_str().into())
            }
            (Self::ProvisionedPlan(_), "provisioningStatus") => Datum::Text("Success".into()),
            (Self::Stored(Value::Object(members)), _) => members.get(path).map_or(Datum::Null, datum),
            (Self::Stored(value), "") => datum(value),
            _ => Datum::Null,
        }
    }

    fn has(&self, _: &'static str, _: Passes<'_>) -> bool {
        false
    }
}
