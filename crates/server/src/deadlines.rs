//! Deadlines for a connection that the HTTP library does not tell apart: a request's header must arrive soon
//! after its first byte, while a connection between two requests may rest for longer. And a connection is closed
//! so that its last answer arrives, even at a peer that is still sending.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// From accepting a connection to the end of its TLS handshake.
pub(crate) const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(10);
/// From the first byte of a request to the end of its header.
pub(crate) const HEADER_DEADLINE: Duration = Duration::from_secs(10);
/// Between two requests on a connection; over HTTP/2, between two frames.
pub(crate) const IDLE_DEADLINE: Duration = Duration::from_secs(75);
/// How long a peer may leave an answer where it is.
pub(crate) const WRITE_DEADLINE: Duration = Duration::from_secs(30);
/// How long what a peer still sends is read and thrown away once all is said: if the connection were closed at
/// once, the peer would lose the answer (RFC 9112, 9.6).
const LINGER_TIME: Duration = Duration::from_secs(1);
/// Bytes thrown away at a time.
const SCRATCH_BYTES: usize = 8 * 1_024;

/// How an HTTP/2 connection begins.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\n";
/// How a server begins that asks for a body; it is no answer.
const CONTINUE: &[u8] = b"HTTP/1.1 100 ";

/// What is awaited of the peer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Awaiting {
    /// The first byte of a request.
    Request,
    /// The empty line that ends the header; how many of its four bytes have come.
    HeaderEnd(usize),
    /// Nothing: the body and the answer have deadlines of their own.
    Nothing,
    /// Any frame of HTTP/2.
    Frame,
    /// The end of the connection.
    Close,
}

/// Times that a connection is given.
#[derive(Clone, Copy)]
struct Times {
    header: Duration,
    idle: Duration,
    write: Duration,
    linger: Duration,
}

/// A connection that ends when its peer keeps it waiting.
pub(crate) struct Deadlines<Io> {
    io: Io,
    times: Times,
    awaiting: Awaiting,
    timer: Pin<Box<Sleep>>,
    /// Set while the peer takes nothing.
    write_timer: Option<Pin<Box<Sleep>>>,
    /// What HTTP/2 would still begin with; `None` once the peer speaks otherwise.
    preface: Option<&'static [u8]>,
}

impl<Io> Deadlines<Io> {
    /// Watches a new connection.
    pub(crate) fn new(io: Io) -> Self {
        let times = Times { header: HEADER_DEADLINE, idle: IDLE_DEADLINE, write: WRITE_DEADLINE, linger: LINGER_TIME };
        Self::with(io, times)
    }

    fn with(io: Io, times: Times) -> Self {
        // A connection that says nothing at all is given no more time than a header.
        let timer = Box::pin(sleep(times.header));
        Self { io, times, awaiting: Awaiting::Request, timer, write_timer: None, preface: Some(HTTP2_PREFACE) }
    }

    fn wait_for(&mut self, awaiting: Awaiting, time: Duration) {
        self.awaiting = awaiting;
        self.timer.as_mut().reset(Instant::now() + time);
    }

    fn read(&mut self, bytes: &[u8]) {
        if self.awaiting == Awaiting::Frame || self.completes_preface(bytes) {
            return self.wait_for(Awaiting::Frame, self.times.idle);
        }
        if self.awaiting == Awaiting::Request && !bytes.is_empty() {
            self.wait_for(Awaiting::HeaderEnd(0), self.times.header);
        }
        let Awaiting::HeaderEnd(mut seen) = self.awaiting else { return };
        for byte in bytes {
            seen = match (seen, byte) {
                (0 | 2, b'\r') | (1 | 3, b'\n') => seen + 1,
                (_, b'\r') => 1,
                _ => 0,
            };
            if seen == 4 {
                self.awaiting = Awaiting::Nothing;
                return;
            }
        }
        self.awaiting = Awaiting::HeaderEnd(seen);
    }

    fn completes_preface(&mut self, bytes: &[u8]) -> bool {
        let Some(expected) = self.preface else { return false };
        let (expected, later) = expected.split_at(expected.len().min(bytes.len()));
        self.preface = bytes.starts_with(expected).then_some(later).filter(|later| !later.is_empty());
        later.is_empty() && bytes.starts_with(expected)
    }

    fn wrote(&mut self, bytes: &[u8]) {
        self.write_timer = None;
        match self.awaiting {
            Awaiting::Frame => self.wait_for(Awaiting::Frame, self.times.idle),
            Awaiting::Nothing if bytes.starts_with(CONTINUE) => {}
            Awaiting::Request | Awaiting::Nothing => self.wait_for(Awaiting::Request, self.times.idle),
            Awaiting::HeaderEnd(_) | Awaiting::Close => {}
        }
    }

