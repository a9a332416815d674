//! Our figures against those of the packages that others use, on the same numbers.
//! `eval/reference/validate.py` makes the file and says what is compared with what.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::accuracy;
use super::alpha::{alpha, coincidences};
use super::estimate::{Estimate, Sums, dsl, ppi, tuned};
use super::resample::Resampling;
use super::{Coded, Difference, Frame, Gold, Kind, Unit};
use crate::stats::collect::Fraction;
use crate::stats::interval::{Intervals, Scale, t_quantile, z_quantile};

fn reference<T: DeserializeOwned>(name: &str) -> T {
    let json = include_str!("../../../eval/reference/validate.json");
    let all: Value = serde_json::from_str(json).expect("JSON");
    serde_json::from_value(all[name].clone()).expect(name)
}

#[track_caller]
fn same(ours: f64, theirs: f64) {
    assert!((ours - theirs).abs() < 1e-6, "{ours} is not {theirs}");
}

#[test]
fn alpha_is_that_of_krippendorff() {
    #[derive(Deserialize)]
    struct Case {
        classes: usize,
        codes: Vec<Vec<i64>>,
        nominal: f64,
        ordinal: f64,
    }
    for case in reference::<Vec<Case>>("alpha") {
        let mut sums = vec![0.0; case.classes * case.classes];
        for unit in &case.codes {
            let codes: Vec<Option<usize>> = unit.iter().map(|&c| c.try_into().ok()).collect();
            let cells = coincidences(&codes, case.classes);
            sums.iter_mut().zip(cells).for_each(|(sum, x)| *sum += x);
        }
        same(alpha(&sums, Difference::Nominal), case.nominal);
        same(alpha(&sums, Difference::Ordinal), case.ordinal);
    }
}

/// A coded or uncoded unit that is an article of its own.
fn alone(predicted: f64, coded: Option<(f64, f64)>) -> Sums {
    let mut sums = Sums::default();
    let guess = Fraction { top: predicted, bottom: 1.0 };
    match coded {
        Some((gold, weight)) => {
            sums.add_coded(predicted, guess, Fraction { top: gold, bottom: 1.0 }, weight);
        }
        None => sums.add(predicted, guess),
    }
    sums
}

/// Ours has the factor n / (n - 1).
fn without_factor(estimate: &Estimate, articles: usize) -> f64 {
    let n = articles as f64;
    estimate.se * ((n - 1.0) / n).sqrt()
}

#[test]
fn prediction_powered_inference_is_that_of_its_authors() {
    #[derive(Deserialize)]
    struct Given {
        lambda: f64,
        value: f64,
        se: f64,
        weighted: f64,
    }
    #[derive(Deserialize)]
    struct Case {
        gold: Vec<f64>,
        predicted: Vec<f64>,
        unlabelled: Vec<f64>,
        weights: Vec<f64>,
        given: Vec<Given>,
        tuned: f64,
    }
    for case in reference::<Vec<Case>>("ppi") {
        // There the coded are no part of all units: they have no prediction among those.
        let articles = |weights: &[f64]| -> Vec<Sums> {
            let coded = case.gold.iter().zip(&case.predicted).zip(weights);
            let coded = coded.map(|((&gold, &predicted), &weight)| Sums {
                predicted: Fraction::default(),
                ..alone(predicted, Some((gold, weight)))
            });
            coded.chain(case.unlabelled.iter().map(|&p| alone(p, None))).collect()
        };
        let plain = articles(&vec![1.0; case.gold.len()]);
        let weighted = articles(&case.weights);
        for given in &case.given {
            let ours = ppi(&plain, given.lambda).expect("a figure");
            same(ours.value, given.value);
            same(without_factor(&ours, plain.len()), given.se);
            same(ppi(&weighted, given.lambda).expect("a figure").value, given.weighted);
        }
        // Theirs takes the predictions' variance from all units, ours from the coded and the others apart.
        let ours = ppi(&plain, tuned([plain.as_slice()])).expect("a figure").value;
        if case.gold.len() > 100 {
            assert!((ours - case.tuned).abs() < 0.003, "{ours} is far from {}", case.tuned);
        }
    }
}

