//! Which properties can be filtered by what, as Graph documents it (specification 5.3; its page "Advanced query
//! capabilities on Microsoft Entra ID objects"). What is not here is not served.

use super::Filtered;
use crate::wire::group::Group;
use crate::wire::user::User;

/// For whom something is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Support {
    /// For everybody.
    Default,
    /// For requests with `ConsistencyLevel: eventual` and `$count=true`.
    Advanced,
    /// For nobody.
    No,
}

/// The type of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Flag,
    Time,
    Guid,
}

/// What is served of one property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Its path; of items of a collection too.
    pub(super) path: &'static str,
    pub(super) of: Type,
    /// Whether it is one of items, and so asked for by `any`.
    pub(super) is_in_items: bool,
    /// `eq` and `in`; `ne` and `not` are advanced at least.
    pub(super) equal: Support,
    /// `startsWith`.
    pub(super) starts: Support,
    /// `endsWith`.
    pub(super) ends: Support,
    /// `ge` and `le`.
    pub(super) range: Support,
    /// `eq null`.
    pub(super) null: Support,
}

impl Rule {
    const fn new(path: &'static str, of: Type, equal: Support, null: Support) -> Self {
        Self { path, of, is_in_items: false, equal, starts: Support::No, ends: Support::No, range: Support::No, null }
    }

    /// With `startsWith` where `eq` is.
    const fn starts(self) -> Self {
        Self { starts: self.equal, ..self }
    }

    /// With `ge` and `le` where `eq` is.
    const fn range(self) -> Self {
        Self { range: self.equal, ..self }
    }

    const fn ends(self) -> Self {
        Self { ends: Support::Advanced, ..self }
    }
}

/// A text; a text of which `startsWith`, `ge` and `le` are served too; a flag; a time with `ge` and `le`.
const fn exact(path: &'static str, equal: Support, null: Support) -> Rule {
    Rule::new(path, Type::Text, equal, null)
}

const fn text(path: &'static str, equal: Support, null: Support) -> Rule {
    exact(path, equal, null).starts().range()
}

const fn flag(path: &'static str, equal: Support, null: Support) -> Rule {
    Rule::new(path, Type::Flag, equal, null)
}

const fn time(path: &'static str, equal: Support, null: Support) -> Rule {
    Rule::new(path, Type::Time, equal, null).range()
}

/// Items of a collection, or a property of them: texts or GUIDs.
const fn item(path: &'static str, equal: Support) -> Rule {
    Rule { is_in_items: true, ..exact(path, equal, Support::No) }
}

const fn item_id(path: &'static str, equal: Support) -> Rule {
    Rule { is_in_items: true, ..Rule::new(path, Type::Guid, equal, Support::No) }
}

use Support::{Advanced, Default, No};

