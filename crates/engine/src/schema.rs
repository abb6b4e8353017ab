//! Properties of users and groups: names, types, lengths, and who may set them (specification 2.1, 2.3;
//! names and types from the metadata that `data/README.md` names).

pub mod complex;

use complex::{
    ASSIGNED_LABEL, AUTHORIZATION_INFO, ComplexType, EMPLOYEE_ORG_DATA, EXTENSION_ATTRIBUTES, OBJECT_IDENTITY, OPEN,
    PASSWORD_PROFILE, PROVISIONING_ERROR, SIGN_IN_ACTIVITY,
};
use jiff::fmt::temporal::Pieces;
use licensing::directory::Value;
use std::collections::BTreeMap;

/// Characters in a string property whose limit is not documented.
pub const TEXT_CHARS_MAX: usize = 1_024;
/// Items in a collection property.
pub const LIST_ITEMS_MAX: usize = 250;

/// Type of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `Edm.String` of at most so many characters.
    Text(usize),
    /// `Edm.String` that is one of these, case ignored.
    OneOf(&'static [&'static str]),
    /// `Edm.Boolean`.
    Flag,
    /// `Edm.Int32`.
    Number,
    /// `Edm.DateTimeOffset`.
    Time,
    /// `Collection(Edm.String)`.
    Texts,
    /// A complex value.
    Complex(&'static ComplexType),
    /// A collection of complex values.
    Complexes(&'static ComplexType),
}

/// Who may set a property. A world may set all but derived ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Clients, at any time.
    Write,
    /// Clients, when they create the object.
    Create,
    /// Nobody over Graph.
    Read,
    /// Nobody: it follows from something else, or has a field of its own.
    Derived,
    /// Served for a single user only; not kept here (specification 5.2).
    Profile,
}

/// A property of a resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Who may set it.
    pub access: Access,
}

const fn property(name: &'static str, kind: Kind, access: Access) -> Property {
    Property { name, kind, access }
}

/// The property of this name, in a table that is sorted by name.
#[must_use]
pub fn find(table: &'static [Property], name: &str) -> Option<&'static Property> {
    table.binary_search_by_key(&name, |property| property.name).ok().and_then(|at| table.get(at))
}

impl Property {
    /// The value that a client or a world gave, if it is of the property's type; null clears.
    #[must_use]
    pub fn parse(&self, given: &serde_json::Value) -> Option<Value> {
        self.kind.parse(given)
    }
}

impl Kind {
    fn parse(self, given: &serde_json::Value) -> Option<Value> {
        if given.is_null() {
            return Some(Value::Null);
        }
        match self {
            Kind::Text(chars_max) => text(given, chars_max),
            Kind::OneOf(names) => {
                let named = |name: &&&str| given.as_str().is_some_and(|given| name.eq_ignore_ascii_case(given));
                names.iter().find(named).map(|name| Value::Text((*name).to_owned()))
            }
            Kind::Flag => given.as_bool().map(Value::Bool),
            Kind::Number => given.as_i64().filter(|n| i32::try_from(*n).is_ok()).map(Value::Int),
            Kind::Time => {
                let time = given.as_str()?;
                is_time(time).then(|| Value::Text(time.to_owned()))
            }
            Kind::Texts => {
                let items = given.as_array().filter(|items| items.len() <= LIST_ITEMS_MAX)?;
                items.iter().map(|item| text(item, TEXT_CHARS_MAX)).collect::<Option<_>>().map(Value::List)
            }
            Kind::Complex(of) => complex(given, of),
            Kind::Complexes(of) => {
                let items = given.as_array().filter(|items| items.len() <= LIST_ITEMS_MAX)?;
                items.iter().map(|item| complex(item, of)).collect::<Option<_>>().map(Value::List)
            }
        }
    }
}

/// Whether a text is an `Edm.DateTimeOffset`: of the years 1 to 9999, to their last moment.
fn is_time(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok()
        || Pieces::parse(text)
            .is_ok_and(|time| time.date().year() > 0 && time.time().is_some() && time.offset().is_some())
}

/// An object with members that its type has; type annotations are left out.
fn complex(given: &serde_json::Value, of: &ComplexType) -> Option<Value> {
    let members = given.as_object()?.iter().filter(|(name, _)| !name.ends_with("@odata.type"));
    let member = |(name, value): (&String, &serde_json::Value)| {
        let value = match of.member(name)? {
            Some(kind) => kind.parse(value)?,
            None => value_of(value.clone()),
        };
        Some((name.clone(), value))
    };
    members.map(member).collect::<Option<_>>().map(Value::Object)
}

fn text(given: &serde_json::Value, chars_max: usize) -> Option<Value> {
    given.as_str().filter(|text| text.chars().count() <= chars_max).map(|text| Value::Text(text.to_owned()))
}

/// A JSON value as a property value. Numbers that are no integers become their text.
#[must_use]
pub fn value_of(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Bool(flag),
        serde_json::Value::Number(number) => {
            number.as_i64().map_or_else(|| Value::Text(number.to_string()), Value::Int)
        }
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Array(items) => Value::List(items.into_iter().map(value_of).collect()),
        serde_json::Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, member)| (name, value_of(member))).collect())
        }
    }
}

