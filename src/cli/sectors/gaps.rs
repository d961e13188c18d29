//! `pressmark sectors gaps`: rules that the taxonomy of the index lacks.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use pressmark::engine::embedded::sector_named;
use pressmark::ingest::{Gaps, Proposal};
use pressmark::output::json;
use pressmark::output::text::{Look, counted, write_line};
use pressmark::tagger::sectors::Taxonomy;
use serde::Serialize;

use super::super::failure::{Failure, Status};
use super::super::open::{self, Chosen, Threads};
use super::super::ui::Ui;
use super::super::values::Name;

/// Bytes of an example on either side of what the rule matches.
const AROUND: usize = 60;

/// Propose rules for passages that have no sector
///
/// Looks for phrases that stand in passages without a sector and speak of one elsewhere: in passages
/// that have it, in the other passages of an article, or by the words of its terms. Each is given as
/// a rule for a taxonomy file, with how many passages it would tag and one of them. Terms that the
/// built-in taxonomy has for a sector, and that of the index lacks, come first. Nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark sectors gaps
  pressmark sectors gaps --sector energy -n 5
  pressmark sectors gaps --format toml > more.toml")]
pub(super) struct Args {
    /// Only rules for this sector and those below it
    #[arg(long, value_name = "SECTOR")]
    sector: Option<Name>,
    /// How many rules to propose
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 10)]
    limit: usize,
    /// Propose what the passages show only, not what the built-in taxonomy knows
    #[arg(long)]
    unknown: bool,
    #[command(flatten)]
    threads: Threads,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// Best first, each a block for a taxonomy file with what it would add
    Text,
    /// A taxonomy file that extends the built-in one, a block a sector
    Toml,
    /// JSON Lines, a rule a line
    Jsonl,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    let engine = open::engine(index)?;
    let Chosen { taxonomy, .. } = Chosen::of_index(index)?;
    let sector = match &args.sector {
        None => None,
        Some(Name(name)) => Some(sector_named(engine.taxonomy(), name)?),
    };
    let gaps = Gaps {
        engine: &engine,
        taxonomy: &taxonomy,
        known: (!args.unknown).then(Taxonomy::builtin),
        sector,
        limit: args.limit,
        threads: args.threads.count(),
    };
    let proposals = gaps.find()?;
    if proposals.is_empty() {
        ui.note("no phrase is frequent enough in passages without a sector");
        return Ok(Status::NoMatch);
    }
    let look = ui.look();
    match args.format {
        Format::Text => write_text(ui.out(), &proposals, look)?,
        Format::Toml => write_toml(ui.out(), &proposals)?,
        Format::Jsonl => {
            proposals.iter().try_for_each(|one| json::line(ui.out(), &Record::from(one)))?;
        }
    }
    Ok(Status::Done)
}

fn write_text(out: &mut dyn Write, proposals: &[Proposal], look: Look) -> io::Result<()> {
    for (rank, proposal) in (1..).zip(proposals) {
        if rank > 1 {
            writeln!(out)?;
        }
        let adds = counted(proposal.passages, "passage");
        let known = if proposal.is_known { "; a term of the built-in taxonomy" } else { "" };
        writeln!(out, "# {rank}. {adds} without a sector{known}")?;
        write_line(out, "#    ", &format!("{}: {}", proposal.example.0, excerpt(proposal)), look)?;
        writeln!(out, "[[sector]]\nid = \"{}\"\n{}", proposal.sector, rule(proposal))?;
    }
    Ok(())
}

/// `en.strong = ["flood*"]`.
fn rule(proposal: &Proposal) -> String {
    format!("{} = [{}]", key(proposal), quoted(proposal.rule.term.as_str()))
}

fn key(proposal: &Proposal) -> String {
    format!("{}.{}", proposal.rule.lang.as_str(), proposal.rule.strength.as_str())
}

/// A string of JSON is one of TOML too.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string has a JSON form")
}

/// Where the rule matches, with some of the text around it.
fn excerpt(proposal: &Proposal) -> String {
    let (_, text, span) = &proposal.example;
    let (start, end) = (span.start as usize, span.end as usize);
    let from = text.floor_char_boundary(start.saturating_sub(AROUND));
    let to = text.ceil_char_boundary((end + AROUND).min(text.len()));
    let dots = |cut: bool| if cut { "…" } else { "" };
    format!(
        "{}{}“{}”{}{}",
        dots(from > 0),
        &text[from..start],
        &text[start..end],
        &text[end..to],
        dots(to < text.len())
    )
}

fn write_toml(out: &mut dyn Write, proposals: &[Proposal]) -> io::Result<()> {
    let mut blocks: Vec<(&str, BTreeMap<String, Vec<String>>)> = Vec::new();
    for proposal in proposals {
        let id = proposal.sector.as_str();
        let place = blocks.iter().position(|(known, _)| *known == id).unwrap_or_else(|| {
            blocks.push((id, BTreeMap::new()));
            blocks.len() - 1
        });
        let terms = blocks[place].1.entry(key(proposal)).or_default();
        terms.push(quoted(proposal.rule.term.as_str()));
    }
    writeln!(out, "extends = \"builtin\"")?;
    for (id, lists) in blocks {
        writeln!(out, "\n[[sector]]\nid = \"{id}\"")?;
        for (key, terms) in lists {
            writeln!(out, "{key} = [{}]", terms.join(", "))?;
        }
    }
    Ok(())
}

/// `passages` have no sector and would have this one; `passage` is one of them.
#[derive(Serialize)]
struct Record<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    sector: &'a str,
    lang: &'static str,
    strength: &'static str,
    term: &'a str,
    passages: u64,
    known: bool,
    passage: String,
    text: &'a str,
    matched: &'a str,
}

impl<'a> From<&'a Proposal> for Record<'a> {
    fn from(proposal: &'a Proposal) -> Self {
        let (id, text, span) = &proposal.example;
        Self {
            kind: "rule",
            sector: proposal.sector.as_str(),
            lang: proposal.rule.lang.as_str(),
            strength: proposal.rule.strength.as_str(),
            term: proposal.rule.term.as_str(),
            passages: proposal.passages,
            known: proposal.is_known,
            passage: id.to_string(),
            text,
            matched: span.of(text),
        }
    }
}
