//! Pages of the console beside those of sessions: the overview's charts, the directory, the trail, the keys.

mod changing;
mod charts;
mod reaching;
mod secrets;
mod tables;
mod trail;

use serde_json::json;

use crate::browser::{Browser, behind, led_to};
use crate::console;
pub use crate::console::{PASSWORD, at, send};
use crate::support::{Answer, Server};

/// The beginnings of the paths of these pages, which `reaching.rs` has a table of.
pub const PAGES_OF_THEIR_OWN: [&str; 4] = ["/console/directory", "/console/audit", "/console/keys", "/console/health"];

/// The people and tenants of the console's tests, with an application of each tenant and an identity provider.
pub async fn server() -> Server {
    let server = console::server().await;
    let document = json!({
        "applications": [
            { "client_id": "shop", "tenant": "ACME", "kind": "web", "client_secret": "a-secret-of-the-shop" },
            { "client_id": "zeta-shop", "tenant": "ZETA", "kind": "web", "client_secret": "a-secret-of-zeta" },
        ],
        "identity_providers": [{ "code": "staff", "tenant": "ACME", "issuer": "https://id.acme.example", "client_id": "us",
            "domains": ["acme.example"] }],
    });
    server.apply(&document).await;
    server
}

/// The page of an entry, as the platform's administrator finds it by its name.
pub async fn entry(server: &Server, noun: &str, name: &str) -> String {
    let list = at(server, "root").await.get(&format!("/console/directory/{noun}?search={name}")).await;
    assert_eq!(list.status, 200, "{}", list.text);
    let row = list.text.split_once(&format!("data-opens>{name}</a>")).unwrap_or_else(|| panic!("no {name}: {}", list.text)).0;
    row.rsplit_once("href=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

/// What a page says of what was just done, where a form led to.
pub async fn told(browser: &mut Browser<'_>, answer: &Answer) -> String {
    let to = led_to(answer).to_owned();
    let page = browser.get(&to).await;
    assert_eq!(page.status, 200, "{to}: {}", page.text);
    page.text.split_once("role=\"status\">").map(|(_, rest)| rest.split('<').next().unwrap().to_owned()).unwrap_or_default()
}

/// What stands in a field of a form.
pub fn typed<'p>(page: &'p Answer, name: &str) -> &'p str {
    let field = page.text.split_once(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no {name}: {}", page.text)).1;
    behind(field, "value=\"")
}

/// The fields of the form that changes an entry, as it is.
pub fn all_typed(page: &Answer) -> Vec<(String, String)> {
    let form = page.text.split_once("<form id=\"form\"").unwrap().1.split_once("</form>").unwrap().0;
    let mut fields = Vec::new();
    for part in form.split("name=\"").skip(1) {
        let (name, rest) = part.split_once('"').unwrap();
        let element = rest.split("name=\"").next().unwrap();
        let value = if element.contains("type=\"checkbox\"") {
            if element.split('>').next().unwrap().contains(" checked") { "true" } else { "" }
        } else if let Some((_, area)) = element.split_once("rows=\"4\"") {
            area.split_once('>').unwrap().1.split("</textarea>").next().unwrap()
        } else if element.contains("</select>") {
            element
                .split("<option value=\"")
                .find(|option| option.split('>').next().unwrap().contains(" selected"))
                .map_or("", |option| option.split('"').next().unwrap())
        } else {
            element.split_once("value=\"").map_or("", |(_, value)| value.split('"').next().unwrap())
        };
        fields.push((name.to_owned(), value.to_owned()));
    }
    fields
}
