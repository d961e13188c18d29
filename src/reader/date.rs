//! Dates in the forms news uses, in English, Malay, Indonesian and Chinese.
//!
//! A date is a day as the source states it: times and zones are read over, never reckoned with.
//! Nothing is guessed. A day without a year is no date; of two numbers that could both be the
//! month, the first is the day, as all but one country write it.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Reads `text` as a date, if it is nothing else: `April 18, 2025`, `Friday, 18 Apr 2025`,
/// `2025-04-18T10:00:00Z`, `18/04/2025`, `18 Ogos 2023`, `2025年4月18日`, `二〇二五年四月十八日`, …
pub fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    // Data has this form nearly always.
    if let [y @ .., b'-', m1, m2, b'-', d1, d2] = text.as_bytes()
        && y.len() == 4
        && [y, &[*m1, *m2, *d1, *d2]].concat().iter().all(u8::is_ascii_digit)
    {
        return text.parse().ok();
    }
    let (day, rest) = day_at_start(text)?;
    let rest = skip_time(rest);
    if rest.is_empty() { day.date() } else { None }
}

/// What the date field of a source says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stated {
    /// A day.
    Day(Date),
    /// A month or a year, by its first day.
    From(Date),
}

/// Reads what a source gives as a date: a day in any form of [`parse_date`] or as a time since
/// 1970, a month (`April 2025`, `2025-04`, `2025年4月`), or a year.
pub(super) fn stated(text: &str) -> Option<Stated> {
    let text = text.trim();
    if let Some(day) = parse_date(text) {
        return Some(Stated::Day(day));
    }
    if let Ok(number) = text.parse::<i64>() {
        let year = i16::try_from(number).ok().filter(|year| (1800..=2200).contains(year));
        return match year {
            Some(year) => Date::new(year, 1, 1).ok().map(Stated::From),
            None => from_epoch(number).map(Stated::Day),
        };
    }
    let (year, month) = month_in_year(text)?;
    let first = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1);
    first.ok().map(Stated::From)
}

/// `April 2025`, `Apr. 2025`, `2025-04`, `2025/4`, `04/2025`, `2025年4月`, `2025年`.
fn month_in_year(text: &str) -> Option<(u32, u32)> {
    let ends = |rest: &str| rest.trim().is_empty();
    if let Some((month, rest)) = month_name(text) {
        let (year, digits, rest) = number(rest.trim_start_matches([' ', ',', '.', '\u{a0}']))?;
        return (digits == 4 && ends(rest)).then_some((year, month));
    }
    if let Some((year, rest)) = chinese_number(text)
        && let Some(rest) = rest.strip_prefix('年')
    {
        if ends(rest) {
            return Some((year, 1));
        }
        let (month, rest) = chinese_number(rest)?;
        return (ends(rest.strip_prefix('月')?)).then_some((year, month));
    }
    let (first, first_digits, rest) = number(text)?;
    let (second, second_digits, rest) = number(rest.strip_prefix(['-', '/', '.'])?)?;
    match (first_digits, second_digits) {
        (4, 1..=2) if ends(rest) => Some((first, second)),
        (1..=2, 4) if ends(rest) => Some((second, first)),
        _ => None,
    }
}

/// Reads seconds since 1970 (milliseconds if there are too many of them) as the day they fall on
/// in UTC.
fn from_epoch(seconds: i64) -> Option<Date> {
    let seconds = if seconds.unsigned_abs() >= 100_000_000_000 { seconds / 1000 } else { seconds };
    Some(Timestamp::from_second(seconds).ok()?.to_zoned(TimeZone::UTC).date())
}

/// A line that tells when an article came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DateLine<'a> {
    /// The day it names: of publication if that stands there, else of the last change.
    pub(super) date: Date,
    /// What follows the dates on the line.
    pub(super) rest: &'a str,
}

