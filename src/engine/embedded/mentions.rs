//! The terms of a passage's entities: which they are, what they are called, and where they stand.
//!
//! Where they stand is a field of its own, with a position for each mention: its first place and
//! how many places it covers.

use tantivy::TantivyDocument;
use tantivy::tokenizer::{PreTokenizedString, Token};

use crate::engine::near::{Stretch, covered};
use crate::tag::{EntityType, TaggedPassage};

use super::format::Fields;
use super::forms::{BITS, number, place};
use super::write::key;

/// Adds the terms to the passage's document. `tokens` are where the tokens of its text begin and
/// end; `labelled` are the ids that documents of the article name already.
pub(super) fn add<'a>(
    fields: Fields,
    document: &mut TantivyDocument,
    passage: &'a TaggedPassage,
    tokens: &[(u32, u32)],
    labelled: &mut Vec<&'a str>,
) {
    let mentions = &passage.tags.mentions;
    let mut ids: Vec<&str> = mentions.iter().map(|mention| mention.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut types: Vec<&str> = mentions.iter().map(|mention| mention.kind.as_str()).collect();
    types.sort_unstable();
    types.dedup();
    let mut names: Vec<String> = mentions
        .iter()
        .flat_map(|mention| [key(&mention.name), key(mention.span.of(&passage.passage.text))])
        .collect();
    names.sort_unstable();
    names.dedup();
    for id in &ids {
        document.add_text(fields.entity, id);
    }
    for kind in types {
        document.add_text(fields.entity_type, kind);
    }
    for name in &names {
        document.add_text(fields.entity_name, name);
    }
    // Once an article is enough to list the name.
    for mention in mentions {
        if !labelled.contains(&mention.id.as_str()) {
            labelled.push(mention.id.as_str());
            let label = format!("{}\t{}", mention.id, mention.name);
            document.add_text(fields.entity_label, label);
        }
    }
    let mut terms = Vec::with_capacity(2 * mentions.len());
    for mention in mentions {
        let Some(at) = covered(mention.span, tokens) else { continue };
        for text in [mention.id.as_str().to_owned(), type_term(mention.kind)] {
            terms.push(Token { position: position(at), text, ..Token::default() });
        }
    }
    if !terms.is_empty() {
        terms.sort_by_key(|token| token.position);
        let terms = PreTokenizedString { text: String::new(), tokens: terms };
        document.add_pre_tokenized_text(fields.mention, terms);
    }
}

/// The term of a type. Ids begin with one too, and a colon follows there.
pub(super) fn type_term(kind: EntityType) -> String {
    kind.as_str().to_owned()
}

/// A mention as one number.
fn position(at: Stretch) -> usize {
    (at.first << BITS | (at.last - at.first)) as usize
}

/// Where the mention of a position stands.
pub(super) fn stretch(position: u32) -> Stretch {
    let first = place(position);
    Stretch { first, last: first + number(position) }
}
