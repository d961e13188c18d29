//! Bytes through `decode`.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, GBK, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};
use proptest::prelude::*;

use super::declared::declared_in_xml;
use super::*;

type Bytes = Vec<u8>;

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Bytes {
    text.encode_utf16().flat_map(bytes).collect()
}

fn utf32(text: &str, bytes: fn(u32) -> [u8; 4]) -> Bytes {
    text.chars().flat_map(|c| bytes(c.into())).collect()
}

fn legacy(encoding: &'static encoding_rs::Encoding, text: &str) -> Bytes {
    let (bytes, _, has_faults) = encoding.encode(text);
    assert!(!has_faults, "{text} in {}", encoding.name());
    bytes.into_owned()
}

/// `encoding text`, or the error, and the warnings.
fn decoded(bytes: &[u8], declared: Option<&str>) -> (String, Vec<String>) {
    let mut warnings = Vec::new();
    let source = SourcePath::new("x.txt", "x.txt");
    let decoded = decode(&source, bytes, declared, &mut |warning| {
        assert!(warning.is_warning());
        warnings.push(warning.to_string());
    });
    let told = match decoded {
        Ok(decoded) => format!("{} {}", decoded.encoding.unwrap_or("-"), decoded.text),
        Err(error) => error.to_string(),
    };
    (told, warnings)
}

const HANS: &str = "马来西亚与中国签署了新的贸易协定，双方将扩大合作。";
const HANT: &str = "馬來西亞與中國簽署了新的貿易協定，雙方將擴大合作。";
const KANA: &str = "マレーシアと中国は、あたらしい協定に署名した。";
const HANGUL: &str = "말레이시아와 중국은 새 무역 협정에 서명했다.";
const CYRILLIC: &str = "Малайзия и Китай подписали новое торговое соглашение.";

#[test]
fn text_is_known_by_its_mark_or_by_what_it_looks_like() {
    let marked = |text: &str| format!("\u{feff}{text}");
    for (name, bytes, want) in [
        ("ASCII", b"Shares fell.".to_vec(), "- Shares fell."),
        ("UTF-8", HANS.into(), &format!("- {HANS}")),
        ("a mark, put twice", marked(&marked(HANS)).into(), &format!("- {HANS}")),
        ("UTF-16 with a mark", utf16(&marked(HANS), u16::to_le_bytes), &format!("UTF-16LE {HANS}")),
        ("in the other order", utf16(&marked("A"), u16::to_be_bytes), "UTF-16BE A"),
        (
            "Latin without a mark",
            utf16("Shares fell.\n", u16::to_le_bytes),
            "UTF-16LE Shares fell.\n",
        ),
        (
            "in the other order",
            utf16("Shares fell.\n", u16::to_be_bytes),
            "UTF-16BE Shares fell.\n",
        ),
        // 一 ends in a zero, as Latin begins.
        ("Chinese", utf16("一天，一人\n", u16::to_le_bytes), "UTF-16LE 一天，一人\n"),
        ("Chinese without NUL", utf16(HANS, u16::to_be_bytes), &format!("UTF-16BE {HANS}")),
        ("Korean", utf16(HANGUL, u16::to_be_bytes), &format!("UTF-16BE {HANGUL}")),
        ("UTF-32 with a mark", utf32(&marked("A 中"), u32::to_le_bytes), "UTF-32LE A 中"),
        ("UTF-32 without", utf32("A 中", u32::to_be_bytes), "UTF-32BE A 中"),
        ("GBK", legacy(GBK, HANS), &format!("GBK {HANS}")),
        ("a headline in GBK", legacy(GBK, "中国股市"), "GBK 中国股市"),
        ("Traditional in GBK", legacy(GBK, HANT), &format!("GBK {HANT}")),
        (
            "what only GB18030 has",
            legacy(GB18030, &format!("{HANS}\u{20000}")),
            &format!("GBK {HANS}\u{20000}"),
        ),
        ("Big5", legacy(BIG5, HANT), &format!("Big5 {HANT}")),
        ("a headline in Big5", legacy(BIG5, "中國股市"), "Big5 中國股市"),
        ("Shift_JIS", legacy(SHIFT_JIS, KANA), &format!("Shift_JIS {KANA}")),
        ("EUC-JP", legacy(EUC_JP, KANA), &format!("EUC-JP {KANA}")),
        ("ISO-2022-JP", legacy(ISO_2022_JP, KANA), &format!("ISO-2022-JP {KANA}")),
        ("EUC-KR", legacy(EUC_KR, HANGUL), &format!("EUC-KR {HANGUL}")),
        ("Cyrillic", legacy(WINDOWS_1251, CYRILLIC), &format!("windows-1251 {CYRILLIC}")),
        (
            "accents and quotes",
            b"The caf\xE9 in the port\x92s \x93old\x94 hall".to_vec(),
            "windows-1252 The café in the port’s “old” hall",
        ),
        (
            "stray bytes like a mark",
            b"\xFF\xFEShares fell on Friday.".to_vec(),
            "- \u{fffd}\u{fffd}Shares fell on Friday.",
        ),
        ("a mark alone", b"\xFF\xFE".to_vec(), "`x.txt` is empty"),
        ("blanks", b"\xEF\xBB\xBF \n".to_vec(), "`x.txt` is empty"),
        (
            "a picture",
            b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".to_vec(),
            "`x.txt` is not text: byte 8 is NUL",
        ),
        (
            "a page with a NUL in it",
            format!("{}\0 {}\0", "Shares fell. ".repeat(90), "股市。".repeat(100)).into_bytes(),
            &format!("- {}\u{fffd} {}\u{fffd}", "Shares fell. ".repeat(90), "股市。".repeat(100)),
        ),
        (
            "more NULs than stray",
            format!("{}{}", "Shares fell. ".repeat(90), "\0".repeat(6)).into_bytes(),
            "`x.txt` is not text: byte 1170 is NUL",
        ),
        (
            "numbers",
            [1_u16, 2, 3, 4].map(u16::to_le_bytes).concat(),
            "`x.txt` is not text: byte 1 is NUL",
        ),
        (
            "noise",
            (128..=255).collect(),
            "x.txt:1: not UTF-8 at byte 0, nor what another encoding would have",
        ),
    ] {
        assert_eq!(decoded(&bytes, None).0, want, "{name}");
    }
}

