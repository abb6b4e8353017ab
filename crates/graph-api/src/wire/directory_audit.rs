//! `directoryAudit`: one event of the audit log (specification 4.9).

use crate::answer::Resource;
use crate::wire::modified_properties::{ModifiedProperty, modified_properties};
use crate::wire::time::FineTime;
use crate::wire::values::Text;
use engine::audit_log::{AuditRecord, Named};
use licensing::audit::{Activity, Actor, Detail};
use licensing::catalog::Product;
use licensing::directory::{GroupProfile, Member, Value};
use serde::Serialize;
use serde::ser::SerializeMap;
use std::fmt;
use uuid::Uuid;

/// `loggedByService` of everything here.
pub(crate) const SERVICE: &str = "Core Directory";
/// Who gives group licences to members, as Graph names it.
pub(crate) const GROUP_LICENSING: &str = "Microsoft Azure AD Group-Based Licensing";
/// Who runs the rules of dynamic groups, as Entra names it.
pub(crate) const DYNAMIC_MEMBERSHIP: &str = "Microsoft Approval Management";
/// Who made what a world file declares.
pub(crate) const OPERATOR: &str = "Seatwright";
/// Values of `result`.
pub(crate) const SUCCESS: &str = "success";
pub(crate) const FAILURE: &str = "failure";

/// One event of the audit log.
pub(crate) struct DirectoryAudit<'a> {
    pub(crate) record: &'a AuditRecord,
    pub(crate) named: &'a Named,
}

/// The `id` of an event: its cause, the number of its entry and its place in that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AuditId {
    pub(crate) correlation: Uuid,
    pub(crate) sequence: u64,
    pub(crate) position: u32,
}

impl AuditId {
    /// What an id means, if it has the form of one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("Directory_")?.split('_');
        let correlation = crate::call::parse_guid(parts.next()?)?;
        let (sequence, position) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let id = Self { correlation, sequence, position };
        // One event has one id: no signs, no zeros before a number.
        (id.to_string() == text.to_ascii_lowercase().replacen('d', "D", 1)).then_some(id)
    }
}

impl fmt::Display for AuditId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { correlation, sequence, position } = self;
        write!(f, "Directory_{correlation}_{sequence}_{position}")
    }
}

impl Resource for DirectoryAudit<'_> {
    const TYPE: &'static str = "microsoft.graph.directoryAudit";
    const DEFAULT: &'static [&'static str] = &[
        "id",
        "category",
        "correlationId",
        "result",
        "resultReason",
        "activityDisplayName",
        "activityDateTime",
        "loggedByService",
        "operationType",
        "initiatedBy",
        "targetResources",
        "additionalDetails",
    ];

    fn find(name: &str) -> Option<&'static str> {
        Self::DEFAULT.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
    }

    fn write<M: SerializeMap>(&self, property: &'static str, map: &mut M) -> Result<(), M::Error> {
        let record = self.record;
        let entry = &record.entry;
        let correlation = record.correlation_id(self.named.tenant.profile.id);
        match property {
            "id" => {
                let id = AuditId { correlation, sequence: record.sequence, position: record.event.position };
                map.serialize_entry(property, &Text(id))
            }
            "category" => map.serialize_entry(property, record.event.activity.category().as_str()),
            "correlationId" => map.serialize_entry(property, &correlation),
            "result" => map.serialize_entry(property, if record.failure().is_some() { FAILURE } else { SUCCESS }),
            "resultReason" => map.serialize_entry(property, record.failure().unwrap_or_default()),
            "activityDisplayName" => map.serialize_entry(property, record.event.activity.as_str()),
            "activityDateTime" => map.serialize_entry(property, &FineTime(entry.at)),
            "loggedByService" => map.serialize_entry(property, SERVICE),
            "operationType" => map.serialize_entry(property, operation_type(record.event.activity)),
            "initiatedBy" => map.serialize_entry(property, &Initiator::of(&entry.actor, self.named)),
            "targetResources" => map.serialize_entry(property, &self.targets()),
            _ => map.serialize_entry(property, &[(); 0]),
        }
    }
}

fn operation_type(activity: Activity) -> &'static str {
    match activity {
        Activity::AddUser | Activity::AddGroup | Activity::BuySubscription | Activity::CreateProduct => "Add",
        Activity::DeleteUser | Activity::HardDeleteUser | Activity::DeleteGroup | Activity::HardDeleteGroup => "Delete",
        Activity::AddMember | Activity::AddOwner | Activity::SetManager => "Assign",
        Activity::RemoveMember | Activity::RemoveOwner | Activity::RemoveManager => "Unassign",
        Activity::ChangeUserLicense
        | Activity::SetGroupLicense
        | Activity::StartApplyingGroupLicense
        | Activity::FinishApplyingGroupLicense
        | Activity::UpdateUser
        | Activity::RestoreUser
        | Activity::RestoreGroup
        | Activity::UpdateGroup
        | Activity::ChangeSubscription
        | Activity::CancelSubscription
        | Activity::RenewSubscription
        | Activity::AdvanceSubscriptions
        | Activity::ChangeProduct
        | Activity::SetClock => "Update",
    }
}

