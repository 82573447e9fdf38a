//! What pages say, in the languages of those who read them. The texts stand in assets/web/, one file a language.

use std::str::FromStr as _;
use std::sync::LazyLock;

use axum::http::{HeaderMap, header};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

/// A language that pages are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    English,
    German,
}

const ALL: [Language; 2] = [Language::English, Language::German];

struct Texts {
    names: Vec<LanguageIdentifier>,
    bundles: Vec<FluentBundle<FluentResource>>,
}

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts {
    names: ALL.iter().map(|language| language.identifier()).collect(),
    bundles: ALL.iter().map(|language| language.bundle()).collect(),
});

impl Language {
    /// As `lang` of a page has it (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    const fn source(self) -> &'static str {
        match self {
            Self::English => include_str!("../../assets/web/en.ftl"),
            Self::German => include_str!("../../assets/web/de.ftl"),
        }
    }

    fn identifier(self) -> LanguageIdentifier {
        LanguageIdentifier::from_str(self.tag()).unwrap_or_default()
    }

    fn bundle(self) -> FluentBundle<FluentResource> {
        let mut bundle = FluentBundle::new_concurrent(vec![self.identifier()]);
        // No marks around what is filled in: it stands in elements of its own, or is a number.
        bundle.set_use_isolating(false);
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(self.source().to_owned());
        bundle.add_resource_overriding(resource);
        bundle
    }

    /// The text of this name.
    #[must_use]
    pub fn say(self, name: &str) -> String {
        self.say_with(name, &[])
    }

    /// The text of this name, with these values in it.
    #[must_use]
    pub fn say_with(self, name: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let bundle = &TEXTS.bundles[self as usize];
        let Some(pattern) = bundle.get_message(name).and_then(|message| message.value()) else { return name.to_owned() };
        let arguments: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, value.clone())).collect();
        bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
    }
}

/// The language that a browser would rather have (RFC 9110 section 12.5.4).
#[must_use]
pub fn of(headers: &HeaderMap) -> Language {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut asked: Vec<_> = asked.split(',').filter_map(weighed).collect();
    asked.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let asked: Vec<_> = asked.into_iter().map(|(_, name)| name).collect();
    let chosen = negotiate_languages(&asked, &TEXTS.names, TEXTS.names.first(), NegotiationStrategy::Lookup);
    let is_chosen = |language: &&Language| chosen.first().is_some_and(|name| name.language.as_str() == language.tag());
    ALL.iter().find(is_chosen).copied().unwrap_or(Language::English)
}

/// One language of the header, and how much it is wanted, in thousandths (RFC 9110 section 12.4.2); none where it is not wanted.
fn weighed(part: &str) -> Option<(u16, LanguageIdentifier)> {
    let (name, parameter) = part.split_once(';').unwrap_or((part, "q=1"));
    let weight = parameter.trim().strip_prefix("q=")?.parse::<f32>().ok().filter(|weight| (0.001..=1.0).contains(weight))?;
    Some(((weight * 1000.0) as u16, LanguageIdentifier::from_str(name.trim()).ok()?))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn browsers_get_the_language_that_they_prefer() {
        for (asked, language) in [
            ("", Language::English),
            ("de", Language::German),
            ("de-AT,de;q=0.9,en;q=0.8", Language::German),
            ("fr,de;q=0.5,en;q=0.9", Language::English),
            ("fr", Language::English),
            ("en;q=0.2, de; q=0.9", Language::German),
            ("*", Language::English),
            ("de;q=0", Language::English),
            (";;;,\u{7f}", Language::English),
        ] {
            let headers: HeaderMap =
                HeaderValue::from_bytes(asked.as_bytes()).map(|value| (header::ACCEPT_LANGUAGE, value)).into_iter().collect();
            assert_eq!(of(&headers), language, "{asked}");
        }
    }

    /// Names, and what is filled in, as the source has them.
    fn texts(language: Language) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        let lines = language.source().lines().filter_map(|line| line.split_once(" = "));
        let filled = |text: &'static str| text.split("{ $").skip(1).filter_map(|rest| rest.split(' ').next()).collect();
        lines.map(|(name, text)| (name, filled(text))).collect()
    }

    #[test]
    fn every_language_says_all_that_pages_ask_for() {
        let english = texts(Language::English);
        assert_eq!(english, texts(Language::German));
        for language in ALL {
            assert!(FluentResource::try_new(language.source().to_owned()).is_ok(), "{language:?}");
            for (name, values) in &english {
                let values: Vec<_> = values.iter().map(|name| (*name, FluentValue::from("7"))).collect();
                let said = language.say_with(name, &values);
                assert!(said != *name && !said.contains('{') && !said.is_empty(), "{language:?} {name}: {said}");
            }
        }
        let files = [files("templates/web"), files("src/web")].concat();
        // This one asks for whatever it is given.
        let files = files.iter().filter(|path| !path.ends_with("language.rs"));
        let said: BTreeSet<String> = files.flat_map(|path| named(&std::fs::read_to_string(path).unwrap())).collect();
        let written: BTreeSet<String> = english.keys().map(|name| (*name).to_owned()).collect();
        assert_eq!(said, written);
    }

    /// Every file below a folder of this crate.
    fn files(folder: &str) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths.flat_map(|path| if path.is_dir() { files(path.to_str().unwrap()) } else { vec![path] }).collect()
    }

    /// The names of texts that a file asks for: what stands in quotes and is the name of one, or is asked for by `say`.
    fn named(file: &str) -> BTreeSet<String> {
        let quoted = file.split('"').skip(1).step_by(2);
        let known = texts(Language::English);
        let asked = file.split("say(\"").skip(1).filter_map(|rest| rest.split('"').next());
        quoted.filter(|text| known.contains_key(text)).chain(asked).map(str::to_owned).collect()
    }
}
