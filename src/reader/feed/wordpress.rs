//! What WordPress puts into its exports, which are RSS, beside what was published: pictures, menus,
//! parts of themes, drafts. All of it is an item there, and no article.

use super::names::{Fields, Space};
use crate::reader::xml::Element;

/// Kinds of items that are none of posts and pages, and what they are.
#[rustfmt::skip]
const KINDS: [(&str, &str); 14] = [
    ("attachment", "an attachment"),
    ("nav_menu_item", "an item of a menu"),
    ("revision", "an earlier revision"),
    ("custom_css", "a part of a theme"),
    ("customize_changeset", "a part of a theme"),
    ("wp_block", "a part of a theme"),
    ("wp_template", "a part of a theme"),
    ("wp_template_part", "a part of a theme"),
    ("wp_global_styles", "a part of a theme"),
    ("wp_navigation", "an item of a menu"),
    ("wp_font_family", "a part of a theme"),
    ("wp_font_face", "a part of a theme"),
    ("oembed_cache", "what was embedded"),
    ("user_request", "a request of a user"),
];

/// What an item is that nobody can read on the site.
const STATES: [(&str, &str); 6] = [
    ("draft", "a draft"),
    ("auto-draft", "a draft"),
    ("pending", "a draft that waits for review"),
    ("future", "a post that is not yet published"),
    ("private", "a private post"),
    ("trash", "a post in the trash"),
];

/// What `entry` is, if it is of WordPress and no article.
pub(super) fn no_article(entry: &Element) -> Option<&'static str> {
    let fields = Fields::of(entry);
    let known = |list: &[(&str, &'static str)], field: &str| {
        let said = fields.text(&[(Space::WordPress, field)])?.to_ascii_lowercase();
        list.iter().find(|(name, _)| *name == said).map(|(_, what)| *what)
    };
    known(&KINDS, "post_type").or_else(|| known(&STATES, "status"))
}
