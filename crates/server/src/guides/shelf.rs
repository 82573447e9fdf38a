//! Which guides there are, and in which order.

/// A page of the documentation.
#[derive(Debug)]
pub struct Guide {
    /// What its address ends with.
    pub name: &'static str,
    /// Where it stands in the source tree, for links between guides.
    pub path: &'static str,
    /// As it is written.
    pub text: &'static str,
}

/// Guides that belong together.
#[derive(Debug)]
pub struct Chapter {
    pub title: &'static str,
    pub guides: &'static [Guide],
}

macro_rules! chapters {
    ($($title:literal { $($name:literal: $path:literal,)+ })+) => {
        /// All of them.
        pub const CHAPTERS: &[Chapter] = &[$(Chapter {
            title: $title,
            guides: &[$(Guide { name: $name, path: $path, text: include_str!(concat!("../../../../", $path)) },)+],
        },)+];
    };
}

chapters! {
    "First steps" {
        "quick-start": "docs/quick-start.md",
        "cli": "docs/cli.md",
        "client": "docs/client.md",
    }
    "APIs" {
        "usm": "docs/usm.md",
        "user-tokens": "docs/user-tokens.md",
        "sessions-api": "docs/sessions-api.md",
        "authenticated-sessions": "docs/authenticated-sessions.md",
        "session-storage": "docs/session-storage.md",
        "account": "docs/account.md",
        "directory": "docs/directory.md",
        "audit": "docs/audit.md",
    }
    "Browsers and applications" {
        "front-door": "docs/front-door.md",
        "console": "docs/console.md",
        "openid": "docs/openid.md",
        "oauth": "docs/oauth.md",
        "identity-providers": "docs/identity-providers.md",
        "forward-auth": "docs/forward-auth.md",
    }
    "Operating it" {
        "operations": "docs/operations.md",
        "configuration": "docs/configuration.md",
        "postgres": "docs/postgres.md",
    }
    "Security" {
        "security": "SECURITY.md",
        "threat-model": "docs/threat-model.md",
        "promises": "docs/promises.md",
    }
    "Contracts" {
        "contracts": "docs/contracts/README.md",
        "contract-usm": "docs/contracts/usm.md",
        "contract-user-tokens": "docs/contracts/user_tokens.md",
        "contract-sessions-api": "docs/contracts/v1_sessions.md",
        "contract-authenticated-sessions": "docs/contracts/authenticated_sessions.md",
        "contract-session-storage": "docs/contracts/session_storage.md",
        "contract-browser": "docs/contracts/browser.md",
        "contract-directory": "docs/contracts/directory.md",
        "contract-events": "docs/contracts/events.md",
        "contract-mcp": "docs/contracts/mcp.md",
    }
    "Files to start from" {
        "example-directory": "examples/directory.yaml",
        "example-systemd": "examples/systemd/cloakroom.service",
        "example-dockerfile": "examples/docker/Dockerfile",
        "example-compose": "examples/docker/compose.yaml",
        "example-caddyfile": "examples/docker/Caddyfile",
        "example-verify-audit-export": "examples/verify_audit_export.py",
    }
    "Changes" {
        "changelog": "CHANGELOG.md",
    }
}

/// Every guide, in the order of the chapters.
pub fn all() -> impl Iterator<Item = &'static Guide> {
    CHAPTERS.iter().flat_map(|chapter| chapter.guides)
}

/// The one of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Guide> {
    all().find(|guide| guide.name == name)
}

impl Guide {
    /// Whether it is Markdown. Other files are shown as they are.
    #[must_use]
    pub fn is_prose(&self) -> bool {
        self.path.ends_with(".md")
    }

    /// What it is called: its first heading, or the name of its file.
    #[must_use]
    pub fn title(&self) -> &'static str {
        let heading = self.text.lines().find_map(|line| line.strip_prefix("# ")).filter(|_| self.is_prose());
        heading.unwrap_or_else(|| self.path.rsplit('/').next().unwrap_or(self.path))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// The start page does in the server what `docs/README.md` does in the source tree.
    const NOT_SHOWN: &[&str] = &["docs/README.md"];

    #[test]
    fn every_page_of_the_documentation_is_shown() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let written = ["docs", "docs/contracts"].iter().flat_map(|folder| {
            let pages = std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            pages.filter(|name| name.ends_with(".md")).map(move |name| format!("{folder}/{name}"))
        });
        let shown: BTreeSet<_> = all().map(|guide| guide.path.to_owned()).collect();
        let missing: Vec<_> = written.filter(|path| !shown.contains(path) && !NOT_SHOWN.contains(&path.as_str())).collect();
        assert!(missing.is_empty(), "they want a place in the chapters: {missing:?}");
    }

    #[test]
    fn names_are_unique_and_titles_are_there() {
        let names: BTreeSet<_> = all().map(|guide| guide.name).collect();
        assert_eq!(names.len(), all().count());
        assert_eq!(named("quick-start").unwrap().title(), "Quick start");
        assert_eq!(named("example-directory").unwrap().title(), "directory.yaml");
        assert!(named("../secret").is_none());
    }
}
