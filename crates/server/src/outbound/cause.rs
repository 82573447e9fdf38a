//! Why a connection to a server of others failed, as far as the libraries tell it without quoting that server.

use std::error::Error;
use std::io;

use rustls::CertificateError;

/// What stood in the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// What is wrong with the certificate, as the end of a sentence about it.
    Certificate(&'static str),
    Io(io::ErrorKind),
}

/// The cause that is found in what `error` comes from.
pub fn cause(error: &(dyn Error + 'static)) -> Option<Cause> {
    let mut certificate = None;
    for source in std::iter::successors(error.source(), |&source| source.source()) {
        // What a TLS stream fails with, it wraps as an error of input and output.
        let wrapped = source.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let tls = source.downcast_ref::<rustls::Error>().or_else(|| wrapped?.downcast_ref::<rustls::Error>());
        if let Some(rustls::Error::InvalidCertificate(problem)) = tls {
            certificate = Some(Cause::Certificate(in_words(problem)));
        } else if let (None, Some(refused)) = (tls, source.downcast_ref::<io::Error>().filter(|_| wrapped.is_none())) {
            return Some(Cause::Io(refused.kind()));
        }
    }
    certificate
}

const fn in_words(problem: &CertificateError) -> &'static str {
    match problem {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "is not valid yet",
        CertificateError::UnknownIssuer => "is of an authority that this machine does not trust",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => "is for another name",
        CertificateError::Revoked => "was revoked",
        _ => "is not accepted",
    }
}
