//! Who calls: whoever sees a part of the directory, and whoever changes it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::{AdminRefusal, DirectoryAdmin, DirectoryReader, Refusal};

use super::DirectoryDesk;
use crate::api::v1::caller::{Shown, shown};
use crate::api::v1::envelope::MetaResponse;
use crate::api::v1::error::V1Error;

/// A caller whose role or scope shows some of the directory.
pub struct Reader {
    pub reader: DirectoryReader,
    pub meta: MetaResponse,
}

impl FromRequestParts<DirectoryDesk> for Reader {
    type Rejection = V1Error;

    async fn from_request_parts(parts: &mut Parts, desk: &DirectoryDesk) -> Result<Self, V1Error> {
        let Shown { caller, origin, meta } = shown(parts, desk).await?;
        let reader = caller.directory_reader().inspect_err(|why| desk.engine.note_refused_role(&caller, why.reason(), &origin));
        Ok(Self { reader: reader.map_err(forbidden)?, meta })
    }
}

/// A caller whose role or scope lets some of the directory be changed.
pub struct Changer {
    pub admin: DirectoryAdmin,
    pub origin: RequestOrigin,
    pub meta: MetaResponse,
}

impl FromRequestParts<DirectoryDesk> for Changer {
    type Rejection = V1Error;

    async fn from_request_parts(parts: &mut Parts, desk: &DirectoryDesk) -> Result<Self, V1Error> {
        let Shown { caller, origin, meta } = shown(parts, desk).await?;
        let admin = caller.directory_admin().inspect_err(|why| desk.engine.note_refused_role(&caller, why.reason(), &origin));
        Ok(Self { admin: admin.map_err(forbidden)?, origin, meta })
    }
}

fn forbidden(refusal: AdminRefusal) -> V1Error {
    match refusal {
        AdminRefusal::Role => Refusal::RoleTooLow.into(),
        AdminRefusal::Scope | AdminRefusal::Delegate => refusal.into(),
    }
}
