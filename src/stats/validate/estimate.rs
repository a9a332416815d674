//! Sums over articles in, corrected figures with their standard errors out.
//!
//! A figure is a ratio of two sums over units, numerator and denominator ([`Fraction`]); articles are
//! what was sampled, and units of one article stay together. Written in full in `docs/methods.md`.

use crate::stats::collect::Fraction;
use crate::stats::interval::{
    Interval, Scale, of_difference, on_log_odds, t_quantile, wilson, z_quantile,
};

/// What is kept of one article. A sum "of the coded" takes each unit times its weight, 1 / probability.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    /// Predictions of all units, and their number.
    pub predicted: Fraction,
    /// Pseudo-outcomes of all units: see [`dsl`].
    pub pseudo: Fraction,
    /// Codes of the coded.
    pub gold: Fraction,
    /// Predictions of the coded, and the sum of their weights.
    pub weighed: Fraction,
    pub n_coded: u32,
}

impl Sums {
    /// Adds a unit that nobody coded.
    pub fn add(&mut self, predicted: f64, guess: Fraction) {
        self.predicted.add(predicted, 1.0);
        self.pseudo.add(guess.top, guess.bottom);
    }

    /// Adds a coded unit.
    pub fn add_coded(&mut self, predicted: f64, guess: Fraction, gold: Fraction, weight: f64) {
        self.predicted.add(predicted, 1.0);
        self.pseudo.add(
            guess.top + weight * (gold.top - guess.top),
            guess.bottom + weight * (gold.bottom - guess.bottom),
        );
        self.gold.add(weight * gold.top, weight * gold.bottom);
        self.weighed.add(weight * predicted, weight);
        self.n_coded += 1;
    }
}

/// A figure and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Not cut to the measure's range: a corrected share may come out below 0.
    pub value: f64,
    /// Of the mean over articles, which are independent; squared it is the cluster-robust variance with
    /// the factor n / (n - 1).
    pub se: f64,
    /// Articles with a coded unit: as many tell what the correction is.
    pub coded_articles: usize,
}

/// Design-based supervised learning (Egami, Hinck, Stewart & Wei 2023): every unit's guess `g` is
/// corrected where there is a code `y`, `g + R/pi (y - g)`, in numerator and denominator alike, and the
/// ratio is that of the sums of these pseudo-outcomes.
///
/// Unbiased but for the ratio's own bias of order 1/n, whatever the guess, as `pi` is known.
pub fn dsl(articles: &[Sums]) -> Option<Estimate> {
    let all = sum(articles, |a| a.pseudo);
    let value = all.ratio()?;
    let influence = articles.iter().map(|a| (a.pseudo.top - value * a.pseudo.bottom) / all.bottom);
    Some(estimate(articles, value, influence))
}

/// Prediction-powered inference (Angelopoulos et al. 2023; with `lambda`, PPI++: Angelopoulos, Duchi &
/// Zrnic 2023): the coded units' weighted mean, plus `lambda` times by how much the
/// predictions' mean over all units differs from that over the coded.
///
/// `lambda` 0 uses the codes alone (Hájek 1971), 1 trusts the predictions as they are.
pub fn ppi(articles: &[Sums], lambda: f64) -> Option<Estimate> {
    let means = Means::of(articles)?;
    let value = means.value(lambda)?;
    let influence = articles.iter().map(|a| {
        let (alone, by_lambda) = means.influence(a, value);
        alone + lambda * by_lambda
    });
    Some(estimate(articles, value, influence))
}

/// The `lambda` that makes the variances of these figures, summed, smallest; from 0 to 1.
///
/// One for all figures of a measure: tuned to a dozen codes of one outlet it would fit their chance.
pub fn tuned<'a>(figures: impl IntoIterator<Item = &'a [Sums]>) -> f64 {
    let (mut shared, mut squared) = (0.0, 0.0);
    for articles in figures {
        let Some(means) = Means::of(articles) else { continue };
        let Some(value) = means.value(1.0) else { continue };
        for article in articles {
            let (alone, by_lambda) = means.influence(article, value);
            shared -= alone * by_lambda;
            squared += by_lambda * by_lambda;
        }
    }
    if squared > 0.0 { (shared / squared).clamp(0.0, 1.0) } else { 1.0 }
}

/// The means that prediction-powered inference is made of.
struct Means {
    /// Number of units; their predictions' mean.
    units: f64,
    predicted: f64,
    /// Sum of the coded units' weights; their weighted mean code (numerator and denominator) and
    /// prediction.
    weight: f64,
    gold: Fraction,
    weighed: f64,
}

impl Means {
    fn of(articles: &[Sums]) -> Option<Means> {
        let (predicted, gold, weighed) = (
            sum(articles, |a| a.predicted),
            sum(articles, |a| a.gold),
            sum(articles, |a| a.weighed),
        );
        let weight = weighed.bottom;
        Some(Means {
            units: predicted.bottom,
            predicted: predicted.ratio()?,
            weight,
            weighed: weighed.ratio()?,
            gold: Fraction { top: gold.top / weight, bottom: gold.bottom / weight },
        })
    }

