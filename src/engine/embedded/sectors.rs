//! Names of sectors as people give them, to the ids the index knows.

use crate::engine::pattern::edits;
use crate::engine::{EngineError, TaxonomyCard};
use crate::tag::SectorId;

use super::write::key;

/// How many look-alikes an error names.
const SIMILAR: usize = 3;

/// The sector that `name` stands for: a path, a leaf that is unique, or a label in any language.
///
/// # Errors
///
/// [`EngineError::UnknownSector`] or [`EngineError::AmbiguousSector`].
pub fn resolve(taxonomy: &TaxonomyCard, name: &str) -> Result<SectorId, EngineError> {
    let wanted = name.trim().trim_matches('/');
    let sectors = &taxonomy.sectors;
    if let Some(sector) = sectors.iter().find(|sector| sector.id.as_str() == wanted) {
        return Ok(sector.id.clone());
    }
    let wanted = key(wanted);
    let slug = wanted.replace([' ', '_'], "-");
    let named = sectors.iter().filter(|sector| {
        sector.id.as_str() == slug
            || sector.id.leaf() == slug
            || sector.labels.iter().any(|(_, label)| key(label) == wanted)
    });
    let mut candidates: Vec<SectorId> = named.map(|sector| sector.id.clone()).collect();
    match candidates.len() {
        0 => Err(EngineError::UnknownSector {
            name: name.to_owned(),
            similar: similar(taxonomy, &slug),
        }),
        1 => Ok(candidates.remove(0)),
        _ => Err(EngineError::AmbiguousSector { name: name.to_owned(), candidates }),
    }
}

/// The sectors whose path or leaf is fewest edits away, or holds the name; best first.
fn similar(taxonomy: &TaxonomyCard, slug: &str) -> Vec<SectorId> {
    let mut ranked: Vec<(usize, &SectorId)> = taxonomy
        .sectors
        .iter()
        .filter_map(|sector| {
            let leaf = sector.id.leaf();
            if slug.len() >= 3 && (leaf.contains(slug) || slug.contains(leaf)) {
                return Some((0, &sector.id));
            }
            let names = [leaf, sector.id.as_str()];
            let distances = names.iter().filter_map(|name| edits(name, slug, leaf.len() / 3));
            Some((distances.min()?, &sector.id))
        })
        .collect();
    ranked.sort();
    ranked.truncate(SIMILAR);
    ranked.into_iter().map(|(_, id)| id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use crate::engine::SectorCard;

    use super::*;

    fn taxonomy() -> TaxonomyCard {
        let sector = |id: &str, en: &str, zh: &str| SectorCard {
            id: SectorId::new(id).unwrap(),
            labels: vec![("en".to_owned(), en.to_owned()), ("zh".to_owned(), zh.to_owned())],
        };
        TaxonomyCard {
            fingerprint: String::new(),
            sectors: vec![
                sector("digital-economy", "Digital economy", "数字经济"),
                sector("digital-economy/data-centers", "Data centers", "数据中心"),
                sector("energy/nuclear", "Nuclear power", "核能"),
                sector("research/nuclear", "Nuclear physics", "核物理"),
            ],
        }
    }

    #[test]
    fn a_sector_is_known_by_path_leaf_or_label() {
        for (name, want) in [
            ("digital-economy/data-centers", "digital-economy/data-centers"),
            ("data-centers", "digital-economy/data-centers"),
            ("Data Centers", "digital-economy/data-centers"),
            ("数据中心", "digital-economy/data-centers"),
            ("數據中心", "digital-economy/data-centers"),
            ("digital-economy/", "digital-economy"),
            ("Nuclear power", "energy/nuclear"),
        ] {
            assert_eq!(resolve(&taxonomy(), name).unwrap().as_str(), want, "{name}");
        }
    }

    #[test]
    fn an_unknown_sector_is_refused_with_what_looks_like_it() {
        let similar = |name: &str| match resolve(&taxonomy(), name) {
            Err(EngineError::UnknownSector { similar, .. }) => similar,
            other => panic!("{other:?}"),
        };
        assert_eq!(similar("data-centres")[0].leaf(), "data-centers");
        assert_eq!(similar("digital")[0].as_str(), "digital-economy");
        assert!(similar("zzz").is_empty());
        assert!(matches!(
            resolve(&taxonomy(), "nuclear"),
            Err(EngineError::AmbiguousSector { candidates, .. }) if candidates.len() == 2
        ));
    }
}
