//! What identifies an article that brings an id, a URL, or neither.

use xxhash_rust::xxh3::xxh3_64;

use super::SourcePath;
use crate::article::ArticleId;

/// The id that the source brings, else the canonical form of `url`, else the path below the root
/// (with the line, where one file holds many). Standard input has no path that lasts, so there the
/// content stands for it: other content is another article.
pub(super) fn article_id(
    source: &SourcePath,
    id: Option<&str>,
    url: Option<&str>,
    line: Option<u32>,
    content: &[u8],
) -> ArticleId {
    let brought = id.and_then(ArticleId::new);
    let by_url = || url.and_then(|url| ArticleId::new(&canonical_url(url)));
    let by_place = || {
        let place = match line {
            _ if source.is_stdin() => format!("stdin:{:016x}", xxh3_64(content)),
            Some(line) => format!("{}:{line}", source.below_root),
            None => source.below_root.clone(),
        };
        ArticleId::new(&place)
    };
    brought
        .or_else(by_url)
        .or_else(by_place)
        .or_else(|| ArticleId::new(&format!("{:016x}", xxh3_64(content))))
        .expect("sixteen digits are an id")
}

/// `url` without what does not change the page: fragment, campaign parameters, the case of scheme
/// and host, a slash at the end.
pub(super) fn canonical_url(url: &str) -> String {
    let url = url.trim();
    let url = url.split('#').next().unwrap_or(url);
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let mut canonical = match address.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            format!("{}://{}{path}", scheme.to_ascii_lowercase(), host.to_ascii_lowercase())
        }
        None => address.to_owned(),
    };
    if canonical.ends_with('/') && !canonical.ends_with("://") {
        canonical.pop();
    }
    let is_kept = |part: &&str| !part.is_empty() && !part.starts_with("utm_");
    for (nth, part) in query.split('&').filter(is_kept).enumerate() {
        canonical.push(if nth == 0 { '?' } else { '&' });
        canonical.push_str(part);
    }
    canonical
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn an_article_is_named_by_id_then_url_then_place() {
        let file = SourcePath { path: PathBuf::from("x/a.txt"), below_root: "a.txt".to_owned() };
        let url = Some("HTTPS://News.example/A/?utm_source=x&id=7#top");
        for (source, id, url, line, want) in [
            (&file, Some(" 7 "), url, Some(3), "7"),
            (&file, Some(" "), url, Some(3), "https://news.example/A?id=7"),
            (&file, None, None, Some(3), "a.txt:3"),
            (&file, None, None, None, "a.txt"),
            (&SourcePath::stdin(), None, None, Some(3), "stdin:78af5f94892f3950"),
        ] {
            assert_eq!(article_id(source, id, url, line, b"abc").as_str(), want);
        }
    }

    #[test]
    fn a_url_keeps_what_changes_the_page() {
        for (url, want) in [
            ("https://a.example", "https://a.example"),
            ("https://a.example/", "https://a.example"),
            ("https://a.example/B?x=1&y=2", "https://a.example/B?x=1&y=2"),
            ("https://a.example/?utm_medium=rss", "https://a.example"),
            ("urn:x:1", "urn:x:1"),
        ] {
            assert_eq!(canonical_url(url), want);
        }
    }
}
