//! Pages as sites write them, and as no one should.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::article::BlockKind::{Caption, Heading, ListItem, Paragraph, Quote, TableRow};

fn read_bytes(bytes: &[u8]) -> Vec<Result<Article, ReadError>> {
    let source = SourcePath::new("a.html", "a.html");
    let piece = Piece::new(1, bytes);
    let mut read = Vec::new();
    HtmlReader.articles(&source, &piece, &ReadOptions::default(), &mut |article| {
        read.push(article);
    });
    read
}

fn read(html: &str) -> Article {
    read_bytes(html.as_bytes()).pop().unwrap().unwrap()
}

/// A paragraph long enough to be told from what surrounds articles.
const PROSE: &str = "The ministry said on Friday that the new rules for data centres, which were \
    put off twice, will take effect in July, and that operators have a year to comply with them.";

/// A page whose article holds `inner` among paragraphs.
fn page(head: &str, inner: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html><head>{head}</head>\n<body><nav><a href=/>Home</a> <a \
         href=/news>News</a></nav>\n<article><h1>Rules for data centres take effect</h1>\n<p>{PROSE}</p>\
         \n<p>{PROSE}</p>\n{inner}\n<p>{PROSE}</p></article>\n<footer>All rights reserved</footer></body></html>"
    )
}

/// The blocks of the article that are not its paragraphs of prose.
fn blocks(inner: &str) -> Vec<(BlockKind, String)> {
    let article = read(&page("<title>Rules for data centres take effect</title>", inner));
    let others = article.blocks.into_iter().filter(|block| block.text != PROSE);
    others.map(|block| (block.kind, block.text)).collect()
}

#[test]
fn elements_become_blocks_of_their_kind() {
    let long = "Grid operators want more time to build new lines to the south";
    for (inner, want) in [
        ("<h2>What changes</h2>", vec![(Heading, "What changes".to_owned())]),
        (
            &*format!("<ul><li>{long}</li><li><p>{long} <b>and</b>\n east</p></li></ul>"),
            vec![(ListItem, long.to_owned()), (ListItem, format!("{long} and east"))],
        ),
        (&*format!("<blockquote><p>{long}</p></blockquote>"), vec![(Quote, long.to_owned())]),
        (
            &*format!("<figure><img src=a.jpg><figcaption>{long}</figcaption></figure>"),
            vec![(Caption, long.to_owned())],
        ),
        (
            "<table><caption>Power by state</caption><thead><tr><th>State<th>MW</thead>\
             <tr><td>Johor<td><p>400</p><tr><td>Selangor<td>230</table>",
            vec![
                (Caption, "Power by state".to_owned()),
                (TableRow, "State | MW".to_owned()),
                (TableRow, "Johor | 400".to_owned()),
                (TableRow, "Selangor | 230".to_owned()),
            ],
        ),
        (&*format!("<p>{long},<br>he said.</p>"), vec![(Paragraph, format!("{long}, he said."))]),
        (
            &*format!("<div>{long}.<br><br>{long}?</div>"),
            vec![(Paragraph, format!("{long}.")), (Paragraph, format!("{long}?"))],
        ),
    ] {
        assert_eq!(blocks(inner), want, "{inner}");
    }
}

#[test]
fn what_is_no_text_is_left_out() {
    for inner in [
        "<script>let a = '<p>no text</p>'</script>",
        "<p>Advertisement</p>",
        "<p><a href=/b>Read more: Power prices rise in the south</a></p>",
        "<p>BACA JUGA: <a href=/b>Harga elektrik naik</a></p>",
        "<h3>Related stories</h3><ul><li><a href=/b>Power prices rise</a></li></ul>",
        "<p>相关新闻：<a href=/b>电价上涨</a></p>",
        "<div hidden><p>Not to be seen</p></div>",
    ] {
        assert_eq!(blocks(inner), [], "{inner}");
    }
    let prose = "Read more books, said the minister, and you will need no advice from me at all.";
    assert_eq!(blocks(&format!("<p>{prose}</p>")), [(Paragraph, prose.to_owned())]);
}

