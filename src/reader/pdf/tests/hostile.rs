//! Files made to keep the machine busy, fill it, or trip the reader.

use proptest::prelude::*;

use super::*;

#[test]
fn what_is_nested_or_never_ends_is_not_gone_through_again_and_again() {
    let sound = pdf(&[down(60.0, 700.0, &LEFT)], "");
    let text = LEFT.join(" ");
    let knots = Some("is no PDF that can be opened: too much of it is nested or never ends");
    for (part, count, want) in [
        ("<</A ", 300_000, knots),
        ("[", 300_000, None),
        ("1 0 obj [", 300_000, knots),
        ("<< ( ", 300_000, knots),
        ("1 0 obj (", 300_000, knots),
        ("a1 0 obj (", 300_000, knots),
        ("1 0 obj <41 ", 300_000, None),
        ("1 % ", 300_000, knots),
        ("<<%", 300_000, None),
        ("<</A/#>> stream ", 200_000, Some("unpacks to more than 64 MB")),
        ("<</Type/ObjStm>> stream ", 200_000, Some("unpacks to more than 64 MB")),
        ("1 0 obj << /A (b) >> endobj\n", 50_000, None),
        ("1 0 obj << /A [ << /B [ (b) ] >> ] >> stream x endstream endobj\n", 20_000, None),
    ] {
        let mut bytes = b"%PDF-1.7\n".to_vec();
        bytes.extend(part.repeat(count).bytes());
        bytes.extend(b"\n");
        bytes.extend(&sound[9..]);
        // Without the guard this would not end.
        let got = read(&bytes).0.map(|article| told(&article));
        let want = match want {
            Some(error) => Err(format!("`a.pdf` {error}")),
            None => Ok(vec![format!("paragraph 1-1: {text}")]),
        };
        assert_eq!(got, want, "{part}");
    }
}

#[test]
fn a_stream_that_unpacks_to_more_than_memory_is_not_unpacked() {
    use std::io::Write;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let blank = vec![b' '; 1 << 20];
    for _ in 0..100 {
        packed.write_all(&blank).unwrap();
    }
    let packed = packed.finish().unwrap();
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
    let bytes = assemble(font, &[packed], &["/Filter /FlateDecode".to_owned()], "");
    let want = Err("`a.pdf` unpacks to more than 64 MB".to_owned());
    assert_eq!(read(&bytes).0.map(|article| told(&article)), want);
}

/// A file of `count` pages that say `text`, each with `more` in its dictionary, in a tree with
/// `above` in its root; the objects from 5 on are `shared`.
fn sharing(count: usize, more: &str, above: &str, shared: &[String]) -> Vec<Vec<u8>> {
    let first = 5 + shared.len();
    let kids: String = (first..first + count).map(|number| format!("{number} 0 R ")).collect();
    // Rows at the edges that are the same on all pages would be running heads.
    let rows: String = LEFT.iter().chain(&RIGHT).map(|row| format!("({row}) ' ")).collect();
    let text = format!("BT /F 11 Tf 60 700 Td 14 TL {rows} ET");
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Count {count} {above} /Kids [ {kids}] >>"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
    ];
    objects.extend_from_slice(shared);
    let page =
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R {more} >>");
    objects.extend(std::iter::repeat_n(page, count));
    objects.into_iter().map(String::into_bytes).collect()
}

