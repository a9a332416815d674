//! A sentence and somebody in it in, the sentence with another name out.
//!
//! First the stretches that are to be replaced, each with the part of a name that it is ([`Slot`]): every mention
//! of the actor, and every other place where the name stands as whole words. Then the same parts of another name.
//! What cannot be replaced cleanly is refused, with the reason.

use rand_pcg::Pcg32;
use serde::{Deserialize, Serialize};

use super::Kind;
use super::names::{NAMES, Part, StandIn};
use super::subject::{self, Cast, Named, Subject};
use super::text::{
    self, Edit, all_capitals, behind_the, core, occurrences, slice, untied, word_after, words,
};
use crate::Span;
use crate::actors::names::{self, Gender};
use crate::actors::states::How;
use crate::actors::{Form, Reason, given};
use crate::model::EntityKind;

/// Why a sentence was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No other name has the form that the sentence asks for.
    NoStandIn,
    /// "the" would stand before a name that takes none, or be missing.
    Article,
    /// What the words mean or where the name ends is not clear.
    Unclear,
    /// Something of the old name would stay, as in "Trumpism".
    Remains,
}

/// A sentence in which somebody has another name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Version {
    pub text: String,
    /// The name that was put in.
    pub name: String,
    pub origin: Option<&'static str>,
    /// Where the actor's mentions stand now.
    pub targets: Vec<Span>,
}

/// A stretch of a name, and which part of the name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    span: Span,
    part: Part,
    /// The stretch stands in capitals.
    capitals: bool,
}

/// Everything that is to be replaced for one actor.
#[derive(Debug)]
struct Plan {
    slots: Vec<Slot>,
    /// Parts of the old name that may not stay, not even inside other words.
    old: Vec<String>,
}

impl Plan {
    /// A name of this kind that takes the place of another.
    fn has(&self, part: Part) -> bool {
        self.slots.iter().any(|s| s.part == part)
    }
}

/// A person's sentence under several names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct People {
    /// One name of every origin.
    pub by_origin: Vec<Version>,
    /// Which of them is the first to be put in.
    pub first: usize,
    /// Another name of the same origin as that one.
    pub same_origin: Version,
}

/// The sentence with one name of every origin in a person's place, of the person's gender.
pub(super) fn people(
    subject: &Subject,
    actor: &str,
    cast: &Cast,
    rng: &mut Pcg32,
) -> Result<People, Refusal> {
    let name = cast.get(actor).map_or("", |known| known.name.as_str());
    let plan = person(subject, actor, name)?;
    let either = [Gender::Female, Gender::Male];
    let gender = subject.gender(actor, cast).or_else(|| super::draw::pick(rng, &either).copied());
    let gender = gender.ok_or(Refusal::NoStandIn)?;
    let of = |origin: &_, rng: &mut Pcg32, taken: &str| {
        let text = format!("{} {taken}", subject.text);
        let stand_in = NAMES.person(origin, gender, &text, rng).ok_or(Refusal::NoStandIn)?;
        fill(subject, actor, &plan, &stand_in)
    };
    let numbers: Vec<usize> = (0..NAMES.origins.len()).collect();
    let first = *super::draw::pick(rng, &numbers).ok_or(Refusal::NoStandIn)?;
    let by_origin =
        NAMES.origins.iter().map(|o| of(o, rng, "")).collect::<Result<Vec<Version>, Refusal>>()?;
    let same_origin = of(&NAMES.origins[first], rng, &by_origin[first].name)?;
    Ok(People { by_origin, first, same_origin })
}

/// The sentence with another place, state, organisation, outlet or group.
pub(super) fn other(
    subject: &Subject,
    kind: Kind,
    actor: &str,
    rng: &mut Pcg32,
) -> Result<Version, Refusal> {
    let text = subject.text.as_str();
    let (plan, stand_in) = match kind {
        Kind::Place => (place(subject, actor)?, NAMES.place(text, rng).cloned()),
        Kind::State => (state(subject, actor)?, NAMES.state(text, rng).cloned()),
        Kind::Organisation => {
            let (plan, the) = body(subject, actor)?;
            (plan, NAMES.body(the, text, rng).cloned())
        }
        Kind::Outlet => {
            let (plan, the) = body(subject, actor)?;
            (plan, NAMES.outlet(the, text, rng).cloned())
        }
        Kind::Group => return group(subject, actor, rng),
        _ => return Err(Refusal::NoStandIn),
    };
    fill(subject, actor, &plan, &stand_in.ok_or(Refusal::NoStandIn)?)
}

