//! Every typed call of every surface, made once with success.

mod administration;
mod own;
mod standards;
mod usm;

use crate::serving::Serving;

/// Makes them all.
pub async fn all(serving: &Serving) {
    usm::sessions(serving).await;
    usm::machines(serving).await;
    own::login(serving).await;
    own::sessions(serving).await;
    own::account(serving).await;
    administration::sessions(serving).await;
    administration::operators(serving).await;
    administration::places(serving).await;
    administration::users(serving).await;
    administration::applications(serving).await;
    administration::identity_providers(serving).await;
    administration::audit(serving).await;
    standards::oauth(serving).await;
    standards::openid(serving).await;
    standards::session_storage(serving).await;
    standards::operations(serving).await;
}
