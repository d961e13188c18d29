//! British and American spellings of English words, made one.
//!
//! Only a key for comparing is made here; nothing is shown in the other spelling.

use std::borrow::Cow;

/// Parts of words that are spelt in two ways: (British, American). A word is changed where it
/// begins with the British part.
const PAIRS: [(&str, &str); 66] = [
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
    ("gaol", "jail"),
    ("grey", "gray"),
    ("haemo", "hemo"),
    ("harbour", "harbor"),
    ("honour", "honor"),
    ("humour", "humor"),
    ("instalment", "installment"),
    ("jewellery", "jewelry"),
    ("judgement", "judgment"),
    ("kerb", "curb"),
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
    ("oestrogen", "estrogen"),
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

/// Endings of verbs and their nouns in -ise and -yse.
const ENDINGS: [(&str, &str); 13] = [
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
    let first = word.as_bytes().first().copied();
    let pairs = PAIRS.partition_point(|(british, _)| british.as_bytes().first().copied() < first);
    let same_letter = PAIRS[pairs..]
        .iter()
        .take_while(|(british, _)| british.as_bytes().first().copied() == first);
    for (british, american) in same_letter {
        // `enrol` is also how `enroll` begins.
        let there = american.len() > british.len() && word.starts_with(american);
        if word.starts_with(british) && !there {
            word = Cow::Owned(format!("{american}{}", &word[british.len()..]));
            break;
        }
    }
    if word.len() >= SHORTEST_VERB {
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
