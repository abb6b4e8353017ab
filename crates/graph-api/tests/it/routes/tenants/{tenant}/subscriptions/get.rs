//! `GET /tenants/{tenant}/subscriptions`

use crate::office::{Office, PURCHASE, TENANT, own};
use axum::http::Method;

#[tokio::test]
async fn purchases_are_listed_as_graph_lists_them() {
    let office = Office::open().await;
    let reply = office.get(&own("/subscriptions")).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/seatwright/v1/$metadata#subscriptions");
    let graphs = office.get("/v1.0/directory/subscriptions").await;
    assert_eq!(reply.json["value"], graphs.json["value"]);
    let reply = office.get(&own("/subscriptions?$select=id,status")).await;
    assert_eq!(reply.each("id")[0], &PURCHASE.to_string());
    assert_eq!(office.get(&own("/subscriptions?$top=1")).await.status, 400);
}

#[tokio::test]
async fn the_tenant_may_be_written_in_any_case_and_must_be_ones_own() {
    let office = Office::open().await;
    let path = |tenant: &str| format!("/Seatwright/V1/tenants/{tenant}/subscriptions");
    assert_eq!(office.get(&path(&TENANT.to_string().to_uppercase())).await.status, 200);
    for other in ["00000000-0000-0000-0000-0000000000ff", "contoso.example", "{tenant}"] {
        let reply = office.get(&path(&other.replace(['{', '}'], "_"))).await;
        assert_eq!((reply.status, reply.error().1), (404, "Request_ResourceNotFound"), "{other}");
    }
    let reply = office.get("/seatwright/v2/tenants").await;
    assert_eq!(reply.error(), (400, "BadRequest", "Invalid version: seatwright"));
    let reply = office.get("/v1.0/tenants/x/subscriptions").await;
    assert_eq!(reply.error(), (400, "BadRequest", "Resource not found for the segment 'tenants'."));
    let reply = office.get("/seatwright/v1/users").await;
    assert_eq!(reply.error(), (400, "BadRequest", "Resource not found for the segment 'users'."));
}

#[tokio::test]
async fn only_the_role_of_administrators_opens_it() {
    let office = Office::open().await;
    let everything_of_graph = office.app(&crate::office::ALL_ROLES[..7]);
    let reply = office.call(&everything_of_graph, Method::GET, &own("/subscriptions"), None).await;
    assert_eq!((reply.status, reply.error().1), (403, "Authorization_RequestDenied"));
    let reply = office.call(&office.admin(), Method::GET, &own("/subscriptions"), None).await;
    assert_eq!(reply.status, 403, "a signed-in user, whatever the scopes");
    assert_eq!(office.call("", Method::GET, &own("/subscriptions"), None).await.status, 401);
    let reply = office.call(&office.app(&["Seatwright.Admin"]), Method::GET, &own("/subscriptions"), None).await;
    assert_eq!(reply.status, 200);
}
