//! Acronyms that are everyday words but for their capitals: `US`, `WHO`, `IT`.
//!
//! In capitals such a word is a term of its own, written in capitals as no other term is.

/// The words, in lower case and in order: each is common as a word, and its capitals are common in
/// news for something else.
pub const ACRONYMS: [&str; 20] = [
    "ai", "aids", "arm", "cop", "ice", "is", "it", "led", "mas", "mic", "nice", "pas", "pin", "pm",
    "ram", "sim", "start", "un", "us", "who",
];

/// Longest of them, in bytes.
const LONGEST: usize = 5;

/// Whether the folded `word`, which stands in a text as `written`, is an acronym that its capitals
/// tell from a word.
pub(super) fn is_acronym(word: &str, written: &str) -> bool {
    // Nearly every word begins with a small letter, and is done with.
    !written.bytes().next().is_some_and(|first| first.is_ascii_lowercase())
        && (2..=LONGEST).contains(&word.len())
        && ACRONYMS.binary_search(&word).is_ok()
        && !written.contains(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_make_an_acronym() {
        assert!(ACRONYMS.is_sorted());
        for (word, written, want) in [
            ("us", "US", true),
            ("us", "U.S.", true),
            ("us", "ＵＳ", true),
            ("us", "us", false),
            ("us", "Us", false),
            ("eu", "EU", false),
        ] {
            assert_eq!(is_acronym(word, written), want, "{written}");
        }
    }
}
