//! Tests of the archives: what each gives, and what is made to break or to harm.

mod crawls;
mod made;

use std::io::{self, Read, Write};
use std::time::Instant;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::meter::Limits;
use super::*;
use crate::reader::HEAD_BYTES;

use made::*;

#[test]
fn what_an_archive_holds_is_opened_wherever_it_lies() {
    let files = [("a/b.txt", &b"Ports reopen."[..]), ("c.png", b"\x89PNG"), ("d", b"{\"id\":1}")];
    let tar = tar(&files);
    let zip = |kept| zip(&files.map(|(name, bytes)| (name.as_bytes(), bytes, kept)));
    let want = |name: &str| {
        [
            format!("{name}/a/b.txt text Ports reopen."),
            format!("no reader for `{name}/c.png`"),
            format!("{name}/d jsonl {{\"id\":1}}"),
        ]
    };
    for (name, bytes) in [
        ("x.tar", tar.clone()),
        ("x.tar.gz", gz(&tar)),
        ("x.tar.zst", zst(&tar)),
        ("x.tar.xz", xz(&tar)),
        ("x.tar.bz2", bz2(&tar)),
        ("x.dat", bz2(&xz(&zst(&gz(&tar))))),
        ("x.zip", zip(Kept::Stored)),
        ("deflated.zip", zip(Kept::Deflated)),
        ("streamed.zip", zip(Kept::Streamed)),
        ("long.zip", zip(Kept::Long)),
        ("x.zip.gz", gz(&zip(Kept::Streamed))),
    ] {
        let seen = opened(name, &bytes);
        assert_eq!(seen.len(), 3, "{seen:?}");
        for (seen, want) in seen.iter().zip(want(name)) {
            assert!(seen.starts_with(&want), "{name}: {seen}");
        }
    }
    for (name, bytes) in [
        ("a.txt.gz", gz(b"Ports.")),
        ("a.txt.gz", [gz(b"Por"), gz(b""), gz(b"ts."), vec![0; 9]].concat()),
        (
            "a.txt.zst",
            [zst(b"Por"), b"\x50\x2A\x4D\x18\x02\0\0\0xx".to_vec(), zst(b"ts.")].concat(),
        ),
        ("a.txt.xz", [xz(b"Por"), vec![0; 8], xz(b"ts.")].concat()),
        ("a.txt.bz2", [bz2(b"Por"), bz2(b""), bz2(b"ts.")].concat()),
    ] {
        assert_eq!(opened(name, &bytes), [format!("{name} text Ports.")]);
    }
    let inner = zip(Kept::Deflated);
    let seen = opened("x.zip", &self::zip(&[(b"y.zip", &inner, Kept::Stored)]));
    assert_eq!(seen[0], "x.zip/y.zip/a/b.txt text Ports reopen.");
}

#[test]
fn names_in_archives_are_labels_and_stay_apart() {
    let files: [(&[u8], &[u8], Kept); 5] = [
        (b"../../etc/a.txt", b"One.", Kept::Stored),
        (b"/etc/b.txt", b"Two.", Kept::Stored),
        // 马来西亚 in GBK, and a name in neither encoding.
        (b"\xC2\xED\xC0\xB4\xCE\xF7\xD1\xC7.txt", b"Three.", Kept::Stored),
        (b"caf\xE9.txt", b"Four.", Kept::Stored),
        (b"folder/", b"", Kept::Stored),
    ];
    assert_eq!(
        opened("x.zip", &zip(&files)),
        [
            "x.zip/../../etc/a.txt text One.",
            "x.zip/etc/b.txt text Two.",
            "x.zip/马来西亚.txt text Three.",
            "x.zip/café.txt text Four.",
        ]
    );
    let long = format!("{}/a.txt", "folder".repeat(40));
    assert_eq!(
        opened("x.tar", &tar(&[(&long, b"One."), ("b.txt", b"Two.")])),
        [format!("x.tar/{long} text One."), "x.tar/b.txt text Two.".to_owned()]
    );
}

