//! The flags that narrow a search, and the conditions they mean.

use pressmark::article::Lang;
use pressmark::results::Filters;

use super::failure::Failure;
use super::values::{self, Name, Period};

/// Flags of every command that searches.
#[derive(Debug, clap::Args)]
pub(super) struct FilterArgs {
    /// Only passages of this sector or one below it; of any of them if repeated
    #[arg(long, value_name = "SECTOR", help_heading = "Filters")]
    sector: Vec<Name>,
    /// Only passages of every sector given with `--sector`
    #[arg(long, requires = "sector", help_heading = "Filters")]
    all_sectors: bool,
    /// No passages of this sector or one below it
    #[arg(long, value_name = "SECTOR", help_heading = "Filters")]
    not_sector: Vec<Name>,
    /// Only passages that name this entity, by id, name or alias; any of them if repeated
    #[arg(long, value_name = "ENTITY", help_heading = "Filters")]
    entity: Vec<Name>,
    /// Only passages with a statement of this speaker: id, name, alias, or words of what the passage calls them
    #[arg(long, value_name = "SPEAKER", help_heading = "Filters")]
    said_by: Vec<Name>,
    /// Only articles in this language
    #[arg(long, value_name = "LANG", value_parser = values::lang, help_heading = "Filters")]
    lang: Vec<Lang>,
    /// Only articles of this publisher
    #[arg(long, value_name = "SOURCE", help_heading = "Filters")]
    source: Vec<Name>,
    /// Only articles with this label of the source's own
    #[arg(long, value_name = "TAG", help_heading = "Filters")]
    source_tag: Vec<Name>,
    /// Only articles published then or later; those without a date are left out
    #[arg(long, value_name = "DAY", help_heading = "Filters")]
    since: Option<Period>,
    /// Only articles published then or earlier; those without a date are left out
    #[arg(long, value_name = "DAY", help_heading = "Filters")]
    until: Option<Period>,
}

impl FilterArgs {
    /// The conditions.
    pub(super) fn filters(self) -> Result<Filters, Failure> {
        let since = self.since.map(|period| period.first);
        let until = self.until.map(|period| period.last);
        if let (Some(since), Some(until)) = (since, until)
            && since > until
        {
            return Err(Failure::user(format!("`--since` {since} is after `--until` {until}")));
        }
        let names = |names: Vec<Name>| names.into_iter().map(|name| name.0).collect::<Vec<_>>();
        let (any, all) = match self.all_sectors {
            true => (Vec::new(), names(self.sector)),
            false => (names(self.sector), Vec::new()),
        };
        Ok(Filters {
            sectors: any,
            all_sectors: all,
            not_sectors: names(self.not_sector),
            entities: names(self.entity),
            said_by: names(self.said_by),
            langs: self.lang.iter().map(ToString::to_string).collect(),
            sources: names(self.source),
            source_tags: names(self.source_tag),
            since,
            until,
        })
    }
}
