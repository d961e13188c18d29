//! Entities as a user names them: by id, or by a name that means one of the index.

use std::collections::BTreeSet;

use pressmark::analysis::{Case, fold};
use pressmark::engine::Engine;
use pressmark::engine::embedded::EmbeddedEngine;
use pressmark::query::{Filter, Query};
use pressmark::results::{FacetField, SearchRequest, Totals};
use pressmark::tag::{EntityId, EntityType};
use pressmark::tagger::corrections::{Corrections, id_of, kind_of};
use pressmark::tagger::gazetteer;

use crate::cli::failure::Failure;

/// An entity that was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// As the index has it.
    pub(super) id: EntityId,
    /// Its canonical name.
    pub(super) name: String,
}

/// The request for passages that name an entity.
pub(super) fn naming(id: &EntityId) -> SearchRequest {
    let query = Query::Filter(Filter::Entity(id.to_string()));
    SearchRequest { limit: 0, fallback: false, ..SearchRequest::new(query) }
}

/// The one entity that `text` names.
///
/// An id is that of an entity of the index, of a list, or of a correction. A name is looked up; if
/// it means several entities that the index names, the failure lists them.
pub(super) fn find(
    engine: &EmbeddedEngine,
    corrections: &Corrections,
    text: &str,
) -> Result<Found, Failure> {
    let mut ids: Vec<EntityId> = Vec::new();
    if let Some(id) = id_of(text) {
        ids.push(corrections.settled(&id));
    } else {
        ids.extend(meant(corrections, text).iter().map(|id| corrections.settled(id)));
        let mut seen = BTreeSet::new();
        ids.retain(|id| seen.insert(id.clone()));
    }
    let mut found = Vec::new();
    for id in &ids {
        let totals = engine.search(&naming(id))?.totals;
        if totals.passages > 0 {
            found.push((id.clone(), totals));
        }
    }
    if found.is_empty() && id_of(text).is_none() {
        let wanted = fold(text.trim(), Case::Lower).text;
        let listed = engine.entities()?;
        let called = listed.into_iter().filter(|one| fold(&one.name, Case::Lower).text == wanted);
        found = called
            .map(|one| (one.id, Totals { passages: one.passages, articles: one.articles }))
            .collect();
    }
    if found.is_empty() {
        // What is known and not in the index may be spoken of all the same.
        let known = |id: &&EntityId| {
            gazetteer::entry(id.as_str()).is_some()
                || corrections.entries().contains_key(&corrections.spoken_of(id))
        };
        found = ids.iter().filter(known).map(|id| (id.clone(), Totals::default())).collect();
    }
    match found.as_slice() {
        [] => Err(Failure::user(format!("the index names no entity `{text}`"))
            .hint("`pressmark entities TEXT` finds names")),
        [(id, _)] => {
            let name = name(engine, corrections, id)?;
            Ok(Found { id: id.clone(), name })
        }
        several => {
            let mut failure =
                Failure::user(format!("`{text}` may be any of {} entities", several.len()));
            for (id, totals) in several {
                let passages = pressmark::output::text::counted(totals.passages, "passage");
                let name = name(engine, corrections, id)?;
                failure = failure.hint(format!("`{id}` is {name}, in {passages}"));
            }
            Err(failure)
        }
    }
}

/// As [`find`], for a change: an entity that is merged into another is spoken of as that one only.
pub(super) fn find_to_change(
    engine: &EmbeddedEngine,
    corrections: &Corrections,
    text: &str,
) -> Result<Found, Failure> {
    let found = find(engine, corrections, text)?;
    let given = id_of(text).map_or_else(|| meant(corrections, text), |id| vec![id]);
    let given: Vec<EntityId> = given.iter().map(|id| corrections.spoken_of(id)).collect();
    let id = corrections.spoken_of(&found.id);
    let merged = given
        .iter()
        .find(|one| corrections.merged_into(one).is_some() && corrections.settled(one) == found.id);
    if let Some(merged) = merged.filter(|_| !given.contains(&id)) {
        return Err(Failure::user(format!("`{merged}` is merged into `{id}`")).hint(format!(
            "name that one, or take `{merged}` out with `pressmark entities restore`"
        )));
    }
    Ok(Found { id, ..found })
}

/// The ids that a name may have: as it is known, and as those are made of names that no list holds.
fn meant(corrections: &Corrections, name: &str) -> Vec<EntityId> {
    let folded = fold(name.trim(), Case::Keep).text;
    let made = EntityType::ALL.map(|kind| EntityId::of_name(kind, &folded));
    corrections.meant(name).into_iter().chain(made).collect()
}

/// What an entity is called: by the user, by a list, by the index; else as its id says.
fn name(
    engine: &EmbeddedEngine,
    corrections: &Corrections,
    id: &EntityId,
) -> Result<String, Failure> {
    let said = corrections.entries().get(&corrections.spoken_of(id));
    if let Some(name) = said.and_then(|said| said.name.clone()) {
        return Ok(name);
    }
    if let Some(entry) = gazetteer::entry(id.as_str()) {
        return Ok(entry.name.to_owned());
    }
    let request = SearchRequest { facets: vec![FacetField::Entity], ..naming(id) };
    let facets = engine.search(&request)?.facets;
    let values = facets.into_iter().flat_map(|facet| facet.values);
    let label = values.filter(|one| one.value == id.as_str()).find_map(|one| one.label);
    Ok(label.unwrap_or_else(|| id.to_string()))
}

/// The name that has to be said with an entity, because no list gives one.
pub(super) fn name_to_say(found: &Found) -> Option<String> {
    let told = gazetteer::entry(found.id.as_str()).is_none() && found.name != found.id.as_str();
    told.then(|| found.name.clone())
}

/// The type of an entity, by its id.
pub(super) fn kind(id: &EntityId) -> EntityType {
    kind_of(id).unwrap_or(EntityType::Organization)
}
