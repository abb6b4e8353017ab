//! `POST /groups/{group}/evaluateDynamicMembership`

use crate::office::{CLUB, KIM, LEE, Office};
use axum::http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn the_rule_of_a_group_is_evaluated() {
    let office = Office::open().await;
    let path = format!("/beta/groups/{CLUB}/evaluateDynamicMembership");
    let reply = office.post(&path, json!({ "memberId": KIM })).await;
    let sentence = "A value is required for property 'membershipRule' of resource 'Group'.";
    assert_eq!(reply.error(), (400, "Request_BadRequest", sentence), "the group has no rule");

    let rule = "user.jobTitle -startsWith \"co\"";
    let body = json!({ "groupTypes": ["Unified", "DynamicMembership"], "membershipRule": rule,
        "membershipRuleProcessingState": "On" });
    let patched = office.call(&office.robot, Method::PATCH, &format!("/v1.0/groups/{CLUB}"), Some(body)).await;
    assert_eq!(patched.status, 204, "{}", patched.text);
    for (user, expected) in [(KIM, true), (LEE, false)] {
        let reply = office.post(&path, json!({ "memberId": user })).await;
        assert_eq!(reply.json["membershipRuleEvaluationResult"], expected);
        assert_eq!(reply.json["membershipRule"], rule);
    }
}

#[tokio::test]
async fn beta_shows_how_far_the_rule_is() {
    let office = Office::open().await;
    let rule = json!({ "displayName": "Cooks", "mailEnabled": false, "mailNickname": "cooks", "securityEnabled": true,
        "groupTypes": ["DynamicMembership"], "membershipRule": "user.jobTitle -eq \"cook\"",
        "membershipRuleProcessingState": "On" });
    let created = office.post("/v1.0/groups", rule).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let id = created.json["id"].as_str().unwrap();
    office.engine.settle().await.unwrap();
    let members = office.get(&format!("/v1.0/groups/{id}/members?$select=id")).await;
    assert_eq!(members.each("id"), [&json!(KIM)]);
    let path = |version: &str| format!("/{version}/groups/{id}?$select=membershipRuleProcessingStatus");
    let status = office.get(&path("beta")).await.json["membershipRuleProcessingStatus"].clone();
    let expected =
        json!({ "status": "Succeeded", "errorMessage": null, "lastMembershipUpdated": "2025-07-14T16:14:05Z" });
    assert_eq!(status, expected);
    assert_eq!(office.get(&path("v1.0")).await.error().1, "BadRequest");
    let none = office.get(&format!("/beta/groups/{CLUB}?$select=membershipRuleProcessingStatus")).await;
    assert_eq!(none.json["membershipRuleProcessingStatus"], Value::Null);
}
