//! `POST /me/checkMemberObjects`

use crate::office::{CLUB, KIM, LEE, Office, STAFF};
use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn only_groups_that_it_is_in_are_answered_in_the_order_of_the_question() {
    let office = Office::open().await;
    let lee = office.person(LEE, &["User.Read"], &[]);
    let ask = async |body: Value| office.call(&lee, Method::POST, "/v1.0/me/checkMemberObjects", Some(body)).await;
    let reply = ask(json!({ "ids": [STAFF, KIM, CLUB, STAFF, Uuid::nil()] })).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#Collection(Edm.String)");
    assert_eq!(reply.json["value"], json!([STAFF, CLUB]));
    assert_eq!(reply.header("x-ms-resource-unit"), "4");
    let many: Vec<Uuid> = (0..21).map(Uuid::from_u128).collect();
    for (body, status) in [(json!({ "ids": many[..20] }), 200), (json!({ "ids": many }), 400)] {
        assert_eq!(ask(body).await.status, status);
    }
    let missing = "One or more parameters of the operation 'checkMemberObjects' are missing from the request payload. The missing \
                   parameters are: ids.";
    assert_eq!(ask(json!({})).await.error(), (400, "Request_BadRequest", missing));
    let reply = ask(json!({ "ids": ["x"] })).await;
    assert_eq!(reply.error(), (400, "Request_BadRequest", "Invalid object identifier 'x'."));
    assert_eq!(ask(json!({ "ids": null })).await.error().1, "BadRequest");
    assert_eq!(ask(json!({ "nope": [] })).await.error().1, "BadRequest");
}
