//! Tables of articles: one row, one article, under a header with the usual names of fields.
//!
//! What parts the columns, comma, tab, semicolon or bar, is told by the header. A row that is not
//! like the header is an error of its own. Cells hold text or the HTML of feeds, as JSON Lines do.

mod columns;
mod cutter;

use std::borrow::Cow;
use std::io::BufRead;
use std::ops::ControlFlow;
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};

use super::draft::{Draft, KnownBy, one};
use super::encoding::{Encoding, Fault, Foreign, Narrow, first_fault};
use super::error::published;
use super::{Field, Piece, ReadError, ReadOptions, Reader, SourcePath, body, wire};
use crate::article::{Article, Lang, LineRange};
use columns::Columns;
use cutter::{Cut, Cutter, delimiter, lines};

/// Reads `.csv` and `.tsv`.
#[derive(Clone, Copy, Debug)]
pub struct CsvReader;

impl Reader for CsvReader {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "tsv"]
    }

    fn media_types(&self) -> &'static [&'static str] {
        &["text/csv", "text/tab-separated-values"]
    }

    fn recognises(&self, head: &[u8]) -> bool {
        if head.starts_with(b"<") || head.starts_with(b"{") {
            return false;
        }
        // A line of words may be the first of any text; three names of ours are a header.
        if !cutter::may_begin_with_columns(head, 3) {
            return false;
        }
        let mut head = Cow::Borrowed(head);
        if cutter::ends_in_cr(&head) {
            cutter::with_line_feeds(head.to_mut());
        }
        let Some((header, _)) = cutter::first_record(&head, delimiter(&head, b',')) else {
            return false;
        };
        let Ok(header) = std::str::from_utf8(header) else { return false };
        let names = cells(header.trim(), delimiter(&head, b','));
        let columns = Columns::of(&names, &[]);
        columns.n_known() >= 3 && columns.has_text()
    }

    fn pieces(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        emit: &mut dyn FnMut(Result<Piece, ReadError>) -> ControlFlow<()>,
    ) {
        let end = match Narrow::new(input) {
            Ok(mut input) => {
                let Some(end) = pieces(source, &mut input, emit) else { return };
                let from = input.made_from();
                let faults = from.and_then(|from| input.faults().warning(source, 1, from));
                faults.into_iter().chain(end.err()).collect()
            }
            Err(error) => vec![ReadError::unreadable(source, error)],
        };
        // Nothing follows on the last, so whether it is wanted does not matter.
        for error in end {
            let _: ControlFlow<()> = emit(Err(error));
        }
    }

    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        options: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    ) {
        let table = match Table::of(source, piece, options, &mut |warning| emit(Err(warning))) {
            Ok(table) => table,
            Err(error) => return emit(Err(error)),
        };
        let line = lines(&piece.header).max(1);
        // What is wrong with the header is said of the first piece only.
        let is_first = piece.first_line <= line + 1;
        for map in table.columns.missing.iter().filter(|_| is_first) {
            let (path, field) = (source.path.clone(), map.field.as_str());
            let (wanted, columns) = (map.name.clone(), table.names.clone());
            emit(Err(ReadError::NoSuchColumn { path, line, field, wanted, columns }));
        }
        if !table.columns.has_text() {
            if is_first {
                let (path, longest) = (source.path.clone(), table.longest());
                emit(Err(ReadError::NoColumn { path, line, columns: table.names, longest }));
            }
            return;
        }
        table.articles(source, emit);
    }
}

/// Cuts `input` into pieces; what is wrong with it in the end, or `None` if no more is wanted.
fn pieces(
    source: &SourcePath,
    input: &mut Narrow<'_>,
    emit: &mut dyn FnMut(Result<Piece, ReadError>) -> ControlFlow<()>,
) -> Option<Result<(), ReadError>> {
    let path = || source.path.clone();
    let io = |error| ReadError::unreadable(source, error);
    let made_from = input.made_from().and_then(Encoding::name);
    let mut cutter = Cutter::new(input);
    let header: Arc<[u8]> = match cutter.header(usual_delimiter(source)) {
        Ok(header) => header.into(),
        Err(error) => return Some(Err(io(error))),
    };
    let mut is_empty = true;
    loop {
        let piece = match cutter.next() {
            Ok(Cut::End) if is_empty => return Some(Err(ReadError::Empty { path: path() })),
            Ok(Cut::End) => return Some(Ok(())),
            Ok(Cut::Records(piece)) => Ok(Piece { header: header.clone(), made_from, ..piece }),
            Ok(Cut::Endless(line)) => Err(ReadError::OpenQuote { path: path(), line }),
            Err(error) => return Some(Err(io(error))),
        };
        is_empty =
            is_empty && piece.as_ref().is_ok_and(|piece| piece.bytes.trim_ascii().is_empty());
        if emit(piece).is_break() {
            return None;
        }
    }
}

/// What parts columns where the header has but one.
fn usual_delimiter(source: &SourcePath) -> u8 {
    let is_tsv = source.path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("tsv"));
    if is_tsv { b'\t' } else { b',' }
}

fn records(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    let mut builder = ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter);
    builder.from_reader(text.as_bytes())
}

/// The cells of the record that `text` is.
fn cells(text: &str, delimiter: u8) -> Vec<String> {
    let mut record = StringRecord::new();
    // It is text, and what is read from is memory.
    let is_read = records(text, delimiter).read_record(&mut record).unwrap_or(false);
    let cells = record.iter().filter(|_| is_read);
    cells.map(|cell| cell.trim().to_owned()).collect()
}

