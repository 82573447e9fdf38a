//! The directory's words and refusals, as people read them.

use cloakroom_engine::callers::Refusal;

use crate::web::language::Language;

/// A status, a role or a kind. What has no text of its own stands as it is spelled.
pub fn word(language: Language, spelled: &str) -> String {
    let text = match spelled {
        "" => "word-unsaid",
        "verified" => "word-verified",
        "unverified" => "word-unverified",
        "parked" => "word-parked",
        "suspended" => "word-suspended",
        "frozen" => "word-frozen",
        "doomed" => "word-doomed",
        "active" => "word-active",
        "disabled" => "word-disabled",
        "none" => "word-none",
        "tenant_admin" => "word-tenant-admin",
        "partner_admin" => "word-partner-admin",
        "super_admin" => "word-super-admin",
        "owner" => "word-owner",
        "admin" => "word-admin",
        "member" => "word-member",
        "web" => "word-web",
        "native" => "word-native",
        "spa" => "word-spa",
        "service" => "word-service",
        "yes" => "word-yes",
        "no" => "word-no",
        other => return other.to_owned(),
    };
    language.say(text)
}

/// Whether something in this status does what it is for.
pub fn is_dead(status: &str) -> bool {
    matches!(status, "suspended" | "frozen" | "doomed" | "disabled")
}

/// What is said of a refusal: the word by which addresses name it, and its text.
pub const REFUSALS: [(&str, &str); 14] = [
    ("refused-reach", "refused-reach"),
    ("refused-role", "refused-role"),
    ("refused-scope", "refused-scope"),
    ("refused-above", "refused-above"),
    ("refused-taken", "refused-taken"),
    ("refused-doomed", "refused-doomed"),
    ("refused-step", "refused-step"),
    ("refused-own", "refused-own"),
    ("refused-last", "refused-last"),
    ("refused-tenants", "refused-tenants"),
    ("refused-secrets", "refused-secrets"),
    ("refused-public", "refused-public"),
    ("refused-value", "refused-value"),
    ("refused-primary", "refused-primary"),
];

/// The text of a refusal, and the field that it is about, where it is about one.
pub const fn refused(refusal: &Refusal) -> (&'static str, Option<&'static str>) {
    match refusal {
        Refusal::OutOfReach => ("refused-reach", None),
        Refusal::RoleTooLow => ("refused-role", None),
        Refusal::ScopeLacking => ("refused-scope", Some("scopes")),
        Refusal::AboveCaller => ("refused-above", None),
        Refusal::OwnerAbove => ("refused-above", Some("owner_id")),
        Refusal::OfAdministrators => ("refused-role", Some("role")),
        // Whose it is stays unsaid: it may be another tenant's.
        Refusal::Taken(field) => ("refused-taken", Some(field)),
        Refusal::Doomed => ("refused-doomed", None),
        Refusal::NoSuchStep => ("refused-step", Some("status")),
        Refusal::OwnStanding => ("refused-own", None),
        Refusal::LastSuperAdministrator => ("refused-last", None),
        Refusal::HasTenants => ("refused-tenants", None),
        Refusal::SecretsAtLimit => ("refused-secrets", None),
        Refusal::PublicApplication => ("refused-public", None),
        Refusal::Registration(fault) => ("refused-value", Some(fault.field)),
        Refusal::WeakPassword(_) => ("password-weak", Some("password")),
        Refusal::PrimaryEmail => ("refused-primary", None),
    }
}
