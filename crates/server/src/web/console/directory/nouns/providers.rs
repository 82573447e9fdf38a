//! Identity providers.

use cloakroom_engine::callers::{DirectoryReader, Refusal};
use cloakroom_engine::directory::MembershipRole;
use cloakroom_engine::directory::admin::Outcome;
use cloakroom_engine::directory::changes::{IdentityProviderChange, NewIdentityProvider, Patch};
use cloakroom_engine::directory::identity_provider::{
    GroupMembership, IdentityProviderRecord, IdentityProviderStatus, ProviderSettings, ProviderSettingsChange,
};
use cloakroom_engine::ids::{IdentityProviderUid, TenantUid};
use cloakroom_engine::secret::{ClientSecret, Passcode};

use super::super::cell::{Cell, Reading};
use super::super::noun::Noun;
use super::super::sheet::{Input, Sheet, Spec, ticked};
use super::shown::{Columns, Doing, Made, Part, PartKind, PartRow, Shown, Tried, named};
use crate::http::declared::names::{Caption, Domains, ProviderCode, ProviderValue, ProviderValues};
use crate::http::declared::types::SecretText;
use crate::http::declared::web_address::WebAddress;
use crate::http::declared::words::{Name, OneOf};
use crate::web::console::cells::ShownId;
use crate::web::surface::FrontDesk;

pub const COLUMNS: Columns = Columns {
    names: &["code", "name", "id", "tenant_id", "issuer", "status", "created_at"],
    heads: &["field-code", "field-name", "field-id", "tenant", "field-issuer", "field-status", "field-created"],
};

const CODE: Spec = Spec::new("code", Input::Text, "field-code", "rule-provider-code").required();
const NAME: Spec = Spec::new("name", Input::Text, "field-name", "rule-name-or-code");
const TENANT: Spec = Spec::new("tenant_id", Input::Text, "tenant", "rule-home");
const ISSUER: Spec = Spec::new("issuer", Input::Text, "field-issuer", "rule-issuer").required();
const CLIENT_ID: Spec = Spec::new("client_id", Input::Text, "field-client-id", "rule-their-client-id").required();
const SECRET: Spec = Spec::new("client_secret", Input::Secret, "field-their-secret", "rule-their-secret");
const SCOPES: Spec = Spec::new("scopes", Input::Lines, "field-scopes", "rule-provider-scopes");
const DOMAINS: Spec = Spec::new("domains", Input::Lines, "field-domains", "rule-domains");
const USERNAME: Spec = Spec::new("username_claim", Input::Text, "field-username-claim", "rule-claim").required();
const DISPLAY: Spec = Spec::new("name_claim", Input::Text, "field-name-claim", "rule-claim").required();
const GROUPS: Spec = Spec::new("groups_claim", Input::Text, "field-groups-claim", "rule-groups-claim");
const MAPPED: Spec = Spec::new("group_memberships", Input::Lines, "field-groups", "rule-groups");
const CREATE: Spec = Spec::new("create_users", Input::Check, "field-create-users", "rule-create-users");
const LINK: Spec = Spec::new("link_by_verified_email", Input::Check, "field-link", "rule-link");
const TRUST: Spec = Spec::new("trust_amr", Input::Check, "field-trust-amr", "rule-trust-amr");
const AUDIENCES: Spec = Spec::new("exchange_audiences", Input::Lines, "field-audiences", "rule-audiences");
const STATUS: Spec = Spec::new("status", Input::Choice(&["active", "disabled"]), "field-status", "rule-provider-status").required();

pub const NEW: &[Spec] = &[
    CODE, NAME, TENANT, ISSUER, CLIENT_ID, SECRET, SCOPES, DOMAINS, USERNAME, DISPLAY, GROUPS, MAPPED, CREATE, LINK, TRUST, AUDIENCES,
    STATUS,
];
pub const CHANGE: &[Spec] =
    &[NAME, ISSUER, CLIENT_ID, SECRET, SCOPES, DOMAINS, USERNAME, DISPLAY, GROUPS, MAPPED, CREATE, LINK, TRUST, AUDIENCES, STATUS];
/// Of the form that approves domains.
pub const APPROVAL: &[Spec] = &[Spec::new("domains", Input::Lines, "field-approved", "rule-approved")];

