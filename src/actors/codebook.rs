//! The user's file of actors in, entries out, and which of them a stretch of text means.
//!
//! A codebook says whom to count as one: a name, a type, other names, and the groups it belongs to. It
//! is written by hand, so whatever is wrong with it is told with its line and with what to do, all of
//! it at once.
//!
//! Names are looked up in a table, word by word, and not searched for one after the other: a sentence
//! costs the same with a hundred thousand actors as with ten. Only regular expressions cost by their
//! number, and only where a word begins as one of them does.

mod source;
mod starter;
mod text;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use regex::{Regex, RegexSet, RegexSetBuilder};

use super::names;
use crate::Span;
use crate::model::EntityKind;
use source::{Cell, Raw};
use text::Text;

pub use starter::{Draft, DraftAlias, starter};

/// What the id of a group begins with; no actor's does.
pub const GROUP: &str = "group:";

/// Bytes that all regular expressions may take together.
const EXPRESSIONS: usize = 256 << 20;
/// Bytes for what the search for them remembers, per thread.
const SEARCH: usize = 16 << 20;
/// Problems that an error tells; whoever has more has the same one many times.
const TOLD: usize = 10;

/// Types as the file writes them, and in words.
const KINDS: [(EntityKind, &str, &str); 5] = [
    (EntityKind::Per, "PER", "person"),
    (EntityKind::Org, "ORG", "organisation"),
    (EntityKind::Loc, "LOC", "place or state"),
    (EntityKind::Norp, "NORP", "nationality, religious or political group"),
    (EntityKind::Misc, "MISC", "anything else"),
];

/// Words that are no acronym where all letters are capitals: "HE TOLD US".
const WORDS: &[&str] = &[
    "AM", "AN", "AND", "ARE", "AS", "AT", "BE", "BY", "CAN", "DO", "FOR", "GO", "HE", "I", "IF",
    "IN", "IS", "IT", "ME", "MY", "NO", "NOT", "OF", "ON", "OR", "SO", "THE", "TO", "UP", "US",
    "WE", "WHO",
];

/// The user's file of actors.
#[derive(Clone, Debug)]
pub struct Codebook {
    /// In the order of the file.
    pub actors: Vec<Entry>,
    /// Count nobody else.
    pub only: bool,
    ids: HashMap<String, usize>,
    /// Names and plain aliases, by what they are looked up by ([`key`]).
    claims: HashMap<String, Vec<Claim>>,
    /// The first word of every one of them, with the number of words of the longest that begins so.
    longest: HashMap<String, usize>,
    /// The regular expressions of all aliases, each from the start of a text on.
    set: RegexSet,
    /// The same one by one, in the same order.
    patterns: Vec<Pattern>,
    /// By entry.
    exclusions: HashMap<usize, Vec<Exclusion>>,
}

/// An actor of the codebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Type and name, as `per:sergei-lavrov`: the id that the actor has without a codebook, too. No two
    /// entries have the same.
    pub id: String,
    pub name: String,
    pub kind: EntityKind,
    /// As they stand in the file, in its order; one that says nothing new is left out.
    pub aliases: Vec<Alias>,
    /// Exclusions, as they stand in the file.
    pub not: Vec<String>,
    /// Parties, countries, camps: whatever is summed up together.
    pub groups: Vec<String>,
    /// `Q159`
    pub wikidata: Option<String>,
    /// Where it begins in the file, from 1.
    pub line: usize,
}

/// Another name of an actor, plain or `/regular expression/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    pub text: String,
    pub line: usize,
}

/// Whom a text means, and by which of its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Index into [`Codebook::actors`].
    pub entry: usize,
    /// Index into its aliases; `None` where it is the name itself.
    pub alias: Option<usize>,
}

/// Something wrong with a codebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub what: String,
}

impl Problem {
    fn new(line: usize, what: impl Into<String>) -> Problem {
        Problem { line, what: what.into() }
    }
}

/// How a codebook is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Toml,
    Csv,
}

/// Why a codebook cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CodebookError {
    #[error("cannot read the codebook {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} is no codebook: its name has to end in .toml or .csv", path.display())]
    Format { path: PathBuf },
    /// Problems in the order of their lines, at least one.
    #[error("{}", told(path, problems))]
    Faulty { path: PathBuf, problems: Vec<Problem> },
}

fn told(path: &Path, problems: &[Problem]) -> String {
    let place = path.display();
    let mut lines: Vec<String> =
        problems.iter().take(TOLD).map(|p| format!("{place}:{}: {}", p.line, p.what)).collect();
    if problems.len() > TOLD {
        lines.push(format!("and {} more", problems.len() - TOLD));
    }
    lines.join("\n")
}

/// Reads a codebook, TOML or CSV by the end of its name.
///
/// # Errors
/// [`CodebookError::Faulty`] tells every line that is wrong; the others say that there is no such file,
/// or none that could be a codebook.
pub fn read(path: &Path) -> Result<Codebook, CodebookError> {
    let ending = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    let format = match ending.as_deref() {
        Some("toml") => Format::Toml,
        Some("csv") => Format::Csv,
        _ => return Err(CodebookError::Format { path: path.to_path_buf() }),
    };
    let bytes = fs::read(path)
        .map_err(|source| CodebookError::Read { path: path.to_path_buf(), source })?;
    parse(&bytes, format)
        .map_err(|problems| CodebookError::Faulty { path: path.to_path_buf(), problems })
}

