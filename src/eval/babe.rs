//! Loaded sentences: BABE (experts), anno-lexical (language models' labels), MBIC (a crowd's).
//!
//! The official metric is macro-F1 over the two classes; MCC and the area under the ROC curve beside it.

use std::collections::BTreeMap;
use std::path::Path;

use super::load::{data_file, loaded};
use super::paired::{self, Ours};
use super::results::Cell;
use super::{
    Building, CLASS_COLUMNS, Context, EvalError, Measure, Measured, Suite, class_rows,
    confusion_rows, metric, stem, sum_rows, words,
};

const LABELS: [&str; 2] = ["plain", "loaded"];
/// Groups with fewer rows are not shown.
const SMALLEST_GROUP: usize = 20;

pub(super) fn measure(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    let files = cx.files(
        Suite::Babe,
        &["babe"],
        &[
            &["babe/eval_dev.jsonl", "babe/final_labels_SG2.csv", "final_labels_SG2.csv"],
            &["anno-lexical/dev.jsonl"],
            &["mbic-words/train.jsonl"],
        ],
        &["jsonl", "csv", "tsv"],
    )?;
    files.iter().map(|path| one(cx, path)).collect()
}

/// `anno_lexical`, `mbic` or `babe`: what the figures are called.
pub(super) fn set_key(path: &Path) -> &'static str {
    let named =
        |set: &str| path.components().any(|c| c.as_os_str().to_string_lossy().contains(set));
    if named("anno-lexical") {
        "anno_lexical"
    } else if words::held_out(path) {
        "mbic"
    } else {
        "babe"
    }
}

fn one(cx: &mut Context<'_>, path: &Path) -> Result<Measured, EvalError> {
    let (rows, sha256) = loaded::read(path)?;
    let all = rows.len();
    let every = if words::held_out(path) { words::HELD_OUT } else { 1 };
    let rows: Vec<loaded::Row> = rows.into_iter().step_by(every).collect();
    let taken = rows.len();
    let rows: Vec<(loaded::Row, bool)> =
        rows.into_iter().filter_map(|row| row.loaded.map(|gold| (row, gold))).collect();
    if rows.is_empty() {
        return Err(EvalError::Suite {
            suite: Suite::Babe.name(),
            what: format!("{}: no row has a label that the annotators agreed on", path.display()),
        });
    }
    let texts: Vec<&str> = rows.iter().map(|(row, _)| row.text.as_str()).collect();
    let reads = cx.read(&format!("{} sentences", path.display()), &texts)?;

    let key = set_key(path);
    let title = match key {
        "babe" => format!("Loaded sentences, BABE {}", stem(path)),
        "mbic" => "Loaded sentences, MBIC, held out".to_owned(),
        _ => format!("Loaded sentences, anno-lexical {}", stem(path)),
    };
    let mut out = Building::new(cx, Suite::Babe, title);
    out.file(data_file(path, sha256, all, "rows"));
    if rows.len() < taken {
        out.note(format!("{} rows without agreement were left out.", taken - rows.len()));
    }
    if key == "mbic" {
        out.note(
            "Every fifth row, which is not trained on; the model's threshold was set on these.",
        );
    }
    if key == "anno_lexical" {
        out.note(
            "The labels are the majority of three language models and balanced by construction.",
        );
    }
    let n = rows.len();
    let gold: Vec<bool> = rows.iter().map(|(_, gold)| *gold).collect();
    let predicted: Vec<bool> = reads.iter().map(|r| r.reading.loaded.label).collect();
    let cells: Vec<Vec<f64>> = gold.iter().zip(&predicted).map(|(&g, &p)| cell(g, p)).collect();
    let (unit, f) = ("sentences", |f: fn(&[f64]) -> f64| Measure::of_sums(cells.clone(), f));
    out.figure(
        &format!("{key}_macro_f1"),
        "macro-F1",
        f(|cells| metric::macro_f1(cells, 2)),
        n,
        unit,
        unit,
    );
    out.figure(&format!("{key}_mcc"), "MCC", f(metric::mcc), n, unit, unit);
    let scores: Vec<f32> = reads.iter().map(|r| r.reading.loaded.p).collect();
    let mut rising: Vec<usize> = (0..n).collect();
    rising.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let labels = gold.clone();
    let auc = Measure::new(n, move |weights| metric::roc_auc(&rising, &scores, &labels, weights));
    out.figure(&format!("{key}_roc_auc"), "area under the ROC curve", auc, n, unit, unit);
    out.figure(
        &format!("{key}_loaded_f1"),
        "F1 of loaded",
        f(|cells| metric::class_scores(cells, 2, 1).f1),
        n,
        unit,
        unit,
    );
    out.figure(
        &format!("{key}_share_loaded"),
        "share called loaded",
        Measure::of_share(predicted.iter().map(|&p| (f64::from(p), 1.0)).collect()),
        n,
        unit,
        unit,
    );
    let sums = sum_rows(&cells);
    out.note(format!(
        "{:.1}% of the sentences are labelled loaded, {:.1}% are called loaded; the threshold is {}, set on: {}",
        100.0 * (sums[2] + sums[3]) / n as f64,
        100.0 * (sums[1] + sums[3]) / n as f64,
        cx.model.config().heads.loaded.threshold.unwrap_or(0.5),
        cx.model.config().heads.loaded.set_on,
    ));
    out.table("per class", &CLASS_COLUMNS, class_rows(&sums, &LABELS));
    out.table("confusion", &["labelled", "as plain", "as loaded"], confusion_rows(&sums, &LABELS));
    for (by, of) in [
        ("leaning of the outlet", (|r| r.leaning.as_deref()) as fn(&loaded::Row) -> Option<&str>),
        ("topic", |r| r.topic.as_deref()),
        ("outlet", |r| r.outlet.as_deref()),
    ] {
        groups(&mut out, by, &rows, &cells, of);
    }

    let ours: Vec<Ours> = rows
        .iter()
        .zip(&predicted)
        .map(|((row, gold), &p)| Ours {
            id: row.id.clone(),
            text: row.text.clone(),
            start: None,
            gold: usize::from(*gold),
            predicted: usize::from(p),
        })
        .collect();
    out.result.paired =
        paired::compare(cx.source, path, &ours, paired::loaded_label, 2, cx.bootstrap)?;
    Ok(out.done())
}