/// A property value as JSON.
#[must_use]
pub fn json_of(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(json_of).collect(),
        Value::Object(members) => json_of_members(members),
    }
}

fn json_of_members(members: &BTreeMap<String, Value>) -> serde_json::Value {
    members.iter().map(|(name, value)| (name.clone(), json_of(value))).collect::<serde_json::Map<_, _>>().into()
}

/// Properties of `microsoft.graph.user`, by name.
pub const USER_PROPERTIES: &[Property] = &[
    property("aboutMe", Kind::Text(TEXT_CHARS_MAX), Access::Profile),
    property("accountEnabled", Kind::Flag, Access::Write),
    property("ageGroup", Kind::OneOf(&["Adult", "Minor", "NotAdult"]), Access::Write),
    property("assignedLicenses", Kind::Complexes(OPEN), Access::Derived),
    property("assignedPlans", Kind::Complexes(OPEN), Access::Derived),
    property("authorizationInfo", Kind::Complex(AUTHORIZATION_INFO), Access::Read),
    property("birthday", Kind::Time, Access::Profile),
    property("businessPhones", Kind::Texts, Access::Write),
    property("city", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("companyName", Kind::Text(64), Access::Write),
    property("consentProvidedForMinor", Kind::OneOf(&["Denied", "Granted", "NotRequired"]), Access::Write),
    property("country", Kind::Text(128), Access::Write),
    property("createdDateTime", Kind::Time, Access::Derived),
    property("creationType", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("customSecurityAttributes", Kind::Complex(OPEN), Access::Read),
    property("department", Kind::Text(64), Access::Write),
    property("deviceEnrollmentLimit", Kind::Number, Access::Read),
    property("displayName", Kind::Text(256), Access::Write),
    property("employeeHireDate", Kind::Time, Access::Write),
    property("employeeId", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("employeeLeaveDateTime", Kind::Time, Access::Write),
    property("employeeOrgData", Kind::Complex(EMPLOYEE_ORG_DATA), Access::Write),
    property("employeeType", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("externalUserState", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("externalUserStateChangeDateTime", Kind::Time, Access::Read),
    property("faxNumber", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("givenName", Kind::Text(64), Access::Write),
    property("hireDate", Kind::Time, Access::Profile),
    property("identities", Kind::Complexes(OBJECT_IDENTITY), Access::Write),
    property("identityParentId", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("imAddresses", Kind::Texts, Access::Read),
    property("interests", Kind::Texts, Access::Profile),
    property("isManagementRestricted", Kind::Flag, Access::Read),
    property("isResourceAccount", Kind::Flag, Access::Write),
    property("jobTitle", Kind::Text(128), Access::Write),
    property("lastPasswordChangeDateTime", Kind::Time, Access::Read),
    property("legalAgeGroupClassification", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("licenseAssignmentStates", Kind::Complexes(OPEN), Access::Derived),
    property("mail", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("mailNickname", Kind::Text(64), Access::Write),
    property("mailboxSettings", Kind::Complex(OPEN), Access::Profile),
    property("mobilePhone", Kind::Text(64), Access::Write),
    property("mySite", Kind::Text(TEXT_CHARS_MAX), Access::Profile),
    property("officeLocation", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("onPremisesDistinguishedName", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("onPremisesDomainName", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("onPremisesExtensionAttributes", Kind::Complex(EXTENSION_ATTRIBUTES), Access::Write),
    property("onPremisesImmutableId", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("onPremisesLastSyncDateTime", Kind::Time, Access::Read),
    property("onPremisesProvisioningErrors", Kind::Complexes(PROVISIONING_ERROR), Access::Read),
    property("onPremisesSamAccountName", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("onPremisesSecurityIdentifier", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("onPremisesSyncEnabled", Kind::Flag, Access::Read),
    property("onPremisesUserPrincipalName", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("otherMails", Kind::Texts, Access::Write),
    property("passwordPolicies", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("passwordProfile", Kind::Complex(PASSWORD_PROFILE), Access::Write),
    property("pastProjects", Kind::Texts, Access::Profile),
    property("postalCode", Kind::Text(40), Access::Write),
    property("preferredDataLocation", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("preferredLanguage", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("preferredName", Kind::Text(TEXT_CHARS_MAX), Access::Profile),
    property("print", Kind::Complex(OPEN), Access::Read),
    property("provisionedPlans", Kind::Complexes(OPEN), Access::Derived),
    property("proxyAddresses", Kind::Texts, Access::Read),
    property("responsibilities", Kind::Texts, Access::Profile),
    property("schools", Kind::Texts, Access::Profile),
    property("securityIdentifier", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("serviceProvisioningErrors", Kind::Complexes(OPEN), Access::Derived),
    property("showInAddressList", Kind::Flag, Access::Write),
    property("signInActivity", Kind::Complex(SIGN_IN_ACTIVITY), Access::Read),
    property("signInSessionsValidFromDateTime", Kind::Time, Access::Read),
    property("skills", Kind::Texts, Access::Profile),
    property("state", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("streetAddress", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("surname", Kind::Text(64), Access::Write),
    property("usageLocation", Kind::Text(2), Access::Derived),
    property("userPrincipalName", Kind::Text(TEXT_CHARS_MAX), Access::Derived),
    property("userType", Kind::OneOf(&["Guest", "Member"]), Access::Write),
];

/// Properties of `microsoft.graph.group`, by name.
pub const GROUP_PROPERTIES: &[Property] = &[
    property("accessType", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("allowExternalSenders", Kind::Flag, Access::Read),
    property("assignedLabels", Kind::Complexes(ASSIGNED_LABEL), Access::Read),
    property("assignedLicenses", Kind::Complexes(OPEN), Access::Derived),
    property("autoSubscribeNewMembers", Kind::Flag, Access::Read),
    property("classification", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("createdDateTime", Kind::Time, Access::Derived),
    property("description", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("displayName", Kind::Text(256), Access::Write),
    property("expirationDateTime", Kind::Time, Access::Read),
    property("groupTypes", Kind::Texts, Access::Write),
    property("hasMembersWithLicenseErrors", Kind::Flag, Access::Derived),
    property("hideFromAddressLists", Kind::Flag, Access::Read),
    property("hideFromOutlookClients", Kind::Flag, Access::Read),
    property("infoCatalogs", Kind::Texts, Access::Read),
    property("isArchived", Kind::Flag, Access::Read),
    property("isAssignableToRole", Kind::Flag, Access::Create),
    property("isFavorite", Kind::Flag, Access::Read),
    property("isManagementRestricted", Kind::Flag, Access::Read),
    property("isSubscribedByMail", Kind::Flag, Access::Read),
    property("licenseProcessingState", Kind::Complex(OPEN), Access::Derived),
    property("mail", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("mailEnabled", Kind::Flag, Access::Write),
    property("mailNickname", Kind::Text(64), Access::Write),
    property("membershipRule", Kind::Text(3072), Access::Write),
    property("membershipRuleProcessingState", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("membershipRuleProcessingStatus", Kind::Complex(OPEN), Access::Derived),
    property("onPremisesDomainName", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("onPremisesExtensionAttributes", Kind::Complex(EXTENSION_ATTRIBUTES), Access::Read),
    property("onPremisesLastSyncDateTime", Kind::Time, Access::Read),
    property("onPremisesNetBiosName", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("onPremisesProvisioningErrors", Kind::Complexes(PROVISIONING_ERROR), Access::Read),
    property("onPremisesSamAccountName", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("onPremisesSecurityIdentifier", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("onPremisesSyncEnabled", Kind::Flag, Access::Read),
    property("organizationId", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("preferredDataLocation", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("preferredLanguage", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("proxyAddresses", Kind::Texts, Access::Read),
    property("renewedDateTime", Kind::Time, Access::Read),
    property("resourceBehaviorOptions", Kind::Texts, Access::Create),
    property("resourceProvisioningOptions", Kind::Texts, Access::Create),
    property("securityEnabled", Kind::Flag, Access::Write),
    property("securityIdentifier", Kind::Text(TEXT_CHARS_MAX), Access::Read),
    property("serviceProvisioningErrors", Kind::Complexes(OPEN), Access::Derived),
    property("theme", Kind::OneOf(&["Blue", "Green", "Orange", "Pink", "Purple", "Red", "Teal"]), Access::Write),
    property("uniqueName", Kind::Text(TEXT_CHARS_MAX), Access::Write),
    property("unseenConversationsCount", Kind::Number, Access::Read),
    property("unseenCount", Kind::Number, Access::Read),
    property("unseenMessagesCount", Kind::Number, Access::Read),
    property("visibility", Kind::OneOf(&["HiddenMembership", "Private", "Public"]), Access::Write),
    property("welcomeMessageEnabled", Kind::Flag, Access::Read),
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tables_are_sorted_so_that_names_are_found() {
        for table in [USER_PROPERTIES, GROUP_PROPERTIES] {
            assert!(table.is_sorted_by_key(|property| property.name));
            assert!(table.iter().all(|property| find(table, property.name) == Some(property)));
        }
    }

    #[test]
    fn a_value_must_have_the_type_and_length_of_its_property() {
        let department = find(USER_PROPERTIES, "department").unwrap();
        assert_eq!(department.parse(&json!("Sales")), Some(Value::Text("Sales".into())));
        assert_eq!(department.parse(&json!("x".repeat(65))), None);
        assert_eq!(department.parse(&json!(1)), None);
        assert_eq!(department.parse(&json!(null)), Some(Value::Null));
        let kind = find(USER_PROPERTIES, "userType").unwrap();
        assert_eq!(kind.parse(&json!("guest")), Some(Value::Text("Guest".into())));
        assert_eq!((kind.parse(&json!("Friend")), kind.parse(&json!(1))), (None, None));
    }

    #[test]
    fn a_time_may_be_any_of_the_years_that_dates_have() {
        let hired = find(USER_PROPERTIES, "employeeHireDate").unwrap();
        for time in [
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59.9999999Z",
            "0001-01-01T00:00:00Z",
            "2026-01-31T08:00:00+02:00",
        ] {
            assert_eq!(hired.parse(&json!(time)), Some(Value::Text(time.into())), "{time}");
        }
        for wrong in ["tomorrow", "2026-01-31", "2026-01-31T08:00:00", "10000-01-01T00:00:00Z", ""] {
            assert_eq!(hired.parse(&json!(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn a_complex_value_has_the_members_of_its_type_and_no_others() {
        let parse = |name: &str, given| find(USER_PROPERTIES, name).unwrap().parse(&given);
        let taken =
            parse("employeeOrgData", json!({ "@odata.type": "#microsoft.graph.employeeOrgData", "division": "North" }));
        assert_eq!(taken, Some(Value::Object([("division".into(), Value::Text("North".into()))].into())));
        assert_eq!(parse("employeeOrgData", json!({ "x": 1 })), None);
        assert_eq!(parse("employeeOrgData", json!({ "costCenter": ["x"] })), None);
        assert_eq!(parse("onPremisesExtensionAttributes", json!({ "extensionAttribute16": "x" })), None);
        assert_eq!(parse("identities", json!([{ "a": 1 }])), None);
        assert!(parse("customSecurityAttributes", json!({ "Engineering": { "Project": ["a"] } })).is_some());
    }
}
