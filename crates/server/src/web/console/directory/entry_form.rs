//! The fields that forms of the directory have, each of its noun some of them.

use crate::http::declared::parameters::parameters;
use crate::web::form::Typed;

/// Declares a form whose fields are found by their names, too.
macro_rules! entry_form {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $about:literal])* $field:ident $(= $example:expr)?),+ $(,)? }) => {
        parameters! {
            $(#[doc = $doc])*
            in Form pub struct $name {
                $($(#[doc = $about])* $field: Typed $(= $example)?,)+
                /// Made for this session by the page.
                form_token: Typed,
            }
        }

        impl $name {
            /// What stands in the field of this name.
            pub fn typed(&self, name: &str) -> &str {
                match name {
                    $(stringify!($field) => &self.$field,)+
                    _ => "",
                }
            }
        }
    };
}

entry_form! {
    /// What is wanted of an entry of the directory. Which of the fields it has, the page of the form shows; others are ignored. Lists have an
    /// item on each line; an empty field stands for none, and a box that is not ticked is empty.
    EntryForm {
        /// Of a user: lower-case letters, digits and `._@-`, at most 63.
        username = "ada",
        /// Of a new user.
        email = "ada@example.com",
        /// Of a user, at most 256 characters.
        display_name = "Ada Lovelace",
        /// Of a user.
        password = "correct horse battery staple",
        /// Where it is at home, or what it belongs to.
        tenant_id = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
        /// Of a user: a tenant and `owner`, `admin` or `member` on each line.
        memberships = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W member",
        /// Of a user: `none`, `tenant_admin`, `partner_admin` or `super_admin`.
        role = "none",
        /// Of a user: ticked for an operator.
        is_operator = "true",
        /// One of those that the noun has.
        status = "verified",
        /// How many sessions a user may have at a time.
        session_cap = "64",
        /// Of tenants, partners and identity providers; it never changes.
        code = "ACME",
        /// At most 256 characters.
        name = "Acme Ltd",
        /// What a tenant belongs to.
        partner_id = "prt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
        /// How long the sessions of a tenant live without activity.
        ttl_seconds = "3600",
        /// How long they live whatever their activity.
        absolute_ttl_seconds = "86400",
        /// Whether activity lengthens them: `yes`, `no`, or as the server has it.
        sliding = "",
        /// How old a tenant's API keys may grow.
        api_key_max_age_days = "90",
        /// What an application is called by, or what a provider knows this server by.
        client_id = "shop",
        /// Who answers for an application.
        owner_id = "usr_01J8ZQ4Y7N3V5K2M6P9R1S0T8W",
        /// Of an application: `web`, `native`, `spa` or `service`.
        kind = "web",
        /// Where people may be sent back to with a code.
        redirect_uris = "https://shop.example.com/callback",
        /// Where people may be sent on to after a logout.
        post_logout_redirect_uris = "https://shop.example.com/goodbye",
        /// Where an application is told that a session is over.
        backchannel_logout_uri = "https://shop.example.com/backchannel",
        /// Resource servers that an application may ask tokens for.
        resources = "https://api.example.com",
        /// Whose pages may read answers from another origin.
        origins = "https://shop.example.com",
        /// Ticked where nobody is asked for consent.
        is_first_party = "true",
        /// How an application's ID tokens are signed.
        id_token_signed_response_alg = "RS256",
        /// What an application may do, or what a provider is asked for.
        scopes = "openid",
        /// Ticked for an application of the platform.
        platform = "true",
        /// Public keys of an application: a JSON Web Key Set.
        jwks = "{\"keys\":[]}",
        /// Of a provider, as its own documents name it.
        issuer = "https://id.acme.example",
        /// What this server proves to a provider that it is itself by; empty leaves the one that there is.
        client_secret = "s3cret",
        /// Domains of the addresses that a provider may speak for.
        domains = "acme.example",
        /// The claim that becomes the username.
        username_claim = "preferred_username",
        /// The claim that becomes the display name.
        name_claim = "name",
        /// The claim that names groups.
        groups_claim = "groups",
        /// Ticked where whoever is unknown becomes a user.
        create_users = "true",
        /// Ticked where whoever is unknown is the user of the same verified address.
        link_by_verified_email = "true",
        /// Ticked where a provider is believed how somebody proved who they are.
        trust_amr = "true",
        /// What a provider's ID tokens that are exchanged may be made for.
        exchange_audiences = "https://app.acme.example",
        /// On each line a tenant, `owner`, `admin` or `member`, and the group whose people are that there.
        group_memberships = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W member staff",
    }
}
