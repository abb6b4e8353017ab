//! `PATCH /groups/{group}`

use crate::office::{CANTEEN, CLUB, KIM, LEE, MAX, Office, STAFF, not_found};
use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn properties_are_changed_and_a_licensed_group_stays_eligible() {
    let office = Office::open().await;
    let path = format!("/v1.0/groups/{STAFF}");
    let patch = |body| office.call(&office.robot, Method::PATCH, &path, Some(body));
    assert_eq!(patch(json!({ "description": "All of us", "visibility": "Private" })).await.status, 204);
    assert_eq!(office.get(&path).await.json["description"], "All of us");
    assert_eq!(patch(json!({ "description": null })).await.status, 204);
    assert_eq!(office.get(&path).await.json["description"], json!(null));

    office.give_group(STAFF, CANTEEN).await;
    let reply = patch(json!({ "securityEnabled": false })).await;
    assert_eq!(reply.error().1, "Request_BadRequest");
    let sentence = "Property 'isAssignableToRole' is read-only and cannot be set.";
    assert_eq!(patch(json!({ "isAssignableToRole": true })).await.error(), (400, "Request_BadRequest", sentence));
}

fn links(ids: &[Uuid]) -> Value {
    ids.iter().map(|id| format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}")).collect()
}

#[tokio::test]
async fn members_join_together_or_not_at_all() {
    let office = Office::open().await;
    let path = format!("/v1.0/groups/{CLUB}");
    let patch = |body| office.call(&office.robot, Method::PATCH, &path, Some(body));
    let members = async || {
        let reply = office.get(&format!("/v1.0/groups/{CLUB}/members?$select=id")).await;
        reply.each("id").len()
    };
    let reply = patch(json!({ "description": "x", "members@odata.bind": links(&[KIM, LEE]) })).await;
    let sentence =
        "One or more added object references already exist for the following modified properties: 'members'.";
    assert_eq!(reply.error(), (400, "Request_BadRequest", sentence));
    let reply = patch(json!({ "members@odata.bind": links(&[KIM, Uuid::nil()]) })).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(Uuid::nil()).as_str()));
    assert_eq!((members().await, &office.get(&path).await.json["description"]), (1, &json!(null)));
    assert_eq!(patch(json!({ "members@odata.bind": links(&[KIM, MAX]), "description": "x" })).await.status, 204);
    assert_eq!((members().await, &office.get(&path).await.json["description"]), (3, &json!("x")));
}

#[tokio::test]
async fn at_most_twenty_members_join_at_once_and_owners_one_at_a_time() {
    let office = Office::open().await;
    let path = format!("/v1.0/groups/{STAFF}");
    let patch = |body| office.call(&office.robot, Method::PATCH, &path, Some(body));
    let reply = patch(json!({ "members@odata.bind": links(&[LEE; 21]) })).await;
    let sentence = "Too many references: at most 20 can be specified in a request.";
    assert_eq!(reply.error(), (400, "Request_BadRequest", sentence));
    let sentence = "'owners@odata.bind' is not supported by the service. Send references to 'owners' one at a time.";
    assert_eq!(patch(json!({ "owners@odata.bind": links(&[LEE]) })).await.error(), (400, "BadRequest", sentence));
    for wrong in [json!(null), json!("x"), json!([5]), json!(["x"])] {
        assert_eq!(patch(json!({ "members@odata.bind": wrong })).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn what_a_group_was_made_for_stays() {
    let office = Office::open().await;
    let path = format!("/v1.0/groups/{STAFF}");
    let patch = |body| office.call(&office.robot, Method::PATCH, &path, Some(body));
    let sentence = |property| format!("Invalid value specified for property '{property}' of resource 'Group'.");
    let too_long = "\u{20000}".repeat(257);
    for (property, value) in [
        ("visibility", "Secret"),
        ("visibility", "HiddenMembership"),
        ("theme", "Black"),
        ("uniqueName", too_long.as_str()),
    ] {
        let reply = patch(json!({ property: value })).await;
        assert_eq!(reply.error(), (400, "Request_BadRequest", sentence(property).as_str()));
    }
    assert_eq!(patch(json!({ "visibility": "public" })).await.status, 204);
    assert_eq!(office.get(&path).await.json["visibility"], "Public");
    assert_eq!(patch(json!({ "uniqueName": "staff" })).await.status, 204);
    assert_eq!(patch(json!({ "uniqueName": "crew" })).await.error().2, sentence("uniqueName"));
    let other = format!("/v1.0/groups/{CLUB}");
    let reply = office.call(&office.robot, Method::PATCH, &other, Some(json!({ "uniqueName": "Staff" }))).await;
    let sentence = "Another object with the same value for property uniqueName already exists.";
    assert_eq!(reply.error(), (400, "Request_BadRequest", sentence));
}