/// Reads `line` as a date line: a date, or several with their labels (`Published: … | Updated …`).
pub(super) fn date_line(line: &str) -> Option<DateLine<'_>> {
    let mut published = None;
    let mut updated = None;
    let mut rest = line.trim().trim_start_matches(['(', '（', '[', '【']);
    loop {
        let (label, text) = label_at_start(rest);
        let Some((date, after)) = day_at_start(text).and_then(|(d, r)| Some((d.date()?, r))) else {
            break;
        };
        let slot = if label == Label::Updated { &mut updated } else { &mut published };
        slot.get_or_insert(date);
        rest =
            skip_time(after).trim_start_matches(|c: char| ")）]】|·•;；/".contains(c) || c == ' ');
    }
    Some(DateLine { date: published.or(updated)?, rest })
}

/// A day, perhaps without its year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    year: Option<i16>,
    month: i8,
    day: i8,
}

impl Day {
    /// The date, if the year is known and has that day.
    pub(super) fn date(self) -> Option<Date> {
        Date::new(self.year?, self.month, self.day).ok()
    }

    fn new(year: Option<u32>, month: u32, day: u32) -> Option<Self> {
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        // 2024 is a leap year: a day of no year at all is none.
        Date::new(2024, month, day).ok()?;
        let year = year.map(|year| i16::try_from(year).ok()).map_or(Some(None), |y| y.map(Some))?;
        Some(Self { year, month, day })
    }
}

/// Reads a day at the start of `text`, giving what follows it. The year may be missing where the
/// month is a word (`18 Apr`, `April 18`) or in Chinese (`4月18日`).
pub(super) fn day_at_start(text: &str) -> Option<(Day, &str)> {
    let text = skip_weekday(text.trim_start()).trim_start();
    chinese(text).or_else(|| by_numbers(text)).or_else(|| by_words(text)).filter(|(_, rest)| {
        // `18 April 20255` is no date, and neither is the start of a word.
        !rest.starts_with(|c: char| c.is_ascii_alphanumeric() && c != 'T')
    })
}

/// `2025-04-18`, `2025/4/18`, `20250418`, `18/04/2025`, `18.4.2025`, `04/18/2025`.
fn by_numbers(text: &str) -> Option<(Day, &str)> {
    let (first, digits, rest) = number(text)?;
    if digits == 8 {
        return Some((Day::new(Some(first / 10_000), first / 100 % 100, first % 100)?, rest));
    }
    let separator = rest.chars().next().filter(|c| "-/.".contains(*c))?;
    let (second, second_digits, rest) = number(rest[1..].trim_start())?;
    let (third, third_digits, rest) = number(rest.strip_prefix(separator)?.trim_start())?;
    let day = match (digits, second_digits, third_digits) {
        (4, 1..=2, 1..=2) => Day::new(Some(first), second, third),
        (1..=2, 1..=2, 4) if second > 12 => Day::new(Some(third), first, second),
        (1..=2, 1..=2, 4) => Day::new(Some(third), second, first),
        _ => None,
    }?;
    Some((day, rest))
}

/// `April 18, 2025`, `18 April 2025`, `18th of April, 2025`, `18-Apr-2025`, `Apr. 18`.
fn by_words(text: &str) -> Option<(Day, &str)> {
    let (month, day, rest) = match number(text) {
        Some((day, 1..=2, rest)) => {
            let rest = skip_ordinal(rest).trim_start_matches([' ', '-', '.', '\u{a0}']);
            let rest = rest.strip_prefix("of ").or(rest.strip_prefix("hb ")).unwrap_or(rest);
            let (month, rest) = month_name(rest.trim_start())?;
            (month, day, rest)
        }
        Some(_) => return None,
        None => {
            let (month, rest) = month_name(text)?;
            let (day, digits, rest) = number(rest.trim_start_matches([' ', '.', '-', '\u{a0}']))?;
            if digits > 2 {
                return None;
            }
            (month, day, skip_ordinal(rest))
        }
    };
    let after = rest.trim_start_matches([' ', ',', '.', '-', '\u{a0}']);
    let (year, rest) = match number(after) {
        Some((year, 4, rest)) => (Some(year), rest),
        // Mail had years of two digits once, and some feeds have them still (RFC 2822, 4.3).
        Some((year, 2, rest)) if clock(rest).is_some() => {
            (Some(if year < 50 { 2000 + year } else { 1900 + year }), rest)
        }
        _ => match clock(after).and_then(year_after_clock) {
            Some((year, rest)) => (Some(year), rest),
            None => (None, rest),
        },
    };
    Some((Day::new(year, month, day)?, rest))
}

