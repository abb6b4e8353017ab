//! `POST /me/checkMemberObjects`

use crate::member_groups;
use crate::office::{CLUB, LEE, Office, STAFF};
use axum::http::Method;
use serde_json::Value;

#[tokio::test]
async fn only_groups_that_it_is_in_are_answered_in_the_order_of_the_question() {
    let office = Office::open().await;
    let lee = office.person(LEE, &["User.Read"], &[]);
    let ask = async |body: Value| office.call(&lee, Method::POST, "/v1.0/me/checkMemberObjects", Some(body)).await;
    member_groups::assert_checked("checkMemberObjects", "ids", &[STAFF, CLUB], ask).await;
}
