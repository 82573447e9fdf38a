//! The standard endpoints, session storage, operations.

use cloakroom_client::Secret;
use cloakroom_client::oauth::SubjectKind;
use cloakroom_client::operations::Document;
use cloakroom_client::session_storage::StorageWish;
use cloakroom_client::usm::SessionCreate;

use crate::server::{CLIENT_SECRET, PASSWORD};
use crate::serving::Serving;

pub async fn oauth(serving: &Serving) {
    let client = serving.application("machine_platform").client();
    let oauth = client.oauth();
    let metadata = oauth.metadata().await.unwrap();
    assert!(metadata.token_endpoint.starts_with(&metadata.issuer));
    assert!(!oauth.jwks().await.unwrap().keys.is_empty());
    let own = oauth.client_credentials(Some("admin:read")).await.unwrap();
    assert_eq!(own.scope, "admin:read");
    let wish = SessionCreate::new("end_user@example.com", Secret::new(PASSWORD));
    let guid = serving.client().usm().session_create(&wish).await.unwrap().session_guid;
    let given = oauth.exchange(&guid, SubjectKind::SessionGuid, None).await.unwrap();
    let next = oauth.refresh(given.refresh_token.as_ref().unwrap(), None).await.unwrap();
    let worth = oauth.introspect(&next.access_token).await.unwrap();
    assert!(worth.active && worth.client_id.as_deref() == Some("machine_platform"), "{worth:?}");
    oauth.revoke(&next.access_token).await.unwrap();
    assert!(!oauth.introspect(&next.access_token).await.unwrap().active);
    let login = serving.log_in("end_user").await.ensure_valid_token().await.unwrap();
    oauth.exchange(&login, SubjectKind::AccessToken, None).await.unwrap();
}

pub async fn session_storage(serving: &Serving) {
    let application = serde_json::json!({ "client_id": "keeper", "tenant": "BETA", "owner": "bob", "client_secret": CLIENT_SECRET });
    serving.server.apply(&serde_json::json!({ "applications": [application] })).await;
    let client = serving.application("keeper").client();
    let storage = client.session_storage();
    let before = storage.list(None, None).await.unwrap().sessions.len();
    let mut wish = StorageWish::default();
    (wish.ttl_seconds, wish.subscriber_count, wish.intent) = (Some(600), Some(2), Some("watching".into()));
    let created = storage.create(&wish).await.unwrap();
    assert_eq!((created.subscriber.len(), created.intent.as_deref()), (2, Some("watching")));
    let id = &created.session.id;
    assert_eq!(storage.get(id).await.unwrap().expires_at, created.session.expires_at);
    storage.set_expiry(id, 900).await.unwrap();
    assert!(storage.get(id).await.unwrap().expires_at > created.session.expires_at);
    let (mut token, mut seen) = (None, 0);
    loop {
        let page = storage.list(Some(1), token.as_deref()).await.unwrap();
        seen += page.sessions.len();
        token = page.next_page_token;
        if token.is_none() {
            break;
        }
    }
    assert_eq!(seen, before + 1);
    storage.delete(id).await.unwrap();
}

pub async fn operations(serving: &Serving) {
    let client = serving.client();
    let operations = client.operations();
    assert!(operations.is_alive().await.unwrap());
    assert_eq!(operations.is_ready().await, Ok(Ok(())));
    assert!(operations.metrics().await.unwrap().ends_with("# EOF\n"));
    assert!(operations.docs().await.unwrap().contains("<html"));
    assert!(!operations.docs_file("page.js").await.unwrap().is_empty());
    for document in Document::ALL {
        assert!(!operations.document(*document).await.unwrap().is_empty(), "{document:?}");
    }
}
