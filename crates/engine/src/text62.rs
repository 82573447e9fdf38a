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

/// Digits that 64 bits take at most.
const NUMBER_DIGITS: usize = 11;

/// Digits of a checksum.
const CHECKSUM_DIGITS: usize = 6;

/// Digits that are written and read at once, as one number below [`GROUP`].
const GROUP_DIGITS: usize = 5;
/// 62 to the power of that: just below 2 to the power of 30, so that a digit of 32 bits times it, and more, fits into 64.
const GROUP: u64 = 62_u64.pow(GROUP_DIGITS as u32);

/// What a digit stands for, by its byte; [`NO_DIGIT`] for whatever is none.
const VALUES: [u8; 256] = values();
const NO_DIGIT: u8 = 0xff;

const fn values() -> [u8; 256] {
    let (mut values, mut at) = ([NO_DIGIT; 256], 0);
    while at < DIGITS.len() {
        values[DIGITS[at] as usize] = at as u8;
        at += 1;
    }
    values
}

/// Writes the last digits of a value, as many as there is room for, and returns what stands before them.
fn write(mut value: u64, digits: &mut [u8]) -> u64 {
    for slot in digits.iter_mut().rev() {
        *slot = DIGITS[(value % 62) as usize];
        value /= 62;
    }
    value
}

/// A number without leading zeros.
pub(crate) fn number(value: u64) -> String {
    let mut digits = [0; NUMBER_DIGITS];
    write(value, &mut digits);
    let zeros = digits.iter().take(NUMBER_DIGITS - 1).take_while(|digit| **digit == DIGITS[0]).count();
    digits[zeros..].iter().map(|digit| char::from(*digit)).collect()
}

/// The number that [`number`] wrote; nothing else parses, leading zeros included.
pub(crate) fn parse_number(text: &str) -> Option<u64> {
    if text.is_empty() || text.len() > NUMBER_DIGITS || (text.len() > 1 && text.starts_with('0')) {
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

/// By division of the whole number by [`GROUP`], in digits of 32 bits.
fn fixed<const N: usize>(bytes: &[u8; N], digits: usize) -> Zeroizing<String> {
    let mut parts = Zeroizing::new([0_u32; 8]);
    for (part, four) in parts.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *part = u32::from_be_bytes(*four);
    }
    let parts = &mut parts[..N / 4];
    let mut digits = Zeroizing::new(vec![0; digits]);
    for (round, group) in digits.rchunks_mut(GROUP_DIGITS).enumerate() {
        let mut rest = 0;
        // Each round makes it shorter by as many bits, whatever it is: the parts before are zero.
        for part in parts.iter_mut().skip(round * GROUP.ilog2() as usize / 32) {
            let value = rest << 32 | u64::from(*part);
            *part = (value / GROUP) as u32;
            rest = value % GROUP;
        }
        write(rest, group);
    }
    Zeroizing::new(String::from_utf8(std::mem::take(&mut *digits)).unwrap_or_default())
}

/// By multiplication, likewise.
fn parse_fixed<const N: usize>(text: &str, digits: usize) -> Option<Zeroizing<[u8; N]>> {
    if text.len() != digits {
        return None;
    }
    let mut parts = Zeroizing::new([0_u32; 8]);
    let parts = &mut parts[..N / 4];
    // The group that is not full is the first.
    let (first, full) = text.as_bytes().split_at(digits % GROUP_DIGITS);
    for group in std::iter::once(first).chain(full.chunks(GROUP_DIGITS)) {
        let mut rest = group.iter().try_fold(0, |value, byte| Some(value * 62 + u64::from(digit(*byte)?)))?;
        for part in parts.iter_mut().rev() {
            let value = u64::from(*part) * GROUP + rest;
            *part = value as u32;
            rest = value >> 32;
        }
        if rest != 0 {
            return None;
        }
    }
    let mut bytes = Zeroizing::new([0; N]);
    for (four, part) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(parts) {
        *four = part.to_be_bytes();
    }
    Some(bytes)
}

/// `body` with its checksum behind it.
pub(crate) fn sealed(body: &str) -> String {
    let mut text = String::with_capacity(body.len() + 1 + CHECKSUM_DIGITS);
    text.push_str(body);
    text.push('_');
    text.extend(checksum(body).map(char::from));
    text
}

/// What stands before the checksum, if the checksum is its own.
pub(crate) fn unsealed(text: &str) -> Option<&str> {
    let (body, given) = text.rsplit_once('_')?;
    (checksum(body) == given.as_bytes()).then_some(body)
}

fn checksum(body: &str) -> [u8; CHECKSUM_DIGITS] {
    let hash = Sha256::digest(body.as_bytes());
    let mut digits = [0; CHECKSUM_DIGITS];
    write(u64::from(u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])), &mut digits);
    digits
}

