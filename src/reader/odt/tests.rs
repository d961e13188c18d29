//! Documents are made here, part by part, so that each test shows what it is about.

use proptest::prelude::*;

use super::*;
use crate::article::{BlockKind, Unit};
use crate::reader::package::tests::zip;

const TYPE: (&str, &str) = ("mimetype", "application/vnd.oasis.opendocument.text");

const STYLES: &str = "<office:document-styles><office:styles>\
    <style:style style:name='Title' style:family='paragraph'/>\
    <style:style style:name='Quotations' style:family='paragraph'/>\
    <style:style style:name='Text_20_body' style:display-name='Text body' style:family='paragraph'/>\
    <style:style style:name='Marked' style:family='paragraph' style:default-outline-level='2'/>\
    </office:styles><office:master-styles><style:master-page><style:header><text:p>Pressmark Wire\
    </text:p></style:header></style:master-page></office:master-styles></office:document-styles>";

const OWN_STYLES: &str = "\
    <style:style style:name='P1' style:family='paragraph' style:parent-style-name='Title'/>\
    <style:style style:name='P2' style:family='paragraph' style:parent-style-name='Text_20_body'/>\
    <style:style style:name='P3' style:family='paragraph' style:parent-style-name='Text_20_body'>\
    <style:text-properties fo:font-weight='bold'/></style:style>\
    <style:style style:name='T1' style:family='text'><style:text-properties text:display='none'/>\
    </style:style>";

/// A document with that text, and more parts.
fn odt(text: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:automatic-styles>{OWN_STYLES}</office:automatic-styles>\
         <office:body><office:text>{text}</office:text></office:body></office:document-content>"
    );
    let mut parts = vec![TYPE, ("content.xml", content.as_str()), ("styles.xml", STYLES)];
    parts.extend(more);
    zip(&parts)
}

fn p(style: &str, text: &str) -> String {
    format!("<text:p text:style-name='{style}'>{text}</text:p>")
}

/// The article in `bytes`, or the reason there is none; and the warnings.
fn read(bytes: &[u8]) -> (Result<Article, String>, Vec<String>) {
    let source = SourcePath::new("a.odt", "a.odt");
    let piece = Piece::new(1, bytes);
    let options = ReadOptions { tell_dropped: true, ..ReadOptions::default() };
    let (mut warnings, mut read) = (Vec::new(), None);
    OdtReader.articles(&source, &piece, &options, &mut |found| match found {
        Err(error) if error.is_warning() => warnings.push(error.to_string()),
        found => read = Some(found.map_err(|error| error.to_string())),
    });
    (read.expect("a file is an article or an error"), warnings)
}

#[test]
fn what_a_paragraph_says_is_read() {
    use BlockKind::{Heading, ListItem, Paragraph, Quote, TableRow};
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    for (text, want) in [
        (p("P2", "One."), vec![(Paragraph, "One.")]),
        ("<text:h text:outline-level='2'>One</text:h>".to_owned(), vec![(Heading, "One")]),
        (p("Heading_20_2", "One"), vec![(Heading, "One")]),
        (p("Marked", "One"), vec![(Heading, "One")]),
        (p("Quotations", "One."), vec![(Quote, "One.")]),
        (
            format!(
                "<text:list><text:list-item>{}<text:list><text:list-item>{}</text:list-item></text:list>\
                 </text:list-item></text:list>",
                p("P2", "One"),
                p("P2", "Two")
            ),
            vec![(ListItem, "One"), (ListItem, "Two")],
        ),
        (
            p(
                "P2",
                "One<text:s text:c='3'/>two<text:tab/>three<text:line-break/><text:span>four\n five\
                 </text:span><text:a>.</text:a><text:span text:style-name='T1'>no</text:span>",
            ),
            vec![(Paragraph, "One two three four five.")],
        ),
        (
            format!("{}{1}{1}", p("P3", "Bold"), p("P2", "One.")),
            vec![(Heading, "Bold"), (Paragraph, "One."), (Paragraph, "One.")],
        ),
        (
            format!(
                "<text:tracked-changes><text:changed-region><text:deletion>{}</text:deletion>\
                 </text:changed-region></text:tracked-changes><text:section>{}</text:section>",
                p("P2", "No."),
                p("P2", "One.<text:change text:change-id='1'/>")
            ),
            vec![(Paragraph, "One.")],
        ),
        (
            format!(
                "{}{}",
                p(
                    "P2",
                    "One<text:note><text:note-citation>1</text:note-citation><text:note-body>\
                     <text:p>Of March.</text:p></text:note-body></text:note>.<draw:frame>\
                     <draw:text-box><text:p>Boxed.</text:p></draw:text-box><svg:desc>no</svg:desc>\
                     </draw:frame>",
                ),
                p("P2", "Two.")
            ),
            vec![
                (Paragraph, "One."),
                (Paragraph, "Boxed."),
                (Paragraph, "Two."),
                (Paragraph, "Of March."),
            ],
        ),
        (
            format!(
                "<table:table><table:table-header-rows><table:table-row>{}{}</table:table-row>\
                 </table:table-header-rows><table:table-row>{}<table:covered-table-cell/>{}\
                 </table:table-row></table:table>",
                cell("Port"),
                cell(
                    "Ships<text:note><text:note-body><text:p>Since May.</text:p></text:note-body></text:note>"
                ),
                cell("Klang"),
                cell("7")
            ),
            vec![(TableRow, "Port | Ships"), (TableRow, "Klang | 7"), (Paragraph, "Since May.")],
        ),
    ] {
        let file = odt(&format!("{}{text}", p("P1", "Shares fall")), &[]);
        let article = read(&file).0.unwrap();
        assert_eq!(article.head.headline.as_deref(), Some("Shares fall"));
        assert_eq!(article.head.unit, Unit::Paragraph);
        let got = article.blocks.iter().map(|block| (block.kind, block.text.as_str()));
        assert_eq!(got.collect::<Vec<_>>(), want, "{text}");
    }
}

