//! How minted secrets are written: parts in base 62, joined by `_`, behind a prefix that tells their kind, closed by a checksum.
//!
//! The checksum lets a mistyped or truncated one be refused without touching the store; it proves nothing.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Digits that 32 bytes take, leading zeros included.
const SECRET_DIGITS: usize = 43;

/// Digits that 16 bytes take, leading zeros included.
const UID_DIGITS: usize = 22;

/// Digits of a checksum.
const CHECKSUM_DIGITS: usize = 6;

/// A number without leading zeros.
pub(crate) fn number(mut value: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(DIGITS[(value % 62) as usize]);
        value /= 62;
        if value == 0 {
            break;
        }
    }
    digits.reverse();
    String::from_utf8(digits).unwrap_or_default()
}

/// The number that [`number`] wrote; nothing else parses, leading zeros included.
pub(crate) fn parse_number(text: &str) -> Option<u64> {
    if text.is_empty() || text.len() > 11 || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.bytes().try_fold(0_u64, |value, byte| value.checked_mul(62)?.checked_add(u64::from(digit(byte)?)))
}

/// 32 bytes in exactly 43 digits.
pub(crate) fn secret(bytes: &[u8; 32]) -> Zeroizing<String> {
    fixed(bytes, SECRET_DIGITS)
}

/// The bytes that [`secret`] wrote.
pub(crate) fn parse_secret(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    parse_fixed(text, SECRET_DIGITS)
}

/// 16 bytes in exactly 22 digits; they sort as the bytes do.
pub(crate) fn uid(bytes: &[u8; 16]) -> String {
    fixed(bytes, UID_DIGITS).to_string()
}

/// The bytes that [`uid`] wrote.
pub(crate) fn parse_uid(text: &str) -> Option<[u8; 16]> {
    parse_fixed(text, UID_DIGITS).map(|bytes| *bytes)
}

fn fixed<const N: usize>(bytes: &[u8; N], digits: usize) -> Zeroizing<String> {
    let mut rest = Zeroizing::new(*bytes);
    let mut digits = Zeroizing::new(vec![0; digits]);
    for slot in digits.iter_mut().rev() {
        let mut carry = 0_u32;
        for byte in rest.iter_mut() {
            let value = carry << 8 | u32::from(*byte);
            *byte = (value / 62) as u8;
            carry = value % 62;
        }
        *slot = DIGITS[carry as usize];
    }
    Zeroizing::new(digits.iter().map(|digit| char::from(*digit)).collect())
}

fn parse_fixed<const N: usize>(text: &str, digits: usize) -> Option<Zeroizing<[u8; N]>> {
    if text.len() != digits {
        return None;
    }
    let mut bytes = Zeroizing::new([0_u8; N]);
    for byte in text.bytes() {
        let mut carry = u32::from(digit(byte)?);
        for slot in bytes.iter_mut().rev() {
            let value = u32::from(*slot) * 62 + carry;
            *slot = value as u8;
            carry = value >> 8;
        }
        if carry != 0 {
            return None;
        }
    }
    Some(bytes)
}

/// `body` with its checksum behind it.
pub(crate) fn sealed(body: &str) -> String {
    format!("{body}_{}", checksum(body))
}

/// What stands before the checksum, if the checksum is its own.
pub(crate) fn unsealed(text: &str) -> Option<&str> {
    let (body, given) = text.rsplit_once('_')?;
    (checksum(body) == given).then_some(body)
}

fn checksum(body: &str) -> String {
    let hash = Sha256::digest(body.as_bytes());
    let value = u64::from(u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]));
    format!("{:0>width$}", number(value), width = CHECKSUM_DIGITS)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'Z' => Some(byte - b'A' + 10),
        b'a'..=b'z' => Some(byte - b'a' + 36),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_secrets_read_back() {
        for value in [0, 1, 61, 62, 3843, u64::MAX] {
            assert_eq!(parse_number(&number(value)), Some(value));
        }
        for bytes in [[0; 32], [255; 32], [1; 32]] {
            assert_eq!(parse_secret(&secret(&bytes)).as_deref(), Some(&bytes));
        }
        for bytes in [[0; 16], [255; 16], [1; 16]] {
            assert_eq!(parse_uid(&uid(&bytes)), Some(bytes));
        }
    }

    #[test]
    fn nothing_else_parses() {
        for text in ["", "00", "-", "zzzzzzzzzzzz", "LygHa16AHYG", "é"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
        assert!(parse_secret(&"z".repeat(43)).is_none(), "more than 256 bits");
        assert!(parse_secret(&"0".repeat(42)).is_none());
        assert!(parse_uid(&"z".repeat(22)).is_none(), "more than 128 bits");
    }

    #[test]
    fn a_changed_character_shows() {
        let text = sealed("clr_1_0_abc");
        assert_eq!(unsealed(&text), Some("clr_1_0_abc"));
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            assert_eq!(unsealed(&String::from_utf8(bytes).unwrap()), None);
        }
    }
}
