//! Names in the place of ids: the one place that looks up for all commands whom or what a name means, and tells where it may mean several.

use cloakroom_client::directory::Filter;
use cloakroom_client::sessions::SessionFilter;
use cloakroom_client::{Client, Page, PageNumber, Result as Answer};

use super::Failure;
use super::remote::usage;
use crate::nearest::nearest;

/// What a name is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noun {
    User,
    Tenant,
    Partner,
    Application,
    IdentityProvider,
}

impl Noun {
    pub(super) const ALL: [Self; 5] = [Self::User, Self::Tenant, Self::Partner, Self::Application, Self::IdentityProvider];

    const fn prefix(self) -> &'static str {
        match self {
            Self::User => "usr_",
            Self::Tenant => "tnt_",
            Self::Partner => "prt_",
            Self::Application => "app_",
            Self::IdentityProvider => "idp_",
        }
    }

    const fn called(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Tenant => "tenant",
            Self::Partner => "partner",
            Self::Application => "application",
            Self::IdentityProvider => "identity provider",
        }
    }

    /// Lists show what is doomed only where that is asked for.
    const fn hides_doomed(self) -> bool {
        matches!(self, Self::User | Self::Tenant | Self::Partner)
    }
}

/// An entry of the directory as names find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    noun: Noun,
    pub(super) id: String,
    /// What it is found by; the first is its own.
    pub(super) names: Vec<String>,
    /// For people.
    pub(super) caption: String,
}

/// As many as one page may have.
const ON_A_PAGE: u32 = 100;
/// Where so many begin like a name, somebody had better give the id.
const MOST_PAGES: u32 = 100;

