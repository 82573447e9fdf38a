//! The pages as templates (templates/web/), and what they are filled with.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::door::Door;
use super::error::PageError;
use super::language::Language;

/// What every page has.
pub struct Frame {
    pub language: Language,
    /// What the service is called.
    pub name: String,
    pub style: String,
    pub icon: String,
    pub home: String,
}

impl Frame {
    #[must_use]
    pub fn of(door: &Door, language: Language) -> Self {
        Self {
            language,
            name: door.name.clone(),
            style: door.at(door.assets.style.path()),
            icon: door.at(door.assets.icon.path()),
            home: door.at("/"),
        }
    }

    /// A text of the page in its language.
    pub fn say(&self, name: &str) -> String {
        self.language.say(name)
    }

    /// The language, as `lang` has it.
    pub fn tag(&self) -> &'static str {
        self.language.tag()
    }
}

/// Something to correct: said above the form, and beside the field that it is about.
#[derive(Clone)]
pub struct Problem {
    /// The id of the field.
    pub field: &'static str,
    pub text: String,
}

/// The problem of a field, where it has one.
pub fn of_field<'p>(problems: &'p [Problem], field: &str) -> Option<&'p Problem> {
    problems.iter().find(|problem| problem.field == field)
}

#[derive(Template)]
#[template(path = "web/login.html")]
pub struct LoginPage {
    pub frame: Frame,
    pub action: String,
    pub form_token: String,
    pub username: String,
    pub problems: Vec<Problem>,
    pub providers: Vec<ProviderButton>,
}

/// Leads to an identity provider.
pub struct ProviderButton {
    pub address: String,
    pub text: String,
}

#[derive(Template)]
#[template(path = "web/password.html")]
pub struct PasswordPage {
    pub frame: Frame,
    pub action: String,
    pub leave: String,
    pub form_token: String,
    pub username: String,
    /// What a new password must be.
    pub rule: String,
    /// Whether nothing else is possible before.
    pub is_due: bool,
    pub problems: Vec<Problem>,
}

#[derive(Template)]
#[template(path = "web/logout.html")]
pub struct LogoutPage {
    pub frame: Frame,
    pub action: String,
    pub form_token: String,
    /// Who asks for it, where an application does.
    pub named: Option<String>,
    /// What goes along with the answer.
    pub hidden: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "web/left.html")]
pub struct LeftPage {
    pub frame: Frame,
    /// Where it leads on to.
    pub goal: Option<String>,
    pub login: String,
}

#[derive(Template)]
#[template(path = "web/consent.html")]
pub struct ConsentPage {
    pub frame: Frame,
    pub title: String,
    pub action: String,
    pub form_token: String,
    /// The authorization request that this is about.
    pub request: String,
    /// Who is signed in.
    pub username: String,
    /// Where the application is.
    pub host: String,
    /// What it asks for, a line each.
    pub scope: Vec<String>,
}

#[derive(Template)]
#[template(path = "web/elsewhere.html")]
pub struct ElsewherePage {
    pub frame: Frame,
}

#[derive(Template)]
#[template(path = "web/reset.html")]
pub struct ResetPasswordPage {
    pub frame: Frame,
    pub action: String,
    pub form_token: String,
    /// Of the mail.
    pub token: String,
    /// What a new password must be.
    pub rule: String,
    pub problems: Vec<Problem>,
}

#[derive(Template)]
#[template(path = "web/verify.html")]
pub struct ConfirmAddressPage {
    pub frame: Frame,
    pub action: String,
    pub form_token: String,
    /// Of the mail.
    pub token: String,
}

#[derive(Template)]
#[template(path = "web/redeemed.html")]
pub struct RedeemedPage {
    pub frame: Frame,
    pub text: String,
    pub login: String,
}

#[derive(Template)]
#[template(path = "web/problem.html")]
pub struct ProblemPage {
    pub frame: Frame,
    pub text: String,
    pub status: u16,
}

/// A page as an answer.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            PageError::INTERNAL.into_response()
        }
    }
}
