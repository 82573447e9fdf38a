//! Every public id: how it is made, rendered and parsed. Nothing else in Cloakroom spells one.
//!
//! Each noun has two names: a number that the store assigns (`SessionNumber`: row identity, the `ID` of the authenticated
//! sessions surface) and a 128-bit uid that the engine makes (`SessionUid`: rendered `ses_…`). Both are safe in logs.

use crate::clock::Timestamp;
use crate::entropy::{Entropy, EntropyUnavailable, random};
use crate::text62;

/// Defines the two names of one noun.
macro_rules! identity {
    ($number:ident, $uid:ident, $prefix:literal, $noun:literal) => {
        #[doc = concat!("The number that the store gave to ", $noun, ".")]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $number(pub i64);

        #[doc = concat!("The public 128-bit uid of ", $noun, ", rendered `", $prefix, "_` and 26 characters of Crockford base 32.")]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $uid([u8; 16]);

        impl $uid {
            /// A new time-ordered uid (RFC 9562, version 7).
            ///
            /// # Errors
            /// When there is no randomness.
            pub fn mint(now: Timestamp, entropy: &dyn Entropy) -> Result<Self, EntropyUnavailable> {
                Ok(Self(time_ordered(now, random(entropy)?)))
            }

            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// Reads the rendered form; upper and lower case are the same. Nothing else parses.
            pub fn parse(text: &str) -> Option<Self> {
                let digits = text.strip_prefix(concat!($prefix, "_"))?;
                crockford_decode(digits).map(|uid| Self(uid.to_be_bytes()))
            }
        }

        impl std::fmt::Display for $uid {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!($prefix, "_"))?;
                f.write_str(std::str::from_utf8(&crockford_encode(u128::from_be_bytes(self.0))).unwrap_or_default())
            }
        }
    };
}

identity!(SessionNumber, SessionUid, "ses", "a session");
identity!(UserNumber, UserUid, "usr", "a user");
identity!(TenantNumber, TenantUid, "tnt", "a tenant");
identity!(PartnerNumber, PartnerUid, "prt", "a partner");
identity!(ApplicationNumber, ApplicationUid, "app", "a client application");
identity!(ClientSecretNumber, ClientSecretUid, "csc", "a secret of a client application");
identity!(IdentityProviderNumber, IdentityProviderUid, "idp", "an identity provider");
identity!(MassEndNumber, MassEndUid, "end", "a mass end");
identity!(ServiceAccountNumber, ServiceAccountUid, "sva", "a service account");

/// The number that the store gave to an API key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ApiKeyNumber(pub i64);

/// The public 128-bit uid of an API key, rendered `apk_` and 22 digits of base 62. The same digits stand in the text of the key
/// itself, so that a key that is found somewhere leads to its entry in a list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ApiKeyUid([u8; 16]);

impl ApiKeyUid {
    /// A new time-ordered uid (RFC 9562, version 7).
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn mint(now: Timestamp, entropy: &dyn Entropy) -> Result<Self, EntropyUnavailable> {
        Ok(Self(time_ordered(now, random(entropy)?)))
    }

    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The digits alone, as they stand in the text of the key.
    pub(crate) fn digits(&self) -> String {
        text62::uid(&self.0)
    }

    /// Reads what [`ApiKeyUid::digits`] wrote.
    pub(crate) fn parse_digits(digits: &str) -> Option<Self> {
        text62::parse_uid(digits).map(Self)
    }

    /// Reads the rendered form, in which case matters. Nothing else parses.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_digits(text.strip_prefix("apk_")?)
    }
}

impl std::fmt::Display for ApiKeyUid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "apk_{}", self.digits())
    }
}

/// The number of one email address of a user.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EmailNumber(pub i64);

/// RFC 9562 version 7: 48 bits of milliseconds, then randomness, so that new rows land at the end of an index.
fn time_ordered(now: Timestamp, random: [u8; 16]) -> [u8; 16] {
    let mut uid = random;
    uid[..6].copy_from_slice(&now.as_millis().to_be_bytes()[2..]);
    uid[6] = 0x70 | (uid[6] & 0x0f);
    uid[8] = 0x80 | (uid[8] & 0x3f);
    uid
}

const CROCKFORD: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

fn crockford_encode(mut value: u128) -> [u8; 26] {
    let mut digits = [0; 26];
    for digit in digits.iter_mut().rev() {
        *digit = CROCKFORD[(value & 31) as usize];
        value >>= 5;
    }
    digits
}

fn crockford_decode(digits: &str) -> Option<u128> {
    // 26 digits hold 130 bits: a first digit above 7 would name something that was never rendered.
    if digits.len() != 26 || digits.as_bytes()[0] > b'7' {
        return None;
    }
    digits.bytes().try_fold(0, |value, byte| {
        let digit = CROCKFORD.iter().position(|known| *known == byte.to_ascii_lowercase())?;
        Some(value << 5 | digit as u128)
    })
}

/// A session as session storage names it: `<owner>.<8 hex>.<8 hex>`, the 64 bits an invertible mix of its number. No secret: the
/// mix only keeps ids from looking like a count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StorageId {
    /// The owner's username, lower-case.
    pub owner: String,
    pub session: SessionNumber,
}

