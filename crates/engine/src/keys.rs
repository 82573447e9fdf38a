//! The master key and everything derived from it (HKDF-SHA256, RFC 5869).
//!
//! Each purpose has its own key, labelled with a version, so that one can be replaced without touching the others and none of
//! them tells anything about another.

use aes::Aes128;
use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ids::SessionUid;
use crate::machine::api_keys::text::ApiKeySecret;
use crate::secret::{ClientSecret, ClientSecretHash, SessionSecret};

/// 256 bits from which all of this server's keys are derived. Without it the signing keys do not
/// open, and refresh tokens, client secrets, cursors and reference guids are void.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn derive<const N: usize>(&self, label: &str) -> [u8; N] {
        let mut key = [0; N];
        // Expansion fails only past 255 hashes (8160 bytes), and the longest key here has 32.
        if Hkdf::<Sha256>::new(Some(b"cloakroom"), &self.0).expand(label.as_bytes(), &mut key).is_err() {
            unreachable!("a derived key is far shorter than HKDF's limit");
        }
        key
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(redacted)")
    }
}

/// The keys in use, derived once at start.
pub struct Keyring {
    references: Aes128,
    cursor_positions: Aes128,
    cursor_seal: [u8; 32],
    fingerprints: [u8; 32],
    names: [u8; 32],
    client_secrets: [u8; 32],
    refresh_chain: [u8; 32],
    refresh_tokens: [u8; 32],
    mail_tokens: [u8; 32],
    authorization_codes: [u8; 32],
    signing_key_seal: [u8; 32],
    audit_chain: [u8; 32],
    audit_seals: [u8; 32],
    backup_seal: [u8; 32],
    token_contents: [u8; 32],
    browser_forms: [u8; 32],
    browser_flows: [u8; 32],
    provider_secrets: [u8; 32],
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring(redacted)")
    }
}

impl Keyring {
    pub fn derive(master: &MasterKey) -> Self {
        Self {
            references: Aes128::new(&Array::from(master.derive::<16>("session references v1"))),
            cursor_positions: Aes128::new(&Array::from(master.derive::<16>("cursor positions v1"))),
            cursor_seal: master.derive("cursor seal v1"),
            fingerprints: master.derive("credential fingerprints v1"),
            names: master.derive("sign-in names v1"),
            client_secrets: master.derive("client secrets v1"),
            refresh_chain: master.derive("refresh chain v1"),
            refresh_tokens: master.derive("refresh tokens v1"),
            mail_tokens: master.derive("mail tokens v1"),
            authorization_codes: master.derive("authorization codes v1"),
            signing_key_seal: master.derive("signing key seal v1"),
            audit_chain: master.derive("audit chain v1"),
            audit_seals: master.derive("audit seals v1"),
            backup_seal: master.derive("backup seal v1"),
            token_contents: master.derive("token contents v1"),
            browser_forms: master.derive("browser forms v1"),
            browser_flows: master.derive("browser flows v1"),
            provider_secrets: master.derive("identity provider secrets v1"),
        }
    }

    /// The reference guid of a session: its uid under a keyed permutation, so that nobody derives it from an id seen elsewhere.
    pub fn reference_guid(&self, uid: &SessionUid) -> [u8; 16] {
        let mut block = Array::from(*uid.as_bytes());
        self.references.encrypt_block(&mut block);
        block.into()
    }

    /// The uid behind a reference guid. Any 16 bytes have one: whether such a session exists only the store knows.
    pub fn session_of_reference(&self, guid: &[u8; 16]) -> SessionUid {
        let mut block = Array::from(*guid);
        self.references.decrypt_block(&mut block);
        SessionUid::from_bytes(block.into())
    }

    /// A name for a shown credential that logs and replies may carry: it tells two credentials apart and leads to neither.
    pub fn fingerprint(&self, secret: &SessionSecret) -> [u8; 8] {
        let mut short = [0; 8];
        short.copy_from_slice(&mac(&self.fingerprints, &[secret.expose()])[..8]);
        short
    }

    /// As [`Keyring::fingerprint`], of an API key.
    pub fn api_key_fingerprint(&self, secret: &ApiKeySecret) -> [u8; 8] {
        let mut short = [0; 8];
        short.copy_from_slice(&mac(&self.fingerprints, &[b"api key", secret.expose()])[..8]);
        short
    }

    /// Stands for a sign-in name in the failure counters, so that what strangers type is kept nowhere in clear.
    pub fn sign_in_name(&self, name: &str) -> [u8; 16] {
        let mut short = [0; 16];
        short.copy_from_slice(&mac(&self.names, &[name.as_bytes()])[..16]);
        short
    }

    /// Stands for a claimed client id, as [`Keyring::sign_in_name`] for a name.
    pub(crate) fn claimed_client(&self, client_id: &str) -> [u8; 16] {
        let mut short = [0; 16];
        short.copy_from_slice(&mac(&self.names, &[b"client", client_id.as_bytes()])[..16]);
        short
    }

    /// Whence the content keys of encrypted access tokens come.
    pub const fn token_contents(&self) -> [u8; 32] {
        self.token_contents
    }

    /// Under what the sign-in in progress of a browser is sealed.
    pub const fn browser_flows(&self) -> &[u8; 32] {
        &self.browser_flows
    }

    /// What a form carries that was made for whoever holds this secret: of a session, or of a sign-in in progress. It leads to neither.
    pub fn form_token(&self, purpose: &str, secret: &[u8; 16]) -> [u8; 32] {
        mac(&self.browser_forms, &[purpose.as_bytes(), secret])
    }

