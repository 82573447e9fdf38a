//! Which page of a list, or all of it.

use clap::Args;
use cloakroom_client::{Page, PageNumber};

/// Which page of a list.
#[derive(Clone, Copy, Debug, Args)]
pub(in crate::cli) struct PageArgs {
    /// Which page, from 1.
    #[arg(long, value_name = "N", default_value_t = 1)]
    page: u64,
    /// How much on a page, 1 to 100.
    #[arg(long, value_name = "N", default_value_t = 20)]
    per_page: u32,
    /// Everything, page by page. What ends meanwhile makes it miss nothing else.
    #[arg(long, conflicts_with_all = ["page", "per_page"])]
    all: bool,
}

impl PageArgs {
    /// The first page, with as much on it as there may be.
    const LARGEST: PageNumber = PageNumber::new(1, 100);

    pub(in crate::cli) const fn number(self) -> PageNumber {
        if self.all { Self::LARGEST } else { PageNumber::new(self.page, self.per_page) }
    }

    /// All of a list.
    pub(in crate::cli) const fn everything() -> Self {
        Self { page: 1, per_page: 100, all: true }
    }

    /// The page that is meant, or the whole list, walked along its cursors. `ask` is given where to go on.
    pub(in crate::cli) async fn list<T>(
        self,
        ask: impl AsyncFn(Option<String>) -> cloakroom_client::Result<Page<T>>,
    ) -> cloakroom_client::Result<Page<T>> {
        let mut listed = ask(None).await?;
        if !self.all {
            return Ok(listed);
        }
        while let Some(cursor) = listed.next_cursor.take() {
            let page = ask(Some(cursor)).await?;
            listed.items.extend(page.items);
            listed.next_cursor = page.next_cursor;
        }
        listed.total_pages = listed.page;
        Ok(listed)
    }
}
