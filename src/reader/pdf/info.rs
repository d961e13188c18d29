//! What a document says of itself: title, day it was made.

use hayro_syntax::metadata::Metadata;
use jiff::civil::Date;

use crate::reader::opening::is_title;
use crate::reader::white_space::squeeze;

/// The title, if it is one and not the name of a file or what a program puts there.
pub(super) fn title(metadata: &Metadata) -> Option<String> {
    let title = decode(metadata.title.as_deref()?);
    let title = squeeze(&title.replace(char::is_control, " ")).into_owned();
    is_title(&title).then_some(title)
}

/// The day it was made.
pub(super) fn day_made(metadata: &Metadata) -> Option<Date> {
    let made = metadata.creation_date?;
    let year = i16::try_from(made.year).ok()?;
    Date::new(year, i8::try_from(made.month).ok()?, i8::try_from(made.day).ok()?).ok()
}

/// Reads a text string of PDF: UTF-16 or UTF-8 with its mark, else the encoding of its own.
fn decode(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFE, 0xFF, text @ ..] => wide(text, u16::from_be_bytes),
        [0xFF, 0xFE, text @ ..] => wide(text, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, text @ ..] => String::from_utf8_lossy(text).into_owned(),
        // Programs that know no better write UTF-8.
        text => match std::str::from_utf8(text) {
            Ok(text) => text.to_owned(),
            Err(_) => text.iter().map(|byte| own(*byte)).collect(),
        },
    }
}

/// A character of the encoding that PDF has of its own: Latin-1 but for these.
fn own(byte: u8) -> char {
    const HIGH: [char; 33] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚',
        '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{fffd}', '€',
    ];
    const ACCENTS: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    match byte {
        0x18..=0x1F => ACCENTS[usize::from(byte - 0x18)],
        0x80..=0xA0 => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_told_from_what_programs_put_there() {
        for (title, want) in [
            (&b"Shares fall in Kuala Lumpur"[..], Some("Shares fall in Kuala Lumpur")),
            (b"\xFE\xFF\x80\xA1\x5E\x02\x4E\x0B\x8D\xCC", Some("股市下跌")),
            (b"Port \x8Dopen\x8E \xE9t\xE9", Some("Port “open” été")),
            (b"Microsoft Word - budget 2025", None),
            (b"page one final.indd", None),
            (b"A1_MAIN_0418 x", None),
            (b"Untitled", None),
            (b"Document", None),
            (b"", None),
        ] {
            let metadata = Metadata { title: Some(title.into()), ..Metadata::default() };
            assert_eq!(super::title(&metadata).as_deref(), want, "{title:?}");
        }
    }
}
