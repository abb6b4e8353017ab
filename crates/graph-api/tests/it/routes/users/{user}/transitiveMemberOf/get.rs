//! `GET /users/{user}/transitiveMemberOf`

use crate::office::{CLUB, LEE, Office, STAFF};
use serde_json::json;

#[tokio::test]
async fn groups_that_hold_a_group_of_the_user_are_listed_too() {
    let office = Office::open().await;
    let reply = office.get(&format!("/v1.0/users/{LEE}/transitiveMemberOf")).await;
    assert_eq!(reply.each("id"), [&json!(STAFF), &json!(CLUB)]);
    assert_eq!(reply.each("@odata.type"), ["#microsoft.graph.group"; 2]);
    let first = office.get(&format!("/v1.0/users/{LEE}/transitiveMemberOf?$top=1")).await;
    assert_eq!(first.each("id"), [&json!(STAFF)]);
    let link = first.json["@odata.nextLink"].as_str().unwrap().strip_prefix("http://graph.test").unwrap();
    let last = office.get(link).await;
    assert_eq!(last.each("id"), [&json!(CLUB)]);
    assert_eq!(last.json.get("@odata.nextLink"), None);
    let link = link.replace("transitiveMemberOf", "memberOf");
    assert_eq!(office.get(&link).await.error().1, "Directory_ExpiredPageToken");
}
