//! `GET /me/licenseDetails/{details}`

use crate::office::{CANTEEN, KIM, Office};
use axum::http::Method;

#[tokio::test]
async fn one_of_my_licences_is_found() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    let kim = office.person(KIM, &["User.Read"], &[]);
    let all = office.call(&kim, Method::GET, "/v1.0/me/licenseDetails", None).await;
    let path = format!("/v1.0/me/licenseDetails/{}", all.json["value"][0]["id"].as_str().unwrap());
    assert_eq!(office.call(&kim, Method::GET, &path, None).await.json["skuPartNumber"], "CANTEEN");
}
