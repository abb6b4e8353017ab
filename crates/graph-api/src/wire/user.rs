//! `user` (specification 2.1).

use crate::answer::Resource;
use crate::wire::licenses::{AssignedLicenses, AssignedPlans, LicenseAssignmentStates, ProvisionedPlans};
use crate::wire::properties;
use crate::wire::time::Time;
use crate::wire::values::{SecurityIdentifier, Text};
use engine::schema::USER_PROPERTIES;
use licensing::effective::{assigned_licenses, assigned_plans};
use licensing::facts::UserFacts;
use licensing::tenant::Tenant;
use serde::ser::SerializeMap;

/// A user with its licences.
pub(crate) struct User<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) facts: &'a UserFacts,
}

/// The properties with which `assignLicense` answers (decisions, "The user in the answer of assignLicense").
pub(crate) const LICENSE_ANSWER: &[&str] = &[
    "accountEnabled",
    "assignedLicenses",
    "assignedPlans",
    "businessPhones",
    "city",
    "companyName",
    "displayName",
    "givenName",
    "jobTitle",
    "licenseAssignmentStates",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "usageLocation",
    "userPrincipalName",
    "id",
];

/// The properties of the generated page of `localtest`, in its order.
pub(crate) const LOCALTEST: &[&str] = &[
    "id",
    "deletedDateTime",
    "signInActivity",
    "accountEnabled",
    "ageGroup",
    "assignedLicenses",
    "assignedPlans",
    "businessPhones",
    "city",
    "companyName",
    "consentProvidedForMinor",
    "country",
    "createdDateTime",
    "creationType",
    "department",
    "deviceKeys",
    "displayName",
    "employeeId",
    "faxNumber",
    "givenName",
    "identities",
    "imAddresses",
    "isResourceAccount",
    "jobTitle",
    "lastPasswordChangeDateTime",
    "legalAgeGroupClassification",
    "licenseAssignmentStates",
    "mail",
    "mailNickname",
    "mobilePhone",
    "onPremisesDistinguishedName",
    "onPremisesExtensionAttributes",
    "onPremisesImmutableId",
    "onPremisesLastSyncDateTime",
    "onPremisesProvisioningErrors",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "onPremisesDomainName",
    "onPremisesSamAccountName",
    "onPremisesUserPrincipalName",
    "otherMails",
    "passwordPolicies",
    "passwordProfile",
    "officeLocation",
    "postalCode",
    "preferredDataLocation",
    "preferredLanguage",
    "provisionedPlans",
    "proxyAddresses",
    "refreshTokensValidFromDateTime",
    "showInAddressList",
    "signInSessionsValidFromDateTime",
    "state",
    "streetAddress",
    "surname",
    "usageLocation",
    "userPrincipalName",
    "externalUserState",
    "externalUserStateChangeDateTime",
    "userType",
    "mailboxSettings",
    "identityUserRisk",
    "deviceEnrollmentLimit",
    "aboutMe",
    "birthday",
    "hireDate",
    "interests",
    "mySite",
    "pastProjects",
    "preferredName",
    "responsibilities",
    "schools",
    "skills",
];

impl Resource for User<'_> {
    const TYPE: &'static str = "microsoft.graph.user";
    const DEFAULT: &'static [&'static str] = &[
        "businessPhones",
        "displayName",
        "givenName",
        "jobTitle",
        "mail",
        "mobilePhone",
        "officeLocation",
        "preferredLanguage",
        "surname",
        "userPrincipalName",
        "id",
    ];

    fn find(name: &str) -> Option<&'static str> {
        properties::find_name(USER_PROPERTIES, name)
    }

    fn write<M: SerializeMap>(&self, property: &'static str, map: &mut M) -> Result<(), M::Error> {
        let Self { tenant, facts } = *self;
        let profile = facts.profile.as_deref();
        let stored = profile.and_then(|profile| profile.properties.get(property));
        match property {
            "id" => map.serialize_entry(property, &profile.map(|profile| Text(profile.id))),
            "userPrincipalName" => map.serialize_entry(property, &profile.map(|p| p.principal_name.as_str())),
            "usageLocation" => map.serialize_entry(property, &facts.usage_location.map(Text)),
            "createdDateTime" => map.serialize_entry(property, &profile.map(|profile| Time(profile.created_at))),
            "deletedDateTime" => map.serialize_entry(property, &facts.deleted_at.map(Time)),
            "assignedLicenses" => {
                let licenses = &assigned_licenses(&facts.paths);
                map.serialize_entry(property, &AssignedLicenses { tenant, licenses })
            }
            "assignedPlans" => map.serialize_entry(property, &AssignedPlans(assigned_plans(tenant, &facts.paths))),
            "provisionedPlans" => {
                map.serialize_entry(property, &ProvisionedPlans(assigned_plans(tenant, &facts.paths)))
            }
            "licenseAssignmentStates" => {
                map.serialize_entry(property, &LicenseAssignmentStates { tenant, paths: &facts.paths })
            }
            "userType" if stored.is_none() => map.serialize_entry(property, "Member"),
            "securityIdentifier" if stored.is_none() => {
                map.serialize_entry(property, &profile.map(|profile| Text(SecurityIdentifier(profile.id.0))))
            }
            _ => properties::write(USER_PROPERTIES, property, stored, map),
        }
    }
}
