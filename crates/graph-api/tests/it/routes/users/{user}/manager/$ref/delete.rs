//! `DELETE /users/{user}/manager/$ref`

use crate::office::{KIM, LEE, Office, not_found};
use axum::http::Method;
use serde_json::json;
use uuid::Uuid;

async fn link(office: &Office, user: Uuid, manager: Uuid) -> crate::office::Reply {
    let body = json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/users/{manager}") });
    office.call(&office.robot, Method::PUT, &format!("/v1.0/users/{user}/manager/$ref"), Some(body)).await
}

#[tokio::test]
async fn a_manager_is_taken_away_once() {
    let office = Office::open().await;
    link(&office, LEE, KIM).await;
    let path = format!("/v1.0/users/{LEE}/manager/$ref");
    assert_eq!(office.call(&office.robot, Method::DELETE, &path, None).await.status, 204);
    let reply = office.call(&office.robot, Method::DELETE, &path, None).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found("manager").as_str()));
    assert_eq!(office.get(&format!("/v1.0/users/{KIM}/directReports")).await.json["value"], json!([]));
}
