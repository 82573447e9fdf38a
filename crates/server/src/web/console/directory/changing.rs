//! The forms that make an entry, change one and remove one. What was typed stays where something is to be corrected; what cannot be and what is
//! refused is said at its field and above the form.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cloakroom_engine::callers::Refusal;

use super::at_directory::AtDirectory;
use super::entry::OneEntry;
use super::entry_form::EntryForm;
use super::noun::Noun;
use super::secrets::secret_page;
use super::sheet::{Field, Sheet, Spec, problem, shown};
use super::table::OfNoun;
use super::words::refused;
use crate::http::declared::parameters::{Params, parameters};
use crate::web::console::frame::{ConsoleFrame, console_page};
use crate::web::console::guard::forbidden;
use crate::web::door::with_query;
use crate::web::error::{PageError, PageRefusals};
use crate::web::form::{Filled, Typed};
use crate::web::language::Language;
use crate::web::pages::{Problem, of_field};
use crate::web::surface::FrontDesk;

parameters! {
    /// That it is to be done.
    in Form pub struct DeedForm {
        /// Made for this session by the page.
        form_token: Typed,
    }
}

#[derive(Template)]
#[template(path = "web/console/directory/form.html")]
pub struct FormPage {
    frame: ConsoleFrame,
    title: String,
    action: String,
    /// Where nothing is done.
    back: String,
    fields: Vec<Field>,
    button: String,
    problems: Vec<Problem>,
}

/// A form that is asked or asked again.
pub struct Asking<'a> {
    pub noun: Noun,
    pub title: String,
    /// Where it is sent, and where nothing is done.
    pub action: String,
    pub back: String,
    pub specs: &'a [Spec],
    pub problems: Vec<Problem>,
}

impl Asking<'_> {
    pub fn page(self, desk: &FrontDesk, visitor: &AtDirectory, status: StatusCode, value: impl Fn(&'static str) -> String) -> Response {
        let language = visitor.at.coming.language;
        let form = FormPage {
            frame: ConsoleFrame::of(&visitor.at, desk, self.noun.path()),
            title: self.title,
            action: self.action,
            back: self.back,
            fields: shown(language, visitor.level, self.specs, value),
            button: language.say("form-save"),
            problems: self.problems,
        };
        console_page(&visitor.at, desk, status, &form)
    }
}

