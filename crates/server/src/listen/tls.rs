//! The certificate that the main listener shows, and its exchange while it serves.

use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::{Error as PemError, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{Error, ServerConfig};
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use crate::config::TlsMaterial;

/// What the listener speaks in TLS, most wanted first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// A certificate with its key, ready to be shown.
#[derive(Clone, Debug)]
pub struct Tls {
    /// What the library shows; [`RustlsConfig::reload_from_config`] exchanges it for connections to come.
    pub shown: RustlsConfig,
    /// When the certificate expires, in seconds since 1970.
    pub expires_at: i64,
}

/// Which of the two files is wrong, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsProblem {
    /// Whether it is the file of the certificate; else the file of the key.
    pub of_certificate: bool,
    pub why: &'static str,
}

const fn certificate(why: &'static str) -> TlsProblem {
    TlsProblem { of_certificate: true, why }
}

const fn key(why: &'static str) -> TlsProblem {
    TlsProblem { of_certificate: false, why }
}

impl Tls {
    /// # Errors
    /// A file without a certificate or key, an encrypted key, the key of another certificate, or what is no certificate for a server.
    pub fn new(material: &TlsMaterial) -> Result<Self, TlsProblem> {
        let (chain, private) = material;
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(chain).collect::<Result<_, _>>().map_err(|_| certificate("is not PEM"))?;
        let first = chain.first().ok_or(certificate("holds no certificate"))?;
        let expires_at = expiry(first).ok_or(certificate("holds no X.509 certificate"))?;
        let private = PrivateKeyDer::from_pem_slice(private).map_err(|error| match error {
            PemError::NoItemsFound if is_encrypted(private) => key("is encrypted: write it without a passphrase, `openssl pkey` does that"),
            PemError::NoItemsFound => key("holds no private key"),
            _ => key("is not PEM"),
        })?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
            .map_err(|error| match error {
                Error::InconsistentKeys(_) => key("is the key of another certificate"),
                Error::InvalidCertificate(_) => certificate("holds a certificate that TLS does not know"),
                _ => key("is of a kind that TLS does not know"),
            })?;
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        Ok(Self { shown: RustlsConfig::from_config(Arc::new(config)), expires_at })
    }
}

fn expiry(certificate: &CertificateDer<'_>) -> Option<i64> {
    let certificate = Certificate::from_der(certificate).ok()?;
    i64::try_from(certificate.tbs_certificate.validity.not_after.to_unix_duration().as_secs()).ok()
}

/// Whether the text holds a key under a passphrase, by PKCS #8 (RFC 5958) or as OpenSSL wrote it before.
fn is_encrypted(pem: &[u8]) -> bool {
    let holds = |words: &str| pem.windows(words.len()).any(|window| window == words.as_bytes());
    holds("BEGIN ENCRYPTED PRIVATE KEY") || holds("Proc-Type: 4,ENCRYPTED")
}
