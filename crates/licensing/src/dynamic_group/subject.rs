//! A user as rules see it (specification 7.3).

use crate::directory::{UserProfile, Value as Kept};
use crate::effective::assigned_plans;
use crate::facts::UserFacts;
use crate::tenant::Tenant;
use membership_rule::{AssignedPlan, ObjectKind, Property, PropertyType, Subject, Timestamp, Value};
use std::borrow::Cow;

/// A user whose profile is loaded, as rules see it; with its manager's id, as far as a rule asks for it.
pub(super) fn seen<'a>(
    tenant: &'a Tenant,
    user: &'a UserFacts,
    is_member_of: &'a dyn Fn(&str) -> bool,
    manager: Option<&'a str>,
) -> Option<SeenUser<'a>> {
    Some(SeenUser { tenant, user, profile: user.profile.as_deref()?, is_member_of, manager })
}

/// A user as rules see it (specification 7.3).
pub(super) struct SeenUser<'a> {
    tenant: &'a Tenant,
    user: &'a UserFacts,
    profile: &'a UserProfile,
    is_member_of: &'a dyn Fn(&str) -> bool,
    manager: Option<&'a str>,
}

impl SeenUser<'_> {
    fn plans(&self) -> Vec<AssignedPlan<'_>> {
        let plan = |plan: crate::effective::AssignedPlan| AssignedPlan {
            service_plan_id: Some(Cow::Owned(plan.plan.id.to_string())),
            service: Some(Cow::Owned(plan.plan.service.clone())),
            capability_status: Some(Cow::Borrowed(plan.status.as_str())),
        };
        assigned_plans(self.tenant, &self.user.paths).into_iter().map(plan).collect()
    }

    fn kept(&self, name: &str) -> Option<&Kept> {
        let attribute = || match self.profile.properties.get("onPremisesExtensionAttributes") {
            Some(Kept::Object(attributes)) => attributes.get(name),
            _ => None,
        };
        let kept = self.profile.properties.get(name).or_else(attribute)?;
        match kept {
            Kept::List(items) if name == "businessPhones" => items.first(),
            kept => Some(kept),
        }
    }
}

impl Subject for SeenUser<'_> {
    fn kind(&self) -> ObjectKind {
        ObjectKind::User
    }

    fn value(&self, property: &Property) -> Option<Value<'_>> {
        match property.graph_name() {
            "id" => return Some(Value::Text(Cow::Owned(self.profile.id.to_string()))),
            "userPrincipalName" => return Some(Value::from(self.profile.principal_name.as_str())),
            "usageLocation" => return self.user.usage_location.as_ref().map(|location| Value::from(location.as_str())),
            "assignedPlans" => return Some(Value::Plans(self.plans())),
            _ => {}
        }
        match (self.kept(property.graph_name())?, property.property_type()) {
            // Times of all years are kept, to the last day of 9999, which is later than what can be counted.
            (Kept::Text(text), PropertyType::Time) => Some(Value::Time(text.parse().unwrap_or(Timestamp::MAX))),
            (Kept::Text(text), _) => Some(Value::from(text.as_str())),
            (Kept::Bool(flag), _) => Some(Value::Bool(*flag)),
            (Kept::List(items), _) => {
                Some(Value::Texts(items.iter().filter_map(Kept::as_text).map(Cow::Borrowed).collect()))
            }
            (Kept::Int(number), _) => Some(Value::Text(Cow::Owned(number.to_string()))),
            (Kept::Null | Kept::Object(_), _) => None,
        }
    }

    fn is_member_of(&self, group_id: &str) -> bool {
        (self.is_member_of)(group_id)
    }

    fn manager_id(&self) -> Option<Cow<'_, str>> {
        self.manager.map(Cow::Borrowed)
    }
}