    /// Fails once the peer has taken nothing for too long.
    fn poll_write_timer<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        let time = self.times.write;
        let timer = self.write_timer.get_or_insert_with(|| Box::pin(sleep(time)));
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Deadlines<Io> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.io).poll_read(cx, buffer) {
            Poll::Ready(result) => {
                self.read(buffer.filled().get(before..).unwrap_or_default());
                Poll::Ready(result)
            }
            Poll::Pending if self.awaiting == Awaiting::Nothing => Poll::Pending,
            Poll::Pending => {
                ready!(self.timer.as_mut().poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Deadlines<Io> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Poll::Ready(written) = Pin::new(&mut self.io).poll_write(cx, bytes) else {
            return self.poll_write_timer(cx);
        };
        self.wrote(bytes);
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // TLS keeps what the peer does not take yet, so that it is here where the peer's slowness shows.
        let Poll::Ready(flushed) = Pin::new(&mut self.io).poll_flush(cx) else {
            return self.poll_write_timer(cx);
        };
        self.write_timer = None;
        Poll::Ready(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.awaiting != Awaiting::Close {
            let Poll::Ready(shut) = Pin::new(&mut self.io).poll_shutdown(cx) else {
                return self.poll_write_timer(cx);
            };
            shut?;
            let time = self.times.linger;
            self.wait_for(Awaiting::Close, time);
        }
        let mut scratch = [0; SCRATCH_BYTES];
        while self.timer.as_mut().poll(cx).is_pending() {
            let mut buffer = ReadBuf::new(&mut scratch);
            match ready!(Pin::new(&mut self.io).poll_read(cx, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {}
                Ok(()) | Err(_) => break,
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let Poll::Ready(written) = Pin::new(&mut self.io).poll_write_vectored(cx, buffers) else {
            return self.poll_write_timer(cx);
        };
        self.wrote(buffers.first().map_or(&[], |buffer| buffer));
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    const HEADER: Duration = Duration::from_millis(40);
    const IDLE: Duration = Duration::from_millis(400);

    fn watched() -> (Deadlines<DuplexStream>, DuplexStream) {
        let (ours, peer) = duplex(1_024);
        (Deadlines::with(ours, Times { header: HEADER, idle: IDLE, write: HEADER, linger: HEADER }), peer)
    }

    async fn read_fails_after(io: &mut (impl AsyncRead + Unpin)) -> Duration {
        let begun = Instant::now();
        let error = io.read_to_end(&mut Vec::new()).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        begun.elapsed()
    }

    /// Takes a request, as it is, off the connection.
    async fn take(ours: &mut Deadlines<DuplexStream>, peer: &mut DuplexStream, request: &[u8]) {
        peer.write_all(request).await.unwrap();
        ours.read_exact(&mut vec![0; request.len()]).await.unwrap();
    }

    #[tokio::test]
    async fn a_header_that_does_not_end_is_cut_off() {
        let (mut ours, mut peer) = watched();
        peer.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.unwrap();
        assert!(read_fails_after(&mut ours).await < IDLE);
    }

    #[tokio::test]
    async fn a_connection_may_rest_between_two_requests() {
        let (mut ours, mut peer) = watched();
        take(&mut ours, &mut peer, b"GET / HTTP/1.1\r\n\r\n").await;
        ours.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        assert!(read_fails_after(&mut ours).await >= IDLE - HEADER);
    }

    #[tokio::test]
    async fn a_body_that_was_asked_for_is_no_header() {
        let (mut ours, mut peer) = watched();
        take(&mut ours, &mut peer, b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n").await;
        ours.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.unwrap();
        take(&mut ours, &mut peer, b"the beginning of a bo").await;
        assert!(tokio::time::timeout(3 * HEADER, read_fails_after(&mut ours)).await.is_err());
    }

    #[tokio::test]
    async fn frames_of_http2_are_no_headers() {
        let (mut ours, mut peer) = watched();
        for piece in [b"PRI * HTT".as_slice(), b"P/2.0\r\n\r\nSM\r\n\r\n"] {
            take(&mut ours, &mut peer, piece).await;
        }
        ours.write_all(b"settings").await.unwrap();
        take(&mut ours, &mut peer, b"acknowledgement").await;
        assert!(read_fails_after(&mut ours).await >= IDLE - HEADER);
    }

    #[tokio::test]
    async fn who_does_not_read_is_cut_off() {
        let (mut ours, _peer) = watched();
        let error = ours.write_all(&[0; 10_000]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn who_does_not_read_is_cut_off_though_a_layer_below_took_the_answer() {
        let (ours, _peer) = duplex(1_024);
        let below = tokio::io::BufWriter::new(ours);
        let times = Times { header: HEADER, idle: IDLE, write: HEADER, linger: HEADER };
        let mut ours = Deadlines::with(below, times);
        ours.write_all(&[0; 8_000]).await.unwrap();
        assert_eq!(ours.flush().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(ours.shutdown().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn at_the_end_whoever_still_sends_can_do_so_for_a_while() {
        let (mut ours, mut peer) = watched();
        let (shut, sent) = tokio::join!(ours.shutdown(), peer.write_all(&[0; 10_000]));
        assert!(shut.is_ok() && sent.is_ok(), "{shut:?} {sent:?}");
    }
}