/// Whether a text has the form of an id, whatever it is the id of; no name looks like it by chance.
fn is_id(text: &str) -> bool {
    let rest = text.split_once('_').filter(|(prefix, _)| prefix.len() == 3).map_or("", |(_, rest)| rest);
    rest.len() >= 20 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// How a table at a narrow terminal shows an id: what is before and after the `…`.
fn shortened(text: &str) -> Option<(&str, &str)> {
    text.split_once('…').filter(|(before, after)| before.len() > 4 && !after.is_empty())
}

fn stands_for(text: &str, id: &str) -> bool {
    shortened(text).is_some_and(|(before, after)| id.starts_with(before) && id.ends_with(after))
}

impl Entry {
    fn of(noun: Noun, id: String, names: Vec<String>, caption: Option<String>) -> Self {
        Self { noun, id, names, caption: caption.unwrap_or_default() }
    }

    fn is_called(&self, text: &str) -> bool {
        self.names.iter().any(|name| name.to_lowercase() == text.to_lowercase()) || stands_for(text, &self.id)
    }

    fn told(&self) -> String {
        format!("{} ({} {})", self.id, self.noun.called(), self.names.join(", "))
    }
}

fn entries<T>(page: Page<T>, entry: impl Fn(T) -> Entry) -> (Vec<Entry>, Option<String>) {
    (page.items.into_iter().map(entry).collect(), page.next_cursor)
}

/// Some of those whose name begins so, and where to go on.
async fn page(client: &Client, noun: Noun, filter: &Filter) -> Answer<(Vec<Entry>, Option<String>)> {
    let directory = client.directory();
    Ok(match noun {
        Noun::User => entries(directory.users().list(filter).await?, |user| {
            let names = std::iter::once(user.username).chain(user.emails.into_iter().map(|email| email.email)).collect();
            Entry::of(noun, user.id, names, user.display_name)
        }),
        Noun::Tenant => entries(directory.tenants().list(filter).await?, |it| Entry::of(noun, it.id, vec![it.code], Some(it.name))),
        Noun::Partner => entries(directory.partners().list(filter).await?, |it| Entry::of(noun, it.id, vec![it.code], Some(it.name))),
        Noun::Application => {
            entries(directory.applications().list(filter).await?, |it| Entry::of(noun, it.id, vec![it.client_id], Some(it.name)))
        }
        Noun::IdentityProvider => {
            entries(directory.identity_providers().list(filter).await?, |it| Entry::of(noun, it.id, vec![it.code], Some(it.name)))
        }
    })
}

fn beginning(text: &str) -> Filter {
    let mut filter = Filter::default();
    // The beginning of an id is not searched for.
    filter.search = Some(text).filter(|text| !text.is_empty() && shortened(text).is_none()).map(str::to_owned);
    filter.page = PageNumber::new(1, ON_A_PAGE);
    filter
}

/// Those whose name begins so: one page of them.
pub(super) async fn some_beginning(client: &Client, noun: Noun, text: &str) -> Answer<Vec<Entry>> {
    Ok(page(client, noun, &beginning(text)).await?.0)
}

/// Those that are called so: as long as there are any to be seen, what is doomed does not count.
async fn called(client: &Client, noun: Noun, text: &str) -> Result<Vec<Entry>, Failure> {
    for status in [None, Some("doomed".to_owned())] {
        if status.is_some() && !noun.hides_doomed() {
            break;
        }
        let mut filter = beginning(text);
        filter.status = status;
        let mut found = Vec::new();
        for number in 1.. {
            let (entries, next) = page(client, noun, &filter).await?;
            found.extend(entries.into_iter().filter(|entry| entry.is_called(text)));
            filter.cursor = next;
            // One username is one user; an address may be the username of another.
            let is_clear = !found.is_empty() && !text.contains(['@', '…']);
            if filter.cursor.is_none() || is_clear {
                break;
            }
            if number == MOST_PAGES {
                let many = MOST_PAGES * ON_A_PAGE;
                return Err(Failure::new(format_args!("more than {many} begin with `{text}`: name the {} by its id", noun.called())));
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// The id of what is called so, if it is one of these nouns at all.
pub(super) async fn among(client: &Client, nouns: &[Noun], text: &str) -> Result<Option<String>, Failure> {
    if is_id(text) {
        return Ok(Some(text.to_owned()));
    }
    let mut found = Vec::new();
    for noun in nouns {
        found.extend(called(client, *noun, text).await?);
    }
    match &found[..] {
        [] => Ok(None),
        [entry] => Ok(Some(entry.id.clone())),
        several => {
            let told: Vec<_> = several.iter().map(Entry::told).collect();
            Err(Failure::new(format_args!("`{text}` may mean {} of them: {}", several.len(), told.join("; ")))
                .hint("name the one by its id"))
        }
    }
}

/// The id of the one that is called so, by a name, an address or a code, or by the id itself.
pub(super) async fn id_of(client: &Client, noun: Noun, text: &str) -> Result<String, Failure> {
    let other = Noun::ALL.into_iter().find(|other| *other != noun && is_id(text) && text.starts_with(other.prefix()));
    if let Some(other) = other {
        return Err(usage(format_args!("`{text}` is the id of a {}, where a {} is meant", other.called(), noun.called())));
    }
    match among(client, &[noun], text).await? {
        Some(id) => Ok(id),
        None => Err(missing(client, noun, text).await),
    }
}

/// The same where anything is given; an empty text stays, since it takes a value away.
pub(super) async fn id_if(client: &Client, noun: Noun, text: Option<&String>) -> Result<Option<String>, Failure> {
    match text {
        Some(text) if !text.is_empty() => id_of(client, noun, text).await.map(Some),
        other => Ok(other.cloned()),
    }
}

/// That there is none, with the nearest name of those that begin alike.
async fn missing(client: &Client, noun: Noun, text: &str) -> Failure {
    let failure = Failure::new(format_args!("there is no {} `{text}`", noun.called())).exit_code(4);
    let stem: String = text.chars().take(2).collect();
    let alike = some_beginning(client, noun, &stem).await.unwrap_or_default();
    let names = alike.iter().flat_map(|entry| entry.names.iter().map(String::as_str));
    match nearest(text, names) {
        Some(meant) => failure.hint(format!("did you mean `{meant}`?")),
        None => failure,
    }
}

/// The id of a session: as it stands, or as a narrow table shortens it.
pub(super) async fn session_id(client: &Client, text: &str) -> Result<String, Failure> {
    if shortened(text).is_none() {
        return Ok(text.to_owned());
    }
    let mut found: Vec<String> = match client.sessions().own().await {
        Ok(own) => own.into_iter().map(|session| session.id).collect(),
        Err(error) if error.status() == Some(403) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    found.retain(|id| stands_for(text, id));
    let mut filter = SessionFilter::default();
    filter.page = PageNumber::new(1, ON_A_PAGE);
    for _ in 0..MOST_PAGES {
        if !found.is_empty() {
            break;
        }
        let page = match client.sessions().list(&filter).await {
            Ok(page) => page,
            Err(error) if error.status() == Some(403) => break,
            Err(error) => return Err(error.into()),
        };
        found.extend(page.items.into_iter().map(|session| session.id).filter(|id| stands_for(text, id)));
        filter.cursor = page.next_cursor;
        if filter.cursor.is_none() {
            break;
        }
    }
    match &found[..] {
        [id] => Ok(id.clone()),
        [] => Err(Failure::new(format_args!("there is no session `{text}`")).exit_code(4)),
        several => Err(Failure::new(format_args!("`{text}` may mean {}", several.join(", "))).hint("name the one by its whole id")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_names() {
        for id in ["usr_0000000000000000000001", "tnt_01K9ZS7Q2M4W8X6Y3V5T7R9P1N", "app_01k9zs7q2m4w8x6y3v5t7r9p1n"] {
            assert!(is_id(id), "{id}");
        }
        for name in ["usr_0", "alice", "web_shop", "alice@example.com", "tnt_acme-north-of-the-river-x", "usr_01k9…9p1n", ""] {
            assert!(!is_id(name), "{name}");
        }
    }

    #[test]
    fn what_a_narrow_table_shows_stands_for_one_id() {
        let id = "usr_01k9zs7q2m4w8x6y3v5t7r9p1n";
        assert!(stands_for("usr_01k9…9p1n", id) && !stands_for("usr_01k8…9p1n", id) && !stands_for("usr_…", id));
        let entry = Entry::of(Noun::User, id.to_owned(), vec!["alice".to_owned(), "A@example.com".to_owned()], None);
        assert!(
            entry.is_called("Alice") && entry.is_called("a@EXAMPLE.com") && entry.is_called("usr_01k9…9p1n") && !entry.is_called("alic")
        );
    }
}
