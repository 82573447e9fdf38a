//! What administrators and operators do.

use std::collections::BTreeMap;

use cloakroom_client::audit::AuditFilter;
use cloakroom_client::directory::{
    ApplicationChange, Filter, GroupMembership, IdentityProviderChange, NewApplication, NewIdentityProvider, NewTenant, NewUser,
    PasswordReset, TenantChange, UserChange,
};
use cloakroom_client::sessions::{RevokeWish, SessionFilter, TenantFilter};
use cloakroom_client::{Client, PageNumber, Secret};

use crate::server::PASSWORD;
use crate::serving::Serving;

pub fn named(search: &str) -> Filter {
    let mut filter = Filter::default();
    filter.search = Some(search.into());
    filter
}

async fn root(serving: &Serving) -> Client {
    serving.log_in("super_admin").await.client()
}

pub async fn sessions(serving: &Serving) {
    let client = root(serving).await;
    let sessions = client.sessions();
    let user = client.directory().users().list(&named("end_user")).await.unwrap().items.remove(0);
    let tenant = user.tenant_id.unwrap();
    for _ in 0..4 {
        serving.log_in("end_user").await;
    }
    let mut filter = SessionFilter::default();
    (filter.user_id, filter.page) = (Some(user.id.clone()), PageNumber::new(1, 2));
    let page = sessions.list(&filter).await.unwrap();
    assert_eq!((page.items.len(), page.total_items, page.total_pages), (2, 4, 2));
    filter.cursor.clone_from(&page.next_cursor);
    let rest = sessions.list(&filter).await.unwrap();
    assert_eq!((rest.page, rest.items.len(), &rest.next_cursor), (0, 2, &None));
    assert!(rest.items.iter().all(|item| !page.items.contains(item)));
    assert_eq!(page.items[0].tenant_id, Some(Some(tenant.clone())));
    let [first, second] = [&page.items[0].id, &page.items[1].id];
    assert_eq!(&sessions.get_one(first).await.unwrap().id, first);
    assert_eq!(sessions.get_one_within(&tenant, first).await.unwrap().user_id, user.id);
    sessions.revoke(first).await.unwrap();
    sessions.revoke_within(&tenant, second).await.unwrap();
    let mut ended_too = TenantFilter::default();
    ended_too.ended_too = true;
    assert_eq!(sessions.of_user_within(&tenant, &user.id, &ended_too).await.unwrap().total_items, 4);
    assert_eq!(sessions.of_user_within(&tenant, &user.id, &TenantFilter::default()).await.unwrap().total_items, 2);
    ended_too.user_id = Some(user.id.clone());
    assert_eq!(sessions.of_tenant(&tenant, &ended_too).await.unwrap().total_items, 4);
    let stats = sessions.stats_of_tenant(&tenant).await.unwrap();
    assert!(stats.active_sessions == 2 && stats.by_end_reason.values().sum::<u64>() == 2, "{stats:?}");
    assert_eq!(sessions.revoke_of_user_within(&tenant, &user.id, &RevokeWish::these(&["ses_1"])).await.unwrap().revoked_count, 0);
    assert_eq!(sessions.revoke_of_user_within(&tenant, &user.id, &RevokeWish::all()).await.unwrap().revoked_count, 2);
    serving.log_in("end_user").await;
    assert_eq!(sessions.revoke_all(Some(&user.id), None).await.unwrap().revoked_count, 1);
    serving.log_in("end_user").await;
    assert_eq!(sessions.revoke_all_of_tenant(&tenant).await.unwrap().revoked_count, 1);
}

