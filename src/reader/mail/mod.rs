//! Mails: one file, one article, and one for each mail and each document that is attached to it.
//!
//! `mail-parser` takes a mail apart and decodes it; `body` says which of its text is the mail's own.
//! The subject is the headline, the sender the author, and the `Message-ID` the id.

mod body;

use jiff::civil::Date;
use mail_parser::{
    Address, DateTime, HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType,
};

use super::archive::DEEPEST;
use super::draft::{Draft, KnownBy};
use super::{HEAD_BYTES, Piece, ReadError, ReadOptions, Reader, Said, SourcePath, for_source};
use crate::article::{Article, Lang};
use body::Body;

/// Reads `.eml`.
#[derive(Clone, Copy, Debug)]
pub struct MailReader;

/// The most parts of a mail, all that are attached to it included. Each may lie in the one before,
/// and so much is put on the stack.
const MAX_PARTS: usize = 1000;

/// The most lines that may part parts, whether they say what they are or not.
const MAX_BOUNDARIES: usize = 20_000;

impl Reader for MailReader {
    fn name(&self) -> &'static str {
        "mail"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["eml"]
    }

    fn media_types(&self) -> &'static [&'static str] {
        &["message/rfc822"]
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let Some(names) = field_names(head) else { return false };
        let has = |name: &str| names.iter().any(|known| known == name);
        let on_the_way = ["message-id", "mime-version", "received", "return-path", "delivered-to"];
        has("from")
            && (on_the_way.into_iter().any(has) || ["date", "to", "subject"].into_iter().all(has))
    }

    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        options: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    ) {
        let path = || source.path.clone();
        if piece.bytes.trim_ascii().is_empty() {
            return emit(Err(ReadError::Empty { path: path() }));
        }
        // Parts may hold anything, but what has NUL among its fields is no mail.
        let head = &piece.bytes[..piece.bytes.len().min(HEAD_BYTES)];
        let ends = [&b"\n\n"[..], b"\n\r\n"].into_iter();
        let end = ends.filter_map(|end| memchr::memmem::find(head, end)).min();
        let head = &head[..end.unwrap_or(head.len())];
        if let Some(offset) = memchr::memchr(0, head) {
            return emit(Err(ReadError::NotText { path: path(), offset }));
        }
        let n_boundaries = memchr::memmem::find_iter(&piece.bytes, b"\n--").count();
        for (n, limit) in [(n_parts(&piece.bytes), MAX_PARTS), (n_boundaries, MAX_BOUNDARIES)] {
            if n > limit {
                return emit(Err(ReadError::TooManyParts { path: path(), limit }));
            }
        }
        match MessageParser::default().parse(&piece.bytes) {
            Some(message) => articles(source, &message, options, 0, emit),
            None => emit(Err(ReadError::NoText { path: path(), line: source.first_line() })),
        }
    }
}

/// The names of the fields a mail begins with, in lower case; `None` if anything else stands before
/// the empty line.
fn field_names(head: &[u8]) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let is_cut = head.len() >= HEAD_BYTES;
    let mut lines = head.split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() || is_cut && lines.peek().is_none() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            names.last()?;
            continue;
        }
        let name = &line[..memchr::memchr(b':', line)?];
        let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
        names.push(str::from_utf8(name).ok().filter(|_| is_name)?.to_ascii_lowercase());
    }
    Some(names)
}

/// At most how many parts a mail has: those that say what they are.
fn n_parts(bytes: &[u8]) -> usize {
    let says = |at: &usize| {
        let before = &bytes[..*at];
        let is_field = |start: &[u8], field: &[u8]| start.eq_ignore_ascii_case(field);
        before.len().checked_sub(7).is_some_and(|from| is_field(&before[from..], b"content"))
            && bytes.get(at + 1..at + 5).is_some_and(|name| is_field(name, b"type"))
    };
    memchr::memchr_iter(b'-', bytes).filter(says).count()
}

