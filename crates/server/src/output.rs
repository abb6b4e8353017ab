//! What was asked for, on stdout. It may be a pipe whose reader has read enough, or a file on a full disk.

use std::fmt::{self, Display};
use std::io::{self, ErrorKind, Write};

/// Nobody reads stdout any more, as after `| head`. That ends a command quietly: it is no mistake.
#[derive(Debug)]
pub(crate) struct NobodyReads;

impl Display for NobodyReads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody reads the output")
    }
}

impl std::error::Error for NobodyReads {}

/// Prints a line, or several.
pub(crate) fn line(text: impl Display) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(failed)
}

/// Prints much at once.
pub(crate) fn write(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    write(&mut out).and_then(|()| out.flush()).map_err(failed)
}

/// Tells whoever watches something on stderr; that nobody does is no reason to stop.
pub(crate) fn tell(text: impl Display) {
    drop(writeln!(io::stderr(), "seatwright: {text}"));
}

/// An error of stdout as one to end with.
pub(crate) fn failed(error: io::Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::BrokenPipe => anyhow::Error::new(NobodyReads),
        _ => anyhow::Error::new(error).context("could not write to stdout"),
    }
}

/// `1 tenant`, `2 tenants`.
pub(crate) fn counted(count: impl Display, noun: &str) -> String {
    let count = count.to_string();
    let ending = if count == "1" { "" } else { "s" };
    format!("{count} {noun}{ending}")
}
