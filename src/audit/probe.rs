//! Names in, what each brings by itself out.
//!
//! The same sentences (`probe.tsv`) with one name after the other: whatever differs is the name's doing. A name is
//! held against names of its kind that nobody has heard of, in the same sentence; its effect is the mean of these
//! distances. Sentences are what the bootstrap draws. Of twenty names one would stand out by chance, so the
//! intervals hold for all names at once ([`super::shift`]).

use serde::Serialize;

use super::names::NAMES;
use super::shift::{Figure, Unit, simultaneous};
use super::subject::state;
use super::{Asked, Readings, Texts};
use crate::Span;
use crate::eval::bootstrap::Bootstrap;
use crate::model::EntityKind;
use crate::tables::rows::ActorRow;

const FILE: &str = include_str!("probe.tsv");
const SLOT: &str = "{name}";

/// An actor whose name is put into the sentences.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Probed {
    pub actor_id: String,
    pub name: String,
    pub kind: EntityKind,
    /// Does the name take "the"?
    pub the: bool,
}

impl Probed {
    /// None for groups and other names that stand in no sentence as a person does.
    pub(super) fn new(row: &ActorRow) -> Option<Probed> {
        let fits = matches!(row.kind, EntityKind::Per | EntityKind::Org | EntityKind::Loc);
        let (actor_id, name) = (row.actor_id.clone(), probe_name(&row.name));
        fits.then_some(Probed { actor_id, name, kind: row.kind, the: false })
    }

    fn class(&self) -> Class {
        match self.kind {
            EntityKind::Per => Class::Person,
            EntityKind::Loc if state(&self.name).is_some() => Class::State,
            EntityKind::Loc => Class::Place,
            _ => Class::Body,
        }
    }

    fn in_sentence(&self) -> String {
        if self.the { format!("the {}", self.name) } else { self.name.clone() }
    }
}

/// A name without what tables add to it: "Foreign Ministry (Russia)".
pub(super) fn probe_name(name: &str) -> String {
    name.split(" (").next().unwrap_or(name).to_owned()
}

/// Names that are held against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Person,
    State,
    Place,
    Body,
}

impl Class {
    const ALL: [Class; 4] = [Class::Person, Class::State, Class::Place, Class::Body];

    fn unknown(self) -> Vec<String> {
        match self {
            Class::Person => NAMES.unknown_people(),
            Class::State => NAMES.unknown_states(),
            Class::Place => NAMES.unknown_places(),
            Class::Body => NAMES.unknown_bodies(),
        }
    }
}

/// What the probe found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Probe {
    pub n_sentences: usize,
    /// Those that bring most loaded wording first.
    pub names: Vec<Effect>,
    /// How far the unknown names lie from their own mean: what any name brings.
    pub unknown: Option<Unknown>,
}

/// What a name brings, against unknown names in the same sentences. The intervals hold for all names at once.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    pub actor_id: String,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: EntityKind,
    /// On the probability of loaded wording.
    pub loaded: Figure,
    pub rank_loaded: usize,
    /// On net stance toward the name.
    pub stance: Figure,
    pub rank_stance: usize,
}

/// Mean distance, without sign, of an unknown name's effect from zero.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Unknown {
    pub n_names: usize,
    pub loaded: f64,
    pub stance: f64,
}

/// Names and unknown names in all sentences, not yet read.
#[derive(Debug)]
pub(super) struct Plan {
    names: Vec<(Probed, Vec<Asked>)>,
    unknown: Vec<(Class, Vec<Vec<Asked>>)>,
    n_sentences: usize,
}

fn sentences() -> Vec<&'static str> {
    let lines = FILE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).map(|(_, sentence)| sentence).collect()
}

/// The sentence with a name in it, and where it stands.
fn put(sentence: &str, name: &str) -> (String, Span) {
    let before = sentence.find(SLOT).map_or("", |at| &sentence[..at]);
    let mut shown = name.to_owned();
    if let Some(rest) = name.strip_prefix("the ").filter(|_| before.is_empty()) {
        shown = format!("The {rest}");
    }
    let start = before.chars().count();
    let article = if name.starts_with("the ") { 4 } else { 0 };
    let span = Span::new(start + article, start + shown.chars().count());
    (sentence.replacen(SLOT, &shown, 1), span)
}

impl Plan {
    pub(super) fn new(probed: &[Probed], texts: &mut Texts) -> Plan {
        let sentences = sentences();
        let mut in_all = |name: &str| -> Vec<Asked> {
            let one = |sentence: &&str| {
                let (text, span) = put(sentence, name);
                texts.ask(&text, vec![span], name)
            };
            sentences.iter().map(one).collect()
        };
        let named = |p: &Probed| (p.clone(), p.in_sentence());
        let names = probed.iter().map(named).map(|(p, name)| (p, in_all(&name))).collect();
        let needed = |class: &Class| probed.iter().any(|p| p.class() == *class);
        let classes = Class::ALL.into_iter().filter(needed);
        let unknown = classes
            .map(|class| (class, class.unknown().iter().map(|name| in_all(name)).collect()))
            .collect();
        Plan { names, unknown, n_sentences: sentences.len() }
    }

