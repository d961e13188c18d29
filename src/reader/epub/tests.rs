//! Books are made here, part by part, so that each test shows what it is about.

use proptest::prelude::*;

use super::*;
use crate::article::ArticleHead;
use crate::reader::package::tests::zip;

const TYPE: (&str, &str) = ("mimetype", "application/epub+zip");
const CONTAINER: (&str, &str) = (
    "META-INF/container.xml",
    "<container><rootfiles><rootfile full-path='OEBPS/book.opf'/></rootfiles></container>",
);

const METADATA: &str = "<dc:title>Ports in a year</dc:title><dc:creator>Wang Yi</dc:creator>\
    <dc:publisher>Pressmark Wire</dc:publisher><dc:identifier id='i'>urn:x:1</dc:identifier>\
    <dc:date>2025-04-18T09:00:00+00:00</dc:date><dc:subject>ports</dc:subject>\
    <dc:language>en</dc:language>";

/// A book with these pages, each with a name and what its body holds, and a table of contents.
fn epub(metadata: &str, contents: &str, pages: &[(&str, &str)], more: &[(&str, &str)]) -> Vec<u8> {
    let items: String = pages
        .iter()
        .map(|(name, _)| {
            format!("<item id='{name}' href='{name}' media-type='application/xhtml+xml'/>")
        })
        .collect();
    let spine: String =
        pages.iter().map(|(name, _)| format!("<itemref idref='{name}'/>")).collect();
    let opf = format!(
        "<package unique-identifier='i'><metadata>{metadata}</metadata><manifest>{items}\
         <item id='nav' href='nav.xhtml' properties='nav'/></manifest><spine>{spine}</spine></package>"
    );
    let nav = format!(
        "<html><body><nav epub:type='toc'><ol>{contents}</ol></nav><nav epub:type='landmarks'><ol>\
         <li><a epub:type='cover' href='front.xhtml'>x</a></li></ol></nav></body></html>"
    );
    let names: Vec<String> = pages.iter().map(|(name, _)| format!("OEBPS/{name}")).collect();
    let bodies: Vec<String> = pages
        .iter()
        .map(|(_, body)| {
            format!("<?xml version='1.0'?><html><head><title/></head><body>{body}</body></html>")
        })
        .collect();
    let mut parts =
        vec![TYPE, CONTAINER, ("OEBPS/book.opf", opf.as_str()), ("OEBPS/nav.xhtml", nav.as_str())];
    parts.extend(names.iter().map(String::as_str).zip(bodies.iter().map(String::as_str)));
    parts.extend(more);
    zip(&parts)
}

/// A line of a table of contents, with lines under it.
fn line(page: &str, label: &str, under: &str) -> String {
    let under = if under.is_empty() { String::new() } else { format!("<ol>{under}</ol>") };
    format!("<li><a href='{page}'>{label}</a>{under}</li>")
}

/// The articles in `bytes`, and what else is said.
fn read(bytes: &[u8]) -> (Vec<Article>, Vec<String>) {
    let source = SourcePath::new("a.epub", "a.epub");
    let piece = Piece::new(1, bytes);
    let options = ReadOptions { tell_dropped: true, ..ReadOptions::default() };
    let (mut articles, mut said) = (Vec::new(), Vec::new());
    EpubReader.articles(&source, &piece, &options, &mut |found| match found {
        Ok(article) => articles.push(article),
        Err(error) => said.push(error.to_string()),
    });
    (articles, said)
}

const ONE: &str = "<h2>One port</h2><p>Ships wait.</p>";
const TWO: &str = "<h2>Two ports</h2><p>Ships sail.</p>";

#[test]
fn what_a_book_says_of_each_of_its_articles_is_bounded() {
    let long = "word ".repeat(20_000);
    let contents =
        line("nav.xhtml", &long, &(line("1.html", "One port", "") + &line("2.html", &long, "")));
    let many = "<dc:creator>Wang Yi</dc:creator><dc:subject>ports</dc:subject>".repeat(5_000);
    let book =
        epub(&format!("{METADATA}{many}"), &contents, &[("1.html", ONE), ("2.html", TWO)], &[]);
    let (articles, said) = read(&book);
    assert_eq!((articles.len(), said.len()), (2, 0), "{said:?}");
    for ArticleHead { headline, section, authors, source_tags, .. } in
        articles.into_iter().map(|article| article.head)
    {
        let lengths = [headline, section].map(|text| text.unwrap().chars().count());
        assert!(lengths.into_iter().all(|length| length <= 1_000), "{lengths:?}");
        assert_eq!((authors.len(), source_tags.len()), (200, 200));
    }
}

