//! Tokens as JWTs (RFC 7519, RFC 9068): signed by aws-lc-rs with a key pair that is parsed once, verified by jsonwebtoken.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::SigningUnavailable;
use cloakroom_engine::machine::assertion_fault::AssertionFault;
use cloakroom_engine::tokens::access_token::{AccessTokenClaims, AssertionClaims, LONGEST_ACCESS_TOKEN, SigningKeyRecord, TokenCrypto};
use cloakroom_engine::tokens::id_token::{IdTokenClaims, IdTokenHint, LogoutTokenClaims};
use cloakroom_engine::tokens::{SigningKeyState, SigningPurpose, TokenAlgorithm};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{DecodingKey, Validation};
use parking_lot::RwLock;
use serde_json::Value;
use zeroize::Zeroizing;

use super::claims::Claims;
use super::client_keys;
use super::encryption::{open, seal};
use super::id_token::{IdClaims, LogoutClaims};
use super::id_token_ring::{IdTokenRing, signed};
use super::issuer::token_endpoint;
use super::key_pair::{Pair, generate, library_name};
use super::token_encryption::TokenEncryption;
use super::token_header::{AccessTokenType, Headers};

/// Signs and verifies for one issuer and audience.
pub struct Jwt {
    issuer: String,
    audience: String,
    encryption: Option<TokenEncryption>,
    access_type: AccessTokenType,
    previous: PreviousNames,
    ring: RwLock<Ring>,
}

/// What tokens named before, and may still name.
#[derive(Clone, Default, Debug)]
pub struct PreviousNames {
    pub issuers: Vec<String>,
    pub audiences: Vec<String>,
}

#[derive(Default)]
struct Ring {
    signing: Option<Signing>,
    verifying: Vec<Verifying>,
    id_tokens: IdTokenRing,
}

/// The active key, with the headers that its tokens begin with.
struct Signing {
    headers: Headers,
    pair: Pair,
}

struct Verifying {
    /// The only headers of this key's tokens: whatever says anything else, `crit` and `jku` included, is not ours.
    headers: Headers,
    public: DecodingKey,
    validation: Validation,
}

impl Jwt {
    /// `encryption`: tokens are encrypted around the signature (RFC 7519 appendix A.2).
    pub fn new(issuer: String, audience: String, encryption: Option<TokenEncryption>) -> Self {
        let previous = PreviousNames::default();
        Self { issuer, audience, encryption, access_type: AccessTokenType::AtJwt, previous, ring: RwLock::default() }
    }

    /// Tokens of these names are taken, too; none is made.
    #[must_use]
    pub fn also_taking(self, previous: PreviousNames) -> Self {
        Self { previous, ..self }
    }

    fn audiences(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.audience).chain(&self.previous.audiences).map(String::as_str)
    }

    fn issuers(&self) -> Vec<&str> {
        std::iter::once(&self.issuer).chain(&self.previous.issuers).map(String::as_str).collect()
    }

    /// Access tokens have this type; those of RFC 9068 are taken all the same, so that a change to another signs nobody out.
    #[must_use]
    pub fn typed(self, access_type: AccessTokenType) -> Self {
        Self { access_type, ..self }
    }

    fn verifying(&self, key: &SigningKeyRecord) -> Option<Verifying> {
        let jwk: Jwk = serde_json::from_str(&key.public_jwk).ok()?;
        let mut validation = Validation::new(library_name(key.algorithm));
        validation.set_issuer(&self.issuers());
        // Whoever it is for: the engine decides whether that is us.
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["iss", "sub", "aud", "exp", "nbf"]);
        // Times are judged by the engine's clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Some(Verifying { headers: Headers::of(key, self.access_type)?, public: DecodingKey::from_jwk(&jwk).ok()?, validation })
    }
}

