//! `GET /users/{user}/licenseDetails/{details}`

use crate::office::{CANTEEN, KIM, MAX, Office, not_found};

#[tokio::test]
async fn a_licence_is_found_by_its_id() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    let all = office.get(&format!("/v1.0/users/{KIM}/licenseDetails")).await;
    let id = all.json["value"][0]["id"].as_str().unwrap();
    let reply = office.get(&format!("/v1.0/users/{KIM}/licenseDetails/{id}?$select=skuPartNumber")).await;
    assert_eq!(
        reply.text,
        format!(
            r#"{{"@odata.context":"http://graph.test/v1.0/$metadata#users('{KIM}')/licenseDetails(skuPartNumber)/$entity","skuPartNumber":"CANTEEN"}}"#
        )
    );
    for (user, id) in [(MAX, id), (KIM, "nope"), (KIM, &id[1..])] {
        let reply = office.get(&format!("/v1.0/users/{user}/licenseDetails/{id}")).await;
        assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(id).as_str()));
    }
}
