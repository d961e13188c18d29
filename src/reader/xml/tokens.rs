//! The tags of a text and what stands between them, whatever is wrong: what cannot be a tag is text.
//!
//! Nothing here is looked at more often than twice, so that text full of starts stays cheap. Names
//! begin in ASCII, as those of every format of news; `<人民日报>` is text.

use memchr::memmem;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A tag that opens an element.
    Start { name: &'t str, attributes: Vec<(&'t str, &'t str)>, is_empty: bool },
    /// A tag that closes one.
    End { name: &'t str },
    /// Text with references.
    Text(&'t str),
    /// Text without.
    Verbatim(&'t str),
    /// What says nothing: a comment, a declaration, an instruction.
    Other,
}

/// The tokens of a text, in order.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    /// What is wrong with the token that was given last.
    pub(super) fault: Option<&'static str>,
    /// The element that a tag has just opened.
    opened: Option<&'t str>,
    cdata_ends: Ahead,
    comment_ends: Ahead,
    instruction_ends: Ahead,
    tag_ends: Ahead,
    /// Whether a document type has been seen.
    is_typed: bool,
}

/// Where something stands next.
#[derive(Clone, Copy, Debug)]
struct Ahead {
    what: &'static [u8],
    /// Where it was found last; past the end if there are no more.
    at: Option<usize>,
}

impl Ahead {
    fn new(what: &'static [u8]) -> Self {
        Self { what, at: None }
    }

    /// Where it stands at or after `from`, which never goes back.
    fn after(&mut self, text: &str, from: usize) -> Option<usize> {
        if self.at.is_none_or(|at| at < from) {
            let found = memmem::find(&text.as_bytes()[from..], self.what);
            self.at = Some(found.map_or(usize::MAX, |at| from + at));
        }
        self.at.filter(|at| *at < text.len())
    }
}

const CDATA: &str = "<![CDATA[";

impl<'t> Tokens<'t> {
    /// The tokens of `text`.
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            fault: None,
            opened: None,
            cdata_ends: Ahead::new(b"]]>"),
            comment_ends: Ahead::new(b"-->"),
            instruction_ends: Ahead::new(b"?>"),
            tag_ends: Ahead::new(b">"),
            is_typed: false,
        }
    }

    /// Where the next token begins.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Option<Token<'t>> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        if !rest.starts_with('<') {
            let end = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            self.at += end;
            return Some(Token::Text(&rest[..end]));
        }
        let opened = self.opened.take();
        Some(match rest.as_bytes().get(1) {
            Some(b'!') if rest.starts_with(CDATA) => self.verbatim(opened),
            Some(b'!') => {
                // What is within an element may still begin with text.
                self.opened = opened;
                self.declaration(rest)
            }
            Some(b'?') => {
                self.opened = opened;
                self.instruction(rest)
            }
            Some(b'/') => self.end_tag(rest),
            Some(_) => self.start_tag(rest),
            None => self.literal("a `<` that opens nothing"),
        })
    }

    /// Takes the `<` as text.
    fn literal(&mut self, what: &'static str) -> Token<'t> {
        self.fault = Some(what);
        self.at += 1;
        Token::Verbatim("<")
    }

    /// A CDATA section in what `opened`. One that is not closed ends where the element does.
    fn verbatim(&mut self, opened: Option<&'t str>) -> Token<'t> {
        let from = self.at + CDATA.len();
        let end = self.cdata_ends.after(self.text, from);
        let inner = &self.text[from..end.unwrap_or(self.text.len())];
        // One that holds another is likely to have been left open, if its element was closed.
        let next = memmem::find(inner.as_bytes(), CDATA.as_bytes());
        if end.is_none() || next.is_some() {
            let inner = &inner[..next.unwrap_or(inner.len())];
            let closed = opened.and_then(|name| closes(inner, name));
            if closed.is_some() || end.is_none() {
                self.fault = Some("a CDATA section that is not closed");
                let inner = &inner[..closed.unwrap_or(inner.len())];
                self.at = from + inner.len();
                return Token::Verbatim(inner);
            }
        }
        self.at = from + inner.len() + "]]>".len();
        Token::Verbatim(inner)
    }

    /// A comment, a document type or what looks like one.
    fn declaration(&mut self, rest: &str) -> Token<'t> {
        if rest.starts_with("<!--") {
            // `<!-->` is no comment of XML, but one of HTML.
            match self.comment_ends.after(self.text, self.at + "<!--".len()) {
                Some(end) => self.at = end + "-->".len(),
                None => {
                    self.fault = Some("a comment that is not closed");
                    self.at += "<!--".len();
                }
            }
            return Token::Other;
        }
        const DOCTYPE: &str = "<!doctype";
        let is_type =
            rest.get(..DOCTYPE.len()).is_some_and(|start| start.eq_ignore_ascii_case(DOCTYPE));
        if is_type
            && !std::mem::replace(&mut self.is_typed, true)
            && let Some(len) = type_length(rest)
        {
            self.at += len;
            return Token::Other;
        }
        match self.tag_ends.after(self.text, self.at) {
            Some(end) => self.at = end + 1,
            None => self.at = self.text.len(),
        }
        if !is_type {
            self.fault = Some("a `<!` that opens nothing");
        }
        Token::Other
    }

    fn instruction(&mut self, rest: &str) -> Token<'t> {
        // Those have no `>` within, so that a `?` which is missing does no harm.
        let is_plain = rest.starts_with("<?xml");
        let end = match is_plain {
            true => self.tag_ends.after(self.text, self.at).map(|end| end + 1),
            false => self.instruction_ends.after(self.text, self.at).map(|end| end + 2),
        };
        match end {
            Some(end) => self.at = end,
            None => {
                self.fault = Some("an instruction that is not closed");
                self.at += "<?".len();
            }
        }
        Token::Other
    }

    fn end_tag(&mut self, rest: &'t str) -> Token<'t> {
        let inner = &rest["</".len()..];
        if !inner.starts_with(is_name_start) {
            return self.literal("a `</` that closes nothing");
        }
        let stop = memchr::memchr2(b'>', b'<', inner.as_bytes()).unwrap_or(inner.len());
        let name = &inner[..inner.find(|c| !is_name(c)).unwrap_or(inner.len())];
        let is_closed = inner[stop..].starts_with('>');
        if !is_closed {
            self.fault = Some("a tag that is not closed");
        }
        self.at += "</".len() + stop + usize::from(is_closed);
        Token::End { name }
    }

    fn start_tag(&mut self, rest: &'t str) -> Token<'t> {
        const NO_TAG: &str = "a `<` that opens nothing";
        let inner = &rest[1..];
        if !inner.starts_with(is_name_start) {
            return self.literal(NO_TAG);
        }
        let name = &inner[..inner.find(|c| !is_name(c)).unwrap_or(inner.len())];
        let mut tag = Attributes { rest: &inner[name.len()..], all: Vec::new(), is_plain: true };
        let end = tag.take();
        let (len, is_empty) = match end {
            End::Open => (rest.len() - tag.rest.len(), false),
            End::Empty => (rest.len() - tag.rest.len(), true),
            End::Broken => {
                // A quotation mark may be missing: the tag is what ends before the next.
                let seen = &rest[..rest.len() - tag.rest.len()];
                match memchr::memchr(b'>', seen.as_bytes()) {
                    Some(end) => (end + 1, seen[..end].ends_with('/')),
                    None => return self.literal(NO_TAG),
                }
            }
        };
        if !tag.is_plain || matches!(end, End::Broken) {
            self.fault = Some("a tag whose attributes are broken");
        }
        self.at += len;
        if !is_empty {
            self.opened = Some(name);
        }
        Token::Start { name, attributes: tag.all, is_empty }
    }
}

/// The attributes of a tag, as they are taken.
struct Attributes<'t> {
    /// What is not yet taken.
    rest: &'t str,
    all: Vec<(&'t str, &'t str)>,
    /// Whether they are as they must be.
    is_plain: bool,
}