/// Gives `message`, then what is attached to it; `depth` is the number of mails around it.
fn articles(
    source: &SourcePath,
    message: &Message<'_>,
    options: &ReadOptions,
    depth: usize,
    emit: &mut dyn FnMut(Result<Article, ReadError>),
) {
    let article = article(source, message, options, &mut |fault| emit(Err(fault)));
    let name = match &article {
        Some(Ok(article)) => article.head.id.to_string(),
        _ => source.name.clone(),
    };
    article.into_iter().for_each(&mut *emit);
    for (nth, part) in message.attachments().enumerate() {
        let label =
            part.attachment_name().map_or_else(|| format!("part {}", nth + 1), str::to_owned);
        let decoded;
        let bytes = match &part.body {
            PartType::Message(inner) if depth < DEEPEST => {
                let source = attached(source, &name, &label, Said::default());
                articles(&source, inner, options, depth + 1, emit);
                continue;
            }
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.as_ref(),
            // What has no name is another form of the mail's own text.
            PartType::Text(text) | PartType::Html(text) if part.attachment_name().is_some() => {
                let named = attached(source, &name, &label, Said::default());
                match body::text_of(&named, message, part, text, 1) {
                    Ok(text) => {
                        decoded = text;
                        decoded.as_bytes()
                    }
                    Err(error) => {
                        emit(Err(error));
                        continue;
                    }
                }
            }
            PartType::Text(_)
            | PartType::Html(_)
            | PartType::Message(_)
            | PartType::Multipart(_) => {
                continue;
            }
        };
        let said = Said { media_type: media_type(part), day: day(message), ..Said::default() };
        let source = attached(source, &name, &label, said);
        // Pictures, signatures and the like are no articles.
        let Some(reader) = for_source(&source, &bytes[..bytes.len().min(HEAD_BYTES)]) else {
            continue;
        };
        if reader.name() == MailReader.name() {
            continue;
        }
        reader.pieces(&source, &mut &bytes[..], &mut |piece| {
            match piece {
                Ok(piece) => reader.articles(&source, &piece, options, emit),
                Err(error) => emit(Err(error)),
            }
            std::ops::ControlFlow::Continue(())
        });
    }
}

/// What is attached to the mail that is known as `mail`, and is called `label`.
fn attached(source: &SourcePath, mail: &str, label: &str, said: Said) -> SourcePath {
    let SourcePath { path, said, .. } = source.member(label, said);
    SourcePath { path, name: format!("{mail}/{label}"), said }
}

/// The article that `message` is; none if all of its text is told to be none.
fn article(
    source: &SourcePath,
    message: &Message<'_>,
    options: &ReadOptions,
    fault: &mut dyn FnMut(ReadError),
) -> Option<Result<Article, ReadError>> {
    let text = |value: &str| {
        let value = super::white_space::squeeze(value);
        (!value.is_empty()).then(|| value.into_owned())
    };
    let headline = message.subject().and_then(text);
    let Body { blocks, authors, published, dateline, url, lang, dropped, faults } =
        Body::of(source, message, headline.as_deref(), options);
    let is_none = blocks.is_empty() && !faults.is_empty();
    faults.into_iter().for_each(fault);
    if is_none {
        return None;
    }
    let publisher = message.header("Organization").and_then(|value| value.as_text()).and_then(text);
    let stated = message.header(HeaderName::ContentLanguage).and_then(|value| value.as_text());
    let stated = stated.and_then(Lang::named).filter(|lang| *lang != Lang::default());
    let mut names = message.from().map(senders).unwrap_or_default();
    names.extend(authors.into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>());
    let keywords = message.keywords().as_text_list().unwrap_or_default();
    let draft = Draft {
        id: message.message_id().map(str::to_owned),
        headline,
        published: day(message).or(published),
        lang: stated.or(lang),
        source: publisher,
        url,
        authors: names,
        dateline,
        source_tags: keywords.iter().filter_map(|word| text(word)).collect(),
        blocks,
        dropped,
        ..Draft::default()
    };
    Some(draft.finish(source, source.first_line(), KnownBy::Content))
}

/// The names of those a mail is from; the address of one without a name.
fn senders(from: &Address<'_>) -> Vec<String> {
    let names = from.iter().filter_map(|sender| {
        let name = sender.name().map(str::trim).filter(|name| !name.is_empty());
        name.or(sender.address()).map(|name| name.trim_matches(['"', '\'']).to_owned())
    });
    names.filter(|name| !name.is_empty()).collect()
}

/// The day a mail says it was written, where its writer is.
fn day(message: &Message<'_>) -> Option<Date> {
    let DateTime { year, month, day, .. } = *message.date()?;
    let year = year.try_into().ok().filter(|year| *year > 0)?;
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn media_type(part: &MessagePart<'_>) -> Option<String> {
    let stated = part.content_type()?;
    let subtype = stated.c_subtype.as_deref()?;
    Some(format!("{}/{subtype}", stated.c_type).to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
