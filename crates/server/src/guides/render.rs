//! Markdown as HTML: links lead from guide to guide, headings have the ids that links name, and what is wide scrolls by itself.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::shelf::{self, Guide};

/// How examples name the server that they ask; in a guide that a server shows, it is that server.
const WRITTEN_ADDRESS: &str = "http://127.0.0.1:8080";

/// A guide as HTML.
#[derive(Debug)]
pub struct Rendered {
    pub html: String,
    /// The headings below the title: id and text.
    pub headings: Vec<(String, String)>,
}

/// A guide for a server at `address`.
#[must_use]
pub fn render(guide: &Guide, address: &str) -> Rendered {
    let text = guide.text.replace(WRITTEN_ADDRESS, address);
    if !guide.is_prose() {
        return Rendered { html: format!("<h1>{}</h1>\n{}", escaped(guide.title()), code(&text, "")), headings: Vec::new() };
    }
    let mut page = Page { guide, events: Vec::new(), ids: Ids::default(), headings: Vec::new() };
    page.read(&mut Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH));
    let mut written = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut written, page.events.into_iter());
    Rendered { html: written, headings: page.headings }
}

struct Page<'g, 't> {
    guide: &'g Guide,
    events: Vec<Event<'t>>,
    ids: Ids,
    headings: Vec<(String, String)>,
}

impl<'t> Page<'_, 't> {
    fn read(&mut self, parser: &mut Parser<'t>) {
        while let Some(event) = parser.next() {
            match event {
                Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
                    let inner: Vec<_> = parser.by_ref().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_)))).collect();
                    let words = plain(&inner);
                    let id = self.ids.of(&words);
                    if level as usize == 2 {
                        self.headings.push((id.clone(), words));
                    }
                    self.events.push(Event::Start(Tag::Heading { level, id: Some(id.into()), classes, attrs }));
                    self.events.extend(inner);
                    self.events.push(Event::End(TagEnd::Heading(level)));
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let inner: Vec<_> = parser.by_ref().take_while(|event| !matches!(event, Event::End(TagEnd::CodeBlock))).collect();
                    let language = if let CodeBlockKind::Fenced(language) = kind { language } else { CowStr::Borrowed("") };
                    self.events.push(Event::Html(code(&plain(&inner), &language).into()));
                }
                Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                    let inner: Vec<_> = parser.by_ref().take_while(|event| !matches!(event, Event::End(TagEnd::Link))).collect();
                    let goal = goal(self.guide, &dest_url);
                    match goal {
                        Goal::Page(address) => {
                            self.events.push(Event::Start(Tag::Link { link_type, dest_url: address.into(), title, id }));
                            self.events.extend(inner);
                            self.events.push(Event::End(TagEnd::Link));
                        }
                        Goal::SourceTree(path) => {
                            let hint = format!("<span class=\"source\" title=\"In the source tree: {}\">", escaped(&path));
                            self.events.push(Event::InlineHtml(hint.into()));
                            self.events.extend(inner);
                            self.events.push(Event::InlineHtml("</span>".into()));
                        }
                    }
                }
                Event::Start(Tag::Table(columns)) => {
                    self.events.push(Event::Html("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">".into()));
                    self.events.push(Event::Start(Tag::Table(columns)));
                }
                Event::End(TagEnd::Table) => {
                    self.events.push(Event::End(TagEnd::Table));
                    self.events.push(Event::Html("</div>\n".into()));
                }
                // Guides are text: what looks like a tag is shown.
                Event::Html(text) | Event::InlineHtml(text) => self.events.push(Event::Text(text)),
                other => self.events.push(other),
            }
        }
    }
}

/// Where a link leads.
#[derive(Debug, PartialEq, Eq)]
enum Goal {
    /// An address, for a page beside the other guides.
    Page(String),
    /// A file that is no guide.
    SourceTree(String),
}

fn goal(guide: &Guide, link: &str) -> Goal {
    if link.contains("://") || link.starts_with(['#', '/']) || link.starts_with("mailto:") {
        return Goal::Page(link.to_owned());
    }
    let (file, fragment) = link.find('#').map_or((link, ""), |at| link.split_at(at));
    let path = joined(guide.path, file);
    if path == "docs/README.md" {
        return Goal::Page("../../docs".to_owned());
    }
    match shelf::all().find(|guide| guide.path == path) {
        Some(guide) => Goal::Page(format!("{}{fragment}", guide.name)),
        None => Goal::SourceTree(path),
    }
}

