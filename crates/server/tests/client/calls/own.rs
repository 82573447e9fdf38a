//! What users do about themselves.

use cloakroom_client::Secret;

use crate::server::PASSWORD;
use crate::serving::Serving;

const NEW_PASSWORD: &str = "Battery-staple-8";

pub async fn login(serving: &Serving) {
    let client = serving.client();
    let tokens = client.user_tokens();
    let pair = tokens.login("bob", &Secret::new(PASSWORD)).await.unwrap();
    let next = tokens.refresh(&pair).await.unwrap();
    assert_ne!(pair, next);
    assert!(tokens.lookup("info").await.unwrap().iter().any(|row| row.id == "countries"));
    tokens.health_check().await.unwrap();
    client.with(cloakroom_client::Credentials::AccessToken(next.access_token)).user_tokens().logout().await.unwrap();
}

pub async fn sessions(serving: &Serving) {
    let client = serving.log_in("bob").await.client();
    for _ in 0..2 {
        serving.log_in("bob").await;
    }
    let own = client.sessions().own().await.unwrap();
    assert_eq!((own.len(), own.iter().filter(|session| session.is_current).count()), (3, 1));
    let first = client.sessions().own_page(None, Some(2)).await.unwrap();
    let rest = client.sessions().own_page(first.next_cursor.as_deref(), Some(2)).await.unwrap();
    assert_eq!(([&first.items[..], &rest.items[..]].concat(), rest.next_cursor), (own.clone(), None));
    let other = own.iter().find(|session| !session.is_current).unwrap();
    assert_eq!(client.sessions().revoke_own(&other.id).await.unwrap().session_ids, std::slice::from_ref(&other.id));
    assert_eq!(client.sessions().revoke_own_others().await.unwrap().revoked_count, 1);
}

async fn mailed(serving: &Serving) -> Secret {
    let mail = serving.server.mails().await.pop().unwrap();
    Secret::new(mail.token.expose(mail.purpose).to_string())
}

pub async fn account(serving: &Serving) {
    let unverified = serde_json::json!({ "username": "una", "email": "una@example.com", "email_status": "unverified" });
    serving.server.apply(&serde_json::json!({ "users": [unverified] })).await;
    let client = serving.log_in("bob").await.client();
    let account = client.account();
    let me = account.get().await.unwrap();
    assert_eq!((me.username.as_str(), me.emails[0].address.as_str()), ("bob", "bob@example.com"));
    assert_eq!(account.rename("Bob").await.unwrap().display_name.as_deref(), Some("Bob"));
    let (old, new) = (Secret::new(PASSWORD), Secret::new(NEW_PASSWORD));
    // The one that `sessions` left.
    assert_eq!(account.change_password(&old, &new).await, Ok(1));
    account.forgot_password_by_email("bob@example.com").await.unwrap();
    account.reset_password(&mailed(serving).await, &old).await.unwrap();
    account.forgot_password("nobody").await.unwrap();
    account.resend_verification("una@example.com").await.unwrap();
    account.verify_email(&mailed(serving).await).await.unwrap();
}
