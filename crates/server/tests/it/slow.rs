//! Clients that dawdle are cut off when their time is over, and only then. All of them dawdle at once, so
//! that this takes as long as the slowest.

use crate::http::{Answer, Connection, Request};
use crate::process::{Folder, Server};
use crate::tls::{self, Https};
use crate::world::{AS_ROBOT, BEN, CANTEEN, CLEO, adding, contoso};
use std::io::Result;
use std::ops::Range;
use std::time::{Duration, Instant};

/// When a header that does not end is given up, in seconds.
const HEADER_DEADLINE: Range<f64> = 9.5..13.0;
/// When a TLS handshake that does not end is given up, in seconds.
const HANDSHAKE_DEADLINE: Range<f64> = 9.5..13.0;
/// When a body that does not end is given up, in seconds.
const BODY_DEADLINE: Range<f64> = 29.0..34.0;
/// Longer than a header may take, shorter than a body or a rest may.
const WHILE: Duration = Duration::from_secs(12);
/// How often a dawdling client sends a byte.
const DRIP_PERIOD: Duration = Duration::from_millis(500);
/// Clients that send no header at all while others are served.
const SILENT_CLIENTS: usize = 200;

#[test]
fn who_dawdles_is_cut_off_in_time_and_nobody_else() {
    let folder = Folder::with_world(&contoso());
    let https = tls::serve(&folder);
    let server = &https.server;
    let token = folder.token(AS_ROBOT);
    let assigning = Request::post(&format!("/v1.0/users/{CLEO}/assignLicense"), &adding(CANTEEN)).bearer(&token);
    let (https, token, assigning) = (&https, token.as_str(), &assigning);
    std::thread::scope(|scope| {
        scope.spawn(|| a_header_that_drips_is_cut_off(server));
        scope.spawn(|| a_connection_that_says_nothing_is_closed(server));
        scope.spawn(|| a_handshake_that_drips_is_cut_off(https));
        scope.spawn(|| a_connection_that_shakes_no_hands_is_closed(https));
        scope.spawn(|| a_header_over_tls_has_the_same_time(https));
        scope.spawn(|| a_connection_over_tls_may_rest(https));
        scope.spawn(|| a_header_after_a_request_has_the_same_time(server));
        scope.spawn(|| a_body_that_drips_is_answered_and_cut_off(server, token));
        scope.spawn(|| a_body_may_take_longer_than_a_header(server, assigning));
        scope.spawn(|| a_body_that_was_asked_for_may_too(server, token));
        scope.spawn(|| a_connection_may_rest(server));
        scope.spawn(|| an_http2_connection_may_rest(server));
        scope.spawn(|| others_are_served(server, token));
    });
}

/// Sends the text again and again until the peer answers or closes, and tells for how long.
fn drip(connection: &mut Connection, text: &[u8]) -> f64 {
    let begun = Instant::now();
    while connection.send(text).is_ok() && connection.is_silent_for(DRIP_PERIOD) {
        assert!(begun.elapsed().as_secs_f64() < 2.0 * BODY_DEADLINE.end, "it is not cut off at all");
    }
    begun.elapsed().as_secs_f64()
}

#[track_caller]
fn is_within(seconds: f64, deadline: &Range<f64>) {
    assert!(deadline.contains(&seconds), "cut off after {seconds} s, not within {deadline:?}");
}

fn a_header_that_drips_is_cut_off(server: &Server) {
    let mut connection = server.connect();
    connection.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n").unwrap();
    is_within(drip(&mut connection, b"X: y\r\n"), &HEADER_DEADLINE);
}

fn a_connection_that_says_nothing_is_closed(server: &Server) {
    let begun = Instant::now();
    drop(server.connect().rest());
    is_within(begun.elapsed().as_secs_f64(), &HEADER_DEADLINE);
}

/// The beginning of a greeting that would have 256 bytes.
fn a_handshake_that_drips_is_cut_off(https: &Https) {
    let mut connection = Connection::open(https.address);
    connection.send(b"\x16\x03\x01\x01\x00\x01\x00\x00\xfc\x03\x03").unwrap();
    is_within(drip(&mut connection, b"x"), &HANDSHAKE_DEADLINE);
}

fn a_connection_that_shakes_no_hands_is_closed(https: &Https) {
    let begun = Instant::now();
    drop(Connection::open(https.address).rest());
    is_within(begun.elapsed().as_secs_f64(), &HANDSHAKE_DEADLINE);
}