/// A refusal, and which status and problem it makes of a form.
pub fn refused_form(language: Language, specs: &[Spec], refusal: &Refusal) -> (StatusCode, Vec<Problem>) {
    let status = match refusal {
        Refusal::OutOfReach | Refusal::WeakPassword(_) | Refusal::Registration(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::RoleTooLow | Refusal::ScopeLacking | Refusal::AboveCaller | Refusal::OwnerAbove | Refusal::OfAdministrators => {
            StatusCode::FORBIDDEN
        }
        _ => StatusCode::CONFLICT,
    };
    let (text, field) = refused(refusal);
    let spec = specs.iter().find(|spec| Some(spec.name) == field);
    let problem = match (refusal, spec) {
        (Refusal::Registration(_), Some(spec)) => problem(language, spec),
        // The form's own id: what is about no field of it is about all.
        _ => Problem { field: spec.map_or("form", |spec| spec.name), text: language.say(text) },
    };
    (status, vec![problem])
}

/// The form that makes an entry. Whoever proved too long ago who they are proves it first.
#[utoipa::path(get, path = "/console/directory/{noun}/new", operation_id = "askForNewEntry", tag = "console",
    params(OfNoun),
    responses(
        (status = 200, description = "The form.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, to choosing a password, or to `/console/confirm`; each leads back."),
        (status = 403, description = "It is for administrators who may make one.", body = str, content_type = "text/html"),
        (status = 404, description = "There is no such noun.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn ask_new(State(desk): State<FrontDesk>, visitor: AtDirectory, Params(of): Params<OfNoun>) -> Result<Response, PageError> {
    let noun = of.noun.ok_or(PageError::NOT_FOUND)?;
    if visitor.level < noun.changed_by() {
        return Err(forbidden());
    }
    if let Some(proving) = visitor.at.to_prove(&desk, &visitor.at.asked) {
        return Ok(proving);
    }
    let blank = noun.blank();
    let value = |name: &str| blank.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()).unwrap_or_default();
    Ok(new_entry(&desk, &visitor, noun, Vec::new()).page(&desk, &visitor, StatusCode::OK, value))
}

fn new_entry<'a>(desk: &FrontDesk, visitor: &AtDirectory, noun: Noun, problems: Vec<Problem>) -> Asking<'a> {
    let (list, title) = (desk.surface.0.at(noun.path()), visitor.at.coming.language.say(noun.texts().new));
    Asking { noun, title, action: format!("{list}/new"), back: list, specs: noun.specs(true), problems }
}

/// Make an entry with the page's form. The secret of an application is shown once, by the answer to this.
#[utoipa::path(post, path = "/console/directory/{noun}/new", operation_id = "makeDirectoryEntry", tag = "console",
    params(OfNoun),
    request_body(content = EntryForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 201, description = "Made; its secret, which is never shown again.", body = str, content_type = "text/html"),
        (status = 303, description = "Made; on to its page. Or on to `/login` or `/console/confirm`."),
        (status = 403, description = "The form is not ours, or its sender may not give what it asks for.", body = str, content_type = "text/html"),
        (status = 404, description = "There is no such noun.", body = str, content_type = "text/html"),
        (status = 409, description = "A name is taken, or the step is none. The form, with what was typed.", body = str, content_type = "text/html"),
        (status = 422, description = "Something is to be corrected. The form, with what was typed.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn make(
    State(desk): State<FrontDesk>,
    visitor: AtDirectory,
    Params(of): Params<OfNoun>,
    Filled(form): Filled<EntryForm>,
) -> Result<Response, PageError> {
    let noun = of.noun.ok_or(PageError::NOT_FOUND)?;
    visitor.at.sent(&desk, &form.form_token)?;
    if let Some(proving) = visitor.at.to_prove(&desk, &desk.surface.0.at(&format!("{}/new", noun.path()))) {
        return Ok(proving);
    }
    let language = visitor.at.coming.language;
    let mut sheet = Sheet::new(noun.specs(true), visitor.level, &form, desk.engine.policy());
    let made = match visitor.at.settled(&desk, noun.make(visitor.doing(&desk), &mut sheet).await)? {
        Ok(made) => made,
        Err(led) => return Ok(led),
    };
    let (status, problems) = match made {
        Some(Ok(made)) => {
            let page = desk.surface.0.at(&noun.entry(&made.uid));
            return Ok(match made.secret {
                Some(secret) => secret_page(&desk, &visitor, &page, &secret),
                None => visitor.at.led_to(&desk, &with_query(&page, [("notice", "saved")])),
            });
        }
        Some(Err(refusal)) => refused_form(language, noun.specs(true), &refusal),
        None => (StatusCode::UNPROCESSABLE_ENTITY, sheet.problems(language)),
    };
    Ok(new_entry(&desk, &visitor, noun, problems).page(&desk, &visitor, status, |name| form.typed(name).to_owned()))
}

/// The form that changes an entry. Whoever proved too long ago who they are proves it first.
#[utoipa::path(get, path = "/console/directory/{noun}/{entry_id}/edit", operation_id = "askForEntryChange", tag = "console",
    params(OneEntry),
    responses(
        (status = 200, description = "The form, as the entry is.", body = str, content_type = "text/html"),
        (status = 303, description = "On to `/login`, to choosing a password, or to `/console/confirm`; each leads back."),
        (status = 403, description = "It is for administrators who may change it.", body = str, content_type = "text/html"),
        (status = 404, description = "There is none of this id within reach.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn ask_change(State(desk): State<FrontDesk>, visitor: AtDirectory, Params(one): Params<OneEntry>) -> Result<Response, PageError> {
    let (noun, uid) = one.named()?;
    if visitor.level < noun.edited_by() {
        return Err(forbidden());
    }
    if let Some(proving) = visitor.at.to_prove(&desk, &visitor.at.asked) {
        return Ok(proving);
    }
    let filled = noun.filled(&desk, &visitor.reader, uid).await?.map_err(|_| PageError::NOT_FOUND)?;
    let value = |name: &str| filled.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()).unwrap_or_default();
    Ok(changed_entry(&desk, &visitor, noun, uid, Vec::new()).page(&desk, &visitor, StatusCode::OK, value))
}

fn changed_entry<'a>(desk: &FrontDesk, visitor: &AtDirectory, noun: Noun, uid: &str, problems: Vec<Problem>) -> Asking<'a> {
    let back = desk.surface.0.at(&noun.entry(uid));
    let language = visitor.at.coming.language;
    let title = format!("{}: {}", language.say("entry-edit"), language.say(noun.texts().one));
    Asking { noun, title, action: format!("{back}/edit"), back, specs: noun.specs(false), problems }
}

/// Change an entry with the page's form.
#[utoipa::path(post, path = "/console/directory/{noun}/{entry_id}/edit", operation_id = "editDirectoryEntry", tag = "console",
    params(OneEntry),
    request_body(content = EntryForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Changed; back to its page. Or on to `/login` or `/console/confirm`."),
        (status = 403, description = "The form is not ours, or its sender may not give what it asks for.", body = str, content_type = "text/html"),
        (status = 404, description = "There is none of this id within reach.", body = str, content_type = "text/html"),
        (status = 409, description = "The step is none. The form, with what was typed.", body = str, content_type = "text/html"),
        (status = 422, description = "Something is to be corrected. The form, with what was typed.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn change(
    State(desk): State<FrontDesk>,
    visitor: AtDirectory,
    Params(one): Params<OneEntry>,
    Filled(form): Filled<EntryForm>,
) -> Result<Response, PageError> {
    let (noun, uid) = one.named()?;
    visitor.at.sent(&desk, &form.form_token)?;
    let page = desk.surface.0.at(&noun.entry(uid));
    if let Some(proving) = visitor.at.to_prove(&desk, &format!("{page}/edit")) {
        return Ok(proving);
    }
    let language = visitor.at.coming.language;
    let mut sheet = Sheet::new(noun.specs(false), visitor.level, &form, desk.engine.policy());
    let changed = match visitor.at.settled(&desk, noun.change(visitor.doing(&desk), uid, &mut sheet).await)? {
        Ok(changed) => changed,
        Err(led) => return Ok(led),
    };
    let (status, problems) = match changed {
        Some(Ok(())) => return visitor.told(&desk, &page, &Ok(()), "saved"),
        Some(Err(refusal)) => refused_form(language, noun.specs(false), &refusal),
        None => (StatusCode::UNPROCESSABLE_ENTITY, sheet.problems(language)),
    };
    Ok(changed_entry(&desk, &visitor, noun, uid, problems).page(&desk, &visitor, status, |name| form.typed(name).to_owned()))
}

/// Remove an entry: a user, a tenant or a partner is doomed, an application or a provider retired. Its names stay taken.
#[utoipa::path(post, path = "/console/directory/{noun}/{entry_id}/remove", operation_id = "removeDirectoryEntry", tag = "console",
    params(OneEntry),
    request_body(content = DeedForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Removed; on to the list. Or back to its page, which says why not. Or on to `/login` or `/console/confirm`."),
        (status = 403, description = "The form is not ours, or its sender may not remove it.", body = str, content_type = "text/html"),
        (status = 404, description = "There is none of this id within reach.", body = str, content_type = "text/html"),
        PageRefusals,
    ),
    security(()),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn remove(
    State(desk): State<FrontDesk>,
    visitor: AtDirectory,
    Params(one): Params<OneEntry>,
    Filled(form): Filled<DeedForm>,
) -> Result<Response, PageError> {
    let (noun, uid) = one.named()?;
    visitor.at.sent(&desk, &form.form_token)?;
    let page = desk.surface.0.at(&noun.entry(uid));
    if let Some(proving) = visitor.at.to_prove(&desk, &page) {
        return Ok(proving);
    }
    match visitor.at.settled(&desk, noun.remove(visitor.doing(&desk), uid).await)? {
        Ok(Ok(())) => visitor.told(&desk, &desk.surface.0.at(noun.path()), &Ok(()), "removed"),
        Ok(refused) => visitor.told(&desk, &page, &refused, "removed"),
        Err(led) => Ok(led),
    }
}

impl FormPage {
    fn problem_of(&self, field: &Field) -> Option<&Problem> {
        of_field(&self.problems, field.name)
    }
}
