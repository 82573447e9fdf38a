//! The file as it is written, and how its entries become the engine's.

use std::collections::BTreeMap;

use cloakroom_engine::directory::document::{
    ApplicationEntry, DirectoryDocument, EntryError, PartnerEntry, ServiceAccountEntry, TenantEntry, UserEntry,
};
use cloakroom_engine::directory::password::PasswordHash;
use cloakroom_engine::directory::registration::RegistrationChange;
use cloakroom_engine::directory::{MembershipRole, TenantPolicy};
use cloakroom_engine::secret::{ClientSecret, Passcode};
use cloakroom_engine::sessions::metadata::is_member_name;
use serde::Deserialize;
use serde_saphyr::UserMessageFormatter;

use super::identity_provider::IdentityProvider;
use crate::config::Secret;
use crate::http::declared::metadata::NO_MEMBER;
use crate::http::declared::web_address::{NO_ADDRESS, NO_ORIGIN, NO_RESOURCE, is_origin, is_readable};
use crate::http::declared::words::{Word, spellings};
use crate::jose::client_keys;

/// The file as it is written. A key that is not known is an error: it is more likely a typing mistake than a wish.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    partners: Vec<Partner>,
    #[serde(default)]
    tenants: Vec<Tenant>,
    #[serde(default)]
    users: Vec<User>,
    #[serde(default)]
    applications: Vec<Application>,
    #[serde(default)]
    identity_providers: Vec<IdentityProvider>,
    #[serde(default)]
    service_accounts: Vec<ServiceAccount>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Partner {
    code: String,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tenant {
    code: String,
    name: Option<String>,
    partner: Option<String>,
    status: Option<String>,
    #[serde(default)]
    session_policy: SessionPolicy,
    api_key_max_age_days: Option<u32>,
}

/// What a tenant changes of the server's session policy.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionPolicy {
    ttl_seconds: Option<u32>,
    absolute_ttl_seconds: Option<u32>,
    sliding: Option<bool>,
    cap: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct User {
    username: String,
    email: Option<String>,
    email_status: Option<String>,
    password: Option<Secret>,
    password_hash: Option<Secret>,
    display_name: Option<String>,
    tenant: Option<String>,
    memberships: Option<BTreeMap<String, String>>,
    role: Option<String>,
    is_operator: Option<bool>,
    status: Option<String>,
    session_cap: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Application {
    name: Option<String>,
    tenant: Option<String>,
    owner: Option<String>,
    client_id: String,
    client_secret: Option<Secret>,
    /// A JSON Web Key Set or one JSON Web Key (RFC 7517).
    jwks: Option<serde_json::Value>,
    kind: Option<String>,
    scopes: Option<Vec<String>>,
    redirect_uris: Option<Vec<String>>,
    post_logout_redirect_uris: Option<Vec<String>>,
    backchannel_logout_uri: Option<String>,
    resources: Option<Vec<String>>,
    session_claims: Option<Vec<String>>,
    origins: Option<Vec<String>>,
    is_first_party: Option<bool>,
    id_token_signed_response_alg: Option<String>,
    platform: Option<bool>,
    status: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceAccount {
    tenant: String,
    caption: String,
    roles: Option<Vec<String>>,
}

/// Reads a directory file. JSON is YAML too.
///
/// # Errors
/// Where the text is not such a file, or which entry is wrong. Never repeats a value that may be a secret.
pub fn read(text: &str) -> Result<DirectoryDocument, String> {
    // A tag of somebody's own, such as `!vault`, asks for what is not done here: its text must not become the value.
    let options = serde_saphyr::options! { with_snippet: false, reject_unsupported_tags: true, reject_tagged_field_names: true };
    let file: File = serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| format!("the directory file cannot be read: {}", error.render_with_formatter(&UserMessageFormatter)))?;
    convert(file).map_err(|wrong| wrong.to_string())
}

/// Which entry is being converted.
pub(super) struct At<'f> {
    pub(super) section: &'static str,
    pub(super) index: usize,
    pub(super) name: &'f str,
}

impl At<'_> {
    fn wrong(&self, problem: String) -> EntryError {
        EntryError { section: self.section, index: self.index, name: self.name.to_owned(), problem }
    }

    /// The word that stands in a field.
    pub(super) fn word<T: Word>(&self, field: &str, text: Option<&String>) -> Result<Option<T>, EntryError> {
        let Some(text) = text else { return Ok(None) };
        let wrong = || self.wrong(format!("{field} must be one of {}", spellings::<T>().join(", ")));
        T::spelled(text).map(Some).ok_or_else(wrong)
    }

    /// Each text of a list is of a kind.
    pub(super) fn each(
        &self,
        field: &str,
        texts: Option<impl AsRef<[String]>>,
        is_one: fn(&str) -> bool,
        problem: &str,
    ) -> Result<(), EntryError> {
        let found = texts.and_then(|texts| texts.as_ref().iter().position(|text| !is_one(text)));
        found.map_or(Ok(()), |index| Err(self.wrong(format!("{field}: item {index} {problem}"))))
    }
}

