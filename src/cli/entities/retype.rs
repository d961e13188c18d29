//! `pressmark entities type`: what kind of thing an entity is.

use std::path::Path;

use pressmark::engine::Engine;
use pressmark::tag::{EntityId, EntityType};
use pressmark::tagger::gazetteer;

use super::change::{How, change};
use super::named::{find_to_change, kind, name_to_say, naming};
use crate::cli::failure::{Failure, Status};
use crate::cli::ui::Ui;
use crate::cli::values::Name;

/// Give an entity another type
///
/// Its id begins with its type, so it gets another id; it is still found by the old one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  pressmark entities type person:proton organization")]
pub(super) struct Args {
    /// The entity
    #[arg(value_name = "ENTITY")]
    entity: Name,
    /// What it is: person, organization, place, facility, event, product, law, work
    #[arg(value_name = "TYPE")]
    kind: EntityType,
    #[command(flatten)]
    how: How,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    change(ui, index, "entities type", &args.how, |desk| {
        let entity = find_to_change(desk.engine, desk.corrections, &args.entity.0)?;
        let now = desk.corrections.settled(&entity.id);
        if kind(&now) == args.kind {
            return Ok(());
        }
        let (_, slug) = entity.id.as_str().split_once(':').unwrap_or_default();
        let then = EntityId::from_known(format!("{}:{slug}", args.kind));
        let is_taken = then != entity.id
            && (gazetteer::entry(then.as_str()).is_some()
                || desk.engine.search(&naming(&then))?.totals.passages > 0);
        if is_taken {
            return Err(Failure::user(format!("there is another entity `{then}`"))
                .hint(format!("`pressmark entities merge {then} {now}` makes them one")));
        }
        let said = desk.of(&entity.id);
        said.kind = (kind(&entity.id) != args.kind).then_some(args.kind);
        said.name = said.name.take().or_else(|| match gazetteer::entry(entity.id.as_str()) {
            // The new id is in no list.
            Some(entry) if said.kind.is_some() => Some(entry.name.to_owned()),
            _ => name_to_say(&entity),
        });
        Ok(())
    })
}
