//! What wire copy carries beside its prose: byline, dateline, credit of the source. Lines in,
//! values out; where such lines may stand is the reader's to know.

use jiff::civil::Date;

use super::date::{day_at_start, is_calendar_word};

/// A dateline, taken off the paragraph it opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dateline<'a> {
    /// Place and date as written: `KUALA LUMPUR, Oct 26 (Pressmark Wire)`, `本社吉隆坡4月18日电`.
    pub(super) text: &'a str,
    /// Its date, if it gives the year as well.
    pub(super) date: Option<Date>,
    /// Who wrote it, where Chinese copy says so in the same place.
    pub(super) authors: Vec<String>,
    /// The paragraph without it.
    pub(super) rest: &'a str,
}

/// The dateline that opens `paragraph`, if one does.
///
/// A place in capitals suffices before a dash or colon (`BEIJING —`, `PUTRAJAYA:`); a place in
/// small letters, or an agency without a place, needs a date (`Kuala Lumpur, April 18 -`).
pub(super) fn dateline(paragraph: &str) -> Option<Dateline<'_>> {
    latin_dateline(paragraph).or_else(|| chinese_dateline(paragraph))
}

/// The names of a byline, if `line` is one: `By …`, `Oleh: …`, `本报记者 …`.
pub(super) fn byline(line: &str) -> Option<Vec<String>> {
    let line = line.trim();
    for cue in ["By", "BY", "Oleh", "OLEH", "Written by", "Reported by", "Story by", "Laporan"] {
        if let Some(rest) = line.strip_prefix(cue)
            && rest.starts_with([' ', ':', '\u{a0}'])
        {
            let rest = rest.trim_start_matches([' ', ':', '\u{a0}']);
            return is_latin_byline(rest).then(|| names(rest)).or_else(|| {
                (rest.chars().count() <= 12 && rest.chars().all(is_han)).then(|| names(rest))
            });
        }
    }
    let rest = chinese_byline_rest(line)?;
    let is_short = (1..=30).contains(&rest.chars().count());
    (is_short && !rest.contains(['。', '，', '！', '？'])).then(|| names(rest))
}

/// The publisher, if `line` credits one: `Source: …`, `来源：…`.
pub(super) fn credit(line: &str) -> Option<&str> {
    let cues = ["Source", "Sumber", "来源", "來源", "稿源", "消息来源"];
    let rest = cues.into_iter().find_map(|cue| line.trim().strip_prefix(cue))?;
    let name = rest.trim_start().strip_prefix([':', '：'])?.trim();
    let is_name = !name.is_empty() && name.chars().count() <= 60 && !name.ends_with(['.', '。']);
    is_name.then_some(name)
}

/// The names in `text`, parted where bylines part them.
pub(super) fn names(text: &str) -> Vec<String> {
    let text = ["By ", "by ", "BY ", "Oleh "]
        .into_iter()
        .find_map(|cue| text.trim().strip_prefix(cue))
        .unwrap_or(text);
    let mut parts = vec![text];
    for separator in [" and ", " & ", " dan ", ";", "、", "，", "；", "/"] {
        parts = parts
            .into_iter()
            // The `/` of `a/l` and `a/p`, son and daughter of, parts no names.
            .flat_map(|part| {
                let whole = separator == "/" && (part.contains("a/l ") || part.contains("a/p "));
                if whole { vec![part] } else { part.split(separator).collect() }
            })
            .collect();
    }
    // `Lim, Guan Eng` is one name, `Anwar Ibrahim, Lim Guan Eng` are two.
    let by_comma = |part: &'_ str| {
        part.split(',').all(|name| name.trim().is_empty() || name.trim().contains(' '))
    };
    parts
        .into_iter()
        .flat_map(|part| if by_comma(part) { part.split(',').collect() } else { vec![part] })
        .map(|name| name.trim().trim_matches([',', ':', '：', '(', ')', '（', '）']).trim())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether `text` is made of names: capitalised words, with the small ones that names and desks
