//! The pages that the navigation leads to.

use super::directory::{Level, Noun};
use super::guard::AtConsole;
use super::paths::{AUDIT, CONSOLE, HEALTH, KEYS};
use super::{ends, sessions};

/// A page that the navigation leads to.
#[derive(Clone, Copy)]
pub struct Place {
    pub path: &'static str,
    /// The name of its text.
    pub text: &'static str,
    /// The name of the text that says what one does there.
    pub hint: &'static str,
    pub is_for: fn(&AtConsole) -> bool,
}

/// All of them, in the order of the navigation; nobody sees one that is not for them.
pub const PLACES: &[Place] = &[
    Place { path: CONSOLE, text: "console-overview", hint: "console-overview-hint", is_for: |_| true },
    Place { path: sessions::PATH, text: "sessions-title", hint: "sessions-hint", is_for: |_| true },
    Place { path: ends::PATH, text: "ends-title", hint: "ends-hint", is_for: |_| true },
    Place { path: Noun::Users.path(), text: "users", hint: "users-hint", is_for: is_administrator },
    Place { path: Noun::Tenants.path(), text: "tenants", hint: "tenants-hint", is_for: is_administrator },
    Place { path: Noun::Partners.path(), text: "partners", hint: "partners-hint", is_for: is_of_partner },
    Place { path: Noun::Applications.path(), text: "applications", hint: "applications-hint", is_for: is_administrator },
    Place { path: Noun::IdentityProviders.path(), text: "providers", hint: "providers-hint", is_for: is_administrator },
    Place { path: AUDIT, text: "audit", hint: "audit-hint", is_for: |at| at.trail().is_some() },
    Place { path: KEYS, text: "keys", hint: "keys-hint", is_for: AtConsole::is_of_platform },
    Place { path: HEALTH, text: "health", hint: "health-hint", is_for: AtConsole::reaches_everything },
];

fn is_administrator(at: &AtConsole) -> bool {
    at.directory().is_some()
}

fn is_of_partner(at: &AtConsole) -> bool {
    at.directory().is_some_and(|admin| Level::of(&admin) >= Level::Partner)
}
