//! Scores before and after in, how far they moved out.
//!
//! Means over swaps; sentences of one article are alike, so articles are what the bootstrap draws (see
//! [`crate::eval::bootstrap`]).

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Kind, Options};
use crate::eval::bootstrap::{Bootstrap, Measure, draws};
use crate::model::Stance;

/// Below so many articles (or sentences of the probe) no interval is given: it would be too short.
const FEWEST: usize = 10;

/// What the model makes of a sentence and of an actor in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// What the actor is called.
    pub name: String,
    pub text: String,
    pub p_loaded: f64,
    pub loaded: bool,
    /// Toward the actor, the mean over its mentions; null where none has a stance.
    pub net_stance: Option<f64>,
    pub stance: Option<Stance>,
}

/// A swap.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Case {
    pub kind: Kind,
    pub article_id: String,
    /// Number in the article.
    pub sentence: u32,
    pub before: Score,
    pub after: Score,
}

impl Case {
    /// By how much the probability of loaded wording grew.
    pub fn loaded(&self) -> f64 {
        self.after.p_loaded - self.before.p_loaded
    }

    /// By how much net stance toward the actor grew.
    pub fn stance(&self) -> Option<f64> {
        Some(self.after.net_stance? - self.before.net_stance?)
    }
}

/// A mean with the ends of its 95% interval; null where there are too few articles for one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    pub value: f64,
    pub lo: Option<f64>,
    pub hi: Option<f64>,
}

impl Figure {
    /// Does the interval leave out zero?
    pub fn is_clear(&self) -> bool {
        self.lo.is_some_and(|lo| lo > 0.0) || self.hi.is_some_and(|hi| hi < 0.0)
    }
}

/// How far one kind of swap moves scores.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shift {
    pub kind: Kind,
    pub n_swaps: usize,
    pub n_sentences: usize,
    pub n_articles: usize,
    /// Of the probability of loaded wording.
    pub loaded: Moved,
    /// Of net stance toward whom the name means.
    pub stance: Option<Moved>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// Mean shift without its sign.
    pub absolute: Figure,
    /// Mean shift, after minus before.
    pub signed: Figure,
    /// Share of swaps that change the label.
    pub changed: Figure,
}

pub(super) fn bootstrap(options: &Options) -> Bootstrap {
    Bootstrap { replicates: options.replicates, seed: options.seed }
}

/// A row for every kind that has a case.
pub(super) fn shifts(cases: &[Case], bootstrap: Bootstrap) -> Vec<Shift> {
    Kind::ALL.into_iter().filter_map(|kind| shift(kind, cases, bootstrap)).collect()
}

fn shift(kind: Kind, cases: &[Case], bootstrap: Bootstrap) -> Option<Shift> {
    let own: Vec<&Case> = cases.iter().filter(|case| case.kind == kind).collect();
    let loaded =
        own.iter().map(|c| (c.article_id.as_str(), c.loaded(), c.before.loaded != c.after.loaded));
    let stance = own.iter().filter_map(|c| {
        Some((c.article_id.as_str(), c.stance()?, c.before.stance != c.after.stance))
    });
    let mut sentences: Vec<(&str, u32)> =
        own.iter().map(|c| (c.article_id.as_str(), c.sentence)).collect();
    sentences.sort_unstable();
    sentences.dedup();
    let mut articles: Vec<&str> = sentences.iter().map(|(article, _)| *article).collect();
    articles.dedup();
    Some(Shift {
        kind,
        n_swaps: own.len(),
        n_sentences: sentences.len(),
        n_articles: articles.len(),
        loaded: moved(loaded, bootstrap, kind.name())?,
        stance: moved(stance, bootstrap, kind.name()),
    })
}

