//! What is too much is refused, in Graph's words where there is somebody to talk to, and the server goes on.

use crate::http::{Connection, Request};
use crate::process::{Folder, Server};
use crate::world::{AS_ROBOT, BEN, CANTEEN, CLEO, adding, contoso};

const BODY_BYTES_MAX: usize = 1_024 * 1_024;
const URL_BYTES_MAX: usize = 16 * 1_024;
const HEADER_BYTES_MAX: usize = 64 * 1_024;
const JSON_DEPTH_MAX: usize = 64;

fn serve() -> (Folder, Server, String) {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    let token = folder.token(AS_ROBOT);
    (folder, server, token)
}

fn assigning(body: impl Into<Vec<u8>>, token: &str) -> Request {
    Request::new("POST", &format!("/v1.0/users/{CLEO}/assignLicense")).bearer(token).json(body)
}

/// A good request, filled up with spaces to this length.
fn padded(length: usize) -> String {
    let body = adding(CANTEEN).to_string();
    format!("{body}{}", " ".repeat(length - body.len()))
}

#[test]
fn a_body_may_have_a_mebibyte() {
    let (_folder, server, token) = serve();
    server.ask(assigning(padded(BODY_BYTES_MAX), &token)).is(200);
    for excess in [1, 8 * BODY_BYTES_MAX] {
        server.ask(assigning(padded(BODY_BYTES_MAX + excess), &token)).is_error(413, "BadRequest");
    }
    // A huge length is refused without waiting for the body.
    let announced = Request::new("POST", "/v1.0/users").bearer(&token).header("Content-Length", "9000000000000000000");
    server.ask(announced).is_error(413, "BadRequest");
    // Nor does it help to be nobody.
    let answer = server.ask(assigning(padded(2 * BODY_BYTES_MAX), "x"));
    assert!([401, 413].contains(&answer.status), "{answer:?}");
}