/// Puts the parts of another name into the stretches of the old one.
fn fill(
    subject: &Subject,
    actor: &str,
    plan: &Plan,
    stand_in: &StandIn,
) -> Result<Version, Refusal> {
    let chars: Vec<char> = subject.text.chars().collect();
    let mut edits = Vec::with_capacity(plan.slots.len());
    for slot in &plan.slots {
        let new = stand_in.part(slot.part).ok_or(Refusal::NoStandIn)?;
        let text = if slot.capitals { new.to_uppercase() } else { new.to_owned() };
        edits.push(text::with_possessive(&chars, Edit { span: slot.span, text }));
    }
    let articles = text::articles(&chars, &edits);
    edits.extend(articles);
    let changed = text::apply(&chars, edits);
    let others: Vec<Span> = subject
        .mentions
        .iter()
        .filter(|m| !plan.slots.iter().any(|s| s.span.overlaps(m.span)))
        .map(|m| changed.moved(m.span))
        .collect();
    if remains(&changed.text, &others, &plan.old) {
        return Err(Refusal::Remains);
    }
    let targets = subject.of(actor).map(|m| changed.moved(m.span)).collect();
    let (name, origin) = (stand_in.name.clone(), stand_in.origin);
    Ok(Version { text: changed.text, name, origin, targets })
}

/// Does something of the old name stand anywhere but in other actors' names?
fn remains(text: &str, others: &[Span], old: &[String]) -> bool {
    let free: String = text
        .chars()
        .enumerate()
        .map(|(at, c)| if others.iter().any(|o| o.start <= at && at < o.end) { ' ' } else { c })
        .collect();
    old.iter().any(|name| free.contains(name) || free.contains(&name.to_uppercase()))
}

/// A plan of slots that stand in the sentence's order, each once.
fn plan(mut slots: Vec<Slot>, old: Vec<String>) -> Result<Plan, Refusal> {
    slots.sort_by_key(|s| s.span);
    slots.dedup_by(|a, b| a.span.overlaps(b.span));
    if slots.is_empty() { Err(Refusal::Unclear) } else { Ok(Plan { slots, old }) }
}

/// The cores of an actor's names, without "the", titles and possessives.
fn cores(chars: &[char], mentions: impl Iterator<Item = Span>) -> Result<Vec<Span>, Refusal> {
    mentions.map(|span| core(chars, span).ok_or(Refusal::Unclear)).collect()
}

fn named<'s>(subject: &'s Subject, actor: &'s str) -> impl Iterator<Item = &'s Named> {
    subject.of(actor).filter(|m| m.form == Form::Name)
}

/// Does nobody's mention cover it?
fn is_free(subject: &Subject, span: Span) -> bool {
    !subject.mentions.iter().any(|m| m.span.overlaps(span))
}

/// Other places where the words of a slot stand, as whole words and in no mention.
fn elsewhere(subject: &Subject, chars: &[char], slot: Slot) -> Vec<Slot> {
    let found = occurrences(chars, &slice(chars, slot.span)).into_iter();
    found.filter(|span| is_free(subject, *span)).map(|span| Slot { span, ..slot }).collect()
}

// ------------------------------------------------------------------ persons

/// Small words in people's names.
const PARTICLES: [&str; 20] = [
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "du", "la", "le",
    "al", "el", "bin", "ibn", "ben", "y",
];

fn person(subject: &Subject, actor: &str, name: &str) -> Result<Plan, Refusal> {
    let chars: Vec<char> = subject.text.chars().collect();
    let full = names::tokens(name, EntityKind::Per);
    let (mut slots, mut old) = (Vec::new(), Vec::new());
    for mention in named(subject, actor) {
        let core = core(&chars, mention.span).ok_or(Refusal::Unclear)?;
        let span = without_titles(&chars, core).ok_or(Refusal::Unclear)?;
        let text = slice(&chars, span);
        let part = part_of_person(&text, &full, mention.reason);
        let slot = Slot { span, part, capitals: all_capitals(&text) };
        slots.push(slot);
        if part == Part::Family && !names::is_small(&text.to_lowercase()) {
            slots.extend(elsewhere(subject, &chars, slot));
        }
        let family = text.rsplit(char::is_whitespace).next().unwrap_or_default();
        if part != Part::Given && family.chars().count() >= 4 {
            old.push(family.to_owned());
        }
    }
    plan(slots, old)
}

