//! `GET /groups/{group}/owners`

use crate::office::{KIM, LEE, Office, STAFF, contoso, not_found};
use graph_api::ApiSettings;
use serde_json::json;

#[tokio::test]
async fn owners_are_listed_page_by_page_and_counted() {
    let mut world = contoso();
    world["tenants"][0]["groups"][0]["owners"] = json!(["lee@contoso.example", KIM]);
    let office = Office::of(&world, ApiSettings::default()).await;
    let reply = office.get(&format!("/v1.0/groups/{STAFF}/owners?$select=id&$top=1")).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#directoryObjects(id)");
    assert_eq!(reply.json["value"], json!([{ "@odata.type": "#microsoft.graph.user", "id": KIM }]));
    let link = reply.json["@odata.nextLink"].as_str().unwrap().strip_prefix("http://graph.test").unwrap();
    assert_eq!(office.get(link).await.each("id"), [&json!(LEE)]);
    let reply = office.get(&format!("/v1.0/groups/{STAFF}/owners/microsoft.graph.user?$select=id")).await;
    assert_eq!(reply.json["value"], json!([{ "id": KIM }, { "id": LEE }]));
    let request = axum::http::Request::get(format!("/v1.0/groups/{STAFF}/owners?$count=true&$top=1"))
        .header("host", "graph.test")
        .header("authorization", format!("Bearer {}", office.robot))
        .header("consistencylevel", "eventual");
    let reply = office.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(reply.json["@odata.count"], 2);
    let reply = office.get(&format!("/v1.0/groups/{KIM}/owners")).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(KIM).as_str()));
}
