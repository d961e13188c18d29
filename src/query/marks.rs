//! What characters mean to the lexer: which part words, which open and close phrases.
//!
//! Characters only; where a word or a phrase ends is the lexer's work.

/// The half-width form of a full-width letter, digit or sign.
pub(super) fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Whether `c` parts words: white space, and the stops of Chinese that nothing is written with.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '，' | '。' | '、' | '；' | '\u{200b}' | '\u{feff}')
}

/// Whether `c` is nothing but a mark of which way text runs; one that is pasted with it is passed over.
pub(super) fn is_direction(c: char) -> bool {
    matches!(
        c,
        '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

/// Whether a full-width comma between `before` and `after` is part of a number: `５，０００`.
pub(super) fn groups_digits(before: Option<char>, after: &str) -> bool {
    let is_digit = |c: char| half_width(c).is_ascii_digit();
    before.is_some_and(is_digit) && after.chars().take_while(|c| is_digit(*c)).take(4).count() == 3
}

/// Whether `c` is a full-width mark that ends a word where it does not mean something else.
pub(super) fn is_stop(c: char) -> bool {
    matches!(c, '：' | '！')
}

/// Whether `c` opens or closes a phrase.
pub(super) fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '“'
            | '”'
            | '„'
            | '‟'
            | '«'
            | '»'
            | '〝'
            | '〞'
            | '〟'
            | '「'
            | '」'
            | '『'
            | '』'
    ) || matches!(c, '《' | '》' | '〈' | '〉' | '｢' | '｣')
}

/// The quotes that close what `open` opened; those of a later row count where none of an earlier
/// one follows.
pub(super) fn closers(open: char) -> &'static [&'static [char]] {
    match open {
        '"' => &[&['"'], &['”']],
        '“' => &[&['”'], &['"']],
        '”' => &[&['”']],
        '„' | '‟' => &[&['“', '”'], &['"']],
        '«' => &[&['»']],
        '»' => &[&['«']],
        '〝' => &[&['〞', '〟']],
        '「' => &[&['」']],
        '『' => &[&['』']],
        '《' => &[&['》']],
        '〈' => &[&['〉']],
        '｢' => &[&['｣']],
        _ => &[],
    }
}
