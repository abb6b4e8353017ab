//! `POST /me/assignLicense`

use crate::office::{CANTEEN, KIM, LICENSE_ADMINISTRATOR, Office, adding};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn it_takes_the_scope_and_the_directory_role() {
    let office = Office::open().await;
    let scope = ["LicenseAssignment.ReadWrite.All"];
    for (scopes, roles, status) in [
        (&scope[..], &[][..], 403),
        (&["User.Read"], &[LICENSE_ADMINISTRATOR], 403),
        (&scope, &[LICENSE_ADMINISTRATOR], 200),
    ] {
        let kim = office.person(KIM, scopes, roles);
        let reply = office.call(&kim, Method::POST, "/v1.0/me/assignLicense", Some(adding(CANTEEN))).await;
        assert_eq!(reply.status, status, "{scopes:?} {roles:?}");
        if status == 200 {
            assert_eq!(
                (&reply.json["id"], &reply.json["assignedLicenses"][0]["skuId"]),
                (&json!(KIM), &json!(CANTEEN))
            );
        }
    }
}