/// Article, shift, and whether the label changed.
fn moved<'c>(
    cases: impl Iterator<Item = (&'c str, f64, bool)>,
    bootstrap: Bootstrap,
    name: &str,
) -> Option<Moved> {
    // Sums by article: shifts without sign, shifts, changed labels, swaps.
    let mut sums: BTreeMap<&str, [f64; 4]> = BTreeMap::new();
    for (article, by, changed) in cases {
        let sum = sums.entry(article).or_default();
        for (sum, x) in sum.iter_mut().zip([by.abs(), by, f64::from(changed), 1.0]) {
            *sum += x;
        }
    }
    if sums.is_empty() {
        return None;
    }
    let sums: Vec<[f64; 4]> = sums.into_values().collect();
    let rows = |k: usize| sums.iter().map(|s| vec![s[k], s[3]]).collect();
    let mean = |k| figure(&Measure::of_sums(rows(k), |s| s[0] / s[1]), bootstrap, name);
    let share = Measure::of_share(sums.iter().map(|s| (s[2], s[3])).collect());
    Some(Moved { absolute: mean(0), signed: mean(1), changed: figure(&share, bootstrap, name) })
}

fn figure(measure: &Measure, bootstrap: Bootstrap, name: &str) -> Figure {
    let interval = measure.interval(bootstrap, name).filter(|_| measure.units() >= FEWEST);
    Figure { value: measure.value(), lo: interval.map(|i| i.lo), hi: interval.map(|i| i.hi) }
}

/// The cases with the largest `size`, largest first; none that did not move.
pub(super) fn worst(cases: &[Case], most: usize, size: impl Fn(&Case) -> f64) -> Vec<Case> {
    let mut moved: Vec<&Case> = cases.iter().filter(|case| size(case) > 0.0).collect();
    // Stable: among equals the order of the kinds stays.
    moved.sort_by(|a, b| size(b).total_cmp(&size(a)));
    // A sentence is shown once.
    let mut shown: Vec<&Case> = Vec::new();
    for case in moved {
        let place = (&case.article_id, case.sentence);
        if shown.len() < most && !shown.iter().any(|s| (&s.article_id, s.sentence) == place) {
            shown.push(case);
        }
    }
    shown.into_iter().cloned().collect()
}

/// One sentence with a name of every origin in it.
#[derive(Clone, Debug)]
pub(super) struct ByOrigin {
    pub article_id: String,
    pub scores: Vec<(&'static str, Score)>,
}

/// What names of one origin bring, against the mean over all origins in the same sentences. The intervals hold
/// for all origins at once.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Origin {
    pub origin: &'static str,
    pub n_sentences: usize,
    pub loaded: Figure,
    pub stance: Figure,
}

pub(super) fn origins(sentences: &[ByOrigin], bootstrap: Bootstrap) -> Vec<Origin> {
    let Some(first) = sentences.first() else { return Vec::new() };
    let loaded = by_article(sentences, |score| Some(score.p_loaded));
    let stance = by_article(sentences, |score| score.net_stance);
    let loaded = simultaneous(&loaded, bootstrap, "origin");
    let stance = simultaneous(&stance, bootstrap, "origin");
    let names = first.scores.iter().map(|(origin, _)| *origin);
    let rows = names.zip(loaded).zip(stance);
    rows.map(|((origin, loaded), stance)| Origin {
        origin,
        n_sentences: sentences.len(),
        loaded,
        stance,
    })
    .collect()
}

/// Sums of the distances from the sentence's mean, origin by origin, article by article.
fn by_article(sentences: &[ByOrigin], of: impl Fn(&Score) -> Option<f64>) -> Vec<Unit> {
    let mut units: BTreeMap<&str, Unit> = BTreeMap::new();
    for sentence in sentences {
        let values: Option<Vec<f64>> = sentence.scores.iter().map(|(_, s)| of(s)).collect();
        let Some(values) = values else { continue };
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let none = || Unit { sums: vec![0.0; values.len()], n: 0.0 };
        let unit = units.entry(&sentence.article_id).or_insert_with(none);
        unit.n += 1.0;
        unit.sums.iter_mut().zip(&values).for_each(|(sum, v)| *sum += v - mean);
    }
    units.into_values().collect()
}

/// What is drawn together: a sum for every one compared, and how many values each sum has.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unit {
    pub sums: Vec<f64>,
    pub n: f64,
}

