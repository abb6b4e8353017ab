//! P6: how much memory a large group takes.

use super::child::{Server, make_store, release_binary, token};
use super::figures::{Figure, Must};
use super::synthetic::{GROUP, Size, sku_ids, tenant};
use anyhow::{Context, Result, ensure};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a group may take.
const TIME_MAX: Duration = Duration::from_secs(300);

/// Measures the peak of a large fan-out beyond that of a small one, and the size at rest.
pub(crate) fn run(root: &Path, quick: bool) -> Result<Vec<Figure>> {
    let large_members = if quick { 100_000 } else { 1_000_000 };
    let (_, small) = peaks(root, 10_000)?;
    let (idle, large) = peaks(root, large_members)?;
    let mib = |kib: f64| kib / 1_024.0;
    let p6 = Figure {
        goal: "P6",
        what: format!("peak memory of a fan-out to {large_members} members less that to 10,000, in MiB"),
        values: vec![mib(large - small)],
        bound_legs: Vec::new(),
        must: Must::AtMost(48.0),
        context: format!("peaks {:.1} and {:.1} MiB, at rest {:.1} MiB", mib(large), mib(small), mib(idle)),
    };
    Ok(vec![p6])
}

/// Peak memory before and after the fan-out, in KiB.
fn peaks(root: &Path, members: u32) -> Result<(f64, f64)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bench.db");
    let key = make_store(&path, vec![tenant(1, Size { users: members, skus: 1 })])?;
    let server = Server::start(&release_binary(root), &path)?;
    let idle = server.peak_kib()?;
    let sku = *sku_ids(1).first().context("the catalogue is empty")?;
    let body = format!(r#"{{"addLicenses":[{{"skuId":"{sku}"}}],"removeLicenses":[]}}"#);
    let request = format!(
        "POST /v1.0/groups/{GROUP}/assignLicense HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        token(&key)?,
        body.len()
    );
    let answer = ask(server.address, &request)?;
    ensure!(answer.starts_with("HTTP/1.1 202"), "the group got no licence: {answer}");
    let begun = Instant::now();
    while !ask(server.address, "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?
        .contains(r#""pendingGroups":0"#)
    {
        ensure!(begun.elapsed() < TIME_MAX, "the group is not done after {} s", TIME_MAX.as_secs());
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok((idle, server.peak_kib()?))
}

fn ask(address: SocketAddr, request: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
