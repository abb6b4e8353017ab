//! `GET /me/licenseDetails`

use crate::office::{CANTEEN, KIM, Office};
use axum::http::Method;

#[tokio::test]
async fn whoever_may_read_itself_sees_its_licences() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    for scope in ["User.Read", "LicenseAssignment.Read.All"] {
        let kim = office.person(KIM, &[scope], &[]);
        for path in ["/v1.0/me/licenseDetails".to_owned(), format!("/v1.0/users/{KIM}/licenseDetails")] {
            let reply = office.call(&kim, Method::GET, &path, None).await;
            assert_eq!(reply.status, 200, "{scope} {path}");
            assert_eq!(reply.each("skuPartNumber"), ["CANTEEN"]);
        }
    }
    let lee = office.person(crate::office::LEE, &["User.Read"], &[]);
    assert_eq!(office.call(&lee, Method::GET, &format!("/v1.0/users/{KIM}/licenseDetails"), None).await.status, 403);
}
