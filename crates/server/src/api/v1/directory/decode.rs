//! How the values of the directory are read from a body and a query. Every bad one is told.

use cloakroom_engine::directory::admin::list::{DirectoryFilter, NamedOrganisation};
use cloakroom_engine::directory::changes::Patch;
use cloakroom_engine::directory::{SESSION_CAP_OVERRIDE, is_word};
use cloakroom_engine::ids::{PartnerUid, TenantUid};
use cloakroom_engine::secret::Passcode;

use crate::api::v1::decode::{Query, named};
use crate::api::v1::error::V1Error;
use crate::http::fields::Fields;

/// Characters of a name.
pub const NAME: usize = 256;

/// Characters of what may be an id. What is longer is none.
pub const ID: usize = 256;

/// The greatest whole number of a policy.
pub const POLICY: std::ops::RangeInclusive<i64> = 1..=u32::MAX as i64;

/// The variant that a label names; `all` are all there are.
pub fn label<T: Copy>(fields: &mut Fields, name: &'static str, all: &[T], spell: fn(T) -> &'static str) -> Option<T> {
    let labels: Vec<_> = all.iter().map(|one| spell(*one)).collect();
    let found = fields.one_of(name, &labels)?;
    all.iter().copied().find(|one| spell(*one) == found)
}

/// What `canonical` makes of a text that must be there.
pub fn canonical(fields: &mut Fields, name: &'static str, canonical: fn(&str) -> Option<String>, problem: &'static str) -> String {
    let text = fields.required_text(name, ID);
    match canonical(&text) {
        Some(text) => text,
        None => {
            if !fields.is_refused(name) {
                fields.refuse(name, problem);
            }
            String::new()
        }
    }
}

/// A name of at least one character.
pub fn name(fields: &mut Fields) -> Option<String> {
    let name = fields.optional_text("name", NAME);
    if name.as_ref().is_some_and(String::is_empty) {
        fields.refuse("name", "must not be empty");
    }
    name
}

/// What a change says of a value that may be absent: `null` takes it away.
pub fn patch<T>(fields: &mut Fields, name: &'static str, read: impl FnOnce(&mut Fields) -> Option<T>) -> Patch<T> {
    if fields.is_null(name) {
        return Patch::Clear;
    }
    read(fields).map_or(Patch::Keep, Patch::Set)
}

/// An id in a change. What is not of its shape names nothing.
pub fn patched_id<T>(id: Patch<String>, parse: fn(&str) -> Option<T>) -> Result<Patch<T>, V1Error> {
    Ok(match id {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(id) => named(Some(id), parse)?.map_or(Patch::Keep, Patch::Set),
    })
}

/// A whole number that a policy may hold.
pub fn policy_number(fields: &mut Fields, name: &'static str) -> Option<u32> {
    fields.optional_integer(name, POLICY).and_then(|number| u32::try_from(number).ok())
}

/// A user's own cap.
pub fn session_cap(fields: &mut Fields) -> Option<i64> {
    fields.optional_integer("session_cap", SESSION_CAP_OVERRIDE)
}

/// Texts without spaces.
pub fn words(fields: &mut Fields, name: &'static str) -> Option<Vec<String>> {
    let words = fields.optional_text_list(name, 64, 2048);
    if words.iter().flatten().any(|word| !is_word(word)) {
        fields.refuse(name, "each item must be one word without spaces");
    }
    words
}

/// A password.
pub fn password(fields: &mut Fields) -> Option<Passcode> {
    fields.optional_secret("password", Passcode::MAX_BYTES).map(|text| Passcode::new(text.as_bytes().to_vec()))
}

/// Refuses fields that this call does not change, so that nobody believes that it did.
pub fn refuse_fixed(fields: &mut Fields, fixed: &[(&'static str, &'static str)]) {
    for (name, problem) in fixed {
        if fields.has(name) || fields.is_null(name) {
            fields.refuse(name, *problem);
        }
    }
}

/// What a list is asked for; `statuses` are those that its entries may have.
pub fn filter(query: &mut Query, statuses: &[&'static str]) -> impl FnOnce() -> Result<DirectoryFilter, V1Error> + use<> {
    let (search, status) = (query.text("search").filter(|text| text.len() <= ID), query.one_of("status", statuses));
    let (tenant, partner) = (query.text("tenant_id"), query.text("partner_id"));
    move || {
        let within = NamedOrganisation { tenant: named(tenant, TenantUid::parse)?, partner: named(partner, PartnerUid::parse)? };
        Ok(DirectoryFilter { within, search, status })
    }
}