/// The same from memory.
///
/// ```
/// use undertone::actors::codebook::{Format, parse};
/// let book = parse(
///     b"[[actor]]\nname = 'Ilse Brandvold'\ntype = 'PER'\naliases = ['the mayor of Selke']\n",
///     Format::Toml,
/// )
/// .expect("a codebook");
/// assert_eq!(book.actors[0].id, "per:ilse-brandvold");
/// assert_eq!(book.named("Mayor of Selke"), Some(0));
/// ```
///
/// # Errors
/// Everything that is wrong with it, in the order of the lines.
pub fn parse(bytes: &[u8], format: Format) -> Result<Codebook, Vec<Problem>> {
    let mut problems = Vec::new();
    let source = source::read(bytes, format, &mut problems);
    let mut builder = Builder::new(source.only, problems);
    for raw in source.actors {
        builder.add(raw);
    }
    builder.finish()
}

/// What a name is looked up by: small letters without diacritics, straight apostrophes, no "the" in
/// front. `None` where there is no letter or digit in it.
pub fn key(name: &str) -> Option<String> {
    let text = Text::new(name);
    let (first, last) = text.name()?;
    Some(text.lower(first, last).to_owned())
}

/// A name as it was written, without "the" in front and "'s" behind.
pub fn bare(name: &str) -> Option<String> {
    let text = Text::new(name);
    let (first, last) = text.name()?;
    let last = text.without_possessive(first, last).unwrap_or(last);
    Some(text.written(first, last).to_owned())
}

/// A type as codebooks and tables write it: `PER`.
pub fn code(kind: EntityKind) -> &'static str {
    KINDS.iter().find(|(k, ..)| *k == kind).map_or("MISC", |(_, code, _)| *code)
}

/// The id that a group has among the actors: `group:harbour-alliance`.
pub fn group_id(group: &str) -> String {
    format!("{GROUP}{}", tokens(group, EntityKind::Misc).join("-"))
}

/// The words that make an id; at least one, whatever the script.
fn tokens(name: &str, kind: EntityKind) -> Vec<String> {
    let tokens = names::tokens(name, kind);
    if tokens.is_empty() { vec![key(name).unwrap_or_default().replace(' ', "-")] } else { tokens }
}

/// A name of an entry.
#[derive(Clone, Debug)]
struct Claim {
    meaning: Meaning,
    /// Of an acronym, which matches in these very letters only.
    exact: Option<String>,
    /// It is written with a capital.
    capital: bool,
}

impl Claim {
    fn is(&self, form: &str) -> bool {
        self.exact.as_deref().is_none_or(|exact| exact == form)
    }

    /// Is it the name where nothing but these letters speaks for it? "May" is not "may".
    fn stands(&self, form: &str, shouted: bool) -> bool {
        match &self.exact {
            Some(exact) => exact == form && !(shouted && WORDS.contains(&form)),
            None => !self.capital || !form.starts_with(char::is_lowercase),
        }
    }
}

/// An alias that is a regular expression.
#[derive(Clone, Debug)]
struct Pattern {
    meaning: Meaning,
    /// Matches a text from end to end.
    whole: Regex,
    /// Matches from the start of a text to the end of a word.
    here: Regex,
}

#[derive(Clone, Debug)]
enum Exclusion {
    /// As [`key`] gives it.
    Phrase(String),
    Pattern(Regex),
}

type Hit = (Span, Meaning);

impl Codebook {
    /// Which entry does a whole mention mean?
    ///
    /// A name or plain alias matches the whole of it, in capitals or not; one of up to five letters,
    /// all of them capitals, matches in capitals only ("US" is not "us"). "the" in front and "'s"
    /// behind make no difference, nor do diacritics and typographic apostrophes. A regular expression has to match
    /// the whole and minds capitals. Where neither does, a person's name with something in front of it
    /// is the person: "Russian Foreign Minister Sergei Lavrov".
    pub fn named(&self, form: &str) -> Option<usize> {
        self.meaning(form).map(|meaning| meaning.entry)
    }

    /// The same, and by which name.
    pub fn meaning(&self, form: &str) -> Option<Meaning> {
        let text = Text::new(form);
        let (first, last) = text.name()?;
        self.whole(&text, first, last)
            .or_else(|| self.expressed(&text, first, last))
            .or_else(|| self.titled(form, &text, first, last))
    }

    /// The same of a mention in its sentence (span in code points), whose other words may exclude it.
    pub fn meaning_at(&self, sentence: &str, span: Span) -> Option<Meaning> {
        let form = crate::span::CodePoints::new(sentence).slice(span);
        let meaning = self.meaning(form)?;
        (!self.is_excluded(meaning.entry, sentence, span)).then_some(meaning)
    }

    /// Does an exclusion of the entry cover this place (code points) of a sentence?
    pub fn is_excluded(&self, entry: usize, sentence: &str, span: Span) -> bool {
        if !self.exclusions.contains_key(&entry) {
            return false;
        }
        let text = Text::new(sentence);
        text.words_in(span).is_some_and(|(first, last)| self.excluded(entry, &text, first, last))
    }

    /// Every place in a sentence where an entry's name or alias stands, in the order of the text.
    ///
    /// Whole words only; of places that overlap the longest counts; a place that one of the entry's
    /// exclusions covers does not. A name that is written with a capital is not found in small letters
    /// ("May" is not "may"), as nothing else here says that it is a name. Spans are in code points.
    pub fn find(&self, text: &str) -> Vec<(Span, usize)> {
        self.find_all(text).into_iter().map(|(span, meaning)| (span, meaning.entry)).collect()
    }

