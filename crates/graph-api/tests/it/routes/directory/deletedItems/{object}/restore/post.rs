//! `POST /directory/deletedItems/{object}/restore`

use crate::office::{CANTEEN, CLUB, KIM, LEE, Office, contoso, not_found};
use axum::http::Method;
use graph_api::ApiSettings;
use serde_json::json;

#[tokio::test]
async fn a_restored_user_has_its_licences_again() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    let path = format!("/v1.0/directory/deletedItems/{KIM}/restore");
    let reply = office.call(&office.robot, Method::POST, &path, None).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(KIM).as_str()));
    office.call(&office.robot, Method::DELETE, &format!("/v1.0/users/{KIM}"), None).await;
    let reply = office.call(&office.robot, Method::POST, &path, None).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.keys()[..2], ["@odata.context", "@odata.type"]);
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#directoryObjects/$entity");
    assert_eq!(reply.json["@odata.type"], "#microsoft.graph.user");
    assert_eq!(reply.json["id"], json!(KIM));
    let reply = office.get(&format!("/v1.0/users/{KIM}?$select=assignedLicenses")).await;
    assert_eq!(reply.json["assignedLicenses"], json!([{ "disabledPlans": [], "skuId": CANTEEN }]));
}

#[tokio::test]
async fn a_restored_group_has_its_members_again() {
    let office = Office::open().await;
    office.call(&office.robot, Method::DELETE, &format!("/v1.0/groups/{CLUB}"), None).await;
    let path = format!("/v1.0/directory/deletedItems/{CLUB}/restore?$select=id,deletedDateTime");
    let reply = office.call(&office.robot, Method::POST, &path, None).await;
    let context = "http://graph.test/v1.0/$metadata#directoryObjects(id,deletedDateTime)/$entity";
    let odata_type = "#microsoft.graph.group";
    let group = json!({ "@odata.context": context, "@odata.type": odata_type, "id": CLUB, "deletedDateTime": null });
    assert_eq!((reply.status, reply.json), (200, group));
    assert_eq!(office.get(&format!("/v1.0/groups/{CLUB}/members?$select=id")).await.each("id"), [&json!(LEE)]);
}

#[tokio::test]
async fn a_user_whose_name_is_taken_is_restored_under_another() {
    let office = Office::open().await;
    office.call(&office.robot, Method::DELETE, &format!("/v1.0/users/{KIM}"), None).await;
    let name = json!({ "userPrincipalName": "KIM@contoso.example" });
    office.call(&office.robot, Method::PATCH, &format!("/v1.0/users/{LEE}"), Some(name)).await;
    let path = format!("/v1.0/directory/deletedItems/{KIM}/restore");
    let taken = "Another object with the same value for property userPrincipalName already exists.";
    for body in [json!({}), json!({ "newUserPrincipalName": "kim@contoso.EXAMPLE" })] {
        assert_eq!(office.post(&path, body).await.error(), (400, "Request_BadRequest", taken));
    }
    let invalid = "Invalid value specified for property 'userPrincipalName' of resource 'User'.";
    let reply = office.post(&path, json!({ "newUserPrincipalName": "kim" })).await;
    assert_eq!(reply.error(), (400, "Request_BadRequest", invalid));
    assert_eq!(office.post(&path, json!({ "newUserPrincipalName": 5 })).await.error().1, "BadRequest");
    assert_eq!(office.post(&path, json!({ "nope": 5 })).await.error().1, "BadRequest");
    let reply = office.post(&path, json!({ "newUserPrincipalName": "Kim2@contoso.example" })).await;
    assert_eq!((reply.status, &reply.json["userPrincipalName"]), (200, &json!("Kim2@contoso.example")));
    assert_eq!(office.get("/v1.0/users/kim2@contoso.example").await.json["id"], json!(KIM));
}

#[tokio::test]
async fn addresses_that_somebody_has_got_are_given_up_on_demand() {
    let mut world = contoso();
    world["tenants"][0]["users"][0]["proxyAddresses"] =
        json!(["SMTP:kim@contoso.example", "smtp:Sales@contoso.example"]);
    world["tenants"][0]["users"][1]["proxyAddresses"] = json!(["SMTP:sales@contoso.example"]);
    let office = Office::of(&world, ApiSettings::default()).await;
    office.call(&office.robot, Method::DELETE, &format!("/v1.0/users/{KIM}"), None).await;
    let path = format!("/v1.0/directory/deletedItems/{KIM}/restore?$select=proxyAddresses");
    let taken = "Another object with the same value for property proxyAddresses already exists.";
    let reply = office.post(&path, json!({ "autoReconcileProxyConflict": false })).await;
    assert_eq!(reply.error(), (400, "Request_BadRequest", taken));
    let reply = office.post(&path, json!({ "autoReconcileProxyConflict": true })).await;
    assert_eq!(reply.json["proxyAddresses"], json!(["SMTP:kim@contoso.example"]));
}
