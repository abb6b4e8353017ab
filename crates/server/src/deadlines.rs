//! Deadlines for a connection that the HTTP library does not tell apart: a request's header must arrive soon
//! after its first byte, while a connection between two requests may rest for longer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// From the first byte of a request to the end of its header.
pub(crate) const HEADER_DEADLINE: Duration = Duration::from_secs(10);
/// Between two requests on a connection.
pub(crate) const IDLE_DEADLINE: Duration = Duration::from_secs(75);

/// What is awaited of the peer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Awaiting {
    /// The first byte of a request.
    Request,
    /// The empty line that ends the header; how many of its four bytes have come.
    HeaderEnd(usize),
    /// Nothing: the body and the answer have deadlines of their own.
    Nothing,
}

/// A connection that ends when its peer keeps it waiting.
pub(crate) struct Deadlines<Io> {
    io: Io,
    awaiting: Awaiting,
    timer: Pin<Box<Sleep>>,
    header_deadline: Duration,
    idle_deadline: Duration,
}

impl<Io> Deadlines<Io> {
    /// Watches a new connection.
    pub(crate) fn new(io: Io) -> Self {
        Self::with(io, HEADER_DEADLINE, IDLE_DEADLINE)
    }

    fn with(io: Io, header_deadline: Duration, idle_deadline: Duration) -> Self {
        // A connection that says nothing at all is given no more time than a header.
        Self {
            io,
            awaiting: Awaiting::Request,
            timer: Box::pin(sleep(header_deadline)),
            header_deadline,
            idle_deadline,
        }
    }

    fn read(&mut self, bytes: &[u8]) {
        if self.awaiting == Awaiting::Request && !bytes.is_empty() {
            self.awaiting = Awaiting::HeaderEnd(0);
            self.timer.as_mut().reset(Instant::now() + self.header_deadline);
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

    fn wrote(&mut self) {
        self.awaiting = Awaiting::Request;
        self.timer.as_mut().reset(Instant::now() + self.idle_deadline);
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Deadlines<Io> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.io).poll_read(cx, buffer) {
            Poll::Ready(result) => {
                let bytes = buffer.filled().get(before..).unwrap_or_default().to_owned();
                self.read(&bytes);
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

impl<Io: AsyncWrite + Unpin> AsyncWrite for Deadlines<Io> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.io).poll_write(cx, bytes));
        self.wrote();
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.io).poll_write_vectored(cx, buffers));
        self.wrote();
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const HEADER: Duration = Duration::from_millis(40);
    const IDLE: Duration = Duration::from_millis(400);

    async fn read_fails_after(mut io: impl AsyncRead + Unpin) -> Duration {
        let begun = Instant::now();
        let mut bytes = Vec::new();
        let error = io.read_to_end(&mut bytes).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        begun.elapsed()
    }

    #[tokio::test]
    async fn a_header_that_does_not_end_is_cut_off() {
        let (ours, mut peer) = duplex(1_024);
        peer.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.unwrap();
        assert!(read_fails_after(Deadlines::with(ours, HEADER, IDLE)).await < IDLE);
    }

    #[tokio::test]
    async fn a_connection_may_rest_between_two_requests() {
        let (ours, mut peer) = duplex(1_024);
        peer.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        let mut ours = Deadlines::with(ours, HEADER, IDLE);
        let mut request = [0; 18];
        ours.read_exact(&mut request).await.unwrap();
        ours.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        assert!(read_fails_after(ours).await >= IDLE - HEADER);
    }
}
