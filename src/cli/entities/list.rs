//! `pressmark entities` without a subcommand: the entities of the index, with counts.

use std::path::Path;

use pressmark::engine::Engine;
use pressmark::output;
use pressmark::tag::EntityType;

use crate::cli::corrections;
use crate::cli::failure::{Failure, Status};
use crate::cli::open;
use crate::cli::ui::Ui;

/// Which entities are listed.
#[derive(Debug, clap::Args)]
pub(super) struct Listing {
    /// Only entities whose name or id holds this text, or of which it is another name
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    /// Only entities of this type: person, organization, place, facility, event, product, law, work
    #[arg(long = "type", value_name = "TYPE")]
    kinds: Vec<EntityType>,
    /// How many entities to print
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 50)]
    limit: usize,
    /// How they are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A table
    Text,
    /// JSON Lines, an entity a line
    Jsonl,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Listing) -> Result<Status, Failure> {
    let mut entities = open::engine(index)?.entities()?;
    let corrections = corrections::of_index(index)?;
    entities.retain(|entity| args.kinds.is_empty() || args.kinds.contains(&entity.kind));
    if let Some(text) = &args.text {
        let text = text.to_lowercase();
        let holds = |name: &str| name.to_lowercase().contains(&text);
        let called = corrections.called(&text);
        entities.retain(|entity| {
            holds(&entity.name) || holds(entity.id.as_str()) || called.contains(&entity.id)
        });
    }
    let total = entities.len();
    entities.truncate(args.limit);
    if total == 0 {
        ui.note("no such entity");
        return Ok(Status::NoMatch);
    }
    match args.format {
        Format::Text => output::text::write_entities(ui.out(), &entities)?,
        Format::Jsonl => output::json::write_entities(ui.out(), &entities)?,
    }
    if args.format == Format::Text && total > entities.len() {
        ui.note(&format!("{} of {total} entities shown", entities.len()));
    }
    Ok(Status::Done)
}
