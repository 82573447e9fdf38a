//! Forms of the directory: which fields there are and for whom, what somebody typed, and what can be read of it.

use std::borrow::Cow;

use cloakroom_engine::callers::{DirectoryAdmin, Reach};
use cloakroom_engine::directory::changes::Patch;
use cloakroom_engine::policy::Policy;

use crate::http::declared::types::Kind;
use crate::http::declared::words::Identified;
use crate::http::fields::Value;
use crate::web::language::Language;
use crate::web::pages::Problem;

use super::entry_form::EntryForm;

/// How a field is filled in.
#[derive(Clone, Copy)]
pub enum Input {
    Text,
    Number,
    /// Never filled in by us.
    Secret,
    /// One item a line.
    Lines,
    /// Text of several lines.
    Text2d,
    Check,
    /// One of these words; the empty one says nothing.
    Choice(&'static [&'static str]),
}

/// How far somebody reaches, as far as forms differ by it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    Tenant,
    Partner,
    Platform,
}

impl Level {
    pub const fn of(admin: &DirectoryAdmin) -> Self {
        match admin.reach() {
            Reach::Everything => Self::Platform,
            Reach::Partner(_) => Self::Partner,
            Reach::Tenant(_) => Self::Tenant,
        }
    }
}

/// A field of a form.
#[derive(Clone, Copy)]
pub struct Spec {
    /// As [`EntryForm`] has it.
    pub name: &'static str,
    /// The name of the text that labels it.
    label: &'static str,
    /// The name of the text that says what may stand there; it is said, too, where something else does.
    rule: &'static str,
    pub input: Input,
    is_required: bool,
    /// Others have no such field, and leave it as it is.
    least: Level,
}

impl Spec {
    pub const fn new(name: &'static str, input: Input, label: &'static str, rule: &'static str) -> Self {
        Self { name, label, rule, input, is_required: false, least: Level::Tenant }
    }

    pub const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    pub const fn of(self, least: Level) -> Self {
        Self { least, ..self }
    }
}

/// A field as the page has it.
pub struct Field {
    pub name: &'static str,
    pub label: String,
    pub rule: String,
    pub value: String,
    pub is_required: bool,
    pub input: &'static str,
    /// The words of a choice, each with its text.
    pub choices: Vec<(&'static str, String)>,
}

impl Field {
    /// Whether a problem of it says its rule, which then need not stand there twice.
    pub fn is_told_by(&self, problem: &Option<&Problem>) -> bool {
        problem.is_some_and(|problem| problem.text.ends_with(&self.rule))
    }

    /// Whether this word is the one that is chosen.
    pub fn is_chosen(&self, word: &str) -> bool {
        self.value == word
    }
}

/// What stands in the field of a tick.
pub fn ticked(is_so: bool) -> String {
    if is_so { "true".to_owned() } else { String::new() }
}

/// The fields that a viewer is shown, each with what stands in it.
pub fn shown(language: Language, level: Level, specs: &[Spec], value: impl Fn(&'static str) -> String) -> Vec<Field> {
    let field = |spec: &Spec| {
        let (input, choices) = match spec.input {
            Input::Text => ("text", &[][..]),
            Input::Number => ("number", &[][..]),
            Input::Secret => ("password", &[][..]),
            Input::Lines | Input::Text2d => ("lines", &[][..]),
            Input::Check => ("check", &[][..]),
            Input::Choice(words) => ("choice", words),
        };
        Field {
            name: spec.name,
            label: language.say(spec.label),
            rule: language.say(spec.rule),
            value: if matches!(spec.input, Input::Secret) { String::new() } else { value(spec.name) },
            is_required: spec.is_required,
            input,
            choices: choices.iter().map(|word| (*word, super::words::word(language, word))).collect(),
        }
    };
    specs.iter().filter(|spec| spec.least <= level).map(field).collect()
}

/// What somebody typed into the fields that they were shown, and which of them say nothing that can be.
pub struct Sheet<'s> {
    specs: &'s [Spec],
    level: Level,
    form: &'s EntryForm,
    policy: &'s Policy,
    wrong: Vec<&'static str>,
}

impl<'s> Sheet<'s> {
    pub const fn new(specs: &'s [Spec], level: Level, form: &'s EntryForm, policy: &'s Policy) -> Self {
        Self { specs, level, form, policy, wrong: Vec::new() }
    }

    /// The field, and what stands there; none where the viewer has no such field.
    fn typed(&self, name: &str) -> Option<(Spec, &'s str)> {
        let spec = self.specs.iter().find(|spec| spec.name == name && spec.least <= self.level)?;
        let typed = self.form.typed(name);
        Some((*spec, if matches!(spec.input, Input::Secret) { typed } else { typed.trim() }))
    }

