//! What the content streams of a page draw that is text: one [`Glyph`] a character, where it
//! stands. Paths, colours and pictures are passed over; what follows from the places, lines and
//! columns, is none of its work.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hayro_cmap::BfString;
use hayro_font::kurbo::{Affine, Point, Vec2};
use hayro_font::{
    CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn, UNITS_PER_EM,
};
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::dict::keys::{CONTENTS, FONT, MATRIX, RESOURCES, SUBTYPE};
use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream};
use hayro_syntax::page::{Page, Resources};
use unicode_normalization::UnicodeNormalization;

use super::limits::{self, Budget};
use super::pictures;

/// One character, in points from the upper left corner of the page as it is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glyph {
    /// The character; [`char::REPLACEMENT_CHARACTER`] where the font does not tell.
    pub(super) text: char,
    /// Where it starts, on its base line.
    pub(super) from: (f32, f32),
    /// Where the next would start.
    pub(super) to: (f32, f32),
    /// The height of its font.
    pub(super) size: f32,
    /// Whether lines of it run from top to bottom, first line on the right.
    pub(super) is_vertical: bool,
}

/// How deep forms may hold forms.
const MAX_FORMS: usize = 12;

/// How deep graphics states may be saved; what is saved deeper is not.
const MAX_STATES: usize = 256;

/// Reads the text of one page after the other.
pub(super) struct Reader<'a> {
    fonts: FontCache<'a>,
    /// The fonts that are loaded, by all that they say.
    known: BTreeSet<&'a [u8]>,
    programs: FontResolverFn,
    maps: CMapResolverFn,
}

impl<'a> Reader<'a> {
    pub(super) fn new() -> Self {
        Self {
            fonts: FontCache::new(),
            known: BTreeSet::new(),
            programs: Arc::new(|query| match query {
                FontQuery::Standard(font) => Some(font.get_font_data()),
                FontQuery::Fallback(font) => Some(font.pick_standard_font().get_font_data()),
            }),
            maps: Arc::new(hayro_cmap::load_embedded),
        }
    }

    fn font(&mut self, dict: &Dict<'a>, budget: &mut Budget) -> Option<Font<'a>> {
        if !budget.take_dict(dict) {
            return None;
        }
        // What is not known yet is loaded, which may cost much.
        if !self.known.contains(dict.data()) {
            if !budget.take_font(dict) {
                return None;
            }
            self.known.insert(dict.data());
        }
        self.fonts.font(dict, &self.programs, &self.maps)
    }

    /// The glyphs of `page` in the order they are drawn, as far as `budget` goes.
    pub(super) fn glyphs(&mut self, page: &Page<'a>, budget: &mut Budget) -> Vec<Glyph> {
        let contents = contents(page, budget);
        let (width, height) = page.render_dimensions();
        let mut drawing = Drawing {
            reader: self,
            budget,
            bounds: (width, height),
            states: Vec::new(),
            state: State::new(Affine::new(page.initial_transform(true).as_coeffs())),
            depth: 0,
            glyphs: Vec::new(),
        };
        drawing.run(&contents, page.resources());
        drawing.glyphs
    }
}

/// The content streams of `page` as one.
fn contents(page: &Page<'_>, budget: &mut Budget) -> Vec<u8> {
    let dict = page.raw();
    if let Some(stream) = dict.get::<Stream<'_>>(CONTENTS) {
        return limits::unpack(&stream, budget).unwrap_or_default();
    }
    let streams = dict.get::<Array<'_>>(CONTENTS);
    let mut contents = Vec::new();
    for stream in streams.iter().flat_map(Array::iter::<Stream<'_>>) {
        contents.extend(limits::unpack(&stream, budget).unwrap_or_default());
        contents.push(b'\n');
        if contents.len() as u64 > limits::MAX_UNPACKED {
            budget.spend();
        }
        if budget.is_spent() {
            break;
        }
    }
    contents
}

/// The part of the graphics state that places text.
#[derive(Clone)]
struct State<'a> {
    /// From user space to the page as shown.
    page: Affine,
    font: Option<Font<'a>>,
    size: f64,
    char_space: f64,
    word_space: f64,
    /// 1.0 is the width of the font.
    stretch: f64,
    leading: f64,
    rise: f64,
    /// From text space to user space, of the next glyph and of the line it is in.
    text: Affine,
    line: Affine,
}

impl State<'_> {
    fn new(page: Affine) -> Self {
        Self {
            page,
            font: None,
            size: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            text: Affine::IDENTITY,
            line: Affine::IDENTITY,
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line *= Affine::translate((x, y));
        self.text = self.line;
    }
}