fn convert(file: File) -> Result<DirectoryDocument, EntryError> {
    let partners = file.partners.into_iter().map(|Partner { code, name }| PartnerEntry { code, name }).collect();
    let tenants = file.tenants.into_iter().enumerate().map(|(index, entry)| tenant(index, entry)).collect::<Result<_, _>>()?;
    let users = file.users.into_iter().enumerate().map(|(index, entry)| user(index, entry)).collect::<Result<_, _>>()?;
    let applications =
        file.applications.into_iter().enumerate().map(|(index, entry)| application(index, entry)).collect::<Result<_, _>>()?;
    let providers = file.identity_providers.into_iter().enumerate().map(|(index, entry)| entry.read(index));
    let identity_providers = providers.collect::<Result<_, _>>()?;
    let account = |ServiceAccount { tenant, caption, roles }| ServiceAccountEntry { tenant, caption, roles };
    let service_accounts = file.service_accounts.into_iter().map(account).collect();
    Ok(DirectoryDocument { partners, tenants, users, applications, identity_providers, service_accounts })
}

fn tenant(index: usize, entry: Tenant) -> Result<TenantEntry, EntryError> {
    let at = At { section: "tenants", index, name: &entry.code };
    let status = at.word("status", entry.status.as_ref())?;
    Ok(TenantEntry {
        status,
        name: entry.name,
        partner: entry.partner,
        policy: TenantPolicy {
            ttl_seconds: entry.session_policy.ttl_seconds,
            absolute_ttl_seconds: entry.session_policy.absolute_ttl_seconds,
            slides: entry.session_policy.sliding,
            session_cap: entry.session_policy.cap,
            api_key_max_age_days: entry.api_key_max_age_days,
        },
        code: entry.code,
    })
}

fn user(index: usize, entry: User) -> Result<UserEntry, EntryError> {
    let at = At { section: "users", index, name: &entry.username };
    let status = at.word("status", entry.status.as_ref())?;
    let email_status = at.word("email_status", entry.email_status.as_ref())?;
    let role = at.word("role", entry.role.as_ref())?;
    let password_hash = match &entry.password_hash {
        Some(phc) => {
            let parsed = PasswordHash::parse(phc.reveal());
            Some(parsed.ok_or_else(|| {
                at.wrong("password_hash must be an argon2 PHC string of at most 256 MiB, 16 passes and 8 lanes".to_owned())
            })?)
        }
        None => None,
    };
    let membership = |(code, role): (&String, &String)| {
        let role = at.word("memberships", Some(role))?;
        Ok((code.clone(), role.unwrap_or(MembershipRole::Member)))
    };
    let memberships = entry.memberships.as_ref().map(|all| all.iter().map(membership).collect::<Result<_, EntryError>>()).transpose()?;
    Ok(UserEntry {
        status,
        email_status,
        role,
        password_hash,
        password_is_due: false,
        memberships,
        email: entry.email,
        password: entry.password.map(|password| Passcode::new(password.reveal().as_bytes().to_vec())),
        display_name: entry.display_name,
        tenant: entry.tenant,
        is_operator: entry.is_operator,
        session_cap: entry.session_cap,
        username: entry.username,
    })
}

fn application(index: usize, entry: Application) -> Result<ApplicationEntry, EntryError> {
    let at = At { section: "applications", index, name: &entry.client_id };
    let registration = registration(&at, &entry)?;
    let status = at.word("status", entry.status.as_ref())?;
    let jwks = entry.jwks.as_ref().map(client_keys::read).transpose().map_err(|problem| at.wrong(problem))?;
    Ok(ApplicationEntry {
        jwks,
        registration,
        status,
        name: entry.name,
        tenant: entry.tenant,
        owner: entry.owner,
        client_secret: entry.client_secret.map(|secret| ClientSecret::new(secret.reveal().to_owned())),
        scopes: entry.scopes,
        platform: entry.platform,
        client_id: entry.client_id,
    })
}

