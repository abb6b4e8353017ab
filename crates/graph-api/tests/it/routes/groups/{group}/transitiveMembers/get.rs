//! `GET /groups/{group}/transitiveMembers`

use crate::office::{CLUB, KIM, LEE, MAX, Office, STAFF};
use serde_json::json;

#[tokio::test]
async fn members_of_groups_in_the_group_are_its_members_too() {
    let office = Office::open().await;
    let reply = office.get(&format!("/v1.0/groups/{STAFF}/transitiveMembers?$select=id")).await;
    assert_eq!(reply.each("id"), [KIM, LEE, MAX, CLUB].map(|id| json!(id)).each_ref());
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#directoryObjects(id)");
    let reply = office.get(&format!("/v1.0/groups/{STAFF}/transitiveMembers")).await;
    assert_eq!(reply.header("x-ms-resource-unit"), "5");
    for (cast, ids) in [("user", vec![KIM, LEE, MAX]), ("group", vec![CLUB])] {
        let path = format!("/v1.0/groups/{STAFF}/transitiveMembers/microsoft.graph.{cast}?$select=id");
        let reply = office.get(&path).await;
        let expected: Vec<_> = ids.iter().map(|id| json!({ "id": id })).collect();
        assert_eq!(reply.json["value"], json!(expected), "{cast}");
        assert_eq!(reply.json["@odata.context"], format!("http://graph.test/v1.0/$metadata#{cast}s(id)"));
    }
}

#[tokio::test]
async fn pages_of_any_size_hold_every_member_once() {
    let office = Office::open().await;
    for size in 1..=5 {
        let mut ids = Vec::new();
        let mut next = format!("/v1.0/groups/{STAFF}/transitiveMembers?$select=id&$top={size}");
        loop {
            let reply = office.get(&next).await;
            ids.extend(reply.each("id").into_iter().cloned());
            match reply.json["@odata.nextLink"].as_str() {
                Some(link) => next = link.strip_prefix("http://graph.test").unwrap().to_owned(),
                None => break,
            }
        }
        assert_eq!(ids, [KIM, LEE, MAX, CLUB].map(|id| json!(id)), "{size}");
    }
}
