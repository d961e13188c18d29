//! Pictures that stand within a content stream. They are cut out before the parser sees it: it looks
//! for the end of each to the end of the stream, and for other pictures in what follows, so many of
//! them would take for ever or more stack than there is.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memmem};

use super::knots::{is_dark, is_regular};

/// `contents` without its pictures.
pub(super) fn without(contents: &[u8]) -> Cow<'_, [u8]> {
    let mut kept = Vec::new();
    // What is kept next begins at `from`.
    let (mut from, mut at) = (0, 0);
    if memmem::find(contents, b"BI").is_none() {
        at = contents.len();
    }
    while let Some(byte) = contents.get(at) {
        let rest = &contents[at..];
        at += match byte {
            b'(' => string_length(rest),
            b'<' if !rest.starts_with(b"<<") => {
                memchr(b'>', rest).map_or(rest.len(), |end| end + 1)
            }
            b'%' => memchr2(b'\r', b'\n', rest).unwrap_or(rest.len()),
            b'/' => 1 + word_length(&rest[1..]),
            byte if is_regular(*byte) => {
                let word = word_length(rest);
                if &rest[..word] == b"BI" {
                    kept.extend_from_slice(&contents[from..at]);
                    from = at + picture_length(rest);
                    from - at
                } else {
                    word
                }
            }
            _ => 1,
        };
    }
    if from == 0 {
        return Cow::Borrowed(contents);
    }
    kept.extend_from_slice(contents.get(from..).unwrap_or_default());
    Cow::Owned(kept)
}

fn word_length(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| !is_regular(*byte)).unwrap_or(bytes.len())
}

fn string_length(bytes: &[u8]) -> usize {
    let (mut depth, mut at) = (0u32, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at.min(bytes.len())
}

/// How long the picture is that begins `bytes`: to their end if it has none.
fn picture_length(bytes: &[u8]) -> usize {
    /// How much behind the mark of its end must be text, which what packs pictures makes by chance.
    const TEXT: usize = 16;
    let is_blank = |at: usize| bytes.get(at).is_none_or(|byte| !is_dark(*byte));
    let starts_data =
        |at: &usize| is_blank(at + 2) && !is_regular(bytes[at - 1]) && bytes[at - 1] != b'/';
    let Some(data) = memmem::find_iter(&bytes[2..], b"ID").map(|at| at + 2).find(starts_data)
    else {
        return bytes.len();
    };
    let is_end = |at: &usize| {
        let after = &bytes[at + 2..bytes.len().min(at + 2 + TEXT)];
        let is_text = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
        is_blank(at + 2) && after.iter().all(is_text)
    };
    let data = data + 2;
    let end = memmem::find_iter(&bytes[data..], b"EI").map(|at| data + at).find(is_end);
    end.map_or(bytes.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_cut_out_and_nothing_else() {
        for (contents, want) in [
            ("BT (a) Tj ET", "BT (a) Tj ET"),
            ("(a) Tj BI /W 1 ID \u{1}\u{2} EI (b) Tj", "(a) Tj  (b) Tj"),
            ("(a) Tj BI /W 1 ID x EI\u{1} EI Q (b) Tj", "(a) Tj  Q (b) Tj"),
            ("(a) Tj BI /W 1 ID x EI y EI", "(a) Tj  y EI"),
            ("BI /F /A85 ID abc~>EI (b) Tj", " (b) Tj"),
            (
                "(BI ID \\( BI () ) Tj /BI gs BIG % BI ID\n<42> Tj",
                "(BI ID \\( BI () ) Tj /BI gs BIG % BI ID\n<42> Tj",
            ),
            ("BI /ID [<4249>] ID x EI BI ID y EI (b) Tj", "  (b) Tj"),
            ("(a) Tj BI /W 1 ID without end", "(a) Tj "),
            ("(a) Tj BI without data", "(a) Tj "),
            ("(a) Tj BI", "(a) Tj "),
            ("(BI", "(BI"),
            ("<BI", "<BI"),
            ("(BI \\", "(BI \\"),
        ] {
            let got = without(contents.as_bytes());
            assert_eq!(String::from_utf8_lossy(&got), want, "{contents}");
        }
    }
}
