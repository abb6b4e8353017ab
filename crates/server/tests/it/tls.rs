//! A TLS client, and servers that have an https listener.

use crate::http::{Connection, Request};
use crate::process::{Folder, Server};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Flags of a server with an https listener.
pub(crate) const FLAGS: &str = "--seed world.json --https-listen 127.0.0.1:0";
/// What its clients trust.
pub(crate) const AUTHORITY: &str = "seatwright.db.tls/ca.pem";

/// A server with an https listener, and what its second line says.
pub(crate) struct Https {
    pub(crate) server: Server,
    pub(crate) address: SocketAddr,
    /// What is to be trusted, if it says so.
    pub(crate) trust: Option<PathBuf>,
}

impl Https {
    #[track_caller]
    pub(crate) fn of(server: Server) -> Self {
        let line = server.process.line().unwrap();
        let rest = line.strip_prefix("listening on https://").unwrap_or_else(|| panic!("{line}"));
        let (address, trust) = match rest.split_once(" (trust ") {
            Some((address, trust)) => (address, Some(trust.strip_suffix(')').unwrap().into())),
            None => (rest, None),
        };
        Self { address: address.parse().unwrap(), trust, server }
    }

    /// A client that trusts a certificate, expects a name and speaks a protocol.
    pub(crate) fn client(&self, trusted: &Path, name: &str, protocol: &str) -> Connection {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(trusted).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap();
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![protocol.into()];
        let name = ServerName::try_from(name.to_owned()).unwrap();
        Connection::open(self.address).secured(ClientConnection::new(Arc::new(config), name).unwrap())
    }

    pub(crate) fn connect(&self) -> Connection {
        self.client(self.trust.as_ref().unwrap(), "localhost", "http/1.1")
    }

    #[track_caller]
    pub(crate) fn is_well(&self) {
        self.connect().ask(&Request::get("/healthz")).unwrap().is_text(200, "ok");
    }
}

/// Serves `seatwright.db`, filled with `world.json`, on free ports.
pub(crate) fn serve(folder: &Folder) -> Https {
    Https::of(folder.serve_with(FLAGS))
}
