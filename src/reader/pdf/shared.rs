//! What the pages share. The parser looks up the resources of every page when it opens a file, and
//! reads them each time: a thousand pages may name the same megabyte. So what it will read is added
//! up here first.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use hayro_syntax::object::dict::keys::{
    COLORSPACE, CONTENTS, CROP_BOX, EXT_G_STATE, FIRST, FONT, KIDS, MEDIA_BOX, N, PATTERN,
    PROPERTIES, RESOURCES, ROTATE, SHADING, TYPE, XOBJECT,
};
use hayro_syntax::object::{Array, Dict, FromBytes, MaybeRef, Name, Object, Stream};

use super::knots::{self, Steps};
use super::limits::{self, Budget};

/// The most that the parser may read to look up the pages, in bytes: some seconds.
pub(super) const MAX_WEIGHT: u64 = 256 << 20;

/// What a page weighs by itself: it takes half as much of memory.
const PAGE: u64 = 4 << 10;

/// The parts of resources, which are looked up with them.
pub(super) const PARTS: [&[u8]; 7] =
    [EXT_G_STATE, FONT, COLORSPACE, XOBJECT, PATTERN, SHADING, PROPERTIES];

/// What else is looked up of a page.
const OF_PAGE: [&[u8]; 4] = [TYPE, MEDIA_BOX, CROP_BOX, ROTATE];

/// The objects of a file that may cost time.
pub(super) struct Objects<'f> {
    /// The file, and what its streams of objects unpack to.
    data: Vec<&'f [u8]>,
    /// In the order of their numbers; there are several of one if the file was changed.
    places: Vec<Place>,
}

/// Where an object is.
struct Place {
    number: u32,
    /// Which of the data it is in.
    data: u32,
    /// Where it is there. No file that is read is too long for this.
    start: u32,
    end: u32,
}

/// Streams of objects as they are when they are unpacked, each with how many it has and where the
/// first is.
type Packed = Vec<(Vec<u8>, (usize, usize))>;

/// What pages weigh.
#[derive(Clone, Copy)]
struct Weight {
    /// The resources, if it has its own.
    resources: Option<u64>,
    /// What else is looked up.
    other: u64,
}

/// Finds what the parser reads to look up the pages of `file`, in bytes; `None` if it would not end.
/// Streams that are encrypted are not seen through.
pub(super) fn weight_of_pages(file: &[u8]) -> Option<u64> {
    let (mut steps, mut budget) = (Steps::new(), Budget::default());
    let (mut packed, mut places) = (Packed::new(), Vec::new());
    knots::objects(file, &mut steps, &mut |number, range| {
        packed.extend(unpacked(&file[range.start..], &mut budget));
        places.extend(Place::of(number, (0, file), range));
    })?;
    let mut data = vec![file];
    for ((bytes, head), nth) in packed.iter().zip(1..) {
        knots::packed_objects(bytes, *head, &mut steps, &mut |number, range| {
            places.extend(Place::of(number, (nth, bytes), range));
        })?;
        data.push(bytes);
    }
    places.sort_by_key(|place| place.number);
    let objects = Objects { data, places };
    Some(objects.weight_of_pages())
}

impl Place {
    /// Nothing if the object costs nothing to look up.
    fn of(number: u32, (nth, data): (u32, &[u8]), range: Range<usize>) -> Option<Self> {
        /// A number or a name that is longer is none.
        const LONG: usize = 256;
        let object = data[range.clone()].trim_ascii_start();
        let (start, end) = (u32::try_from(range.start).ok()?, u32::try_from(range.end).ok()?);
        let counts = object.starts_with(b"<<") || object.starts_with(b"[") || object.len() > LONG;
        counts.then_some(Self { number, data: nth, start, end })
    }
}

