//! `GET /users/{user}/memberOf`

use crate::office::{CLUB, KIM, LEE, Office, STAFF, not_found};
use serde_json::json;

#[tokio::test]
async fn groups_of_a_user_are_listed_with_their_type() {
    let office = Office::open().await;
    let reply = office.get(&format!("/v1.0/users/{KIM}/memberOf?$select=id,displayName")).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#directoryObjects(id,displayName)");
    let staff = json!({ "@odata.type": "#microsoft.graph.group", "id": STAFF, "displayName": "Staff" });
    assert_eq!(reply.json["value"], json!([staff]));
    assert_eq!(reply.header("x-ms-resource-unit"), "1");
    let reply = office.get("/v1.0/users/lee@contoso.example/memberOf").await;
    assert_eq!(reply.each("id"), [&json!(CLUB)]);
    assert_eq!(reply.header("x-ms-resource-unit"), "2");
}

#[tokio::test]
async fn a_cast_leaves_one_type_and_says_so_in_the_context() {
    let office = Office::open().await;
    let reply = office.get(&format!("/v1.0/users/{LEE}/memberOf/microsoft.graph.group?$select=id")).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#groups(id)");
    assert_eq!(reply.json["value"], json!([{ "id": CLUB }]));
    let reply = office.get(&format!("/v1.0/users/{LEE}/memberOf/graph.user")).await;
    assert_eq!(reply.json["value"], json!([]));
    assert_eq!(office.get(&format!("/v1.0/users/{LEE}/memberOf/microsoft.graph.device")).await.status, 400);
}

#[tokio::test]
async fn whoever_may_read_itself_sees_its_own_groups_only() {
    let office = Office::open().await;
    let kim = office.person(KIM, &["User.Read"], &[]);
    let get = async |path: String| office.call(&kim, axum::http::Method::GET, &path, None).await;
    assert_eq!(get(format!("/v1.0/users/{KIM}/memberOf")).await.each("id"), [&json!(STAFF)]);
    assert_eq!(get(format!("/v1.0/users/{LEE}/memberOf")).await.status, 403);
    let reply = office.get(&format!("/v1.0/users/{STAFF}/memberOf")).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(STAFF).as_str()));
}