fn digit(byte: u8) -> Option<u8> {
    Some(VALUES[usize::from(byte)]).filter(|value| *value != NO_DIGIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::{SeededEntropy, random};

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

    /// What a text of ours has always meant: digit by digit, byte by byte.
    mod long_division {
        use super::super::DIGITS;

        pub fn written(bytes: &[u8], digits: usize) -> String {
            let mut rest = bytes.to_vec();
            let mut text = vec![0; digits];
            for slot in text.iter_mut().rev() {
                let mut carry = 0_u32;
                for byte in &mut rest {
                    let value = carry << 8 | u32::from(*byte);
                    *byte = (value / 62) as u8;
                    carry = value % 62;
                }
                *slot = DIGITS[carry as usize];
            }
            String::from_utf8(text).unwrap()
        }

        pub fn read(text: &str, bytes: usize) -> Option<Vec<u8>> {
            let mut read = vec![0_u8; bytes];
            for byte in text.bytes() {
                let mut carry = DIGITS.iter().position(|digit| *digit == byte)? as u32;
                for slot in read.iter_mut().rev() {
                    let value = u32::from(*slot) * 62 + carry;
                    *slot = value as u8;
                    carry = value >> 8;
                }
                if carry != 0 {
                    return None;
                }
            }
            Some(read)
        }
    }

    /// Bytes of every kind: any, with leading zeros, with leading ones, and powers of two with their neighbours.
    fn samples<const N: usize>() -> Vec<[u8; N]> {
        let (entropy, mut samples) = (SeededEntropy::new(62), vec![[0; N], [255; N]]);
        for round in 0..2000 {
            let mut bytes: [u8; N] = random(&entropy).unwrap();
            bytes[..round % (N + 1)].fill(if round % 2 == 0 { 0 } else { 255 });
            samples.push(bytes);
        }
        for bit in 0..8 * N {
            let (mut power, mut below) = ([0; N], [255; N]);
            power[bit / 8] = 0x80 >> (bit % 8);
            below[..bit / 8].fill(0);
            below[bit / 8] = 0xff >> (bit % 8);
            samples.extend([power, below]);
        }
        samples
    }

    #[test]
    fn secrets_and_uids_are_written_as_they_always_were() {
        for bytes in samples::<32>() {
            let text = secret(&bytes);
            assert_eq!(*text, long_division::written(&bytes, SECRET_DIGITS));
            assert_eq!(parse_secret(&text).as_deref(), Some(&bytes));
        }
        for bytes in samples::<16>() {
            let text = uid(&bytes);
            assert_eq!(text, long_division::written(&bytes, UID_DIGITS));
            assert_eq!(parse_uid(&text), Some(bytes));
        }
    }

    #[test]
    fn whatever_text_is_shown_is_read_as_it_always_was() {
        let entropy = SeededEntropy::new(63);
        let (mut read, mut refused) = (0, 0);
        for round in 0..4000 {
            let choice: [u8; SECRET_DIGITS] = random(&entropy).unwrap();
            let mut text: Vec<u8> = choice.iter().map(|byte| DIGITS[usize::from(*byte) % 62]).collect();
            // The last texts that fit begin like these, and so do the first that do not.
            match round % 4 {
                0 => text[0] = b'z',
                1 => text[..4].copy_from_slice(b"zzzz"),
                2 => text[usize::from(choice[0]) % SECRET_DIGITS] = choice[1] & 0x7f,
                _ => {}
            }
            let text = String::from_utf8(text).unwrap();
            let expected = long_division::read(&text, 32);
            if expected.is_some() {
                read += 1
            } else {
                refused += 1
            }
            assert_eq!(parse_secret(&text).map(|bytes| bytes.to_vec()), expected, "{text}");
            let text = &text[..UID_DIGITS];
            assert_eq!(parse_uid(text).map(|bytes| bytes.to_vec()), long_division::read(text, 16), "{text}");
        }
        assert!(read > 500 && refused > 500, "{read} {refused}");
        for bytes in [[0xff_u8; 32].as_slice(), &[0xff; 16]] {
            let most = long_division::written(bytes, if bytes.len() == 32 { SECRET_DIGITS } else { UID_DIGITS });
            let last = most.len() - 1;
            for digit in DIGITS.iter().filter(|digit| **digit > most.as_bytes()[last]) {
                let more = format!("{}{}", &most[..last], char::from(*digit));
                assert!(parse_secret(&more).is_none() && parse_uid(&more).is_none(), "{more} is just too much");
            }
        }
    }

    #[test]
    fn numbers_are_written_as_they_always_were() {
        let entropy = SeededEntropy::new(64);
        for round in 0..2000 {
            let value = u64::from_be_bytes(random(&entropy).unwrap()) >> (round % 64);
            let digits = long_division::written(&value.to_be_bytes(), NUMBER_DIGITS);
            let expected = digits.trim_start_matches('0');
            assert_eq!(number(value), if expected.is_empty() { "0" } else { expected });
            assert_eq!(parse_number(&number(value)), Some(value));
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
