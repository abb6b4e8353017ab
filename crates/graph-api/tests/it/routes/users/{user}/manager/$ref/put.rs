//! `PUT /users/{user}/manager/$ref`

use crate::office::{KIM, LEE, Office, STAFF, not_found};
use axum::http::Method;
use serde_json::json;
use uuid::Uuid;

async fn link(office: &Office, user: Uuid, manager: Uuid) -> crate::office::Reply {
    let body = json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/users/{manager}") });
    office.call(&office.robot, Method::PUT, &format!("/v1.0/users/{user}/manager/$ref"), Some(body)).await
}

#[tokio::test]
async fn a_manager_is_set_and_replaced() {
    let office = Office::open().await;
    assert_eq!(link(&office, LEE, KIM).await.status, 204);
    assert_eq!(office.get(&format!("/v1.0/users/{LEE}/manager")).await.json["id"], json!(KIM));
    let max = crate::office::MAX;
    assert_eq!(link(&office, LEE, max).await.status, 204);
    assert_eq!(office.get(&format!("/v1.0/users/{LEE}/manager")).await.json["id"], json!(max));
}

#[tokio::test]
async fn only_another_user_can_be_a_manager() {
    let office = Office::open().await;
    let invalid = "Invalid value specified for property 'manager' of resource 'User'.";
    assert_eq!(link(&office, LEE, LEE).await.error(), (400, "Request_BadRequest", invalid));
    for (user, manager, missing) in [(LEE, STAFF, STAFF), (LEE, Uuid::nil(), Uuid::nil()), (STAFF, LEE, STAFF)] {
        let reply = link(&office, user, manager).await;
        assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(missing).as_str()));
    }
}