impl TokenCrypto for Jwt {
    fn generate(&self, algorithm: TokenAlgorithm, key: &[u8; 32], now: Timestamp) -> Result<SigningKeyRecord, SigningUnavailable> {
        let (private, mut public) = generate(algorithm).ok_or(SigningUnavailable("no key pair could be made"))?;
        let jwk: Jwk = serde_json::from_value(public.clone()).map_err(|_| SigningUnavailable("a new public key cannot be read"))?;
        // The key's name is its thumbprint (RFC 7638), so that it needs no register.
        let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| SigningUnavailable("a new key has no thumbprint"))?;
        public["kid"] = Value::from(kid.as_str());
        let sealed_private = seal(key, kid.as_bytes(), &private).ok_or(SigningUnavailable("a new private key cannot be encrypted"))?;
        Ok(SigningKeyRecord {
            algorithm,
            purpose: SigningPurpose::AccessTokens,
            state: SigningKeyState::Next,
            public_jwk: public.to_string(),
            sealed_private,
            created_at: now,
            state_since: now,
            kid,
        })
    }

    fn install(&self, keys: &[SigningKeyRecord], key: &[u8; 32]) -> Result<(), SigningUnavailable> {
        let mut ring = Ring::default();
        for record in keys {
            let known = match record.purpose {
                SigningPurpose::AccessTokens => self.verifying(record).map(|known| ring.verifying.push(known)),
                SigningPurpose::IdTokens => ring.id_tokens.know(record, &self.issuers()),
            };
            known.ok_or(SigningUnavailable("a public key cannot be read"))?;
            if record.state == SigningKeyState::Active {
                let private = open(key, record.kid.as_bytes(), &record.sealed_private);
                let private = private.ok_or(SigningUnavailable("a private key does not open under this master key"))?;
                let pair = Pair::parse(record.algorithm, &private).ok_or(SigningUnavailable("a private key cannot be read"))?;
                let named = match record.purpose {
                    SigningPurpose::AccessTokens => {
                        Headers::of(record, self.access_type).map(|headers| ring.signing = Some(Signing { headers, pair }))
                    }
                    SigningPurpose::IdTokens => ring.id_tokens.sign_with(record, pair),
                };
                named.ok_or(SigningUnavailable("a header cannot be written"))?;
            }
        }
        *self.ring.write() = ring;
        Ok(())
    }

    fn sign(&self, claims: &AccessTokenClaims) -> Result<String, SigningUnavailable> {
        let ring = self.ring.read();
        let Signing { headers, pair } = ring.signing.as_ref().ok_or(SigningUnavailable("there is no active key"))?;
        let header = headers.of_kind(claims);
        let token = signed(header, &Claims::written(claims, self.issuer.clone(), &self.audience), pair)?;
        match &self.encryption {
            Some(encryption) => encryption.encrypt(token).ok_or(SigningUnavailable("a token could not be encrypted")),
            None => Ok(token),
        }
    }

    fn verify(&self, token: &str) -> Option<AccessTokenClaims> {
        if token.len() > LONGEST_ACCESS_TOKEN {
            return None;
        }
        let signed = match &self.encryption {
            Some(encryption) if encryption.is_required() || is_encrypted(token) => encryption.decrypt(token)?,
            Some(_) | None => Zeroizing::new(token.to_owned()),
        };
        let header = signed.split('.').next()?;
        let ring = self.ring.read();
        let known = ring.verifying.iter().find(|known| known.headers.have(header))?;
        let claims = jsonwebtoken::decode::<Claims>(&*signed, &known.public, &known.validation).ok()?.claims;
        // The type and the claims say the same of what kind it is.
        claims.decoded(|name| self.audiences().any(|ours| ours == name)).filter(|claims| known.headers.go_with(header, claims))
    }

    fn names_us(&self, name: &str) -> bool {
        self.audiences().chain(self.issuers()).any(|ours| ours == name)
    }

    fn verify_assertion(&self, assertion: &str, jwks: Option<&str>) -> Result<AssertionClaims, AssertionFault> {
        let issuers = self.issuers();
        let endpoints: Vec<_> = issuers.iter().map(|issuer| token_endpoint(issuer)).collect();
        let audiences: Vec<_> = issuers.into_iter().chain(endpoints.iter().map(String::as_str)).collect();
        client_keys::verify(assertion, jwks, &audiences)
    }

    fn sign_id_token(&self, claims: &IdTokenClaims, algorithm: TokenAlgorithm) -> Result<String, SigningUnavailable> {
        self.ring.read().id_tokens.sign_id_token(&IdClaims::written(claims, &self.issuer, algorithm), algorithm)
    }

    fn sign_logout_token(&self, claims: &LogoutTokenClaims, algorithm: TokenAlgorithm) -> Result<String, SigningUnavailable> {
        self.ring.read().id_tokens.sign_logout_token(&LogoutClaims::written(claims, &self.issuer), algorithm)
    }

    fn verify_id_token_hint(&self, token: &str) -> Option<IdTokenHint> {
        self.ring.read().id_tokens.hint(token)
    }

    fn encrypt(&self, key: &[u8; 32], context: &[u8], secret: &[u8]) -> Result<Vec<u8>, SigningUnavailable> {
        seal(key, context, secret).ok_or(SigningUnavailable("a secret cannot be encrypted"))
    }

    fn decrypt(&self, key: &[u8; 32], context: &[u8], encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        open(key, context, encrypted)
    }
}

