//! `DELETE /groups/{group}/owners/{owner}/$ref`

use crate::office::{KIM, LEE, MAX, Office, STAFF, contoso, not_found};
use axum::http::Method;
use graph_api::ApiSettings;
use serde_json::json;

#[tokio::test]
async fn an_owner_is_removed_but_never_the_last_one() {
    let mut world = contoso();
    world["tenants"][0]["groups"][0]["owners"] = json!([KIM, LEE]);
    let office = Office::of(&world, ApiSettings::default()).await;
    let delete = |owner| {
        let path = format!("/v1.0/groups/{STAFF}/owners/{owner}/$ref");
        let office = &office;
        async move { office.call(&office.robot, Method::DELETE, &path, None).await }
    };
    assert_eq!(delete(KIM).await.status, 204);
    for stranger in [KIM, MAX] {
        assert_eq!(delete(stranger).await.error(), (404, "Request_ResourceNotFound", not_found(stranger).as_str()));
    }
    let sentence = "The group must have at least one owner, hence this owner cannot be removed.";
    assert_eq!(delete(LEE).await.error(), (400, "Request_BadRequest", sentence));
    assert_eq!(office.get(&format!("/v1.0/groups/{STAFF}/owners?$select=id")).await.each("id"), [&json!(LEE)]);
}