#[test]
fn what_many_pages_share_is_not_read_for_each_of_them() {
    let names = |count: usize| (0..count).map(|nth| format!("/K{nth} null ")).collect::<String>();
    let many = names(20_000);
    let few = names(500);
    let fonts = |names: &str| format!("<< /Font << /F 3 0 R {names} >> >>");
    let beside = |names: &str| format!("<< /Font << /F 3 0 R >> {names} >>");
    let parts = "<< /Font 6 0 R >>".to_owned();
    let boxes = format!("[ 0 0 612 792 {} ]", "0 ".repeat(150_000));
    let own = "/Resources << /Font << /F 3 0 R >> >>";
    let is_heavy = |file: &[u8]| match read(file).0 {
        Ok(article) => article.blocks.is_empty(),
        Err(error) => {
            assert!(error.contains("its pages with what they share come to "), "{error}");
            assert!(error.ends_with(" MB, wanted 256 MB at most"), "{error}");
            true
        }
    };
    for (what, more, above, shared, want) in [
        ("few", "/Resources 5 0 R", "", vec![fonts(&few)], false),
        ("few of the root", "", "/Resources 5 0 R", vec![fonts(&few)], false),
        ("in a part", "/Resources 5 0 R", "", vec![fonts(&many)], true),
        ("beside the parts", "/Resources 5 0 R", "", vec![beside(&many)], true),
        ("in another name", "/Res#6Furces 5 0 R", "", vec![fonts(&many)], true),
        ("in a part of its own", "/Resources 5 0 R", "", vec![parts, fonts(&many)], true),
        ("of the root", "", "/Resources 5 0 R", vec![fonts(&many)], true),
        ("in the root", "", &format!("/Resources {}", fonts(&many)), vec![], true),
        ("a box", &format!("{own} /CropBox 5 0 R"), "", vec![boxes], true),
    ] {
        let objects = sharing(2_000, more, above, &shared);
        assert_eq!(is_heavy(&file_of(&objects, "")), want, "{what}");
    }
    // The same in a stream of objects, which only the rebuilt table names.
    let objects = sharing(2_000, "/Resources 5 0 R", "", &[fonts(&many)]);
    let (mut head, mut body) = (String::new(), Vec::new());
    for (nth, object) in objects.iter().enumerate().skip(4) {
        head += &format!("{} {} ", nth + 1, body.len());
        body.extend([object, &b"\n"[..]].concat());
    }
    let mut packed = format!(
        "<< /Type /ObjStm /N {} /First {} /Length {} >>\nstream\n{head}",
        objects.len() - 4,
        head.len(),
        head.len() + body.len()
    )
    .into_bytes();
    packed.extend([&body[..], b"\nendstream"].concat());
    let mut file = b"%PDF-1.7\n".to_vec();
    for (object, number) in objects[..4].iter().zip(1..).chain([(&packed, 9_999)]) {
        file.extend(format!("{number} 0 obj\n").bytes());
        file.extend([object, &b"\nendobj\n"[..]].concat());
    }
    assert!(is_heavy(&file), "packed");
}

#[test]
fn pictures_within_text_cost_what_their_length_explains() {
    let text = format!("BT /F 11 Tf 60 700 Td ({}) Tj ET", LEFT[0]);
    // Looked for in each other, those of the last would take more stack than there is.
    for pictures in
        ["BI /W 1 ID ", "BI /W 1 ID x EI ", "BI EI ", "BI ID EI EI \u{1} ", "BI ID EI EI "]
    {
        let content = format!("{text} {}", pictures.repeat(100_000));
        let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
        let bytes = assemble(font, &[content.into_bytes()], &[String::new()], "");
        let got = read(&bytes).0.map(|article| told(&article));
        assert_eq!(got, Ok(vec![format!("paragraph 1-1: {}", LEFT[0])]), "{pictures}");
    }
}

#[test]
fn more_pages_than_memory_holds_are_not_looked_up() {
    let page = "<</Contents 4 0 R>>";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{}] >>", page.repeat(80_000)),
    ];
    let file = file_of(&objects.map(String::into_bytes), "");
    let want = "`a.pdf` is no PDF that can be opened: its pages with what they share come to 312 MB, \
                wanted 256 MB at most";
    assert_eq!(read(&file).0.err().as_deref(), Some(want));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        drop(read(&bytes));
    }

    #[test]
    fn no_damage_to_a_file_panics(
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<proptest::sample::Index>(),
    ) {
        let mut bytes = pdf(&[down(60.0, 700.0, &LEFT), down(60.0, 700.0, &RIGHT)], "");
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len() * 4));
        drop(read(&bytes));
    }

    #[test]
    fn no_content_panics(content in "(BT|ET|q|Q|[0-9.-]{1,6}|\\(a\\)|Tj|TJ|Td|Tm|Tf|/F|Tz|\\[|\\]|cm| ){0,60}") {
        let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
        let content = format!("BT /F 11 Tf (x) Tj {content}");
        let bytes = assemble(font, &[content.into_bytes()], &[String::new()], "");
        drop(read(&bytes));
    }
}