/// `auditActivityInitiator`.
#[derive(Default, Serialize)]
struct Initiator<'a> {
    user: Option<UserIdentity<'a>>,
    app: Option<AppIdentity<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserIdentity<'a> {
    id: Uuid,
    display_name: Option<&'a str>,
    user_principal_name: Option<&'a str>,
    ip_address: Option<&'a str>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct AppIdentity<'a> {
    app_id: Option<Uuid>,
    display_name: Option<&'a str>,
    service_principal_id: Option<Uuid>,
    service_principal_name: Option<&'a str>,
}

impl<'a> Initiator<'a> {
    fn of(actor: &Actor, named: &'a Named) -> Self {
        let app = |app_id, display_name| Some(AppIdentity { app_id, display_name, ..AppIdentity::default() });
        match actor {
            Actor::User(id) => {
                let profile = named.actor(id.0).and_then(|user| user.profile.as_ref());
                let user = UserIdentity {
                    id: id.0,
                    display_name: profile.and_then(|profile| profile.properties.text("displayName")),
                    user_principal_name: profile.map(|profile| profile.principal_name.as_str()),
                    ip_address: None,
                };
                Self { user: Some(user), app: None }
            }
            Actor::Application(id) => {
                let name = named.applications.get(id).map(|application| application.display_name.as_str());
                Self { user: None, app: app(Some(id.0), name) }
            }
            Actor::GroupLicensing => Self { user: None, app: app(None, Some(GROUP_LICENSING)) },
            Actor::DynamicMembership => Self { user: None, app: app(None, Some(DYNAMIC_MEMBERSHIP)) },
            Actor::Operator => Self { user: None, app: app(None, Some(OPERATOR)) },
        }
    }
}

/// `targetResource`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target<'a> {
    id: Option<Uuid>,
    display_name: Option<&'a str>,
    r#type: &'static str,
    user_principal_name: Option<&'a str>,
    group_type: Option<&'static str>,
    modified_properties: Vec<ModifiedProperty>,
}

impl DirectoryAudit<'_> {
    /// What changed is told of the first one.
    fn targets(&self) -> Vec<Target<'_>> {
        let targets = self.record.entry.targets(&self.record.event);
        let mut shown: Vec<Target<'_>> = targets.into_iter().map(|target| self.target(target)).collect();
        let tenant = &self.named.tenant;
        match &self.record.entry.detail {
            Detail::Purchase(purchase) => {
                shown.push(bought(purchase.id.0, tenant.skus.get(&purchase.sku).map(|sku| &*sku.product)));
            }
            Detail::Offer(offer) => {
                shown.push(bought(offer.sku.0, tenant.catalog.product(offer.sku).map(|own| &**own)))
            }
            _ => {}
        }
        if let Some(first) = shown.first_mut() {
            first.modified_properties = modified_properties(self.record, self.named);
        }
        shown
    }

    fn target(&self, target: Member) -> Target<'_> {
        match target {
            Member::User(key) => {
                let profile = self.named.users.get(&key).and_then(|user| user.profile.as_ref());
                Target {
                    id: profile.map(|profile| profile.id.0),
                    display_name: profile.and_then(|profile| profile.properties.text("displayName")),
                    r#type: "User",
                    user_principal_name: profile.map(|profile| profile.principal_name.as_str()),
                    group_type: None,
                    modified_properties: Vec::new(),
                }
            }
            Member::Group(key) => {
                let profile = self.named.groups.get(&key).map(|group| &group.profile);
                Target {
                    id: profile.map(|profile| profile.id.0),
                    display_name: profile.and_then(|profile| profile.properties.text("displayName")),
                    r#type: "Group",
                    user_principal_name: None,
                    group_type: profile.map(|profile| group_type(profile)),
                    modified_properties: Vec::new(),
                }
            }
        }
    }
}

/// A product, or a purchase of it.
fn bought(id: Uuid, product: Option<&Product>) -> Target<'_> {
    Target {
        id: Some(id),
        display_name: product.map(|product| product.part_number.as_str()),
        r#type: "Other",
        user_principal_name: None,
        group_type: None,
        modified_properties: Vec::new(),
    }
}

fn group_type(group: &GroupProfile) -> &'static str {
    let is_unified = |kind: &Value| kind.as_text() == Some("Unified");
    match group.properties.get("groupTypes") {
        Some(Value::List(kinds)) if kinds.iter().any(is_unified) => "unifiedGroups",
        _ => "azureAD",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written_and_in_no_other_form() {
        let id = AuditId { correlation: Uuid::from_u128(0xabcd), sequence: 12, position: 3 };
        let text = id.to_string();
        assert_eq!(AuditId::parse(&text), Some(id));
        for other in
            ["", "Directory_", &text[1..], &format!("{text}_1"), &text.replace("_12_", "_+12_"), "Directory_x_1_1"]
        {
            assert_eq!(AuditId::parse(other), None, "{other}");
        }
        assert_eq!(AuditId::parse(&text.replace("_3", "_03")), None);
    }
}