    /// Remembers that what stands there cannot be.
    pub fn refuse(&mut self, name: &'static str) {
        self.wrong.push(name);
    }

    fn read<K: Kind>(&mut self, name: &'static str, value: Value<'_>) -> Option<K::Value> {
        let read = K::read(value, self.policy).ok();
        if read.is_none() {
            self.refuse(name);
        }
        read
    }

    /// What must stand there.
    pub fn required<K: Kind>(&mut self, name: &'static str) -> Option<K::Value> {
        match self.typed(name) {
            Some((spec, typed)) if !typed.is_empty() => self.read::<K>(name, value(spec, typed)),
            _ => {
                self.refuse(name);
                None
            }
        }
    }

    /// What stands there, if anything does.
    pub fn optional<K: Kind>(&mut self, name: &'static str) -> Option<K::Value> {
        let (spec, typed) = self.typed(name).filter(|(_, typed)| !typed.is_empty())?;
        self.read::<K>(name, value(spec, typed))
    }

    /// What is there is set, an empty field takes away, and what the viewer was not asked stays.
    pub fn patch<K: Kind>(&mut self, name: &'static str) -> Patch<K::Value> {
        match self.typed(name) {
            None => Patch::Keep,
            Some((_, "")) => Patch::Clear,
            Some((spec, typed)) => self.read::<K>(name, value(spec, typed)).map_or(Patch::Keep, Patch::Set),
        }
    }

    /// As [`Self::patch`], of a public id.
    pub fn patch_id<T: Identified>(&mut self, name: &'static str) -> Patch<T> {
        match self.typed(name) {
            None => Patch::Keep,
            Some((_, "")) => Patch::Clear,
            Some((_, typed)) => match T::parse(typed) {
                Some(id) => Patch::Set(id),
                None => {
                    self.refuse(name);
                    Patch::Keep
                }
            },
        }
    }

    /// A public id, if one stands there.
    pub fn id<T: Identified>(&mut self, name: &'static str) -> Option<T> {
        match self.patch_id(name) {
            Patch::Set(id) => Some(id),
            Patch::Keep | Patch::Clear => None,
        }
    }

    /// The lines of the field; none of them is empty. None where the viewer was not asked.
    pub fn lines<K: Kind<Value = Vec<String>>>(&mut self, name: &'static str) -> Option<Vec<String>> {
        let (spec, typed) = self.typed(name)?;
        self.read::<K>(name, value(spec, typed))
    }

    /// The lines of the field as `read` has each.
    pub fn each_line<T>(&mut self, name: &'static str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
        let (_, typed) = self.typed(name)?;
        let all: Option<Vec<T>> = lines_of(typed).map(read).collect();
        if all.is_none() {
            self.refuse(name);
        }
        all
    }

    /// Whether the box is ticked. None where the viewer was not asked.
    pub fn check(&self, name: &str) -> Option<bool> {
        self.typed(name).map(|(_, typed)| !typed.is_empty())
    }

    /// What stands there, whatever it is.
    pub fn text(&self, name: &str) -> Option<&'s str> {
        self.typed(name).map(|(_, typed)| typed)
    }

    pub fn is_wrong(&self) -> bool {
        !self.wrong.is_empty()
    }

    /// What is to be corrected, in the order of the fields.
    pub fn problems(&self, language: Language) -> Vec<Problem> {
        self.specs.iter().filter(|spec| self.wrong.contains(&spec.name)).map(|spec| problem(language, spec)).collect()
    }
}

/// That something else may stand in a field.
pub fn problem(language: Language, spec: &Spec) -> Problem {
    let (label, rule) = (language.say(spec.label), language.say(spec.rule));
    Problem { field: spec.name, text: language.say_with("problem-field", &[("field", label.into()), ("rule", rule.into())]) }
}

fn lines_of(typed: &str) -> impl Iterator<Item = &str> {
    typed.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// What stands in a field as declarations read it.
fn value(spec: Spec, typed: &str) -> Value<'_> {
    match spec.input {
        Input::Number => match typed.parse::<i64>() {
            Ok(number) => Value::Number(number.into()),
            Err(_) => Value::Text(Cow::Borrowed(typed)),
        },
        Input::Lines => Value::List(lines_of(typed).map(|line| Value::Text(Cow::Borrowed(line))).collect()),
        Input::Check => Value::Bool(!typed.is_empty()),
        Input::Text | Input::Secret | Input::Text2d | Input::Choice(_) => Value::Text(Cow::Borrowed(typed)),
    }
}