#[test]
fn blocks_know_their_lines() {
    let html = page("", "<p>\n<b>Three states</b>\nwant more of them, and one\nwants none.</p>");
    let article = read(&html);
    let found = article.blocks.iter().find(|block| block.text.starts_with("Three")).unwrap();
    let lines: Vec<&str> = html.split('\n').collect();
    let text = lines[found.lines.first as usize - 1..found.lines.last as usize].join(" ");
    assert_eq!(text, "<b>Three states</b> want more of them, and one wants none.</p>");
}

#[test]
fn a_page_says_of_itself_what_its_head_is_made_of() {
    let ld = |json: &str| format!("<script type='application/ld+json'>{json}</script>");
    let all = ld(r#"{"@context":"https://schema.org","@graph":[{"@type":"Organization","@id":"o",
        "name":"Example Daily"},{"@type":"NewsArticle","headline":"Rules &amp; power",
        "datePublished":"2025-04-18T09:00:00+08:00","author":[{"@type":"Person","name":"Anwar Ibrahim"}],
        "publisher":{"@id":"o"},"articleSection":"Business","keywords":"power, Johor",
        "mainEntityOfPage":"https://news.example/a/1","inLanguage":"en-MY"}]}"#);
    let og = "<meta property=og:title content='Rules and power'>\
        <meta property=og:site_name content='Example Daily'>\
        <meta property=article:published_time content='2025-04-18T01:00:00Z'>\
        <meta property=article:section content=Business>\
        <meta property=article:tag content=power><meta property=article:tag content=Johor>\
        <meta name=author content='By Anwar Ibrahim'><meta property=og:locale content=en_MY>\
        <link rel=canonical href='https://news.example/a/1?utm_source=x'>";
    for (head, headline) in [(&*all, "Rules & power"), (og, "Rules and power")] {
        let head = read(&page(head, "")).head;
        assert_eq!(head.headline.as_deref(), Some(headline));
        assert_eq!(head.published.unwrap().to_string(), "2025-04-18");
        assert_eq!(head.source.as_deref(), Some("Example Daily"));
        assert_eq!(head.authors, ["Anwar Ibrahim"]);
        assert_eq!(head.section.as_deref(), Some("Business"));
        assert_eq!(head.source_tags, ["power", "Johor"]);
        assert_eq!(head.id.as_str(), "https://news.example/a/1");
        assert_eq!(head.lang.as_str(), "en");
    }
}

#[test]
fn of_two_headlines_the_one_counts_that_the_page_is_titled() {
    let head = |title: &str| {
        format!(
            "<title>{title} | Example Daily</title><script type=application/ld+json>\
             {{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\"headline\":\"Johor wants more of them now\",\
             \"name\":\"Rules for data centres take effect\"}}</script>"
        )
    };
    for title in ["Johor wants more of them now", "Rules for data centres take effect"] {
        assert_eq!(read(&page(&head(title), "")).head.headline.as_deref(), Some(title));
    }
}

#[test]
fn what_the_head_does_not_say_is_taken_from_the_page() {
    let html = page(
        "<title>Rules for data centres take effect | Example Daily</title>",
        "<p>KUALA LUMPUR: Three states asked for more of them, the ministry said in a statement.</p>",
    );
    let html = html.replace(
        "</h1>",
        "</h1><p class=byline>By Anwar Ibrahim</p><time datetime=2025-04-18>Friday</time>",
    );
    let article = read(&html);
    assert_eq!(article.head.headline.as_deref(), Some("Rules for data centres take effect"));
    assert_eq!(article.head.authors, ["Anwar Ibrahim"]);
    assert_eq!(article.head.published.unwrap().to_string(), "2025-04-18");
    assert_eq!(article.head.id.as_str(), "a.html");
    assert!(!article.blocks.iter().any(|block| block.text.contains("Anwar")));
}

#[test]
fn the_text_says_its_language_where_a_template_calls_all_pages_english() {
    let zh = "国家能源局周五表示，新的数据中心规定将于七月生效，运营商有一年时间达到要求，逾期不合规的将被处罚。";
    let ms = "Kementerian itu berkata pada hari Jumaat bahawa peraturan baharu bagi pusat data akan \
        berkuat kuasa pada bulan Julai dan pengendali diberi masa setahun untuk mematuhinya.";
    for (text, given, want) in [
        (zh, "en", "zh"),
        (ms, "en-US", "ms"),
        (PROSE, "en", "en"),
        (PROSE, "", "en"),
        (zh, "ja", "ja"),
    ] {
        let html = format!(
            "<html lang='{given}'><ul><li><a href=/>A</a></ul><div class=content>{}</div>",
            format!("<p>{text}</p>").repeat(6)
        );
        let article = read(&html);
        assert_eq!(article.head.lang.as_str(), want, "{given} {text}");
        assert!(article.blocks.iter().all(|block| block.text == text), "{:?}", article.blocks);
        assert_eq!(article.blocks.len(), 6);
    }
}

