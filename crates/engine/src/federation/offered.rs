//! Through which providers somebody may sign in, for the page of sign-in. Whether a user exists says none of it.

use crate::directory::ascii_domain;
use crate::directory::identity_provider::LoginProvider;
use crate::directory::identity_provider::store::SoughtProviders;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::openid::authorize::Asker;

impl Engine {
    /// The platform's providers, those that may speak for the domain of an address that is to sign in, and those of the tenant of an
    /// application that asks to be let in. Each once.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn offered_providers(&self, name: &str, asker: Option<&Asker>) -> Result<Vec<LoginProvider>, EngineError> {
        let domain = name.rsplit_once('@').and_then(|(_, domain)| ascii_domain(&domain.trim().to_lowercase()));
        let tenant = asker.and_then(Asker::tenant);
        let sought = [domain.map(SoughtProviders::OfDomain), tenant.map(SoughtProviders::OfTenant), Some(SoughtProviders::OfPlatform)];
        let mut offered: Vec<LoginProvider> = Vec::new();
        for sought in sought.into_iter().flatten() {
            let found = self.store.login_providers(sought).await?;
            let new: Vec<_> = found.into_iter().filter(|found| !offered.iter().any(|known| known.code == found.code)).collect();
            offered.extend(new);
        }
        Ok(offered)
    }
}
