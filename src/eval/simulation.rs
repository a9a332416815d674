//! Worlds whose truth is known: do intervals hold it as often as they say, and are few discoveries false?
//!
//! Nothing is read: [`crate::stats::simulation`] makes the worlds, and the program's own code estimates them.

use super::results::Cell;
use super::{Building, Context, EvalError, Measure, Measured, Suite};
use crate::stats::Options;
use crate::stats::simulation::{Outcome, Outlet, Performance, World, simulate};

const CODED: usize = 400;

/// How the classifier errs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mistakes {
    None,
    Alike,
    /// Harder on outlets whose rate is low.
    Differ,
}

impl Mistakes {
    const fn name(self) -> &'static str {
        match self {
            Mistakes::None => "none",
            Mistakes::Alike => "alike in all outlets",
            Mistakes::Differ => "different between outlets",
        }
    }
}

pub(super) fn measure(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    Ok(vec![chance(cx), mistakes(cx), discoveries(cx)])
}

/// Outlets of rates from .08 to .32.
fn world(sets: u32, outlets: u32, articles: u32, mistakes: Mistakes) -> World {
    let outlet = |number: u32| {
        let part = f64::from(number) / f64::from(outlets - 1);
        let between = |low: f64, high: f64| low + (high - low) * part;
        let (false_loaded, missed_loaded) = match mistakes {
            Mistakes::None => (0.0, 0.0),
            Mistakes::Alike => (0.12, 0.25),
            Mistakes::Differ => (between(0.18, 0.06), between(0.15, 0.35)),
        };
        Outlet { articles, rate: between(0.08, 0.32), false_loaded, missed_loaded }
    };
    World {
        outlets: (0..outlets).map(outlet).collect(),
        sentences: (10, 30),
        events: None,
        coded: 0,
        sets,
        seed: u64::from(articles) * 1000 + u64::from(outlets),
        options: Options { replicates: 1000, ..Options::default() },
    }
}

fn counts(of: &Performance) -> Vec<Vec<f64>> {
    of.sets.iter().map(|set| set.to_vec()).collect()
}

/// A figure over several worlds: share of intervals that hold the truth.
fn coverage(out: &mut Building, key: &str, name: &str, of: &[&Performance]) {
    let rows: Vec<Vec<f64>> = of.iter().flat_map(|p| counts(p)).collect();
    let n = rows.iter().map(|r| r[0]).sum::<f64>() as usize;
    out.figure(key, name, Measure::of_sums(rows, |s| s[1] / s[0]), n, "intervals", "sets");
}

fn cells(label: &[Cell], what: &str, of: &Performance) -> Vec<Cell> {
    let mut row = label.to_vec();
    row.push(Cell::Text(what.to_owned()));
    row.extend([of.coverage(), of.bias(), of.error(), of.width()].map(Cell::Number));
    row
}

/// No mistakes: only chance in which articles were met.
fn chance(cx: &mut Context<'_>) -> Measured {
    let mut out = Building::new(cx, Suite::Simulation, "Simulated outlets, read without mistakes");
    let mut rows = Vec::new();
    let (mut rates, mut differences, mut within) = (Vec::new(), Vec::new(), Vec::new());
    for events in [None, Some(12)] {
        for articles in [5, 10, 20, 40, 100] {
            (cx.progress)(&format!("simulation: {articles} articles an outlet, events {events:?}"));
            let Outcome { rates: r, differences: d, .. } =
                simulate(&World { events, ..world(cx.worlds, 6, articles, Mistakes::None) });
            let label = [
                Cell::Text(events.map_or("none".to_owned(), |n| n.to_string())),
                Cell::Count(articles as usize),
            ];
            rows.push(cells(&label, "rate", &r.naive));
            rows.push(cells(&label, "difference", &d.naive));
            if events.is_some() {
                rows.push(cells(&label, "difference on the same events", &d.within));
            }
            if articles >= 10 {
                rates.push(r.naive);
                differences.push(d.naive);
                // Of ten articles on twelve events few are on the same.
                within.extend((events.is_some() && articles >= 20).then_some(d.within));
            }
        }
    }
    let all = |p: &[Performance], out: &mut Building, key: &str, name: &str| {
        coverage(out, key, name, &p.iter().collect::<Vec<_>>());
    };
    all(
        &rates,
        &mut out,
        "simulation_coverage_rates",
        "outlets' rates, 10 articles or more: interval holds the truth",
    );
    all(
        &differences,
        &mut out,
        "simulation_coverage_differences",
        "differences between outlets: interval holds the truth",
    );
    all(
        &within,
        &mut out,
        "simulation_coverage_within",
        "differences on the same events, 20 articles or more: interval holds the truth",
    );
    let columns = [
        "events",
        "articles an outlet",
        "figure",
        "holds the truth",
        "bias",
        "root mean squared error",
        "mean width",
    ];
    out.table("by size", &columns, rows);
    out.note(format!(
        "Six outlets with true rates from .08 to .32, 10 to 30 sentences an article; articles differ in how loaded they are \
         (3u² times the outlet's rate, u uniform), with events those of one event are alike in every outlet. {} sets each; \
         nominal 95%. Bias of differences is taken from the outlet with the higher rate.",
        cx.worlds
    ));
    out.done()
}