/// What follows the time of day that `text` begins with: `19:48`, `19:48:21`.
fn clock(text: &str) -> Option<&str> {
    let (_, 1..=2, rest) = number(text.trim_start())? else { return None };
    let (_, 2, rest) = number(rest.strip_prefix(':')?)? else { return None };
    match rest.strip_prefix(':').and_then(number) {
        Some((_, 2, rest)) => Some(rest),
        _ => Some(rest),
    }
}

/// The year in `2004` or `UTC 2004`, as Unix writes it after the time.
fn year_after_clock(text: &str) -> Option<(u32, &str)> {
    let (zone, rest) = word(text.trim_start());
    let rest = if zone.len() <= 5 { rest } else { text };
    match number(rest.trim_start())? {
        (year, 4, rest) => Some((year, rest)),
        _ => None,
    }
}

/// `2025年4月18日`, `二〇二五年四月十八日`, `4月18日`.
fn chinese(text: &str) -> Option<(Day, &str)> {
    let (first, rest) = chinese_number(text)?;
    let (year, month, rest) = match rest.strip_prefix('年') {
        Some(rest) if first >= 1000 => {
            let (month, rest) = chinese_number(rest)?;
            (Some(first), month, rest)
        }
        Some(_) => return None,
        None => (None, first, rest),
    };
    let (day, rest) = chinese_number(rest.strip_prefix('月')?)?;
    let rest = rest.strip_prefix(['日', '号', '號'])?;
    Some((Day::new(year, month, day)?, skip_chinese_weekday(rest)))
}

/// Digits of either width, or Chinese numerals: digit by digit (`二〇二五`) or with tens (`二十八`).
fn chinese_number(text: &str) -> Option<(u32, &str)> {
    let text = text.trim_start();
    if let Some((value, digits, rest)) = number(text) {
        return (digits <= 4).then(|| (value, rest.trim_start()));
    }
    let digit = |c: char| match c {
        '〇' | '零' | '○' | 'Ｏ' => Some(0),
        _ => "一二三四五六七八九".chars().position(|known| known == c).map(|at| at as u32 + 1),
    };
    let end = text.find(|c| digit(c).is_none() && c != '十').unwrap_or(text.len());
    let (numerals, rest) = text.split_at(end);
    let read =
        |part: &str| part.chars().try_fold(0u32, |n, c| n.checked_mul(10)?.checked_add(digit(c)?));
    let value = match numerals.split_once('十') {
        _ if numerals.is_empty() => return None,
        Some((tens, ones)) => {
            (if tens.is_empty() { 1 } else { read(tens)? }).checked_mul(10)? + read(ones)?
        }
        None => read(numerals)?,
    };
    Some((value, rest))
}

/// The number at the start of `text`, in digits of either width, with how many there are.
fn number(text: &str) -> Option<(u32, usize, &str)> {
    let value = |c: char| match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => None,
    };
    let end = text.find(|c| value(c).is_none()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let count = digits.chars().count();
    if !(1..=8).contains(&count) {
        return None;
    }
    Some((digits.chars().filter_map(value).fold(0, |n, digit| n * 10 + digit), count, rest))
}

/// The word at the start of `text`, in lower case.
fn word(text: &str) -> (String, &str) {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    (text[..end].to_ascii_lowercase(), &text[end..])
}

