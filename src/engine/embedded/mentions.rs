//! The terms of a passage's entities: which they are, what they are called, and where they stand.
//!
//! Where they stand is a field of its own, with a position for each mention: its first place and
//! how many places it covers.

use std::collections::HashSet;
use std::fmt::Write as _;

use tantivy::TantivyDocument;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

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
    labelled: &mut HashSet<&'a str>,
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
        if labelled.insert(mention.id.as_str()) {
            let label = format!("{}\t{}", mention.id, mention.name);
            document.add_text(fields.entity_label, label);
        }
    }
    let mut placed: Vec<(usize, &str, EntityType)> = Vec::with_capacity(mentions.len());
    for mention in mentions {
        if let Some(at) = covered(mention.span, tokens) {
            placed.push((position(at), mention.id.as_str(), mention.kind));
        }
    }
    if !placed.is_empty() {
        placed.sort_by_key(|(position, ..)| *position);
        let mut terms = String::with_capacity(64 * placed.len());
        for (position, id, kind) in placed {
            let written = write!(terms, "{position}{PART}{id}{END}{position}{PART}{kind}{END}");
            written.expect("memory can be written to");
        }
        document.add_text(fields.mention, terms);
    }
}

/// Stands between the position and the term; no term holds it.
const PART: char = '\u{1f}';

/// Stands after a term.
const END: char = '\u{1e}';

/// Parts what [`add`] wrote into terms at their positions.
#[derive(Clone)]
pub(super) struct MentionTokenizer;

impl Tokenizer for MentionTokenizer {
    type TokenStream<'a> = MentionStream<'a>;

    fn token_stream<'a>(&'a mut self, terms: &'a str) -> MentionStream<'a> {
        MentionStream { rest: terms, token: Token::default() }
    }
}

/// The terms of one passage.
pub(super) struct MentionStream<'a> {
    rest: &'a str,
    token: Token,
}

impl TokenStream for MentionStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((term, rest)) = self.rest.split_once(END) else { return false };
        let Some((position, term)) = term.split_once(PART) else { return false };
        let Ok(position) = position.parse() else { return false };
        self.rest = rest;
        self.token.position = position;
        self.token.text.clear();
        self.token.text.push_str(term);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
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