#[test]
fn a_page_that_the_contents_name_is_an_article() {
    let contents = format!(
        "{}{}",
        line("c1.xhtml", "One port", &line("c1.xhtml#p", "Within", "")),
        line("c2.xhtml", "2", ""),
    );
    let pages = [("c1.xhtml", ONE), ("c1b.xhtml", "<p>They go on.</p>"), ("c2.xhtml", TWO)];
    let (articles, said) = read(&epub(METADATA, &contents, &pages, &[]));
    assert!(said.is_empty(), "{said:?}");
    let heads: Vec<_> = articles.iter().map(|article| &article.head).collect();
    assert_eq!(heads.len(), 2);
    for (head, id, headline) in [
        (heads[0], "urn:x:1#OEBPS/c1.xhtml", "One port"),
        (heads[1], "urn:x:1#OEBPS/c2.xhtml", "Two ports"),
    ] {
        assert_eq!((head.id.as_str(), head.headline.as_deref()), (id, Some(headline)));
        assert_eq!(head.section.as_deref(), Some("Ports in a year"));
        assert_eq!(head.source.as_deref(), Some("Pressmark Wire"));
        assert_eq!(head.published.map(|day| day.to_string()).as_deref(), Some("2025-04-18"));
        assert_eq!(
            (&head.authors[..], &head.source_tags[..]),
            (&["Wang Yi".to_owned()][..], &["ports".to_owned()][..])
        );
        assert_eq!(head.unit, Unit::Paragraph);
    }
    let blocks = articles[0].blocks.iter().map(|block| (block.text.as_str(), block.lines.first));
    assert_eq!(blocks.collect::<Vec<_>>(), [("Ships wait.", 2), ("They go on.", 3)]);
}

#[test]
fn an_issue_of_a_newspaper_is_its_articles_in_their_sections() {
    let metadata = "<dc:title>The Harbour [Fri, 18 Apr 2025]</dc:title><dc:creator>calibre</dc:creator>\
        <dc:publisher>calibre</dc:publisher><dc:identifier id='i'>uuid</dc:identifier>\
        <dc:date>2025-04-18T09:00:00+00:00</dc:date>\
        <meta name='calibre:publication_type' content='periodical:newspaper:The Harbour'/>";
    let bar = "<div>| <a href='../../index.html'>Main menu</a> | <a href='b.html'>Next</a> |</div>";
    let article = format!(
        "{bar}<h1>One port</h1><p>KLANG, March 4, 2025 — Ships wait.</p><hr/><p>This article was \
         downloaded by <b>calibre</b> from <a rel='calibre-downloaded-from' \
         href='https://wire.example/one'>https://wire.example/one</a></p>{bar}"
    );
    let other = format!("{bar}<h1>Two ports</h1><p>Ships sail.</p>{bar}");
    let list = "<h1>World</h1><ul><li><a href='a.html'>One port</a><div>Ships wait.</div></li>\
        <li><a href='b.html'>Two ports</a></li></ul>";
    let under =
        format!("{}{}", line("f0/a.html", "One port", ""), line("f0/b.html", "Two ports", ""));
    let contents = line("f0/index.html", "World", &under);
    let menu = "<h1>The Harbour</h1><ul><li><a href='f0/index.html'>World</a></li></ul>";
    let pages = [
        ("index.html", menu),
        ("f0/index.html", list),
        ("f0/a.html", article.as_str()),
        ("f0/b.html", other.as_str()),
    ];
    let (articles, said) = read(&epub(metadata, &contents, &pages, &[]));
    assert!(said.is_empty(), "{said:?}");
    let got: Vec<_> = articles
        .iter()
        .map(|Article { head, blocks, .. }| {
            let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
            (
                head.id.as_str(),
                head.headline.as_deref().unwrap(),
                head.section.as_deref().unwrap(),
                head.source.as_deref().unwrap(),
                head.published.unwrap().to_string(),
                texts,
            )
        })
        .collect();
    assert_eq!(
        got,
        [
            (
                "https://wire.example/one",
                "One port",
                "World",
                "The Harbour",
                "2025-03-04".to_owned(),
                vec!["Ships wait."]
            ),
            (
                "uuid#OEBPS/f0/b.html",
                "Two ports",
                "World",
                "The Harbour",
                "2025-04-18".to_owned(),
                vec!["Ships sail."]
            ),
        ]
    );
    assert!(articles.iter().all(|article| article.head.authors.is_empty()));
    let why: Vec<&str> = articles[0].dropped.iter().map(|one| &*one.why).collect();
    assert!(why.contains(&"table of contents") && why.contains(&"link to other pages"), "{why:?}");
}

