//! What the page is filled with (templates/web/account.html).

use askama::Template;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::LONGEST_NAME;
use cloakroom_engine::openid::consents::Consent;
use cloakroom_engine::sessions::Birth;
use cloakroom_engine::sessions::detail::DetailedView;
use cloakroom_engine::sessions::metadata::KeptMetadata;

use crate::web::authorize::described;
use crate::web::language::Language;
use crate::web::pages::Frame;
use crate::web::words::{Moment, born, device, kind, place, value_said};

#[derive(Template)]
#[template(path = "web/account.html")]
pub struct AccountPage {
    pub frame: Frame,
    /// What was just done.
    pub notice: Option<String>,
    pub username: String,
    pub display_name: Option<String>,
    pub ends_at: Moment,
    pub form_token: String,
    pub actions: Actions,
    pub sessions: Vec<SessionRow>,
    /// How many sessions live beside this one, on all pages together.
    pub others: u64,
    /// Where this page begins; empty on the first.
    pub cursor: String,
    pub newest: String,
    /// The address of the next page.
    pub older: Option<String>,
    pub consents: Vec<ConsentRow>,
}

impl AccountPage {
    /// What ends with all others.
    fn others_said(&self) -> String {
        match self.others {
            1 => self.frame.say("account-others-one"),
            others => self.frame.language.say_with("account-others-many", &[("count", others.into())]),
        }
    }

    /// Characters of a caption.
    const fn longest(&self) -> usize {
        LONGEST_NAME
    }
}

/// Where the forms and links lead.
pub struct Actions {
    pub leave: String,
    /// None for whoever has no password.
    pub password: Option<String>,
    pub end: String,
    pub end_others: String,
    pub name: String,
    pub withdraw: String,
}

/// A session of the table.
pub struct SessionRow {
    pub id: String,
    pub is_current: bool,
    /// Whether its caption is the user's to choose: that of a stored one is its application's.
    pub is_named_by_user: bool,
    pub caption: String,
    pub device: String,
    /// Computer, phone and so on, where that is known.
    pub kind: Option<String>,
    pub place: String,
    pub address: Option<String>,
    /// What applications keep with it.
    pub kept: Vec<KeptMember>,
    /// The names of the applications that were let in.
    pub applications: Vec<String>,
    pub born: String,
    pub created_at: Moment,
    pub used_at: Moment,
    /// What the buttons are called for those who do not see in which row they stand.
    pub end_label: String,
    pub name_label: String,
}

impl SessionRow {
    pub fn of(language: Language, shown: &DetailedView, kept: &KeptMetadata, is_current: bool, now: Timestamp) -> Self {
        let (session, surroundings) = (&shown.view.session, &shown.surroundings);
        let whence = &surroundings.whence;
        let device = device(language, &whence.agent);
        let caption = session.caption.as_deref().unwrap_or_default().to_owned();
        let place = place(language, whence.location.as_ref());
        let called = if caption.is_empty() { &device } else { &caption };
        let label = |text| language.say_with(text, &[("device", called.as_str().into()), ("place", place.as_str().into())]);
        Self {
            id: session.uid.to_string(),
            is_current,
            is_named_by_user: session.birth != Birth::Storage,
            kind: kind(language, whence.agent.device_type),
            address: session.address.as_deref().map(str::to_owned),
            kept: kept.metadata.members().map(|(name, value)| KeptMember { name: name.to_owned(), value: value_said(value) }).collect(),
            applications: surroundings.applications.iter().map(|reached| reached.name.clone()).collect(),
            born: born(language, session.birth),
            created_at: Moment::of(language, session.created_at, now),
            used_at: Moment::of(language, session.activity.last_active_at, now),
            end_label: label("account-end-label"),
            name_label: label("account-name-label"),
            caption,
            device,
            place,
        }
    }
}

/// A member of what an application keeps with a session.
pub struct KeptMember {
    pub name: String,
    pub value: String,
}

/// An application that was let in.
pub struct ConsentRow {
    pub application: String,
    pub name: String,
    /// What it may do, a line each.
    pub scope: Vec<String>,
    pub given_at: Moment,
    pub withdraw_label: String,
}

impl ConsentRow {
    pub fn of(language: Language, consent: &Consent, now: Timestamp) -> Self {
        Self {
            application: consent.application.to_string(),
            name: consent.name.clone(),
            scope: consent.scope.iter().map(|word| described(language, word)).collect(),
            given_at: Moment::of(language, consent.given_at, now),
            withdraw_label: language.say_with("account-withdraw-label", &[("application", consent.name.as_str().into())]),
        }
    }
}
