//! Which language a text is in: by script, then by the small words of English, Malay and
//! Indonesian, then by letter statistics for the rest.
//!
//! It looks at the first few kilobytes and stops as soon as it is sure. What is too short or too
//! mixed to tell is `und`; a wrong guess would be worse, since words are stemmed by it.

mod words;

use whatlang::{Lang as Guess, detect as guess};

use crate::article::{Block, Lang};
use words::{Lexicon, Tongue};

/// The language of `texts`, taken as parts of one: `en`, `zh`, `ms`, `id` or another code; `und` if
/// it cannot be told.
pub fn detect<'a>(texts: impl IntoIterator<Item = &'a str>) -> Lang {
    let mut sample = Sample::default();
    let mut kept: Vec<&str> = Vec::new();
    for text in texts {
        let text = &text[..text.floor_char_boundary(MAX_BYTES - sample.bytes)];
        kept.push(text);
        sample.add(text);
        if sample.bytes >= MAX_BYTES || sample.is_plain() {
            break;
        }
    }
    Lang::new(sample.verdict().unwrap_or_else(|| match by_letters(&kept) {
        // The statistics know no Malay, which has the same letters.
        "id" => sample.archipelago(),
        code => code,
    }))
}

/// The language `given`, unless that is English: templates say so of text in any language, so there
/// the text is asked first.
pub(super) fn unless_template(
    given: Option<Lang>,
    headline: Option<&str>,
    blocks: &[Block],
) -> Lang {
    let is_told = |lang: &Lang| *lang != Lang::default();
    let given = given.filter(is_told);
    let told = given.clone().filter(|lang| lang.as_str() != "en");
    told.unwrap_or_else(|| {
        let texts = headline.into_iter().chain(blocks.iter().map(|block| block.text.as_str()));
        Some(detect(texts)).filter(is_told).or(given).unwrap_or_default()
    })
}

/// How much of a text is looked at.
const MAX_BYTES: usize = 4096;

/// How many small words make it plain which language it is.
const PLAIN_WORDS: u32 = 8;

/// How many characters make it plain that a text without kana is Chinese.
const PLAIN_HAN: u32 = 100;

/// What was seen of a text.
#[derive(Debug, Default)]
struct Sample {
    bytes: usize,
    /// Words in Latin letters.
    words: u32,
    letters: u32,
    /// Letters beyond Latin, by script.
    han: u32,
    kana: u32,
    hangul: u32,
    other: u32,
    /// Small words by language.
    english: u32,
    malay: u32,
    indonesian: u32,
    /// Small words that Malay and Indonesian share.
    shared: u32,
}

