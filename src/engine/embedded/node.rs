//! The tree of a plan: what must match, what must not, and what scores.

use tantivy::query::{BooleanQuery, EmptyQuery, Occur, Query as TantivyQuery};

use super::alternatives::{Alternatives, FEW};
use super::exclude::Excluded;
use super::expand::EverythingQuery;
use super::format::Fields;
use super::leaves::Leaf;

/// The tree of a plan.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// Every passage, scoring nothing.
    Everything,
    /// No passage.
    Nothing,
    /// The leaf of that number.
    Leaf(usize),
    /// All of `must`, none of `not`; `must` is never empty.
    And {
        /// What must match.
        must: Vec<Node>,
        /// What must not.
        not: Vec<Node>,
    },
    /// At least one; never empty.
    Or(Vec<Node>),
}

impl Node {
    /// The query that finds what the node stands for.
    pub(super) fn to_query(&self, leaves: &[Leaf]) -> Box<dyn TantivyQuery> {
        match self {
            Self::Everything => everything(),
            Self::Nothing => Box::new(EmptyQuery),
            Self::Leaf(at) => leaves[*at].query.box_clone(),
            Self::And { must, not } => {
                let must = must.iter().map(|node| (Occur::Must, node.beside_others(leaves)));
                let not = not.iter().map(|node| {
                    let excluded: Box<dyn TantivyQuery> =
                        Box::new(Excluded(node.beside_others(leaves)));
                    (Occur::MustNot, excluded)
                });
                Box::new(BooleanQuery::new(must.chain(not).collect()))
            }
            Self::Or(nodes) => {
                let nodes = nodes.iter().map(|node| (Occur::Should, node.to_query(leaves)));
                Box::new(BooleanQuery::new(nodes.collect()))
            }
        }
    }

    /// The query, where others must match too.
    fn beside_others(&self, leaves: &[Leaf]) -> Box<dyn TantivyQuery> {
        match self {
            Self::Or(nodes) if nodes.len() <= FEW => {
                let nodes = nodes.iter().map(|node| node.to_query(leaves));
                Box::new(Alternatives(nodes.collect()))
            }
            node => node.to_query(leaves),
        }
    }

    /// Sums the leaves that make a passage match, in the order of the tree; `None` if it does not
    /// match. `leaf` gives the score of a leaf; what is added is noted in `parts`.
    pub(super) fn score(
        &self,
        leaf: &mut dyn FnMut(usize) -> Option<f32>,
        parts: &mut Vec<(usize, f32)>,
    ) -> Option<f64> {
        let before = parts.len();
        let score = match self {
            Self::Everything => Some(0.0),
            Self::Nothing => None,
            Self::Leaf(at) => leaf(*at).map(|score| {
                parts.push((*at, score));
                f64::from(score)
            }),
            Self::And { must, not } => {
                let sum =
                    must.iter().try_fold(0.0, |sum, node| Some(sum + node.score(leaf, parts)?));
                let excluded = |node: &Self| node.score(leaf, &mut Vec::new()).is_some();
                sum.filter(|_| !not.iter().any(excluded))
            }
            Self::Or(nodes) => {
                let mut sum = None;
                for node in nodes {
                    if let Some(score) = node.score(leaf, parts) {
                        sum = Some(sum.unwrap_or(0.0) + score);
                    }
                }
                sum
            }
        };
        if score.is_none() {
            parts.truncate(before);
        }
        score
    }
}

fn everything() -> Box<dyn TantivyQuery> {
    Box::new(EverythingQuery(Fields::schema().1))
}

pub(super) fn and(mut must: Vec<Node>, not: Vec<Node>) -> Node {
    if must.is_empty() {
        must.push(Node::Everything);
    }
    match (must.len(), not.is_empty()) {
        (1, true) => must.remove(0),
        _ => Node::And { must, not },
    }
}

/// Any of `nodes`. Alternatives of alternatives are made one list: it is found much faster.
pub(super) fn or(nodes: Vec<Node>) -> Option<Node> {
    let none = nodes.is_empty();
    let mut flat = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node {
            Node::Or(inner) => flat.extend(inner),
            Node::Nothing => {}
            other => flat.push(other),
        }
    }
    match flat.len() {
        0 if none => None,
        0 => Some(Node::Nothing),
        1 => flat.pop(),
        _ => Some(Node::Or(flat)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_are_one_list_and_nothing_is_none_of_them() {
        let leaf = Node::Leaf;
        for (nodes, want) in [
            (vec![], None),
            (vec![Node::Nothing, Node::Nothing], Some(Node::Nothing)),
            (vec![Node::Nothing, leaf(0)], Some(leaf(0))),
            (
                vec![Node::Or(vec![leaf(0), leaf(1)]), leaf(2)],
                Some(Node::Or(vec![leaf(0), leaf(1), leaf(2)])),
            ),
        ] {
            assert_eq!(or(nodes.clone()), want, "{nodes:?}");
        }
    }

    #[test]
    fn a_passage_scores_what_makes_it_match() {
        let tree = Node::Or(vec![
            and(vec![Node::Leaf(0), Node::Leaf(1)], vec![Node::Leaf(3)]),
            Node::Leaf(2),
        ]);
        for (matching, want, added) in [
            (&[0, 1][..], Some(3.0), &[0, 1][..]),
            (&[0, 2], Some(4.0), &[2]),
            (&[0, 1, 2, 3], Some(4.0), &[2]),
            (&[0], None, &[]),
        ] {
            let mut leaf = |at: usize| matching.contains(&at).then(|| [1.0, 2.0, 4.0, 8.0][at]);
            let mut parts = Vec::new();
            // The half that fails adds nothing, though one of its words is there.
            assert_eq!(tree.score(&mut leaf, &mut parts), want, "{matching:?}");
            let parts: Vec<usize> = parts.iter().map(|(at, _)| *at).collect();
            assert_eq!(parts, added, "{matching:?}");
        }
    }
}