/// Whether a token has the five parts of an encrypted one (RFC 7516 section 9).
fn is_encrypted(token: &str) -> bool {
    token.split('.').count() == 5
}

#[cfg(test)]
mod tests {
    use cloakroom_engine::directory::PlatformRole;
    use cloakroom_engine::ids::{ApplicationUid, SessionUid, TenantUid, UserUid};
    use cloakroom_engine::machine::application::ApplicationEpochs;
    use cloakroom_engine::sessions::Authentication;
    use cloakroom_engine::sessions::metadata::SessionMetadata;
    use cloakroom_engine::tokens::access_token::{ApplicationBound, SessionBound, StorageBound, TokenSubject};
    use cloakroom_engine::tokens::audience::Audience;
    use cloakroom_engine::tokens::{Generation, GrantNumber};

    use super::super::encryption_key::EncryptionKey;
    use super::super::token_encryption::EncryptionKeys;
    use super::*;

    const SEAL: [u8; 32] = [9; 32];

    fn claims() -> AccessTokenClaims {
        AccessTokenClaims {
            subject: TokenSubject::User(bound()),
            audience: Audience::default(),
            scope: vec!["admin:read".into()],
            authentication: Some(Authentication::by_password(Timestamp::from_millis(1_699_999_000_000))),
            session_metadata: None,
            token_uid: [6; 16],
            issued_at: Timestamp::from_millis(1_700_000_000_000),
            expires_at: Timestamp::from_millis(1_700_001_200_000),
        }
    }

