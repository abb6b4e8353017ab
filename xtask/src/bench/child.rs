//! A server of its own process, and what the system says of it.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tokens::{ApplicationGrant, Claims, Issuance, SigningKey};
use uuid::Uuid;

use super::place::Place;
use super::synthetic::{APPLICATION, tenant_id};

/// A running server; it is killed with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

/// The server as it is built for release.
pub(crate) fn release_binary(root: &Path) -> PathBuf {
    root.join("target/release/seatwright")
}

impl Server {
    /// Starts a server on a store and waits until it listens.
    pub(crate) fn start(binary: &Path, place: &Place) -> Result<Self> {
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--store", &place.url()])
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start {}", binary.display()))?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://").and_then(|address| address.parse().ok());
        match address {
            Some(address) => Ok(Self { child, address }),
            None => {
                drop(child.kill());
                bail!("the server said {line:?} instead of where it listens")
            }
        }
    }

    /// The largest resident size so far, in KiB.
    pub(crate) fn peak_kib(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
        line.trim().trim_end_matches("kB").trim().parse().context("VmHWM is no number")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A token of the application that may do everything in the first tenant.
pub(crate) fn token(key: &SigningKey) -> Result<String> {
    let tenant = tenant_id(1).0;
    let now = i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs())?;
    let issuance = Issuance {
        issuer: format!("https://login.microsoftonline.com/{tenant}/v2.0"),
        audience: "https://graph.microsoft.com".to_owned(),
        tenant,
        issued_at: now,
        not_before: now,
        expires_at: now + 7_200,
        unique_id: Uuid::new_v4(),
    };
    let grant = ApplicationGrant {
        app_id: APPLICATION.0,
        app_display_name: "Load".to_owned(),
        object_id: APPLICATION.0,
        roles: vec!["Directory.ReadWrite.All".to_owned()],
    };
    Ok(key.sign(&Claims::application(issuance, grant))?)
}
