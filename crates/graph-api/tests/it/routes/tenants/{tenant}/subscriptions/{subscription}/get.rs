//! `GET /tenants/{tenant}/subscriptions/{subscription}`

use crate::office::{KIM, Office, PURCHASE, not_found, own};

#[tokio::test]
async fn one_purchase_is_shown() {
    let office = Office::open().await;
    let reply = office.get(&own(&format!("/subscriptions/{PURCHASE}?$select=id,status"))).await;
    assert_eq!((reply.status, reply.keys()), (200, vec!["@odata.context", "id", "status"]));
    let reply = office.get(&own(&format!("/subscriptions/{KIM}"))).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(KIM).as_str()));
}
