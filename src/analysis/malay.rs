//! The stems of Malay words: what a news reader takes for forms of one word.
//!
//! Malay builds words around a root: `melabur`, `dilaburkan`, `pelabur`, `pelaburan` are all of
//! `labur`. A word is taken apart only where a known root is left, so that `menteri` and `berita`
//! stay as they are. Not every affix is taken off. Who is reading of a king (`raja`) does not want
//! every government (`kerajaan`), and measured on translated news, words with `ke-…-an`, `per-…-an`,
//! `ter-` and `se-` mostly mean something else than their root. What is taken off is the voice of a
//! verb (`me-`, `di-`, `ber-`, with `-kan`), its doer and its deed (`pe-`, `pe-…-an`, `-an`) and the
//! particles and owners (`-nya`, `-lah`, `-kah`, `-pun`, `-ku`, `-mu`).

/// Roots that words are taken apart to, in order, a line each.
///
/// # Source
///
/// Derived from the Malay lemmas of the Wordnet Bahasa.
const ROOTS: &str = include_str!("malay_roots.txt");

/// Where in [`ROOTS`] the roots of each letter of the alphabet begin, and the end.
const LETTERS: [usize; 27] = {
    let roots = ROOTS.as_bytes();
    let mut starts = [roots.len(); 27];
    let mut at = roots.len();
    while at > 0 {
        at -= 1;
        if at == 0 || roots[at - 1] == b'\n' {
            starts[(roots[at] - b'a') as usize] = at;
        }
    }
    // A letter without roots begins where the next one does.
    let mut letter = 26;
    while letter > 0 {
        letter -= 1;
        if starts[letter] > starts[letter + 1] {
            starts[letter] = starts[letter + 1];
        }
    }
    starts
};

/// Words that look like forms of a root and are none, or have gone their own way, in order.
const WHOLE: [&str; 82] = [
    "adalah",
    "allah",
    "arahan",
    "bangku",
    "bangunan",
    "berita",
    "berlaku",
    "dengan",
    "diego",
    "durian",
    "ialah",
    "jabatan",
    "jawatan",
    "katolik",
    "kawasan",
    "kemudian",
    "kenyang",
    "kerajaan",
    "kuliah",
    "kurangnya",
    "labuan",
    "lapangan",
    "makalah",
    "malah",
    "maluku",
    "menara",
    "menteri",
    "mereka",
    "negara",
    "pasukan",
    "pegawai",
    "pejabat",
    "pelanggan",
    "peluang",
    "penang",
    "penduduk",
    "pengarah",
    "pengawasan",
    "pengerang",
    "pengerusi",
    "penyakit",
    "perang",
    "peratus",
    "percuma",
    "perdana",
    "perempuan",
    "perkara",
    "pertama",
    "pesawat",
    "petang",
    "sebab",
    "sebuah",
    "seekor",
    "sehingga",
    "sekarang",
    "sekurang",
    "sekutu",
    "selaku",
    "selalu",
    "selatan",
    "seluruh",
    "semua",
    "senat",
    "seorang",
    "serian",
    "serta",
    "sesuatu",
    "sultan",
    "tangan",
    "tempatan",
    "tengku",
    "terbit",
    "terhadap",
    "terlalu",
    "teruk",
    "terus",
    "tetamu",
    "tetapi",
    "tuanku",
    "tungku",
    "tunku",
    "utara",
];

/// Words without meaning of their own, in order, that are no roots but take particles: pronouns,
/// demonstratives, question words, and what joins or denies.
///
/// # Source
///
/// The closed classes of Malay grammar, without what is in [`ROOTS`].
const FUNCTION: [&str; 42] = [
    "agar",
    "anda",
    "apa",
    "atau",
    "awak",
    "bagaimana",
    "baginda",
    "begitu",
    "beliau",
    "belum",
    "berapa",
    "bila",
    "bukan",
    "cuma",
    "daripada",
    "demikian",
    "dia",
    "engkau",
    "entah",
    "ini",
    "itu",
    "jika",
    "kalau",
    "kami",
    "kamu",
    "kau",
    "kenapa",
    "kepada",
    "kerana",
    "kita",
    "mana",
    "mari",
    "mesti",
    "saya",
    "sejak",
    "seperti",
    "setiap",
    "siapa",
    "sini",
    "situ",
    "supaya",
    "walau",
];

