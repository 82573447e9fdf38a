//! TLS to PostgreSQL: what is verified of the server's certificate, and what it is shown of ours.

use std::fs::{File, Metadata};
use std::io::BufReader;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, InconsistentKeys, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::OpenError;

/// What is verified of the server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verification {
    /// Nothing: against listeners alone.
    None,
    /// That an authority that is trusted issued it.
    Authority,
    /// That, and that it names the host.
    Full,
}

/// The files of the certificate that the server is shown, and of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IdentityFiles {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// What makes connections by TLS. Without `roots`, the certificates that the machine trusts are.
pub(super) fn connector(
    verification: Verification,
    roots: Option<&Path>,
    identity: Option<&IdentityFiles>,
) -> Result<MakeRustlsConnect, OpenError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| OpenError::Certificates(error.to_string()))?;
    let builder = match verification {
        Verification::Full => builder.with_root_certificates(trusted(roots)?),
        Verification::Authority | Verification::None => {
            let inner = match verification {
                Verification::Authority => {
                    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(trusted(roots)?), provider.clone()).build();
                    Some(verifier.map_err(|error| OpenError::Certificates(error.to_string()))?)
                }
                _ => None,
            };
            builder.dangerous().with_custom_certificate_verifier(Arc::new(AnyName { inner, provider: provider.clone() }))
        }
    };
    let Some(IdentityFiles { certificate, key }) = identity else {
        return Ok(MakeRustlsConnect::new(builder.with_no_client_auth()));
    };
    let unfit = |error: Error| OpenError::Certificates(format!("{} with the key {}: {error}", certificate.display(), key.display()));
    let own = CertifiedKey::new(certificates(certificate)?, provider.key_provider.load_private_key(private_key(key)?).map_err(unfit)?);
    // What else there is to say against the certificate, such as that its version is old, is PostgreSQL's to say.
    if let Err(error @ Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) = own.keys_match() {
        return Err(unfit(error));
    }
    Ok(MakeRustlsConnect::new(builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(own)))))
}

/// The certificates of a file, at least one.
fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, OpenError> {
    let wrong = |error: String| OpenError::Certificates(format!("{}: {error}", file.display()));
    let read: Result<Vec<_>, _> = CertificateDer::pem_file_iter(file).map_err(|error| wrong(error.to_string()))?.collect();
    let read = read.map_err(|error| wrong(error.to_string()))?;
    if read.is_empty() { Err(wrong("it holds no certificate".into())) } else { Ok(read) }
}

/// Reads a key from a file that nobody else may read: as in libpq, mode 0600 or less, or 0640 for a file of root.
fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, OpenError> {
    let wrong = |problem: String| OpenError::Certificates(format!("{}: {problem}", path.display()));
    let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
    // Of what was opened, whatever the name stands for meanwhile.
    let facts = file.metadata().map_err(|error| wrong(error.to_string()))?;
    if !facts.is_file() {
        return Err(wrong("it is no file".into()));
    }
    if is_open(facts.uid(), facts.mode()) {
        return Err(wrong(open_to_others(&facts)));
    }
    PrivateKeyDer::from_pem_reader(BufReader::new(file)).map_err(|error| match error {
        pem::Error::Io(error) => wrong(error.to_string()),
        // The others may quote what they found.
        _ => wrong("it holds no private key in PEM that is not encrypted".into()),
    })
}

const fn is_open(owner: u32, mode: u32) -> bool {
    mode & if owner == 0 { 0o037 } else { 0o077 } != 0
}

fn open_to_others(facts: &Metadata) -> String {
    let mode = facts.mode() & 0o7777;
    format!("others may read it (mode {mode:04o}): chmod 600, or 640 where it is root's")
}

fn trusted(roots: Option<&Path>) -> Result<RootCertStore, OpenError> {
    let mut store = RootCertStore::empty();
    let Some(file) = roots else {
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return if store.is_empty() { Err(OpenError::Certificates("the machine trusts none".into())) } else { Ok(store) };
    };
    for certificate in certificates(file)? {
        store.add(certificate).map_err(|error| OpenError::Certificates(format!("{}: {error}", file.display())))?;
    }
    Ok(store)
}

/// Verifies less than the name: the authority, or nothing.
#[derive(Debug)]
struct AnyName {
    inner: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(inner) = &self.inner else { return Ok(ServerCertVerified::assertion()) };
        match inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The name is looked at last: all else holds.
            Err(Error::InvalidCertificate(CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. })) => {
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_its_owners() {
        for (owner, mode, open) in [
            (1000, 0o100_600, false),
            (1000, 0o100_400, false),
            (1000, 0o100_640, true),
            (1000, 0o100_604, true),
            (0, 0o100_640, false),
            (0, 0o100_660, true),
            (0, 0o100_644, true),
            (0, 0o100_601, true),
        ] {
            assert_eq!(is_open(owner, mode), open, "{owner} {mode:o}");
        }
    }
}