impl StorageId {
    /// Reads the rendered form from the right, since usernames may have dots; upper and lower case are the same.
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, low) = text.rsplit_once('.')?;
        let (owner, high) = rest.rsplit_once('.')?;
        let mixed = u64::from(half(high)?) << 32 | u64::from(half(low)?);
        let session = SessionNumber(unmixed(mixed).cast_signed());
        (!owner.is_empty()).then(|| Self { owner: owner.to_lowercase(), session })
    }
}

impl std::fmt::Display for StorageId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mixed = mixed(self.session.0.cast_unsigned());
        write!(f, "{}.{:08x}.{:08x}", self.owner, mixed >> 32, mixed & 0xffff_ffff)
    }
}

/// Exactly eight hexadecimal digits.
fn half(digits: &str) -> Option<u32> {
    let is_half = digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if is_half { u32::from_str_radix(digits, 16).ok() } else { None }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014): a bijection.
const fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

/// The inverse of [`mixed`]: its steps backwards, with the inverses of the factors modulo 2^64.
const fn unmixed(mut bits: u64) -> u64 {
    bits = (bits ^ bits >> 31 ^ bits >> 62).wrapping_mul(0x3196_42b2_d24d_8ec3);
    bits = (bits ^ bits >> 27 ^ bits >> 54).wrapping_mul(0x96de_1b17_3f11_9089);
    bits ^ bits >> 30 ^ bits >> 60
}

/// Renders 16 bytes as a lower-case, hyphenated GUID.
pub fn render_guid(bytes: &[u8; 16]) -> String {
    uuid::Uuid::from_bytes(*bytes).hyphenated().to_string()
}

/// Reads a hyphenated GUID in either case; no braces, no `urn:`, no bare hex.
pub fn parse_guid(text: &str) -> Option<[u8; 16]> {
    if text.len() != 36 {
        return None;
    }
    uuid::Uuid::try_parse(text).ok().map(uuid::Uuid::into_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_uid_survives_rendering_in_either_case() {
        let uid = SessionUid::mint(Timestamp::from_millis(1_700_000_000_000), &SeededEntropy::new(1)).unwrap();
        let text = uid.to_string();
        assert_eq!(text.len(), 30);
        assert_eq!(SessionUid::parse(&text), Some(uid));
        assert_eq!(SessionUid::parse(&text.to_uppercase().replace("SES_", "ses_")), Some(uid));
    }

    #[test]
    fn an_api_key_id_survives_rendering_in_its_own_case() {
        let uid = ApiKeyUid::mint(Timestamp::from_millis(1_700_000_000_000), &SeededEntropy::new(1)).unwrap();
        assert_eq!(ApiKeyUid::parse(&uid.to_string()), Some(uid));
        assert_ne!(ApiKeyUid::parse(&uid.to_string().to_uppercase().replace("APK_", "apk_")), Some(uid));
        for text in ["", "apk_", "sva_0000000000000000000000", "apk_zzzzzzzzzzzzzzzzzzzzzz", "0000000000000000000000"] {
            assert_eq!(ApiKeyUid::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_was_never_rendered_does_not_parse() {
        for text in ["", "ses_", "usr_00000000000000000000000000", "ses_80000000000000000000000000", "ses_0000000000000000000000000i"] {
            assert_eq!(SessionUid::parse(text), None, "{text}");
        }
        assert_eq!(SessionUid::parse("ses_é000000000000000000000000"), None);
    }

    #[test]
    fn uids_sort_by_time() {
        let entropy = SeededEntropy::new(2);
        let early = UserUid::mint(Timestamp::from_millis(1_000), &entropy).unwrap();
        let late = UserUid::mint(Timestamp::from_millis(2_000), &entropy).unwrap();
        assert!(early < late && early.to_string() < late.to_string());
    }

    #[test]
    fn a_storage_id_leads_back_to_its_session_whatever_the_name() {
        for number in (0..2000).chain([i64::MAX, i64::MIN, -1]) {
            for owner in ["ada", "a.b.00000000.11111111"] {
                let id = StorageId { owner: owner.into(), session: SessionNumber(number) };
                let text = id.to_string();
                assert_eq!(text.len(), owner.len() + 18);
                assert_eq!(StorageId::parse(&text), Some(id.clone()), "{text}");
                assert_eq!(StorageId::parse(&text.to_uppercase()), Some(id));
            }
        }
        let near = |number| StorageId { owner: "ada".into(), session: SessionNumber(number) }.to_string();
        assert_ne!(near(1)[..8], near(2)[..8]);
    }

    #[test]
    fn what_is_no_storage_id_does_not_parse() {
        for text in
            ["", "ada", "ada.00000001", ".00000000.00000001", "ada.0000000.000000001", "ada.+0000001.00000001", "ada.0000000g.00000001"]
        {
            assert_eq!(StorageId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_hyphenated_guids_parse() {
        let guid = render_guid(&[0xab; 16]);
        assert_eq!(guid, "abababab-abab-abab-abab-abababababab");
        assert_eq!(parse_guid(&guid.to_uppercase()), Some([0xab; 16]));
        for text in
            ["abababababababababababababababab", "{abababab-abab-abab-abab-abababababab}", "", "abababab-abab-abab-abab-ababababababa"]
        {
            assert_eq!(parse_guid(text), None, "{text}");
        }
    }
}
