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
//! of two sums over articles; its interval comes from resampling whole articles within outlets, and
//! one draw of articles serves all figures of an outlet. Where the bootstrap falls silent a score
//! interval stands in.

mod bootstrap;
mod collect;
mod estimate;
mod interval;
mod speech;

use crate::tables::rows::{
    ActorRow, ComparisonRow, HolderTargetRow, OutletActorRow, OutletRow, SpeakerRow,
};

pub use collect::{Collector, Described};

/// How to estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Bootstrap replicates, at least 1. Memory in `finish`: articles x replicates bytes.
    pub replicates: usize,
    pub seed: u64,
    /// An estimate needs at least so many articles, at least 1.
    pub min_articles: usize,
    /// Of the intervals, 0.5 to 0.9999.
    pub confidence: f64,
    /// Actors that outlets are compared on: those that most articles name in the outlet's own voice.
    pub top_actors: usize,
    /// Outlets that are compared with each other: those with most articles. Pairs grow with its
    /// square.
    pub top_outlets: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            replicates: 2000,
            seed: 0,
            min_articles: 5,
            confidence: 0.95,
            top_actors: 20,
            top_outlets: 100,
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
    /// `loaded_own`, then `quoted`, then `net_stance_own` actor by actor; pairs by name.
    pub comparisons: Vec<ComparisonRow>,
}

#[cfg(test)]
mod tests;