#[test]
fn what_is_said_of_text_is_believed_unless_it_is_plainly_not_so() {
    for (name, bytes, declared, want) in [
        ("a label of the web", legacy(GBK, "联"), "GB2312", "GBK 联"),
        ("a label of Windows", legacy(GBK, "联"), "cp936", "GBK 联"),
        ("few characters that might be UTF-8", legacy(GBK, "一二 A"), "gbk", "GBK 一二 A"),
        ("UTF-8 called Latin", "It’s true".into(), "iso-8859-1", "- It’s true"),
        ("UTF-8 called Chinese", HANS.into(), "gb2312", &format!("- {HANS}")),
        ("Chinese called Latin", legacy(GBK, HANS), "iso-8859-1", &format!("GBK {HANS}")),
        ("Traditional called Simplified", legacy(BIG5, HANT), "gb2312", &format!("Big5 {HANT}")),
        ("Korean called Latin", legacy(EUC_KR, HANGUL), "iso-8859-1", &format!("EUC-KR {HANGUL}")),
        ("Latin called UTF-8", b"caf\xE9 au lait".to_vec(), "utf-8", "windows-1252 café au lait"),
        (
            "Latin called ASCII",
            b"caf\xE9 au lait".to_vec(),
            "us-ascii",
            "windows-1252 café au lait",
        ),
        ("no such encoding", b"caf\xE9 au lait".to_vec(), "x-none", "windows-1252 café au lait"),
        ("bytes called UTF-16", b"caf\xE9 au lait".to_vec(), "utf-16", "windows-1252 café au lait"),
        ("the order said wrongly", utf16("A", u16::to_le_bytes), "utf-16be", "UTF-16LE A"),
        ("Central Europe", b"\xE8esk\xE1".to_vec(), "windows-1250", "windows-1250 česká"),
        ("Japanese mail", legacy(ISO_2022_JP, KANA), "iso-2022-jp", &format!("ISO-2022-JP {KANA}")),
        ("mail without Japanese", b"Yes".to_vec(), "iso-2022-jp", "- Yes"),
    ] {
        assert_eq!(decoded(&bytes, Some(declared)).0, want, "{name}");
    }
}

