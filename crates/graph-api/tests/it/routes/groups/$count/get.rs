//! `GET /groups/$count`

use crate::office::{KIM, Office, PARKING, STAFF};

#[tokio::test]
async fn groups_are_counted_whole_or_by_a_filter() {
    let office = Office::open().await;
    office.give(KIM, PARKING).await;
    office.give_group(STAFF, PARKING).await;
    for (query, count) in [
        ("", "2"),
        ("?$filter=hasMembersWithLicenseErrors%20eq%20true", "1"),
        ("?$filter=hasMembersWithLicenseErrors%20eq%20true%20and%20displayName%20eq%20'Club'", "0"),
        ("?$filter=hasMembersWithLicenseErrors%20eq%20false%20or%20displayName%20eq%20'Staff'", "2"),
        ("?$filter=groupTypes/any(c:c%20eq%20'Unified')", "1"),
    ] {
        let reply = office.get_eventually(&format!("/v1.0/groups/$count{query}")).await;
        assert_eq!((reply.status, reply.text.as_str()), (200, count), "{query}");
    }
    let reply = office.get("/v1.0/groups/$count").await;
    assert_eq!(reply.error(), (400, "Request_BadRequest", "$count is not currently supported."));
}
