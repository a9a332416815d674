//! A run in, how far its scores move when names are swapped out.
//!
//! Two questions about the model, asked in the user's own text:
//! - **Swaps.** Sentences of the run are drawn, and in each somebody gets another name: a person, a place, a state,
//!   an organisation, an outlet, a party or group. Nothing else changes, so a score that was about what is written
//!   stays where it is ([`shift`]).
//! - **Probe.** The names of the run's own actors are put into the same sentences, neutral and polar ones; what a
//!   name alone brings is its mean distance from names that nobody has heard of ([`probe`]).
//!
//! Promises: the seed fixes every draw, whatever the order of the run's rows; a swap changes whole words, keeps
//! possessives, capitals, articles and demonyms, changes a name at every place in its sentence, and takes the
//! mentions' spans along; what cannot be swapped so is refused and counted; nothing is written.

mod draw;
mod names;
pub mod probe;
mod read;
pub mod shift;
mod subject;
mod swap;
mod text;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::Span;
use crate::model::{Loaded, Model, ModelError, StanceField, StanceScore};
use crate::tables::{self, RunReader};
use read::Material;
use subject::Cast;
use swap::{People, Version};

pub use probe::Probe;
pub use shift::{Case, Score, Shift};
pub use subject::Subject;
pub use swap::Refusal;

/// Sentences that are read at a time.
const CHUNK: usize = 512;

/// What is put in the place of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A person's name by an unknown one of the same gender.
    Person,
    /// That unknown name by another of the same origin: how much any name is worth.
    SameOrigin,
    /// That unknown name by one of every other origin.
    OtherOrigin,
    /// A place that is no state by a town.
    Place,
    /// A state with all its forms by another: name, demonym, capital.
    State,
    Organisation,
    /// An outlet that the text names ("told Red Bollard").
    Outlet,
    /// A party or group by another of its family.
    Group,
}

impl Kind {
    /// In the order in which they are reported.
    pub const ALL: [Kind; 8] = [
        Kind::Person,
        Kind::SameOrigin,
        Kind::OtherOrigin,
        Kind::Place,
        Kind::State,
        Kind::Organisation,
        Kind::Outlet,
        Kind::Group,
    ];
    /// For which sentences are drawn; the others come with persons.
    pub const DRAWN: [Kind; 6] =
        [Kind::Person, Kind::Place, Kind::State, Kind::Organisation, Kind::Outlet, Kind::Group];

    /// As in JSON, and as seeds know it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Person => "person",
            Kind::SameOrigin => "same_origin",
            Kind::OtherOrigin => "other_origin",
            Kind::Place => "place",
            Kind::State => "state",
            Kind::Organisation => "organisation",
            Kind::Outlet => "outlet",
            Kind::Group => "group",
        }
    }
}

/// How to audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Most sentences of each kind of swap.
    pub n: usize,
    pub seed: u64,
    /// Only these actors are swapped and probed: names, aliases or ids. Empty: everybody.
    pub actors: Vec<String>,
    /// Actors that are probed where none are named.
    pub top: usize,
    /// Bootstrap replicates.
    pub replicates: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { n: 500, seed: 0, actors: Vec::new(), top: 20, replicates: 2000 }
    }
}

/// Everything that an audit found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Audit {
    pub seed: u64,
    /// Asked for of each kind.
    pub n: usize,
    /// Is the model the one that scored the run?
    pub same_model: bool,
    pub shifts: Vec<Shift>,
    /// Names of one origin against those of all.
    pub origins: Vec<shift::Origin>,
    /// The swaps that moved a score furthest.
    pub worst_loaded: Vec<Case>,
    pub worst_stance: Vec<Case>,
    pub refused: Vec<Refused>,
    pub probe: Probe,
}

/// Drawn sentences that could not be swapped.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Refused {
    pub kind: Kind,
    pub reason: Refusal,
    pub n: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error(transparent)]
    Tables(#[from] tables::Error),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error("no actor of the run is called {0:?}; `undertone actors RUN` lists them")]
    UnknownActor(String),
}

/// Swaps shown of those that moved a score furthest.
const WORST: usize = 5;

