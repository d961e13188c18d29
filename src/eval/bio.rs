//! Tokens with BIO labels, as most sets of named entities come: a token, white space and a label a
//! line, a blank line after each sentence, `-DOCSTART-` before each article.
//!
//! A sentence is a passage here; a file without `-DOCSTART-` is read as sentences that have nothing
//! to do with each other. Text is set as it would be printed, as far as tokens tell. What the set
//! calls a type of ours is the caller's to say ([`Types`]).

use std::collections::{BTreeMap, BTreeSet};

use super::entities::{Gold, GoldMention};
use super::gold::GoldError;
use crate::analysis::is_cjk;
use crate::article::Lang;
use crate::passage::Span;
use crate::tag::EntityType;

/// What the labels of a set stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Types(BTreeMap<String, Kind>);

/// What a label stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A type of ours.
    Is(EntityType),
    /// Neither right nor wrong to find, like a demonym.
    Neutral,
    /// No mention: whoever finds it is wrong.
    None,
}

impl Default for Types {
    /// What common sets call them: CoNLL, OntoNotes, Universal NER and kin, in any case.
    fn default() -> Self {
        use EntityType::{Event, Facility, Law, Organization, Person, Place, Product, Work};
        let kinds = [
            (Kind::Is(Person), "per person"),
            (Kind::Is(Organization), "org organization organisation corporation"),
            (Kind::Is(Place), "loc location place gpe"),
            (Kind::Is(Facility), "fac facility"),
            (Kind::Is(Event), "event evt"),
            (Kind::Is(Product), "product prod"),
            (Kind::Is(Law), "law"),
            (Kind::Is(Work), "work work_of_art creative-work"),
            (Kind::Neutral, "norp misc group demonym"),
            (Kind::None, "date time money percent quantity cardinal ordinal language"),
        ];
        let pairs = kinds
            .iter()
            .flat_map(|(kind, labels)| labels.split(' ').map(|label| (label.to_owned(), *kind)));
        Self(pairs.collect())
    }
}

impl Types {
    /// Says what `label` stands for, whatever its case.
    pub fn set(&mut self, label: &str, kind: Kind) {
        self.0.insert(label.to_lowercase(), kind);
    }

    fn get(&self, label: &str) -> Option<Kind> {
        self.0.get(&label.to_lowercase()).copied()
    }
}

/// Labelled sentences, and which labels no one said the meaning of; those count as no mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentences {
    /// The sentences, a passage each.
    pub gold: Vec<Gold>,
    /// Labels of no known meaning.
    pub unknown: BTreeSet<String>,
}

/// Whether a file of labels is of this kind and not JSON Lines.
pub fn looks_like(text: &str) -> bool {
    text.lines().map(str::trim).find(|line| !line.is_empty()).is_some_and(|line| {
        !line.starts_with('{') && (line.starts_with("-DOCSTART-") || label(line).is_some())
    })
}

/// Token and label of a line.
fn label(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_end();
    let (token, label) = line.rsplit_once(['\t', ' '])?;
    let token = token.split(['\t', ' ']).next().unwrap_or(token);
    let known = label == "O" || label.starts_with("B-") || label.starts_with("I-");
    (known && !token.is_empty()).then_some((token, label))
}

/// Reads labelled sentences in `lang`; `file` is for messages.
///
/// # Errors
///
/// The first line that is neither blank nor a token with its label; a file without any.
pub fn parse(file: &str, text: &str, lang: &Lang, types: &Types) -> Result<Sentences, GoldError> {
    let has_articles = text.lines().any(|line| line.starts_with("-DOCSTART-"));
    let mut all = Sentences { gold: Vec::new(), unknown: BTreeSet::new() };
    let mut sentence = Sentence::default();
    let (mut article, mut paragraph) = (0_u32, 0_u32);
    for (number, line) in (1_usize..).zip(text.lines().chain([""])) {
        let starts = line.starts_with("-DOCSTART-");
        if !starts && !line.trim().is_empty() {
            let (token, label) = label(line).ok_or_else(|| GoldError::Label {
                file: file.to_owned(),
                line: number,
                what: "wanted a token and a label: `O`, `B-…` or `I-…`".to_owned(),
            })?;
            sentence.push(token, label);
            sentence.first_line.get_or_insert(number);
            continue;
        }
        if let Some(first) = sentence.first_line {
            let (text, mentions, maybe) = std::mem::take(&mut sentence).finish(types, &mut all);
            all.gold.push(Gold {
                id: format!("{file}:{first}"),
                lang: lang.clone(),
                article: article.to_string(),
                paragraph,
                text,
                mentions,
                maybe,
            });
            paragraph += 1;
            article += u32::from(!has_articles);
        }
        if starts {
            (article, paragraph) = (article + 1, 0);
        }
    }
    if all.gold.is_empty() {
        return Err(GoldError::Empty { file: file.to_owned() });
    }
    Ok(all)
}

/// A sentence as its tokens come.
#[derive(Default)]
struct Sentence {
    first_line: Option<usize>,
    text: String,
    /// Label without its `B-`, start and end.
    names: Vec<(String, usize, usize)>,
    /// Whether the last token belongs to the last name.
    in_name: bool,
    /// Whether a straight quotation mark is open.
    quoted: bool,
}

impl Sentence {
    fn push(&mut self, token: &str, label: &str) {
        if self.is_apart(token) {
            self.text.push(' ');
        }
        let start = self.text.len();
        self.text.push_str(token);
        let end = self.text.len();
        let Some((part, kind)) = label.split_once('-') else {
            self.in_name = false;
            return;
        };
        match self.names.last_mut() {
            Some((last, _, to)) if part == "I" && self.in_name && last == kind => *to = end,
            _ => self.names.push((kind.to_owned(), start, end)),
        }
        self.in_name = true;
    }

