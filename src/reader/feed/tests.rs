//! Feeds as they are made, and as no one should.

use std::io::{self, Cursor};

use proptest::prelude::*;

use super::*;
use crate::reader::{Said, for_source};

fn read_with(
    source: &SourcePath,
    bytes: &[u8],
    options: &ReadOptions,
) -> Vec<Result<Article, ReadError>> {
    let mut read = Vec::new();
    let mut input = Cursor::new(bytes);
    FeedReader.pieces(source, &mut input, &mut |piece| {
        match piece {
            Ok(piece) => FeedReader.articles(source, &piece, options, &mut |it| read.push(it)),
            Err(error) => read.push(Err(error)),
        }
        ControlFlow::Continue(())
    });
    read
}

fn read(text: &str) -> Vec<Result<Article, ReadError>> {
    read_with(&SourcePath::new("f.rss", "f.rss"), text.as_bytes(), &ReadOptions::default())
}

/// The articles and what is said of them.
fn parted(read: Vec<Result<Article, ReadError>>) -> (Vec<Article>, Vec<String>) {
    let (mut articles, mut said) = (Vec::new(), Vec::new());
    for it in read {
        match it {
            Ok(article) => articles.push(article),
            Err(error) => said.push(error.to_string()),
        }
    }
    (articles, said)
}

/// The only article of a feed that nothing is wrong with.
fn one(text: &str) -> Article {
    let (mut articles, said) = parted(read(text));
    assert_eq!((articles.len(), said), (1, Vec::new()), "{text}");
    articles.remove(0)
}

fn texts(article: &Article) -> Vec<(&'static str, &str)> {
    article.blocks.iter().map(|block| (block.kind.as_str(), block.text.as_str())).collect()
}

