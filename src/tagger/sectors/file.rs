//! Taxonomy files: TOML into a taxonomy, with errors that say where and what was wanted.
//!
//! The format is explained at the head of `taxonomy.toml`. Files are read by the caller.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::matcher::Term;
use super::problem::{Place, TaxonomyError};
use super::taxonomy::{BUILTIN_NAME, Rule, RuleLang, Sector, Strength, Taxonomy, Weights};
use crate::tag::SectorId;

/// Reads the text of a taxonomy file. `builtin` is asked for only if the file extends it.
pub(super) fn read(
    text: &str,
    name: &str,
    builtin: &dyn Fn() -> Taxonomy,
) -> Result<Taxonomy, TaxonomyError> {
    let read = read_all(text, name, builtin);
    match read.problems.into_iter().min_by_key(TaxonomyError::line) {
        Some(problem) => Err(problem),
        None => Ok(read.taxonomy),
    }
}

/// What was read of a file, as far as it could be.
pub(super) struct Read {
    /// The taxonomy, without what is wrong.
    pub(super) taxonomy: Taxonomy,
    /// Whether it extends the one that is built in.
    pub(super) extends: bool,
    /// All that is wrong, in the order it was met.
    pub(super) problems: Vec<TaxonomyError>,
    /// Its terms as they stand in the file, with the byte where each begins.
    pub(super) terms: Vec<(usize, SectorId, Rule)>,
}

/// As [`read`], but goes on after what is wrong.
pub(super) fn read_all(text: &str, name: &str, builtin: &dyn Fn() -> Taxonomy) -> Read {
    let file = File { text, name, problems: RefCell::default(), terms: RefCell::default() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        file.note::<()>(Err(TaxonomyError::Syntax {
            at: file.at(&error.span().unwrap_or(0..0)),
            what: error.message().replace('\n', ", "),
        }));
    }
    let extends = Cell::new(false);
    let taxonomy = file.taxonomy(table.get_ref(), &|| {
        extends.set(true);
        builtin()
    });
    let extends = extends.get();
    Read { taxonomy, extends, problems: file.problems.into_inner(), terms: file.terms.into_inner() }
}

