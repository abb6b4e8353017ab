//! `GET /directory/deletedItems/microsoft.graph.user`

use crate::office::{CANTEEN, KIM, LEE, Office};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn deleted_users_are_listed_page_by_page_until_they_are_restored() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    assert_eq!(office.get("/v1.0/directory/deletedItems/microsoft.graph.user").await.json["value"], json!([]));
    for user in [KIM, LEE] {
        office.call(&office.robot, Method::DELETE, &format!("/v1.0/users/{user}"), None).await;
    }
    let reply = office.get("/v1.0/directory/deletedItems/microsoft.graph.user?$top=1").await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#users");
    assert_eq!(reply.each("id"), [&json!(KIM)]);
    let link = reply.json["@odata.nextLink"].as_str().unwrap().strip_prefix("http://graph.test").unwrap();
    assert_eq!(office.get(link).await.each("id"), [&json!(LEE)]);
    let path = "/v1.0/directory/deletedItems/graph.user?$select=id,deletedDateTime,assignedLicenses";
    let reply = office.get(path).await;
    let licenses = json!([{ "disabledPlans": [], "skuId": CANTEEN }]);
    let kim = json!({ "id": KIM, "deletedDateTime": "2025-07-14T16:14:05Z", "assignedLicenses": licenses });
    assert_eq!(reply.json["value"][0], kim);
    office.call(&office.robot, Method::POST, &format!("/v1.0/directory/deletedItems/{KIM}/restore"), None).await;
    assert_eq!(office.get(path).await.each("id"), [&json!(LEE)]);
}
