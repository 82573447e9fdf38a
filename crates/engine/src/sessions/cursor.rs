//! Places in a list of sessions, bound to the caller and the filters (docs/contracts/usm.md).

use super::pages::{ListPosition, Side};
use crate::cursor::{self, Place};
use crate::ids::SessionNumber;
use crate::keys::Keyring;

pub use crate::cursor::Cursor;

/// A cursor that was not made here, was altered, or belongs to another caller, side or filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CursorRefused(pub Side);

pub(super) fn seal(keys: &Keyring, position: ListPosition, context: &[u8]) -> Cursor {
    cursor::seal(keys, Place { created_at: position.created_at, number: position.number.0 }, context)
}

pub(super) fn open(keys: &Keyring, cursor: &Cursor, context: &[u8]) -> Option<ListPosition> {
    let Place { created_at, number } = cursor::open(keys, cursor, context)?;
    Some(ListPosition { created_at, number: SessionNumber(number) })
}
