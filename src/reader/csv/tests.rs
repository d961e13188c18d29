//! Tables through the reader.

use encoding_rs::GBK;
use proptest::prelude::*;

use super::*;

fn read_as(name: &str, bytes: &[u8], map: &[&str]) -> Vec<Result<Article, ReadError>> {
    let source = SourcePath::new(name, name);
    let map = map.iter().map(|map| map.parse().unwrap()).collect();
    let options = ReadOptions { map, ..ReadOptions::default() };
    let mut read = Vec::new();
    CsvReader.pieces(&source, &mut &bytes[..], &mut |piece| {
        match piece {
            Ok(piece) => {
                CsvReader.articles(&source, &piece, &options, &mut |article| read.push(article));
            }
            Err(error) => read.push(Err(error)),
        }
        ControlFlow::Continue(())
    });
    read
}

/// `first-last headline: blocks` of each article, or the error.
fn told(name: &str, bytes: &[u8]) -> Vec<String> {
    let read = read_as(name, bytes, &[]).into_iter();
    read.map(|read| match read {
        Ok(article) => {
            let texts: Vec<_> = article.blocks.iter().map(|block| block.text.as_str()).collect();
            let lines = article.blocks.first().map(|block| block.lines);
            let lines =
                lines.map_or(String::new(), |lines| format!("{}-{} ", lines.first, lines.last));
            format!("{lines}{}: {}", article.head.headline.unwrap_or_default(), texts.join(" / "))
        }
        Err(error) => error.to_string(),
    })
    .collect()
}

#[test]
fn a_row_is_an_article() {
    let table = "ID,Title,Published At,Language,Publisher,By Line,Section,Link,Body,Tags,other\n\
        7,A  b,2025-04-18,en,Pressmark Wire,Anwar Ibrahim and Wang Yi,Markets,https://a.example/x,\
        \"<p>One.</p><p>Two, \"\"three\"\".</p>\",Energy: oil; x,y\n";
    let article = read_as("x.csv", table.as_bytes(), &[]).remove(0).unwrap();
    let head = article.head;
    assert_eq!(head.id.as_str(), "7");
    assert_eq!(head.headline.as_deref(), Some("A b"));
    assert_eq!(head.published.unwrap().to_string(), "2025-04-18");
    assert_eq!(head.lang.as_str(), "en");
    assert_eq!(head.source.as_deref(), Some("Pressmark Wire"));
    assert_eq!(head.authors, ["Anwar Ibrahim", "Wang Yi"]);
    assert_eq!(head.section.as_deref(), Some("Markets"));
    assert_eq!(head.url.as_deref(), Some("https://a.example/x"));
    assert_eq!(head.source_tags, ["Energy: oil", "x"]);
    let texts: Vec<_> = article.blocks.iter().map(|block| block.text.as_str()).collect();
    assert_eq!(texts, ["One.", "Two, \"three\"."]);
}

#[test]
fn a_row_is_known_by_its_id_else_its_address_else_what_it_says() {
    let id = |table: &str| read_as("x.csv", table.as_bytes(), &[]).remove(0).unwrap().head.id;
    assert_eq!(id("id,url,text\n,HTTPS://A.example/#x,a\n").as_str(), "https://a.example");
    let by_content = id("text,id\na,\n");
    assert!(by_content.as_str().starts_with("content:"));
    assert_eq!(id("n;text\n1;a\n"), by_content);
}

