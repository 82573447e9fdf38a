//! Users.

use cloakroom_engine::callers::{DirectoryReader, Refusal};
use cloakroom_engine::directory::admin::Outcome;
use cloakroom_engine::directory::changes::{NewUser, UserChange};
use cloakroom_engine::directory::records::{EmailRecord, UserRecord};
use cloakroom_engine::directory::{EmailStatus, MembershipRole, PlatformRole, UserStatus};
use cloakroom_engine::ids::{TenantUid, UserUid};
use cloakroom_engine::secret::Passcode;

use super::super::cell::{Cell, Reading};
use super::super::noun::Noun;
use super::super::sheet::{Input, Level, Sheet, Spec, ticked};
use super::shown::{Columns, Doing, Made, Part, PartKind, PartRow, Shown, Tried, named};
use crate::http::declared::names::{DisplayName, Email, SessionCap, Username};
use crate::http::declared::types::ChosenPassword;
use crate::http::declared::words::{Name, OneOf};
use crate::web::console::cells::ShownId;
use crate::web::surface::FrontDesk;

pub const COLUMNS: Columns = Columns {
    names: &["username", "display_name", "email", "id", "tenant_id", "role", "status", "status_since", "created_at"],
    heads: &[
        "field-username",
        "field-display-name",
        "field-email",
        "field-id",
        "tenant",
        "field-role",
        "field-status",
        "field-since",
        "field-created",
    ],
};

const ROLES: &[&str] = &["none", "tenant_admin", "partner_admin", "super_admin"];

const USERNAME: Spec = Spec::new("username", Input::Text, "field-username", "rule-username").required();
const EMAIL: Spec = Spec::new("email", Input::Text, "field-email", "rule-email");
const PASSWORD: Spec = Spec::new("password", Input::Secret, "field-password", "rule-password");
const DISPLAY_NAME: Spec = Spec::new("display_name", Input::Text, "field-display-name", "rule-name");
const TENANT: Spec = Spec::new("tenant_id", Input::Text, "field-home", "rule-home");
const MEMBERSHIPS: Spec = Spec::new("memberships", Input::Lines, "field-memberships", "rule-memberships");
const ROLE: Spec = Spec::new("role", Input::Choice(ROLES), "field-role", "rule-role").required();
const OPERATOR: Spec = Spec::new("is_operator", Input::Check, "field-operator", "rule-operator").of(Level::Platform);
const CAP: Spec = Spec::new("session_cap", Input::Number, "field-cap", "rule-user-cap");

pub const NEW: &[Spec] = &[USERNAME, EMAIL, PASSWORD, DISPLAY_NAME, TENANT, MEMBERSHIPS, ROLE, OPERATOR, CAP];
pub const CHANGE: &[Spec] = &[DISPLAY_NAME, TENANT, MEMBERSHIPS, ROLE, OPERATOR, CAP];
/// Of the form that sets a password.
pub const NEW_PASSWORD: &[Spec] = &[Spec::new("password", Input::Secret, "field-password", "rule-password").required()];
/// Of the form that adds an address.
pub const NEW_EMAIL: &[Spec] = &[Spec::new("email", Input::Text, "field-email", "rule-address").required()];

pub fn row(user: &UserRecord, reading: Reading<'_>) -> Vec<Cell> {
    vec![
        reading.name(Noun::Users, &user.username, user.uid),
        Cell::text(user.display_name.as_deref()),
        Cell::text(user.emails.first().map(|email| email.address.as_str())),
        Cell::Id(ShownId::of(user.uid)),
        reading.other(Noun::Tenants, user.home.map(|home| home.uid)),
        reading.word(user.role.as_str()),
        reading.state(user.status.as_str()),
        reading.moment(user.status_since),
        reading.moment(user.created_at),
    ]
}

pub async fn shown(desk: &FrontDesk, reader: &DirectoryReader, uid: &str, reading: Reading<'_>) -> Outcome<Shown> {
    let Ok(uid) = named::<UserUid>(uid) else { return Ok(Err(Refusal::OutOfReach)) };
    let found = desk.engine.user_with_locks(reader, uid).await?;
    Ok(found.map(|(user, locks)| {
        let lock = |lock: &cloakroom_engine::sessions::credentials::SignInLock| PartRow {
            which: String::new(),
            cells: vec![
                lock.network
                    .as_deref()
                    .map_or_else(|| Cell::Text(reading.language.say("lock-everybody")), |network| Cell::text(Some(network))),
                reading.moment(lock.until),
            ],
            deeds: &[],
        };
        let emails = user.emails.iter().map(|email| address(email, reading)).collect();
        Shown {
            title: user.username.clone(),
            uid: user.uid.to_string(),
            status: user.status.as_str(),
            facts: facts(&user, reading),
            parts: vec![
                Part { kind: PartKind::Emails, rows: emails },
                Part { kind: PartKind::Locks, rows: locks.iter().map(lock).collect() },
            ],
        }
    }))
}