/// have, and no full stop but after initials and titles.
fn is_latin_byline(text: &str) -> bool {
    #[rustfmt::skip]
    const SMALL: [&str; 31] = [
        "and", "dan", "bin", "binti", "al", "a/l", "a/p", "de", "van", "von", "der", "la", "in",
        "for", "of", "the", "di", "at", "staff", "reporter", "reporters", "correspondent",
        "writer", "writers", "editor", "agencies", "desk", "bureau", "news", "wartawan", "&",
    ];
    const MAX_WORDS: usize = 14;
    let is_name = |word: &str| {
        let bare = word.trim_matches([',', ';', '(', ')']);
        let initial = bare.strip_suffix('.').is_some_and(|title| title.chars().count() <= 3);
        SMALL.contains(&bare)
            || bare.starts_with(char::is_uppercase)
                && !bare.contains(|c: char| c.is_ascii_digit() || ":?!…".contains(c))
                && (initial || !bare.ends_with('.'))
    };
    text.starts_with(char::is_uppercase)
        && !text.ends_with(',')
        && text.split_whitespace().nth(MAX_WORDS).is_none()
        && text.split_whitespace().all(is_name)
        && !text.split([' ', ',', '.']).next().is_some_and(is_calendar_word)
}

/// What follows the cue of a Chinese byline (`记者`, `本报记者`, `文／`, `作者：`).
fn chinese_byline_rest(line: &str) -> Option<&str> {
    let after_mark = ["文", "作者", "撰文", "記者", "记者", "报道", "報道", "特约记者"]
        .into_iter()
        .find_map(|cue| {
            line.strip_prefix(cue)?.trim_start().strip_prefix(['/', '／', ':', '：', '|', '｜'])
        });
    if let Some(rest) = after_mark {
        return Some(rest.trim());
    }
    let (before, after) = line.split_once("记者").or_else(|| line.split_once("記者"))?;
    let is_desk = before.is_empty()
        || before.chars().count() <= 8
            && before.chars().all(is_han)
            && DESKS.iter().any(|desk| before.contains(desk));
    // Without a desk before it, a space must set the names off: `记者会` is a press conference.
    let is_apart = after.starts_with([' ', '\u{3000}', '：', ':']) || !before.is_empty();
    (is_desk && is_apart && !after.starts_with(['会', '會', '们', '們']))
        .then(|| after.trim_matches(|c: char| c.is_whitespace() || "：:".contains(c)))
}

/// What the name of a paper or agency has in it.
const DESKS: [&str; 12] =
    ["本报", "本報", "本社", "本台", "本刊", "本网", "本網", "社", "报", "報", "网", "台"];

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '·')
}

/// Words in capitals that stand before a colon or dash and are no place.
#[rustfmt::skip]
const NO_PLACES: [&str; 25] = [
    "ADVISORY", "ALERT", "ANALYSIS", "BREAKING", "BRIEF", "CAPTION", "COMMENT", "COMMENTARY",
    "CORRECTION", "EDITORIAL", "EXCLUSIVE", "EXPLAINER", "FACTBOX", "FEATURE", "FLASH", "FOCUS",
    "GAMBAR", "INTERVIEW", "NOTE", "OPINION", "PHOTO", "SUMMARY", "UPDATE", "URGENT", "WARNING",
];

