//! A planted bug: a node that acknowledges each write when it has it, and does it later.

use crate::http::Connection;
use std::io::{Read, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How much later.
const DELAY: Duration = Duration::from_millis(20);
const ACKNOWLEDGED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

/// Where this node is to be reached, before that one. It is there until the process ends.
pub(super) fn before(node: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            std::thread::spawn(move || serve(client, node));
        }
    });
    address
}

fn serve(mut client: TcpStream, node: SocketAddr) -> Result<()> {
    let (taken, later) = channel();
    std::thread::spawn(move || do_later(later, node));
    loop {
        let request = read_request(&mut client)?;
        client.write_all(ACKNOWLEDGED)?;
        // Nobody is told when the node is gone: this is the bug.
        drop(taken.send(request));
    }
}

fn do_later(later: Receiver<Vec<u8>>, node: SocketAddr) -> Result<()> {
    let mut connection = Connection::try_open(node)?;
    for request in later {
        std::thread::sleep(DELAY);
        connection.send(&request)?;
        connection.answer()?;
    }
    Ok(())
}

fn read_request(client: &mut TcpStream) -> Result<Vec<u8>> {
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    client.read_exact(&mut body)?;
    request.append(&mut body);
    Ok(request)
}