pub fn row(provider: &IdentityProviderRecord, reading: Reading<'_>) -> Vec<Cell> {
    vec![
        reading.name(Noun::IdentityProviders, &provider.code, provider.uid),
        Cell::text(Some(&provider.settings.name)),
        Cell::Id(ShownId::of(provider.uid)),
        reading.other(Noun::Tenants, provider.tenant.map(|tenant| tenant.uid)),
        Cell::text(Some(&provider.settings.issuer)),
        reading.state(provider.status.as_str()),
        reading.moment(provider.created_at),
    ]
}

pub async fn shown(desk: &FrontDesk, reader: &DirectoryReader, uid: &str, reading: Reading<'_>) -> Outcome<Shown> {
    let Ok(uid) = named::<IdentityProviderUid>(uid) else { return Ok(Err(Refusal::OutOfReach)) };
    Ok(desk.engine.identity_provider(reader, uid).await?.map(|provider| {
        let domain = |domain: &String| PartRow {
            which: domain.clone(),
            cells: vec![Cell::text(Some(domain)), reading.truth(provider.approved_domains.contains(domain))],
            deeds: &[],
        };
        Shown {
            title: provider.code.clone(),
            uid: provider.uid.to_string(),
            status: provider.status.as_str(),
            facts: facts(&provider, reading),
            parts: vec![Part { kind: PartKind::Domains, rows: provider.settings.domains.iter().map(domain).collect() }],
        }
    }))
}

fn mapped(provider: &IdentityProviderRecord) -> Vec<String> {
    let line = |mapped: &GroupMembership<_>| {
        let place: &cloakroom_engine::directory::TenantPlace = &mapped.tenant;
        format!("{} {} {}", place.uid, mapped.role.as_str(), mapped.group)
    };
    provider.group_memberships.iter().map(line).collect()
}

fn facts(provider: &IdentityProviderRecord, reading: Reading<'_>) -> Vec<(&'static str, Cell)> {
    let settings = &provider.settings;
    vec![
        ("field-id", Cell::Id(ShownId::of(provider.uid))),
        ("field-name", Cell::text(Some(&settings.name))),
        ("field-status", reading.state(provider.status.as_str())),
        ("field-since", reading.moment(provider.status_since)),
        ("tenant", reading.other(Noun::Tenants, provider.tenant.map(|tenant| tenant.uid))),
        ("field-issuer", Cell::text(Some(&settings.issuer))),
        ("field-client-id", Cell::text(Some(&settings.client_id))),
        ("field-has-secret", reading.truth(provider.has_secret)),
        ("field-scopes", Cell::lines(settings.scopes.clone())),
        ("field-username-claim", Cell::text(Some(&settings.username_claim))),
        ("field-name-claim", Cell::text(Some(&settings.name_claim))),
        ("field-groups-claim", Cell::text(settings.groups_claim.as_deref())),
        ("field-groups", Cell::lines(mapped(provider))),
        ("field-create-users", reading.truth(settings.create_users)),
        ("field-link", reading.truth(settings.link_by_verified_email)),
        ("field-trust-amr", reading.truth(settings.trust_amr)),
        ("field-audiences", Cell::lines(settings.exchange_audiences.clone())),
        ("field-created", reading.moment(provider.created_at)),
        ("field-updated", reading.moment(provider.updated_at)),
    ]
}

pub async fn filled(desk: &FrontDesk, reader: &DirectoryReader, uid: &str) -> Outcome<Vec<(&'static str, String)>> {
    let Ok(uid) = named::<IdentityProviderUid>(uid) else { return Ok(Err(Refusal::OutOfReach)) };
    Ok(desk.engine.identity_provider(reader, uid).await?.map(|provider| {
        let groups = mapped(&provider).join("\n");
        let settings = provider.settings;
        vec![
            ("name", settings.name),
            ("issuer", settings.issuer),
            ("client_id", settings.client_id),
            ("scopes", settings.scopes.join("\n")),
            ("domains", settings.domains.join("\n")),
            ("username_claim", settings.username_claim),
            ("name_claim", settings.name_claim),
            ("groups_claim", settings.groups_claim.unwrap_or_default()),
            ("group_memberships", groups),
            ("create_users", ticked(settings.create_users)),
            ("link_by_verified_email", ticked(settings.link_by_verified_email)),
            ("trust_amr", ticked(settings.trust_amr)),
            ("exchange_audiences", settings.exchange_audiences.join("\n")),
            ("status", provider.status.as_str().to_owned()),
        ]
    }))
}

