//! An article with its passages and their tags.

use std::io::{self, Write};

use super::Look;
use super::hits::origin;
use super::pen::{BOLD, DIM, Mark, PLAIN, Pen, TAG};
use crate::article::{ArticleHead, Unit};
use crate::output::place;
use crate::passage::Passage;
use crate::tag::{SectorTag, TaggedArticle, TaggedPassage, Tags};

/// Columns before the text of a passage: room for its number.
pub(super) const INDENT: &str = "      ";

/// How much of a statement is shown again below the passage, in characters.
const SAID: usize = 60;

/// Writes headline, what is known of the article, and its passages.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_article(out: &mut dyn Write, article: &TaggedArticle, look: Look) -> io::Result<()> {
    let mut pen = Pen { out, look };
    write_head(&mut pen, &article.head)?;
    for passage in &article.passages {
        writeln!(pen.out)?;
        write_numbered(&mut pen, passage, article.head.unit)?;
    }
    Ok(())
}

/// Writes one passage of `article` below the article's head.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_passage(
    out: &mut dyn Write,
    head: &ArticleHead,
    passage: &TaggedPassage,
    look: Look,
) -> io::Result<()> {
    let mut pen = Pen { out, look };
    write_head(&mut pen, head)?;
    writeln!(pen.out)?;
    write_numbered(&mut pen, passage, head.unit)
}

pub(super) fn write_head(pen: &mut Pen<'_>, head: &ArticleHead) -> io::Result<()> {
    pen.paragraph("", head.headline.as_deref().unwrap_or("(no headline)"), BOLD, &[])?;
    pen.run(&origin(head), PLAIN)?;
    pen.run(&format!("  {}", head.id), DIM)?;
    writeln!(pen.out)?;
    for (name, value) in [
        ("by", head.authors.join(", ")),
        ("dateline", head.dateline.clone().unwrap_or_default()),
        ("section", head.section.clone().unwrap_or_default()),
        ("source tags", head.source_tags.join(", ")),
        ("url", head.url.clone().unwrap_or_default()),
        ("version", head.edition.version.clone().unwrap_or_default()),
        ("updated", head.edition.updated.clone().unwrap_or_default()),
        ("embargoed until", head.edition.embargoed.clone().unwrap_or_default()),
        ("encoding", head.edition.encoding.clone().unwrap_or_default()),
    ] {
        if !value.is_empty() {
            pen.paragraph(&format!("{name}: "), &value, PLAIN, &[])?;
        }
    }
    Ok(())
}

/// A passage with its number, what it is, where in the source it stands and its tags; names are
/// marked in the text.
fn write_numbered(pen: &mut Pen<'_>, tagged: &TaggedPassage, unit: Unit) -> io::Result<()> {
    let TaggedPassage { passage, tags } = tagged;
    let names: Vec<Mark> = tags.mentions.iter().map(|mention| (mention.span, TAG)).collect();
    pen.paragraph(&format!("{:>4}  ", passage.ordinal), &passage.text, PLAIN, &names)?;
    let place = place::words(unit, &passage.source_lines);
    let parts = [passage.kind.as_str(), place.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    pen.paragraph(INDENT, &parts.join(", "), DIM, &[])?;
    for sector in &tags.sectors {
        sector_line(pen, INDENT, sector, &passage.text)?;
    }
    entity_line(pen, INDENT, tags)?;
    for statement in &tags.statements {
        let name = &statement.name;
        let (cue, said) = (statement.cue.of(&passage.text), statement.span.of(&passage.text));
        let said = beginning(said);
        let said = if statement.direct { format!("“{said}”") } else { said };
        let line = format!("said      {name} ({cue}): {said}");
        let name = crate::passage::Span { start: 10, end: 10 + name.len() as u32 };
        pen.paragraph(INDENT, &line, DIM, &[(name, TAG)])?;
    }
    Ok(())
}

/// The first words of what was said; the whole stands above.
fn beginning(said: &str) -> String {
    if said.chars().count() <= SAID {
        return said.to_owned();
    }
    let cut: String = said.chars().take(SAID).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", cut.trim_end_matches([',', '，']))
}

/// Writes one sector of a passage with this text: its id, score and evidence, behind `lead`.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_sector_tag(
    out: &mut dyn Write,
    lead: &str,
    sector: &SectorTag,
    text: &str,
    look: Look,
) -> io::Result<()> {
    sector_line(&mut Pen { out, look }, lead, sector, text)
}

fn sector_line(pen: &mut Pen<'_>, lead: &str, sector: &SectorTag, text: &str) -> io::Result<()> {
    let why: Vec<String> = sector
        .evidence
        .iter()
        .map(|evidence| format!("“{}” ({})", evidence.span.of(text), evidence.rule))
        .collect();
    let line = format!("{} {:.2}: {}", sector.id, sector.score, why.join(", "));
    let id = crate::passage::Span { start: 0, end: sector.id.as_str().len() as u32 };
    pen.paragraph(lead, &line, DIM, &[(id, TAG)])
}

/// Writes a line of text from an article as it is printed, wrapped, behind `lead`.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_line(out: &mut dyn Write, lead: &str, text: &str, look: Look) -> io::Result<()> {
    Pen { out, look }.paragraph(lead, text, PLAIN, &[])
}

/// A passage that stands beside the one that was found, told apart without colour too.
pub(super) fn write_neighbour(
    pen: &mut Pen<'_>,
    indent: &str,
    passage: &Passage,
) -> io::Result<()> {
    pen.paragraph(&format!("{indent}| "), &passage.text, DIM, &[])
}

/// Sectors and entities, a line each; nothing where there are none.
pub(super) fn tag_lines(pen: &mut Pen<'_>, indent: &str, tags: &Tags) -> io::Result<()> {
    if !tags.sectors.is_empty() {
        let ids: Vec<&str> = tags.sectors.iter().map(|sector| sector.id.as_str()).collect();
        pen.paragraph(&format!("{indent}sectors   "), &ids.join(", "), TAG, &[])?;
    }
    entity_line(pen, indent, tags)
}

/// The entities by name, each once, in the order of their first mention.
fn entity_line(pen: &mut Pen<'_>, indent: &str, tags: &Tags) -> io::Result<()> {
    let mut names: Vec<&str> = Vec::new();
    for mention in &tags.mentions {
        if !names.contains(&mention.name.as_str()) {
            names.push(&mention.name);
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    pen.paragraph(&format!("{indent}entities  "), &names.join(", "), TAG, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::sample;

    #[test]
    fn an_article_shows_its_passages_with_tags_and_evidence() {
        let mut out = Vec::new();
        write_article(&mut out, &sample::article(), Look::default()).unwrap();
        let want = "\
China and Malaysia forge deeper high-tech ties
Xinhua · 2025-04-18 · en  high-tech
by: Bernama desk
url: https://example.org/high-tech

   4  Huang Yidong, Vice General Manager of CSCEC’s Malaysian Main Branch, noted the company’s strategic transition towards projects like data centers.
      paragraph, line 17 and lines 19 to 20
      digital-economy/data-centers 0.90: “data centers” (strong: data center*)
      entities  Huang Yidong, CSCEC, Malaysia
      said      Huang Yidong (noted): the company’s strategic transition towards projects like…
";
        assert_eq!(String::from_utf8(out).unwrap(), want);
    }
}
