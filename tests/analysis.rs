//! How words are found: which texts a query finds, and what it marks in them. The language of a
//! query is never asked for; all texts are in one index.

use jiff::civil::date;
use pressmark::engine::embedded::Memory;
use pressmark::engine::{Engine, Writer};
use pressmark::query::parse;
use pressmark::results::SearchRequest;

use crate::bed::{article_in, names, options};

/// Texts that are searched: id, language, text.
type Text = (&'static str, &'static str, &'static str);

/// A query, and the texts that it finds in order of their ids, with what is marked in them.
type Row = (&'static str, &'static [(&'static str, &'static str)]);

fn index(texts: &[Text]) -> impl Engine {
    let memory = Memory::new().unwrap();
    let mut writer: Box<dyn Writer> = Box::new(memory.writer(&options()).unwrap());
    for (id, lang, text) in texts {
        writer.put(&article_in(lang, id, "", &[(text, "", "")]), 1).unwrap();
    }
    writer.commit().unwrap();
    memory.engine(names).unwrap()
}

fn check(texts: &[Text], rows: &[Row]) {
    let engine = index(texts);
    let mut wrong = String::new();
    for (typed, want) in rows {
        let mut request = SearchRequest::new(parse(typed, date(2025, 4, 30)).query);
        request.fallback = false;
        request.limit = 100;
        let mut found: Vec<(String, String)> = Vec::new();
        for hit in engine.search(&request).unwrap().hits {
            let text = &hit.passage.passage.text;
            let marked: Vec<&str> =
                hit.highlights.iter().map(|highlight| highlight.span.of(text)).collect();
            found.push((hit.article.id.to_string(), marked.join("|")));
        }
        found.sort();
        let found: Vec<_> = found.iter().map(|(id, marked)| (&id[..], &marked[..])).collect();
        if found != *want {
            wrong += &format!("`{typed}`\n  finds {found:?}\n  want  {want:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn chinese() {
    check(
        &[
            ("forum", "zh", "國際論壇在吉隆坡舉行，臺灣代表團出席。"),
            ("task", "zh", "还有三项待处理。"),
            ("classic", "zh", "这是一部经典。"),
            ("network", "zh", "华为建设5G网络，覆盖全国"),
            ("spaced", "zh", "5G 网络与６Ｇ研究"),
            ("one", "zh", "坡"),
            ("english", "en", "The word 網絡 means network."),
        ],
        &[
            ("国际论坛", &[("forum", "國際論壇")]),
            ("國際論壇", &[("forum", "國際論壇")]),
            ("台湾", &[("forum", "臺灣")]),
            ("处理", &[("task", "处理")]),
            ("待处理", &[("task", "待处理")]),
            ("理处", &[]),
            ("景点", &[]),
            ("经典", &[("classic", "经典")]),
            // One character: first, in the middle, last and alone.
            ("國", &[("forum", "國"), ("network", "国")]),
            ("隆", &[("forum", "隆")]),
            ("坡", &[("forum", "坡"), ("one", "坡")]),
            ("席", &[("forum", "席")]),
            ("5G网络", &[("network", "5G网络"), ("spaced", "5G 网络")]),
            ("５ｇ網絡", &[("network", "5G网络"), ("spaced", "5G 网络")]),
            ("5g", &[("network", "5G"), ("spaced", "5G")]),
            ("6G", &[("spaced", "６Ｇ")]),
            ("网络", &[("english", "網絡"), ("network", "网络"), ("spaced", "网络")]),
            ("network", &[("english", "network")]),
            ("「网络」", &[("english", "網絡"), ("network", "网络"), ("spaced", "网络")]),
        ],
    );
}

#[test]
fn malay() {
    check(
        &[
            ("invest", "ms", "Syarikat itu melabur di Johor."),
            ("investment", "ms", "Pelaburan meningkat, kata pelabur."),
            ("invested", "ms", "Wang itu dilaburkan oleh kerajaan."),
            ("economy", "ms", "Ekonominya pulih; ekonomilah puncanya."),
            ("is", "ms", "Adakah ia benar? Rakyatlah hakim."),
            ("children", "ms", "Kanak-kanak itu membaca buku-buku baharu."),
            ("child", "ms", "Zaman kanak saya."),
            ("countries", "ms", "ASEAN dan negara-negaranya."),
            ("country", "ms", "Negara ini membangun."),
            ("law", "ms", "Undang-undang baharu digubal."),
            ("invite", "ms", "Mereka mengundang tetamu."),
            ("king", "ms", "Raja berangkat tiba."),
            ("minister", "ms", "Perdana Menteri makan ikan teri."),
            ("write", "ms", "Penulis itu menulis; tulisannya dibaca."),
            ("english", "en", "Bursa calls pelaburan an investment."),
            ("mixed", "ms", "Program startup dan data centre di Cyberjaya."),
            ("clitics", "ms", "Apakah akhirnya? Dialah di rumahku, inilah ilmu."),
            ("bare", "ms", "Apa akhir kisah dia di rumah ini? Alah, masalah."),
        ],
        &[
            (
                "pelaburan",
                &[
                    ("english", "pelaburan"),
                    ("invest", "melabur"),
                    ("invested", "dilaburkan"),
                    ("investment", "Pelaburan|pelabur"),
                ],
            ),
            (
                "melabur",
                &[
                    ("invest", "melabur"),
                    ("invested", "dilaburkan"),
                    ("investment", "Pelaburan|pelabur"),
                ],
            ),
            ("ekonomi", &[("economy", "Ekonominya|ekonomilah")]),
            ("ada", &[("is", "Adakah")]),
            ("rakyat", &[("is", "Rakyatlah")]),
            ("apa", &[("bare", "Apa"), ("clitics", "Apakah")]),
            ("apakah", &[("bare", "Apa"), ("clitics", "Apakah")]),
            ("akhirnya", &[("bare", "akhir"), ("clitics", "akhirnya")]),
            ("dia", &[("bare", "dia"), ("clitics", "Dialah")]),
            ("alah", &[("bare", "Alah")]),
            ("masalah", &[("bare", "masalah")]),
            ("rumahmu", &[("bare", "rumah"), ("clitics", "rumahku")]),
            ("ini", &[("bare", "ini"), ("clitics", "inilah"), ("country", "ini")]),
            ("ilmu", &[("clitics", "ilmu")]),
            ("kanak", &[("child", "kanak"), ("children", "Kanak-kanak")]),
            ("kanak-kanak", &[("child", "kanak"), ("children", "Kanak-kanak")]),
            ("\"kanak-kanak itu\"", &[("children", "Kanak-kanak itu")]),
            ("buku", &[("children", "buku-buku")]),
            ("negara", &[("countries", "negara-negaranya"), ("country", "Negara")]),
            ("negara-negara", &[("countries", "negara-negaranya"), ("country", "Negara")]),
            // Repeated, these are other words.
            ("undang-undang", &[("law", "Undang-undang")]),
            ("mengundang", &[("invite", "mengundang"), ("law", "Undang|undang")]),
            ("kerajaan", &[("invested", "kerajaan")]),
            ("raja", &[("king", "Raja")]),
            ("teri", &[("minister", "teri")]),
            ("menteri", &[("minister", "Menteri")]),
            ("dana", &[]),
            ("bangun", &[("country", "membangun")]),
            ("tulis", &[("write", "Penulis|menulis|tulisannya")]),
            // English in Malay.
            ("startup", &[("mixed", "startup")]),
            ("\"data centre\"", &[("mixed", "data centre")]),
        ],
    );
}

#[test]
fn english() {
    check(
        &[
            ("health", "en", "The World Health Organisation met at the centre."),
            ("orgs", "en", "Aid organizations run two centers."),
            ("organ", "en", "An organ was played."),
            ("xi", "en", "Xi’s visit to the firms' offices"),
            ("boss", "en", "The Boss's son met O’Neil's wife."),
            ("king", "en", "Two kings and a kingdom."),
            ("policy", "en", "Policies on universities"),
            ("police", "en", "Police in the universe"),
            ("april", "en", "On 3 April and in Apr. it rained."),
            (
                "tags",
                "en",
                "Say #Budget2025 to @anwar_ibrahim 😀 at https://www.example.org/news?id=7.",
            ),
            ("shop", "en", "Amazon.com said.Then it sold C++, C# and vitamin C by AT&T R&D."),
            ("cafe", "en", "Café Müller in Łódź; Erdoğan was there."),
            ("plain", "en", "Cafe Muller in Lodz; Erdogan left. The ﬁnance oﬃce measures CO₂."),
        ],
        &[
            ("organisation", &[("health", "Organisation"), ("orgs", "organizations")]),
            ("organizations", &[("health", "Organisation"), ("orgs", "organizations")]),
            ("organ", &[("organ", "organ")]),
            ("center", &[("health", "centre"), ("orgs", "centers")]),
            ("centre", &[("health", "centre"), ("orgs", "centers")]),
            ("xi", &[("xi", "Xi")]),
            ("xi's", &[("xi", "Xi")]),
            ("Xi’s visits", &[("xi", "Xi|visit")]),
            ("firm", &[("xi", "firms")]),
            ("firms'", &[("xi", "firms")]),
            ("boss", &[("boss", "Boss")]),
            ("boss's", &[("boss", "Boss")]),
            ("o'neil", &[("boss", "O’Neil")]),
            ("oneil", &[("boss", "O’Neil")]),
            ("king", &[("king", "kings")]),
            ("policy", &[("policy", "Policies")]),
            ("university", &[("policy", "universities")]),
            ("april", &[("april", "April")]),
            ("#budget2025", &[("tags", "Budget2025")]),
            ("@anwar_ibrahim", &[("tags", "anwar_ibrahim")]),
            ("example.org", &[("tags", "example.org")]),
            ("https://www.example.org/news?id=7", &[("tags", "https://www.example.org/news?id=7")]),
            ("😀", &[]),
            ("amazon", &[("shop", "Amazon")]),
            ("amazon.com", &[("shop", "Amazon.com")]),
            ("then", &[("shop", "Then")]),
            ("C++", &[("shop", "C++")]),
            ("c#", &[("shop", "C#")]),
            ("AT&T", &[("shop", "AT&T")]),
            ("R&D", &[("shop", "R&D")]),
            ("café", &[("cafe", "Café"), ("plain", "Cafe")]),
            ("cafe", &[("cafe", "Café"), ("plain", "Cafe")]),
            ("Erdogan", &[("cafe", "Erdoğan"), ("plain", "Erdogan")]),
            ("łódź", &[("cafe", "Łódź"), ("plain", "Lodz")]),
            // An umlaut is an accent; `Mueller` is another spelling.
            ("müller", &[("cafe", "Müller"), ("plain", "Muller")]),
            ("mueller", &[]),
            ("finance office", &[("plain", "ﬁnance|oﬃce")]),
            ("CO2", &[("plain", "CO₂")]),
        ],
    );
}

#[test]
fn acronyms() {
    check(
        &[
            ("states", "en", "The U.S. and the US’s allies"),
            ("pronoun", "en", "He told us who did it."),
            ("who", "en", "WHO said IT firms fight AIDS; it aids them."),
            ("un", "en", "The U.N. and UN staff"),
            ("kim", "en", "Kim Jong Un spoke."),
            ("ai", "en", "A.I. is AI."),
            ("malay", "ms", "Rundingan US di PBB"),
            ("chinese", "zh", "US与中国"),
            ("usa", "en", "Made in the USA"),
            ("shout", "en", "CHINA AND US SIGN"),
        ],
        &[
            ("US", &[("chinese", "US"), ("malay", "US"), ("shout", "US"), ("states", "U.S.|US")]),
            ("U.S.", &[("chinese", "US"), ("malay", "US"), ("shout", "US"), ("states", "U.S.|US")]),
            ("U.S", &[("chinese", "US"), ("malay", "US"), ("shout", "US"), ("states", "U.S.|US")]),
            (
                "us",
                &[
                    ("chinese", "US"),
                    ("malay", "US"),
                    ("pronoun", "us"),
                    ("shout", "US"),
                    ("states", "U.S.|US"),
                ],
            ),
            (
                "us*",
                &[
                    ("chinese", "US"),
                    ("malay", "US"),
                    ("pronoun", "us"),
                    ("shout", "US"),
                    ("states", "U.S.|US"),
                    ("usa", "USA"),
                ],
            ),
            ("?us", &[]),
            (
                "usa~1",
                &[
                    ("chinese", "US"),
                    ("malay", "US"),
                    ("pronoun", "us"),
                    ("shout", "US"),
                    ("states", "U.S.|US"),
                    ("usa", "USA"),
                ],
            ),
            ("usa", &[("usa", "USA")]),
            ("\"the us\"", &[("states", "The U.S.|the US")]),
            ("\"told us who\"", &[("pronoun", "told us who")]),
            ("\"told US\"", &[]),
            ("WHO", &[("who", "WHO")]),
            ("who", &[("pronoun", "who"), ("who", "WHO")]),
            ("IT", &[("who", "IT")]),
            ("AIDS", &[("who", "AIDS")]),
            ("aids", &[("who", "AIDS|aids")]),
            ("UN", &[("un", "U.N.|UN")]),
            ("\"kim jong un\"", &[("kim", "Kim Jong Un")]),
            ("AI", &[("ai", "A.I.|AI")]),
            ("A.I.", &[("ai", "A.I.|AI")]),
        ],
    );
}

#[test]
fn numbers() {
    check(
        &[
            ("comma", "en", "5,000 jobs"),
            ("plain", "en", "5000 jobs"),
            ("narrow", "en", "5\u{202f}000 jobs"),
            ("space", "en", "5 000 jobs"),
            ("dot", "ms", "5.000 orang"),
            ("half", "en", "It grew 3.5% by 10:30, not 35."),
            ("short", "en", "A $5bn deal"),
            ("full", "en", "A $5 billion deal"),
            ("ringgit", "ms", "RM5 bilion, RM 5 juta, RM5.2bil"),
            ("list", "en", "rooms 1,2,3"),
            ("wide", "zh", "２０２５年"),
            ("wide comma", "zh", "约５，０００人"),
        ],
        &[
            (
                "5,000",
                &[
                    ("comma", "5,000"),
                    ("narrow", "5\u{202f}000"),
                    ("plain", "5000"),
                    ("wide comma", "５，０００"),
                ],
            ),
            (
                "5000",
                &[
                    ("comma", "5,000"),
                    ("narrow", "5\u{202f}000"),
                    ("plain", "5000"),
                    ("wide comma", "５，０００"),
                ],
            ),
            (
                "５０００",
                &[
                    ("comma", "5,000"),
                    ("narrow", "5\u{202f}000"),
                    ("plain", "5000"),
                    ("wide comma", "５，０００"),
                ],
            ),
            (
                "５，０００",
                &[
                    ("comma", "5,000"),
                    ("narrow", "5\u{202f}000"),
                    ("plain", "5000"),
                    ("wide comma", "５，０００"),
                ],
            ),
            // A point is a decimal point.
            ("5.000", &[("dot", "5.000")]),
            ("3.5", &[("half", "3.5")]),
            ("3.5%", &[("half", "3.5")]),
            ("35", &[("half", "35")]),
            ("10:30", &[("half", "10:30")]),
            ("\"$5bn\"", &[("full", "5 billion"), ("short", "5bn")]),
            ("$5 billion", &[("full", "5|billion"), ("ringgit", "5|5|bil"), ("short", "5|bn")]),
            ("$5bn", &[("full", "5 billion"), ("short", "5bn")]),
            ("RM5", &[("ringgit", "RM5|RM 5")]),
            ("RM5.2bn", &[("ringgit", "RM5.2bil")]),
            ("123", &[]),
            ("2", &[("list", "2")]),
            ("2025", &[("wide", "２０２５")]),
        ],
    );
}

#[test]
fn hyphens() {
    check(
        &[
            ("hyphen", "en", "A data-center opens."),
            ("open", "en", "Two data centers open."),
            ("solid", "en", "The datacenter opens."),
            ("british", "en", "Datacentres open."),
            ("mail1", "en", "Send e-mail."),
            ("mail2", "en", "Send email."),
            ("coop1", "en", "Co-operation grows."),
            ("coop2", "en", "Cooperation grows."),
            ("covid1", "en", "COVID-19 spreads"),
            ("covid2", "en", "covid19 spreads"),
            ("covid3", "ms", "Covid 19 merebak"),
            ("covid4", "zh", "COVID‑19疫情"),
            ("jet1", "en", "An F-16 flew."),
            ("jet2", "en", "Two F16s flew, one F16 fell."),
            ("jet3", "en", "Flight MH370"),
            ("jet4", "en", "Flight MH 370"),
            ("g7", "en", "The G7 and the G-7"),
            ("score", "en", "They won 3-1 in 2024-25."),
            ("able", "en", "He was not able to say."),
            ("notable", "en", "A notable man"),
            ("cyber", "en", "A cyber attack"),
        ],
        &[
            (
                "data-center",
                &[
                    ("british", "Datacentres"),
                    ("hyphen", "data-center"),
                    ("open", "data centers"),
                    ("solid", "datacenter"),
                ],
            ),
            (
                "datacenter",
                &[
                    ("british", "Datacentres"),
                    ("hyphen", "data-center"),
                    ("open", "data centers"),
                    ("solid", "datacenter"),
                ],
            ),
            (
                "datacentres",
                &[
                    ("british", "Datacentres"),
                    ("hyphen", "data-center"),
                    ("open", "data centers"),
                    ("solid", "datacenter"),
                ],
            ),
            (
                "data center",
                &[
                    ("british", "Datacentres"),
                    ("hyphen", "data-center"),
                    ("open", "data|centers"),
                    ("solid", "datacenter"),
                ],
            ),
            ("\"data center\"", &[("hyphen", "data-center"), ("open", "data centers")]),
            ("NOT datacenter AND opens", &[]),
            ("e-mail", &[("mail1", "e-mail"), ("mail2", "email")]),
            ("email", &[("mail1", "e-mail"), ("mail2", "email")]),
            ("cooperation", &[("coop1", "Co-operation"), ("coop2", "Cooperation")]),
            ("co-operate", &[("coop1", "Co-operation"), ("coop2", "Cooperation")]),
            (
                "COVID-19",
                &[
                    ("covid1", "COVID-19"),
                    ("covid2", "covid19"),
                    ("covid3", "Covid 19"),
                    ("covid4", "COVID‑19"),
                ],
            ),
            (
                "covid19",
                &[
                    ("covid1", "COVID-19"),
                    ("covid2", "covid19"),
                    ("covid3", "Covid 19"),
                    ("covid4", "COVID‑19"),
                ],
            ),
            (
                "covid 19",
                &[
                    ("covid1", "COVID-19"),
                    ("covid2", "covid19"),
                    ("covid3", "Covid|19"),
                    ("covid4", "COVID‑19"),
                ],
            ),
            ("F-16", &[("jet1", "F-16"), ("jet2", "F16")]),
            ("f16", &[("jet1", "F-16"), ("jet2", "F16")]),
            ("MH370", &[("jet3", "MH370"), ("jet4", "MH 370")]),
            ("MH 370", &[("jet3", "MH370"), ("jet4", "MH|370")]),
            ("G7", &[("g7", "G7|G-7")]),
            ("G-7", &[("g7", "G7|G-7")]),
            ("31", &[]),
            ("3-1", &[("score", "3-1")]),
            // Words that only look like two.
            ("notable", &[("notable", "notable")]),
            ("not able", &[("able", "not|able")]),
            // No one wrote it as one word.
            ("cyberattack", &[("cyber", "cyber attack")]),
            ("cyber-attack", &[("cyber", "cyber attack")]),
        ],
    );
}

#[test]
fn a_word_counts_once_whatever_the_language_of_the_text() {
    let engine = index(&[
        ("en", "en", "Johor huawei pelaburan"),
        ("ms", "ms", "Johor huawei pelaburan"),
        ("zh", "zh", "Johor huawei pelaburan"),
    ]);
    for typed in ["johor", "huawei pelaburan", "pelaburan"] {
        let found =
            engine.search(&SearchRequest::new(parse(typed, date(2025, 4, 30)).query)).unwrap();
        let scores: Vec<f64> = found.hits.iter().map(|hit| hit.score).collect();
        assert_eq!(scores.len(), 3, "{typed}");
        assert!(scores.iter().all(|score| (score - scores[0]).abs() < 1e-6), "{typed}: {scores:?}");
    }
}