fn latin_dateline(paragraph: &str) -> Option<Dateline<'_>> {
    let (place, mut rest) = place_at_start(paragraph);
    let capitals = !place.is_empty()
        && !place.contains(char::is_lowercase)
        && place.chars().filter(|c| c.is_uppercase()).count() >= 4
        && !NO_PLACES.contains(&place.split([' ', ':']).next().unwrap_or(place));
    let mut date = None;
    let mut has_date = false;
    let mut agency = false;
    let mut regions = 0;
    loop {
        let next = rest.trim_start();
        let (inner, after) = match next.chars().next() {
            Some(',') => {
                let part = next[1..].trim_start();
                if let Some((day, after)) = day_at_start(part) {
                    has_date = true;
                    date = date.or(day.date());
                    rest = after;
                    continue;
                }
                let (region, after) = place_at_start(part);
                // `KUALA LUMPUR, Malaysia`, `WASHINGTON, D.C.`; a third part makes it a list.
                regions += 1;
                if region.is_empty() || regions > 1 {
                    return None;
                }
                rest = after;
                continue;
            }
            Some('(') => next[1..].split_once(')')?,
            Some('/') if place.is_empty() || !next.starts_with("//") => {
                next[1..].split_once('/')?
            }
            _ => break,
        };
        if inner.chars().count() > 40 || agency && has_date {
            return None;
        }
        match day_at_start(inner) {
            Some((day, _)) => {
                has_date = true;
                date = date.or(day.date());
            }
            None => agency = true,
        }
        rest = after;
    }
    if place.is_empty() {
        let (day, after) = day_at_start(paragraph)?;
        let inner = after.trim_start().strip_prefix('(')?;
        let (inner, after) = inner.split_once(')')?;
        if inner.is_empty() || inner.chars().count() > 40 {
            return None;
        }
        (date, has_date, agency, rest) = (day.date(), true, true, after);
    }
    let text = &paragraph[..paragraph.len() - rest.len()];
    let body = separator(rest, capitals || has_date || agency)?;
    let opens = body.trim_start_matches(['"', '\'', '“', '‘', '(', '[']).chars().next()?;
    let is_start = opens.is_uppercase() || opens.is_numeric() || is_han(opens);
    // Brackets alone after a name in small letters say nothing: `Huawei (Malaysia) -`.
    (is_start && (capitals || has_date) && text.chars().count() <= 80).then(|| Dateline {
        text: text.trim_end(),
        date,
        authors: Vec::new(),
        rest: body,
    })
}

/// The capitalised words at the start of `text`, five at most.
fn place_at_start(text: &str) -> (&str, &str) {
    let mut end = 0;
    for _ in 0..5 {
        let from = end + (text[end..].len() - text[end..].trim_start_matches(' ').len());
        let word = &text[from..];
        let stop = word
            .find(|c: char| !(c.is_alphabetic() || ".'’/-".contains(c)) || is_han(c))
            .unwrap_or(word.len());
        let mut name = &word[..stop];
        if let Some(cut) = name.find("--") {
            name = &name[..cut];
        }
        let name = name.trim_end_matches(['-', '/']);
        if !name.starts_with(char::is_uppercase) || day_at_start(word).is_some() {
            break;
        }
        end = from + name.len();
    }
    text.split_at(end)
}

/// What follows the dash or colon that `rest` starts with.
fn separator(rest: &str, colon: bool) -> Option<&str> {
    let next = rest.trim_start();
    let is_apart = next.len() < rest.len() || rest.starts_with(['—', '–', '―']);
    let after = ["---", "--", "—", "–", "―", "-"].into_iter().find_map(|dash| {
        let after = next.strip_prefix(dash)?;
        let is_wide = dash != "-" && dash != "–";
        (is_wide || is_apart && after.starts_with(' ')).then_some(after)
    });
    let after = after.or_else(|| {
        let after = rest.strip_prefix([':', '：']).filter(|_| colon)?;
        (after.starts_with(' ') || rest.starts_with('：')).then_some(after)
    })?;
    let body = after.trim_start_matches(['-', '—', ' ', '\u{a0}']);
    (!body.is_empty()).then_some(body)
}

