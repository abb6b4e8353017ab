//! `POST /groups/evaluateDynamicMembership`

use crate::office::{CLUB, KIM, LEE, Office};
use serde_json::json;

const PATH: &str = "/beta/groups/evaluateDynamicMembership";

#[tokio::test]
async fn a_rule_is_evaluated_and_explained() {
    let office = Office::open().await;
    let rule = "(user.city -eq \"nairobi\" -and user.department -ne null)";
    let reply = office.post(PATH, json!({ "memberId": KIM, "membershipRule": rule })).await;
    let leaf = |expression: &str, result: bool, name: &str, value: Option<&str>| {
        json!({ "expression": expression, "expressionResult": result, "expressionEvaluationDetails": [],
            "propertyToEvaluate": { "propertyName": name, "propertyValue": value } })
    };
    assert_eq!(
        reply.json,
        json!({
            "@odata.context": "http://graph.test/beta/$metadata#microsoft.graph.evaluateDynamicMembershipResult",
            "membershipRule": rule,
            "membershipRuleEvaluationResult": false,
            "membershipRuleEvaluationDetails": {
                "expression": "user.city -eq \"nairobi\" -and user.department -ne null",
                "expressionResult": false,
                "propertyToEvaluate": null,
                "expressionEvaluationDetails": [
                    leaf("user.city -eq \"nairobi\"", true, "city", Some("Nairobi")),
                    leaf("user.department -ne null", false, "department", None),
                ],
            },
        })
    );
}

#[tokio::test]
async fn rules_about_groups_see_memberships() {
    let office = Office::open().await;
    let rule = format!("user.memberOf -any (group.objectId -in ['{CLUB}', 'nothing'])");
    for (user, expected) in [(LEE, true), (KIM, false)] {
        let reply = office.post(PATH, json!({ "memberId": user, "membershipRule": rule })).await;
        assert_eq!(reply.json["membershipRuleEvaluationResult"], expected, "{}", reply.text);
    }
}

#[tokio::test]
async fn what_cannot_be_evaluated_is_refused() {
    let office = Office::open().await;
    let nobody = "00000000-0000-0000-0000-0000000000ff";
    let missing = |names: &str| {
        format!(
            "One or more parameters of the operation 'evaluateDynamicMembership' are missing from the request payload. The missing parameters are: {names}."
        )
    };
    let wrong = "Dynamic membership rule validation error: The rule is not complete.".to_owned();
    let absent =
        format!("Resource '{nobody}' does not exist or one of its queried reference-property objects are not present.");
    for (body, expected) in [
        (json!({ "memberId": KIM }), (400, "Request_BadRequest", missing("membershipRule"))),
        (json!({ "membershipRule": "user.city -eq null" }), (400, "Request_BadRequest", missing("memberId"))),
        (json!({ "memberId": KIM, "membershipRule": "user.city -eq" }), (400, "Request_BadRequest", wrong)),
        (
            json!({ "memberId": nobody, "membershipRule": "user.city -eq null" }),
            (404, "Request_ResourceNotFound", absent),
        ),
    ] {
        let reply = office.post(PATH, body).await;
        assert_eq!(reply.error(), (expected.0, expected.1, expected.2.as_str()));
    }
    let stray = office.post(PATH, json!({ "memberId": KIM, "rule": "x" })).await;
    assert_eq!((stray.status, stray.error().1), (400, "BadRequest"));
    let reply = office.post("/v1.0/groups/evaluateDynamicMembership", json!({ "memberId": KIM })).await;
    let sentence = "Resource not found for the segment 'evaluateDynamicMembership'.";
    assert_eq!(reply.error(), (400, "BadRequest", sentence));
}
