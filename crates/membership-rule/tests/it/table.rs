//! The table of properties against section 7.3, and what a rule says it depends on.

use membership_rule::{MembershipRule, ObjectKind, Property, PropertyType};

const USER: &str = "accountEnabled dirSyncEnabled employeeHireDate city country companyName department displayName employeeId \
    facsimileTelephoneNumber givenName jobTitle mail mailNickName memberOf mobile objectId onPremisesDistinguishedName \
    onPremisesSecurityIdentifier passwordPolicies physicalDeliveryOfficeName postalCode preferredLanguage sipProxyAddress \
    state streetAddress surname telephoneNumber usageLocation userPrincipalName userType otherMails proxyAddresses assignedPlans";

const DEVICE: &str = "accountEnabled deviceCategory deviceId deviceManagementAppId deviceManufacturer deviceModel displayName \
    deviceOSType deviceOSVersion deviceOwnership devicePhysicalIds deviceTrustType enrollmentProfileName isRooted \
    managementType memberOf objectId profileType systemLabels";

#[test]
fn the_table_is_that_of_the_specification() {
    for (kind, listed) in [(ObjectKind::User, USER), (ObjectKind::Device, DEVICE)] {
        let attributes = (1..=15).map(|number| format!("extensionAttribute{number}"));
        let expected: Vec<String> = listed.split_whitespace().map(str::to_owned).chain(attributes).collect();
        let found: Vec<String> = Property::all(kind).map(|property| property.name().to_owned()).collect();
        assert_eq!(found, expected);
        for property in Property::all(kind) {
            assert_eq!(Property::find(kind, &property.name().to_uppercase()).as_ref(), Some(&property));
            assert_eq!(property.kind(), kind);
        }
    }
}

#[test]
fn every_property_can_be_used_as_its_type_allows() {
    for property in Property::all(ObjectKind::User).chain(Property::all(ObjectKind::Device)) {
        let rest = match property.property_type() {
            PropertyType::Bool => "-eq true",
            PropertyType::Time => "-ge system.now",
            PropertyType::Text => "-startsWith \"a\"",
            PropertyType::Texts => "-any (_ -contains \"a\")",
            PropertyType::Plans => "-all (assignedPlan.service -eq null)",
            PropertyType::Groups => "-any (group.objectId -in [\"a\"])",
        };
        let text = format!("{property} {rest}");
        assert_eq!(MembershipRule::parse(&text).unwrap().to_string(), text);
    }
}

#[test]
fn names_of_graph_that_differ() {
    let pairs = [
        ("dirSyncEnabled", "onPremisesSyncEnabled"),
        ("facsimileTelephoneNumber", "faxNumber"),
        ("mobile", "mobilePhone"),
        ("objectId", "id"),
        ("physicalDeliveryOfficeName", "officeLocation"),
        ("telephoneNumber", "businessPhones"),
        ("city", "city"),
    ];
    for (name, graph_name) in pairs {
        assert_eq!(Property::find(ObjectKind::User, name).unwrap().graph_name(), graph_name);
    }
}

#[test]
fn a_rule_says_what_it_depends_on() {
    let rule = MembershipRule::parse(
        "user.city -eq \"a\" -or -not (user.otherMails -any (_ -eq \"b\") -and user.CITY -ne null)",
    )
    .unwrap();
    assert_eq!(rule.properties().into_iter().map(Property::name).collect::<Vec<_>>(), ["city", "otherMails"]);
    assert!(!rule.depends_on_time() && rule.manager().is_none() && rule.groups().is_empty());

    let rule = MembershipRule::parse("user.city -eq \"a\" -or user.employeeHireDate -le system.now").unwrap();
    assert!(rule.depends_on_time());
    assert!(!MembershipRule::parse("user.employeeHireDate -le 2020-06-10").unwrap().depends_on_time());

    let rule = MembershipRule::parse("Direct Reports for 'boss'").unwrap();
    assert_eq!((rule.kind(), rule.manager(), rule.properties().len()), (ObjectKind::User, Some("boss"), 0));

    let rule = MembershipRule::parse("device.memberOf -any (group.objectId -in ['a', 'b'])").unwrap();
    assert_eq!((rule.kind(), rule.groups()), (ObjectKind::Device, &["a".to_owned(), "b".to_owned()][..]));
    assert_eq!(rule.properties().into_iter().map(Property::name).collect::<Vec<_>>(), ["memberOf"]);
}

#[test]
fn the_code_is_that_of_graph() {
    let code = |rule: &str| MembershipRule::parse(rule).unwrap_err().code();
    assert_eq!(code("accountEnabled -eq true"), "InvalidObjectTypeException");
    assert_eq!(code("user.shoeSize -eq 43"), "Request_BadRequest");
}
