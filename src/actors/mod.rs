//! Mentions in, actors out: who is meant, and who is speaking?
//!
//! First form: within an article the names of one actor are joined ("Sergei Lavrov", "Mr Lavrov",
//! "Lavrov"; an acronym introduced in brackets), and sources are followed to the person they mean ("he
//! said", "the minister said"). Across articles actors are joined by their fullest name and type alone.
//! Two full names with one surname stay two, and nothing is guessed: a source that fits nobody stays
//! without an actor.

mod names;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::Span;
use crate::model::{EntityKind, Reading, StanceScore};
use crate::span::CodePoints;
use crate::text::{Part, Sentence, agency};
use crate::voice::{Place, Voice, Voices};
use names::{Gender, Pronoun};

/// A stretch of an article that names an actor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mention {
    pub place: Place,
    pub kind: EntityKind,
    /// How sure the model is of the type.
    pub p: f32,
    /// Index into [`Cast::actors`].
    pub actor: usize,
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
    /// Every form it was met under, with its count.
    pub forms: BTreeMap<String, u32>,
}

/// The people of an article: who is named, and who speaks.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Cast {
    pub actors: Vec<Actor>,
    /// In the order of the article.
    pub mentions: Vec<Mention>,
    /// For each of `Voices::attributions`: the actor whose words they are, where it is known.
    pub speakers: Vec<Option<usize>>,
}

struct Found {
    place: Place,
    kind: EntityKind,
    p: f32,
    /// As in the text.
    form: String,
    /// Without titles, in lower case.
    tokens: Vec<String>,
    gender: Option<Gender>,
    /// Words right before it that may be its role: "foreign minister".
    role: Vec<String>,
    is_source: bool,
}

/// Finds the actors of an article and the speaker of every attribution.
pub fn cast(sentences: &[Sentence], readings: &[Reading], voices: &Voices) -> Cast {
    let found = find(sentences, readings, voices);
    let (assigned, count) = join_names(sentences, &found);

    let mut actors: Vec<Actor> = Vec::with_capacity(count);
    for actor in 0..count {
        let own: Vec<&Found> =
            found.iter().zip(&assigned).filter(|(_, a)| **a == actor).map(|(f, _)| f).collect();
        actors.push(describe(&own));
    }
    // Articles call one actor by several types; its own is the likeliest.
    let mentions: Vec<Mention> = found
        .iter()
        .zip(&assigned)
        .filter_map(|(f, &actor)| {
            let reading = &readings[f.place.sentence];
            let (voice, attribution) = voices.sentences[f.place.sentence].at(f.place.span);
            Some(Mention {
                place: f.place,
                kind: f.kind,
                p: f.p,
                actor,
                voice,
                attribution,
                is_source: f.is_source,
                stance: reading.stance.toward(f.place.span)?,
            })
        })
        .collect();
    let speakers = speakers(sentences, voices, &found, &assigned);
    Cast { actors, mentions, speakers }
}

fn find(sentences: &[Sentence], readings: &[Reading], voices: &Voices) -> Vec<Found> {
    let mut found = Vec::new();
    for (i, (sentence, reading)) in sentences.iter().zip(readings).enumerate() {
        let points = CodePoints::new(&sentence.text);
        for entity in &reading.entities {
            if entity.kind == EntityKind::Misc {
                continue; // events, laws and products do not act
            }
            let form = points.slice(entity.span).split_whitespace().collect::<Vec<_>>().join(" ");
            if form.chars().filter(|c| c.is_alphabetic()).count() < 2 {
                continue;
            }
            let before = points.slice(Span::new(0, entity.span.start));
            let tokens = names::tokens(&form, entity.kind);
            if tokens.is_empty() {
                continue;
            }
            let place = Place { sentence: i, span: entity.span };
            let is_source = voices
                .attributions
                .iter()
                .any(|a| a.source.is_some_and(|s| s.sentence == i && s.span.overlaps(entity.span)));
            found.push(Found {
                place,
                kind: entity.kind,
                p: entity.p,
                gender: names::gender(before, &form),
                role: if entity.kind == EntityKind::Per {
                    names::role(before, &form)
                } else {
                    Vec::new()
                },
                form,
                tokens,
                is_source,
            });
        }
    }
    // A wire service is no person, unless the article has a person of that name ("Mr Bloomberg").
    let surnames: HashSet<String> = found
        .iter()
        .filter(|f| f.kind == EntityKind::Per && (f.tokens.len() > 1 || f.gender.is_some()))
        .filter_map(|f| f.tokens.last().cloned())
        .collect();
    for f in &mut found {
        let person = f.kind == EntityKind::Per && f.tokens.len() == 1;
        if person && !surnames.contains(&f.tokens[0]) && agency::named(&f.form).is_some() {
            f.kind = EntityKind::Org;
        }
    }
    found
}

