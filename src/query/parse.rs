//! Makes a query tree of tokens.
//!
//! The grammar, loosest first: `a OR b`; `a b` or `a AND b`; `NOT a`, `-a`, `+a`; `field:a`; words,
//! phrases and brackets. Open brackets are kept in a list, so no text can make the parser use more
//! stack than another.

use jiff::civil::Date;

use super::field::Field;
use super::lex::{self, Lexer, Operator, Token, Unit, text_of};
use super::marks;
use super::near::{MAX_ENTITIES, Named, Near};
use super::pattern;
use super::warnings::{Warnings, quoted};
use super::{Parsed, Pattern, Query, TextClause};

/// The longest query that is read whole, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// The most words, phrases and conditions of one query.
pub const MAX_CLAUSES: usize = 1024;

/// How deep brackets may nest.
pub const MAX_DEPTH: usize = 100;

/// Reads a query as a user types it; `today` is the day that relative dates end on.
///
/// Never fails: what cannot be read is taken literally or left out, and a warning says so. The
/// tree is normal. Text that is empty or blank is [`Query::All`], and so are `*` and `*:*` alone;
/// text in which there is nothing to look for, such as `()`, is [`Query::Nothing`], with
/// ``nothing to look for in the query`` as its last warning, unless another says what no passage
/// has. A query with negative clauses only
/// takes them from all passages.
///
/// Of a text longer than [`MAX_BYTES`] the start is read, of more than [`MAX_CLAUSES`] clauses the
/// first, and brackets nested deeper than [`MAX_DEPTH`] are left out. Takes time linear in the
/// length of the text.
pub fn parse(text: &str, today: Date) -> Parsed {
    let mut warnings = Warnings::default();
    let text = within_limit(text, &mut warnings);
    if matches!(text.trim_matches(marks::is_space), "" | "*" | "*:*") {
        return Parsed { query: Query::All, warnings: warnings.into_list() };
    }
    let units = lex::units(text);
    let mut parser = Parser {
        lexer: Lexer::new(&units),
        warnings,
        today,
        frames: vec![Frame::default()],
        n_flattened: 0,
        n_clauses: 0,
        n_plain_words: Some(0),
        is_impossible: false,
    };
    let query = parser.run();
    let mut warnings = parser.warnings;
    if query == Query::Nothing && !parser.is_impossible {
        warnings.add("nothing to look for in the query".to_owned());
    }
    Parsed { query, warnings: warnings.into_list() }
}

/// `text`, or its start if it is too long.
fn within_limit<'a>(text: &'a str, warnings: &mut Warnings) -> &'a str {
    if text.len() <= MAX_BYTES {
        return text;
    }
    warnings
        .add(format!("the query is longer than {} KB, only its start is read", MAX_BYTES / 1024));
    let start = &text[..text.floor_char_boundary(MAX_BYTES)];
    // A torn word would find other passages than the whole.
    start.rfind(marks::is_space).map_or(start, |end| &start[..end])
}

/// What stands before a clause.
#[derive(Clone, Copy, Default)]
struct Marks {
    negated: bool,
    required: bool,
    field: Option<Field>,
    /// The last one as typed, for a warning if no clause follows.
    typed: Option<&'static str>,
}

/// What has been read between an open bracket and its partner.
#[derive(Default)]
struct Frame {
    /// Finished arms of an `OR`.
    arms: Vec<Query>,
    /// Clauses of the arm being read, but the last.
    clauses: Vec<Query>,
    /// The last clause and what stood before it: a `NEAR` may follow.
    held: Option<(Query, Marks)>,
    /// How many words the `NEAR` that waits for its right side lets stand between.
    near: Option<u32>,
    /// The operator that waits for its right side.
    operator: Option<&'static str>,
    /// What was read before the clause to come.
    marks: Marks,
    /// What was read before the bracket.
    outer: Marks,
    /// The field that the bracket is the value of.
    field: Option<Field>,
}

impl Frame {
    /// Ends the last clause: no `NEAR` follows.
    fn settle(&mut self) {
        let Some((clause, marks)) = self.held.take() else { return };
        self.clauses.push(match marks {
            Marks { negated: true, .. } => clause.negated(),
            Marks { required: true, .. } => clause.required(),
            _ => clause,
        });
    }
}

/// Whether a part of what is to be near something is boosted.
fn is_boosted(query: &Query) -> bool {
    match query {
        Query::Boost(..) => true,
        Query::Or(arms) => arms.iter().any(is_boosted),
        _ => false,
    }
}

/// A parse under way.
pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    pub(super) warnings: Warnings,
    pub(super) today: Date,
    /// Open brackets, the whole query first; never empty.
    frames: Vec<Frame>,
    /// Open brackets left out because they nest too deep.
    n_flattened: usize,
    pub(super) n_clauses: usize,
    /// How many words the query has; `None` once anything else was met.
    n_plain_words: Option<usize>,
    /// Whether a condition has been met that no passage meets.
    pub(super) is_impossible: bool,
}

