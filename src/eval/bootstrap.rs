//! A measure in, its value and 95% interval out.
//!
//! The percentile bootstrap (Efron & Tibshirani 1993, chapter 13): units are drawn with replacement, as
//! many as there are; what is inside a unit (a document, a sentence, a template) stays together. A
//! unit's rows are counted once; a draw only says how often each unit counts.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg32;
use sha2::{Digest, Sha256};

use super::results::Interval;
use crate::metric;

/// How often to draw, and from which seed.
#[derive(Clone, Copy, Debug)]
pub struct Bootstrap {
    pub replicates: usize,
    pub seed: u64,
}

/// A figure as a function of how often each unit counts.
pub struct Measure {
    units: usize,
    /// A share or score that ends at 0 and 1: Wilson's interval stands in where all draws are alike.
    share: bool,
    statistic: Box<Statistic>,
}

/// How often each unit counts in, the figure out.
type Statistic = dyn Fn(&[f64]) -> f64 + Send + Sync;

impl Measure {
    pub fn new(units: usize, statistic: impl Fn(&[f64]) -> f64 + Send + Sync + 'static) -> Measure {
        Measure { units, share: false, statistic: Box::new(statistic) }
    }

    /// A function of the sums of the units' counts. Every row of `counts` is as long as the first.
    pub fn of_sums(
        counts: Vec<Vec<f64>>,
        statistic: impl Fn(&[f64]) -> f64 + Send + Sync + 'static,
    ) -> Measure {
        let units = counts.len();
        let width = counts.first().map_or(0, Vec::len);
        let flat: Vec<f64> = counts.into_iter().flatten().collect();
        Measure::new(units, move |weights| {
            let mut sums = vec![0.0; width];
            for (&weight, row) in weights.iter().zip(flat.chunks(width.max(1))) {
                if weight > 0.0 {
                    sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += weight * x);
                }
            }
            statistic(&sums)
        })
    }

    /// A share: pairs of (cases that count, all cases), unit by unit.
    pub fn of_share(counts: Vec<(f64, f64)>) -> Measure {
        let rows = counts.into_iter().map(|(part, all)| vec![part, all]).collect();
        Measure { share: true, ..Measure::of_sums(rows, |sums| sums[0] / sums[1]) }
    }

    pub fn units(&self) -> usize {
        self.units
    }

    pub fn value(&self) -> f64 {
        (self.statistic)(&vec![1.0; self.units])
    }

    /// None where there is one unit only. `name` keeps the draws of different sets apart; measures of
    /// one set share theirs.
    pub fn interval(&self, bootstrap: Bootstrap, name: &str) -> Option<Interval> {
        if self.units < 2 {
            return None;
        }
        let mut values: Vec<f64> =
            draws(self.units, bootstrap, name).map(|weights| (self.statistic)(&weights)).collect();
        let interval = percentile(&mut values)?;
        let value = self.value();
        if self.share && (value <= 0.0 || value >= 1.0) {
            let (lo, hi) = metric::wilson(value, self.units as f64);
            return Some(Interval { lo, hi });
        }
        Some(interval)
    }

    /// This minus another measure of the same units, with the interval of the difference: both are
    /// taken from the same draws.
    pub fn minus(
        &self,
        other: &Measure,
        bootstrap: Bootstrap,
        name: &str,
    ) -> (f64, Option<Interval>) {
        let value = self.value() - other.value();
        if self.units != other.units {
            return (value, None);
        }
        let mut values: Vec<f64> = draws(self.units, bootstrap, name)
            .map(|weights| (self.statistic)(&weights) - (other.statistic)(&weights))
            .collect();
        (value, percentile(&mut values))
    }
}

/// How often each of `units` was drawn, draw by draw.
pub fn draws(
    units: usize,
    bootstrap: Bootstrap,
    name: &str,
) -> impl Iterator<Item = Vec<f64>> + use<> {
    let mut hasher = Sha256::new();
    hasher.update(bootstrap.seed.to_le_bytes());
    hasher.update(name.as_bytes());
    let mut state = [0_u8; 16];
    state.copy_from_slice(&hasher.finalize()[..16]);
    let mut generator = Pcg32::from_seed(state);
    (0..bootstrap.replicates).map(move |_| {
        let mut weights = vec![0.0; units];
        for _ in 0..units {
            // Multiply and shift (Lemire 2019): one unit is preferred by at most units / 2^32.
            let unit = (u64::from(generator.next_u32()) * units as u64) >> 32;
            weights[unit as usize] += 1.0;
        }
        weights
    })
}

/// The middle 95% of the finite values; None where fewer than two are finite.
pub fn percentile(values: &mut Vec<f64>) -> Option<Interval> {
    values.retain(|v| v.is_finite());
    if values.len() < 2 {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    // Type 7 of Hyndman & Fan 1996.
    let quantile = |p: f64| {
        let h = (values.len() - 1) as f64 * p;
        let below = h.floor() as usize;
        let above = (below + 1).min(values.len() - 1);
        values[below] + (h - below as f64) * (values[above] - values[below])
    };
    Some(Interval { lo: quantile(0.025), hi: quantile(0.975) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOTSTRAP: Bootstrap = Bootstrap { replicates: 2000, seed: 1 };

    #[test]
    fn a_share_gets_about_the_interval_of_the_textbook() {
        // 80 of 100: the normal approximation says .8 plus or minus .078.
        let measure = Measure::of_share((0..100).map(|i| (f64::from(i % 5 != 0), 1.0)).collect());
        assert!((measure.value() - 0.8).abs() < 1e-12);
        let interval = measure.interval(BOOTSTRAP, "x").unwrap();
        assert!((interval.lo - 0.722).abs() < 0.015, "{interval:?}");
        assert!((interval.hi - 0.878).abs() < 0.015, "{interval:?}");
        assert_eq!(Some(interval), measure.interval(BOOTSTRAP, "x"));
    }

    #[test]
    fn where_all_draws_are_alike_the_interval_still_has_a_width() {
        let measure = Measure::of_share(vec![(1.0, 1.0); 20]);
        let interval = measure.interval(BOOTSTRAP, "x").unwrap();
        assert!(interval.lo > 0.8 && interval.lo < 0.87 && interval.hi == 1.0, "{interval:?}");
    }

    #[test]
    fn a_paired_difference_is_tighter_than_an_unpaired_one() {
        let right = |every: usize| {
            Measure::of_share((0..200).map(|i| (f64::from(i % every != 0), 1.0)).collect())
        };
        // The second misses a subset of what the first misses.
        let (value, interval) = right(10).minus(&right(5), BOOTSTRAP, "x");
        assert!((value - 0.1).abs() < 1e-12);
        let interval = interval.unwrap();
        assert!(interval.lo > 0.055 && interval.hi < 0.145, "{interval:?}");
    }

    #[test]
    fn every_draw_has_as_many_units_as_there_are() {
        let all = |seed, name| -> Vec<Vec<f64>> {
            draws(7, Bootstrap { replicates: 20, seed }, name).collect()
        };
        for weights in all(0, "a") {
            assert_eq!(weights.iter().sum::<f64>(), 7.0);
        }
        assert_eq!(all(0, "a"), all(0, "a"));
        assert_ne!(all(0, "a"), all(1, "a"));
        assert_ne!(all(0, "a"), all(0, "b"));
    }
}
