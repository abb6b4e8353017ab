//! `GET /tenants/{tenant}/users/{user}/explain`

use crate::office::{KIM, MAX, Office, PARKING, STRANGER, own};
use axum::http::Method;
use serde_json::json;

const COOKS: &str = "00000000-0000-0000-0000-00000000001c";

/// A dynamic group of everybody who is called something, with the one parking place.
async fn office() -> Office {
    let office = Office::open().await;
    let rule = "user.displayName -ne null";
    let group = json!({ "displayName": "Everybody", "mailNickname": "all", "mailEnabled": false, "securityEnabled": true,
        "groupTypes": ["DynamicMembership"], "membershipRule": rule, "membershipRuleProcessingState": "On" });
    let made = office.post("/v1.0/groups", group).await;
    assert_eq!(made.status, 201, "{}", made.text);
    office.give_group(made.json["id"].as_str().unwrap().parse().unwrap(), PARKING).await;
    office
}

#[tokio::test]
async fn the_group_its_rule_and_what_stands_in_the_way_are_told() {
    let office = office().await;
    let kim = office.get(&own(&format!("/users/{KIM}/explain"))).await;
    assert_eq!(kim.status, 200, "{}", kim.text);
    assert_eq!(kim.json["@odata.context"], "http://graph.test/seatwright/v1/$metadata#explanation");
    let enabled = &kim.json["servicePlans"][0];
    assert_eq!((&enabled["servicePlanName"], &enabled["status"]), (&json!("SPACE_PLAN"), &json!("Enabled")));
    assert_eq!(enabled["enabledBy"][0]["assignedByGroup"]["displayName"], "Everybody");
    assert_eq!(enabled["enabledBy"][0]["assignedByGroup"]["membershipRule"], "user.displayName -ne null");

    let max = office.get(&own("/users/MAX@contoso.example/explain")).await;
    let refused = &max.json["licenses"][0];
    assert_eq!((&refused["error"], &refused["rule"]), (&json!("CountViolation"), &json!("E6")));
    let reason = format!("Subscription with SKU {PARKING} does not have any available licenses.");
    assert_eq!(refused["reason"], reason);
    assert!(refused["remedy"].as_str().unwrap().starts_with("1 of 1 seats of PARKING are in use"));
    assert_eq!(max.json["servicePlans"][0]["status"], "Missing");
    assert_eq!(max.json["user"]["id"], MAX.to_string());
}

#[tokio::test]
async fn it_takes_the_role_of_the_administration_and_a_user_of_the_tenant() {
    let office = Office::open().await;
    for nobody in [STRANGER.to_string(), COOKS.to_owned(), "nobody@contoso.example".to_owned()] {
        let reply = office.get(&own(&format!("/users/{nobody}/explain"))).await;
        assert_eq!(reply.error().0, 404, "{}", reply.text);
    }
    let reader = office.app(&["Directory.ReadWrite.All", "User.ReadWrite.All"]);
    let reply = office.call(&reader, Method::GET, &own(&format!("/users/{KIM}/explain")), None).await;
    assert_eq!(reply.error().0, 403);
}
