//! Counts of articles in, replicates of a figure of their sums out.

use crate::stats::bootstrap::Weights;
use crate::stats::interval::{Interval, Intervals};

/// How to resample.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resampling<'i> {
    pub replicates: usize,
    pub seed: u64,
    pub intervals: &'i Intervals,
    /// Quantile of the normal distribution that belongs to the intervals' confidence.
    pub z: f64,
}

/// A figure and its interval; the interval is missing where there are too few articles for one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Resampled {
    pub value: f64,
    pub interval: Option<Interval>,
}

/// Numbers of one article, to be summed up over articles.
pub(super) type Counts = Vec<f64>;

impl Resampling<'_> {
    /// A figure that is a function of sums over articles, with the percentile interval of the cluster
    /// bootstrap: articles are drawn again, with all that was coded in them. Figures of one `name`
    /// share their draws.
    pub fn figure(
        &self,
        articles: &[Counts],
        name: &str,
        figure: impl Fn(&[f64]) -> f64,
    ) -> Resampled {
        let width = articles.iter().map(Vec::len).max().unwrap_or(0);
        let mut sums = vec![0.0; width];
        for article in articles {
            add(&mut sums, article, 1.0);
        }
        let value = figure(&sums);
        if articles.len() < 2 || !value.is_finite() {
            return Resampled { value, interval: None };
        }
        let weights = Weights::draw(articles.len(), self.replicates, self.seed, name);
        let mut replicates: Vec<f64> = (0..self.replicates)
            .map(|replicate| {
                sums.fill(0.0);
                for (number, article) in articles.iter().enumerate() {
                    add(&mut sums, article, weights.of(number)[replicate].into());
                }
                figure(&sums)
            })
            .collect();
        let interval = self.intervals.percentile(&mut replicates, articles.len());
        let holds_value = |i: Interval| Interval { lo: i.lo.min(value), hi: i.hi.max(value) };
        Resampled { value, interval: interval.map(holds_value) }
    }
}

fn add(sums: &mut [f64], counts: &[f64], times: f64) {
    if times != 0.0 {
        sums.iter_mut().zip(counts).for_each(|(sum, x)| *sum += times * x);
    }
}
