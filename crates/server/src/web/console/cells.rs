//! What stands in the cells of the console's tables, and below them.

use crate::web::language::Language;

/// An id as tables show it: shortened in the middle, whole in its `title` and for the button that copies it.
pub struct ShownId {
    pub whole: String,
    pub short: String,
}

/// Characters that a shortened id keeps of its beginning and of its end.
const KEPT: (usize, usize) = (8, 4);

impl ShownId {
    pub fn of(id: impl ToString) -> Self {
        let whole = id.to_string();
        let count = whole.chars().count();
        let short = if count <= KEPT.0 + KEPT.1 + 1 {
            whole.clone()
        } else {
            whole.chars().take(KEPT.0).chain(['…']).chain(whole.chars().skip(count - KEPT.1)).collect()
        };
        Self { whole, short }
    }
}

/// The links below a table that lead to its other pages.
pub struct Pager {
    /// None on the first page.
    pub newest: Option<String>,
    /// None on the last page.
    pub older: Option<String>,
}

/// A number as people read it, its thousands apart.
pub fn grouped(language: Language, number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(match language {
                Language::English => ',',
                Language::German => '.',
            });
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_both_ends() {
        assert_eq!(ShownId::of("ses_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5").short, "ses_01J8…D3F5");
        assert_eq!(ShownId::of("ses_12345678").short, "ses_12345678");
    }

    #[test]
    fn thousands_stand_apart() {
        for (number, english, german) in
            [(0, "0", "0"), (999, "999", "999"), (1000, "1,000", "1.000"), (1_234_567, "1,234,567", "1.234.567")]
        {
            assert_eq!((grouped(Language::English, number), grouped(Language::German, number)), (english.to_owned(), german.to_owned()));
        }
    }
}
