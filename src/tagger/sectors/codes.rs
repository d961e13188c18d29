//! Labels of sources that are codes of the IPTC, in whatever form: a media topic as taxonomies write
//! it, its address, or a subject code of the scheme that media topics took the place of.
//!
//! What a code stands for is a taxonomy's to say.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The media topics of each subject code, where they have another number.
static TOPICS: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut topics: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let rows = include_str!("subject-codes.tsv").lines().filter(|line| !line.starts_with('#'));
    for (code, topic) in rows.filter_map(|line| line.split_once('\t')) {
        topics.entry(code).or_default().push(topic);
    }
    topics
});

/// The media topics that `label` is a code of, as taxonomies write them: `medtop:20000337` for
/// `http://cv.iptc.org/newscodes/mediatopic/20000337`, `subj:04015000` or `04015000`. Eight digits
/// at its end suffice; a number that is no code is one that no taxonomy knows.
pub(super) fn media_topics(label: &str) -> Vec<String> {
    let label = label.trim().trim_end_matches('/');
    let (scheme, code) = match label.rsplit_once([':', '/']) {
        Some((scheme, code)) => (scheme, code),
        None => ("", label),
    };
    if code.len() != 8 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let is_topic = scheme.ends_with("medtop") || scheme.ends_with("mediatopic");
    match TOPICS.get(code).filter(|_| !is_topic) {
        Some(topics) => topics.iter().map(|topic| format!("medtop:{topic}")).collect(),
        None => vec![format!("medtop:{code}")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_known_in_every_form() {
        for (label, want) in [
            ("medtop:20000337", &["medtop:20000337"][..]),
            ("http://cv.iptc.org/newscodes/mediatopic/20000337", &["medtop:20000337"]),
            ("http://cv.iptc.org/newscodes/subjectcode/04015000/", &["medtop:20000337"]),
            ("subj:04015000", &["medtop:20000337"]),
            (" 04015000", &["medtop:20000337"]),
            ("04000000", &["medtop:04000000"]),
            ("medtop:04000000", &["medtop:04000000"]),
            ("04005004", &["medtop:20000267", "medtop:20001243"]),
            ("medtop:2000033", &[]),
            ("http://cv.ap.org/id/9c0bd01cd7c84527", &[]),
            ("transport", &[]),
            ("", &[]),
        ] {
            assert_eq!(media_topics(label), want, "{label}");
        }
    }
}
