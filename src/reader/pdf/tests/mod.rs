//! PDFs are made here, object by object, so that each test shows what it is about.

mod hostile;

use super::*;

/// A word that is put on a page: from the left, from the bottom, height of its letters, text.
type Put<'t> = (f32, f32, f32, &'t str);

/// A PDF of letter size with these pages in Helvetica, and more entries for its trailer.
fn pdf(pages: &[Vec<Put<'_>>], trailer: &str) -> Vec<u8> {
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";
    pdf_in(font, pages, trailer)
}

fn pdf_in(font: &str, pages: &[Vec<Put<'_>>], trailer: &str) -> Vec<u8> {
    let streams = pages.iter().map(|page| {
        page.iter().fold(String::new(), |stream, (x, y, size, text)| {
            // In the first of the encodings the text is for, else in hexadecimal of UTF-16.
            let shown = match text.is_ascii() {
                true => format!("({})", text.replace('(', "\\(").replace(')', "\\)")),
                false => {
                    let units = text.encode_utf16().map(|unit| format!("{unit:04X}"));
                    format!("<{}>", units.collect::<String>())
                }
            };
            format!("{stream}BT /F {size} Tf {x} {y} Td {shown} Tj ET\n")
        })
    });
    let streams: Vec<Vec<u8>> = streams.map(String::into_bytes).collect();
    let dicts: Vec<String> = streams.iter().map(|_| String::new()).collect();
    assemble(font, &streams, &dicts, trailer)
}

/// Puts a file together: catalog, page tree, font, then page and content in turn.
fn assemble(font: &str, streams: &[Vec<u8>], dicts: &[String], trailer: &str) -> Vec<u8> {
    let kids: String = (0..streams.len()).map(|nth| format!("{} 0 R ", 4 + 2 * nth)).collect();
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Count {} /Kids [ {kids}] >>", streams.len()).into_bytes(),
        font.as_bytes().to_vec(),
    ];
    for (nth, (stream, dict)) in streams.iter().zip(dicts).enumerate() {
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R \
                 /Resources << /Font << /F 3 0 R >> >> >>",
                5 + 2 * nth
            )
            .into_bytes(),
        );
        let mut object = format!("<< /Length {} {dict} >>\nstream\n", stream.len()).into_bytes();
        object.extend(stream);
        object.extend(b"\nendstream");
        objects.push(object);
    }
    file_of(&objects, trailer)
}

/// A file of these objects, the first of which is the catalog.
fn file_of(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (nth, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n", nth + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    let count = objects.len() + 1;
    let table: String = places.iter().map(|at| format!("{at:010} 00000 n \n")).collect();
    file.extend(
        format!(
            "xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R \
             {trailer} >>\nstartxref\n{start}\n%%EOF\n"
        )
        .bytes(),
    );
    file
}

/// The article in `bytes`, or the reason there is none; and the warnings.
fn read(bytes: &[u8]) -> (Result<Article, String>, Vec<String>) {
    let source = SourcePath::new("a.pdf", "a.pdf");
    let piece = Piece::new(1, bytes);
    let (mut article, mut warnings) = (None, Vec::new());
    PdfReader.articles(&source, &piece, &ReadOptions::default(), &mut |found| match found {
        Err(error) if error.is_warning() => warnings.push(error.to_string()),
        found => {
            assert!(article.is_none(), "one file, one article");
            article = Some(found.map_err(|error| error.to_string()));
        }
    });
    (article.expect("an article or a reason"), warnings)
}

/// What an article says, a block a line, with the pages it is from.
fn told(article: &Article) -> Vec<String> {
    let block = |block: &Block| {
        let (first, last) = block.lines.into();
        format!("{} {first}-{last}: {}", block.kind.as_str(), block.text)
    };
    article.blocks.iter().map(block).collect()
}

/// Lines of text down from `top`, 14 points apart.
fn down<'t>(left: f32, top: f32, lines: &[&'t str]) -> Vec<Put<'t>> {
    lines
        .iter()
        .zip(0u16..)
        .map(|(line, nth)| (left, top - 14.0 * f32::from(nth), 11.0, *line))
        .collect()
}

const LEFT: [&str; 6] = [
    "The port of Klang took more ships in",
    "the first quarter than in any before",
    "it, the ministry said, as trade rose.",
    "It was the third rise in a row and the",
    "largest of them, led by palm oil and",
    "by parts for machines from the north.",
];

const RIGHT: [&str; 6] = [
    "In the south the bridge stays closed",
    "until May, which costs hauliers a day",
    "on each trip, and the price of fish at",
    "the market went up by a tenth within a",
    "week because boats stay in harbour on",
    "the advice of the weather office here.",
];

