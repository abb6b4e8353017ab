//! Stopping on request: whoever was heard is answered, and what was answered stays.

use crate::http::{Connection, Request};
use crate::process::{Folder, Server};
use crate::world::{AS_ROBOT, CANTEEN, CLEO, adding, contoso, removing};
use serde_json::Value;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

/// From the signal to the end of the process, with nobody dawdling (R30).
const STOP_TIME_MAX: Duration = Duration::from_secs(5);
const CLIENTS: usize = 8;

fn assigning(body: &Value, token: &str) -> Request {
    Request::post(&format!("/v1.0/users/{CLEO}/assignLicense"), body).bearer(token)
}

/// The SKUs that the world file gives a user directly.
fn exported_skus(folder: &Folder, user: &str) -> Vec<Value> {
    let world: Value = serde_json::from_str(&folder.run("export").succeeds()).unwrap();
    let users = world["tenants"][0]["users"].as_array().unwrap();
    let user = users.iter().find(|found| found["userPrincipalName"] == user).unwrap();
    let licenses = user["assignedLicenses"].as_array().cloned().unwrap_or_default();
    let held = licenses.into_iter().filter(|license| license["removedDateTime"].is_null());
    held.map(|license| license["skuId"].clone()).collect()
}

#[test]
fn a_request_that_has_begun_is_answered() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    let request = assigning(&adding(CANTEEN), &folder.token(AS_ROBOT));
    let bytes = request.bytes();
    let (begin, end) = bytes.split_at(bytes.len() - 10);
    let mut connection = server.connect();
    connection.send(begin).unwrap();
    let mut idle = server.connect();
    idle.ask(&Request::get("/healthz")).unwrap().is_text(200, "ok");
    server.process.signal("TERM");
    // An idle connection is closed, a new one is refused: the server has heard.
    assert_eq!(idle.rest().unwrap(), b"");
    while Connection::try_open(server.address).is_ok() {}
    connection.send(end).unwrap();
    connection.answer().unwrap().is(200);
    server.process.finish().succeeds();
    assert_eq!(exported_skus(&folder, CLEO), [CANTEEN]);
}

#[test]
fn it_can_be_stopped_as_soon_as_it_listens() {
    let folder = Folder::with_world(&contoso());
    for _ in 0..10 {
        folder.serve().terminate().succeeds();
    }
}

#[test]
fn interrupting_it_stops_it_just_as_well() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    let begun = Instant::now();
    server.process.signal("INT");
    server.process.finish().succeeds();
    assert!(begun.elapsed() < STOP_TIME_MAX);
    folder.run("verify").succeeds();
}

/// Adds and removes a licence on one connection until the server goes away; gives the number of requests
/// that were answered, and whether the last one of them added the licence. Each must be answered or not at all.
fn toggle(server: &Server, user: &str, token: &str) -> (u32, bool) {
    let mut connection = server.connect();
    let path = format!("/v1.0/users/{user}/assignLicense");
    let mut answered = 0;
    loop {
        let is_adding = answered % 2 == 0;
        let body = if is_adding { adding(CANTEEN) } else { removing(CANTEEN) };
        match connection.ask(&Request::post(&path, &body).bearer(token)) {
            Ok(answer) => answer.is(200),
            Err(error) => {
                let gone = [ErrorKind::UnexpectedEof, ErrorKind::BrokenPipe, ErrorKind::ConnectionReset];
                assert!(gone.contains(&error.kind()), "{error}");
                return (answered, !is_adding);
            }
        };
        answered += 1;
    }
}

#[test]
fn under_load_it_stops_soon_and_keeps_what_it_answered() {
    let mut world = contoso();
    world["tenants"][0]["subscriptions"][0]["totalLicenses"] = (CLIENTS + 2).into();
    let names: Vec<String> = (0..CLIENTS).map(|n| format!("user{n}@contoso.example")).collect();
    let users = names.iter().map(|name| serde_json::json!({ "userPrincipalName": name, "usageLocation": "US" }));
    world["tenants"][0]["users"].as_array_mut().unwrap().extend(users);
    let folder = Folder::with_world(&world);
    let server = folder.serve();
    let token = folder.token(AS_ROBOT);
    let (server, token) = (&server, token.as_str());
    let (begun, results) = std::thread::scope(|scope| {
        let clients: Vec<_> = names.iter().map(|name| scope.spawn(move || toggle(server, name, token))).collect();
        std::thread::sleep(Duration::from_millis(300));
        let begun = Instant::now();
        server.process.signal("TERM");
        let results: Vec<_> = clients.into_iter().map(|client| client.join().unwrap()).collect();
        (begun, results)
    });
    let stopped = begun.elapsed();
    println!("stopped {stopped:?} after {} answers", results.iter().map(|(answered, _)| answered).sum::<u32>());
    assert!(stopped < STOP_TIME_MAX, "{stopped:?}");
    for (name, (answered, holds)) in names.iter().zip(results) {
        assert!(answered > 0, "{name}");
        assert_eq!(!exported_skus(&folder, name).is_empty(), holds, "{name} after {answered} answers");
    }
    folder.run("verify").succeeds();
}
