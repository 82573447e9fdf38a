//! Numbered pages: which one is asked for.

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
