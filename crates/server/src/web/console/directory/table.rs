//! Entries in tables, newest first: on a page, and as files.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::cursor::{Cursor, PageAsked, Unlisted};
use cloakroom_engine::directory::admin::list::{DirectoryFilter, NamedOrganisation};
use cloakroom_engine::error::EngineError;
use cloakroom_engine::ids::{PartnerUid, TenantUid};
use cloakroom_engine::page::PageNumber;
use futures_util::stream;

use super::at_directory::AtDirectory;
use super::cell::{Cell, Reading};
use super::noun::{Noun, NounWord};
use super::words::{REFUSALS, word};
use crate::http::cursor;
use crate::http::declared::parameters::{Flat, Params, parameters};
use crate::web::console::cells::{Pager, grouped};
use crate::web::console::export::{Format, Row, download};
use crate::web::console::frame::{ConsoleFrame, console_page};
use crate::web::console::guard::forbidden;
use crate::web::door::with_query;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::Typed;
use crate::web::surface::FrontDesk;

/// Entries on a page, and in a window of a file.
const PER_PAGE: u32 = 50;

parameters! {
    /// Of what.
    in Path pub struct OfNoun {
        /// What the entries are.
        noun: NounWord = "users",
    }

    /// Which entries.
    in Query pub struct EntryFilter {
        /// The beginning of a name.
        search: Typed = "ada",
        /// Only those in this status; without it all but what is removed.
        status: Typed = "suspended",
        /// Only what belongs to this tenant.
        tenant_id: Typed = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
        /// Only what belongs to this partner's tenants.
        partner_id: Typed = "prt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
    }

    /// Which entries, and which page of them.
    in Query pub struct TableQuery {
        filter: Flat<EntryFilter>,
        /// Where to go on, as the page before says it.
        cursor: Typed,
        /// What the page says of what was just done: `removed`. Any other word says nothing.
        notice: Typed = "removed",
    }

    /// Which entries, and in which form.
    in Query pub struct TableExport {
        filter: Flat<EntryFilter>,
        /// `csv` or `jsonl`.
        format: Typed = "csv",
    }
}

impl EntryFilter {
    /// None where it names what is no id, and so nothing.
    fn wanted(&self, noun: Noun) -> Option<DirectoryFilter> {
        let tenant = if self.tenant_id.is_empty() { None } else { Some(TenantUid::parse(self.tenant_id.trim())?) };
        let partner = if self.partner_id.is_empty() { None } else { Some(PartnerUid::parse(self.partner_id.trim())?) };
        // What is longer is the beginning of nothing.
        let search = Some(self.search.to_string()).filter(|text| !text.is_empty() && text.len() <= 256);
        let status = noun.statuses().into_iter().find(|status| *status == &**self.status);
        Some(DirectoryFilter { within: NamedOrganisation { tenant, partner }, search, status })
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let all = [("search", &self.search), ("status", &self.status), ("tenant_id", &self.tenant_id), ("partner_id", &self.partner_id)];
        all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.to_string())).collect()
    }
}