/// Means with intervals that hold for all of them at once, with a probability of 95%.
///
/// The bootstrap-t (Efron & Tibshirani 1993, section 12.5) with the largest of all deviations (Romano & Wolf 2005,
/// section 4): in 95 of 100 replicates every mean lies within so many of the replicate's own standard errors of its
/// estimate, and so far the intervals reach. `simultaneous_coverage_table` shows that they do hold.
pub(super) fn simultaneous(units: &[Unit], bootstrap: Bootstrap, name: &str) -> Vec<Figure> {
    let (values, errors) = means(units, &vec![1.0; units.len()]);
    let plain = |value: &f64| Figure { value: *value, lo: None, hi: None };
    if units.len() < FEWEST {
        return values.iter().map(plain).collect();
    }
    let furthest = |weights: Vec<f64>| {
        let (replicate, errors) = means(units, &weights);
        let each = replicate.iter().zip(&values).zip(&errors).filter(|(_, error)| **error > 0.0);
        each.map(|((r, value), error)| (r - value).abs() / error).fold(0.0, f64::max)
    };
    let mut furthest: Vec<f64> = draws(units.len(), bootstrap, name).map(furthest).collect();
    furthest.sort_unstable_by(f64::total_cmp);
    let at = (furthest.len() as f64 * 0.95).ceil() as usize;
    let reach = furthest.get(at.saturating_sub(1)).copied().unwrap_or(f64::NAN);
    let interval = |(value, error): (&f64, &f64)| Figure {
        value: *value,
        lo: Some(value - reach * error),
        hi: Some(value + reach * error),
    };
    values.iter().zip(&errors).map(interval).collect()
}

