//! Which entities speak for which meaning of an ambiguous name: an article that names Atlanta means
//! the state by `Georgia`. The rows are in `context.tsv`; where they apply is `scan`'s work.

use std::collections::HashMap;
use std::sync::LazyLock;

const ROWS: &str = include_str!("context.tsv");

/// For an entity those that it speaks for.
static SPEAKS_FOR: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut all: HashMap<_, Vec<_>> = HashMap::new();
    for line in ROWS.lines().filter(|line| !line.starts_with('#')) {
        let Some((meant, speakers)) = line.split_once('\t') else { continue };
        speakers.split(' ').for_each(|speaker| all.entry(speaker).or_default().push(meant));
    }
    all
});

/// The entities that naming `id` speaks for.
pub(super) fn spoken_for(id: &str) -> &'static [&'static str] {
    SPEAKS_FOR.get(id).map_or(&[], Vec::as_slice)
}

/// A hash of the rows.
pub(super) fn fingerprint() -> u64 {
    xxhash_rust::xxh3::xxh3_64(ROWS.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::tests::tag;
    use super::ROWS;
    use crate::tagger::gazetteer;

    #[test]
    fn what_an_article_names_speaks_for_a_meaning() {
        for (text, want) in [
            ("The plant in Atlanta, Georgia employs 400 people.", "place:georgia-us"),
            ("Georgia and Armenia opened a road from Tbilisi.", "place:georgia"),
            ("Georgia is silent.", "place:georgia"),
            ("Tim Cook spoke before Apple opened.", "organization:apple-inc"),
            ("The tram in Aberdeen, a harbour of Hong Kong", "place:aberdeen-hong-kong"),
        ] {
            let found = tag("en", None, &[text]).remove(0);
            assert!(found.iter().any(|one| one.id.as_str() == want), "{text}: {found:?}");
        }
        for line in ROWS.lines().filter(|line| !line.starts_with('#')) {
            for id in line.split(['\t', ' ']) {
                assert!(gazetteer::entry(id).is_some(), "the gazetteer has no `{id}`");
            }
        }
    }
}
