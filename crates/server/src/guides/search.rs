//! Searching the guides: every section that has all the words, the best first. Nothing is prepared or kept: all of it is read at each
//! search, which takes about a millisecond.

use pulldown_cmark::{Event, Options, Parser};

use super::render::Ids;
use super::shelf::{self, Guide};

/// Characters of a search that are looked at.
pub const LONGEST: usize = 100;
/// Words of a search that are looked at.
const MOST_WORDS: usize = 8;
/// Sections that are shown.
const MOST_FOUND: usize = 20;
/// Bytes of a section that are shown, about.
const EXCERPT: usize = 220;

/// A section that has all the words.
#[derive(Debug)]
pub struct Found {
    pub guide: &'static Guide,
    /// The heading of the section.
    pub heading: String,
    /// The id of the heading; empty at the top of a guide.
    pub id: String,
    /// A part of its text: pieces, and whether each is a word that was sought.
    pub excerpt: Vec<(String, bool)>,
    /// How well it fits; more is better.
    score: usize,
}

/// A part of a guide, from one heading to the next.
struct Section {
    heading: &'static str,
    /// Empty at the top of a guide.
    id: String,
    text: &'static str,
}

/// The best sections for these words, and how many there are in all.
#[must_use]
pub fn search(wished: &str) -> (Vec<Found>, usize) {
    let wished: String = wished.chars().take(LONGEST).collect::<String>().to_ascii_lowercase();
    let words: Vec<&str> = wished.split_whitespace().take(MOST_WORDS).collect();
    if words.is_empty() {
        return (Vec::new(), 0);
    }
    let mut found: Vec<Found> = shelf::all().flat_map(|guide| in_guide(guide, &words)).collect();
    found.sort_by_key(|found| std::cmp::Reverse(found.score));
    let all = found.len();
    found.truncate(MOST_FOUND);
    for found in &mut found {
        let text = found.excerpt.pop().map(|(text, _)| text).unwrap_or_default();
        found.excerpt = excerpt(&plain(&text), &words);
    }
    (found, all)
}

/// Those of one guide; the excerpt is the section as it is written.
fn in_guide(guide: &'static Guide, words: &[&str]) -> Vec<Found> {
    let title = guide.title().to_ascii_lowercase();
    let mut found = Vec::new();
    for Section { heading, id, text } in sections(guide) {
        let (low_heading, low_text) = (heading.to_ascii_lowercase(), text.to_ascii_lowercase());
        let score_of = |word: &&str| {
            let named = usize::from(has(&title, word)) * 20 + usize::from(has(&low_heading, word)) * 40;
            named + places(&low_text, word).take(9).count()
        };
        let scores: Vec<usize> = words.iter().map(score_of).collect();
        // A title alone says nothing about this section of its guide.
        let is_here = |word: &&str| has(&low_heading, word) || has(&low_text, word);
        if scores.contains(&0) || !words.iter().any(is_here) {
            continue;
        }
        let excerpt = vec![(text.to_owned(), false)];
        found.push(Found { guide, heading: heading.to_owned(), id, excerpt, score: scores.iter().sum() });
    }
    found
}

/// Where a word stands in a text, both in lower case. Short ones stand alone, or `a` would be everywhere.
fn places<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_free = |at: Option<char>| !at.is_some_and(char::is_alphanumeric);
    let alone = move |at: usize| is_free(text[..at].chars().next_back()) && is_free(text[at + word.len()..].chars().next());
    text.match_indices(word).map(|(at, _)| at).filter(move |at| word.len() > 2 || alone(*at))
}

fn has(text: &str, word: &str) -> bool {
    places(text, word).next().is_some()
}