/// Gives each found name the number of its actor in the article; returns how many there are.
fn join_names(sentences: &[Sentence], found: &[Found]) -> (Vec<usize>, usize) {
    // What an article calls a person once is a person throughout: the likelier reading of a name wins.
    let mut weight: HashMap<&[String], BTreeMap<bool, f32>> = HashMap::new();
    for f in found {
        *weight.entry(&f.tokens).or_default().entry(f.kind == EntityKind::Per).or_default() += f.p;
    }
    let person: Vec<bool> = found
        .iter()
        .map(|f| {
            let w = &weight[f.tokens.as_slice()];
            w.get(&true).unwrap_or(&0.0) >= w.get(&false).unwrap_or(&0.0)
        })
        .collect();

    let mut number: Vec<Option<usize>> = vec![None; found.len()];
    let mut count = 0;
    // Names as they stand: equal tokens, equal actor.
    let mut exact: HashMap<(bool, Vec<String>), usize> = HashMap::new();
    let mut next = |exact: &mut HashMap<(bool, Vec<String>), usize>, key| {
        *exact.entry(key).or_insert_with(|| {
            count += 1;
            count - 1
        })
    };
    for (i, f) in found.iter().enumerate() {
        if !person[i] || f.tokens.len() > 1 {
            number[i] = Some(next(&mut exact, (person[i], f.tokens.clone())));
        }
    }
    // "Ilse M. Brandvold" and "Ilse Brandvold": same first and last name.
    let mut ends: HashMap<(String, String), usize> = HashMap::new();
    for (i, f) in found.iter().enumerate() {
        if person[i]
            && let (Some(first), Some(last)) = (f.tokens.first(), f.tokens.last())
            && f.tokens.len() > 1
        {
            let of = *ends
                .entry((first.clone(), last.clone()))
                .or_insert_with(|| number[i].unwrap_or_default());
            number[i] = Some(of);
        }
    }
    // Surnames (or first names) alone: the one full name that ends (begins) so. Of several, the one
    // whose title fits, then the one named last before it, then the first after it.
    for i in 0..found.len() {
        if number[i].is_some() {
            continue;
        }
        let f = &found[i];
        let name = &f.tokens[0];
        let candidates = |at: &dyn Fn(&[String]) -> bool| -> Vec<usize> {
            (0..found.len())
                .filter(|&k| person[k] && found[k].tokens.len() > 1 && at(&found[k].tokens))
                .collect()
        };
        let mut full = candidates(&|t| t.last() == Some(name));
        if full.is_empty() {
            full = candidates(&|t| t.first() == Some(name));
        }
        let several = {
            let mut n: Vec<_> = full.iter().filter_map(|&k| number[k]).collect();
            n.sort_unstable();
            n.dedup();
            n.len() > 1
        };
        if several && let Some(gender) = f.gender {
            let known: Vec<usize> = full
                .iter()
                .copied()
                .filter(|&k| {
                    let g = known_gender(found, &number, number[k]);
                    g.is_none_or(|g| g == gender)
                })
                .collect();
            if !known.is_empty() {
                full = known;
            }
        }
        let before = full.iter().rev().find(|&&k| k < i);
        number[i] = before.or(full.first()).and_then(|&k| number[k]);
        if number[i].is_none() {
            number[i] = Some(next(&mut exact, (true, f.tokens.clone())));
        }
    }
    // "Harbour Protection Agency (HPA)": the letters in brackets are the name's own.
    let mut same: Vec<usize> = (0..count).collect();
    for pair in 0..found.len().saturating_sub(1) {
        let (long, short) = (&found[pair], &found[pair + 1]);
        if long.place.sentence == short.place.sentence
            && let (Some(a), Some(b)) = (number[pair], number[pair + 1])
            && a != b
            && names::is_acronym(&short.form, &long.form)
        {
            let between = CodePoints::new(&sentences[long.place.sentence].text)
                .slice(Span::new(long.place.span.end, short.place.span.start));
            if matches!(
                between.trim_end_matches(['“', '"', '‘']).trim(),
                "(" | "[" | "'s (" | "’s ("
            ) {
                same[b] = same[a];
            }
        }
    }
    // Numbers without gaps.
    let mut dense: HashMap<usize, usize> = HashMap::new();
    let assigned = number
        .into_iter()
        .map(|n| {
            let n = same[n.unwrap_or_default()];
            let k = dense.len();
            *dense.entry(n).or_insert(k)
        })
        .collect();
    (assigned, dense.len())
}

