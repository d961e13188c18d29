//! A JSON list into its elements, by where they begin and end, so that it is never held whole.
//!
//! It follows strings and brackets; whether an element is JSON, a parser says. What shows that one is
//! broken (a line end in a string, an object where a key must be) is the sign to look for the next,
//! so that it takes no other with it.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use super::PIECE_BYTES;
use crate::reader::{HEAD_BYTES, MAX_TEXT_BYTES, Piece};

/// Stands before each element in a piece of a list. JSON holds none.
const MARK: u8 = 0x1E;

/// Whether what begins so is a list of objects, or of nothing.
pub(super) fn is_list(head: &[u8]) -> bool {
    let head = &head[..head.len().min(HEAD_BYTES)];
    let inner = head.trim_ascii_start().strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    inner.is_some_and(|inner| inner.starts_with(b"{") || inner.starts_with(b"]"))
}

/// What all of a list is read by: that it is one, and how many bytes of its line are before a piece.
fn header(column: usize) -> Vec<u8> {
    format!("[{column}").into_bytes()
}

/// Whether a piece is of a list.
pub(super) fn is_of_list(piece: &Piece) -> bool {
    piece.header.starts_with(b"[")
}

/// The elements of a piece of a list: the line of each, how many bytes of that are before it, and its
/// text.
pub(super) fn elements(piece: &Piece) -> impl Iterator<Item = (u32, usize, &[u8])> {
    let digits = piece.header.get(1..).and_then(|digits| std::str::from_utf8(digits).ok());
    let mut line = piece.first_line;
    let mut column = digits.and_then(|digits| digits.parse().ok()).unwrap_or(0);
    let mut is_marked = false;
    piece.bytes.split(|byte| *byte == MARK).filter_map(move |part| {
        let element = is_marked.then(|| (line, column, part.trim_ascii_end()));
        is_marked = true;
        (line, column) = after(line, column, part);
        element
    })
}

/// The line that follows on `bytes`, and how many bytes of it are among them.
fn after(line: u32, column: usize, bytes: &[u8]) -> (u32, usize) {
    let ends = memchr::memchr_iter(b'\n', bytes).count();
    match memchr::memrchr(b'\n', bytes) {
        Some(end) => {
            (line.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX)), bytes.len() - end - 1)
        }
        None => (line, column + bytes.len()),
    }
}

/// What comes next of a list.
pub(super) enum Cut {
    /// Whole elements.
    Piece(Piece),
    /// What is wrong between elements, on a line, after so many bytes of it.
    Fault(u32, usize, &'static str),
    /// An element over the limit, by its line.
    TooLong(u32),
    End,
}

/// Cuts a stream between the elements of a list.
pub(super) struct Elements<'i> {
    input: &'i mut dyn BufRead,
    split: Split,
    /// What is given before more is read.
    next: VecDeque<Cut>,
}

impl<'i> Elements<'i> {
    pub(super) fn new(input: &'i mut dyn BufRead) -> Self {
        Self { input, split: Split { line: 1, ..Split::default() }, next: VecDeque::new() }
    }

    pub(super) fn next(&mut self) -> io::Result<Cut> {
        loop {
            if let Some(cut) = self.next.pop_front() {
                return Ok(cut);
            }
            let Self { input, split, next } = self;
            let buffer = input.fill_buf()?;
            if buffer.is_empty() {
                split.end(next);
                next.push_back(Cut::End);
                continue;
            }
            let (taken, fault) = split.take(buffer);
            input.consume(taken);
            if let Some(what) = fault {
                let is_before = split.state.is_within();
                split.give(next);
                let column = split.column - usize::from(!is_before);
                next.push_back(Cut::Fault(split.line, column, what));
            } else if !split.state.is_within() && split.rest.len() >= PIECE_BYTES {
                split.give(next);
            } else if split.rest.len() > MAX_TEXT_BYTES + split.now.start {
                split.give(next);
                next.push_back(Cut::TooLong(split.line));
                split.drop_element();
            }
        }
    }
}

const MORE: &str = "more follows the list";

/// Where in a list a byte stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Before the list, or after it.
    #[default]
    Outside,
    /// Behind its bracket, where an element may be.
    Begun,
    AfterComma,
    AfterElement,
    /// In an element that is a number, a word or nothing known.
    Word,
    /// In a string, which is an element or in one.
    Text,
    /// In an element with brackets.
    Nested,
}

