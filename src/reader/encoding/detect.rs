//! Which encoding bytes are in that are no UTF-8, by the text they would be.
//!
//! Chinese, Japanese and Korean are told by how much of that text is everyday characters: read in
//! the wrong encoding, rare ones come out. A fault here and there does not count, as it does with
//! `chardetng`, which tells all other encodings.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, GB18030, GBK, ISO_2022_JP, REPLACEMENT, SHIFT_JIS, UTF_8, UTF_16BE,
    UTF_16LE, WINDOWS_1252,
};

use super::utf8::Utf8;
use super::{Encoding, read};

/// Encodings of Chinese, Japanese and Korean; of those that do equally well the first is meant.
const EAST: [&encoding_rs::Encoding; 5] = [GBK, BIG5, EUC_KR, SHIFT_JIS, EUC_JP];

/// How many bytes are looked at, from the first that is not ASCII.
const SAMPLE: usize = 64 << 10;

/// The characters that Chinese news is mostly made of, in either script, and the syllables of Korean,
/// in order of their number.
const EVERYDAY: &str = include_str!("everyday.txt");

/// What bytes would be in an encoding.
#[derive(Clone, Copy, Debug, Default)]
struct Measure {
    /// Everyday Chinese, Japanese and Korean characters.
    n_everyday: usize,
    /// All others that are not ASCII but for punctuation.
    n_other: usize,
    /// What is no text in it.
    n_faults: usize,
}

