//! The profile of an entity, for people.

use std::io::{self, Write};

use super::pen::{BOLD, DIM, PLAIN, Pen};
use super::{Look, counted};
use crate::output::Profile;
use crate::output::profile::PassageCount;

/// Width of what stands before the values.
const LEAD: usize = 10;

/// Writes the profile of an entity: its name, then a line for whatever is known of it.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_profile(out: &mut dyn Write, profile: &Profile, look: Look) -> io::Result<()> {
    let mut pen = Pen { out, look };
    pen.paragraph("", &profile.name, BOLD, &[])?;
    let listed = |values: &[PassageCount]| {
        let one = |value: &PassageCount| {
            format!("{} {}", value.label.as_ref().unwrap_or(&value.id), value.passages)
        };
        values.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let names = profile.names.iter().map(|one| format!("{} {}", one.name, one.mentions));
    let mut names = names.collect::<Vec<_>>().join(", ");
    if profile.names_of < profile.passages {
        names += &format!(" (in the newest {} passages)", profile.names_of);
    }
    let seen = match (profile.first, profile.last) {
        (Some(first), Some(last)) if first == last => first.to_string(),
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => String::new(),
    };
    let merged: Vec<String> = profile.merged.iter().map(ToString::to_string).collect();
    for (name, value) in [
        ("id", profile.id.to_string()),
        ("type", profile.kind.to_string()),
        ("wikidata", profile.wikidata.clone().unwrap_or_default()),
        ("iso", profile.iso.clone().unwrap_or_default()),
        ("names", names),
        ("aliases", profile.aliases.join(", ")),
        ("merged", merged.join(", ")),
        (
            "named",
            format!(
                "in {} of {}",
                counted(profile.passages, "passage"),
                counted(profile.articles, "article")
            ),
        ),
        ("seen", seen),
        ("sectors", listed(&profile.sectors)),
        ("with", listed(&profile.with)),
    ] {
        if !value.is_empty() {
            pen.paragraph(&format!("{name:<LEAD$}"), &value, PLAIN, &[])?;
        }
    }
    for (at, article) in profile.newest.iter().enumerate() {
        let day = article.published.map_or("undated".to_owned(), |day| day.to_string());
        let name = if at == 0 { "newest" } else { "" };
        let headline = article.headline.as_deref().unwrap_or_default();
        pen.paragraph(&format!("{name:<LEAD$}"), &format!("{day:<10} {headline}"), PLAIN, &[])?;
        pen.paragraph(&format!("{:<1$}", "", LEAD + 11), &article.id, DIM, &[])?;
    }
    Ok(())
}
