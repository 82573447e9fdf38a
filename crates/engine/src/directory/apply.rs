//! Making the directory as a file says: idempotent, all or nothing (docs/contracts/directory.md).
//!
//! Passwords, secrets and statuses apply when an entry is created; on what exists they change only when overwriting is asked
//! for, so that a restart never un-suspends anybody. Doomed stays doomed.

use std::collections::{HashMap, HashSet};

use super::document::{ApplicationEntry, DirectoryDocument, EntryError, ServiceAccountEntry, TenantEntry, UserEntry};
use super::identity_provider::canonical_provider;
use super::new_password::{NewPassword, WeakPassword};
use super::password::{HashingResult, PasswordHash, hash, verify};
use super::plan::{self, ApplyPlan, ApplyReport, KnownUser, Planned, PlannedApplication, PlannedUser};
use super::{
    LONGEST_NAME, SESSION_CAP_OVERRIDE, canonical_client_id, canonical_org_code, canonical_partner_code, canonical_username, is_role_name,
    is_word, read_email,
};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::entropy::random;
use crate::error::EngineError;
use crate::ids::{ApplicationUid, ClientSecretUid, PartnerUid, ServiceAccountUid, TenantUid, UserUid};
use crate::machine::api_keys::policy::MAX_AGE_DAYS;
use crate::policy::SessionPolicy;
use crate::secret::{ClientSecret, Passcode};
use crate::tokens::access_token::BUILT_IN_CLIENT;