#[test]
fn columns_are_read_one_after_the_other_below_what_spans_them() {
    let mut page = vec![(60.0, 720.0, 24.0, "Ships come and a bridge stays closed")];
    page.extend(down(60.0, 680.0, &LEFT));
    page.extend(down(320.0, 680.0, &RIGHT));
    // As some programs write it: line by line over both columns.
    let mut woven = page.clone();
    woven.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.total_cmp(&b.0)));
    for page in [page, woven] {
        let article = read(&pdf(&[page], "")).0.unwrap();
        assert_eq!(article.head.headline.as_deref(), Some("Ships come and a bridge stays closed"));
        let left = format!("paragraph 1-1: {}", LEFT.join(" "));
        let right = format!("paragraph 1-1: {}", RIGHT.join(" "));
        assert_eq!(told(&article), [left, right]);
    }
}

#[test]
fn columns_whose_words_are_set_wide_apart_are_columns() {
    let spread = |left: f32, lines: &[&'static str]| -> Vec<Put<'static>> {
        let rows = lines.iter().zip(0u16..).flat_map(|(line, nth)| {
            let words: Vec<&str> = line.split(' ').collect();
            // Letters of Helvetica are half as wide as high, so the gaps are about as wide as high.
            let mut at = left;
            words.into_iter().map(move |word| {
                let put = (at, 680.0 - 14.0 * f32::from(nth), 9.0, word);
                at += 4.5 * word.len() as f32 + 9.0;
                put
            })
        });
        rows.collect()
    };
    let mut page = spread(40.0, &LEFT);
    page.extend(spread(330.0, &RIGHT));
    let article = read(&pdf(&[page], "")).0.unwrap();
    let text = told(&article).join(" ");
    assert!(text.contains("the ministry said, as trade rose. It was the third rise"), "{text}");
    // One column of such words has no gutter.
    let article = read(&pdf(&[spread(40.0, &RIGHT)], "")).0.unwrap();
    assert!(told(&article).join(" ").contains("hauliers a day on each trip,"), "{article:?}");
}

#[test]
fn what_is_left_of_an_article_is_a_column_though_it_be_short() {
    let mut page = down(60.0, 680.0, &LEFT);
    page.extend(down(320.0, 680.0, &RIGHT[4..]));
    page.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.total_cmp(&b.0)));
    let article = read(&pdf(&[page], "")).0.unwrap();
    let text = [&LEFT[..], &RIGHT[4..]].map(|lines| format!("paragraph 1-1: {}", lines.join(" ")));
    assert_eq!(told(&article), text);
}

#[test]
fn paragraphs_part_at_gaps_indents_and_short_last_lines() {
    let lines = &LEFT[..3];
    let text = lines.join(" ");
    let mut gap = down(60.0, 700.0, lines);
    gap.extend(down(60.0, 646.0, lines));
    let mut indent = down(60.0, 700.0, lines);
    indent.extend(down(60.0, 658.0, lines));
    indent[3].0 += 14.0;
    let mut short = down(60.0, 700.0, &[lines[0], lines[1], "it, he said."]);
    short.extend(down(60.0, 658.0, lines));
    for (page, first) in [
        (gap, text.clone()),
        (indent, text.clone()),
        (short, format!("{} {} it, he said.", lines[0], lines[1])),
    ] {
        let article = read(&pdf(&[page], "")).0.unwrap();
        let want = [first, text.clone()].map(|text| format!("paragraph 1-1: {text}"));
        assert_eq!(told(&article), want);
    }
}

#[test]
fn an_item_goes_on_behind_its_mark_or_below_it_and_ends_where_its_line_does() {
    // The mark is a bullet of the encoding of the font.
    let bullet = "\\225 ";
    let first = format!("{bullet}{}", LEFT[0]);
    let last = format!("{bullet}and then no more.");
    for (mark, below) in [(60.0, 70.0), (72.0, 60.0)] {
        let page = vec![
            (60.0, 728.0, 11.0, RIGHT[0]),
            (60.0, 714.0, 11.0, "until May."),
            (mark, 700.0, 11.0, first.as_str()),
            (below, 686.0, 11.0, LEFT[1]),
            (below, 672.0, 11.0, "it, he said."),
            (mark, 658.0, 11.0, last.as_str()),
            (72.0, 644.0, 11.0, RIGHT[1]),
            (60.0, 630.0, 11.0, RIGHT[2]),
        ];
        let article = read(&pdf(&[page], "")).0.unwrap();
        let want = [
            format!("paragraph 1-1: {} until May.", RIGHT[0]),
            format!("list-item 1-1: {} {} it, he said.", LEFT[0], LEFT[1]),
            "list-item 1-1: and then no more.".to_owned(),
            format!("paragraph 1-1: {} {}", RIGHT[1], RIGHT[2]),
        ];
        assert_eq!(told(&article), want, "{mark} {below}");
    }
}

