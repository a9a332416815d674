//! A run folder in, the drawn sentences with everybody in them out.
//!
//! Every table is read as a stream, so that memory grows with the sentences asked for and not with the run.
//! Sentences are taken from the articles' own text, as the model read them: the table `sentences` has line breaks
//! as blanks.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::probe::{Probed, probe_name};
use super::subject::{Cast, Known, Named, Subject, gender_of_pronouns, kind_of, outlet_key};
use super::text::{behind_the, core, slice};
use super::{AuditError, Kind, Options, draw};
use crate::Span;
use crate::actors::codebook::GROUP;
use crate::actors::{Form, names};
use crate::model::EntityKind;
use crate::span::CodePoints;
use crate::tables::rows::{ActorRow, ArticleRow, MentionRow, OutletRow, SentenceRow};
use crate::tables::{Error, RunReader};
use crate::text::Part;

/// What an audit works with.
#[derive(Debug)]
pub(super) struct Material {
    pub subjects: Vec<Subject>,
    /// Sentences with a name of a kind, in an order of chance; more than asked for, as some are refused.
    pub drawn: Vec<(Kind, Vec<usize>)>,
    pub cast: Cast,
    pub probed: Vec<Probed>,
}

/// Article and number of a sentence.
type Place = (String, u32);

/// Mentions that are looked at to learn whether a name takes "the".
const LOOKED_AT: usize = 30;

pub(super) fn material(reader: &RunReader, options: &Options) -> Result<Material, AuditError> {
    let actors: Vec<ActorRow> = reader.read()?;
    let chosen = chosen(&actors, &options.actors)?;
    let mut probed = probed(&actors, chosen.as_ref(), options.top);
    let outlets: HashSet<String> =
        reader.read::<OutletRow>()?.iter().map(|row| outlet_key(&row.outlet)).collect();
    let known: HashMap<&str, &ActorRow> =
        actors.iter().map(|row| (row.actor_id.as_str(), row)).collect();
    let kind = |m: &MentionRow| {
        let asked_for = chosen.as_ref().is_none_or(|ids| ids.contains(&m.actor_id));
        let actor = known.get(m.actor_id.as_str());
        // What the run knows to be an organisation is one also where the model took it for a place.
        let of_actor = actor.map(|a| a.kind).filter(|k| {
            matches!(k, EntityKind::Per | EntityKind::Org) && m.kind != EntityKind::Norp
        });
        let name = actor.map_or("", |a| a.name.as_str());
        kind_of(&m.text, name, of_actor.unwrap_or(m.kind), m.form, &outlets).filter(|_| asked_for)
    };

    let seen = Seen::read(reader, options, &probed, kind)?;
    let places: HashSet<&Place> =
        seen.lowest.values().flatten().map(|(_, place)| place).chain(&seen.probed).collect();
    let mentions = mentions_of(reader, &places)?;
    let subjects = subjects(reader, &places, &mentions, kind)?;
    take_the(&mut probed, &subjects);
    let drawn = drawn(&seen, &subjects);
    Ok(Material { drawn, subjects, cast: cast(&actors, &seen), probed })
}

/// The ids of the actors asked for; none where everybody is.
fn chosen(actors: &[ActorRow], asked: &[String]) -> Result<Option<HashSet<String>>, AuditError> {
    if asked.is_empty() {
        return Ok(None);
    }
    let mut ids = HashSet::new();
    for name in asked {
        ids.insert(find(actors, name).ok_or_else(|| AuditError::UnknownActor(name.clone()))?);
    }
    Ok(Some(ids))
}

/// By id, by name, by another name; of several the one that most articles name.
fn find(actors: &[ActorRow], asked: &str) -> Option<String> {
    let same = |name: &str| name.eq_ignore_ascii_case(asked.trim());
    let by = |matches: &dyn Fn(&ActorRow) -> bool| actors.iter().find(|row| matches(row));
    by(&|row| same(&row.actor_id))
        .or_else(|| by(&|row| same(&row.name)))
        .or_else(|| by(&|row| row.aliases.iter().any(|alias| same(alias))))
        .map(|row| row.actor_id.clone())
}

