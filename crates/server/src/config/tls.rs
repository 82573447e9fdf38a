//! The certificate and the key that TLS needs.

use std::path::Path;

use super::Server;

/// Certificate chain and private key, both PEM.
pub type TlsMaterial = (Vec<u8>, zeroize::Zeroizing<Vec<u8>>);

/// What TLS needs, read from the configured files; `None` when it is off.
///
/// # Errors
/// Which file cannot be read.
#[expect(clippy::disallowed_methods, reason = "the configuration reads the certificate and the key that it names")]
pub fn tls_material(server: &Server) -> Result<Option<TlsMaterial>, String> {
    let Some((certificate, key)) = server.tls_files() else { return Ok(None) };
    let read = |path: &Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    Ok(Some((read(certificate)?, zeroize::Zeroizing::new(read(key)?))))
}
