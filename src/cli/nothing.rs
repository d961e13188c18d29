//! What is said of a query that found nothing: which part of it is to blame, and what would find
//! something. The diagnosis is made by the library; here it is put in words and in commands that can be
//! typed.

use std::path::Path;

use pressmark::engine::diagnose::{Clause, Diagnosis, How, Spelling, Spelt, What};
use pressmark::query::{Pattern, Query, TextClause};
use pressmark::results::Filters;

use super::hints::{flag, quoted};
use super::ui::Ui;

/// Where any of the words is found, more clauses than these are not counted for people.
const MOST_BLAMED: usize = 6;

/// Says that nothing matched `text` with `filters`, why, and what would.
pub(super) fn found(
    ui: &mut Ui,
    index: &Path,
    text: &str,
    filters: &Filters,
    diagnosis: &Diagnosis,
) {
    let conditions = conditions(filters);
    let what = match text.trim() {
        "" => "no passage".to_owned(),
        text => format!("no passage matches `{text}`"),
    };
    let verb = if text.trim().is_empty() && !conditions.is_empty() { " is" } else { "" };
    let given: String = conditions.iter().map(|words| format!(" {words}")).collect();
    ui.note(&format!("{what}{verb}{given}"));
    if diagnosis.clauses.is_empty() {
        ui.hint(&format!("the index is empty; fill it with `pressmark index PATH{}`", flag(index)));
        return;
    }
    blame(ui, &diagnosis.clauses);
    for clause in diagnosis.clauses.iter().filter(|clause| !clause.within.is_empty()) {
        let is_text = matches!(&clause.what, What::Query(Query::Text(_)));
        // Within quotes an operator is a word, and nothing keeps it from being one.
        let called_within = |inner: &Clause| match &inner.what {
            What::Query(Query::Text(TextClause { zone: None, pattern: Pattern::Word(word) }))
                if is_text =>
            {
                format!("`{word}`")
            }
            _ => called(inner),
        };
        let within = clause.within.iter();
        let within = within.map(|one| format!("{} {}", called_within(one), one.passages));
        let within: Vec<String> = within.collect();
        ui.note(&format!("of {}: {}", called(clause), within.join(", ")));
    }
    spellings(ui, diagnosis);
    for relaxed in &diagnosis.relaxed {
        let command = command(&relaxed.query, &relaxed.filters, index);
        ui.hint(&format!("`{command}` finds {}", relaxed.passages));
    }
}

/// Says of a query whose words are nowhere together which of them are nowhere at all.
pub(super) fn together(ui: &mut Ui, index: &Path, diagnosis: &Diagnosis) {
    if diagnosis.clauses.len() <= MOST_BLAMED {
        blame(ui, &diagnosis.clauses);
    }
    spellings(ui, diagnosis);
    let respelt = diagnosis.relaxed.iter().find(|relaxed| relaxed.how == How::Spelling);
    if let Some(relaxed) = respelt {
        let command = command(&relaxed.query, &relaxed.filters, index);
        ui.hint(&format!("`{command}` finds {}", relaxed.passages));
    }
}

/// Says which clauses leave nothing, and how many passages each has.
fn blame(ui: &mut Ui, clauses: &[Clause]) {
    let emptying: Vec<&Clause> = clauses.iter().filter(|clause| clause.empties).collect();
    if clauses.len() > 1 {
        if emptying.len() > 1 && emptying.len() < clauses.len() && emptying[0].passages > 0 {
            let names: Vec<String> = emptying.iter().map(|clause| called(clause)).collect();
            ui.note(&format!("nowhere together: {}", names.join(", ")));
        }
        ui.note(&format!("alone: {}", counts(clauses)));
    }
}

/// `` `durian` 12, `tarif` 0 ``.
fn counts(clauses: &[Clause]) -> String {
    let counted = clauses.iter().map(|clause| format!("{} {}", called(clause), clause.passages));
    counted.collect::<Vec<_>>().join(", ")
}

fn called(clause: &Clause) -> String {
    match &clause.what {
        What::Query(query) => format!("`{query}`"),
        What::Filter(filters) => conditions(filters).join(" "),
    }
}

/// Says what the index has in place of words and names that it has not.
fn spellings(ui: &mut Ui, diagnosis: &Diagnosis) {
    for Spelling { typed, of, known } in &diagnosis.spellings {
        let known: Vec<String> =
            known.iter().map(|known| format!("`{}` ({})", known.text, known.passages)).collect();
        let there = match known.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!("{} or {last}", others.join(", "))
            }
            _ => known.concat(),
        };
        let missing = match of {
            Spelt::Word => format!("no passage has `{typed}`"),
            Spelt::Entity => format!("the index names no entity `{typed}`"),
            Spelt::Speaker => format!("the index has no statement by `{typed}`"),
            Spelt::Sector => format!("no passage is of sector `{typed}`"),
            Spelt::Source => format!("the index has nothing from `{typed}`"),
            Spelt::SourceTag => format!("no article has the source tag `{typed}`"),
            Spelt::Lang => format!("the index has nothing in language `{typed}`"),
        };
        ui.hint(&format!("{missing}; there is {there}"));
    }
    for (of, name) in diagnosis.clauses.iter().filter(|clause| clause.passages == 0).flat_map(names)
    {
        let told = diagnosis.spellings.iter().any(|one| one.of == of && one.typed == name);
        match of {
            Spelt::Entity if !told => ui.hint(&format!(
                "the index names no entity `{name}`; `pressmark entities TEXT` finds names"
            )),
            Spelt::Source if !told => {
                ui.hint(&format!("the index has nothing from `{name}`"));
            }
            _ => {}
        }
    }
}

