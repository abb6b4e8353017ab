//! `GET /users/{user}/ownedObjects`

use crate::office::{CLUB, KIM, LEE, Office, STAFF, contoso};
use graph_api::ApiSettings;
use serde_json::json;

#[tokio::test]
async fn the_groups_that_a_user_owns_are_listed_page_by_page() {
    let mut world = contoso();
    for group in [0, 1] {
        world["tenants"][0]["groups"][group]["owners"] = json!([LEE]);
    }
    let office = Office::of(&world, ApiSettings::default()).await;
    let reply = office.get(&format!("/v1.0/users/{LEE}/ownedObjects?$select=id&$top=1")).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#directoryObjects(id)");
    assert_eq!(reply.json["value"], json!([{ "@odata.type": "#microsoft.graph.group", "id": STAFF }]));
    let link = reply.json["@odata.nextLink"].as_str().unwrap().strip_prefix("http://graph.test").unwrap();
    assert_eq!(office.get(link).await.each("id"), [&json!(CLUB)]);
    let reply = office.get(&format!("/v1.0/users/{LEE}/ownedObjects/microsoft.graph.group?$select=id")).await;
    assert_eq!(reply.json["value"], json!([{ "id": STAFF }, { "id": CLUB }]));
    assert_eq!(office.get(&format!("/v1.0/users/{KIM}/ownedObjects")).await.json["value"], json!([]));
}
