//! Who is meant by words that are no name: "he", "its", "the minister", "the company".
//!
//! Works forward through an article with what was named so far. A person's pronoun goes to the nearest
//! person that gender allows, the subject of a sentence before others, the speaker of reported words
//! before all; "it" and "they" only where one organisation or state alone can be meant. Where two fit
//! equally well, the words stay without an actor: nothing is guessed (the order of preference is that of
//! Lappin & Leass 1994, with fewer and coarser weights).

use std::collections::{HashMap, HashSet};

use super::Reason;
use super::find::Found;
use super::names::{self, Gender};
use super::states::Part;
use crate::Span;
use crate::model::EntityKind;
use crate::span::CodePoints;
use crate::text::{Part as TextPart, Sentence, agency};
use crate::voice::{Place, Voice, Voices};

/// Words that mean an actor without naming it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reference {
    pub place: Place,
    pub actor: usize,
    pub reason: Reason,
}

/// What an article says about its actors, gathered from the names.
pub(super) struct Context<'a> {
    pub sentences: &'a [Sentence],
    pub voices: &'a Voices,
    pub found: &'a [Found],
    /// Of each found name.
    pub actor: &'a [usize],
    /// Of each actor.
    pub kind: Vec<EntityKind>,
    pub gender: Vec<Option<Gender>>,
    /// "minister", "company", as names and appositions have it.
    roles: Vec<HashSet<String>>,
    points: Vec<CodePoints<'a>>,
}

impl<'a> Context<'a> {
    pub fn new(
        sentences: &'a [Sentence],
        voices: &'a Voices,
        found: &'a [Found],
        actor: &'a [usize],
        kind: Vec<EntityKind>,
    ) -> Self {
        let mut gender = vec![None; kind.len()];
        let mut roles = vec![HashSet::new(); kind.len()];
        for (f, &a) in found.iter().zip(actor) {
            gender[a] = gender[a].or(f.gender);
            roles[a].extend(f.roles.iter().cloned());
            if kind[a] == EntityKind::Org {
                // "the council" may be the "Selke Harbour Council", and "the company" a "Tidewater Ltd".
                roles[a].extend(f.tokens.iter().cloned());
                if names::is_firm(&f.form) {
                    roles[a].insert("company".to_owned());
                }
            }
        }
        let points = sentences.iter().map(|s| CodePoints::new(&s.text)).collect();
        Context { sentences, voices, found, actor, kind, gender, roles, points }
    }

    pub fn text(&self, place: Place) -> &str {
        self.points[place.sentence].slice(place.span)
    }

    /// The names in a sentence.
    pub fn named_in(&self, sentence: usize) -> std::ops::Range<usize> {
        let from = self.found.partition_point(|f| f.place.sentence < sentence);
        let to = self.found.partition_point(|f| f.place.sentence <= sentence);
        from..to
    }

    /// The words of a sentence before `at`.
    pub fn before(&self, sentence: usize, at: usize) -> &str {
        self.points[sentence].slice(Span::new(0, at))
    }

    /// The words of a sentence from `at` on.
    pub fn after(&self, sentence: usize, at: usize) -> &str {
        self.points[sentence].slice(Span::new(at, self.points[sentence].len()))
    }

    pub fn is_person(&self, actor: usize) -> bool {
        self.kind[actor] == EntityKind::Per
    }

    /// Given names that end in "a" are women's far more often than men's.
    fn may_be(&self, actor: usize, gender: Gender) -> bool {
        let mut full = self.found.iter().zip(self.actor);
        let full = full.find(|(f, a)| **a == actor && f.tokens.len() > 1);
        gender == Gender::Female || full.is_none_or(|(f, _)| !f.tokens[0].ends_with('a'))
    }

    /// An organisation, or a state where it acts.
    fn is_body(&self, k: usize) -> bool {
        let acts = self.found[k].state.is_some_and(|s| s.2 == Part::State);
        let organisation = self.kind[self.actor[k]] == EntityKind::Org
            && !self.found[k].state.is_some_and(|s| s.2 == Part::Place);
        (organisation || acts) && !self.found[k].dateline
    }

