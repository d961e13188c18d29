//! What identifies an article that brings an id, a URL, or neither.

use std::path::{Component, Path, PathBuf};

use jiff::civil::Date;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::article::{ArticleId, Block};

/// The id that the source brings, else the canonical form of `url`, else what `last_resort` gives:
/// the name of a file that is one article, or [`by_content`].
pub(super) fn article_id(
    id: Option<&str>,
    url: Option<&str>,
    last_resort: impl FnOnce() -> String,
) -> ArticleId {
    let brought = id.and_then(ArticleId::new);
    let by_url = || url.and_then(|url| ArticleId::new(&canonical_url(url)));
    brought
        .or_else(by_url)
        .or_else(|| ArticleId::new(&last_resort()))
        .expect("names of files and hashes are not blank")
}

/// The id of an article that has no file of its own, as a line of JSON Lines or standard input: a
/// hash of what was said, by whom and when. Where it stands does not count, so lines may come and
/// go around it; told otherwise, it is another article.
pub(super) fn by_content(
    headline: Option<&str>,
    published: Option<Date>,
    source: Option<&str>,
    blocks: &[Block],
) -> String {
    let mut hash = Xxh3::new();
    let mut add = |text: &str| {
        hash.update(&(text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    add(headline.unwrap_or_default());
    add(&published.map(|day| day.to_string()).unwrap_or_default());
    add(source.unwrap_or_default());
    blocks.iter().for_each(|block| add(&block.text));
    format!("content:{:016x}", hash.digest())
}

/// Where files are named from: the names are ids of the articles that bring none, so a file must
/// have one name however and from wherever its path is typed, and two files never the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The working directory, where relative paths begin.
    pub working: PathBuf,
    /// The folder below which names are relative, such as the one that holds the index.
    pub base: PathBuf,
}

impl Origin {
    /// What the file at `path` is called: its path below the base if it is there, else its whole
    /// path, with `/` between the parts and neither `.` nor `..`. Links are not looked at.
    pub fn name(&self, path: &Path) -> String {
        let path = plain(&self.working.join(path));
        let base = plain(&self.working.join(&self.base));
        let below = path.strip_prefix(&base).unwrap_or(&path);
        let parts = below.components().filter(|part| *part != Component::RootDir);
        let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
        let root = if below.has_root() { "/" } else { "" };
        let mut name = format!("{root}{}", parts.join("/"));
        if below.to_str().is_none() {
            // What cannot be written must still tell files apart.
            let bytes = below.as_os_str().as_encoded_bytes();
            name.push_str(&format!("~{:016x}", xxh3_64(bytes)));
        }
        name
    }
}

/// `path` without `.`, and without `..` but at the start of a relative one.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => drop(plain.pop()),
            Component::ParentDir if plain.has_root() => {}
            _ => plain.push(part),
        }
    }
    plain
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

    #[test]
    fn an_article_is_named_by_id_then_url_then_what_is_left() {
        let url = Some("HTTPS://News.example/A/?utm_source=x&id=7#top");
        for (id, url, want) in [
            (Some(" 7 "), url, "7"),
            (Some(" "), url, "https://news.example/A?id=7"),
            (None, Some(" "), "a.txt"),
            (None, None, "a.txt"),
        ] {
            assert_eq!(article_id(id, url, || "a.txt".to_owned()).as_str(), want);
        }
    }

    #[test]
    fn a_file_has_one_name_from_wherever_it_is_seen_and_no_other_has_it() {
        for (working, base, path, want) in [
            ("/home/u", "", "news/a.txt", "news/a.txt"),
            ("/home/u", "/home/u", "./news//x/../a.txt", "news/a.txt"),
            ("/home/u/news", "/home/u", "a.txt", "news/a.txt"),
            ("/home/u/news", "..", "a.txt", "news/a.txt"),
            ("/srv", "/home/u", "/home/u/news/a.txt", "news/a.txt"),
            ("/srv", "/home/u", "../home/u/news/a.txt", "news/a.txt"),
            ("/srv", "/home/u", "a.txt", "/srv/a.txt"),
            ("/home/u", "/home/u", "../v/a.txt", "/home/v/a.txt"),
            ("/home/u", "/home/u", "../../../../a.txt", "/a.txt"),
            ("", "", "./a.txt", "a.txt"),
            ("", "", "../a.txt", "../a.txt"),
        ] {
            let origin = Origin { working: working.into(), base: base.into() };
            assert_eq!(origin.name(Path::new(path)), want, "{path} in {working}, below {base}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_differ() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let name = |bytes| Origin::default().name(Path::new(OsStr::from_bytes(bytes)));
        assert_ne!(name(b"\xFF.txt"), name(b"\xFE.txt"));
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
