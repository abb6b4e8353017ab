//! `DELETE /groups/{group}/members/{member}/$ref`

use crate::office::{CANTEEN, KIM, LEE, Office, STAFF, not_found};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn who_leaves_loses_the_licences_of_the_group() {
    let office = Office::open().await;
    office.give_group(STAFF, CANTEEN).await;
    let delete = |member| {
        let path = format!("/v1.0/groups/{STAFF}/members/{member}/$ref");
        let office = &office;
        async move { office.call(&office.robot, Method::DELETE, &path, None).await }
    };
    assert_eq!(delete(KIM).await.status, 204);
    office.engine.settle().await.unwrap();
    let reply =
        office.get(&format!("/v1.0/users/{KIM}?$select=assignedLicenses,licenseAssignmentStates,assignedPlans")).await;
    assert_eq!((&reply.json["assignedLicenses"], &reply.json["licenseAssignmentStates"]), (&json!([]), &json!([])));
    assert_eq!(reply.json["assignedPlans"][0]["capabilityStatus"], "Deleted");
    for member in [KIM, LEE] {
        assert_eq!(delete(member).await.error(), (404, "Request_ResourceNotFound", not_found(member).as_str()));
    }
}