#[test]
fn links_and_files_with_holes_are_left_out_by_name() {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (kind, name) in [
        (::tar::EntryType::Symlink, "link.txt"),
        (::tar::EntryType::Link, "hard.txt"),
        (::tar::EntryType::GNUSparse, "holes.txt"),
        (::tar::EntryType::Directory, "folder"),
        (::tar::EntryType::Regular, "a.txt"),
    ] {
        let mut header = ::tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_path(name).unwrap();
        header.set_link_name("/etc/passwd").unwrap();
        header.set_size(if name == "a.txt" { 4 } else { 0 });
        header.set_cksum();
        let text: &[u8] = if name == "a.txt" { b"One." } else { b"" };
        builder.append(&header, text).unwrap();
    }
    assert_eq!(
        opened("x.tar", &builder.into_inner().unwrap()),
        [
            "`x.tar/link.txt` is left out: it is a link",
            "`x.tar/hard.txt` is left out: it is a link",
            "`x.tar/holes.txt` is left out: it is kept with holes (sparse)",
            "x.tar/a.txt text One.",
        ]
    );
}

#[test]
fn what_is_broken_is_named_and_the_rest_is_read() {
    let deep = (0..=DEEPEST).fold(b"{\"id\":1}".to_vec(), |inner, _| gz(&inner));
    let files = tar(&[("a.txt", b"One."), ("b.txt", b"Two."), ("c.txt", b"Three.")]);
    let mut torn = files.clone();
    torn[1024] = 0xFF;
    let mut file: Vec<(&[u8], &[u8], Kept)> = vec![(b"a.txt", b"One.", Kept::Stored)];
    let mut with = |name: &'static [u8], kept| {
        file.truncate(1);
        file.push((name, b"Two.", kept));
        file.push((b"c.txt", b"Three.", Kept::Deflated));
        zip(&file)
    };
    let mut wrong_sum = with(b"b.txt", Kept::Stored);
    let at = memchr::memmem::find(&wrong_sum, b"Two.").unwrap();
    wrong_sum[at] = b'Z';
    for (name, bytes, want) in [
        ("x.gz", deep, &["`x.gz` is 5 archives deep, wanted no more"][..]),
        (
            "x.tar",
            torn,
            &[
                "x.tar/a.txt text One.",
                "`x.tar`: unreadable at byte 1024: wanted the header of a file",
                "x.tar/c.txt text Three.",
            ],
        ),
        (
            "x.tar",
            files[..1538].to_vec(),
            &[
                "x.tar/a.txt text One.",
                "cannot read `x.tar/b.txt`: what begins at byte 1024 ends 2 bytes early",
            ],
        ),
        (
            "x.zip",
            with(b"b.txt", Kept::Encrypted),
            &[
                "x.zip/a.txt text One.",
                "`x.zip`: unreadable at byte 39: `b.txt` is encrypted",
                "x.zip/c.txt text Three.",
            ],
        ),
        (
            "x.zip",
            with(b"b.txt", Kept::ByMethod(93)),
            &[
                "x.zip/a.txt",
                "`x.zip`: unreadable at byte 39: `b.txt` is packed by `zstd`, wanted `deflate`",
                "x.zip/c.txt",
            ],
        ),
        (
            "x.zip",
            wrong_sum,
            &["x.zip/a.txt", "cannot read `x.zip/b.txt`: its checksum is wrong", "x.zip/c.txt"],
        ),
        (
            "x.zip",
            with(b"b.txt", Kept::Stored)[..77].to_vec(),
            &[
                "x.zip/a.txt",
                "cannot read `x.zip/b.txt`: what begins at byte 39 ends 1 bytes early",
            ],
        ),
        ("x.zip", zip(&[]), &["`x.zip` is empty"]),
    ] {
        let seen = opened(name, &bytes);
        assert_eq!(seen.len(), want.len(), "{seen:?}");
        for (seen, want) in seen.iter().zip(want) {
            assert!(seen.starts_with(want), "{name}: {seen}");
        }
    }
}

