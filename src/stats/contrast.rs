//! Two outlets' figures in, their difference out: with its interval, its size and how easily chance makes it.
//!
//! The outlets share no article, so the variances of their figures add up. `docs/methods.md` has the
//! papers, and how often the intervals hold the truth.

use rand::Rng;
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::bootstrap::generator;
use super::collect::Fraction;
use super::interval::{Interval, Intervals, Scale, of_difference, t_quantile};

/// One side of a comparison.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side<'a> {
    pub value: f64,
    pub interval: Interval,
    /// Standard error; `None` where resampling says nothing about it.
    pub se: Option<f64>,
    /// Independent observations.
    pub clusters: usize,
    /// Articles, and the standard deviation of their own figures.
    pub articles: usize,
    pub spread: f64,
    /// What each cluster adds.
    pub sums: &'a [Fraction],
}

/// A difference, `a` less `b`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Contrast {
    pub difference: f64,
    pub interval: Interval,
    /// Cohen's h or Hedges' g.
    pub effect: Option<f64>,
    /// Two-sided.
    pub p: f64,
}

/// How to find `p` where standard errors do not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Permutations<'a> {
    pub replicates: usize,
    pub seed: u64,
    /// Names the draws.
    pub name: &'a str,
}

/// Interval and p are those of Student's t with the degrees of freedom of Welch (1947), the standard errors being
/// the cluster bootstrap's. Where one side has none (no sentence of an outlet is loaded, say) the interval is put
/// together from both sides' own, and p is that of a permutation of clusters.
pub(super) fn contrast(
    a: &Side,
    b: &Side,
    scale: Scale,
    intervals: &Intervals,
    permutations: Permutations,
) -> Contrast {
    let difference = a.value - b.value;
    let (bottom, top) = scale.ends();
    let most = top - bottom;
    let (interval, p) = match (a.se, b.se) {
        (Some(of_a), Some(of_b)) => {
            let se = of_a.hypot(of_b);
            let df = welch((of_a, a.clusters), (of_b, b.clusters));
            let reach = se * t_quantile(intervals.confidence(), df);
            let interval = Interval {
                lo: (difference - reach).max(-most),
                hi: (difference + reach).min(most),
            };
            (interval, two_sided(difference / se, df))
        }
        _ => {
            let interval = of_difference(a.value, a.interval, b.value, b.interval);
            (interval, permuted(a.sums, b.sums, difference, permutations))
        }
    };
    let effect = match scale {
        Scale::Share => Some(cohens_h(a.value, b.value)),
        Scale::NetStance => hedges_g(difference, (a.spread, a.articles), (b.spread, b.articles)),
    };
    Contrast { difference, interval, effect, p }
}

/// Degrees of freedom of a difference of two figures, from their standard errors and numbers of observations.
fn welch((a, n_a): (f64, usize), (b, n_b): (f64, usize)) -> f64 {
    let (va, vb) = (a * a, b * b);
    let part = |v: f64, n: usize| v * v / n.saturating_sub(1).max(1) as f64;
    let bottom = part(va, n_a) + part(vb, n_b);
    if bottom > 0.0 { (va + vb).powi(2) / bottom } else { 1.0 }
}

/// P(|T| >= |t|) for Student's T.
fn two_sided(t: f64, df: f64) -> f64 {
    match StudentsT::new(0.0, 1.0, df) {
        Ok(distribution) => (2.0 * distribution.cdf(-t.abs())).min(1.0),
        Err(_) => 1.0,
    }
}

/// Distance of two shares on the scale where their variance does not depend on them (Cohen 1988, chapter 6):
/// .2 is small, .5 medium, .8 large.
fn cohens_h(a: f64, b: f64) -> f64 {
    let angle = |share: f64| 2.0 * share.clamp(0.0, 1.0).sqrt().asin();
    angle(a) - angle(b)
}

