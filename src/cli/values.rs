//! Values of flags: what a user types into what it means, refused in our own words.
//!
//! Parsing here looks at the text alone. Whether a sector exists is for the index to say.

use std::num::{NonZeroU32, NonZeroUsize};
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::civil::Date;
use pressmark::article::{ArticleId, Lang};
use pressmark::query;
use pressmark::results::{FacetField, Matching};

/// A year, a month or a day, or the last days: `2025`, `2025-04`, `2025-04-18`, `today`, `7d`.
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
        period(text, jiff::Zoned::now().date()).ok_or_else(|| {
            format!("`{text}` is not a day, wanted YYYY-MM-DD, YYYY-MM or YYYY for a whole month or year, `today`, `yesterday`, or the last days such as `7d`")
        })
    }
}

fn period(text: &str, today: Date) -> Option<Period> {
    query::days(text, today).map(|(first, last)| Period { first, last })
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

/// How many of a query's words a passage must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum MatchBy {
    /// All of them, unless the query says otherwise
    All,
    /// Any of them; those with more come first
    Any,
}

impl From<MatchBy> for Matching {
    fn from(by: MatchBy) -> Self {
        match by {
            MatchBy::All => Self::All,
            MatchBy::Any => Self::Any,
        }
    }
}

/// Reads how soon news is half as new: `30d`, `2w`, `3m`, `1y`.
pub(super) fn half_life(text: &str) -> Result<NonZeroU32, String> {
    let today = jiff::civil::date(2001, 1, 1);
    let ends_in_unit = text.ends_with(['d', 'w', 'm', 'y', 'D', 'W', 'M', 'Y']);
    let span = query::days(text, today).filter(|_| ends_in_unit && text.len() > 1);
    let days = span.and_then(|(first, last)| u32::try_from((last - first).get_days()).ok());
    let days = days.and_then(|days| NonZeroU32::new(days.saturating_add(1)));
    days.filter(|_| text.starts_with(|c: char| c.is_ascii_digit())).ok_or_else(|| {
        format!("`{text}` is no span of time, wanted days, weeks, months or years such as `30d`, `2w`, `3m`, `1y`")
    })
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
pub(super) fn facet() -> impl TypedValueParser<Value = FacetField> {
    let names = PossibleValuesParser::new(FacetField::ALL.map(FacetField::as_str));
    names.map(|name| {
        let named = FacetField::ALL.into_iter().find(|field| field.as_str() == name);
        named.expect("no other name is let through")
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

/// A stretch of time, in seconds that may have a fraction.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok();
    let seconds = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds
        .filter(|seconds| *seconds <= LONGEST)
        .ok_or_else(|| "wanted seconds, at most 86400, such as `2` or `0.5`".to_owned())
}

/// The longest stretch of time that is waited.
const LONGEST: Duration = Duration::from_secs(86_400);

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
            ("2025-4", Some((date(2025, 4, 1), date(2025, 4, 30)))),
            ("yesterday", Some((date(2025, 4, 29), date(2025, 4, 29)))),
            ("7d", Some((date(2025, 4, 24), date(2025, 4, 30)))),
            (">2025", None),
            ("*", None),
            ("", None),
        ] {
            let today = date(2025, 4, 30);
            let got = period(text, today).map(|period| (period.first, period.last));
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn values_are_refused_in_our_own_words() {
        for (got, want) in [
            (
                "2025-13".parse::<Period>().unwrap_err(),
                "`2025-13` is not a day, wanted YYYY-MM-DD, YYYY-MM or YYYY for a whole month or year, `today`, `yesterday`, or the last days such as `7d`",
            ),
            (
                lang("Klingon").unwrap_err(),
                "`Klingon` is not a language, wanted a code such as `en`, `zh` or `ms`, or a name \
                 such as `Malay` or `中文`",
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
