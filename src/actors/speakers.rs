//! Who speaks in each attribution, and who passed it on.

use super::Reason;
use super::find::Found;
use super::names::{self, Pronoun};
use super::refer::{Context, Reference, earlier, only};
use super::states::{How, Part};
use crate::Span;
use crate::model::EntityKind;
use crate::voice::{Place, Voice};

/// For each attribution, in the order of `Voices::attributions`.
pub(super) struct Speakers {
    pub speaker: Vec<Option<usize>>,
    /// The messenger: "*Tass* quoted Lavrov as saying".
    pub via: Vec<Option<usize>>,
    /// Sources that are no name: "he", "the minister".
    pub references: Vec<Reference>,
}

pub(super) fn speakers(cx: &mut Context<'_>) -> Speakers {
    let n = cx.voices.attributions.len();
    let mut out = Speakers { speaker: vec![None; n], via: vec![None; n], references: Vec::new() };
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|&a| {
        let at = &cx.voices.attributions[a];
        at.source.or(at.content.first().copied()).map(|p| (p.sentence, p.span))
    });
    // Speakers so far, with where they spoke.
    let mut spoke: Vec<(Place, usize)> = Vec::new();
    for a in order {
        let Some(source) = cx.voices.attributions[a].source else { continue };
        let (speaker, via) = match relayed(cx, source) {
            Some((quoted, messenger)) => (Some(quoted), messenger),
            None => (one(cx, source, &spoke, &mut out.references), None),
        };
        if let Some(actor) = speaker {
            spoke.push((source, actor));
        }
        out.speaker[a] = speaker;
        out.via[a] = via.filter(|&v| Some(v) != speaker);
    }
    out
}

fn one(
    cx: &mut Context<'_>,
    source: Place,
    spoke: &[(Place, usize)],
    references: &mut Vec<Reference>,
) -> Option<usize> {
    // What says more about the source behind it names others: "Tidewater, whose owner is Oya Lind".
    let mut source = source;
    source.span.end = source.span.start + names::head(cx.text(source));
    let text = cx.text(source).to_owned();
    let inside: Vec<usize> = cx
        .named_in(source.sentence)
        .filter(|&k| cx.found[k].place.span.overlaps(source.span))
        .collect();
    let person = inside.iter().rev().find(|&&k| cx.found[k].kind == EntityKind::Per);
    if let Some(&k) = person {
        // "Lind's lawyer", "a friend of Lind": somebody else, who has no name here.
        let lead = cx.found[k].place.span.start.saturating_sub(source.span.start);
        let lead: String = text.chars().take(lead).collect();
        let other = is_possessor(cx, k, source)
            || names::stands_between(&lead)
            || describes_a_person(cx, k, source);
        return (!other).then_some(cx.actor[k]);
    }
    if let "who" | "which" | "that" = text.to_lowercase().trim() {
        return antecedent(cx, source);
    }
    if let "it" = text.to_lowercase().trim() {
        return subject_before(cx, source);
    }
    if let Some(pronoun) = names::pronoun(&text) {
        let actor = pronoun_source(cx, source, pronoun, spoke)?;
        references.push(Reference { place: source, actor, reason: Reason::Pronoun });
        return Some(actor);
    }
    let noun = names::role_noun(&text);
    // "the Tidewater chairman" is a person, "the Samoa Power Authority" has its name.
    if let Some(noun) = noun.as_ref().filter(|n| inside.is_empty() || names::is_person_noun(n)) {
        return cx.described(noun, source);
    }
    if inside.is_empty() {
        return labelled(cx, &text);
    }
    // "the leader of the Northern Front"
    if let Some(actor) = names::office(&text).and_then(|noun| cx.holds(&noun, source)) {
        return Some(actor);
    }
    // An organisation or state that is the source itself, or that the source speaks for.
    let spoken_for = names::speaks_for(&text);
    if !spoken_for && inside.last().is_some_and(|&k| describes_a_person(cx, k, source)) {
        return None;
    }
    inside
        .iter()
        .rev()
        .find(|&&k| {
            let f = &cx.found[k];
            let ends = f.place.span.end + 2 >= source.span.end;
            let begins = f.place.span.start <= source.span.start + 4;
            match f.state {
                Some((_, How::Demonym, _)) => names::is_collective(&text),
                Some((_, _, Part::Place)) => false,
                _ if spoken_for => f.kind == EntityKind::Org || f.state.is_some(),
                // "an adviser at Delphi", "two members of the council": nobody with a name. "Japan's Defence
                // Ministry" is the ministry.
                _ => {
                    let org = f.kind == EntityKind::Org && !names::counts(&text);
                    let start = f.place.span.start.max(source.span.start);
                    let lead = Span::new(source.span.start, start);
                    let lead = cx.text(Place { sentence: source.sentence, span: lead });
                    let owned = !lead.split_whitespace().any(names::is_small_word);
                    (ends && begins) || (org && (begins || ends && owned))
                }
            }
        })
        .map(|&k| cx.actor[k])
}