#[rustfmt::skip]
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januari"],
    &["february", "feb", "februari", "pebruari"],
    &["march", "mar", "mac", "maret"],
    &["april", "apr"],
    &["may", "mei"],
    &["june", "jun", "juni"],
    &["july", "jul", "julai", "juli"],
    &["august", "aug", "ogos", "ogo", "ogs", "agustus", "agu", "agt"],
    &["september", "sept", "sep"],
    &["october", "oct", "oktober", "okt"],
    &["november", "nov", "nopember", "nop"],
    &["december", "dec", "disember", "dis", "desember", "des"],
];

fn month_name(text: &str) -> Option<(u32, &str)> {
    let (word, rest) = word(text);
    let at = MONTHS.iter().position(|names| names.contains(&word.as_str()))?;
    Some((at as u32 + 1, rest))
}

#[rustfmt::skip]
const WEEKDAYS: [&str; 31] = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun",
    "isnin", "selasa", "rabu", "khamis", "jumaat", "sabtu", "ahad", "hari",
    "senin", "kamis", "jumat", "minggu", "jum", "kha",
];

/// Whether `word` is the name of a month or a day of the week.
pub(super) fn is_calendar_word(word: &str) -> bool {
    WEEKDAYS.contains(&word.to_ascii_lowercase().as_str()) || month_name(word).is_some()
}

fn skip_weekday(text: &str) -> &str {
    let (name, rest) = word(text);
    if !WEEKDAYS.contains(&name.as_str()) {
        return skip_chinese_weekday(text);
    }
    let rest = rest.trim_start_matches([' ', ',', '.', '\u{a0}']);
    if name == "hari" { skip_weekday(rest) } else { rest }
}

fn skip_chinese_weekday(text: &str) -> &str {
    let inner = text.trim_start().trim_start_matches(['(', '（', '，']);
    ["星期", "周", "週", "礼拜", "禮拜"]
        .iter()
        .find_map(|week| inner.strip_prefix(week))
        .and_then(|rest| rest.strip_prefix(['一', '二', '三', '四', '五', '六', '日', '天']))
        .map_or(text, |rest| rest.trim_start_matches([')', '）', '，']))
}

fn skip_ordinal(text: &str) -> &str {
    let suffix = ["st", "nd", "rd", "th"].into_iter().find_map(|suffix| text.strip_prefix(suffix));
    suffix.unwrap_or(text)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    None,
    Published,
    Updated,
}

/// What stands before a date, longer ones first where one begins another.
#[rustfmt::skip]
const LABELS: [(&str, Label); 47] = [
    ("first published", Label::Published), ("date published", Label::Published),
    ("published on", Label::Published), ("published at", Label::Published),
    ("published", Label::Published), ("publication date", Label::Published),
    ("posted on", Label::Published), ("posted", Label::Published), ("date", Label::Published),
    ("diterbitkan pada", Label::Published), ("diterbitkan", Label::Published),
    ("disiarkan pada", Label::Published), ("disiarkan", Label::Published),
    ("tarikh terbit", Label::Published), ("tarikh", Label::Published),
    ("tanggal", Label::Published), ("发布时间", Label::Published), ("发布日期", Label::Published),
    ("发布于", Label::Published), ("发表于", Label::Published), ("發佈時間", Label::Published),
    ("發佈於", Label::Published), ("發表於", Label::Published), ("日期", Label::Published),
    ("时间", Label::Published), ("last updated", Label::Updated),
    ("last modified", Label::Updated), ("updated on", Label::Updated),
    ("updated at", Label::Updated), ("updated", Label::Updated),
    ("dikemas kini pada", Label::Updated), ("dikemas kini", Label::Updated),
    ("dikemaskini", Label::Updated), ("kemas kini", Label::Updated),
    ("更新时间", Label::Updated), ("更新於", Label::Updated), ("更新于", Label::Updated),
    ("更新日期", Label::Updated), ("更新時間", Label::Updated),
    ("發布時間", Label::Published), ("發布日期", Label::Published), ("發佈日期", Label::Published),
    ("發布於", Label::Published), ("發表時間", Label::Published), ("发表时间", Label::Published),
    ("刊登日期", Label::Published), ("時間", Label::Published),
];