/// Sends a body in chunks without saying how long it will be.
fn send_chunks(connection: &mut Connection, token: &str, body: &str) {
    let head = Request::new("POST", &format!("/v1.0/users/{CLEO}/assignLicense")).bearer(token);
    let head = head.header("Content-Type", "application/json").header("Transfer-Encoding", "chunked").head();
    connection.send(&head).unwrap();
    for chunk in body.as_bytes().chunks(64 * 1_024) {
        let framed = [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat();
        if connection.send(&framed).is_err() {
            return;
        }
    }
    drop(connection.send(b"0\r\n\r\n"));
}

#[test]
fn a_body_in_chunks_may_have_a_mebibyte_too() {
    let (_folder, server, token) = serve();
    let mut connection = server.connect();
    send_chunks(&mut connection, &token, &padded(BODY_BYTES_MAX));
    connection.answer().unwrap().is(200);
    send_chunks(&mut connection, &token, &padded(BODY_BYTES_MAX + 1));
    connection.answer().unwrap().is_error(413, "BadRequest");
}

#[test]
fn a_url_may_have_sixteen_kibibytes() {
    let (_folder, server, token) = serve();
    let get = |length: usize| {
        let start = "/v1.0/users?$filter=displayName%20eq%20'";
        let target = format!("{start}{}'", "x".repeat(length - start.len() - 1));
        server.ask(Request::get(&target).bearer(&token))
    };
    assert_ne!(get(URL_BYTES_MAX).status, 414);
    get(URL_BYTES_MAX + 1).is_error(414, "BadRequest");
    get(3 * URL_BYTES_MAX).is_error(414, "BadRequest");
    let path = format!("/v1.0/users/{}", "x".repeat(URL_BYTES_MAX));
    server.ask(Request::get(&path).bearer(&token)).is_error(414, "BadRequest");
}

#[test]
fn a_header_may_have_sixty_four_kibibytes() {
    let (_folder, server, token) = serve();
    let ask = |length: usize| {
        let request = Request::get(&format!("/v1.0/users/{BEN}")).bearer(&token);
        server.connect().ask(&request.header("X-Padding", &"x".repeat(length)))
    };
    ask(HEADER_BYTES_MAX - 4_096).unwrap().is(200);
    for length in [HEADER_BYTES_MAX, 4 * HEADER_BYTES_MAX] {
        // Whoever still sends may see the connection closed instead of the answer.
        assert!(ask(length).map_or(431, |answer| answer.status) == 431, "{length}");
    }
    let many = (0..2_000).fold(Request::get("/healthz"), |request, n| request.header(&format!("X-{n}"), "x"));
    assert_eq!(server.connect().ask(&many).map_or(431, |answer| answer.status), 431);
    server.ask(Request::get("/healthz")).is_text(200, "ok");
}

#[test]
fn json_may_have_sixty_four_levels() {
    let (_folder, server, token) = serve();
    let nested = |levels: usize| format!("{{\"addLicenses\":{}{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1));
    for (levels, is_too_deep) in [(JSON_DEPTH_MAX, false), (JSON_DEPTH_MAX + 1, true), (100_000, true)] {
        let answer = server.ask(assigning(nested(levels), &token));
        answer.is_error(400, "BadRequest");
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert_eq!(message.contains("deeper than 64 levels"), is_too_deep, "{levels}: {message}");
    }
}

#[test]
fn what_is_no_http_is_refused_without_harm() {
    let (_folder, server, _token) = serve();
    for text in [
        "\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "GET /healthz\r\n\r\n",
        "GET /healthz HTTP/9.9\r\n\r\n",
        "GET  /healthz  HTTP/1.1\r\n\r\n",
        "G\u{e9}T /healthz HTTP/1.1\r\n\r\n",
        "GET /heal thz HTTP/1.1\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nno colon\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nX: a\0b\r\n\r\n",
        "GET /healthz HTTP/1.1\r\n folded: x\r\n\r\n",
        "POST /v1.0/users HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /v1.0/users HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "POST /v1.0/users HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST /v1.0/users HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET http:// HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT graph.microsoft.com:443 HTTP/1.1\r\nHost: graph.microsoft.com\r\n\r\n",
        "\u{16}\u{3}\u{1}\0\u{a5}\u{1}\0\0\u{a1}\u{3}\u{3}",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense frames of nobody",
    ] {
        let answer = server.connect().hear(text.as_bytes());
        let is_refused = answer.is_empty() || answer.starts_with("HTTP/1.1 4") || !answer.starts_with("HTTP");
        assert!(is_refused, "{text:?}: {answer}");
    }
    server.ask(Request::get("/healthz")).is_text(200, "ok");
}

#[test]
fn pipelined_requests_are_answered_in_their_order() {
    let (_folder, server, token) = serve();
    let requests = [
        Request::get(&format!("/v1.0/users/{BEN}?$select=userPrincipalName")).bearer(&token),
        assigning(adding(CANTEEN).to_string(), &token),
        Request::get("/healthz"),
        Request::get("/v1.0/nothing").bearer(&token),
        Request::get("/v1.0/users"),
    ];
    let mut connection = server.connect();
    connection.send(&requests.iter().flat_map(Request::bytes).collect::<Vec<_>>()).unwrap();
    assert_eq!(connection.answer().unwrap().is(200)["userPrincipalName"], BEN);
    assert_eq!(connection.answer().unwrap().is(200)["userPrincipalName"], CLEO);
    connection.answer().unwrap().is_text(200, "ok");
    connection.answer().unwrap().is_error(400, "BadRequest");
    connection.answer().unwrap().is_error(401, "InvalidAuthenticationToken");
}

#[test]
fn strange_percent_encodings_are_refused_or_read_as_they_are() {
    let (_folder, server, token) = serve();
    for (target, status) in [
        ("/v1.0/users/ben%40contoso.example", 200),
        ("/v1.0/users/%62en@contoso.example", 200),
        ("/v1%2e0/users/ben@contoso.example", 200),
        ("/v1.0/users?%24top=1", 200),
        ("/v1.0/users/%", 404),
        ("/v1.0/users/%4", 404),
        ("/v1.0/users/%zz", 404),
        ("/v1.0/users/%C0%AF", 400),
        ("/v1.0/users/%FF", 400),
        ("/v1.0/users/%ED%A0%80", 400),
        ("/v1.0/users?$top=%FF", 400),
        ("/v1.0/users/%2562en@contoso.example", 404),
        ("/v1.0/users/%00", 404),
        ("/v1.0/users/%2F", 404),
        ("/v1.0/users/%2e%2e", 404),
        ("/v1.0/users/%E2%80%AE", 404),
        ("/v1.0/users/'%3B%20DROP%20TABLE%20users%3B--", 404),
    ] {
        let answer = server.ask(Request::get(target).bearer(&token));
        assert_eq!(answer.status, status, "{target}: {}", answer.text());
        match status {
            200 => {}
            404 => answer.is_error(404, "Request_ResourceNotFound"),
            _ => answer.is_error(400, "BadRequest"),
        }
    }
}
