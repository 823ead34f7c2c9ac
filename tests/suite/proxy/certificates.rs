//! Certificates for tests, made anew each time: nothing that is secret lies anywhere.

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig};
use std::sync::Arc;

/// Somebody who issues certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
pub struct Identity {
    pub certificate: Certificate,
    pub key: KeyPair,
}

/// When a certificate is good.
#[derive(Clone, Copy)]
pub enum Valid {
    Now,
    NoMore,
    NotYet,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::new([]).expect("no names");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key");
        Authority(CertifiedIssuer::self_signed(params, key).expect("a root"))
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A server's certificate for this name or address.
    pub fn issue(&self, name: &str, valid: Valid) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(name, valid).signed_by(&key, &self.0);
        Identity {
            certificate: certificate.expect("a certificate"),
            key,
        }
    }

    /// The roots of a server that asks its clients for certificates.
    fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).expect("a root");
        Arc::new(roots)
    }
}

fn params(name: &str, valid: Valid) -> CertificateParams {
    let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    (params.not_before, params.not_after) = match valid {
        Valid::Now => (date_time_ymd(2000, 1, 1), date_time_ymd(2100, 1, 1)),
        Valid::NoMore => (date_time_ymd(2000, 1, 1), date_time_ymd(2001, 1, 1)),
        Valid::NotYet => (date_time_ymd(2099, 1, 1), date_time_ymd(2100, 1, 1)),
    };
    params
}

impl Identity {
    /// One that nobody has issued but itself.
    pub fn self_signed(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(name, Valid::Now).self_signed(&key);
        Identity {
            certificate: certificate.expect("a certificate"),
            key,
        }
    }

    /// One that shows the certificate of another one, whose key it does not have.
    pub fn stolen_from(other: &Identity) -> Self {
        Identity {
            certificate: other.certificate.clone(),
            key: KeyPair::generate().expect("a key"),
        }
    }

    /// A server that shows it.
    pub fn server(&self) -> Arc<ServerConfig> {
        let builder = builder().with_no_client_auth();
        Arc::new(builder.with_cert_resolver(self.shown()))
    }

    /// A server that shows it, and lets in who shows one of this authority.
    pub fn server_for_clients_of(&self, authority: &Authority) -> Arc<ServerConfig> {
        let provider = Arc::new(ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(authority.roots(), provider);
        let builder = builder().with_client_cert_verifier(verifier.build().expect("a verifier"));
        Arc::new(builder.with_cert_resolver(self.shown()))
    }

    /// Not by the usual way, which looks whether certificate and key belong together.
    fn shown(&self) -> Arc<Shown> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let key = ring::sign::any_supported_type(&key).expect("a key");
        let chain = vec![self.certificate.der().clone()];
        Arc::new(Shown(Arc::new(CertifiedKey::new(chain, key))))
    }
}

fn builder() -> rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier> {
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
}

#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}
