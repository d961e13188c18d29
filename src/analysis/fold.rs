//! Folding: letters that a reader takes for the same become the same, and every byte of the
//! folded text knows where it came from.
//!
//! It compares letters, not words: cutting and stemming are done elsewhere. The build script
//! compiles this same file, so that the shipped gazetteer is folded as texts are; it therefore
//! names nothing else of the crate.

use unicode_normalization::char::decompose_canonical;

/// Whether folding also lowers case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `GDS` and `gds` stay apart: for names.
    Keep,
    /// They become the same: for words.
    Lower,
}

/// A folded text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// For each byte of `text` and its end, the byte of the original it came from; empty where
    /// the two run in step.
    offsets: Vec<u32>,
    /// Whether the two have parted, so that `offsets` holds.
    parted: bool,
}

impl Folded {
    /// The byte range of the original that `start..end` of [`Folded::text`] came from; both must be
    /// char boundaries of it.
    ///
    /// Marks that folding drops (accents written apart, soft hyphens) belong to the letter before
    /// them.
    pub fn original(&self, start: usize, end: usize) -> (usize, usize) {
        if self.parted {
            (self.offsets[start] as usize, self.offsets[end] as usize)
        } else {
            (start, end)
        }
    }

    /// Folds `text` into this value, reusing its memory; see [`fold`].
    pub fn set(&mut self, text: &str, case: Case) {
        self.text.clear();
        self.offsets.clear();
        self.parted = false;
        self.text.reserve(text.len());
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let run = bytes[at..].iter().position(|b| !b.is_ascii()).unwrap_or(bytes.len() - at);
            if run > 0 {
                self.push_ascii(&text[at..at + run], at, case);
                at += run;
                continue;
            }
            let c = text[at..].chars().next().expect("`at` is a char boundary before the end");
            let before = self.text.len();
            push_folded(c, case, &mut self.text);
            let grown = self.text.len() - before;
            let in_step = grown == c.len_utf8() && self.text[before..].chars().nth(1).is_none();
            if !in_step && !self.parted {
                // The two texts ran in step up to here.
                self.parted = true;
                self.offsets.extend(0..before as u32);
            }
            if self.parted {
                self.offsets.extend(std::iter::repeat_n(at as u32, grown));
            }
            at += c.len_utf8();
        }
        if self.parted {
            self.offsets.push(text.len() as u32);
        }
    }

    fn push_ascii(&mut self, run: &str, at: usize, case: Case) {
        let before = self.text.len();
        self.text.push_str(run);
        if case == Case::Lower {
            self.text[before..].make_ascii_lowercase();
        }
        if self.parted {
            self.offsets.extend(at as u32..(at + run.len()) as u32);
        }
    }
}

/// Folds `text`: full-width letters and digits to ASCII, Traditional Chinese characters to
/// Simplified ones, Latin accents off, `’` and its kin to `'`, hyphens to `-`, invisible marks away,
/// and case as `case` says.
///
/// # Source
///
/// Traditional to Simplified: the character table of Open Chinese Convert (first choice). Accents:
/// canonical decomposition of the Unicode Standard.
pub fn fold(text: &str, case: Case) -> Folded {
    let mut folded = Folded::default();
    folded.set(text, case);
    folded
}

fn push_folded(c: char, case: Case, out: &mut String) {
    match c {
        '\u{3400}'..='\u{9fff}' => out.push(simplified(c)),
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '\u{02bc}' | '\u{ff07}' => {
            out.push('\'');
        }
        '\u{ff01}'..='\u{ff5e}' => {
            let ascii = char::from_u32(c as u32 - 0xfee0).expect("full-width ASCII has a twin");
            out.push(lowered(ascii, case));
        }
        '\u{2010}' | '\u{2011}' => out.push('-'),
        // `CO₂`
        '\u{2080}'..='\u{2089}' => {
            out.push(char::from(b'0' + (c as u32 - 0x2080) as u8));
        }
        '\u{fb00}'..='\u{fb06}' => {
            out.push_str(["ff", "fi", "fl", "ffi", "ffl", "st", "st"][c as usize - 0xfb00]);
        }
        '\u{3000}' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' => out.push(' '),
        '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' => {}
        // What only says how text runs, or joins it.
        '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => {}
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => push_latin(c, case, out),
        _ if case == Case::Lower => {
            for lower in c.to_lowercase() {
                // The sign for ångström is a Latin letter in lower case.
                match lower {
                    '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => push_latin(lower, case, out),
                    _ => out.push(lower),
                }
            }
        }
        _ => out.push(c),
    }
}

fn lowered(c: char, case: Case) -> char {
    if case == Case::Lower { c.to_ascii_lowercase() } else { c }
}

