//! Complex types: what the values of properties with members are made of (names and types from the same metadata).

use super::{Kind, TEXT_CHARS_MAX};

/// A complex type.
#[derive(Debug, PartialEq, Eq)]
pub struct ComplexType {
    /// Its name, such as `microsoft.graph.employeeOrgData`.
    pub name: &'static str,
    /// Its members, by name; `None` when it may have any.
    pub members: Option<&'static [(&'static str, Kind)]>,
}

impl ComplexType {
    /// The type of a member, if there may be such a member: `None` inside when it may be anything.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<Option<Kind>> {
        match self.members {
            Some(members) => members.iter().find(|(known, _)| *known == name).map(|(_, kind)| Some(*kind)),
            None => Some(None),
        }
    }
}

const TEXT: Kind = Kind::Text(TEXT_CHARS_MAX);

/// A value that follows from something else, or an open type.
pub(super) const OPEN: &ComplexType = &ComplexType { name: "Edm.Untyped", members: None };

pub(super) const ASSIGNED_LABEL: &ComplexType =
    &ComplexType { name: "microsoft.graph.assignedLabel", members: Some(&[("displayName", TEXT), ("labelId", TEXT)]) };

pub(super) const AUTHORIZATION_INFO: &ComplexType =
    &ComplexType { name: "microsoft.graph.authorizationInfo", members: Some(&[("certificateUserIds", Kind::Texts)]) };

pub(super) const EMPLOYEE_ORG_DATA: &ComplexType = &ComplexType {
    name: "microsoft.graph.employeeOrgData",
    members: Some(&[("costCenter", TEXT), ("division", TEXT)]),
};

pub(super) const EXTENSION_ATTRIBUTES: &ComplexType = &ComplexType {
    name: "microsoft.graph.onPremisesExtensionAttributes",
    members: Some(&[
        ("extensionAttribute1", TEXT),
        ("extensionAttribute2", TEXT),
        ("extensionAttribute3", TEXT),
        ("extensionAttribute4", TEXT),
        ("extensionAttribute5", TEXT),
        ("extensionAttribute6", TEXT),
        ("extensionAttribute7", TEXT),
        ("extensionAttribute8", TEXT),
        ("extensionAttribute9", TEXT),
        ("extensionAttribute10", TEXT),
        ("extensionAttribute11", TEXT),
        ("extensionAttribute12", TEXT),
        ("extensionAttribute13", TEXT),
        ("extensionAttribute14", TEXT),
        ("extensionAttribute15", TEXT),
    ]),
};

pub(super) const OBJECT_IDENTITY: &ComplexType = &ComplexType {
    name: "microsoft.graph.objectIdentity",
    members: Some(&[("issuer", TEXT), ("issuerAssignedId", TEXT), ("signInType", TEXT)]),
};

/// Without the password, which is kept nowhere.
pub(super) const PASSWORD_PROFILE: &ComplexType = &ComplexType {
    name: "microsoft.graph.passwordProfile",
    members: Some(&[
        ("forceChangePasswordNextSignIn", Kind::Flag),
        ("forceChangePasswordNextSignInWithMfa", Kind::Flag),
    ]),
};

pub(super) const PROVISIONING_ERROR: &ComplexType = &ComplexType {
    name: "microsoft.graph.onPremisesProvisioningError",
    members: Some(&[
        ("category", TEXT),
        ("occurredDateTime", Kind::Time),
        ("propertyCausingError", TEXT),
        ("value", TEXT),
    ]),
};

pub(super) const SIGN_IN_ACTIVITY: &ComplexType = &ComplexType {
    name: "microsoft.graph.signInActivity",
    members: Some(&[
        ("lastNonInteractiveSignInDateTime", Kind::Time),
        ("lastNonInteractiveSignInRequestId", TEXT),
        ("lastSignInDateTime", Kind::Time),
        ("lastSignInRequestId", TEXT),
        ("lastSuccessfulSignInDateTime", Kind::Time),
        ("lastSuccessfulSignInRequestId", TEXT),
    ]),
};