/// The names that a filter beside the query asks for.
fn names(clause: &Clause) -> Vec<(Spelt, &str)> {
    let What::Filter(filters) = &clause.what else { return Vec::new() };
    let entities = filters.entities.iter().map(|name| (Spelt::Entity, name.as_str()));
    let sources = filters.sources.iter().map(|name| (Spelt::Source, name.as_str()));
    entities.chain(sources).collect()
}

/// The command that asks `query` with `filters`, as it is typed.
fn command(query: &Query, filters: &Filters, index: &Path) -> String {
    let mut command = "pressmark query".to_owned();
    if *query != Query::All {
        command.push(' ');
        command.push_str(&quoted(&query.to_string()));
    }
    for (name, values) in [
        ("sector", &filters.sectors),
        ("sector", &filters.all_sectors),
        ("not-sector", &filters.not_sectors),
        ("entity", &filters.entities),
        ("said-by", &filters.said_by),
        ("lang", &filters.langs),
        ("source", &filters.sources),
        ("source-tag", &filters.source_tags),
    ] {
        for value in values {
            // What begins with a dash would be taken for an option.
            let joint = if value.starts_with('-') { '=' } else { ' ' };
            command.push_str(&format!(" --{name}{joint}{}", quoted(value)));
        }
    }
    if filters.all_sectors.len() > 1 {
        command.push_str(" --all-sectors");
    }
    for (name, day) in [("since", filters.since), ("until", filters.until)] {
        if let Some(day) = day {
            command.push_str(&format!(" --{name} {day}"));
        }
    }
    command.push_str(&flag(index));
    command
}

/// Each kind of filter that is set, in words.
fn conditions(filters: &Filters) -> Vec<String> {
    let lists = [
        ("in sector", " or ", &filters.sectors),
        (
            if filters.all_sectors.len() > 1 { "in sectors" } else { "in sector" },
            " and ",
            &filters.all_sectors,
        ),
        ("outside sector", " or ", &filters.not_sectors),
        ("with entity", " or ", &filters.entities),
        ("with a statement by", " or ", &filters.said_by),
        ("in language", " or ", &filters.langs),
        ("from", " or ", &filters.sources),
        ("with source tag", " or ", &filters.source_tags),
    ];
    let mut set = Vec::new();
    for (words, joint, values) in lists.into_iter().filter(|list| !list.2.is_empty()) {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        set.push(format!("{words} {}", values.join(joint)));
    }
    let days = [("since", filters.since), ("until", filters.until)];
    set.extend(days.iter().filter_map(|(word, day)| day.map(|day| format!("{word} {day}"))));
    set
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use clap::Parser;
    use pressmark::query;

    use super::*;

    fn filters() -> Filters {
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        Filters {
            all_sectors: texts(&["energy", "trade"]),
            entities: texts(&["O'Neil & Co", "-x"]),
            langs: texts(&["zh"]),
            sources: texts(&["Xinhua"]),
            since: Some(jiff::civil::date(2025, 1, 1)),
            until: Some(jiff::civil::date(2025, 12, 31)),
            ..Filters::default()
        }
    }

    #[test]
    fn conditions_are_told_in_words() {
        let want = [
            "in sectors `energy` and `trade`",
            "with entity `O'Neil & Co` or `-x`",
            "in language `zh`",
            "from `Xinhua`",
            "since 2025-01-01",
            "until 2025-12-31",
        ];
        assert_eq!(conditions(&filters()), want);
        assert!(conditions(&Filters::default()).is_empty());
    }

    #[test]
    fn a_command_is_one_that_can_be_typed() {
        let text = "(\"trade war\" OR tariff*) AND NOT wom?n";
        let query = query::parse(text, jiff::civil::date(2025, 4, 30)).query;
        let command = command(&query, &filters(), &PathBuf::from("my index"));
        assert_eq!(
            command,
            "pressmark query '(\"trade war\" OR tariff*) AND NOT wom?n' --sector energy --sector trade \
             --entity 'O'\\''Neil & Co' --entity=-x --lang zh --source Xinhua --all-sectors \
             --since 2025-01-01 --until 2025-12-31 --index 'my index'"
        );
        let words = [
            "pressmark",
            "query",
            text,
            "--sector",
            "energy",
            "--sector",
            "trade",
            "--entity",
            "O'Neil & Co",
            "--entity=-x",
            "--lang",
            "zh",
            "--source",
            "Xinhua",
            "--all-sectors",
            "--since",
            "2025-01-01",
            "--until",
            "2025-12-31",
            "--index",
            "my index",
        ];
        assert!(crate::cli::Cli::try_parse_from(words).is_ok());
    }
}
