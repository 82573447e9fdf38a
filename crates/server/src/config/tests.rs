use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::*;

fn environment(pairs: &[(&str, &str)]) -> Sources {
    Sources { environment: pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(), ..Sources::default() }
}

fn file(dir: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = dir.path().join(name);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}

fn problems(sources: &Sources) -> Vec<String> {
    load(sources).unwrap_err().0.iter().map(ToString::to_string).collect()
}

#[test]
fn defaults_are_valid() {
    let loaded = load(&Sources::default()).unwrap();
    assert_eq!(loaded.config, Config::default());
    assert_eq!(loaded.origin("server.listen"), Origin::Default);
}

#[test]
fn later_layers_win_and_say_so() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(&dir, "c.toml", "[server]\nlisten = \"127.0.0.1:1\"\nrequest_timeout_seconds = 5\nmax_body_bytes = 2048\n");
    let mut sources = environment(&[
        ("CLOAKROOM__SERVER__LISTEN", "127.0.0.1:2"),
        ("CLOAKROOM__SERVER__REQUEST_TIMEOUT_SECONDS", "6"),
        ("CLOAKROOM__SERVER__TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8"),
        ("CLOAKROOM__SERVER__PUBLIC_URL", ""),
        ("UNRELATED", "x"),
    ]);
    sources.file = Some(path.clone());
    sources.flags = vec![("--listen", "server.listen", "127.0.0.1:3".into())];
    let loaded = load(&sources).unwrap();
    let server = &loaded.config.server;
    assert_eq!(server.listen.0.port(), 3);
    assert_eq!((server.request_timeout_seconds, server.max_body_bytes), (6, 2048));
    assert_eq!((server.trusted_proxies.len(), server.public_url.as_ref()), (2, None));
    assert_eq!(loaded.origin("server.listen"), Origin::Flag("--listen"));
    assert_eq!(loaded.origin("server.max_body_bytes"), Origin::File(path));
    assert_eq!(loaded.origin("server.request_timeout_seconds"), Origin::Environment("CLOAKROOM__SERVER__REQUEST_TIMEOUT_SECONDS".into()));
}

#[test]
fn everything_wrong_is_told_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut sources = environment(&[("CLOAKROOM__SERVER__LISTN", "x"), ("CLOAKROOM__PASSWORDS__QUEUE", "many")]);
    sources.file = Some(file(
        &dir,
        "c.toml",
        "[sessions]\nttl_min_seconds = 90\nttl_seconds = 80\ncap = 0\n[serverr]\na = 1\n[log]\nlevl = 1\nformat = \"jsno\"\n[tokens]\ncap = 5\n",
    ));
    let found = problems(&sources);
    for expected in [
        "`server.listn` (from environment variable CLOAKROOM__SERVER__LISTN) unknown key; did you mean `server.listen`?",
        "`serverr` (from file ",
        "unknown section; did you mean `server`?",
        "`log.levl` (from file ",
        "unknown key; did you mean `log.level`?",
        "unknown key; did you mean `sessions.cap`?",
        "unknown variant: found `jsno`",
        "did you mean `json`?",
        "`passwords.queue` (from environment variable",
        "is 90, must not exceed `sessions.ttl_seconds`, which is 80",
        "`sessions.cap`",
    ] {
        assert!(found.iter().any(|problem| problem.contains(expected)), "{expected}: {found:#?}");
    }
}

#[test]
fn variables_that_nearly_have_our_names_are_told() {
    for name in [
        "CLOAKROOM_SERVER__LISTEN",
        "CLOAKROOM_SERVER_LISTEN",
        "cloakroom__server__listen",
        "Cloakroom__Server__Listen",
        "CLOAKROM__SERVER__LISTEN",
        "CLOAKROOM.SERVER.LISTEN",
        "CLOAKROOM_SERVER_LISTENS",
    ] {
        let found = problems(&environment(&[(name, "127.0.0.1:1")])).join("\n");
        assert!(found.contains(name) && found.contains("did you mean `CLOAKROOM__SERVER__LISTEN`?"), "{name}: {found}");
    }
    for name in
        ["CLOAKROOM_URL", "CLOAKROOM_SERVICE_HOST", "CLOAKROOM_PORT_8080_TCP_ADDR", "CLOAKROOM_TEST_DATABASE", "CLOAK_SERVER", "PATH"]
    {
        assert!(load(&environment(&[(name, "x")])).is_ok(), "{name}");
    }
}