/// A path as it is meant by the file at `from`.
fn joined(from: &str, link: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The words of what is between a tag's start and its end.
fn plain(events: &[Event<'_>]) -> String {
    let words = events.iter().map(|event| match event {
        Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => text.as_ref(),
        Event::SoftBreak | Event::HardBreak => " ",
        _ => "",
    });
    words.collect()
}

/// Ids of the headings of one page, as GitHub makes them, since links are written for both.
#[derive(Default)]
pub(super) struct Ids(Vec<String>);

impl Ids {
    pub(super) fn of(&mut self, heading: &str) -> String {
        let kept = heading.trim().to_lowercase().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect::<String>();
        let id = kept.replace(' ', "-");
        let before = self.0.iter().filter(|taken| **taken == id).count();
        self.0.push(id.clone());
        if before == 0 { id } else { format!("{id}-{before}") }
    }
}

/// A block of code. What is typed in a console stands out from what is answered, and is copied without the prompt.
#[must_use]
pub fn code(text: &str, language: &str) -> String {
    let lines = escaped(text.trim_end());
    let inner = if language == "console" { lines.lines().map(console_line).collect::<Vec<_>>().join("\n") } else { lines };
    format!("<pre tabindex=\"0\"><code>{inner}\n</code></pre>\n")
}

fn console_line(line: &str) -> String {
    let typed = |rest| format!("<span class=\"prompt\">$ </span><span class=\"typed\">{rest}</span>");
    line.strip_prefix("$ ").map_or_else(|| line.to_owned(), typed)
}

/// As text between tags or in an attribute.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &'static str) -> String {
        render(&Guide { name: "here", path: "docs/here.md", text }, "https://sessions.example.com").html
    }

    #[test]
    fn links_lead_to_guides_and_nowhere_outside() {
        for (link, address) in [
            ("usm.md", "usm"),
            ("operations.md#configuration", "operations#configuration"),
            ("../SECURITY.md", "security"),
            ("contracts/usm.md#rules", "contract-usm#rules"),
            ("#below", "#below"),
            ("https://example.com/x.md", "https://example.com/x.md"),
            ("README.md", "../../docs"),
        ] {
            let guide = Guide { name: "here", path: "docs/here.md", text: "" };
            assert_eq!(goal(&guide, link), Goal::Page(address.to_owned()), "{link}");
        }
        let outside = rendered("[the map](../ARCHITECTURE.md)");
        assert!(!outside.contains("href") && outside.contains("title=\"In the source tree: ARCHITECTURE.md\">the map</span>"), "{outside}");
    }

    #[test]
    fn headings_have_the_ids_that_links_name() {
        let html = rendered("# A `b` & c: d\n\n## Twice\n\n## Twice\n");
        assert!(html.contains("<h1 id=\"a-b--c-d\">") && html.contains("id=\"twice\"") && html.contains("id=\"twice-1\""), "{html}");
    }

    #[test]
    fn examples_ask_the_server_that_shows_them() {
        let html = rendered("```console\n$ curl http://127.0.0.1:8080/x -d '{\"a\":1}' > b\nanswer\n```\n");
        let typed = "<span class=\"typed\">curl https://sessions.example.com/x -d '{&quot;a&quot;:1}' &gt; b</span>\nanswer\n</code>";
        assert!(html.contains(typed) && html.contains("<span class=\"prompt\">$ </span>"), "{html}");
    }

    #[test]
    fn nothing_in_a_guide_is_a_tag() {
        let html = rendered("<script>x()</script>\n\na <b onclick=x>c</b>\n");
        assert!(!html.contains("<script") && !html.contains("<b "), "{html}");
    }

    /// The ids of a page, by the HTML that it became.
    fn ids(html: &str) -> Vec<&str> {
        html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
    }

    #[test]
    fn every_link_between_guides_leads_somewhere() {
        let pages: Vec<_> = shelf::all().map(|guide| (guide, render(guide, WRITTEN_ADDRESS).html)).collect();
        let (mut links, mut broken) = (0, Vec::new());
        for (guide, html) in &pages {
            for link in html.split("<a href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
                let (name, fragment) = link.split_once('#').unwrap_or((link, ""));
                if link.contains("://") || name == "../../docs" {
                    continue;
                }
                links += 1;
                let name = if name.is_empty() { guide.name } else { name };
                let goal = pages.iter().find(|(guide, _)| guide.name == name);
                if !goal.is_some_and(|(_, html)| fragment.is_empty() || ids(html).contains(&fragment)) {
                    broken.push(format!("{}: {link}", guide.path));
                }
            }
        }
        assert!(broken.is_empty() && links > 60, "{links} links, of which these lead nowhere: {broken:#?}");
    }
}