#[test]
fn design_based_supervised_learning_is_that_of_its_paper_and_of_clustered_regression() {
    #[derive(Deserialize)]
    struct Figure {
        value: f64,
        se: f64,
    }
    #[derive(Deserialize)]
    struct Case {
        outlet: Vec<usize>,
        article: Vec<usize>,
        gold: Vec<[f64; 2]>,
        guess: Vec<[f64; 2]>,
        weight: Vec<f64>,
        outlets: Vec<Figure>,
        difference: Option<Figure>,
    }
    let fraction = |[top, bottom]: [f64; 2]| Fraction { top, bottom };
    for case in reference::<Vec<Case>>("dsl") {
        let mut ours = Vec::new();
        for (outlet, theirs) in case.outlets.iter().enumerate() {
            let mut articles: Vec<(usize, Sums)> = Vec::new();
            for unit in (0..case.outlet.len()).filter(|&u| case.outlet[u] == outlet) {
                if articles.last().is_none_or(|(id, _)| *id != case.article[unit]) {
                    articles.push((case.article[unit], Sums::default()));
                }
                let (gold, guess) = (fraction(case.gold[unit]), fraction(case.guess[unit]));
                let sums = &mut articles.last_mut().expect("one was pushed").1;
                match case.weight[unit] {
                    0.0 => sums.add(0.0, guess),
                    weight => sums.add_coded(0.0, guess, gold, weight),
                }
            }
            let articles: Vec<Sums> = articles.into_iter().map(|(_, sums)| sums).collect();
            let estimate = dsl(&articles).expect("a figure");
            same(estimate.value, theirs.value);
            same(without_factor(&estimate, articles.len()), theirs.se);
            ours.push((estimate.value, without_factor(&estimate, articles.len())));
        }
        if let Some(theirs) = case.difference {
            same(ours[0].0 - ours[2].0, theirs.value);
            same(ours[0].1.hypot(ours[2].1), theirs.se);
        }
    }
}

#[test]
fn intervals_of_means_and_of_their_difference_are_students() {
    #[derive(Deserialize)]
    struct Figure {
        value: f64,
        #[serde(default)]
        se: f64,
        lo: f64,
        hi: f64,
    }
    #[derive(Deserialize)]
    struct Case {
        a: Vec<f64>,
        b: Vec<f64>,
        difference: Figure,
        mean: Figure,
    }
    let case: Case = reference("means");
    let of = |values: &[f64]| {
        let articles: Vec<Sums> = values.iter().map(|&y| alone(0.5, Some((y, 1.0)))).collect();
        dsl(&articles).expect("a figure")
    };
    let (a, b) = (of(&case.a), of(&case.b));
    same(a.value, case.mean.value);
    same(a.se, case.mean.se);
    let interval = a.interval(Scale::Share, 0.95);
    same(interval.lo, case.mean.lo);
    same(interval.hi, case.mean.hi);
    let (difference, interval) = a.minus(&b, Scale::Share, 0.95);
    same(difference, case.difference.value);
    same(interval.lo, case.difference.lo);
    same(interval.hi, case.difference.hi);
}

#[test]
fn quantiles_are_scipys() {
    #[derive(Deserialize)]
    struct Case {
        confidence: f64,
        df: f64,
        t: f64,
        z: f64,
    }
    for case in reference::<Vec<Case>>("quantiles") {
        // Relative: with one degree of freedom t runs into the hundreds.
        same(t_quantile(case.confidence, case.df) / case.t, 1.0);
        same(z_quantile(case.confidence), case.z);
    }
}

/// A frame of mentions, each an article of its own, with codes: outlet, probabilities, label, what the
/// coder says, weight.
fn coded(rows: &[(usize, [f64; 3], usize, usize, f64)]) -> (Frame, Vec<Coded>) {
    let article = |number: usize| format!("a{number:04}");
    let outlet = |number: usize| format!("o{number}");
    let names = rows.iter().enumerate().map(|(n, row)| (article(n), outlet(row.0)));
    let mut frame = Frame::new(names);
    let mut coded = Vec::new();
    for (number, &(_, probabilities, label, gold, weight)) in rows.iter().enumerate() {
        let of = (0_u32..).zip(&frame.articles).find(|(_, a)| a.id == article(number));
        frame.units.push(Unit {
            kind: Kind::Mention,
            article: of.expect("the article").0,
            actor: None,
            sentence: 0,
            start: 0,
            end: 1,
            probabilities,
            label,
            whole: true,
        });
        let mut says = Gold::default();
        says.labels[gold] = 1.0;
        coded.push(Coded { unit: number, weight, gold: says, codes: vec![Some(gold)] });
    }
    (frame, coded)
}

