//! P6: how much memory a large group takes.

use super::child::{Server, release_binary, token};
use super::figures::{Figure, Must};
use super::place::Setting;
use super::synthetic::{GROUP, Size, sku_ids, tenant};
use anyhow::{Context, Result, ensure};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How long a group may take.
const TIME_MAX: Duration = Duration::from_secs(300);

/// Measures the peak of a large fan-out beyond that of a small one, and the size at rest.
pub(crate) fn run(setting: &Setting) -> Result<Vec<Figure>> {
    let large_members = if setting.quick { 100_000 } else { 1_000_000 };
    let (_, small) = peaks(setting, 10_000)?;
    let (idle, large) = peaks(setting, large_members)?;
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
fn peaks(setting: &Setting, members: u32) -> Result<(f64, f64)> {
    let place = setting.place()?;
    let key = place.fill(vec![tenant(1, Size { users: members, skus: 1 })])?;
    let server = Server::start(&release_binary(&setting.root), &place)?;
    let idle = server.peak_kib()?;
    license_group(server.address, &token(&key)?, 0)?;
    wait_for_groups(server.address)?;
    Ok((idle, server.peak_kib()?))
}

/// Gives the group that everybody is in one of the SKUs.
pub(crate) fn license_group(address: SocketAddr, token: &str, sku: u32) -> Result<()> {
    let sku = *sku_ids(sku + 1).last().context("the catalogue is empty")?;
    let body = format!(r#"{{"addLicenses":[{{"skuId":"{sku}"}}],"removeLicenses":[]}}"#);
    let request = format!(
        "POST /v1.0/groups/{GROUP}/assignLicense HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let answer = ask(address, &request)?;
    ensure!(answer.starts_with("HTTP/1.1 202"), "the group got no licence: {answer}");
    Ok(())
}

/// Whether a group's members have yet to get what it has.
pub(crate) fn is_group_waiting(address: SocketAddr) -> Result<bool> {
    let answer = ask(address, "GET /workz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    Ok(!answer.contains(r#""pendingGroups":0"#))
}

/// Waits until all members have what their groups have.
pub(crate) fn wait_for_groups(address: SocketAddr) -> Result<()> {
    let begun = Instant::now();
    while is_group_waiting(address)? {
        ensure!(begun.elapsed() < TIME_MAX, "the group is not done after {} s", TIME_MAX.as_secs());
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn ask(address: SocketAddr, request: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
