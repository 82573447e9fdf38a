//! `$n` to `?n`. To SQLite `$1` is a *name*, numbered by its first appearance, so `$2 … $1` would bind the wrong way round.

/// Rewrites every `$n` outside literals, quoted identifiers and comments.
pub(crate) fn rewrite(sql: &str) -> String {
    let bytes = sql.as_bytes();
    let mut out = String::with_capacity(sql.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            quote @ (b'\'' | b'"' | b'`') => past(bytes, at + 1, &[quote]),
            b'[' => past(bytes, at + 1, b"]"),
            b'-' if bytes[at..].starts_with(b"--") => past(bytes, at + 2, b"\n"),
            b'/' if bytes[at..].starts_with(b"/*") => past(bytes, at + 2, b"*/"),
            b'$' if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                out.push('?');
                at += 1;
                past_word(bytes, at)
            }
            byte if is_word(byte) => past_word(bytes, at),
            _ => at + 1,
        };
        out.push_str(&sql[at..end]);
        at = end;
    }
    out
}

/// A doubled quote needs no care of its own: the second one opens a literal again.
fn past(bytes: &[u8], from: usize, end: &[u8]) -> usize {
    bytes[from..].windows(end.len()).position(|window| window == end).map_or(bytes.len(), |found| from + found + end.len())
}

// A dollar inside an identifier is part of it; anything beyond ASCII is too, which also keeps slices on character boundaries.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn past_word(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|&byte| !is_word(byte) && byte != b'$').map_or(bytes.len(), |found| from + found)
}

#[cfg(test)]
mod tests {
    use super::rewrite;

    #[test]
    fn numbers_are_kept_in_any_order() {
        assert_eq!(rewrite("SELECT a FROM t WHERE b=$2 AND c=$1 LIMIT $10"), "SELECT a FROM t WHERE b=?2 AND c=?1 LIMIT ?10");
        assert_eq!(rewrite("($1,$2)"), "(?1,?2)");
    }

    #[test]
    fn literals_names_and_comments_are_left_alone() {
        for kept in ["'$1'", "'it''s $1'", "\"$1\"", "[$1]", "`$1`", "-- $1", "/* $1 */", "a$1", "'$1", "é$1", "$name"] {
            assert_eq!(rewrite(kept), kept);
        }
        assert_eq!(rewrite("'é' -- $1\n $1 /* $2 */ $2"), "'é' -- $1\n ?1 /* $2 */ ?2");
    }
}
