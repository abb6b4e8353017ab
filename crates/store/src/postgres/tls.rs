//! Whether connections are encrypted, and who must be at the other end: `sslmode` and `sslrootcert` of the URL, with the
//! meaning that libpq gives them. The driver itself knows no `verify-ca`, `verify-full` and `sslrootcert`.

use super::connection::{Failure, Result};
use percent_encoding::percent_decode_str;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_postgres::config::{Config, Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// What PostgreSQL's protocol is called in a handshake.
const PROTOCOL: &[u8] = b"postgresql";

/// What must be true of the server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    /// Its authority is trusted.
    Chain,
    /// And it is for the host that the URL names.
    ChainAndName,
}

/// What a URL says of it that the driver does not know.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    check: Option<Check>,
    trusted: Option<PathBuf>,
}

impl Asked {
    /// Takes it out of a URL; the rest is for the driver.
    pub(super) fn take_out(url: &str) -> (String, Self) {
        let mut asked = Self::default();
        // A password may have a question mark; the driver, too, looks for the end of it first.
        let (credentials, rest_of_url) = url.split_at(url.find('@').unwrap_or_default());
        let Some((place, parameters)) = rest_of_url.split_once('?') else { return (url.to_owned(), asked) };
        let mut rest = Vec::new();
        for parameter in parameters.split('&') {
            match parameter.split_once('=') {
                Some(("sslmode", "verify-ca")) => asked.check = Some(Check::Chain),
                Some(("sslmode", "verify-full")) => asked.check = Some(Check::ChainAndName),
                Some(("sslrootcert", file)) => {
                    asked.trusted = Some(percent_decode_str(file).decode_utf8_lossy().into_owned().into());
                    continue;
                }
                _ => {
                    rest.push(parameter);
                    continue;
                }
            }
            rest.push("sslmode=require");
        }
        (format!("{credentials}{place}?{}", rest.join("&")), asked)
    }

    /// What makes connections encrypted. On a socket none is, whatever was asked for: nobody is in between.
    pub(super) fn connector(&self, config: &mut Config) -> Result<MakeRustlsConnect> {
        let mode = config.get_ssl_mode();
        let is_forced = mode == SslMode::Require;
        let tls = match (&self.trusted, self.check) {
            (Some(_), _) if !is_forced => {
                return refused("sslrootcert is for sslmode=require, verify-ca and verify-full");
            }
            (Some(file), Some(Check::ChainAndName)) => encrypted(verifier(file)?),
            (Some(file), Some(Check::Chain) | None) => encrypted(Arc::new(Lenient::new(Some(verifier(file)?)))),
            (None, Some(_)) => {
                return refused("sslmode=verify-ca and verify-full need sslrootcert=FILE, the certificates to trust");
            }
            (None, None) => encrypted(Arc::new(Lenient::new(None))),
        }?;
        let is_socket = |host: &Host| matches!(host, Host::Unix(_));
        let has_address = !config.get_hostaddrs().is_empty();
        if !config.get_hosts().is_empty() && config.get_hosts().iter().all(is_socket) {
            // The driver would go to the address, and nobody would have looked who is there.
            if has_address {
                return refused("a host that is a socket has no hostaddr");
            }
            config.ssl_mode(SslMode::Disable);
        }
        Ok(tls)
    }
}

fn refused<T>(reason: impl Into<String>) -> Result<T> {
    Err(Failure::Refused(reason.into()))
}

/// The same cryptography as that of the tokens.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn encrypted(verifier: Arc<dyn ServerCertVerifier>) -> Result<MakeRustlsConnect> {
    let versions = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let versions = versions.map_err(|error| Failure::Refused(error.to_string()))?;
    let mut config = versions.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

/// What trusts the certificates in a PEM file.
fn verifier(file: &Path) -> Result<Arc<WebPkiServerVerifier>> {
    let unusable = |why: &dyn Display| Failure::Refused(format!("could not use {}: {why}", file.display()));
    let text = std::fs::read(file).map_err(|error| unusable(&error))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let certificate = certificate.map_err(|error| unusable(&error))?;
        roots.add(certificate).map_err(|error| unusable(&error))?;
    }
    if roots.is_empty() {
        return Err(unusable(&"there is no PEM certificate in it"));
    }
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build().map_err(|error| unusable(&error))
}

/// Does not look at the name in a certificate, and at who made it only where there is somebody to trust. Whoever sends
/// it has its key in any case.
#[derive(Debug)]
struct Lenient {
    chain: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl Lenient {
    fn new(chain: Option<Arc<WebPkiServerVerifier>>) -> Self {
        Self { chain, provider: provider() }
    }
}

type Verified<T> = std::result::Result<T, rustls::Error>;

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        revocation: &[u8],
        now: UnixTime,
    ) -> Verified<ServerCertVerified> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        match chain.verify_server_cert(certificate, others, name, revocation, now) {
            // The name is looked at last, when all else is right.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Verified<HandshakeSignatureValid> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Verified<HandshakeSignatureValid> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_driver_does_not_know_is_taken_out() {
        for url in ["postgres://h/d", "postgres://h/d?sslmode=prefer&user=ann", "host=h sslmode=disable dbname=d"] {
            assert_eq!(Asked::take_out(url), (url.to_owned(), Asked::default()), "{url}");
        }
        let (rest, asked) =
            Asked::take_out("postgres://h/d?user=ann&sslmode=verify-full&sslrootcert=/a%20b.pem&port=7");
        assert_eq!(rest, "postgres://h/d?user=ann&sslmode=require&port=7");
        assert_eq!(asked, Asked { check: Some(Check::ChainAndName), trusted: Some("/a b.pem".into()) });
        for place in ["postgres://h/d", "postgres://ann:s3cret?sslmode=disable@h/d"] {
            let (rest, asked) = Asked::take_out(&format!("{place}?sslmode=verify-ca"));
            assert_eq!((rest, asked.check), (format!("{place}?sslmode=require"), Some(Check::Chain)));
        }
    }

    #[test]
    fn a_socket_is_not_encrypted_and_has_no_address_beside_it() {
        let connector = |url: &str| {
            let mut config: Config = url.parse().unwrap();
            Asked::default().connector(&mut config).map(|_| config.get_ssl_mode())
        };
        let socket = "postgres:///d?host=/run/x&sslmode=require";
        assert_eq!(connector(socket).unwrap(), SslMode::Disable);
        assert_eq!(connector("postgres://h/d?hostaddr=127.0.0.1&sslmode=require").unwrap(), SslMode::Require);
        assert!(connector(&format!("{socket}&hostaddr=127.0.0.1")).is_err());
    }
}
