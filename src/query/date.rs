//! Reads the values of `date:`: days, months, years, ranges, and spans that end today.
//!
//! Dates of articles are read elsewhere; people write those in other ways.

use jiff::Span;
use jiff::civil::Date;

use super::DateRange;

/// Why a value is no range of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadDate {
    /// It is written in no way we know, or names a day that the calendar has not.
    Unreadable,
    /// It is a range with no day in it.
    Empty,
}

/// What a value of `date:` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DateValue {
    /// The days.
    pub(super) range: DateRange,
    /// Whether the ends were given in the wrong order and have been swapped.
    pub(super) swapped: bool,
}

/// First and last day of a day, month, year or span.
type Days = (Date, Date);

/// One end of a range: `None` is open, the flag says whether its own days belong to the range.
type End = (Option<Days>, bool);

/// Reads a value without the `date:` before it.
///
/// A missing closing bracket is taken as `]`.
pub(super) fn read(text: &str, today: Date) -> Result<DateValue, BadDate> {
    let text = text.trim().to_lowercase();
    let days = |text: &str| days(text, today).ok_or(BadDate::Unreadable);
    let end = |text: &str| match text {
        "*" | "" => Ok(None),
        text => days(text).map(Some),
    };
    if let Some(inner) = text.strip_prefix(['[', '{']) {
        let bare = inner.trim_end_matches([']', '}']);
        let words: Vec<&str> = bare.split_whitespace().collect();
        let [low, "to", high] = words[..] else { return Err(BadDate::Unreadable) };
        let low = (end(low)?, text.starts_with('['));
        let high = (end(high)?, !text.ends_with('}'));
        return between(low, high);
    }
    for (sign, below, itself) in
        [(">=", false, true), ("<=", true, true), (">", false, false), ("<", true, false)]
    {
        if let Some(bound) = text.strip_prefix(sign) {
            let bound = (Some(days(bound)?), itself);
            let open = (None, true);
            return if below { between(open, bound) } else { between(bound, open) };
        }
    }
    match text.split_once("..") {
        Some(("", "")) => Err(BadDate::Unreadable),
        Some((low, high)) => between((end(low)?, true), (end(high)?, true)),
        None if text == "*" => between((None, true), (None, true)),
        None => {
            let days = Some(days(text.strip_prefix('=').unwrap_or(&text))?);
            between((days, true), (days, true))
        }
    }
}

/// The range from `low` to `high`.
fn between(low: End, high: End) -> Result<DateValue, BadDate> {
    let swapped = matches!((low.0, high.0), (Some((from, _)), Some((_, to))) if to < from);
    let (low, high) = if swapped { (high, low) } else { (low, high) };
    let since = match low {
        (None, _) => None,
        (Some((first, _)), true) => Some(first),
        (Some((_, last)), false) => Some(last.tomorrow().map_err(|_| BadDate::Empty)?),
    };
    let until = match high {
        (None, _) => None,
        (Some((_, last)), true) => Some(last),
        (Some((first, _)), false) => Some(first.yesterday().map_err(|_| BadDate::Empty)?),
    };
    let range = DateRange { since, until };
    // The year 0 can be typed and the one before it cannot, so canonical text could not say it.
    let empty = range.is_empty() || until.is_some_and(|day| day.year() < 0);
    if empty { Err(BadDate::Empty) } else { Ok(DateValue { range, swapped }) }
}

