//! The order of refusals: token, permission, body, object, rules (decisions, "Order of refusals").

use crate::office::{CANTEEN, KIM, LEE, Office, STAFF, adding, contoso};
use axum::http::Method;
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn each_refusal_hides_the_ones_after_it() {
    let office = Office::open().await;
    let path = |user: Uuid| format!("/v1.0/users/{user}/assignLicense");
    let broken = json!({ "addLicenses": 5 });
    let (nobody, reader) = (String::new(), office.app(&["User.Read.All"]));
    // LEE has no usage location, so adding anything is against a rule.
    let cases = [
        (&nobody, Uuid::nil(), broken.clone(), 401, "InvalidAuthenticationToken"),
        (&reader, Uuid::nil(), broken.clone(), 403, "Authorization_RequestDenied"),
        (&office.robot, Uuid::nil(), broken, 400, "BadRequest"),
        (&office.robot, Uuid::nil(), json!({}), 400, "Request_BadRequest"),
        (&office.robot, Uuid::nil(), adding(CANTEEN), 404, "Request_ResourceNotFound"),
        (&office.robot, LEE, adding(CANTEEN), 400, "Request_BadRequest"),
        (&office.robot, KIM, adding(CANTEEN), 200, ""),
    ];
    for (token, user, body, status, code) in cases {
        let reply = office.call(token, Method::POST, &path(user), Some(body)).await;
        assert_eq!((reply.error().0, reply.error().1), (status, code), "{}", reply.text);
    }
}

#[tokio::test]
async fn an_unknown_version_is_told_to_anybody_and_an_unknown_segment_to_callers() {
    let office = Office::open().await;
    let get = |token, path| office.call(token, Method::GET, path, None);
    for path in ["/v3.0/users", "/v3.0", "/nope"] {
        let version = path.split('/').nth(1).unwrap();
        let expected = format!("Invalid version: {version}");
        assert_eq!(get("", path).await.error(), (400, "BadRequest", expected.as_str()));
    }
    assert_eq!(get("", "/v1.0/nope").await.status, 401);
    let reply = get(&office.app(&[]), "/v1.0/users/x/nope/y").await;
    assert_eq!(reply.error(), (400, "BadRequest", "Resource not found for the segment 'nope'."));
    let reply = office.call(&office.app(&[]), Method::PUT, "/v1.0/users/x", None).await;
    let sentence = "Specified HTTP method is not allowed for the request target.";
    assert_eq!(reply.error(), (405, "Request_BadRequest", sentence));
    assert_eq!(reply.header("allow"), "GET, PATCH, DELETE");
}

#[tokio::test]
async fn the_rules_of_a_body_come_in_their_order() {
    let mut world = contoso();
    world["tenants"][0]["subscriptions"][0]["totalLicenses"] = json!(0);
    let office = Office::of(&world, graph_api::ApiSettings::default()).await;
    let unknown = Uuid::from_u128(0xbad);
    let add = |sku: Uuid, plan: Uuid| json!({ "skuId": sku, "disabledPlans": [plan] });
    let cases = [
        // Named twice before unknown, unknown before a wrong plan, a wrong plan before a removal that is none,
        // that before the location, the location before the seats.
        (LEE, json!([add(unknown, unknown), add(unknown, unknown)]), json!([]), "is specified more than once"),
        (LEE, json!([add(unknown, unknown)]), json!([CANTEEN]), "does not correspond to a valid company License."),
        (LEE, json!([add(CANTEEN, unknown)]), json!([crate::office::PARKING]), "disabled plans are not valid"),
        (LEE, json!([{ "skuId": CANTEEN }]), json!([crate::office::PARKING]), "User does not have"),
        (LEE, json!([{ "skuId": CANTEEN }]), json!([]), "invalid usage location."),
        (KIM, json!([{ "skuId": CANTEEN }]), json!([]), "does not have any available licenses."),
    ];
    for (user, add, remove, part) in cases {
        let body = json!({ "addLicenses": add, "removeLicenses": remove });
        let reply = office.post(&format!("/v1.0/users/{user}/assignLicense"), body).await;
        assert_eq!((reply.error().0, reply.error().1), (400, "Request_BadRequest"));
        assert!(reply.error().2.contains(part), "{} does not say {part}", reply.text);
    }
}

#[tokio::test]
async fn me_of_an_application_is_refused_before_its_permissions() {
    let office = Office::open().await;
    let sentence = "/me request is only valid with delegated authentication flow.";
    for (method, path) in [(Method::GET, "/v1.0/me"), (Method::POST, "/v1.0/me/assignLicense")] {
        let reply = office.call(&office.app(&[]), method, path, None).await;
        assert_eq!(reply.error(), (400, "BadRequest", sentence));
    }
    let path = format!("/v1.0/me/joinedGroups/{STAFF}/assignLicense");
    assert_eq!(office.post(&path, adding(CANTEEN)).await.error().2, sentence);
}