#[test]
fn hyphens_at_line_ends_are_undone_but_for_those_of_words() {
    for (first, second, want) in [
        ("The minister spoke of inter-", "national trade and of ports", "of international trade"),
        ("Ministers met; the negara-", "negara of the region agreed", "the negara-negara of"),
        ("A pact of the Anglo-", "American kind was signed here", "the Anglo-American kind"),
        (
            "It was long and the term was up: long-",
            "term plans are to be made",
            "up: long-term plans",
        ),
        ("Short- and long-term plans, and long-", "term ones were drawn up", "long-term ones"),
        (
            "Johor waits; the zone, named for the Jo-",
            "hor-Singapore causeway, is to be opened",
            "the Johor-Singapore causeway",
        ),
        ("The school has 120 pupils aged 10-", "12 in four classes of thirty", "aged 10-12 in"),
        (
            "The cost is high - it is too high -",
            "and so nobody pays it at all",
            "too high - and so",
        ),
    ] {
        let article = read(&pdf(&[down(60.0, 700.0, &[first, second])], "")).0.unwrap();
        assert!(told(&article)[0].contains(want), "{:?}", told(&article));
    }
}

#[test]
fn running_heads_and_page_numbers_are_no_text_and_paragraphs_go_on_over_pages() {
    let numbers = ["1", "2", "3"];
    let feet = ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"];
    for feet in [numbers, feet] {
        let page = |nth: usize| {
            let mut page = vec![(60.0, 760.0, 9.0, "THE DAILY SAMPLE, 18 April 2025")];
            page.extend(down(60.0, 720.0, if nth == 1 { &RIGHT[..5] } else { &LEFT[..5] }));
            page.push((300.0, 30.0, 9.0, feet[nth]));
            page
        };
        let article = read(&pdf(&[page(0), page(1), page(2)], "")).0.unwrap();
        let text = told(&article).join("\n");
        assert!(!text.contains("SAMPLE") && !text.contains("Page"), "{text}");
        assert!(!text.contains(" 1 ") && !text.ends_with('3'), "{text}");
        assert!(
            text.contains("palm oil and In the south") || text.contains("palm oil and\n"),
            "{text}"
        );
    }
}

#[test]
fn a_paragraph_that_is_torn_by_the_end_of_a_page_is_of_both_pages() {
    let pages = [down(60.0, 700.0, &LEFT[..2]), down(60.0, 700.0, &LEFT[2..3])];
    let article = read(&pdf(&pages, "")).0.unwrap();
    assert_eq!(told(&article), [format!("paragraph 1-2: {}", LEFT[..3].join(" "))]);
}

#[test]
fn the_headline_is_the_title_else_the_largest_text_and_the_opening_is_no_text() {
    let mut page = vec![
        (60.0, 740.0, 9.0, "BUSINESS"),
        (60.0, 700.0, 24.0, "Ships come to Klang"),
        (60.0, 670.0, 9.0, "By Pressmark Wire"),
        (60.0, 650.0, 9.0, "18 April 2025"),
    ];
    page.extend(down(60.0, 600.0, &["KUALA LUMPUR: The port of Klang took more ships.", LEFT[1]]));
    let (article, warnings) = read(&pdf(&[page], ""));
    let head = article.unwrap().head;
    assert_eq!(head.headline.as_deref(), Some("Ships come to Klang"));
    assert_eq!(head.published.unwrap().to_string(), "2025-04-18");
    assert_eq!(head.authors, ["Pressmark Wire"]);
    assert_eq!(head.dateline.as_deref(), Some("KUALA LUMPUR"));
    assert_eq!((head.lang.as_str(), head.id.as_str()), ("en", "a.pdf"));
    assert_eq!(warnings, [""; 0]);
}

/// A font for Chinese with the character map of that name.
fn chinese(map: &str) -> String {
    format!(
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /{map} \
         /DescendantFonts [ << /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light \
         /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 \
         /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 \
         /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 \
         /StemV 93 >> >> ] >>"
    )
}

#[test]
fn chinese_lines_that_break_at_a_figure_take_a_space_only_where_others_have_one() {
    for (first, second, want) in [
        ("第一季共有1200艘船到港增长", "15个百分点。", "第一季共有1200艘船到港增长15个百分点。"),
        (
            "第一季共有 1200 艘船到港增长",
            "15 个百分点。",
            "第一季共有 1200 艘船到港增长 15 个百分点。",
        ),
    ] {
        let page = vec![(60.0, 700.0, 11.0, first), (60.0, 686.0, 11.0, second)];
        let article = read(&pdf_in(&chinese("UniGB-UTF16-H"), &[page], "")).0.unwrap();
        assert_eq!(told(&article), [format!("paragraph 1-1: {want}")]);
    }
}

