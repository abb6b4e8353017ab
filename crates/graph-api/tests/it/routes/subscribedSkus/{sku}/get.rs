//! `GET /subscribedSkus/{sku}`

use crate::office::{CANTEEN, OTHER_TENANT, Office, TENANT, not_found};

#[tokio::test]
async fn a_sku_is_found_by_tenant_and_sku() {
    let office = Office::open().await;
    let reply = office.get(&format!("/v1.0/subscribedSkus/{TENANT}_{CANTEEN}")).await;
    assert_eq!((reply.status, reply.json["skuPartNumber"].as_str()), (200, Some("CANTEEN")));
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#subscribedSkus/$entity");
    for id in [format!("{OTHER_TENANT}_{CANTEEN}"), CANTEEN.to_string(), "x".to_owned()] {
        let reply = office.get(&format!("/v1.0/subscribedSkus/{id}")).await;
        assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(&id).as_str()));
    }
}
