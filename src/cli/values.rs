//! Values of flags: what a user types into what it means, refused in our own words.
//!
//! Parsing here looks at the text alone. Whether a sector exists is for the index to say.

use std::num::NonZeroUsize;
use std::str::FromStr;

use jiff::civil::Date;
use pressmark::article::{ArticleId, Lang};
use pressmark::results::FacetField;

/// A year, a month or a day: `2025`, `2025-04`, `2025-04-18`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    /// Its first day.
    pub(super) first: Date,
    /// Its last day.
    pub(super) last: Date,
}

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        period(text).ok_or_else(|| {
            format!("`{text}` is not a day, wanted YYYY-MM-DD, or YYYY-MM or YYYY for a whole month or year")
        })
    }
}

fn period(text: &str) -> Option<Period> {
    let parts: Vec<&str> = text.split('-').collect();
    let digits =
        |part: &&str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    let lengths = [4, 2, 2];
    if parts.len() > 3 || !parts.iter().zip(lengths).all(|(part, n)| digits(part, n)) {
        return None;
    }
    let number = |at: usize| parts.get(at).map_or(Ok(1), |part| part.parse::<i8>());
    let first = Date::new(parts[0].parse().ok()?, number(1).ok()?, number(2).ok()?).ok()?;
    let last = match parts.len() {
        1 => first.last_of_year(),
        2 => first.last_of_month(),
        _ => first,
    };
    Some(Period { first, last })
}

/// A text that is not only white space: a name, a sector, a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name(pub(super) String);

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "" => Err("it is empty".to_owned()),
            name => Ok(Self(name.to_owned())),
        }
    }
}

/// Reads a language: `en`, `zh`, `ms`, … or `und`, or what one is called.
pub(super) fn lang(text: &str) -> Result<Lang, String> {
    Lang::named(text).ok_or_else(|| {
        format!(
            "`{text}` is not a language, wanted a code such as `en`, `zh` or `ms`, or a name such \
             as `Malay` or `中文`"
        )
    })
}

/// Reads an article's id.
pub(super) fn article(text: &str) -> Result<ArticleId, String> {
    ArticleId::new(text).ok_or_else(|| "it is empty".to_owned())
}

/// Reads one field to count.
pub(super) fn facet(text: &str) -> Result<FacetField, String> {
    FacetField::ALL.into_iter().find(|field| field.as_str() == text).ok_or_else(|| {
        format!(
            "`{text}` cannot be counted, wanted {}",
            super::hints::either(&FacetField::ALL.map(FacetField::as_str))
        )
    })
}

/// More threads than this only wait for each other.
const MAX_THREADS: usize = 256;

/// Reads a number of threads.
pub(super) fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let threads = text.parse().ok().filter(|threads: &NonZeroUsize| threads.get() <= MAX_THREADS);
    threads.ok_or_else(|| {
        format!("`{text}` is not a number of threads, wanted one from 1 to {MAX_THREADS}")
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_period_is_a_day_or_all_days_of_a_month_or_year() {
        for (text, want) in [
            ("2025", Some((date(2025, 1, 1), date(2025, 12, 31)))),
            ("2024-02", Some((date(2024, 2, 1), date(2024, 2, 29)))),
            ("2025-04-18", Some((date(2025, 4, 18), date(2025, 4, 18)))),
            ("2025-13", None),
            ("2025-02-30", None),
            ("25-4-18", None),
            ("2025-04-18-1", None),
            ("2025-4", None),
            ("yesterday", None),
            ("", None),
        ] {
            let got = text.parse::<Period>().ok().map(|period| (period.first, period.last));
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn values_are_refused_in_our_own_words() {
        for (got, want) in [
            (
                "2025-13".parse::<Period>().unwrap_err(),
                "`2025-13` is not a day, wanted YYYY-MM-DD, or YYYY-MM or YYYY for a whole month or year",
            ),
            (
                lang("Klingon").unwrap_err(),
                "`Klingon` is not a language, wanted a code such as `en`, `zh` or `ms`, or a name \
                 such as `Malay` or `中文`",
            ),
            (
                facet("date").unwrap_err(),
                "`date` cannot be counted, wanted `sector`, `entity`, `source`, `lang` or `month`",
            ),
            (threads("0").unwrap_err(), "`0` is not a number of threads, wanted one from 1 to 256"),
            (" ".parse::<Name>().unwrap_err(), "it is empty"),
        ] {
            assert_eq!(got, want);
        }
        assert_eq!(lang("zh-Hant").unwrap().as_str(), "zh");
        assert_eq!(lang("English").unwrap().as_str(), "en");
        assert_eq!(lang("und").unwrap().as_str(), "und");
    }
}