    /// Whether a space is set before `token`.
    fn is_apart(&mut self, token: &str) -> bool {
        let Some(last) = self.text.chars().next_back() else {
            self.quoted = token == "\"";
            return false;
        };
        let first = token.chars().next().unwrap_or_default();
        if token == "\"" {
            self.quoted = !self.quoted;
            return self.quoted;
        }
        let opens = matches!(last, '(' | '[' | '{' | '“' | '‘' | '$' | '#' | '-' | '/' | '–')
            || last == '"' && self.quoted;
        let closes = matches!(first, '-' | '/' | '–' | ')' | ']' | '}' | '’' | '”')
            || token.chars().all(|c| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '%'))
            || matches!(token, "'" | "'s" | "'S" | "n't" | "'re" | "'ve" | "'d" | "'ll" | "'m");
        let wide = |c: char| is_cjk(c) || !c.is_ascii() && !c.is_alphanumeric();
        !(opens || closes || wide(last) || wide(first))
    }

    fn finish(self, types: &Types, all: &mut Sentences) -> (String, Vec<GoldMention>, Vec<Span>) {
        let (mut mentions, mut maybe) = (Vec::new(), Vec::new());
        for (label, start, end) in &self.names {
            let Some(span) = Span::new(&self.text, *start, *end) else { continue };
            match types.get(label) {
                Some(Kind::Is(kind)) => mentions.push(GoldMention { span, kind }),
                Some(Kind::Neutral) => maybe.push(span),
                Some(Kind::None) => {}
                None => {
                    all.unknown.insert(label.clone());
                }
            }
        }
        (self.text, mentions, maybe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, types: &Types) -> Sentences {
        parse("f.bio", text, &Lang::new("en"), types).unwrap()
    }

    #[test]
    fn tokens_are_set_as_they_would_be_printed() {
        for (tokens, want) in [
            ("He 's in Kuala Lumpur , `` fine `` .", "He's in Kuala Lumpur, `` fine ``."),
            ("The \" big \" ( 5 % ) COVID - 19 cut", "The \"big\" (5%) COVID-19 cut"),
            ("\" Yes , \" said Li .", "\"Yes,\" said Li."),
            ("Huawei ’s plan is n't new", "Huawei’s plan isn't new"),
            ("马来西亚 总理 在 北京 说 ， 好 。", "马来西亚总理在北京说，好。"),
        ] {
            let lines: String = tokens.split(' ').map(|token| format!("{token}\tO\n")).collect();
            assert_eq!(read(&lines, &Types::default()).gold[0].text, want);
        }
    }

    #[test]
    fn labels_become_mentions_by_the_map() {
        let text = "-DOCSTART-\tO\n\nBank B-ORG\nNegara I-ORG\nBali B-LOC\nAceh B-LOC\nMay B-DATE\n\
                    Dutch B-NORP\n9 B-SEAT\n\nLee\tx\tI-PER\n\n-DOCSTART- O\n\nBali B-Loc\n";
        let mut types = Types::default();
        let read = |types: &Types| {
            let all = read(text, types);
            let shown = all.gold.iter().map(|one| {
                let name = |mention: &GoldMention| {
                    format!("{} {}", mention.kind, mention.span.of(&one.text))
                };
                let names: Vec<_> = one.mentions.iter().map(name).collect();
                let maybe: Vec<_> = one.maybe.iter().map(|span| span.of(&one.text)).collect();
                format!(
                    "{}.{} {} / {}",
                    one.article,
                    one.paragraph,
                    names.join(", "),
                    maybe.join(", ")
                )
            });
            (shown.collect::<Vec<_>>(), all.unknown.into_iter().collect::<Vec<_>>())
        };
        let (shown, unknown) = read(&types);
        assert_eq!(
            shown,
            [
                "1.0 organization Bank Negara, place Bali, place Aceh / Dutch",
                "1.1 person Lee / ",
                "2.0 place Bali / "
            ]
        );
        assert_eq!(unknown, ["SEAT"]);
        types.set("seat", Kind::Is(EntityType::Facility));
        types.set("loc", Kind::Neutral);
        types.set("org", Kind::None);
        let (shown, unknown) = read(&types);
        assert_eq!(shown[0], "1.0 facility 9 / Bali, Aceh, Dutch");
        assert!(unknown.is_empty());
    }

    #[test]
    fn sentences_without_articles_are_apart_and_bad_lines_are_named() {
        let all = read("Bali B-LOC\n\nBali B-LOC\n", &Types::default());
        let articles: Vec<_> = all.gold.iter().map(|one| one.article.as_str()).collect();
        assert_eq!(articles, ["0", "1"]);
        for (text, want) in [
            ("", "f: no labelled passage in it"),
            ("-DOCSTART-\n\n", "f: no labelled passage in it"),
            ("Bali B-LOC\n\nBali\n", "f:3: wanted a token and a label: `O`, `B-…` or `I-…`"),
        ] {
            let error = parse("f", text, &Lang::new("en"), &Types::default()).unwrap_err();
            assert_eq!(error.to_string(), want);
        }
    }

    #[test]
    fn json_lines_are_told_from_tokens() {
        for (text, want) in [
            ("{\"id\": \"O\"}", false),
            ("", false),
            ("\n\nBali B-LOC\n", true),
            ("-DOCSTART- O", true),
            ("no tokens here", false),
        ] {
            assert_eq!(looks_like(text), want, "{text}");
        }
    }
}