fn settings(sheet: &mut Sheet<'_>) -> ProviderSettingsChange {
    ProviderSettingsChange {
        name: sheet.optional::<Caption>("name"),
        issuer: sheet.required::<WebAddress>("issuer"),
        client_id: sheet.required::<ProviderValue>("client_id"),
        scopes: sheet.lines::<ProviderValues>("scopes"),
        domains: sheet.lines::<Domains>("domains"),
        username_claim: sheet.required::<ProviderValue>("username_claim"),
        name_claim: sheet.required::<ProviderValue>("name_claim"),
        create_users: sheet.check("create_users"),
        link_by_verified_email: sheet.check("link_by_verified_email"),
        trust_amr: sheet.check("trust_amr"),
        exchange_audiences: sheet.lines::<ProviderValues>("exchange_audiences"),
        groups_claim: sheet.patch::<ProviderValue>("groups_claim"),
    }
}

fn group(line: &str) -> Option<GroupMembership<TenantUid>> {
    let (tenant, rest) = line.split_once(char::is_whitespace)?;
    let (role, group) = rest.trim_start().split_once(char::is_whitespace)?;
    Some(GroupMembership { group: group.trim().to_owned(), tenant: TenantUid::parse(tenant)?, role: MembershipRole::parse(role)? })
}

fn secret(sheet: &mut Sheet<'_>) -> Option<ClientSecret> {
    let mut typed = sheet.optional::<SecretText<{ Passcode::MAX_BYTES }>>("client_secret")?;
    Some(ClientSecret::new(std::mem::take(&mut *typed)))
}

pub async fn make(doing: Doing<'_>, sheet: &mut Sheet<'_>) -> Tried<Made> {
    let secret = secret(sheet);
    let Some(new) = new_provider(sheet) else { return Ok(None) };
    let made = doing.desk.engine.create_identity_provider(doing.admin, new, secret, doing.origin).await?;
    Ok(Some(made.map(|provider| Made::plain(provider.uid))))
}

fn new_provider(sheet: &mut Sheet<'_>) -> Option<NewIdentityProvider> {
    let code = sheet.required::<Name<ProviderCode>>("code");
    let tenant = sheet.id::<TenantUid>("tenant_id");
    let change = settings(sheet);
    let groups = sheet.each_line("group_memberships", group);
    let status = sheet.required::<OneOf<IdentityProviderStatus>>("status");
    if sheet.is_wrong() {
        return None;
    }
    let code = code?;
    let unnamed = ProviderSettings { name: code.clone(), ..ProviderSettings::default() };
    Some(NewIdentityProvider {
        code,
        tenant,
        settings: change.over(&unnamed),
        group_memberships: groups.unwrap_or_default(),
        status: status?,
    })
}

pub async fn change(doing: Doing<'_>, uid: &str, sheet: &mut Sheet<'_>) -> Tried<()> {
    let secret = secret(sheet);
    let change = IdentityProviderChange {
        settings: settings(sheet),
        group_memberships: sheet.each_line("group_memberships", group),
        status: sheet.required::<OneOf<IdentityProviderStatus>>("status"),
    };
    if sheet.is_wrong() {
        return Ok(None);
    }
    let Ok(provider) = named::<IdentityProviderUid>(uid) else { return Ok(Some(Err(Refusal::OutOfReach))) };
    // An empty field leaves the secret that there is: it is never shown, so nobody takes it away by not typing it again.
    let secret = secret.map_or(Patch::Keep, Patch::Set);
    let changed = doing.desk.engine.change_identity_provider(doing.admin, provider, change, secret, doing.origin).await?;
    Ok(Some(changed.map(|_| ())))
}

pub async fn remove(doing: Doing<'_>, uid: &str) -> Outcome<()> {
    match named::<IdentityProviderUid>(uid) {
        Ok(provider) => doing.desk.engine.retire_identity_provider(doing.admin, provider, doing.origin).await,
        Err(refusal) => Ok(Err(refusal)),
    }
}