/// What the names of a content stream stand for.
struct Scope<'s, 'a> {
    resources: &'s Resources<'a>,
    /// The fonts that were asked for.
    fonts: BTreeMap<Vec<u8>, Option<Font<'a>>>,
}

/// A page that is being drawn.
struct Drawing<'r, 'a> {
    reader: &'r mut Reader<'a>,
    budget: &'r mut Budget,
    /// Width and height of the page.
    bounds: (f32, f32),
    states: Vec<State<'a>>,
    state: State<'a>,
    /// How many forms are open.
    depth: usize,
    glyphs: Vec<Glyph>,
}

impl<'a> Drawing<'_, 'a> {
    fn run(&mut self, contents: &[u8], resources: &Resources<'a>) {
        let saved = self.states.len();
        let contents = pictures::without(contents);
        let mut operations = TypedIter::new(&contents);
        let mut scope = Scope { resources, fonts: BTreeMap::new() };
        while let Some(operation) = operations.next() {
            if !self.budget.take_operation() {
                break;
            }
            self.take(&operation, &mut scope, saved);
        }
        if let Some(state) = self.states.drain(saved..).next() {
            self.state = state;
        }
    }

    fn take(
        &mut self,
        operation: &TypedInstruction<'_, '_>,
        scope: &mut Scope<'_, 'a>,
        saved: usize,
    ) {
        use TypedInstruction as Op;
        let resources = scope.resources;
        let state = &mut self.state;
        match operation {
            Op::SaveState(_) if self.states.len() < MAX_STATES => self.states.push(state.clone()),
            Op::RestoreState(_) => {
                if self.states.len() > saved
                    && let Some(last) = self.states.pop()
                {
                    *state = last;
                }
            }
            Op::Transform(m) => state.page *= matrix([m.0, m.1, m.2, m.3, m.4, m.5]),
            Op::BeginText(_) => {
                state.text = Affine::IDENTITY;
                state.line = Affine::IDENTITY;
            }
            Op::SetTextMatrix(m) => {
                state.line = matrix([m.0, m.1, m.2, m.3, m.4, m.5]);
                state.text = state.line;
            }
            Op::TextFont(font) => {
                state.size = font.1.as_f64();
                state.font = match scope.fonts.get(&**font.0) {
                    Some(known) => known.clone(),
                    None => resources.get_font(font.0).and_then(|dict| {
                        let found = self.reader.font(&dict, self.budget);
                        scope.fonts.insert(font.0.to_vec(), found.clone());
                        found
                    }),
                };
            }
            Op::SetGraphicsState(name) => {
                let dict = resources.get_ext_g_state(name.0);
                let font = dict.filter(|dict| self.budget.take_dict(dict)).and_then(|dict| {
                    let mut pair = dict.get::<Array<'a>>(FONT)?.flex_iter();
                    Some((pair.next::<Dict<'a>>()?, pair.next::<Number>()?))
                });
                if let Some((dict, size)) = font {
                    state.size = size.as_f64();
                    state.font = self.reader.font(&dict, self.budget);
                }
            }
            Op::CharacterSpacing(space) => state.char_space = space.0.as_f64(),
            Op::WordSpacing(space) => state.word_space = space.0.as_f64(),
            Op::HorizontalScaling(percent) => state.stretch = percent.0.as_f64() / 100.0,
            Op::TextLeading(leading) => state.leading = leading.0.as_f64(),
            Op::TextRise(rise) => state.rise = rise.0.as_f64(),
            Op::NextLine(by) => state.next_line(by.0.as_f64(), by.1.as_f64()),
            Op::NextLineAndSetLeading(by) => {
                state.leading = -by.1.as_f64();
                state.next_line(by.0.as_f64(), by.1.as_f64());
            }
            Op::NextLineUsingLeading(_) => state.next_line(0.0, -state.leading),
            Op::ShowText(text) => self.show(text.0.as_bytes()),
            Op::NextLineAndShowText(text) => {
                state.next_line(0.0, -state.leading);
                self.show(text.0.as_bytes());
            }
            Op::ShowTextWithParameters(text) => {
                state.word_space = text.0.as_f64();
                state.char_space = text.1.as_f64();
                state.next_line(0.0, -state.leading);
                self.show(text.2.as_bytes());
            }
            Op::ShowTexts(parts) => {
                for part in parts.0.iter::<Object<'_>>() {
                    match part {
                        Object::Number(by) => self.adjust(by.as_f64()),
                        Object::String(text) => self.show(text.as_bytes()),
                        _ => {}
                    }
                }
            }
            Op::XObject(name) => {
                if let Some(stream) = resources.get_x_object(name.0) {
                    self.form(&stream, resources);
                }
            }
            _ => {}
        }
    }

    fn form(&mut self, stream: &Stream<'a>, resources: &Resources<'a>) {
        let dict = stream.dict();
        if !self.budget.take_dict(dict) {
            return;
        }
        let is_form = dict.get::<Name<'_>>(SUBTYPE).is_some_and(|kind| kind.as_str() == "Form");
        if !is_form || self.depth >= MAX_FORMS || !self.budget.take_form() {
            return;
        }
        let Some(contents) = limits::unpack(stream, self.budget) else { return };
        let own = dict.get::<Dict<'a>>(RESOURCES);
        let own = own.filter(|own| self.budget.take_resources(own)).map(Resources::new);
        let before = self.state.clone();
        if let Some(matrix) = dict.get::<[f64; 6]>(MATRIX) {
            self.state.page *= Affine::new(matrix);
        }
        self.depth += 1;
        self.run(&contents, own.as_ref().unwrap_or(resources));
        self.depth -= 1;
        self.state = before;
    }

    /// Moves on as a number among texts says.
    fn adjust(&mut self, thousandths: f64) {
        let state = &mut self.state;
        let by = -thousandths / f64::from(UNITS_PER_EM) * state.size;
        let by = match state.font.as_ref().is_none_or(Font::is_horizontal) {
            true => (by * state.stretch, 0.0),
            false => (0.0, by),
        };
        state.text *= Affine::translate(by);
    }

    fn show(&mut self, bytes: &[u8]) {
        let Some(font) = self.state.font.clone() else { return };
        let mut at = 0;
        while at < bytes.len() && self.budget.take_glyph() {
            let (code, length) = font.read_code(bytes, at);
            // A code without length would be read for ever.
            at += length.max(1);
            let glyph = font.glyph(font.map_code(code), code);
            let text = match &glyph {
                FontGlyph::Outline(glyph) => glyph.as_unicode(),
                FontGlyph::Type3(glyph) => glyph.as_unicode(),
            };
            let is_space = code == 32 && length == 1;
            let (advance, step) = self.advance(&font, font.code_advance(code), is_space);
            self.place(text, advance, font.is_horizontal());
            self.state.text *= Affine::translate(step);
        }
    }

    /// How far a glyph reaches in text space, and how far the next one is.
    fn advance(&self, font: &Font<'_>, units: Vec2, is_space: bool) -> (Vec2, Vec2) {
        let state = &self.state;
        let width = units / f64::from(UNITS_PER_EM) * state.size;
        let space = state.char_space + if is_space { state.word_space } else { 0.0 };
        match font.is_horizontal() {
            true => {
                let reach = Vec2::new(width.x * state.stretch, 0.0);
                (reach, reach + Vec2::new(space * state.stretch, 0.0))
            }
            false => (Vec2::new(0.0, width.y), Vec2::new(0.0, width.y + space)),
        }
    }

    /// Puts down what a glyph says: nothing if it stands off the page.
    fn place(&mut self, text: Option<BfString>, reach: Vec2, is_horizontal: bool) {
        let state = &self.state;
        let to_page = state.page * state.text * Affine::translate((0.0, state.rise));
        let from = to_page * Point::ZERO;
        let to = to_page * reach.to_point();
        let size = ((to_page * Point::new(0.0, state.size)) - from).hypot();
        let (width, height) = self.bounds;
        let is_seen = (-1.0..=f64::from(width) + 1.0).contains(&from.x)
            && (-1.0..=f64::from(height) + 1.0).contains(&from.y);
        // Not a number is not seen either.
        if !is_seen || !to.is_finite() || !(0.1..10_000.0).contains(&size) {
            return;
        }
        let glyph = |text, from: Point, to: Point| Glyph {
            text,
            from: (from.x as f32, from.y as f32),
            to: (to.x as f32, to.y as f32),
            size: size as f32,
            is_vertical: !is_horizontal,
        };
        let text = match text {
            Some(BfString::Char(c @ '\u{fb00}'..='\u{fb06}')) => {
                // Fonts name ligatures as such; nobody searches for them.
                Some(BfString::String(c.nfkc().collect()))
            }
            text => text,
        };
        match text {
            None => self.glyphs.push(glyph(char::REPLACEMENT_CHARACTER, from, to)),
            Some(BfString::Char(text)) => self.glyphs.push(glyph(text, from, to)),
            Some(BfString::String(text)) => {
                // A ligature stands for letters that share its place.
                let count = text.chars().count().max(1) as f64;
                for (nth, text) in text.chars().enumerate() {
                    let part = |nth: f64| from.lerp(to, nth / count);
                    self.glyphs.push(glyph(text, part(nth as f64), part(nth as f64 + 1.0)));
                }
            }
        }
    }
}

fn matrix(numbers: [Number; 6]) -> Affine {
    Affine::new(numbers.map(|number| number.as_f64()))
}