    /// The same, and by which name.
    pub fn find_all(&self, text: &str) -> Vec<(Span, Meaning)> {
        let text = Text::new(text);
        let shouted = text.shouts();
        let mut hits = Vec::new();
        for first in (0..text.words.len()).filter(|&w| text.words[w].starts) {
            self.names_from(&text, first, shouted, &mut hits);
            self.patterns_from(&text, first, &mut hits);
        }
        // The sort is stable: of equally long ones a name comes before a regular expression.
        hits.sort_by_key(|(span, _)| (Reverse(span.len()), span.start));
        let mut kept: Vec<Hit> = Vec::new();
        for hit in hits {
            if !kept.iter().any(|(span, _)| span.overlaps(hit.0)) {
                kept.push(hit);
            }
        }
        kept.sort_by_key(|(span, _)| span.start);
        kept
    }

    /// The entry with this id.
    pub fn with_id(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    fn whole(&self, text: &Text, first: usize, last: usize) -> Option<Meaning> {
        let before_possessive = text.without_possessive(first, last);
        std::iter::once(last)
            .chain(before_possessive)
            .find_map(|last| self.plain(text, first, last, |claim, form| claim.is(form)))
    }

    /// The name or plain alias that these words are.
    fn plain(
        &self,
        text: &Text,
        first: usize,
        last: usize,
        fits: impl Fn(&Claim, &str) -> bool,
    ) -> Option<Meaning> {
        let claims = self.claims.get(text.lower(first, last))?;
        let form = text.written(first, last);
        let meaning = claims.iter().find(|claim| fits(claim, form))?.meaning;
        (!self.excluded(meaning.entry, text, first, last)).then_some(meaning)
    }

    /// The first of the regular expressions that match the whole.
    fn expressed(&self, text: &Text, first: usize, last: usize) -> Option<Meaning> {
        if self.patterns.is_empty() {
            return None;
        }
        let before_possessive = text.without_possessive(first, last);
        let mut forms =
            vec![text.plain().trim_end(), text.written(0, last), text.written(first, last)];
        forms.extend(before_possessive.map(|last| text.written(first, last)));
        forms.into_iter().find_map(|form| {
            let mut candidates = self.set.matches(form).into_iter().map(|k| &self.patterns[k]);
            let pattern = candidates.find(|p| {
                p.whole.is_match(form) && !self.excluded(p.meaning.entry, text, first, last)
            })?;
            Some(pattern.meaning)
        })
    }

    /// A person with titles in front: a full name, whatever stands before it, or any name behind
    /// words that are known to be titles.
    fn titled(&self, form: &str, text: &Text, first: usize, last: usize) -> Option<Meaning> {
        let person = |m: &Meaning| self.actors[m.entry].kind == EntityKind::Per;
        let last = text.without_possessive(first, last).unwrap_or(last);
        let full = (first + 1..last)
            .filter(|&w| text.words[w].starts)
            .find_map(|w| self.whole(text, w, last).filter(person));
        full.or_else(|| {
            let untitled = Text::new(&names::shown(form, EntityKind::Per));
            let (first, last) = untitled.name()?;
            self.whole(&untitled, first, last).filter(person)
        })
    }

    fn names_from(&self, text: &Text, first: usize, shouted: bool, hits: &mut Vec<Hit>) {
        let Some(&longest) = self.longest.get(text.lower(first, first)) else { return };
        let end = text.words.len().min(first + longest);
        for last in (first..end).filter(|&w| text.words[w].ends) {
            let found = self.plain(text, first, last, |claim, form| claim.stands(form, shouted));
            hits.extend(found.map(|meaning| (text.span(first, last), meaning)));
        }
    }

    fn patterns_from(&self, text: &Text, first: usize, hits: &mut Vec<Hit>) {
        if self.patterns.is_empty() {
            return;
        }
        let (rest, from) = text.rest_at(first);
        // Most words begin none of them, and that is told faster than which one.
        if !self.set.is_match(rest) {
            return;
        }
        for k in self.set.matches(rest) {
            let Pattern { meaning, here, .. } = &self.patterns[k];
            let Some(found) = here.find(rest).filter(|found| !found.is_empty()) else { continue };
            let Some(last) = text.last_word_before(from + found.end()) else { continue };
            if !self.excluded(meaning.entry, text, first, last) {
                hits.push((text.span(first, last), *meaning));
            }
        }
    }

    fn excluded(&self, entry: usize, text: &Text, first: usize, last: usize) -> bool {
        let Some(exclusions) = self.exclusions.get(&entry) else { return false };
        let place = text.bytes(first, last);
        exclusions.iter().any(|exclusion| match exclusion {
            Exclusion::Phrase(phrase) => text.phrase_covers(phrase, first, last),
            Exclusion::Pattern(pattern) => pattern
                .find_iter(text.plain())
                .any(|found| found.start() <= place.start && place.end <= found.end()),
        })
    }
}

/// Cells in, a codebook out; problems are gathered, and building goes on.
struct Builder {
    book: Codebook,
    /// The patterns of the set.
    expressions: Vec<String>,
    /// Id of a group -> how it was written first, and where.
    groups: HashMap<String, Cell>,
    /// Groups that were met in these very letters and are right.
    known_groups: HashSet<String>,
    problems: Vec<Problem>,
}

impl Builder {
    fn new(only: bool, problems: Vec<Problem>) -> Builder {
        Builder {
            book: Codebook {
                actors: Vec::new(),
                only,
                ids: HashMap::new(),
                claims: HashMap::new(),
                longest: HashMap::new(),
                set: RegexSet::empty(),
                patterns: Vec::new(),
                exclusions: HashMap::new(),
            },
            expressions: Vec::new(),
            groups: HashMap::new(),
            known_groups: HashSet::new(),
            problems,
        }
    }

