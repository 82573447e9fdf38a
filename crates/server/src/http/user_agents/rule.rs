//! Many expressions of which few are ever needed: what a text cannot match without is looked for first, and only the rules that are left
//! are compiled.
//!
//! ua-parser does the same with every rule compiled before: 28 MB of expressions, of which the user agents of a day touch a twentieth.

use std::sync::Arc;

use aho_corasick::AhoCorasick;
use quick_cache::sync::Cache;
use regex_filtered::mapper::{self, Mapper};
use regex_filtered::model::Model;
use regex_syntax::ParserBuilder;
use ua_parser::{device, os, user_agent};

/// Compiled rules of one set that are kept, of 40 kB or so each; what common browsers need is a third of them.
const KEPT: usize = 96;

/// A rule of ua-parser, and how that compiles it.
pub(super) trait Rule {
    type Compiled;

    /// The shortest texts that are looked for, in bytes; as in ua-parser.
    const SHORTEST: usize;

    fn expression(&self) -> &str;

    fn ignores_case(&self) -> bool {
        false
    }

    /// `None` where it is no expression; a test compiles each.
    fn compile(&self) -> Option<Self::Compiled>;
}

/// Rules in the order in which they are tried.
pub(super) struct RuleSet<R: Rule> {
    rules: Vec<R>,
    /// What has to stand in a text, and which rules may match where it does.
    texts: AhoCorasick,
    mapper: Mapper,
    compiled: Cache<usize, Option<Arc<R::Compiled>>>,
}

impl<R: Rule> RuleSet<R> {
    /// # Errors
    /// An expression that is none.
    pub(super) fn of(rules: Vec<R>) -> Result<Self, String> {
        let mut builder = mapper::Builder::new(R::SHORTEST);
        for rule in &rules {
            let parsed = ParserBuilder::new().case_insensitive(rule.ignores_case()).build().parse(&ascii_classes(rule.expression()));
            builder.push(Model::new(&parsed.map_err(|error| error.to_string())?).map_err(|error| error.to_string())?);
        }
        let (mapper, texts) = builder.build();
        let texts = AhoCorasick::builder().ascii_case_insensitive(true).build(texts).map_err(|error| error.to_string())?;
        Ok(Self { rules, texts, mapper, compiled: Cache::new(KEPT) })
    }

    /// What `extract` finds by the first rule that finds anything.
    pub(super) fn first<T>(&self, text: &str, extract: impl Fn(&R::Compiled) -> Option<T>) -> Option<T> {
        let found = self.texts.find_overlapping_iter(text).map(|found| found.pattern().as_usize());
        self.mapper.atom_to_re(found).into_iter().find_map(|index| extract(&*self.rule(index)?))
    }

    fn rule(&self, index: usize) -> Option<Arc<R::Compiled>> {
        let compiled = self
            .compiled
            .get_or_insert_with(&index, || Ok::<_, std::convert::Infallible>(self.rules.get(index).and_then(Rule::compile).map(Arc::new)));
        match compiled {
            Ok(compiled) => compiled,
            Err(never) => match never {},
        }
    }
}

/// ua-parser takes these classes for what they are in ASCII. Large repetitions, which it makes unbounded, ask for the same texts.
fn ascii_classes(expression: &str) -> String {
    let mut rewritten = String::with_capacity(expression.len());
    let mut characters = expression.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            rewritten.push(character);
            continue;
        }
        match characters.next() {
            Some('d') => rewritten.push_str("[0-9]"),
            Some('D') => rewritten.push_str("[^0-9]"),
            Some('w') => rewritten.push_str("[A-Za-z0-9_]"),
            Some('W') => rewritten.push_str("[^A-Za-z0-9_]"),
            escaped => {
                rewritten.push('\\');
                rewritten.extend(escaped);
            }
        }
    }
    rewritten
}

impl Rule for user_agent::Parser<'static> {
    type Compiled = user_agent::Extractor<'static>;
    const SHORTEST: usize = 3;

    fn expression(&self) -> &str {
        &self.regex
    }

    fn compile(&self) -> Option<Self::Compiled> {
        let copy = Self {
            regex: self.regex.clone(),
            family_replacement: self.family_replacement.clone(),
            v1_replacement: self.v1_replacement.clone(),
            v2_replacement: self.v2_replacement.clone(),
            v3_replacement: self.v3_replacement.clone(),
            v4_replacement: self.v4_replacement.clone(),
        };
        user_agent::Builder::new().push(copy).ok()?.build().ok()
    }
}

impl Rule for os::Parser<'static> {
    type Compiled = os::Extractor<'static>;
    const SHORTEST: usize = 3;

    fn expression(&self) -> &str {
        &self.regex
    }

    fn compile(&self) -> Option<Self::Compiled> {
        let copy = Self {
            regex: self.regex.clone(),
            os_replacement: self.os_replacement.clone(),
            os_v1_replacement: self.os_v1_replacement.clone(),
            os_v2_replacement: self.os_v2_replacement.clone(),
            os_v3_replacement: self.os_v3_replacement.clone(),
            os_v4_replacement: self.os_v4_replacement.clone(),
        };
        os::Builder::new().push(copy).ok()?.build().ok()
    }
}

impl Rule for device::Parser<'static> {
    type Compiled = device::Extractor<'static>;
    const SHORTEST: usize = 2;

    fn expression(&self) -> &str {
        &self.regex
    }

    fn ignores_case(&self) -> bool {
        self.regex_flag == Some(device::Flag::IgnoreCase)
    }

    fn compile(&self) -> Option<Self::Compiled> {
        let copy = Self {
            regex: self.regex.clone(),
            regex_flag: self.ignores_case().then_some(device::Flag::IgnoreCase),
            device_replacement: self.device_replacement.clone(),
            brand_replacement: self.brand_replacement.clone(),
            model_replacement: self.model_replacement.clone(),
        };
        device::Builder::new().push(copy).ok()?.build().ok()
    }
}
