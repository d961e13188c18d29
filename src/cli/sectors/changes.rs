//! What another taxonomy changes, for people and programs: counts, then passages.

use std::io::{self, Write};

use pressmark::engine::SectorCard;
use pressmark::ingest::{ArticleChange, Changes, PassageChange};
use pressmark::output::text::{Look, counted, write_line, write_sector_tag};
use pressmark::output::{Column, Table, json};
use pressmark::tag::{SectorId, SectorTag};
use serde::Serialize;

/// The sectors of interest: all, or one with those below it.
pub(super) struct Scope(pub(super) Option<SectorId>);

impl Scope {
    fn has(&self, id: &SectorId) -> bool {
        self.0.as_ref().is_none_or(|scope| scope.covers(id))
    }

    fn only<'a>(&self, tags: impl Iterator<Item = &'a SectorTag>) -> Vec<&'a SectorTag> {
        tags.filter(|tag| self.has(&tag.id)).collect()
    }

    fn is_changed(&self, passage: &PassageChange<'_>) -> bool {
        passage.gained().chain(passage.lost()).any(|tag| self.has(&tag.id))
    }
}

/// The changes to tell: the counts, and the first passages of interest that gain or lose a sector.
pub(super) struct Told {
    pub(super) scope: Scope,
    /// How many passages are listed at most.
    pub(super) limit: usize,
    /// Articles with passages that are listed.
    articles: Vec<ArticleChange>,
    /// Passages of interest, listed or not.
    pub(super) passages: usize,
    /// Articles of them.
    of_articles: usize,
}

impl Told {
    pub(super) fn new(scope: Scope, limit: usize) -> Self {
        Self { scope, limit, articles: Vec::new(), passages: 0, of_articles: 0 }
    }

    /// Takes note of an article.
    pub(super) fn add(&mut self, article: &ArticleChange) {
        let more = article.passages().filter(|passage| self.scope.is_changed(passage)).count();
        if more > 0 {
            if self.passages < self.limit {
                self.articles.push(article.clone());
            }
            self.passages += more;
            self.of_articles += 1;
        }
    }

