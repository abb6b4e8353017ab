//! `seatwright serve`: what it prints and answers, and what it keeps.

use crate::http::Request;
use crate::process::{Folder, Server};
use crate::world::{AS_ROBOT, BEN, CANTEEN, CLEO, PARKING, STAFF, TENANT, adding, contoso, removing};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The SKUs of a user.
fn skus_of(server: &Server, user: &str, token: &str) -> Vec<String> {
    let path = format!("/v1.0/users/{user}?$select=assignedLicenses");
    let user = server.ask(Request::get(&path).bearer(token)).is(200);
    let licenses = user["assignedLicenses"].as_array().unwrap();
    licenses.iter().map(|license| license["skuId"].as_str().unwrap().to_owned()).collect()
}

fn assign(server: &Server, user: &str, body: &Value, token: &str) {
    server.ask(Request::post(&format!("/v1.0/users/{user}/assignLicense"), body).bearer(token)).is(200);
}

#[test]
fn it_says_where_it_listens_and_how_it_is() {
    let folder = Folder::with_world(&contoso());
    let process = folder.start("serve --listen 127.0.0.1:0 --seed world.json");
    let line = process.line().unwrap();
    let address = line.strip_prefix("listening on http://127.0.0.1:").unwrap();
    let port: u16 = address.parse().unwrap();
    let server = Server { process, address: ([127, 0, 0, 1], port).into() };
    for path in ["/healthz", "/readyz"] {
        server.ask(Request::get(path)).is_text(200, "ok");
    }
    server.settle();
    assert_eq!(server.ask(Request::get("/workz")).is(200), json!({ "pendingGroups": 0, "pendingUsers": 0 }));
    let finished = server.terminate();
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(0), ""));
    let tenant = format!("seatwright: tenant {TENANT} Contoso (0 applications with a secret)\n");
    assert_eq!(finished.stderr, tenant);
}

#[test]
fn it_names_the_first_tenants_that_it_serves() {
    let tenant =
        |n: u32| json!({ "id": format!("20000000-0000-0000-0000-00000000000{n}"), "displayName": format!("T{n}") });
    let mut world = json!({ "tenants": (1..=7).map(tenant).collect::<Vec<_>>() });
    world["tenants"][0]["applications"] = json!([{ "clientSecret": "one" }, {}]);
    world["tenants"][1]["displayName"] = json!("Two\nlines");
    let folder = Folder::with_world(&world);
    let said = folder.serve().terminate().stderr;
    let lines: Vec<&str> = said.lines().map(|line| line.strip_prefix("seatwright: ").unwrap()).collect();
    assert_eq!(lines.len(), 6, "{said}");
    assert_eq!(lines[0], "tenant 20000000-0000-0000-0000-000000000001 T1 (1 application with a secret)");
    assert_eq!(lines[1], "tenant 20000000-0000-0000-0000-000000000002 Two\\nlines (0 applications with a secret)");
    assert_eq!(lines[5], "… and 2 more");
}

#[test]
fn a_world_fills_an_empty_store_only_and_what_was_done_stays() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    let token = folder.token(AS_ROBOT);
    server.settle();
    assert_eq!(skus_of(&server, BEN, &token), [CANTEEN, PARKING]);
    assign(&server, BEN, &removing(PARKING), &token);
    assign(&server, CLEO, &adding(PARKING), &token);
    server.terminate().succeeds();
    let mut other = contoso();
    other["tenants"][0]["displayName"] = json!("Fabrikam");
    folder.write("world.json", &other.to_string());
    let server = folder.serve();
    assert_eq!(skus_of(&server, BEN, &token), [CANTEEN]);
    assert_eq!(skus_of(&server, CLEO, &token), [PARKING]);
    let organization = server.ask(Request::get("/v1.0/organization").bearer(&token)).is(200);
    assert_eq!(organization["value"][0]["displayName"], "Contoso");
    let finished = server.terminate();
    assert!(finished.stderr.contains("the seed was not used"), "{finished:?}");
    assert!(!finished.stderr.contains('\x1b'), "{finished:?}");
}

#[test]
fn without_a_world_it_serves_and_says_how_to_give_it_one() {
    let folder = Folder::new();
    let server = folder.serve_with("");
    assert_eq!(server.ask(Request::get("/workz")).is(200), json!({ "pendingGroups": 0, "pendingUsers": 0 }));
    let finished = server.terminate();
    assert_eq!(finished.code, Some(0));
    assert!(finished.stderr.contains("--seed WORLD.json"), "{finished:?}");
    // It is still empty, so a world may come later.
    folder.write("world.json", &contoso().to_string());
    let server = folder.serve();
    server.ask(Request::get("/v1.0/users").bearer(&folder.token(AS_ROBOT))).is(200);
}

#[test]
fn a_memory_store_needs_no_file() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve_with("--store memory: --seed world.json");
    server.settle();
    server.ask(Request::get("/v1.0/users")).is_error(401, "InvalidAuthenticationToken");
    server.terminate().succeeds();
    assert_eq!(folder.names(), ["world.json"]);
}

#[test]
fn groups_wait_as_long_as_they_are_told_to() {
    const DELAY: Duration = Duration::from_millis(700);
    let folder = Folder::with_world(&contoso());
    let server = folder.serve_with("--seed world.json --group-delay 700ms");
    let token = folder.token(AS_ROBOT);
    server.settle();
    let state = || {
        let path = format!("/v1.0/groups/{STAFF}?$select=licenseProcessingState");
        let group = server.ask(Request::get(&path).bearer(&token)).is(200);
        group["licenseProcessingState"]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(), "ProcessingComplete");
    let begun = Instant::now();
    let path = format!("/v1.0/groups/{STAFF}/assignLicense");
    server.ask(Request::post(&path, &adding(PARKING)).bearer(&token)).is(202);
    let waiting = state();
    // A slow machine may take longer than the delay to ask.
    if begun.elapsed() < DELAY {
        assert_eq!(waiting, "QueuedForProcessing");
    }
    server.settle();
    assert!(begun.elapsed() >= DELAY, "{:?}", begun.elapsed());
    assert_eq!(state(), "ProcessingComplete");
}