/// A person's name without honorifics. `None` where it is none: "Scott - Brentley Vinson", "JFK".
fn without_titles(chars: &[char], core: Span) -> Option<Span> {
    let own = words(chars, core);
    let text = slice(chars, core);
    let kept = names::shown(&text, EntityKind::Per).split_whitespace().count();
    let mut span = Span::new(own.get(own.len().checked_sub(kept)?)?.start, core.end);
    let name = slice(chars, span);
    // "Jr." goes with the name, but for a dot that ends the sentence as well.
    let goes_on = chars.get(span.end) == Some(&'.') && span.end + 1 < chars.len();
    if goes_on && (name.ends_with("Jr") || name.ends_with("Sr")) {
        span.end += 1;
    }
    let particle = |word: &str| PARTICLES.contains(&word);
    let is_name = |w: &str| w.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase());
    let good = name.split_whitespace().all(|w| is_name(w) || particle(w) || w.starts_with("al-"));
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let initials =
        all_capitals(&name) && letters <= 3 && !all_capitals(&chars.iter().collect::<String>());
    let marks = name.contains([',', ';', '/', '(', '@', '#', '&']);
    (good && !initials && !marks).then_some(span)
}

/// Which part of a name stands here? `full`: the words of the whole name.
fn part_of_person(text: &str, full: &[String], reason: Reason) -> Part {
    let own = names::tokens(text, EntityKind::Per);
    match (&own[..], reason) {
        ([_], Reason::GivenName) => Part::Given,
        ([_], Reason::Surname | Reason::Context) => Part::Family,
        ([one], _) => {
            let first = full.first() == Some(one) && given::gender(one).is_some();
            if first { Part::Given } else { Part::Family }
        }
        (own, _) if own.len() < full.len() && full.ends_with(own) => Part::Family,
        ([first, ..], _) if first.chars().count() == 1 => Part::Initial,
        (_, _) if text.starts_with(char::is_lowercase) => Part::Family,
        _ => Part::Full,
    }
}

// ------------------------------------------------------------------ places

fn place(subject: &Subject, actor: &str) -> Result<Plan, Refusal> {
    let chars: Vec<char> = subject.text.chars().collect();
    let (mut slots, mut old) = (Vec::new(), Vec::new());
    for core in cores(&chars, named(subject, actor).map(|m| m.span))? {
        let core = untied(&chars, core);
        if is_cut_short(&chars, core) {
            return Err(Refusal::Unclear);
        }
        let span = own_words(&chars, core)?;
        // "the Donbas" takes "the" itself; "the River Selke" has it from the river.
        if span == core && behind_the(&chars, core.start) {
            return Err(Refusal::Article);
        }
        let text = slice(&chars, span);
        let slot = Slot { span, part: Part::Name, capitals: all_capitals(&text) };
        slots.push(slot);
        slots.extend(elsewhere(subject, &chars, slot));
        if text.chars().count() >= 4 {
            old.push(text);
        }
    }
    plan(slots, old)
}

/// A dot behind it that ends no sentence: "Sen. Ted Cruz (Tex.)".
fn is_cut_short(chars: &[char], core: Span) -> bool {
    let mut rest = chars[core.end..].iter();
    rest.next() == Some(&'.')
        && match rest.next() {
            Some(c) if c.is_whitespace() => rest.next().is_some_and(|c| c.is_lowercase()),
            Some(c) => !matches!(c, '”' | '"' | '’' | '\''),
            None => false,
        }
}

/// What is a place's own in its name: "Selke" of "Selke Bay", "Mexico" of "Gulf of Mexico".
fn own_words(chars: &[char], core: Span) -> Result<Span, Refusal> {
    let name = slice(chars, core);
    let key = name.to_lowercase().replace('.', " ");
    let few_letters =
        name.chars().filter(|c| c.is_alphabetic()).count() <= 4 && all_capitals(&name);
    if NAMES.lists("region", key.trim()) || few_letters {
        return Err(Refusal::NoStandIn);
    }
    if name.contains([',', '/', '&', '(']) || name.contains(" and ") {
        return Err(Refusal::Unclear);
    }
    let is_own = |word: &&Span| {
        let word = slice(chars, **word).to_lowercase();
        !NAMES.lists("place-word", &word) && !matches!(word.as_str(), "of" | "the" | "de")
    };
    let own = words(chars, core);
    let (first, last) =
        own.iter().find(is_own).zip(own.iter().rfind(is_own)).ok_or(Refusal::NoStandIn)?;
    let span = Span::new(first.start, last.end.min(core.end));
    let proper = chars[span.start].is_uppercase();
    if proper { Ok(span) } else { Err(Refusal::Unclear) }
}