/// "the Tidewater skipper": a name in a source only says whose somebody is.
fn describes_a_person(cx: &Context<'_>, k: usize, source: Place) -> bool {
    let end = cx.found[k].place.span.end.clamp(source.span.start, source.span.end);
    let rest = Place { sentence: source.sentence, span: Span::new(end, source.span.end) };
    let rest = cx.text(rest);
    // "Oya Lind, the skipper" is Lind.
    !rest.starts_with(',') && names::names_a_person(rest)
}

/// The person whom a part of the name alone means, as labels of turns have it: "SEO:" of Seo Ha-rin.
fn labelled(cx: &Context<'_>, text: &str) -> Option<usize> {
    let own = names::tokens(text, EntityKind::Per);
    let capital = text.chars().next().is_some_and(char::is_uppercase);
    let [word] = &own[..] else { return None };
    if !capital || text.split_whitespace().count() > 1 {
        return None;
    }
    let fits =
        |k: &usize| cx.found[*k].kind == EntityKind::Per && cx.found[*k].tokens.contains(word);
    only((0..cx.found.len()).filter(fits).map(|k| cx.actor[k]))
}

/// "Lind, *who* said": the name right before, at most a few words away.
fn antecedent(cx: &Context<'_>, source: Place) -> Option<usize> {
    const WORDS: usize = 8;
    let ends_before = |k: &usize| cx.found[*k].place.span.end <= source.span.start;
    let k = cx.named_in(source.sentence).rev().find(ends_before)?;
    let between = Span::new(cx.found[k].place.span.end, source.span.start);
    let text = cx.text(Place { sentence: source.sentence, span: between });
    // Nothing of another clause may stand between.
    let near = text.split_whitespace().count() <= WORDS && !text.contains([';', ':', '“', '"']);
    near.then_some(cx.actor[k])
}

/// "Tidewater denied it. *It* said": the organisation or state that the sentence, or else the one before, begins
/// with.
fn subject_before(cx: &Context<'_>, source: Place) -> Option<usize> {
    let body = |k: &usize| {
        let f = &cx.found[*k];
        f.kind == EntityKind::Org || f.state.is_some_and(|s| s.2 == Part::State)
    };
    let ends_before = |k: &usize| cx.found[*k].place.span.end <= source.span.start;
    let found = match cx.named_in(source.sentence).find(ends_before) {
        Some(k) => Some(k),
        None => cx.named_in(source.sentence.checked_sub(1)?).find(|&k| cx.leads(k)),
    };
    found.filter(body).map(|k| cx.actor[k])
}

/// "Lind's", with more of the source after it.
fn is_possessor(cx: &Context<'_>, k: usize, source: Place) -> bool {
    let f: &Found = &cx.found[k];
    let rest = Span::new(f.place.span.end.min(source.span.end), source.span.end);
    let form = &f.form;
    let owns = |s: &str| s.starts_with("'s ") || s.starts_with("’s ");
    let after = cx.text(Place { sentence: source.sentence, span: rest });
    (owns(after)
        || (form.ends_with("'s") || form.ends_with("’s")) && after.trim().chars().count() > 1)
        && after
            .split_whitespace()
            .any(|w| w.chars().next().is_some_and(char::is_lowercase) && w.len() > 2)
}

