//! `DELETE /tenants/{tenant}/subscriptions/{subscription}`

use crate::office::{CANTEEN, KIM, MAX, Office, PURCHASE, adding, own};
use axum::http::Method;

#[tokio::test]
async fn what_is_cancelled_is_suspended_and_licences_stay() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    let path = own(&format!("/subscriptions/{PURCHASE}"));
    for _ in 0..2 {
        let reply = office.call(&office.robot, Method::DELETE, &path, None).await;
        assert_eq!((reply.status, reply.text.as_str()), (204, ""));
    }
    let shown = office.get(&path).await.json;
    assert_eq!(
        (shown["status"].as_str(), shown["nextLifecycleDateTime"].as_str()),
        (Some("Suspended"), Some("2025-10-12T16:14:05Z"))
    );
    let refused = office.post(&format!("/v1.0/users/{MAX}/assignLicense"), adding(CANTEEN)).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    let kim = office.get(&format!("/v1.0/users/{KIM}?$select=assignedPlans")).await.json;
    assert_eq!(kim["assignedPlans"][0]["capabilityStatus"], "Suspended");
    let reply = office.call(&office.robot, Method::DELETE, &own(&format!("/subscriptions/{KIM}")), None).await;
    assert_eq!(reply.status, 404);
}
