//! `GET /groups`

use crate::office::{CLUB, KIM, Office, PARKING, STAFF, keys};
use serde_json::json;

#[tokio::test]
async fn groups_have_their_default_properties_in_order() {
    let office = Office::open().await;
    let reply = office.get("/v1.0/groups").await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#groups");
    assert_eq!(reply.each("id"), [&json!(STAFF), &json!(CLUB)]);
    let expected = [
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
    assert_eq!(keys(&reply.json["value"][0]), expected);
    assert_eq!(reply.json["value"][0]["creationOptions"], json!([]));
    assert_eq!(reply.json["value"][1]["groupTypes"], json!(["Unified"]));
}

#[tokio::test]
async fn groups_with_faulty_members_are_found_and_the_property_is_never_returned() {
    let office = Office::open().await;
    let get = |value: &str| {
        let path = format!(
            "/v1.0/groups?$filter=hasMembersWithLicenseErrors%20eq%20{value}&$select=id,hasMembersWithLicenseErrors&$count=true"
        );
        let office = &office;
        async move { office.get(&path).await }
    };
    assert_eq!(get("true").await.json["value"], json!([]));
    office.give(KIM, PARKING).await;
    office.give_group(STAFF, PARKING).await;
    assert_eq!(get("true").await.json["value"], json!([{ "id": STAFF }]));
    assert_eq!(get("false").await.json["value"], json!([{ "id": CLUB }]));
    assert_eq!(get("null").await.json["value"], json!([]));
    let reply = get("5").await;
    let sentence = "Unsupported or invalid query filter clause specified for property 'hasMembersWithLicenseErrors' of \
                    resource 'Group'.";
    assert_eq!(reply.error(), (400, "Request_UnsupportedQuery", sentence));
}
