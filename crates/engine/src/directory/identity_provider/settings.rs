//! What is said of an identity provider, and what of it cannot be.

use crate::directory::changeable::changeable;
use crate::directory::redirection::is_issuer;
use crate::directory::registration::{LONGEST_ADDRESS, RegistrationFault};
use crate::directory::{LONGEST_NAME, MembershipRole, ascii_domain, is_plain_name, is_word};

/// Domains that one provider may have.
pub const MOST_DOMAINS: usize = 64;

/// Groups that one provider may map.
pub const MOST_GROUPS: usize = 128;

/// Scopes, and audiences of exchanged tokens, that one provider may have.
pub const MOST_WORDS: usize = 32;

/// Bytes of a client id, a scope, an audience, the name of a claim.
pub const LONGEST_VALUE: usize = 255;

changeable! {
    /// What is said of an identity provider and may be said anew. Lists of domains and audiences are in order, each item once: see
    /// [`ProviderSettings::in_order`].
    ProviderSettings;
    /// What is to change of it; by default nothing.
    ProviderSettingsChange;
    always {
        /// What the button says.
        name as "name": String = String::new(),
        /// As its documents and ID tokens name it, to the letter.
        issuer as "issuer": String = String::new(),
        /// What it knows this server by.
        client_id as "client_id": String = String::new(),
        /// What is asked for.
        scopes as "scopes": Vec<String> = ["openid", "profile", "email"].map(str::to_owned).to_vec(),
        /// Domains of the mail addresses that it may speak for, in A-labels. Which of them count: [`super::IdentityProviderRecord::speaks_for`].
        domains as "domains": Vec<String> = Vec::new(),
        /// The claim that becomes the username.
        username_claim as "username_claim": String = "preferred_username".to_owned(),
        /// The claim that becomes the display name.
        name_claim as "name_claim": String = "name".to_owned(),
        /// Whether whoever is unknown becomes a user.
        create_users as "create_users": bool = false,
        /// Whether whoever is unknown is the user of the same verified address.
        link_by_verified_email as "link_by_verified_email": bool = false,
        /// Whether it is believed how somebody proved who they are (`amr`).
        trust_amr as "trust_amr": bool = false,
        /// What ID tokens that are exchanged for a session may be made for, besides the client id.
        exchange_audiences as "exchange_audiences": Vec<String> = Vec::new(),
    }
    perhaps {
        /// The claim that names groups.
        groups_claim as "groups_claim": String,
    }
}

/// A group of a provider, and the membership that its people have by it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupMembership<Tenant> {
    pub group: String,
    pub tenant: Tenant,
    pub role: MembershipRole,
}

impl ProviderSettings {
    /// The same, lists whose order says nothing in order and every item once.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        for list in [&mut self.domains, &mut self.exchange_audiences] {
            list.sort_unstable();
            list.dedup();
        }
        self
    }

    /// Whether every value can be what it stands for and keeps within its bounds.
    ///
    /// # Errors
    /// The first that cannot.
    pub fn judge(&self) -> Result<(), RegistrationFault> {
        let name = &self.name;
        let is_name = !name.trim().is_empty() && is_plain_name(name);
        held(is_name, "name", "must have 1 to 256 characters, none of them a control character")?;
        let is_address = self.issuer.len() <= LONGEST_ADDRESS && is_issuer(&self.issuer);
        held(is_address, "issuer", "must be an https:// address of at most 2048 bytes, without query and fragment")?;
        held(is_value(&self.client_id), "client_id", VALUE_WANTED)?;
        held(self.scopes.len() <= MOST_WORDS, "scopes", "must have at most 32 items")?;
        held(self.scopes.iter().all(|scope| is_value(scope)), "scopes", VALUE_WANTED)?;
        held(self.scopes.iter().any(|scope| scope == "openid"), "scopes", "must have openid, without which no ID token comes")?;
        held(self.domains.len() <= MOST_DOMAINS, "domains", "must have at most 64 items")?;
        let is_kept = |domain: &String| ascii_domain(domain).as_ref() == Some(domain);
        held(self.domains.iter().all(is_kept), "domains", "must be names of domains in A-labels, lower-case, such as example.com")?;
        let claims = [("username_claim", Some(&self.username_claim)), ("name_claim", Some(&self.name_claim))];
        for (field, claim) in claims.into_iter().chain([("groups_claim", self.groups_claim.as_ref())]) {
            held(claim.is_none_or(|claim| is_value(claim)), field, VALUE_WANTED)?;
        }
        held(self.exchange_audiences.len() <= MOST_WORDS, "exchange_audiences", "must have at most 32 items")?;
        held(self.exchange_audiences.iter().all(|audience| is_value(audience)), "exchange_audiences", VALUE_WANTED)
    }
}