/// Shortest word that is taken apart, in bytes.
const SHORTEST: usize = 5;

/// Particles that are written onto a word.
const PARTICLES: [&str; 7] = ["nyalah", "nyakah", "nyapun", "nya", "lah", "kah", "pun"];

/// Owners that are written onto a word: mine and yours. Too many words end so for more than a word
/// that is known to be before them.
const OWNERS: [&str; 2] = ["ku", "mu"];

/// Writes the stem of a word of lower-case ASCII letters to `out`, in place of what it held.
pub(super) fn stem(word: &str, out: &mut String) {
    let as_it_is = is_whole(word) || is_root(word);
    // `dialah` begins with `dia`, not with `di-`.
    let mut bares = PARTICLES.iter().filter_map(|particle| word.strip_suffix(particle));
    let function = bares.find(|bare| FUNCTION.binary_search(bare).is_ok());
    if let Some(bare) = function.filter(|_| !as_it_is) {
        out.clear();
        out.push_str(bare);
        return;
    }
    if !as_it_is && take_apart(word, out) {
        return;
    }
    let bare = if as_it_is { word } else { without_particle(word) };
    if bare.len() < word.len() && !is_whole(bare) && !is_root(bare) && take_apart(bare, out) {
        return;
    }
    out.clear();
    out.push_str(bare);
}

/// Words that mean something else when they are repeated, in order: `undang-undang` is law,
/// `mengundang` to invite.
const REPEATED: [&str; 10] =
    ["agar", "biri", "gara", "hati", "kira", "mata", "oleh", "rata", "tiba", "undang"];

/// Whether `word-second` is a plural of `word`: the word again, or with an ending.
pub(super) fn is_plural(word: &str, second: &str) -> bool {
    let ending = ["", "nya", "an", "kan", "lah", "kah", "pun"];
    word.len() >= 3
        && word.bytes().all(|byte| byte.is_ascii_alphabetic())
        && second.strip_prefix(word).is_some_and(|rest| ending.contains(&rest))
        && REPEATED.binary_search(&word).is_err()
}

fn is_whole(word: &str) -> bool {
    word.len() < SHORTEST || is_listed(word)
}

fn is_listed(word: &str) -> bool {
    WHOLE.binary_search(&word).is_ok() || FUNCTION.binary_search(&word).is_ok()
}

/// The word without the particle or the owner at its end; itself if it has none.
fn without_particle(word: &str) -> &str {
    for owner in OWNERS {
        let bare = word.strip_suffix(owner).filter(|bare| {
            let derived = || bare.len() > SHORTEST && take_apart(bare, &mut String::new());
            bare.len() >= 4 && (is_listed(bare) || is_root(bare) || derived())
        });
        if let Some(bare) = bare {
            return bare;
        }
    }
    for particle in PARTICLES {
        let Some(bare) = word.strip_suffix(particle).filter(|bare| bare.len() >= 3) else {
            continue;
        };
        let known = is_root(bare)
            || is_listed(bare)
            || bare.len() >= SHORTEST && take_apart(bare, &mut String::new());
        // `Abdullah` and his like are names.
        let plain = match particle {
            "lah" | "kah" | "pun" => bare.len() >= 5 && !bare.ends_with(['l', 'e', 'o']),
            _ => bare.len() >= 4,
        };
        if known || plain {
            return bare;
        }
    }
    word
}

/// Writes what is left of `word` without its affixes to `out`, if that is a root: of several the
/// longest, of equal ones that which needs no letter put back.
fn take_apart(word: &str, out: &mut String) -> bool {
    let mut best: Option<(usize, Root<'_>)> = None;
    each_base(word, &mut |kind, restored, base| {
        for suffix in kind.suffixes() {
            let Some(rest) = base.strip_suffix(suffix) else { continue };
            let root = Root { first: restored, rest, object: *suffix == "i" };
            if root.len() < kind.shortest(&root) || root.is(word) || !root.is_known() {
                continue;
            }
            // A `k` goes before a vowel far less often than there was none.
            let worth = root.len() - usize::from(restored == "k");
            if best.as_ref().is_none_or(|(most, _)| *most < worth) {
                best = Some((worth, root));
            }
        }
    });
    let Some((_, root)) = best else { return false };
    out.clear();
    out.push_str(root.first);
    out.push_str(root.rest);
    // `menemui` is to meet someone, `bertemu` to meet: the verb with an object is a word of its own.
    if root.object {
        out.push('i');
    }
    true
}

/// A root that a word may be of.
struct Root<'w> {
    /// The letter that the prefix took, or nothing.
    first: &'static str,
    rest: &'w str,
    /// Whether the word makes of it a verb with an object, by `-i`.
    object: bool,
}