    fn problem(&mut self, line: usize, what: impl Into<String>) {
        self.problems.push(Problem::new(line, what));
    }

    fn add(&mut self, raw: Raw) {
        let Some(name) = raw.name else {
            return self.problem(raw.line, "this actor has no `name`; every actor needs one");
        };
        if name.text.is_empty() {
            return self.problem(name.line, "the `name` is empty; every actor needs one");
        }
        let kind = self.kind(raw.kind, &name, raw.line);
        let wikidata = raw.wikidata.and_then(|cell| self.wikidata(cell));
        let mut groups: Vec<String> = Vec::new();
        for cell in raw.groups {
            let group = self.group(cell).filter(|group| !groups.contains(group));
            groups.extend(group);
        }
        let entry = self.book.actors.len();
        let id = self.id(&name.text, kind, entry);
        self.book.actors.push(Entry {
            id,
            name: name.text.clone(),
            kind,
            aliases: Vec::new(),
            not: Vec::new(),
            groups,
            wikidata,
            line: raw.line,
        });
        self.claim(Meaning { entry, alias: None }, &name);
        for cell in raw.aliases {
            self.alias(entry, cell);
        }
        for cell in raw.not {
            self.exclusion(entry, cell);
        }
    }

    /// Where there is none the building goes on with any: the problem stops it in the end.
    fn kind(&mut self, cell: Option<Cell>, name: &Cell, line: usize) -> EntityKind {
        let codes = || KINDS.map(|(_, code, words)| format!("{code} ({words})")).join(", ");
        let Some(cell) = cell else {
            let what = format!("“{}” has no `type`; give it one of {}", name.text, codes());
            self.problem(line, what);
            return EntityKind::Misc;
        };
        match KINDS.iter().find(|(_, code, ..)| code.eq_ignore_ascii_case(&cell.text)) {
            Some((kind, ..)) => *kind,
            None => {
                let what = format!("unknown type “{}”; there are {}", cell.text, codes());
                self.problem(cell.line, what);
                EntityKind::Misc
            }
        }
    }

    fn wikidata(&mut self, cell: Cell) -> Option<String> {
        let digits = cell.text.strip_prefix('Q').unwrap_or_default();
        let right = digits.starts_with(|c: char| ('1'..='9').contains(&c))
            && digits.bytes().all(|b| b.is_ascii_digit());
        if right {
            return Some(cell.text);
        }
        let what = format!("“{}” is no Wikidata id; write a Q and a number, as Q159", cell.text);
        self.problem(cell.line, what);
        None
    }

    fn group(&mut self, cell: Cell) -> Option<String> {
        if self.known_groups.contains(&cell.text) {
            return Some(cell.text);
        }
        if key(&cell.text).is_none() || has_control(&cell.text) {
            let what = format!("“{}” cannot be a group; it needs letters", cell.text);
            self.problem(cell.line, what);
            return None;
        }
        let first = self.groups.entry(group_id(&cell.text)).or_insert_with(|| cell.clone());
        if first.text != cell.text {
            let what = format!(
                "the group “{}” is written “{}” in line {}; write it the same way everywhere",
                cell.text, first.text, first.line
            );
            self.problem(cell.line, what);
            return None;
        }
        self.known_groups.insert(cell.text.clone());
        Some(cell.text)
    }

    fn id(&mut self, name: &str, kind: EntityKind, entry: usize) -> String {
        let tokens = tokens(name, kind);
        let named =
            if kind == EntityKind::Org { names::without_legal_form(&tokens) } else { &tokens };
        let base = super::id(kind, named);
        let mut id = base.clone();
        let mut n = 1;
        // "Dr Jan Lind" and "Jan Lind" would have the same.
        while self.book.ids.contains_key(&id) {
            n += 1;
            id = format!("{base}-{n}");
        }
        self.book.ids.insert(id.clone(), entry);
        id
    }

    /// Enters a name or plain alias. False where it is not new, or cannot be one.
    fn claim(&mut self, meaning: Meaning, cell: &Cell) -> bool {
        let text = Text::new(&cell.text);
        let words = text.name().filter(|_| !has_control(&cell.text));
        let Some((first, last)) = words else {
            let what =
                format!("“{}” cannot be a name; it needs letters or digits", shown(&cell.text));
            self.problem(cell.line, what);
            return false;
        };
        let form = text.written(first, last);
        let exact = is_acronym(form).then(|| form.to_owned());
        let same = self.book.claims.get(text.lower(first, last));
        if let Some(other) = same.and_then(|c| c.iter().find(|c| c.exact == exact)) {
            if other.meaning.entry != meaning.entry {
                let (whose, line) = self.place(other.meaning);
                let what = format!(
                    "“{}” is a name of {whose} already (line {line}); a name can mean one actor only, so take it from one of the two",
                    cell.text
                );
                self.problem(cell.line, what);
            }
            return false;
        }
        let words = 1 + last - first;
        let longest = self.book.longest.entry(text.lower(first, first).to_owned()).or_default();
        *longest = words.max(*longest);
        let capital = form.starts_with(char::is_uppercase);
        let claims = self.book.claims.entry(text.lower(first, last).to_owned()).or_default();
        // An acronym is asked before a word of the same letters.
        let at = if exact.is_some() { 0 } else { claims.len() };
        claims.insert(at, Claim { meaning, exact, capital });
        true
    }

    fn alias(&mut self, entry: usize, cell: Cell) {
        let meaning = Meaning { entry, alias: Some(self.book.actors[entry].aliases.len()) };
        let entered = match expression(&cell.text) {
            Ok(None) => self.claim(meaning, &cell),
            Ok(Some(expression)) => self.pattern(meaning, &expression, &cell),
            Err(what) => {
                self.problem(cell.line, what);
                false
            }
        };
        if entered {
            let alias = Alias { text: cell.text, line: cell.line };
            self.book.actors[entry].aliases.push(alias);
        }
    }