fn with_resampling(replicates: usize, test: impl Fn(&Resampling)) {
    let intervals = Intervals::new(0.95);
    test(&Resampling { replicates, seed: 3, intervals: &intervals, z: z_quantile(0.95) });
}

#[test]
fn weighted_scores_are_those_of_scikit_learn() {
    #[derive(Deserialize)]
    struct Case {
        gold: Vec<usize>,
        probabilities: Vec<[f64; 3]>,
        weight: Vec<f64>,
        accuracy: f64,
        macro_f1: f64,
        precision: Vec<f64>,
        recall: Vec<f64>,
        f1: Vec<f64>,
        ece: f64,
    }
    let case: Case = reference("labels");
    let likeliest = |p: &[f64; 3]| (0..3).max_by(|&a, &b| p[a].total_cmp(&p[b])).expect("three");
    let rows: Vec<_> = (0..case.gold.len())
        .map(|i| {
            let p = case.probabilities[i];
            (0, p, likeliest(&p), case.gold[i], case.weight[i])
        })
        .collect();
    let (frame, coded) = coded(&rows);
    with_resampling(10, |resampling| {
        let ours = accuracy::accuracy(&frame, &coded, Kind::Mention, resampling).expect("rows");
        same(ours.accuracy.value.expect("a figure"), case.accuracy);
        same(ours.macro_f1.value.expect("a figure"), case.macro_f1);
        same(ours.ece.value.expect("a figure"), case.ece);
        same(ours.not_own, 0.0);
        for (label, scores) in ours.labels.iter().enumerate() {
            same(scores.precision, case.precision[label]);
            same(scores.recall, case.recall[label]);
            same(scores.f1, case.f1[label]);
        }
    });
}

#[test]
fn the_test_of_equal_errors_is_pearsons_and_its_p_that_of_scipys_permutations() {
    #[derive(Deserialize)]
    struct Case {
        table: Vec<[usize; 2]>,
        chi_squared: f64,
        permutation_p: f64,
    }
    for case in reference::<Vec<Case>>("errors") {
        // All are neutral in truth; the wrong ones are called against.
        let mut rows = Vec::new();
        for (outlet, &[wrong, right]) in case.table.iter().enumerate() {
            rows.extend(vec![(outlet, [0.8, 0.1, 0.1], 0, 1, 2.5); wrong]);
            rows.extend(vec![(outlet, [0.1, 0.8, 0.1], 1, 1, 2.5); right]);
        }
        let (frame, coded) = coded(&rows);
        with_resampling(2000, |resampling| {
            let (rates, tests) = accuracy::errors(&frame, &coded, resampling);
            let test = tests.iter().find(|t| t.mistake == "false_against").expect("the test");
            same(test.chi_squared, case.chi_squared);
            assert!(
                (test.p - case.permutation_p).abs() < 0.04,
                "{} {}",
                test.p,
                case.permutation_p
            );
            let first = rates.iter().find(|r| r.mistake == "false_against").expect("a rate");
            let [wrong, right] = case.table[0];
            same(first.rate, wrong as f64 / (wrong + right) as f64);
        });
    }
}

#[test]
fn intervals_of_weighted_shares_are_wilsons_with_the_effective_number_of_rows() {
    #[derive(Deserialize)]
    struct Case {
        weights: Vec<f64>,
        hits: Vec<bool>,
        value: f64,
        lo: f64,
        hi: f64,
    }
    let case: Case = reference("wilson");
    let rows: Vec<_> = case
        .weights
        .iter()
        .zip(&case.hits)
        .map(|(&weight, &hit)| (0, [0.2, 0.6, 0.2], if hit { 2 } else { 1 }, 1, weight))
        .collect();
    let (frame, coded) = coded(&rows);
    with_resampling(10, |resampling| {
        let (rates, _) = accuracy::errors(&frame, &coded, resampling);
        let rate = rates.iter().find(|r| r.mistake == "false_favor").expect("a rate");
        same(rate.rate, case.value);
        same(rate.lo, case.lo);
        same(rate.hi, case.hi);
    });
}