/// Audits a run with a model. `progress` is told how many of how many sentences have been read.
///
/// # Errors
/// [`AuditError::UnknownActor`] where [`Options::actors`] names somebody whom the run has not; those of the run's
/// tables and of the model.
pub fn run(
    model: &Model,
    reader: &RunReader,
    options: &Options,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Audit, AuditError> {
    let material = read::material(reader, options)?;
    let mut texts = Texts::default();
    let planned = Planned::new(&material, options, &mut texts);
    let probe = probe::Plan::new(&material.probed, &mut texts);
    let readings = texts.read(model, progress)?;

    let cases = planned.cases(&material, &readings);
    let bootstrap = shift::bootstrap(options);
    let run_model = &reader.manifest().model.sha256;
    Ok(Audit {
        seed: options.seed,
        n: options.n,
        same_model: model.fingerprint().sha256.get("model.onnx") == Some(run_model),
        shifts: shift::shifts(&cases, bootstrap),
        origins: shift::origins(&planned.by_origin(&material, &readings), bootstrap),
        worst_loaded: shift::worst(&cases, WORST, |case| case.loaded().abs()),
        worst_stance: shift::worst(&cases, WORST, |case| case.stance().map_or(0.0, f64::abs)),
        refused: planned.refused(),
        probe: probe.measured(&readings, bootstrap),
    })
}

/// Sentences to read, each once.
#[derive(Debug, Default)]
struct Texts {
    texts: Vec<String>,
    numbers: HashMap<String, usize>,
}

/// A sentence to be read, and the mentions whose stance counts.
#[derive(Clone, Debug)]
struct Asked {
    text: usize,
    targets: Vec<Span>,
    /// What the actor is called in it.
    name: String,
}

impl Texts {
    fn ask(&mut self, text: &str, targets: Vec<Span>, name: &str) -> Asked {
        let next = self.texts.len();
        let number = *self.numbers.entry(text.to_owned()).or_insert(next);
        if number == next {
            self.texts.push(text.to_owned());
        }
        Asked { text: number, targets, name: name.to_owned() }
    }

    fn version(&mut self, version: &Version) -> Asked {
        self.ask(&version.text, version.targets.clone(), &version.name)
    }

    fn read(
        self,
        model: &Model,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Readings, ModelError> {
        let mut scores = Vec::with_capacity(self.texts.len());
        for chunk in self.texts.chunks(CHUNK) {
            // Only what is asked for is kept: a reading is large.
            scores.extend(model.read(chunk)?.into_iter().map(|r| (r.loaded, r.stance)));
            progress(scores.len(), self.texts.len());
        }
        Ok(Readings { texts: self.texts, scores })
    }
}

/// What the model made of the sentences.
#[derive(Debug)]
struct Readings {
    texts: Vec<String>,
    scores: Vec<(Loaded, StanceField)>,
}

impl Readings {
    fn score(&self, asked: &Asked) -> Score {
        let (loaded, field) = &self.scores[asked.text];
        let each: Vec<StanceScore> =
            asked.targets.iter().filter_map(|span| field.found(*span)).collect();
        let stance = mean_stance(&each);
        Score {
            name: asked.name.clone(),
            text: self.texts[asked.text].clone(),
            p_loaded: f64::from(loaded.p),
            loaded: loaded.label,
            net_stance: stance.map(|s| f64::from(s.net())),
            stance: stance.map(StanceScore::label),
        }
    }
}

/// The mean over an actor's mentions in a sentence.
fn mean_stance(each: &[StanceScore]) -> Option<StanceScore> {
    let n = each.len() as f32;
    let mean = |of: fn(&StanceScore) -> f32| each.iter().map(of).sum::<f32>() / n;
    (!each.is_empty()).then(|| StanceScore {
        against: mean(|s| s.against),
        neutral: mean(|s| s.neutral),
        favor: mean(|s| s.favor),
    })
}

/// Two sentences that differ in a name.
#[derive(Debug)]
struct Pair {
    kind: Kind,
    /// Number of the sentence.
    subject: usize,
    before: Asked,
    after: Asked,
}

/// A sentence with a name of every origin in it.
#[derive(Debug)]
struct OfOrigins {
    subject: usize,
    names: Vec<(&'static str, Asked)>,
}

/// All swaps, not yet read.
#[derive(Debug, Default)]
struct Planned {
    pairs: Vec<Pair>,
    origins: Vec<OfOrigins>,
    refused: BTreeMap<(Kind, Refusal), usize>,
}

impl Planned {
    fn new(material: &Material, options: &Options, texts: &mut Texts) -> Planned {
        let mut planned = Planned::default();
        for (kind, drawn) in &material.drawn {
            let mut done = 0;
            for &subject in drawn {
                if done == options.n {
                    break;
                }
                match planned.swap(*kind, subject, material, options.seed, texts) {
                    Ok(()) => done += 1,
                    Err(why) => *planned.refused.entry((*kind, why)).or_default() += 1,
                }
            }
        }
        planned
    }

    /// Swaps one of the actors that a sentence names; another is tried where one will not do.
    fn swap(
        &mut self,
        kind: Kind,
        number: usize,
        material: &Material,
        seed: u64,
        texts: &mut Texts,
    ) -> Result<(), Refusal> {
        let subject = &material.subjects[number];
        let sentence = subject.sentence.to_string();
        let mut rng = draw::generator(seed, &[kind.name(), &subject.article_id, &sentence]);
        let mut left = subject.candidates(kind);
        let mut refusal = Refusal::NoStandIn;
        while let Some(actor) = draw::pick(&mut rng, &left).copied() {
            let outcome = if kind == Kind::Person {
                swap::people(subject, actor, &material.cast, &mut rng).map(|people| {
                    let before = original(subject, actor, &material.cast, texts);
                    self.add_people(number, &before, &people, texts);
                })
            } else {
                swap::other(subject, kind, actor, &mut rng).map(|version| {
                    let before = original(subject, actor, &material.cast, texts);
                    let after = texts.version(&version);
                    self.pairs.push(Pair { kind, subject: number, before, after });
                })
            };
            match outcome {
                Ok(()) => return Ok(()),
                Err(why) => refusal = why,
            }
            left.retain(|a| *a != actor);
        }
        Err(refusal)
    }

    fn add_people(&mut self, subject: usize, before: &Asked, people: &People, texts: &mut Texts) {
        let all: Vec<Asked> = people.by_origin.iter().map(|v| texts.version(v)).collect();
        let first = &all[people.first];
        let same = texts.version(&people.same_origin);
        let mut pair = |kind, before: &Asked, after: &Asked| {
            let (before, after) = (before.clone(), after.clone());
            self.pairs.push(Pair { kind, subject, before, after });
        };
        pair(Kind::Person, before, first);
        pair(Kind::SameOrigin, first, &same);
        for (_, other) in all.iter().enumerate().filter(|(k, _)| *k != people.first) {
            pair(Kind::OtherOrigin, first, other);
        }
        let origins = people.by_origin.iter().map(|v| v.origin.unwrap_or_default());
        self.origins.push(OfOrigins { subject, names: origins.zip(all).collect() });
    }

    fn refused(&self) -> Vec<Refused> {
        let rows = self.refused.iter();
        rows.map(|(&(kind, reason), &n)| Refused { kind, reason, n }).collect()
    }

    fn cases(&self, material: &Material, readings: &Readings) -> Vec<Case> {
        let case = |pair: &Pair| Case {
            kind: pair.kind,
            article_id: material.subjects[pair.subject].article_id.clone(),
            sentence: material.subjects[pair.subject].sentence,
            before: readings.score(&pair.before),
            after: readings.score(&pair.after),
        };
        self.pairs.iter().map(case).collect()
    }

    fn by_origin(&self, material: &Material, readings: &Readings) -> Vec<shift::ByOrigin> {
        let scores = |one: &OfOrigins| {
            one.names.iter().map(|(origin, asked)| (*origin, readings.score(asked))).collect()
        };
        let row = |one: &OfOrigins| shift::ByOrigin {
            article_id: material.subjects[one.subject].article_id.clone(),
            scores: scores(one),
        };
        self.origins.iter().map(row).collect()
    }
}

/// A sentence as it stands in the run.
fn original(subject: &Subject, actor: &str, cast: &Cast, texts: &mut Texts) -> Asked {
    let name = cast.get(actor).map_or(actor, |known| known.name.as_str());
    texts.ask(&subject.text, subject.of(actor).map(|m| m.span).collect(), name)
}