    /// Does the name stand at the head of its sentence, where a subject would?
    pub fn leads(&self, k: usize) -> bool {
        let place = self.found[k].place;
        let sentence = &self.sentences[place.sentence];
        // No name in the dateline does; the others' sentence begins after it.
        let from = sentence.dateline;
        sentence.part == TextPart::Body
            && place.span.start >= from
            && self.points[place.sentence]
                .slice(Span::new(from, place.span.start))
                .split_whitespace()
                .count()
                <= 8
    }

    /// Whom "the minister" or "the company" means at a place: the last one before it that is called so; of an
    /// organisation only where no other was named since.
    pub fn described(&self, noun: &str, at: Place) -> Option<usize> {
        let before = |k: &usize| earlier(self.found[*k].place, at);
        if names::is_state_noun(noun) {
            let states = (0..self.found.len()).filter(before);
            return only(states.filter(|&k| self.found[k].state.is_some()).map(|k| self.actor[k]));
        }
        let called = |k: &usize| {
            let actor = self.actor[*k];
            self.roles[actor].iter().any(|r| names::same_role(r, noun))
                && self.is_person(actor) == names::is_person_noun(noun)
        };
        let Some(last) = (0..self.found.len()).rev().find(|k| before(k) && called(k)) else {
            return if names::is_firm_noun(noun) { self.firm(at) } else { None };
        };
        if names::is_person_noun(noun) {
            return Some(self.actor[last]);
        }
        let rivals = (last + 1..self.found.len()).any(|k| {
            before(&k) && self.is_body(k) && called(&k) && self.actor[k] != self.actor[last]
        });
        (!rivals).then_some(self.actor[last])
    }

    /// The one person named before who is said to be that: "the *leader* of the Northern Front".
    pub fn holds(&self, noun: &str, at: Place) -> Option<usize> {
        let before = (0..self.found.len()).filter(|&k| earlier(self.found[k].place, at));
        let called = |a: &usize| self.is_person(*a) && self.roles[*a].contains(noun);
        only(before.map(|k| self.actor[k]).filter(called))
    }

    /// "the company" where nobody is called one: the one organisation named before that may be, or the one that is named
    /// far more than others.
    fn firm(&self, at: Place) -> Option<usize> {
        let mut named: HashMap<usize, usize> = HashMap::new();
        for (f, &actor) in self.found.iter().zip(self.actor).filter(|(f, _)| earlier(f.place, at)) {
            let body = f.kind == EntityKind::Org
                && self.kind[actor] == EntityKind::Org
                && !f.dateline
                && f.state.is_none()
                && f.owner.is_none()
                && names::may_be_firm(&f.tokens)
                && agency::named(&f.form).is_none();
            if body {
                *named.entry(actor).or_default() += 1;
            }
        }
        let mut ranked: Vec<(usize, usize)> = named.into_iter().map(|(a, n)| (n, a)).collect();
        ranked.sort_unstable_by(|a, b| b.cmp(a));
        match ranked[..] {
            [(_, only)] => Some(only),
            [(most, first), (next, _), ..] if most >= 3 && most >= 2 * next => Some(first),
            _ => None,
        }
    }

    /// The actor whose reported or quoted words a place stands in, and whether they are quoted.
    fn speaker_at(&self, place: Place, speakers: &[Option<usize>]) -> (Voice, Option<usize>) {
        let (voice, attribution) = self.voices.sentences[place.sentence].at(place.span);
        (voice, attribution.and_then(|a| speakers[a]))
    }
}

/// The actor, if all of them are one.
pub(super) fn only(mut actors: impl Iterator<Item = usize>) -> Option<usize> {
    let first = actors.next()?;
    actors.all(|actor| actor == first).then_some(first)
}

pub(super) fn earlier(a: Place, b: Place) -> bool {
    (a.sentence, a.span.start) < (b.sentence, b.span.start)
}

