//! What corrections do to the mentions of an article, and what does not fit together.

use proptest::prelude::*;

use super::*;
use crate::article::{BlockKind, Lang};

fn id(text: &str) -> EntityId {
    id_of(text).unwrap()
}

fn read(text: &str) -> Result<Corrections, CorrectionsError> {
    Corrections::from_toml(text, "entities.toml")
}

fn head(source: &str) -> ArticleHead {
    ArticleHead {
        id: ArticleId::new("news/a.md").unwrap(),
        headline: None,
        published: None,
        lang: Lang::new("en"),
        source: Some(source.to_owned()),
        url: None,
        authors: Vec::new(),
        dateline: None,
        section: None,
        source_tags: Vec::new(),
        edition: Default::default(),
        unit: Default::default(),
    }
}

/// A passage whose mentions are its words with `=`: `Georgia=place:georgia`.
fn passage(ordinal: u32, marked: &str) -> (Passage, Tags) {
    let mut text = String::new();
    let mut spans = Vec::new();
    for word in marked.split(' ') {
        if !text.is_empty() {
            text.push(' ');
        }
        let start = text.len();
        let (name, of) = word.split_once('=').unwrap_or((word, ""));
        text.push_str(&name.replace('_', " "));
        if !of.is_empty() {
            spans.push((start, text.len(), of));
        }
    }
    let mentions = spans.into_iter().map(|(start, end, of)| Mention {
        id: id(of),
        name: text[start..end].to_owned(),
        kind: kind_of(&id(of)).unwrap(),
        span: Span::new(&text, start, end).unwrap(),
        via: Via::Rule,
        demonym: false,
    });
    let tags = Tags { mentions: mentions.collect(), ..Tags::default() };
    let kind = BlockKind::Paragraph;
    (Passage { ordinal, kind, text, source_lines: Vec::new() }, tags)
}

fn applied(corrections: &Corrections, head: &ArticleHead, passages: &[&str]) -> Vec<String> {
    let made = (0..).zip(passages).map(|(at, marked)| passage(at, marked));
    let (passages, mut tags): (Vec<_>, Vec<_>) = made.unzip();
    corrections.apply(head, &passages, &mut tags);
    let told = passages.iter().zip(&tags).flat_map(|(passage, tags)| {
        tags.mentions
            .iter()
            .map(|one| format!("{} {} ({})", one.span.of(&passage.text), one.id, one.name))
    });
    told.collect()
}

