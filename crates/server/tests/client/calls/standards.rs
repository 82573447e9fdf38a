//! The standard endpoints, session storage, operations.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_client::Secret;
use cloakroom_client::oauth::SubjectKind;
use cloakroom_client::operations::Document;
use cloakroom_client::session_storage::StorageWish;
use cloakroom_client::usm::SessionCreate;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::openid::authorize::Authorization;
use cloakroom_engine::openid::pkce::CodeChallenge;
use cloakroom_engine::secret::Passcode;
use cloakroom_engine::sessions::browser::visit::Visit;

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

/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const CALLBACK: &str = "https://shop.test/callback";

/// A code that a browser would bring back.
async fn code(serving: &Serving) -> Secret {
    let (engine, origin) = (&serving.server.engine, RequestOrigin::default());
    let shown = ("end_user".to_owned(), Passcode::new(PASSWORD.into()));
    let (_, secret) = engine.sign_in_at_browser(shown, None, origin.clone()).await.unwrap().unwrap();
    let Visit::SignedIn(visitor) = engine.visit(&secret, &origin).await.unwrap() else { panic!("nobody is signed in") };
    let asker = engine.asking_application("shop_of_codes", CALLBACK).await.unwrap().unwrap();
    let challenge = URL_SAFE_NO_PAD.decode(CHALLENGE).unwrap().try_into().unwrap();
    let asked = Authorization {
        resources: Vec::new(),
        scope: Some("openid email".to_owned()),
        nonce: None,
        challenge: CodeChallenge::from_bytes(challenge),
        max_age: None,
        authenticated_since: None,
        asks_consent: false,
    };
    Secret::new(&*engine.authorize(&asker, &asked, (&visitor, true), &origin).await.unwrap().unwrap().expose())
}

pub async fn openid(serving: &Serving) {
    let shop = serde_json::json!({ "client_id": "shop_of_codes", "tenant": "ACME", "client_secret": CLIENT_SECRET, "kind": "web",
        "platform": true, "redirect_uris": [CALLBACK] });
    serving.server.apply(&serde_json::json!({ "applications": [shop] })).await;
    let client = serving.application("shop_of_codes").client();
    let oauth = client.oauth();
    assert_eq!(oauth.openid_configuration().await.unwrap(), oauth.metadata().await.unwrap());
    let asked = [("response_type", "code"), ("redirect_uri", CALLBACK), ("scope", "openid"), ("code_challenge_method", "S256")];
    let pushed = oauth.push_authorization_request(&[&asked[..], &[("code_challenge", CHALLENGE)]].concat()).await.unwrap();
    assert!(pushed.expires_in == 90 && pushed.request_uri.starts_with("urn:ietf:params:oauth:request_uri:"), "{pushed:?}");
    let code = code(serving).await;
    let given = oauth.redeem_code(&code, CALLBACK, &Secret::new(VERIFIER)).await.unwrap();
    assert!(given.id_token.is_some() && !format!("{given:?}").contains(given.id_token.as_ref().unwrap().expose()));
    let told = oauth.user_info(&given.access_token).await.unwrap();
    assert_eq!((told.email.as_deref(), told.name), (Some("end_user@example.com"), None));
    let user = serving.log_in("end_user").await.client();
    let [consent] = user.account().consents().await.unwrap().try_into().unwrap();
    assert_eq!(consent.scopes, ["openid", "email"]);
    user.account().withdraw_consent(&consent.application_id).await.unwrap();
    assert_eq!(user.account().consents().await, Ok(Vec::new()));
    assert_eq!(oauth.user_info(&given.access_token).await.unwrap_err().status(), Some(401));
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
    assert_eq!(storage.get(id).await.unwrap().session, created.session);
    storage.set_expiry(id, 900).await.unwrap();
    assert!(storage.get(id).await.unwrap().session.expires_at > created.session.expires_at);
    let metadata = serde_json::json!({ "game": "chess" }).as_object().unwrap().clone();
    let kept = storage.set_metadata(id, &metadata, created.kept.metadata_edition).await.unwrap();
    assert_eq!((&kept.metadata, kept.metadata_edition), (&metadata, 1));
    assert_eq!(storage.get(id).await.unwrap().kept, kept);
    assert_eq!(storage.set_metadata(id, &metadata, 0).await.unwrap_err().status(), Some(409));
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
