//! USM: sessions, service accounts, API keys.

use std::collections::BTreeMap;

use cloakroom_client::directory::UserChange;
use cloakroom_client::usm::{
    ApiKeyCreate, ApiKeyListQuery, CallContext, KeyAdmin, ListStatus, ServiceAccountCreate, ServiceAccountListQuery, SessionCreate,
    SessionListQuery,
};
use cloakroom_client::{Credentials, Secret};

use crate::server::PASSWORD;
use crate::serving::Serving;

async fn open(serving: &Serving, user: &str) -> Secret {
    let mut wish = SessionCreate::new(format!("{user}@example.com"), Secret::new(PASSWORD));
    wish.caption = Some("laptop".into());
    serving.client().usm().session_create(&wish).await.unwrap().session_guid
}

pub async fn sessions(serving: &Serving) {
    let client = serving.client();
    let mut context = CallContext::default();
    context.actor = Some("a test".into());
    let usm = client.usm().within(&context);
    let guid = open(serving, "gina").await;
    let others = [open(serving, "gina").await, open(serving, "gina").await, open(serving, "gina").await];
    let validated = usm.session_validate(&guid).await.unwrap();
    assert_eq!((validated.status.as_str(), validated.caption.as_deref()), ("active", Some("laptop")));
    let reference = Secret::new(validated.session_guid);
    assert_eq!(usm.session_get(&reference, true).await.unwrap().session_guid, reference.expose());
    let metadata = serde_json::json!({ "tier": "gold" }).as_object().unwrap().clone();
    let updated = usm.session_update(&guid, &metadata, 0).await.unwrap();
    assert_eq!((updated.metadata.as_ref(), updated.metadata_edition), (Some(&metadata), Some(1)));
    assert_eq!(usm.session_get(&guid, false).await.unwrap().metadata, Some(metadata.clone()));
    assert_eq!(usm.session_update(&guid, &metadata, 0).await.unwrap_err().status(), Some(409));
    let closed = usm.session_close(&others[0], Some("lost")).await.unwrap();
    assert_eq!(closed.doom_reason.as_deref(), Some("closed"));
    let mut query = SessionListQuery::new(guid.clone());
    (query.status, query.limit) = (ListStatus::All, Some(2));
    let (mut seen, mut current) = (0, 0);
    loop {
        let page = usm.session_list(&query).await.unwrap();
        seen += page.sessions.len();
        current += page.sessions.iter().filter(|session| session.is_current == Some(true)).count();
        assert!(page.sessions.iter().all(|session| session.whence.as_ref().is_some_and(|whence| whence.user_agent.is_some())));
        if page.cursors.is_exhausted() {
            break;
        }
        query.cursors = page.cursors;
    }
    assert_eq!((seen, current), (4, 1));
    assert_eq!(usm.session_logout_other_devices(&guid).await, Ok(2));
    assert_eq!(usm.session_logout_everywhere(&guid).await, Ok(1));
}

pub async fn machines(serving: &Serving) {
    let root = serving.log_in("super_admin").await.client();
    let gina = root.directory().users().list(&super::administration::named("gina")).await.unwrap().items.remove(0);
    let tenant = gina.tenant_id.unwrap();
    let mut change = UserChange::default();
    change.memberships = Some(BTreeMap::from([(tenant, "owner".into())]));
    root.directory().users().change(&gina.id, &change).await.unwrap();
    let client = serving.client();
    let (usm, guid) = (client.usm(), open(serving, "gina").await);
    let wish = ServiceAccountCreate::new(guid.clone(), "GAMMA", "till", &["pvv", "owner"]);
    let account = usm.service_account_create(&wish).await.unwrap();
    assert!(account.details.is_some());
    let mut accounts = ServiceAccountListQuery::new(guid.clone(), "GAMMA");
    accounts.status = ListStatus::All;
    assert_eq!(usm.service_account_list(&accounts).await.unwrap().service_accounts, std::slice::from_ref(&account));
    let id = &account.service_account_id;
    let mut wish = ApiKeyCreate::new(guid.clone(), "GAMMA", id);
    wish.caption = Some("production".into());
    let (first, second) = (usm.api_key_create(&wish).await.unwrap(), usm.api_key_create(&wish).await.unwrap());
    let connector = client.with(Credentials::ApiKey(first.api_key));
    let worth = connector.usm().api_key_validate(None, Some("GAMMA")).await.unwrap();
    assert_eq!((worth.api_key_id.as_str(), worth.roles.len()), (first.api_key_id.as_str(), 2));
    assert_eq!(usm.api_key_policy_set(&guid, "GAMMA", Some(90)).await.unwrap().max_age_days, Some(90));
    let mut keys = ApiKeyListQuery::new(guid.clone(), "GAMMA", id);
    keys.limit = Some(1);
    let page = usm.api_key_list(&keys).await.unwrap();
    keys.next_token = page.next_token;
    let rest = usm.api_key_list(&keys).await.unwrap();
    assert!(page.api_keys.len() == 1 && rest.api_keys.len() == 1 && rest.next_token.is_none());
    // Of an owner, a key manages keys as a session does.
    let by_key = KeyAdmin::ApiKey(usm.api_key_create(&wish).await.unwrap().api_key);
    let made = usm.api_key_create(&ApiKeyCreate::new(by_key.clone(), "GAMMA", id)).await.unwrap();
    assert!(!usm.api_key_list(&ApiKeyListQuery::new(by_key.clone(), "GAMMA", id)).await.unwrap().api_keys.is_empty());
    assert_eq!(usm.api_key_policy_set(by_key.clone(), "GAMMA", None).await.unwrap().max_age_days, None);
    assert_eq!(usm.api_key_revoke(by_key, "GAMMA", &made.api_key_id, None).await.unwrap().status, "doomed");
    let revoked = usm.api_key_revoke(&guid, "GAMMA", &second.api_key_id, Some("rotated")).await.unwrap();
    assert_eq!(revoked.doom_reason.as_deref(), Some("revoked"));
    assert!(!usm.api_key_revoke_all(&guid, "GAMMA", id).await.unwrap().is_empty());
    assert!(connector.usm().api_key_validate(None, None).await.is_err());
    assert!(!usm.api_key_revoke_all_org(&guid, "GAMMA").await.unwrap().is_empty());
    assert_eq!(usm.service_account_status(&guid, "GAMMA", id, "doomed").await.unwrap().status, "doomed");
}