#[test]
fn an_address_identifies_only_if_it_is_of_one_article() {
    for (head, want) in [
        ("<link rel=canonical href='https://news.example/'>", "a.html"),
        ("<link rel=canonical href='/a/1'>", "a.html"),
        ("<meta property=og:url content='https://news.example/a/1'>", "https://news.example/a/1"),
        ("<!-- saved from url=(0024)https://news.example/a/1 -->", "https://news.example/a/1"),
    ] {
        assert_eq!(read(&page(head, "")).head.id.as_str(), want, "{head}");
    }
}

#[test]
fn days_are_read_wherever_pages_put_them() {
    for (head, want) in [
        ("<meta name=pubdate content='18 April 2025'>", Some("2025-04-18")),
        ("<meta itemprop=datePublished content=2025-04-18T10:00>", Some("2025-04-18")),
        ("<link rel=canonical href='https://news.example/2025/04/18/rules'>", Some("2025-04-18")),
        ("<link rel=canonical href='https://news.example/2025/rules'>", None),
        (
            "<meta name=date content='last week'><meta name=dc.date content=2025-04-18>",
            Some("2025-04-18"),
        ),
        ("", None),
    ] {
        let published = read(&page(head, "")).head.published.map(|day| day.to_string());
        assert_eq!(published.as_deref(), want, "{head}");
    }
    let read = read_bytes(page("<meta name=date content='last week'>", "").as_bytes());
    assert!(matches!(&read[..], [Err(ReadError::BadDate { .. }), Ok(_)]), "{read:?}");
}

#[test]
fn text_that_is_given_to_machines_only_is_read() {
    let body = [PROSE; 6].join("\\n\\n");
    let html = format!(
        "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"headline\":\"Rules\",\
         \"articleBody\":\"{body}\"}}</script><div id=app>Please wait</div>"
    );
    let article = read(&html);
    assert_eq!(article.blocks.len(), 6);
    assert!(article.blocks.iter().all(|block| block.text == PROSE));
    let short = read(&html.replace(&body, "Ports reopen."));
    let texts: Vec<_> = short.blocks.iter().map(|block| block.text.as_str()).collect();
    assert_eq!(texts, ["Ports reopen."]);
}

#[test]
fn the_name_of_the_site_is_no_part_of_a_headline_that_the_page_shows_alone() {
    for (title, heading, want) in [
        ("槟城港口三天后重新开放_星洲网", "槟城港口三天后重新开放", "槟城港口三天后重新开放"),
        ("槟城港口重新开放 - Example", "槟城港口重新开放", "槟城港口重新开放"),
        ("槟城港口重新开放了", "槟城港口重新开放", "槟城港口重新开放了"),
        ("槟城港口重新开放_星洲网", "星洲网", "槟城港口重新开放_星洲网"),
    ] {
        let html = format!(
            "<title>{title}</title><body><article><h1>{heading}</h1><p>{PROSE}</p><p>{PROSE}</p></article>"
        );
        assert_eq!(read(&html).head.headline.as_deref(), Some(want), "{title}");
    }
}

#[test]
fn a_page_without_an_article_is_an_error_only_if_it_says_nothing() {
    let read = |html: &str| read_bytes(html.as_bytes()).pop().unwrap();
    assert!(matches!(read("<html><body></body></html>"), Err(ReadError::NoText { .. })));
    assert!(matches!(read(" \n"), Err(ReadError::Empty { .. })));
    let title = read("<title>Rules take effect</title>").unwrap();
    assert_eq!(title.head.headline.as_deref(), Some("Rules take effect"));
    assert_eq!(read("<p>Short.").unwrap().blocks[0].text, "Short.");
}