/// `[plain as plain, plain as loaded, loaded as plain, loaded as loaded]`, one of them 1.
fn cell(gold: bool, predicted: bool) -> Vec<f64> {
    let mut cell = vec![0.0; 4];
    cell[2 * usize::from(gold) + usize::from(predicted)] = 1.0;
    cell
}

fn groups(
    out: &mut Building,
    by: &str,
    rows: &[(loaded::Row, bool)],
    cells: &[Vec<f64>],
    of: fn(&loaded::Row) -> Option<&str>,
) {
    let mut sums: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for ((row, _), cell) in rows.iter().zip(cells) {
        if let Some(group) = of(row) {
            let sum = sums.entry(group).or_insert_with(|| vec![0.0; 4]);
            sum.iter_mut().zip(cell).for_each(|(s, x)| *s += x);
        }
    }
    let mut shown: Vec<(&str, Vec<f64>)> = sums
        .into_iter()
        .filter(|(_, sum)| sum.iter().sum::<f64>() >= SMALLEST_GROUP as f64)
        .collect();
    if shown.len() < 2 {
        return;
    }
    shown.sort_by(|a, b| b.1.iter().sum::<f64>().total_cmp(&a.1.iter().sum()));
    let rows = shown
        .iter()
        .map(|(group, c)| {
            let n: f64 = c.iter().sum();
            vec![
                Cell::Text((*group).to_owned()),
                Cell::Count(n as usize),
                Cell::Number((c[2] + c[3]) / n),
                Cell::Number((c[1] + c[3]) / n),
                Cell::Number(metric::macro_f1(c, 2)),
            ]
        })
        .collect();
    out.table(
        &format!("by {by} ({SMALLEST_GROUP} sentences or more)"),
        &[by, "n", "labelled loaded", "called loaded", "macro-F1"],
        rows,
    );
}
