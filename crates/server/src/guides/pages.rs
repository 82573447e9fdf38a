//! The pages as templates (templates/docs/), and what they are filled with.

use askama::Template;

use super::render::{Rendered, render};
use super::search::{Found, LONGEST, search};
use super::shelf::{CHAPTERS, Chapter, Guide};
use super::start::{APIS, Api, the_end};

/// What every page has.
struct Frame {
    /// Where `/docs/` is, from the page: addresses are relative, so that they also work below the path of a proxy.
    root: &'static str,
    /// What was sought.
    wished: String,
    /// The guide that is shown.
    current: Option<&'static Guide>,
    chapters: &'static [Chapter],
    /// The headings of the guide that is shown: id and text.
    headings: Vec<(String, String)>,
}

impl Frame {
    fn at(root: &'static str) -> Self {
        Self { root, wished: String::new(), current: None, chapters: CHAPTERS, headings: Vec::new() }
    }

    fn is_current(&self, guide: &Guide) -> bool {
        self.current.is_some_and(|current| current.name == guide.name)
    }
}

#[derive(Template)]
#[template(path = "docs/start.html")]
struct Start<'a> {
    frame: Frame,
    address: &'a str,
    apis: &'static [Api],
    the_end: String,
}

#[derive(Template)]
#[template(path = "docs/guide.html")]
struct GuidePage {
    frame: Frame,
    title: &'static str,
    html: String,
    /// The guide before it and the one after it.
    before: Option<&'static Guide>,
    after: Option<&'static Guide>,
}

#[derive(Template)]
#[template(path = "docs/found.html")]
struct FoundPage {
    frame: Frame,
    found: Vec<Found>,
    all: usize,
    longest: usize,
}

#[derive(Template)]
#[template(path = "docs/missing.html")]
struct MissingPage {
    frame: Frame,
}

/// The first page, of a server at `address`.
///
/// # Errors
/// When a template cannot be filled.
pub fn start(address: &str) -> askama::Result<String> {
    let frame = Frame::at("docs/");
    Start { frame, address, apis: APIS, the_end: the_end(address) }.render()
}

/// A guide, likewise.
///
/// # Errors
/// When a template cannot be filled.
pub fn guide(guide: &'static Guide, address: &str) -> askama::Result<String> {
    let Rendered { html, headings } = render(guide, address);
    let frame = Frame { current: Some(guide), headings, ..Frame::at("../") };
    let all: Vec<_> = super::shelf::all().collect();
    let at = all.iter().position(|other| other.name == guide.name);
    let before = at.and_then(|at| at.checked_sub(1)).and_then(|at| all.get(at)).copied();
    let after = at.and_then(|at| all.get(at + 1)).copied();
    GuidePage { frame, title: guide.title(), html, before, after }.render()
}

/// What a search finds.
///
/// # Errors
/// When a template cannot be filled.
pub fn found(wished: &str) -> askama::Result<String> {
    let (found, all) = search(wished);
    let wished = wished.chars().take(LONGEST).collect();
    FoundPage { frame: Frame { wished, ..Frame::at("") }, found, all, longest: LONGEST }.render()
}

/// That there is no guide of a name.
///
/// # Errors
/// When a template cannot be filled.
pub fn missing() -> askama::Result<String> {
    MissingPage { frame: Frame::at("../") }.render()
}
