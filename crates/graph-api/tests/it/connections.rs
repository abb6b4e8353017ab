//! Over real connections: an answer that comes before the body was wanted is not lost, and the connection stays.

use crate::office::{CANTEEN, KIM, Office, adding};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// One answer: its head and its body.
async fn read_answer(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
            if body.len() >= length.parse().unwrap() {
                return (head.to_owned(), body.to_owned());
            }
        }
        let mut part = [0; 4096];
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut part)).await.unwrap().unwrap();
        assert_ne!(read, 0, "the connection was closed after {text}");
        bytes.extend(&part[..read]);
    }
}

#[tokio::test]
async fn a_refused_request_leaves_its_connection_usable() {
    let office = Office::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = office.router.clone();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut stream = TcpStream::connect(address).await.unwrap();

    let body = adding(CANTEEN).to_string();
    let head = |authorization: &str| {
        format!(
            "POST /v1.0/users/{KIM}/assignLicense HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             {authorization}content-length: {}\r\n\r\n",
            body.len()
        )
    };
    // The body comes late, when the refusal is already decided.
    stream.write_all(head("").as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    stream.write_all(body.as_bytes()).await.unwrap();
    let (refused, envelope) = read_answer(&mut stream).await;
    assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
    assert!(envelope.contains("InvalidAuthenticationToken"), "{envelope}");

    let authorization = format!("authorization: Bearer {}\r\n", office.robot);
    stream.write_all((head(&authorization) + &body).as_bytes()).await.unwrap();
    let (accepted, user) = read_answer(&mut stream).await;
    assert!(accepted.starts_with("HTTP/1.1 200 "), "{accepted}: {user}");
    assert!(user.contains(&format!("http://{address}/v1.0/$metadata#users/$entity")), "{user}");
}
