//! Pieces of a word: where what Unicode takes for one word is several to a news reader.
//!
//! It sees folded words; what is dropped from a piece (`5,000`, `o'neil`) is for the tokenizer.

/// Numbers that are written onto a digit, in short: (short, in full).
const UNITS: [(&str, &str); 6] = [
    ("bil", "billion"),
    ("bn", "billion"),
    ("mil", "million"),
    ("mn", "million"),
    ("tn", "trillion"),
    ("trn", "trillion"),
];

/// Currencies that are written onto their amount.
const CURRENCIES: [&str; 14] = [
    "aud", "cny", "eur", "gbp", "hkd", "idr", "jpy", "myr", "rm", "rmb", "rp", "sgd", "thb", "usd",
];

/// Calls `each` with the pieces of a word, in order: first byte, end, and how the piece is spelled
/// if not as written.
///
/// `example.org` is two words, `U.S.` one. `5,000` is a number, `1,2,3` is three. `RM5bn` is `RM`,
/// `5` and `billion`.
pub(super) fn each(word: &str, each: &mut dyn FnMut(usize, usize, Option<&'static str>)) {
    let mut start = 0;
    for (at, byte) in word.bytes().enumerate() {
        let parts = match byte {
            b':' | b';' => true,
            b'.' => dot_parts(word, at),
            b',' => !is_grouped(word, at),
            _ => false,
        };
        if parts {
            amount(word, start, at, each);
            start = at + 1;
        }
    }
    amount(word, start, word.len(), each);
}

/// Whether the full stop at `at` stands between two words, not in an abbreviation or a number.
fn dot_parts(word: &str, at: usize) -> bool {
    let is_mark = |c: char| matches!(c, '.' | ',' | ':' | ';' | '\'');
    let (before, after) = (&word[..at], &word[at + 1..]);
    let before = before.rsplit(is_mark).next().unwrap_or_default();
    let after = after.split(is_mark).next().unwrap_or_default();
    if !before.ends_with(char::is_alphabetic) || !after.starts_with(char::is_alphabetic) {
        return false;
    }
    let single = |part: &str| part.chars().nth(1).is_none();
    let initials = single(before) && single(after);
    // `Ph.D.`
    !initials && !word.split('.').all(|part| part.chars().nth(2).is_none())
}

/// Whether the comma at `at` groups the digits of one number.
fn is_grouped(word: &str, at: usize) -> bool {
    let other = |c: char| !c.is_ascii_digit() && c != ',';
    let start = word[..at].rfind(other).map_or(0, |at| at + 1);
    let end = word[at..].find(other).map_or(word.len(), |len| at + len);
    // What is before may end within a character of another script.
    let Some(number) = word.get(start..end) else { return false };
    let mut groups = number.split(',').map(str::len);
    let first = groups.next().is_some_and(|len| (1..=3).contains(&len));
    let last = groups.next_back() == Some(3);
    // Indian numbers are grouped by two.
    first && last && groups.all(|len| len == 2 || len == 3)
}

/// Parts a currency, an amount and its unit.
fn amount(
    word: &str,
    mut start: usize,
    end: usize,
    each: &mut dyn FnMut(usize, usize, Option<&'static str>),
) {
    let piece = &word[start..end];
    if piece.is_empty() {
        return;
    }
    if let Some(digit) = piece.find(|c: char| c.is_ascii_digit())
        && CURRENCIES.contains(&&piece[..digit])
    {
        each(start, start + digit, None);
        start += digit;
    }
    let piece = &word[start..end];
    let number = piece.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','));
    if let Some(digits) = number.filter(|digits| *digits > 0)
        && let Some((_, unit)) = UNITS.iter().find(|(short, _)| *short == &piece[digits..])
    {
        each(start, start + digits, None);
        each(start + digits, end, Some(unit));
    } else {
        each(start, end, None);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_are_parted_where_a_reader_parts_them() {
        for (word, want) in [
            ("market", &["market"][..]),
            ("u.s", &["u.s"]),
            ("ph.d", &["ph.d"]),
            ("j.p.morgan", &["j.p", "morgan"]),
            ("example.org", &["example", "org"]),
            ("u.s.a's", &["u.s.a's"]),
            ("o'neil", &["o'neil"]),
            ("sweden:s", &["sweden", "s"]),
            ("5,000", &["5,000"]),
            ("1,234,567.5", &["1,234,567.5"]),
            ("1,00,000", &["1,00,000"]),
            ("1,2,3", &["1", "2", "3"]),
            ("3,5", &["3", "5"]),
            ("3.5", &["3.5"]),
            ("5bn", &["5", "billion"]),
            ("rm1.2bil", &["rm", "1.2", "billion"]),
            ("rm5", &["rm", "5"]),
            ("5g", &["5g"]),
            ("farm5", &["farm5"]),
            ("mh370", &["mh370"]),
            ("", &[]),
        ] {
            let mut found = Vec::new();
            super::each(word, &mut |start, end, spelled| {
                found.push(spelled.unwrap_or(&word[start..end]).to_owned());
            });
            assert_eq!(found, want, "{word}");
        }
    }
}