impl Root<'_> {
    fn len(&self) -> usize {
        self.first.len() + self.rest.len()
    }

    fn is(&self, word: &str) -> bool {
        self.first.is_empty() && self.rest == word
    }

    fn begins_with_vowel(&self) -> bool {
        self.first.is_empty() && self.rest.starts_with(is_vowel)
    }

    fn is_known(&self) -> bool {
        let letters = || self.first.bytes().chain(self.rest.bytes());
        let roots = ROOTS.as_bytes();
        let letter = letters().next().map_or(0, |first| usize::from(first.wrapping_sub(b'a')));
        let (Some(from), Some(to)) = (LETTERS.get(letter), LETTERS.get(letter + 1)) else {
            return false;
        };
        // Finds the line by halves; `from` and `to` are where lines begin.
        let (mut from, mut to) = (*from, *to);
        while from < to {
            let middle = from + (to - from) / 2;
            let start = roots[..middle].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
            let end = start + roots[start..].iter().position(|b| *b == b'\n').unwrap_or(0);
            match roots[start..end].iter().copied().cmp(letters()) {
                std::cmp::Ordering::Less => from = end + 1,
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Greater => to = start,
            }
        }
        false
    }
}

fn is_root(word: &str) -> bool {
    Root { first: "", rest: word, object: false }.is_known()
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// What a word begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bare,
    Me,
    Pe,
    /// `menge-` and `penge-`, before roots of one syllable.
    Nge,
    Ber,
    Di,
}

impl Kind {
    fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Bare => &["an", "kan", "i"],
            Self::Me => &["kan", "i", ""],
            Self::Nge => &["an", "kan", "i", ""],
            Self::Pe => &["an", ""],
            Self::Ber => &["an", "kan", ""],
            Self::Di => &["kan", "i", ""],
        }
    }

    /// Length of the shortest root: short ones are as often the middle of another word.
    fn shortest(self, root: &Root<'_>) -> usize {
        match self {
            Self::Bare | Self::Ber => 4,
            Self::Me | Self::Pe if !root.begins_with_vowel() => 4,
            _ => 3,
        }
    }
}

/// Calls `each` with what may be left of `word` without a prefix: the prefix, the letter that it
/// took from the root, and the rest with its suffix.
fn each_base<'w>(word: &'w str, each: &mut dyn FnMut(Kind, &'static str, &'w str)) {
    each(Kind::Bare, "", word);
    for (prefix, kind) in [("me", Kind::Me), ("pe", Kind::Pe)] {
        if let Some(rest) = word.strip_prefix(prefix) {
            each_nasal(kind, rest, each);
        }
    }
    if let Some(rest) = word.strip_prefix("ber") {
        each(Kind::Ber, "", rest);
    }
    if let Some(rest) = word.strip_prefix("di") {
        each(Kind::Di, "", rest);
        if let Some(rest) = rest.strip_prefix("per") {
            each(Kind::Di, "", rest);
        }
    }
}

