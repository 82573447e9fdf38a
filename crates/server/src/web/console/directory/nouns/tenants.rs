//! Tenants.

use cloakroom_engine::callers::{DirectoryReader, Refusal};
use cloakroom_engine::directory::admin::Outcome;
use cloakroom_engine::directory::changes::{NewTenant, Patch, TenantChange};
use cloakroom_engine::directory::records::TenantRecord;
use cloakroom_engine::directory::{TenantPolicy, TenantPolicyChange, TenantStatus};
use cloakroom_engine::ids::{PartnerUid, TenantUid};

use super::super::cell::{Cell, Reading};
use super::super::noun::Noun;
use super::super::sheet::{Input, Level, Sheet, Spec};
use super::shown::{Columns, Doing, Made, Shown, Tried, named};
use crate::http::declared::names::{Caption, KeyAge, OrgCode, TenantAbsoluteTtl, TenantCap, TenantTtl};
use crate::http::declared::types::Within;
use crate::http::declared::words::{Name, OneOf};
use crate::web::console::cells::ShownId;
use crate::web::surface::FrontDesk;

pub const COLUMNS: Columns = Columns {
    names: &["code", "name", "id", "partner_id", "status", "status_since", "created_at"],
    heads: &["field-code", "field-name", "field-id", "partner", "field-status", "field-since", "field-created"],
};

const STATUSES: &[&str] = &["verified", "unverified", "parked", "suspended", "frozen"];

const CODE: Spec = Spec::new("code", Input::Text, "field-code", "rule-org-code").required();
const NAME: Spec = Spec::new("name", Input::Text, "field-name", "rule-name-or-code");
const PARTNER: Spec = Spec::new("partner_id", Input::Text, "partner", "rule-partner").of(Level::Platform);
const STATUS: Spec = Spec::new("status", Input::Choice(STATUSES), "field-status", "rule-tenant-status").required().of(Level::Partner);
const TTL: Spec = Spec::new("ttl_seconds", Input::Number, "field-ttl", "rule-ttl");
const ABSOLUTE: Spec = Spec::new("absolute_ttl_seconds", Input::Number, "field-absolute-ttl", "rule-ttl");
const SLIDING: Spec = Spec::new("sliding", Input::Choice(&["", "yes", "no"]), "field-sliding", "rule-sliding");
const CAP: Spec = Spec::new("session_cap", Input::Number, "field-cap", "rule-tenant-cap");
const AGE: Spec = Spec::new("api_key_max_age_days", Input::Number, "field-key-age", "rule-key-age");

pub const NEW: &[Spec] = &[CODE, NAME, PARTNER, STATUS, TTL, ABSOLUTE, SLIDING, CAP, AGE];
pub const CHANGE: &[Spec] = &[NAME, PARTNER, STATUS, TTL, ABSOLUTE, SLIDING, CAP, AGE];

pub fn row(tenant: &TenantRecord, reading: Reading<'_>) -> Vec<Cell> {
    vec![
        reading.name(Noun::Tenants, &tenant.code, tenant.uid),
        Cell::text(Some(&tenant.name)),
        Cell::Id(ShownId::of(tenant.uid)),
        reading.other(Noun::Partners, tenant.partner.map(|(_, partner)| partner)),
        reading.state(tenant.status.as_str()),
        reading.moment(tenant.status_since),
        reading.moment(tenant.created_at),
    ]
}

pub async fn shown(desk: &FrontDesk, reader: &DirectoryReader, uid: &str, reading: Reading<'_>) -> Outcome<Shown> {
    let Ok(uid) = named::<TenantUid>(uid) else { return Ok(Err(Refusal::OutOfReach)) };
    Ok(desk.engine.tenant(reader, uid).await?.map(|tenant| Shown {
        title: tenant.code.clone(),
        uid: tenant.uid.to_string(),
        status: tenant.status.as_str(),
        facts: facts(&tenant, reading),
        parts: Vec::new(),
    }))
}