#[test]
fn a_book_of_one_flow_is_one_article() {
    let title = "<h1>Ports in a year</h1><p>Wang Yi</p>";
    for (contents, pages) in [
        (line("c1.xhtml", "One port", ""), vec![("title.xhtml", title), ("c1.xhtml", ONE)]),
        (
            line("c1.xhtml", "Start", ""),
            vec![("front.xhtml", title), ("c1.xhtml", "<p>Ships wait.</p>")],
        ),
        (
            String::new(),
            vec![("c1.xhtml", "<p>Ships wait.</p>"), ("c2.xhtml", "<p>They sail.</p>")],
        ),
    ] {
        let (articles, _) = read(&epub(METADATA, &contents, &pages, &[]));
        assert_eq!(articles.len(), 1, "{pages:?}");
        let head = &articles[0].head;
        assert_eq!((head.id.as_str(), head.section.as_deref()), ("urn:x:1", None));
        assert_eq!(head.headline.as_deref(), Some("Ports in a year"), "{pages:?}");
        let texts: Vec<&str> = articles[0].blocks.iter().map(|b| b.text.as_str()).collect();
        assert!(texts.contains(&"Ships wait.") && !texts.contains(&"Wang Yi"), "{texts:?}");
    }
}

#[test]
fn without_contents_headings_begin_articles_and_old_contents_are_read() {
    let pages = [("c1.xhtml", ONE), ("c2.xhtml", TWO)];
    let (articles, _) = read(&epub(METADATA, "", &pages, &[]));
    let headlines: Vec<_> =
        articles.iter().map(|article| article.head.headline.as_deref().unwrap()).collect();
    assert_eq!(headlines, ["One port", "Two ports"]);
    let ncx = "<ncx><navMap><navPoint><navLabel><text>World</text></navLabel><navPoint><navLabel><text>\
        1. One port</text></navLabel><content src='c1.xhtml'/></navPoint></navPoint></navMap></ncx>";
    let opf = "<package><metadata><dc:title>x</dc:title><dc:date opf:event='modification'>2025-04-18\
        </dc:date></metadata><manifest><item id='a' href='c1.xhtml'/><item id='b' href='c2.xhtml'/>\
        <item id='n' href='toc.ncx'/></manifest><spine toc='n'><itemref idref='a'/>\
        <itemref idref='b' linear='no'/></spine></package>";
    let file = zip(&[
        TYPE,
        CONTAINER,
        ("OEBPS/book.opf", opf),
        ("OEBPS/toc.ncx", ncx),
        ("OEBPS/c1.xhtml", ONE),
        ("OEBPS/c2.xhtml", TWO),
    ]);
    let (articles, said) = read(&file);
    assert_eq!(articles.len(), 1);
    assert_eq!(articles[0].head.headline.as_deref(), Some("1. One port"));
    assert_eq!(articles[0].head.id.as_str(), "a.epub");
    assert_eq!(articles[0].blocks.len(), 1);
    assert_eq!(articles[0].dropped[0].why, "aside");
    assert_eq!(
        said,
        ["`a.epub` names no day of publication, taken as 2025-04-18, when the file was made"]
    );
}