/// The actors whose names are probed, those that most articles name first.
fn probed(actors: &[ActorRow], chosen: Option<&HashSet<String>>, top: usize) -> Vec<Probed> {
    let named = actors.iter().filter(|row| match chosen {
        Some(ids) => ids.contains(&row.actor_id),
        None => !row.actor_id.starts_with(GROUP),
    });
    let fitting = named.filter_map(Probed::new);
    fitting.take(if chosen.is_some() { usize::MAX } else { top }).collect()
}

/// What the first reading of the mentions gathers.
#[derive(Default)]
struct Seen {
    /// The sentences of every kind that come first in the order of chance.
    lowest: BTreeMap<Kind, BTreeSet<(u64, Place)>>,
    /// Sentences that show whether a probed name takes "the".
    probed: Vec<Place>,
    /// The pronouns that mean an actor.
    pronouns: HashMap<String, BTreeSet<String>>,
}

impl Seen {
    fn read(
        reader: &RunReader,
        options: &Options,
        probed: &[Probed],
        kind: impl Fn(&MentionRow) -> Option<Kind>,
    ) -> Result<Seen, Error> {
        let mut seen = Seen::default();
        let mut looked_at: HashMap<&str, usize> =
            probed.iter().map(|p| (p.actor_id.as_str(), 0)).collect();
        // Some will be refused, and some say what another says.
        let keep = options.n.saturating_mul(3).saturating_add(50);
        for mention in reader.rows::<MentionRow>()? {
            let mention = mention?;
            if let Some(kind) = kind(&mention) {
                seen.rank(kind, &mention, options.seed, keep);
            }
            if mention.form == Form::Pronoun && mention.kind == EntityKind::Per {
                let words = seen.pronouns.entry(mention.actor_id.clone()).or_default();
                words.insert(mention.text.to_lowercase());
            }
            let looked_at = looked_at.get_mut(mention.actor_id.as_str());
            if let Some(n) = looked_at.filter(|n| mention.form == Form::Name && **n < LOOKED_AT) {
                *n += 1;
                seen.probed.push((mention.article_id, mention.sentence));
            }
        }
        Ok(seen)
    }

    fn rank(&mut self, kind: Kind, mention: &MentionRow, seed: u64, keep: usize) {
        let sentence = mention.sentence.to_string();
        let rank = draw::rank(seed, &[kind.name(), &mention.article_id, &sentence]);
        let lowest = self.lowest.entry(kind).or_default();
        if lowest.len() < keep || lowest.last().is_some_and(|(most, _)| rank < *most) {
            lowest.insert((rank, (mention.article_id.clone(), mention.sentence)));
            if lowest.len() > keep {
                lowest.pop_last();
            }
        }
    }
}

fn mentions_of(
    reader: &RunReader,
    places: &HashSet<&Place>,
) -> Result<HashMap<Place, Vec<MentionRow>>, Error> {
    let mut found: HashMap<Place, Vec<MentionRow>> = HashMap::new();
    for mention in reader.rows::<MentionRow>()? {
        let mention = mention?;
        let place = (mention.article_id.clone(), mention.sentence);
        if places.contains(&place) {
            found.entry(place).or_default().push(mention);
        }
    }
    Ok(found)
}

