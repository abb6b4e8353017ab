//! `PATCH /tenants/{tenant}/subscriptions/{subscription}`

use crate::office::{CANTEEN, KIM, MAX, Office, PURCHASE, Reply, own};
use axum::http::Method;
use serde_json::{Value, json};

async fn patch(office: &Office, id: impl std::fmt::Display, body: Value) -> Reply {
    office.call(&office.robot, Method::PATCH, &own(&format!("/subscriptions/{id}")), Some(body)).await
}

#[tokio::test]
async fn fewer_units_than_are_in_use_leave_licences_where_they_are() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    office.give(MAX, CANTEEN).await;
    let reply = patch(&office, PURCHASE, json!({ "totalLicenses": 1 })).await;
    assert_eq!((reply.status, &reply.json["totalLicenses"]), (200, &json!(1)), "{}", reply.text);
    let sku = office.get("/v1.0/subscribedSkus?$select=consumedUnits,prepaidUnits").await.json["value"][0].clone();
    assert_eq!((&sku["consumedUnits"], &sku["prepaidUnits"]["enabled"]), (&json!(2), &json!(1)));
}

#[tokio::test]
async fn only_units_can_be_changed() {
    let office = Office::open().await;
    for (body, code, saying) in [
        (json!({}), "Request_BadRequest", "'totalLicenses'"),
        (json!({ "totalLicenses": null }), "BadRequest", "Edm.Int32"),
        (json!({ "totalLicenses": "5" }), "BadRequest", "Edm.Int32"),
        (json!({ "totalLicenses": 5, "status": "Enabled" }), "BadRequest", "'status'"),
    ] {
        let reply = patch(&office, PURCHASE, body).await;
        assert_eq!((reply.status, reply.error().1), (400, code));
        assert!(reply.error().2.contains(saying), "{}", reply.text);
    }
    assert_eq!(patch(&office, KIM, json!({ "totalLicenses": 1 })).await.status, 404);
    assert_eq!(patch(&office, "x", json!({ "totalLicenses": 1 })).await.status, 404);
}
