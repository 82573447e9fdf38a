//! Pages of lists: which one is asked for, which rows that means, and what stands on it.

/// Which page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageNumber {
    /// From 1.
    pub page: u64,
    pub per_page: u32,
}

impl PageNumber {
    /// How many entries stand on the pages before this one.
    pub const fn before(self) -> u64 {
        self.page.saturating_sub(1).saturating_mul(self.per_page as u64)
    }
}

/// One page of a list: a numbered one, or what follows a place. Numbers shift when entries go, places do not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Paged<At> {
    Numbered(PageNumber),
    After { place: At, per_page: u32 },
}

impl<At> From<PageNumber> for Paged<At> {
    fn from(page: PageNumber) -> Self {
        Self::Numbered(page)
    }
}

/// Which rows a page is read from: so many, after a place and beyond so many others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window<At> {
    pub after: Option<At>,
    pub before: u64,
    pub rows: u64,
}

impl<At: Copy> Paged<At> {
    /// Of a list with so many entries. Behind a place one row more than is shown tells whether anything follows.
    pub fn window(&self, total: u64) -> Window<At> {
        match *self {
            Self::Numbered(page) => {
                let before = page.before();
                Window { after: None, before, rows: total.saturating_sub(before).min(u64::from(page.per_page)) }
            }
            Self::After { place, per_page } => {
                Window { after: Some(place), before: 0, rows: if total > 0 { u64::from(per_page) + 1 } else { 0 } }
            }
        }
    }

    /// The page that the rows of its window make.
    pub fn filled<T>(&self, mut rows: Vec<T>, total: u64, place: impl Fn(&T) -> At) -> ListPage<T, At> {
        let goes_on = match *self {
            Self::Numbered(page) => page.before().saturating_add(rows.len() as u64) < total,
            Self::After { per_page, .. } => {
                let goes_on = rows.len() > per_page as usize;
                rows.truncate(per_page as usize);
                goes_on
            }
        };
        let next = rows.last().filter(|_| goes_on).map(place);
        ListPage { rows, total, next }
    }
}

/// A page of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListPage<T, At> {
    pub rows: Vec<T>,
    /// How many there are on all pages together.
    pub total: u64,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<At>,
}

impl<T, At> ListPage<T, At> {
    pub const EMPTY: Self = Self { rows: Vec::new(), total: 0, next: None };

    /// The page with each row turned into something else.
    ///
    /// # Errors
    /// The first of `turn`.
    pub fn try_map<U, E>(self, turn: impl FnMut(T) -> Result<U, E>) -> Result<ListPage<U, At>, E> {
        let rows = self.rows.into_iter().map(turn).collect::<Result<_, E>>()?;
        Ok(ListPage { rows, total: self.total, next: self.next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks a list of the numbers from `total` down to 1 as a store would.
    fn read(page: Paged<u64>, total: u64) -> ListPage<u64, u64> {
        let Window { after, before, rows } = page.window(total);
        let list = (1..=total).rev().filter(|number| after.is_none_or(|after| *number < after));
        let rows = list.skip(usize::try_from(before).unwrap()).take(usize::try_from(rows).unwrap()).collect();
        page.filled(rows, total, |number| *number)
    }

    #[test]
    fn a_walk_by_places_and_one_by_numbers_visit_the_same() {
        for total in 0..12 {
            for per_page in 1..14 {
                let (mut by_place, mut page) = (Vec::new(), Paged::Numbered(PageNumber { page: 1, per_page }));
                let mut pages = 0;
                loop {
                    let ListPage { rows, next, .. } = read(page, total);
                    let number = Paged::Numbered(PageNumber { page: pages + 1, per_page });
                    assert_eq!(rows, read(number, total).rows);
                    by_place.extend(rows);
                    pages += 1;
                    let Some(place) = next else { break };
                    page = Paged::After { place, per_page };
                }
                assert_eq!((by_place, pages), ((1..=total).rev().collect(), total.div_ceil(u64::from(per_page)).max(1)));
            }
        }
    }

    #[test]
    fn a_page_past_the_end_is_empty_and_the_last() {
        for page in [3, u64::MAX] {
            assert_eq!(read(PageNumber { page, per_page: 2 }.into(), 4), ListPage { total: 4, ..ListPage::EMPTY });
        }
        assert_eq!(read(Paged::After { place: 1, per_page: 2 }, 4), ListPage { total: 4, ..ListPage::EMPTY });
    }
}
