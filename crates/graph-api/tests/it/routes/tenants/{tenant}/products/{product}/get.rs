//! `GET /tenants/{tenant}/products/{product}`

use crate::office::{CANTEEN, Office, own};
use serde_json::json;

#[tokio::test]
async fn a_product_is_shown_with_its_plans() {
    let office = Office::open().await;
    let reply = office.get(&own(&format!("/products/{CANTEEN}"))).await;
    assert_eq!((reply.status, &reply.json["skuPartNumber"]), (200, &json!("CANTEEN")), "{}", reply.text);
    let names = reply.json["servicePlans"].as_array().unwrap().iter().map(|plan| plan["servicePlanName"].clone());
    assert_eq!(names.collect::<Vec<_>>(), ["LUNCH_PLAN", "DINNER_PLAN"]);
}

#[tokio::test]
async fn built_in_products_are_not_the_tenants_own() {
    let office = Office::open().await;
    // ENTERPRISEPREMIUM, of which the tenant has bought some.
    for other in ["c7df2760-2c81-4ef7-b578-5b5392b571df", "00000000-0000-0000-0000-0000000000ff", "x"] {
        assert_eq!(office.get(&own(&format!("/products/{other}"))).await.error().0, 404, "{other}");
    }
}
