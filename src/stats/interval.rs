//! Replicates in, intervals out. `docs/methods.md` gives the reasons and the papers.

use std::sync::OnceLock;

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// The ends of an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    pub lo: f64,
    pub hi: f64,
}

/// The range of a measure.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scale {
    /// 0 to 1
    Share,
    /// -1 to 1
    NetStance,
}

impl Scale {
    /// Lowest and highest value.
    pub(super) fn ends(self) -> (f64, f64) {
        match self {
            Scale::Share => (0.0, 1.0),
            Scale::NetStance => (-1.0, 1.0),
        }
    }
}

/// Two-sided quantile of Student's t: half of `1 - confidence` lies above it.
pub(super) fn t_quantile(confidence: f64, df: f64) -> f64 {
    match StudentsT::new(0.0, 1.0, df) {
        Ok(t) => t.inverse_cdf(0.5 + confidence / 2.0),
        Err(_) => f64::INFINITY,
    }
}

/// Two-sided quantile of the normal distribution.
pub(super) fn z_quantile(confidence: f64) -> f64 {
    Normal::standard().inverse_cdf(0.5 + confidence / 2.0)
}

/// Intervals of one confidence level.
#[derive(Debug)]
pub(super) struct Intervals {
    confidence: f64,
    /// Expanded tail probability by number of articles.
    tails: Vec<OnceLock<f64>>,
}

/// From so many articles on the expansion is that of this many (the tail is .0248 instead of .025).
const MOST_EXPANDED: usize = 400;

impl Intervals {
    /// `confidence` is cut to between 0.5 and 0.9999.
    pub(super) fn new(confidence: f64) -> Intervals {
        let confidence = if confidence.is_finite() { confidence.clamp(0.5, 0.9999) } else { 0.95 };
        Intervals { confidence, tails: (0..=MOST_EXPANDED).map(|_| OnceLock::new()).collect() }
    }

    /// Interval of a ratio from its bootstrap replicates (the not-finite ones are left out), with `clusters` the number of
    /// clusters that tell something about it; and its standard error.
    ///
    /// The interval is made on the scale of log odds, where a share near 0 can spread to the side where there is room
    /// (Korn & Graubard 1998), with Student's t. There is no standard error where the bootstrap says nothing (all
    /// replicates alike, or the value at an end of its scale), and a score interval stands in.
    pub(super) fn of_ratio(
        &self,
        value: f64,
        replicates: &[f64],
        clusters: usize,
        scale: Scale,
    ) -> (Interval, Option<f64>) {
        let (bottom, top) = scale.ends();
        let range = top - bottom;
        let share = (value - bottom) / range;
        let se = standard_error(replicates, clusters).filter(|_| share > 0.0 && share < 1.0);
        let of_share = match se {
            Some(se) => {
                let reach = t_quantile(self.confidence, (clusters - 1) as f64) * se / range;
                on_log_odds(share, reach)
            }
            None => wilson(share, clusters as f64, self.z()),
        };
        let back = |x: f64| bottom + x * range;
        (Interval { lo: back(of_share.lo), hi: back(of_share.hi) }, se)
    }

    /// Expanded percentile interval; `None` without a finite replicate.
    pub(super) fn percentile(
        &self,
        replicates: &mut Vec<f64>,
        articles: usize,
    ) -> Option<Interval> {
        replicates.retain(|r| r.is_finite());
        if replicates.is_empty() {
            return None;
        }
        let tail = self.tail(articles);
        Some(Interval { lo: quantile(replicates, tail), hi: quantile(replicates, 1.0 - tail) })
    }

    pub(super) fn confidence(&self) -> f64 {
        self.confidence
    }

    fn z(&self) -> f64 {
        z_quantile(self.confidence)
    }

    /// Probability to cut off at either end, smaller than `(1 - confidence) / 2` for few articles
    /// (Hesterberg 2015, "expanded percentile interval").
    fn tail(&self, articles: usize) -> f64 {
        let n = articles.clamp(2, MOST_EXPANDED);
        *self.tails[n].get_or_init(|| {
            let n = n as f64;
            let t = t_quantile(self.confidence, n - 1.0);
            Normal::standard().cdf(-(n / (n - 1.0)).sqrt() * t)
        })
    }
}

/// A share between 0 and 1, and how far a symmetric interval would reach; made symmetric on log odds instead.
pub(super) fn on_log_odds(share: f64, reach: f64) -> Interval {
    let (odds, reach) = ((share / (1.0 - share)).ln(), reach / (share * (1.0 - share)));
    let back = |odds: f64| 1.0 / (1.0 + (-odds).exp());
    // Rounding must not put the share outside.
    Interval { lo: back(odds - reach).min(share), hi: back(odds + reach).max(share) }
}

/// Standard deviation of the replicates that are finite, with the factor by which resampling `clusters` of them
/// makes it too small (Efron 1982, section 6.1). `None` where they are all alike or too few.
fn standard_error(replicates: &[f64], clusters: usize) -> Option<f64> {
    let finite = || replicates.iter().filter(|r| r.is_finite());
    let n = finite().count() as f64;
    if n < 2.0 || clusters < 2 {
        return None;
    }
    let mean = finite().sum::<f64>() / n;
    let variance = finite().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let clusters = clusters as f64;
    let se = (variance * clusters / (clusters - 1.0)).sqrt();
    (se > 1e-9).then_some(se)
}