/// A piece of a table that can be read.
struct Table<'p> {
    names: Vec<String>,
    columns: Columns,
    text: Cow<'p, str>,
    first_line: u32,
    delimiter: u8,
    encoding: Option<&'static str>,
}

impl<'p> Table<'p> {
    fn of(
        source: &SourcePath,
        piece: &'p Piece,
        options: &ReadOptions,
        warn: &mut dyn FnMut(ReadError),
    ) -> Result<Self, ReadError> {
        let mut foreign = None;
        let parts = [&*piece.header, &piece.bytes];
        let mut read = |bytes: &'p [u8], first_line| match std::str::from_utf8(bytes) {
            Ok(text) => Ok((Cow::Borrowed(text), piece.made_from)),
            Err(_) => {
                let foreign = foreign.get_or_insert_with(|| {
                    Foreign::of(source, parts.iter().flat_map(|part| part.split(|b| *b == b'\n')))
                });
                let (text, encoding) = foreign.read(bytes).map_err(|_| {
                    let Fault { line, offset } = in_line(bytes, first_fault(bytes));
                    let line = line.saturating_add(first_line - 1);
                    ReadError::UnknownEncoding { path: source.path.clone(), line, offset }
                })?;
                let mut faults = text.faults;
                faults.first = faults.first.map(|fault| in_line(bytes, fault));
                faults.warning(source, first_line, encoding).into_iter().for_each(&mut *warn);
                Ok((text.text, encoding.name()))
            }
        };
        let (header, _) = read(&piece.header, 1)?;
        let (text, encoding) = read(&piece.bytes, piece.first_line)?;
        let delimiter = delimiter(header.trim_start().as_bytes(), usual_delimiter(source));
        let names = cells(&header, delimiter);
        let columns = Columns::of(&names, &options.map);
        let first_line = piece.first_line;
        Ok(Self { names, columns, text, first_line, delimiter, encoding })
    }

    /// The column with the most text, which is likely that of the article.
    fn longest(&self) -> String {
        let mut lengths = vec![0; self.names.len()];
        let mut reader = records(&self.text, self.delimiter);
        let mut record = StringRecord::new();
        while reader.read_record(&mut record).unwrap_or(false) {
            lengths.iter_mut().zip(&record).for_each(|(length, cell)| *length += cell.len());
        }
        let longest = lengths.iter().zip(&self.names).rev().max_by_key(|(length, _)| **length);
        longest.map(|(_, name)| name.clone()).unwrap_or_default()
    }

    fn articles(&self, source: &SourcePath, emit: &mut dyn FnMut(Result<Article, ReadError>)) {
        let mut reader = records(&self.text, self.delimiter);
        let mut record = StringRecord::new();
        // Lines are counted up to where the last record ended.
        let (mut at, mut line) = (0, self.first_line);
        while reader.read_record(&mut record).unwrap_or(false) {
            let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
            let part = &self.text[at..end];
            let blank = part.len() - part.trim_start_matches(['\r', '\n']).len();
            let first = line.saturating_add(lines(&part.as_bytes()[..blank]));
            let last = first.saturating_add(lines(part[blank..].trim_end().as_bytes()));
            line = line.saturating_add(lines(part.as_bytes()));
            at = end;
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let row = Row { table: self, record: &record, lines: LineRange { first, last } };
            one(emit, |warn| row.article(source, warn));
        }
    }
}

/// `fault`, which lies in `bytes`, by its place in its line.
fn in_line(bytes: &[u8], fault: Fault) -> Fault {
    let start = memchr::memrchr(b'\n', &bytes[..fault.offset]).map_or(0, |at| at + 1);
    Fault { offset: fault.offset - start, ..fault }
}

/// One row.
struct Row<'t> {
    table: &'t Table<'t>,
    record: &'t StringRecord,
    lines: LineRange,
}

impl<'t> Row<'t> {
    /// What the columns for `field` hold, the one that counts most first.
    fn all(&self, field: Field) -> impl Iterator<Item = &'t str> {
        let cells = self.table.columns.of_field(field).iter().filter_map(|at| self.record.get(*at));
        cells.map(str::trim).filter(|cell| !cell.is_empty())
    }

    fn text(&self, field: Field) -> Option<String> {
        self.all(field).next().map(str::to_owned)
    }

    fn article(
        &self,
        source: &SourcePath,
        warn: &mut dyn FnMut(ReadError),
    ) -> Result<Article, ReadError> {
        let (found, wanted) = (self.record.len(), self.table.names.len());
        let line = self.lines.first;
        if found != wanted {
            return Err(ReadError::WrongRow { path: source.path.clone(), line, found, wanted });
        }
        let date = self.all(Field::Date).next();
        let mut blocks = Vec::new();
        if let Some(text) = self.all(Field::Text).next() {
            body::cut(text, self.lines, &mut blocks);
        }
        let headline = self.all(Field::Headline).next().map(body::line);
        let tags = self.all(Field::Tags).flat_map(|cell| cell.split([';', '|'])).map(str::trim);
        let mut draft = Draft {
            id: self.text(Field::Id),
            headline: headline.filter(|text| !text.is_empty()).map(Cow::into_owned),
            published: date.and_then(|date| published(&source.path, line, date, warn)),
            lang: self.all(Field::Lang).next().map(Lang::new),
            source: self.text(Field::Source),
            url: self.text(Field::Url),
            authors: self.all(Field::Author).next().map(wire::names).unwrap_or_default(),
            section: self.text(Field::Section),
            source_tags: tags.filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
            blocks,
            ..Draft::default()
        };
        draft.edition.encoding = self.table.encoding.map(str::to_owned);
        draft.finish(source, line, KnownBy::Content)
    }
}

#[cfg(test)]
mod tests;
