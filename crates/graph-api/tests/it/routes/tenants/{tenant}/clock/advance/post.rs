//! `POST /tenants/{tenant}/clock/advance`

use crate::office::{CANTEEN, KIM, MAX, Office, PURCHASE, adding, own, removing};
use serde_json::json;

async fn advance(office: &Office, by: &str) {
    let reply = office.post(&own("/clock/advance"), json!({ "by": by })).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}

#[tokio::test]
async fn subscriptions_expire_with_the_answer() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    let path = own(&format!("/subscriptions/{PURCHASE}"));
    for (by, status, next, is_given) in [
        // Paid until 2026-01-01; it is 2025-07-14.
        ("P170D", "Enabled", Some("2026-01-01T00:00:00Z"), true),
        ("P1D", "Warning", Some("2026-01-31T00:00:00Z"), true),
        ("P30D", "Suspended", Some("2026-05-01T00:00:00Z"), false),
        ("P90D", "LockedOut", Some("2026-07-30T00:00:00Z"), false),
        ("P365D", "Deleted", None, false),
    ] {
        advance(&office, by).await;
        let shown = office.get(&path).await.json;
        assert_eq!((shown["status"].as_str(), shown["nextLifecycleDateTime"].as_str()), (Some(status), next));
        let skus = office.get("/v1.0/subscribedSkus?$select=capabilityStatus,consumedUnits").await.json;
        assert_eq!(skus["value"][0]["capabilityStatus"], status);
        let kim = office.get(&format!("/v1.0/users/{KIM}?$select=assignedPlans,assignedLicenses")).await.json;
        assert_eq!(kim["assignedPlans"][0]["capabilityStatus"], status);
        assert_eq!(kim["assignedLicenses"].as_array().unwrap().len(), 1);
        let reply = office.post(&format!("/v1.0/users/{MAX}/assignLicense"), adding(CANTEEN)).await;
        assert_eq!(reply.status == 200, is_given, "{status}: {}", reply.text);
        if is_given {
            office.post(&format!("/v1.0/users/{MAX}/assignLicense"), removing(CANTEEN)).await;
        }
    }
}

#[tokio::test]
async fn tokens_live_by_the_systems_clock() {
    let office = Office::open().await;
    advance(&office, "P3650D").await;
    assert_eq!(office.get("/v1.0/users").await.status, 200);
    office.pass_seconds(4_000);
    assert_eq!(office.get("/v1.0/users").await.status, 401);
}

#[tokio::test]
async fn time_alone_makes_subscriptions_expire() {
    let office = Office::open().await;
    advance(&office, "P170DT7H45M").await;
    // 2025-12-31T23:59:05Z: what is due is found and done without anybody asking.
    office.pass_seconds(54);
    office.engine.settle().await.unwrap();
    let status = async || office.get("/v1.0/subscribedSkus").await.json["value"][0]["capabilityStatus"].clone();
    assert_eq!(status().await, "Enabled");
    office.pass_seconds(1);
    office.engine.settle().await.unwrap();
    assert_eq!(status().await, "Warning");
}

#[tokio::test]
async fn clocks_that_are_advanced_at_once_add_up() {
    let office = Office::open().await;
    let one = || advance(&office, "P1D");
    tokio::join!(one(), one(), one());
    assert_eq!(office.get(&own("/clock")).await.json["ahead"], "P3D");
}

#[tokio::test]
async fn wrong_spans_are_refused() {
    let office = Office::open().await;
    for (body, code, saying) in [
        (json!({}), "Request_BadRequest", "'by'"),
        (json!({ "by": "30d" }), "BadRequest", "Edm.Duration"),
        (json!({ "by": 30 }), "BadRequest", "Edm.Duration"),
        (json!({ "by": "P1M" }), "BadRequest", "Edm.Duration"),
        (json!({ "by": "-PT1S" }), "Request_BadRequest", "only be set forward"),
        (json!({ "by": "P7000000D" }), "Request_BadRequest", "to 9999-01-01T00:00:00Z at the latest"),
        (json!({ "days": 3 }), "BadRequest", "'days'"),
    ] {
        let reply = office.post(&own("/clock/advance"), body).await;
        assert_eq!((reply.status, reply.error().1), (400, code), "{}", reply.text);
        assert!(reply.error().2.contains(saying), "{}", reply.text);
    }
}