#[test]
fn secrets_come_from_a_file_or_in_place_but_not_both() {
    let dir = tempfile::tempdir().unwrap();
    let key = "12ab".repeat(16);
    let path = file(&dir, "master", &format!("{key}\n"));
    let path = path.to_str().unwrap();
    let loaded = load(&environment(&[("CLOAKROOM__KEYS__MASTER_FILE", path)])).unwrap();
    assert_eq!(loaded.config.keys.master_key().unwrap().as_ref().unwrap()[..4], [0x12, 0xab, 0x12, 0xab]);
    assert!(!show(&loaded).contains(&key) && show(&loaded).contains("master = \"[redacted]\""));
    assert!(!format!("{loaded:?}").contains(&key));

    let found = problems(&environment(&[("CLOAKROOM__KEYS__MASTER_FILE", path), ("CLOAKROOM__KEYS__MASTER", &key)]));
    assert!(found.iter().any(|problem| problem.contains("both given")), "{found:#?}");
    assert!(problems(&environment(&[("CLOAKROOM__KEYS__MASTER_FILE", "/nowhere/x")]))[0].contains("cannot be read"));
}

#[test]
fn a_key_that_others_may_open_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(&dir, "key", &"12ab".repeat(16));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let path = path.to_str().unwrap();
    for name in ["KEYS__MASTER_FILE", "TOKENS__ENCRYPTION_KEY_FILE", "SERVER__TLS_KEY_FILE"] {
        let found = problems(&environment(&[(&format!("CLOAKROOM__{name}"), path)])).join("\n");
        assert!(found.contains(path) && found.contains("0644"), "{name}: {found}");
    }
}

#[test]
fn a_broken_file_does_not_show_its_lines() {
    let dir = tempfile::tempdir().unwrap();
    for text in ["[keys]\nmaster = hunter2hunter2\n", "[keys]\nmaster = 424242\n", "[keys]\nmaster = \"hunter2\" x\n"] {
        let found = problems(&Sources { file: Some(file(&dir, "c.toml", text)), ..Sources::default() }).join("\n");
        assert!(!found.contains("hunter2") && !found.contains("424242"), "{found}");
        assert!(found.contains("c.toml"), "{found}");
    }
}

#[test]
fn contradictions_are_refused() {
    for (name, value, expected) in [
        ("CLOAKROOM__SERVER__TLS_KEY_FILE", "k.pem", "tls_certificate_file"),
        ("CLOAKROOM__SERVER__METRICS_LISTEN", "127.0.0.1:8080", "must differ"),
        ("CLOAKROOM__SERVER__PUBLIC_URL", "https://a.example/", "no `/`"),
        ("CLOAKROOM__SERVER__PUBLIC_URL", "https://me:pw@a.example", "a host"),
        ("CLOAKROOM__STORE__DATABASE_URL", "postgres://u:pw@h/d", "`keys.master` is needed"),
        ("CLOAKROOM__STORE__DATABASE_URL", "mysql://u:pw@h/d", "`mysql` is not supported"),
        ("CLOAKROOM__LOCKOUT__FAILURES", "31", "failures_everywhere"),
        ("CLOAKROOM__LOG__LEVEL", "info=info=x", "log.level"),
        ("CLOAKROOM__LOG__LEVEL", "warning", "must be `error`, `warn`"),
        ("CLOAKROOM__SERVER__TRUSTED_PROXIES", "10.0.0.0/8,::ffff:127.0.0.0/104", "write `127.0.0.0/8`"),
        ("CLOAKROOM__SERVER__TRUSTED_PROXIES", "10.0.0.0.1", "neither a network"),
        ("CLOAKROOM__KEYS__MASTER", "short", "32 bytes"),
        ("CLOAKROOM__PASSWORDS__THREADS", "0", "from 1 to 1024"),
    ] {
        let found = problems(&environment(&[(name, value)])).join("\n");
        assert!(found.contains(expected), "{name}: {found}");
    }
    assert!(load(&environment(&[("CLOAKROOM__LOCKOUT__FAILURES", "0")])).is_ok());
    assert!(load(&environment(&[("CLOAKROOM__SERVER__PUBLIC_URL", "https://a.example/b")])).is_ok());
}

#[test]
fn the_reference_names_every_key_and_every_secret_has_a_file() {
    let page = markdown();
    let keys = Config::keys();
    for key in &keys {
        assert!(page.contains(&format!("| `{}` | ", key.name)) && page.contains(&key.environment()), "{}", key.path());
        assert!(key.meaning().ends_with('.'), "{}", key.path());
        assert!(!Config::about(key.section).is_empty(), "{}", key.section);
        if key.kind == Kind::Secret {
            let file = format!("{}_file", key.name);
            assert!(keys.iter().any(|other| other.section == key.section && other.name == file), "{file}");
        }
    }
}

#[test]
fn what_show_prints_can_be_loaded_again() {
    let dir = tempfile::tempdir().unwrap();
    let sources = environment(&[("CLOAKROOM__SERVER__TRUSTED_PROXIES", "10.0.0.0/8"), ("CLOAKROOM__SESSIONS__CAP_POLICY", "evict_oldest")]);
    let loaded = load(&sources).unwrap();
    let again = Sources { file: Some(file(&dir, "c.toml", &show(&loaded))), ..Sources::default() };
    assert_eq!(load(&again).unwrap().config, loaded.config);
}