#[test]
fn what_is_cut_short_or_damaged_is_told_from_the_other_with_its_place() {
    let words: Vec<_> = (0..4000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_string()).collect();
    let text = words.join(" ").into_bytes();
    let zip = |bytes: &[u8]| zip(&[(b"a.txt", bytes, Kept::Deflated)]);
    for (name, whole, format) in [
        ("a.txt.gz", gz(&text), "gzip"),
        ("a.txt.zst", zst(&text), "zstd"),
        ("a.txt.xz", xz(&text), "xz"),
        ("a.txt.bz2", bz2(&text), "bzip2"),
    ] {
        let half = whole.len() / 2;
        let want =
            format!("cannot read `{name}`: its {format} data ends early, after {half} bytes");
        assert_eq!(opened(name, &whole[..half]), [want], "{name}");
        let mut bent = whole.clone();
        bent[half..half + 64].iter_mut().for_each(|byte| *byte ^= 0x55);
        let seen = opened(name, &bent);
        let want = format!("cannot read `{name}`: its {format} data is damaged near byte ");
        assert!(seen[0].starts_with(&want), "{seen:?}");
        let (stray, len) = ([&whole[..], b"noise"].concat(), whole.len());
        let want = format!("cannot read `{name}`: what stands at byte {len} is no {format} data");
        assert!(opened(name, &stray)[0].starts_with(&want), "{:?}", opened(name, &stray));
    }
    let whole = zip(&text);
    let seen = opened("x.zip", &whole[..whole.len() / 2]);
    let want = "cannot read `x.zip/a.txt`: what begins at byte 0 ends ";
    assert!(seen[0].starts_with(want), "{seen:?}");
    assert_eq!(
        opened("x.zip", &whole[..20]),
        ["`x.zip`: unreadable at byte 0: the archive ends within a header"]
    );
    let mut bent = whole.clone();
    bent[whole.len() / 2..].iter_mut().take(64).for_each(|byte| *byte ^= 0x55);
    let seen = opened("x.zip", &bent);
    let want = "cannot read `x.zip/a.txt`: its deflate data is damaged near byte ";
    assert!(seen[0].starts_with(want) || seen[0].ends_with("its checksum is wrong"), "{seen:?}");
    // What is unpacked before the sum is looked at is no tar any more.
    let mut bent = bz2(&tar(&[("a.txt", &text)]));
    let half = bent.len() / 2;
    bent[half..half + 64].iter_mut().for_each(|byte| *byte ^= 0x55);
    let seen = opened("x.tar.bz2", &bent);
    assert!(seen[0].starts_with("cannot read `x.tar.bz2`: its bzip2 data is damaged"), "{seen:?}");
    // What asks for more than is given.
    let mut wide = zst(&text);
    wide[4] = 0;
    wide[5] = 0x90;
    let seen = opened("a.txt.zst", &wide);
    assert!(seen[0].ends_with("it takes more than 128 MB of memory to unpack"), "{seen:?}");
}

#[test]
fn a_text_with_mustard_in_it_is_no_tar() {
    let text = |spice: &str| format!("{}{spice}s are sown.\n", "a".repeat(256));
    for spice in ["mustard", "mustar  ", "mustar "] {
        let seen = opened("x.txt", text(spice).as_bytes());
        assert!(seen[0].starts_with("x.txt text"), "{seen:?}");
    }
}

/// The name is longer than a header holds, and stands before the file in records.
#[test]
fn a_tar_that_is_cut_anywhere_loses_nothing_in_silence() {
    let name = format!("{}a.txt", "long/".repeat(40));
    let whole = tar(&[(&name, b"One.\n")]);
    let end = whole.iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for cut in 1..=whole.len() {
        let seen = opened("x.tar", &whole[..cut]);
        match seen.as_slice() {
            [one] => {
                assert_eq!(one.ends_with("One.\n"), cut >= end, "{cut}: {one}");
                assert!(cut >= end || one.contains("x.tar"), "{cut}: {one}");
            }
            _ => panic!("{cut}: {seen:?}"),
        }
    }
}

#[test]
fn a_bomb_is_told_from_a_text_that_is_too_long() {
    let words: Vec<_> =
        (0..100_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_string()).collect();
    let text = words.join(" ").into_bytes();
    let zeros = vec![0; 1 << 20];
    let line = b"Ports reopen.\n".repeat(80_000);
    let best = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let long = |part: Vec<u8>, len: usize| part.repeat((80 << 20) / len);
    for (name, pack) in [
        ("x.txt.gz", best as fn(&[u8]) -> Vec<u8>),
        ("x.jsonl.gz", best),
        ("x.txt.zst", zst),
        ("x.txt.xz", xz),
        ("x.txt.bz2", bz2),
    ] {
        for bytes in [&zeros, &line] {
            let times = "it unpacks to more than 250 times its size, and what follows is not read";
            let want = format!("`{name}` cannot be unpacked further: {times}");
            assert_eq!(opened(name, &long(pack(bytes), bytes.len())).last(), Some(&want));
        }
    }
    for name in ["x.txt.gz", "x.jsonl.gz"] {
        let seen = opened(name, &long(gz(&text), text.len()));
        assert!(seen[0].contains("longer than 64 MB"), "{name}");
    }
}