#[test]
fn mentions_become_what_is_said_of_them() {
    for (name, file, passages, want) in [
        ("nothing said", "", &["Foo=person:foo"][..], &["Foo person:foo (Foo)"][..]),
        (
            "merged",
            "[[entity]]\nid = 'organization:foo'\nname = 'Foo Corp'\nmerge = ['person:foo']",
            &["Foo=person:foo and Foo=organization:foo"],
            &["Foo organization:foo (Foo Corp)", "Foo organization:foo (Foo Corp)"],
        ),
        (
            "merged into what a list knows",
            "[[entity]]\nid = 'organization:huawei'\nmerge = ['person:foo']",
            &["Foo=person:foo"],
            &["Foo organization:huawei (Huawei)"],
        ),
        (
            "a merged one keeps nothing of its own",
            "[[entity]]\nid = 'person:a'\nname = 'A.'\ntype = 'work'\n\
             [[entity]]\nid = 'person:b'\nname = 'B.'\nmerge = ['person:a']\n\
             [[entity]]\nid = 'person:c'\nmerge = ['person:b']",
            &["A=person:a B=person:b C=person:c"],
            &["A person:c (A)", "B person:c (B)", "C person:c (C)"],
        ),
        (
            "renamed and of another type",
            "[[entity]]\nid = 'person:proton'\nname = 'Proton'\ntype = 'organization'",
            &["proton=person:proton"],
            &["proton organization:proton (Proton)"],
        ),
        (
            "of another type and then merged",
            "[[entity]]\nid = 'person:x'\ntype = 'work'\n\
             [[entity]]\nid = 'person:y'\nname = 'Y'\nmerge = ['work:x']",
            &["X=person:x"],
            &["X person:y (Y)"],
        ),
        (
            "hidden",
            "[[entity]]\nid = 'person:x'\nhide = true",
            &["X=person:x Y=person:y"],
            &["Y person:y (Y)"],
        ),
        (
            "hidden with what is merged into it",
            "[[entity]]\nid = 'person:x'\nhide = true\nmerge = ['person:y']",
            &["X=person:x Y=person:y"],
            &[],
        ),
        (
            "split by company, the rest hidden",
            "[[entity]]\nid = 'place:georgia'\nhide = true\n[[entity.split]]\n\
             into = 'place:georgia-us'\nwith = ['place:atlanta']",
            &["Ga.=place:georgia", "Atlanta=place:atlanta"],
            &["Ga. place:georgia-us (Georgia)", "Atlanta place:atlanta (Atlanta)"],
        ),
        (
            "not split without it",
            "[[entity]]\nid = 'person:x'\n[[entity.split]]\ninto = 'person:y'\nwith = ['place:a']",
            &["X=person:x"],
            &["X person:x (X)"],
        ),
        (
            "company that is merged is still company",
            "[[entity]]\nid = 'person:x'\n[[entity.split]]\ninto = 'person:y'\nname = 'Y'\n\
             with = ['place:a']\n[[entity]]\nid = 'place:b'\nmerge = ['place:a']",
            &["X=person:x B=place:b"],
            &["X person:y (Y)", "B place:b (B)"],
        ),
        (
            "split by publisher and by article",
            "[[entity]]\nid = 'person:x'\n[[entity.split]]\ninto = 'person:y'\n\
             sources = ['pressmark  wire']\n[[entity]]\nid = 'person:z'\n[[entity.split]]\n\
             into = 'person:w'\narticles = ['news/a.md']",
            &["X=person:x Z=person:z"],
            &["X person:y (X)", "Z person:w (Z)"],
        ),
        (
            "an alias where nothing was",
            "[[entity]]\nid = 'person:x'\nname = 'X Y'\naliases = ['Ex Why']",
            &["said Ex Why today"],
            &["Ex Why person:x (X Y)"],
        ),
        (
            "an alias beats what is shorter and as long, not what is longer",
            "[[entity]]\nid = 'person:x'\nname = 'X'\naliases = ['Ex Why']",
            &["Ex=person:ex Why=person:why", "Ex_Why=work:w", "Ex_Why_Zed=work:z"],
            &["Ex Why person:x (X)", "Ex Why person:x (X)", "Ex Why Zed work:z (Ex Why Zed)"],
        ),
        (
            "an alias of a hidden one hides",
            "[[entity]]\nid = 'person:x'\nhide = true\naliases = ['Why']",
            &["Why=person:why"],
            &[],
        ),
    ] {
        let corrections = read(file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(applied(&corrections, &head("Pressmark Wire"), passages), want, "{name}");
    }
}

#[test]
fn a_bad_file_is_an_error_with_its_line() {
    for (file, want) in [
        ("\n[[entity]\n", "entities.toml:2: unclosed array table, expected `]`"),
        (
            "[[entity]]\nid = 'person:x'\nnom = 'X'",
            "entities.toml:3: unknown field `nom`, expected one of `id`, `name`, `type`, `hide`, \
             `aliases`, `merge`, `note`, `split`",
        ),
        ("[[entity]]\nname = 'X'", "entities.toml:1: missing field `id`"),
        (
            "[[entity]]\nid = 'person:x'\nhide = 'yes'",
            "entities.toml:3: invalid type: string \"yes\", expected a boolean",
        ),
        (
            "[[entity]]\nid = 'Huawei'",
            "entities.toml:2: bad entity id `Huawei`, wanted a type, `:` and a name in lower case \
             such as `organization:huawei`",
        ),
        (
            "[[entity]]\nid = 'person:x'\ntype = 'firm'",
            "entities.toml:3: bad type `firm`, wanted person, organization, place, facility, event, \
             product, law or work",
        ),
        (
            "[[entity]]\nid = 'person:x'\n[[entity]]\nid = 'person:x'",
            "entities.toml:4: entity `person:x` has a block before, in line 2",
        ),
        (
            "[[entity]]\nid = 'person:x'\n[[entity.split]]\ninto = 'person:y'",
            "entities.toml:3: a split without `with`, `articles` or `sources`",
        ),
        (
            "[[entity]]\nid = 'person:x'\nmerge = ['person:y']\n\n[[entity]]\nid = 'person:y'\n\
             merge = ['person:x']",
            "entities.toml:2: `person:x` → `person:y` → `person:x` goes round in a circle",
        ),
        (
            "[[entity]]\nid = 'person:x'\nmerge = ['person:x']",
            "entities.toml:2: `person:x` → `person:x` goes round in a circle",
        ),
        (
            "[[entity]]\nid = 'person:x'\nmerge = ['person:z']\n[[entity]]\nid = 'person:y'\n\
             merge = ['person:z']",
            "entities.toml:5: `person:z` is merged into `person:x` and into `person:y`",
        ),
        (
            "[[entity]]\nid = 'person:x'\naliases = ['A']\n[[entity]]\nid = 'person:y'\n\
             aliases = ['A']",
            "entities.toml:5: `A` is an alias of `person:x` and of `person:y`",
        ),
        (
            "[[entity]]\nid = 'person:x'\naliases = ['.A']",
            "entities.toml:2: bad alias `.A` of `person:x`, wanted a name that begins with a letter \
             or digit",
        ),
    ] {
        assert_eq!(read(file).unwrap_err().to_string(), want, "{file}");
    }
}

#[test]
fn names_lead_to_the_entity_that_is_kept() {
    let corrections = read(
        "[[entity]]\nid = 'organization:huawei'\nname = 'Huawei Group'\naliases = ['HW']\n\
         merge = ['person:wei']\n\
         [[entity]]\nid = 'place:jordan'\ntype = 'person'\n\
         [[entity]]\nid = 'person:wei'\naliases = ['Old Wei']",
    )
    .unwrap();
    for (name, want) in [
        ("huawei group", "organization:huawei person:wei"),
        ("HW", "organization:huawei person:wei"),
        ("华为", "organization:huawei person:wei"),
        ("person:wei", "person:wei organization:huawei"),
        ("old  wei", "person:wei organization:huawei"),
        ("place:jordan", "place:jordan person:jordan"),
        ("person:jordan", "person:jordan place:jordan"),
        ("Malaysia", "place:malaysia"),
        ("place:malaysia", ""),
        ("", ""),
    ] {
        let called = corrections.called(name);
        let called: Vec<&str> = called.iter().map(EntityId::as_str).collect();
        assert_eq!(called.join(" "), want, "{name}");
    }
}

#[test]
fn a_change_concerns_those_it_speaks_of() {
    let hidden = read("[[entity]]\nid = 'person:gan-tian-loo'\nhide = true").unwrap();
    let merged =
        read("[[entity]]\nid = 'person:x'\nmerge = ['person:y']\naliases = ['Ex']").unwrap();
    let split = "[[entity]]\nid = 'person:s'\n[[entity.split]]\ninto = 'person:t'\n\
                 with = ['organization:a']\n";
    let company =
        read(&format!("{split}[[entity]]\nid = 'organization:b'\nmerge = ['organization:a']"));
    let (split, company) = (read(split).unwrap(), company.unwrap());
    let nothing = Corrections::default();
    for (name, old, new, entities, names) in [
        ("hiding", &nothing, &hidden, "person:gan-tian-loo", ""),
        ("showing again", &hidden, &nothing, "person:gan-tian-loo", "gan tian loo"),
        ("merging", &nothing, &merged, "person:y", "Ex"),
        ("no longer merging", &merged, &nothing, "person:x person:y", "Ex"),
        ("company that is merged", &split, &company, "organization:a person:s person:t", ""),
        ("the same", &merged, &merged, "", ""),
    ] {
        let concern = old.concern(new);
        let ids: Vec<&str> = concern.entities.iter().map(EntityId::as_str).collect();
        let texts: Vec<&str> = concern.names.iter().map(String::as_str).collect();
        assert_eq!(
            (ids.join(" "), texts.join("|")),
            (entities.to_owned(), names.to_owned()),
            "{name}"
        );
    }
}

fn some_id() -> impl Strategy<Value = EntityId> {
    prop::sample::select(vec!["person:a", "person:b", "work:a", "place:c", "place:d", "person:e"])
        .prop_map(id)
}

fn some_name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["A", "B C", "C", "D E F", "E F"]).prop_map(str::to_owned),
        "\\PC{1,8}".prop_filter_map("it is empty", |text| name_of(&text)),
    ]
}

