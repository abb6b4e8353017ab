//! `POST /tenants/{tenant}/products`

use crate::office::{CANTEEN, Office, own};
use serde_json::json;

const HEATING: &str = "53c01d8b-1d8b-53c0-8b1d-c0538b1dc999";
const WARMTH: &str = "11b0131d-43c8-4bbb-b2c8-e80f9a508999";

#[tokio::test]
async fn a_product_is_made_as_a_world_file_would_declare_it() {
    let office = Office::open().await;
    let body = json!({ "@odata.type": "#product", "skuId": HEATING, "skuPartNumber": "HEATING", "servicePlans": [
        { "servicePlanId": WARMTH, "servicePlanName": "WARMTH", "appliesTo": "Company", "service": "Boiler",
          "prohibitedUsageLocations": ["KE"] }] });
    let reply = office.post(&own("/products"), body).await;
    let expected = format!(
        r##"{{"@odata.context":"http://graph.test/seatwright/v1/$metadata#products/$entity","skuId":"{HEATING}","skuPartNumber":"HEATING","appliesTo":"User","servicePlans":[{{"servicePlanId":"{WARMTH}","servicePlanName":"WARMTH","appliesTo":"Company","service":"Boiler","prohibitedUsageLocations":["KE"]}}]}}"##
    );
    assert_eq!((reply.status, reply.text.as_str()), (201, expected.as_str()));
    let skus = office.get("/v1.0/subscribedSkus").await;
    assert!(!skus.text.contains("HEATING"), "nothing of it was bought");
}

#[tokio::test]
async fn what_is_left_out_is_filled_in() {
    let office = Office::open().await;
    let body = json!({ "skuPartNumber": "HEATING", "servicePlans": [
        { "servicePlanId": WARMTH, "servicePlanName": "WARMTH" }] });
    let reply = office.post(&own("/products"), body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let plan = &reply.json["servicePlans"][0];
    assert_eq!((&plan["appliesTo"], &plan["service"]), (&json!("User"), &json!("WARMTH")));
    let id = reply.json["skuId"].as_str().unwrap();
    assert_eq!(office.get(&own(&format!("/products/{id}"))).await.json["skuPartNumber"], "HEATING");
}

#[tokio::test]
async fn wrong_products_are_refused() {
    let office = Office::open().await;
    let plan = json!({ "servicePlanId": WARMTH, "servicePlanName": "WARMTH" });
    let long = "x".repeat(257);
    for (body, code, saying) in [
        (json!({}), "Request_BadRequest", "A value is required for property 'skuPartNumber' of resource 'product'."),
        (json!({ "skuPartNumber": 5 }), "BadRequest", "'Edm.String'"),
        (json!({ "skuId": "x", "skuPartNumber": "HEATING" }), "Request_BadRequest", "'Edm.Guid'"),
        (json!({ "skuPartNumber": "HEATING", "price": 5 }), "BadRequest", "price"),
        (json!({ "skuPartNumber": "HEATING", "appliesTo": "Cats" }), "Request_BadRequest", "'appliesTo'"),
        (json!({ "skuPartNumber": "HEATING", "servicePlans": {} }), "BadRequest", "'StartArray'"),
        (json!({ "skuPartNumber": "HEATING", "servicePlans": [5] }), "BadRequest", "'StartObject'"),
        (
            json!({ "skuPartNumber": "HEATING", "servicePlans": [{ "servicePlanName": "W" }] }),
            "Request_BadRequest",
            "A value is required for property 'servicePlanId' of resource 'servicePlan'.",
        ),
        (json!({ "skuPartNumber": " " }), "Request_BadRequest", "'skuPartNumber'"),
        (json!({ "skuPartNumber": long }), "Request_BadRequest", "'skuPartNumber'"),
        (json!({ "skuPartNumber": "HEATING", "servicePlans": [plan, plan] }), "Request_BadRequest", "'servicePlans'"),
        (json!({ "skuPartNumber": "HEATING", "skuId": CANTEEN }), "Request_BadRequest", "skuId already exists"),
        (json!({ "skuPartNumber": "canteen" }), "Request_BadRequest", "skuPartNumber already exists"),
        (json!({ "skuPartNumber": "EnterprisePack" }), "Request_BadRequest", "skuPartNumber already exists"),
    ] {
        let reply = office.post(&own("/products"), body.clone()).await;
        assert_eq!((reply.status, reply.error().1), (400, code), "{body}: {}", reply.text);
        assert!(reply.error().2.contains(saying), "{body}: {}", reply.text);
    }
    assert_eq!(office.get(&own("/products")).await.json["value"].as_array().unwrap().len(), 2);
}