impl State {
    fn is_within(self) -> bool {
        matches!(self, Self::Word | Self::Text | Self::Nested)
    }
}

/// The list as far as it is read.
#[derive(Debug, Default)]
struct Split {
    state: State,
    /// What was read and not given, elements marked and blank between them; where it begins.
    rest: Vec<u8>,
    line: u32,
    column: usize,
    /// How many blanks are before this byte, if nothing else is before it on its line.
    indent: Option<usize>,
    /// The element that a byte is in.
    now: Element,
    /// Whether the list has ended.
    is_over: bool,
    /// Whether something was found fault with since the last element, or after the list.
    is_said: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Element {
    /// Where in what was read its mark is.
    start: usize,
    /// How many blanks are before it on its line, if nothing else is.
    indent: Option<usize>,
    /// How many brackets are open; which of the innermost are of objects, the last one lowest. No
    /// parser takes more of them.
    depth: usize,
    objects: u128,
    /// The last byte outside of strings that is not blank.
    last: u8,
    is_escaped: bool,
    /// Whether something shows that it is broken.
    is_broken: bool,
    /// Whether it is too long to be kept.
    is_dropped: bool,
}

impl Split {
    /// Takes from the front of `bytes`, up to a fault or the end of a piece; how many, and the fault.
    fn take(&mut self, bytes: &[u8]) -> (usize, Option<&'static str>) {
        let mut at = 0;
        while at < bytes.len() {
            if self.state == State::Text && !self.now.is_escaped {
                let rest = &bytes[at..];
                let run = memchr::memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len());
                self.keep(&rest[..run]);
                at += run;
                if run == rest.len() {
                    break;
                }
            }
            let byte = bytes[at];
            at += 1;
            let fault = match self.state {
                State::Text => self.in_text(byte),
                State::Nested => self.in_nested(byte),
                State::Word if byte == b',' || byte == b']' || byte.is_ascii_whitespace() => {
                    self.end_element();
                    self.between(byte)
                }
                State::Word => {
                    self.keep(&[byte]);
                    None
                }
                _ => self.between(byte),
            };
            self.indent = match byte {
                b'\n' => Some(0),
                b' ' | b'\t' | b'\r' => self.indent.map(|n| n + 1),
                _ => None,
            };
            let is_full = !self.state.is_within() && self.rest.len() >= PIECE_BYTES;
            if fault.is_some() || is_full {
                return (at, fault);
            }
        }
        (at, None)
    }