#[test]
fn what_stands_before_the_first_article_is_told_and_no_article() {
    let long = "Ships wait. ".repeat(100);
    let preface = format!("<h1>Preface</h1><p>{long}</p>");
    let lines = |first: &str| {
        format!("{}{}", line("front.htm", first, ""), line("c1.xhtml", "One port", ""))
    };
    for (contents, front, articles) in [
        (lines("Ports in a year"), "<h1>Ports in a year</h1><p>Wang Yi</p>", 1),
        (lines("Copyright"), "<p>All rights reserved.</p>", 1),
        (lines("Preface"), "<p>Few words.</p>", 2),
        (line("c1.xhtml", "One port", ""), "<p>For my ships.</p>", 1),
        (line("c1.xhtml", "One port", ""), preface.as_str(), 2),
    ] {
        let pages = [("front.htm", front), ("c1.xhtml", ONE)];
        let (read, _) = read(&epub(METADATA, &contents, &pages, &[]));
        assert_eq!(read.len(), articles, "{contents} {front}");
        assert_eq!(read[0].dropped.is_empty(), articles == 2, "{contents} {front}");
    }
}

#[test]
fn what_is_no_book_is_named_and_a_bad_page_is_an_error_among_good_ones() {
    let broken = "`a.epub` is no document that can be read:";
    let locked = "<encryption><EncryptedData><CipherData><CipherReference URI='OEBPS/c1.xhtml'/>\
        </CipherData></EncryptedData></encryption>";
    let font = locked.replace("c1.xhtml", "a.ttf");
    let pages = [("c1.xhtml", ONE)];
    for (file, want) in [
        (
            b"PK\x03\x04".to_vec(),
            format!("{broken} it has no list of its parts, so it was cut short"),
        ),
        (zip(&[TYPE]), format!("{broken} it does not say where its contents are")),
        (zip(&[TYPE, CONTAINER]), format!("{broken} it has no `OEBPS/book.opf`")),
        (
            zip(&[TYPE, CONTAINER, ("OEBPS/book.opf", "<package/>")]),
            format!("{broken} it names no pages"),
        ),
        (
            epub(METADATA, "", &pages, &[("META-INF/encryption.xml", locked)]),
            "`a.epub` is encrypted".to_owned(),
        ),
        (
            epub(METADATA, "", &[("c1.xhtml", "<p> </p>")], &[]),
            "a.epub:1: no text and no headline".to_owned(),
        ),
    ] {
        let (articles, said) = read(&file);
        assert_eq!((articles.len(), said), (0, vec![want]));
    }
    let (articles, _) = read(&epub(METADATA, "", &pages, &[("META-INF/encryption.xml", &font)]));
    assert_eq!(articles.len(), 1);
    let deep = "<div>".repeat(300_000);
    let pages = [("c1.xhtml", ONE), ("c2.xhtml", deep.as_str()), ("c3.xhtml", TWO)];
    let mut file = epub(METADATA, "", &pages, &[]);
    let (articles, _) = read(&file);
    assert_eq!(articles.len(), 2);
    let name = memchr::memmem::find(&file, b"OEBPS/c1.xhtml").unwrap();
    file[name + 20] ^= 0xFF;
    let (articles, said) = read(&file);
    assert_eq!(articles.len(), 1);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].ends_with("`OEBPS/c1.xhtml` is damaged"), "{said:?}");
}

#[test]
fn a_book_is_known_by_its_type_or_its_container() {
    for (parts, want) in [
        (&[TYPE, CONTAINER][..], true),
        (&[CONTAINER, ("x", "")], true),
        (&[TYPE], true),
        (&[("mimetype", "application/zip")], false),
        (&[("META-INF/MANIFEST.MF", "x")], false),
    ] {
        assert_eq!(EpubReader.recognises(&zip(parts)), want, "{parts:?}");
    }
}

proptest! {
    #[test]
    fn no_broken_book_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut file = epub(METADATA, &line("c1.xhtml", "1", ""), &[("c1.xhtml", ONE)], &[]);
        let at = at.index(file.len());
        file[at] = byte;
        EpubReader.recognises(&file);
        drop(read(&file));
    }

    #[test]
    fn no_markup_panics(
        contents in "(<li>|</li>|<ol>|</ol>|<a href='(c1.xhtml|%4|../#)'>|</a>|1|\\PC){0,20}",
        body in "(<p>|</p>|<h1/>|<a href='nav.xhtml'>|<br/>|/>|<|\"|\\PC){0,20}"
    ) {
        drop(read(&epub(METADATA, &contents, &[("c1.xhtml", &body), ("c2.xhtml", ONE)], &[])));
    }
}
