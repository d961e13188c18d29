//! Tests of the statement tagger by itself: names come as the test gives them.

use proptest::prelude::*;

use super::*;
use crate::article::{ArticleId, BlockKind, Lang};
use crate::tag::{EntityId, Via};

/// The statements of `text`, in which the words of `people` are persons.
fn tag(lang: &str, text: &str, people: &[&str]) -> Vec<Statement> {
    let head = ArticleHead {
        id: ArticleId::new("a").unwrap(),
        headline: None,
        published: None,
        lang: Lang::new(lang),
        source: None,
        url: None,
        authors: Vec::new(),
        dateline: None,
        section: None,
        source_tags: Vec::new(),
        edition: Default::default(),
        unit: Default::default(),
    };
    let mut mentions: Vec<Mention> = people
        .iter()
        .flat_map(|name| text.match_indices(name))
        .map(|(at, name)| Mention {
            id: EntityId::of_name(EntityType::Person, name),
            name: (*name).to_owned(),
            kind: EntityType::Person,
            span: Span::new(text, at, at + name.len()).unwrap(),
            via: Via::Rule,
            demonym: false,
        })
        .collect();
    mentions.sort_by_key(|one| one.span);
    mentions.dedup_by(|one, before| before.span.overlaps(one.span));
    let passage = Passage {
        ordinal: 0,
        kind: BlockKind::Paragraph,
        text: text.to_owned(),
        source_lines: Vec::new(),
    };
    let mut tags = [Tags { mentions, ..Tags::default() }];
    StatementTagger::new().tag(&head, &[passage], &mut tags);
    let [tags] = tags;
    tags.statements
}

/// Statements as `speaker: what was said`, in quotation marks if they were quoted.
fn shown(lang: &str, text: &str, people: &[&str]) -> Vec<String> {
    let show = |one: Statement| {
        let (speaker, said) = (one.speaker.of(text), one.span.of(text));
        if one.direct { format!("{speaker}: \"{said}\"") } else { format!("{speaker}: {said}") }
    };
    tag(lang, text, people).into_iter().map(show).collect()
}

#[test]
fn quotations_of_all_marks_are_told() {
    for (lang, text) in [
        ("en", "Anwar said: “The port is open.”"),
        ("en", "Anwar said, \"The port is open.\""),
        ("en", "Anwar said: ‘The port is open.’"),
        ("en", "Anwar said: 'The port is open.'"),
        ("en", "“The port is open.” Anwar said."),
        ("en", "“The port is open.”, said Anwar"),
        ("en", "Anwar said: „The port is open.“"),
        ("en", "Anwar said on Friday: «The port is open.»"),
        ("ms", "“The port is open.” kata Anwar."),
        ("ms", "Anwar berkata: 'The port is open.'"),
        ("zh", "Anwar说：「The port is open.」"),
        ("zh", "Anwar说：“The port is open.”"),
    ] {
        assert_eq!(shown(lang, text, &["Anwar"]), ["Anwar: \"The port is open.\""], "{text}");
    }
    assert_eq!(tag("en", "", &[]), []);
}

#[test]
fn nobody_is_invented() {
    for (lang, text) in [
        ("en", "It is said that ports are open."),
        ("en", "Asked about Anwar, nobody said that the port was open."),
        ("en", "They said the port was open."),
        ("en", "He said the port was open."),
        ("en", "A photo of Anwar said it all to them."),
        ("en", "Anwar declined to say when the port opens."),
        ("en", "The port opens according to schedule."),
        ("en", "Anwar, he said, and left the room."),
        ("ms", "Dengan kata lain, pelabuhan itu dibuka."),
        ("ms", "Mereka berkata pelabuhan itu dibuka."),
        ("zh", "他们说，港口开放了。"),
        ("zh", "据说港口开放了。"),
        ("zh", "对Anwar来说，港口很重要。"),
        ("zh", "港口被称为大门。"),
    ] {
        assert_eq!(shown(lang, text, &["Anwar"]), [""; 0], "{text}");
    }
}

#[test]
fn a_pronoun_stands_for_the_one_who_spoke_before_and_for_no_one_else() {
    for (text, want) in [
        ("Anwar said ports open. He added that roads do.", &["Anwar", "Anwar"][..]),
        ("Anwar said Loke opens ports. He added that roads open.", &["Anwar"]),
        ("Anwar left. He said that ports open.", &[]),
        ("Officials said ports open. He said that roads do.", &["Officials"]),
        ("Anwar and Loke said ports open. He said that roads do.", &["Anwar", "Loke"]),
    ] {
        let found = tag("en", text, &["Anwar", "Loke"]);
        let names: Vec<_> = found.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, want, "{text}");
    }
}

/// A passage may be a book on one line; time and what is found grow with it and no faster.
#[test]
fn long_and_hostile_texts_are_done_with_soon() {
    let n = 20_000;
    for (lang, part) in [
        ("en", "said "),
        ("en", "Anwar said "),
        ("en", "Anwar, a minister, said, "),
        ("en", "the head of "),
        ("en", "\"a\" said "),
        ("en", "“a” “b” Anwar said. "),
        ("en", "“Anwar said "),
        ("en", "according to the minister of "),
        ("en", "(he said, "),
        ("en", "'s said that"),
        ("ms", "kata dalam kenyataan berkata "),
        ("ms", "pegawai "),
        ("zh", "说"),
        ("zh", "Anwar在说"),
        ("zh", "Anwar说，“a”"),
        ("zh", "“a”"),
        ("zh", "在发言人"),
        ("zh", "据官员告诉"),
        ("zh", "（）表示"),
    ] {
        let text = part.repeat(n);
        let found = tag(lang, &text, &["Anwar"]);
        let bytes: usize = found.iter().map(|one| (one.span.end - one.span.start) as usize).sum();
        assert!(bytes <= 2100 * found.len() + text.len(), "{part}: {bytes} of {}", text.len());
    }
}

proptest! {
    /// Any text is read without a fault, and what is found lies in it, in order.
    #[test]
    fn spans_are_parts_of_the_text(
        text in "(Anwar|said|says| |, |\\. |“|”|\"|'|’s|:|the|minister|of|according to|told|that|he\
                 |kata|menurut|berkata|katanya|据|说|表示|，|。|：|他|在|时|官员|\\PC){0,24}",
        lang in prop::sample::select(vec!["en", "ms", "zh"]),
    ) {
        for one in tag(lang, &text, &["Anwar"]) {
            for span in [one.speaker, one.cue, one.span] {
                prop_assert!(Span::new(&text, span.start as usize, span.end as usize).is_some());
                prop_assert!(!span.of(&text).trim().is_empty(), "{:?}", one);
            }
            prop_assert!(!one.name.is_empty());
            prop_assert!(!one.direct || !one.span.overlaps(one.cue), "{:?}", one);
        }
    }
}