#[test]
fn what_is_beside_the_text_is_left_out_and_told() {
    let text = format!(
        "<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>x\
         </dc:creator></office:change-info><text:p>Ports close.</text:p></text:deletion>\
         </text:changed-region></text:tracked-changes>\
         <text:table-of-content><text:table-of-content-source><text:p>no</text:p>\
         </text:table-of-content-source><text:index-body><text:p>Outlook 3</text:p></text:index-body>\
         </text:table-of-content>{}{}",
        p("P1", "Shares fall"),
        p(
            "P2",
            "One<office:annotation><dc:creator>x</dc:creator><text:p>Is that so?</text:p>\
             </office:annotation>."
        )
    );
    let article = read(&odt(&text, &[])).0.unwrap();
    let dropped = article.dropped.iter().map(|one| format!("{}: {}", one.why, one.text));
    assert_eq!(
        dropped.collect::<Vec<_>>(),
        [
            "deleted text: Ports close.",
            "table of contents: Outlook 3",
            "comment: Is that so?",
            "running head: Pressmark Wire"
        ]
    );
    assert_eq!(article.blocks.len(), 1);
    assert_eq!(article.blocks[0].lines.first, 3);
}

#[test]
fn what_the_document_says_of_itself_is_the_last_resort() {
    let meta = "<office:document-meta><office:meta><dc:title>Shares in a year</dc:title>\
        <meta:initial-creator>Wang Yi</meta:initial-creator><dc:creator>Anwar Ibrahim</dc:creator>\
        <meta:creation-date>2019-01-02T08:00:00</meta:creation-date><dc:date>2025-04-18T08:00:00.123\
        </dc:date><meta:keyword>ports</meta:keyword><meta:keyword>trade</meta:keyword>\
        </office:meta></office:document-meta>";
    let text = format!("{}{}", p("P2", "Markets closed early."), p("P2", "They open on Monday."));
    let (article, warnings) = read(&odt(&text, &[("meta.xml", meta)]));
    let head = article.unwrap().head;
    assert_eq!(head.headline.as_deref(), Some("Shares in a year"));
    assert_eq!(head.published.unwrap().to_string(), "2025-04-18");
    assert_eq!(head.authors, ["Wang Yi"]);
    assert_eq!(head.source_tags, ["ports", "trade"]);
    assert_eq!(warnings.len(), 1);
    let text = format!("{}{text}", p("P2", "3 March 2025"));
    let (article, warnings) = read(&odt(&text, &[("meta.xml", meta)]));
    assert_eq!(article.unwrap().head.published.unwrap().to_string(), "2025-03-03");
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn what_is_no_document_is_named() {
    let locked = "<manifest:manifest><manifest:file-entry manifest:full-path='content.xml'>\
        <manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    let broken = "`a.odt` is no document that can be read:";
    let sheet = "<office:document-content><office:body><office:spreadsheet/></office:body>\
        </office:document-content>";
    for (file, want) in [
        (b"PK".to_vec(), format!("{broken} it has no list of its parts, so it was cut short")),
        (zip(&[TYPE]), format!("{broken} it has no `content.xml`")),
        (
            zip(&[TYPE, ("content.xml", sheet)]),
            format!("{broken} it is no text but another document"),
        ),
        (
            zip(&[TYPE, ("content.xml", "\u{1}\u{2}"), ("META-INF/manifest.xml", locked)]),
            "`a.odt` is encrypted".to_owned(),
        ),
        (odt("", &[]), "a.odt:1: no text and no headline".to_owned()),
    ] {
        assert_eq!(read(&file).0.map(|article| article.blocks), Err(want));
    }
}

#[test]
fn nothing_deep_is_lost_and_nothing_hostile_takes_long() {
    let started = std::time::Instant::now();
    let deep = |open: &str, close: &str| {
        let inner = p("P2", "One.");
        odt(&format!("{}{inner}{}", open.repeat(50_000), close.repeat(50_000)), &[])
    };
    for file in [
        deep("<text:list><text:list-item>", "</text:list-item></text:list>"),
        deep("<text:section>", "</text:section>"),
        deep("<table:table><table:table-row><table:table-cell>", ""),
        deep("<text:p><office:annotation>", ""),
    ] {
        drop(read(&file));
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn a_document_is_known_by_its_type() {
    assert!(OdtReader.recognises(&odt("", &[])));
    assert!(
        !OdtReader.recognises(&zip(&[("mimetype", "application/vnd.oasis.opendocument.base")]))
    );
    assert!(!OdtReader.recognises(&zip(&[("a", "application/vnd.oasis.opendocument.text")])));
}

proptest! {
    #[test]
    fn no_broken_document_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut file = odt(&p("P1", "One"), &[]);
        let at = at.index(file.len());
        file[at] = byte;
        OdtReader.recognises(&file);
        drop(read(&file));
    }

    #[test]
    fn no_markup_panics(
        text in "(<text:(p|h|list|note|note-body|span|s)>|</text:(p|h|list)>|<table:(table|table-row|table-cell)>|<office:annotation>|a |\\PC){0,40}"
    ) {
        drop(read(&odt(&text, &[])));
    }
}