/// From heading to heading. What is in a block of code is no heading.
fn sections(guide: &'static Guide) -> Vec<Section> {
    let text = guide.text;
    if !guide.is_prose() {
        return vec![Section { heading: guide.title(), id: String::new(), text }];
    }
    let (mut starts, mut at, mut is_code) = (Vec::new(), 0, false);
    for line in text.split_inclusive('\n') {
        is_code ^= line.trim_start().starts_with("```");
        if !is_code && line.starts_with('#') {
            starts.push((at, line.trim_start_matches('#').trim()));
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    let mut ids = Ids::default();
    let section = |((from, heading), to): (&(usize, &'static str), usize)| {
        let id = ids.of(heading);
        Section { heading, id: if *from == 0 { String::new() } else { id }, text: &text[*from..to] }
    };
    starts.iter().zip(ends).map(section).collect()
}

/// Markdown without its marks; the heading, which is shown beside it, is left out.
fn plain(text: &str) -> String {
    let body = text.split_once('\n').filter(|_| text.starts_with('#')).map_or(text, |(_, body)| body);
    let mut words = String::with_capacity(body.len());
    for event in Parser::new_ext(body, Options::ENABLE_TABLES) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::End(_) => words.push(' '),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is around the first of the words, with all of them marked.
fn excerpt(text: &str, words: &[&str]) -> Vec<(String, bool)> {
    let low = text.to_ascii_lowercase();
    let first = words.iter().filter_map(|word| places(&low, word).next()).min().unwrap_or(0);
    let from = text.floor_char_boundary(first.saturating_sub(EXCERPT / 3));
    let from = text[..from].rfind(' ').map_or(0, |space| space + 1);
    let to = text.ceil_char_boundary((from + EXCERPT).min(text.len()));
    let to = text[to..].find(' ').map_or(text.len(), |space| to + space);
    let mut pieces = Vec::new();
    if from > 0 {
        pieces.push(("… ".to_owned(), false));
    }
    let mut marks: Vec<_> = words.iter().flat_map(|word| places(&low, word).map(|start| (start, start + word.len()))).collect();
    marks.sort_unstable();
    let mut at = from;
    for (start, end) in marks {
        if start >= at && end <= to {
            pieces.push((text[at..start].to_owned(), false));
            pieces.push((text[start..end].to_owned(), true));
            at = end;
        }
    }
    pieces.push((text[at..to].to_owned(), false));
    if to < text.len() {
        pieces.push((" …".to_owned(), false));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_section_that_is_about_it_comes_first() {
        let (found, all) = search("restoring backup");
        assert_eq!(
            (found[0].guide.name, found[0].heading.as_str(), found[0].id.as_str()),
            ("operations", "Restoring a backup", "restoring-a-backup")
        );
        assert!(all >= found.len() && found.len() <= MOST_FOUND);
        let marked: Vec<_> = found[0].excerpt.iter().filter(|(_, is_sought)| *is_sought).collect();
        assert!(!marked.is_empty(), "{:?}", found[0].excerpt);
    }

    #[test]
    fn what_is_found_leads_to_its_heading() {
        let mut sections_with_ids = 0;
        for guide in shelf::all() {
            let html = super::super::render::render(guide, "http://h").html;
            for section in sections(guide).iter().filter(|section| !section.id.is_empty()) {
                assert!(html.contains(&format!(" id=\"{}\"", section.id)), "{}: {}", guide.path, section.heading);
                sections_with_ids += 1;
            }
        }
        assert!(sections_with_ids > 100, "{sections_with_ids}");
    }

    #[test]
    fn every_word_must_be_there_in_any_case() {
        assert_eq!(search("Logout_Everywhere").1, search("logout_everywhere").1);
        assert!(search("logout_everywhere").1 > 0 && search("logout_everywhere zzzz").1 == 0);
        assert_eq!((search("").1, search("   ").1), (0, 0));
    }

    #[test]
    fn a_short_word_stands_alone() {
        assert_eq!(places("a cat, a-b and data", "a").collect::<Vec<_>>(), [0, 7]);
        assert_eq!(places("backups back", "back").count(), 2);
    }

    #[test]
    fn whatever_is_sought_is_only_sought() {
        let long = "ä".repeat(5000);
        for wished in ["<script>", "…", "é\u{0}", &long, "\" '", "a b c d e f g h i j k"] {
            let (found, _) = search(wished);
            assert!(found.len() <= MOST_FOUND);
        }
    }

    #[test]
    fn excerpts_are_cut_between_words() {
        let text = format!("{} wished {}", "früher ".repeat(60), "später ".repeat(60));
        let pieces = excerpt(text.trim(), &["wished"]);
        let whole: String = pieces.iter().map(|(text, _)| text.as_str()).collect();
        assert!(whole.starts_with("… früher ") && whole.ends_with("später …") && whole.contains(" wished "), "{whole}");
        assert!(pieces.contains(&("wished".to_owned(), true)));
    }
}
