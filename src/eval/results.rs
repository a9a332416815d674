//! What an evaluation found, as plain data: printed, written as JSON and into `RESULTS.md`.

use serde::{Deserialize, Serialize};

use super::published::Published;
use crate::model::Fingerprint;

/// The ends of a 95% interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub lo: f64,
    pub hi: f64,
}

/// One measured number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Stable name, as in `models/small/figures.json` where that has it: `babe_macro_f1`.
    pub key: String,
    /// For people.
    pub name: String,
    pub value: f64,
    pub interval: Option<Interval>,
    /// What was counted, and how many of it.
    pub n: usize,
    pub unit: String,
    /// What the interval resamples, where that is not `unit`.
    pub resampled: Option<String>,
    pub target: Option<f64>,
    pub lower_is_better: bool,
    pub published: Vec<Published>,
}

/// A file or folder that was read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DataFile {
    pub name: String,
    /// The first 12 digits.
    pub sha256: String,
    pub n: usize,
    pub unit: String,
}

/// A cell of a [`Table`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    Text(String),
    Count(usize),
    /// Shown with three decimals.
    Number(f64),
    Empty,
}

/// Per-class figures, a confusion matrix, a reliability table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// undertone and another system on the same rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Paired {
    pub system: String,
    pub file: String,
    pub metric: String,
    /// Rows that both have, of so many.
    pub joined: usize,
    pub of: usize,
    pub ours: f64,
    pub theirs: f64,
    pub difference: f64,
    pub interval: Option<Interval>,
    /// Rows that only one of the two got right.
    pub only_ours_right: u64,
    pub only_theirs_right: u64,
    /// McNemar's exact p, two-sided.
    pub p: f64,
}

/// All figures on one set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SetResult {
    /// Of `undertone eval SUITE`.
    pub suite: String,
    pub title: String,
    pub files: Vec<DataFile>,
    pub figures: Vec<Figure>,
    pub tables: Vec<Table>,
    pub paired: Vec<Paired>,
    /// How it was counted; what could not be.
    pub notes: Vec<String>,
}

/// A model of the ablation and its figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AblationRow {
    pub name: String,
    pub model: Fingerprint,
    pub precision: String,
    pub figures: Vec<AblationFigure>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AblationFigure {
    pub key: String,
    pub name: String,
    pub value: f64,
    /// This row minus the row before, on the same draws.
    pub difference: Option<f64>,
    pub interval: Option<Interval>,
}

/// One call of `undertone eval`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    pub version: String,
    pub command: String,
    /// YYYY-MM-DD
    pub date: String,
    pub model: Fingerprint,
    /// Of the weights.
    pub precision: String,
    pub replicates: usize,
    pub seed: u64,
    pub sets: Vec<SetResult>,
    pub ablation: Vec<AblationRow>,
    /// Suites that could not be measured, and why.
    pub skipped: Vec<String>,
}

impl Evaluation {
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.sets.iter().flat_map(|set| &set.figures)
    }
}
