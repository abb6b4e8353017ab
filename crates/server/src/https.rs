//! The https listener: its port, and how it shows who it is.

mod given;
mod local_authority;

use crate::cli::Addresses;
use crate::listener::Listener;
use crate::running::bind;
use crate::store_location::StoreLocation;
use anyhow::Context;
use local_authority::LocalAuthority;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tokio_rustls::TlsAcceptor;

/// What is spoken after the handshake, the best first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// An https listener that accepts connections.
pub(crate) struct Https {
    /// Where it listens, with the port that it really has.
    address: SocketAddr,
    /// What clients must trust; whoever brought a certificate knows it already.
    trust: Option<PathBuf>,
    /// Kept for as long as the server runs.
    _throw_away: Option<TempDir>,
}

impl fmt::Display for Https {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}", self.address)?;
        match &self.trust {
            Some(path) => write!(f, " (trust {})", path.display()),
            None => Ok(()),
        }
    }
}

/// An https listener to be: all is at hand, and nothing is written yet.
pub(crate) struct Prepared {
    https: Https,
    listener: Listener,
    authority: Option<LocalAuthority>,
}

/// A certificate with those that lead up from it, and its key.
type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

impl Prepared {
    /// Takes the port and gets a certificate: the one that is given, or one of the authority beside the store.
    /// `None` when https is not asked for.
    pub(crate) async fn new(addresses: &Addresses, store: &StoreLocation) -> anyhow::Result<Option<Self>> {
        let Some(listen) = addresses.https_listen else { return Ok(None) };
        let (tcp, address) = bind(listen, "--https-listen").await?;
        if let Some((certificate, key)) = addresses.certificate() {
            let acceptor = given::read(certificate, key)?;
            let https = Https { address, trust: None, _throw_away: None };
            return Ok(Some(Self { https, listener: Listener { tcp, tls: Some(acceptor) }, authority: None }));
        }
        let (folder, throw_away) = match store.tls_folder() {
            Some(folder) => (folder, None),
            None => {
                let throw_away = tempfile::tempdir().context("could not make a folder for the certificates")?;
                (throw_away.path().join("tls"), Some(throw_away))
            }
        };
        let authority = LocalAuthority::of(std::path::absolute(folder)?)?;
        let acceptor = acceptor(authority.issue(address.ip())?)?;
        let https = Https { address, trust: Some(authority.certificate_path()), _throw_away: throw_away };
        Ok(Some(Self { https, listener: Listener { tcp, tls: Some(acceptor) }, authority: Some(authority) }))
    }

    /// Writes the authority down if it is new, so that it need not be trusted again after the next start.
    pub(crate) fn keep(self) -> anyhow::Result<(Https, Listener)> {
        if let Some(authority) = self.authority {
            authority.keep()?;
        }
        Ok((self.https, self.listener))
    }
}

fn acceptor((chain, key): Identity) -> Result<TlsAcceptor, rustls::Error> {
    let versions = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    let mut config = versions.with_no_client_auth().with_single_cert(chain, key)?;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The same cryptography as that of the tokens.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
