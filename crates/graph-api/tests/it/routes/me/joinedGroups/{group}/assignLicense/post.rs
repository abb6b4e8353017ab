//! `POST /me/joinedGroups/{group}/assignLicense`

use crate::office::{CANTEEN, CLUB, Office, STAFF, adding, not_found};
use axum::http::Method;

#[tokio::test]
async fn only_my_groups_are_reached() {
    let office = Office::open().await;
    let admin = office.admin();
    let post = |group| {
        let path = format!("/v1.0/me/joinedGroups/{group}/assignLicense");
        let (office, admin) = (&office, &admin);
        async move { office.call(admin, Method::POST, &path, Some(adding(CANTEEN))).await }
    };
    assert_eq!(post(STAFF).await.status, 202);
    assert_eq!(post(CLUB).await.error(), (404, "Request_ResourceNotFound", not_found(CLUB).as_str()));
}
