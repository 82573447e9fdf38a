//! Places for requests under way, and who gets the last ones.

use std::{sync::Arc, time::Duration};

use super::shares::{Counted, Full, Share, Shares};

/// Which requests are refused first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// All that do not end something.
    Normal,
    /// Ends: they may use the places that are kept for them.
    Last,
}

/// Counts the requests under way on all surfaces; clones share the count.
#[derive(Clone, Debug)]
pub struct InFlight(Shares);

/// A place, given back when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Place {
    _share: Arc<Share>,
}

impl InFlight {
    /// `most` requests at the same time, `of_one` of one address; an eighth of both is kept for [`Priority::Last`].
    #[must_use]
    pub fn new(most: u64, of_one: u64) -> Self {
        Self(Shares::new(most, of_one))
    }

    /// Whether a request that ends nothing would get a place now.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.0.has_more_than_an_eighth()
    }

    /// How many have a place.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.0.taken()
    }

    /// Takes a place.
    ///
    /// # Errors
    /// When there is none left.
    pub fn take(&self, priority: Priority, whose: Option<Counted>) -> Result<Place, Full> {
        let share = match priority {
            Priority::Normal => self.0.take_but_an_eighth(whose, 1),
            Priority::Last => self.0.take(whose, 1),
        };
        Ok(Place { _share: Arc::new(share?) })
    }
}

/// Places for answers that may go on for long, such as exports: apart from all others, so that they take nobody's.
#[derive(Clone, Debug)]
pub struct Streams {
    /// The places.
    pub places: InFlight,
    /// After which an answer is cut off, whoever takes it.
    pub longest: Duration,
}

/// What an answer holds until the client has it.
#[derive(Debug)]
pub struct Held {
    pub place: Place,
    /// After which it is cut off, however well it is taken.
    pub longest: Option<Duration>,
}
