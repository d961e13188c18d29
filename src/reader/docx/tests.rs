//! Documents are made here, part by part, so that each test shows what it is about.

use proptest::prelude::*;

use super::*;
use crate::article::{Block, BlockKind, Unit};
use crate::reader::package::tests::zip;

const TYPES: (&str, &str) = ("[Content_Types].xml", "<Types/>");

const STYLES: &str = "<w:styles>\
    <w:style w:styleId='Title'><w:name w:val='Title'/></w:style>\
    <w:style w:styleId='Date'><w:name w:val='Date'/><w:basedOn w:val='Title'/></w:style>\
    <w:style w:styleId='1'><w:name w:val='heading 1'/><w:pPr><w:outlineLvl w:val='0'/></w:pPr></w:style>\
    <w:style w:styleId='Own'><w:name w:val='Own'/><w:basedOn w:val='Deep'/></w:style>\
    <w:style w:styleId='Deep'><w:name w:val='Zwischen'/><w:pPr><w:outlineLvl w:val='1'/></w:pPr></w:style>\
    <w:style w:styleId='a3'><w:name w:val='题注'/></w:style>\
    <w:style w:styleId='Q'><w:name w:val='Intense Quote'/></w:style>\
    <w:style w:styleId='B'><w:name w:val='List Bullet'/></w:style>\
    <w:style w:styleId='Strong'><w:name w:val='Own bold'/><w:rPr><w:b/></w:rPr></w:style>\
    <w:style w:styleId='TOC1'><w:name w:val='toc 1'/></w:style>\
    <w:style w:styleId='Loop'><w:name w:val='Loop'/><w:basedOn w:val='Loop'/></w:style>\
    </w:styles>";

/// A document whose body is this, with more parts.
fn docx(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let text = format!("<?xml version='1.0'?><w:document><w:body>{body}</w:body></w:document>");
    let kinds = ["styles", "footnotes", "endnotes", "header", "footer", "comments"];
    // What is related twice counts once.
    let relations: String = kinds
        .iter()
        .map(|kind| format!("<Relationship Type='http://x/{kind}' Target='{kind}.xml'/>").repeat(2))
        .collect();
    let relations = format!("<Relationships>{relations}</Relationships>");
    let mut parts = vec![
        TYPES,
        ("word/document.xml", text.as_str()),
        ("word/_rels/document.xml.rels", relations.as_str()),
        ("word/styles.xml", STYLES),
    ];
    parts.extend(more);
    zip(&parts)
}

