//! `GET /groups/{group}/transitiveMemberOf`

use crate::office::{CLUB, Office, STAFF};
use serde_json::json;

#[tokio::test]
async fn groups_that_are_in_each_other_are_no_groups_of_themselves() {
    let office = Office::open().await;
    let id = office
        .post(
            "/v1.0/groups",
            json!({ "displayName": "Den", "mailNickname": "den", "mailEnabled": false, "securityEnabled": true }),
        )
        .await
        .json["id"]
        .clone();
    let link = |id: String| json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}") });
    let den = id.as_str().unwrap();
    assert_eq!(office.post(&format!("/v1.0/groups/{CLUB}/members/$ref"), link(den.to_owned())).await.status, 204);
    let reply = office.get(&format!("/v1.0/groups/{den}/transitiveMemberOf")).await;
    assert_eq!(reply.each("id"), [&json!(STAFF), &json!(CLUB)]);
    assert_eq!(office.post(&format!("/v1.0/groups/{den}/members/$ref"), link(STAFF.to_string())).await.status, 204);
    let reply = office.get(&format!("/v1.0/groups/{STAFF}/transitiveMemberOf/microsoft.graph.group?$select=id")).await;
    assert_eq!(reply.json["value"], json!([{ "id": CLUB }, { "id": den }]));
}
