//! Whether connections are encrypted, and who must be at the other end: `sslmode` and `sslrootcert` of the URL, with the
//! meaning that libpq gives them. The driver itself knows no `verify-ca`, `verify-full` and `sslrootcert`.

use super::connection::{Failure, Result};
use percent_encoding::percent_decode_str;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_postgres::config::{Config, Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;
use x509_cert::der::Decode as _;

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

    /// Has each server a name where the URL gives addresses only: the driver wants one for every handshake, whether or not
    /// anybody looks for it in a certificate.
    pub(super) fn name_hosts(&self, config: &mut Config) -> Result<()> {
        if !config.get_hosts().is_empty() {
            return Ok(());
        }
        let addresses = config.get_hostaddrs().to_vec();
        if !addresses.is_empty() && self.check == Some(Check::ChainAndName) {
            return refused(
                "sslmode=verify-full needs a host, whose name the certificate must have; hostaddr is no name",
            );
        }
        for address in addresses {
            config.host(address.to_string());
        }
        Ok(())
    }

    /// What makes connections encrypted. On a socket none is, whatever was asked for: nobody is in between.
    pub(super) fn connector(&self, config: &mut Config) -> Result<MakeRustlsConnect> {
        let mode = config.get_ssl_mode();
        let is_forced = mode == SslMode::Require;
        let tls = match (&self.trusted, self.check) {
            (Some(_), _) if !is_forced => {
                return refused("sslrootcert is for sslmode=require, verify-ca and verify-full");
            }
            (Some(file), check) => encrypted(Verifier::new(Some(Trusted::read(file, check.unwrap_or(Check::Chain))?))),
            (None, Some(_)) => {
                return refused("sslmode=verify-ca and verify-full need sslrootcert=FILE, the certificates to trust");
            }
            (None, None) => encrypted(Verifier::new(None)),
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

fn encrypted(verifier: Verifier) -> Result<MakeRustlsConnect> {
    let versions = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let versions = versions.map_err(|error| Failure::Refused(error.to_string()))?;
    let mut config = versions.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

/// Whom to trust, and for what.
#[derive(Debug)]
struct Trusted {
    check: Check,
    certificates: Vec<CertificateDer<'static>>,
    /// Looks for a chain to one of them.
    chain: Arc<WebPkiServerVerifier>,
}

impl Trusted {
    /// The certificates in a PEM file.
    fn read(file: &Path, check: Check) -> Result<Self> {
        let unusable = |why: &dyn Display| Failure::Refused(format!("could not use {}: {why}", file.display()));
        let text = std::fs::read(file).map_err(|error| unusable(&error))?;
        let certificates = CertificateDer::pem_slice_iter(&text).collect::<std::result::Result<Vec<_>, _>>();
        let certificates = certificates.map_err(|error| unusable(&error))?;
        if certificates.is_empty() {
            return Err(unusable(&"there is no PEM certificate in it"));
        }
        let mut roots = RootCertStore::empty();
        for certificate in &certificates {
            roots.add(certificate.clone()).map_err(|error| unusable(&error))?;
        }
        let chain = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build();
        Ok(Self { check, certificates, chain: chain.map_err(|error| unusable(&error))? })
    }

    /// Looks at the dates and the name of a server's certificate that is trusted itself. Nobody needs to have made it: it may
    /// well be its own authority.
    fn verify_itself(&self, certificate: &CertificateDer<'_>, name: &ServerName<'_>, now: UnixTime) -> Verified<()> {
        verify_dates(certificate, now)?;
        match self.check {
            Check::Chain => Ok(()),
            Check::ChainAndName => verify_server_name(&ParsedCertificate::try_from(certificate)?, name),
        }
    }
}

/// Whether a certificate is valid at this time.
fn verify_dates(certificate: &CertificateDer<'_>, time: UnixTime) -> Verified<()> {
    let read = x509_cert::Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding)?;
    let [not_before, not_after] = [read.tbs_certificate.validity.not_before, read.tbs_certificate.validity.not_after]
        .map(|date| UnixTime::since_unix_epoch(date.to_unix_duration()));
    if time < not_before {
        return Err(CertificateError::NotValidYetContext { time, not_before }.into());
    }
    if time > not_after {
        return Err(CertificateError::ExpiredContext { time, not_after }.into());
    }
    Ok(())
}

/// Looks at a certificate as far as there is somebody to trust. Whoever sends it has its key in any case.
#[derive(Debug)]
struct Verifier {
    trusted: Option<Trusted>,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn new(trusted: Option<Trusted>) -> Self {
        Self { trusted, provider: provider() }
    }
}

type Verified<T> = std::result::Result<T, rustls::Error>;

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        revocation: &[u8],
        now: UnixTime,
    ) -> Verified<ServerCertVerified> {
        let Some(trusted) = &self.trusted else { return Ok(ServerCertVerified::assertion()) };
        if trusted.certificates.iter().any(|known| known == certificate) {
            return trusted.verify_itself(certificate, name, now).map(|()| ServerCertVerified::assertion());
        }
        match trusted.chain.verify_server_cert(certificate, others, name, revocation, now) {
            // The name is looked at last, when all else is right.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if trusted.check == Check::Chain => Ok(ServerCertVerified::assertion()),
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
    use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, KeyPair, date_time_ymd};
    use std::time::Duration;

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

    /// A certificate that signed itself, as an authority or not, from one year to another, and another one just like it.
    fn self_signed(is_ca: IsCa, from: i32, to: i32) -> [Certificate; 2] {
        let mut wanted = CertificateParams::new(["db.example".to_owned()]).unwrap();
        wanted.is_ca = is_ca;
        (wanted.not_before, wanted.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
        [(); 2].map(|()| wanted.self_signed(&KeyPair::generate().unwrap()).unwrap())
    }

    /// What is said of a server at this name that shows a certificate, in 2030, when another one is in the file.
    fn said_of(shown: &Certificate, trusted: &Certificate, check: Check, name: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("root.pem");
        std::fs::write(&file, trusted.pem()).unwrap();
        let verifier = Verifier::new(Some(Trusted::read(&file, check).unwrap()));
        let now = UnixTime::since_unix_epoch(Duration::from_secs(1_893_456_000));
        let name = ServerName::try_from(name).unwrap();
        verifier
            .verify_server_cert(shown.der(), &[], &name, &[], now)
            .map_or_else(|no| no.to_string(), |_| String::new())
    }

    #[test]
    fn a_certificate_that_is_in_the_file_itself_is_trusted_whoever_made_it() {
        for is_ca in [IsCa::Ca(BasicConstraints::Unconstrained), IsCa::ExplicitNoCa, IsCa::NoCa] {
            let [own, twin] = self_signed(is_ca, 2029, 2031);
            for check in [Check::Chain, Check::ChainAndName] {
                assert_eq!(said_of(&own, &own, check, "db.example"), "", "{is_ca:?}");
                // The same but for its key, and so for its bytes.
                assert_ne!(said_of(&twin, &own, check, "db.example"), "", "{is_ca:?}");
            }
            assert_eq!(said_of(&own, &own, Check::Chain, "db.other"), "");
            assert!(said_of(&own, &own, Check::ChainAndName, "db.other").contains("not valid for name \"db.other\""));
        }
    }

    #[test]
    fn a_certificate_that_is_in_the_file_itself_has_its_time() {
        for is_ca in [IsCa::Ca(BasicConstraints::Unconstrained), IsCa::NoCa] {
            let [early, _] = self_signed(is_ca, 2031, 2032);
            let [late, _] = self_signed(is_ca, 2028, 2029);
            for check in [Check::Chain, Check::ChainAndName] {
                assert!(said_of(&early, &early, check, "db.example").contains("certificate not valid yet"));
                assert!(said_of(&late, &late, check, "db.example").contains("certificate expired"));
            }
        }
    }

    #[test]
    fn an_address_is_enough_where_nobody_looks_at_the_name() {
        let named = |url: &str| {
            let (url, asked) = Asked::take_out(url);
            let mut config: Config = url.parse().unwrap();
            asked
                .name_hosts(&mut config)
                .map(|()| config.get_hosts().to_vec())
                .map_err(|failure| format!("{failure:?}"))
        };
        let addresses = "postgres:///d?hostaddr=127.0.0.1,::1";
        let hosts = ["127.0.0.1", "::1"].map(|address| Host::Tcp(address.to_owned())).to_vec();
        for mode in ["", "&sslmode=disable", "&sslmode=require", "&sslmode=verify-ca"] {
            assert_eq!(named(&format!("{addresses}{mode}")).as_ref(), Ok(&hosts), "{mode}");
        }
        let refused = named(&format!("{addresses}&sslmode=verify-full")).unwrap_err();
        assert!(refused.contains("verify-full needs a host"), "{refused}");
        let given = vec![Host::Tcp("h".to_owned())];
        assert_eq!(named("postgres://h/d?hostaddr=127.0.0.1&sslmode=verify-full"), Ok(given));
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
