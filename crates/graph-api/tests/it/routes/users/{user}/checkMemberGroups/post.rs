//! `POST /users/{user}/checkMemberGroups`

use crate::office::{CLUB, KIM, LEE, Office, STAFF};
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn only_groups_that_it_is_in_are_answered_in_the_order_of_the_question() {
    let office = Office::open().await;
    let ask = async |body: Value| office.post(&format!("/v1.0/users/{LEE}/checkMemberGroups"), body).await;
    let reply = ask(json!({ "groupIds": [STAFF, KIM, CLUB, STAFF, Uuid::nil()] })).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#Collection(Edm.String)");
    assert_eq!(reply.json["value"], json!([STAFF, CLUB]));
    assert_eq!(reply.header("x-ms-resource-unit"), "4");
    let many: Vec<Uuid> = (0..21).map(Uuid::from_u128).collect();
    for (body, status) in [(json!({ "groupIds": many[..20] }), 200), (json!({ "groupIds": many }), 400)] {
        assert_eq!(ask(body).await.status, status);
    }
    let missing = "One or more parameters of the operation 'checkMemberGroups' are missing from the request payload. The missing \
                   parameters are: groupIds.";
    assert_eq!(ask(json!({})).await.error(), (400, "Request_BadRequest", missing));
    let reply = ask(json!({ "groupIds": ["x"] })).await;
    assert_eq!(reply.error(), (400, "Request_BadRequest", "Invalid object identifier 'x'."));
    assert_eq!(ask(json!({ "groupIds": null })).await.error().1, "BadRequest");
    assert_eq!(ask(json!({ "nope": [] })).await.error().1, "BadRequest");
}
