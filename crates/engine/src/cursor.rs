//! Places in a list, as clients carry them: opaque, authenticated, bound to whatever context they were made in.

use crate::clock::Timestamp;
use crate::keys::Keyring;

/// A sealed place in a list: 32 bytes that say nothing and that only this server, for this caller and these filters, opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cursor(pub [u8; 32]);

/// A place in a list that is ordered by creation and the number of the row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    pub created_at: Timestamp,
    pub number: i64,
}

impl Place {
    /// Where a walk from the newest to the oldest begins.
    pub const NEWEST: Self = Self { created_at: Timestamp::from_millis(i64::MAX), number: i64::MAX };
}

pub(crate) fn seal(keys: &Keyring, place: Place, context: &[u8]) -> Cursor {
    let mut block = [0; 16];
    block[..8].copy_from_slice(&place.created_at.as_millis().to_be_bytes());
    block[8..].copy_from_slice(&place.number.to_be_bytes());
    Cursor(keys.seal_cursor(block, context))
}

pub(crate) fn open(keys: &Keyring, cursor: &Cursor, context: &[u8]) -> Option<Place> {
    let block = keys.open_cursor(&cursor.0, context)?;
    let (created_at, number) = block.split_at(8);
    Some(Place {
        created_at: Timestamp::from_millis(i64::from_be_bytes(created_at.try_into().ok()?)),
        number: i64::from_be_bytes(number.try_into().ok()?),
    })
}
