//! The properties that a rule can name: section 7.3.

use std::borrow::Cow;
use std::fmt;

/// What a rule selects: users or devices, never both (section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// `user.…`
    User,
    /// `device.…`
    Device,
}

impl ObjectKind {
    pub(crate) fn named(object: &str) -> Option<Self> {
        [Self::User, Self::Device].into_iter().find(|kind| kind.word().eq_ignore_ascii_case(object))
    }

    fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Device => "device",
        }
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What a property holds, and so which operators and values go with it (sections 7.2 and 7.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PropertyType {
    /// True or false: `-eq` and `-ne`.
    Bool,
    /// A date and time: `-eq`, `-ne`, `-le`, `-ge`.
    Time,
    /// Text: all operators but `-le` and `-ge`.
    Text,
    /// A collection of texts: the operators of text, which then ask for some item, and `-any` and `-all` with `_`.
    Texts,
    /// The assigned plans: `-any` and `-all` with `assignedPlan.…`.
    Plans,
    /// The groups it is a member of: only `-any (group.objectId -in […])`, and that alone.
    Groups,
}

/// A property of users or of devices (section 7.3).
///
/// ```
/// use membership_rule::{ObjectKind, Property, PropertyType};
/// let property = Property::find(ObjectKind::User, "MOBILE").unwrap();
/// assert_eq!((property.name(), property.graph_name()), ("mobile", "mobilePhone"));
/// assert_eq!(property.property_type(), PropertyType::Text);
/// assert!(Property::find(ObjectKind::User, "extension_c272a57b722d4eb29bfe327874ae79cb_OfficeNumber").is_some());
/// assert!(Property::find(ObjectKind::Device, "mobile").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Property {
    kind: ObjectKind,
    name: Cow<'static, str>,
    graph_name: Cow<'static, str>,
    property_type: PropertyType,
}

impl Property {
    /// The property of this name, in any case.
    #[must_use]
    pub fn find(kind: ObjectKind, name: &str) -> Option<Self> {
        let rows = match kind {
            ObjectKind::User => USER,
            ObjectKind::Device => DEVICE,
        };
        match rows.iter().find(|row| row.name.eq_ignore_ascii_case(name)) {
            Some(row) => Some(row.property(kind)),
            None => extension_attribute(kind, name).or_else(|| directory_extension(kind, name)),
        }
    }

    /// All properties of the table, without the extensions of applications.
    pub fn all(kind: ObjectKind) -> impl Iterator<Item = Self> {
        let rows = match kind {
            ObjectKind::User => USER,
            ObjectKind::Device => DEVICE,
        };
        let attributes = (1..=EXTENSION_ATTRIBUTES).map(move |number| attribute(kind, number));
        rows.iter().map(move |row| row.property(kind)).chain(attributes)
    }

    /// Whose property it is.
    #[must_use]
    pub fn kind(&self) -> ObjectKind {
        self.kind
    }

    /// Its name in rules, as the specification writes it. The extension of an application has the name that the rule gives
    /// it, which is to be compared without regard to case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the property in Graph that the value comes from.
    #[must_use]
    pub fn graph_name(&self) -> &str {
        &self.graph_name
    }

    /// What it holds.
    #[must_use]
    pub fn property_type(&self) -> PropertyType {
        self.property_type
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind, self.name)
    }
}

struct Row {
    name: &'static str,
    graph_name: &'static str,
    property_type: PropertyType,
}

impl Row {
    fn property(&self, kind: ObjectKind) -> Property {
        let (name, graph_name) = (Cow::Borrowed(self.name), Cow::Borrowed(self.graph_name));
        Property { kind, name, graph_name, property_type: self.property_type }
    }
}

const fn same(name: &'static str, property_type: PropertyType) -> Row {
    Row { name, graph_name: name, property_type }
}

const fn alias(name: &'static str, graph_name: &'static str, property_type: PropertyType) -> Row {
    Row { name, graph_name, property_type }
}

use PropertyType::{Bool, Groups, Plans, Text, Texts, Time};

const USER: &[Row] = &[
    same("accountEnabled", Bool),
    alias("dirSyncEnabled", "onPremisesSyncEnabled", Bool),
    same("employeeHireDate", Time),
    same("city", Text),
    same("country", Text),
    same("companyName", Text),
    same("department", Text),
    same("displayName", Text),
    same("employeeId", Text),
    alias("facsimileTelephoneNumber", "faxNumber", Text),
    same("givenName", Text),
    same("jobTitle", Text),
    same("mail", Text),
    alias("mailNickName", "mailNickname", Text),
    same("memberOf", Groups),
    alias("mobile", "mobilePhone", Text),
    alias("objectId", "id", Text),
    same("onPremisesDistinguishedName", Text),
    same("onPremisesSecurityIdentifier", Text),
    same("passwordPolicies", Text),
    alias("physicalDeliveryOfficeName", "officeLocation", Text),
    same("postalCode", Text),
    same("preferredLanguage", Text),
    same("sipProxyAddress", Text),
    same("state", Text),
    same("streetAddress", Text),
    same("surname", Text),
    alias("telephoneNumber", "businessPhones", Text),
    same("usageLocation", Text),
    same("userPrincipalName", Text),
    same("userType", Text),
    same("otherMails", Texts),
    same("proxyAddresses", Texts),
    same("assignedPlans", Plans),
];

const DEVICE: &[Row] = &[
    same("accountEnabled", Bool),
    same("deviceCategory", Text),
    same("deviceId", Text),
    alias("deviceManagementAppId", "mdmAppId", Text),
    alias("deviceManufacturer", "manufacturer", Text),
    alias("deviceModel", "model", Text),
    same("displayName", Text),
    alias("deviceOSType", "operatingSystem", Text),
    alias("deviceOSVersion", "operatingSystemVersion", Text),
    same("deviceOwnership", Text),
    alias("devicePhysicalIds", "physicalIds", Texts),
    alias("deviceTrustType", "trustType", Text),
    same("enrollmentProfileName", Text),
    same("isRooted", Bool),
    same("managementType", Text),
    same("memberOf", Groups),
    alias("objectId", "id", Text),
    same("profileType", Text),
    same("systemLabels", Texts),
];

/// `extensionAttribute1` to this one.
const EXTENSION_ATTRIBUTES: u8 = 15;

const EXTENSION_ATTRIBUTE: &str = "extensionAttribute";

fn attribute(kind: ObjectKind, number: u8) -> Property {
    let name = format!("{EXTENSION_ATTRIBUTE}{number}");
    Property { kind, graph_name: Cow::Owned(name.clone()), name: Cow::Owned(name), property_type: Text }
}

fn extension_attribute(kind: ObjectKind, name: &str) -> Option<Property> {
    let (word, digits) = name.split_at_checked(EXTENSION_ATTRIBUTE.len())?;
    let number = (1..=EXTENSION_ATTRIBUTES).find(|number| number.to_string() == digits)?;
    word.eq_ignore_ascii_case(EXTENSION_ATTRIBUTE).then(|| attribute(kind, number))
}

/// `extension_`, the id of an application without its hyphens, `_`, a name: users only.
fn directory_extension(kind: ObjectKind, name: &str) -> Option<Property> {
    let mut parts = name.splitn(3, '_');
    let (word, application, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let is_application = application.len() == 32 && application.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_extension = word.eq_ignore_ascii_case("extension") && is_application && !rest.is_empty();
    (kind == ObjectKind::User && is_extension).then(|| {
        let name: Cow<'static, str> = Cow::Owned(name.to_owned());
        Property { kind, graph_name: name.clone(), name, property_type: Text }
    })
}
