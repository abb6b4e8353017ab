//! `POST /tenants/{tenant}/subscriptions`

use crate::office::{CANTEEN, Office, own};
use serde_json::{Value, json};

#[tokio::test]
async fn units_are_bought_and_add_up() {
    let office = Office::open().await;
    let body = json!({ "skuId": CANTEEN, "totalLicenses": 5, "isTrial": true,
        "nextLifecycleDateTime": "2026-02-01T00:00:00Z" });
    let reply = office.post(&own("/subscriptions"), body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    assert_eq!(reply.json["@odata.context"], "http://graph.test/seatwright/v1/$metadata#subscriptions/$entity");
    let show = |name: &str| reply.json[name].clone();
    assert_eq!((show("status"), show("totalLicenses"), show("isTrial")), (json!("Enabled"), json!(5), json!(true)));
    assert_eq!(show("createdDateTime"), "2025-07-14T16:14:05Z");
    assert_eq!(show("nextLifecycleDateTime"), "2026-02-01T00:00:00Z");
    let id = show("id").as_str().unwrap().to_owned();
    let seen = office.get(&format!("/v1.0/directory/subscriptions/{id}")).await;
    assert_eq!(seen.json["totalLicenses"], 5);
    let skus = office.get("/v1.0/subscribedSkus?$select=prepaidUnits").await;
    assert_eq!(skus.each("prepaidUnits")[0]["enabled"], 7);
}

#[tokio::test]
async fn what_the_tenant_never_had_can_be_bought_by_its_part_number() {
    let office = Office::open().await;
    let body = json!({ "skuPartNumber": "visioclient", "totalLicenses": 3, "nextLifecycleDateTime": null });
    let reply = office.post(&own("/subscriptions?$select=skuPartNumber,nextLifecycleDateTime"), body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    assert_eq!(
        (&reply.json["skuPartNumber"], &reply.json["nextLifecycleDateTime"]),
        (&json!("VISIOCLIENT"), &Value::Null)
    );
    assert!(office.get("/v1.0/subscribedSkus").await.text.contains("VISIOCLIENT"));
}

#[tokio::test]
async fn a_purchase_that_brings_its_id_can_be_asked_for_again() {
    let office = Office::open().await;
    let purchase =
        |units| json!({ "id": "30000000-0000-0000-0000-000000000003", "skuId": CANTEEN, "totalLicenses": units });
    let path = own("/subscriptions");
    let buy = |units| office.post(&path, purchase(units));
    let bought = buy(5).await;
    assert_eq!((bought.status, &bought.json["id"]), (201, &json!("30000000-0000-0000-0000-000000000003")));
    let again = buy(5).await;
    assert_eq!((again.status, &again.json), (201, &bought.json));
    let sentence = "Another object with the same value for property id already exists.";
    assert_eq!(buy(6).await.error(), (400, "Request_BadRequest", sentence));
    let skus = office.get("/v1.0/subscribedSkus?$select=prepaidUnits").await;
    assert_eq!(skus.each("prepaidUnits")[0]["enabled"], 7);
}

#[tokio::test]
async fn wrong_purchases_are_refused() {
    let office = Office::open().await;
    let unknown = "00000000-0000-0000-0000-0000000000ff";
    for (body, code, saying) in [
        (json!({}), "Request_BadRequest", "'skuId'"),
        (json!({ "skuId": CANTEEN }), "Request_BadRequest", "'totalLicenses'"),
        (json!({ "skuId": unknown, "totalLicenses": 1 }), "Request_BadRequest", unknown),
        (json!({ "skuPartNumber": "NOPE", "totalLicenses": 1 }), "Request_BadRequest", "'skuPartNumber'"),
        (
            json!({ "skuId": CANTEEN, "skuPartNumber": "PARKING", "totalLicenses": 1 }),
            "Request_BadRequest",
            "'skuPartNumber'",
        ),
        (json!({ "skuId": "x", "totalLicenses": 1 }), "Request_BadRequest", "Edm.Guid"),
        (json!({ "skuId": 5, "totalLicenses": 1 }), "BadRequest", "Edm.Guid"),
        (json!({ "id": null, "skuId": CANTEEN, "totalLicenses": 1 }), "BadRequest", "Edm.Guid"),
        (json!({ "skuId": CANTEEN, "totalLicenses": -1 }), "Request_BadRequest", "'totalLicenses'"),
        (json!({ "skuId": CANTEEN, "totalLicenses": 1.5 }), "BadRequest", "Edm.Int32"),
        (json!({ "skuId": CANTEEN, "totalLicenses": 3_000_000_000_u32 }), "BadRequest", "Edm.Int32"),
        (json!({ "skuId": CANTEEN, "totalLicenses": [1] }), "BadRequest", "StartArray"),
        (json!({ "skuId": CANTEEN, "totalLicenses": 1, "isTrial": "no" }), "BadRequest", "Edm.Boolean"),
        (json!({ "skuId": CANTEEN, "totalLicenses": 1, "status": "Enabled" }), "BadRequest", "'status'"),
        (
            json!({ "skuId": CANTEEN, "totalLicenses": 1, "nextLifecycleDateTime": "soon" }),
            "BadRequest",
            "Edm.DateTimeOffset",
        ),
        (
            json!({ "skuId": CANTEEN, "totalLicenses": 1, "nextLifecycleDateTime": "2020-01-01T00:00:00Z" }),
            "Request_BadRequest",
            "'nextLifecycleDateTime'",
        ),
    ] {
        let reply = office.post(&own("/subscriptions"), body.clone()).await;
        assert_eq!((reply.status, reply.error().1), (400, code), "{body}: {}", reply.text);
        assert!(reply.error().2.contains(saying), "{body}: {}", reply.text);
    }
    assert_eq!(office.get(&own("/subscriptions")).await.json["value"].as_array().unwrap().len(), 6);
}
