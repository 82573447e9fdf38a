//! From a path in the code to the file that defines what it names.

use std::collections::BTreeMap;

use super::source::{Import, Named, Source};

/// The modules around what a file of a crate holds: `crates/store/src/audit/row.rs` is `["audit", "row"]`.
pub fn module_of(path: &str) -> Vec<String> {
    let inside = path.split_once("/src/").map_or(path, |(_, inside)| inside);
    let pieces = inside.trim_end_matches(".rs").split('/');
    let mut module: Vec<String> = pieces.map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib")) {
        module.pop();
    }
    module
}

/// The path from the root of the crate, if it leads there: by `crate`, `self`, `super`, a module below, or something imported.
pub fn absolute(source: &Source, words: &[String], within: &[String]) -> Option<Vec<String>> {
    from_the_root(source, words, within).or_else(|| {
        let import = source.imports.iter().find(|import| import.within == within && Some(&import.name) == words.first())?;
        let mut path = from_the_root(source, &import.from, within)?;
        path.extend_from_slice(&words[1..]);
        Some(path)
    })
}

fn from_the_root(source: &Source, words: &[String], within: &[String]) -> Option<Vec<String>> {
    let mut path = [module_of(&source.path), within.to_vec()].concat();
    let mut rest = words;
    match words.first()?.as_str() {
        "crate" => {
            path.clear();
            rest = &words[1..];
        }
        "self" => rest = &words[1..],
        "super" => {
            while rest.first().is_some_and(|word| word == "super") {
                path.pop();
                rest = &rest[1..];
            }
        }
        below if source.modules.iter().any(|module| module.name == below && module.within == within) => {}
        _ => return None,
    }
    path.extend_from_slice(rest);
    Some(path)
}

struct Scope<'s> {
    source: &'s Source,
    within: Vec<String>,
}

/// The modules of a crate.
pub struct Tree<'s> {
    scopes: BTreeMap<Vec<String>, Scope<'s>>,
}

/// The file that defines a name, and the name.
pub type Defined<'s> = (&'s str, String);

/// `use a::b` where `b` hands on what `c` hands on from … ends after so many steps, or goes round in a circle.
const STEPS: usize = 12;

impl<'s> Tree<'s> {
    pub fn of(sources: &[&'s Source]) -> Self {
        let mut scopes = BTreeMap::new();
        for source in sources {
            let module = module_of(&source.path);
            for inline in &source.modules {
                let within = [inline.within.clone(), vec![inline.name.clone()]].concat();
                let is_inline = source.definitions.iter().any(|definition| definition.within.starts_with(&within));
                if is_inline {
                    scopes.insert([module.clone(), within.clone()].concat(), Scope { source, within });
                }
            }
            scopes.insert(module, Scope { source, within: Vec::new() });
        }
        Self { scopes }
    }

    /// Where what a file names is defined; `None` where it is not of this crate, or a module and nothing in it.
    pub fn definition(&self, source: &Source, named: &Named) -> Option<Defined<'s>> {
        self.find(&absolute(source, &named.words, &named.within)?, STEPS)
    }

    fn find(&self, path: &[String], steps: usize) -> Option<Defined<'s>> {
        let steps = steps.checked_sub(1)?;
        let depth =
            (0..path.len()).rev().find(|depth| self.scopes.contains_key(&path[..*depth]) && !self.scopes.contains_key(&path[..=*depth]))?;
        let (scope, name) = (&self.scopes[&path[..depth]], &path[depth]);
        let is_here = |definition: &super::source::Definition| definition.name == *name && definition.within == scope.within;
        if scope.source.definitions.iter().any(is_here) {
            return Some((&scope.source.path, name.clone()));
        }
        let here = scope.source.imports.iter().filter(|import| !import.test && import.within == scope.within);
        let (globs, named): (Vec<&Import>, Vec<&Import>) = here.partition(|import| import.name == "*");
        if let Some(import) = named.into_iter().find(|import| import.name == *name) {
            let from = absolute_import(scope, import)?;
            return self.find(&[&from, &path[depth + 1..]].concat(), steps);
        }
        let behind = |import: &&Import| self.find(&[&absolute_import(scope, import)?[..], &path[depth..]].concat(), steps);
        // What no item declares was made by a macro of the file.
        globs.iter().find_map(behind).or_else(|| Some((&scope.source.path, name.clone())))
    }
}

fn absolute_import(scope: &Scope<'_>, import: &Import) -> Option<Vec<String>> {
    from_the_root(scope.source, &import.from, &scope.within)
}