    fn between(&mut self, byte: u8) -> Option<&'static str> {
        let (state, fault) = match (self.state, byte) {
            (state, b' ' | b'\t' | b'\r' | b'\n') => (state, None),
            (State::Outside, b'[') => (State::Begun, self.is_over.then_some(MORE)),
            (State::Outside, b',' | b'}' | b']') => (State::Outside, Some(MORE)),
            (State::Outside, _) => (State::Nested, Some(MORE)),
            (State::AfterComma, b']') => {
                (State::Outside, Some("a comma before the end of the list"))
            }
            (_, b']') => (State::Outside, None),
            (State::AfterElement, b',') => (State::AfterComma, None),
            (state, b',') => (state, Some("a comma after nothing")),
            (state, b'}') => (state, Some("a bracket that nothing opens")),
            (State::AfterElement, _) => (State::Nested, Some("no comma before the next article")),
            _ => (State::Nested, None),
        };
        let fault = fault.filter(|_| !self.is_said);
        self.is_said |= fault.is_some();
        self.is_over |= byte == b']' && state == State::Outside;
        self.state = state;
        match state {
            State::Nested => self.begin(byte),
            _ => self.keep(if byte == b'\n' { b"\n" } else { b" " }),
        }
        fault
    }

    /// An element begins with `byte`.
    fn begin(&mut self, byte: u8) {
        // What is wrong after a list is said once.
        self.is_said &= self.is_over;
        self.now = Element { start: self.rest.len(), indent: self.indent, ..Element::default() };
        self.rest.push(MARK);
        match byte {
            b'{' | b'[' => {
                self.state = State::Nested;
                self.open(byte);
            }
            b'"' => {
                self.state = State::Text;
                self.keep(&[byte]);
            }
            _ => {
                self.state = State::Word;
                self.keep(&[byte]);
            }
        }
    }

    fn end_element(&mut self) {
        self.state = State::AfterElement;
        self.now = Element::default();
    }

    fn open(&mut self, byte: u8) {
        let now = &mut self.now;
        now.depth += 1;
        now.objects = now.objects << 1 | u128::from(byte == b'{');
        now.last = byte;
        self.keep(&[byte]);
    }

    fn in_text(&mut self, byte: u8) -> Option<&'static str> {
        self.keep(&[byte]);
        let now = &mut self.now;
        match byte {
            b'\n' | b'"' if byte == b'\n' || !now.is_escaped => {
                now.is_broken |= byte == b'\n';
                now.is_escaped = false;
                now.last = b'"';
                self.state = State::Nested;
                if now.depth == 0 {
                    self.end_element();
                }
            }
            _ => now.is_escaped = byte == b'\\' && !now.is_escaped,
        }
        None
    }

    fn in_nested(&mut self, byte: u8) -> Option<&'static str> {
        let begins_line = self.begins_line();
        let now = &mut self.now;
        let is_in_object = now.objects & 1 == 1;
        match byte {
            b'{' if is_in_object && now.last == b',' || now.is_broken && begins_line => {
                // What is wrong is said of the broken one.
                self.is_said = true;
                self.end_element();
                return self.between(byte);
            }
            b'{' | b'[' => self.open(byte),
            b'}' | b']' => {
                now.is_broken |= is_in_object != (byte == b'}');
                now.depth -= 1;
                now.objects >>= 1;
                now.last = byte;
                let is_end = now.depth == 0;
                self.keep(&[byte]);
                if is_end {
                    self.end_element();
                }
            }
            _ => {
                if byte == b'"' {
                    self.state = State::Text;
                }
                if !byte.is_ascii_whitespace() {
                    now.last = byte;
                }
                self.keep(&[byte]);
            }
        }
        None
    }

    /// Whether a byte stands where the next element would begin its line, as this one did.
    fn begins_line(&self) -> bool {
        self.indent.is_some_and(|indent| self.now.indent.is_none_or(|own| indent <= own))
    }

    /// Adds `bytes` to what was read.
    fn keep(&mut self, bytes: &[u8]) {
        if self.now.is_dropped {
            (self.line, self.column) = after(self.line, self.column, bytes);
            return;
        }
        let from = self.rest.len();
        self.rest.extend_from_slice(bytes);
        if memchr::memchr(MARK, bytes).is_some() {
            // No JSON, and no element begins there.
            self.rest[from..]
                .iter_mut()
                .filter(|byte| **byte == MARK)
                .for_each(|byte| *byte = 0x1F);
        }
    }

    /// Keeps no more of the element that is all there is.
    fn drop_element(&mut self) {
        let rest = std::mem::take(&mut self.rest);
        (self.line, self.column) = after(self.line, self.column, rest.get(1..).unwrap_or_default());
        self.now.is_dropped = true;
    }

    /// Gives what is before the element that is read, or all if none is.
    fn give(&mut self, to: &mut VecDeque<Cut>) {
        let end = if self.state.is_within() { self.now.start } else { self.rest.len() };
        self.now.start = 0;
        if end == 0 {
            return;
        }
        let after_it = self.rest.split_off(end);
        let bytes = std::mem::replace(&mut self.rest, after_it);
        let piece =
            Piece { header: header(self.column).into(), ..Piece::new(self.line, Vec::new()) };
        for part in bytes.split(|byte| *byte == MARK) {
            (self.line, self.column) = after(self.line, self.column, part);
        }
        to.push_back(Cut::Piece(Piece { bytes, ..piece }));
    }

    /// Gives what is left where the input ends.
    fn end(&mut self, to: &mut VecDeque<Cut>) {
        if self.state == State::Word {
            self.end_element();
        }
        self.give(to);
        if self.state.is_within() && !self.now.is_dropped {
            let what = "the file ends in the article that begins";
            to.push_back(Cut::Fault(self.line, self.column, what));
        } else if !self.is_over {
            to.push_back(Cut::Fault(self.line, self.column, "the file ends within the list"));
        }
        *self = Self { is_over: true, line: self.line, column: self.column, ..Self::default() };
    }
}