/// A paragraph in a style.
fn p(style: &str, text: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val='{style}'/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// The article in `bytes`, or the reason there is none; and the warnings.
fn read(bytes: &[u8]) -> (Result<Article, String>, Vec<String>) {
    let source = SourcePath::new("a.docx", "a.docx");
    let piece = Piece::new(1, bytes);
    let options = ReadOptions { tell_dropped: true, ..ReadOptions::default() };
    let (mut warnings, mut read) = (Vec::new(), None);
    DocxReader.articles(&source, &piece, &options, &mut |found| match found {
        Err(error) if error.is_warning() => warnings.push(error.to_string()),
        found => read = Some(found.map_err(|error| error.to_string())),
    });
    (read.expect("a file is an article or an error"), warnings)
}

fn article(bytes: &[u8]) -> Article {
    read(bytes).0.unwrap()
}

/// The blocks of a body that has a headline before it.
fn blocks(body: &str) -> Vec<(BlockKind, String)> {
    let body = format!("{}{body}", p("Title", "Shares fall"));
    let article = article(&docx(&body, &[]));
    article.blocks.into_iter().map(|block| (block.kind, block.text)).collect()
}

#[test]
fn what_a_paragraph_says_is_read() {
    use BlockKind::{Caption, Heading, ListItem, Paragraph, Quote};
    for (body, want) in [
        (p("", "One."), vec![(Paragraph, "One.")]),
        (p("1", "One"), vec![(Heading, "One")]),
        (p("Own", "One"), vec![(Heading, "One")]),
        (p("Heading2", "One"), vec![(Heading, "One")]),
        (p("a3", "One"), vec![(Caption, "One")]),
        (p("Q", "One."), vec![(Quote, "One.")]),
        (p("B", "One"), vec![(ListItem, "One")]),
        (p("Loop", "One."), vec![(Paragraph, "One.")]),
        (
            "<w:p><w:pPr><w:numPr><w:numId w:val='3'/></w:numPr></w:pPr><w:r><w:t>One</w:t></w:r></w:p>"
                .to_owned(),
            vec![(ListItem, "One")],
        ),
        (
            "<w:p><w:pPr><w:pStyle w:val='B'/><w:outlineLvl w:val='9'/><w:numPr><w:numId w:val='0'/>\
             </w:numPr></w:pPr><w:r><w:t>One</w:t></w:r></w:p>"
                .to_owned(),
            vec![(ListItem, "One")],
        ),
        (
            "<w:p><w:r><w:t>One</w:t><w:tab/><w:t xml:space='preserve'>two </w:t></w:r><w:r><w:t>\
             three</w:t><w:br/><w:t>four</w:t><w:softHyphen/><w:t>teen</w:t><w:noBreakHyphen/><w:t>\
             five</w:t></w:r></w:p>"
                .to_owned(),
            vec![(Paragraph, "One two three fourteen-five")],
        ),
        (
            "<w:p><w:r><w:t>One.</w:t><w:br/><w:br/><w:t>Two.</w:t></w:r></w:p>".to_owned(),
            vec![(Paragraph, "One."), (Paragraph, "Two.")],
        ),
        (
            "<w:p><w:r><w:t>One </w:t></w:r><w:del><w:r><w:delText>two </w:delText></w:r></w:del>\
             <w:ins><w:r><w:t>three</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>four</w:t></w:r>\
             </w:moveFrom><w:moveTo><w:r><w:t>, five.</w:t></w:r></w:moveTo></w:p>"
                .to_owned(),
            vec![(Paragraph, "One three, five.")],
        ),
        (
            format!(
                "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>One </w:t></w:r></w:p>{}",
                p("1", "two.")
            ),
            vec![(Paragraph, "One two.")],
        ),
        (
            "<w:p><w:hyperlink><w:r><w:t>One</w:t></w:r></w:hyperlink><w:r><w:fldChar \
             w:fldCharType='begin'/><w:instrText> PAGE </w:instrText><w:t>no</w:t></w:r><w:r><w:fldChar \
             w:fldCharType='separate'/><w:t> two</w:t><w:fldChar w:fldCharType='end'/></w:r>\
             <w:fldSimple w:instr='DATE'><w:r><w:t> three.</w:t></w:r></w:fldSimple></w:p>"
                .to_owned(),
            vec![(Paragraph, "One two three.")],
        ),
        (
            format!(
                "<w:p><w:r><w:t>One.</w:t><w:fldChar w:fldCharType='begin'/></w:r><w:del><w:r><w:fldChar \
                 w:fldCharType='end'/></w:r></w:del></w:p>{}",
                p("", "Two.")
            ),
            vec![(Paragraph, "One."), (Paragraph, "Two.")],
        ),
        (
            "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>No</w:t></w:r><w:r><w:ruby><w:rt><w:r><w:t>yi\
             </w:t></w:r></w:rt><w:rubyBase><w:r><w:t>一</w:t></w:r></w:rubyBase></w:ruby></w:r><w:sdt>\
             <w:sdtPr><w:r><w:t>no</w:t></w:r></w:sdtPr><w:sdtContent><w:r><w:t>二</w:t></w:r>\
             </w:sdtContent></w:sdt></w:p>"
                .to_owned(),
            vec![(Paragraph, "一二")],
        ),
        (
            "<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent><w:p><w:r>\
             <w:t>Boxed.</w:t></w:r></w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice>\
             <mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>Boxed.</w:t></w:r></w:p>\
             </w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>One.</w:t>\
             </w:r></w:p>"
                .to_owned(),
            vec![(Paragraph, "One."), (Paragraph, "Boxed.")],
        ),
        (
            format!("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Bold</w:t></w:r></w:p>{0}{0}", p("", "One.")),
            vec![(Heading, "Bold"), (Paragraph, "One."), (Paragraph, "One.")],
        ),
        (
            format!("{}{1}{1}", p("Strong", "Bold from the style"), p("", "One.")),
            vec![(Heading, "Bold from the style"), (Paragraph, "One."), (Paragraph, "One.")],
        ),
    ] {
        let got = blocks(&body);
        let got: Vec<_> = got.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
        assert_eq!(got, want, "{body}");
    }
}

#[test]
fn rows_of_data_are_rows_and_those_of_a_layout_are_not() {
    let cell = |inner: &str| format!("<w:tc>{inner}</w:tc>");
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let one = |text: &str| cell(&p("", text));
    let long = one(&"Long text. ".repeat(60));
    for (rows, want) in [
        (row(&[one("Port"), one("Ships")]), vec![(BlockKind::TableRow, "Port | Ships".to_owned())]),
        (
            row(&[one("Port"), one(""), one("7"), one("")]),
            vec![(BlockKind::TableRow, "Port | | 7".to_owned())],
        ),
        (row(&[one("Alone.")]), vec![(BlockKind::Paragraph, "Alone.".to_owned())]),
        (
            row(&[one("Left."), long]),
            vec![
                (BlockKind::Paragraph, "Left.".to_owned()),
                (BlockKind::Paragraph, "Long text. ".repeat(60).trim().to_owned()),
            ],
        ),
        (
            row(&[cell(&format!("<w:tbl>{}</w:tbl>", row(&[one("a"), one("b")]))), one("c.")]),
            vec![
                (BlockKind::TableRow, "a | b".to_owned()),
                (BlockKind::Paragraph, "c.".to_owned()),
            ],
        ),
        (
            row(&[format!("<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", one("a")), one("b")]),
            vec![(BlockKind::TableRow, "a | b".to_owned())],
        ),
        ("<w:tr><w:trPr><w:del/></w:trPr><w:tc/></w:tr>".to_owned(), vec![]),
    ] {
        let body = format!("<w:tbl>{rows}</w:tbl>{}", p("", "End."));
        let mut want = want;
        want.push((BlockKind::Paragraph, "End.".to_owned()));
        assert_eq!(blocks(&body), want, "{rows}");
    }
}

fn core(title: &str, creator: &str) -> String {
    format!(
        "<cp:coreProperties><dc:title>{title}</dc:title><dc:creator>{creator}</dc:creator>\
         <cp:keywords>ports; trade</cp:keywords><dcterms:created>2019-01-02T08:00:00Z</dcterms:created>\
         <dcterms:modified>2025-04-18T08:00:00Z</dcterms:modified></cp:coreProperties>"
    )
}

#[test]
fn the_headline_is_the_best_that_is_there() {
    let (one, two) = (p("", "Markets closed early."), p("", "They open on Monday."));
    let bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Shares fall</w:t></w:r></w:p>";
    let heading = |text: &str| p("1", text);
    for (title, body, want) in [
        ("", format!("{}{one}", p("Title", "Shares fall")), Some("Shares fall")),
        ("", format!("{}{}{one}", p("Title", "Shares"), p("Title", "fall")), Some("Shares fall")),
        (
            "",
            format!("{}{}{one}", p("", "PRESS RELEASE"), p("Title", "Shares fall")),
            Some("Shares fall"),
        ),
        ("Old news of ours", format!("{}{one}", p("Title", "Shares fall")), Some("Shares fall")),
        ("Shares fall", format!("{}{one}", p("", "SHARES FALL")), Some("SHARES FALL")),
        ("Old news of ours", format!("{}{one}{two}", heading("Shares fall")), Some("Shares fall")),
        (
            "Shares in a year",
            format!("{}{one}{}{two}", heading("Summary"), heading("Outlook")),
            Some("Shares in a year"),
        ),
        ("Shares in a year", format!("{one}{two}"), Some("Shares in a year")),
        ("Microsoft Word - shares.doc", format!("{one}{two}"), None),
        ("Old news of ours", format!("{bold}{one}{two}"), Some("Shares fall")),
        ("", format!("{}{one}{two}", p("", "Shares fall")), Some("Shares fall")),
        (
            "",
            format!("{}{}{one}", p("", "18 April 2025"), p("", "Shares fall")),
            Some("Shares fall"),
        ),
        ("", format!("{one}{two}"), None),
    ] {
        let core = core(title, "");
        let article = article(&docx(&body, &[("docProps/core.xml", &core)]));
        assert_eq!(article.head.headline.as_deref(), want, "{title} {body}");
        let texts: Vec<&str> = article.blocks.iter().map(|block| block.text.as_str()).collect();
        assert!(texts.contains(&"Markets closed early."), "{body}");
        assert!(!texts.iter().any(|text| text.eq_ignore_ascii_case("Shares fall")), "{body}");
    }
}

#[test]
fn dates_and_names_are_those_of_the_text_before_those_of_the_file() {
    let title = p("Title", "Shares fall");
    let text = p("", "Markets closed early.");
    for (lines, published, authors, warnings) in [
        (p("", "By Wang Yi | 3 March 2025"), "2025-03-03", vec!["Wang Yi"], 0),
        (p("Author", "Wang Yi") + &p("Date", "3 March 2025"), "2025-03-03", vec!["Wang Yi"], 0),
        (p("", "KLANG, March 4, 2025 — Ships wait."), "2025-03-04", vec!["Anwar Ibrahim"], 0),
        (p("", "Ships wait."), "2025-04-18", vec!["Anwar Ibrahim"], 1),
    ] {
        let core = core("", "Anwar Ibrahim");
        let file = docx(&format!("{title}{lines}{text}"), &[("docProps/core.xml", &core)]);
        let (article, said) = read(&file);
        let head = article.unwrap().head;
        assert_eq!(
            head.published.map(|day| day.to_string()).as_deref(),
            Some(published),
            "{lines}"
        );
        assert_eq!(head.authors, authors, "{lines}");
        assert_eq!(head.source_tags, ["ports", "trade"]);
        assert_eq!(said.len(), warnings, "{said:?}");
        assert!(said.iter().all(|said| said
            == "`a.docx` names no day of publication, taken as 2025-04-18, when the file was last saved"));
    }
}

#[test]
fn the_date_of_an_empty_document_is_none() {
    let core = "<cp:coreProperties><dcterms:modified>2013-12-23T23:15:00Z</dcterms:modified>\
        <dc:creator>python-docx</dc:creator></cp:coreProperties>";
    let (article, said) = read(&docx(&p("", "One."), &[("docProps/core.xml", core)]));
    let head = article.unwrap().head;
    assert_eq!((head.published, head.authors.len(), said.len()), (None, 0, 0));
}

#[test]
fn notes_follow_the_text_and_what_is_on_every_page_is_left_out() {
    let note = "<w:footnotes><w:footnote w:type='separator'><w:p><w:r><w:t>-</w:t></w:r></w:p>\
        </w:footnote><w:footnote w:id='2'><w:p><w:r><w:t>Figures of March.</w:t></w:r></w:p>\
        </w:footnote></w:footnotes>";
    let head = format!("<w:hdr>{}</w:hdr>", p("", "Pressmark Wire"));
    let body = format!(
        "{}{}<w:p/><w:p><w:r><w:t>One.</w:t></w:r><w:del><w:r><w:delText>Two.</w:delText></w:r></w:del>\
         <w:moveFrom><w:r><w:t>Three.</w:t></w:r></w:moveFrom><w:r><w:footnoteReference w:id='2'/></w:r></w:p>\
         <w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj>\
         </w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt><w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>\
         <w:p><w:r><w:t>Four.</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
        p("Title", "Shares fall"),
        p("TOC1", "Outlook 3"),
        p("", "Summary 1"),
    );
    let file = docx(&body, &[("word/footnotes.xml", note), ("word/header.xml", &head)]);
    let article = article(&file);
    assert_eq!(article.head.unit, Unit::Paragraph);
    let place = |block: &Block| (block.text.clone(), block.lines.first);
    assert_eq!(
        article.blocks.iter().map(place).collect::<Vec<_>>(),
        [("One.".to_owned(), 3), ("Figures of March.".to_owned(), 5)]
    );
    let dropped = article.dropped.iter().map(|one| format!("{}: {}", one.why, one.text));
    assert_eq!(
        dropped.collect::<Vec<_>>(),
        [
            "table of contents: Outlook 3",
            "deleted text: Two.",
            "moved text: Three.",
            "table of contents: Summary 1",
            "deleted text: Four.",
            "running head: Pressmark Wire"
        ]
    );
}

#[test]
fn what_is_no_document_is_named() {
    let ole = |text: &str| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        OLE.iter().copied().chain(units).collect::<Vec<u8>>()
    };
    let broken = "`a.docx` is no document that can be read:";
    let whole = docx(&p("", "One."), &[]);
    for (file, want) in [
        (Vec::new(), "`a.docx` is empty".to_owned()),
        (ole("EncryptedPackage"), "`a.docx` is encrypted".to_owned()),
        (ole("WordDocument"), format!("{broken} it is of Word 97 to 2003, wanted `.docx`")),
        (zip(&[TYPES]), format!("{broken} it has no `word/document.xml`")),
        (
            whole[..whole.len() / 2].to_vec(),
            format!("{broken} it has no list of its parts, so it was cut short"),
        ),
        (docx("", &[]), "a.docx:1: no text and no headline".to_owned()),
    ] {
        assert_eq!(read(&file).0.map(|article| article.blocks), Err(want));
    }
    let torn = zip(&[TYPES, ("word/document.xml", "<w:document><w:body><w:p><w:r><w:t>One")]);
    let (article, warnings) = read(&torn);
    assert_eq!(article.unwrap().blocks[0].text, "One");
    assert_eq!(warnings.len(), 1);
    assert!(
        warnings[0].starts_with("a.docx: `word/document.xml` is not well-formed:"),
        "{warnings:?}"
    );
}

