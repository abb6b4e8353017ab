//! `DELETE /directory/deletedItems/{object}`

use crate::office::{CANTEEN, CLUB, KIM, Office, not_found};
use axum::http::Method;

#[tokio::test]
async fn what_is_deleted_for_good_is_gone() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    let delete = async |path: String| office.call(&office.robot, Method::DELETE, &path, None).await;
    assert_eq!(delete(format!("/v1.0/directory/deletedItems/{KIM}")).await.status, 404, "not deleted yet");
    for (set, id) in [("users", KIM), ("groups", CLUB)] {
        assert_eq!(delete(format!("/v1.0/{set}/{id}")).await.status, 204);
        let path = format!("/v1.0/directory/deletedItems/{id}");
        assert_eq!(delete(path.clone()).await.status, 204);
        assert_eq!(delete(path.clone()).await.error(), (404, "Request_ResourceNotFound", not_found(id).as_str()));
        assert_eq!(office.get(&path).await.status, 404);
        let restored = office.call(&office.robot, Method::POST, &format!("{path}/restore"), None).await;
        assert_eq!(restored.status, 404);
    }
    let reply = office.get("/v1.0/subscribedSkus?$select=skuPartNumber,consumedUnits").await;
    assert!(reply.each("consumedUnits").iter().all(|units| **units == 0), "{}", reply.text);
}

#[tokio::test]
async fn users_and_groups_are_for_those_who_may_change_them() {
    let office = Office::open().await;
    let delete = async |token: &str, path: &str| office.call(token, Method::DELETE, path, None).await.status;
    let (of_users, of_groups) = (office.app(&["User.ReadWrite.All"]), office.app(&["Group.ReadWrite.All"]));
    for (set, id, right, wrong) in [("users", KIM, &of_users, &of_groups), ("groups", CLUB, &of_groups, &of_users)] {
        assert_eq!(delete(&office.robot, &format!("/v1.0/{set}/{id}")).await, 204);
        let path = format!("/v1.0/directory/deletedItems/{id}");
        assert_eq!(delete(wrong, &path).await, 403);
        let restored = office.call(wrong, Method::POST, &format!("{path}/restore"), None).await;
        assert_eq!(restored.status, 403);
        assert_eq!(delete(right, &path).await, 204);
    }
}
