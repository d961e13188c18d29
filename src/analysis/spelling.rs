//! British and American spellings of English words, made one.
//!
//! Only a key for comparing is made here; nothing is shown in the other spelling.

use std::borrow::Cow;

/// Parts of words that are spelt in two ways: (British, American). A word is changed where it
/// begins with the British part. Both begin with the same letter, on which
/// [`super::Stemmer::may_stem_to`] relies.
const PAIRS: [(&str, &str); 63] = [
    ("aeroplane", "airplane"),
    ("aluminium", "aluminum"),
    ("anaemi", "anemi"),
    ("anaesthe", "anesthe"),
    ("analogue", "analog"),
    ("armour", "armor"),
    ("behaviour", "behavior"),
    ("calibre", "caliber"),
    ("catalogue", "catalog"),
    ("centimetre", "centimeter"),
    ("centre", "center"),
    ("centring", "centering"),
    ("cheque", "check"),
    ("colour", "color"),
    ("counsell", "counsel"),
    ("defence", "defense"),
    ("demeanour", "demeanor"),
    ("dialogue", "dialog"),
    ("diarrhoea", "diarrhea"),
    ("discolour", "discolor"),
    ("endeavour", "endeavor"),
    ("enrol", "enroll"),
    ("favour", "favor"),
    ("fibre", "fiber"),
    ("flavour", "flavor"),
    ("fulfil", "fulfill"),
    ("grey", "gray"),
    ("haemo", "hemo"),
    ("harbour", "harbor"),
    ("honour", "honor"),
    ("humour", "humor"),
    ("instalment", "installment"),
    ("jewellery", "jewelry"),
    ("judgement", "judgment"),
    ("kilometre", "kilometer"),
    ("labour", "labor"),
    ("leukaemia", "leukemia"),
    ("licence", "license"),
    ("litre", "liter"),
    ("manoeuvr", "maneuver"),
    ("metre", "meter"),
    ("millimetre", "millimeter"),
    ("mould", "mold"),
    ("neighbour", "neighbor"),
    ("odour", "odor"),
    ("offence", "offense"),
    ("orthopaedic", "orthopedic"),
    ("paediatric", "pediatric"),
    ("parlour", "parlor"),
    ("plough", "plow"),
    ("practise", "practice"),
    ("pretence", "pretense"),
    ("programme", "program"),
    ("pyjama", "pajama"),
    ("rancour", "rancor"),
    ("rumour", "rumor"),
    ("sceptic", "skeptic"),
    ("skilful", "skillful"),
    ("sulphur", "sulfur"),
    ("theatre", "theater"),
    ("tumour", "tumor"),
    ("tyre", "tire"),
    ("vapour", "vapor"),
];

/// Endings of verbs and their nouns in -ise and -yse, and of compounds (`datacentre`).
const ENDINGS: [(&str, &str); 15] = [
    ("centre", "center"),
    ("centres", "centers"),
    ("isation", "ization"),
    ("isations", "izations"),
    ("ise", "ize"),
    ("ised", "ized"),
    ("iser", "izer"),
    ("isers", "izers"),
    ("ises", "izes"),
    ("ising", "izing"),
    ("yse", "yze"),
    ("ysed", "yzed"),
    ("yser", "yzer"),
    ("ysing", "yzing"),
    ("lled", "led"),
];

/// Shortest word whose ending is changed: `rise`, `wise` and `noise` stay.
const SHORTEST_VERB: usize = 6;

/// The American spelling of a lower-case English word; the word itself where there is but one.
///
/// Words that are spelt in -ise everywhere (`advertise`) are changed too: the result is a key, and
/// every form of the word gets the same.
pub fn american(word: &str) -> Cow<'_, str> {
    let mut word = Cow::Borrowed(word);
    let start = |text: &str| text.as_bytes().first_chunk::<2>().copied();
    let two = start(&word);
    let from = PAIRS.partition_point(|(british, _)| start(british) < two);
    let alike = PAIRS[from..].iter().take_while(|(british, _)| start(british) == two);
    for (british, american) in alike {
        // `enrol` is also how `enroll` begins.
        let there = american.len() > british.len() && word.starts_with(american);
        if word.starts_with(british) && !there {
            word = Cow::Owned(format!("{american}{}", &word[british.len()..]));
            break;
        }
    }
    // A quick look first: all endings but two hold an `s` near the end.
    let may_end = word.bytes().rev().take(7).any(|b| b == b's')
        || word.ends_with("lled")
        || word.ends_with("centre");
    if word.len() >= SHORTEST_VERB && may_end {
        for (british, american) in ENDINGS {
            // `travelled`, `cancelled`; not `called` or `filled`.
            let doubled = british == "lled";
            if let Some(stem) = word.strip_suffix(british)
                && (!doubled || word.len() >= 9 && stem.ends_with('e'))
            {
                word = Cow::Owned(format!("{stem}{american}"));
                break;
            }
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_become_one() {
        for (word, want) in [
            ("centre", "center"),
            ("centres", "centers"),
            ("epicentre", "epicenter"),
            ("organisation", "organization"),
            ("analysed", "analyzed"),
            ("travelled", "traveled"),
            ("called", "called"),
            ("rise", "rise"),
            ("programmes", "programs"),
            ("enroll", "enroll"),
            ("enrolment", "enrollment"),
            ("data", "data"),
            ("", ""),
        ] {
            assert_eq!(american(word), want, "{word}");
        }
    }

    #[test]
    fn the_pairs_are_sorted_so_that_they_can_be_searched() {
        assert!(PAIRS.is_sorted());
    }
}
