//! Which rows of a list a page is read from, as parameters of its statement. Every such statement begins behind a place, the beginning
//! where a page is numbered, and passes over so many rows, none where it is not.

use cloakroom_engine::cursor::Place;
use cloakroom_engine::page::{Paged, Window};

use crate::driver::Param;

/// The rows of one page of a list that goes from the newest to the oldest.
pub(crate) struct Rows {
    /// Where they begin.
    pub(crate) after: Place,
    before: u64,
    rows: u64,
}

impl Rows {
    pub(crate) fn of(page: &Paged<Place>, total: u64) -> Self {
        let Window { after, before, rows } = page.window(total);
        Self { after: after.unwrap_or(Place::NEWEST), before, rows }
    }

    pub(crate) const fn are_any(&self) -> bool {
        self.rows > 0
    }

    /// How many there are at most.
    pub(crate) fn limit(&self) -> Param<'static> {
        Param::Int(i64::try_from(self.rows).unwrap_or(i64::MAX))
    }

    /// How many are passed over.
    pub(crate) fn offset(&self) -> Param<'static> {
        Param::Int(i64::try_from(self.before).unwrap_or(i64::MAX))
    }

    /// How many are passed over and shown together.
    pub(crate) fn through(&self) -> i64 {
        i64::try_from(self.before.saturating_add(self.rows)).unwrap_or(i64::MAX)
    }

    /// Those of a list that was read from the place on.
    pub(crate) fn of_read<T>(&self, read: Vec<T>) -> impl Iterator<Item = T> + use<T> {
        let [before, rows] = [self.before, self.rows].map(|count| usize::try_from(count).unwrap_or(usize::MAX));
        read.into_iter().skip(before).take(rows)
    }
}

/// What a statement counted.
pub(crate) fn counted(count: Option<i64>) -> u64 {
    count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0)
}
