//! What an entry has several of, and what can be done with it, as its page shows that.

use super::cell::Cell;
use super::noun::Noun;
use super::nouns::shown::{Part, PartKind, PartRow};
use super::nouns::{providers, users};
use super::sheet::{Field, Level, shown};
use crate::web::language::Language;
use crate::web::pages::Problem;

/// A form of one button.
pub struct Deed {
    pub action: String,
    pub fields: Vec<(&'static str, String)>,
    pub button: String,
    /// What it says to a screen reader, where the button alone does not tell of what it is.
    pub label: Option<String>,
    /// What it does, where that has to be said before.
    pub consequence: Option<String>,
    pub is_danger: bool,
}

impl Deed {
    fn plain(action: String, button: String) -> Self {
        Self { action, fields: Vec::new(), button, label: None, consequence: None, is_danger: false }
    }

    /// Suspending a user, or letting them in again. Other nouns have their status among the fields of their form.
    pub fn of_status(language: Language, noun: Noun, page: &str, status: &str) -> Option<Self> {
        let deed = |status: &str, button| Self {
            fields: vec![("status", status.to_owned())],
            ..Self::plain(format!("{page}/status"), language.say(button))
        };
        match (noun, status) {
            (Noun::Users, "verified") => {
                Some(Self { consequence: Some(language.say("user-suspending")), is_danger: true, ..deed("suspended", "user-suspend") })
            }
            (Noun::Users, "suspended" | "unverified") => Some(deed("verified", "user-verify")),
            _ => None,
        }
    }

    pub fn of_removal(language: Language, noun: Noun, page: &str) -> Self {
        let consequence = Some(language.say(noun.texts().removing));
        Self { consequence, is_danger: true, ..Self::plain(format!("{page}/remove"), language.say("entry-remove")) }
    }

    fn of_row(language: Language, page: &str, kind: PartKind, which: &str, deed: &'static str) -> Self {
        let (address, name, text, is_danger) = match (kind, deed) {
            (PartKind::Secrets, _) => ("secrets/remove", "secret_id", "secret-remove", true),
            (_, "primary") => ("emails", "email", "email-make-primary", false),
            (_, "verified") => ("emails", "email", "email-verify", false),
            (_, "unverified") => ("emails", "email", "email-unverify", true),
            _ => ("emails", "email", "email-remove", true),
        };
        let mut fields = vec![(name, which.to_owned())];
        if kind == PartKind::Emails {
            fields.push(("deed", deed.to_owned()));
        }
        let button = language.say(text);
        let label = Some(format!("{button}: {which}"));
        Self { fields, label, is_danger, ..Self::plain(format!("{page}/{address}"), button) }
    }
}

/// A form that adds something, or says all of it anew.
pub struct AddForm {
    pub action: String,
    /// What goes along.
    pub hidden: Vec<(&'static str, String)>,
    pub fields: Vec<Field>,
    pub button: String,
}

/// Something that an entry has several of.
pub struct PartShown {
    pub id: &'static str,
    pub title: String,
    pub none: String,
    pub heads: Vec<String>,
    pub rows: Vec<(Vec<Cell>, Vec<Deed>)>,
    pub deed: Option<Deed>,
    pub form: Option<AddForm>,
}

impl PartShown {
    /// Of a form that nobody sent yet.
    pub const fn nothing_wrong() -> Option<&'static Problem> {
        None
    }

    pub fn of(language: Language, page: &str, Part { kind, rows }: Part, may_change: bool, level: Level) -> Self {
        let (id, title, none, heads): (_, _, _, &[&str]) = match kind {
            PartKind::Emails => ("emails", "emails", "emails-none", &["field-email", "field-status", "field-primary"]),
            PartKind::Locks => ("locks", "locks", "locks-none", &["field-network", "field-until"]),
            PartKind::Secrets => ("secrets", "secrets", "secrets-none", &["field-id", "field-created"]),
            PartKind::Domains => ("domains", "field-domains", "domains-none", &["field-domains", "field-approved"]),
        };
        let domains: Vec<_> = rows.iter().map(|row| row.which.clone()).collect();
        let deed = may_change.then(|| of_part(language, page, kind, rows.is_empty())).flatten();
        let form = may_change.then(|| added(language, page, kind, level, &domains)).flatten();
        let row = |PartRow { which, cells, deeds }: PartRow| {
            let deeds = if may_change { deeds } else { &[] };
            (cells, deeds.iter().map(|deed| Deed::of_row(language, page, kind, &which, deed)).collect())
        };
        Self {
            id,
            title: language.say(title),
            none: language.say(none),
            heads: heads.iter().map(|head| language.say(head)).collect(),
            rows: rows.into_iter().map(row).collect(),
            deed,
            form,
        }
    }
}

/// What is done with all of them, or adds one without asking anything.
fn of_part(language: Language, page: &str, kind: PartKind, is_empty: bool) -> Option<Deed> {
    match kind {
        PartKind::Locks if !is_empty => Some(Deed::plain(format!("{page}/locks/lift"), language.say("locks-lift"))),
        PartKind::Secrets => Some(Deed::plain(format!("{page}/secrets/add"), language.say("secret-add"))),
        PartKind::Locks | PartKind::Emails | PartKind::Domains => None,
    }
}

fn added(language: Language, page: &str, kind: PartKind, level: Level, domains: &[String]) -> Option<AddForm> {
    match kind {
        PartKind::Emails => Some(AddForm {
            action: format!("{page}/emails"),
            hidden: vec![("deed", "add".to_owned())],
            fields: shown(language, level, users::NEW_EMAIL, |_| String::new()),
            button: language.say("email-add"),
        }),
        PartKind::Domains if level == Level::Platform && !domains.is_empty() => Some(AddForm {
            action: format!("{page}/domains"),
            hidden: Vec::new(),
            fields: shown(language, level, providers::APPROVAL, |_| domains.join("\n")),
            button: language.say("domains-approve"),
        }),
        PartKind::Domains | PartKind::Locks | PartKind::Secrets => None,
    }
}
