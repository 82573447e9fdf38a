//! Places in a list of sessions, bound to the caller and the filters (docs/contracts/usm.md).

use crate::cursor::{self, Place};
use crate::ids::SessionNumber;
use crate::keys::Keyring;
use crate::sessions::list::ListQuery;
use crate::store::{ListPosition, Side};

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

/// What a place in the list of session storage is bound to: the application and the user it acts for. Nothing else begins with 3.
pub(super) fn storage_context(application: i64, owner: i64) -> Vec<u8> {
    let mut context = vec![3];
    context.extend(application.to_be_bytes());
    context.extend(owner.to_be_bytes());
    context
}

/// Everything that a cursor is bound to, unambiguously: each part is preceded by whether it is there and how long it is.
pub(super) fn context(caller: i64, side: Side, query: &ListQuery) -> Vec<u8> {
    let mut context = vec![match side {
        Side::Live => 1,
        Side::Ended => 2,
    }];
    context.extend(caller.to_be_bytes());
    for text in [&query.caption, &query.label] {
        context.push(u8::from(text.is_some()));
        let text = text.as_deref().unwrap_or_default();
        context.extend((text.len() as u64).to_be_bytes());
        context.extend(text.as_bytes());
    }
    context.push(u8::from(query.archived.include));
    for bound in [query.archived.from, query.archived.to] {
        context.push(u8::from(bound.is_some()));
        context.extend(bound.unwrap_or_default().as_millis().to_be_bytes());
    }
    context
}