/// Something that was meant before, by name or otherwise.
struct Meant {
    place: Place,
    actor: usize,
    /// At the head of its sentence.
    subject: bool,
    /// Index of the found name.
    name: Option<usize>,
}

/// Sentences that a pronoun looks back.
const REACH: usize = 3;
/// A candidate must be better than the next one by so much.
const MARGIN: f32 = 0.5;

/// All references of the article, in order. `known` are those that the speakers gave (a source "he").
pub(super) fn references(
    cx: &Context<'_>,
    speakers: &[Option<usize>],
    known: &[Reference],
) -> Vec<Reference> {
    let mut out: Vec<Reference> = Vec::new();
    let mut meant: Vec<Meant> = Vec::new();
    let mut gender = cx.gender.clone();
    let mut next = 0;
    for (i, sentence) in cx.sentences.iter().enumerate() {
        let words = words(&sentence.text);
        for w in 0..words.len() {
            let place = Place { sentence: i, span: words[w].span };
            while next < cx.found.len() && !earlier(place, cx.found[next].place) {
                meant.push(Meant {
                    place: cx.found[next].place,
                    actor: cx.actor[next],
                    subject: cx.leads(next),
                    name: Some(next),
                });
                next += 1;
            }
            if cx.named_in(i).any(|k| cx.found[k].place.span.overlaps(place.span)) {
                continue;
            }
            let reference = match known
                .iter()
                .find(|r| r.place.sentence == i && r.place.span.overlaps(place.span))
            {
                Some(r) if r.reason == Reason::Pronoun => Some(Reference { place, ..*r }),
                _ => pronoun(cx, &words, w, place, speakers, &meant, &mut gender)
                    .or_else(|| nominal(cx, &words, w, i)),
            };
            if let Some(r) = reference {
                let subject = cx.before(i, r.place.span.start).split_whitespace().count() <= 4;
                meant.push(Meant { place: r.place, actor: r.actor, subject, name: None });
                out.push(r);
            }
        }
    }
    out
}

struct Word {
    span: Span,
    lower: String,
    /// The first character as it stands.
    capital: bool,
}

/// Runs of letters, digits and hyphens; an apostrophe parts them ("he's": he, s).
fn words(text: &str) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    let mut open = false;
    for (i, c) in text.chars().enumerate() {
        let inner = c.is_alphanumeric() || c == '-';
        if inner {
            match out.last_mut() {
                Some(last) if open => {
                    last.span.end = i + 1;
                    last.lower.extend(c.to_lowercase());
                }
                _ => out.push(Word {
                    span: Span::new(i, i + 1),
                    lower: c.to_lowercase().collect(),
                    capital: c.is_uppercase(),
                }),
            }
        }
        open = inner;
    }
    out
}