    fn pattern(&mut self, meaning: Meaning, expression: &str, cell: &Cell) -> bool {
        let from_start = format!(r"\A(?:{expression})");
        let (whole, here) = match compiled(expression, &from_start) {
            Ok(both) => both,
            Err(error) => {
                self.problem(cell.line, faulty(cell, &error));
                return false;
            }
        };
        if whole.is_match("") {
            let what = format!("{} matches nothing at all, too; make it longer", cell.text);
            self.problem(cell.line, what);
            return false;
        }
        self.expressions.push(from_start);
        self.book.patterns.push(Pattern { meaning, whole, here });
        true
    }

    fn exclusion(&mut self, entry: usize, cell: Cell) {
        let exclusion = match expression(&cell.text) {
            Ok(Some(expression)) => {
                Regex::new(&expression).map(Exclusion::Pattern).map_err(|e| faulty(&cell, &e))
            }
            Ok(None) => self.phrase(entry, &cell).map(Exclusion::Phrase),
            Err(what) => Err(what),
        };
        match exclusion {
            Ok(exclusion) => {
                self.book.exclusions.entry(entry).or_default().push(exclusion);
                self.book.actors[entry].not.push(cell.text);
            }
            Err(what) => self.problem(cell.line, what),
        }
    }

    fn phrase(&self, entry: usize, cell: &Cell) -> Result<String, String> {
        let Some(phrase) = key(&cell.text).filter(|_| !has_control(&cell.text)) else {
            return Err(format!("“{}” cannot be a phrase; it needs letters", shown(&cell.text)));
        };
        let claims = self.book.claims.get(&phrase).into_iter().flatten();
        if claims.into_iter().any(|claim| claim.meaning.entry == entry) {
            return Err(format!(
                "“{}” under `not` rules out a name of this very actor; write the longer phrase in which the name means somebody else",
                cell.text
            ));
        }
        Ok(phrase)
    }

    /// Whose name it is, and its line.
    fn place(&self, meaning: Meaning) -> (String, usize) {
        let entry = &self.book.actors[meaning.entry];
        let alias = meaning.alias.and_then(|k| entry.aliases.get(k));
        (entry.name.clone(), alias.map_or(entry.line, |alias| alias.line))
    }

    fn finish(mut self) -> Result<Codebook, Vec<Problem>> {
        if self.book.actors.is_empty() && self.problems.is_empty() {
            self.problem(
                1,
                "there is no actor in it; `undertone actors RUN --write FILE` writes a codebook to start from",
            );
        }
        let set = RegexSetBuilder::new(&self.expressions)
            .size_limit(EXPRESSIONS)
            .dfa_size_limit(SEARCH)
            .build();
        match set {
            Ok(set) => self.book.set = set,
            Err(_) => {
                let first = self.book.patterns.first().map_or(1, |p| self.place(p.meaning).1);
                self.problem(
                    first,
                    "the regular expressions take too much memory together; write plain aliases where you can",
                );
            }
        }
        if self.problems.is_empty() {
            return Ok(self.book);
        }
        self.problems.sort_by_key(|problem| problem.line);
        Err(self.problems)
    }
}

/// What stands between the slashes of `/.../` or `/.../i`, ready to be compiled; `None` of plain text.
fn expression(text: &str) -> Result<Option<String>, String> {
    let Some(rest) = text.strip_prefix('/') else { return Ok(None) };
    if has_control(text) {
        return Err(format!(
            "{} has a control character in it; in TOML, write a regular expression between single quotation marks: '/.../'",
            shown(text)
        ));
    }
    let straight = |inside: &str| inside.chars().map(text::straight_apostrophe).collect::<String>();
    match rest.rsplit_once('/') {
        Some((inside, "")) if !inside.is_empty() => Ok(Some(straight(inside))),
        Some((inside, "i")) if !inside.is_empty() => Ok(Some(format!("(?i){}", straight(inside)))),
        _ => Err(format!(
            "{text} begins as a regular expression does; end it in / (or in /i, where capitals do not matter)"
        )),
    }
}

/// The two expressions of a [`Pattern`].
fn compiled(expression: &str, from_start: &str) -> Result<(Regex, Regex), regex::Error> {
    // On its own first: it must not lean on the brackets around it.
    Regex::new(expression)?;
    let whole = Regex::new(&format!(r"{from_start}\z"))?;
    let here = Regex::new(&format!(r"{from_start}\b{{end-half}}"))?;
    Ok((whole, here))
}

fn faulty(cell: &Cell, error: &regex::Error) -> String {
    // The whole is several lines long and draws an arrow; its last line says what is wrong.
    let whole = error.to_string();
    let why = whole.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
    format!("{} is no regular expression: {why}", cell.text)
}

fn has_control(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !c.is_whitespace())
}

