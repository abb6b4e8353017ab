//! `GET /me/memberOf`

use crate::office::{CLUB, LEE, Office};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn one_may_see_the_groups_of_oneself() {
    let office = Office::open().await;
    let lee = office.person(LEE, &["User.Read"], &[]);
    for path in ["/v1.0/me/memberOf", "/v1.0/me/memberOf/microsoft.graph.group", "/v1.0/users/me/memberOf"] {
        let reply = office.call(&lee, Method::GET, path, None).await;
        assert_eq!(reply.each("id"), [&json!(CLUB)], "{path}");
    }
}
