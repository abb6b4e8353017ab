//! Tokens that are not accepted, and how that is said (specification 6.3).

use crate::office::{KIM, NOW, Office, TENANT, app_token, valid};
use axum::body::Body;
use axum::http::{Method, Request};
use graph_api::authority::{Validity, application_grant};
use graph_api::{KeyRing, TokenVersion};
use licensing::directory::Application;
use licensing::ids::{ApplicationId, TenantId};
use tokens::{Claims, SigningKey};
use uuid::Uuid;

fn token(office: &Office, tenant: Uuid, audience: &str, valid: Validity) -> String {
    let application = Application {
        id: ApplicationId(Uuid::nil()),
        display_name: String::new(),
        secret_hash: None,
        app_roles: vec!["User.Read.All".to_owned()],
    };
    let issuance = office.keys.issuance(TokenVersion::V1, TenantId(tenant), audience, valid);
    office.keys.sign(&Claims::application(issuance, application_grant(&application))).unwrap()
}

#[tokio::test]
async fn every_wrong_token_is_refused_with_its_sentence() {
    let office = Office::open().await;
    let graph = "https://graph.microsoft.com";
    let foreign = KeyRing::new(vec![SigningKey::generate().unwrap()]).unwrap();
    let expired = Validity { expires_at: NOW, ..valid() };
    let early = Validity { not_before: NOW + 1, ..valid() };
    let good = token(&office, TENANT, graph, valid());
    let cases = [
        ("x".to_owned(), "IDX14100: JWT is not well formed, there are no dots (.)."),
        ("a.b.c".to_owned(), "CompactToken parsing failed with error code: 80049217"),
        ("a.b".to_owned(), "CompactToken parsing failed with error code: 80049217"),
        (token(&office, TENANT, graph, expired), "Lifetime validation failed, the token is expired."),
        (token(&office, TENANT, graph, early), "Lifetime validation failed, the token is not yet valid."),
        (
            token(&office, TENANT, "https://vault.azure.net", valid()),
            "Access token validation failure. Invalid audience.",
        ),
        (app_token(&foreign, TENANT, &["User.Read.All"]), "Access token validation failure. Invalid signature."),
        (
            token(&office, Uuid::nil(), graph, valid()),
            "Access token validation failure. The tenant of the token is not known here.",
        ),
    ];
    for (token, sentence) in cases {
        let reply = office.call(&token, Method::GET, &format!("/v1.0/users/{KIM}"), None).await;
        let (status, code, message) = reply.error();
        assert_eq!((status, code), (401, "InvalidAuthenticationToken"));
        assert_eq!(message.lines().next().unwrap(), sentence);
        let challenge = r#"Bearer realm="", authorization_uri="http://graph.test/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000""#;
        assert_eq!(reply.header("www-authenticate"), challenge);
        assert!(!reply.text.contains(&good));
    }
    assert_eq!(office.call(&good, Method::GET, &format!("/v1.0/users/{KIM}"), None).await.status, 200);
}

#[tokio::test]
async fn a_token_that_was_accepted_expires_all_the_same() {
    let office = Office::open().await;
    assert_eq!(office.get("/v1.0/users").await.status, 200);
    office.pass_seconds(3600);
    let sentence = "Lifetime validation failed, the token is expired.";
    assert_eq!(office.get("/v1.0/users").await.error(), (401, "InvalidAuthenticationToken", sentence));
}

#[tokio::test]
async fn a_token_counts_in_the_authorization_header_only_and_people_are_told() {
    let office = Office::open().await;
    let token = office.robot.clone();
    let bearer = format!("Bearer {token}");
    let send = |path: String, headers: Vec<(&'static str, String)>| {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        office.send(request.body(Body::empty()).unwrap())
    };
    let plain = || "/v1.0/users".to_owned();
    for reply in [
        send(plain(), vec![]).await,
        send(format!("/v1.0/users?access_token={token}"), vec![]).await,
        send(plain(), vec![("cookie", format!("access_token={token}"))]).await,
        send(plain(), vec![("authorization", token.clone())]).await,
        send(plain(), vec![("authorization", format!("Basic {token}"))]).await,
        send(plain(), vec![("authorization", "Bearer ".to_owned())]).await,
        send(plain(), vec![("authorization", bearer.clone()), ("authorization", bearer.clone())]).await,
    ] {
        assert_eq!(reply.error(), (401, "InvalidAuthenticationToken", "Access token is empty."));
        let hint = reply.json["error"]["details"][0]["message"].as_str().unwrap();
        assert!(hint.contains("customHosts"), "{hint}");
    }
    assert_eq!(send(plain(), vec![("authorization", format!("bEARER {token}"))]).await.status, 200);
}