    fn value(&self, lambda: f64) -> Option<f64> {
        let top = self.gold.top + lambda * (self.predicted - self.weighed);
        Fraction { top, bottom: self.gold.bottom }.ratio()
    }

    /// By how much an article moves the figure: without predictions, and for each unit of `lambda`.
    fn influence(&self, article: &Sums, value: f64) -> (f64, f64) {
        let Fraction { top, bottom } = article.gold;
        let weight = article.weighed.bottom;
        let alone = (top - weight * self.gold.top - value * (bottom - weight * self.gold.bottom))
            / self.weight;
        let of_all =
            (article.predicted.top - article.predicted.bottom * self.predicted) / self.units;
        let of_coded = (article.weighed.top - weight * self.weighed) / self.weight;
        (alone / self.gold.bottom, (of_all - of_coded) / self.gold.bottom)
    }
}

fn sum(articles: &[Sums], of: impl Fn(&Sums) -> Fraction) -> Fraction {
    articles.iter().map(of).fold(Fraction::default(), |mut sum, x| {
        sum.add(x.top, x.bottom);
        sum
    })
}

/// Variance of a sum of independent articles' influences, by linearisation (Taylor series; Binder 1983).
fn estimate(articles: &[Sums], value: f64, influence: impl Iterator<Item = f64>) -> Estimate {
    let there = |a: &&Sums| a.predicted.bottom > 0.0 || a.n_coded > 0;
    let n = articles.iter().filter(there).count() as f64;
    let squares: f64 = influence.map(|x| x * x).sum();
    let factor = if n > 1.0 { n / (n - 1.0) } else { f64::INFINITY };
    Estimate {
        value,
        se: if squares > 0.0 { (squares * factor).sqrt() } else { 0.0 },
        coded_articles: articles.iter().filter(|a| a.n_coded > 0).count(),
    }
}

/// A standard error below this is none: all articles say the same.
const SILENT: f64 = 1e-9;

impl Estimate {
    fn degrees_of_freedom(&self) -> f64 {
        self.coded_articles.saturating_sub(1).max(1) as f64
    }

    /// The interval, within the measure's range.
    ///
    /// It is made on the scale of log odds, where a share near 0 can spread to the side where there is
    /// room (Korn & Graubard 1998). Where that is not possible (an estimate at or past an end, or
    /// without any variance) it is the wider one of the plain interval and Wilson's, with the coded
    /// articles as observations.
    pub(in crate::stats) fn interval(&self, scale: Scale, confidence: f64) -> Interval {
        let (bottom, top) = scale.ends();
        let range = top - bottom;
        let (share, se) = ((self.value - bottom) / range, self.se / range);
        let reach = t_quantile(confidence, self.degrees_of_freedom()) * se;
        let of_share = if share > 0.0 && share < 1.0 && se > SILENT {
            on_log_odds(share, reach)
        } else {
            let wilson = wilson(share, self.coded_articles as f64, z_quantile(confidence));
            Interval {
                lo: wilson.lo.min(share - reach).clamp(0.0, 1.0),
                hi: wilson.hi.max(share + reach).clamp(0.0, 1.0),
            }
        };
        Interval { lo: bottom + range * of_share.lo, hi: bottom + range * of_share.hi }
    }

    /// The value, cut to the measure's range.
    pub(in crate::stats) fn within(&self, scale: Scale) -> f64 {
        let (bottom, top) = scale.ends();
        self.value.clamp(bottom, top)
    }

    /// The difference to another outlet's estimate, and its interval: they share no article.
    ///
    /// Degrees of freedom are the smaller ones of the two sides: those of Welch (1947) hold a little less
    /// than they promise where articles are few and skewed. Where one side has no variance to speak of,
    /// the interval is put together from both sides' own (Zou & Donner 2008).
    pub(in crate::stats) fn minus(
        &self,
        other: &Estimate,
        scale: Scale,
        confidence: f64,
    ) -> (f64, Interval) {
        let difference = self.value - other.value;
        let (bottom, top) = scale.ends();
        let most = top - bottom;
        let interval = if self.se > SILENT && other.se > SILENT {
            let df = self.degrees_of_freedom().min(other.degrees_of_freedom());
            let reach = t_quantile(confidence, df) * self.se.hypot(other.se);
            Interval { lo: difference - reach, hi: difference + reach }
        } else {
            of_difference(
                self.within(scale),
                self.interval(scale, confidence),
                other.within(scale),
                other.interval(scale, confidence),
            )
        };
        let cut = |x: f64| x.clamp(-most, most);
        (cut(difference), Interval { lo: cut(interval.lo), hi: cut(interval.hi) })
    }
}