#[test]
fn tables_come_in_many_forms() {
    let gbk = |text: &str| GBK.encode(text).0.into_owned();
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let cases: &[(&str, Vec<u8>, &[&str])] = &[
        ("x.csv", "title,text\nA,b\n".into(), &["2-2 A: b"]),
        ("x.csv", "title;text\r\nA;b, c".into(), &["2-2 A: b, c"]),
        ("x.csv", "title|text\nA|b\n".into(), &["2-2 A: b"]),
        ("x.csv", "title\ttext\nA\tb\n".into(), &["2-2 A: b"]),
        ("x.tsv", "text\na, b\n".into(), &["2-2 : a, b"]),
        ("x.csv", "\u{feff}\"text, all\",text\n,b\n".into(), &["2-2 : b"]),
        ("x.csv", "\n\ntext,n\n\n\nb,1\n,\n\nc,2\n".into(), &["6-6 : b", "9-9 : c"]),
        (
            "x.csv",
            "text,n\n\"a\n\nb, \"\"c\"\"\",1\nd,2\n".into(),
            &["2-4 : a / b, \"c\"", "5-5 : d"],
        ),
        ("x.csv", "title,text\rA,\"b\r\rc\"\rD,e\r".into(), &["2-4 A: b / c", "5-5 D: e"]),
        ("x.csv", "\"text,\r\n\",text\r\n,b\r\n".into(), &["3-3 : b"]),
        (
            "x.csv",
            "text,n\ra,1\r\"b,2\rc,3\r".into(),
            &["2-2 : a", "x.csv:3: a quote is never closed, wanted one row", "4-4 : c"],
        ),
        ("x.csv", "text,n\n5\" pipe,1\nd,2\n".into(), &["2-2 : 5\" pipe", "3-3 : d"]),
        (
            "x.csv",
            gbk("标题,text\n中国股市上涨,今天股市上涨\n"),
            &["2-2 中国股市上涨: 今天股市上涨"],
        ),
        ("x.tsv", wide("\u{feff}title\ttext\r\n中国\t上涨\r\n"), &["2-2 中国: 上涨"]),
        (
            "x.csv",
            "text,n\na,1\nb\nc,3,4\nd,5\n".into(),
            &[
                "2-2 : a",
                "x.csv:3: 1 field, wanted 2 as in the header",
                "x.csv:4: 3 fields, wanted 2 as in the header",
                "5-5 : d",
            ],
        ),
        (
            "x.csv",
            "text,n\na,1\n\"b,2\nc,3\nd,4".into(),
            &["2-2 : a", "x.csv:3: a quote is never closed, wanted one row", "4-4 : c", "5-5 : d"],
        ),
        ("x.csv", "text,n\n,1\n".into(), &["x.csv:2: no text and no headline"]),
        ("x.csv", "text,n\n".into(), &["`x.csv` is empty"]),
        ("x.csv", "".into(), &["`x.csv` is empty"]),
        (
            "x.csv",
            "name,price\na,1\nb,2\n".into(),
            &["x.csv:1: no column for text or headline, only `name`, `price`"],
        ),
        (
            "x.csv",
            "text,date\na,soon\n".into(),
            &[
                "x.csv:2: `soon` is not a date, wanted one such as `2025-04-18` or `18 April 2025`; \
                 the article has none",
                "2-2 : a",
            ],
        ),
        (
            "x.csv",
            b"text,n\na,1\n\xE4\xB8\xAD\xE5\x9B\xBD\xE4\xB8\xAD\xE5\x9B\xBD\xFF,2\n".to_vec(),
            &[
                "x.csv:3: not UTF-8 at byte 12, read as `\u{fffd}`",
                "2-2 : a",
                "3-3 : 中国中国\u{fffd}",
            ],
        ),
    ];
    for (name, bytes, want) in cases {
        assert_eq!(&told(name, bytes), want, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn the_encoding_is_kept_with_the_article() {
    let text = "title,text\n中国股市上涨,今天股市上涨\n";
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (bytes, want) in [
        (text.as_bytes().to_vec(), None),
        (GBK.encode(text).0.into_owned(), Some("GBK")),
        (wide, Some("UTF-16BE")),
    ] {
        let head = read_as("x.csv", &bytes, &[]).remove(0).unwrap().head;
        assert_eq!(head.edition.encoding.as_deref(), want);
        assert_eq!(head.headline.as_deref(), Some("中国股市上涨"));
    }
}

#[test]
fn other_columns_are_mapped() {
    let table = "Kop Berita,isi,title\nHarga naik,Harga minyak naik.,x\n";
    let article =
        read_as("x.csv", table.as_bytes(), &["headline=kop berita", "text=isi"]).remove(0).unwrap();
    assert_eq!(article.head.headline.as_deref(), Some("Harga naik"));
    assert_eq!(article.blocks.len(), 1);
    // The column with the most text is likely the one.
    for (table, want) in [
        ("a'b,c\n1,2\n", r"name them, such as `--map text='a'\''b'`"),
        ("a,b,c\n1,A long text.,short\n2,Two.,\n", "name them, such as `--map text='b'`"),
    ] {
        let error = read_as("x.csv", table.as_bytes(), &[]).remove(0).unwrap_err();
        assert_eq!(error.hint().unwrap(), want);
    }
    // One that is not there is told once, and the rows are read.
    let long = format!("text,n\n{}", "A long text.,7\n".repeat(40_000));
    let mut read = read_as("x.csv", long.as_bytes(), &["headline=subject", "id=n"]).into_iter();
    let warning = read.next().unwrap().unwrap_err();
    assert_eq!(
        warning.to_string(),
        "x.csv:1: no column `subject` for `headline`, only `text`, `n`"
    );
    assert!(warning.is_warning() && read.len() == 40_000 && read.all(|read| read.is_ok()));
}

#[test]
fn columns_may_have_chinese_and_malay_names() {
    for table in [
        "标题,正文,日期,作者,来源,链接\nA,b,2025-04-18,Wang Yi,Pressmark Wire,https://a.example/x\n",
        "标题,正文,发布时间,记者,媒体,网址\nA,b,2025-04-18,Wang Yi,Pressmark Wire,https://a.example/x\n",
        "title,article,publish_date,author_name,site,url\nA,b,2025-04-18,Wang Yi,Pressmark Wire,https://a.example/x\n",
        "標題,內容,時間,作者,來源,網址\nA,b,2025-04-18,Wang Yi,Pressmark Wire,https://a.example/x\n",
        "Tajuk,Kandungan,Tarikh,Penulis,Sumber,Pautan\nA,b,2025-04-18,Wang Yi,Pressmark Wire,https://a.example/x\n",
        "TAJUK;isi;tarikh;penulis;sumber;pautan\nA;b;2025-04-18;Wang Yi;Pressmark Wire;https://a.example/x\n",
    ] {
        assert!(CsvReader.recognises(table.as_bytes()), "{table}");
        let article = read_as("x.csv", table.as_bytes(), &[]).remove(0).unwrap();
        let head = article.head;
        assert_eq!(head.headline.as_deref(), Some("A"), "{table}");
        assert_eq!(article.blocks[0].text, "b");
        assert_eq!(head.published.unwrap().to_string(), "2025-04-18");
        assert_eq!(head.authors, ["Wang Yi"]);
        assert_eq!(head.source.as_deref(), Some("Pressmark Wire"));
        assert_eq!(head.url.as_deref(), Some("https://a.example/x"));
    }
}

#[test]
fn a_table_is_known_by_three_names_of_ours() {
    for (head, want) in [
        ("id,title,text\n1,a,b\n", true),
        ("\"url\";\"headline\";\"date\"\n", true),
        ("title,text\n", false),
        ("id,title,text\r1,a,b\r", true),
        ("Title, date and text of it\n", false),
        ("id,url,date\n", false),
        ("", false),
    ] {
        assert_eq!(CsvReader.recognises(head.as_bytes()), want, "{head}");
    }
}

#[test]
fn a_long_table_is_cut_between_records() {
    let row = |n: usize| format!("{n},\"line\n{}\n\n\"\"end\"\"\"\n", "x".repeat(n % 997));
    let table: String =
        std::iter::once("id,text\n".to_owned()).chain((0..3_000).map(row)).collect();
    let source = SourcePath::new("x.csv", "x.csv");
    let mut n = 0;
    CsvReader.pieces(&source, &mut table.as_bytes(), &mut |piece| {
        n += 1;
        let piece = piece.unwrap();
        assert_eq!(&*piece.header, b"id,text\n");
        assert!(piece.bytes.len() <= 300 << 10);
        ControlFlow::Continue(())
    });
    assert!(n > 4, "{n} pieces");
    let read = read_as("x.csv", table.as_bytes(), &[]);
    assert_eq!(read.len(), 3_000);
    for (n, article) in read.into_iter().enumerate() {
        let article = article.unwrap();
        assert_eq!(article.head.id.as_str(), n.to_string());
        let first = 2 + 4 * n as u32;
        assert_eq!(article.blocks[0].lines, LineRange { first, last: first + 3 });
    }
}

proptest! {
    /// What is written as a table is read from it, wherever the lines end.
    #[test]
    fn cells_come_back(
        cells in proptest::collection::vec("[a-c中\",;\t|\r\n']{1,9}", 1..20),
        delimiter in prop_oneof![Just(b','), Just(b'\t'), Just(b';'), Just(b'|')],
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["id", "text"]).unwrap();
        let cells: Vec<String> = cells.iter().map(|cell| format!("x{cell}x")).collect();
        for (n, cell) in cells.iter().enumerate() {
            writer.write_record([&n.to_string(), cell]).unwrap();
        }
        let read = read_as("x.csv", &writer.into_inner().unwrap(), &[]);
        prop_assert_eq!(read.len(), cells.len());
        let dense = |text: &str| text.split_whitespace().collect::<String>();
        for (article, cell) in read.into_iter().zip(cells) {
            let texts = article.unwrap().blocks.into_iter().map(|block| block.text);
            prop_assert_eq!(dense(&texts.collect::<Vec<_>>().join(" ")), dense(&cell));
        }
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'"'), Just(b','), Just(b'\n')], 0..200)) {
        drop(read_as("x.csv", &bytes, &[]));
        drop(read_as("x.csv", &[b"text,n\n", &bytes[..]].concat(), &[]));
    }
}
