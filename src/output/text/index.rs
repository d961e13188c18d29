//! What an index is and holds.

use std::io::{self, Write};

use super::Look;
use super::pen::{DIM, PLAIN, Pen};
use crate::engine::{EntityCount, IndexStatus, SectorCount};
use crate::output::{Column, Table};

/// Writes what the index is and how much it holds, a line each; an index that was never committed
/// to has nothing to say of its content.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_status(out: &mut dyn Write, status: &IndexStatus, look: Look) -> io::Result<()> {
    let mut pen = Pen { out, look };
    let path =
        status.path.as_ref().map_or("in memory".to_owned(), |path| path.display().to_string());
    let days = status.days.map_or("none is dated".to_owned(), |(first, last)| {
        if first == last { first.to_string() } else { format!("{first} to {last}") }
    });
    let committed = status.generation > 0;
    let segments = if status.segments == 1 { "segment" } else { "segments" };
    let langs: Vec<String> =
        status.langs.iter().map(|(lang, articles)| format!("{lang} {articles}")).collect();
    for (name, value) in [
        ("index", path),
        ("articles", status.articles.to_string()),
        ("passages", status.passages.to_string()),
        ("languages", langs.join(", ")),
        ("published", if status.articles > 0 { days } else { String::new() }),
        ("size", format!("{}, {} {segments}", bytes(status.bytes), status.segments)),
        ("generation", status.generation.to_string()),
        (
            "format",
            match committed {
                true => format!("{}, analysis {}", status.format, status.analysis),
                false => String::new(),
            },
        ),
        ("taxonomy", status.taxonomy.clone()),
    ] {
        if value.is_empty() {
            continue;
        }
        pen.run(&format!("{name:<11} "), DIM)?;
        pen.run(&value, PLAIN)?;
        writeln!(pen.out)?;
    }
    Ok(())
}

/// `n` bytes in the unit that gives a short number.
fn bytes(n: u64) -> String {
    let units = ["kB", "MB", "GB", "TB"];
    let mut size = n as f64;
    let mut unit = "bytes";
    for larger in units {
        if size < 1000.0 {
            break;
        }
        size /= 1000.0;
        unit = larger;
    }
    if unit == "bytes" { format!("{n} bytes") } else { format!("{size:.1} {unit}") }
}

/// Writes the sectors as a tree with counts; `sectors` are in order of id. A parent that is left
/// out shows no line, its children then stand in their place.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_sectors(out: &mut dyn Write, sectors: &[SectorCount], lang: &str) -> io::Result<()> {
    let mut table = Table::new([
        Column::Words("sector"),
        Column::Words("label"),
        Column::Numbers("passages"),
        Column::Numbers("articles"),
    ]);
    for SectorCount { sector, passages, articles } in sectors {
        let depth = sector.id.lineage().count() - 1;
        let labels = &sector.labels;
        let label = labels.iter().find(|(of, _)| of == lang).or_else(|| labels.first());
        table.row([
            format!("{}{}", "  ".repeat(depth), sector.id.leaf()),
            label.map(|(_, label)| label.clone()).unwrap_or_default(),
            passages.to_string(),
            articles.to_string(),
        ]);
    }
    table.write(out, 0)
}

/// Writes the entities with counts, in the order given.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_entities(out: &mut dyn Write, entities: &[EntityCount]) -> io::Result<()> {
    let mut table = Table::new([
        Column::Words("entity"),
        Column::Words("type"),
        Column::Numbers("passages"),
        Column::Numbers("articles"),
        Column::Words("id"),
    ]);
    for entity in entities {
        table.row([
            entity.name.clone(),
            entity.kind.to_string(),
            entity.passages.to_string(),
            entity.articles.to_string(),
            entity.id.to_string(),
        ]);
    }
    table.write(out, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::SectorCard;
    use crate::tag::SectorId;

    #[test]
    fn sectors_are_a_tree_with_counts() {
        let count = |id: &str, label: &str, passages| SectorCount {
            sector: SectorCard {
                id: SectorId::new(id).unwrap(),
                labels: vec![("zh".into(), "能源".into()), ("en".into(), label.into())],
            },
            passages,
            articles: 1,
        };
        let sectors = [count("energy", "Energy", 12), count("energy/oil-gas", "Oil and gas", 3)];
        let mut out = Vec::new();
        write_sectors(&mut out, &sectors, "en").unwrap();
        let want = "\
sector     label        passages  articles
energy     Energy             12         1
  oil-gas  Oil and gas         3         1
";
        assert_eq!(String::from_utf8(out).unwrap(), want);
    }

    #[test]
    fn sizes_are_short() {
        for (n, want) in
            [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (2_340_000, "2.3 MB")]
        {
            assert_eq!(bytes(n), want);
        }
    }
}