prop_compose! {
    fn some_split()(
        into in some_id(),
        name in prop::option::of(some_name()),
        with in prop::collection::vec(some_id(), 1..3),
        sources in prop::collection::vec(some_name(), 0..2),
    ) -> Split {
        Split { into, name, with, articles: Vec::new(), sources }
    }
}

prop_compose! {
    fn some_correction()(
        name in prop::option::of(some_name()),
        kind in prop::option::weighted(0.2, prop::sample::select(EntityType::ALL.to_vec())),
        hidden in prop::bool::weighted(0.2),
        aliases in prop::collection::vec(some_name(), 0..3),
        merged in prop::collection::vec(some_id(), 0..2),
        splits in prop::collection::vec(some_split(), 0..2),
        note in prop::option::of(some_name()),
    ) -> Correction {
        Correction { name, kind, hidden, aliases, merged, splits, note }
    }
}

fn some_corrections() -> impl Strategy<Value = Corrections> {
    let said = prop::collection::btree_map(some_id(), some_correction(), 0..4);
    said.prop_filter_map("it does not fit together", |said| Corrections::new(said).ok())
}

proptest! {
    #[test]
    fn a_file_is_read_as_it_was_written(corrections in some_corrections()) {
        let file = corrections.to_string();
        let again = read(&file);
        prop_assert_eq!(again.as_ref(), Ok(&corrections), "{}", file);
        prop_assert_eq!(again.unwrap().to_string(), file);
    }

    #[test]
    fn to_apply_twice_is_to_apply_once(
        corrections in some_corrections(),
        words in prop::collection::vec(
            prop::sample::select(vec![
                "A=person:a", "A=work:a", "B_C=person:b", "B=person:b", "C", "D_E=place:d", "F",
                "D_E_F=place:c", "E=person:e",
            ]),
            0..12,
        ),
        tear in 0..12usize,
    ) {
        let (first, second) = words.split_at(tear.min(words.len()));
        let made = [first, second].map(|words| passage(0, &words.join(" ")));
        let (passages, mut tags): (Vec<_>, Vec<_>) = made.into_iter().unzip();
        let head = head("A");
        corrections.apply(&head, &passages, &mut tags);
        for (passage, tags) in passages.iter().zip(&tags) {
            let mut past = 0;
            for one in &tags.mentions {
                prop_assert!(past <= one.span.start && one.span.end as usize <= passage.text.len());
                past = one.span.end;
                prop_assert!(!corrections.hides(&one.id));
            }
        }
        let once = tags.clone();
        corrections.apply(&head, &passages, &mut tags);
        prop_assert_eq!(tags, once);
    }
}