    fn listed(&self) -> impl Iterator<Item = PassageChange<'_>> {
        let all = self.articles.iter().flat_map(ArticleChange::passages);
        all.filter(|passage| self.scope.is_changed(passage)).take(self.limit)
    }

    /// Writes the passages, a blank line between them.
    fn write_passages(&self, out: &mut dyn Write, look: Look) -> io::Result<()> {
        for passage in self.listed() {
            let headline = passage.head.headline.as_deref().unwrap_or("(no headline)");
            writeln!(out)?;
            write_line(out, "", &format!("{}  {headline}", passage.id()), look)?;
            write_line(out, "  ", &passage.passage.text, look)?;
            for (sign, tags) in [
                ("  + ", self.scope.only(passage.gained())),
                ("  - ", self.scope.only(passage.lost())),
            ] {
                for tag in tags {
                    write_sector_tag(out, sign, tag, &passage.passage.text, look)?;
                }
            }
        }
        let more = self.passages.saturating_sub(self.limit);
        if more > 0 {
            writeln!(out, "\n{} more; `-n` lists them", counted(more as u64, "passage"))?;
        }
        Ok(())
    }

    /// `12 passages of 7 articles gain or lose a sector, 3 change in score or evidence only`.
    pub(super) fn summary(&self, changes: &Changes) -> String {
        let s = if self.passages == 1 { "s" } else { "" };
        let mut text = format!(
            "{} of {} gain{s} or lose{s} a sector",
            counted(self.passages as u64, "passage"),
            counted(self.of_articles as u64, "article"),
        );
        if changes.reweighed > 0 {
            text += &format!(", {} in score or evidence only", changes.reweighed);
        }
        text
    }

    /// Writes counts and passages for people.
    pub(super) fn write_text(
        &self,
        out: &mut dyn Write,
        changes: &Changes,
        look: Look,
    ) -> io::Result<()> {
        self.write_counts(out, changes)?;
        writeln!(out, "{}", self.summary(changes))?;
        self.write_passages(out, look)
    }

    /// Writes the sectors that gain or lose passages as a table; nothing if none does.
    pub(super) fn write_counts(&self, out: &mut dyn Write, changes: &Changes) -> io::Result<()> {
        let mut table = Table::new([
            Column::Words("sector"),
            Column::Numbers("now"),
            Column::Numbers("gained"),
            Column::Numbers("lost"),
            Column::Numbers("then"),
        ]);
        let mut any = false;
        for object in self.counts(changes).filter(|object| object.gained + object.lost > 0) {
            any = true;
            table.row([
                object.id.to_owned(),
                object.now.to_string(),
                object.gained.to_string(),
                object.lost.to_string(),
                object.then.to_string(),
            ]);
        }
        if any { table.write(out, 0) } else { Ok(()) }
    }

    fn counts<'a>(&'a self, changes: &'a Changes) -> impl Iterator<Item = SectorObject<'a>> {
        let of_interest = changes.sectors.iter().filter(|(id, _)| self.scope.has(id));
        of_interest.map(|(id, change)| SectorObject {
            id: id.as_str(),
            now: change.now,
            gained: change.gained,
            lost: change.lost,
            then: change.then(),
        })
    }

    fn totals(&self, changes: &Changes) -> TotalsObject {
        TotalsObject {
            passages: changes.passages,
            articles: changes.articles,
            changed_passages: self.passages,
            changed_articles: self.of_articles,
            reweighed_passages: changes.reweighed,
            written_articles: changes.articles_changed,
        }
    }

    /// Writes JSON Lines: one `begin` with the totals, a `sector` a line, a `change` a passage.
    pub(super) fn write_jsonl(&self, out: &mut dyn Write, changes: &Changes) -> io::Result<()> {
        json::line(out, &Record { kind: "begin", object: self.totals(changes) })?;
        for object in self.counts(changes) {
            json::line(out, &Record { kind: "sector", object })?;
        }
        self.listed().try_for_each(|passage| {
            json::line(out, &Record { kind: "change", object: self.change(passage) })
        })
    }

    /// Writes one object: the totals, `sectors` and `changes`.
    pub(super) fn write_json(&self, out: &mut dyn Write, changes: &Changes) -> io::Result<()> {
        let object = WholeObject {
            totals: self.totals(changes),
            sectors: self.counts(changes).collect(),
            changes: self.listed().map(|passage| self.change(passage)).collect(),
        };
        json::line(out, &object)
    }

    fn change<'a>(&'a self, passage: PassageChange<'a>) -> impl Serialize + use<'a> {
        let text = &passage.passage.text;
        ChangeObject {
            passage: passage.id().to_string(),
            article: json::article(passage.head),
            text,
            gained: json::sector_tags(&self.scope.only(passage.gained()), text),
            lost: json::sector_tags(&self.scope.only(passage.lost()), text),
        }
    }
}

/// The sector that `name` stands for in either taxonomy, each given by its sectors.
pub(super) fn sectors_of_both(before: &[SectorCard], after: &[SectorCard]) -> Vec<SectorCard> {
    let mut all = before.to_vec();
    all.extend(after.iter().filter(|new| !before.iter().any(|old| old.id == new.id)).cloned());
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}

#[derive(Serialize)]
struct Record<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    object: T,
}

/// `passages` and `articles` are those looked at, `changed_…` those that gain or lose a sector,
/// `reweighed_passages` change in score or evidence only, `written_articles` are all that change.
#[derive(Serialize)]
struct TotalsObject {
    passages: u64,
    articles: u64,
    changed_passages: usize,
    changed_articles: usize,
    reweighed_passages: u64,
    written_articles: u64,
}

#[derive(Serialize)]
struct SectorObject<'a> {
    id: &'a str,
    now: u64,
    gained: u64,
    lost: u64,
    then: u64,
}

#[derive(Serialize)]
struct ChangeObject<'a, A, T> {
    passage: String,
    article: A,
    text: &'a str,
    gained: T,
    lost: T,
}

#[derive(Serialize)]
struct WholeObject<'a, C> {
    #[serde(flatten)]
    totals: TotalsObject,
    sectors: Vec<SectorObject<'a>>,
    changes: Vec<C>,
}