impl Engine {
    /// Makes the directory as `document` says. `actor` names the command for the trail.
    ///
    /// # Errors
    /// The outer error when the store or the hashing cannot be relied on, the inner one names the first entry that is wrong;
    /// nothing is changed in either case.
    pub async fn apply_directory(
        &self,
        document: DirectoryDocument,
        overwrite: bool,
        actor: &'static str,
    ) -> Result<Result<ApplyReport, EntryError>, EngineError> {
        let mut warnings = Vec::new();
        let document = match canonical(document, &self.policy.sessions, &mut warnings) {
            Ok(document) => document,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let plan = match self.plan(document, overwrite, actor).await? {
            Ok(plan) => plan,
            Err(wrong) => return Ok(Err(wrong)),
        };
        Ok(self.store.apply_directory(plan).await?.map(|mut report| {
            warnings.append(&mut report.warnings);
            ApplyReport { warnings, ..report }
        }))
    }

    async fn plan(
        &self,
        document: DirectoryDocument,
        overwrite: bool,
        actor: &'static str,
    ) -> Result<Result<ApplyPlan, EntryError>, EngineError> {
        let (at, entropy) = (self.now(), &*self.entropy);
        let DirectoryDocument { partners, tenants, users, applications, identity_providers, service_accounts } = document;
        let mut planned_applications = Vec::with_capacity(applications.len());
        for (index, entry) in applications.into_iter().enumerate() {
            let secret = match &entry.client_secret {
                Some(secret) => Some((ClientSecretUid::mint(at, entropy)?, self.keys.client_secret_hash(secret))),
                None => None,
            };
            let (new, change) = plan::application(entry, overwrite);
            let planned = Planned { index, uid: ApplicationUid::mint(at, entropy)?, new, change };
            planned_applications.push(PlannedApplication { planned, secret });
        }
        let mut planned_providers = Vec::with_capacity(identity_providers.len());
        for entry in identity_providers.into_iter().enumerate() {
            planned_providers.push(self.plan_provider(entry, at).await?);
        }
        let account = |entry: ServiceAccountEntry| (entry.clone(), entry.roles);
        let users = match self.plan_users(users, overwrite, at).await? {
            Ok(users) => users,
            Err(wrong) => return Ok(Err(wrong)),
        };
        Ok(Ok(ApplyPlan {
            at,
            actor,
            overwrite,
            partners: plan_entries(partners, || PartnerUid::mint(at, entropy), plan::partner)?,
            tenants: plan_entries(tenants, || TenantUid::mint(at, entropy), plan::tenant)?,
            users,
            applications: planned_applications,
            identity_providers: planned_providers,
            service_accounts: plan_entries(service_accounts, || ServiceAccountUid::mint(at, entropy), account)?,
        }))
    }

    /// Judges and hashes only the passwords that will be written: a restart with a long file costs no hash at all, and passwords of
    /// before a stricter rule keep nobody from starting.
    async fn plan_users(
        &self,
        users: Vec<UserEntry>,
        overwrite: bool,
        at: Timestamp,
    ) -> Result<Result<Vec<PlannedUser>, EntryError>, EngineError> {
        let usernames = users.iter().map(|entry| entry.username.clone()).collect();
        let known = self.store.known_users(usernames).await?.into_iter().map(|user| (user.username.clone(), user));
        let known: HashMap<_, _> = known.collect();
        let mut planned_users = Vec::with_capacity(users.len());
        for (index, mut entry) in users.into_iter().enumerate() {
            let current = known.get(&entry.username);
            let wanted = if current.is_some() && !overwrite { None } else { Some(()) };
            let hash = current.and_then(|current| current.password.as_ref());
            let password = match (wanted, entry.password.take(), entry.password_hash.take()) {
                (Some(()), _, Some(given)) if hash != Some(&given) => match self.policy.passwords.bears(given.cost()) {
                    Ok(()) => Some(given),
                    Err(dear) => return Ok(Err(Section::new("users").wrong(index, &entry.username, format!("password_hash {dear}")))),
                },
                (Some(()), Some(password), None) => match self.for_its_owner(password, &entry, current) {
                    Ok(password) => self.hash_unless_same(password, hash.cloned()).await?,
                    Err(weak) => return Ok(Err(Section::new("users").wrong(index, &entry.username, format!("password {weak}")))),
                },
                _ => None,
            };
            let (status, email_status) = (entry.status, entry.email_status);
            let (new, change) = plan::user(entry, password);
            let planned = Planned { index, uid: UserUid::mint(at, &*self.entropy)?, new, change };
            planned_users.push(PlannedUser { planned, status, email_status });
        }
        Ok(Ok(planned_users))
    }

    fn for_its_owner(&self, password: Passcode, entry: &UserEntry, known: Option<&KnownUser>) -> Result<NewPassword, WeakPassword> {
        let names = std::iter::once(&entry.username).chain(&entry.display_name).chain(&entry.email);
        let names = names.chain(known.iter().flat_map(|known| &known.names));
        self.policy.passwords.candidate(password)?.of(names.map(String::as_str))
    }

    async fn hash_unless_same(&self, password: NewPassword, current: Option<PasswordHash>) -> Result<Option<PasswordHash>, EngineError> {
        let salt = random(&*self.entropy)?;
        let job = move || {
            if current.is_some_and(|current| verify(password.passcode(), &current)) {
                return HashingResult::Verified { matches: true, rehashed: None, work: 0 };
            }
            HashingResult::Hashed(hash(password.passcode(), salt))
        };
        match self.hashing.run(Box::new(job)).await? {
            HashingResult::Verified { .. } => Ok(None),
            HashingResult::Hashed(Some(hash)) => Ok(Some(hash)),
            HashingResult::Hashed(None) => Err(EngineError::HashingFailed),
        }
    }
}

fn plan_entries<Entry, Uid, New, Change, E>(
    entries: Vec<Entry>,
    mut mint: impl FnMut() -> Result<Uid, E>,
    values: impl Fn(Entry) -> (New, Change),
) -> Result<Vec<Planned<Uid, New, Change>>, E> {
    let plan = |(index, entry)| {
        let (new, change) = values(entry);
        Ok(Planned { index, uid: mint()?, new, change })
    };
    entries.into_iter().enumerate().map(plan).collect()
}

/// Checks one section for what only its own entries can tell: a usable name, said once.
struct Section {
    name: &'static str,
    seen: HashSet<String>,
}

impl Section {
    fn new(name: &'static str) -> Self {
        Self { name, seen: HashSet::new() }
    }

    fn wrong(&self, index: usize, name: &str, problem: impl Into<String>) -> EntryError {
        EntryError { section: self.name, index, name: name.chars().take(80).collect(), problem: problem.into() }
    }

