//! Which columns of a table hold which field.

use crate::reader::fields::names;
use crate::reader::{Field, FieldMap};

/// The columns of each field, the one that counts most first.
pub(super) struct Columns {
    columns: [Vec<usize>; Field::ALL.len()],
    /// Fields that are mapped to columns that are not there.
    pub(super) missing: Vec<FieldMap>,
}

impl Columns {
    /// The columns called `header`, by the usual names of fields and by `map`. Case, blanks and signs
    /// in a name do not matter, unless two differ by nothing else.
    pub(super) fn of(header: &[String], map: &[FieldMap]) -> Self {
        let found = |name: &str| {
            let exact = header.iter().position(|column| column == name);
            exact.or_else(|| header.iter().position(|column| plain(column) == plain(name)))
        };
        let columns = Field::ALL.map(|field| {
            let maps = map.iter().filter(|map| map.field == field);
            let mut columns: Vec<usize> = maps.filter_map(|map| found(&map.name)).collect();
            // Labels add up; of all else what is mapped is meant alone.
            if columns.is_empty() || field == Field::Tags {
                columns.extend(names(field).iter().filter_map(|name| found(name)));
                let mut seen = Vec::new();
                columns.retain(|at| {
                    !seen.contains(at) && {
                        seen.push(*at);
                        true
                    }
                });
            }
            columns
        });
        let missing = map.iter().filter(|map| found(&map.name).is_none()).cloned().collect();
        Self { columns, missing }
    }

    pub(super) fn of_field(&self, field: Field) -> &[usize] {
        &self.columns[field as usize]
    }

    /// Whether there is a column for text or headline.
    pub(super) fn has_text(&self) -> bool {
        [Field::Text, Field::Headline].iter().any(|field| !self.of_field(*field).is_empty())
    }

    /// For how many fields there are columns.
    pub(super) fn n_known(&self) -> usize {
        self.columns.iter().filter(|columns| !columns.is_empty()).count()
    }
}

/// The letters and digits of a name, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
