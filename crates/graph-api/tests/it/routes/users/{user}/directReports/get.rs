//! `GET /users/{user}/directReports`

use crate::office::{KIM, LEE, MAX, Office, contoso};
use graph_api::ApiSettings;
use serde_json::json;

#[tokio::test]
async fn those_whose_manager_somebody_is_are_listed_page_by_page() {
    let mut world = contoso();
    for user in [1, 2] {
        world["tenants"][0]["users"][user]["manager"] = json!(KIM);
    }
    let office = Office::of(&world, ApiSettings::default()).await;
    let reply = office.get(&format!("/v1.0/users/{KIM}/directReports?$select=id&$top=1")).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#directoryObjects(id)");
    assert_eq!(reply.json["value"], json!([{ "@odata.type": "#microsoft.graph.user", "id": LEE }]));
    let link = reply.json["@odata.nextLink"].as_str().unwrap().strip_prefix("http://graph.test").unwrap();
    assert_eq!(office.get(link).await.each("id"), [&json!(MAX)]);
    let reply = office.get(&format!("/v1.0/users/{KIM}/directReports/microsoft.graph.user?$select=id")).await;
    assert_eq!(reply.json["value"], json!([{ "id": LEE }, { "id": MAX }]));
}