    fn once(&mut self, index: usize, name: &str) -> Result<(), EntryError> {
        if self.seen.insert(name.to_owned()) { Ok(()) } else { Err(self.wrong(index, name, "stands twice in this file")) }
    }
}

fn canonical(mut document: DirectoryDocument, policy: &SessionPolicy, warnings: &mut Vec<String>) -> Result<DirectoryDocument, EntryError> {
    let mut partners = Section::new("partners");
    for (index, partner) in document.partners.iter_mut().enumerate() {
        partner.code = canonical_partner_code(&partner.code)
            .ok_or_else(|| partners.wrong(index, &partner.code, "code must be 1 to 64 characters without spaces"))?;
        partners.once(index, &partner.code)?;
    }
    let mut tenants = Section::new("tenants");
    for (index, tenant) in document.tenants.iter_mut().enumerate() {
        canonical_tenant(tenant, policy).map_err(|problem| tenants.wrong(index, &tenant.code, problem))?;
        tenants.once(index, &tenant.code)?;
    }
    let (mut users, mut emails) = (Section::new("users"), HashSet::new());
    for (index, user) in document.users.iter_mut().enumerate() {
        canonical_user(user).map_err(|problem| users.wrong(index, &user.username, problem))?;
        users.once(index, &user.username)?;
        if let Some(email) = user.email.clone().filter(|email| !emails.insert(email.clone())) {
            return Err(users.wrong(index, &user.username, format!("email {email} stands twice in this file")));
        }
        if let Some(cap) = user.session_cap.filter(|cap| !SESSION_CAP_OVERRIDE.contains(cap)) {
            warnings.push(format!(
                "users[{index}] {:?}: session_cap {cap} is outside {}…{}: no session can be created for this user until it is mended",
                user.username,
                SESSION_CAP_OVERRIDE.start(),
                SESSION_CAP_OVERRIDE.end(),
            ));
        }
    }
    let mut applications = Section::new("applications");
    for (index, application) in document.applications.iter_mut().enumerate() {
        canonical_application(application).map_err(|problem| applications.wrong(index, &application.client_id, problem))?;
        applications.once(index, &application.client_id)?;
    }
    let mut providers = Section::new("identity_providers");
    for (index, provider) in document.identity_providers.iter_mut().enumerate() {
        canonical_provider(provider).map_err(|problem| providers.wrong(index, &provider.code, problem))?;
        providers.once(index, &provider.code)?;
    }
    let mut accounts = Section::new("service_accounts");
    for (index, account) in document.service_accounts.iter_mut().enumerate() {
        canonical_account(account).map_err(|problem| accounts.wrong(index, &account.caption, problem))?;
        accounts.once(index, &format!("{} / {}", account.tenant, account.caption))?;
    }
    Ok(document)
}

fn org_code(text: &str) -> Result<String, String> {
    canonical_org_code(text).ok_or_else(|| "a tenant code must be 1 to 64 characters without spaces".to_owned())
}

fn plain_text(name: &str, text: Option<&String>) -> Result<(), String> {
    match text {
        Some(text) if text.chars().count() > LONGEST_NAME => Err(format!("{name} is longer than {LONGEST_NAME} characters")),
        Some(text) if text.chars().any(char::is_control) => Err(format!("{name} has control characters")),
        _ => Ok(()),
    }
}

fn canonical_tenant(tenant: &mut TenantEntry, policy: &SessionPolicy) -> Result<(), String> {
    tenant.code = org_code(&tenant.code)?;
    plain_text("name", tenant.name.as_ref())?;
    tenant.partner =
        tenant.partner.take().map(|code| canonical_partner_code(&code).ok_or("partner is not a partner's code")).transpose()?;
    for (name, said, bounds) in [
        ("ttl_seconds", tenant.policy.ttl_seconds, policy.tenant_ttl()),
        ("absolute_ttl_seconds", tenant.policy.absolute_ttl_seconds, policy.tenant_absolute_ttl()),
        ("cap", tenant.policy.session_cap, policy.tenant_cap()),
        ("api_key_max_age_days", tenant.policy.api_key_max_age_days, 1..=MAX_AGE_DAYS),
    ] {
        if said.is_some_and(|said| !bounds.contains(&said)) {
            return Err(format!("{name} must be from {} to {}, as the server bounds it", bounds.start(), bounds.end()));
        }
    }
    Ok(())
}

fn canonical_user(user: &mut UserEntry) -> Result<(), String> {
    let username = canonical_username(&user.username);
    user.username = username.ok_or("username must match ^[a-z0-9][a-z0-9._@-]{0,62}$")?;
    plain_text("display_name", user.display_name.as_ref())?;
    user.email = user.email.take().map(|email| read_email(&email).map_err(|problem| format!("email {problem}"))).transpose()?;
    if user.email.is_none() && user.email_status.is_some() {
        return Err("email_status stands without an email".to_owned());
    }
    if user.password.is_some() && user.password_hash.is_some() {
        return Err("password and password_hash exclude each other".to_owned());
    }
    user.tenant = user.tenant.take().map(|code| org_code(&code)).transpose()?;
    for (code, _) in user.memberships.iter_mut().flatten() {
        *code = org_code(code)?;
    }
    Ok(())
}

fn canonical_application(application: &mut ApplicationEntry) -> Result<(), String> {
    if canonical_client_id(&application.client_id).is_none() {
        return Err(format!("client_id must be 1 to 128 visible ASCII characters without a colon, and not `{BUILT_IN_CLIENT}`"));
    }
    plain_text("name", application.name.as_ref())?;
    if application.client_secret.as_ref().is_some_and(|secret| secret.is_empty() || secret.len() > Passcode::MAX_BYTES) {
        return Err(format!("client_secret must be 1 to {} bytes", Passcode::MAX_BYTES));
    }
    if application.client_secret.as_ref().is_some_and(ClientSecret::is_malformed) {
        return Err("client_secret begins as the ones that Cloakroom mints and is none: mistyped, or cut short".to_owned());
    }
    application.tenant = application.tenant.take().map(|code| org_code(&code)).transpose()?;
    application.owner = application.owner.take().map(|owner| canonical_username(&owner).ok_or("owner is not a username")).transpose()?;
    if !application.scopes.iter().flatten().all(|word| is_word(word)) {
        return Err("scopes must be words without spaces".to_owned());
    }
    Ok(())
}

fn canonical_account(account: &mut ServiceAccountEntry) -> Result<(), String> {
    account.tenant = org_code(&account.tenant)?;
    plain_text("caption", Some(&account.caption))?;
    match account.roles.iter().flatten().find(|role| !is_role_name(role)) {
        Some(role) => Err(format!("role {role:?} must match ^[a-z][a-z0-9_]{{1,63}}$")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(username: &str, email: &str) -> UserEntry {
        UserEntry { username: username.into(), email: Some(email.into()), ..UserEntry::default() }
    }

    #[test]
    fn entries_are_named_when_they_are_wrong() {
        let document = DirectoryDocument { users: vec![user("ada", "a@x.org"), user("Ada", "b@x.org")], ..DirectoryDocument::default() };
        let wrong = canonical(document, &SessionPolicy::default(), &mut Vec::new()).unwrap_err();
        assert_eq!(wrong.to_string(), r#"users[1] "ada": stands twice in this file"#);
        let document = DirectoryDocument { users: vec![user("ada", "nonsense")], ..DirectoryDocument::default() };
        assert_eq!(canonical(document, &SessionPolicy::default(), &mut Vec::new()).unwrap_err().problem, "email is not an email address");
        let document = DirectoryDocument { users: vec![user("ada", "a@x.org"), user("bob", "A@x.org ")], ..DirectoryDocument::default() };
        assert_eq!(
            canonical(document, &SessionPolicy::default(), &mut Vec::new()).unwrap_err().problem,
            "email a@x.org stands twice in this file"
        );
    }

    #[test]
    fn a_cap_out_of_bounds_is_told_and_taken() {
        let capped = UserEntry { session_cap: Some(3), ..user("ada", "a@x.org") };
        let mut warnings = Vec::new();
        assert!(
            canonical(DirectoryDocument { users: vec![capped], ..DirectoryDocument::default() }, &SessionPolicy::default(), &mut warnings)
                .is_ok()
        );
        assert_eq!(warnings.len(), 1);
    }
}
