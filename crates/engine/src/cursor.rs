//! Places in a list, as clients carry them: opaque, authenticated, bound to the list that they are in, to whoever walks it and to whatever
//! narrows it.

use crate::clock::Timestamp;
use crate::keys::Keyring;
use crate::page::{ListPage, Paged};

/// A sealed place in a list: 32 bytes that say nothing and that only this server, for this caller and these filters, opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cursor(pub [u8; 32]);

/// A page as a caller asks for it.
pub type PageAsked = Paged<Cursor>;

/// A place in a list: by a time and the number of the row, or by the number alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    pub at: Timestamp,
    pub number: i64,
}

impl Place {
    /// Where a walk from the newest to the oldest begins.
    pub const NEWEST: Self = Self { at: Timestamp::from_millis(i64::MAX), number: i64::MAX };

    /// Where one from the oldest to the newest begins.
    pub const OLDEST: Self = Self { at: Timestamp::from_millis(i64::MIN), number: i64::MIN };

    /// In a list that the number orders.
    pub const fn numbered(number: i64) -> Self {
        Self { at: Timestamp::from_millis(0), number }
    }
}

/// A cursor that was not made here, was altered, or belongs to another list, caller or filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotOfThisList;

/// Why nothing is listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unlisted<R> {
    Refused(R),
    Cursor(NotOfThisList),
}

impl<R> From<NotOfThisList> for Unlisted<R> {
    fn from(not: NotOfThisList) -> Self {
        Self::Cursor(not)
    }
}

/// Which list a place is in.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(crate) enum ListKind {
    LiveSessions = 1,
    EndedSessions = 2,
    ServiceAccounts = 3,
    ApiKeys = 4,
    StoredSessions = 5,
    OwnSessions = 6,
    Sessions = 7,
    UsersWithSessions = 8,
    SessionsOfUser = 9,
    Partners = 10,
    Tenants = 11,
    Users = 12,
    Applications = 13,
    Trail = 14,
    Logouts = 15,
    IdentityProviders = 16,
    SearchedSessions = 17,
}

/// What a cursor is bound to. Every part has a fixed length or says its own, so that no two bindings of a list are the same bytes.
pub(crate) struct Binding(Vec<u8>);

impl Binding {
    pub(crate) fn of(list: ListKind) -> Self {
        Self(vec![list as u8])
    }

    #[must_use]
    pub(crate) fn byte(mut self, byte: u8) -> Self {
        self.0.push(byte);
        self
    }

    #[must_use]
    pub(crate) fn bytes<const N: usize>(mut self, bytes: &[u8; N]) -> Self {
        self.0.extend(bytes);
        self
    }

    #[must_use]
    pub(crate) fn number(self, number: i64) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    #[must_use]
    pub(crate) fn if_number(self, number: Option<i64>) -> Self {
        self.byte(u8::from(number.is_some())).number(number.unwrap_or_default())
    }

    #[must_use]
    pub(crate) fn if_text(self, text: Option<&str>) -> Self {
        let mut bound = self.byte(u8::from(text.is_some()));
        let text = text.unwrap_or_default();
        bound = bound.bytes(&(text.len() as u64).to_be_bytes());
        bound.0.extend(text.as_bytes());
        bound
    }

    #[must_use]
    pub(crate) fn if_moment(self, moment: Option<Timestamp>) -> Self {
        self.if_number(moment.map(Timestamp::as_millis))
    }

    pub(crate) fn seal(&self, keys: &Keyring, place: Place) -> Cursor {
        let mut block = [0; 16];
        block[..8].copy_from_slice(&place.at.as_millis().to_be_bytes());
        block[8..].copy_from_slice(&place.number.to_be_bytes());
        Cursor(keys.seal_cursor(block, &self.0))
    }

    pub(crate) fn open(&self, keys: &Keyring, cursor: &Cursor) -> Result<Place, NotOfThisList> {
        let block = u128::from_be_bytes(keys.open_cursor(&cursor.0, &self.0).ok_or(NotOfThisList)?);
        #[allow(clippy::cast_possible_truncation, reason = "the two halves of the block")]
        let (at, number) = ((block >> 64) as u64, block as u64);
        Ok(Place { at: Timestamp::from_millis(at.cast_signed()), number: number.cast_signed() })
    }

    /// The page that is asked for, by the place that its cursor holds.
    pub(crate) fn place(&self, keys: &Keyring, asked: PageAsked) -> Result<Paged<Place>, NotOfThisList> {
        Ok(match asked {
            Paged::Numbered(page) => Paged::Numbered(page),
            Paged::After { place, per_page } => Paged::After { place: self.open(keys, &place)?, per_page },
        })
    }

    /// The page as it is shown.
    pub(crate) fn shown<T>(&self, keys: &Keyring, page: ListPage<T, Place>) -> ListPage<T, Cursor> {
        ListPage { rows: page.rows, total: page.total, next: page.next.map(|place| self.seal(keys, place)) }
    }
}