#[derive(Template)]
#[template(path = "web/console/directory/table.html")]
struct TablePage {
    frame: ConsoleFrame,
    title: String,
    total: String,
    /// The form that makes one, for those who may.
    new: Option<(String, String)>,
    filter: EntryFilter,
    statuses: Vec<(&'static str, String)>,
    /// Whether the filter narrows anything.
    is_narrowed: bool,
    none: String,
    here: String,
    heads: Vec<String>,
    rows: Vec<Vec<Cell>>,
    pager: Pager,
    files: [(String, String); 2],
}

impl TablePage {
    fn is_of(&self, status: &str) -> bool {
        &**self.filter.status == status
    }
}

/// The entries of a noun within reach, newest first, fifty a page.
#[utoipa::path(get, path = "/console/directory/{noun}", operation_id = "listDirectoryEntries", tag = "console",
    params(OfNoun, TableQuery),
    responses(
        (status = 200, description = "A page of them, with their number.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, which leads back; or to choosing a password where that has to come first. Or to the first page: the cursor is none of this list."),
        (status = 403, description = "It is for administrators.", body = str, content_type = "text/html"),
        (status = 404, description = "There is no such noun.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(
    State(desk): State<FrontDesk>,
    visitor: AtDirectory,
    Params(of): Params<OfNoun>,
    Params(query): Params<TableQuery>,
) -> Result<Response, PageError> {
    let noun = of.noun.ok_or(PageError::NOT_FOUND)?;
    let asked: PageAsked = match cursor::parse(&query.cursor) {
        Some(place) => PageAsked::After { place, per_page: PER_PAGE },
        None => PageNumber { page: 1, per_page: PER_PAGE }.into(),
    };
    let reading = visitor.reading(&desk);
    let Some(filter) = query.filter.wanted(noun) else { return Err(PageError::NOT_FOUND) };
    match noun.window(&desk, &visitor.reader, (filter, asked), reading).await? {
        Ok(page) => {
            let shown = table_page(&desk, &visitor, noun, query, (page.rows, page.total, page.next));
            Ok(console_page(&visitor.at, &desk, StatusCode::OK, &shown))
        }
        Err(Unlisted::Cursor(_)) => Ok(visitor.at.led_to(&desk, &desk.surface.0.at(noun.path()))),
        Err(Unlisted::Refused(refusal)) => Err(unlisted(&refusal)),
    }
}

/// A list that is not for the visitor, or is of what does not exist for them.
const fn unlisted(refusal: &cloakroom_engine::callers::Refusal) -> PageError {
    match refusal {
        cloakroom_engine::callers::Refusal::OutOfReach => PageError::NOT_FOUND,
        _ => forbidden(),
    }
}

fn table_page(
    desk: &FrontDesk,
    visitor: &AtDirectory,
    noun: Noun,
    query: TableQuery,
    (rows, total, next): (Vec<Vec<Cell>>, u64, Option<Cursor>),
) -> TablePage {
    let (door, language, texts) = (&desk.surface.0, visitor.at.coming.language, noun.texts());
    let here = door.at(noun.path());
    let pairs = query.filter.pairs();
    let with = |name: &'static str, value: String| with_query(&here, pairs.iter().cloned().chain([(name, value)]));
    let file = |format: &str, text: &str| {
        let address = with_query(&format!("{here}/export"), pairs.iter().cloned().chain([("format", format.to_owned())]));
        (address, language.say(text))
    };
    let count: fluent_bundle::FluentValue<'_> = grouped(language, total).into();
    TablePage {
        frame: ConsoleFrame::of(&visitor.at, desk, noun.path()).with_notice(&[("removed", "notice-removed")], &query.notice),
        title: language.say(texts.all),
        total: language.say_with("table-total", &[("count", count)]),
        new: (visitor.level >= noun.changed_by()).then(|| (format!("{here}/new"), language.say(texts.new))),
        statuses: noun.statuses().into_iter().map(|status| (status, word(language, status))).collect(),
        is_narrowed: !pairs.is_empty(),
        none: language.say(texts.none),
        heads: noun.columns().heads.iter().map(|head| language.say(head)).collect(),
        rows,
        pager: Pager {
            newest: (!query.cursor.is_empty())
                .then(|| if pairs.is_empty() { here.clone() } else { with_query(&here, pairs.iter().cloned()) }),
            older: next.map(|next| with("cursor", cursor::text(next))),
        },
        files: [file("csv", "export-csv"), file("jsonl", "export-lines")],
        here: here.clone(),
        filter: query.filter,
    }
}

/// The entries of a noun within reach that the filter selects, as a file.
#[utoipa::path(get, path = "/console/directory/{noun}/export", operation_id = "exportDirectoryEntries", tag = "console",
    params(OfNoun, TableExport),
    responses(
        (status = 200, description = "All of them, newest first. A file that breaks off was not finished.",
            content((String = "text/csv"), (String = "application/x-ndjson"))),
        (status = 303, description = "On to `/login`, which leads back; or to choosing a password where that has to come first."),
        (status = 403, description = "It is for administrators.", body = str, content_type = "text/html"),
        (status = 404, description = "There is no such noun, or no such form.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")), ("x-stream" = json!(true)))
)]
pub async fn export(
    State(desk): State<FrontDesk>,
    visitor: AtDirectory,
    Params(of): Params<OfNoun>,
    Params(query): Params<TableExport>,
) -> Result<Response, PageError> {
    let noun = of.noun.ok_or(PageError::NOT_FOUND)?;
    let format = Format::parse(&query.format).ok_or(PageError::NOT_FOUND)?;
    let filter = query.filter.wanted(noun).ok_or(PageError::NOT_FOUND)?;
    let (language, now) = (visitor.at.coming.language, desk.clock.now());
    let walk = Walk { desk, visitor, noun, filter, language, now, next: Some(PageNumber { page: 1, per_page: PER_PAGE }.into()) };
    // The first window tells whether there is a list at all, before the file begins.
    let (first, walk) = walk.window().await?.map_err(|refusal| unlisted(&refusal))?;
    let windows = stream::try_unfold((Some(first), walk), |(ready, walk)| async move {
        match (ready, walk) {
            (Some(rows), walk) => Ok(Some((rows, (None, walk)))),
            (None, None) => Ok(None),
            (None, Some(walk)) => match walk.window().await? {
                Ok((rows, walk)) => Ok(Some((rows, (None, walk)))),
                // What the walk rests on is not so any more: nothing follows.
                Err(_) => Ok(None),
            },
        }
    });
    Ok(download(format, noun.word(), noun.columns().names, windows))
}

/// A list that is being written.
struct Walk {
    desk: FrontDesk,
    visitor: AtDirectory,
    noun: Noun,
    filter: DirectoryFilter,
    language: crate::web::language::Language,
    now: Timestamp,
    next: Option<PageAsked>,
}

type Walked = Result<(Vec<Row>, Option<Walk>), cloakroom_engine::callers::Refusal>;

impl Walk {
    async fn window(mut self) -> Result<Walked, EngineError> {
        let Some(asked) = self.next.take() else { return Ok(Ok((Vec::new(), None))) };
        let door = self.desk.surface.0.clone();
        let reading = Reading { language: self.language, now: self.now, door: &door };
        let found = self.noun.window(&self.desk, &self.visitor.reader, (self.filter.clone(), asked), reading).await?;
        Ok(match found {
            Ok(page) => {
                let rows = page.rows.into_iter().map(|row| row.into_iter().map(Cell::exported).collect()).collect();
                self.next = page.next.map(|place| PageAsked::After { place, per_page: PER_PAGE });
                let rest = self.next.is_some().then_some(self);
                Ok((rows, rest))
            }
            Err(Unlisted::Refused(refusal)) => Err(refusal),
            Err(Unlisted::Cursor(_)) => Ok((Vec::new(), None)),
        })
    }
}

/// What pages of entries say of what was just done.
pub fn notices(done: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    done.iter().copied().chain(REFUSALS).collect()
}