#[test]
fn what_is_no_text_in_the_encoding_is_told_and_the_rest_read() {
    let two = [HANS.as_bytes(), b"\n\xE9 and \xFF\xFE", HANS.as_bytes()].concat();
    let broken = [&legacy(GBK, HANS)[..], b"\n\xFF", &legacy(GBK, HANS)].concat();
    for (name, bytes, want, warning) in [
        (
            "UTF-8 with faults",
            two,
            format!("- {HANS}\n\u{fffd} and \u{fffd}\u{fffd}{HANS}"),
            "x.txt:2: not UTF-8 at byte 76 and in 2 more places, read as `\u{fffd}`",
        ),
        (
            "a NUL",
            format!("{HANS}\n\0 {}", "Shares fell. ".repeat(20)).into_bytes(),
            format!("- {HANS}\n\u{fffd} {}", "Shares fell. ".repeat(20)),
            "x.txt:2: not text at byte 76, read as `\u{fffd}`",
        ),
        (
            "GBK with a fault",
            broken,
            format!("GBK {HANS}\n\u{fffd}{HANS}"),
            "x.txt:2: not GBK at byte 51, read as `\u{fffd}`",
        ),
        (
            "UTF-16 that ends within a character",
            utf16("\u{feff}Shares", u16::to_le_bytes)[..13].to_vec(),
            "UTF-16LE Share\u{fffd}".to_owned(),
            "x.txt:1: not UTF-16LE at byte 12, read as `\u{fffd}`",
        ),
        (
            "UTF-32 with no character",
            [utf32("\u{feff}A\n", u32::to_be_bytes), vec![0, 0x11, 0, 0]].concat(),
            "UTF-32BE A\n\u{fffd}".to_owned(),
            "x.txt:2: not UTF-32BE at byte 12, read as `\u{fffd}`",
        ),
    ] {
        assert_eq!(decoded(&bytes, None), (want, vec![warning.to_owned()]), "{name}");
    }
}

#[test]
fn the_host_tells_of_languages_where_the_text_does_not() {
    let mut source = SourcePath::new("x", "x");
    for (url, want) in [("https://news.example.cz/a", "cz"), ("https://a.example:80", "example")] {
        source.said.url = Some(url.to_owned());
        assert_eq!(source.top_level_domain(), Some(want));
    }
    for url in ["https://192.0.2.1/", "none", "https://localhost/", "https://A.CN"] {
        source.said.url = Some(url.to_owned());
        assert_eq!(source.top_level_domain(), None, "{url}");
    }
}

#[test]
fn texts_say_what_they_are_in() {
    for (text, want) in [
        ("<html><head><meta charset=gbk>", Some("gbk")),
        ("<META http-equiv=x content='text/html; charset=Big5'>", Some("Big5")),
        ("<meta name=a content=b><meta charset = \"utf-8\" />", Some("utf-8")),
        ("<!-- <meta charset=a> --><meta charset=b/>", Some("b")),
        ("\u{feff}<?xml version='1.0' encoding=\"euc-kr\"?><html>", Some("euc-kr")),
        ("<?xml version='1.0'?><meta charset='x'>", Some("x")),
        ("<metal charset=x>", Some("x")),
        ("<p>charset=x", None),
        ("<meta charset=", None),
        ("", None),
    ] {
        assert_eq!(declared_in_html(text.as_bytes()), want, "{text}");
    }
    assert_eq!(declared_in_xml(b"<?xml encoding = 'GB2312'?>"), Some("GB2312"));
    assert_eq!(declared_in_xml(b"<rss><?xml encoding='x'?>"), None);
}

#[test]
fn the_everyday_characters_are_in_order() {
    let everyday: Vec<char> = include_str!("everyday.txt").chars().collect();
    assert!(everyday.iter().all(|c| c.len_utf8() == 3));
    assert!(everyday.is_sorted());
}

