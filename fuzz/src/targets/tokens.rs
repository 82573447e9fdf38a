//! Texts that name or prove something: what reads, writes itself again, and nothing but the very token opens what it opens.

use cloakroom_engine::account::MailPurpose;
use cloakroom_engine::account::mail_token::MailToken;
use cloakroom_engine::ids::{ApiKeyUid, ApplicationUid, SessionUid, StorageId, TenantUid, UserUid, parse_guid, render_guid};
use cloakroom_engine::keys::{Keyring, MasterKey};
use cloakroom_engine::machine::api_keys::text::ShownApiKey;
use cloakroom_engine::tokens::refresh_token::RefreshToken;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::edits::{Edit, edited, edits};
use crate::ground::{CLIENT_SECRET, Ground, MARKER};
use crate::run::{Held, Run, holds};

#[derive(Clone, Debug)]
struct Input {
    /// Which of the texts that are right is changed.
    base: Index,
    edits: Vec<Edit>,
    arbitrary: String,
}

fn input() -> impl Strategy<Value = Input> {
    let arbitrary = prop_oneof![
        ".{0,60}",
        "cl[rkpv]_[0-9A-Za-z_]{0,120}",
        "(ses|usr|tnt|app)_[0-9a-zA-Z]{26}",
        // Every dress that some reader of GUIDs takes, and ours does not.
        "(\\{|urn:uuid:)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\}?",
        "[0-9a-fA-F]{32}",
        "[a-z0-9.@-]{0,20}\\.[0-9a-fA-F]{8}\\.[0-9a-fA-F]{8}",
        "[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,90}",
    ];
    (any::<Index>(), edits(), arbitrary).prop_map(|(base, edits, arbitrary)| Input { base, edits, arbitrary })
}

/// What reads, by its noun, and what it writes again.
fn written(text: &str, keys: &Keyring) -> Vec<(&'static str, String, bool)> {
    let exact = |noun, written: Option<String>| written.map(|written| (noun, written, true));
    let folded = |noun, written: Option<String>| written.map(|written| (noun, written, false));
    [
        exact("refresh token", RefreshToken::parse(text, keys).map(|token| token.expose().to_string())),
        exact("API key", ShownApiKey::parse(text).map(|key| key.expose().to_string())),
        exact(
            "reset token",
            MailToken::parse(MailPurpose::PasswordReset, text).map(|token| token.expose(MailPurpose::PasswordReset).to_string()),
        ),
        exact(
            "address token",
            MailToken::parse(MailPurpose::EmailVerification, text).map(|token| token.expose(MailPurpose::EmailVerification).to_string()),
        ),
        folded("session", SessionUid::parse(text).map(|uid| uid.to_string())),
        folded("user", UserUid::parse(text).map(|uid| uid.to_string())),
        folded("tenant", TenantUid::parse(text).map(|uid| uid.to_string())),
        folded("application", ApplicationUid::parse(text).map(|uid| uid.to_string())),
        folded("guid", parse_guid(text).map(|guid| render_guid(&guid))),
        folded("stored session", StorageId::parse(text).map(|id| id.to_string())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn reads_back(text: &str, keys: &Keyring) -> Held {
    for (noun, written, is_exact) in written(text, keys) {
        let same = written == text || !is_exact && written.to_lowercase() == text.to_lowercase();
        holds(same, || format!("{text:?} reads as a {noun} that is written {written:?}"))?;
    }
    Ok(())
}

/// Only the very token is worth anything, whatever is shown instead.
fn opens_alone(ground: &Ground, text: &str) -> Held {
    if text.contains(|c: char| !c.is_ascii_graphic()) {
        return Ok(());
    }
    let shown = ground.ask("GET", "/api/v1/me", &[("authorization", &format!("Bearer {text}"))], Vec::new());
    shown.is_sound()?;
    holds(shown.status != 200 || text == ground.access, || format!("{text:?} opens an account"))?;
    let form = format!("client_id=ground&client_secret={CLIENT_SECRET}&token={}&hint={MARKER}", text.replace(['&', '%', '+'], "-"));
    let asked = ground.ask("POST", "/oauth/introspect", &[("content-type", "application/x-www-form-urlencoded")], form.into_bytes());
    asked.is_sound()?;
    let known = text == ground.access || text == ground.refresh;
    holds(known || !asked.text.contains("\"active\":true"), || format!("{text:?} is called active: {}", asked.text))
}

/// # Errors
/// An input that a property does not hold for.
pub fn fuzz(run: &mut Run) -> Result<(), String> {
    let (keys, ground) = (Keyring::derive(&MasterKey::from_bytes([3; 32])), Ground::new());
    let uid = SessionUid::from_bytes([0x5a; 16]);
    let key = ApiKeyUid::from_bytes([7; 16]);
    let bases = [
        ground.access.clone(),
        ground.refresh.clone(),
        ground.session_guid.clone(),
        uid.to_string(),
        render_guid(key.as_bytes()),
        StorageId { owner: "ada.lovelace".into(), session: cloakroom_engine::ids::SessionNumber(4711) }.to_string(),
    ];
    run.over(&input(), |input| {
        let nearly = edited(&bases[input.base.index(bases.len())], &input.edits);
        for text in [nearly.as_str(), input.arbitrary.as_str()] {
            reads_back(text, &keys)?;
            opens_alone(&ground, text)?;
        }
        Ok(())
    })
}