impl<'a> Parser<'a> {
    fn run(&mut self) -> Query {
        let mut cut = false;
        while let Some(token) = self.next_token() {
            let is_clause = matches!(token, Token::Word { .. } | Token::Phrase { .. });
            cut = is_clause && self.n_clauses == MAX_CLAUSES;
            if cut {
                let message = format!("more than {MAX_CLAUSES} clauses, the rest is left out");
                self.warnings.add(message);
                self.top().marks = Marks::default();
                self.top().operator = None;
                self.top().near = None;
                break;
            }
            self.take(token);
        }
        while self.frames.len() > 1 {
            if !cut {
                self.warnings.add("`(` has no partner, read as if closed at the end".to_owned());
            }
            self.close(None);
        }
        self.finish_frame().unwrap_or(Query::Nothing).without_must()
    }

    fn next_token(&mut self) -> Option<Token<'a>> {
        let dates = self.field() == Some(Field::Date);
        self.lexer.next(dates, &mut self.warnings)
    }

    fn top(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the frame of the whole query is never closed")
    }

    /// The field that the next clause belongs to.
    fn field(&mut self) -> Option<Field> {
        let top = self.top();
        top.marks.field.or(top.field)
    }

    fn take(&mut self, token: Token<'_>) {
        if !matches!(token, Token::Word { .. }) {
            self.n_plain_words = None;
        }
        match token {
            Token::Operator(Operator::Not, typed) => self.mark(true, typed),
            Token::Sign(negative, typed) => self.mark(negative, typed),
            Token::Operator(operator, typed) => self.operator(operator, typed),
            Token::Field(field) => {
                let marks = &mut self.top().marks;
                marks.field = Some(field);
                marks.typed = Some(field.name());
            }
            Token::Open if self.frames.len() > MAX_DEPTH => {
                self.warnings.add(format!(
                    "brackets nest deeper than {MAX_DEPTH}, the inner ones are left out"
                ));
                self.n_flattened += 1;
            }
            Token::Open => {
                let field = self.field();
                let outer = std::mem::take(&mut self.top().marks);
                self.frames.push(Frame { outer, field, ..Frame::default() });
            }
            Token::Close(_) if self.n_flattened > 0 => self.n_flattened -= 1,
            Token::Close(_) if self.frames.len() == 1 => {
                self.warnings.add("`)` has no partner, left out".to_owned());
            }
            Token::Close(boost) => self.close(boost),
            Token::Phrase { units, named, slop, boost } => {
                let clause = if named { self.named(units, slop) } else { self.phrase(units, slop) };
                self.push_clause(clause, boost);
            }
            Token::Word { units, boost } => {
                let clause = self.word(units, boost);
                self.push_clause(clause, boost);
            }
        }
    }

    /// Takes `+`, `-`, `!` or `NOT`.
    fn mark(&mut self, negative: bool, typed: &'static str) {
        let marks = &mut self.top().marks;
        if negative {
            marks.negated = !marks.negated;
        } else {
            marks.required = true;
        }
        marks.typed = Some(typed);
    }

    /// Takes `AND`, `OR` or `NEAR`.
    fn operator(&mut self, operator: Operator, typed: &'static str) {
        self.drop_marks();
        let top = self.top();
        if top.held.is_none() || top.operator.is_some() {
            self.warnings.add(format!("nothing before {}, left out", quoted(typed)));
            return;
        }
        top.operator = Some(typed);
        if let Operator::Near(words) = operator {
            top.near = Some(words);
        }
        if operator == Operator::Or {
            top.settle();
            let arm = Query::all_of(std::mem::take(&mut top.clauses));
            top.arms.push(arm);
        }
    }

    /// Forgets marks that no clause follows.
    fn drop_marks(&mut self) {
        if let Some(typed) = std::mem::take(&mut self.top().marks).typed {
            self.warnings.add(format!("nothing after {}, left out", quoted(typed)));
        }
    }

    /// Ends the innermost bracket and makes a clause of it.
    fn close(&mut self, boost: Option<f32>) {
        let group = self.finish_frame();
        let Some(frame) = self.frames.pop() else { return };
        if group.is_none() {
            self.warnings.add("nothing between `(` and `)`, left out".to_owned());
        }
        self.top().marks = frame.outer;
        self.push_clause(group, boost);
    }

    /// What the innermost bracket holds; `None` if it holds nothing.
    fn finish_frame(&mut self) -> Option<Query> {
        self.drop_marks();
        if let Some(typed) = self.top().operator.take() {
            self.warnings.add(format!("nothing after {}, left out", quoted(typed)));
        }
        let top = self.top();
        top.settle();
        let mut arms = std::mem::take(&mut top.arms);
        if !top.clauses.is_empty() {
            arms.push(Query::all_of(std::mem::take(&mut top.clauses)));
        }
        match arms.len() {
            0 => None,
            1 => arms.pop(),
            _ => Some(Query::any_of(arms)),
        }
    }

    /// Adds a clause with the marks before it and the boost after it; `None` takes the marks with
    /// it.
    fn push_clause(&mut self, clause: Option<Query>, boost: Option<f32>) {
        let marks = std::mem::take(&mut self.top().marks);
        let Some(mut clause) = clause else { return };
        if let Some(factor) = boost {
            if let Query::Filter(_) = clause {
                let message = format!("`^{factor}` left out, only words have a score");
                self.warnings.add(message);
            }
            clause = clause.boosted(factor);
        }
        let top = self.top();
        top.operator = None;
        if let Some(words) = top.near.take()
            && let Some((left, mut before)) = top.held.take()
        {
            if !marks.negated && Near::fits(&left) && Near::fits(&clause) {
                before.required |= marks.required;
                let joined = self.near(left, words, clause);
                self.top().held = joined.map(|joined| (joined, before));
                return;
            }
            top.held = Some((left, before));
            self.warnings.add(format!(
                "`NEAR/{words}` is for words, phrases, entities, and alternatives of these in \
                 brackets; read as `AND`"
            ));
        }
        let top = self.top();
        top.settle();
        top.held = Some((clause, marks));
    }

    /// Two clauses near each other.
    fn near(&mut self, left: Query, words: u32, right: Query) -> Option<Query> {
        if is_boosted(&left) || is_boosted(&right) {
            self.warnings.add(
                "`^` left out within `NEAR`, its place is after brackets round the whole"
                    .to_owned(),
            );
        }
        Some(Query::Near(Near::of(left)?.near(words, Near::of(right)?)))
    }

    /// The clause that a word is.
    fn word(&mut self, units: &[Unit], boost: Option<f32>) -> Option<Query> {
        let zone = match self.field() {
            None => None,
            Some(Field::Zone(zone)) => Some(zone),
            Some(field) => {
                let value = text_of(units);
                if !matches!(field, Field::Date | Field::Article)
                    && units.iter().any(|unit| unit.mark() == Some('*'))
                {
                    self.warnings.add(format!(
                        "wildcards are for words, {} is taken as it stands",
                        quoted(&format!("{}:{value}", field.name()))
                    ));
                }
                return self.filter(field, value);
            }
        };
        let units = self.without_question_mark(units, boost);
        let parts = pattern::parts(units);
        if parts.len() < 2 {
            let pattern = pattern::read(units, &mut self.warnings);
            if pattern::is_idle(&pattern) {
                self.warnings.add(format!(
                    "`*`, `?` and `~` are for words of letters, {} is searched as it stands",
                    quoted(&text_of(units))
                ));
            }
            return self.text(zone, pattern, &text_of(units));
        }
        let parts: Vec<Query> = parts
            .into_iter()
            .filter_map(|part| {
                let pattern = pattern::read(part, &mut self.warnings).tidy()?;
                self.n_clauses += 1;
                Some(Query::Text(TextClause { zone, pattern }))
            })
            .collect();
        let whole = Query::all_of(parts);
        self.warnings.add(format!(
            "a pattern is for one word, {} is read as {}",
            quoted(&text_of(units)),
            quoted(&whole.to_string())
        ));
        Some(whole)
    }

    /// The clause that a phrase is.
    fn phrase(&mut self, units: &[Unit], slop: Option<u32>) -> Option<Query> {
        let text = text_of(units);
        let zone = match self.field() {
            None => None,
            Some(Field::Zone(zone)) => Some(zone),
            Some(field) => {
                if slop.is_some() {
                    self.warnings.add(format!(
                        "`~` left out, only phrases of words have it, not `{}:`",
                        field.name()
                    ));
                }
                return self.filter(field, text);
            }
        };
        let letter = |unit: &Unit| unit.c.is_alphanumeric();
        if units.windows(2).any(|two| letter(&two[0]) && two[1].mark() == Some('*')) {
            self.warnings.add("`*` in a phrase is no wildcard, read as text".to_owned());
        }
        let slop = slop.unwrap_or(0);
        if zone != Some(super::Zone::Headline)
            && let Some(phrase) = Near::phrase(&text, slop)
        {
            if Near::is_crowded(&text) {
                self.warnings.add(format!(
                    "a phrase takes {MAX_ENTITIES} entities, further ones are read as words"
                ));
            }
            self.n_clauses += 1;
            return Some(Query::Near(phrase));
        }
        let shown = format!("\"{text}\"");
        self.text(zone, Pattern::Phrase { text, slop }, &shown)
    }

    /// The clause that an `@` and a name in quotes are.
    fn named(&mut self, units: &[Unit], slop: Option<u32>) -> Option<Query> {
        let text = text_of(units);
        match self.field() {
            None | Some(Field::Zone(super::Zone::Text)) => {}
            Some(Field::Zone(super::Zone::Headline)) => {
                self.warnings.add(format!(
                    "entities are known in texts only, {} is read as a phrase",
                    quoted(&format!("headline:@\"{text}\""))
                ));
                return self.phrase(units, slop);
            }
            Some(_) => return self.phrase(units, slop),
        }
        if slop.is_some() {
            self.warnings.add("`~` left out, only phrases of words have it".to_owned());
        }
        let Some(named) = Named::read(&text) else {
            let shown = quoted(&format!("@\"{text}\""));
            self.warnings.add(format!("no letter or digit in {shown}, left out"));
            return None;
        };
        self.n_clauses += 1;
        Some(Query::Near(Near::Entity(named)))
    }

    /// The clause that looks for `pattern`, unless there is nothing in it to look for.
    fn text(&mut self, zone: Option<super::Zone>, pattern: Pattern, shown: &str) -> Option<Query> {
        let Some(pattern) = pattern.tidy() else {
            self.warnings.add(format!("no letter or digit in {}, left out", quoted(shown)));
            return None;
        };
        self.n_clauses += 1;
        Some(Query::Text(TextClause { zone, pattern }))
    }

    /// `units` without the question mark that ends a question, which is three words or more and
    /// nothing but words.
    fn without_question_mark<'u>(&mut self, units: &'u [Unit], boost: Option<f32>) -> &'u [Unit] {
        let Some(n_words) = self.n_plain_words else { return units };
        let wild = |unit: &Unit| matches!(unit.mark(), Some('*' | '?' | '~'));
        self.n_plain_words = (boost.is_none() && !units.iter().any(wild)).then_some(n_words + 1);
        match units {
            [word @ .., last]
                if n_words >= 2
                    && boost.is_none()
                    && last.mark() == Some('?')
                    && !word.iter().any(wild)
                    && self.lexer.is_at_end() =>
            {
                self.warnings.add("`?` at the end read as a question mark".to_owned());
                word
            }
            _ => units,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    /// What `text` is understood as: canonical text, then warnings, a line each.
    fn read(text: &str) -> Vec<String> {
        let Parsed { query, warnings } = parse(text, date(2025, 4, 30));
        let canonical =
            if query == Query::All { "everything".to_owned() } else { query.to_string() };
        [canonical].into_iter().chain(warnings.into_iter().map(|w| w.message)).collect()
    }

    #[test]
    fn text_is_read_as_meant() {
        for (text, want, why) in [
            ("", "everything", "nothing asked is everything"),
            (" \u{3000}\n", "everything", "white space is nothing"),
            ("*", "everything", "the usual way to ask for everything"),
            ("solar power", "solar AND power", "adjacency is AND"),
            ("b a b", "b AND a AND b", "order and repetition are kept"),
            ("a AND b && c", "a AND b AND c", "two ways to write AND"),
            ("a OR b || c", "a OR b OR c", "two ways to write OR"),
            ("a and b or not c", "a AND and AND b AND or AND not AND c", "upper case only"),
            ("a b OR c d", "(a AND b) OR (c AND d)", "AND binds tighter"),
            ("a (b OR c)", "a AND (b OR c)", "brackets bind tightest"),
            ("a (b (c d))", "a AND b AND c AND d", "no And in And"),
            ("a OR (b OR c)", "a OR b OR c", "no Or in Or"),
            ("(((a)))", "a", "brackets round one clause say nothing"),
            ("(a)AND(b)OR(c)", "(a AND b) OR c", "brackets part words"),
            ("NOT a", "NOT a", "taken from everything"),
            ("-a -b", "NOT a AND NOT b", "taken from everything"),
            ("a NOT b", "a AND NOT b", "NOT joins like any clause"),
            ("a AND NOT b", "a AND NOT b", "AND NOT"),
            ("a OR -b", "a OR (NOT b)", "a negative arm is taken from everything"),
            ("a !b ! c", "a AND NOT b AND NOT c", "both ways to write !"),
            ("NOT NOT a", "a", "no double Not"),
            ("NOT -(NOT a)", "NOT a", "nor a threefold one"),
            ("a (NOT b)", "a AND NOT b", "brackets round NOT say nothing"),
            ("-(a b)", "NOT (a AND b)", "a group is negated as one"),
            ("a NOT (b OR -c)", "a AND NOT (b OR (NOT c))", "depth"),
            ("+a b", "+a AND b", "required"),
            ("+a", "a", "one clause is required anyway"),
            ("+(a b) c", "+(a AND b) AND c", "a required group"),
            ("+a OR b", "a OR b", "an arm cannot be required"),
            ("+-a b", "NOT a AND b", "negative clauses are required anyway"),
            ("\"Belt  and\tRoad\"", "\"Belt and Road\"", "a phrase, single-spaced"),
            ("\"a b\"~3", "\"a b\"~3", "slop"),
            ("\"a b\"~0", "\"a b\"", "no slop"),
            ("\"a b\"^1.5", "\"a b\"^1.5", "a boosted phrase"),
            ("\"a b\"~2^3", "\"a b\"~2^3", "slop, then boost"),
            ("-\"a b\" c", "NOT \"a b\" AND c", "a negative phrase"),
            ("\"say \\\"no\\\"\"", "\"say \\\"no\\\"\"", "an escaped quote in a phrase"),
            ("malays*", "malays*", "prefix"),
            ("malays***", "malays*", "stars in a row are one"),
            ("wom?n *ment m*sia", "wom?n AND *ment AND m*sia", "wildcards"),
            ("fuzzy~ fuzzy~1 fuzzy~2", "fuzzy~ AND fuzzy~1 AND fuzzy~", "fuzzy words"),
            ("exact~0", "exact", "no edits"),
            ("word^2 pre*^.5 fuz~1^3", "word^2 AND pre*^0.5 AND fuz~1^3", "boosts"),
            ("word^1", "word", "a boost of one says nothing"),
            ("(a b)^2", "(a AND b)^2", "a boosted group"),
            ("(a^2)^3", "a^6", "boosts multiply"),
            ("-a^2 b", "NOT a AND b", "what must not match has no score"),
            ("text:a headline:b title:c", "text:a AND headline:b AND headline:c", "zones"),
            ("Title:(a OR \"b c\")", "headline:a OR headline:\"b c\"", "a field for a group"),
            ("text:(a headline:b)", "text:a AND headline:b", "the nearer field counts"),
            ("text:headline:b", "text:headline\\:b", "one field a clause"),
            ("text:pre* text:-a", "text:pre* AND text:\\-a", "no sign after a field"),
            ("sector:digital-economy/data-centers", "sector:digital-economy/data-centers", "path"),
            ("sector:(energy OR \"oil & gas\")", "sector:energy OR sector:\"oil & gas\"", "either"),
            ("-sector:energy a", "NOT sector:energy AND a", "a negative condition"),
            ("entity:\"Bank  Negara\"", "entity:\"Bank Negara\"", "a quoted value"),
            ("entity:organization:huawei", "entity:organization:huawei", "an entity's id"),
            ("type:Organisation", "type:organization", "British spelling, any case"),
            ("lang:ZH", "lang:zh", "languages are written small"),
            ("source:“Bernama”", "source:Bernama", "any quotes"),
            ("source_tag:\"Top News\"", "source_tag:\"Top News\"", "the source's own tag"),
            ("id:https://x.org/a?b=1", "article:https://x.org/a?b=1", "an address as an id"),
            ("date:2025-04", "date:2025-04-01..2025-04-30", "a month"),
            ("date:[2025-04-01 TO *]", "date:>=2025-04-01", "an open range"),
            ("date:7d", "date:2025-04-24..2025-04-30", "a week up to today"),
            ("date:\"2025-04-18\"", "date:2025-04-18", "a quoted date"),
            ("date:(2025-04-01 OR today)", "date:2025-04-01 OR date:2025-04-30", "two dates"),
            ("date:{2025-04-01 TO 2025-04-30} a", "date:2025-04-02..2025-04-29 AND a", "range"),
            ("date:*", "date:*", "any date"),
            ("“trade war” „Handel“ «guerre»", "\"trade war\" AND \"Handel\" AND \"guerre\"", ""),
            ("”samma” »beide«", "\"samma\" AND \"beide\"", "quotes of the North"),
            ("“mixed\"", "\"mixed\"", "half-curled quotes"),
            ("「国际 论坛」『处理』", "\"国际 论坛\" AND \"处理\"", "corner brackets"),
            ("报道《三体》说", "报道 AND \"三体\" AND 说", "titles are phrases"),
            ("（中国 OR 马来西亚） ＋贸易", "(中国 OR 马来西亚) AND +贸易", "full-width brackets"),
            ("马来*　ｗｏｍ？ｎ", "马来* AND ｗｏｍ?ｎ", "full-width letters stay"),
            ("－中国 ＋贸易 ！美国", "NOT 中国 AND +贸易 AND NOT 美国", "full-width signs"),
            ("中国＊ fuzzy～１ 贸易＾２", "中国* AND fuzzy~1 AND 贸易^2", "full-width marks"),
            ("ｓｅｃｔｏｒ：energy 标题：x", "sector:energy AND 标题 AND x", "full-width colon"),
            (
                "中国，马来西亚。贸易、投资；",
                "中国 AND 马来西亚 AND 贸易 AND 投资",
                "stops part words",
            ),
            ("５，０００人 1，2", "５，０００人 AND 1 AND 2", "a comma of a number does not"),
            ("\u{202e}so\u{2068}lar\u{2069} \u{200f}NOT oil", "solar AND NOT oil", "no direction"),
            ("太好了！中国", "太好了 AND 中国", "an exclamation is no NOT"),
            ("华为是什么？", "华为是什么", "a question"),
            ("xi's visit", "xi's AND visit", "an apostrophe is no quote"),
            ("xi’s ‘visit’", "xi’s AND ‘visit’", "nor is a curly one"),
            ("lang:English lang:马来文", "lang:en AND lang:ms", "or by their names"),
            ("data-center -oil-gas", "data-center AND NOT oil-gas", "hyphens in words"),
            (
                "\"Belt and Road\"-related",
                "\"Belt and Road\" AND \\-related",
                "a hyphen after a quote",
            ),
            ("--sector", "\\--sector", "two hyphens are a dash"),
            (
                "C++ AT&T U.S. 5,000 $5bn 50%",
                "C++ AND AT&T AND U.S. AND 5,000 AND $5bn AND 50%",
                "",
            ),
            ("@handle #tag a@b.org", "@handle AND #tag AND a@b.org", "handles"),
            ("http://x.org/~me?q=a*b", "http://x.org/~me\\?q=a\\*b", "addresses"),
            ("ratio 3:2 at 10:30", "ratio AND 3:2 AND at AND 10:30", "no field"),
            ("Breaking: China", "Breaking: AND China", "a colon at the end of a word"),
            ("a~b", "a~b", "a tilde within a word"),
            (
                r"\AND \-a wom\?n a\ b \text:x",
                r"\AND AND \-a AND wom\?n AND a\ b AND text\:x",
                "escapes",
            ),
            (r"a\\b \(x\)", r"a\\b AND \(x\)", "escaped marks"),
            ("a NEAR/5 b", "a NEAR/5 b", "near"),
            ("a NEAR b NEAR/2 c d", "a NEAR/10 b NEAR/2 c AND d", "near binds tightest"),
            ("a ＮＥＡＲ／５ b", "a NEAR/5 b", "full width"),
            ("near a NEAR5 \\NEAR b", "near AND a AND NEAR5 AND \\NEAR AND b", "words"),
            ("-a NEAR/5 b", "NOT (a NEAR/5 b)", "what is negated is the whole"),
            ("+a NEAR/5 +b c", "+(a NEAR/5 b) AND c", "what is required is the whole"),
            ("(a NEAR/5 b)^2", "(a NEAR/5 b)^2", "a boost"),
            ("a NEAR/5 (b OR \"c d\"~2)", "a NEAR/5 (b OR \"c d\"~2)", "any of them"),
            ("(a NEAR/5 b) NEAR/3 c", "a NEAR/5 b NEAR/3 c", "from the left"),
            ("a NEAR/5 (b NEAR/3 c*)", "a NEAR/5 (b NEAR/3 c*)", "nested"),
            ("text:(a NEAR/1 b~1)", "text:a NEAR/1 text:b~1", "a field"),
            ("a NEAR/5 @Organization", "a NEAR/5 @organization", "a type"),
            ("a NEAR/5 @Bank_Negara", "a NEAR/5 @\"Bank Negara\"", "a name"),
            ("a NEAR/5 @“Bank Negara”", "a NEAR/5 @\"Bank Negara\"", "a quoted name"),
            ("a NEAR/5 entity:华为 -type:law", "a NEAR/5 @华为 AND NOT type:law", "a filter"),
            ("a NEAR/5 headline:@b", "a NEAR/5 headline:@b", "no names in headlines"),
            ("\"crime @huawei\"~5", "\"crime @huawei\"~5", "a phrase with an entity"),
            ("headline:\"a @b\"", "headline:\"a @b\"", "no names in headlines"),
            ("@huawei @law", "@huawei AND @law", "handles are words"),
            ("\"@huawei\" @\"law\"", "@\"huawei\" AND @\"law\"", "names in quotes are not"),
        ] {
            assert_eq!(read(text), [want], "{text}: {why}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let nothing = "nothing to look for in the query";
        for (text, want) in [
            ("()", &["()", "nothing between `(` and `)`, left out", nothing][..]),
            (
                "((",
                &[
                    "()",
                    "`(` has no partner, read as if closed at the end",
                    "nothing between `(` and `)`, left out",
                    "nothing to look for in the query",
                ],
            ),
            ("AND", &["()", "nothing before `AND`, left out", nothing]),
            ("NOT", &["()", "nothing after `NOT`, left out", nothing]),
            ("&", &["()", "no letter or digit in `&`, left out", nothing]),
            ("a AND", &["a", "nothing after `AND`, left out"]),
            ("OR a", &["a", "nothing before `OR`, left out"]),
            ("a AND OR b", &["a AND b", "nothing before `OR`, left out"]),
            ("a NOT AND b", &["a AND b", "nothing after `NOT`, left out"]),
            ("China - Malaysia", &["China AND Malaysia", "no letter or digit in `-`, left out"]),
            (
                "a + b * c & d",
                &[
                    "a AND b AND c AND d",
                    "no letter or digit in `+`, left out",
                    "no letter or digit in `*`, left out",
                    "no letter or digit in `&`, left out",
                ],
            ),
            ("– a", &["a", "no letter or digit in `–`, left out"]),
            ("a != b", &["a AND b", "no letter or digit in `=`, left out"]),
            ("(a b", &["a AND b", "`(` has no partner, read as if closed at the end"]),
            ("a) b", &["a AND b", "`)` has no partner, left out"]),
            ("a ()", &["a", "nothing between `(` and `)`, left out"]),
            ("a -() b", &["a AND b", "nothing between `(` and `)`, left out"]),
            ("\"trade war", &["trade AND war", "`\"` has no partner, left out"]),
            ("5\" disk", &["5 AND disk", "`\"` has no partner, left out"]),
            ("》a", &["a", "`》` has no partner, left out"]),
            ("a \"\"", &["a", "no letter or digit in `\"\"`, left out"]),
            ("a text:", &["a AND text\\:", "nothing after `text:`, read as a word"]),
            (
                "Source: Reuters",
                &["Source\\: AND Reuters", "nothing after `Source:`, read as a word"],
            ),
            ("sector:\"\" a", &["a", "no value in `sector:`, left out"]),
            ("sector:( ) a", &["a", "nothing between `(` and `)`, left out"]),
            ("sector:\"energy", &["sector:energy", "`\"` has no partner, left out"]),
            (
                "sector:ener*",
                &[
                    "sector:\"ener\\*\"",
                    "wildcards are for words, `sector:ener*` is taken as it stands",
                ],
            ),
            ("sector:energy^2", &["sector:energy", "`^2` left out, only words have a score"]),
            (
                "foo:bar",
                &[
                    "foo\\:bar",
                    "`foo:` is no field, read as a word; fields are `text:`, `headline:`, `title:`, `sector:`, `entity:`, `said-by:`, `said_by:`, `type:`, `lang:`, `source:`, `source_tag:`, `article:`, `id:`, `date:`",
                ],
            ),
            (
                "type:firm a",
                &[
                    "()",
                    "`type:firm` finds nothing: `firm` is not an entity type, wanted person, organization, place, facility, event, product, law or work",
                ],
            ),
            (
                "date:soon OR a",
                &[
                    "a",
                    "`date:soon` finds nothing: a date is `2025-04-18`, `2025-04`, `2025`, `7d`, `today`, `>=2025-04-01` or `[2025-04-01 TO 2025-04-30]`",
                ],
            ),
            (
                "date:{2025 TO 2025} a",
                &["()", "`date:{2025 TO 2025}` finds nothing: no day is in it"],
            ),
            (
                "date:[2025-05 TO 2025-04]",
                &[
                    "date:2025-04-01..2025-05-31",
                    "`date:[2025-05 TO 2025-04]` ends before it begins, read backwards",
                ],
            ),
            (
                "date:[2025-04 TO 2025-05 a",
                &[
                    "date:2025-04-01..2025-05-31 AND a",
                    "`[` has no partner, read as if closed after the date",
                ],
            ),
            ("fuzzy~3", &["fuzzy~", "`~3` is no number of edits from 0 to 2, read as `~2`"]),
            ("wom?n~1", &["wom?n", "`~` does not go with the wildcards of `wom?n`, left out"]),
            ("\"a b\"~", &["\"a b\"", "`~` after a phrase wants a number, left out"]),
            (
                "\"a b\"~5000",
                &["\"a b\"~1000", "`~5000` is more than `~1000`, which is taken instead"],
            ),
            ("\"trade wa*\"", &["\"trade wa\\*\"", "`*` in a phrase is no wildcard, read as text"]),
            ("(a b)~3", &["a AND b", "`~` works after a word or a phrase, left out"]),
            ("a^0", &["a", "`^0` left out: a boost is a number from 0.001 to 1000"]),
            ("a^-1", &["a", "`^-1` left out: a boost is a number from 0.001 to 1000"]),
            ("a^", &["a", "`^` left out: a boost is a number from 0.001 to 1000"]),
            ("a^1e9", &["a", "`^1e9` left out: a boost is a number from 0.001 to 1000"]),
            ("a^b", &["a\\^b", "`^b` is no boost, read as part of the word"]),
            ("a ^2", &["a AND \\^2", "`^2` is no boost, read as part of the word"]),
            ("\"a b\"^x", &["\"a b\"", "`^x` left out: a boost is a number from 0.001 to 1000"]),
            (
                "why did it rain?",
                &["why AND did AND it AND rain", "`?` at the end read as a question mark"],
            ),
            ("a\\", &["a\\\\"]),
            (
                "NEAR/5",
                &["()", "nothing before `NEAR`, left out", "nothing to look for in the query"],
            ),
            ("a NEAR", &["a", "nothing after `NEAR`, left out"]),
            ("a NEAR OR b", &["a NEAR/10 b", "nothing before `OR`, left out"]),
            ("a OR NEAR b", &["a OR b", "nothing before `NEAR`, left out"]),
            (
                "a NEAR/5000 b",
                &["a NEAR/1000 b", "`NEAR/5000` is more than `NEAR/1000`, which is taken instead"],
            ),
            (
                "a NEAR/5 (b c)",
                &[
                    "a AND b AND c",
                    "`NEAR/5` is for words, phrases, entities, and alternatives of these in \
                     brackets; read as `AND`",
                ],
            ),
            (
                "a NEAR/5 -b",
                &[
                    "a AND NOT b",
                    "`NEAR/5` is for words, phrases, entities, and alternatives of these in \
                     brackets; read as `AND`",
                ],
            ),
            (
                "a NEAR/5 b^2",
                &[
                    "a NEAR/5 b",
                    "`^` left out within `NEAR`, its place is after brackets round the whole",
                ],
            ),
            (
                "\"a @b @c @d @e\"",
                &["\"a @b @c @d e\"", "a phrase takes 3 entities, further ones are read as words"],
            ),
            ("@\"!\" a", &["a", "no letter or digit in `@\"!\"`, left out"]),
            (
                "headline:@\"a b\"",
                &[
                    "headline:\"a b\"",
                    "entities are known in texts only, `headline:@\"a b\"` is read as a phrase",
                ],
            ),
        ] {
            assert_eq!(read(text), want, "{text}");
        }
    }

    /// The laws that hold for any text: the tree is normal, and its canonical text means the same.
    fn check_any(text: &str) {
        let Parsed { query, warnings } = parse(text, date(2025, 4, 30));
        assert!(warnings.len() <= 21, "{text}");
        assert_eq!(query.clone().simplify(), query, "{text}");
        let again = parse(&query.to_string(), date(1999, 12, 31)).query;
        assert_eq!(again, query, "{text} is written {query}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn any_text_is_taken(text in "\\PC{0,40}|.{0,40}") {
            check_any(&text);
        }

        #[test]
        fn any_marks_are_taken(
            pieces in prop::collection::vec(prop_oneof![
                3 => r#"[-+!*?~^:"'()\[\]{}|&/.\\ <>=0-9]"#,
                1 => "[“”„«»「」《》（）：＊？～＾＋－！＂＼，。　’１]",
                1 => "( |AND|OR|NOT|TO|NEAR|NEAR/2|@|&&|\\|\\|)",
                2 => "(a|中国|x|2025|7d|text:|sector:|date:|type:|foo:|law)",
            ], 0..30),
        ) {
            check_any(&pieces.concat());
        }
    }

    #[test]
    fn naughty_strings_are_taken() {
        let Some(json) = crate::shared::text("data/rob-naughty-strings/blns.json") else { return };
        let strings: Vec<String> = serde_json::from_str(&json).expect("a list of strings");
        assert!(strings.len() > 400);
        for text in strings {
            check_any(&text);
        }
    }

    #[test]
    fn limits_are_kept_and_said() {
        let words = |n: usize| vec!["a"; n].join(" ");
        let brackets = |n: usize| format!("{}a OR b{}", "(c ".repeat(n), ")".repeat(n));
        for (text, want) in [
            (words(MAX_CLAUSES), &[][..]),
            (words(MAX_CLAUSES + 1), &["more than 1024 clauses, the rest is left out"]),
            (brackets(MAX_DEPTH), &[]),
            (
                brackets(MAX_DEPTH + 1),
                &["brackets nest deeper than 100, the inner ones are left out"],
            ),
            ("a".repeat(MAX_BYTES), &[]),
            (
                "a".repeat(MAX_BYTES + 1),
                &["the query is longer than 64 KB, only its start is read"],
            ),
        ] {
            let Parsed { query, warnings } = parse(&text, date(2025, 4, 30));
            let said: Vec<_> = warnings.into_iter().map(|warning| warning.message).collect();
            assert_eq!(said, want);
            if text.len() < MAX_BYTES {
                assert_eq!(parse(&query.to_string(), date(2025, 4, 30)).query, query);
            }
        }
        let torn = format!("{} 中国", "a".repeat(MAX_BYTES - 4));
        assert_eq!(parse(&torn, date(2025, 4, 30)).query.to_string(), "a".repeat(MAX_BYTES - 4));
    }

    #[test]
    fn the_longest_text_takes_no_time() {
        for piece in [
            "(",
            ")",
            "\"",
            "“",
            "“\\”",
            "“\"\\”",
            "a OR ",
            "NOT ",
            "-",
            "+",
            "-(",
            "\\",
            "a:",
            "text:",
            "text:(",
            "date:[",
            "date:[a TO ",
            "^",
            "a^",
            "~",
            "\"\"~",
            "*",
            "?",
            "a* ",
            "a? ",
            ":",
            "：",
            "！",
            "! ",
            "a AND OR ",
            "《",
            "a\u{301}",
            "foo:b ",
            "&x ",
            "[",
            "(a OR (b ",
            "a NEAR ",
            "a NEAR/3 (",
            "(a NEAR b OR ",
            "@\"",
            "\"@a\" NEAR ",
            "x:/",
            "(a)",
        ] {
            let text = piece.repeat(MAX_BYTES / piece.len());
            let start = Instant::now();
            let Parsed { query, .. } = parse(&text, date(2025, 4, 30));
            let canonical = query.to_string();
            let took = start.elapsed();
            assert!(took < Duration::from_secs(1), "{piece}: {took:?}, {}", canonical.len());
        }
    }
}
