//! A load generator: so many connections, each sending its next request when the last one is answered.

use anyhow::{Context, Result, bail, ensure};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Writes the bytes of the n-th request of a leg.
pub(crate) type Requests = Arc<dyn Fn(u64, &mut Vec<u8>) + Send + Sync>;

/// Answers per second over `time`, all of them 2xx, from servers to which the connections are dealt out. `first` numbers
/// the first request; the number of the next one comes back too.
pub(crate) fn run(
    servers: &[SocketAddr],
    connections: usize,
    time: Duration,
    first: u64,
    requests: &Requests,
) -> Result<(f64, u64)> {
    // One thread, so that the server has the other core to itself.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let next = Arc::new(AtomicU64::new(first));
    let begun = Instant::now();
    runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for address in servers.iter().copied().cycle().take(connections) {
            tasks.spawn(connection(address, begun + time, next.clone(), requests.clone()));
        }
        while let Some(task) = tasks.join_next().await {
            task.context("a connection panicked")??;
        }
        Ok::<_, anyhow::Error>(())
    })?;
    let end = next.load(Ordering::Relaxed);
    Ok(((end - first) as f64 / begun.elapsed().as_secs_f64(), end))
}

async fn connection(address: SocketAddr, until: Instant, next: Arc<AtomicU64>, requests: Requests) -> Result<()> {
    let mut stream = TcpStream::connect(address).await.context("could not connect")?;
    stream.set_nodelay(true)?;
    let (mut request, mut answer) = (Vec::new(), Vec::new());
    while Instant::now() < until {
        request.clear();
        requests(next.fetch_add(1, Ordering::Relaxed), &mut request);
        ask(&mut stream, &request, &mut answer).await?;
    }
    Ok(())
}

/// How long each answer took when requests come at a steady `rate` per second, whether or not earlier ones were answered.
/// One that finds all connections taken has waited since it was due.
pub(crate) fn paced(
    server: SocketAddr,
    connections: usize,
    rate: u32,
    time: Duration,
    first: u64,
    requests: &Requests,
) -> Result<(Vec<Duration>, u64)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let next = Arc::new(AtomicU64::new(first));
    let times = runtime.block_on(async {
        let begun = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..connections {
            let (next, requests) = (next.clone(), requests.clone());
            tasks.spawn(paced_connection(server, (begun, first, rate, time), next, requests));
        }
        let mut times = Vec::new();
        while let Some(task) = tasks.join_next().await {
            times.extend(task.context("a connection panicked")??);
        }
        Ok::<_, anyhow::Error>(times)
    })?;
    Ok((times, next.load(Ordering::Relaxed)))
}

async fn paced_connection(
    server: SocketAddr,
    (begun, first, rate, time): (Instant, u64, u32, Duration),
    next: Arc<AtomicU64>,
    requests: Requests,
) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(server).await.context("could not connect")?;
    stream.set_nodelay(true)?;
    let (mut request, mut answer, mut times) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let after = Duration::from_secs_f64((number - first) as f64 / f64::from(rate));
        if after > time {
            return Ok(times);
        }
        let due = begun + after;
        let mut since = due;
        if Instant::now() < due {
            tokio::time::sleep_until(due.into()).await;
            // The timer's own lateness is not the server's.
            since = Instant::now();
        }
        request.clear();
        requests(number, &mut request);
        ask(&mut stream, &request, &mut answer).await?;
        times.push(since.elapsed());
    }
}

async fn ask(stream: &mut TcpStream, request: &[u8], answer: &mut Vec<u8>) -> Result<()> {
    stream.write_all(request).await?;
    read_answer(stream, answer).await?;
    let status = answer.get(9..10).context("no status came")?;
    if status != b"2" {
        bail!("{}", String::from_utf8_lossy(answer));
    }
    Ok(())
}

async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Result<()> {
    answer.clear();
    let mut wanted = None;
    loop {
        if let Some(wanted) = wanted
            && answer.len() >= wanted
        {
            return Ok(());
        }
        ensure!(stream.read_buf(answer).await? > 0, "the server closed the connection");
        if wanted.is_none()
            && let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n")
        {
            wanted = Some(end + 4 + content_length(answer.get(..end).unwrap_or_default())?);
        }
    }
}

fn content_length(header: &[u8]) -> Result<usize> {
    let header = std::str::from_utf8(header)?;
    let value = header.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim())
    });
    Ok(value.map(str::parse).transpose()?.unwrap_or(0))
}
