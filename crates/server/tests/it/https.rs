//! The https listener: for whoever trusts the authority beside the store, it is as the http listener.

use crate::http::{Connection, Request};
use crate::process::{Folder, Server};
use crate::tls::{AUTHORITY, FLAGS, Https, serve};
use crate::world::{AS_ROBOT, CANTEEN, CLEO, ROBOT, TENANT, adding, contoso};
use serde_json::json;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const NAMES: [&str; 15] = [
    "localhost",
    "graph.localhost",
    "login.localhost",
    "127.0.0.1",
    "::1",
    "graph.microsoft.com",
    "login.microsoftonline.com",
    "login.windows.net",
    "sts.windows.net",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "login.microsoftonline.us",
    "microsoftgraph.chinacloudapi.cn",
    "login.chinacloudapi.cn",
    "login.partner.microsoftonline.cn",
];
/// From the signal to the end of the process, with nobody to answer.
const STOP_TIME_MAX: Duration = Duration::from_secs(5);

#[test]
fn a_client_that_trusts_the_authority_gets_a_token_and_uses_it() {
    let mut world = contoso();
    world["tenants"][0]["applications"][0]["clientSecret"] = json!("a secret of some length");
    let folder = Folder::with_world(&world);
    let https = serve(&folder);
    assert_eq!(https.trust.as_deref(), Some(folder.path(AUTHORITY).as_path()));
    let mut connection = https.connect();
    let form = format!(
        "grant_type=client_credentials&client_id={ROBOT}&client_secret=a+secret+of+some+length\
         &scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
    );
    let request = Request::new("POST", &format!("/{TENANT}/oauth2/v2.0/token"));
    let request = request.form(form);
    let answer = connection.ask(&request).unwrap().is(200);
    let token = answer["access_token"].as_str().unwrap();
    let assigning = Request::post(&format!("/v1.0/users/{CLEO}/assignLicense"), &adding(CANTEEN)).bearer(token);
    assert_eq!(connection.ask(&assigning).unwrap().is(200)["userPrincipalName"], CLEO);
    // Both listeners serve one world.
    let held = Request::get(&format!("/v1.0/users/{CLEO}/licenseDetails")).bearer(token);
    assert_eq!(https.server.ask(held).is(200)["value"][0]["skuId"], CANTEEN);
}

#[test]
fn urls_in_answers_have_the_scheme_of_the_request() {
    let folder = Folder::with_world(&contoso());
    let https = serve(&folder);
    let token = folder.token(AS_ROBOT);
    let users = Request::get("/v1.0/users?$top=1").bearer(&token);
    let discovery = Request::get(&format!("/{TENANT}/v2.0/.well-known/openid-configuration"));
    for (scheme, mut connection) in [("https", https.connect()), ("http", https.server.connect())] {
        let page = connection.ask(&users).unwrap().is(200);
        let known = connection.ask(&discovery).unwrap().is(200);
        let created = json!({ "displayName": "Dora", "userPrincipalName": format!("{scheme}@contoso.example"),
            "mailNickname": "dora", "accountEnabled": true, "passwordProfile": { "password": "Xyzzy-12345" } });
        let created = connection.ask(&Request::post("/v1.0/users", &created).bearer(&token)).unwrap();
        created.is(201);
        for url in [
            &page["@odata.context"],
            &page["@odata.nextLink"],
            &known["token_endpoint"],
            &known["jwks_uri"],
            &created.header("Location").into(),
        ] {
            let url = url.as_str().unwrap();
            assert!(url.starts_with(&format!("{scheme}://localhost/")), "{url}");
        }
    }
}

#[test]
fn every_name_of_microsoft_and_of_this_machine_is_good() {
    let folder = Folder::with_world(&contoso());
    let https = serve(&folder);
    let trust = https.trust.as_ref().unwrap();
    let ask = |name: &str| https.client(trust, name, "http/1.1").ask(&Request::get("/healthz"));
    for name in NAMES {
        ask(name).unwrap().is_text(200, "ok");
    }
    for name in ["example.com", "www.microsoft.com", "10.0.0.1"] {
        assert!(ask(name).unwrap_err().to_string().contains("certificate"), "{name}");
    }
}

#[test]
fn the_address_that_it_listens_on_is_good_too() {
    let folder = Folder::with_world(&contoso());
    let https = Https::of(folder.serve_with("--seed world.json --https-listen 127.0.0.2:0"));
    let mut connection = https.client(https.trust.as_ref().unwrap(), "127.0.0.2", "http/1.1");
    connection.ask(&Request::get("/healthz")).unwrap().is_text(200, "ok");
}

