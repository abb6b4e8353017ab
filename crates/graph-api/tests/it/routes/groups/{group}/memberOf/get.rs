//! `GET /groups/{group}/memberOf`

use crate::office::{CLUB, KIM, Office, STAFF, not_found};
use serde_json::json;

#[tokio::test]
async fn groups_that_hold_the_group_are_listed() {
    let office = Office::open().await;
    let reply = office.get(&format!("/v1.0/groups/{CLUB}/memberOf")).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#directoryObjects");
    assert_eq!(reply.each("id"), [&json!(STAFF)]);
    assert_eq!(office.get(&format!("/v1.0/groups/{STAFF}/memberOf")).await.json["value"], json!([]));
    let reply = office.get(&format!("/v1.0/groups/{KIM}/memberOf")).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(KIM).as_str()));
}
