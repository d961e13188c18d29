//! Compiles what the entity tagger looks names up in: the gazetteer's tables and the cue words
//! become byte tables that the program embeds and reads in place, so that nothing is built when a
//! process starts. A row that is wrong fails the build with its file and line.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[allow(dead_code, unreachable_pub, unused_imports)]
#[path = "src/analysis/fold.rs"]
mod fold;

#[allow(dead_code, unreachable_pub)]
#[path = "src/tagger/ascii.rs"]
mod ascii;

#[allow(dead_code, unreachable_pub)]
#[path = "src/tagger/first_word.rs"]
mod first_word;

#[allow(dead_code, unreachable_pub)]
#[path = "src/tagger/gazetteer/layout.rs"]
mod layout;

#[allow(dead_code, unreachable_pub)]
#[path = "src/tagger/entities/cue.rs"]
mod cue;

use cue::{CLASSES, Cues};
use fold::{Case, fold};

const GAZETTEER: &str = "src/tagger/gazetteer";
const CUES: &str = "src/tagger/entities/cues";
const HEADER: &str = "id\ttype\tname\taliases\tdemonyms\trefs";

/// A message that starts with `path:line: ` where it has one.
type Result<T> = std::result::Result<T, String>;

fn main() -> ExitCode {
    for path in [
        GAZETTEER,
        CUES,
        "build.rs",
        "src/analysis",
        "src/tagger/first_word.rs",
        "src/tagger/ascii.rs",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    let done = std::env::var_os("OUT_DIR")
        .ok_or_else(|| "cargo gave no OUT_DIR".to_owned())
        .map(PathBuf::from)
        .and_then(|out| compile_gazetteer(&out).and_then(|()| compile_cues(&out)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            for line in message.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

/// One entity as a row gives it.
struct Entity {
    id: String,
    kind: u8,
    name: String,
    refs: String,
    aliases: Vec<Alias>,
    row: String,
}

/// One way to write an entity.
#[derive(Clone)]
struct Alias {
    text: String,
    flags: u32,
}

fn compile_gazetteer(out: &Path) -> Result<()> {
    let mut entities = Vec::new();
    let mut wrong = Vec::new();
    for path in tables(GAZETTEER)? {
        for (row, line) in rows(&path)?.into_iter().skip(1) {
            match entity(&row, &line) {
                Ok(entity) => entities.push(entity),
                Err(message) => wrong.push(format!("{row}: {message}")),
            }
        }
    }
    entities.sort_by(|a, b| a.id.cmp(&b.id));
    for pair in entities.windows(2) {
        if pair[0].id == pair[1].id {
            let (id, first) = (&pair[1].id, &pair[0].row);
            wrong.push(format!("{}: id `{id}` was given at {first}", pair[1].row));
        }
    }
    let keys = keys(&entities, &mut wrong);
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }

    let (mut records, mut strings) = (Vec::new(), Vec::new());
    for entity in &entities {
        records.extend(number(strings.len())?.to_le_bytes());
        for text in [&entity.id, &entity.name, &entity.refs] {
            let len = u16::try_from(text.len())
                .map_err(|_| format!("{}: a field is longer than 65535 bytes", entity.row))?;
            records.extend(len.to_le_bytes());
            strings.extend(text.bytes());
        }
        records.extend([entity.kind, 0]);
    }
    let mut postings: Vec<u8> = Vec::new();
    let mut aliases = fst::MapBuilder::memory();
    let mut offsets = Vec::with_capacity(keys.len());
    for (key, list) in keys {
        let offset = u64::from(number(postings.len())?);
        aliases.insert(&key, offset).map_err(|e| format!("aliases do not compile: {e}"))?;
        offsets.push((key, offset));
        let last = list.len() - 1;
        for (at, (index, flags)) in list.into_iter().enumerate() {
            let word = number(index)? << layout::SHIFT | flags;
            let word = if at == last { word | layout::LAST } else { word };
            postings.extend(word.to_le_bytes());
        }
    }
    let aliases = aliases.into_inner().map_err(|e| format!("aliases do not compile: {e}"))?;
    let first_words = offsets.iter().map(|(key, offset)| (key.as_slice(), *offset));
    write(out, "aliases.fst", &aliases)?;
    write(out, "alias_words.bin", &first_word::table(first_words))?;
    write(out, "postings.bin", &postings)?;
    write(out, "entries.bin", &records)?;
    write(out, "strings.bin", &strings)
}

/// Every key of the alias map with its entities, those that need no support first.
fn keys(entities: &[Entity], wrong: &mut Vec<String>) -> BTreeMap<Vec<u8>, Vec<(usize, u32)>> {
    let mut cased: BTreeMap<String, BTreeMap<usize, u32>> = BTreeMap::new();
    for (index, entity) in entities.iter().enumerate() {
        for alias in &entity.aliases {
            let key = fold(&alias.text, Case::Keep).text;
            cased
                .entry(key)
                .or_default()
                .entry(index)
                .and_modify(|flags| *flags = both(*flags, alias.flags))
                .or_insert(alias.flags);
        }
    }
    let mut keys: BTreeMap<Vec<u8>, Vec<(usize, u32)>> = BTreeMap::new();
    let mut lowered: BTreeMap<String, BTreeMap<usize, u32>> = BTreeMap::new();
    for (alias, meant) in &cased {
        let sure: Vec<_> =
            meant.iter().filter(|(_, flags)| **flags & layout::AMBIGUOUS == 0).collect();
        if let [(first, _), (second, _), ..] = sure[..] {
            let (first, second) = (&entities[*first], &entities[*second]);
            wrong.push(format!(
                "{}: alias `{alias}` of `{}` is also an alias of `{}` at {}; mark all but one with `?`",
                second.row, second.id, first.id, first.row
            ));
        }
        let lower = fold(alias, Case::Lower).text;
        if lower != *alias {
            let all = lowered.entry(lower).or_default();
            for (&index, &flags) in meant {
                all.entry(index).and_modify(|old| *old = both(*old, flags)).or_insert(flags);
            }
        }
        keys.insert(alias.clone().into_bytes(), surest_first(meant));
    }
    for (alias, meant) in &lowered {
        let mut key = vec![layout::LOWER];
        key.extend(alias.bytes());
        keys.insert(key, surest_first(meant));
    }
    keys
}

/// The flags of an alias that one entity has twice, such as `Kochi?` and `Kōchi`: one mark of doubt
/// is enough, and what is also a name is no mere nationality.
fn both(one: u32, other: u32) -> u32 {
    (one | other) & layout::AMBIGUOUS | one & other & layout::DEMONYM
}

fn surest_first(meant: &BTreeMap<usize, u32>) -> Vec<(usize, u32)> {
    let mut list: Vec<_> = meant.iter().map(|(&index, &flags)| (index, flags)).collect();
    list.sort_by_key(|&(index, flags)| (flags & layout::AMBIGUOUS, index));
    list
}

/// Reads one row of a gazetteer table.
fn entity(row: &str, line: &str) -> Result<Entity> {
    let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
    let [id, kind, name, aliases, demonyms, refs] = fields[..] else {
        return Err(format!("{} fields, wanted 6: `{}`", fields.len(), HEADER.replace('\t', " ")));
    };
    let place = layout::KINDS.iter().position(|known| *known == kind);
    let Some(place) = place else {
        return Err(format!("`{kind}` is not a type, wanted one of {}", layout::KINDS.join(", ")));
    };
    if name.is_empty() {
        return Err("no name".to_owned());
    }
    // A building may have the id of a place: the two count as one type, and lists differ on them.
    let prefixed = |prefix: &str| prefix == kind || (prefix == "place" && kind == "facility");
    let slug = id.split_once(':').filter(|(prefix, _)| prefixed(prefix)).map(|(_, slug)| slug);
    if slug.is_none_or(|slug| slug.is_empty() || slug.contains(char::is_whitespace)) {
        return Err(format!("`{id}` is not an id, wanted `{kind}:NAME` without spaces"));
    }
    let mut all = Vec::new();
    for (list, flag) in [(aliases, 0), (demonyms, layout::DEMONYM)] {
        for text in list.split('|').map(str::trim).filter(|text| !text.is_empty()) {
            let (text, unsure) = match text.strip_suffix(['?', '？']) {
                Some(text) => (text.trim_end(), layout::AMBIGUOUS),
                None => (text, 0),
            };
            if text.is_empty() || text.starts_with(char::is_control) {
                return Err(format!("`{list}` has an empty alias"));
            }
            all.push(Alias { text: text.to_owned(), flags: flag | unsure });
        }
    }
    if !all.iter().any(|alias| alias.text == name) {
        all.push(Alias { text: name.to_owned(), flags: 0 });
    }
    Ok(Entity {
        id: id.to_owned(),
        kind: place as u8,
        name: name.to_owned(),
        refs: refs.to_owned(),
        aliases: all,
        row: row.to_owned(),
    })
}

fn compile_cues(out: &Path) -> Result<()> {
    let mut words: BTreeMap<String, u64> = BTreeMap::new();
    for path in tables(CUES)? {
        for (row, line) in rows(&path)? {
            let (class, list) =
                line.split_once('\t').ok_or_else(|| format!("{row}: no tab after the class"))?;
            let cue = CLASSES.iter().find(|(name, _)| *name == class);
            let (_, cue) = cue.ok_or_else(|| format!("{row}: `{class}` is not a cue class"))?;
            for word in list.split('|').map(str::trim).filter(|word| !word.is_empty()) {
                let word = fold(word, Case::Lower).text;
                let cues = words.entry(word).or_default();
                *cues = Cues(*cues).with(*cue).0;
            }
        }
    }
    let first_words = words.iter().map(|(word, cues)| (word.as_bytes(), *cues));
    write(out, "cue_words.bin", &first_word::table(first_words))?;
    let map = fst::Map::from_iter(words).map_err(|e| format!("cue words do not compile: {e}"))?;
    write(out, "cues.fst", map.as_fst().as_bytes())
}

/// The tables of `folder`, in name order.
fn tables(folder: &str) -> Result<Vec<PathBuf>> {
    let listed = fs::read_dir(folder).map_err(|e| format!("{folder}: {e}"))?;
    let mut paths: Vec<_> = listed
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "tsv"))
        .collect();
    paths.sort();
    Ok(paths)
}

/// The lines of `path` that hold something, each with its `path:line`. A gazetteer table must
/// start with the header.
fn rows(path: &Path) -> Result<Vec<(String, String)>> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|e| format!("{shown}: {e}"))?;
    if path.starts_with(GAZETTEER) && text.lines().next().map(str::trim_end) != Some(HEADER) {
        return Err(format!("{shown}:1: the header is not `{}`", HEADER.replace('\t', " ")));
    }
    let lines = (1..).zip(text.lines());
    Ok(lines
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(number, line)| (format!("{shown}:{number}"), line.to_owned()))
        .collect())
}

fn number(value: usize) -> Result<u32> {
    u32::try_from(value)
        .ok()
        .filter(|&value| value < 1 << (32 - layout::SHIFT))
        .ok_or_else(|| "the gazetteer is too large for its tables".to_owned())
}

fn write(out: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    fs::write(out.join(name), bytes).map_err(|e| format!("{name}: {e}"))
}