/// What may follow `me-` or `pe-`, which change with the root's first letter or take its place.
fn each_nasal<'w>(kind: Kind, rest: &'w str, each: &mut dyn FnMut(Kind, &'static str, &'w str)) {
    let vowel_at = |at: usize| rest[at..].starts_with(is_vowel);
    // `me-layan`, `me-nyanyi`.
    let soft = rest.starts_with(['l', 'r', 'w', 'y'])
        || rest.starts_with(['m', 'n']) && vowel_at(1)
        || rest.starts_with("ny") && vowel_at(2);
    if soft {
        each(kind, "", rest);
    }
    if let Some(base) = rest.strip_prefix("ny").filter(|_| vowel_at(2)) {
        each(kind, "s", base);
    } else if let Some(base) = rest.strip_prefix("ng") {
        if vowel_at(2) {
            each(kind, "", base);
            each(kind, "k", base);
            if let Some(base) = base.strip_prefix('e') {
                each(Kind::Nge, "", base);
            }
        } else if base.starts_with(['g', 'h', 'k', 'q']) {
            each(kind, "", base);
        }
    } else if let Some(base) = rest.strip_prefix('n') {
        if vowel_at(1) {
            each(kind, "t", base);
        } else if base.starts_with(['c', 'd', 'j', 's', 't', 'z']) {
            each(kind, "", base);
        }
    } else if let Some(base) = rest.strip_prefix('m') {
        if vowel_at(1) {
            each(kind, "p", base);
        } else if base.starts_with(['b', 'f', 'p', 'v']) {
            each(kind, "", base);
            if let Some(base) = base.strip_prefix("per").or_else(|| base.strip_prefix("ber")) {
                each(kind, "", base);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(word: &str) -> String {
        let mut out = String::new();
        stem(word, &mut out);
        out
    }

    #[test]
    fn forms_of_one_word_share_a_stem() {
        for forms in [
            &["labur", "melabur", "dilaburkan", "melaburkan", "pelabur", "pelaburan"][..],
            &["tulis", "menulis", "ditulis", "penulis", "penulisan", "tulisan"],
            &["bangun", "membangun", "pembangunan", "membangunkan"],
            &["beli", "membeli", "dibeli", "pembeli", "pembelian"],
            &["sebut", "menyebut", "disebut", "sebutan"],
            &["kira", "mengira", "dikira"],
            &["ubah", "mengubah", "diubah", "berubah"],
            &["menemui", "ditemui", "temui"],
            &["cat", "mengecat"],
            &["kaji", "kajian", "mengkaji", "pengajian"],
            &["tahu", "pengetahuan"],
            &["ekonomi", "ekonominya", "ekonomilah"],
            &["rakyat", "rakyatnya", "rakyatlah", "rakyatpun"],
            &["adakah", "ada"],
            &["tanya", "bertanya", "ditanya"],
            &["masalah", "masalahnya", "bermasalah"],
            &["kenal", "memperkenalkan", "diperkenalkan", "mengenal"],
            &["mari", "marilah"],
            &["dia", "dialah", "dianya"],
            &["ini", "inilah", "inikah"],
            &["itu", "itulah", "itupun"],
            &["apa", "apakah", "apapun"],
            &["siapa", "siapakah"],
            &["bila", "bilakah"],
            &["bagaimana", "bagaimanakah"],
            &["boleh", "bolehkah", "bolehlah"],
            &["akhir", "akhirnya", "berakhirnya"],
            &["ada", "adanya"],
            &["rumah", "rumahku", "rumahmu", "rumahnya"],
            &["negara", "negaraku", "negaranya"],
            &["labur", "pelaburanku"],
            &["untuk", "untukmu"],
        ] {
            for form in forms {
                assert_eq!(of(form), of(forms[0]), "{form}");
            }
        }
    }

    #[test]
    fn words_that_only_look_alike_stay_apart() {
        for word in [
            "berita",
            "menteri",
            "perdana",
            "kerajaan",
            "selatan",
            "utara",
            "sekolah",
            "masalah",
            "jumlah",
            "langkah",
            "hanya",
            "tangan",
            "ramai",
            "tinggi",
            "penting",
            "menang",
            "kelantan",
            "labuan",
            "penang",
            "abdullah",
            "bangunan",
            "penyakit",
            "teksi",
            "pagi",
            "mereka",
            "negara",
            "salah",
            "berkah",
            "tanya",
            "hanya",
            "buku",
            "ilmu",
            "tamu",
            "suku",
            "adalah",
            "ialah",
            "malah",
            "bangku",
            "maluku",
            "tunku",
            "tengku",
            "tuanku",
            "tetamu",
            "selaku",
            "pangku",
            "azumu",
            "selangorku",
            "makkah",
            "meskipun",
        ] {
            assert_eq!(of(word), word);
        }
    }

    #[test]
    fn the_lists_are_in_order() {
        let roots: Vec<&str> = ROOTS.lines().collect();
        assert!(roots.is_sorted() && WHOLE.is_sorted() && FUNCTION.is_sorted());
        for root in &roots {
            assert!(is_root(root), "{root}");
            assert!(!is_listed(root), "{root}");
            assert!(root.strip_suffix("nya").is_none_or(|bare| !is_root(bare)), "{root}");
        }
        for word in ["", "a", "zzz", "laburr", "labu", "an"] {
            assert_eq!(is_root(word), roots.contains(&word), "{word}");
        }
    }
}
