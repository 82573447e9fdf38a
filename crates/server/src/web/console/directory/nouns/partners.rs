//! Partners.

use cloakroom_engine::callers::{DirectoryReader, Refusal};
use cloakroom_engine::directory::admin::Outcome;
use cloakroom_engine::directory::changes::NewPartner;
use cloakroom_engine::directory::records::PartnerRecord;
use cloakroom_engine::ids::PartnerUid;

use super::super::cell::{Cell, Reading};
use super::super::noun::Noun;
use super::super::sheet::{Input, Sheet, Spec};
use super::shown::{Columns, Doing, Made, Shown, Tried, named};
use crate::http::declared::names::{Caption, PartnerCode};
use crate::http::declared::words::Name;
use crate::web::console::cells::ShownId;
use crate::web::surface::FrontDesk;

pub const COLUMNS: Columns = Columns {
    names: &["code", "name", "id", "status", "created_at"],
    heads: &["field-code", "field-name", "field-id", "field-status", "field-created"],
};

const CODE: Spec = Spec::new("code", Input::Text, "field-code", "rule-org-code").required();
const NAME: Spec = Spec::new("name", Input::Text, "field-name", "rule-name-or-code");

pub const NEW: &[Spec] = &[CODE, NAME];
pub const CHANGE: &[Spec] = &[NAME];

pub fn row(partner: &PartnerRecord, reading: Reading<'_>) -> Vec<Cell> {
    vec![
        reading.name(Noun::Partners, &partner.code, partner.uid),
        Cell::text(Some(&partner.name)),
        Cell::Id(ShownId::of(partner.uid)),
        reading.state(partner.status.as_str()),
        reading.moment(partner.created_at),
    ]
}

pub async fn shown(desk: &FrontDesk, reader: &DirectoryReader, uid: &str, reading: Reading<'_>) -> Outcome<Shown> {
    let Ok(uid) = named::<PartnerUid>(uid) else { return Ok(Err(Refusal::OutOfReach)) };
    Ok(desk.engine.partner(reader, uid).await?.map(|partner| Shown {
        title: partner.code.clone(),
        uid: partner.uid.to_string(),
        status: partner.status.as_str(),
        facts: vec![
            ("field-id", Cell::Id(ShownId::of(partner.uid))),
            ("field-name", Cell::text(Some(&partner.name))),
            ("field-status", reading.state(partner.status.as_str())),
            ("field-created", reading.moment(partner.created_at)),
            ("field-updated", reading.moment(partner.updated_at)),
        ],
        parts: Vec::new(),
    }))
}

pub async fn filled(desk: &FrontDesk, reader: &DirectoryReader, uid: &str) -> Outcome<Vec<(&'static str, String)>> {
    let Ok(uid) = named::<PartnerUid>(uid) else { return Ok(Err(Refusal::OutOfReach)) };
    Ok(desk.engine.partner(reader, uid).await?.map(|partner| vec![("name", partner.name)]))
}

pub async fn make(doing: Doing<'_>, sheet: &mut Sheet<'_>) -> Tried<Made> {
    let (code, name) = (sheet.required::<Name<PartnerCode>>("code"), sheet.optional::<Caption>("name"));
    let (Some(code), false) = (code, sheet.is_wrong()) else { return Ok(None) };
    let made = doing.desk.engine.create_partner(doing.admin, NewPartner { code, name }, doing.origin).await?;
    Ok(Some(made.map(|partner| Made::plain(partner.uid))))
}

pub async fn change(doing: Doing<'_>, uid: &str, sheet: &mut Sheet<'_>) -> Tried<()> {
    let name = sheet.optional::<Caption>("name");
    if sheet.is_wrong() {
        return Ok(None);
    }
    let Ok(partner) = named::<PartnerUid>(uid) else { return Ok(Some(Err(Refusal::OutOfReach))) };
    let changed = doing.desk.engine.rename_partner(doing.admin, partner, name, doing.origin).await?;
    Ok(Some(changed.map(|_| ())))
}

pub async fn remove(doing: Doing<'_>, uid: &str) -> Outcome<()> {
    match named::<PartnerUid>(uid) {
        Ok(partner) => doing.desk.engine.doom_partner(doing.admin, partner, doing.origin).await,
        Err(refusal) => Ok(Err(refusal)),
    }
}