#[test]
fn pages_without_measure_are_read_or_refused_in_time() {
    const MOST: Duration = Duration::from_secs(5);
    let many: String = (0..100_000).map(|n| format!(" a{n}=1")).collect();
    let formats: String = (0..50).map(|n| format!("<b id={n}>")).collect();
    for (name, html, is_read) in [
        ("nested", format!("{}<p>{PROSE}", "<div>".repeat(100_000)), true),
        ("nested paragraphs", format!("<div><p>{PROSE}").repeat(2_000), true),
        ("nested lists", "<ul><li>x".repeat(50_000), true),
        ("nested tables", "<table><tr><td>x".repeat(50_000), true),
        ("nested quotes", format!("{}{PROSE}", "<blockquote>".repeat(100_000)), true),
        ("unclosed", format!("{}{PROSE}", "<b><i><a href=x>".repeat(50_000)), true),
        ("crossed", "<b><p>x</b></p>".repeat(20_000), true),
        ("attributes", format!("<p{many}>{PROSE}"), true),
        ("reopened", format!("<p>{formats}{}", "<p>x".repeat(20_000)), false),
        ("reopened in time", format!("<p>{formats}{}", format!("<p>{PROSE}").repeat(1_000)), true),
        (
            "data",
            format!("<script type=application/ld+json>{}</script>{PROSE}", "[".repeat(100_000)),
            true,
        ),
    ] {
        let start = Instant::now();
        let result = read_bytes(html.as_bytes()).pop().unwrap();
        let took = start.elapsed();
        println!("{name}: {took:?}");
        assert!(took < MOST, "{name}: {took:?}");
        match result {
            Err(error) => assert!(
                !is_read && matches!(error, ReadError::TooManyElements { .. }),
                "{name}: {error}"
            ),
            Ok(_) => assert!(is_read, "{name}"),
        }
    }
}

#[test]
fn paragraphs_are_parted_however_deep_they_stand() {
    let article = read(&format!("{}{}", "<div>".repeat(300), format!("<p>{PROSE}</p>").repeat(5)));
    assert_eq!(article.blocks.iter().filter(|block| block.text == PROSE).count(), 5);
}

#[test]
fn attributes_without_end_are_cut_and_nothing_else_is() {
    let many = |n: usize| (0..n).map(|n| format!(" a{n}='>'")).collect::<String>();
    for html in [
        "",
        "<",
        "a < b <1",
        "<p",
        "<p a=\"<b>\" c",
        "<a href=x/y>b</a>",
        &format!("<p{}>x", many(300)),
    ] {
        assert_eq!(tags::bounded(html), html, "{html}");
    }
    let cut = tags::bounded(&format!("<i><p{}>x</p>", many(500))).into_owned();
    assert_eq!(cut, format!("<i><p{} >x</p>", many(300)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(!read_bytes(&bytes).is_empty());
    }

    #[test]
    fn no_markup_panics(html in "(<(/)?(p|div|b|a|table|tr|td|li|ul|h2|figure|template|svg|math|select|option|script|form|frameset|br|noscript|body|title)( class=caption| id=b| href=x)?>|text, more text\\. |&amp;|\n|<!--|-->){0,60}") {
        let read = read_bytes(html.as_bytes());
        prop_assert!(!read.is_empty());
        for block in read.into_iter().flatten().flat_map(|article| article.blocks) {
            prop_assert!(!block.text.trim().is_empty());
            prop_assert!(1 <= block.lines.first && block.lines.first <= block.lines.last);
        }
    }
}

#[test]
fn what_is_left_out_is_told_with_the_reason_if_it_is_asked_for() {
    let inner = "<p>Read more</p><script>var a;</script>";
    let html = page("<title>Rules for data centres take effect</title>", inner);
    let read = |tell_dropped| {
        let piece = Piece::new(1, html.clone().into_bytes());
        let options = ReadOptions { tell_dropped, ..ReadOptions::default() };
        let mut read = Vec::new();
        let source = SourcePath::new("a.html", "a.html");
        HtmlReader.articles(&source, &piece, &options, &mut |article| read.push(article));
        let dropped = read.pop().unwrap().unwrap().dropped;
        let told =
            dropped.into_iter().map(|one| format!("{} {}: {}", one.lines.first, one.why, one.text));
        told.collect::<Vec<_>>()
    };
    assert_eq!(read(false), [""; 0]);
    let want = [
        "3 navigation: Home News",
        "7 invitation or notice: Read more",
        "9 foot of the page: All rights reserved",
    ];
    assert_eq!(read(true), want);
}