/// Wilson's score interval of a share `p` seen in `n` independent observations (Wilson 1927).
pub(super) fn wilson(p: f64, n: f64, z: f64) -> Interval {
    if n <= 0.0 || !p.is_finite() {
        return Interval { lo: 0.0, hi: 1.0 };
    }
    let p = p.clamp(0.0, 1.0);
    let z2n = z * z / n;
    let centre = (p + z2n / 2.0) / (1.0 + z2n);
    let half = (p * (1.0 - p) * z * z / n + z2n * z2n / 4.0).sqrt() / (1.0 + z2n);
    // Rounding must not push the ends past the share itself or its range.
    Interval { lo: (centre - half).clamp(0.0, p), hi: (centre + half).clamp(p, 1.0) }
}

/// Interval of a difference of two independent estimates from their own intervals (Zou & Donner
/// 2008, "method of variance estimates recovery"; Newcombe 1998, method 10, where these are
/// Wilson's).
pub(super) fn of_difference(a: f64, of_a: Interval, b: f64, of_b: Interval) -> Interval {
    let d = a - b;
    Interval { lo: d - (a - of_a.lo).hypot(of_b.hi - b), hi: d + (of_a.hi - a).hypot(b - of_b.lo) }
}

/// Quantile of numbers without NaN, interpolated between neighbours (type 7 of Hyndman & Fan 1996).
/// Puts them in another order.
///
/// # Panics
/// If there are none.
fn quantile(values: &mut [f64], p: f64) -> f64 {
    let h = (values.len() - 1) as f64 * p.clamp(0.0, 1.0);
    let below = (h.floor() as usize).min(values.len() - 1);
    let (_, &mut low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    low + (h - below as f64) * (high - low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, tolerance: f64) {
        assert!((a - b).abs() <= tolerance, "{a} is not {b}");
    }

    #[test]
    fn quantiles_of_numbers_are_interpolated() {
        close(quantile(&mut [4.0, 1.0, 3.0, 2.0], 0.5), 2.5, 0.0);
        close(quantile(&mut [4.0, 1.0, 3.0, 2.0], 1.0), 4.0, 0.0);
    }

    #[test]
    fn wilson_and_newcombe_give_the_published_figures() {
        let z = z_quantile(0.95);
        // Newcombe 1998: 81 of 263, and 0 of 20.
        let w = wilson(81.0 / 263.0, 263.0, z);
        close(w.lo, 0.255_3, 1e-4);
        close(w.hi, 0.366_2, 1e-4);
        let w = wilson(0.0, 20.0, z);
        close(w.lo, 0.0, 0.0);
        close(w.hi, 0.161_1, 1e-4);
        // Newcombe 1998 (interval estimation for the difference), 56/70 against 48/80, method 10.
        let (a, b) = (56.0 / 70.0, 48.0 / 80.0);
        let d = of_difference(a, wilson(a, 70.0, z), b, wilson(b, 80.0, z));
        close(d.lo, 0.052_4, 1e-4);
        close(d.hi, 0.333_9, 1e-4);
    }

    #[test]
    fn few_articles_widen_the_tail() {
        let intervals = Intervals::new(0.95);
        // From printed tables of t and of the normal distribution, nominal tail .025.
        for (n, tail) in [(5, 0.000_95), (10, 0.008_55), (20, 0.015_88), (40, 0.020_26)] {
            close(intervals.tail(n), tail, 3e-5);
        }
        close(intervals.tail(100_000), 0.0248, 5e-4);
    }

    #[test]
    fn all_replicates_alike_do_not_mean_certainty() {
        let intervals = Intervals::new(0.95);
        let (i, se) = intervals.of_ratio(0.0, &[0.0; 100], 20, Scale::Share);
        assert!(se.is_none() && i.lo == 0.0 && i.hi > 0.15);
        let (i, se) = intervals.of_ratio(0.5, &[0.5; 100], 10, Scale::Share);
        assert!(se.is_none() && i.lo < 0.3 && i.hi > 0.7);
        let (i, se) = intervals.of_ratio(0.0, &[0.0; 100], 10, Scale::NetStance);
        assert!(se.is_none() && i.lo < -0.4 && i.hi > 0.4);
        let (i, _) = intervals.of_ratio(0.2, &[f64::NAN; 3], 2, Scale::Share);
        assert!(i.lo < 0.2 && i.hi > 0.2);
    }

    #[test]
    fn an_interval_stays_in_its_range_and_leans_to_where_there_is_room() {
        let intervals = Intervals::new(0.95);
        let replicates: Vec<f64> = (0..200).map(|n| 0.02 + 0.04 * f64::from(n) / 199.0).collect();
        let (i, se) = intervals.of_ratio(0.04, &replicates, 12, Scale::Share);
        // A uniform distribution of width .04, and 12 / 11 for resampling.
        close(se.unwrap(), 0.04 / 12.0_f64.sqrt() * (12.0 / 11.0_f64).sqrt(), 2e-4);
        assert!(i.lo > 0.0 && 0.04 - i.lo < i.hi - 0.04, "{i:?}");
        // logit(.04) -+ t(11) x se / (.04 x .96)
        close(i.lo, 0.020_1, 5e-4);
        close(i.hi, 0.078_0, 1e-3);
    }
}
