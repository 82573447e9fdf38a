//! Identity providers as a directory file makes them, and as signing in finds them.

use cloakroom_engine::directory::document::{DirectoryDocument, EntryError, IdentityProviderEntry};
use cloakroom_engine::directory::identity_provider::store::{IdentityProviderStore as _, MOST_LOGIN_PROVIDERS, SoughtProviders};
use cloakroom_engine::directory::identity_provider::{
    GroupMembership, IdentityProviderStatus, ProviderSettingsChange, StoredIdentityProvider,
};
use cloakroom_engine::directory::{MembershipRole, TenantStatus};
use cloakroom_engine::policy::Policy;

use crate::world::World;

const ISSUER: &str = "https://id.example";

fn settings(client_id: &str) -> ProviderSettingsChange {
    ProviderSettingsChange { issuer: Some(ISSUER.into()), client_id: Some(client_id.into()), ..ProviderSettingsChange::default() }
}

fn bare(code: &str, of: Option<&str>) -> IdentityProviderEntry {
    IdentityProviderEntry { code: code.into(), tenant: of.map(str::to_owned), settings: settings("us"), ..IdentityProviderEntry::default() }
}

/// A provider of this tenant, of which everything is said but a secret.
pub fn provider(of: &str) -> IdentityProviderEntry {
    let member = GroupMembership { group: "all staff".into(), tenant: of.into(), role: MembershipRole::Member };
    IdentityProviderEntry {
        settings: ProviderSettingsChange {
            domains: Some(vec!["b.example".into(), "A.example".into()]),
            exchange_audiences: Some(vec!["them".into()]),
            groups_claim: Some("groups".to_owned()).into(),
            ..settings("us")
        },
        group_memberships: Some(vec![member]),
        ..bare("own", Some(of))
    }
}

fn providers(entries: Vec<IdentityProviderEntry>) -> DirectoryDocument {
    DirectoryDocument { identity_providers: entries, ..DirectoryDocument::default() }
}

async fn refused(world: &World, entry: IdentityProviderEntry) -> String {
    let EntryError { problem, .. } = world.engine.apply_directory(providers(vec![entry]), true, "apply").await.unwrap().unwrap_err();
    problem
}

