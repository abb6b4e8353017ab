//! What the calls about the groups that somebody is in answer, whoever it is: the test files of the routes ask it of each.

use crate::office::{CLUB, KIM, Reply, STAFF};
use serde_json::{Value, json};
use uuid::Uuid;

/// `checkMemberGroups` and `checkMemberObjects`: only groups that it is in are answered, in the order of the question;
/// so many can be asked about and not one more; the parameter must be there and right.
pub(crate) async fn assert_checked(
    operation: &str,
    parameter: &str,
    groups: &[Uuid],
    ask: impl AsyncFn(Value) -> Reply,
) {
    let about = |ids: Value| json!({ parameter: ids });
    let reply = ask(about(json!([STAFF, KIM, CLUB, STAFF, Uuid::nil()]))).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#Collection(Edm.String)");
    assert_eq!(reply.json["value"], json!(groups));
    assert_eq!(reply.header("x-ms-resource-unit"), "4");
    let many: Vec<Uuid> = (0..21).map(Uuid::from_u128).collect();
    for (ids, status) in [(json!(many[..20]), 200), (json!(many), 400)] {
        assert_eq!(ask(about(ids)).await.status, status);
    }
    assert_eq!(ask(json!({})).await.error(), (400, "Request_BadRequest", &*is_missing(operation, parameter)));
    let reply = ask(about(json!(["x"]))).await;
    assert_eq!(reply.error(), (400, "Request_BadRequest", "Invalid object identifier 'x'."));
    assert_eq!(ask(about(Value::Null)).await.error().1, "BadRequest");
    assert_eq!(ask(json!({ "nope": [] })).await.error().1, "BadRequest");
}

/// `getMemberGroups` and `getMemberObjects`: all groups are answered, or those that are security-enabled; the parameter
/// must be there and right.
pub(crate) async fn assert_listed(operation: &str, groups: &[Uuid], ask: impl AsyncFn(Value) -> Reply) {
    let parameter = "securityEnabledOnly";
    let reply = ask(json!({ parameter: false })).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#Collection(Edm.String)");
    assert_eq!(reply.json["value"], json!(groups));
    assert_eq!(reply.header("x-ms-resource-unit"), "2");
    assert_eq!(ask(json!({ parameter: true })).await.json["value"], json!([STAFF]));
    assert_eq!(ask(json!({})).await.error(), (400, "Request_BadRequest", &*is_missing(operation, parameter)));
    assert_eq!(ask(json!({ parameter: "true" })).await.error().1, "BadRequest");
}

fn is_missing(operation: &str, parameter: &str) -> String {
    format!(
        "One or more parameters of the operation '{operation}' are missing from the request payload. The missing \
         parameters are: {parameter}."
    )
}
