//! Where a server is, as people write it.

use std::net::IpAddr;

use url::Url;

/// What the paths of a server begin with: whoever copies an address out of a browser or a manual has one of them, and a proxy that
/// serves below a path has it before them.
const SURFACES: &[&str] = &[
    ".well-known",
    "account",
    "assets",
    "auth",
    "common",
    "console",
    "docs",
    "healthz",
    "login",
    "logout",
    "metrics",
    "oauth",
    "openapi",
    "openapi.json",
    "openapi.yaml",
    "readyz",
    "session-storage",
    "user",
    "usm",
];

/// The base URL that is meant: `https://` where no scheme is given, `http://` on this machine's loopback; without the path of a surface.
///
/// # Errors
/// What cannot be one, and how to write it. Never what was given, which may hold a password.
pub fn base_url(given: &str) -> Result<String, String> {
    let given = given.trim();
    let mut url = Url::parse(&with_scheme(given)).ok().filter(Url::has_host).ok_or_else(no_url)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!(
            "a server is asked by http or https: write `https://{}`",
            url.authority().rsplit('@').next().unwrap_or_default()
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("credentials do not belong into the base URL".to_owned());
    }
    url.set_query(None);
    url.set_fragment(None);
    let segments: Vec<_> = url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()).collect();
    let end = (0..segments.len()).find(|at| is_surface(&segments[*at..])).unwrap_or(segments.len());
    let path = segments[..end].join("/");
    url.set_path(&path);
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn no_url() -> String {
    "the base URL must be where a server is: write `https://sessions.example.com`, or `http://127.0.0.1:8080` for one on this machine"
        .to_owned()
}

/// Whether a server at this base URL is on this machine, where no proxy of the environment is asked.
pub fn is_loopback(base_url: &str) -> bool {
    Url::parse(base_url).is_ok_and(|url| is_here(url.host_str().unwrap_or_default()))
}

fn is_here(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// `localhost:8080` would be read as a URL of the scheme `localhost`.
fn with_scheme(given: &str) -> String {
    if given.contains("://") || given.starts_with("http:") || given.starts_with("https:") {
        return given.to_owned();
    }
    let place = given.trim_start_matches('/');
    if place.starts_with(':') {
        return format!("http://localhost{place}");
    }
    let authority = place.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    format!("{}://{place}", if is_here(host) { "http" } else { "https" })
}

fn is_surface(segments: &[&str]) -> bool {
    match segments {
        ["api", rest @ ..] => matches!(rest.first(), Some(&("v1" | "admin"))),
        [first, ..] => SURFACES.contains(first),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_is_taken() {
        for (given, meant) in [
            ("https://sessions.example.com", "https://sessions.example.com"),
            ("https://sessions.example.com/", "https://sessions.example.com"),
            ("sessions.example.com", "https://sessions.example.com"),
            ("//sessions.example.com:8443/", "https://sessions.example.com:8443"),
            ("localhost:8080", "http://localhost:8080"),
            (":8080", "http://localhost:8080"),
            ("127.0.0.1:8080/docs", "http://127.0.0.1:8080"),
            ("[::1]:8080", "http://[::1]:8080"),
            ("https:sessions.example.com", "https://sessions.example.com"),
            ("https://a.example/usm/session/create", "https://a.example"),
            ("https://a.example/api/v1/me?x=1#y", "https://a.example"),
            ("https://a.example/sso/oauth/token", "https://a.example/sso"),
            ("https://a.example/sso/", "https://a.example/sso"),
            ("https://a.example/api", "https://a.example/api"),
            ("https://a.example/api/api/admin/v1", "https://a.example/api"),
        ] {
            assert_eq!(base_url(given).unwrap(), meant, "{given}");
        }
    }

    #[test]
    fn what_cannot_be_one_says_how_to_write_it() {
        for (given, right) in [
            ("", "write `https://sessions.example.com`"),
            ("https://", "write `https://sessions.example.com`"),
            ("two words", "write `https://sessions.example.com`"),
            ("ftp://a.example/x", "write `https://a.example`"),
            ("postgres://me:s3cret@db.example:5432/x", "write `https://db.example:5432`"),
            ("https://me:s3cret@a.example", "credentials"),
            ("me:s3cret@a.example", "credentials"),
        ] {
            let refused = base_url(given).unwrap_err();
            assert!(refused.contains(right) && !refused.contains("s3cret"), "{given}: {refused}");
        }
    }
}
