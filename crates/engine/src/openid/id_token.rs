//! ID tokens (OpenID Connect Core 1.0 section 2): who has let an application in, and when they last proved who they are.

use super::store::CodeTerms;
use super::user_info::UserClaims;
use crate::callers::ClientApplication;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::sessions::verdict::SessionSnapshot;
use crate::tokens::id_token::IdTokenClaims;
use crate::tokens::log_in::{AccessToken, whole_second};

impl Engine {
    pub(super) async fn id_token(
        &self,
        client: &ClientApplication,
        within: &SessionSnapshot,
        terms: &CodeTerms,
        access: &AccessToken,
    ) -> Result<String, EngineError> {
        let session = &within.session;
        let UserClaims { user, profile, email, .. } = UserClaims::of(&*self.account_of(session.user).await?, &terms.scope);
        let record = client.record();
        let claims = IdTokenClaims {
            client_id: record.client_id.clone(),
            user,
            session: session.uid,
            issued_at: whole_second(self.now()),
            expires_at: access.expires_at,
            nonce: terms.nonce.clone(),
            authentication: terms.authentication,
            access_token: access.text.to_string(),
            profile,
            email,
        };
        self.sign_id_token(&claims, record.id_token_algorithm).await
    }
}
