//! Reads the values of fields that are conditions: what a language, a type or a date is.
//!
//! What stands where in a query is the parser's work.

use crate::article::Lang;

use super::date::{self, BadDate};
use super::field::Field;
use super::marks::half_width;
use super::parse::Parser;
use super::warnings::quoted;
use super::{DateRange, Filter, Query};

impl Parser<'_> {
    /// The condition that `field` has `value`, unless that is blank. A value that cannot be read is
    /// one that no passage has.
    pub(super) fn filter(&mut self, field: Field, value: String) -> Option<Query> {
        let shown = quoted(&format!("{}:{value}", field.name()));
        let filter = match field {
            Field::Sector => Filter::Sector(value),
            Field::Entity => Filter::Entity(value),
            Field::SaidBy => Filter::SaidBy(value),
            Field::Lang => {
                if Lang::named(&value).is_none() {
                    self.warnings.add(format!(
                        "{shown} finds nothing: a language is a code such as `en`, `zh` or `ms`, or a \
                         name such as `Malay` or `中文`"
                    ));
                    return self.impossible();
                }
                Filter::Lang(value)
            }
            Field::Source => Filter::Source(value),
            Field::SourceTag => Filter::SourceTag(value),
            Field::Article => Filter::Article(value),
            Field::Type => {
                match value.trim().to_lowercase().replace("organisation", "organization").parse() {
                    Ok(kind) => Filter::Type(kind),
                    Err(error) => {
                        self.warnings.add(format!("{shown} finds nothing: {error}"));
                        return self.impossible();
                    }
                }
            }
            Field::Date => match self.date(&value, &shown) {
                Some(range) => Filter::Date(range),
                None => return self.impossible(),
            },
            Field::Zone(_) => return None,
        };
        let Some(filter) = filter.tidy() else {
            self.warnings.add(format!("no value in {shown}, left out"));
            return None;
        };
        self.n_clauses += 1;
        Some(filter)
    }

    /// A clause that no passage meets.
    fn impossible(&mut self) -> Option<Query> {
        self.is_impossible = true;
        Some(Query::Nothing)
    }

    /// The days that `value` means.
    fn date(&mut self, value: &str, shown: &str) -> Option<DateRange> {
        let value: String = value.chars().map(half_width).collect();
        match date::read(&value, self.today) {
            Ok(read) => {
                if read.swapped {
                    self.warnings.add(format!("{shown} ends before it begins, read backwards"));
                }
                Some(read.range)
            }
            Err(BadDate::Empty) => {
                self.warnings.add(format!("{shown} finds nothing: no day is in it"));
                None
            }
            Err(BadDate::Unreadable) => {
                self.warnings.add(format!(
                    "{shown} finds nothing: a date is `2025-04-18`, `2025-04`, `2025`, `7d`, `today`, \
                     `>=2025-04-01` or `[2025-04-01 TO 2025-04-30]`"
                ));
                None
            }
        }
    }
}
