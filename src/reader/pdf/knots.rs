//! What opening a file costs. The parser begins to read wherever an object may begin, and reads to
//! where that ends: what is nested in itself, or never ends, it reads over and over. So its way is
//! gone here first, with the steps counted.

use std::ops::Range;

use memchr::memmem;

/// How deep the parser follows what is nested.
const DEEPEST: usize = 512;

/// The steps that are always granted, and those for each byte of the file; a sound one takes three.
const STEPS: u64 = 16 << 20;
/// See [`STEPS`].
const STEPS_A_BYTE: u64 = 8;

/// Is given an object: its number, and where it stands, which is to the end if it is broken.
pub(super) type Each<'e> = dyn FnMut(u32, Range<usize>) + 'e;

/// Gives the objects of `file`. `None` if the parser would not open it in a time that its length
/// explains.
pub(super) fn objects(file: &[u8], steps: &mut Steps, each: &mut Each<'_>) -> Option<()> {
    steps.grant(file.len());
    let mut way = Way { file, steps };
    way.objects(each)?;
    way.repair()
}

/// Gives the objects in `data`, which is what a stream of objects unpacks to: so many, and the first
/// of them stands there. `None` as for [`objects`].
pub(super) fn packed_objects(
    data: &[u8],
    (count, first): (usize, usize),
    steps: &mut Steps,
    each: &mut Each<'_>,
) -> Option<()> {
    steps.grant(data.len());
    let mut way = Way { file: data, steps };
    let head = data.get(..first).unwrap_or(data);
    let mut numbers = head.split(|byte| !byte.is_ascii_digit()).filter_map(number);
    for _ in 0..count {
        let Some((name, at)) = numbers.next().zip(numbers.next()) else { break };
        let start = first.saturating_add(at as usize);
        if start < data.len() {
            each(name, start..way.end(start)?);
        }
    }
    Some(())
}