fn known_gender(found: &[Found], number: &[Option<usize>], actor: Option<usize>) -> Option<Gender> {
    found
        .iter()
        .zip(number)
        .filter(|(_, n)| n.is_some() && **n == actor)
        .find_map(|(f, _)| f.gender)
}

fn describe(own: &[&Found]) -> Actor {
    let mut kinds: BTreeMap<EntityKind, f32> = BTreeMap::new();
    let mut forms: BTreeMap<String, u32> = BTreeMap::new();
    for f in own {
        *kinds.entry(f.kind).or_default() += f.p;
        *forms.entry(names::shown(&f.form, f.kind)).or_default() += 1;
    }
    let kind = kinds.iter().max_by(|a, b| a.1.total_cmp(b.1)).map_or(EntityKind::Misc, |(k, _)| *k);
    // The fullest name; of equally full ones the most frequent, then the first in the alphabet.
    let name = forms
        .iter()
        .max_by_key(|(form, n)| {
            (
                names::tokens(form, kind).len(),
                !names::all_capitals(form),
                **n,
                std::cmp::Reverse((*form).clone()),
            )
        })
        .map(|(form, _)| form.clone())
        .unwrap_or_default();
    let prefix = match kind {
        EntityKind::Per => "per",
        EntityKind::Org => "org",
        EntityKind::Loc => "loc",
        EntityKind::Norp => "norp",
        EntityKind::Misc => "misc",
    };
    let id = format!("{prefix}:{}", names::tokens(&name, kind).join("-"));
    Actor { id, name, kind, forms }
}