/// How a tag ends.
enum End {
    /// With `>`.
    Open,
    /// With `/>`.
    Empty,
    /// Not before another begins.
    Broken,
}

impl<'t> Attributes<'t> {
    /// Takes all, and the end of the tag.
    fn take(&mut self) -> End {
        loop {
            self.skip_space();
            match self.rest.as_bytes() {
                [b'>', ..] => {
                    self.rest = &self.rest[1..];
                    return End::Open;
                }
                [b'/', b'>', ..] => {
                    self.rest = &self.rest[2..];
                    return End::Empty;
                }
                [] | [b'<', ..] => return End::Broken,
                [b'/' | b'=' | b'"' | b'\'', ..] => {
                    self.is_plain = false;
                    self.rest = &self.rest[1..];
                }
                _ => {
                    let Some(value) = self.attribute() else { return End::Broken };
                    self.all.push(value);
                }
            }
        }
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    /// Takes characters until `stop`.
    fn until(&mut self, stop: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(stop).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// Takes one; `None` if a tag begins in its value.
    fn attribute(&mut self) -> Option<(&'t str, &'t str)> {
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '>' | '<' | '"' | '\'');
        let name = self.until(|c| ends(c) || matches!(c, '=' | '/'));
        self.skip_space();
        let Some(rest) = self.rest.strip_prefix('=') else {
            self.is_plain = false;
            return Some((name, ""));
        };
        self.rest = rest;
        self.skip_space();
        let quote = self.rest.bytes().next().filter(|byte| matches!(byte, b'"' | b'\''));
        let Some(quote) = quote else {
            self.is_plain = false;
            return Some((name, self.until(ends)));
        };
        let value = &self.rest[1..];
        let mut from = 0;
        loop {
            let Some(at) = memchr::memchr2(quote, b'<', &value.as_bytes()[from..]) else {
                self.rest = "";
                return None;
            };
            let at = from + at;
            if value.as_bytes()[at] == quote {
                self.rest = &value[at + 1..];
                return Some((name, &value[..at]));
            }
            self.is_plain = false;
            if value[at + 1..].starts_with(|c| is_name_start(c) || matches!(c, '/' | '!' | '?')) {
                self.rest = &value[at..];
                return None;
            }
            from = at + 1;
        }
    }
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '_' | ':')
}

fn is_name(c: char) -> bool {
    !c.is_ascii_whitespace() && !matches!(c, '>' | '<' | '/' | '=' | '"' | '\'')
}

/// Where a tag closes `name` in `text`.
fn closes(text: &str, name: &str) -> Option<usize> {
    memmem::find_iter(text.as_bytes(), b"</").find(|at| {
        let rest = text[at + 2..].strip_prefix(name);
        rest.is_some_and(|rest| rest.trim_ascii_start().starts_with('>'))
    })
}

/// The length of the document type that `text` begins with, with what it declares.
fn type_length(text: &str) -> Option<usize> {
    let (mut at, mut is_inner, mut quote) = (0, false, None);
    while let Some(byte) = text.as_bytes().get(at) {
        if quote.is_none() && text.as_bytes()[at..].starts_with(b"<!--") {
            at += memmem::find(&text.as_bytes()[at..], b"-->")?;
        }
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[') => is_inner = true,
            (None, b']') => is_inner = false,
            (None, b'>') if !is_inner => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}