/// The number that `digits` are.
fn number(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The steps that are left.
pub(super) struct Steps(u64);

impl Steps {
    pub(super) fn new() -> Self {
        Self(STEPS)
    }

    fn grant(&mut self, bytes: usize) {
        self.0 = self.0.saturating_add(STEPS_A_BYTE.saturating_mul(bytes as u64));
    }
}

/// A way through a file, until its steps are used up: then everything is `None`.
struct Way<'f, 's> {
    file: &'f [u8],
    steps: &'s mut Steps,
}

/// The end of an object, or why there is none.
enum End {
    At(usize),
    Broken,
}

impl Way<'_, '_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.file.get(at).copied()
    }

    fn step(&mut self, steps: usize) -> Option<()> {
        self.steps.0 = self.steps.0.checked_sub(steps as u64)?;
        Some(())
    }

    /// Goes to every object that a table of them may name.
    fn objects(&mut self, each: &mut Each<'_>) -> Option<()> {
        for at in memmem::find_iter(self.file, "obj") {
            let before = self.file[..at].trim_ascii_end();
            if !before.last().is_some_and(u8::is_ascii_digit) {
                continue;
            }
            let start = at + "obj".len();
            let end = self.end(start)?;
            let generation = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
            let before = before[..before.len() - generation].trim_ascii_end();
            let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
            if let Some(name) = number(&before[before.len() - digits..]) {
                each(name, start..end);
            }
        }
        Some(())
    }

    /// The end of the object that begins at `at`; that of the file if it is broken.
    fn end(&mut self, at: usize) -> Option<usize> {
        Some(match self.object(at)? {
            End::At(end) => end,
            End::Broken => self.file.len(),
        })
    }

    /// Goes through the file as the parser does if its table is broken.
    fn repair(&mut self) -> Option<()> {
        let stream_end = memmem::Finder::new("endstream");
        let mut at = 0;
        while let Some(byte) = self.byte(at) {
            let mut next = at;
            if byte.is_ascii_digit() {
                // Its number, and that of its generation.
                for _ in 0..2 {
                    next = self.while_is(next, |byte| byte.is_ascii_digit())?;
                    next = self.blank(next)?;
                }
                next = match self.file[next..].starts_with(b"obj") {
                    true => {
                        self.object(next + 3)?;
                        next + 3
                    }
                    false => self.while_is(at, is_dark)?,
                };
            } else if self.file[at..].starts_with(b"<<")
                && let End::At(end) = self.object(at)?
            {
                next = self.blank(end)?;
                let rest = &self.file[next..];
                if rest.starts_with(b"stream") {
                    self.step(stream_end.find(rest).unwrap_or(rest.len()))?;
                }
                next = end;
            } else {
                next = self.while_is(at, is_dark)?;
            }
            at = next.max(at + 1);
            self.step(1)?;
        }
        Some(())
    }

    /// Goes over the object that begins at `at`.
    fn object(&mut self, at: usize) -> Option<End> {
        let mut at = self.blank(at)?;
        // What ends each of the dictionaries and arrays around.
        let mut open: Vec<u8> = Vec::new();
        loop {
            at = match (self.byte(at), self.byte(at + 1)) {
                (Some(b'<'), Some(b'<')) | (Some(b'['), _) if open.len() == DEEPEST => {
                    return Some(End::Broken);
                }
                (Some(b'<'), Some(b'<')) => {
                    open.push(b'>');
                    at + 2
                }
                (Some(b'['), _) => {
                    open.push(b']');
                    at + 1
                }
                (Some(b'>'), Some(b'>')) if open.last() == Some(&b'>') => {
                    open.pop();
                    at + 2
                }
                (Some(b']'), _) if open.last() == Some(&b']') => {
                    open.pop();
                    at + 1
                }
                (Some(b'('), _) => match self.literal(at + 1)? {
                    End::At(end) => end,
                    End::Broken => return Some(End::Broken),
                },
                (Some(b'<'), _) => {
                    let is_hex = |byte: u8| byte.is_ascii_hexdigit() || !is_dark(byte);
                    match self.while_is(at + 1, is_hex)? {
                        end if self.byte(end) == Some(b'>') => end + 1,
                        _ => return Some(End::Broken),
                    }
                }
                (Some(b'/'), _) => self.while_is(at + 1, is_regular)?,
                (Some(byte), _) if is_regular(byte) => self.while_is(at, is_regular)?,
                _ => return Some(End::Broken),
            };
            self.step(3)?;
            if open.is_empty() {
                return Some(End::At(at));
            }
            at = self.blank(at)?;
        }
    }

    /// The end of the string that begins at `at`.
    fn literal(&mut self, mut at: usize) -> Option<End> {
        let (start, mut depth) = (at, 1u32);
        loop {
            let byte = self.byte(at);
            if byte.is_none() || (at - start) as u64 > self.steps.0 {
                self.step(at - start)?;
                return Some(End::Broken);
            }
            match byte {
                Some(b'\\') => at += 1,
                Some(b'(') => depth += 1,
                Some(b')') => depth -= 1,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                self.step(at - start)?;
                return Some(End::At(at));
            }
        }
    }

    /// Where white space and comments from `at` on end.
    fn blank(&mut self, mut at: usize) -> Option<usize> {
        loop {
            at = self.while_is(at, |byte| !is_dark(byte))?;
            if self.byte(at) != Some(b'%') {
                return Some(at);
            }
            at = self.while_is(at, |byte| !matches!(byte, b'\r' | b'\n'))?;
        }
    }

    fn while_is(&mut self, at: usize, is: impl Fn(u8) -> bool) -> Option<usize> {
        let rest = self.file.get(at..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is(*byte)).unwrap_or(rest.len());
        self.step(length)?;
        Some(at + length)
    }
}

/// Whether `byte` is no white space of PDF.
pub(super) fn is_dark(byte: u8) -> bool {
    !matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

/// Whether `byte` may be part of a name.
pub(super) fn is_regular(byte: u8) -> bool {
    is_dark(byte) && !b"()<>[]{}/%".contains(&byte)
}
