//! `POST /me/getMemberGroups`

use crate::member_groups;
use crate::office::{CLUB, LEE, Office, STAFF};
use axum::http::Method;
use serde_json::Value;

#[tokio::test]
async fn all_groups_are_answered_or_those_that_are_security_enabled() {
    let office = Office::open().await;
    let lee = office.person(LEE, &["User.Read"], &[]);
    let ask = async |body: Value| office.call(&lee, Method::POST, "/v1.0/me/getMemberGroups", Some(body)).await;
    member_groups::assert_listed("getMemberGroups", &[STAFF, CLUB], ask).await;
}