struct File<'a> {
    text: &'a str,
    name: &'a str,
    problems: RefCell<Vec<TaxonomyError>>,
    terms: RefCell<Vec<(usize, SectorId, Rule)>>,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl File<'_> {
    fn at(&self, span: &Range<usize>) -> Place {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        let line = 1 + before.iter().filter(|&&b| b == b'\n').count();
        Place { file: self.name.to_owned(), line }
    }

    /// Takes note of what is wrong.
    fn note<T>(&self, read: Result<T, TaxonomyError>) -> Option<T> {
        read.map_err(|problem| self.problems.borrow_mut().push(problem)).ok()
    }

    fn taxonomy(&self, table: &DeTable<'_>, builtin: &dyn Fn() -> Taxonomy) -> Taxonomy {
        let mut extended = None;
        for (key, value) in table {
            match &**key.get_ref() {
                "extends" => match self.note(self.string("extends", value)) {
                    Some(BUILTIN_NAME) => extended = Some(builtin()),
                    Some(base) => {
                        let (at, base) = (self.at(&value.span()), base.to_owned());
                        self.note::<()>(Err(TaxonomyError::UnknownBase { at, base }));
                    }
                    None => {}
                },
                "weights" | "sector" => {}
                _ => {
                    self.note::<()>(Err(self.unknown(key, &["extends", "weights", "sector"])));
                }
            }
        }
        let extends = extended.is_some();
        let mut taxonomy = extended.unwrap_or_default();
        if let Some(value) = table.get("weights") {
            self.note(self.weights(value, &mut taxonomy.weights));
        }
        let mut lines: Vec<(SectorId, usize)> = Vec::new();
        let blocks = table.get("sector").and_then(|value| self.note(self.array("sector", value)));
        for block in blocks.unwrap_or_default() {
            self.note(self.block(block, &mut taxonomy, &mut lines));
        }
        if taxonomy.sectors.is_empty() && !extends && self.problems.borrow().is_empty() {
            self.note::<()>(Err(TaxonomyError::Empty { file: self.name.to_owned() }));
        }
        self.check_parents(&taxonomy, &lines);
        taxonomy
    }

    /// Puts one block into `taxonomy`: a new sector, or changes to one that is there.
    fn block(
        &self,
        block: &Value<'_>,
        taxonomy: &mut Taxonomy,
        lines: &mut Vec<(SectorId, usize)>,
    ) -> Result<(), TaxonomyError> {
        let table = self.table("sector", block)?;
        let Some(id) = table.get("id") else {
            return Err(TaxonomyError::NoId { at: self.at(&block.span()) });
        };
        let path = self.string("id", id)?;
        let at = self.at(&id.span());
        let Some(id) = SectorId::new(path) else {
            return Err(TaxonomyError::BadId { at, id: path.to_owned() });
        };
        if let Some(&(_, first)) = lines.iter().find(|(known, _)| *known == id) {
            return Err(TaxonomyError::DuplicateId { at, id, first });
        }
        lines.push((id.clone(), at.line));
        if let Some(remove) = table.get("remove")
            && self.boolean("remove", remove)?
        {
            if !taxonomy.sectors.contains_key(&id) {
                let nearest = nearest_sector(id.as_str(), taxonomy);
                return Err(TaxonomyError::NothingToRemove { at, id, nearest });
            }
            taxonomy.sectors.retain(|below, _| !id.covers(below));
            return Ok(());
        }
        let sector = taxonomy.sectors.entry(id.clone()).or_insert_with(|| Sector {
            id: id.clone(),
            labels: Default::default(),
            definition: String::new(),
            iptc: Vec::new(),
            isic: Vec::new(),
            rules: Vec::new(),
        });
        for (key, value) in table {
            self.note(self.key(key, value, sector));
        }
        sector.rules.sort();
        sector.rules.dedup();
        Ok(())
    }

    /// Reads one key of a block into its sector.
    fn key(
        &self,
        key: &Spanned<impl AsRef<str>>,
        value: &Value<'_>,
        sector: &mut Sector,
    ) -> Result<(), TaxonomyError> {
        let name = key.get_ref().as_ref();
        match name {
            "id" | "remove" => {}
            "definition" => sector.definition = self.string(name, value)?.to_owned(),
            "labels" => {
                for (lang, label) in self.table(name, value)? {
                    let label = self.string(lang.get_ref(), label)?.to_owned();
                    sector.labels.insert(lang.get_ref().to_string(), label);
                }
            }
            "iptc" => sector.iptc = self.codes(name, value, IPTC, is_iptc)?,
            "isic" => sector.isic = self.codes(name, value, ISIC, is_isic)?,
            _ => match RuleLang::ALL.into_iter().find(|lang| lang.as_str() == name) {
                Some(lang) => self.rules(lang, value, sector)?,
                None => return Err(self.unknown(key, BLOCK_KEYS)),
            },
        }
        Ok(())
    }

    fn rules(
        &self,
        lang: RuleLang,
        value: &Value<'_>,
        sector: &mut Sector,
    ) -> Result<(), TaxonomyError> {
        for (key, terms) in self.table(lang.as_str(), value)? {
            let Some(strength) =
                Strength::ALL.into_iter().find(|strength| strength.as_str() == *key.get_ref())
            else {
                self.note::<()>(Err(self.unknown(key, &Strength::ALL.map(Strength::as_str))));
                continue;
            };
            for item in self.array(strength.as_str(), terms)? {
                let Some(written) = self.note(self.string("a term", item)) else { continue };
                let span = item.span();
                let term = Term::new(written).map_err(|wanted| TaxonomyError::BadTerm {
                    at: self.at(&span),
                    term: written.to_owned(),
                    wanted,
                });
                let Some(term) = self.note(term) else { continue };
                let rule = Rule { lang, strength, term };
                sector.rules.push(rule.clone());
                self.terms.borrow_mut().push((span.start, sector.id.clone(), rule));
            }
        }
        Ok(())
    }

    fn weights(&self, value: &Value<'_>, weights: &mut Weights) -> Result<(), TaxonomyError> {
        for (key, value) in self.table("weights", value)? {
            let name = &**key.get_ref();
            let Some(weight) = weights.get_mut(name) else {
                return Err(self.unknown(key, &Weights::KEYS));
            };
            let written = match value.get_ref() {
                DeValue::Float(number) => number.as_str(),
                DeValue::Integer(number) => number.as_str(),
                other => return Err(self.wrong_kind(name, value, other, "a number")),
            };
            *weight =
                written.parse().ok().filter(|number| (0.0..=100.0).contains(number)).ok_or_else(
                    || TaxonomyError::BadWeight {
                        at: self.at(&value.span()),
                        key: name.to_owned(),
                        value: written.to_owned(),
                    },
                )?;
        }
        Ok(())
    }

    fn codes(
        &self,
        key: &str,
        value: &Value<'_>,
        wanted: &'static str,
        is_code: fn(&str) -> bool,
    ) -> Result<Vec<String>, TaxonomyError> {
        let code = |item| {
            let code = self.string(key, item)?;
            match is_code(code) {
                true => Ok(code.to_owned()),
                false => Err(TaxonomyError::BadCode {
                    at: self.at(&item.span()),
                    code: code.to_owned(),
                    wanted,
                }),
            }
        };
        self.array(key, value)?.iter().map(code).collect()
    }

    fn check_parents(&self, taxonomy: &Taxonomy, lines: &[(SectorId, usize)]) {
        for id in taxonomy.sectors.keys() {
            let parent = id.as_str().rsplit_once('/').and_then(|(up, _)| SectorId::new(up));
            if let Some(parent) = parent
                && !taxonomy.sectors.contains_key(&parent)
            {
                let line = lines.iter().find(|(known, _)| known == id).map_or(1, |(_, line)| *line);
                self.note::<()>(Err(TaxonomyError::UnknownParent {
                    at: Place { file: self.name.to_owned(), line },
                    id: id.clone(),
                    nearest: nearest_sector(parent.as_str(), taxonomy),
                    parent: parent.as_str().to_owned(),
                }));
            }
        }
    }

    fn unknown(&self, key: &Spanned<impl AsRef<str>>, known: &[&'static str]) -> TaxonomyError {
        let name = key.get_ref().as_ref();
        let nearest = known.iter().copied().min_by_key(|k| edits(name, k));
        TaxonomyError::UnknownKey {
            at: self.at(&key.span()),
            nearest: nearest.filter(|near| is_near(name, near)),
            key: name.to_owned(),
        }
    }

    fn wrong_kind(
        &self,
        key: &str,
        value: &Value<'_>,
        found: &DeValue<'_>,
        wanted: &'static str,
    ) -> TaxonomyError {
        let found = match found {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        TaxonomyError::WrongKind { at: self.at(&value.span()), key: key.to_owned(), found, wanted }
    }

    fn string<'v>(&self, key: &str, value: &'v Value<'_>) -> Result<&'v str, TaxonomyError> {
        let inner = value.get_ref();
        inner.as_str().ok_or_else(|| self.wrong_kind(key, value, inner, "a string"))
    }

    fn boolean(&self, key: &str, value: &Value<'_>) -> Result<bool, TaxonomyError> {
        let inner = value.get_ref();
        inner.as_bool().ok_or_else(|| self.wrong_kind(key, value, inner, "true or false"))
    }

    fn array<'v, 'i>(
        &self,
        key: &str,
        value: &'v Value<'i>,
    ) -> Result<&'v [Value<'i>], TaxonomyError> {
        let inner = value.get_ref();
        let array = inner.as_array().map(|array| &**array);
        array.ok_or_else(|| self.wrong_kind(key, value, inner, "an array"))
    }

    fn table<'v, 'i>(
        &self,
        key: &str,
        value: &'v Value<'i>,
    ) -> Result<&'v DeTable<'i>, TaxonomyError> {
        let inner = value.get_ref();
        inner.as_table().ok_or_else(|| self.wrong_kind(key, value, inner, "a table"))
    }
}