/// Who speaks in each attribution, in the order of the article.
fn speakers(
    sentences: &[Sentence],
    voices: &Voices,
    found: &[Found],
    assigned: &[usize],
) -> Vec<Option<usize>> {
    let mut gender: HashMap<usize, Gender> = HashMap::new();
    let mut roles: HashMap<usize, Vec<String>> = HashMap::new();
    for (f, &actor) in found.iter().zip(assigned) {
        if let Some(g) = f.gender {
            gender.entry(actor).or_insert(g);
        }
        roles.entry(actor).or_default().extend(f.role.iter().cloned());
    }
    let is_person = |actor: usize| {
        found.iter().zip(assigned).any(|(f, &a)| a == actor && f.kind == EntityKind::Per)
    };
    let mut order: Vec<usize> = (0..voices.attributions.len()).collect();
    order.sort_by_key(|&a| {
        let at = &voices.attributions[a];
        at.source.or(at.content.first().copied()).map(|p| (p.sentence, p.span))
    });
    let mut out = vec![None; voices.attributions.len()];
    // Speakers so far, with where they spoke.
    let mut spoke: Vec<(Place, usize)> = Vec::new();
    for a in order {
        let Some(source) = voices.attributions[a].source else { continue };
        let text = CodePoints::new(&sentences[source.sentence].text).slice(source.span).to_owned();
        let inside: Vec<usize> = (0..found.len())
            .filter(|&k| {
                found[k].place.sentence == source.sentence
                    && found[k].place.span.overlaps(source.span)
            })
            .collect();
        let person = inside.iter().rev().find(|&&k| found[k].kind == EntityKind::Per);
        let relayed = relayed(&sentences[source.sentence].text, source.span);
        let quoted = |k: &usize| {
            let f = &found[*k];
            f.place.sentence == source.sentence
                && f.kind == EntityKind::Per
                && match relayed {
                    Some(Relayed::Before) => f.place.span.end <= source.span.start,
                    Some(Relayed::After) => f.place.span.start >= source.span.end,
                    None => false,
                }
        };
        let nearest = match relayed {
            Some(Relayed::Before) => (0..found.len()).rev().find(quoted),
            _ => (0..found.len()).find(quoted),
        };
        let speaker = if let Some(k) = nearest {
            Some(assigned[k])
        } else if let Some(&k) = person {
            Some(assigned[k])
        } else if let Some(pronoun) = names::pronoun(&text) {
            let before =
                |p: Place| (p.sentence, p.span.start) < (source.sentence, source.span.start);
            let part = sentences[source.sentence].part;
            let fits = |actor: usize| match pronoun {
                Pronoun::He => is_person(actor) && gender.get(&actor) != Some(&Gender::Female),
                Pronoun::She => is_person(actor) && gender.get(&actor) != Some(&Gender::Male),
                Pronoun::They => false,
            };
            // The last to speak, if nobody fitting was named outside quotations since; else the last named.
            let spoken = spoke.iter().rev().find(|(p, actor)| before(*p) && fits(*actor));
            let named = (0..found.len()).rev().find(|&k| {
                let f = &found[k];
                before(f.place)
                    && fits(assigned[k])
                    && sentences[f.place.sentence].part == part
                    && voices.sentences[f.place.sentence].at(f.place.span).0 == Voice::Outlet
                    && (f.is_source || leads(sentences, f))
            });
            let chosen = match (spoken, named) {
                (Some((p, s)), Some(k)) => {
                    let later = (found[k].place.sentence, found[k].place.span.start)
                        > (p.sentence, p.span.start);
                    Some(if later { assigned[k] } else { *s })
                }
                (Some((_, s)), None) => Some(*s),
                (None, Some(k)) => Some(assigned[k]),
                (None, None) => None,
            };
            if let Some(actor) = chosen {
                let g = match pronoun {
                    Pronoun::He => Some(Gender::Male),
                    Pronoun::She => Some(Gender::Female),
                    Pronoun::They => None,
                };
                if let Some(g) = g {
                    gender.entry(actor).or_insert(g);
                }
            }
            chosen
        } else if let Some(noun) = names::role_noun(&text) {
            // "the minister": the last one so named before it, or the only one in the article.
            let holders: Vec<usize> = (0..found.len())
                .filter(|&k| roles.get(&assigned[k]).is_some_and(|r| r.contains(&noun)))
                .collect();
            holders
                .iter()
                .rev()
                .find(|&&k| {
                    (found[k].place.sentence, found[k].place.span.start)
                        < (source.sentence, source.span.start)
                })
                .map(|&k| assigned[k])
        } else {
            // An organisation or state that is the source itself, not a place somewhere in it.
            inside
                .iter()
                .rev()
                .find(|&&k| {
                    let f = &found[k];
                    f.place.span.end + 2 >= source.span.end
                        || f.place.span.start <= source.span.start + 4 && f.kind == EntityKind::Org
                })
                .map(|&k| assigned[k])
        };
        if let Some(actor) = speaker {
            spoke.push((source, actor));
        }
        out[a] = speaker;
    }
    out
}

/// Where the speaker stands when the source only passes the words on.
#[derive(Clone, Copy)]
enum Relayed {
    /// "Lavrov was quoted by *Tass* as saying"
    Before,
    /// "*Tass* quoted Lavrov as saying"
    After,
}

fn relayed(sentence: &str, source: Span) -> Option<Relayed> {
    let points = CodePoints::new(sentence);
    let before = points.slice(Span::new(0, source.start)).to_lowercase();
    let after = points.slice(Span::new(source.end, points.len())).to_lowercase();
    let before = before.trim_end().trim_end_matches("the").trim_end();
    if before.ends_with("quoted by") || before.ends_with("cited by") {
        Some(Relayed::Before)
    } else if (after.trim_start().starts_with("quoted ")
        || after.trim_start().starts_with("cited "))
        && after.contains(" as saying")
    {
        Some(Relayed::After)
    } else {
        None
    }
}

/// Does the name stand at the head of its sentence, where a subject would?
fn leads(sentences: &[Sentence], f: &Found) -> bool {
    let text = &sentences[f.place.sentence].text;
    let before: Vec<&str> =
        CodePoints::new(text).slice(Span::new(0, f.place.span.start)).split_whitespace().collect();
    sentences[f.place.sentence].part == Part::Body && before.len() <= 8
}