fn facts(user: &UserRecord, reading: Reading<'_>) -> Vec<(&'static str, Cell)> {
    vec![
        ("field-id", Cell::Id(ShownId::of(user.uid))),
        ("field-display-name", Cell::text(user.display_name.as_deref())),
        ("field-status", reading.state(user.status.as_str())),
        ("field-since", reading.moment(user.status_since)),
        ("field-home", reading.other(Noun::Tenants, user.home.map(|home| home.uid))),
        ("field-memberships", Cell::lines(memberships(user))),
        ("field-role", reading.word(user.role.as_str())),
        ("field-operator", reading.truth(user.is_operator)),
        ("field-cap", Cell::number(user.session_cap)),
        ("field-has-password", reading.truth(user.has_password)),
        ("field-created", reading.moment(user.created_at)),
        ("field-updated", reading.moment(user.updated_at)),
    ]
}

fn address(email: &EmailRecord, reading: Reading<'_>) -> PartRow {
    let deeds: &[&str] = match (email.status, email.is_primary) {
        (EmailStatus::Doomed, _) => &[],
        (EmailStatus::Verified, true) => &["unverified"],
        (EmailStatus::Verified, false) => &["primary", "unverified", "doomed"],
        (EmailStatus::Unverified, true) => &["verified"],
        (EmailStatus::Unverified, false) => &["primary", "verified", "doomed"],
    };
    PartRow {
        which: email.address.clone(),
        cells: vec![Cell::text(Some(&email.address)), reading.state(email.status.as_str()), reading.truth(email.is_primary)],
        deeds,
    }
}

pub async fn filled(desk: &FrontDesk, reader: &DirectoryReader, uid: &str) -> Outcome<Vec<(&'static str, String)>> {
    let Ok(uid) = named::<UserUid>(uid) else { return Ok(Err(Refusal::OutOfReach)) };
    Ok(desk.engine.user(reader, uid).await?.map(|user| {
        let memberships = memberships(&user).join("\n");
        vec![
            ("display_name", user.display_name.unwrap_or_default()),
            ("tenant_id", user.home.map(|home| home.uid.to_string()).unwrap_or_default()),
            ("memberships", memberships),
            ("role", user.role.as_str().to_owned()),
            ("is_operator", ticked(user.is_operator)),
            ("session_cap", user.session_cap.map(|cap| cap.to_string()).unwrap_or_default()),
        ]
    }))
}

/// As the form has them, one a line.
fn memberships(user: &UserRecord) -> Vec<String> {
    user.memberships.iter().map(|(tenant, role)| format!("{} {}", tenant.uid, role.as_str())).collect()
}

fn membership(line: &str) -> Option<(TenantUid, MembershipRole)> {
    let (tenant, role) = line.split_once(char::is_whitespace)?;
    Some((TenantUid::parse(tenant)?, MembershipRole::parse(role.trim())?))
}

pub async fn make(doing: Doing<'_>, sheet: &mut Sheet<'_>) -> Tried<Made> {
    let Some((new, password)) = new_user(sheet) else { return Ok(None) };
    let made = doing.desk.engine.create_user(doing.admin, new, password, doing.origin).await?;
    Ok(Some(made.map(|user| Made::plain(user.uid))))
}

fn new_user(sheet: &mut Sheet<'_>) -> Option<(NewUser, Option<Passcode>)> {
    let username = sheet.required::<Name<Username>>("username");
    let email = sheet.optional::<Name<Email>>("email");
    let password = sheet.optional::<ChosenPassword>("password");
    let display_name = sheet.optional::<DisplayName>("display_name");
    let tenant = sheet.id::<TenantUid>("tenant_id");
    let memberships = sheet.each_line("memberships", membership);
    let role = sheet.required::<OneOf<PlatformRole>>("role");
    let session_cap = sheet.optional::<SessionCap>("session_cap");
    if sheet.is_wrong() {
        return None;
    }
    let new = NewUser {
        username: username?,
        email: email.map(|email| (email, EmailStatus::Verified)),
        display_name,
        tenant,
        memberships: memberships.unwrap_or_default(),
        role: role?,
        is_operator: sheet.check("is_operator").unwrap_or(false),
        status: UserStatus::Verified,
        session_cap,
        password: None,
        password_is_due: false,
    };
    Some((new, password))
}

pub async fn change(doing: Doing<'_>, uid: &str, sheet: &mut Sheet<'_>) -> Tried<()> {
    let change = UserChange {
        display_name: sheet.patch::<DisplayName>("display_name"),
        tenant: sheet.patch_id::<TenantUid>("tenant_id"),
        memberships: sheet.each_line("memberships", membership),
        role: sheet.required::<OneOf<PlatformRole>>("role"),
        is_operator: sheet.check("is_operator"),
        session_cap: sheet.patch::<SessionCap>("session_cap"),
    };
    if sheet.is_wrong() {
        return Ok(None);
    }
    let Ok(user) = named::<UserUid>(uid) else { return Ok(Some(Err(Refusal::OutOfReach))) };
    let changed = doing.desk.engine.change_user(doing.admin, user, change, doing.origin).await?;
    Ok(Some(changed.map(|_| ())))
}

pub async fn remove(doing: Doing<'_>, uid: &str) -> Outcome<()> {
    match named::<UserUid>(uid) {
        Ok(user) => doing.desk.engine.doom_user(doing.admin, user, doing.origin).await,
        Err(refusal) => Ok(Err(refusal)),
    }
}