/// Without what a terminal would not show.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// One to five letters, all of them capitals: "US", "U.S.", "G7".
fn is_acronym(form: &str) -> bool {
    let letters: Vec<char> = form.chars().filter(|c| c.is_alphabetic()).collect();
    (1..=5).contains(&letters.len()) && letters.iter().all(|c| c.is_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toml(text: &str) -> Codebook {
        parse(text.as_bytes(), Format::Toml).unwrap_or_else(|problems| panic!("{problems:?}"))
    }

    fn csv(text: &str) -> Codebook {
        parse(text.as_bytes(), Format::Csv).unwrap_or_else(|problems| panic!("{problems:?}"))
    }

    /// `line: what` of every problem.
    fn problems(text: &[u8], format: Format) -> Vec<String> {
        match parse(text, format) {
            Ok(book) => panic!("{:?} is no problem", book.actors),
            Err(problems) => problems.iter().map(|p| format!("{}: {}", p.line, p.what)).collect(),
        }
    }

    fn book() -> Codebook {
        toml(
            r#"
            only = true
            [[actor]]
            name = "Sergei Lavrov"
            type = "PER"
            aliases = ["Lavrov", "/S[a-z]+ L[ao]vrov/"]
            group = "Russia"
            [[actor]]
            name = "Russia"
            type = "LOC"
            aliases = ["Moscow", "the Kremlin", '/Russian (army|forces)/i']
            not = ["Moscow Times", '/Moscow, \w+/']
            groups = ["Russia", "BRICS"]
            wikidata = "Q159"
            [[actor]]
            name = "United States"
            type = "LOC"
            aliases = ["US", "U.S.", "Washington", '/U\.S\. Congress/']
            not = ["George Washington"]
            [[actor]]
            name = "Dockers’ and Riggers’ Union"
            type = "ORG"
            aliases = ["DRU", "the union", "the May Day Movement", "May"]
            [[actor]]
            name = "Seán O'Brien"
            type = "PER"
            "#,
        )
    }

    /// The names of the entries found, with the words they were found in.
    fn found(book: &Codebook, text: &str) -> Vec<(String, String)> {
        let points: Vec<char> = text.chars().collect();
        let place = |(span, entry): (Span, usize)| {
            let words = points[span.start..span.end].iter().collect();
            (words, book.actors[entry].name.clone())
        };
        book.find(text).into_iter().map(place).collect()
    }

    #[test]
    fn everything_in_the_file_is_in_the_entries() {
        let book = book();
        let ids: Vec<&str> = book.actors.iter().map(|a| a.id.as_str()).collect();
        assert_eq!(&ids[..3], ["per:sergei-lavrov", "loc:russia", "loc:united-states"]);
        assert!(book.only);
        let russia = &book.actors[1];
        assert_eq!((russia.line, russia.kind), (8, EntityKind::Loc));
        assert_eq!(russia.groups, ["Russia", "BRICS"]);
        assert_eq!(russia.wikidata.as_deref(), Some("Q159"));
        assert_eq!(russia.aliases[1], Alias { text: "the Kremlin".to_owned(), line: 11 });
        assert_eq!(russia.not, ["Moscow Times", r"/Moscow, \w+/"]);
        assert_eq!(book.with_id("loc:russia"), Some(1));
        assert_eq!(book.with_id("loc:prussia"), None);
        assert_eq!(group_id("The Harbour Alliance"), "group:harbour-alliance");
    }

    #[test]
    fn a_whole_mention_is_looked_up_by_any_of_its_names() {
        let book = book();
        for (form, name) in [
            ("Russia", Some("Russia")),
            ("RUSSIA’S", Some("Russia")),
            ("Kremlin", Some("Russia")),
            ("The Kremlin's", Some("Russia")),
            ("the kremlin", Some("Russia")),
            ("russian forces", Some("Russia")),
            ("the Russian army", Some("Russia")),
            ("Russian armies", None),
            ("Moscow Times", None),
            ("US", Some("United States")),
            ("US’s", Some("United States")),
            ("the U.S.", Some("United States")),
            ("us", None),
            ("Us", None),
            ("dru", None),
            ("dockers' and riggers' union", Some("Dockers’ and Riggers’ Union")),
            ("may", Some("Dockers’ and Riggers’ Union")),
            ("Seán O’Brien", Some("Seán O'Brien")),
            ("SEAN OBRIEN", None),
            ("Sean O'Brien", Some("Seán O'Brien")),
            ("Sea\u{301}n O'Brien", Some("Seán O'Brien")),
            ("Brien", None),
            ("Russian Foreign Minister Sergei Lavrov", Some("Sergei Lavrov")),
            ("Mr Lavrov’s", Some("Sergei Lavrov")),
            ("Anna Lavrov", None),
            ("Anna Lavrov’s", None),
            ("Sergey Lovrov", Some("Sergei Lavrov")),
            ("sergey lovrov", None),
            ("Bank of Russia", None),
            ("Washington", Some("United States")),
            ("George Washington", None),
            ("", None),
            ("’s", None),
        ] {
            let named = book.named(form).map(|entry| book.actors[entry].name.as_str());
            assert_eq!(named, name, "{form}");
        }
        assert_eq!(book.meaning("Kremlin"), Some(Meaning { entry: 1, alias: Some(1) }));
        assert_eq!(book.meaning("Russia"), Some(Meaning { entry: 1, alias: None }));
    }

    #[test]
    fn places_in_a_sentence_are_whole_words_and_the_longest_counts() {
        let book = book();
        let union = "Dockers’ and Riggers’ Union";
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("“Moscow’s plan”, the Kremlin said.", &[("Moscow", "Russia"), ("Kremlin", "Russia")]),
            ("Muscovites in Moscowville told us.", &[]),
            ("The Moscow Times wrote from Moscow.", &[("Moscow", "Russia")]),
            ("He lives in Moscow, Idaho.", &[]),
            ("A Dockers' and Riggers' Union man", &[("Dockers' and Riggers' Union", union)]),
            ("Theresa may go in May.", &[("May", union)]),
            (
                "The union of May Day Movement fans",
                &[("union", union), ("May Day Movement", union)],
            ),
            ("Seán O’Brien met Pat O’Lavrov.", &[("Seán O’Brien", "Seán O'Brien")]),
            ("RUSSIA TELLS US WHO IT IS", &[("RUSSIA", "Russia")]),
            ("US-led, says Congress", &[("US", "United States")]),
            (
                "The U.S. Congress; the U.S., too",
                &[("U.S. Congress", "United States"), ("U.S", "United States")],
            ),
            ("ein Zitat 🙂 über Sergej Lavrov", &[("Sergej Lavrov", "Sergei Lavrov")]),
            ("Russian\u{a0} Forces left", &[("Russian\u{a0} Forces", "Russia")]),
        ];
        for (text, expected) in cases {
            let found = found(&book, text);
            let found: Vec<(&str, &str)> =
                found.iter().map(|(words, name)| (words.as_str(), name.as_str())).collect();
            assert_eq!(found, *expected, "{text}");
        }
    }

    #[test]
    fn the_rest_of_the_sentence_can_exclude_a_mention() {
        let book = book();
        let text = "“He” lives in Moscow, Idaho, far from Moscow.";
        assert_eq!(book.meaning_at(text, Span::new(14, 20)), None);
        assert!(book.is_excluded(1, text, Span::new(14, 20)));
        assert_eq!(book.meaning_at(text, Span::new(38, 44)).map(|m| m.entry), Some(1));
        assert_eq!(book.meaning_at(text, Span::new(38, 40)), None);
    }

    #[test]
    fn a_spreadsheet_is_read_as_the_same_book() {
        let rows = "\u{feff}# our actors\r\n\"# only = true\",,\r\n\r\n\
            Name,Type,Aliases,Not,Group,Wikidata,\r\n\
            Russia,loc,Moscow; the Kremlin;/R.F\\./,Moscow Times,Russia;BRICS,Q159,\r\n\
            ,,,,,,\r\n\r\n\
            \"Lavrov, Sergei\",PER,\"\",,,,\r\n";
        let book = csv(rows);
        assert!(book.only);
        let lines: Vec<usize> = book.actors.iter().map(|a| a.line).collect();
        assert_eq!(lines, [5, 8]);
        let russia = &book.actors[0];
        let aliases: Vec<&str> = russia.aliases.iter().map(|a| a.text.as_str()).collect();
        assert_eq!(aliases, ["Moscow", "the Kremlin", r"/R.F\./"]);
        assert_eq!(russia.groups, ["Russia", "BRICS"]);
        assert_eq!((russia.not.len(), russia.wikidata.as_deref()), (1, Some("Q159")));
        assert_eq!(book.actors[1].name, "Lavrov, Sergei");
        assert!(!csv("name,type\nRussia,LOC\n").only);
    }

    #[test]
    fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
        let text = "[[actor]]\r\nname = \"Russia\"\r\ntype = \"LOC\"\r\n";
        assert_eq!(toml(&format!("\u{feff}{text}")).actors, toml(&text.replace('\r', "")).actors);
    }

    #[test]
    fn an_alias_that_says_nothing_new_is_left_out() {
        let text = "[[actor]]\nname='the SHH'\ntype='ORG'\naliases=['SHH', 'Shh', 'shh']\n";
        let book = toml(text);
        assert_eq!(book.actors[0].aliases, [Alias { text: "Shh".to_owned(), line: 4 }]);
    }

    #[test]
    fn two_actors_never_share_an_id() {
        let text = "name,type\nJan Lind,PER\nDr Jan Lind,PER\nJAN  LIND II,PER\n";
        let book = csv(text);
        let mut ids: Vec<&str> = book.actors.iter().map(|a| a.id.as_str()).collect();
        assert_eq!(ids[..2], ["per:jan-lind", "per:jan-lind-2"]);
        ids.dedup();
        assert_eq!(ids.len(), 3);
    }

    #[test]
    fn every_mistake_is_told_with_its_line_and_what_to_do() {
        let ok = "[[actor]]\nname = 'A1'\ntype = 'ORG'\n";
        let more = |lines: &str| format!("{ok}{lines}").into_bytes();
        for (text, line, words) in [
            (b"".to_vec(), 1, "there is no actor"),
            (b"only = true\n".to_vec(), 1, "undertone actors RUN --write"),
            (b"only = 'yes'\n[[actor]]\nname='x'\ntype='ORG'".to_vec(), 1, "true or false"),
            (b"\n[actor]\nname = 'x'\n".to_vec(), 2, "[[actor]]"),
            (b"actor = ['x']".to_vec(), 1, "[[actor]]"),
            (b"\n\nactors = true".to_vec(), 3, "unknown key `actors`"),
            (b"[[actor]]\nname = \"x\n".to_vec(), 2, "not TOML"),
            (b"[[actor]]\nname = \"\\s\"".to_vec(), 2, "'/.../'"),
            (b"[[actor]]\ntype = 'ORG'\n".to_vec(), 1, "no `name`"),
            (b"[[actor]]\nname = ' '\ntype = 'ORG'\n".to_vec(), 2, "empty"),
            (b"[[actor]]\nname = '!'\ntype = 'ORG'\n".to_vec(), 2, "needs letters"),
            (b"[[actor]]\nname = 7\ntype = 'ORG'\n".to_vec(), 2, "quotation marks"),
            (b"\n[[actor]]\nname = 'x'\n".to_vec(), 2, "LOC (place or state)"),
            (b"[[actor]]\nname = 'x'\ntype = 'person'\n".to_vec(), 3, "PER (person)"),
            (more("alias = ['x']\n"), 4, "unknown key `alias`"),
            (more("only = true\n"), 4, "above the first [[actor]]"),
            (more("aliases = 7\n"), 4, "list"),
            (more("aliases = [\n'x',\n'']\n"), 6, "needs letters"),
            (more("aliases = ['x',\n'/(/']\n"), 5, "no regular expression: unclosed group"),
            (more("aliases = ['/a)|(b/']\n"), 4, "no regular expression"),
            (more("aliases = ['/x*/']\n"), 4, "nothing"),
            (more("aliases = ['/x']\n"), 4, "end it in /"),
            (more("aliases = [\"/\\bx/\"]\n"), 4, "'/.../'"),
            (more("not = ['/[/']\n"), 4, "no regular expression"),
            (more("not = ['a1']\n"), 4, "longer phrase"),
            (more("group = ''\n"), 4, "group"),
            (more("wikidata = 'https://www.wikidata.org/wiki/Q159'\n"), 4, "Q159"),
            (more("wikidata = 'Q0159'\n"), 4, "Wikidata"),
            (more("[[actor]]\nname = 'the A1'\ntype = 'LOC'"), 5, "name of A1 already (line 1)"),
            (more("aliases = ['bo']\n[[actor]]\nname = 'Bo!'\ntype = 'LOC'"), 6, "(line 4)"),
            (
                more("group='Reds'\n[[actor]]\nname='b'\ntype='LOC'\ngroup='the reds'"),
                8,
                "“Reds” in line 4",
            ),
            (b"[[actor]]\nname = 'caf\xe9'".to_vec(), 2, "save the file as UTF-8"),
            (b"\xff\xfe[\0[\0".to_vec(), 1, "UTF-16"),
        ] {
            let told = problems(&text, Format::Toml);
            let shown = String::from_utf8_lossy(&text);
            assert!(told[0].starts_with(&format!("{line}: ")), "{shown}\n{told:?}");
            assert!(told[0].contains(words), "{shown}\n{told:?}");
        }
    }

    #[test]
    fn every_mistake_in_a_spreadsheet_is_told_with_its_line_and_what_to_do() {
        for (text, line, words) in [
            ("", 1, "no actor"),
            ("name,type\n", 1, "no actor"),
            ("# only = perhaps\nname,type\nA,LOC", 1, "true or false"),
            ("\nname;type;aliases\nA;LOC;B", 2, "separate them by commas"),
            ("name,alias\n", 1, "unknown column `alias`"),
            ("name,name\n", 1, "two columns"),
            ("name,aliases\n", 1, "no column `type`"),
            ("name,type\r\n\r\nA,LOC\r\nB,LOC,C\r\n", 4, "3 cells, but the header has 2"),
            ("name,type\n\"A,LOC\nB,LOC\n", 2, "not closed"),
            ("name,type,\nA,LOC,x\n", 2, "column without a name"),
            ("name,type\nA,LOC\n,LOC\n", 3, "no `name`"),
            ("name,type\r\n\r\nA,LOC\r\nB,\r\n", 4, "“B” has no `type`"),
            ("name,type,aliases\nA,LOC,B;/(/;C\n", 2, "/(/ is no regular expression"),
            ("name,type,aliases\nA,LOC,B\nB,LOC,\n", 3, "“B” is a name of A already (line 2)"),
        ] {
            let told = problems(text.as_bytes(), Format::Csv);
            assert!(told[0].starts_with(&format!("{line}: ")), "{text}\n{told:?}");
            assert!(told[0].contains(words), "{text}\n{told:?}");
        }
    }

    #[test]
    fn all_mistakes_are_told_at_once_in_the_order_of_their_lines() {
        let text = "[[actor]]\nname='A'\ntype='X'\nwikidata='7'\n[[actor]]\nnaem='B'\n";
        let told = problems(text.as_bytes(), Format::Toml);
        let lines: Vec<&str> = told.iter().filter_map(|t| t.split(':').next()).collect();
        assert_eq!(lines, ["3", "4", "6"]);

        let many = Problem::new(3, "no");
        let error = CodebookError::Faulty { path: "a.toml".into(), problems: vec![many; 12] };
        let message = error.to_string();
        assert!(message.starts_with("a.toml:3: no\na.toml:3: no\n"), "{message}");
        assert!(message.ends_with("\nand 2 more"), "{message}");
    }

    #[test]
    fn only_toml_and_csv_are_codebooks() {
        for (path, words) in
            [("actors.json", ".toml or .csv"), ("actors", "no codebook"), ("no/such.toml", "read")]
        {
            let error = read(Path::new(path)).expect_err(path).to_string();
            assert!(error.contains(path) && error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_hundred_thousand_actors_are_told_apart() {
        let mut rows = String::from("name,type,aliases,group\n");
        for n in 0..100_000 {
            let alias = if n % 10 == 0 { format!("the {n}th of Selke") } else { String::new() };
            rows.push_str(&format!("Anna Number {n},PER,{alias},Camp {}\n", n % 7));
        }
        let book = csv(&rows);
        assert_eq!(book.actors.len(), 100_000);
        for n in [0, 1, 4_321, 99_999] {
            assert_eq!(book.named(&format!("ANNA NUMBER {n}’s")), Some(n));
            assert_eq!(book.actors[n].line, n + 2);
        }
        let text =
            "Ms Anna Number 77 and the 4320th of Selke met Anna Number 100000 and Anna Number.";
        let expected = [("Anna Number 77", 77), ("4320th of Selke", 4320)];
        let places: Vec<(String, usize)> = found(&book, text)
            .into_iter()
            .map(|(words, name)| (words, book.named(&name).unwrap_or_default()))
            .collect();
        assert_eq!(places, expected.map(|(words, n)| (words.to_owned(), n)));
    }
}