/// A difference of means in standard deviations of articles, with the correction for few of them (Hedges 1981).
/// `None` where all articles are alike.
fn hedges_g(difference: f64, (a, n_a): (f64, usize), (b, n_b): (f64, usize)) -> Option<f64> {
    let df = (n_a + n_b).checked_sub(2).filter(|&df| df > 0)? as f64;
    let freedom = |n: usize| n.saturating_sub(1) as f64;
    let pooled = ((freedom(n_a) * a * a + freedom(n_b) * b * b) / df).sqrt();
    (pooled > 1e-9).then(|| difference / pooled * (1.0 - 3.0 / (4.0 * df - 1.0)))
}

/// Standard deviation of articles' own figures around the figure over all, each article weighed as it is there.
pub(super) fn spread(value: f64, articles: &[Fraction]) -> f64 {
    let (mut squares, mut weight, mut n) = (0.0, 0.0, 0.0);
    for article in articles {
        if let Some(own) = article.ratio() {
            squares += article.bottom * (own - value).powi(2);
            weight += article.bottom;
            n += 1.0;
        }
    }
    if n > 1.0 && weight > 0.0 { (squares / weight * n / (n - 1.0)).sqrt() } else { 0.0 }
}

/// How often a difference as large comes up when clusters change sides by lot (Fisher 1935); the observed one is
/// one of them (Phipson & Smyth 2010).
fn permuted(a: &[Fraction], b: &[Fraction], observed: f64, by: Permutations) -> f64 {
    let mut all: Vec<Fraction> = a.iter().chain(b).copied().collect();
    let mut generator = generator(by.seed, by.name);
    let mut as_far = 0;
    for _ in 0..by.replicates {
        // The first `a.len()` places get a sample without replacement (Fisher & Yates).
        for place in 0..a.len().min(all.len().saturating_sub(1)) {
            let left = (all.len() - place) as u64;
            let other = place + ((u64::from(generator.next_u32()) * left) >> 32) as usize;
            all.swap(place, other);
        }
        let ratio = |some: &[Fraction]| {
            let mut sum = Fraction::default();
            some.iter().for_each(|f| sum.add(f.top, f.bottom));
            sum.ratio()
        };
        let (in_a, in_b) = all.split_at(a.len());
        if let (Some(x), Some(y)) = (ratio(in_a), ratio(in_b)) {
            // Rounding must not tell apart what is equal.
            as_far += usize::from((x - y).abs() >= observed.abs() - 1e-9);
        }
    }
    (as_far + 1) as f64 / (by.replicates + 1) as f64
}