impl Measure {
    fn of(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Self {
        let text = read(Encoding::Named(encoding), bytes);
        let mut measure = Self { n_faults: text.faults.count, ..Self::default() };
        let is_japanese = encoding == SHIFT_JIS || encoding == EUC_JP;
        for c in text.text.chars().filter(|c| !c.is_ascii()) {
            let everyday = match c {
                '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff5e}' | '\u{2010}'..='\u{2027}' => {
                    continue;
                }
                char::REPLACEMENT_CHARACTER => continue,
                '\u{3041}'..='\u{30ff}' => is_japanese,
                c => is_everyday(c),
            };
            measure.n_everyday += usize::from(everyday);
            measure.n_other += usize::from(!everyday);
        }
        measure
    }

    fn share(&self) -> f64 {
        let all = self.n_everyday + self.n_other + 2 * self.n_faults;
        if all == 0 { 0.0 } else { self.n_everyday as f64 / all as f64 }
    }
}

/// Whether `c` is everyday Chinese or Korean.
fn is_everyday(c: char) -> bool {
    let mut buffer = [0; 3];
    c.len_utf8() == 3 && {
        c.encode_utf8(&mut buffer);
        let (everyday, _) = EVERYDAY.as_bytes().as_chunks::<3>();
        everyday.binary_search(&buffer).is_ok()
    }
}

/// What of `bytes` is looked at: what follows the first that is not ASCII, and some before it.
fn sample(bytes: &[u8]) -> &[u8] {
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let start = memchr::memrchr(b'\n', &bytes[..first]).map_or(0, |at| at + 1);
    let start = start.max(first.saturating_sub(1 << 10));
    &bytes[start..bytes.len().min(start + SAMPLE)]
}

/// The encoding of Chinese, Japanese or Korean in which `bytes` are the most everyday.
fn eastern(bytes: &[u8]) -> (&'static encoding_rs::Encoding, Measure) {
    let mut best = (GBK, Measure::of(GBK, bytes));
    for encoding in &EAST[1..] {
        let measure = Measure::of(encoding, bytes);
        if measure.share() > best.1.share() {
            best = (encoding, measure);
        }
    }
    best
}

/// The encoding of `bytes`, which are no UTF-8, if it can be told; `domain` is the top level domain
/// that they are from.
pub(super) fn detect(bytes: &[u8], domain: Option<&str>) -> Option<Encoding> {
    let bytes = sample(bytes);
    let (encoding, measure) = eastern(bytes);
    let is_eastern = |least: f64| measure.n_everyday >= 2 && measure.share() >= least;
    let eastern = Some(Encoding::Named(encoding));
    if is_eastern(0.6) {
        return eastern;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, false);
    let mut encoding = detector.guess(domain.map(str::as_bytes), Utf8Detection::Deny);
    if stands_alone(encoding, bytes) {
        encoding = WINDOWS_1252;
    }
    // Where nothing else will do, a text of rare characters may be meant.
    let found = is_text(encoding, bytes).then_some(Encoding::Named(encoding));
    found.or(eastern.filter(|_| is_eastern(0.4)))
}

/// Whether what are letters in `encoding` and signs in that of the West never stand in a word, as
/// letters do and signs of money do not.
fn stands_alone(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> bool {
    if !encoding.is_single_byte() || encoding == WINDOWS_1252 {
        return false;
    }
    let chars = |encoding| read(Encoding::Named(encoding), bytes).text.chars().collect::<Vec<_>>();
    let (these, western) = (chars(encoding), chars(WINDOWS_1252));
    let is_letter = |at: usize| these.get(at).is_some_and(|c| c.is_alphabetic());
    let differs = |at: &usize| these[*at] != western[*at];
    let mut differing = (0..these.len().min(western.len())).filter(differs).peekable();
    differing.peek().is_some()
        && differing.all(|at| {
            let in_word = at > 0 && is_letter(at - 1) || is_letter(at + 1);
            is_letter(at) && !western[at].is_alphabetic() && !in_word
        })
}

/// Whether `bytes` in `encoding` are words: letters where they stand close, and no controls.
fn is_text(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> bool {
    let text = read(Encoding::Named(encoding), bytes);
    let (mut n, mut n_letters, mut n_strange) = (0, 0, text.faults.count);
    for c in text.text.chars() {
        // A letter that hardly a word has, and a byte that has gone astray often.
        let is_stray = c == 'ÿ' && encoding == WINDOWS_1252;
        n_strange += usize::from(is_stray || c.is_control() && !c.is_ascii_whitespace());
        if !c.is_ascii() {
            n += 1;
            n_letters += usize::from(c.is_alphanumeric());
        }
    }
    n_strange * 50 <= n && (n * 3 <= text.text.chars().count() || n_letters * 5 >= n * 4)
}

/// Whether `bytes`, which are no UTF-8, may be in `declared`, as is said of them.
pub(super) fn is_plausible(declared: Encoding, bytes: &[u8]) -> bool {
    // A few marks in a row fall on everyday characters by chance; what is said is not given up for
    // that.
    stands(declared, bytes, 8)
}

/// Whether `bytes`, which are no UTF-8, may be in `found`, as others of their source are.
pub(super) fn is_likely(found: Encoding, bytes: &[u8]) -> bool {
    stands(found, bytes, 4)
}

/// Whether `bytes` may be in `declared`, where `n_plain` everyday characters speak for another.
fn stands(declared: Encoding, bytes: &[u8], n_plain: usize) -> bool {
    let Encoding::Named(declared) = declared else { return false };
    // UTF-8 has been looked for, and these are not of bytes that are more than ASCII.
    let is_else = [UTF_8, REPLACEMENT, ISO_2022_JP, UTF_16LE, UTF_16BE].contains(&declared);
    if is_else {
        return false;
    }
    let bytes = sample(bytes);
    let measure = Measure::of(declared, bytes);
    let n_read = measure.n_everyday + measure.n_other;
    if measure.n_faults > 1 && measure.n_faults * 10 > n_read {
        return false;
    }
    if measure.share() > 0.5 {
        return true;
    }
    let (_, best) = eastern(bytes);
    let is_plain = best.n_everyday >= n_plain && best.share() >= 0.75;
    !is_plain || measure.share() * 2.0 > best.share()
}

/// Whether `bytes`, which are UTF-8, are rather in `declared`, as is said of them: so few characters
/// may be UTF-8 by chance, or it is one that looks like ASCII.
pub(super) fn is_rather(declared: Encoding, bytes: &[u8], utf8: &Utf8) -> bool {
    let Encoding::Named(declared) = declared else { return false };
    if declared == ISO_2022_JP {
        return utf8.is_ascii() && memchr::memchr(0x1B, bytes).is_some();
    }
    let is_eastern = EAST.contains(&declared) || declared == GB18030;
    is_eastern && (1..3).contains(&utf8.n_characters) && Measure::of(declared, bytes).n_faults == 0
}

/// Whether `bytes`, which are ASCII, switch to Japanese and back.
pub(super) fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    let text = read(Encoding::Named(ISO_2022_JP), bytes);
    text.faults.count == 0 && !text.text.is_ascii()
}
