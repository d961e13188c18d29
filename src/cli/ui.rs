//! The terminal: results to stdout, talk to stderr, colour and width.
//!
//! Nothing else in the program knows whether there is a terminal.

use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use pressmark::output::printable;
use pressmark::output::text::Look;

/// Lines longer than this are hard to read, however wide the terminal is.
const WIDEST: usize = 100;

/// The width of a terminal that does not tell its own.
const UNTOLD: usize = 80;

/// How the program talks.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct UiArgs {
    /// When to colour; `auto` does on a terminal, unless `NO_COLOR` is set
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value_t = Color::Auto,
        help_heading = "Global options"
    )]
    color: Color,
    /// Print results and errors only
    #[arg(short, long, global = true, help_heading = "Global options")]
    quiet: bool,
    /// Say more about what is done
    #[arg(short, long, global = true, conflicts_with = "quiet", help_heading = "Global options")]
    verbose: bool,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    fn holds_for(self, stream: &impl anstream::stream::RawStream) -> bool {
        match self {
            Self::Auto => AutoStream::choice(stream) != anstream::ColorChoice::Never,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// The width that `COLUMNS` asks for, whether there is a terminal or not.
#[expect(clippy::disallowed_methods, reason = "to clap a width that is no number is an error")]
fn told_width() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok().filter(|&columns| columns > 0)
}

/// The terminal, or what stands for it.
pub(super) struct Ui {
    out: BufWriter<Box<dyn Write>>,
    look: Look,
    color_talk: bool,
    quiet: bool,
    verbose: bool,
}

impl Ui {
    pub(super) fn new(args: UiArgs) -> Self {
        let stdout = io::stdout();
        let color = args.color.holds_for(&stdout);
        let width = told_width().or_else(|| {
            stdout.is_terminal().then(|| {
                let size = terminal_size::terminal_size_of(&stdout);
                size.map_or(UNTOLD, |(width, _)| usize::from(width.0)).min(WIDEST)
            })
        });
        let out: Box<dyn Write> = if color {
            Box::new(AutoStream::always(stdout.lock()))
        } else {
            Box::new(stdout.lock())
        };
        Self {
            out: BufWriter::with_capacity(64 * 1024, out),
            look: Look { color, width },
            color_talk: args.color.holds_for(&io::stderr()),
            quiet: args.quiet,
            verbose: args.verbose,
        }
    }

    /// Where results go.
    pub(super) fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// What text for people is made for.
    pub(super) fn look(&self) -> Look {
        self.look
    }

    /// Whether to say more than usual.
    pub(super) fn verbose(&self) -> bool {
        self.verbose
    }

    /// Whether to say nothing but results and errors.
    pub(super) fn quiet(&self) -> bool {
        self.quiet
    }

    /// Sends out what was written.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Drops what was written and not sent: nobody reads it.
    pub(super) fn give_up(&mut self) {
        let unread = std::mem::replace(&mut self.out, BufWriter::new(Box::new(io::sink())));
        drop(unread.into_parts());
    }

    /// Says something that is no result.
    pub(super) fn note(&mut self, text: &str) {
        if !self.quiet {
            self.say("", Style::new(), text);
        }
    }

    pub(super) fn warning(&mut self, text: &str) {
        if !self.quiet {
            self.say("warning: ", AnsiColor::Yellow.on_default().bold(), text);
        }
    }

    pub(super) fn error(&mut self, text: &str) {
        self.say("error: ", AnsiColor::Red.on_default().bold(), text);
    }

    pub(super) fn cause(&mut self, text: &str) {
        self.say("cause: ", Style::new().bold(), text);
    }

    pub(super) fn hint(&mut self, text: &str) {
        if !self.quiet {
            self.say("hint: ", AnsiColor::Green.on_default().bold(), text);
        }
    }

    /// Writes a line to stderr, after all results so far. If stderr is gone there is nobody to
    /// tell.
    fn say(&mut self, lead: &str, style: Style, text: &str) {
        drop(self.out.flush());
        let style = if self.color_talk { style } else { Style::new() };
        let text = printable(text);
        drop(writeln!(io::stderr().lock(), "{style}{lead}{style:#}{text}"));
    }

    /// Whether what is said is seen on a terminal.
    pub(super) fn talks_to_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }
}

/// Says something at once, whatever is being written meanwhile.
pub(super) fn interject(text: &str) {
    let mut stderr = io::stderr().lock();
    // The terminal has put `^C` where the cursor is.
    let lead = if stderr.is_terminal() { "\n" } else { "" };
    drop(writeln!(stderr, "{lead}{text}"));
}
