//! A run and a coded sample of it in, how far the run can be trusted and what it would have said without
//! its mistakes out.
//!
//! A sample of sentences and mentions is drawn with known probabilities ([`draw`]), two people code it
//! without seeing scores or outlets ([`sheet`]), and from their codes come ([`validate`]): how well they
//! agree, how right the run's labels are, whether mistakes are as frequent in every outlet, and
//! corrected figures beside the naive ones.
//!
//! Promises: no I/O and no clock; the seed fixes every figure, whatever the order of the rows; a figure
//! with too few codes behind it is null, with a note. `docs/methods.md` has the methods with their papers.

mod accuracy;
mod alpha;
mod assist;
mod corrected;
mod design;
mod estimate;
mod frame;
mod resample;
pub mod sheet;
mod words;

use serde::Serialize;

pub use accuracy::{Accuracy, ErrorRate, ErrorTest, Figure, LabelScores, Reliability};
pub use alpha::Difference;
pub use corrected::Naive;
pub(crate) use corrected::corrected;
pub use design::{Drawn, Plan, draw};
pub use frame::{Article, Coded, Frame, Gold, Kind, Unit};

use super::Options;
use super::interval::{Intervals, z_quantile};
use crate::tables::rows::CorrectedRow;
use resample::{Counts, Resampling};

/// Coded rows that a corrected figure needs. In simulations intervals hold what they promise from here
/// on; below they are too wide to say anything.
pub const MIN_CODED: u32 = 10;

/// What the codes say about a run.
#[derive(Clone, Debug, Serialize)]
pub struct Validation {
    /// In words that can be printed.
    pub findings: Vec<String>,
    pub agreement: Vec<Agreement>,
    pub accuracy: Vec<Accuracy>,
    pub errors: Vec<ErrorRate>,
    pub error_tests: Vec<ErrorTest>,
    /// How much prediction-powered inference trusts the run's own labels, 0 to 1, by measure.
    pub lambda: Vec<Lambda>,
    /// Rows of the table `corrected`.
    #[serde(skip)]
    pub corrected: Vec<CorrectedRow>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Lambda {
    pub measure: &'static str,
    pub lambda: f64,
}

/// How well coders agree.
#[derive(Clone, Debug, Serialize)]
pub struct Agreement {
    pub kind: Kind,
    /// Nominal alpha counts `x` as a code; ordinal alpha leaves it out, as it has no place in the order.
    pub difference: Difference,
    pub alpha: Figure,
    /// Rows with the codes of two coders or more.
    pub n: usize,
    /// Of those, rows on which all coders agree.
    pub n_agreed: usize,
}

/// All that the codes say. Uses of the options: `replicates`, `seed`, `confidence` and `min_articles`.
pub fn validate(
    frame: &Frame,
    plan: &Plan,
    coded: &[Coded],
    naive: &Naive,
    options: &Options,
) -> Validation {
    let intervals = Intervals::new(options.confidence);
    let confidence = intervals.confidence();
    let resampling = Resampling {
        replicates: options.replicates.max(1),
        seed: options.seed,
        intervals: &intervals,
        z: z_quantile(confidence),
    };
    let kinds = Kind::ALL.into_iter();
    let agreement = kinds.clone().flat_map(|kind| agreement(frame, coded, kind, &resampling));
    let (errors, error_tests) = accuracy::errors(frame, coded, &resampling);
    let (corrected, lambda) =
        corrected(frame, plan, coded, naive, options.min_articles, confidence);
    let mut validation = Validation {
        findings: Vec::new(),
        agreement: agreement.collect(),
        accuracy: kinds.filter_map(|k| accuracy::accuracy(frame, coded, k, &resampling)).collect(),
        errors,
        error_tests,
        lambda,
        corrected,
    };
    validation.findings = words::findings(&validation, frame, coded);
    validation
}

/// Alpha of the codes as they were given, before anybody talked about them.
fn agreement(
    frame: &Frame,
    coded: &[Coded],
    kind: Kind,
    resampling: &Resampling,
) -> Vec<Agreement> {
    let labels = kind.labels().len();
    let mut rows: Vec<(u32, &Coded)> = coded
        .iter()
        .map(|c| (&frame.units[c.unit], c))
        .filter(|(unit, _)| unit.kind == kind)
        .map(|(unit, c)| (unit.article, c))
        .collect();
    rows.sort_by_key(|(article, c)| (*article, c.unit));
    let of = |difference: Difference, classes: usize| {
        let codes = |c: &Coded| -> Vec<Option<usize>> {
            c.codes.iter().map(|code| code.filter(|&code| code < classes)).collect()
        };
        let twice: Vec<(u32, Vec<Option<usize>>)> = rows
            .iter()
            .map(|(article, c)| (*article, codes(c)))
            .filter(|(_, codes)| codes.iter().flatten().count() > 1)
            .collect();
        let articles: Vec<Counts> = twice
            .chunk_by(|a, b| a.0 == b.0)
            .map(|rows| coincidences(rows.iter().map(|(_, codes)| codes), classes))
            .collect();
        let figure = |cells: &[f64]| {
            if cells.is_empty() { f64::NAN } else { alpha::alpha(cells, difference) }
        };
        let alike = |codes: &&(u32, Vec<Option<usize>>)| {
            let mut codes = codes.1.iter().flatten();
            let first = codes.next();
            codes.all(|code| Some(code) == first)
        };
        Agreement {
            kind,
            difference,
            alpha: resampling.figure(&articles, kind.measure(), figure).into(),
            n: twice.len(),
            n_agreed: twice.iter().filter(alike).count(),
        }
    };
    let mut out = vec![of(Difference::Nominal, labels + 1)];
    if kind == Kind::Mention {
        out.push(of(Difference::Ordinal, labels));
    }
    out.retain(|agreement| agreement.n > 0);
    out
}

fn coincidences<'c>(rows: impl Iterator<Item = &'c Vec<Option<usize>>>, classes: usize) -> Counts {
    let mut sums = vec![0.0; classes * classes];
    for codes in rows {
        let cells = alpha::coincidences(codes, classes);
        sums.iter_mut().zip(cells).for_each(|(sum, x)| *sum += x);
    }
    sums
}

#[cfg(test)]
mod references;
#[cfg(test)]
mod tests;
