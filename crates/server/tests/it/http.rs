//! An HTTP/1.1 client that is close enough to the wire to break the rules. Every wait has an end.

use rustls::{ClientConnection, StreamOwned};
use serde_json::Value;
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// How long a peer may be silent.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// How long an answer to what may be no request is waited for.
const PATIENCE: Duration = Duration::from_millis(250);

/// A request as it goes over the wire.
#[derive(Clone)]
pub(crate) struct Request {
    head: String,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        Self { head: format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n"), body: Vec::new() }
    }

    pub(crate) fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    pub(crate) fn post(target: &str, body: &Value) -> Self {
        Self::new("POST", target).json(body.to_string())
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.head += &format!("{name}: {value}\r\n");
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn json(self, body: impl Into<Vec<u8>>) -> Self {
        self.content("application/json", body.into())
    }

    pub(crate) fn form(self, body: String) -> Self {
        self.content("application/x-www-form-urlencoded", body.into_bytes())
    }

    fn content(mut self, kind: &str, body: Vec<u8>) -> Self {
        self.body = body;
        let length = self.body.len().to_string();
        self.header("Content-Type", kind).header("Content-Length", &length)
    }

    /// What is before the body, with the empty line.
    pub(crate) fn head(&self) -> Vec<u8> {
        format!("{}\r\n", self.head).into_bytes()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.head(), self.body.clone()].concat()
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Asserts a status; gives the JSON body.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// Asserts a status and a body of plain text.
    #[track_caller]
    pub(crate) fn is_text(&self, status: u16, text: &str) {
        assert_eq!((self.status, self.text().as_str()), (status, text));
    }

    /// Asserts an error in Graph's envelope, of this status and code.
    #[track_caller]
    pub(crate) fn is_error(&self, status: u16, code: &str) {
        let body = self.is(status);
        assert_eq!(body["error"]["code"], code, "{body}");
        let message = body["error"]["message"].as_str();
        assert!(message.is_some_and(|message| !message.is_empty()), "{body}");
        let inner = &body["error"]["innerError"];
        for member in ["date", "request-id", "client-request-id"] {
            assert!(inner[member].is_string(), "no {member}: {body}");
        }
    }
}

/// What bytes go over: the socket, or TLS upon it.
trait Wire: Read + Write + Send {}

impl<Io: Read + Write + Send> Wire for Io {}

/// A connection; what was read too much is kept for the next answer.
pub(crate) struct Connection {
    socket: TcpStream,
    wire: Box<dyn Wire>,
    unread: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Self {
        Self::try_open(address).unwrap()
    }

    /// As [`open`](Self::open), for a server that may be gone.
    pub(crate) fn try_open(address: SocketAddr) -> Result<Self> {
        let socket = TcpStream::connect_timeout(&address, SILENCE_MAX)?;
        socket.set_read_timeout(Some(SILENCE_MAX))?;
        socket.set_write_timeout(Some(SILENCE_MAX))?;
        socket.set_nodelay(true)?;
        Ok(Self { wire: Box::new(socket.try_clone()?), socket, unread: Vec::new() })
    }

    /// Speaks TLS from now on.
    pub(crate) fn secured(self, tls: ClientConnection) -> Self {
        Self { wire: Box::new(StreamOwned::new(tls, self.wire)), ..self }
    }

    /// Sends a request and waits for its answer.
    pub(crate) fn ask(&mut self, request: &Request) -> Result<Answer> {
        self.send(&request.bytes())?;
        self.answer()
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.wire.write_all(bytes)?;
        self.wire.flush()
    }

    /// Says that nothing more will be sent.
    pub(crate) fn end(&mut self) {
        // The peer may have closed first.
        drop(self.socket.shutdown(Shutdown::Write));
    }

    /// Sends bytes that may be no request, and gives all that comes back.
    pub(crate) fn hear(&mut self, bytes: &[u8]) -> String {
        // The peer may have heard enough before all is sent.
        drop(self.send(bytes));
        // It may also wait for more. To end at once would tell it that nobody waits for its answer.
        self.is_silent_for(PATIENCE);
        self.end();
        String::from_utf8_lossy(&self.rest().unwrap_or_default()).into_owned()
    }

    /// The next answer.
    pub(crate) fn answer(&mut self) -> Result<Answer> {
        let head_end = loop {
            match self.unread.windows(4).position(|window| window == b"\r\n\r\n") {
                Some(at) => break at,
                None => self.read_more()?,
            }
        };
        let head: Vec<u8> = self.unread.drain(..head_end + 4).collect();
        let (status, headers) = parse_head(&String::from_utf8_lossy(&head))?;
        let mut answer = Answer { status, headers, body: Vec::new() };
        if answer.header("Transfer-Encoding").is_some() {
            return Err(Error::new(ErrorKind::InvalidData, "an answer has no length"));
        }
        let length = answer.header("Content-Length").and_then(|length| length.parse().ok()).unwrap_or(0);
        while self.unread.len() < length {
            self.read_more()?;
        }
        answer.body = self.unread.drain(..length).collect();
        Ok(answer)
    }

    /// All that still comes until the peer closes.
    pub(crate) fn rest(&mut self) -> Result<Vec<u8>> {
        loop {
            match self.read_more() {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(std::mem::take(&mut self.unread)),
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits for this long; whether the peer neither sent anything nor closed.
    pub(crate) fn is_silent_for(&mut self, time: Duration) -> bool {
        self.socket.set_read_timeout(Some(time)).unwrap();
        let read = self.read_more();
        self.socket.set_read_timeout(Some(SILENCE_MAX)).unwrap();
        read.is_err_and(|error| [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()))
    }

    fn read_more(&mut self) -> Result<()> {
        let mut buffer = [0; 16 * 1_024];
        let read = loop {
            match self.wire.read(&mut buffer) {
                // A process that was stopped and goes on.
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        match read {
            0 => Err(Error::new(ErrorKind::UnexpectedEof, "the connection was closed")),
            length => {
                self.unread.extend_from_slice(&buffer[..length]);
                Ok(())
            }
        }
    }
}

fn parse_head(head: &str) -> Result<(u16, Vec<(String, String)>)> {
    let unreadable = || Error::new(ErrorKind::InvalidData, format!("this is no answer: {head}"));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
    let header = |line: &str| line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
    Ok((status.ok_or_else(unreadable)?, lines.filter_map(header).collect()))
}
