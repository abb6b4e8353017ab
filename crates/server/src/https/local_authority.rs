//! A certificate authority of this store alone: made once, so that clients need to be told but once to trust it.
//! Only its key and its own certificate are kept; what it issues is made anew at each start.

use super::Identity;
use anyhow::{Context, anyhow};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::net::IpAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long the authority may be trusted.
const AUTHORITY_TIME: Duration = Duration::from_secs(3_650 * DAY.as_secs());
/// How long a server may run without a restart: the most that clients accept of a private authority (Apple's do).
const LEAF_TIME: Duration = Duration::from_secs(825 * DAY.as_secs());
/// How far a client's clock may be behind.
const CLOCK_SKEW_MAX: Duration = DAY;

/// Names that every client may use: of this machine, and those that Microsoft's clients have built in, for whoever
/// points them here (login, token issuer and Graph; global cloud, US government, China). Few clients accept a wildcard
/// right below the top, so the names that suggest themselves there are listed too.
const NAMES: [&str; 16] = [
    "localhost",
    "*.localhost",
    "graph.localhost",
    "login.localhost",
    "127.0.0.1",
    "::1",
    "graph.microsoft.com",
    "login.microsoftonline.com",
    "login.windows.net",
    "sts.windows.net",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "login.microsoftonline.us",
    "microsoftgraph.chinacloudapi.cn",
    "login.chinacloudapi.cn",
    "login.partner.microsoftonline.cn",
];

const CERTIFICATE_FILE: &str = "ca.pem";
const KEY_FILE: &str = "ca.key";

/// The authority of one store.
pub(super) struct LocalAuthority {
    folder: PathBuf,
    key: KeyPair,
    /// Its own certificate, as PEM.
    certificate: String,
    is_kept: bool,
}

impl LocalAuthority {
    /// The authority that is kept in a folder; a new one when there is no such folder.
    pub(super) fn of(folder: PathBuf) -> anyhow::Result<Self> {
        let is_kept = folder.try_exists().with_context(|| format!("could not look at {}", folder.display()))?;
        if !is_kept {
            let key = KeyPair::generate().context("could not make a key")?;
            let own = params(&key).self_signed(&key).context("could not make a certificate")?;
            return Ok(Self { folder, key, certificate: own.pem(), is_kept });
        }
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))
        };
        let certificate = read(CERTIFICATE_FILE)?;
        // The cause is left out, for it may quote the key.
        let unusable = || anyhow!("could not use {}: it is no PEM private key", folder.join(KEY_FILE).display());
        let key = KeyPair::from_pem(&read(KEY_FILE)?).map_err(|_| unusable())?;
        Ok(Self { folder, key, certificate, is_kept })
    }

    /// Where the certificate is, for clients to trust.
    pub(super) fn certificate_path(&self) -> PathBuf {
        self.folder.join(CERTIFICATE_FILE)
    }

    /// A new certificate, with a new key, for a server at this address.
    pub(super) fn issue(&self, address: IpAddr) -> anyhow::Result<Identity> {
        let mut names: Vec<String> = NAMES.map(str::to_owned).to_vec();
        let name = address.to_string();
        // Nobody reaches a server by the address that stands for all of its addresses.
        if !address.is_unspecified() && !names.contains(&name) {
            names.push(name);
        }
        let key = KeyPair::generate().context("could not make a key")?;
        let mut leaf = CertificateParams::new(names).context("could not name the server")?;
        leaf.distinguished_name = named("Seatwright");
        (leaf.not_before, leaf.not_after) = valid_for(LEAF_TIME);
        leaf.is_ca = IsCa::ExplicitNoCa;
        leaf.use_authority_key_identifier_extension = true;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let leaf = leaf.signed_by(&key, &Issuer::new(params(&self.key), &self.key));
        let leaf = leaf.context("could not issue a certificate")?.der().clone();
        self.vouches_for(&leaf).with_context(|| {
            format!("could not use {}; remove the folder to have a new one made", self.certificate_path().display())
        })?;
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
        Ok((vec![leaf], key))
    }

    /// Whether whoever trusts the kept certificate accepts this one. Not so when it has expired, or when one of the
    /// two files is not the one that was kept.
    fn vouches_for(&self, leaf: &CertificateDer<'_>) -> anyhow::Result<()> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.certificate.as_bytes())?)?;
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), super::provider()).build()?;
        let name = ServerName::try_from("localhost")?;
        rustls::client::danger::ServerCertVerifier::verify_server_cert(
            verifier.as_ref(),
            leaf,
            &[],
            &name,
            &[],
            UnixTime::now(),
        )?;
        Ok(())
    }

    /// Writes down an authority that is new: all of it or nothing, the key for its owner's eyes only.
    pub(super) fn keep(&self) -> anyhow::Result<()> {
        if self.is_kept {
            return Ok(());
        }
        self.write().with_context(|| format!("could not make {}", self.folder.display()))
    }

    fn write(&self) -> anyhow::Result<()> {
        let parent = self.folder.parent().context("there is no folder around it")?;
        let half_made = tempfile::tempdir_in(parent)?;
        let whole = half_made.path().join("tls");
        DirBuilder::new().mode(0o755).create(&whole)?;
        write(&whole.join(KEY_FILE), 0o600, &self.key.serialize_pem())?;
        write(&whole.join(CERTIFICATE_FILE), 0o644, &self.certificate)?;
        Ok(std::fs::rename(&whole, &self.folder)?)
    }
}

fn write(path: &Path, mode: u32, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// What the authority says of itself. The name is derived from the key, so that a certificate issued later finds the
/// one that was kept: a name that is changed here is another authority to clients.
fn params(key: &KeyPair) -> CertificateParams {
    let mut own = CertificateParams::default();
    let identifier: String = own.key_identifier(key).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    own.distinguished_name = named(&format!("Seatwright local authority {identifier}"));
    (own.not_before, own.not_after) = valid_for(AUTHORITY_TIME);
    own.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    own.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    own
}

fn named(name: &str) -> rcgen::DistinguishedName {
    let mut names = rcgen::DistinguishedName::new();
    names.push(DnType::CommonName, name);
    names
}

/// From now on, in the type of a certificate's dates.
fn valid_for<Date: From<SystemTime>>(time: Duration) -> (Date, Date) {
    let now = SystemTime::now();
    ((now - CLOCK_SKEW_MAX).into(), (now + time).into())
}
