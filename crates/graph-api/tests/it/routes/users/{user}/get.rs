//! `GET /users/{user}`

use crate::office::{KIM, LEE, Office, STRANGER, not_found};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_user_is_found_by_id_and_by_name_in_any_case() {
    let office = Office::open().await;
    for name in [&KIM.to_string(), "kim@contoso.example", "KIM%40contoso.example"] {
        let reply = office.get(&format!("/beta/users/{name}")).await;
        assert_eq!((reply.status, &reply.json["id"]), (200, &json!(KIM)), "{name}");
        assert_eq!(reply.json["@odata.context"], "http://graph.test/beta/$metadata#users/$entity");
    }
    for form in [format!("users('{KIM}')"), "users(userPrincipalName='kim@contoso.example')".to_owned()] {
        assert_eq!(office.get(&format!("/v1.0//{form}")).await.json["id"], json!(KIM), "{form}");
    }
}

#[tokio::test]
async fn selected_properties_come_in_the_order_in_which_they_are_asked_for() {
    let office = Office::open().await;
    let reply = office.get(&format!("/v1.0/users/{KIM}?$select=usageLocation,ID,assignedLicenses,id")).await;
    assert_eq!(
        reply.text,
        format!(
            r#"{{"@odata.context":"http://graph.test/v1.0/$metadata#users(usageLocation,id,assignedLicenses)/$entity","usageLocation":"KE","id":"{KIM}","assignedLicenses":[]}}"#
        )
    );
    let sentence = "Parsing OData Select and Expand failed: Could not find a property named 'nope' on type \
                    'microsoft.graph.user'.";
    let reply = office.get(&format!("/v1.0/users/{KIM}?$select=id,nope")).await;
    assert_eq!(reply.error(), (400, "BadRequest", sentence));
}

#[tokio::test]
async fn nobody_is_found_who_is_not_in_the_tenant() {
    let office = Office::open().await;
    for name in [STRANGER.to_string(), "nobody@contoso.example".to_owned(), "5".to_owned()] {
        let reply = office.get(&format!("/v1.0/users/{name}")).await;
        assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(&name).as_str()));
    }
}

#[tokio::test]
async fn whoever_may_read_itself_may_do_so_by_its_id() {
    let office = Office::open().await;
    let kim = office.person(KIM, &["User.Read"], &[]);
    for (user, status) in [(KIM, 200), (LEE, 403)] {
        let reply = office.call(&kim, Method::GET, &format!("/v1.0/users/{user}"), None).await;
        assert_eq!(reply.status, status);
    }
}