/// A classifier that errs, and 400 coded sentences.
fn mistakes(cx: &mut Context<'_>) -> Measured {
    let mut out =
        Building::new(cx, Suite::Simulation, "Simulated outlets, read with mistakes and corrected");
    let mut rows = Vec::new();
    let (mut rates, mut differences) = (Vec::new(), Vec::new());
    let (mut naive_bias, mut corrected_bias) = (Vec::new(), Vec::new());
    for of in [Mistakes::Alike, Mistakes::Differ] {
        for (outlets, articles) in [(5, 10), (5, 20), (5, 40), (10, 40), (5, 200)] {
            (cx.progress)(&format!("simulation: mistakes {}, {articles} articles", of.name()));
            let Outcome { rates: r, differences: d, .. } =
                simulate(&World { coded: CODED, ..world(cx.worlds, outlets, articles, of) });
            let label = [
                Cell::Text(of.name().to_owned()),
                Cell::Count(articles as usize),
                Cell::Count(CODED / outlets as usize),
            ];
            for (figure, ways) in [("rate", &r), ("difference", &d)] {
                for (way, p) in [("naive", &ways.naive), ("DSL", &ways.dsl), ("PPI", &ways.ppi)] {
                    rows.push(cells(&label, &format!("{figure}, {way}"), p));
                }
            }
            naive_bias.extend(counts(&d.naive));
            corrected_bias.extend(counts(&d.dsl));
            rates.push(r.dsl);
            differences.push(d.dsl);
        }
    }
    coverage(
        &mut out,
        "simulation_coverage_dsl_rates",
        "corrected rates (DSL): interval holds the truth",
        &rates.iter().collect::<Vec<_>>(),
    );
    coverage(
        &mut out,
        "simulation_coverage_dsl_differences",
        "corrected differences (DSL): interval holds the truth",
        &differences.iter().collect::<Vec<_>>(),
    );
    for (key, name, rows) in [
        ("simulation_bias_naive", "bias of naive differences", naive_bias),
        ("simulation_bias_dsl", "bias of corrected differences (DSL)", corrected_bias),
    ] {
        let n = rows.iter().map(|r| r[0]).sum::<f64>() as usize;
        out.figure(key, name, Measure::of_sums(rows, |s| s[2] / s[0]), n, "differences", "sets");
    }
    let columns = [
        "mistakes",
        "articles an outlet",
        "codes an outlet",
        "figure",
        "holds the truth",
        "bias",
        "root mean squared error",
        "mean width",
    ];
    out.table("by size", &columns, rows);
    out.note(
        "Mistakes alike: 12% of plain sentences are called loaded and 25% of loaded ones plain; different: from 18% and 15% in the \
         outlet with the lowest rate to 6% and 35% in the one with the highest. 400 sentences coded without a mistake. DSL: \
         design-based supervised learning (Egami et al. 2023); PPI: prediction-powered inference (Angelopoulos et al. 2023).",
    );
    out.done()
}

/// Outlets that do not differ, or not all of them.
fn discoveries(cx: &mut Context<'_>) -> Measured {
    let mut out = Building::new(cx, Suite::Simulation, "Simulated outlets, false discoveries");
    let (mut rows, mut false_, mut small) = (Vec::new(), Vec::new(), Vec::new());
    for (what, rates) in [("all alike", [0.2, 0.2]), ("two groups", [0.12, 0.28])] {
        for articles in [10, 20, 40] {
            for events in [None, Some(12)] {
                (cx.progress)(&format!("simulation: discoveries, {what}, {articles} articles"));
                let mut world = World { events, ..world(cx.worlds, 10, articles, Mistakes::None) };
                let halves = world.outlets.iter_mut().enumerate();
                halves.for_each(|(n, outlet)| outlet.rate = rates[n % 2]);
                let sets: Vec<Vec<f64>> =
                    simulate(&world).discoveries.into_iter().map(|set| set.to_vec()).collect();
                let sum = |of: usize| sets.iter().map(|set| set[of]).sum::<f64>();
                let share = |of: usize, all: f64| {
                    if all > 0.0 { Cell::Number(sum(of) / all) } else { Cell::Empty }
                };
                rows.push(vec![
                    Cell::Text(what.to_owned()),
                    Cell::Text(events.map_or("none".to_owned(), |n| n.to_string())),
                    Cell::Count(articles as usize),
                    share(0, sets.len() as f64),
                    share(1, sum(2)),
                    share(3, sum(4)),
                ]);
                false_.extend(sets.iter().map(|set| vec![set[0], 1.0]));
                small.extend(sets.iter().map(|set| vec![set[3], set[4]]));
            }
        }
    }
    let n = false_.len();
    out.figure(
        "simulation_false_discoveries",
        "false discoveries at q of at most .05",
        Measure::of_sums(false_, |s| s[0] / s[1]),
        n,
        "sets",
        "sets",
    );
    let pairs = small.iter().map(|s| s[1]).sum::<f64>() as usize;
    out.figure(
        "simulation_small_p",
        "p of at most .05 where there is no difference",
        Measure::of_sums(small, |s| s[0] / s[1]),
        pairs,
        "pairs of outlets",
        "sets",
    );
    let columns = [
        "outlets",
        "events",
        "articles an outlet",
        "false among q ≤ .05",
        "found of true differences",
        "p ≤ .05 without a difference",
    ];
    out.table("by world", &columns, rows);
    out.note(format!(
        "Ten outlets, 45 pairs; two groups: every other outlet has a rate of .12, the others of .28. {} sets each.",
        cx.worlds
    ));
    out.done()
}
