//! `group` (specification 2.3).

use crate::answer::Resource;
use crate::wire::licenses::AssignedLicenses;
use crate::wire::properties;
use crate::wire::time::Time;
use crate::wire::values::{SecurityIdentifier, Text};
use engine::schema::GROUP_PROPERTIES;
use licensing::dynamic_group::RuleStatus;
use licensing::facts::{GroupFacts, ProcessingState};
use licensing::tenant::Tenant;
use serde::Serialize;
use serde::ser::SerializeMap;
use std::collections::BTreeMap;

/// A group with its licences.
pub(crate) struct Group<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) facts: &'a GroupFacts,
    /// Known in `localtest` only; elsewhere the property is never returned.
    pub(crate) has_members_with_license_errors: Option<bool>,
}

impl<'a> Group<'a> {
    pub(crate) fn new(tenant: &'a Tenant, facts: &'a GroupFacts) -> Self {
        Self { tenant, facts, has_members_with_license_errors: None }
    }
}

#[derive(Serialize)]
struct LicenseProcessingState {
    state: &'static str,
}

/// The property that only beta has (specification 1.9).
pub(crate) const RULE_STATUS: &str = "membershipRuleProcessingStatus";
/// What is wrong with a rule whose status is `Failed`.
const RESTLESS: &str = "When the rule last ran, licences that follow from memberships turned it around for some users.";

/// `membershipRuleProcessingStatus`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleProcessing {
    status: &'static str,
    error_message: Option<&'static str>,
    last_membership_updated: Option<Time>,
}

impl RuleProcessing {
    fn of(facts: &GroupFacts) -> Option<Self> {
        let status = facts.rule_status?;
        Some(Self {
            status: status.as_str(),
            error_message: (status == RuleStatus::Failed).then_some(RESTLESS),
            last_membership_updated: facts.members_updated_at.map(Time),
        })
    }
}

/// The properties of the generated page of `localtest`, in its order.
pub(crate) const LOCALTEST: &[&str] = &[
    "id",
    "deletedDateTime",
    "assignedLabels",
    "assignedLicenses",
    "classification",
    "createdDateTime",
    "description",
    "displayName",
    "groupTypes",
    "hasMembersWithLicenseErrors",
    "isAssignableToRole",
    "licenseProcessingState",
    "mail",
    "mailEnabled",
    "mailNickname",
    "mdmAppId",
    "membershipRule",
    "membershipRuleProcessingState",
    "onPremisesDomainName",
    "onPremisesLastSyncDateTime",
    "onPremisesNetBiosName",
    "onPremisesProvisioningErrors",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "preferredDataLocation",
    "preferredLanguage",
    "proxyAddresses",
    "renewedDateTime",
    "resourceBehaviorOptions",
    "resourceProvisioningOptions",
    "securityEnabled",
    "securityIdentifier",
    "theme",
    "visibility",
    "accessType",
    "allowExternalSenders",
    "autoSubscribeNewMembers",
    "isFavorite",
    "isSubscribedByMail",
    "unseenCount",
    "unseenConversationsCount",
    "unseenMessagesCount",
    "hideFromOutlookClients",
    "hideFromAddressLists",
    "isArchived",
];

impl Resource for Group<'_> {
    const TYPE: &'static str = "microsoft.graph.group";
    const DEFAULT: &'static [&'static str] = &[
        "id",
        "deletedDateTime",
        "classification",
        "createdDateTime",
        "creationOptions",
        "description",
        "displayName",
        "expirationDateTime",
        "groupTypes",
        "isAssignableToRole",
        "mail",
        "mailEnabled",
        "mailNickname",
        "membershipRule",
        "membershipRuleProcessingState",
        "onPremisesDomainName",
        "onPremisesLastSyncDateTime",
        "onPremisesNetBiosName",
        "onPremisesSamAccountName",
        "onPremisesSecurityIdentifier",
        "onPremisesSyncEnabled",
        "preferredDataLocation",
        "preferredLanguage",
        "proxyAddresses",
        "renewedDateTime",
        "resourceBehaviorOptions",
        "resourceProvisioningOptions",
        "securityEnabled",
        "securityIdentifier",
        "theme",
        "visibility",
        "onPremisesProvisioningErrors",
    ];

    fn find(name: &str) -> Option<&'static str> {
        let in_default = || Self::DEFAULT.iter().find(|known| known.eq_ignore_ascii_case(name)).copied();
        properties::find_name(GROUP_PROPERTIES, name).or_else(in_default)
    }

    fn write<M: SerializeMap>(&self, property: &'static str, map: &mut M) -> Result<(), M::Error> {
        let Self { tenant, facts, .. } = *self;
        let profile = &facts.profile;
        let stored = profile.properties.get(property);
        match property {
            "id" => map.serialize_entry(property, &Text(profile.id)),
            "createdDateTime" => map.serialize_entry(property, &Time(profile.created_at)),
            "renewedDateTime" if stored.is_none() => map.serialize_entry(property, &Time(profile.created_at)),
            "deletedDateTime" => map.serialize_entry(property, &facts.deleted_at.map(Time)),
            "assignedLicenses" => {
                let none = BTreeMap::new();
                let licenses = tenant.licensed_groups.get(&facts.key).map_or(&none, |group| &group.licenses);
                map.serialize_entry(property, &AssignedLicenses { tenant, licenses })
            }
            "licenseProcessingState" => {
                let shown = |state: ProcessingState| LicenseProcessingState { state: state.as_str() };
                map.serialize_entry(property, &facts.processing.map(shown))
            }
            RULE_STATUS => map.serialize_entry(property, &RuleProcessing::of(facts)),
            "hasMembersWithLicenseErrors" => match self.has_members_with_license_errors {
                Some(has) => map.serialize_entry(property, &has),
                None => Ok(()),
            },
            "securityIdentifier" if stored.is_none() => {
                map.serialize_entry(property, &Text(SecurityIdentifier(profile.id.0)))
            }
            _ => properties::write(GROUP_PROPERTIES, property, stored, map),
        }
    }
}