// ------------------------------------------------------------------ states

fn state(subject: &Subject, actor: &str) -> Result<Plan, Refusal> {
    let chars: Vec<char> = subject.text.chars().collect();
    let form = |span: Span| {
        let span = untied(&chars, core(&chars, span)?);
        subject::state(&slice(&chars, span)).map(|(code, how)| (span, code, how))
    };
    let code = named(subject, actor).find_map(|m| form(m.span)).ok_or(Refusal::Unclear)?.1;
    // What is called after it belongs to it only where it is its organ ("Russian Foreign Ministry").
    let organ = format!("-{}", code.to_lowercase());
    let whole = |m: &Named| form(m.span).is_some_and(|(_, c, _)| c == code);
    let closed = |span: Span| {
        subject.mentions.iter().any(|m| {
            m.span.overlaps(span)
                && m.form == Form::Name
                && !whole(m)
                && !(m.kind == EntityKind::Org && m.actor_id.ends_with(&organ))
        })
    };
    let (mut slots, mut old): (Vec<Slot>, Vec<String>) = (Vec::new(), Vec::new());
    for (span, how) in forms_of(&chars, code) {
        if closed(span) || slots.iter().any(|s| s.span.overlaps(span)) {
            continue;
        }
        let slot = state_slot(&chars, span, how)?;
        slots.push(slot);
        let text = slice(&chars, span);
        if text.chars().count() >= 4 && !text.contains('.') {
            old.push(text);
        }
    }
    let plan = plan(slots, old)?;
    let every = named(subject, actor).all(|m| plan.slots.iter().any(|s| s.span.overlaps(m.span)));
    if every { Ok(plan) } else { Err(Refusal::Unclear) }
}

/// Every stretch of up to four words that names the state, the longest first where they begin alike.
fn forms_of(chars: &[char], code: &str) -> Vec<(Span, How)> {
    let all = words(chars, Span::new(0, chars.len()));
    let mut found: Vec<(Span, How)> = Vec::new();
    for from in 0..all.len() {
        for n in (1..=4.min(all.len() - from)).rev() {
            let stretch = Span::new(all[from].start, all[from + n - 1].end);
            let Some(span) = core(chars, stretch).map(|c| untied(chars, c)) else { continue };
            if found.iter().any(|(f, _)| f.overlaps(span)) {
                continue;
            }
            if let Some((c, how)) = subject::state(&slice(chars, span))
                && c == code
            {
                found.push((span, how));
            }
        }
    }
    found
}

fn state_slot(chars: &[char], span: Span, how: How) -> Result<Slot, Refusal> {
    let text = slice(chars, span);
    let the = behind_the(chars, span.start);
    let part = match how {
        How::Name if the => Part::Long,
        How::Name if takes_the(&text) && noun_follows(chars, span) => Part::Adjective,
        How::Name => Part::Name,
        // "The Hague", "the Moscow government": whose "the" it is does not show.
        How::Capital if the => return Err(Refusal::Article),
        How::Capital => Part::Capital,
        How::Seat => Part::Seat,
        How::Demonym => demonym(chars, span, &text, the)?,
    };
    let capitals = all_capitals(&text) && !is_abbreviation(&text);
    Ok(Slot { span, part, capitals })
}

/// "US" is no word in capitals.
fn is_abbreviation(text: &str) -> bool {
    let lower = text.chars().skip(1).flat_map(char::to_lowercase);
    let title: String = text.chars().take(1).chain(lower).collect();
    all_capitals(text) && subject::state(&title).is_none()
}

/// Names that stand without "the" only before a noun: "U.S. troops", "a United States senator".
fn takes_the(text: &str) -> bool {
    is_abbreviation(text) || text.starts_with("United ")
}

/// Does a small word follow that looks like a noun or an adjective?
fn noun_follows(chars: &[char], span: Span) -> bool {
    word_after(chars, span.end).is_some_and(|word| {
        let word = slice(chars, word);
        let no_noun = names::is_small(&word) || matches!(word.as_str(), "said" | "say" | "says");
        word.starts_with(char::is_lowercase) && !no_noun
    })
}

