//! `GET /tenants/{tenant}/clock`

use crate::office::{Office, own};

#[tokio::test]
async fn a_clock_shows_the_systems_time_until_it_is_set() {
    let office = Office::open().await;
    office.pass_seconds(55);
    let reply = office.get(&own("/clock")).await;
    let expected = r##"{"@odata.context":"http://graph.test/seatwright/v1/$metadata#clock/$entity","currentDateTime":"2025-07-14T16:15:00Z","ahead":"PT0S"}"##;
    assert_eq!((reply.status, reply.text.as_str()), (200, expected));
}