#[test]
fn a_client_that_trusts_somebody_else_fails() {
    let (folder, other) = (Folder::with_world(&contoso()), Folder::with_world(&contoso()));
    let (https, other) = (serve(&folder), serve(&other));
    let mut connection = https.client(other.trust.as_ref().unwrap(), "localhost", "http/1.1");
    let error = connection.ask(&Request::get("/healthz")).unwrap_err();
    assert!(error.to_string().contains("invalid peer certificate"), "{error}");
    https.is_well();
}

#[test]
fn curl_speaks_http2() {
    let folder = Folder::with_world(&contoso());
    let https = serve(&folder);
    let url = format!("https://localhost:{}/common/discovery/instance", https.address.port());
    let mut curl = Command::new("curl");
    curl.args(["-sS", "--http2", "-w", "\n%{http_version}", "--cacert"]).arg(https.trust.as_ref().unwrap());
    let output = curl.arg(&url).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let (body, version) = told.rsplit_once('\n').unwrap();
    assert_eq!(version, "2", "{}", String::from_utf8_lossy(&output.stderr));
    let origin = format!("https://localhost:{}/", https.address.port());
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert!(body["tenant_discovery_endpoint"].as_str().unwrap().starts_with(&origin), "{body}");
}

#[test]
fn a_protocol_that_nobody_speaks_here_is_refused() {
    let folder = Folder::with_world(&contoso());
    let https = serve(&folder);
    let mut connection = https.client(https.trust.as_ref().unwrap(), "localhost", "gopher");
    assert!(connection.ask(&Request::get("/healthz")).is_err());
    https.is_well();
}

#[test]
fn what_is_no_tls_ends_without_harm() {
    let folder = Folder::with_world(&contoso());
    let https = serve(&folder);
    let plain = String::from_utf8_lossy(&Request::get("/healthz").bytes()).into_owned();
    for text in ["", "\r\n\r\n", &plain, "\u{16}\u{3}\u{1}\0\u{5}\u{1}\0\0\u{1}\u{3}", &"\0".repeat(100_000)] {
        let heard = Connection::open(https.address).hear(text.as_bytes());
        assert!(!heard.contains("HTTP"), "{text:?}: {heard}");
    }
    https.is_well();
}

#[test]
fn a_memory_store_has_an_authority_that_is_gone_with_it() {
    let folder = Folder::with_world(&contoso());
    let https = Https::of(folder.serve_with(&format!("{FLAGS} --store memory:")));
    https.is_well();
    let trust = https.trust.unwrap();
    https.server.terminate().succeeds();
    assert!(!trust.parent().unwrap().exists());
    assert_eq!(folder.names(), ["world.json"]);
}

#[test]
fn the_demonstration_serves_https_too() {
    let folder = Folder::new();
    let process = folder.start("demo --listen 127.0.0.1:0 --https-listen 127.0.0.1:0");
    let line = std::iter::from_fn(|| process.line()).find(|line| line.contains("https://127")).unwrap();
    let (_, rest) = line.split_once("listening on https://").unwrap();
    let (address, trust) = rest.trim_end_matches(')').split_once(" (trust ").unwrap();
    let address = address.parse().unwrap();
    let https = Https { server: Server { process, address }, address, trust: Some(trust.into()) };
    https.is_well();
    https.server.terminate().succeeds();
    assert!(!Path::new(trust).exists());
}

#[test]
fn an_https_port_in_use_is_told_and_leaves_nothing() {
    let folder = Folder::with_world(&contoso());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let line = format!("serve --listen 127.0.0.1:0 --seed world.json --https-listen {address}");
    folder.run(&line).is_a_mistake(&format!("could not listen on {address}: Address already in use"));
    assert_eq!(folder.names(), ["world.json"]);
}

#[test]
fn it_stops_soon_whoever_is_shaking_hands_and_answers_whoever_was_heard() {
    let folder = Folder::with_world(&contoso());
    let https = serve(&folder);
    let assigning = Request::post(&format!("/v1.0/users/{CLEO}/assignLicense"), &adding(CANTEEN));
    let bytes = assigning.bearer(&folder.token(AS_ROBOT)).bytes();
    let (begin, end) = bytes.split_at(bytes.len() - 10);
    let mut asking = https.connect();
    asking.send(begin).unwrap();
    let mut idle = https.connect();
    idle.ask(&Request::get("/healthz")).unwrap().is_text(200, "ok");
    let mut greeting = Connection::open(https.address);
    greeting.send(b"\x16\x03\x01").unwrap();
    let begun = Instant::now();
    https.server.process.signal("TERM");
    assert_eq!(idle.rest().unwrap(), b"");
    assert_eq!(greeting.rest().unwrap_or_default(), b"");
    asking.send(end).unwrap();
    asking.answer().unwrap().is(200);
    https.server.process.finish().succeeds();
    assert!(begun.elapsed() < STOP_TIME_MAX, "{:?}", begun.elapsed());
}
