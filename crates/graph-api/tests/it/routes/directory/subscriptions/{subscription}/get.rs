//! `GET /directory/subscriptions/{subscription}`

use crate::office::{Office, PURCHASE, TENANT, not_found};

#[tokio::test]
async fn a_purchase_is_found_by_either_key() {
    let office = Office::open().await;
    for form in [
        format!("/v1.0/directory/subscriptions/{PURCHASE}"),
        format!("/v1.0/directory/subscriptions('{PURCHASE}')"),
        format!("/v1.0/directory/subscriptions(commerceSubscriptionId='{PURCHASE}')"),
    ] {
        let reply = office.get(&form).await;
        assert_eq!((reply.status, reply.json["totalLicenses"].as_u64()), (200, Some(2)), "{form}");
    }
    let reply = office.get(&format!("/v1.0/directory/subscriptions/{TENANT}")).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(TENANT).as_str()));
}
