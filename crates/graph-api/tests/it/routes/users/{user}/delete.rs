//! `DELETE /users/{user}`

use crate::office::{CANTEEN, KIM, Office, not_found};
use axum::http::Method;

#[tokio::test]
async fn a_deleted_user_is_gone_and_gives_its_seats_back() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    let path = format!("/v1.0/users/{KIM}");
    let delete = || office.call(&office.robot, Method::DELETE, &path, None);
    let reply = delete().await;
    assert_eq!((reply.status, reply.text.as_str()), (204, ""));
    assert_eq!(delete().await.error(), (404, "Request_ResourceNotFound", not_found(KIM).as_str()));
    assert_eq!(office.get(&path).await.status, 404);
    let skus = office.get("/v1.0/subscribedSkus?$select=skuPartNumber,consumedUnits").await;
    let canteen = skus.json["value"].as_array().unwrap().iter().find(|sku| sku["skuPartNumber"] == "CANTEEN").unwrap();
    assert_eq!(canteen["consumedUnits"], 0);
}
