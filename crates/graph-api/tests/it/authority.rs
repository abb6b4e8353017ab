//! The token authority: tokens for applications, and what clients discover.

use crate::office::{KIM, NOW, Office, ROBOT, Reply, SECRET, TENANT, contoso_with_secret};
use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use graph_api::ApiSettings;
use serde_json::{Value, json};

async fn open() -> Office {
    Office::of(&contoso_with_secret(), ApiSettings::default()).await
}

async fn ask(office: &Office, path: &str, headers: &[(&str, &str)], form: &str) -> Reply {
    let mut request = Request::post(path)
        .header("host", "graph.test:8080")
        .header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    office.send(request.body(Body::from(form.to_owned())).unwrap()).await
}

fn form(change: &[(&str, &str)]) -> String {
    let robot = ROBOT.to_string();
    let mut fields = vec![
        ("grant_type", "client_credentials"),
        ("client_id", &robot),
        ("client_secret", "correct+horse"),
        ("scope", "https%3A%2F%2Fgraph.microsoft.com%2F.default"),
    ];
    for (name, value) in change {
        fields.retain(|(known, _)| known != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
    }
    fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn claims(reply: &Reply) -> Value {
    let token = reply.json["access_token"].as_str().unwrap_or_else(|| panic!("{}", reply.text));
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn an_application_gets_a_token_that_works() {
    let office = open().await;
    for tenant in [TENANT.to_string(), TENANT.to_string().to_uppercase(), "Contoso.Example".to_owned()] {
        let path = format!("/{tenant}/oauth2/v2.0/token?client-request-id=5");
        let reply = ask(&office, &path, &[], &form(&[("claims", "%7B%7D")])).await;
        assert_eq!(reply.keys(), ["token_type", "expires_in", "ext_expires_in", "access_token"], "{}", reply.text);
        assert_eq!((&reply.json["token_type"], &reply.json["expires_in"]), (&json!("Bearer"), &json!(3599)));
        assert!(reply.header("cache-control").contains("no-store"));
        let claims = claims(&reply);
        assert_eq!(claims["iss"], format!("https://login.microsoftonline.com/{TENANT}/v2.0"));
        assert_eq!((&claims["aud"], &claims["tid"]), (&json!("https://graph.microsoft.com"), &json!(TENANT)));
        assert_eq!((&claims["appid"], &claims["azp"]), (&json!(ROBOT), &json!(ROBOT)));
        assert_eq!((&claims["app_displayname"], &claims["idtyp"]), (&json!("Robot"), &json!("app")));
        assert_eq!(claims["roles"], json!(["LicenseAssignment.ReadWrite.All", "User.Read.All"]));
        assert_eq!(claims["exp"].as_i64().unwrap() - NOW, 3599);
        let token = reply.json["access_token"].as_str().unwrap();
        assert_eq!(office.call(token, Method::GET, &format!("/v1.0/users/{KIM}"), None).await.status, 200);
        assert_eq!(office.call(token, Method::GET, "/v1.0/groups", None).await.status, 403);
    }
}

#[tokio::test]
async fn the_older_endpoint_answers_in_its_own_form() {
    let office = open().await;
    let change = [("scope", ""), ("resource", "https%3A%2F%2Fgraph.microsoft.com%2F")];
    let reply = ask(&office, &format!("/{TENANT}/oauth2/token"), &[], &form(&change)).await;
    assert_eq!(
        (&reply.json["expires_in"], &reply.json["expires_on"]),
        (&json!("3599"), &json!((NOW + 3599).to_string()))
    );
    assert_eq!(reply.json["resource"], "https://graph.microsoft.com/");
    let claims = claims(&reply);
    assert_eq!((&claims["iss"], &claims["ver"]), (&json!(format!("https://sts.windows.net/{TENANT}/")), &json!("1.0")));
    let token = reply.json["access_token"].as_str().unwrap();
    assert_eq!(office.call(token, Method::GET, "/v1.0/users", None).await.status, 200);
}

#[tokio::test]
async fn graph_is_asked_for_by_any_of_its_names_and_by_this_server() {
    let office = open().await;
    for (scope, audience) in [
        ("https://graph.microsoft.com/.default", "https://graph.microsoft.com"),
        ("https://graph.microsoft.com//.default", "https://graph.microsoft.com/"),
        ("00000003-0000-0000-c000-000000000000/.default", "00000003-0000-0000-c000-000000000000"),
        ("http://graph.test:8080/.default", "https://graph.microsoft.com"),
        ("openid+profile+https://graph.microsoft.com/.default", "https://graph.microsoft.com"),
    ] {
        let reply = ask(&office, "/contoso.example/oauth2/v2.0/token", &[], &form(&[("scope", scope)])).await;
        assert_eq!(claims(&reply)["aud"], audience, "{scope}");
        let token = reply.json["access_token"].as_str().unwrap();
        assert_eq!(office.call(token, Method::GET, "/v1.0/users", None).await.status, 200);
    }
}

#[tokio::test]
async fn the_secret_may_come_in_the_header() {
    let office = open().await;
    let basic = format!("Basic {}", STANDARD.encode(format!("{ROBOT}:correct%20horse")));
    let without = form(&[("client_id", ""), ("client_secret", "")]);
    let reply = ask(&office, &format!("/{TENANT}/oauth2/v2.0/token"), &[("authorization", &basic)], &without).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(SECRET, "correct horse");
}

#[tokio::test]
async fn who_is_not_believed_is_told_so_in_the_form_of_oauth() {
    let office = open().await;
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    let unknown = "00000000-0000-0000-0000-000000000001";
    let cases = [
        (&path[..], form(&[("client_secret", "wrong")]), 401, "invalid_client", 7_000_215),
        (&path, form(&[("client_id", unknown)]), 401, "invalid_client", 7_000_215),
        (&path, form(&[("client_id", "robot")]), 401, "invalid_client", 7_000_215),
        (&path, form(&[("client_secret", "")]), 401, "invalid_client", 7_000_218),
        (&path, form(&[("client_id", "")]), 400, "invalid_request", 900_144),
        (&path, form(&[("grant_type", "")]), 400, "invalid_request", 900_144),
        (&path, form(&[("grant_type", "password")]), 400, "unsupported_grant_type", 70_003),
        (&path, form(&[("scope", "")]), 400, "invalid_request", 900_144),
        (&path, form(&[("scope", "User.Read")]), 400, "invalid_scope", 1_002_012),
        (&path, form(&[("scope", "https://vault.azure.net/.default")]), 400, "invalid_resource", 500_011),
        (&path, form(&[]) + "&scope=x", 400, "invalid_request", 9_000_411),
        ("/nobody.example/oauth2/v2.0/token", form(&[]), 400, "invalid_request", 90_002),
        ("/00000000-0000-0000-0000-000000000001/oauth2/token", form(&[]), 400, "invalid_request", 90_002),
        ("/common/oauth2/v2.0/token", form(&[]), 400, "invalid_request", 90_002),
        ("/contoso.example/oauth2/v2.0/nope", form(&[]), 404, "invalid_request", 90_009),
    ];
    for (path, form, status, error, number) in cases {
        let reply = ask(&office, path, &[("client-request-id", "abc")], &form).await;
        assert_eq!((reply.status, reply.json["error"].as_str()), (status, Some(error)), "{form}: {}", reply.text);
        assert_eq!(reply.json["error_codes"], json!([number]), "{form}");
        let description = reply.json["error_description"].as_str().unwrap();
        assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
        assert_eq!(reply.json["correlation_id"], "abc");
        assert!(!reply.text.contains("horse"));
    }
    // An application of one tenant is unknown in another.
    let reply = ask(&office, "/fabrikam.example/oauth2/v2.0/token", &[], &form(&[])).await;
    assert_eq!((reply.status, &reply.json["error"]), (401, &json!("invalid_client")));
    let reply = office.call("", Method::GET, &path, None).await;
    assert_eq!((reply.status, &reply.json["error"]), (405, &json!("invalid_request")));
    assert_eq!(reply.header("allow"), "POST");
}

#[tokio::test]
async fn an_application_without_a_secret_gets_nothing() {
    let office = Office::open().await;
    let reply = ask(&office, &format!("/{TENANT}/oauth2/v2.0/token"), &[], &form(&[])).await;
    assert_eq!((reply.status, &reply.json["error_codes"]), (401, &json!([7_000_215])));
}

#[tokio::test]
async fn the_endpoints_are_discovered_under_the_host_of_the_request() {
    let office = Office::open().await;
    let get = |path: String| {
        let office = &office;
        async move { office.call("", Method::GET, &path, None).await.json }
    };
    let v2 = get("/contoso.example/v2.0/.well-known/openid-configuration".to_owned()).await;
    assert_eq!(v2["issuer"], format!("https://login.microsoftonline.com/{TENANT}/v2.0"));
    assert_eq!(v2["token_endpoint"], format!("http://graph.test/{TENANT}/oauth2/v2.0/token"));
    let v1 = get(format!("/{TENANT}/.well-known/openid-configuration")).await;
    assert_eq!(v1["issuer"], format!("https://sts.windows.net/{TENANT}/"));
    assert_eq!(v1["token_endpoint"], format!("http://graph.test/{TENANT}/oauth2/token"));
    for any in ["common", "organizations"] {
        let document = get(format!("/{any}/v2.0/.well-known/openid-configuration")).await;
        assert_eq!(document["issuer"], "https://login.microsoftonline.com/{tenantid}/v2.0");
        assert_eq!(document["jwks_uri"], format!("http://graph.test/{any}/discovery/v2.0/keys"));
    }
    for document in [v1, v2] {
        for name in ["authorization_endpoint", "device_authorization_endpoint", "end_session_endpoint", "jwks_uri"] {
            assert!(document[name].as_str().unwrap().starts_with("http://graph.test/"), "{name}");
        }
        let keys =
            get(document["jwks_uri"].as_str().unwrap().strip_prefix("http://graph.test").unwrap().to_owned()).await;
        assert_eq!((keys["keys"].as_array().unwrap().len(), &keys["keys"][0]["kty"]), (1, &json!("RSA")));
        assert_eq!(keys["keys"][0].get("d"), None);
    }
    assert_eq!(
        get("/nobody.example/v2.0/.well-known/openid-configuration".to_owned()).await["error"],
        "invalid_request"
    );
}

#[tokio::test]
async fn the_instance_is_known_under_its_own_name() {
    let office = Office::open().await;
    let asked = "https%3A%2F%2Fgraph.test%2Fcontoso.example%2Foauth2%2Fv2.0%2Fauthorize";
    let path = format!("/common/discovery/instance?authorization_endpoint={asked}&api-version=1.1");
    let request = Request::get(path).header("host", "graph.test:8443").body(Body::empty()).unwrap();
    let reply = office.send(request).await;
    assert_eq!(
        reply.json["tenant_discovery_endpoint"],
        "http://graph.test:8443/contoso.example/v2.0/.well-known/openid-configuration"
    );
    assert_eq!(reply.json["metadata"][0]["aliases"], json!(["graph.test:8443", "graph.test"]));
}