/// "he said": the last to speak, if nobody fitting was named outside quotations since; else the last named.
fn pronoun_source(
    cx: &mut Context<'_>,
    source: Place,
    pronoun: Pronoun,
    spoke: &[(Place, usize)],
) -> Option<usize> {
    let wanted = pronoun.gender()?;
    let fits = |actor: usize| cx.is_person(actor) && cx.gender[actor].is_none_or(|g| g == wanted);
    let spoken = spoke.iter().rev().find(|(p, actor)| earlier(*p, source) && fits(*actor)).copied();
    let part = cx.sentences[source.sentence].part;
    let named = (0..cx.found.len()).rev().find(|&k| {
        let f = &cx.found[k];
        earlier(f.place, source)
            && fits(cx.actor[k])
            && cx.sentences[f.place.sentence].part == part
            && cx.voices.sentences[f.place.sentence].at(f.place.span).0 == Voice::Outlet
            && (f.is_source || cx.leads(k))
    });
    let chosen = match (spoken, named) {
        (Some((place, s)), Some(k)) if !earlier(place, cx.found[k].place) => Some(s),
        (_, Some(k)) => Some(cx.actor[k]),
        (Some((_, s)), None) => Some(s),
        (None, None) => None,
    }?;
    cx.gender[chosen] = cx.gender[chosen].or(Some(wanted));
    Some(chosen)
}

/// Who is quoted, and by whom, where the source only passes the words on: "Tass quoted Lavrov as saying",
/// "Lavrov was quoted by Tass as saying", "Tass reported, citing Lavrov".
fn relayed(cx: &Context<'_>, source: Place) -> Option<(usize, Option<usize>)> {
    let names: Vec<usize> = cx.named_in(source.sentence).collect();
    let before = cx.before(source.sentence, source.span.start).to_lowercase();
    let after = cx.after(source.sentence, source.span.end).to_lowercase();
    let before = before.trim_end().trim_end_matches("the").trim_end();
    let after = after.trim_start().trim_start_matches(',').trim_start();
    let own = names.iter().copied().rev().find(|&k| cx.found[k].place.span.overlaps(source.span));
    let speaks = |k: usize| matches!(cx.found[k].kind, EntityKind::Per | EntityKind::Org);
    let ahead = || {
        names
            .iter()
            .copied()
            .rev()
            .find(|&k| speaks(k) && cx.found[k].place.span.end <= source.span.start)
    };
    let behind = || {
        names
            .iter()
            .copied()
            .find(|&k| speaks(k) && cx.found[k].place.span.start >= source.span.end)
    };
    let next_words = |k: usize| {
        let between = Span::new(source.span.end, cx.found[k].place.span.start);
        cx.text(Place { sentence: source.sentence, span: between }).split_whitespace().count()
    };
    if before.ends_with("quoted by") || before.ends_with("cited by") {
        // The source is the messenger.
        return Some((cx.actor[ahead()?], own.map(|k| cx.actor[k])));
    }
    if (after.starts_with("was quoted by")
        || after.starts_with("was cited by")
        || after.starts_with("quoted by"))
        && let Some(own) = own
    {
        return Some((
            cx.actor[own],
            behind().filter(|&k| next_words(k) <= 5).map(|k| cx.actor[k]),
        ));
    }
    if (after.starts_with("quoted ")
        || after.starts_with("cited ")
        || after.starts_with("quotes ")
        || after.starts_with("cites "))
        && after.contains(" as ")
    {
        let quoted = behind().filter(|&k| next_words(k) <= 6)?;
        return Some((cx.actor[quoted], own.map(|k| cx.actor[k])));
    }
    for word in ["citing ", "quoting "] {
        // "Tass reported, citing Lavrov": only right after the verb.
        if let Some(at) = after.find(word)
            && after[..at].split_whitespace().count() <= 2
        {
            let quoted =
                behind().filter(|&k| cx.found[k].kind == EntityKind::Per && next_words(k) <= 8)?;
            return Some((cx.actor[quoted], own.map(|k| cx.actor[k])));
        }
    }
    // "Tass quoted *Lavrov* as saying", the source being Lavrov.
    if (before.ends_with(" quoted")
        || before.ends_with(" cited")
        || before.ends_with(" quoting")
        || before.ends_with(" citing"))
        && let Some(own) = own
    {
        let messenger = ahead().filter(|&k| {
            let gap = Span::new(cx.found[k].place.span.end, source.span.start);
            cx.text(Place { sentence: source.sentence, span: gap }).split_whitespace().count() <= 4
        });
        return messenger.map(|m| (cx.actor[own], Some(cx.actor[m])));
    }
    None
}