const BLOCK_KEYS: &[&str] =
    &["id", "labels", "definition", "iptc", "isic", "any", "en", "zh", "ms", "remove"];

const IPTC: &str = "`medtop:` and 8 digits";
const ISIC: &str = "a section letter or 2 to 4 digits of ISIC Rev 4";

fn is_iptc(code: &str) -> bool {
    let digits = code.strip_prefix("medtop:").unwrap_or_default();
    digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_isic(code: &str) -> bool {
    match code.as_bytes() {
        [b'A'..=b'U'] => true,
        digits => (2..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit),
    }
}

fn nearest_sector(name: &str, taxonomy: &Taxonomy) -> Option<String> {
    let ids = taxonomy.sectors.keys().map(SectorId::as_str);
    let nearest = ids.min_by_key(|id| edits(name, id))?;
    is_near(name, nearest).then(|| nearest.to_owned())
}

fn is_near(given: &str, known: &str) -> bool {
    edits(given, known) <= 1 + known.chars().count() / 4
}

/// How many letters must be changed, put in or taken out to make `b` of `a`.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Taxonomy, TaxonomyError> {
        Taxonomy::from_toml(text, "my.toml")
    }

    fn ids(taxonomy: &Taxonomy) -> Vec<&str> {
        taxonomy.sectors().map(|sector| sector.id.as_str()).collect()
    }

    #[test]
    fn errors_say_where_and_what_was_wanted() {
        for (text, want) in [
            ("[[sector]\n", "my.toml:1: unclosed array table, expected `]`"),
            ("", "my.toml: no `[[sector]]` in it"),
            ("[[sector]]\nlabels = {}\n", "my.toml:1: a sector without `id`"),
            (
                "\n[[sector]]\nid = \"Big Data\"\n",
                "my.toml:3: bad sector id `Big Data`, wanted lower-case letters, digits and `-`, parts separated by `/`",
            ),
            (
                "[[sector]]\nid = \"a\"\n[[sector]]\nid = \"a\"\n",
                "my.toml:4: sector `a` was given before, in line 2",
            ),
            (
                "[[sector]]\nid = \"energy\"\n[[sector]]\nid = \"enery/oil\"\n",
                "my.toml:4: sector `enery/oil` has no parent `enery`, did you mean `energy`?",
            ),
            (
                "[[sectors]]\nid = \"a\"\n",
                "my.toml:1: unknown key `sectors`, did you mean `sector`?",
            ),
            (
                "[[sector]]\nid = \"a\"\nen.strnog = []\n",
                "my.toml:3: unknown key `strnog`, did you mean `strong`?",
            ),
            ("[[sector]]\nid = \"a\"\ncolour = 1\n", "my.toml:3: unknown key `colour`"),
            (
                "[[sector]]\nid = \"a\"\nen.weak = [\n  \"ok\",\n  \"\",\n]\n",
                "my.toml:5: bad term ``, wanted at least one letter or digit",
            ),
            (
                "[[sector]]\nid = \"a\"\nen.weak = [\"a*b\"]\n",
                "my.toml:3: bad term `a*b`, wanted `*` at an end of its words only",
            ),
            (
                "[[sector]]\nid = \"a\"\nen.weak = \"oil\"\n",
                "my.toml:3: `weak` is a string, wanted an array",
            ),
            ("[[sector]]\nid = 5\n", "my.toml:2: `id` is a number, wanted a string"),
            (
                "[[sector]]\nid = \"a\"\niptc = [\"04000000\"]\n",
                "my.toml:3: bad code `04000000`, wanted `medtop:` and 8 digits",
            ),
            (
                "[[sector]]\nid = \"a\"\nisic = [\"Z\"]\n",
                "my.toml:3: bad code `Z`, wanted a section letter or 2 to 4 digits of ISIC Rev 4",
            ),
            ("[weights]\nwaek = 1\n", "my.toml:2: unknown key `waek`, did you mean `weak`?"),
            ("[weights]\nweak = -1\n", "my.toml:2: weight `weak` is -1, wanted 0 to 100"),
            ("[weights]\nweak = nan\n", "my.toml:2: weight `weak` is nan, wanted 0 to 100"),
            ("extends = \"built-in\"\n", "my.toml:1: cannot extend `built-in`, wanted `builtin`"),
            (
                "extends = \"builtin\"\n[[sector]]\nid = \"enregy\"\nremove = true\n",
                "my.toml:3: no sector `enregy` to remove, did you mean `energy`?",
            ),
        ] {
            assert_eq!(read(text).unwrap_err().to_string(), want, "{text}");
        }
    }

    #[test]
    fn a_file_stands_for_itself_unless_it_extends() {
        let alone = read("[[sector]]\nid = \"a/b\"\n[[sector]]\nid = \"a\"\n").unwrap();
        assert_eq!(ids(&alone), ["a", "a/b"]);

        let builtin = Taxonomy::builtin();
        let extended = read(
            r#"
            extends = "builtin"
            [weights]
            most = 2
            [[sector]]
            id = "energy"
            labels = { en = "Power" }
            en.strong = ["joule*"]
            [[sector]]
            id = "energy/geothermal"
            [[sector]]
            id = "transport"
            remove = true
            "#,
        )
        .unwrap();
        let id = |path| SectorId::new(path).unwrap();
        let (was, is) =
            (builtin.sector(&id("energy")).unwrap(), extended.sector(&id("energy")).unwrap());
        assert_eq!(is.rules.len(), was.rules.len() + 1);
        assert_eq!((is.labels["en"].as_str(), &is.labels["zh"]), ("Power", &was.labels["zh"]));
        assert_eq!(is.definition, was.definition);
        assert!(extended.sector(&id("energy/geothermal")).is_some());
        assert!(!ids(&extended).iter().any(|path| path.starts_with("transport")));
        assert_eq!(extended.weights(), Weights { most: 2.0, ..builtin.weights() });
    }

    #[test]
    fn the_shipped_taxonomy_is_whole() {
        let taxonomy = Taxonomy::builtin();
        assert_eq!(taxonomy.sectors().len(), 64);
        for sector in taxonomy.sectors() {
            assert_eq!(sector.labels.len(), 3, "{}", sector.id);
            assert!(!sector.definition.is_empty(), "{}", sector.id);
            for lang in [RuleLang::En, RuleLang::Ms, RuleLang::Zh] {
                let strong = |rule: &&Rule| {
                    rule.strength == Strength::Strong && [lang, RuleLang::Any].contains(&rule.lang)
                };
                let strong = sector.rules.iter().filter(strong).count();
                assert!(strong >= 5, "{} has {strong} strong terms for {lang:?}", sector.id);
            }
        }
        assert_eq!(taxonomy.card().sectors.len(), 64);
    }

    #[test]
    fn the_fingerprint_is_of_the_meaning_not_of_the_layout() {
        let base = "[[sector]]\nid = \"a\"\nen.strong = [\"x\", \"y\"]\n";
        let print = |text: &str| read(text).unwrap().fingerprint();
        let same = "# why\n[[sector]]\nen.strong = [\"y\", \"x\", \"x\"]\nid = \"a\"\n";
        assert_eq!(print(base), print(same));
        assert_eq!(print(base).len(), 16);
        for other in [
            "[[sector]]\nid = \"a\"\nen.strong = [\"x\"]\nen.weak = [\"y\"]\n",
            "[[sector]]\nid = \"a\"\nms.strong = [\"x\", \"y\"]\n",
            "[[sector]]\nid = \"b\"\nen.strong = [\"x\", \"y\"]\n",
            "[[sector]]\nid = \"a\"\nen.strong = [\"x\", \"y\"]\nlabels.en = \"A\"\n",
            "[weights]\nmore = 0.4\n[[sector]]\nid = \"a\"\nen.strong = [\"x\", \"y\"]\n",
        ] {
            assert_ne!(print(base), print(other), "{other}");
        }
    }
}