fn a_header_over_tls_has_the_same_time(https: &Https) {
    let mut connection = https.connect();
    connection.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n").unwrap();
    is_within(drip(&mut connection, b"X: y\r\n"), &HEADER_DEADLINE);
}

fn a_connection_over_tls_may_rest(https: &Https) {
    let mut connection = https.connect();
    for _ in 0..2 {
        connection.ask(&Request::get("/healthz")).unwrap().is_text(200, "ok");
        std::thread::sleep(WHILE);
    }
}

fn a_header_after_a_request_has_the_same_time(server: &Server) {
    let mut connection = server.connect();
    connection.ask(&Request::get("/healthz")).unwrap().is_text(200, "ok");
    is_within(drip(&mut connection, b"G"), &HEADER_DEADLINE);
}

fn a_body_that_drips_is_answered_and_cut_off(server: &Server, token: &str) {
    let mut connection = server.connect();
    let request = Request::new("POST", &format!("/v1.0/users/{BEN}/assignLicense")).bearer(token);
    let request = request.header("Content-Type", "application/json").header("Content-Length", "1000");
    connection.send(&request.head()).unwrap();
    is_within(drip(&mut connection, b" "), &BODY_DEADLINE);
    connection.answer().unwrap().is_error(408, "BadRequest");
    // Its connection is of no more use.
    assert_eq!(connection.rest().unwrap_or_default(), b"");
}

/// Sends the end of a request a while after its beginning.
fn ask_slowly(server: &Server, begin: &[u8], end: &[u8]) -> Result<Answer> {
    let mut connection = server.connect();
    connection.send(begin)?;
    std::thread::sleep(WHILE);
    connection.send(end)?;
    connection.answer()
}

fn a_body_may_take_longer_than_a_header(server: &Server, request: &Request) {
    let bytes = request.bytes();
    let (begin, end) = bytes.split_at(bytes.len() - 10);
    ask_slowly(server, begin, end).unwrap().is(200);
}

fn a_body_that_was_asked_for_may_too(server: &Server, token: &str) {
    let body = adding(CANTEEN).to_string();
    let request = Request::new("POST", &format!("/v1.0/users/{CLEO}/assignLicense")).bearer(token);
    let request = request.header("Expect", "100-continue").json(body.as_str());
    let mut connection = server.connect();
    connection.send(&request.head()).unwrap();
    assert_eq!(connection.answer().unwrap().status, 100);
    connection.send(&body.as_bytes()[..10]).unwrap();
    std::thread::sleep(WHILE);
    connection.send(&body.as_bytes()[10..]).unwrap();
    connection.answer().unwrap().is(200);
}

fn a_connection_may_rest(server: &Server) {
    let mut connection = server.connect();
    for _ in 0..2 {
        connection.ask(&Request::get("/healthz")).unwrap().is_text(200, "ok");
        std::thread::sleep(WHILE);
    }
}

/// As every HTTP/2 client does, it has the last word of the greeting; then it is silent.
fn an_http2_connection_may_rest(server: &Server) {
    const GREETING: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    const SETTINGS_ACKNOWLEDGED: &[u8] = b"\0\0\0\x04\x01\0\0\0\0";
    const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0pingpong";
    const PONG: &[u8] = b"\0\0\x08\x06\x01\0\0\0\0pingpong";
    let mut connection = server.connect();
    connection.send(GREETING).unwrap();
    while !connection.is_silent_for(DRIP_PERIOD) {}
    connection.send(SETTINGS_ACKNOWLEDGED).unwrap();
    assert!(connection.is_silent_for(WHILE), "the connection was cut off");
    connection.send(PING).unwrap();
    connection.end();
    let heard = connection.rest().unwrap();
    assert!(heard.windows(PONG.len()).any(|window| window == PONG), "{heard:?}");
}

fn others_are_served(server: &Server, token: &str) {
    let silent: Vec<_> = (0..SILENT_CLIENTS).map(|_| server.connect()).collect();
    let mut slowest = Duration::ZERO;
    for _ in 0..50 {
        let begun = Instant::now();
        server.ask(Request::get(&format!("/v1.0/users/{BEN}")).bearer(token)).is(200);
        slowest = slowest.max(begun.elapsed());
    }
    drop(silent);
    println!("slowest of 50 requests beside {SILENT_CLIENTS} silent clients: {slowest:?}");
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
}
