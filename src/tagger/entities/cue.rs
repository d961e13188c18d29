//! The classes of cue words, and sets of them.
//!
//! The words themselves are in `cues.tsv`; `build.rs` compiles them, so this file is included by
//! it and uses the standard library only.

/// What a word tells about the names around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Cue {
    /// An office or form of address that stands before or after a person: `President`, 部长.
    Title,
    /// A verb of speech or its like, whose subject is a person or a body.
    Say,
    /// A given name common enough to make what follows a person.
    Given,
    /// A family name written before the given name, in Latin letters.
    Family,
    /// A day, month or the like: never part of a name.
    Calendar,
    /// The legal ending of a company: `Sdn Bhd`, `Corp`.
    Legal,
    /// The last word of a body: `University`, `Ministry`.
    Body,
    /// The first word of a body in Malay: `Kementerian`.
    BodyFirst,
    /// The last word of a building, road or works: `Airport`.
    Site,
    /// Like `Site`, where lower case still makes a name: `metro station`.
    SiteLow,
    /// The first word of a building or road in Malay: `Jalan`.
    SiteFirst,
    /// The last word of a place: `County`, `River`.
    Land,
    /// The first word of a place: `Mount`, `Kampung`.
    LandFirst,
    /// The last word of an event: `Summit`.
    Event,
    /// The first word of an event: `Hurricane`.
    EventFirst,
    /// What goes before the name of a ship: `USS`.
    Ship,
    /// The last word of a law or plan: `Act`.
    Law,
    /// A subject that bodies and offices are named after: `Finance`.
    Subject,
    /// A word that joins the parts of a personal name: `bin`.
    Particle,
    /// A word of the language, capitalised only because of where it stands.
    Common,
    /// Letters that are no name: `GDP`.
    Letters,
    /// A word before a place: `in`.
    PlaceBefore,
    /// A noun of kin or kind before a person in lower case: `actor`.
    Role,
    /// Stands before or after a body: `company`, `owned`.
    Firm,
    /// Chinese: a family name.
    HanFamily,
    /// Chinese: ends the name of a body.
    HanBody,
    /// Chinese: ends the name of a building or works.
    HanSite,
    /// Chinese: ends the name of a place.
    HanLand,
    /// Chinese: ends the name of an event.
    HanEvent,
    /// Chinese: ends the name of a law or plan.
    HanLaw,
    /// Chinese: a word inside the name of a body that is no name itself: 国家, 科技.
    HanInner,
    /// Chinese: a word that no name runs across: 表示, 在, 和.
    HanStop,
    /// Chinese: a word that looks like a name and is none.
    HanWord,
    /// Chinese: a character that foreign names are written with by sound.
    HanSound,
    /// Chinese: ends the name of a body only together with more than a country: 公司.
    HanGeneric,
}

/// The classes by the names `cues.tsv` uses.
pub(crate) const CLASSES: [(&str, Cue); 35] = [
    ("title", Cue::Title),
    ("say", Cue::Say),
    ("given", Cue::Given),
    ("family", Cue::Family),
    ("calendar", Cue::Calendar),
    ("legal", Cue::Legal),
    ("body", Cue::Body),
    ("body-first", Cue::BodyFirst),
    ("site", Cue::Site),
    ("site-low", Cue::SiteLow),
    ("site-first", Cue::SiteFirst),
    ("land", Cue::Land),
    ("land-first", Cue::LandFirst),
    ("event", Cue::Event),
    ("event-first", Cue::EventFirst),
    ("ship", Cue::Ship),
    ("law", Cue::Law),
    ("subject", Cue::Subject),
    ("particle", Cue::Particle),
    ("common", Cue::Common),
    ("letters", Cue::Letters),
    ("place-before", Cue::PlaceBefore),
    ("role", Cue::Role),
    ("firm", Cue::Firm),
    ("han-family", Cue::HanFamily),
    ("han-body", Cue::HanBody),
    ("han-site", Cue::HanSite),
    ("han-land", Cue::HanLand),
    ("han-event", Cue::HanEvent),
    ("han-law", Cue::HanLaw),
    ("han-inner", Cue::HanInner),
    ("han-stop", Cue::HanStop),
    ("han-word", Cue::HanWord),
    ("han-sound", Cue::HanSound),
    ("han-generic", Cue::HanGeneric),
];

/// A set of cue classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cues(pub(crate) u64);

impl Cues {
    /// Whether `cue` is in the set.
    pub(crate) fn has(self, cue: Cue) -> bool {
        self.0 >> cue as u8 & 1 == 1
    }

    /// Whether any of `cues` is in the set.
    pub(crate) fn any(self, cues: &[Cue]) -> bool {
        cues.iter().any(|&cue| self.has(cue))
    }

    /// The set with `cue` in it.
    pub(crate) fn with(self, cue: Cue) -> Self {
        Self(self.0 | 1 << cue as u8)
    }
}
