//! What is answered where the directory is not changed. The one place for it.

use axum::http::StatusCode;
use cloakroom_engine::callers::Refusal;

use crate::api::v1::error::V1Error;

impl From<Refusal> for V1Error {
    fn from(refusal: Refusal) -> Self {
        let forbidden = |message| Self::new(StatusCode::FORBIDDEN, message);
        let conflict = |message| Self::new(StatusCode::CONFLICT, message);
        match refusal {
            Refusal::OutOfReach => Self::NOT_FOUND,
            Refusal::RoleTooLow => forbidden("Your role does not allow this."),
            Refusal::ScopeLacking => forbidden("An application gives no scope that it lacks."),
            Refusal::AboveCaller => forbidden("This stands above your role."),
            Refusal::OwnerAbove => forbidden("The owner of this application stands above your role."),
            Refusal::OfAdministrators => forbidden("An application changes no administrator and makes none."),
            // Whose it is stays unsaid: it may be another tenant's.
            Refusal::Taken("username") => conflict("This username is taken."),
            Refusal::Taken("email") => conflict("This email is taken."),
            Refusal::Taken("client_id") => conflict("This client_id is taken."),
            Refusal::Taken(_) => conflict("This code is taken."),
            Refusal::Doomed => conflict("It is doomed and stays as it is."),
            Refusal::NoSuchStep => conflict("It cannot go from its status to this one."),
            Refusal::OwnStanding => conflict(
                "Your own password is changed by POST /api/v1/me/password; your role, status, home, memberships and emails by another administrator.",
            ),
            Refusal::LastSuperAdministrator => conflict("No super administrator would be left who can sign in."),
            Refusal::HasTenants => conflict("Tenants belong to this partner."),
            Refusal::SecretsAtLimit => conflict("Two secrets are live already; remove one first."),
            Refusal::PublicApplication => conflict("An application of kind native or spa is public and has no secret."),
            Refusal::Registration(fault) => Self::bad_field(fault.field, fault.problem),
            Refusal::WeakPassword(weak) => Self::bad_field("password", weak.to_string()),
            Refusal::PrimaryEmail => conflict("A doomed email cannot be the primary one."),
        }
    }
}
