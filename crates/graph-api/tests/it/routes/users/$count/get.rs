//! `GET /users/$count`

use crate::office::{CANTEEN, KIM, LEE, Office};

#[tokio::test]
async fn users_are_counted_for_whoever_accepts_that_the_count_lags() {
    let office = Office::open().await;
    let reply = office.get_eventually("/v1.0/users/$count").await;
    assert_eq!((reply.status, reply.header("content-type"), reply.text.as_str()), (200, "text/plain", "3"));
    let reply = office.get("/v1.0/users/$count").await;
    assert_eq!(reply.error(), (400, "Request_BadRequest", "$count is not currently supported."));
}

#[tokio::test]
async fn the_count_is_of_those_whom_a_filter_admits() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    for (filter, count) in [
        ("assignedLicenses/$count%20eq%200", "2"),
        ("assignedLicenses/$count%20ne%200", "1"),
        ("assignedLicenses/$count%20eq%200%20and%20startsWith(displayName,'L')", "1"),
        (&format!("assignedLicenses/any(l:l/skuId%20eq%20{CANTEEN})"), "1"),
        (&format!("id%20in%20('{KIM}','{LEE}')"), "2"),
        ("city%20eq%20'Nairobi'", "1"),
    ] {
        let reply = office.get_eventually(&format!("/v1.0/users/$count?$filter={filter}")).await;
        assert_eq!((reply.status, reply.text.as_str()), (200, count), "{filter}");
    }
    for query in ["$top=1", "$select=id", "$skiptoken=x"] {
        let reply = office.get_eventually(&format!("/v1.0/users/$count?{query}")).await;
        assert_eq!(reply.error().1, "Request_UnsupportedQuery", "{query}");
    }
}
