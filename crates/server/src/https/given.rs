//! `--tls-cert` and `--tls-key`: a certificate that somebody else has made.

use anyhow::{Context, bail};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use tokio_rustls::TlsAcceptor;

/// Reads both files. What is wrong with a key is not told in detail, for details may quote it.
pub(super) fn read(certificate: &Path, key: &Path) -> anyhow::Result<TlsAcceptor> {
    let chain = CertificateDer::pem_slice_iter(&bytes(certificate)?).collect::<Result<Vec<_>, _>>();
    let chain = chain.with_context(|| format!("could not use {}", certificate.display()))?;
    if chain.is_empty() {
        bail!("could not use {}: there is no PEM certificate in it", certificate.display());
    }
    let Ok(private) = PrivateKeyDer::from_pem_slice(&bytes(key)?) else {
        bail!("could not use {}: there is no PEM private key in it", key.display());
    };
    let both = || format!("could not use {} with {}", certificate.display(), key.display());
    super::acceptor((chain, private)).with_context(both)
}

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("could not read {}", path.display()))
}