#[test]
fn the_main_part_may_be_called_anything() {
    let relations = "<Relationships><Relationship Type='http://x/officeDocument' \
        Target='/doc/main.xml'/></Relationships>";
    let text = format!("<w:document><w:body>{}</w:body></w:document>", p("", "One."));
    let file = zip(&[TYPES, ("_rels/.rels", relations), ("doc/main.xml", &text)]);
    assert_eq!(article(&file).blocks[0].text, "One.");
}

#[test]
fn nothing_hostile_takes_long() {
    let started = std::time::Instant::now();
    let deep = |open: &str, close: &str| {
        docx(
            &format!(
                "{}<w:p><w:r><w:t>One.</w:t></w:r></w:p>{}",
                open.repeat(50_000),
                close.repeat(50_000)
            ),
            &[],
        )
    };
    let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>\
        <w:document><w:body><w:p><w:r><w:t>One &b;.</w:t></w:r></w:p></w:body></w:document>";
    let cases = [
        deep("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        deep("<w:p><w:r><w:pict><w:txbxContent>", "</w:txbxContent></w:pict></w:r></w:p>"),
        deep("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        docx(&"<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r></w:p>".repeat(20_000), &[]),
        docx(&"<w:p/>".repeat(2_000_000), &[]),
        zip(&[TYPES, ("word/document.xml", bomb)]),
    ];
    for case in cases {
        if let Ok(article) = read(&case).0 {
            assert!(article.blocks.iter().all(|block| !block.text.contains("aaaa")));
        }
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn a_document_is_known_by_its_first_parts() {
    for (names, want) in [
        (&["[Content_Types].xml", "_rels/.rels", "word/document.xml"][..], true),
        (&["word/numbering.xml", "word/document.xml"], true),
        (&["docProps/app.xml", "word/theme/theme1.xml"], true),
        (&["[Content_Types].xml", "xl/workbook.xml"], false),
        (&["word/monday.html"], false),
        (&["a.txt", "word/document.xml"], false),
    ] {
        let parts: Vec<(&str, &str)> = names.iter().map(|name| (*name, "<x/>")).collect();
        assert_eq!(DocxReader.recognises(&zip(&parts)), want, "{names:?}");
    }
    // A document that is kept in an archive as it is, is not the archive.
    let inner = docx(&p("", "One."), &[]);
    let outer = [&b"PK\x03\x04"[..], &[0; 22], &[5, 0, 0, 0], b"a.doc", &inner].concat();
    assert!(!DocxReader.recognises(&outer));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        DocxReader.recognises(&bytes);
        drop(read(&bytes));
        drop(read(&[b"PK\x03\x04", &bytes[..]].concat()));
    }

    #[test]
    fn no_broken_document_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut file = docx(&p("1", "One"), &[("docProps/core.xml", &core("A title", "Wang Yi"))]);
        let at = at.index(file.len());
        file[at] = byte;
        drop(read(&file));
    }

    #[test]
    fn no_markup_panics(
        body in "(<w:(p|r|t|tbl|tr|tc|sdt|sdtContent|pPr|fldChar|br|del)>|</w:(p|r|t|tbl|tr|tc)>|a |\\PC){0,40}"
    ) {
        drop(read(&docx(&body, &[])));
    }
}