impl Sample {
    fn add(&mut self, text: &str) {
        let lexicon = Lexicon::get();
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            if byte.is_ascii_alphabetic() {
                let start = at;
                while at < bytes.len() && bytes[at].is_ascii_alphabetic() {
                    at += 1;
                }
                // `café` and `naïve` are no small words.
                if bytes.get(at).is_none_or(u8::is_ascii) {
                    self.word(lexicon.tongue(bytes, start, at), at - start);
                    if self.words.is_multiple_of(8) && self.is_plain() {
                        break;
                    }
                } else {
                    self.words += 1;
                }
            } else if byte.is_ascii() {
                at += 1;
            } else {
                let c = text[at..].chars().next().unwrap_or(' ');
                self.letter(c);
                at += c.len_utf8();
                if self.han == PLAIN_HAN && self.is_plain() {
                    break;
                }
            }
        }
        self.bytes += at;
    }

    fn word(&mut self, tongue: Option<Tongue>, letters: usize) {
        self.words += 1;
        self.letters += letters as u32;
        match tongue {
            Some(Tongue::English) => self.english += 1,
            Some(Tongue::Malay) => self.malay += 1,
            Some(Tongue::Indonesian) => self.indonesian += 1,
            Some(Tongue::MalayOrIndonesian) => self.shared += 1,
            None => {}
        }
    }

    fn letter(&mut self, c: char) {
        match c {
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
                self.han += 1;
            }
            '\u{3041}'..='\u{30fa}' | '\u{ff66}'..='\u{ff9d}' => self.kana += 1,
            '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' => self.hangul += 1,
            _ if c.is_alphabetic() => self.other += 1,
            _ => {}
        }
    }

    /// Whether no more needs to be seen. Malay and Indonesian take longer to tell apart.
    fn is_plain(&self) -> bool {
        let is_english = self.english >= PLAIN_WORDS
            && self.english * 4 >= self.words
            && self.shared + self.malay + self.indonesian < self.english / 4
            && self.han + self.other < self.letters / 8;
        let apart = self.malay.abs_diff(self.indonesian);
        let is_archipelago = self.shared >= PLAIN_WORDS
            && apart >= PLAIN_WORDS / 2
            && apart > self.malay.min(self.indonesian) * 4
            && self.english * 4 < self.shared;
        let is_chinese = self.han >= PLAIN_HAN && self.han * 3 > self.letters && self.kana == 0;
        is_english || is_archipelago || is_chinese
    }

    /// The language by script and small words, or `None` if they do not tell.
    fn verdict(&self) -> Option<&'static str> {
        // One character is worth about as much as a short word of Latin letters.
        let wide = self.han + self.kana + self.hangul;
        if wide * 3 > self.letters + self.other {
            return Some(match () {
                () if self.hangul * 2 > wide => "ko",
                // Names in kana stand in Chinese text too; Japanese is full of them.
                () if self.kana * 10 > wide => "ja",
                () if wide >= 2 => "zh",
                () => "und",
            });
        }
        let archipelago = self.malay + self.indonesian + self.shared;
        let small = self.english.max(archipelago);
        // In running text a third of all words are small ones; a headline has fewer.
        if small < 2 || small * 8 < self.words || self.other * 4 > self.letters {
            return None;
        }
        if self.english > archipelago {
            return Some("en");
        }
        if archipelago == self.english {
            return None;
        }
        Some(self.archipelago())
    }

    /// Malay or Indonesian, Malay where nothing speaks for the other.
    fn archipelago(&self) -> &'static str {
        if self.indonesian > self.malay { "id" } else { "ms" }
    }
}

/// The fewest letters that statistics are made of.
const LEAST_LETTERS: usize = 20;