#[test]
fn office_documents_and_books_are_no_archives() {
    for name in [&b"[Content_Types].xml"[..], b"mimetype", b"_rels/.rels"] {
        let seen = opened("x.xyz", &zip(&[(name, b"x", Kept::Stored)]));
        assert!(seen[0].starts_with("no reader for `x.xyz`"), "{seen:?}");
    }
}

#[test]
fn bombs_are_cut_off_by_what_they_unpack_to() {
    let limits = Limits { ratio: 100, spare_bytes: 1 << 20, total_bytes: 1 << 30, members: 1000 };
    let zeros = vec![0; 16 << 20];
    let many: Vec<_> = (0..2000).map(|nth| (nth.to_string(), "")).collect();
    let many: Vec<_> = many.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    // Bombs are packed as well as can be.
    let gz = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let nested = gz(&gz(&zeros));
    let kept = |kept| zip(&[(b"a.txt", &zeros, kept), (b"b.txt", b"Two.", Kept::Stored)]);
    let coded =
        answer("http://a.example/1", &format!("{HTML}\r\nContent-Encoding: gzip"), &gz(&zeros));
    let times = "it unpacks to more than 100 times its size, and what follows is not read";
    for (name, bytes, want) in [
        ("gzip", gz(&zeros), times),
        ("zstd", zst(&zeros), times),
        ("xz", xz(&zeros), times),
        ("bzip2", bz2(&zeros), times),
        ("nested", nested, times),
        ("zip", kept(Kept::Deflated), times),
        ("streamed zip", kept(Kept::Streamed), times),
        ("body", coded, times),
        ("members", tar(&many), "it holds more than 1000 sources, and what follows is not read"),
    ] {
        let seen = opened_within(limits, bytes.as_slice());
        let last = seen.last().unwrap();
        assert!(last.ends_with(want), "{name}: {last}");
        let named = seen.iter().filter(|line| line.contains(want)).count();
        assert_eq!(named, 1, "{name}: {seen:?}");
    }
    let total = Limits { total_bytes: 2 << 20, spare_bytes: 1 << 30, ..limits };
    let seen = opened_within(total, gz(&zeros).as_slice());
    assert!(
        seen[0].ends_with("it unpacks to more than 2 MB, and what follows is not read"),
        "{seen:?}"
    );
}

#[test]
fn ten_gigabytes_of_nothing_take_no_time() {
    // What repeats is made as it is read, so that the test takes no memory either.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![0; 1 << 20]).unwrap();
    let part = encoder.finish().unwrap();
    let in_time = |input: &mut dyn Read| {
        let start = Instant::now();
        let seen = opened_within(Limits::default(), input);
        assert!(start.elapsed() < HANG, "{:?}", start.elapsed());
        seen
    };
    let seen = in_time(&mut Repeated { part: part.into(), left: 10_000, at: 0 });
    assert!(
        seen[0]
            .ends_with("it unpacks to more than 250 times its size, and what follows is not read"),
        "{seen:?}"
    );
    let empty: Vec<_> = (0..100_000).map(|nth| (nth.to_string(), "")).collect();
    let empty: Vec<_> = empty.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    assert_eq!(in_time(&mut tar(&empty).as_slice()).len(), 100_000);
    let empty: Vec<_> =
        empty.iter().map(|(name, text)| (name.as_bytes(), *text, Kept::Stored)).collect();
    assert_eq!(in_time(&mut zip(&empty).as_slice()).len(), 100_000);
}