/// Adjusted p values: the smallest rate of false discoveries at which each would be one (Benjamini & Hochberg
/// 1995). Those that are not there are no part of the family.
pub(super) fn benjamini_hochberg(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<usize> = (0..p.len()).filter(|&i| p[i].is_some()).collect();
    order.sort_by(|&i, &j| p[i].unwrap_or(1.0).total_cmp(&p[j].unwrap_or(1.0)));
    let family = order.len() as f64;
    let mut q = vec![None; p.len()];
    let mut least: f64 = 1.0;
    for (rank, &i) in order.iter().enumerate().rev() {
        least = least.min(p[i].unwrap_or(1.0) * family / (rank + 1) as f64);
        q[i] = Some(least);
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, tolerance: f64) {
        assert!((a - b).abs() <= tolerance, "{a} is not {b}");
    }

    fn of(shares: &[(f64, f64)]) -> Vec<Fraction> {
        shares.iter().map(|&(top, bottom)| Fraction { top, bottom }).collect()
    }

    #[test]
    fn sizes_are_those_of_the_books() {
        // Cohen 1988, table 6.2.2: phi of .50 is 1.571, of .25 1.047.
        close(cohens_h(0.5, 0.25), 0.524, 1e-3);
        close(cohens_h(0.25, 0.5), -0.524, 1e-3);
        // J of 18 degrees of freedom is 1 - 3/71.
        close(hedges_g(1.0, (2.0, 10), (2.0, 10)).unwrap(), 0.5 * (1.0 - 3.0 / 71.0), 1e-12);
        assert_eq!(hedges_g(1.0, (0.0, 10), (0.0, 10)), None);
        close(spread(0.5, &of(&[(0.0, 4.0), (4.0, 4.0)])), 0.5 * 2.0_f64.sqrt(), 1e-12);
    }

    #[test]
    fn welch_lies_between_the_smaller_side_and_both() {
        close(welch((1.0, 10), (1.0, 10)), 18.0, 1e-9);
        close(welch((1.0, 10), (1e-6, 10)), 9.0, 1e-3);
        close(two_sided(2.0, 10.0), 0.073_388, 1e-6);
    }

    /// `eval/reference/contrast.py` made the file and says what is compared with what.
    #[test]
    fn figures_are_those_of_scipy_and_statsmodels() {
        let json = include_str!("../../eval/reference/contrast.json");
        let all: serde_json::Value = serde_json::from_str(json).unwrap();
        let of = |case: &serde_json::Value, key: &str| case[key].as_f64().unwrap();
        let n = |case: &serde_json::Value, key: &str| case[key].as_u64().unwrap() as usize;
        for case in all["welch"].as_array().unwrap() {
            let side = |value: f64, se: f64, clusters: usize| Side {
                value,
                interval: Interval { lo: 0.0, hi: 1.0 },
                se: Some(se),
                clusters,
                articles: clusters,
                spread: 0.1,
                sums: &[],
            };
            let a = side(of(case, "a"), of(case, "se_a"), n(case, "n_a"));
            let b = side(of(case, "b"), of(case, "se_b"), n(case, "n_b"));
            let by = Permutations { replicates: 1, seed: 0, name: "" };
            let found = contrast(&a, &b, Scale::Share, &Intervals::new(0.95), by);
            close(found.p, of(case, "p"), 1e-6);
            close(found.interval.lo, of(case, "lo"), 1e-6);
            close(found.interval.hi, of(case, "hi"), 1e-6);
        }
        for case in all["effect"].as_array().unwrap() {
            close(cohens_h(of(case, "share_a"), of(case, "share_b")), of(case, "h"), 1e-6);
            let difference = of(case, "mean_a") - of(case, "mean_b");
            let a = (of(case, "sd_a"), n(case, "n_a"));
            let g = hedges_g(difference, a, (of(case, "sd_b"), n(case, "n_b")));
            close(g.unwrap(), of(case, "g"), 1e-6);
        }
        let numbers = |key: &str| -> Vec<f64> {
            all["adjusted"][key].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
        };
        let p: Vec<Option<f64>> = numbers("p").into_iter().map(Some).collect();
        for (q, wanted) in benjamini_hochberg(&p).into_iter().zip(numbers("q")) {
            close(q.unwrap(), wanted, 1e-9);
        }
    }

    #[test]
    fn adjusted_values_are_those_of_r() {
        // p.adjust(c(.01, .04, .03, .005), "BH")
        let p = [Some(0.01), None, Some(0.04), Some(0.03), Some(0.005)];
        let q = benjamini_hochberg(&p);
        assert_eq!(q[1], None);
        for (q, wanted) in [(q[0], 0.02), (q[2], 0.04), (q[3], 0.04), (q[4], 0.02)] {
            close(q.unwrap(), wanted, 1e-12);
        }
        assert!(benjamini_hochberg(&[]).is_empty());
    }

    #[test]
    fn clusters_that_change_sides_give_the_exact_probability() {
        let (a, b) = (of(&[(1.0, 1.0); 4]), of(&[(0.0, 1.0); 4]));
        let by = Permutations { replicates: 20_000, seed: 1, name: "a" };
        // Two of the 70 ways to choose four of eight are as far out.
        close(permuted(&a, &b, 1.0, by), 2.0 / 70.0, 0.004);
        close(permuted(&a, &a, 0.0, by), 1.0, 0.0);
    }
}
