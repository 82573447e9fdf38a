//! Changing the file of profiles: what people wrote there, comments and order included, stays as it is.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, value};

use super::private::{read_private, replace_private};
use super::profile::{DEFAULT, ProfileStore};

/// A profile to be added. Of secrets it has the files, never the text.
#[derive(Debug, Default)]
pub struct NewProfile {
    /// Where the server is.
    pub base_url: String,
    /// The org that is meant where a command names none.
    pub orgcode: Option<String>,
    /// The application that calls.
    pub client_id: Option<String>,
    /// The proxy that every call goes through.
    pub proxy: Option<String>,
    /// Files, by their keys.
    pub files: Vec<(&'static str, PathBuf)>,
}

impl ProfileStore {
    /// Adds a profile; the first one becomes the default.
    ///
    /// # Errors
    /// A name that is taken, or cannot be one; a file that cannot be used.
    pub fn add(&self, name: &str, new: &NewProfile) -> Result<(), String> {
        self.login_file(name)?;
        if name == DEFAULT {
            return Err(format!("`{DEFAULT}` says which profile is the default, and is no name of one"));
        }
        let is_first = self.all()?.profiles.is_empty();
        let mut document = self.document()?;
        if document.contains_key(name) {
            return Err(format!("there is a profile {name} already: `cloakroom profile remove {name}` makes room"));
        }
        document.insert(name, Item::Table(table(new)?));
        if is_first {
            document.insert(DEFAULT, value(name));
        }
        self.keep(&document)
    }

    /// Makes a profile the default.
    ///
    /// # Errors
    /// A file that cannot be used.
    pub fn make_default(&self, name: &str) -> Result<(), String> {
        let mut document = self.document()?;
        document.insert(DEFAULT, value(name));
        self.keep(&document)
    }

    /// Removes a profile and the login that is kept for it; what was the default is it no more.
    ///
    /// # Errors
    /// A file that cannot be used.
    pub fn remove(&self, name: &str) -> Result<(), String> {
        let mut document = self.document()?;
        document.remove(name);
        if document.get(DEFAULT).and_then(Item::as_str) == Some(name) {
            document.remove(DEFAULT);
        }
        self.keep(&document)?;
        self.forget_login(name)
    }

    fn document(&self) -> Result<DocumentMut, String> {
        if !self.file.exists() {
            return Ok(DocumentMut::new());
        }
        let text = read_private(&self.file)?;
        // Without the reader's message, which quotes the line, and that may hold a secret.
        text.reveal().parse().map_err(|_| format!("{} is no TOML", self.place()))
    }

    fn keep(&self, document: &DocumentMut) -> Result<(), String> {
        replace_private(&self.file, document.to_string().trim_end()).map_err(|error| format!("{}: {error}", self.place()))
    }
}

fn table(new: &NewProfile) -> Result<Table, String> {
    let mut table = Table::new();
    let texts = [("base_url", Some(&new.base_url)), ("orgcode", new.orgcode.as_ref())];
    for (key, text) in texts.into_iter().chain([("client_id", new.client_id.as_ref()), ("proxy", new.proxy.as_ref())]) {
        if let Some(text) = text {
            table.insert(key, value(text));
        }
    }
    for (key, file) in &new.files {
        table.insert(key, value(absolute(file)?));
    }
    Ok(table)
}

/// Commands run in other folders later.
fn absolute(file: &Path) -> Result<String, String> {
    let said = |problem: &str| format!("{}: {problem}", file.display());
    let whole = std::path::absolute(file).map_err(|error| said(&error.to_string()))?;
    if !whole.is_file() {
        return Err(said("there is no such file"));
    }
    whole.into_os_string().into_string().map_err(|_| said("its name is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = ProfileStore { file: folder.path().join("cloakroom/profiles.toml") };
        let new = NewProfile { base_url: "https://a.example".into(), orgcode: Some("ACME".into()), ..NewProfile::default() };
        store.add("acme", &new).unwrap();
        assert_eq!(store.all().unwrap().default_name(), Some("acme"));
        let written = format!(
            "# mine\n{}\n[b] # theirs\nbase_url = 'https://b.example'\napi_key = 's3cret'\n",
            std::fs::read_to_string(&store.file).unwrap()
        );
        replace_private(&store.file, &written).unwrap();
        store.add("c", &NewProfile { base_url: "https://c.example".into(), ..NewProfile::default() }).unwrap();
        store.make_default("b").unwrap();
        store.remove("acme").unwrap();
        let text = std::fs::read_to_string(&store.file).unwrap();
        assert!(text.contains("[b] # theirs\nbase_url = 'https://b.example'\napi_key = 's3cret'") && !text.contains("acme"), "{text}");
        let all = store.all().unwrap();
        assert_eq!((all.names().collect::<Vec<_>>(), all.default_name()), (vec!["b", "c"], Some("b")));
        store.remove("b").unwrap();
        assert_eq!(store.all().unwrap().default_name(), None);
    }

    #[test]
    fn what_cannot_be_added_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = ProfileStore { file: folder.path().join("profiles.toml") };
        let new = NewProfile { base_url: "https://a.example".into(), ..NewProfile::default() };
        for name in ["", "../x", "a b", DEFAULT] {
            assert!(store.add(name, &new).is_err(), "{name}");
        }
        store.add("acme", &new).unwrap();
        assert!(store.add("acme", &new).unwrap_err().contains("profile remove acme"));
        let missing = NewProfile { files: vec![("api_key_file", folder.path().join("nowhere"))], ..new };
        assert!(store.add("other", &missing).unwrap_err().contains("no such file"));
        replace_private(&store.file, "api_key = 's3cret\n").unwrap();
        assert!(!store.add("other", &missing).unwrap_err().contains("s3cret"));
        for (text, told) in [
            ("[a]\nbase_url = \"x\"\napi_kye = \"s3cret\"\n", "profile `a`: unknown key `api_kye`; did you mean `api_key`?"),
            ("[a]\napi_key = \"s3cret\"\n", "profile `a`: `base_url` is missing"),
            ("[a]\nbase_url = \"x\"\napi_key = [\"s3cret\"]\n", "profile `a`: "),
            ("a = \"s3cret\"\n", "profile `a`: "),
        ] {
            replace_private(&store.file, text).unwrap();
            let problem = store.all().unwrap_err();
            assert!(problem.contains(told) && !problem.contains("s3cret"), "{problem}");
        }
    }
}
