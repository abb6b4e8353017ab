//! `DELETE /groups/{group}`

use crate::office::{CANTEEN, CLUB, Office, STAFF, not_found};
use axum::http::Method;

#[tokio::test]
async fn a_group_with_licences_stays() {
    let office = Office::open().await;
    office.give_group(STAFF, CANTEEN).await;
    let delete = |group| {
        let path = format!("/v1.0/groups/{group}");
        let office = &office;
        async move { office.call(&office.robot, Method::DELETE, &path, None).await }
    };
    let sentence = "Unable to delete the group because there is a product license assigned to the group. To delete this \
                    group, remove any product licenses first.";
    assert_eq!(delete(STAFF).await.error(), (400, "Request_BadRequest", sentence));
    assert_eq!(delete(CLUB).await.status, 204);
    assert_eq!(delete(CLUB).await.error(), (404, "Request_ResourceNotFound", not_found(CLUB).as_str()));
}
