//! Whom to trust: how the server's certificate is looked at.

use crate::settings::{Settings, Tls};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore,
    SignatureScheme,
};
use std::path::Path;
use std::sync::Arc;
use toasty_dsl::error::{Error, ErrorKind, Result};

/// How TLS is spoken under these settings.
///
/// # Errors
/// `Configuration`, for a file that cannot be read or holds something else.
pub(crate) fn client_config(settings: &Settings) -> Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = match settings.tls {
        Tls::VerifyFull | Tls::Off => chain_and_name(settings, &provider)?,
        Tls::VerifyCa => Arc::new(AnyName(chain_and_name(settings, &provider)?)),
        Tls::EncryptWithoutVerification => Arc::new(Anybody(Arc::clone(&provider))),
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| {
            Error::new(ErrorKind::Configuration, "TLS cannot be set up")
                .with_server_detail(error.to_string())
        })?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    match (&settings.client_certificate, &settings.client_key) {
        (Some(certificate), Some(key)) => {
            let chain = certificates(certificate)?;
            let key =
                PrivateKeyDer::from_pem_file(key).map_err(|_| unreadable("a private key", key))?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|_| unreadable("the certificate that fits the key", certificate))
        }
        (None, None) => Ok(builder.with_no_client_auth()),
        (Some(_), None) | (None, Some(_)) => Err(Error::new(
            ErrorKind::Configuration,
            "a client's certificate and its key belong together, and one of them is not given",
        )),
    }
}

fn chain_and_name(
    settings: &Settings,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>> {
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots(settings)?), Arc::clone(provider))
        .build()
        .map_err(|_| {
            Error::new(
                ErrorKind::Configuration,
                "there is no root certificate to trust",
            )
            .with_advice("install the system's root certificates, or name a file by `ca`")
        })
}

fn roots(settings: &Settings) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    match &settings.ca {
        Some(path) => {
            for certificate in certificates(path)? {
                roots
                    .add(certificate)
                    .map_err(|_| unreadable("a root certificate", path))?;
            }
        }
        // A system holds old ones that nobody can read any more: those are left out.
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    Ok(roots)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    match read {
        Ok(certificates) => {
            let certificates: Vec<_> = certificates;
            if certificates.is_empty() {
                Err(unreadable("a certificate", path))
            } else {
                Ok(certificates)
            }
        }
        Err(_) => Err(unreadable("a certificate", path)),
    }
}

fn unreadable(what: &str, path: &Path) -> Error {
    Error::new(
        ErrorKind::Configuration,
        format!(
            "the file {} does not hold {what} in PEM, or cannot be read",
            path.display()
        ),
    )
}

/// Why a certificate was refused, and what to do.
pub(crate) fn refused(why: &CertificateError, place: &str) -> Error {
    let (what, advice) = match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            "has expired",
            "renew it at the server; check this machine's clock",
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("is not valid yet", "check this machine's clock")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            "is for another name",
            "connect by a name that the certificate is for; `tls = \"verify-ca\"` takes any name",
        ),
        CertificateError::UnknownIssuer => (
            "was issued by nobody who is trusted",
            "name the root that issued it by `ca = \"…\"`",
        ),
        _ => (
            "cannot be trusted",
            "look at the certificate; nothing was sent to the server",
        ),
    };
    Error::new(
        ErrorKind::Untrusted,
        format!("the certificate of the server at {place} {what}"),
    )
    .with_advice(advice)
}

/// The chain is verified, the name is not: `verify-ca`. The name is what is looked at last, so that whoever comes so far
/// has a chain that holds.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        match self
            .0
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        {
            Err(TlsError::InvalidCertificate(
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
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// Anybody is taken: `encrypt-without-verification`. Only that the other side holds the key of the certificate it shows is
/// still looked at.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