fn label_at_start(text: &str) -> (Label, &str) {
    for (label, meaning) in LABELS {
        if let Some(start) = text.get(..label.len())
            && start.eq_ignore_ascii_case(label)
        {
            let rest = &text[label.len()..];
            if !rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                return (meaning, rest.trim_start_matches([' ', ':', '：', '\u{a0}']));
            }
        }
    }
    (Label::None, text)
}

/// `text` without the time of day and zone it starts with; `text` itself if there is none.
fn skip_time(text: &str) -> &str {
    #[rustfmt::skip]
    const WORDS: [&str; 54] = [
        "t", "z", "am", "pm", "a", "p", "m", "pagi", "petang", "malam", "tengah", "hari", "at", "pukul", "jam", "utc", "gmt", "myt", "sgt",
        "hkt", "cst", "wib", "est", "edt", "et", "pst", "pdt", "bst", "ist", "hrs", "h", "local",
        "ut", "cdt", "mst", "mdt", "akst", "hst", "cet", "cest", "eet", "eest", "wet", "west", "msk",
        "jst", "kst", "pht", "wita", "wit", "aest", "aedt", "nzst", "nzdt",
    ];
    const CHARS: &str = " ,:.|+-–()（）[]年时時分秒点點上下午晚凌晨早中\u{a0}";
    let mut rest = text;
    loop {
        let next = rest.trim_start_matches(|c: char| c.is_ascii_digit() || CHARS.contains(c));
        let (name, after) = word(next);
        if name.is_empty() || !WORDS.contains(&name.as_str()) {
            return next;
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_field_may_hold_a_month_a_year_or_a_time_since_1970() {
        for (text, want) in [
            ("2025-04-18T10:00:00Z", "day 2025-04-18"),
            ("20250418", "day 2025-04-18"),
            ("1745000000", "day 2025-04-18"),
            ("1745000000000", "day 2025-04-18"),
            ("April 2025", "from 2025-04-01"),
            ("Ogos, 2025", "from 2025-08-01"),
            ("2025-04", "from 2025-04-01"),
            ("2025/4", "from 2025-04-01"),
            ("04/2025", "from 2025-04-01"),
            ("2025年4月", "from 2025-04-01"),
            ("二〇二五年", "from 2025-01-01"),
            ("2025", "from 2025-01-01"),
            ("2025-02-30", "none"),
            ("2025-13", "none"),
            ("April", "none"),
            ("April 2025 or so", "none"),
            ("some day", "none"),
        ] {
            let got = match stated(text) {
                Some(Stated::Day(day)) => format!("day {day}"),
                Some(Stated::From(day)) => format!("from {day}"),
                None => "none".to_owned(),
            };
            assert_eq!(got, want, "{text}");
        }
    }
    use proptest::prelude::*;

    #[test]
    fn dates_are_read_in_the_forms_news_uses() {
        for (text, want) in [
            ("2025-04-18", "2025-04-18"),
            ("2025/04/18", "2025-04-18"),
            ("2025.4.18", "2025-04-18"),
            ("20250418", "2025-04-18"),
            ("2025-04-18T23:59:00-07:00", "2025-04-18"),
            ("2025-04-18T10:00:00.123Z", "2025-04-18"),
            ("2025-04-18 10:00", "2025-04-18"),
            ("Fri, 18 Apr 2025 08:00:00 +0800", "2025-04-18"),
            ("April 18, 2025", "2025-04-18"),
            ("Apr. 18, 2025, 9:30 a.m. ET", "2025-04-18"),
            ("18 April 2025", "2025-04-18"),
            ("18 Apr 2025", "2025-04-18"),
            ("18-Apr-2025", "2025-04-18"),
            ("18th of April, 2025", "2025-04-18"),
            ("Friday, 18 Apr 2025 | 10:15 PM MYT", "2025-04-18"),
            ("Sept 1st 2024", "2024-09-01"),
            ("Thu, 01 Jan 04 19:48:21 GMT", "2004-01-01"),
            ("01-Jan-99 19:48 EST", "1999-01-01"),
            ("Thu, 1 Jan 2004 19:48:21 CEST", "2004-01-01"),
            ("Thu Jan  1 19:48:21 2004", "2004-01-01"),
            ("Thu Jan  1 19:48:21 UTC 2004", "2004-01-01"),
            ("1 Jan 04", ""),
            ("18/04/2025", "2025-04-18"),
            ("18.4.2025", "2025-04-18"),
            ("04/18/2025", "2025-04-18"),
            ("5/4/2025", "2025-04-05"),
            ("2025年4月18日", "2025-04-18"),
            ("２０２５年０４月１８日 星期五 10时30分", "2025-04-18"),
            ("二〇二五年四月十八日", "2025-04-18"),
            ("二〇二四年十二月三十一日", "2024-12-31"),
            ("18 Mac 2024", "2024-03-18"),
            ("Jumaat, 18 Ogos 2023", "2023-08-18"),
            ("31 Disember 2023", "2023-12-31"),
            ("17 Agustus 2023", "2023-08-17"),
            // no day, no year, or more than a date
            ("April 2025", ""),
            ("2025", ""),
            ("April 18", ""),
            ("4月18日", ""),
            ("2025-02-30", ""),
            ("32/13/2025", ""),
            ("18 April 20255", ""),
            ("yesterday", ""),
            ("18 April 2025 was a Friday", ""),
            ("May 5 seats go in 2025", ""),
            ("", ""),
        ] {
            let got = parse_date(text).map(|date| date.to_string()).unwrap_or_default();
            assert_eq!(got, want, "{text:?}");
        }
    }

    #[test]
    fn a_date_line_may_have_labels_and_more_after_it() {
        for (line, want, rest) in [
            ("April 18, 2025", "2025-04-18", ""),
            ("Published: 18 April 2025 10:00 AM | Updated: 19 April 2025", "2025-04-18", ""),
            ("Updated 19 Apr 2025 | First published 18 Apr 2025", "2025-04-18", ""),
            ("Last updated: April 19, 2025 at 4:05pm", "2025-04-19", ""),
            ("Diterbitkan pada 18 Mac 2024", "2024-03-18", ""),
            ("发布时间：2025年4月18日 08:30  来源：本报", "2025-04-18", "来源：本报"),
            ("(18 Apr 2025)", "2025-04-18", ""),
            ("發布時間：2025-03-04 09:30", "2025-03-04", ""),
            ("4 Mac 2025, 9:30 pagi", "2025-03-04", ""),
        ] {
            let got = date_line(line).unwrap();
            assert_eq!((got.date.to_string().as_str(), got.rest), (want, rest), "{line:?}");
        }
        assert_eq!(date_line("Dated shares fell"), None);
        assert_eq!(date_line("Update on 5G"), None);
    }

    #[test]
    fn seconds_and_milliseconds_since_1970_are_days() {
        assert_eq!(from_epoch(1_744_934_400).unwrap().to_string(), "2025-04-18");
        assert_eq!(from_epoch(1_744_934_400_000).unwrap().to_string(), "2025-04-18");
        assert_eq!(from_epoch(i64::MIN), None);
    }

    proptest! {
        #[test]
        fn any_date_is_read_in_every_form(days in 0..60_000i32) {
            let date = Date::new(1900, 1, 1).unwrap() + jiff::Span::new().days(days);
            for form in ["%Y-%m-%d", "%B %d, %Y", "%A, %-d %b %Y", "%Y年%-m月%-d日", "%d/%m/%Y"] {
                let text = date.strftime(form).to_string();
                prop_assert_eq!(parse_date(&text), Some(date), "{}", text);
            }
        }

        #[test]
        fn no_text_panics(text in "([0-9 ,./:-]|Apr|年|月|日|十|二|\\PC){0,12}") {
            let _ = (parse_date(&text), date_line(&text).is_some());
        }
    }
}