/// One or several? "the British" are several where no noun follows; where that does not show it is refused.
fn demonym(chars: &[char], span: Span, text: &str, the: bool) -> Result<Part, Refusal> {
    let lower = text.to_lowercase();
    let invariant = ["ese", "ish", "ch", "swiss", "welsh"].iter().any(|end| lower.ends_with(end));
    if lower.ends_with("men") || lower.ends_with("women") || (lower.ends_with('s') && !invariant) {
        return Ok(Part::People);
    }
    let noun = word_after(chars, span.end).is_some_and(|word| {
        let capital = chars[word.start].is_uppercase();
        capital || (noun_follows(chars, span) && slice(chars, word) != "who")
    });
    let tied = chars.get(span.end) == Some(&'-');
    if invariant && the && !noun && !tied { Err(Refusal::Unclear) } else { Ok(Part::Adjective) }
}

// ------------------------------------------------------------------ organisations and outlets

/// The plan, and whether the new name must be one that takes "the".
fn body(subject: &Subject, actor: &str) -> Result<(Plan, bool), Refusal> {
    let chars: Vec<char> = subject.text.chars().collect();
    let shouted = all_capitals(&subject.text);
    let mut slots = Vec::new();
    for span in cores(&chars, named(subject, actor).map(|m| m.span))? {
        let text = slice(&chars, span);
        let letters = is_letters(&text) && !shouted;
        if !letters && !is_body(&text) {
            return Err(Refusal::Unclear);
        }
        let part = if letters { Part::Letters } else { Part::Name };
        let slot = Slot { span, part, capitals: !letters && all_capitals(&text) };
        slots.push(slot);
        slots.extend(elsewhere(subject, &chars, slot));
    }
    let plan = plan(slots, Vec::new())?;
    let full: Vec<bool> = plan
        .slots
        .iter()
        .filter(|s| s.part == Part::Name)
        .map(|s| behind_the(&chars, s.span.start))
        .collect();
    let the = full.first().copied().unwrap_or(false);
    if full.iter().any(|t| *t != the) && plan.has(Part::Name) {
        return Err(Refusal::Article);
    }
    Ok((plan, the))
}

/// "SHH", "U.N."
fn is_letters(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let only =
        text.chars().all(|c| c.is_uppercase() || c.is_numeric() || matches!(c, '.' | '&' | '-'));
    only && (2..=6).contains(&letters)
}

/// Capitals but for small words: "Bank of England", not "Mr. Tribe's client".
fn is_body(text: &str) -> bool {
    let good = |word: &str| {
        word.starts_with(|c: char| !c.is_lowercase())
            || names::is_small(word)
            || word == "the"
            || word == "de"
    };
    text.starts_with(|c: char| c.is_alphanumeric() && !c.is_lowercase())
        && text.split_whitespace().all(good)
        && !text.contains(['/', '(', '@', '#'])
}

// ------------------------------------------------------------------ parties and groups

fn group(subject: &Subject, actor: &str, rng: &mut Pcg32) -> Result<Version, Refusal> {
    let chars: Vec<char> = subject.text.chars().collect();
    let found = |span: Span| {
        let span = subject::party_core(&chars, core(&chars, span)?);
        let (group, part) = NAMES.group(&slice(&chars, span))?;
        Some((span, group, part))
    };
    let (_, group, _) =
        named(subject, actor).find_map(|m| found(m.span)).ok_or(Refusal::NoStandIn)?;
    // "Republican" and "Republicans" are two actors of one group.
    let here = |m: &Named| found(m.span).filter(|(_, g, _)| std::ptr::eq(*g, group));
    let named = subject.mentions.iter().filter(|m| m.form == Form::Name).filter_map(here);
    let mut slots: Vec<Slot> =
        named.map(|(span, _, part)| Slot { span, part, capitals: false }).collect();
    for (word, part) in group.forms() {
        let found = occurrences(&chars, word).into_iter().filter(|span| is_free(subject, *span));
        slots.extend(found.map(|span| Slot { span, part, capitals: false }));
    }
    let old = slots.iter().map(|s| slice(&chars, s.span)).collect();
    let plan = plan(slots, old)?;
    let stand_in = NAMES.other_group(group, &subject.text, rng).ok_or(Refusal::NoStandIn)?;
    fill(subject, actor, &plan, &stand_in)
}

#[cfg(test)]
mod tests;
