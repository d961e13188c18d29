//! The command line: one file a command, with its arguments, its help and what it does.
//!
//! A command reads its arguments, calls the library and hands the results to an output. It says
//! nothing itself: [`ui::Ui`] owns stdout, stderr and colour, [`failure`] words what went wrong.

mod complaints;
mod corrections;
mod explained;
mod failure;
mod filters;
mod hints;
mod listing;
mod nothing;
mod open;
mod page;
mod progress;
mod stop;
mod tally;
mod telling;
mod ui;
mod values;

mod completions;
mod delete;
mod demo;
mod entities;
mod eval;
mod index;
mod man;
mod queries;
mod query;
mod read;
mod reindex;
mod sectors;
mod show;
mod similar;
mod status;
mod tag;
mod watch;

use std::path::{Path, PathBuf};

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use self::failure::Failure;
pub(crate) use self::failure::Status;
use self::ui::{Ui, UiArgs};

/// Turn news articles into an index of tagged passages, and ask it
///
/// Articles are cut into passages, one a paragraph; each passage is tagged with the sectors it is
/// about and the entities it names. Queries give ranked passages with what matched. English,
/// Chinese and Malay are read; nothing leaves this machine.
///
/// Results go to standard output, everything else to standard error. The exit code is 0 when
/// something was found or done, 1 when nothing was found, 2 when something failed, even in part.
#[derive(Debug, Parser)]
#[command(
    name = "pressmark",
    version,
    max_term_width = 100,
    after_help = "Examples:
  pressmark demo                         see it work on articles that are built in
  pressmark index news/                  index a folder
  pressmark query '\"data centre\" power'  ask"
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, clap::Args)]
struct Global {
    /// Folder of the index
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "PRESSMARK_INDEX",
        hide_env_values = true,
        default_value = "index",
        help_heading = "Global options"
    )]
    index: PathBuf,
    #[command(flatten)]
    ui: UiArgs,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Index(index::Args),
    Watch(watch::Args),
    #[command(visible_alias = "search")]
    Query(query::Args),
    Similar(similar::Args),
    Read(read::Args),
    Tag(tag::Args),
    Show(show::Args),
    Delete(delete::Args),
    Status(status::Args),
    Sectors(sectors::Args),
    Entities(entities::Args),
    Reindex(reindex::Args),
    Eval(eval::Args),
    Demo(demo::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Parses the arguments, runs the command and says how it ended.
pub(crate) fn main() -> Status {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(mut usage) => {
            explain_dash(&mut usage);
            // Help is no failure, a wrong flag is; that neither can be printed changes nothing.
            let status = if usage.use_stderr() { Status::Failed } else { Status::Done };
            drop(usage.print());
            return status;
        }
    };
    let mut ui = Ui::new(cli.global.ui);
    let outcome = run(&mut ui, &cli.global.index, cli.command);
    match outcome.and_then(|status| ui.flush().map(|()| status).map_err(Failure::from)) {
        Ok(status) => status,
        Err(failure) => failure.report(&mut ui),
    }
}

/// Says where a query goes that looks like an option.
fn explain_dash(usage: &mut clap::Error) {
    let typed: Vec<_> = std::env::args_os().skip(1).collect();
    let asks = typed.iter().any(|word| word == "query" || word == "search");
    // `-China` is taken for `-C hina`, `-nuclear` for `-n uclear`.
    let is_word = |word: &[u8]| matches!(word, [b'-', b'n' | b'C', b'A'..=b'Z' | b'a'..=b'z', ..]);
    let looks_so = match usage.kind() {
        ErrorKind::UnknownArgument => true,
        ErrorKind::ValueValidation => typed.iter().any(|word| is_word(word.as_encoded_bytes())),
        _ => false,
    };
    if asks && looks_so {
        let tip = "a query that begins with `-` goes after `--`, behind all options: \
                   pressmark query -n 5 -- '-football'";
        let tip = ContextValue::StyledStrs(vec![tip.into()]);
        usage.insert(ContextKind::Suggested, tip);
    }
}

fn run(ui: &mut Ui, index: &Path, command: Command) -> Result<Status, Failure> {
    match command {
        Command::Index(args) => index::run(ui, index, args),
        Command::Watch(args) => watch::run(ui, index, args),
        Command::Query(args) => query::run(ui, index, args),
        Command::Similar(args) => similar::run(ui, index, args),
        Command::Read(args) => read::run(ui, index, args),
        Command::Tag(args) => tag::run(ui, index, args),
        Command::Show(args) => show::run(ui, index, &args),
        Command::Delete(args) => delete::run(ui, index, &args),
        Command::Status(args) => status::run(ui, index, &args),
        Command::Sectors(args) => sectors::run(ui, index, &args),
        Command::Entities(args) => entities::run(ui, index, &args),
        Command::Reindex(args) => reindex::run(ui, index, &args),
        Command::Eval(args) => eval::run(ui, &args),
        Command::Demo(args) => demo::run(ui, &args),
        Command::Completions(args) => completions::run(ui, &args),
        Command::Man(args) => man::run(ui, &args),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn clap_accepts_the_whole_tree() {
        Cli::command().debug_assert();
    }
}
