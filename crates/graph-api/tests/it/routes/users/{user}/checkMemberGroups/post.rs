//! `POST /users/{user}/checkMemberGroups`

use crate::member_groups;
use crate::office::{CLUB, LEE, Office, STAFF};
use serde_json::Value;

#[tokio::test]
async fn only_groups_that_it_is_in_are_answered_in_the_order_of_the_question() {
    let office = Office::open().await;
    let ask = async |body: Value| office.post(&format!("/v1.0/users/{LEE}/checkMemberGroups"), body).await;
    member_groups::assert_checked("checkMemberGroups", "groupIds", &[STAFF, CLUB], ask).await;
}
