//! Rows in, estimates out.
//!
//! In: articles with their sentences and mentions, one at a time ([`Collector::add`]). Out: rows of
//! the tables `outlets`, `actors`, `outlet_actor`, `holder_target`, `speakers` and `comparisons`
//! ([`Collector::finish`]).
//!
//! Promises: no I/O, no clock; the seed fixes every figure, whatever the number of threads and the
//! order in which articles came; memory grows with articles (and with articles x replicates bytes
//! in `finish`), not with sentences; a figure that rests on too few articles is null.
//!
//! The methods in short (`docs/methods.md` has them at length, with papers): every figure is a ratio
//! of two sums over articles; its interval comes from resampling whole articles within outlets (those
//! of one event together), and one draw serves all figures of an outlet. Where the bootstrap falls
//! silent a score interval stands in. [`events`] groups articles on the same happening beforehand, and
//! outlets are compared on those, too. [`validate`] corrects figures by what people say of a sample;
//! [`simulation`] holds all of it against worlds whose truth is known.

mod bootstrap;
mod collect;
mod contrast;
mod estimate;
pub mod events;
mod interval;
mod paired;
mod periods;
pub mod simulation;
mod speech;
pub mod validate;
pub mod words;

use crate::tables::rows::{
    ActorRow, ComparisonRow, HolderTargetRow, OutletActorRow, OutletRow, PeriodRow, SpeakerRow,
};

use collect::Fraction;
pub use collect::{Collector, Described};
pub use paired::EventWeight;

/// How to estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Bootstrap replicates, at least 1. Memory in `finish`: articles x replicates bytes.
    pub replicates: usize,
    pub seed: u64,
    /// An estimate needs at least so many articles, at least 1.
    pub min_articles: usize,
    /// Of the intervals, 0.5 to 0.9999.
    pub confidence: f64,
    /// Actors that outlets are compared on, by id or name. Where none is given, as many as `top_actors`: those that
    /// most articles name in the outlet's own voice.
    pub compare: Vec<String>,
    pub top_actors: usize,
    /// Outlets that are compared with each other: those with most articles. Pairs grow with its
    /// square.
    pub top_outlets: usize,
    /// How much every event counts for where outlets are compared on the same events.
    pub event_weight: EventWeight,
    /// What every article counts for in a figure.
    pub weighting: Weighting,
}

/// What an article counts for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weighting {
    /// As much as it has sentences (words, mentions): a figure is a share of all sentences.
    #[default]
    Sentence,
    /// The same as any other: a figure is the mean of the articles' own shares.
    Article,
}

impl Weighting {
    pub fn name(self) -> &'static str {
        match self {
            Weighting::Sentence => "sentence",
            Weighting::Article => "article",
        }
    }

    fn of(self, article: Fraction) -> Fraction {
        match (self, article.ratio()) {
            (Weighting::Article, Some(ratio)) => Fraction { top: ratio, bottom: 1.0 },
            _ => article,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Options {
            replicates: 2000,
            seed: 0,
            min_articles: 5,
            confidence: 0.95,
            compare: Vec::new(),
            top_actors: 20,
            top_outlets: 100,
            event_weight: EventWeight::Equal,
            weighting: Weighting::Sentence,
        }
    }
}

/// The estimates of a run, ready to be written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimates {
    /// By outlet name.
    pub outlets: Vec<OutletRow>,
    /// Those that most articles name first.
    pub actors: Vec<ActorRow>,
    /// By outlet name, then those that most of its articles name first.
    pub outlet_actor: Vec<OutletActorRow>,
    /// Over all outlets, then by outlet name; those in most articles first.
    pub holder_target: Vec<HolderTargetRow>,
    /// Over all outlets, then by outlet name; those in most articles first.
    pub speakers: Vec<SpeakerRow>,
    /// `loaded_own`, then `quoted`, then `loaded_own` and `net_stance_own` actor by actor; pairs by name.
    pub comparisons: Vec<ComparisonRow>,
    /// By measure, outlet or actor, and time; none where the articles are of two weeks or less.
    pub periods: Vec<PeriodRow>,
}

#[cfg(test)]
mod tests;