impl Filtered for User<'_> {
    const NAME: &'static str = "User";
    const RULES: &'static [Rule] = &[
        exact("id", Default, No),
        flag("accountEnabled", Default, No),
        exact("ageGroup", Default, No),
        item_id("assignedLicenses/skuId", Default),
        item("assignedPlans/capabilityStatus", Advanced),
        item("assignedPlans/service", Advanced).starts(),
        item_id("assignedPlans/servicePlanId", Advanced),
        item("businessPhones", Advanced).starts(),
        text("city", Default, Advanced),
        text("companyName", Advanced, Advanced),
        exact("consentProvidedForMinor", Default, No),
        text("country", Default, Advanced),
        time("createdDateTime", Default, Advanced),
        exact("creationType", Default, No),
        text("department", Default, Advanced),
        text("displayName", Default, Advanced),
        time("employeeHireDate", Advanced, No),
        exact("employeeId", Default, Advanced),
        text("employeeOrgData/costCenter", Advanced, No),
        text("employeeOrgData/division", Advanced, No),
        exact("employeeType", Advanced, No),
        exact("externalUserState", Default, No),
        text("faxNumber", Advanced, Advanced),
        text("givenName", Default, Advanced),
        item("identities/issuer", Default),
        item("imAddresses", Default).starts(),
        flag("isResourceAccount", Default, No),
        text("jobTitle", Default, Advanced),
        text("mail", Default, Advanced).ends(),
        text("mailNickname", Default, Advanced),
        text("mobilePhone", Advanced, Advanced),
        text("officeLocation", Advanced, Advanced),
        text("onPremisesDistinguishedName", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute1", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute2", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute3", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute4", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute5", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute6", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute7", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute8", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute9", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute10", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute11", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute12", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute13", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute14", Advanced, Advanced),
        text("onPremisesExtensionAttributes/extensionAttribute15", Advanced, Advanced),
        exact("onPremisesImmutableId", Default, No),
        time("onPremisesLastSyncDateTime", Default, No),
        text("onPremisesSamAccountName", Advanced, No),
        exact("onPremisesSecurityIdentifier", Default, Advanced),
        flag("onPremisesSyncEnabled", Default, Advanced),
        item("otherMails", Default).starts().ends(),
        exact("passwordPolicies", No, Advanced),
        text("postalCode", Advanced, Advanced),
        text("preferredLanguage", Advanced, Advanced),
        item("provisionedPlans/provisioningStatus", Advanced),
        item("provisionedPlans/service", Advanced).starts(),
        item("proxyAddresses", Default).starts().ends(),
        flag("showInAddressList", Advanced, No),
        exact("state", Default, Advanced).range(),
        text("streetAddress", Advanced, Advanced),
        text("surname", Default, Advanced),
        text("usageLocation", Default, Advanced),
        text("userPrincipalName", Default, No).ends(),
        exact("userType", Default, Advanced),
    ];
    const COUNTED: &'static [&'static str] = &["assignedLicenses", "otherMails", "proxyAddresses"];
}

impl Filtered for Group<'_> {
    const NAME: &'static str = "Group";
    const RULES: &'static [Rule] = &[
        exact("id", Default, No),
        item_id("assignedLicenses/skuId", Default),
        text("classification", Default, No),
        // Not in Graph's table; clients use it with the advanced parameters.
        time("createdDateTime", Advanced, No),
        text("description", Advanced, Advanced),
        text("displayName", Default, Advanced),
        time("expirationDateTime", Advanced, No),
        item("groupTypes", Default),
        flag("hasMembersWithLicenseErrors", Default, Default),
        item("infoCatalogs", Default).starts(),
        flag("isAssignableToRole", Default, No),
        text("mail", Default, Advanced).ends(),
        flag("mailEnabled", Default, No),
        text("mailNickname", Default, Advanced),
        text("membershipRule", Default, No),
        exact("membershipRuleProcessingState", Default, No),
        time("onPremisesLastSyncDateTime", Default, No),
        text("onPremisesSamAccountName", Advanced, No),
        exact("onPremisesSecurityIdentifier", Default, Advanced),
        flag("onPremisesSyncEnabled", Default, Advanced),
        text("preferredLanguage", Advanced, Advanced),
        item("proxyAddresses", Default).starts().ends(),
        time("renewedDateTime", Default, No),
        item("resourceBehaviorOptions", Default),
        item("resourceProvisioningOptions", Default),
        flag("securityEnabled", Default, No),
        text("uniqueName", Default, No),
        // Not in Graph's table; clients use it with the advanced parameters.
        exact("visibility", Advanced, No),
    ];
    const COUNTED: &'static [&'static str] = &["assignedLicenses", "proxyAddresses"];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Resource;

    #[test]
    fn every_rule_is_about_a_property_that_is_there() {
        fn check<R: Filtered + Resource>() {
            let names = R::RULES.iter().map(|rule| rule.path).chain(R::COUNTED.iter().copied());
            for path in names {
                let name = path.split('/').next().unwrap();
                assert_eq!(R::find(name), Some(name), "{path} of {}", R::NAME);
            }
        }
        check::<User<'_>>();
        check::<Group<'_>>();
    }
}