fn chinese_dateline(paragraph: &str) -> Option<Dateline<'_>> {
    const ENDS: [char; 4] = ['电', '電', '讯', '訊'];
    const OPENERS: [char; 4] = ['【', '（', '(', '['];
    const CLOSERS: [char; 4] = ['】', '）', ')', ']'];
    let (text, rest) = match paragraph.strip_prefix(OPENERS) {
        Some(inner) => {
            let (text, rest) = inner.split_once(CLOSERS)?;
            (text.ends_with(ENDS) && text.chars().count() <= 40).then_some((text, rest))?
        }
        None => {
            let starts = ["本报", "本報", "本社", "本台", "本刊", "本网", "本網"];
            let starts_so = starts.iter().any(|start| paragraph.starts_with(start))
                || ["社", "网", "網", "台"]
                    .iter()
                    .any(|sign| paragraph.chars().take(6).any(|c| sign.starts_with(c)));
            if !starts_so {
                return None;
            }
            let (at, end) = paragraph.char_indices().take(30).find(|(at, c)| {
                ENDS.contains(c)
                    && paragraph[at + c.len_utf8()..].starts_with(|next: char| {
                        next.is_whitespace() || "（(：:—-，".contains(next)
                    })
            })?;
            let text = &paragraph[..at + end.len_utf8()];
            if text.contains(['。', '，', '“', '！', '？']) {
                return None;
            }
            (text, &paragraph[text.len()..])
        }
    };
    let is_wire = |c: char| c.is_alphanumeric() || " 　、：:()（）/".contains(c);
    if text.chars().count() < 3 || !text.chars().all(is_wire) {
        return None;
    }
    // `（记者王毅）` between dateline and text.
    let bracket = rest.trim_start().strip_prefix(['（', '(']);
    let (authors, rest) = bracket
        .and_then(|inner| inner.split_once(['）', ')']))
        .and_then(|(inner, rest)| {
            let at = ["记者", "記者"].into_iter().find_map(|cue| inner.split_once(cue))?.1;
            Some((names(at), rest))
        })
        .unwrap_or((Vec::new(), rest));
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "：:—-，".contains(c));
    let date = text
        .char_indices()
        .filter(|(_, c)| c.is_numeric() || "一二".contains(*c))
        .find_map(|(at, _)| day_at_start(&text[at..])?.0.date());
    (!rest.is_empty()).then_some(Dateline { text, date, authors, rest })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn datelines_are_taken_off_the_paragraph() {
        for (paragraph, want) in [
            (
                "KUALA LUMPUR, Oct 26 (Pressmark Wire) - Shares rose.",
                "KUALA LUMPUR, Oct 26 (Pressmark Wire)|Shares rose.",
            ),
            ("KUALA LUMPUR, 18 Apr – Shares rose.", "KUALA LUMPUR, 18 Apr|Shares rose."),
            ("PUTRAJAYA: The ministry said", "PUTRAJAYA|The ministry said"),
            ("BEIJING — China said", "BEIJING|China said"),
            ("BEIJING—China said", "BEIJING|China said"),
            ("BRUSSELS/KUALA LUMPUR — The law", "BRUSSELS/KUALA LUMPUR|The law"),
            (
                "SINGAPORE, April 18, 2025 /Pressmark/ -- “Trade”",
                "SINGAPORE, April 18, 2025 /Pressmark/|“Trade”",
            ),
            ("KUALA LUMPUR (April 18): Bursa", "KUALA LUMPUR (April 18)|Bursa"),
            ("WASHINGTON, D.C., April 18 - The", "WASHINGTON, D.C., April 18|The"),
            (
                "Kuala Lumpur, April 18 (Pressmark Wire) -- The",
                "Kuala Lumpur, April 18 (Pressmark Wire)|The",
            ),
            ("April 18 (Pressmark Wire) - The", "April 18 (Pressmark Wire)|The"),
            ("PUTRAJAYA, 18 Ogos – Kerajaan", "PUTRAJAYA, 18 Ogos|Kerajaan"),
            ("【本社吉隆坡4月18日电】马来西亚", "本社吉隆坡4月18日电|马来西亚"),
            ("本报北京讯 中国", "本报北京讯|中国"),
            ("【本社吉隆坡８月２６日电】马来西亚", "本社吉隆坡８月２６日电|马来西亚"),
            ("新华社吉隆坡4月18日电（记者王毅）中马", "新华社吉隆坡4月18日电|中马"),
            ("（吉隆坡18日讯）首相", "吉隆坡18日讯|首相"),
            // no datelines
            ("NOTE: The figures are early.", ""),
            ("GDS - The company", ""),
            ("Kuala Lumpur - The city", ""),
            ("Huawei (Malaysia) - The company said that it would build a second plant.", ""),
            ("The city: Kuala Lumpur", ""),
            ("BEIJING — and others", ""),
            ("KUALA LUMPUR, PENANG and JOHOR", ""),
            ("KUALA LUMPUR", ""),
            ("KUALA LUMPUR, April 18 (Pressmark Wire) -", ""),
            ("（资料图）首相", ""),
            ("社会各界通过电话 表示", ""),
            ("In April (the 18th) - The", ""),
            ("", ""),
        ] {
            let got = dateline(paragraph).map(|d| format!("{}|{}", d.text, d.rest));
            assert_eq!(got.unwrap_or_default(), want, "{paragraph}");
        }
    }

    #[test]
    fn a_dateline_gives_a_date_only_with_its_year() {
        let date = |text| dateline(text).unwrap().date.map(|date| date.to_string());
        assert_eq!(date("BEIJING, April 18 - China").as_deref(), None);
        assert_eq!(date("BEIJING, April 18, 2025 - China").as_deref(), Some("2025-04-18"));
        assert_eq!(date("本社吉隆坡2025年4月18日电 中马").as_deref(), Some("2025-04-18"));
        assert_eq!(date("本社吉隆坡4月18日电 中马").as_deref(), None);
    }

    #[test]
    fn bylines_name_their_authors() {
        for (line, want) in [
            ("By Anwar Ibrahim", &["Anwar Ibrahim"][..]),
            ("BY ANWAR IBRAHIM and WANG YI", &["ANWAR IBRAHIM", "WANG YI"]),
            ("By Pressmark Wire staff", &["Pressmark Wire staff"]),
            (
                "By Anwar Ibrahim, Wang Yi & Lawrence Wong",
                &["Anwar Ibrahim", "Wang Yi", "Lawrence Wong"],
            ),
            ("Oleh Anwar Ibrahim", &["Anwar Ibrahim"]),
            ("Oleh: Anwar bin Ibrahim", &["Anwar bin Ibrahim"]),
            ("本社记者王毅", &["王毅"]),
            ("本报记者 王毅、李强", &["王毅", "李强"]),
            ("记者 王毅", &["王毅"]),
            ("记者：王毅", &["王毅"]),
            ("文／王毅", &["王毅"]),
            ("By the time it opened, prices had doubled.", &[]),
            ("By 2030", &[]),
            ("By April 18", &[]),
            ("By Thursday The Deal Was Done.", &[]),
            ("By Thursday", &[]),
            ("By Sept. 18", &[]),
            ("By Design: Why Cities Flood", &[]),
            ("By Dr. Mahathir Mohamad", &["Dr. Mahathir Mohamad"]),
            ("Oleh itu, kerajaan", &[]),
            ("Bypass opens", &[]),
            ("记者会在北京举行", &[]),
            ("记者会 今天", &[]),
        ] {
            assert_eq!(byline(line).unwrap_or_default(), want, "{line}");
        }
    }

    #[test]
    fn credits_name_the_source() {
        for (line, want) in [
            ("Source: Pressmark Wire", Some("Pressmark Wire")),
            ("来源：新华社", Some("新华社")),
            ("Sources said on Friday", None),
            ("Source: a person who was there.", None),
        ] {
            assert_eq!(credit(line), want, "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_no_dateline_eats_prose(
            text in "([A-Z]{1,5}|[a-z]{1,4}|Apr|18|[ ,.:()/—–-]|讯|电|本报|（|）|【|】|记者|\\PC){0,14}"
        ) {
            drop(byline(&text));
            if let Some(dateline) = dateline(&text) {
                prop_assert!(text.contains(dateline.text) && text.ends_with(dateline.rest));
                prop_assert!(dateline.text.chars().count() <= 80);
            }
        }
    }
}
