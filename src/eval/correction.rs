//! Correction where the truth is known: BABE's outlets, their gold labels, and 400 of them as the coders' sample.
//!
//! Every sentence is an article of its own (BABE does not say which belong together). The truth of an outlet is the
//! share of these very sentences that the experts call loaded.

use std::collections::BTreeMap;
use std::path::Path;

use super::babe::set_key;
use super::load::{data_file, loaded};
use super::results::Cell;
use super::{Building, Context, EvalError, Measure, Measured, Suite};
use crate::stats::simulation::{article_row, sentence_row};
use crate::stats::validate::{self, Coded, Frame, Gold, Kind, Naive, Plan};
use crate::stats::{Collector, Estimates, Options};
use crate::tables::rows::CorrectedRow;

/// Outlets with fewer sentences are left out.
const FEWEST: usize = 20;
const CODED: usize = 400;
const SAMPLES: u64 = 200;

pub(super) fn measure(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    let files = cx.files(
        Suite::Correction,
        &["babe"],
        &[&["babe/eval_dev.jsonl", "babe/final_labels_SG2.csv", "final_labels_SG2.csv"]],
        &["jsonl", "csv", "tsv"],
    )?;
    let measured = files.iter().filter(|path| set_key(path) == "babe").map(|path| one(cx, path));
    Ok(measured.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// What a sample of codes makes of one figure: truth, naive, sum over samples of the corrected one and of its
/// square's distance, samples with a figure, intervals that hold the truth.
#[derive(Clone, Debug, Default)]
struct Found {
    truth: f64,
    naive: f64,
    sum: f64,
    squares: f64,
    n: f64,
    holds: f64,
}

/// `None` where no two outlets have enough sentences to be compared.
fn one(cx: &mut Context<'_>, path: &Path) -> Result<Option<Measured>, EvalError> {
    let (rows, sha256) = loaded::read(path)?;
    let all = rows.len();
    let mut by_outlet: BTreeMap<String, Vec<(loaded::Row, bool)>> = BTreeMap::new();
    for row in rows {
        if let (Some(outlet), Some(gold)) = (row.outlet.clone(), row.loaded) {
            by_outlet.entry(outlet).or_default().push((row, gold));
        }
    }
    by_outlet.retain(|_, rows| rows.len() >= FEWEST);
    if by_outlet.len() < 2 {
        return Ok(None);
    }
    let rows: Vec<&(loaded::Row, bool)> = by_outlet.values().flatten().collect();
    let texts: Vec<&str> = rows.iter().map(|(row, _)| row.text.as_str()).collect();
    let reads = cx.read(&format!("{} outlets", path.display()), &texts)?;

    let mut collector = Collector::new();
    let (mut frame_rows, mut articles, mut at) = (Vec::new(), Vec::new(), 0);
    for (outlet, rows) in &by_outlet {
        for _ in rows {
            let id = format!("{at:05}");
            let read = &reads[at].reading.loaded;
            let sentence = sentence_row(&id, 0, read.p.into(), read.label);
            let article = article_row(outlet.clone(), id.clone());
            collector.add(&article, std::slice::from_ref(&sentence), &[], &[]);
            articles.push((id, outlet.clone()));
            frame_rows.push(sentence);
            at += 1;
        }
    }
    let mut frame = Frame::new(articles);
    frame_rows.iter().for_each(|row| frame.add_sentence(row));
    let gold: Vec<bool> = rows.iter().map(|(_, gold)| *gold).collect();
    let options = Options::default();
    let Estimates { outlets, outlet_actor, comparisons, .. } = collector.finish(&options);
    let naive = Naive { outlets: &outlets, outlet_actor: &outlet_actor, comparisons: &comparisons };
    let truth = |outlet: &str| {
        let rows = &by_outlet[outlet];
        rows.iter().filter(|(_, gold)| *gold).count() as f64 / rows.len() as f64
    };
    let mut found: BTreeMap<(String, Option<String>), Found> = BTreeMap::new();
    for seed in 0..SAMPLES {
        if seed % 50 == 0 {
            (cx.progress)(&format!("correction: {seed} of {SAMPLES} samples"));
        }
        let plan = Plan { n: CODED, kinds: vec![Kind::Sentence], actors: Vec::new(), seed };
        let coded: Vec<Coded> = validate::draw(&frame, &plan)
            .into_iter()
            .map(|drawn| {
                let mut code = Gold::default();
                code.labels[usize::from(gold[drawn.unit])] = 1.0;
                Coded {
                    unit: drawn.unit,
                    weight: 1.0 / drawn.probability,
                    gold: code,
                    codes: Vec::new(),
                }
            })
            .collect();
        let (rows, _) = validate::corrected(
            &frame,
            &plan,
            &coded,
            &naive,
            options.min_articles,
            options.confidence,
        );
        for row in rows {
            add(&mut found, &row, &truth);
        }
    }

    let mut out = Building::new(cx, Suite::Correction, "Corrected outlets, BABE's gold labels");
    out.file(data_file(path, sha256, all, "rows"));
    let contrasts: Vec<&Found> =
        found.iter().filter(|((_, b), f)| b.is_some() && f.n > 0.0).map(|(_, f)| f).collect();
    let n = contrasts.len();
    // |naive - truth|, |mean corrected - truth|, and the same of a single sample, contrast by contrast.
    let sums: Vec<Vec<f64>> = contrasts
        .iter()
        .map(|f| {
            let mean = f.sum / f.n;
            vec![
                (f.naive - f.truth).abs(),
                (mean - f.truth).abs(),
                (f.naive - f.truth).powi(2),
                f.squares / f.n,
                f.holds,
                f.n,
            ]
        })
        .collect();
    let removed = Measure::of_sums(sums.clone(), |s| 1.0 - s[1] / s[0]);
    out.figure(
        "correction_removed",
        "error of contrasts that the correction removes, averaged over samples",
        removed,
        n,
        "contrasts",
        "contrasts",
    );
    let holds = Measure::of_sums(sums.clone(), |s| s[4] / s[5]);
    out.figure(
        "correction_coverage",
        "intervals of corrected contrasts that hold the truth",
        holds,
        n * SAMPLES as usize,
        "intervals",
        "contrasts",
    );
    let naive_holds: Vec<(f64, f64)> = comparisons
        .iter()
        .filter(|c| c.measure == "loaded_own")
        .filter_map(|c| {
            let truth = truth(&c.outlet_a) - truth(&c.outlet_b);
            Some((f64::from(u8::from((c.lo?..=c.hi?).contains(&truth))), 1.0))
        })
        .collect();
    out.figure(
        "correction_naive_coverage",
        "intervals of naive contrasts that hold the truth",
        Measure::of_share(naive_holds),
        n,
        "contrasts",
        "contrasts",
    );
    let shrunk: Vec<Vec<f64>> =
        contrasts.iter().map(|f| vec![f.naive * f.truth, f.truth * f.truth]).collect();
    out.figure(
        "correction_naive_slope",
        "naive contrasts as a share of the true ones (slope through 0)",
        Measure::of_sums(shrunk, |s| s[0] / s[1]),
        n,
        "contrasts",
        "contrasts",
    );
    let of_corrected: Vec<Vec<f64>> =
        contrasts.iter().map(|f| vec![f.sum / f.n * f.truth, f.truth * f.truth]).collect();
    out.figure(
        "correction_slope",
        "corrected contrasts as a share of the true ones, averaged over samples",
        Measure::of_sums(of_corrected, |s| s[0] / s[1]),
        n,
        "contrasts",
        "contrasts",
    );
    let table = found
        .iter()
        .filter(|((_, b), _)| b.is_none())
        .map(|((outlet, _), f)| {
            vec![
                Cell::Text(outlet.clone()),
                Cell::Count(by_outlet[outlet].len()),
                Cell::Number(f.truth),
                Cell::Number(f.naive),
                if f.n > 0.0 { Cell::Number(f.sum / f.n) } else { Cell::Empty },
                if f.n > 0.0 { Cell::Number((f.squares / f.n).sqrt()) } else { Cell::Empty },
                if f.n > 0.0 { Cell::Number(f.holds / f.n) } else { Cell::Empty },
            ]
        })
        .collect();
    let columns = [
        "outlet",
        "n",
        "truth",
        "naive",
        "corrected, mean of samples",
        "its root mean squared error",
        "interval holds the truth",
    ];
    out.table("by outlet", &columns, table);
    let error =
        |of: fn(&[f64]) -> f64| (sums.iter().map(|s| of(s)).sum::<f64>() / n.max(1) as f64).sqrt();
    out.note(format!(
        "{SAMPLES} samples of {CODED} sentences; outlets with {FEWEST} sentences or more. Root mean squared error of a contrast: naive {:.3}, \
         corrected from one sample {:.3}. The program's own model, its own threshold; every sentence counts as an article of its own.",
        error(|s| s[2]),
        error(|s| s[3]),
    ));
    Ok(Some(out.done()))
}

fn add(
    found: &mut BTreeMap<(String, Option<String>), Found>,
    row: &CorrectedRow,
    truth: &impl Fn(&str) -> f64,
) {
    let one = found.entry((row.outlet.clone(), row.outlet_b.clone())).or_default();
    one.truth = truth(&row.outlet) - row.outlet_b.as_deref().map_or(0.0, truth);
    one.naive = row.naive.unwrap_or(f64::NAN);
    if let (Some(value), Some(lo), Some(hi)) = (row.dsl, row.dsl_lo, row.dsl_hi) {
        one.sum += value;
        one.squares += (value - one.truth).powi(2);
        one.n += 1.0;
        one.holds += f64::from(u8::from((lo..=hi).contains(&one.truth)));
    }
}