async fn called(world: &World, code: &str) -> StoredIdentityProvider {
    world.database.identity_provider_called(code).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_file_makes_and_changes_providers_and_approves_their_domains() {
    let world = World::peopled(Policy::default()).await;
    world.apply(providers(vec![provider("ACME")]), false).await;
    let stored = called(&world, "own").await;
    let made = &stored.provider;
    assert_eq!((made.settings.name.as_str(), made.settings.client_id.as_str()), ("own", "us"));
    assert_eq!(made.settings.domains, ["a.example", "b.example"]);
    assert_eq!(made.approved_domains, made.settings.domains);
    assert_eq!(made.settings.groups_claim.as_deref(), Some("groups"));
    let mapped = &made.group_memberships[0];
    assert_eq!((mapped.group.as_str(), mapped.tenant.number), ("all staff", made.tenant.unwrap().number));
    assert!(stored.serves() && !made.has_secret && stored.sealed_secret.is_none());
    let narrowed = ProviderSettingsChange { domains: Some(vec!["b.example".into()]), ..ProviderSettingsChange::default() };
    let change = IdentityProviderEntry { settings: narrowed, ..bare("own", None) };
    let disabled = IdentityProviderEntry { status: Some(IdentityProviderStatus::Disabled), ..change };
    let report = world.apply(providers(vec![disabled.clone()]), false).await;
    assert_eq!((report.changed, report.warnings.len()), (1, 1), "a restart disables and wakes nobody");
    assert_eq!(called(&world, "own").await.provider.approved_domains, ["b.example"]);
    assert_eq!(world.apply(providers(vec![disabled]), true).await.changed, 1);
    let stored = called(&world, "own").await;
    assert!(!stored.serves() && stored.provider.group_memberships.len() == 1 && stored.provider.tenant.is_some(), "{stored:?}");
    let told: Vec<_> = world.trail().into_iter().map(|told| told.action).collect();
    assert_eq!(told, ["identity_provider.created", "identity_provider.changed", "identity_provider.status_changed"]);
}

#[tokio::test]
async fn an_entry_that_cannot_be_is_named() {
    let world = World::peopled(Policy::default()).await;
    let nameless = IdentityProviderEntry { settings: ProviderSettingsChange::default(), ..bare("own", None) };
    assert!(refused(&world, nameless).await.starts_with("issuer "));
    assert!(refused(&world, bare("own", Some("NOWHERE"))).await.contains("NOWHERE"));
    let crossing = IdentityProviderEntry { tenant: Some("BETA".into()), ..provider("ACME") };
    assert!(refused(&world, crossing).await.starts_with("group_memberships "));
    world.apply(providers(vec![provider("ACME"), bare("everybody", None)]), false).await;
    assert!(refused(&world, bare("own", Some("BETA"))).await.starts_with("tenant cannot be changed"));
    assert!(refused(&world, bare("everybody", Some("ACME"))).await.starts_with("tenant cannot be changed"));
    assert!(world.database.identity_provider_called("nobody").await.unwrap().is_none());
}

async fn at_login(world: &World, sought: SoughtProviders) -> Vec<String> {
    world.database.login_providers(sought).await.unwrap().into_iter().map(|provider| provider.code).collect()
}

#[tokio::test]
async fn a_page_of_sign_in_is_told_of_those_that_serve() {
    let world = World::peopled(Policy::default()).await;
    let disabled = IdentityProviderEntry { status: Some(IdentityProviderStatus::Disabled), ..bare("asleep", None) };
    world.apply(providers(vec![provider("ACME"), bare("beta", Some("BETA")), bare("everybody", None), disabled]), false).await;
    let acme = called(&world, "own").await.provider.tenant.unwrap().number;
    let of_domain = |domain: &str| SoughtProviders::OfDomain(domain.to_owned());
    assert_eq!(at_login(&world, SoughtProviders::OfPlatform).await, ["everybody"]);
    assert_eq!(at_login(&world, SoughtProviders::OfTenant(acme)).await, ["own"]);
    assert_eq!(at_login(&world, of_domain("a.example")).await, ["own"]);
    for other in ["sub.a.example", "c.example", ""] {
        assert_eq!(at_login(&world, of_domain(other)).await, [""; 0], "{other}");
    }
    let shown = world.database.login_providers(SoughtProviders::OfTenant(acme)).await.unwrap().remove(0);
    assert_eq!((shown.name.as_str(), shown.tenant, shown.domains.len()), ("own", Some(acme), 2));
    // What nobody approved does not count.
    world.past().execute("UPDATE identity_provider_domains SET is_approved = 0 WHERE domain = 'a.example'", &[]);
    assert_eq!(at_login(&world, of_domain("a.example")).await, [""; 0]);
    assert_eq!(world.database.login_providers(SoughtProviders::OfTenant(acme)).await.unwrap()[0].domains, ["b.example"]);
    world.set_tenant("ACME", TenantStatus::Suspended).await;
    assert_eq!(at_login(&world, of_domain("b.example")).await, [""; 0]);
    assert_eq!(at_login(&world, SoughtProviders::OfTenant(acme)).await, [""; 0]);
    assert!(!called(&world, "own").await.serves());
}

#[tokio::test]
async fn a_page_of_sign_in_has_its_bounds() {
    let world = World::peopled(Policy::default()).await;
    let many = (0..=MOST_LOGIN_PROVIDERS).map(|number| bare(&format!("a{number:02}"), None)).collect();
    world.apply(providers(many), false).await;
    let shown = at_login(&world, SoughtProviders::OfPlatform).await;
    assert!(shown.len() == MOST_LOGIN_PROVIDERS && shown.is_sorted(), "{shown:?}");
}

#[tokio::test]
async fn the_providers_of_an_issuer_are_found_by_whom_its_tokens_are_for() {
    let world = World::peopled(Policy::default()).await;
    let other = IdentityProviderEntry { settings: settings("others"), ..bare("others", None) };
    let elsewhere = ProviderSettingsChange { issuer: Some("https://id.example/".into()), ..settings("us") };
    let elsewhere = IdentityProviderEntry { settings: elsewhere, ..bare("elsewhere", None) };
    world.apply(providers(vec![provider("ACME"), bare("beta", Some("BETA")), other, elsewhere]), false).await;
    let found = async |issuer: &str, audience: &str| {
        let found = world.database.identity_providers_of_issuer(issuer, audience).await.unwrap();
        found.into_iter().map(|stored| stored.provider.code).collect::<Vec<_>>()
    };
    assert_eq!(found(ISSUER, "us").await, ["own", "beta"]);
    assert_eq!(found(ISSUER, "others").await, ["others"]);
    assert_eq!(found(ISSUER, "them").await, ["own"]);
    assert_eq!(found("https://id.example/", "us").await, ["elsewhere"]);
    assert_eq!(found(ISSUER, "nobody").await, [""; 0]);
}
