//! What opening a file costs. The parser begins to read wherever an object may begin, and reads to
//! where that ends: what is nested in itself, or never ends, it reads over and over. So its way is
//! gone here first, with the steps counted.

use memchr::memmem;

/// How deep the parser follows what is nested.
const DEEPEST: usize = 512;

/// The steps that are always granted, and those for each byte of the file; a sound one takes three.
const STEPS: u64 = 16 << 20;
/// See [`STEPS`].
const STEPS_A_BYTE: u64 = 8;

/// Whether the parser opens `file` in a time that its length explains.
pub(super) fn is_free_of_knots(file: &[u8]) -> bool {
    let mut way = Way { file, left: STEPS + STEPS_A_BYTE * file.len() as u64 };
    way.objects().and_then(|()| way.repair()).is_some()
}

/// A way through a file, until its steps are used up: then everything is `None`.
struct Way<'f> {
    file: &'f [u8],
    left: u64,
}

/// The end of an object, or why there is none.
enum End {
    At(usize),
    Broken,
}

impl Way<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.file.get(at).copied()
    }

    fn step(&mut self, steps: usize) -> Option<()> {
        self.left = self.left.checked_sub(steps as u64)?;
        Some(())
    }

    /// Goes to every object that a table of them may name.
    fn objects(&mut self) -> Option<()> {
        for at in memmem::find_iter(self.file, "obj") {
            let is_named = self.file[..at].trim_ascii_end().last().is_some_and(u8::is_ascii_digit);
            if is_named {
                self.object(at + "obj".len())?;
            }
        }
        Some(())
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
            if byte.is_none() || (at - start) as u64 > self.left {
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
fn is_dark(byte: u8) -> bool {
    !matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

/// Whether `byte` may be part of a name.
fn is_regular(byte: u8) -> bool {
    is_dark(byte) && !b"()<>[]{}/%".contains(&byte)
}