    /// Only users prove anything.
    fn of(subject: TokenSubject) -> AccessTokenClaims {
        let has_user = matches!(subject, TokenSubject::User(_) | TokenSubject::Delegate(..));
        let authentication = claims().authentication.filter(|_| has_user);
        let members = || SessionMetadata::new(vec![("seat".into(), "[7,{}]".into()), ("tier".into(), r#""g\"old\n""#.into())]).unwrap();
        let session_metadata = matches!(subject, TokenSubject::Delegate(..)).then(members);
        AccessTokenClaims { subject, authentication, session_metadata, ..claims() }
    }

    fn bound() -> SessionBound {
        SessionBound {
            user: UserUid::from_bytes([1; 16]),
            session: SessionUid::from_bytes([2; 16]),
            grant: GrantNumber(3),
            generation: Generation(4),
            tenant: Some(TenantUid::from_bytes([5; 16])),
            role: PlatformRole::TenantAdmin,
        }
    }

    fn jwt(issuer: &str, audience: &str, algorithm: TokenAlgorithm) -> (Jwt, SigningKeyRecord) {
        let jwt = Jwt::new(issuer.into(), audience.into(), None);
        let key = jwt.generate(algorithm, &SEAL, Timestamp::from_millis(0)).unwrap();
        let key = SigningKeyRecord { state: SigningKeyState::Active, ..key };
        jwt.install(std::slice::from_ref(&key), &SEAL).unwrap();
        (jwt, key)
    }

    #[test]
    fn every_algorithm_signs_what_it_verifies() {
        for algorithm in TokenAlgorithm::ALL {
            let (jwt, _) = jwt("https://issuer", "cloakroom", *algorithm);
            let token = jwt.sign(&claims()).unwrap();
            assert_eq!(jwt.verify(&token), Some(claims()), "{algorithm:?}");
        }
    }

    #[test]
    fn every_kind_of_token_is_read_as_what_it_was_written_as() {
        let (jwt, _) = jwt("https://issuer", "cloakroom", TokenAlgorithm::EdDsa);
        let epochs = ApplicationEpochs { server: 0, partner: None, tenant: Some(2), application: 3 };
        let (application, client_id) = (ApplicationUid::from_bytes([8; 16]), "shop".to_owned());
        let own = ApplicationBound { application, client_id: client_id.clone(), tenant: None, epochs };
        let kept = StorageBound { session: SessionUid::from_bytes([2; 16]), client_id: client_id.clone(), tenant: bound().tenant };
        let subjects = [
            TokenSubject::User(bound()),
            TokenSubject::Delegate(bound(), client_id),
            TokenSubject::Application(own),
            TokenSubject::Storage(kept),
        ];
        for subject in subjects {
            let claims = of(subject);
            assert_eq!(jwt.verify(&jwt.sign(&claims).unwrap()), Some(claims));
        }
    }

    #[test]
    fn a_change_of_the_type_goes_on_taking_the_standard_one_and_no_type_of_another_kind() {
        let (standard, key) = jwt("https://issuer", "cloakroom", TokenAlgorithm::Es256);
        let plain = Jwt::new("https://issuer".into(), "cloakroom".into(), None).typed(AccessTokenType::Jwt);
        plain.install(&[key], &SEAL).unwrap();
        let kept = StorageBound { session: SessionUid::from_bytes([2; 16]), client_id: "shop".into(), tenant: None };
        let kept = of(TokenSubject::Storage(kept));
        assert_eq!(plain.verify(&standard.sign(&claims()).unwrap()), Some(claims()));
        assert_eq!(plain.verify(&plain.sign(&claims()).unwrap()), Some(claims()));
        assert_eq!(plain.verify(&plain.sign(&kept).unwrap()), Some(kept.clone()));
        assert_eq!(standard.verify(&plain.sign(&claims()).unwrap()), None);
        standard.ring.write().signing.as_mut().unwrap().headers.storage = header_of(&standard);
        assert_eq!(plain.verify(&standard.sign(&kept).unwrap()), None, "a token of another kind under the older type");
    }

    fn header_of(jwt: &Jwt) -> String {
        jwt.ring.read().signing.as_ref().unwrap().headers.access.clone()
    }

    #[test]
    fn claims_under_the_type_of_another_kind_are_refused() {
        let (jwt, _) = jwt("https://issuer", "cloakroom", TokenAlgorithm::Es256);
        let kept = StorageBound { session: SessionUid::from_bytes([2; 16]), client_id: "shop".into(), tenant: None };
        for claims in [claims(), of(TokenSubject::Storage(kept))] {
            let mut ring = jwt.ring.write();
            let headers = &mut ring.signing.as_mut().unwrap().headers;
            std::mem::swap(&mut headers.access, &mut headers.storage);
            drop(ring);
            let misnamed = jwt.sign(&claims).unwrap();
            assert_eq!(jwt.verify(&misnamed), None);
            let mut ring = jwt.ring.write();
            let headers = &mut ring.signing.as_mut().unwrap().headers;
            std::mem::swap(&mut headers.access, &mut headers.storage);
            drop(ring);
            assert_eq!(jwt.verify(&jwt.sign(&claims).unwrap()), Some(claims));
        }
    }

    #[test]
    fn encrypted_tokens_show_no_claim_and_nothing_else_is_taken() {
        let (plain, key) = jwt("https://issuer", "cloakroom", TokenAlgorithm::Es256);
        let keys = EncryptionKeys { current: Some(EncryptionKey::shared([7; 32].into())), previous: Vec::new() };
        let encrypted = Jwt::new("https://issuer".into(), "cloakroom".into(), Some(TokenEncryption::new(keys, [5; 32])));
        encrypted.install(&[key], &SEAL).unwrap();
        let token = encrypted.sign(&claims()).unwrap();
        assert_eq!(token.split('.').count(), 5);
        assert_eq!(encrypted.verify(&token), Some(claims()));
        assert_eq!(encrypted.verify(&plain.sign(&claims()).unwrap()), None);
        assert_eq!(plain.verify(&token), None);
    }

    #[test]
    fn other_issuers_audiences_keys_and_seals_are_refused() {
        let (jwt_a, key) = jwt("https://issuer", "cloakroom", TokenAlgorithm::Es256);
        let token = jwt_a.sign(&claims()).unwrap();
        for (issuer, audience) in [("https://other", "cloakroom"), ("https://issuer", "other")] {
            let other = Jwt::new(issuer.into(), audience.into(), None);
            other.install(std::slice::from_ref(&key), &SEAL).unwrap();
            assert_eq!(other.verify(&token), None);
        }
        let (stranger, _) = jwt("https://issuer", "cloakroom", TokenAlgorithm::Es256);
        assert_eq!(stranger.verify(&token), None);
        assert!(jwt_a.install(&[key], &[1; 32]).is_err(), "another master key");
        assert_eq!(jwt_a.verify(&token), Some(claims()), "and what was in use stays in use");
    }

    #[test]
    fn previous_names_and_keys_are_taken_and_never_given() {
        let (before, key) = jwt("https://old", "old", TokenAlgorithm::Es256);
        let previous = PreviousNames { issuers: vec!["https://old".into()], audiences: vec!["old".into()] };
        let after = Jwt::new("https://new".into(), "new".into(), None).also_taking(previous);
        after.install(std::slice::from_ref(&key), &SEAL).unwrap();
        assert_eq!(after.verify(&before.sign(&claims()).unwrap()), Some(claims()));
        assert_eq!(before.verify(&after.sign(&claims()).unwrap()), None);
        let encryption = |current, previous| Some(TokenEncryption::new(EncryptionKeys { current, previous }, [5; 32]));
        let shared = || EncryptionKey::shared([7; 32].into());
        let encrypting = Jwt::new("https://new".into(), "new".into(), encryption(Some(shared()), Vec::new()));
        let switched_off = Jwt::new("https://new".into(), "new".into(), encryption(None, vec![shared()]));
        for jwt in [&encrypting, &switched_off] {
            jwt.install(std::slice::from_ref(&key), &SEAL).unwrap();
        }
        assert_eq!(switched_off.verify(&encrypting.sign(&claims()).unwrap()), Some(claims()));
        assert_eq!(switched_off.verify(&switched_off.sign(&claims()).unwrap()), Some(claims()));
        assert_eq!(after.verify(&encrypting.sign(&claims()).unwrap()), None);
    }

    #[test]
    fn every_altered_byte_is_seen() {
        let (jwt, _) = jwt("https://issuer", "cloakroom", TokenAlgorithm::EdDsa);
        let token = jwt.sign(&claims()).unwrap();
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(jwt.verify(&String::from_utf8(bytes).unwrap()), None, "byte {at}");
        }
    }
}
