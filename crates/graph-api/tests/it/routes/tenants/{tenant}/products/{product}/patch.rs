//! `PATCH /tenants/{tenant}/products/{product}`

use crate::office::{CANTEEN, KIM, Office, Reply, own};
use axum::http::Method;
use serde_json::{Value, json};

const SUPPER: &str = "11b0131d-43c8-4bbb-b2c8-e80f9a508999";
/// EXCHANGE_S_STANDARD, which excludes other plans.
const MAIL: &str = "9aaf7827-d63c-4b61-89c3-182f06f82e5c";

async fn change(office: &Office, id: &str, body: Value) -> Reply {
    office.call(&office.robot, Method::PATCH, &own(&format!("/products/{id}")), Some(body)).await
}

async fn plans(office: &Office, id: &str) -> Vec<Value> {
    office.get(&own(&format!("/products/{id}"))).await.json["servicePlans"].as_array().unwrap().clone()
}

#[tokio::test]
async fn whoever_has_the_product_gets_the_plan_that_is_added() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    let mut all = plans(&office, &CANTEEN.to_string()).await;
    all.push(json!({ "servicePlanId": SUPPER, "servicePlanName": "SUPPER" }));
    let reply = change(&office, &CANTEEN.to_string(), json!({ "servicePlans": all })).await;
    assert_eq!(
        (reply.status, &reply.json["servicePlans"][2]["servicePlanName"]),
        (200, &json!("SUPPER")),
        "{}",
        reply.text
    );
    let kim = office.get(&format!("/v1.0/users/{KIM}?$select=assignedPlans")).await;
    assert!(kim.text.contains(SUPPER), "{}", kim.text);
    assert!(office.get("/v1.0/subscribedSkus").await.text.contains("SUPPER"));
    let audit =
        office.get("/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName%20eq%20'Change%20product'").await;
    let target = &audit.json["value"][0]["targetResources"][0];
    assert_eq!((&target["id"], &target["displayName"]), (&json!(CANTEEN), &json!("CANTEEN")), "{}", audit.text);
    assert_eq!(target["modifiedProperties"][0]["newValue"], r#"["LUNCH_PLAN","DINNER_PLAN","SUPPER"]"#);
}

#[tokio::test]
async fn what_was_bought_keeps_its_plans_and_gets_none_with_rules() {
    let office = Office::open().await;
    let all = plans(&office, &CANTEEN.to_string()).await;
    let mut renamed = all.clone();
    renamed[0]["servicePlanName"] = json!("BREAKFAST");
    for fewer in [json!([]), json!([all[1]]), json!(renamed)] {
        let reply = change(&office, &CANTEEN.to_string(), json!({ "servicePlans": fewer })).await;
        let sentence = "The product has been bought: service plans can be added to it, but not changed or removed.";
        assert_eq!((reply.status, reply.error().2), (400, sentence), "{fewer}");
    }
    let mut more = all.clone();
    more.push(json!({ "servicePlanId": MAIL, "servicePlanName": "EXCHANGE_S_STANDARD" }));
    let reply = change(&office, &CANTEEN.to_string(), json!({ "servicePlans": more })).await;
    assert_eq!(reply.status, 400);
    assert!(reply.error().2.contains(MAIL) && reply.error().2.ends_with("cannot be added to it."), "{}", reply.text);
    assert_eq!(plans(&office, &CANTEEN.to_string()).await, all);
}

#[tokio::test]
async fn what_nobody_bought_can_have_any_plans() {
    let office = Office::open().await;
    let made = office.post(&own("/products"), json!({ "skuPartNumber": "HEATING" })).await;
    let id = made.json["skuId"].as_str().unwrap();
    for wanted in [vec![(SUPPER, "A"), (MAIL, "B")], vec![(SUPPER, "C")], Vec::new()] {
        let wanted: Vec<Value> =
            wanted.iter().map(|(id, name)| json!({ "servicePlanId": id, "servicePlanName": name })).collect();
        assert_eq!(change(&office, id, json!({ "servicePlans": wanted })).await.status, 200);
        assert_eq!(plans(&office, id).await.len(), wanted.len());
    }
}

#[tokio::test]
async fn wrong_changes_are_refused() {
    let office = Office::open().await;
    let canteen = CANTEEN.to_string();
    for (id, body, status, saying) in [
        (canteen.as_str(), json!({}), 400, "'servicePlans'"),
        (&canteen, json!({ "servicePlans": null }), 400, "'StartArray'"),
        (&canteen, json!({ "servicePlans": [], "skuPartNumber": "X" }), 400, "'skuPartNumber'"),
        ("c7df2760-2c81-4ef7-b578-5b5392b571df", json!({ "servicePlans": [] }), 404, "does not exist"),
        ("x", json!({ "servicePlans": [] }), 404, "does not exist"),
    ] {
        let reply = change(&office, id, body.clone()).await;
        assert_eq!(reply.status, status, "{body}: {}", reply.text);
        assert!(reply.error().2.contains(saying), "{body}: {}", reply.text);
    }
}