pub async fn operators(serving: &Serving) {
    let client = root(serving).await;
    let operators = client.authenticated_sessions();
    serving.log_in("end_user").await;
    let page = operators.list(PageNumber::new(1, 1)).await.unwrap();
    assert!(page.total_items > 1 && page.items.len() == 1, "{page:?}");
    let all = operators.list(PageNumber::new(1, 100)).await.unwrap().items;
    let behind = operators.list_after(page.next_cursor.as_ref().unwrap(), 100).await.unwrap();
    assert_eq!((&behind.items[..], behind.next_cursor), (&all[1..], None));
    let user = all.iter().find(|user| user.user_name == "end_user").unwrap();
    serving.log_in("end_user").await;
    let first = operators.of_user(&user.user_guid, PageNumber::new(1, 1)).await.unwrap();
    let rest = operators.of_user_after(&user.user_guid, first.next_cursor.as_ref().unwrap(), 100).await.unwrap();
    assert_eq!(rest.items.len() as u64, user.session_count);
    operators.revoke(first.items[0].id).await.unwrap();
    let sessions = operators.of_user(&user.user_guid, PageNumber::default()).await.unwrap().items;
    assert_eq!(sessions.len() as u64, user.session_count);
    operators.revoke(sessions[0].id).await.unwrap();
}

pub async fn places(serving: &Serving) {
    let client = root(serving).await;
    let (partners, tenants) = (client.directory().partners(), client.directory().tenants());
    let partner = partners.create("east", None).await.unwrap();
    assert_eq!(partners.rename(&partner.id, "Eastern").await.unwrap().name, "Eastern");
    assert_eq!(partners.get(&partner.id).await.unwrap().code, "east");
    assert_eq!(partners.list(&named("east")).await.unwrap().total_items, 1);
    let mut new = NewTenant::new("omega");
    (new.partner_id, new.session_cap) = (Some(partner.id.clone()), Some(64));
    let tenant = tenants.create(&new).await.unwrap();
    assert_eq!((tenant.code.as_str(), tenant.session_cap), ("OMEGA", Some(64)));
    let mut change = TenantChange::default();
    (change.session_cap, change.partner_id, change.name) = (Some(None), Some(None), Some("Omega".into()));
    let changed = tenants.change(&tenant.id, &change).await.unwrap();
    assert_eq!((changed.session_cap, changed.partner_id.as_deref(), changed.name.as_str()), (None, None, "Omega"));
    assert_eq!(tenants.get(&tenant.id).await.unwrap(), changed);
    assert_eq!(tenants.list(&named("omega")).await.unwrap().items, [changed]);
    tenants.remove(&tenant.id).await.unwrap();
    partners.remove(&partner.id).await.unwrap();
}

pub async fn users(serving: &Serving) {
    let client = root(serving).await;
    let users = client.directory().users();
    let tenant = client.directory().tenants().list(&named("acme")).await.unwrap().items.remove(0).id;
    let mut new = NewUser::new("newcomer");
    (new.email, new.password) = (Some("newcomer@example.com".into()), Some(Secret::new(PASSWORD)));
    new.tenant_id = Some(tenant.clone());
    let user = users.create(&new).await.unwrap();
    assert!(user.has_password && user.tenant_id.as_ref() == Some(&tenant));
    let mut change = UserChange::default();
    (change.display_name, change.session_cap) = (Some(Some("New".into())), Some(Some(99)));
    change.memberships = Some(BTreeMap::from([(tenant, "member".into())]));
    let changed = users.change(&user.id, &change).await.unwrap();
    assert_eq!((changed.session_cap, changed.memberships.len()), (Some(99), 1));
    assert_eq!(users.get(&user.id).await.unwrap(), changed);
    let second = "second+tag@example.com";
    assert_eq!(users.add_email(&user.id, second, Some("unverified"), false).await.unwrap().emails.len(), 2);
    users.set_email_status(&user.id, second, "verified").await.unwrap();
    let primary = users.make_email_primary(&user.id, second).await.unwrap();
    assert_eq!(primary.emails[0].email, second);
    users.remove_email(&user.id, "newcomer@example.com").await.unwrap();
    serving.log_in("newcomer").await;
    assert_eq!(users.locks(&user.id).await.unwrap(), []);
    users.lift_locks(&user.id).await.unwrap();
    users.reset_password(&user.id, &PasswordReset::new(Secret::new("Battery-staple-8"))).await.unwrap();
    assert_eq!(users.set_status(&user.id, "suspended").await.unwrap().status, "suspended");
    users.remove(&user.id).await.unwrap();
}

