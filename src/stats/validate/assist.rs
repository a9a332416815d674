//! Codes in, a better guess of every unit's code out: the `g` of design-based supervised learning.
//!
//! Any guess leaves the corrected figure unbiased, as long as a unit's own code had no part in it; a
//! good one makes its interval narrow (Egami et al. 2023, section 3). This one takes the model's
//! probabilities and corrects them by a straight line, learned from the codes of the articles outside the
//! unit's fold (cross-fitting). With few codes it stays near the model's own.

use super::frame::{Coded, Frame, Kind, Unit, fold};
use crate::stats::collect::Fraction;

/// Parts into which articles are divided for cross-fitting.
const FOLDS: usize = 10;

/// An intercept and two scores.
const FEATURES: usize = 3;

/// Guesses for the units of one kind.
#[derive(Clone, Debug)]
pub(super) struct Assist {
    kind: Kind,
    /// The fold of each article.
    folds: Vec<usize>,
    /// By fold: learned without it.
    lines: Vec<Line>,
}

/// What is added to the model's expectation.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    top: [f64; FEATURES],
    /// To the denominator, which is 1 where the coders find something to be judged.
    bottom: f64,
}

impl Assist {
    /// Learns from the coded units of a kind.
    pub fn learn(frame: &Frame, coded: &[Coded], kind: Kind) -> Assist {
        let folds: Vec<usize> = frame.articles.iter().map(|a| fold(a, FOLDS)).collect();
        let of_kind: Vec<(usize, &Unit, &Coded)> = coded
            .iter()
            .map(|c| (&frame.units[c.unit], c))
            .filter(|(unit, _)| unit.kind == kind)
            .map(|(unit, c)| (folds[unit.article as usize], unit, c))
            .collect();
        let lines = (0..FOLDS).map(|out| {
            let others: Vec<(&Unit, &Coded)> =
                of_kind.iter().filter(|(f, ..)| *f != out).map(|(_, u, c)| (*u, *c)).collect();
            Line::fit(&others)
        });
        Assist { kind, lines: lines.collect(), folds }
    }

    /// The guess for a unit: what it adds to numerator and denominator of its figure.
    pub fn guess(&self, unit: &Unit) -> Fraction {
        let line = &self.lines[self.folds[unit.article as usize]];
        let values = self.kind.values();
        let correction: f64 = line.top.iter().zip(features(unit)).map(|(c, x)| c * x).sum();
        Fraction {
            top: (unit.expected() + correction).clamp(values[0], values[values.len() - 1]),
            bottom: (1.0 + line.bottom).clamp(0.0, 1.0),
        }
    }
}

/// The label is a score of its own: in a sentence with quotes it is of the outlet's words, the
/// probability of all.
fn features(unit: &Unit) -> [f64; FEATURES] {
    let [against, _, favor] = unit.probabilities;
    match unit.kind {
        Kind::Sentence => [1.0, unit.probabilities[1], unit.label as f64],
        Kind::Mention => [1.0, against, favor],
    }
}

impl Line {
    /// Weighted least squares of the errors on the features, with a penalty that weighs as much as one
    /// row (ridge regression, Hoerl & Kennard 1970).
    fn fit(rows: &[(&Unit, &Coded)]) -> Line {
        let mean = rows.iter().map(|(_, c)| c.weight).sum::<f64>() / rows.len() as f64;
        // The penalty is on the diagonal.
        let mut square = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        let mut side = [0.0; FEATURES];
        let (mut all, mut missing) = (1.0, 0.0);
        for (unit, coded) in rows {
            let (features, weight) = (features(unit), coded.weight / mean);
            let gold = coded.gold.fraction(unit.kind);
            let error = gold.top - unit.expected();
            for ((row, side), x) in square.iter_mut().zip(&mut side).zip(features) {
                row.iter_mut().zip(features).for_each(|(cell, y)| *cell += weight * x * y);
                *side += weight * x * error;
            }
            all += weight;
            missing += weight * (gold.bottom - 1.0);
        }
        Line { top: solve(square, side), bottom: missing / all }
    }
}

/// Solves a symmetric positive definite system by elimination.
fn solve<const N: usize>(mut square: [[f64; N]; N], mut side: [f64; N]) -> [f64; N] {
    for pivot in 0..N {
        let (above, known) = (square[pivot], side[pivot]);
        for (row, side) in square.iter_mut().zip(&mut side).skip(pivot + 1) {
            let times = row[pivot] / above[pivot];
            row.iter_mut().zip(above).for_each(|(cell, of_pivot)| *cell -= times * of_pivot);
            *side -= times * known;
        }
    }
    for row in (0..N).rev() {
        let known: f64 = (row + 1..N).map(|column| square[row][column] * side[column]).sum();
        side[row] = (side[row] - known) / square[row][row];
    }
    side
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved() {
        let x = solve([[4.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, -1.0, 2.0]], [7.5, 4.0, 4.5]);
        for (found, true_value) in x.into_iter().zip([1.0, 2.0, 3.0]) {
            assert!((found - true_value).abs() < 1e-12, "{x:?}");
        }
    }

    #[test]
    fn without_codes_the_guess_is_the_models() {
        let line = Line::fit(&[]);
        assert_eq!((line.top, line.bottom), ([0.0; FEATURES], 0.0));
    }
}