impl<'f> Objects<'f> {
    fn bytes(&self, place: &Place) -> &'f [u8] {
        &self.data[place.data as usize][place.start as usize..place.end as usize]
    }

    /// Those of that number.
    fn get(&self, number: u32) -> impl Iterator<Item = &'f [u8]> {
        let first = self.places.partition_point(|place| place.number < number);
        let same = self.places[first..].iter().take_while(move |place| place.number == number);
        same.map(|place| self.bytes(place))
    }

    /// How long the object of that number is.
    fn length(&self, number: u32) -> u64 {
        self.get(number).map(|bytes| bytes.len() as u64).max().unwrap_or_default()
    }

    fn weight_of_pages(&self) -> u64 {
        let mut known = BTreeMap::new();
        let mut pages: BTreeSet<u32> = BTreeSet::new();
        let mut found: Vec<Weight> = Vec::new();
        // Resources that a page does not have of its own are those of a node above it.
        let mut handed_down = 0;
        for place in &self.places {
            let Some(dict) = dict(self.bytes(place)) else { continue };
            // If the tree of pages is broken, all that has contents is a page.
            if dict.contains_key(CONTENTS) {
                pages.insert(place.number);
            }
            let mut nodes = vec![dict];
            while let Some(node) = nodes.pop() {
                if !node.contains_key(KIDS) {
                    continue;
                }
                let resources = self.weight(&node, &mut known).resources;
                handed_down = handed_down.max(resources.unwrap_or_default());
                for kid in self.arrays(&node, KIDS).iter().flat_map(Array::raw_iter) {
                    match kid {
                        MaybeRef::Ref(kid) => drop(pages.insert(kid.obj_number)),
                        MaybeRef::NotRef(Object::Dict(kid)) => {
                            found.push(self.weight(&kid, &mut known));
                            nodes.push(kid);
                        }
                        MaybeRef::NotRef(_) => {}
                    }
                }
            }
        }
        for page in pages.iter().flat_map(|number| self.get(*number)).filter_map(dict) {
            found.push(self.weight(&page, &mut known));
        }
        let weights = found.iter().map(|page| page.resources.unwrap_or(handed_down) + page.other);
        weights.fold(0, u64::saturating_add)
    }

    /// What a page or a node of the tree of pages weighs; `known` are the resources that were weighed.
    fn weight(&self, page: &Dict<'f>, known: &mut BTreeMap<u32, u64>) -> Weight {
        let length = |key: &[u8]| page.get_ref(key).map_or(0, |to| self.length(to.obj_number));
        let other = PAGE + OF_PAGE.iter().map(|key| length(key)).sum::<u64>();
        let resources = match page.get_ref(RESOURCES) {
            Some(to) => Some(*known.entry(to.obj_number).or_insert_with(|| {
                let own = self.get(to.obj_number).filter_map(dict);
                let parts = own.map(|own| self.weight_of_parts(&own)).max();
                self.length(to.obj_number) + parts.unwrap_or_default()
            })),
            None => page.get::<Dict<'_>>(RESOURCES).map(|own| self.weight_of_parts(&own)),
        };
        Weight { resources, other }
    }

    fn weight_of_parts(&self, resources: &Dict<'f>) -> u64 {
        let weights = PARTS.iter().map(|part| match resources.get_ref(part) {
            Some(to) => self.length(to.obj_number),
            None => resources.get::<Dict<'_>>(part).map_or(0, |part| part.data().len() as u64),
        });
        weights.sum()
    }

    /// The array of that name, which may be an object of its own.
    fn arrays(&self, dict: &Dict<'f>, key: &[u8]) -> Vec<Array<'f>> {
        match dict.get_ref(key) {
            Some(to) => self.get(to.obj_number).filter_map(array).collect(),
            None => dict.get::<Array<'f>>(key).into_iter().collect(),
        }
    }
}

/// What a stream of objects unpacks to, how many it holds and where the first is.
fn unpacked(bytes: &[u8], budget: &mut Budget) -> Option<(Vec<u8>, (usize, usize))> {
    let dict = dict(bytes)?;
    if dict.get::<Name<'_>>(TYPE)?.as_str() != "ObjStm" {
        return None;
    }
    let head = (dict.get::<usize>(N)?, dict.get::<usize>(FIRST)?);
    let stream = Stream::from_bytes(bytes.trim_ascii_start())?;
    Some((limits::unpack(&stream, budget)?, head))
}

fn dict(bytes: &[u8]) -> Option<Dict<'_>> {
    let bytes = bytes.trim_ascii_start();
    bytes.starts_with(b"<<").then(|| Dict::from_bytes(bytes)).flatten()
}

fn array(bytes: &[u8]) -> Option<Array<'_>> {
    Array::from_bytes(bytes.trim_ascii_start())
}