pub async fn applications(serving: &Serving) {
    let client = root(serving).await;
    let applications = client.directory().applications();
    let mut new = NewApplication::new("kiosk");
    new.scopes = vec!["profile".into()];
    let created = applications.create(&new).await.unwrap();
    let id = &created.application.id;
    let kiosk = cloakroom_client::ClientCredentials::new(&serving.client(), "kiosk", created.secret.clone().unwrap().client_secret);
    kiosk.ensure_valid_token().await.unwrap();
    let mut change = ApplicationChange::default();
    (change.name, change.tenant_id) = (Some("Kiosk".into()), Some(None));
    assert_eq!(applications.change(id, &change).await.unwrap().name, "Kiosk");
    assert_eq!(applications.get(id).await.unwrap().client_id, "kiosk");
    assert_eq!(applications.list(&named("kiosk")).await.unwrap().total_items, 1);
    let minted = applications.add_secret(id).await.unwrap();
    assert_eq!(applications.secrets(id).await.unwrap().len(), 2);
    assert_eq!(applications.logouts(id, &Filter::default()).await.unwrap().total_items, 0);
    applications.remove_secret(id, &minted.id).await.unwrap();
    applications.remove(id).await.unwrap();
}

pub async fn identity_providers(serving: &Serving) {
    let client = root(serving).await;
    let providers = client.directory().identity_providers();
    let tenant = client.directory().tenants().list(&named("acme")).await.unwrap().items.remove(0).id;
    let mut new = NewIdentityProvider::new("staff", "https://id.example", "us");
    (new.tenant_id, new.client_secret) = (Some(tenant.clone()), Some(Secret::new("a-secret-of-ours")));
    (new.settings.domains, new.settings.groups_claim) = (Some(vec!["acme.example".into()]), Some(Some("groups".into())));
    new.settings.group_memberships = Some(vec![GroupMembership { group: "a=b".into(), tenant_id: tenant, role: "member".into() }]);
    let provider = providers.create(&new).await.unwrap();
    assert!(provider.has_client_secret && provider.approved_domains == ["acme.example"], "{provider:?}");
    let mut change = IdentityProviderChange::default();
    (change.client_secret, change.settings.name) = (Some(None), Some("Staff".into()));
    let changed = providers.change(&provider.id, &change).await.unwrap();
    assert_eq!((changed.has_client_secret, changed.name.as_str(), changed.group_memberships.len()), (false, "Staff", 1));
    assert_eq!(providers.get(&provider.id).await.unwrap(), changed);
    let mut change = IdentityProviderChange::default();
    (change.issuer, change.client_secret) = (Some("https://id.example".into()), Some(Some(Secret::new("another-of-ours"))));
    assert!(providers.change(&provider.id, &change).await.unwrap().has_client_secret);
    assert_eq!(providers.approve_domains(&provider.id, &[]).await.unwrap().approved_domains, [""; 0]);
    assert_eq!(providers.list(&named("staff")).await.unwrap().total_items, 1);
    providers.remove(&provider.id).await.unwrap();
}

pub async fn audit(serving: &Serving) {
    serving.server.seal().await;
    let client = root(serving).await;
    let audit = client.audit();
    assert!(audit.actions().await.unwrap().contains(&"session.created".to_owned()));
    assert!(audit.resource_types().await.unwrap().contains(&"session".to_owned()));
    let head = audit.head().await.unwrap().unwrap();
    assert_eq!(head.hash.len(), 64);
    let mut filter = AuditFilter::default();
    filter.action = Some("session.created".into());
    let page = audit.list(&filter).await.unwrap();
    assert!(page.items.iter().all(|entry| entry.action == "session.created") && !page.items.is_empty());
    let mut export = audit.export(&AuditFilter::default(), 0).await.unwrap();
    let mut positions = Vec::new();
    while let Some(line) = export.next().await.unwrap() {
        positions.push(line.position);
    }
    assert!(positions.is_sorted() && positions.len() as i64 >= head.position, "{positions:?} {head:?}");
    // Going on behind a line leaves out what stands before it.
    let mut rest = audit.export(&AuditFilter::default(), positions[4]).await.unwrap();
    assert_eq!(rest.next().await.unwrap().unwrap().position, positions[5]);
}
