//! Which of the known names somebody meant who mistyped one.

/// The known name that is nearest to what was typed; `None` where none is near enough to have been meant: one edit, and one more for
/// each three letters of it, three at most.
pub fn nearest<'k>(typed: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let typed = typed.to_lowercase();
    let measured = known.into_iter().map(|name| (strsim::damerau_levenshtein(&typed, &name.to_lowercase()), name));
    let near = measured.filter(|(edits, name)| *edits <= (1 + name.chars().count() / 3).min(3));
    near.min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_meant_and_what_is_far_is_not() {
        let known = ["server.listen", "server.public_url", "sessions.cap", "json", "text"];
        for (typed, meant) in [
            ("server.listn", Some("server.listen")),
            ("session.cap", Some("sessions.cap")),
            ("JSNO", Some("json")),
            ("texts", Some("text")),
            ("xml", None),
            ("", None),
            ("sessions.retention_seconds", None),
        ] {
            assert_eq!(nearest(typed, known), meant, "{typed}");
        }
        assert_eq!(nearest("alcie", ["alina", "alice", "malice"]), Some("alice"));
    }
}