fn pronoun(
    cx: &Context<'_>,
    words: &[Word],
    w: usize,
    place: Place,
    speakers: &[Option<usize>],
    meant: &[Meant],
    gender: &mut [Option<Gender>],
) -> Option<Reference> {
    let word = words[w].lower.as_str();
    let reference = |actor| Some(Reference { place, actor, reason: Reason::Pronoun });
    if matches!(word, "it" | "its" | "itself" | "they" | "their" | "them" | "themselves") {
        return body(cx, words, w, place, speakers, meant).and_then(reference);
    }
    let wanted = names::pronoun(word)?.gender()?;
    let fits = |actor: usize| cx.is_person(actor) && gender[actor].is_none_or(|g| g == wanted);
    let (voice, speaker) = cx.speaker_at(place, speakers);
    // "Lind said he would": the speaker, unless somebody else was named inside what he said.
    if voice == Voice::Indirect
        && let Some(speaker) = speaker.filter(|&s| fits(s))
        && !meant.iter().rev().take_while(|m| m.place.sentence == place.sentence).any(|m| {
            m.actor != speaker
                && fits(m.actor)
                && cx.speaker_at(m.place, speakers) == (voice, Some(speaker))
        })
    {
        return reference(speaker);
    }
    let object = is_object(words, w);
    let mut best: HashMap<usize, f32> = HashMap::new();
    let near = meant.iter().rev().take_while(|m| m.place.sentence + REACH >= place.sentence);
    for m in near.filter(|m| fits(m.actor)) {
        // Nobody calls himself "he" in his own quotation.
        if voice == Voice::Direct && speaker == Some(m.actor) {
            continue;
        }
        if cx.sentences[m.place.sentence].part != cx.sentences[place.sentence].part {
            continue;
        }
        let back = place.sentence - m.place.sentence;
        let mut score = 3.0 - back as f32;
        score += if m.subject { 1.0 } else { 0.0 };
        score += match gender[m.actor] {
            Some(_) => 1.5,
            // Nothing speaks for it but the name's ending, or that the sentence is about the person.
            None if cx.may_be(m.actor, wanted) && m.subject => 0.0,
            None => -2.0,
        };
        score += if m.name.is_none() { 0.5 } else { 0.0 };
        let quoted = cx.speaker_at(m.place, speakers).0 == Voice::Direct;
        score -= if quoted && voice != Voice::Direct { 1.5 } else { 0.0 };
        // "Lind met him": whom a clause is about does not stand in it as its object as well.
        score -= if object && back == 0 && m.subject && same_clause(cx, m.place, place) {
            3.0
        } else {
            0.0
        };
        let known = best.entry(m.actor).or_insert(f32::MIN);
        *known = known.max(score);
    }
    let mut ranked: Vec<(usize, f32)> = best.into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let (actor, score) = *ranked.first()?;
    if score <= 0.0 || ranked.get(1).is_some_and(|next| score - next.1 < MARGIN) {
        return None;
    }
    if ranked.len() == 1 && gender[actor].is_none() {
        gender[actor] = Some(wanted);
    }
    reference(actor)
}

/// "him" is an object; "her" is one where no noun follows.
fn is_object(words: &[Word], w: usize) -> bool {
    match words[w].lower.as_str() {
        "him" => true,
        "her" => words.get(w + 1).is_none_or(|next| {
            matches!(
                next.lower.as_str(),
                "and"
                    | "but"
                    | "or"
                    | "to"
                    | "in"
                    | "on"
                    | "at"
                    | "for"
                    | "with"
                    | "from"
                    | "by"
                    | "as"
                    | "that"
                    | "when"
                    | "while"
                    | "after"
                    | "before"
                    | "a"
                    | "an"
                    | "the"
                    | "of"
                    | "into"
                    | "over"
                    | "out"
                    | "off"
                    | "up"
            )
        }),
        _ => false,
    }
}

/// Nothing that opens a clause stands between the two.
fn same_clause(cx: &Context<'_>, a: Place, b: Place) -> bool {
    if a.sentence != b.sentence || a.span.end > b.span.start {
        return false;
    }
    let between =
        cx.text(Place { sentence: a.sentence, span: Span::new(a.span.end, b.span.start) });
    let opens = |w: &str| {
        matches!(
            w,
            "that"
                | "who"
                | "when"
                | "while"
                | "after"
                | "before"
                | "because"
                | "if"
                | "and"
                | "but"
                | "which"
                | "as"
        )
    };
    !between.contains([',', ';', ':', '“', '"'])
        && !between.to_lowercase().split_whitespace().any(opens)
}

