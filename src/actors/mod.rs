//! Mentions in, actors out: who is meant, and who is speaking?
//!
//! Within an article ([`cast`]) the names of one actor are joined ("Sergei Lavrov", "Mr Lavrov", "Lavrov"; short
//! forms and acronyms of organisations; whatever names a state), then the words that are no name are followed to
//! whom they mean ("he", "the minister"), and every attribution to who speaks in it and who passed it on. Across
//! articles ([`link`]) actors are joined by full name and type; a surname alone is not enough.
//!
//! Every mention carries the reason for which it means its actor. Nothing is guessed: what fits nobody, or two
//! equally well, stays without an actor.

pub mod codebook;
mod find;
pub(crate) mod given;
mod join;
pub mod link;
pub(crate) mod names;
mod refer;
mod speakers;
pub(crate) mod states;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{EntityKind, Reading, StanceScore};
use crate::text::Sentence;
use crate::voice::{Place, Voice, Voices};
use codebook::Codebook;
use find::Found;

/// What the words of a mention are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    Name,
    /// A description: "the minister".
    Nominal,
    Pronoun,
}

/// Why a mention means its actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is the actor's name.
    Name,
    /// The last name, or one of several, of the one person who has it.
    Surname,
    GivenName,
    /// A part of the full name, or initials for a given name.
    ShortForm,
    /// The letters that the name begins with.
    Acronym,
    /// The same name, spelt a little differently.
    Spelling,
    /// The family name first.
    NameOrder,
    /// What people and things of a state are called: "Russian".
    Demonym,
    /// Its capital or seat of government for a state: "the Kremlin".
    Metonym,
    /// A description of the one actor that it fits.
    Nominal,
    /// "he", "its".
    Pronoun,
    /// The user's codebook says so.
    Codebook,
    /// A surname alone, in an article about the same people as one that has the full name.
    Context,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Reason::Name => "name",
            Reason::Surname => "surname",
            Reason::GivenName => "given name",
            Reason::ShortForm => "short form",
            Reason::Acronym => "acronym",
            Reason::Spelling => "spelling",
            Reason::NameOrder => "order of names",
            Reason::Demonym => "demonym",
            Reason::Metonym => "metonym",
            Reason::Nominal => "description",
            Reason::Pronoun => "pronoun",
            Reason::Codebook => "codebook",
            Reason::Context => "context",
        })
    }
}

impl Reason {
    pub const fn form(self) -> Form {
        match self {
            Reason::Nominal => Form::Nominal,
            Reason::Pronoun => Form::Pronoun,
            _ => Form::Name,
        }
    }
}

/// A stretch of an article that means an actor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mention {
    pub place: Place,
    pub kind: EntityKind,
    /// How sure the model is of the type; of a mention that is no name, of the type of the name it stands for.
    pub p: f32,
    /// Index into [`Cast::actors`].
    pub actor: usize,
    pub reason: Reason,
    /// A location or origin only: "in *Moscow*", "the *Danish* coach", "*MOSCOW* (*Reuters*) -".
    pub is_place: bool,
    /// Whose words surround it; never `Mixed`.
    pub voice: Voice,
    /// Index into `Voices::attributions`, where it stands in somebody else's words.
    pub attribution: Option<usize>,
    /// It names the source of an attribution ("*Lavrov* said").
    pub is_source: bool,
    pub stance: StanceScore,
}

/// Somebody an article names.
#[derive(Clone, Debug, PartialEq)]
pub struct Actor {
    /// The same for one actor across articles: type and fullest name, as `per:sergei-lavrov`.
    pub id: String,
    /// The fullest name.
    pub name: String,
    pub kind: EntityKind,
    /// Every form it was met under, with its count and why it means this actor.
    pub forms: BTreeMap<String, (u32, Reason)>,
    /// Entry of the codebook.
    pub book: Option<usize>,
    /// A person of whom the article has one name only.
    pub lone: bool,
}

