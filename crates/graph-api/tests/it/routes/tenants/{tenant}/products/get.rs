//! `GET /tenants/{tenant}/products`

use crate::office::{CANTEEN, OTHER_TENANT, Office, PARKING, app_token, own};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn the_tenants_own_products_are_listed_and_no_others() {
    let office = Office::open().await;
    let reply = office.get(&own("/products?$select=skuId,skuPartNumber")).await;
    let context = "http://graph.test/seatwright/v1/$metadata#products(skuId,skuPartNumber)";
    assert_eq!((reply.status, &reply.json["@odata.context"]), (200, &json!(context)));
    let mut found: Vec<(String, String)> = reply.json["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|product| {
            let text = |name: &str| product[name].as_str().unwrap().to_owned();
            (text("skuPartNumber"), text("skuId"))
        })
        .collect();
    found.sort();
    assert_eq!(found, [("CANTEEN".to_owned(), CANTEEN.to_string()), ("PARKING".to_owned(), PARKING.to_string())]);

    let other = app_token(&office.keys, OTHER_TENANT, &["Seatwright.Admin"]);
    let path = format!("/seatwright/v1/tenants/{OTHER_TENANT}/products");
    assert_eq!(office.call(&other, Method::GET, &path, None).await.json["value"], json!([]));
}

#[tokio::test]
async fn it_takes_the_role_of_the_administration() {
    let office = Office::open().await;
    let reader = office.app(&["Organization.Read.All", "Directory.ReadWrite.All"]);
    assert_eq!(office.call(&reader, Method::GET, &own("/products"), None).await.error().0, 403);
    assert_eq!(office.call(&reader, Method::POST, &own("/products"), Some(json!({}))).await.error().0, 403);
}