#[test]
fn letters_are_told_by_the_character_maps_of_chinese() {
    for (map, put) in [("UniGB-UTF16-H", "港口货运量上升"), ("UniGB-UCS2-H", "港口货运量上升")]
    {
        let article =
            read(&pdf_in(&chinese(map), &[vec![(60.0, 700.0, 11.0, put)]], "")).0.unwrap();
        assert_eq!(told(&article), [format!("paragraph 1-1: {put}")], "{map}");
    }
}

#[test]
fn what_cannot_be_read_is_named_as_what_it_is() {
    let encrypt = "/Encrypt << /Filter /Standard /V 1 /R 2 /O \
                   <0000000000000000000000000000000000000000000000000000000000000000> /U \
                   <0000000000000000000000000000000000000000000000000000000000000000> /P -4 >> \
                   /ID [ <00> <00> ]";
    let page = || vec![down(60.0, 700.0, &LEFT)];
    for (bytes, want) in [
        (pdf(&page(), encrypt), "`a.pdf` is encrypted"),
        (b"%PDF-1.7\nnothing".to_vec(), "`a.pdf` is no PDF that can be read: it was cut short"),
        (b"no PDF at all".to_vec(), "`a.pdf` is no PDF that can be read"),
        (pdf(&[], ""), "`a.pdf` is a PDF without pages"),
        (pdf(&[vec![], vec![]], ""), "`a.pdf` has no text on any of its pages (2)"),
        (
            pdf(&[vec![(60.0, 20.0, 9.0, "Scan 1")], vec![(60.0, 20.0, 9.0, "Scan 2")]], ""),
            "`a.pdf` has no text on any of its pages (2) but running heads and page numbers",
        ),
    ] {
        assert_eq!(read(&bytes).0.map(|article| told(&article)), Err(want.to_owned()));
    }
}

/// The objects of `file` but for its catalog, then that: as some programs write them.
fn with_catalog_last(file: &[u8]) -> Vec<u8> {
    let at = |what: &[u8]| memchr::memmem::find(file, what).unwrap();
    let (catalog, others, table) = (at(b"1 0 obj"), at(b"2 0 obj"), at(b"xref"));
    [&file[..catalog], &file[others..table], &file[catalog..others], &file[table..]].concat()
}

#[test]
fn of_a_file_that_is_cut_short_the_pages_that_are_left_are_read() {
    let rows = [
        ["The port of Klang took more ships in", "the first quarter, the ministry said."],
        ["In the south the bridge stays closed", "until May, which costs hauliers a day."],
        ["Boats stay in harbour on the advice of", "the weather office, fishermen report."],
    ];
    let pages: Vec<_> = rows.iter().map(|rows| down(60.0, 700.0, rows)).collect();
    let whole = pdf(&pages, "");
    let at = |what: &str| memchr::memmem::rfind(&whole, what.as_bytes()).unwrap();
    let (table, third) = (at("xref\n0"), at("8 0 obj"));
    let changed = [&whole[..], b"10 0 obj\n<< /A (b) >>\nendobj\n"].concat();
    let fewer = String::from_utf8(whole.clone()).unwrap().replace("/Count 3", "/Count 7");
    let last = with_catalog_last(&whole);
    let note = b"4 0 obj\n<< /Type /Annot /Subtype /Text /Contents (a note) >>\nendobj\n";
    let with_note = [&last[..9], note, &last[9..third - 40]].concat();
    let cut = |bytes: usize| format!("a.pdf: cut short at byte {bytes}");
    let three = rows.map(|rows| rows.join(" "));
    let two = &three[..2];
    for (what, file, want, warning) in [
        ("whole", whole.clone(), &three[..], None),
        ("another end", [&whole[..], b"<!-- saved -->"].concat(), &three, None),
        ("without its table", whole[..table].to_vec(), &three, Some(cut(table))),
        (
            "before its third page",
            whole[..third].to_vec(),
            two,
            Some(format!("{}, 2 of 3 pages are there", cut(third))),
        ),
        ("without the end of a change", changed.clone(), &three, Some(cut(changed.len()))),
        (
            "fewer than said",
            fewer.into_bytes(),
            &three,
            Some("a.pdf: 3 of 7 pages are there".to_owned()),
        ),
        ("before its catalog", last[..third - 40].to_vec(), two, Some(cut(third - 40))),
        ("with a note", with_note.clone(), two, Some(cut(with_note.len()))),
    ] {
        let (article, warnings) = read(&file);
        let texts: Vec<String> =
            article.unwrap().blocks.into_iter().map(|block| block.text).collect();
        assert_eq!(texts, want, "{what}");
        let warning = warning.map(|start| format!("{start}; read as far as it goes"));
        assert_eq!(warnings, Vec::from_iter(warning), "{what}");
    }
}