/// The people of an article: who is named, and who speaks.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Cast {
    pub actors: Vec<Actor>,
    /// In the order of the article.
    pub mentions: Vec<Mention>,
    /// For each of `Voices::attributions`: the actor whose words they are, where it is known.
    pub speakers: Vec<Option<usize>>,
    /// For each of them: the actor who passed the words on ("*Tass* quoted Lavrov as saying").
    pub via: Vec<Option<usize>>,
}

/// Finds the actors of an article and the speaker of every attribution. With a codebook that says `only`, nobody
/// else is an actor.
pub fn cast(
    sentences: &[Sentence],
    readings: &[Reading],
    voices: &Voices,
    book: Option<&Codebook>,
) -> Cast {
    let found = find::find(sentences, readings, voices, book);
    let joined = join::join(sentences, &found);
    let mut actors: Vec<Actor> = (0..joined.count)
        .map(|actor| {
            let own = found.iter().zip(&joined.cluster).zip(&joined.reason);
            let own = own
                .filter(|((_, a), _)| **a == actor)
                .map(|((f, _), r)| (f, *r))
                .collect::<Vec<_>>();
            describe(&own, book)
        })
        .collect();
    let kinds = actors.iter().map(|a| a.kind).collect();
    let mut cx = refer::Context::new(sentences, voices, &found, &joined.cluster, kinds);
    let spoken = speakers::speakers(&mut cx);
    let references = refer::references(&cx, &spoken.speaker, &spoken.references);

    let mut mentions: Vec<Mention> = Vec::with_capacity(found.len() + references.len());
    let mention = |place: Place, whom: Option<usize>| {
        let (voice, attribution) = voices.sentences[place.sentence].at(place.span);
        let field = &readings[place.sentence].stance;
        let stance = match whom {
            Some(actor) => field.found_as(place.span, &actors[actor].name),
            None => field.found(place.span),
        }?;
        Some((voice, attribution, stance))
    };
    let mut surest = vec![0.0f32; actors.len()];
    for ((f, &actor), &reason) in found.iter().zip(&joined.cluster).zip(&joined.reason) {
        surest[actor] = surest[actor].max(f.p);
        if let Some((voice, attribution, stance)) = mention(f.place, None) {
            mentions.push(Mention {
                place: f.place,
                kind: f.kind,
                p: f.p,
                actor,
                reason,
                is_place: is_place(f),
                voice,
                attribution,
                is_source: f.is_source,
                stance,
            });
        }
    }
    for r in references {
        if let Some((voice, attribution, stance)) = mention(r.place, Some(r.actor)) {
            mentions.push(Mention {
                place: r.place,
                kind: actors[r.actor].kind,
                p: surest[r.actor],
                actor: r.actor,
                reason: r.reason,
                is_place: false,
                voice,
                attribution,
                is_source: voices.attributions.iter().any(|a| {
                    a.source.is_some_and(|s| {
                        s.sentence == r.place.sentence && s.span.overlaps(r.place.span)
                    })
                }),
                stance,
            });
        }
    }
    mentions.sort_by_key(|m| (m.place.sentence, m.place.span));
    let mut cast = Cast { actors: Vec::new(), mentions, speakers: spoken.speaker, via: spoken.via };
    let only = book.is_some_and(|b| b.only);
    cast.keep(std::mem::take(&mut actors), |a| !only || a.book.is_some());
    cast
}

impl Cast {
    /// Leaves the actors that `kept` lets through, with their mentions and words.
    fn keep(&mut self, actors: Vec<Actor>, kept: impl Fn(&Actor) -> bool) {
        let mut number = vec![None; actors.len()];
        for (k, actor) in actors.into_iter().enumerate() {
            if kept(&actor) {
                number[k] = Some(self.actors.len());
                self.actors.push(actor);
            }
        }
        self.mentions.retain_mut(|m| match number[m.actor] {
            Some(n) => {
                m.actor = n;
                true
            }
            None => false,
        });
        for who in self.speakers.iter_mut().chain(&mut self.via) {
            *who = who.and_then(|a| number[a]);
        }
    }
}

/// Does a name only say where something is or comes from?
fn is_place(f: &Found) -> bool {
    match f.state {
        _ if f.dateline => true,
        Some((_, _, part)) => part == states::Part::Place,
        None => f.kind == EntityKind::Loc,
    }
}

