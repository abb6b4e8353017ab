//! Headers of every answer, and control information in its JSON (specification 5.1, 6.1, 6.2).

use crate::office::{CANTEEN, KIM, Office, Reply, STAFF, TENANT, adding, contoso, keys};
use axum::body::Body;
use axum::http::{Method, Request, header};
use graph_api::{ApiSettings, Scheme};
use serde_json::json;
use uuid::Uuid;

async fn get(office: &Office, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {}", office.robot));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    office.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_answer_carries_what_graph_sends() {
    let office = Office::open().await;
    let kim = format!("/v1.0/users/{KIM}");
    let replies = [
        office.get(&kim).await,
        office.get("/v1.0/users/nobody").await,
        office.get("/v1.0/nope").await,
        office.get("/nope").await,
        office.call("", Method::GET, &kim, None).await,
        office.call(&office.robot, Method::PATCH, &kim, Some(json!({ "city": "Oslo" }))).await,
    ];
    assert_eq!(replies.each_ref().map(|reply| reply.status), [200, 404, 400, 400, 401, 204]);
    for reply in replies {
        let id = Uuid::parse_str(reply.header("request-id")).unwrap();
        assert_eq!(reply.header("client-request-id"), id.to_string());
        assert_eq!(reply.header("cache-control"), "no-cache");
        assert_eq!(reply.header("vary"), "Accept-Encoding");
        assert_eq!(reply.header("strict-transport-security"), "max-age=31536000");
        let diagnostic: serde_json::Value = serde_json::from_str(reply.header("x-ms-ags-diagnostic")).unwrap();
        assert_eq!(keys(&diagnostic["ServerInfo"]), ["DataCenter", "Slice", "Ring", "ScaleUnit", "RoleInstance"]);
        let is_success = reply.status < 400;
        assert_eq!(reply.header("odata-version"), if is_success { "4.0" } else { "" });
        let content_type = match (is_success, reply.status) {
            (_, 204) => "",
            (true, _) => {
                "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
            }
            (false, _) => "application/json",
        };
        assert_eq!(reply.header("content-type"), content_type);
        if !is_success {
            assert_eq!(keys(&reply.json["error"])[..2], ["code", "message"]);
            let inner = &reply.json["error"]["innerError"];
            assert_eq!(keys(inner), ["date", "request-id", "client-request-id"]);
            assert_eq!((&inner["date"], &inner["request-id"]), (&json!("2025-07-14T16:14:05"), &json!(id)));
        }
    }
}

#[tokio::test]
async fn the_clients_own_id_is_echoed_if_it_is_one() {
    let office = Office::open().await;
    let id = "35d87182-0000-4000-8000-000000000001";
    let reply = get(&office, "/v1.0/users/nobody", &[("client-request-id", id)]).await;
    assert_eq!(reply.header("client-request-id"), id);
    assert_eq!(reply.json["error"]["innerError"]["client-request-id"], id);
    assert_ne!(reply.header("request-id"), id);
    for unusable in ["", "two words", &"x".repeat(200), "\u{e9}"] {
        let reply = get(&office, "/v1.0/users/nobody", &[("client-request-id", unusable)]).await;
        assert_eq!(reply.header("client-request-id"), reply.header("request-id"), "{unusable}");
    }
}

#[tokio::test]
async fn costs_are_those_of_the_documentation() {
    let office = Office::open().await;
    for (path, units) in [
        ("/v1.0/users", "2"),
        ("/v1.0/users?$select=id", "1"),
        ("/v1.0/users?$select=id&$top=5", "1"),
        ("/v1.0/subscribedSkus", "3"),
        ("/v1.0/subscribedSkus?$select=skuId", "2"),
        ("/v1.0/organization", "1"),
        ("/v1.0/users/nobody", "1"),
    ] {
        assert_eq!(office.get(path).await.header("x-ms-resource-unit"), units, "{path}");
    }
}

#[tokio::test]
async fn without_metadata_only_the_link_to_the_next_page_is_left() {
    let office = Office::open().await;
    let none = [("accept", "application/json;odata.metadata=none")];
    let reply = get(&office, &format!("/v1.0/users/{KIM}?$select=id"), &none).await;
    assert_eq!(reply.keys(), ["id"]);
    assert!(reply.header("content-type").starts_with("application/json;odata.metadata=none;"));
    let reply = get(&office, &format!("/v1.0/groups/{STAFF}/members?$select=id&$top=1"), &none).await;
    assert_eq!(reply.keys(), ["@odata.nextLink", "value"]);
    assert_eq!(keys(&reply.json["value"][0]), ["id"]);
    for accept in ["application/json;odata.metadata=minimal", "application/json;odata.metadata=full", "*/*"] {
        let reply = get(&office, "/v1.0/users?$top=1", &[("accept", accept)]).await;
        assert_eq!(reply.keys(), ["@odata.context", "@odata.nextLink", "value"]);
        assert!(reply.header("content-type").starts_with("application/json;odata.metadata=minimal;"));
    }
}

#[tokio::test]
async fn urls_have_the_scheme_and_host_of_the_request() {
    let settings = ApiSettings { scheme: Scheme::Https, ..ApiSettings::default() };
    let office = Office::of(&contoso(), settings).await;
    for (host, origin) in [("127.0.0.1:8080", "https://127.0.0.1:8080"), ("[::1]:80", "https://[::1]:80")] {
        let reply = get(&office, "/beta/users?$top=1", &[("host", host)]).await;
        assert_eq!(reply.json["@odata.context"], format!("{origin}/beta/$metadata#users"));
        assert!(reply.json["@odata.nextLink"].as_str().unwrap().starts_with(&format!("{origin}/beta/users?$top=1&")));
    }
    let reply = get(&office, "/v1.0/users", &[("host", "a/b")]).await;
    assert_eq!(reply.error(), (400, "BadRequest", "Invalid hostname."));
    let mut request = Request::post(format!("/v1.0/groups/{STAFF}/assignLicense"))
        .header(header::AUTHORIZATION, format!("Bearer {}", office.robot))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(adding(CANTEEN).to_string()))
        .unwrap();
    // A listener's own scheme goes before that of the settings; without a host there is still a name.
    request.extensions_mut().insert(Scheme::Http);
    let reply = office.send(request).await;
    let location = format!("http://localhost/v2/{TENANT}/directoryObjects/{STAFF}/Microsoft.DirectoryServices.Group");
    assert_eq!(reply.header("location"), location);
}
