//! British and American spellings of English words, made one.
//!
//! Only a key for comparing is made here; nothing is shown in the other spelling.

use std::borrow::Cow;

/// Parts of words that are spelt in two ways: (British, American). A word is changed where it
/// begins with the British part. Both begin with the same letter, on which
/// [`super::Stemmer::may_stem_to`] relies.
const PAIRS: [(&str, &str); 132] = [
    ("adviser", "advisor"),
    ("aeroplane", "airplane"),
    ("aluminium", "aluminum"),
    ("anaemi", "anemi"),
    ("anaesthe", "anesthe"),
    ("analogue", "analog"),
    ("archaeolog", "archeolog"),
    ("ardour", "ardor"),
    ("armour", "armor"),
    ("artefact", "artifact"),
    ("behaviour", "behavior"),
    ("biass", "bias"),
    ("burnt", "burned"),
    ("caesarean", "cesarean"),
    ("caesium", "cesium"),
    ("calibre", "caliber"),
    ("candour", "candor"),
    ("catalogue", "catalog"),
    ("centimetre", "centimeter"),
    ("centre", "center"),
    ("centring", "centering"),
    ("cheque", "check"),
    ("clamour", "clamor"),
    ("colour", "color"),
    ("cosy", "cozy"),
    ("councillor", "councilor"),
    ("counsell", "counsel"),
    ("defence", "defense"),
    ("demeanour", "demeanor"),
    ("dialle", "diale"),
    ("dialli", "diali"),
    ("dialogue", "dialog"),
    ("diarrhoea", "diarrhea"),
    ("discolour", "discolor"),
    ("disfavour", "disfavor"),
    ("dishonour", "dishonor"),
    ("doughnut", "donut"),
    ("dreamt", "dreamed"),
    ("duelle", "duele"),
    ("duelli", "dueli"),
    ("encyclopaedi", "encyclopedi"),
    ("endeavour", "endeavor"),
    ("enrol", "enroll"),
    ("faec", "fec"),
    ("favour", "favor"),
    ("fervour", "fervor"),
    ("fibre", "fiber"),
    ("flavour", "flavor"),
    ("focusse", "focuse"),
    ("focussi", "focusi"),
    ("foet", "fet"),
    ("fuelle", "fuele"),
    ("fuelli", "fueli"),
    ("fulfil", "fulfill"),
    ("furore", "furor"),
    ("glamour", "glamor"),
    ("grey", "gray"),
    ("gynaecolog", "gynecolog"),
    ("haemo", "hemo"),
    ("harbour", "harbor"),
    ("honour", "honor"),
    ("humour", "humor"),
    ("instalment", "installment"),
    ("ischaemi", "ischemi"),
    ("jewellery", "jewelry"),
    ("judgement", "judgment"),
    ("kilogramme", "kilogram"),
    ("kilometre", "kilometer"),
    ("labour", "labor"),
    ("learnt", "learned"),
    ("leukaemia", "leukemia"),
    ("licence", "license"),
    ("litre", "liter"),
    ("lustre", "luster"),
    ("manoeuvra", "maneuvera"),
    ("manoeuvre", "maneuver"),
    ("manoeuvri", "maneuveri"),
    ("meagre", "meager"),
    ("mediaeval", "medieval"),
    ("metre", "meter"),
    ("millimetre", "millimeter"),
    ("misdemeanour", "misdemeanor"),
    ("mollusc", "mollusk"),
    ("mould", "mold"),
    ("moult", "molt"),
    ("moustache", "mustache"),
    ("multicolour", "multicolor"),
    ("neighbour", "neighbor"),
    ("odour", "odor"),
    ("offence", "offense"),
    ("omelette", "omelet"),
    ("orthopaedic", "orthopedic"),
    ("paediatric", "pediatric"),
    ("paedophil", "pedophil"),
    ("palaeo", "paleo"),
    ("parlour", "parlor"),
    ("paycheque", "paycheck"),
    ("plough", "plow"),
    ("practise", "practice"),
    ("pretence", "pretense"),
    ("programme", "program"),
    ("pyjama", "pajama"),
    ("rancour", "rancor"),
    ("rigour", "rigor"),
    ("rumour", "rumor"),
    ("sabre", "saber"),
    ("saviour", "savior"),
    ("savour", "savor"),
    ("sceptic", "skeptic"),
    ("sceptre", "scepter"),
    ("septicaemi", "septicemi"),
    ("sizeabl", "sizabl"),
    ("skilful", "skillful"),
    ("smoulder", "smolder"),
    ("sombre", "somber"),
    ("spectre", "specter"),
    ("splendour", "splendor"),
    ("spoilt", "spoiled"),
    ("sulph", "sulf"),
    ("syphon", "siphon"),
    ("theatre", "theater"),
    ("tumour", "tumor"),
    ("tyre", "tire"),
    ("unfavour", "unfavor"),
    ("valour", "valor"),
    ("vapour", "vapor"),
    ("vigour", "vigor"),
    ("watercolour", "watercolor"),
    ("whiskie", "whiskey"),
    ("whisky", "whiskey"),
    ("woollen", "woolen"),
    ("yoghurt", "yogurt"),
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
            // `centre-d` is `center-ed`.
            let past = british.ends_with("re") && word.len() == british.len() + 1;
            let joint = if past && word.ends_with('d') { "e" } else { "" };
            word = Cow::Owned(format!("{american}{joint}{}", &word[british.len()..]));
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
            ("centred", "centered"),
            ("manoeuvred", "maneuvered"),
            ("manoeuvring", "maneuvering"),
            ("fuelled", "fueled"),
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