fn registration(at: &At<'_>, entry: &Application) -> Result<RegistrationChange, EntryError> {
    at.each("redirect_uris", entry.redirect_uris.as_ref(), is_readable, NO_ADDRESS)?;
    at.each("post_logout_redirect_uris", entry.post_logout_redirect_uris.as_ref(), is_readable, NO_ADDRESS)?;
    at.each("resources", entry.resources.as_ref(), is_readable, NO_RESOURCE)?;
    at.each("session_claims", entry.session_claims.as_ref(), is_member_name, NO_MEMBER)?;
    at.each("origins", entry.origins.as_ref(), is_origin, NO_ORIGIN)?;
    at.each("backchannel_logout_uri", entry.backchannel_logout_uri.as_ref().map(std::slice::from_ref), is_readable, NO_ADDRESS)?;
    Ok(RegistrationChange {
        kind: at.word("kind", entry.kind.as_ref())?,
        redirect_uris: entry.redirect_uris.clone(),
        post_logout_redirect_uris: entry.post_logout_redirect_uris.clone(),
        backchannel_logout_uri: entry.backchannel_logout_uri.clone().into(),
        resources: entry.resources.clone(),
        session_claims: entry.session_claims.clone(),
        origins: entry.origins.clone(),
        is_first_party: entry.is_first_party,
        id_token_algorithm: at.word("id_token_signed_response_alg", entry.id_token_signed_response_alg.as_ref())?,
    })
}

#[cfg(test)]
mod tests {
    use cloakroom_engine::directory::{PlatformRole, UserStatus};

    use super::*;

    #[test]
    fn the_contracts_example_reads() {
        let document = read(include_str!("../../tests/data/directory.yaml")).unwrap();
        assert_eq!(document.partners.len(), 1);
        assert_eq!(document.tenants[0].code, "ACME");
        let alice = &document.users[0];
        assert_eq!(alice.memberships, Some(vec![("ACME".into(), MembershipRole::Owner)]));
        assert_eq!((alice.role, alice.session_cap), (Some(PlatformRole::None), Some(64)));
        assert!(document.applications[0].client_secret.is_some());
    }

    #[test]
    fn json_reads_as_well() {
        let document = read(r#"{"users": [{"username": "ada", "status": "suspended"}]}"#).unwrap();
        assert_eq!(document.users[0].status, Some(UserStatus::Suspended));
    }

    #[test]
    fn errors_name_the_entry_and_no_secret() {
        let wrong = read("users: [{username: ada, role: king, password: hunter2-hunter2}]").unwrap_err();
        assert_eq!(wrong, r#"users[0] "ada": role must be one of none, tenant_admin, partner_admin, super_admin"#);
        let wrong = read("applications: [{client_id: shop, origins: [https://shop.example.com, https://shop.example.com/]}]").unwrap_err();
        assert_eq!(
            wrong,
            r#"applications[0] "shop": origins: item 1 must be an origin as browsers send it, such as https://app.example.com"#
        );
        for text in [
            "users: [{username: ada, pasword: hunter2-hunter2}]",
            "users: [{username: ada, password: [hunter2-hunter2]}]",
            "users: [{username: ada, password_hash: hunter2-hunter2}]",
            "users: {hunter2-hunter2",
            "users: [{username: ada, password: !vault hunter2-hunter2}]",
        ] {
            let wrong = read(text).unwrap_err();
            assert!(!wrong.contains("hunter2"), "{wrong}");
        }
    }

    #[test]
    fn tags_of_others_are_refused_and_those_of_yaml_are_not() {
        for text in [
            "users: [{username: ada, password: !vault wiki/password}]",
            "users: [{username: ada, password: !<tag:example.com,2026:x> wiki/password}]",
            "users: [{username: ada, !secret password: wiki-password}]",
            "users: !mine [{username: ada}]",
            "users: [{username: !ref ada}]",
        ] {
            let wrong = read(text).unwrap_err();
            assert!(wrong.contains("tag") && wrong.contains("line 1"), "{wrong}");
        }
        assert!(read("users: !!seq [!!map {username: !!str ada, password: !!str 12345678}]").is_ok());
    }

    #[test]
    fn errors_speak_of_the_file_and_not_of_its_reader() {
        for text in [
            "users: [{username: ada, username: eve}]",
            "users: [{username: !!binary x}]",
            "users: [*nobody]",
            "users: [{username: [ada]}]",
            "users: [",
            "users: {a: 1}",
            "- a",
            "users: [{username: ada, pasword: x}]",
            "a: &a [*a]",
        ] {
            let wrong = read(text).unwrap_err();
            let of_the_library = ["Option", "option", "Policy", "policy", "from_", "serde", "Deserialize", "::", "DuplicateKey"];
            assert!(!of_the_library.iter().any(|word| wrong.contains(word)), "{text}: {wrong}");
        }
    }
}