/// The days that `text` names by itself.
pub(super) fn days(text: &str, today: Date) -> Option<Days> {
    match text {
        "today" => return Some((today, today)),
        "yesterday" => return today.yesterday().ok().map(|day| (day, day)),
        _ => {}
    }
    if let Some((count, unit)) = text.split_at_checked(text.len().saturating_sub(1))
        && !unit.starts_with(|c: char| c.is_ascii_digit())
    {
        return last(count, unit, today);
    }
    let parts: Vec<&str> = text.split('-').collect();
    let number = |text: &str, lens: std::ops::RangeInclusive<usize>| {
        let digits = lens.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<i16>().ok()).flatten()
    };
    let year = number(parts.first()?, 4..=4)?;
    let small = |text: &str| number(text, 1..=2).and_then(|n| i8::try_from(n).ok());
    match parts[1..] {
        [] => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
        [month] => {
            let first = Date::new(year, small(month)?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        [month, day] => {
            let day = Date::new(year, small(month)?, small(day)?).ok()?;
            Some((day, day))
        }
        _ => None,
    }
}

/// The last `count` days, weeks, months or years, today included.
fn last(count: &str, unit: &str, today: Date) -> Option<Days> {
    if count.is_empty() || count.len() > 5 || !count.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let count: i64 = count.parse().ok()?;
    let span = match unit {
        "d" => Span::new().try_days(count),
        "w" => Span::new().try_weeks(count),
        "m" => Span::new().try_months(count),
        "y" => Span::new().try_years(count),
        _ => return None,
    };
    let first = today.checked_sub(span.ok()?).ok()?.tomorrow().ok()?;
    (0 < count && 0 <= first.year()).then_some((first, today))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (text, want) in [
            ("2025-04-18", "2025-04-18..2025-04-18"),
            ("=2025-04-18", "2025-04-18..2025-04-18"),
            ("2025-4-8", "2025-04-08..2025-04-08"),
            ("2024-02", "2024-02-01..2024-02-29"),
            ("2025", "2025-01-01..2025-12-31"),
            ("2025..2026-02", "2025-01-01..2026-02-28"),
            ("2025..", "2025-01-01..*"),
            ("..2025", "*..2025-12-31"),
            ("[2025-04-01 TO 2025-04-30]", "2025-04-01..2025-04-30"),
            ("{2025-04-01 TO 2025-04-30}", "2025-04-02..2025-04-29"),
            ("[2025-04-01 to 2025-04-30}", "2025-04-01..2025-04-29"),
            ("{2025-04 TO 2025-06}", "2025-05-01..2025-05-31"),
            ("[2025 TO *]", "2025-01-01..*"),
            ("[* TO *]", "*..*"),
            ("*", "*..*"),
            (">=2025-04", "2025-04-01..*"),
            (">2025-04", "2025-05-01..*"),
            ("<=2025-04", "*..2025-04-30"),
            ("<2025-04", "*..2025-03-31"),
            ("today", "2025-03-31..2025-03-31"),
            ("Yesterday", "2025-03-30..2025-03-30"),
            ("1d", "2025-03-31..2025-03-31"),
            ("7d", "2025-03-25..2025-03-31"),
            ("2w", "2025-03-18..2025-03-31"),
            ("1m", "2025-03-01..2025-03-31"),
            ("1y", "2024-04-01..2025-03-31"),
            ("[2w TO yesterday]", "2025-03-18..2025-03-30"),
            ("[2025-05 TO 2025-04]", "2025-04-01..2025-05-31 swapped"),
            ("2025-02-29", "unreadable"),
            ("2025-13", "unreadable"),
            ("25-04-18", "unreadable"),
            ("2025-04-18-01", "unreadable"),
            ("+2025", "unreadable"),
            ("0d", "unreadable"),
            ("d", "unreadable"),
            ("99999y", "unreadable"),
            ("7日", "unreadable"),
            ("..", "unreadable"),
            (">=", "unreadable"),
            ("[2025]", "unreadable"),
            ("", "unreadable"),
            ("{2025 TO 2025}", "empty"),
            (">9999", "empty"),
            ("<0000", "empty"),
        ] {
            let end = |day: Option<Date>| day.map_or("*".to_owned(), |day| day.to_string());
            let got = match read(text, date(2025, 3, 31)) {
                Ok(DateValue { range, swapped }) => {
                    let swapped = if swapped { " swapped" } else { "" };
                    format!("{}..{}{swapped}", end(range.since), end(range.until))
                }
                Err(BadDate::Unreadable) => "unreadable".to_owned(),
                Err(BadDate::Empty) => "empty".to_owned(),
            };
            assert_eq!(got, want, "{text}");
        }
    }
}