/// The sentences at these places, by article and number.
fn subjects(
    reader: &RunReader,
    places: &HashSet<&Place>,
    mentions: &HashMap<Place, Vec<MentionRow>>,
    kind: impl Fn(&MentionRow) -> Option<Kind>,
) -> Result<Vec<Subject>, Error> {
    let mut wanted: HashMap<String, Vec<SentenceRow>> = HashMap::new();
    for row in reader.rows::<SentenceRow>()? {
        let row = row?;
        if places.contains(&(row.article_id.clone(), row.sentence)) {
            wanted.entry(row.article_id.clone()).or_default().push(row);
        }
    }
    let mut subjects = Vec::new();
    for article in reader.rows::<ArticleRow>()? {
        let article = article?;
        let Some(sentences) = wanted.get(&article.article_id) else { continue };
        let (title, body) = (article.title.unwrap_or_default(), article.body);
        let (title, body) = (CodePoints::new(&title), CodePoints::new(&body));
        for row in sentences {
            let text = if row.part == Part::Title { &title } else { &body };
            let text = text.slice(Span::new(row.start as usize, row.end as usize));
            let own = mentions.get(&(row.article_id.clone(), row.sentence));
            subjects.push(subject(row, text, own.map_or(&[], Vec::as_slice), &kind));
        }
    }
    subjects.sort_by(|a, b| (&a.article_id, a.sentence).cmp(&(&b.article_id, b.sentence)));
    Ok(subjects)
}

fn subject(
    row: &SentenceRow,
    text: &str,
    mentions: &[MentionRow],
    kind: impl Fn(&MentionRow) -> Option<Kind>,
) -> Subject {
    let named = |m: &MentionRow| {
        let in_sentence = |at: u32| at.checked_sub(row.start).map(|at| at as usize);
        Some(Named {
            span: Span::new(in_sentence(m.start)?, in_sentence(m.end)?),
            actor_id: m.actor_id.clone(),
            kind: m.kind,
            form: m.form,
            reason: m.reason,
            swap: kind(m),
        })
    };
    let mut mentions: Vec<Named> = mentions.iter().filter_map(named).collect();
    mentions.sort_by_key(|m| m.span);
    Subject {
        article_id: row.article_id.clone(),
        sentence: row.sentence,
        text: text.to_owned(),
        mentions,
    }
}

/// Numbers of the sentences of every kind in the order of chance; of sentences that are alike the first.
fn drawn(seen: &Seen, subjects: &[Subject]) -> Vec<(Kind, Vec<usize>)> {
    let number: HashMap<(&str, u32), usize> = subjects
        .iter()
        .enumerate()
        .map(|(k, s)| ((s.article_id.as_str(), s.sentence), k))
        .collect();
    let of_kind = |kind: Kind| {
        let mut texts: HashSet<&str> = HashSet::new();
        let ranked = seen.lowest.get(&kind).into_iter().flatten();
        let found = ranked.filter_map(|(_, (article, n))| number.get(&(article.as_str(), *n)));
        let numbers = found.copied().filter(|&k| texts.insert(&subjects[k].text)).collect();
        (kind, numbers)
    };
    Kind::DRAWN.into_iter().map(of_kind).collect()
}

/// Does "the" stand before a probed name in most of the sentences looked at?
fn take_the(probed: &mut [Probed], subjects: &[Subject]) {
    for one in probed.iter_mut().filter(|p| p.kind != EntityKind::Per) {
        let (mut with, mut without) = (0, 0);
        for subject in subjects {
            let chars: Vec<char> = subject.text.chars().collect();
            for mention in subject.of(&one.actor_id).filter(|m| m.form == Form::Name) {
                match core(&chars, mention.span).filter(|c| slice(&chars, *c) == one.name) {
                    Some(core) if behind_the(&chars, core.start) => with += 1,
                    Some(_) => without += 1,
                    None => {}
                }
            }
        }
        one.the = with > without;
    }
}

fn cast(actors: &[ActorRow], seen: &Seen) -> Cast {
    let known = |row: &ActorRow| {
        let by_pronoun = seen
            .pronouns
            .get(&row.actor_id)
            .and_then(|words| gender_of_pronouns(words.iter().map(String::as_str)));
        let person = row.kind == EntityKind::Per;
        let gender = names::gender("", &row.name).or(by_pronoun).filter(|_| person);
        (row.actor_id.clone(), Known { name: probe_name(&row.name), gender })
    };
    actors.iter().map(known).collect()
}
