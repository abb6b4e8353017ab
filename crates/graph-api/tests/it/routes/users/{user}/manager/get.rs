//! `GET /users/{user}/manager`

use crate::office::{KIM, LEE, Office, contoso, not_found};
use axum::http::Method;
use graph_api::ApiSettings;
use serde_json::json;

#[tokio::test]
async fn a_manager_is_shown_with_its_type_while_it_is_not_deleted() {
    let mut world = contoso();
    world["tenants"][0]["users"][1]["manager"] = json!("kim@contoso.example");
    let office = Office::of(&world, ApiSettings::default()).await;
    let path = format!("/v1.0/users/{LEE}/manager?$select=id");
    let reply = office.get(&path).await;
    let context = "http://graph.test/v1.0/$metadata#directoryObjects(id)/$entity";
    let kim = json!({ "@odata.context": context, "@odata.type": "#microsoft.graph.user", "id": KIM });
    assert_eq!(reply.json, kim);
    let missing = not_found("manager");
    let reply = office.get(&format!("/v1.0/users/{KIM}/manager")).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", missing.as_str()));
    office.call(&office.robot, Method::DELETE, &format!("/v1.0/users/{KIM}"), None).await;
    assert_eq!(office.get(&path).await.error(), (404, "Request_ResourceNotFound", missing.as_str()));
    office.call(&office.robot, Method::POST, &format!("/v1.0/directory/deletedItems/{KIM}/restore"), None).await;
    assert_eq!(office.get(&path).await.json, kim);
}