    pub(super) fn measured(&self, readings: &Readings, bootstrap: Bootstrap) -> Probe {
        let loaded = |asked: &Asked| readings.score(asked).p_loaded;
        let stance = |asked: &Asked| readings.score(asked).net_stance.unwrap_or(0.0);
        let (of_loaded, of_stance) =
            (self.effects(loaded, bootstrap), self.effects(stance, bootstrap));
        let (by_loaded, by_stance) = (ranks(&of_loaded), ranks(&of_stance));
        let effect = |(k, (probed, _)): (usize, &(Probed, Vec<Asked>))| Effect {
            actor_id: probed.actor_id.clone(),
            name: probed.name.clone(),
            kind: probed.kind,
            loaded: of_loaded[k],
            rank_loaded: by_loaded[k],
            stance: of_stance[k],
            rank_stance: by_stance[k],
        };
        let mut names: Vec<Effect> = self.names.iter().enumerate().map(effect).collect();
        names.sort_by_key(|name| name.rank_loaded);
        let n_names = self.unknown.iter().map(|(_, names)| names.len()).sum();
        let unknown = (n_names > 0).then(|| Unknown {
            n_names,
            loaded: self.spread(loaded),
            stance: self.spread(stance),
        });
        Probe { n_sentences: self.n_sentences, names, unknown }
    }

    /// Of every name: the mean distance from the unknown names of its class.
    fn effects(&self, of: impl Fn(&Asked) -> f64, bootstrap: Bootstrap) -> Vec<Figure> {
        let means: Vec<(Class, Vec<f64>)> =
            self.unknown.iter().map(|(class, names)| (*class, self.mean(names, &of))).collect();
        let from = |probed: &Probed, sentence: usize| {
            let class = means.iter().find(|(class, _)| *class == probed.class());
            class.map_or(0.0, |(_, mean)| mean[sentence])
        };
        let unit = |sentence: usize| Unit {
            sums: self
                .names
                .iter()
                .map(|(p, all)| of(&all[sentence]) - from(p, sentence))
                .collect(),
            n: 1.0,
        };
        let units: Vec<Unit> = (0..self.n_sentences).map(unit).collect();
        simultaneous(&units, bootstrap, "probe")
    }

    /// Sentence by sentence the mean over names.
    fn mean(&self, names: &[Vec<Asked>], of: &impl Fn(&Asked) -> f64) -> Vec<f64> {
        let mean = |sentence: usize| {
            names.iter().map(|all| of(&all[sentence])).sum::<f64>() / names.len() as f64
        };
        (0..self.n_sentences).map(mean).collect()
    }

    fn spread(&self, of: impl Fn(&Asked) -> f64) -> f64 {
        let n = self.n_sentences as f64;
        let mut distances: Vec<f64> = Vec::new();
        for (_, names) in &self.unknown {
            let mean = self.mean(names, &of).iter().sum::<f64>() / n;
            distances.extend(
                names.iter().map(|all| (all.iter().map(&of).sum::<f64>() / n - mean).abs()),
            );
        }
        distances.iter().sum::<f64>() / distances.len() as f64
    }
}

/// The place of each in the order from the highest down, from 1.
fn ranks(figures: &[Figure]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..figures.len()).collect();
    order.sort_by(|&a, &b| figures[b].value.total_cmp(&figures[a].value));
    let mut ranks = vec![0; figures.len()];
    order.into_iter().enumerate().for_each(|(rank, k)| ranks[k] = rank + 1);
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_has_one_place_for_a_name_and_the_three_kinds_are_as_many() {
        let mut kinds = std::collections::BTreeMap::<&str, usize>::new();
        for line in FILE.lines().filter(|l| !l.starts_with('#')) {
            let (kind, sentence) = line.split_once('\t').unwrap();
            *kinds.entry(kind).or_default() += 1;
            assert_eq!(sentence.matches(SLOT).count(), 1, "{sentence}");
            assert!(sentence.ends_with('.') && !sentence.contains("{name}'"), "{sentence}");
        }
        assert_eq!(kinds.keys().copied().collect::<Vec<_>>(), ["against", "favor", "neutral"]);
        let counts: Vec<usize> = kinds.into_values().collect();
        assert!(counts.iter().all(|n| *n == counts[0] && *n >= 10), "{counts:?}");
        assert_eq!(sentences().len(), counts.iter().sum::<usize>());
    }

    #[test]
    fn a_name_stands_where_it_is_said_to_with_its_article() {
        let slice = |(text, span): (String, Span)| {
            let name: String = text.chars().skip(span.start).take(span.len()).collect();
            (text, name)
        };
        let (text, name) = slice(put("{name} left.", "the Netherlands"));
        assert_eq!((text.as_str(), name.as_str()), ("The Netherlands left.", "Netherlands"));
        let (text, name) = slice(put("They asked {name} why.", "the Netherlands"));
        assert_eq!(
            (text.as_str(), name.as_str()),
            ("They asked the Netherlands why.", "Netherlands")
        );
        let (text, name) = slice(put("“{name} left.”", "Çelik"));
        assert_eq!((text.as_str(), name.as_str()), ("“Çelik left.”", "Çelik"));
        assert_eq!(probe_name("Foreign Ministry (Russia)"), "Foreign Ministry");
    }

    #[test]
    fn the_highest_has_rank_one() {
        let figures = [0.1, 0.3, -0.2].map(|value| Figure { value, lo: None, hi: None });
        assert_eq!(ranks(&figures), [2, 1, 3]);
    }
}