/// Whether the groups that are mapped keep within their bounds, and whether there is a claim that names them.
///
/// # Errors
/// The first thing that does not hold.
pub fn judge_groups<Tenant: PartialEq>(settings: &ProviderSettings, groups: &[GroupMembership<Tenant>]) -> Result<(), RegistrationFault> {
    let field = "group_memberships";
    held(groups.len() <= MOST_GROUPS, field, "must have at most 128 items")?;
    let is_group = |name: &str| (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    held(groups.iter().all(|mapped| is_group(&mapped.group)), field, "must name groups by 1 to 256 characters, none a control character")?;
    let is_again = |(at, mapped): (usize, &GroupMembership<Tenant>)| {
        groups[..at].iter().any(|before| before.group == mapped.group && before.tenant == mapped.tenant)
    };
    held(!groups.iter().enumerate().any(is_again), field, "must name each group once for each tenant")?;
    held(groups.is_empty() || settings.groups_claim.is_some(), field, "needs a groups_claim, which names somebody's groups")
}

const VALUE_WANTED: &str = "must have 1 to 255 visible ASCII characters without spaces";

/// Kept separated by spaces, and sent as it is.
fn is_value(text: &str) -> bool {
    is_word(text) && text.len() <= LONGEST_VALUE && text.bytes().all(|b| b.is_ascii_graphic())
}

fn held(holds: bool, field: &'static str, problem: &'static str) -> Result<(), RegistrationFault> {
    if holds { Ok(()) } else { Err(RegistrationFault { field, problem }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> ProviderSettings {
        let text = str::to_owned;
        ProviderSettings {
            name: text("Acme"),
            issuer: text("https://id.acme.example"),
            client_id: text("cloakroom"),
            ..ProviderSettings::default()
        }
    }

    #[track_caller]
    fn refused(field: &str, change: impl Fn(&mut ProviderSettings)) {
        let mut settings = settings();
        change(&mut settings);
        assert_eq!(settings.judge().map_err(|fault| fault.field), Err(field), "{settings:?}");
    }

    fn many(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("a{number}.example")).collect()
    }

    #[test]
    fn what_cannot_be_is_named() {
        assert_eq!(settings().judge(), Ok(()));
        refused("name", |wrong| wrong.name = " ".into());
        refused("name", |wrong| wrong.name = "a\nb".into());
        refused("name", |wrong| wrong.name = "a".repeat(LONGEST_NAME + 1));
        refused("client_id", |wrong| wrong.client_id = String::new());
        refused("client_id", |wrong| wrong.client_id = "a b".into());
        refused("client_id", |wrong| wrong.client_id = "a".repeat(LONGEST_VALUE + 1));
        refused("scopes", |wrong| wrong.scopes = vec!["profile".into()]);
        refused("scopes", |wrong| wrong.scopes.push("a b".into()));
        refused("scopes", |wrong| wrong.scopes.extend(many(MOST_WORDS)));
        refused("domains", |wrong| wrong.domains = many(MOST_DOMAINS + 1));
        refused("username_claim", |wrong| wrong.username_claim = String::new());
        refused("name_claim", |wrong| wrong.name_claim = "a b".into());
        refused("groups_claim", |wrong| wrong.groups_claim = Some(String::new()));
        refused("exchange_audiences", |wrong| wrong.exchange_audiences = vec!["a b".into()]);
        refused("exchange_audiences", |wrong| wrong.exchange_audiences = many(MOST_WORDS + 1));
    }

    #[test]
    fn an_issuer_has_a_host_and_neither_query_nor_fragment() {
        for fits in ["https://id.example", "https://id.example/", "https://id.example:8443/realms/a", "http://[::1]:9/a"] {
            assert_eq!(ProviderSettings { issuer: fits.into(), ..settings() }.judge(), Ok(()), "{fits}");
        }
        let long = format!("https://id.example/{}", "a".repeat(LONGEST_ADDRESS));
        for wrong in [
            "",
            "id.example",
            "https://",
            "https:///a",
            "https://a@id.example",
            "https://id.example?a",
            "https://id.example/#a",
            "ftp://a",
            &long,
        ] {
            refused("issuer", |settings| settings.issuer = wrong.into());
        }
    }

    #[test]
    fn a_domain_is_kept_as_mail_addresses_have_it() {
        for wrong in ["Acme.example", "m\u{fc}nchen.example", "acme example", "", "a@acme.example", "*.acme.example"] {
            refused("domains", |settings| settings.domains = vec![wrong.into()]);
        }
        let kept = ProviderSettings { domains: vec!["xn--mnchen-3ya.example".into()], ..settings() };
        assert_eq!(kept.judge(), Ok(()));
    }

    #[test]
    fn lists_without_an_order_are_put_in_one() {
        let list = || vec!["b".to_owned(), "a".to_owned(), "b".to_owned()];
        let put = ProviderSettings { domains: list(), exchange_audiences: list(), scopes: list(), ..settings() }.in_order();
        assert_eq!((put.domains, put.exchange_audiences, put.scopes), (vec!["a".into(), "b".into()], vec!["a".into(), "b".into()], list()));
    }

    #[test]
    fn groups_are_mapped_once_each_by_a_claim_and_within_bounds() {
        let mapped = |group: &str, tenant: u8| GroupMembership { group: group.into(), tenant, role: MembershipRole::Member };
        let with_claim = ProviderSettings { groups_claim: Some("groups".into()), ..settings() };
        assert_eq!(judge_groups(&with_claim, &[mapped("a b", 1), mapped("a b", 2)]), Ok(()));
        assert_eq!(judge_groups::<u8>(&settings(), &[]), Ok(()));
        assert!(judge_groups(&settings(), &[mapped("a", 1)]).is_err());
        assert!(judge_groups(&with_claim, &[mapped("a", 1), mapped("a", 1)]).is_err());
        assert!(judge_groups(&with_claim, &[mapped("", 1)]).is_err() && judge_groups(&with_claim, &[mapped("a\n", 1)]).is_err());
        let many: Vec<_> = (0..=MOST_GROUPS).map(|number| mapped(&number.to_string(), 1)).collect();
        assert!(judge_groups(&with_claim, &many[1..]).is_ok() && judge_groups(&with_claim, &many).is_err());
    }
}