/// The language by letter statistics, if they are sure of it.
fn by_letters(texts: &[&str]) -> &'static str {
    let letters = texts.iter().flat_map(|text| text.chars()).filter(|c| c.is_alphabetic());
    // A name or two in a script is no text in it. The statistics take as long for it as for a page.
    if letters.take(LEAST_LETTERS).count() < LEAST_LETTERS {
        return "und";
    }
    let Some(found) = guess(&texts.join(" ")) else { return "und" };
    if found.confidence() < 0.8 {
        return "und";
    }
    match found.lang() {
        Guess::Eng => "en",
        Guess::Cmn => "zh",
        Guess::Ind => "id",
        Guess::Rus => "ru",
        Guess::Ukr => "uk",
        Guess::Fra => "fr",
        Guess::Deu => "de",
        Guess::Spa => "es",
        Guess::Por => "pt",
        Guess::Ita => "it",
        Guess::Nld => "nl",
        Guess::Swe => "sv",
        Guess::Dan => "da",
        Guess::Nob => "no",
        Guess::Fin => "fi",
        Guess::Pol => "pl",
        Guess::Ces => "cs",
        Guess::Slk => "sk",
        Guess::Hun => "hu",
        Guess::Ron => "ro",
        Guess::Bul => "bg",
        Guess::Ell => "el",
        Guess::Tur => "tr",
        Guess::Ara => "ar",
        Guess::Pes => "fa",
        Guess::Urd => "ur",
        Guess::Heb => "he",
        Guess::Hin => "hi",
        Guess::Ben => "bn",
        Guess::Tam => "ta",
        Guess::Tel => "te",
        Guess::Tha => "th",
        Guess::Khm => "km",
        Guess::Mya => "my",
        Guess::Vie => "vi",
        Guess::Tgl => "tl",
        Guess::Jpn => "ja",
        Guess::Kor => "ko",
        _ => "und",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::path as shared;

    #[test]
    fn languages_are_told_apart() {
        for (text, want) in [
            ("", "und"),
            ("5G", "und"),
            ("Kuala Lumpur", "und"),
            ("The shares of the company fell on Friday.", "en"),
            ("China and Malaysia Forge Deeper High-Tech Collaboration", "en"),
            ("Kerajaan berkata syarikat itu akan membina pusat data kerana permintaan.", "ms"),
            (
                "Pemerintah mengatakan perusahaan itu akan membangun pusat data karena permintaan.",
                "id",
            ),
            ("中国和马来西亚加强高科技合作", "zh"),
            ("中國與馬來西亞加強高科技合作", "zh"),
            ("马来西亚 GDS 和 Chindata Group 的数据中心", "zh"),
            ("マレーシアのデータセンターについて", "ja"),
            ("말레이시아 데이터 센터에 대해", "ko"),
            (
                "Правительство сообщило, что новая электростанция будет построена в июне этого года, а первые дома получат свет уже осенью.",
                "ru",
            ),
            (
                "Le gouvernement a annoncé que la nouvelle centrale électrique serait construite en juin.",
                "fr",
            ),
            ("The Chinese word 新质生产力 stands for new quality productive forces.", "en"),
        ] {
            assert_eq!(detect([text]).as_str(), want, "{text}");
        }
    }

    /// Texts of one language, and how often it is found.
    fn share(name: &str, want: &str, texts: &[String], at_least: f64) {
        let wrong: Vec<_> =
            texts.iter().filter(|text| detect([text.as_str()]).as_str() != want).collect();
        let share = 1.0 - wrong.len() as f64 / texts.len() as f64;
        eprintln!("{name} {want}: {:.2} % of {}", share * 100.0, texts.len());
        for text in wrong.iter().take(6) {
            eprintln!(
                "   {} {}",
                detect([text.as_str()]),
                text.chars().take(90).collect::<String>()
            );
        }
        assert!(share >= at_least, "{name} {want}: {share}");
    }

    fn records(file: &str) -> Option<Vec<serde_json::Value>> {
        let text = std::fs::read_to_string(shared(file)?).unwrap();
        Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    }

    #[test]
    fn articles_and_sentences_of_the_news_sets_are_told_apart() {
        for (code, want) in [("en", "en"), ("zh", "zh"), ("zh-Hant", "zh"), ("ms", "ms")] {
            let file = format!("data/news-ntrex/articles-{code}-dev.jsonl");
            let Some(records) = records(&file) else { return };
            let sentences = |record: &serde_json::Value| -> Vec<String> {
                let list = record["paragraphs"].as_array().unwrap();
                list.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
            };
            let articles: Vec<_> = records.iter().map(|r| sentences(r).join("\n")).collect();
            share("ntrex articles", want, &articles, 0.99);
            share(
                "ntrex sentences",
                want,
                &records.iter().flat_map(sentences).collect::<Vec<_>>(),
                0.95,
            );
        }
        for (name, file) in [
            ("flores", "data/news-flores-dev/flores200-dev-en-zh-ms.jsonl"),
            ("tico19", "data/news-tico19/sentences-en-zh-ms.jsonl"),
        ] {
            let Some(records) = records(file) else { return };
            for lang in ["en", "zh", "ms"] {
                let texts: Vec<_> =
                    records.iter().map(|r| r[lang].as_str().unwrap().to_owned()).collect();
                share(name, lang, &texts, 0.95);
            }
        }
    }
}