/// Means under weights, and their standard errors: ratios of sums over units, linearised.
fn means(units: &[Unit], weights: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let drawn = || units.iter().zip(weights).filter(|(_, weight)| **weight > 0.0);
    let n: f64 = drawn().map(|(unit, weight)| unit.n * weight).sum();
    let widened = (units.len() as f64 / (units.len() as f64 - 1.0)).sqrt();
    let one = |k: usize| {
        let mean = drawn().map(|(unit, weight)| unit.sums[k] * weight).sum::<f64>() / n;
        let square = |unit: &Unit| (unit.sums[k] - mean * unit.n).powi(2);
        let squares: f64 = drawn().map(|(unit, weight)| square(unit) * weight).sum();
        (mean, widened * squares.sqrt() / n)
    };
    (0..units.first().map_or(0, |unit| unit.sums.len())).map(one).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOTSTRAP: Bootstrap = Bootstrap { replicates: 2000, seed: 1 };

    fn score(p: f64, net: f64) -> Score {
        let stance = if net < 0.0 { Stance::Against } else { Stance::Neutral };
        Score {
            name: "Lind".into(),
            text: "Lind left.".into(),
            p_loaded: p,
            loaded: p >= 0.5,
            net_stance: Some(net),
            stance: Some(stance),
        }
    }

    fn case(kind: Kind, article: usize, before: (f64, f64), after: (f64, f64)) -> Case {
        Case {
            kind,
            article_id: format!("a{article}"),
            sentence: 3,
            before: score(before.0, before.1),
            after: score(after.0, after.1),
        }
    }

    #[test]
    fn shifts_have_sign_size_and_changed_labels() {
        let cases: Vec<Case> = (0..20)
            .map(|k| {
                let up = if k % 2 == 0 { 0.2 } else { -0.1 };
                case(Kind::Place, k / 2, (0.4, 0.0), (0.4 + up, -0.3))
            })
            .collect();
        let rows = shifts(&cases, BOOTSTRAP);
        let [row] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!((row.kind, row.n_swaps, row.n_articles), (Kind::Place, 20, 10));
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(close(row.loaded.absolute.value, 0.15), "{row:?}");
        assert!(close(row.loaded.signed.value, 0.05) && close(row.loaded.changed.value, 0.5));
        let stance = row.stance.unwrap();
        assert!(close(stance.signed.value, -0.3) && close(stance.changed.value, 1.0));
        assert!(stance.changed.lo.unwrap() < 0.8, "{stance:?}");
        // Every article is alike, so nothing varies between draws.
        assert!(close(row.loaded.signed.lo.unwrap(), 0.05));
    }

    #[test]
    fn few_articles_have_no_interval() {
        let cases: Vec<Case> =
            (0..40).map(|k| case(Kind::State, k % 9, (0.1, 0.0), (0.2, 0.0))).collect();
        let row = &shifts(&cases, BOOTSTRAP)[0];
        assert_eq!((row.n_articles, row.loaded.signed.lo), (9, None));
        assert!(!row.loaded.signed.is_clear());
        assert!(shifts(&[], BOOTSTRAP).is_empty());
    }

    #[test]
    fn the_worst_come_first_and_a_sentence_comes_once() {
        let cases = [
            case(Kind::Place, 1, (0.1, 0.0), (0.2, 0.0)),
            case(Kind::State, 1, (0.1, 0.0), (0.9, 0.0)),
            case(Kind::State, 2, (0.1, 0.0), (0.1, 0.0)),
            case(Kind::State, 3, (0.5, 0.0), (0.1, 0.0)),
        ];
        let worst = worst(&cases, 5, |case| case.loaded().abs());
        let articles: Vec<&str> = worst.iter().map(|c| c.article_id.as_str()).collect();
        assert_eq!(articles, ["a1", "a3"]);
    }

    #[test]
    fn one_of_many_stands_out_only_where_chance_does_not_explain_it() {
        // Twenty compared ones over 40 units: noise of a seeded kind, and one with an effect of its own.
        let noise = |u: usize, k: usize| {
            let rank = super::super::draw::rank(7, &[&u.to_string(), &k.to_string()]);
            rank as f64 / u64::MAX as f64 - 0.5
        };
        let units: Vec<Unit> = (0..40)
            .map(|u| Unit {
                sums: (0..20).map(|k| noise(u, k) + if k == 3 { 0.4 } else { 0.0 }).collect(),
                n: 1.0,
            })
            .collect();
        let figures = simultaneous(&units, BOOTSTRAP, "x");
        let clear: Vec<usize> =
            figures.iter().enumerate().filter(|(_, f)| f.is_clear()).map(|(k, _)| k).collect();
        assert_eq!(clear, [3]);
        // Wider than an interval for one alone (1.96 standard errors of .29 / sqrt(40)).
        let half = figures[0].hi.unwrap() - figures[0].value;
        assert!(half > 0.11 && half < 0.19, "{half}");
        assert!(simultaneous(&units[..9], BOOTSTRAP, "x").iter().all(|f| f.lo.is_none()));
        assert!(simultaneous(&[], BOOTSTRAP, "x").is_empty());
    }

    #[test]
    fn origins_are_held_against_the_mean_of_their_sentence() {
        let sentences: Vec<ByOrigin> = (0..10)
            .map(|k| ByOrigin {
                article_id: format!("a{k}"),
                scores: vec![("A", score(0.4, 0.1)), ("B", score(0.2, -0.1))],
            })
            .collect();
        let rows = origins(&sentences, BOOTSTRAP);
        assert_eq!(rows.len(), 2);
        assert!(
            (rows[0].loaded.value - 0.1).abs() < 1e-9 && (rows[1].stance.value + 0.1).abs() < 1e-9
        );
        assert!(rows[0].loaded.is_clear());
        assert!(origins(&[], BOOTSTRAP).is_empty());
    }

    /// The table of docs/methods.md: how often all intervals hold at once where nothing has an effect.
    #[test]
    #[ignore = "prints a table of docs/methods.md; takes a while"]
    fn simultaneous_coverage_table() {
        use rand::Rng;
        let mut rng = super::super::draw::generator(1, &["coverage"]);
        let mut uniform = || (f64::from(rng.next_u32()) + 0.5) / 4_294_967_296.0;
        for (n, names, skewed) in
            [(12, 8, false), (12, 8, true), (36, 20, false), (36, 20, true), (200, 8, true)]
        {
            let mut held = 0;
            for round in 0..500 {
                let units: Vec<Unit> = (0..n)
                    .map(|_| {
                        let size = 0.2 + 0.8 * uniform();
                        let mut value = |_| {
                            let u: f64 = uniform();
                            if skewed {
                                (-u.ln() - 1.0) * size
                            } else {
                                u + uniform() + uniform() - 1.5
                            }
                        };
                        Unit { sums: (0..names).map(&mut value).collect(), n: 1.0 }
                    })
                    .collect();
                let bootstrap = Bootstrap { replicates: 500, seed: round };
                let figures = simultaneous(&units, bootstrap, "x");
                held += usize::from(!figures.iter().any(Figure::is_clear));
            }
            println!("| {n} | {names} | {skewed} | {:.3} |", held as f64 / 500.0);
        }
    }
}
