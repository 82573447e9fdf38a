//! Numbered pages.

use clap::Args;
use cloakroom_client::PageNumber;

/// Which page of a list.
#[derive(Clone, Copy, Debug, Args)]
pub(in crate::cli) struct PageArgs {
    /// Which page, from 1.
    #[arg(long, value_name = "N", default_value_t = 1)]
    page: u64,
    /// How much on a page, 1 to 100.
    #[arg(long, value_name = "N", default_value_t = 20)]
    per_page: u32,
}

impl PageArgs {
    pub(in crate::cli) const fn number(self) -> PageNumber {
        PageNumber::new(self.page, self.per_page)
    }

    /// The first page, with as much on it as there may be.
    pub(in crate::cli) const fn largest() -> Self {
        Self { page: 1, per_page: 100 }
    }

    pub(in crate::cli) const fn next(self) -> Self {
        Self { page: self.page + 1, ..self }
    }
}
