//! Places in a list, as clients carry them: opaque, authenticated, bound to the caller and the filters (contracts/usm.md).

use crate::clock::Timestamp;
use crate::ids::SessionNumber;
use crate::keys::Keyring;
use crate::sessions::list::ListQuery;
use crate::store::{ListPosition, Side};

/// A sealed place in a list: 32 bytes that say nothing and that only this server, for this caller and these filters, opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cursor(pub [u8; 32]);

/// A cursor that was not made here, was altered, or belongs to another caller, side or filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CursorRefused(pub Side);

pub(super) fn seal(keys: &Keyring, position: ListPosition, context: &[u8]) -> Cursor {
    let mut block = [0; 16];
    block[..8].copy_from_slice(&position.created_at.as_millis().to_be_bytes());
    block[8..].copy_from_slice(&position.number.0.to_be_bytes());
    Cursor(keys.seal_cursor(block, context))
}

pub(super) fn open(keys: &Keyring, cursor: &Cursor, context: &[u8]) -> Option<ListPosition> {
    let block = keys.open_cursor(&cursor.0, context)?;
    let (created_at, number) = block.split_at(8);
    Some(ListPosition {
        created_at: Timestamp::from_millis(i64::from_be_bytes(created_at.try_into().ok()?)),
        number: SessionNumber(i64::from_be_bytes(number.try_into().ok()?)),
    })
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