/// "it", "they": the organisation or state that alone can be meant.
fn body(
    cx: &Context<'_>,
    words: &[Word],
    w: usize,
    place: Place,
    speakers: &[Option<usize>],
    meant: &[Meant],
) -> Option<usize> {
    let word = words[w].lower.as_str();
    let plural = matches!(word, "they" | "their" | "them" | "themselves");
    if word == "it" && is_pleonastic(words, w) {
        return None;
    }
    let body = |actor: usize| {
        matches!(cx.kind[actor], EntityKind::Org | EntityKind::Loc) && !plural
            || matches!(cx.kind[actor], EntityKind::Org | EntityKind::Norp) && plural
    };
    let (voice, speaker) = cx.speaker_at(place, speakers);
    if voice == Voice::Indirect
        && let Some(speaker) = speaker.filter(|&s| body(s))
    {
        return Some(speaker);
    }
    if voice == Voice::Direct || plural {
        return None;
    }
    // The only one that this sentence has named, or the subject of the one before where it has named none.
    let part = cx.sentences[place.sentence].part;
    let in_sentence = |sentence: usize| {
        meant
            .iter()
            .rev()
            .take_while(move |m| m.place.sentence >= sentence)
            .filter(move |m| m.place.sentence == sentence && cx.sentences[sentence].part == part)
            .filter(|m| body(m.actor))
    };
    let distinct = |mut actors: Vec<usize>| {
        actors.sort_unstable();
        actors.dedup();
        actors
    };
    let rival = |m: &&Meant| m.name.is_none_or(|k| cx.is_body(k) || cx.found[k].state.is_some());
    let here = distinct(in_sentence(place.sentence).filter(rival).map(|m| m.actor).collect());
    match here[..] {
        [only] => in_sentence(place.sentence)
            .any(|m| {
                m.actor == only
                    && (m.subject || word == "its")
                    && m.name.is_none_or(|k| cx.is_body(k))
            })
            .then_some(only),
        [] => {
            let before = in_sentence(place.sentence.checked_sub(1)?);
            let acts = |m: &&Meant| m.subject && m.name.is_none_or(|k| cx.is_body(k));
            match distinct(before.filter(acts).map(|m| m.actor).collect())[..] {
                [only] => Some(only),
                _ => None,
            }
        }
        _ => None,
    }
}

/// "it is clear that", "it took": an "it" that means nothing.
fn is_pleonastic(words: &[Word], w: usize) -> bool {
    words.get(w + 1).is_none_or(|next| {
        matches!(
            next.lower.as_str(),
            "is" | "was"
                | "s"
                | "be"
                | "seems"
                | "seemed"
                | "appears"
                | "appeared"
                | "takes"
                | "took"
                | "remains"
                | "remained"
                | "became"
                | "becomes"
                | "may"
                | "might"
                | "would"
                | "will"
                | "has"
                | "had"
                | "rained"
                | "snowed"
        )
    }) && !matches!(
        (words.get(w + 1).map(|n| n.lower.as_str()), words.get(w + 2).map(|n| n.lower.as_str())),
        (Some("will" | "would" | "has" | "had"), Some(next)) if next != "be" && next != "been"
    )
}

/// "the minister" from its article on.
fn nominal(cx: &Context<'_>, words: &[Word], w: usize, sentence: usize) -> Option<Reference> {
    if !matches!(words[w].lower.as_str(), "the" | "this") {
        return None;
    }
    let (head, noun) = (w + 1..words.len().min(w + 4))
        .take_while(|&k| !words[k].capital || names::is_of_office(&words[k].lower))
        .take_while(|&k| words[k].span.start == words[k - 1].span.end + 1)
        .take_while(|&k| !names::is_small(&words[k].lower))
        .find_map(|k| names::noun(&words[k].lower).map(|noun| (k, noun)))?;
    let span = Span::new(words[w].span.start, words[head].span.end);
    let place = Place { sentence, span };
    let after = cx.after(sentence, span.end);
    // "the minister Oya Lind", "the mayor of Selke", "the minister's office": a name follows, or another noun.
    let next = words.get(head + 1);
    let follows = next.is_some_and(|n| {
        n.span.start == span.end + 1
            && (n.capital || n.lower == "of" || names::noun(&n.lower).is_some())
    });
    // "Lind, the minister, said": the name is there already.
    let before = cx.before(sentence, span.start).trim_end();
    let apposed = before.ends_with(',')
        && cx.named_in(sentence).any(|k| cx.found[k].place.span.end + 2 == span.start);
    let apposing = after.starts_with(", ")
        && cx.named_in(sentence).any(|k| cx.found[k].place.span.start == span.end + 2);
    if follows || apposed || apposing {
        return None;
    }
    let actor = cx.described(&noun, place)?;
    Some(Reference { place, actor, reason: Reason::Nominal })
}