    /// What is kept of a client secret.
    pub fn client_secret_hash(&self, secret: &ClientSecret) -> ClientSecretHash {
        ClientSecretHash::from_bytes(mac(&self.client_secrets, &[secret.expose()]))
    }

    /// Vouches for the audit chain up to this link: who has the database alone cannot seal it anew.
    pub fn audit_voucher(&self, position: i64, hash: &[u8; 32]) -> [u8; 32] {
        mac(&self.audit_chain, &[&position.to_be_bytes(), hash])
    }

    /// Vouches for what the server did to the trail itself: what it minimised, what it let go.
    pub(crate) fn audit_seal(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let all: Vec<&[u8]> = std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()).collect();
        mac(&self.audit_seals, &all)
    }

    /// Vouches for a backup of so many bytes with this hash: who has the file alone cannot alter it unseen.
    pub fn backup_mac(&self, bytes: u64, digest: &[u8; 32]) -> [u8; 32] {
        mac(&self.backup_seal, &[b"content", &bytes.to_be_bytes(), digest])
    }

    /// A name for the key of [`Keyring::backup_mac`], which leads to nothing: it tells a wrong key from an altered backup.
    pub fn backup_key_name(&self) -> [u8; 8] {
        let mut short = [0; 8];
        short.copy_from_slice(&mac(&self.backup_seal, &[b"name"])[..8]);
        short
    }

    /// What is kept of the token of a mail.
    pub(crate) fn mail_token_hash(&self, token: &[u8; 32]) -> [u8; 32] {
        mac(&self.mail_tokens, &[token])
    }

    /// What is kept of an authorization code.
    pub(crate) fn authorization_code_hash(&self, code: &[u8; 32]) -> [u8; 32] {
        mac(&self.authorization_codes, &[code])
    }

    /// Vouches that a refresh token of this grant, generation and secret was made here. Its first 64 bits: a guess must be sent.
    pub(crate) fn refresh_token_mac(&self, grant: i64, generation: u32, secret: &[u8; 32]) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = mac(&self.refresh_tokens, &[&grant.to_be_bytes(), &generation.to_be_bytes(), secret]);
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    /// The child of a refresh token's secret: nobody without this key makes it.
    pub(crate) fn refresh_child(&self, parent: &[u8; 32]) -> [u8; 32] {
        mac(&self.refresh_chain, &[parent])
    }

    /// What the private halves of signing keys are encrypted under.
    pub(crate) const fn signing_key_seal(&self) -> &[u8; 32] {
        &self.signing_key_seal
    }

    /// What the secrets that identity providers know this server by are encrypted under.
    pub(crate) const fn provider_secrets(&self) -> &[u8; 32] {
        &self.provider_secrets
    }

    /// Seals a list position (one block) for exactly this `context` (caller, filters, side): 16 bytes hidden, 16 bytes seal.
    pub fn seal_cursor(&self, position: [u8; 16], context: &[u8]) -> [u8; 32] {
        let mut block = Array::from(position);
        self.cursor_positions.encrypt_block(&mut block);
        let hidden: [u8; 16] = block.into();
        let seal = mac(&self.cursor_seal, &[&hidden, context]);
        let mut sealed = [0; 32];
        sealed[..16].copy_from_slice(&hidden);
        sealed[16..].copy_from_slice(&seal[..16]);
        sealed
    }

    /// The position in a sealed cursor; `None` when it was altered, or made for another context or by another server.
    pub fn open_cursor(&self, sealed: &[u8; 32], context: &[u8]) -> Option<[u8; 16]> {
        let mut hidden = [0; 16];
        hidden.copy_from_slice(&sealed[..16]);
        let seal = mac(&self.cursor_seal, &[&hidden, context]);
        if !bool::from(seal[..16].ct_eq(&sealed[16..])) {
            return None;
        }
        let mut block = Array::from(hidden);
        self.cursor_positions.decrypt_block(&mut block);
        Some(block.into())
    }
}

/// HMAC-SHA256 over the parts, each preceded by its length so that no two splits collide.
fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) else {
        unreachable!("HMAC takes keys of any length");
    };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring(byte: u8) -> Keyring {
        Keyring::derive(&MasterKey::from_bytes([byte; 32]))
    }

    #[test]
    fn a_reference_leads_back_to_its_session_and_shows_nothing_of_it() {
        let keys = keyring(1);
        let uid = SessionUid::from_bytes([9; 16]);
        let guid = keys.reference_guid(&uid);
        assert_ne!(&guid, uid.as_bytes());
        assert_eq!(keys.session_of_reference(&guid), uid);
        assert_ne!(keyring(2).reference_guid(&uid), guid);
    }

    #[test]
    fn a_cursor_opens_only_where_it_was_made() {
        let keys = keyring(1);
        let sealed = keys.seal_cursor([5; 16], b"caller and filters");
        assert_eq!(keys.open_cursor(&sealed, b"caller and filters"), Some([5; 16]));
        assert_eq!(keys.open_cursor(&sealed, b"other filters"), None);
        assert_eq!(keyring(2).open_cursor(&sealed, b"caller and filters"), None);
        for bit in 0..256 {
            let mut altered = sealed;
            altered[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(keys.open_cursor(&altered, b"caller and filters"), None, "bit {bit}");
        }
    }

    #[test]
    fn every_purpose_has_its_own_key() {
        let keys = keyring(1);
        assert_ne!(keys.cursor_seal, keys.fingerprints);
        assert_ne!(keys.fingerprints, keys.names);
        assert_ne!(format!("{keys:?}"), format!("{:?}", keys.names));
    }
}