fn facts(tenant: &TenantRecord, reading: Reading<'_>) -> Vec<(&'static str, Cell)> {
    let TenantPolicy { ttl_seconds, absolute_ttl_seconds, slides, session_cap, api_key_max_age_days } = tenant.policy;
    vec![
        ("field-id", Cell::Id(ShownId::of(tenant.uid))),
        ("field-name", Cell::text(Some(&tenant.name))),
        ("partner", reading.other(Noun::Partners, tenant.partner.map(|(_, partner)| partner))),
        ("field-status", reading.state(tenant.status.as_str())),
        ("field-since", reading.moment(tenant.status_since)),
        ("field-ttl", Cell::number(ttl_seconds)),
        ("field-absolute-ttl", Cell::number(absolute_ttl_seconds)),
        ("field-sliding", slides.map_or(Cell::Nothing, |slides| reading.truth(slides))),
        ("field-cap", Cell::number(session_cap)),
        ("field-key-age", Cell::number(api_key_max_age_days)),
        ("field-created", reading.moment(tenant.created_at)),
        ("field-updated", reading.moment(tenant.updated_at)),
    ]
}

pub async fn filled(desk: &FrontDesk, reader: &DirectoryReader, uid: &str) -> Outcome<Vec<(&'static str, String)>> {
    let Ok(uid) = named::<TenantUid>(uid) else { return Ok(Err(Refusal::OutOfReach)) };
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    Ok(desk.engine.tenant(reader, uid).await?.map(|tenant| {
        let slides = tenant.policy.slides.map_or("", |slides| if slides { "yes" } else { "no" });
        vec![
            ("name", tenant.name),
            ("partner_id", tenant.partner.map(|(_, partner)| partner.to_string()).unwrap_or_default()),
            ("status", tenant.status.as_str().to_owned()),
            ("ttl_seconds", number(tenant.policy.ttl_seconds)),
            ("absolute_ttl_seconds", number(tenant.policy.absolute_ttl_seconds)),
            ("sliding", slides.to_owned()),
            ("session_cap", number(tenant.policy.session_cap)),
            ("api_key_max_age_days", number(tenant.policy.api_key_max_age_days)),
        ]
    }))
}

fn policy(sheet: &mut Sheet<'_>) -> TenantPolicyChange {
    TenantPolicyChange {
        ttl_seconds: sheet.patch::<Within<TenantTtl>>("ttl_seconds"),
        absolute_ttl_seconds: sheet.patch::<Within<TenantAbsoluteTtl>>("absolute_ttl_seconds"),
        slides: match sheet.text("sliding") {
            Some("yes") => Patch::Set(true),
            Some("no") => Patch::Set(false),
            Some(_) => Patch::Clear,
            None => Patch::Keep,
        },
        session_cap: sheet.patch::<Within<TenantCap>>("session_cap"),
        api_key_max_age_days: sheet.patch::<KeyAge>("api_key_max_age_days"),
    }
}

pub async fn make(doing: Doing<'_>, sheet: &mut Sheet<'_>) -> Tried<Made> {
    let Some(new) = new_tenant(sheet) else { return Ok(None) };
    let made = doing.desk.engine.create_tenant(doing.admin, new, doing.origin).await?;
    Ok(Some(made.map(|tenant| Made::plain(tenant.uid))))
}

fn new_tenant(sheet: &mut Sheet<'_>) -> Option<NewTenant> {
    let code = sheet.required::<Name<OrgCode>>("code");
    let name = sheet.optional::<Caption>("name");
    let partner = sheet.id::<PartnerUid>("partner_id");
    let status = sheet.required::<OneOf<TenantStatus>>("status");
    let policy = policy(sheet).over(TenantPolicy::default());
    if sheet.is_wrong() {
        return None;
    }
    Some(NewTenant { code: code?, name, partner, status: status?, policy })
}

pub async fn change(doing: Doing<'_>, uid: &str, sheet: &mut Sheet<'_>) -> Tried<()> {
    let change = TenantChange {
        name: sheet.optional::<Caption>("name"),
        partner: sheet.patch_id::<PartnerUid>("partner_id"),
        status: sheet.optional::<OneOf<TenantStatus>>("status"),
        policy: policy(sheet),
    };
    if sheet.is_wrong() {
        return Ok(None);
    }
    let Ok(tenant) = named::<TenantUid>(uid) else { return Ok(Some(Err(Refusal::OutOfReach))) };
    let changed = doing.desk.engine.change_tenant(doing.admin, tenant, change, doing.origin).await?;
    Ok(Some(changed.map(|_| ())))
}

pub async fn remove(doing: Doing<'_>, uid: &str) -> Outcome<()> {
    match named::<TenantUid>(uid) {
        Ok(tenant) => doing.desk.engine.doom_tenant(doing.admin, tenant, doing.origin).await,
        Err(refusal) => Ok(Err(refusal)),
    }
}