/// Texts of enough words in the scripts of an encoding, and the encoding.
fn texts() -> impl Strategy<Value = (&'static str, String)> {
    let of = |label: &'static str, words: &'static str| {
        words.prop_map(move |text| (label, text)).boxed()
    };
    proptest::strategy::Union::new([
        of("utf-8", "\\PC{8,60}"),
        of("gb18030", "[一-龥，。a-z ]{12,60}"),
        of(
            "gb2312",
            "[的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对，。]{12,60}",
        ),
        of(
            "big5",
            "[的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對，。]{12,60}",
        ),
        of("euc-kr", "[가-힣 ]{12,60}"),
        of("shift_jis", "[ぁ-んァ-ン一国日本人年大十二中、。]{12,60}"),
        of("euc-jp", "[ぁ-んァ-ン一国日本人年大十二中、。]{12,60}"),
        of("windows-1251", "[а-яА-Я ]{8,60}"),
        of("koi8-r", "[а-яА-Я ]{8,60}"),
        of("windows-1252", "[a-zé]{2,9}( [a-zàèçö’–]{2,9}){2,9}"),
        of("windows-1250", "[a-zčšž]{2,9}( [a-ząęłőů]{2,9}){2,9}"),
        of("windows-1253", "[α-ρσ-ω ]{8,60}"),
        of("windows-1254", "[a-zşğıİ]{2,9}( [a-zçöü]{2,9}){2,9}"),
        of("windows-1255", "[א-ת ]{8,60}"),
        of("windows-1256", "[ابتثجحخدذرزسشصضطظعغفقكلمنهوي ]{8,60}"),
        of("windows-874", "[ก-ฮะ-ู ]{12,60}"),
        of("utf-16le", "[ -~一-龥，。\n]{2,60}"),
        of("utf-16be", "[ -~一-龥，。\n]{2,60}"),
        of("utf-32le", "[ -~一-龥，。\n]{2,60}"),
        of("utf-32be", "[ -~一-龥，。\n]{2,60}"),
    ])
}

/// `text` in the encoding of that name.
fn encoded(label: &str, text: &str) -> Bytes {
    match label {
        "utf-16le" => utf16(text, u16::to_le_bytes),
        "utf-16be" => utf16(text, u16::to_be_bytes),
        "utf-32le" => utf32(text, u32::to_le_bytes),
        "utf-32be" => utf32(text, u32::to_be_bytes),
        _ => legacy(encoding_rs::Encoding::for_label(label.as_bytes()).unwrap(), text),
    }
}

proptest! {
    #[test]
    fn text_whose_encoding_is_said_comes_back((label, text) in texts()) {
        let text = format!("x {text}");
        let bytes = encoded(label, &text);
        let source = SourcePath::new("x", "x");
        let decoded = decode(&source, &bytes, Some(label), &mut |warning| panic!("{warning}"));
        let decoded = decoded.unwrap();
        prop_assert_eq!(decoded.text.as_ref(), text);
    }

    #[test]
    fn no_bytes_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        declared in proptest::option::of("(utf-16|utf-32|gbk|iso-2022-jp|utf-8|x)"),
    ) {
        decoded(&bytes, declared.as_deref());
        let high: Bytes = bytes.iter().map(|byte| byte | 0x80).collect();
        decoded(&high, declared.as_deref());
    }

    /// All that is UTF-8 stays.
    #[test]
    fn a_fault_costs_nothing_else(before in "\\PC{0,40}", after in "\\PC{0,40}", byte in 0x80..=0xFF_u8) {
        let bytes = [before.as_bytes(), &[byte], after.as_bytes()].concat();
        let Text { text, faults } = read(Encoding::UTF_8, &bytes);
        let is_marked = before.starts_with('\u{feff}');
        prop_assert!(is_marked || text.starts_with(&*before) || faults.count == 0);
        prop_assert!(text.ends_with(&*after) || faults.count == 0);
    }
}

#[test]
fn windows_1252_is_what_latin_is_read_as() {
    let text = "Crème brûlée, naïve façade, Zürich";
    assert_eq!(decoded(&legacy(WINDOWS_1252, text), None).0, format!("windows-1252 {text}"));
}