fn push_latin(c: char, case: Case, out: &mut String) {
    let mut base = None;
    decompose_canonical(c, |part| {
        base.get_or_insert(part);
    });
    let base = base.unwrap_or(c);
    let spelled = match base {
        'ß' => "ss",
        'ẞ' => "SS",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'ø' => "o",
        'Ø' => "O",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'ł' => "l",
        'Ł' => "L",
        'ı' => "i",
        'þ' => "th",
        'Þ' => "Th",
        _ => {
            match case {
                Case::Lower => out.extend(base.to_lowercase()),
                Case::Keep => out.push(base),
            }
            return;
        }
    };
    out.extend(spelled.chars().map(|c| lowered(c, case)));
}

/// The Simplified form of a Chinese character; itself where it has none.
fn simplified(c: char) -> char {
    let to = SIMPLIFIED[c as usize - FIRST_HAN];
    char::from_u32(u32::from(to)).filter(|_| to != 0).unwrap_or(c)
}

const FIRST_HAN: usize = 0x3400;
const LAST_HAN: usize = 0x9fff;

/// By code point from U+3400: the Simplified character, or 0 for the character itself.
static SIMPLIFIED: [u16; LAST_HAN - FIRST_HAN + 1] = {
    let pairs = include_bytes!("traditional.txt");
    let mut table = [0; LAST_HAN - FIRST_HAN + 1];
    let mut at = 0;
    while at < pairs.len() {
        if pairs[at] == b'\n' {
            at += 1;
            continue;
        }
        table[three_bytes(pairs, at) as usize - FIRST_HAN] = three_bytes(pairs, at + 3);
        at += 6;
    }
    table
};

/// The code point that three bytes of UTF-8 write.
const fn three_bytes(bytes: &[u8], at: usize) -> u16 {
    ((bytes[at] & 0x0f) as u16) << 12
        | ((bytes[at + 1] & 0x3f) as u16) << 6
        | (bytes[at + 2] & 0x3f) as u16
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_that_readers_take_for_the_same_become_the_same() {
        for (name, text, want) in [
            ("case", "GDS Holdings", "gds holdings"),
            ("curly apostrophe", "Xi’s", "xi's"),
            ("Traditional Chinese", "國際論壇", "国际论坛"),
            ("full width", "５Ｇ網絡！", "5g网络!"),
            ("accents", "São Tomé, Đà Nẵng, Łódź", "sao tome, da nang, lodz"),
            ("accents written apart", "Cafe\u{301}", "cafe"),
            ("soft hyphen", "data\u{ad}centre", "datacentre"),
            ("ligatures", "Færøerne Straße Ǣ ẞ", "faeroerne strasse ae ss"),
            ("other scripts keep their letters", "Москва 東京タワー", "москва 东京タワー"),
            ("signs that are letters", "5 \u{212b}, 3 \u{212a}", "5 a, 3 k"),
            ("a mark at the start", "\u{feff}Data", "data"),
            ("marks of direction", "\u{2068}Da\u{202e}ta\u{2069}", "data"),
            ("dotless i", "Iğdır", "igdir"),
            ("letters set as one", "ﬁnance oﬃce", "finance office"),
            ("hyphens of all kinds", "COVID\u{2011}19", "covid-19"),
            ("small digits", "CO₂", "co2"),
        ] {
            assert_eq!(fold(text, Case::Lower).text, want, "{name}");
        }
        assert_eq!(fold("Ｘｉ’s École", Case::Keep).text, "Xi's Ecole");
    }

    #[test]
    fn offsets_lead_back_to_the_text_as_written() {
        let text = "\u{feff}Cafe\u{301} 國際’s Straße";
        let folded = fold(text, Case::Lower);
        for (found, want) in
            [("cafe", "Cafe\u{301}"), ("国际", "國際"), ("'s", "’s"), ("strasse", "Straße")]
        {
            let at = folded.text.find(found).unwrap();
            let (start, end) = folded.original(at, at + found.len());
            assert_eq!(&text[start..end], want);
        }
    }

    proptest! {
        /// Offsets never run backwards, and every one is a char boundary of the text.
        #[test]
        fn offsets_are_monotonic_char_boundaries(text in "([a-zA-Z ]|\\PC|é|e\u{301}|國|Ａ){0,40}") {
            let folded = fold(&text, Case::Lower);
            let mut last = 0;
            for at in (0..=folded.text.len()).filter(|at| folded.text.is_char_boundary(*at)) {
                let (start, _) = folded.original(at, at);
                prop_assert!(last <= start && text.is_char_boundary(start));
                last = start;
            }
            let whole = folded.original(0, folded.text.len());
            prop_assert_eq!(whole.1, text.len());
        }

        /// Folding what is folded changes nothing.
        #[test]
        fn folding_is_idempotent(text in "\\PC{0,40}") {
            let once = fold(&text, Case::Lower).text;
            prop_assert_eq!(&fold(&once, Case::Lower).text, &once);
        }
    }
}
