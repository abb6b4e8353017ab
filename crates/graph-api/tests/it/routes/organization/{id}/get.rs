//! `GET /organization/{id}`

use crate::office::{OTHER_TENANT, Office, TENANT, not_found};

#[tokio::test]
async fn only_ones_own_organization_is_found() {
    let office = Office::open().await;
    let reply = office.get(&format!("/v1.0/organization/{TENANT}")).await;
    assert_eq!((reply.status, reply.json["displayName"].as_str()), (200, Some("Contoso")));
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#organization/$entity");
    let reply = office.get(&format!("/v1.0/organization/{OTHER_TENANT}")).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(OTHER_TENANT).as_str()));
}