#[test]
fn a_mailbox_is_cut_into_its_mails() {
    let mail = |id: u32, text: &str| {
        format!(
            "From: Ports <ports@a.example>\nMessage-ID: <{id}@a.example>\nSubject: Mail {id}\n\n{text}\n"
        )
    };
    let line = "From ports@a.example Fri Apr 18 09:00:00 2025\n";
    let first = mail(
        1,
        "From here on ships sail.\n>From there they return.\n>>From >quoted.\n\nFrom now on, too.\n",
    );
    let mbox = format!("{line}{first}\n{line}{}\n{line}{}", mail(2, "Two."), mail(3, "Three."));
    let seen = opened("x.mbox", mbox.as_bytes());
    assert_eq!(seen.len(), 3, "{seen:?}");
    assert!(seen[0].starts_with("x.mbox/mail 1 mail From: Ports"), "{}", seen[0]);
    assert!(seen[0].contains("\nFrom there") && seen[0].contains("\n>From >q"), "{}", seen[0]);
    assert!(seen[2].ends_with("Three.\n"), "{}", seen[2]);
    assert_eq!(articles("x", mbox.as_bytes())[1], "2@a.example  Mail 2");
    assert_eq!(
        opened("x.txt", b"From here on\nships: sail."),
        ["x.txt text From here on\nships: sail."]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever is changed in an archive, it is read to its end in time.
    #[test]
    fn no_bytes_panic_or_hang(
        which in 0_usize..10,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let warc = [
            answer("http://a.example/1", HTML, &page("Ports")),
            answer("http://a.example/2", &format!("{HTML}\r\nTransfer-Encoding: chunked"), b"5\r\nports\r\n0\r\n\r\n"),
            answer("http://a.example/3", &format!("{HTML}\r\nContent-Encoding: br"), b"\x0b\x02\x80ports\x03"),
        ];
        let files = [("a.txt", &b"One."[..]), ("b.jsonl", b"{\"text\":\"Two.\"}")];
        let in_zip = |kept| zip(&files.map(|(name, text)| (name.as_bytes(), text, kept)));
        let mut bytes = match which {
            0 => gz(&tar(&files)),
            1 => zst(&tar(&files)),
            2 => xz(&tar(&files)),
            3 => tar(&files),
            4 => in_zip(Kept::Streamed),
            5 => in_zip(Kept::Long),
            6 => warc.concat(),
            7 => warc.map(|record| gz(&record)).concat(),
            8 => bz2(&tar(&files)),
            _ => b"filedesc://x 0.0.0.0 20250418 text/plain 1\n\nhttp://a.example/ 1.2.3.4 20250418 text/html 4\nText\n".to_vec(),
        };
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let start = Instant::now();
        opened_within(Limits::default(), bytes.as_slice());
        prop_assert!(start.elapsed() < HANG);
        // What is no archive any more is nothing either.
        for_head(&bytes[..bytes.len().min(HEAD_BYTES)]);
    }
}

#[test]
fn what_the_system_does_not_give_is_no_fault_of_an_archive() {
    struct Failing(i32);
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::from_raw_os_error(self.0))
        }
    }
    let whole = tar(&[("a.txt", b"Ports."), ("b.txt", b"More.")]);
    for at in [0, 512 + 3, 700, 1024 + 100] {
        let meter = Meter::default();
        let seen = opened_by(&meter, whole[..at].chain(Failing(5)));
        assert!(!meter.is_given(), "{at}: {seen:?}");
    }
    // What ends early is given as it is.
    for at in [512 + 3, 700, 1024 + 100, whole.len()] {
        let meter = Meter::default();
        opened_by(&meter, &whole[..at]);
        assert!(meter.is_given(), "{at}");
    }
}

#[test]
fn a_file_that_is_called_an_archive_and_is_none_is_an_error() {
    for name in ["x.zip", "x.GZ", "x.warc"] {
        let want =
            format!("`{name}` cannot be unpacked further: it does not begin as its ending says");
        assert_eq!(opened(name, b"\x89noise"), [want]);
    }
    assert_eq!(opened("x.tar", b""), ["`x.tar` is empty"]);
    // What is packed may be anything.
    assert!(opened("x.png.gz", &gz(b"\x89PNG"))[0].starts_with("no reader for"));
}

#[test]
fn what_a_mail_of_a_mailbox_says_is_on_lines_of_the_mailbox() {
    let line = "From ports@a.example Fri Apr 18 09:00:00 2025\n";
    let mail = "From: Ports <ports@a.example>\nMessage-ID: <1@a.example>\n";
    let noise = (1..400_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8);
    let noise = noise.filter(|byte| !b"\0\n\r".contains(byte)).collect::<Vec<_>>();
    let mbox = format!("{line}{mail}\nPorts reopen.\n\n{line}{mail}\n\n{line}{mail}\n");
    let seen = articles("x.mbox", &[mbox.as_bytes(), &noise].concat());
    assert_eq!(seen[..2], ["1@a.example  ", "x.mbox/mail 2:8: no text and no headline"]);
    assert!(seen[2].starts_with("x.mbox/mail 3:16: not UTF-8 at byte "), "{seen:?}");
}

#[test]
fn every_part_of_a_mailbox_is_a_mail() {
    let mailbox = b"From x@y Mon Mar 10 09:00:00 2025\nFrom: a@b.example\nSubject: S\n\nBody\n";
    let seen = opened("x.mbox", mailbox);
    assert!(seen[0].starts_with("x.mbox/mail 1 mail "), "{seen:?}");
}
