//! `POST /users/{user}/getMemberGroups`

use crate::member_groups;
use crate::office::{CLUB, LEE, Office, STAFF};
use serde_json::Value;

#[tokio::test]
async fn all_groups_are_answered_or_those_that_are_security_enabled() {
    let office = Office::open().await;
    let ask = async |body: Value| office.post(&format!("/v1.0/users/{LEE}/getMemberGroups"), body).await;
    member_groups::assert_listed("getMemberGroups", &[STAFF, CLUB], ask).await;
}