const RSS: &str = r#"<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel>
<title>Berita &amp;amp; Pasaran</title>
<link>https://news.example/</link>
<language>ms-MY</language>
<item>
  <title>Ringgit &lt;b&gt;kukuh&lt;/b&gt; &amp;#8212; pasaran tenang</title>
  <link>/2025/ringgit</link>
  <guid isPermaLink="false">urn:x:1</guid>
  <pubDate>Fri, 18 Apr 25 08:00:00 +0800</pubDate>
  <dc:creator>Rafizi Ramli dan Tengku Zafrul</dc:creator>
  <category>Ekonomi</category><category domain="x">Mata wang</category><category>Ekonomi</category>
  <slash:section>Bisnes</slash:section>
  <description>Ringkasan sahaja [&amp;#8230;]</description>
  <content:encoded><![CDATA[<h2>Di pasaran</h2><p>Ringgit dibuka lebih tinggi.</p>
    <script>track()</script><p><a href="x">Baca lagi</a></p><img src="t.gif"><ul><li>Satu</li></ul>
    <p>The post <a href="x">Ringgit</a> appeared first on <a href="y">Berita</a>.</p>]]></content:encoded>
</item>
</channel>
</rss>"#;

#[test]
fn an_item_of_rss_says_who_wrote_what_and_when() {
    let article = one(RSS);
    let head = &article.head;
    assert_eq!(head.id.as_str(), "urn:x:1");
    assert_eq!(head.headline.as_deref(), Some("Ringgit kukuh — pasaran tenang"));
    assert_eq!(head.published.unwrap().to_string(), "2025-04-18");
    assert_eq!(head.lang.as_str(), "ms");
    assert_eq!(head.source.as_deref(), Some("Berita & Pasaran"));
    assert_eq!(head.url.as_deref(), Some("https://news.example/2025/ringgit"));
    assert_eq!(head.authors, ["Rafizi Ramli", "Tengku Zafrul"]);
    assert_eq!(head.section.as_deref(), Some("Bisnes"));
    assert_eq!(head.source_tags, ["Ekonomi", "Mata wang"]);
    assert!(head.edition.is_plain());
    assert_eq!(
        texts(&article),
        [
            ("heading", "Di pasaran"),
            ("paragraph", "Ringgit dibuka lebih tinggi."),
            ("list-item", "Satu"),
        ]
    );
    assert!(article.blocks.iter().all(|block| block.lines == (8, 20).into()));
    assert!(article.dropped.is_empty());
}

#[test]
fn what_stands_beside_the_whole_text_is_told_if_wanted() {
    let options = ReadOptions { tell_dropped: true, ..ReadOptions::default() };
    let source = SourcePath::new("f.rss", "f.rss");
    let (articles, _) = parted(read_with(&source, RSS.as_bytes(), &options));
    let dropped = &articles[0].dropped[0];
    assert_eq!((&*dropped.why, dropped.text.as_str()), ("summary", "Ringkasan sahaja […]"));
    assert_eq!(dropped.lines, (16, 16).into());
}

#[test]
fn of_an_export_of_wordpress_only_what_was_published_is_read() {
    let item = |kind: &str, status: &str, text: &str| {
        format!(
            "<item><title>Ports</title><content:encoded><![CDATA[{text}]]></content:encoded>\
             <excerpt:encoded>Short.</excerpt:encoded><wp:status>{status}</wp:status>\
             <wp:post_type><![CDATA[{kind}]]></wp:post_type></item>\n"
        )
    };
    let items = [
        item("post", "publish", "They reopen."),
        item("post", "publish", ""),
        item("page", "publish", "About us."),
        item("attachment", "inherit", "crane.jpg"),
        item("nav_menu_item", "publish", "Home"),
        item("post", "draft", "They may."),
        item("post", "trash", "They do not."),
        item("post", "private", "They must."),
    ];
    for declared in [
        "xmlns:wp='http://wordpress.org/export/1.2/' \
         xmlns:excerpt='http://wordpress.org/export/1.2/excerpt/' \
         xmlns:content='http://purl.org/rss/1.0/modules/content/'",
        "",
    ] {
        let feed =
            format!("<rss version='2.0' {declared}><channel>\n{}</channel></rss>", items.concat());
        let read = read(&feed);
        let why =
            read.iter().filter_map(|read| read.as_ref().err()?.passed_over()).collect::<Vec<_>>();
        let want = [
            "an attachment (line 5)",
            "an item of a menu (line 6)",
            "a draft (line 7)",
            "a post in the trash (line 8)",
            "a private post (line 9)",
        ];
        assert_eq!(why, want, "{declared}");
        let read = read.into_iter().flatten().map(|article| article.blocks[0].text.clone());
        assert_eq!(read.collect::<Vec<_>>(), ["They reopen.", "Short.", "About us."], "{declared}");
    }
    // Another's `status` is not that of WordPress.
    let feed = "<rss><channel><item xmlns:x='http://x.example/'><title>Ports</title><x:status>draft\
                </x:status></item></channel></rss>";
    one(feed);
}

#[test]
fn an_entry_of_atom_says_who_wrote_what_and_when() {
    let article = one(r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh">
<title type="html">新闻&lt;i&gt;网&lt;/i&gt;</title><author><name>Anthony Loke</name></author>
<link rel="self" href="http://n.example/feed"/>
<entry xml:base="http://n.example/a/">
  <id>tag:n.example,2025:1</id><title>AT&amp;amp;T &amp;lt;b&amp;gt;</title>
  <link rel="enclosure" href="x.mp3"/><link href="b.html"/>
  <updated>2025-04-19T01:00:00Z</updated><published>2025-04-18T23:00:00+08:00</published>
  <category term="medtop:04000000" label="Economy"/><category scheme="http://schemas.google.com/g/2005#kind" term="post"/>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>一。<br/><br/>二 &amp;lt; 三。</p><blockquote>引</blockquote></div></content>
  <summary>短</summary>
</entry></feed>"#);
    let head = &article.head;
    assert_eq!(head.id.as_str(), "tag:n.example,2025:1");
    assert_eq!(head.headline.as_deref(), Some("AT&T <b>"));
    assert_eq!(head.published.unwrap().to_string(), "2025-04-18");
    assert_eq!(head.edition.updated.as_deref(), Some("2025-04-19T01:00:00Z"));
    assert_eq!(head.source.as_deref(), Some("新闻网"));
    assert_eq!(head.url.as_deref(), Some("http://n.example/a/b.html"));
    assert_eq!(head.authors, ["Anthony Loke"]);
    assert_eq!(head.source_tags, ["medtop:04000000", "Economy"]);
    assert_eq!(head.lang.as_str(), "zh");
    assert_eq!(
        texts(&article),
        [("paragraph", "一。"), ("paragraph", "二 &lt; 三。"), ("quote", "引")]
    );
}

#[test]
fn rdf_and_old_atom_are_read() {
    let rdf = one(r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="u"><title>C</title></channel>
<item rdf:about="http://n.example/1"><title>T</title><dc:date>2025-04</dc:date></item></rdf:RDF>"#
        .replace("2025-04<", "2025-04-02<")
        .as_str());
    assert_eq!(rdf.head.id.as_str(), "http://n.example/1");
    assert_eq!(rdf.head.url.as_deref(), Some("http://n.example/1"));
    assert_eq!(rdf.head.source.as_deref(), Some("C"));
    assert_eq!(rdf.head.published.unwrap().to_string(), "2025-04-02");
    let old = one(r#"<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>1</id>
<issued>2004-01-01T10:00:00Z</issued><modified>2004-01-02T10:00:00Z</modified>
<content type="text/html" mode="base64">PHA+T25lLjwvcD48cD5Ud28uPC9wPg==</content></entry></feed>"#);
    assert_eq!(texts(&old), [("paragraph", "One."), ("paragraph", "Two.")]);
    assert_eq!(old.head.published.unwrap().to_string(), "2004-01-01");
    assert_eq!(old.head.edition.updated.as_deref(), Some("2004-01-02T10:00:00Z"));
}

#[test]
fn an_item_of_json_feed_says_who_wrote_what_and_when() {
    let (articles, said) = parted(read(
        r#"{"version": "https://jsonfeed.org/version/1.1", "title": "News", "language": "ms",
"authors": [{"name": "Fahmi Fadzil"}],
"items": [
  {"id": 7, "url": "http://n.example/7", "title": "A &amp; B", "date_published": "2025-04-18T10:00:00Z",
   "date_modified": "2025-04-19T10:00:00Z", "content_html": "<p>One.</p><p>Two.</p>", "tags": ["x", "y"]},
  {"id": "8", "author": {"name": "Hannah Yeoh"}, "content_text": "One <b>.\n\nTwo."},
  {"id": ["9"], "summary": 5, "title": {"a": {}}},
  {"id": "10"}
]}"#,
    ));
    assert_eq!(said, ["f.rss:8: no text and no headline"]);
    let [first, second, third] = &articles[..] else { panic!("{articles:?}") };
    assert_eq!(first.head.id.as_str(), "7");
    assert_eq!(first.head.headline.as_deref(), Some("A & B"));
    assert_eq!(first.head.authors, ["Fahmi Fadzil"]);
    assert_eq!(first.head.edition.updated.as_deref(), Some("2025-04-19T10:00:00Z"));
    assert_eq!(first.head.source_tags, ["x", "y"]);
    assert_eq!(first.blocks[1].lines, (4, 5).into());
    assert_eq!(second.head.authors, ["Hannah Yeoh"]);
    assert_eq!(texts(second), [("paragraph", "One <b>."), ("paragraph", "Two.")]);
    assert_eq!(texts(third), [("paragraph", "5")]);
}

#[test]
fn texts_are_what_they_look_like() {
    let blocks = |inner: &str| {
        let text = format!("<rss><channel><item><title>T</title>{inner}</item></channel></rss>");
        let article = one(&text);
        texts(&article).iter().map(|(_, text)| (*text).to_owned()).collect::<Vec<_>>().join(" / ")
    };
    for (inner, want) in [
        (
            "<description>One\nline.\n\nTwo &lt;5% of AT&amp;T.</description>",
            "One line. / Two <5% of AT&T.",
        ),
        ("<description>A &lt;minister&gt; said.</description>", "A <minister> said."),
        ("<description>One.&lt;br&gt;&lt;br/&gt;Two.</description>", "One. / Two."),
        ("<description>One.\n \nTwo &lt;i&gt;x&lt;/i&gt;.</description>", "One. / Two x."),
        // escaped twice
        (
            "<description>&amp;lt;p&amp;gt;One.&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;Two.</description>",
            "One. / Two.",
        ),
        // markup that should have been escaped
        ("<description>One <b>bold</b>.<p>Two.</p></description>", "One bold. / Two."),
        // hostile
        ("<description><![CDATA[One.<iframe src='x'><p>Two.</p>]]></description>", "One. / Two."),
        ("<description><![CDATA[One.<!-- x><p>Two.</p>]]></description>", "One. / Two."),
        (
            "<description><![CDATA[One.<style>p{}</style><p onclick='x'>Two.]]></description>",
            "One. / Two.",
        ),
        ("<description><![CDATA[<a href='x'>Click here</a>]]></description>", "Click here"),
        // what holds nothing gives way to what is short
        ("<body> <img src='x'/> </body><description>Short.</description>", "Short."),
        ("<description>One. [...]</description>", "One."),
    ] {
        assert_eq!(blocks(inner), want, "{inner}");
    }
}

#[test]
fn names_may_stand_beside_addresses_of_mail() {
    for (author, want) in [
        ("desk@n.example (Loke Siew Fook)", "Loke Siew Fook"),
        ("Loke Siew Fook (desk@n.example)", "Loke Siew Fook"),
        ("Loke Siew Fook &lt;desk@n.example&gt;", "Loke Siew Fook"),
        ("desk@n.example", "desk@n.example"),
        ("Anwar Ibrahim, Fadillah Yusof", "Anwar Ibrahim|Fadillah Yusof"),
        ("<name>Anwar Ibrahim</name><email>x@n.example</email>", "Anwar Ibrahim"),
    ] {
        let article =
            one(&format!("<rss><item><title>T</title><author>{author}</author></item></rss>"));
        assert_eq!(article.head.authors.join("|"), want, "{author}");
    }
}

#[test]
fn what_is_wrong_is_named_and_the_rest_is_read() {
    for (text, headlines, want) in [
        ("<rss><channel></channel></rss>", "", "`f.rss` is a feed without entries"),
        ("{\"items\": []}", "", "`f.rss` is a feed without entries"),
        (
            "{\"items\": 5}",
            "",
            "f.rss:1: invalid type: integer `5`, expected a list of items, wanted a JSON Feed",
        ),
        ("<html/>", "", "f.rss:1: an element `html`, wanted `rss`, `RDF` or `feed`"),
        ("nothing", "", "f.rss:1: text outside of all elements, wanted a feed"),
        (
            "<rss><channel>\n<item><enclosure url='x'/></item><item><title>A</title></item></channel></rss>",
            "A",
            "f.rss:2: no text and no headline",
        ),
        (
            "<rss><channel>\n<item><title>A</title></item>\n<item><title>B",
            "A B",
            "f.rss:3: not well-formed: `title` is not closed; read as far as it goes",
        ),
        // an item that was not closed, and one that stands behind the feed
        (
            "<rss><item><title>A</title><item><title>B</title></item></rss>\n<item><title>C</title></item>",
            "A B C",
            "f.rss:1: not well-formed: `item` is not closed; read as far as it goes",
        ),
        (
            "<br />\n<b>Warning</b>: no file\n<?xml version='1.0'?><rss><item><title>A</title></item></rss>",
            "A",
            "f.rss:2: not well-formed: more than one outermost element; read as far as it goes",
        ),
        (
            "{\"items\": [{\"title\": \"A\"},\n{\"title\": \"B\"}, {\"tit",
            "A B",
            "f.rss:2: not well-formed: the file ends while parsing a string; read as far as it goes",
        ),
        (
            "<RSS><Channel><ITEM><TITLE>A</title></Item></Channel></RSS>",
            "A",
            "f.rss:1: not well-formed: `</title>` closes `TITLE`; read as far as it goes",
        ),
        (
            "<rss><item><title>A</title><pubDate>soon</pubDate></item></rss>",
            "A",
            "f.rss:1: `soon` is not a date, wanted one such as `2025-04-18` or `18 April 2025`; the article has none",
        ),
    ] {
        let (articles, said) = parted(read(text));
        let found: Vec<&str> =
            articles.iter().filter_map(|article| article.head.headline.as_deref()).collect();
        assert_eq!(
            (found.join(" ").as_str(), said.join("; ").as_str()),
            (headlines, want),
            "{text}"
        );
    }
}

#[test]
fn what_is_deleted_is_withdrawn() {
    let text = r#"<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<at:deleted-entry ref="tag:1" when="2025-04-18T10:00:00Z"/></feed>"#;
    let article = one(text);
    assert!(article.withdrawn);
    assert_eq!(article.head.id.as_str(), "tag:1");
    assert_eq!(article.head.edition.updated.as_deref(), Some("2025-04-18T10:00:00Z"));
}

#[test]
fn the_address_of_a_feed_is_not_that_of_its_articles() {
    let said = Said { url: Some("http://n.example/feeds/a.xml".to_owned()), ..Said::default() };
    let source = SourcePath { said, ..SourcePath::new("a.xml", "a.xml") };
    let text =
        "<rss><item><title>A</title></item><item><title>B</title><link>../b</link></item></rss>";
    let (articles, _) = parted(read_with(&source, text.as_bytes(), &ReadOptions::default()));
    assert_eq!(articles[0].head.url, None);
    assert!(articles[0].head.id.as_str().starts_with("content:"));
    assert_eq!(articles[1].head.url.as_deref(), Some("http://n.example/b"));
}

#[test]
fn feeds_are_known_by_their_first_element() {
    let wide: Vec<u8> = "\u{feff}<rss>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (head, want) in [
        (&b"<rss>"[..], true),
        (b"\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- <html> --><rss version='2.0'>", true),
        (b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss>", true),
        (b"<rdf:RDF xmlns='http://purl.org/rss/1.0/'>", true),
        (b"<rdf:RDF xmlns='http://www.w3.org/2004/02/skos/core#'>", false),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", true),
        (b"<feed>", false),
        (b"<html><rss>", false),
        (b"{ \"title\": \"x\", \"version\" : \"https://jsonfeed.org/version/1\"", true),
        (b"{ \"version\": 1, \"text\": \"jsonfeed.org\"", false),
        (b"<rss", false),
        (&wide, true),
    ] {
        let found = for_source(&SourcePath::new("a.xyz", "a.xyz"), head).map(Reader::name);
        assert_eq!(found == Some("feed"), want, "{}", head.escape_ascii());
    }
    let found = for_source(
        &SourcePath::new("a.json", "a.json"),
        b"{\"version\":\"https://jsonfeed.org/version/1\",",
    );
    assert_eq!(found.map(Reader::name), Some("feed"));
}

#[test]
fn the_encoding_is_the_one_declared() {
    for (text, want) in [
        ("<?xml version=\"1.0\" encoding=\"GBK\"?><rss/>", Some("GBK")),
        ("<?xml version='1.0' encoding = 'big5' ?>", Some("big5")),
        ("<?xml version='1.0'?><rss encoding='x'/>", None),
        ("<rss encoding='x'/>", None),
        ("<?xml encoding='x", None),
    ] {
        assert_eq!(declared(text.as_bytes()).as_deref(), want, "{text}");
    }
}

/// A feed that never ends, until it has given so many items.
struct Long {
    items: u32,
    given: u32,
    rest: Vec<u8>,
}

impl io::Read for Long {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() && self.given <= self.items {
            self.rest = match self.given {
                n if n == self.items => b"</channel>\n</rss>\n".to_vec(),
                n => format!(
                    "<item><title>{n}</title><description><![CDATA[</item> {}]]></description></item>\n",
                    "words ".repeat(2_000)
                )
                .into_bytes(),
            };
            self.given += 1;
        }
        let n = out.len().min(self.rest.len());
        out[..n].copy_from_slice(&self.rest[..n]);
        self.rest.drain(..n);
        Ok(n)
    }
}

#[test]
fn a_long_feed_is_cut_between_entries() {
    const ITEMS: u32 = 700;
    let head = b"<rss>\n<channel>\n<title>C</title>\n<!-- <item> -->\n".to_vec();
    let mut input = io::BufReader::new(Long { items: ITEMS, given: 0, rest: head });
    let source = SourcePath::new("f.rss", "f.rss");
    let (mut n_pieces, mut read) = (0, Vec::new());
    FeedReader.pieces(&source, &mut input, &mut |piece| {
        let piece = piece.unwrap();
        assert!(piece.bytes.len() < 5 << 20);
        n_pieces += 1;
        FeedReader.articles(&source, &piece, &ReadOptions::default(), &mut |it| read.push(it));
        ControlFlow::Continue(())
    });
    assert!(n_pieces > 3, "{n_pieces}");
    let (articles, said) = parted(read);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(articles.len(), ITEMS as usize);
    for (n, article) in (0..).zip(&articles) {
        assert_eq!(article.head.headline, Some(n.to_string()));
        assert_eq!(article.head.source.as_deref(), Some("C"));
        assert_eq!(article.blocks[0].lines, (5 + n, 5 + n).into());
    }
}

#[test]
fn a_long_file_without_entries_is_refused() {
    let mut input = io::BufReader::new(io::Read::take(io::repeat(b'x'), 70 << 20));
    let mut said = Vec::new();
    FeedReader.pieces(&SourcePath::new("f.rss", "f.rss"), &mut input, &mut |piece| {
        said.extend(piece.err().map(|error| error.to_string()));
        ControlFlow::Continue(())
    });
    assert_eq!(said, ["`f.rss` is longer than 64 MB, wanted one article a file"]);
}

const SMALL: &str = "<rss version='2.0'><channel><title>C</title>
<item><title>Zero</title><guid>0</guid><description>None &amp; nothing.</description></item>
<item><title>One</title><guid>1</guid><description><![CDATA[<p>First.</p>]]></description></item>
<item><title>Two</title><guid>2</guid><link href='x'>u</link></item>
<item><title>Three</title><guid>3</guid></item></channel></rss>";

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let source = SourcePath::new("f.rss", "f.rss");
        FeedReader.recognises(&bytes);
        read_with(&source, &bytes, &ReadOptions::default());
    }

    #[test]
    fn no_text_panics(
        text in "(<rss>|<item>|</item>|<title>|</title>|<description>|<!\\[CDATA\\[|\\]\\]>|&lt;p&gt;|&lt;|&amp;|<entry |href='|>|<content type=\"|html\"|\\PC|\\{\"items\":\\[|\\{\"title\":){0,30}"
    ) {
        read(&text);
    }

    /// Whatever goes wrong, the entries before it are there.
    #[test]
    fn a_fault_loses_no_entry_before_it(
        at in 0..SMALL.len(),
        gone in 0..20usize,
        junk in "(<|>|&|\"|'|\\]\\]>|<!\\[CDATA\\[|</item>|<item>|</rss>|<!--|x|\\PC){0,4}",
    ) {
        let end = (at + gone).min(SMALL.len());
        let text = format!("{}{junk}{}", &SMALL[..at], &SMALL[end..]);
        let (articles, _) = parted(read(&text));
        let whole = SMALL[..at].matches("</item>").count();
        let found: Vec<&str> = articles.iter().map(|article| article.head.id.as_str()).collect();
        for n in 0..whole {
            prop_assert!(found.contains(&n.to_string().as_str()), "{} of {found:?} in {text}", n);
        }
    }
}
