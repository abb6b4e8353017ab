//! Nothing of one tenant is seen or changed with another one's token: every route with every id of the other
//! tenant answers as it does for an id that nobody has.

use crate::office::{
    ALL_ROLES, CLUB, DOOR, KIM, LEE, OTHER_TENANT, Office, PURCHASE, STAFF, TENANT, TILL, app_token, every_route,
};
use axum::http::Method;
use graph_api::ROUTES;
use serde_json::{Value, json};

/// The path of a route with ids of the first tenant, or with ids of nothing.
fn path(base: &str, route: &str, exists: bool) -> String {
    let fill = |segment: &str| match segment {
        _ if !segment.starts_with('{') => segment.to_owned(),
        "{sku}" if exists => format!("{TENANT}_{}", crate::office::CANTEEN),
        "{details}" => "x".to_owned(),
        _ if !exists => "00000000-0000-0000-0000-0000000000ff".to_owned(),
        "{user}" | "{user2}" | "{object}" => KIM.to_string(),
        "{member}" => CLUB.to_string(),
        "{group}" => STAFF.to_string(),
        "{device}" => TILL.to_string(),
        "{subscription}" => PURCHASE.to_string(),
        _ => TENANT.to_string(),
    };
    let segments: Vec<String> = route.split('/').map(fill).collect();
    let base = if route.ends_with("evaluateDynamicMembership") { "/beta" } else { base };
    format!("{base}{}", segments.join("/"))
}

fn body(method: &Method, route: &str) -> Option<Value> {
    match *method {
        Method::PATCH => Some(json!({ "displayName": "Changed" })),
        Method::POST if route.ends_with("assignLicense") => {
            Some(json!({ "addLicenses": [{ "skuId": crate::office::CANTEEN }], "removeLicenses": [] }))
        }
        Method::POST | Method::PUT if route.ends_with("$ref") => {
            Some(json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{LEE}") }))
        }
        Method::POST if route.ends_with("evaluateDynamicMembership") => Some(json!({ "memberId": LEE })),
        Method::POST if route.ends_with("checkMemberGroups") => Some(json!({ "groupIds": [STAFF] })),
        Method::POST if route.ends_with("checkMemberObjects") => Some(json!({ "ids": [STAFF] })),
        Method::POST if route.contains("/getMember") => Some(json!({ "securityEnabledOnly": false })),
        _ => None,
    }
}

#[tokio::test]
async fn the_objects_of_another_tenant_do_not_exist() {
    let office = Office::open().await;
    let before = office.get("/v1.0/users?$select=id,displayName,assignedLicenses").await.text;
    let stranger = app_token(&office.keys, OTHER_TENANT, &ALL_ROLES);
    for (base, route) in every_route().filter(|(_, route)| route.path.contains('{') && !route.path.starts_with("/me")) {
        let mut shown = Vec::new();
        for exists in [true, false] {
            let path = path(base, route.path, exists);
            let reply = office.call(&stranger, route.method.clone(), &path, body(&route.method, route.path)).await;
            assert_eq!((reply.status, reply.error().1), (404, "Request_ResourceNotFound"), "{} {path}", route.method);
            // All but the id that was asked for.
            let sentence = reply.error().2.to_owned();
            shown.push(sentence.split('\'').skip(2).collect::<String>());
        }
        assert_eq!(shown[0], shown[1], "{}", route.path);
    }
    assert_eq!(office.get("/v1.0/users?$select=id,displayName,assignedLicenses").await.text, before);
}

#[tokio::test]
async fn collections_are_those_of_the_callers_tenant() {
    let office = Office::open().await;
    let stranger = app_token(&office.keys, OTHER_TENANT, &ALL_ROLES);
    for route in ROUTES.iter().filter(|route| route.method == Method::GET && !route.path.contains('{')) {
        let reply = office.call(&stranger, Method::GET, &format!("/v1.0{}", route.path), None).await;
        for id in [KIM, LEE, STAFF, CLUB, TILL, DOOR, PURCHASE, TENANT] {
            assert!(!reply.text.contains(&id.to_string()), "{} shows {id}", route.path);
        }
    }
}
