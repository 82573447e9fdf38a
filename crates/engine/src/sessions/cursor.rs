//! Places in a list of sessions that has two sides (docs/contracts/usm.md).

use super::pages::Side;

pub use crate::cursor::Cursor;

/// A cursor that was not made here, was altered, or belongs to another caller, side or filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CursorRefused(pub Side);