fn describe(own: &[(&Found, Reason)], book: Option<&Codebook>) -> Actor {
    let mut forms: BTreeMap<String, (u32, Reason)> = BTreeMap::new();
    for (f, reason) in own {
        let shown = names::shown(&f.form, f.kind);
        let known = forms.entry(shown).or_insert((0, *reason));
        known.0 += 1;
        known.1 = known.1.min(*reason);
    }
    let entry = own.iter().find_map(|(f, _)| f.book);
    if let (Some(entry), Some(book)) = (entry, book) {
        let entry_row = &book.actors[entry];
        return Actor {
            id: entry_row.id.clone(),
            name: entry_row.name.clone(),
            kind: entry_row.kind,
            forms,
            book: Some(entry),
            lone: false,
        };
    }
    // A cluster around a state has its common name, whatever it was called.
    let state = own.iter().find_map(|(f, r)| {
        let is_state = matches!(r, Reason::Demonym | Reason::Metonym)
            || f.state.is_some_and(|s| s.1 == states::How::Name);
        f.state.filter(|_| is_state).map(|s| s.0)
    });
    if let Some(state) = state {
        let kind = if state.code == "EU" { EntityKind::Org } else { EntityKind::Loc };
        let id = id(kind, &names::tokens(state.name, kind));
        return Actor { id, name: state.name.to_owned(), kind, forms, book: None, lone: false };
    }
    let kind = join::likeliest_kind(own.iter().map(|(f, _)| *f));
    let full = |form: &str, reason: Reason| match kind {
        EntityKind::Per => names::tokens(form, kind).len() > 1,
        _ => reason == Reason::Name,
    };
    // A full name before others, in Latin letters and with its diacritics; then the one most used, so that a
    // headline's "Oya Lind Hammers Bank" stays an accident; then the longest, then the first in the alphabet.
    let name = forms
        .iter()
        .max_by_key(|(form, (n, reason))| {
            (
                full(form, *reason),
                !names::all_capitals(form),
                form.chars().all(|c| !c.is_alphabetic() || c < '\u{250}'),
                !form.is_ascii(),
                *n,
                names::tokens(form, kind).len(),
                std::cmp::Reverse((*form).clone()),
            )
        })
        .map(|(form, _)| form.clone())
        .unwrap_or_default();
    let tokens = names::tokens(&name, kind);
    let lone = kind == EntityKind::Per && tokens.len() == 1;
    let shown = if kind == EntityKind::Org { names::without_legal_form(&tokens) } else { &tokens };
    let mut own_id = id(kind, shown);
    let mut own_name = name;
    if let Some((organ, owner)) = own.iter().find_map(|(f, _)| Some((&f.tokens, f.owner?))) {
        own_id = format!("{}-{}", id(kind, organ), owner.code.to_lowercase());
        // "Russian Foreign Ministry" says it already.
        if own.iter().any(|(f, _)| f.owner.is_some() && tokens == f.tokens) {
            own_name = format!("{own_name} ({})", owner.name);
        }
    }
    Actor { id: own_id, name: own_name, kind, forms, book: None, lone }
}

/// Is a source but a pronoun ("he", "who", "it"), which says nothing where it stands alone?
pub fn is_pronoun(source: &str) -> bool {
    names::pronoun(source).is_some()
        || matches!(
            source.to_lowercase().trim(),
            "who" | "which" | "that" | "it" | "i" | "we" | "you"
        )
}

/// Is a source's words a paper rather than a person: "the report", "court documents"?
pub fn is_document(source: &str) -> bool {
    names::is_document(source)
}

/// Type and name, as it stands in every table: `per:sergei-lavrov`.
pub fn id(kind: EntityKind, tokens: &[String]) -> String {
    let prefix = match kind {
        EntityKind::Per => "per",
        EntityKind::Org => "org",
        EntityKind::Loc => "loc",
        EntityKind::Norp => "norp",
        EntityKind::Misc => "misc",
    };
    format!("{prefix}:{}", tokens.join("-"))
}
