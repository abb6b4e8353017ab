//! `GET /auditLogs/directoryAudits/{audit}`

use crate::office::{CANTEEN, KIM, Office, not_found};
use serde_json::json;

const AUDITS: &str = "/v1.0/auditLogs/directoryAudits";

#[tokio::test]
async fn every_entry_of_the_list_is_found_by_its_id() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    let list = office.get(AUDITS).await;
    for entry in list.json["value"].as_array().unwrap() {
        let id = entry["id"].as_str().unwrap();
        let mut reply = office.get(&format!("{AUDITS}/{id}")).await;
        let context = reply.json.as_object_mut().unwrap().shift_remove("@odata.context").unwrap();
        assert_eq!(context, "http://graph.test/v1.0/$metadata#auditLogs/directoryAudits/$entity");
        assert_eq!(reply.json, *entry);
    }
    let id = list.json["value"][0]["id"].as_str().unwrap();
    let reply = office.get(&format!("{AUDITS}/{id}?$select=result")).await;
    assert_eq!(reply.json["result"], json!("success"));
    assert_eq!(reply.keys(), ["@odata.context", "result"]);
}

#[tokio::test]
async fn ids_of_nothing_are_not_found() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    let list = office.get(AUDITS).await;
    let ids: Vec<&str> = list.each("id").into_iter().map(|id| id.as_str().unwrap()).collect();
    let (first, last) = (ids[0], ids[ids.len() - 1]);
    let correlation = |id: &str| id["Directory_".len()..][..36].to_owned();
    let foreign = first.replace(&correlation(first), &correlation(last));
    let after = format!("{}_0", last.rsplit_once("_1_").unwrap().0.to_owned() + "_999");
    let beyond = format!("{}9", first);
    for id in ["x", KIM.to_string().as_str(), &foreign, &after, &beyond, "Directory_"] {
        let reply = office.get(&format!("{AUDITS}/{id}")).await;
        assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(id).as_str()));
    }
}
