//! Stance toward a target: NewsMTSC (people in news) and SEntFiN (companies in headlines).
//!
//! The official metric is F1 macro over the three classes (Hamborg & Donnay 2021, section 4); a target
//! counts as often as the set has it. Intervals draw sentences.

use std::path::Path;

use super::load::{data_file, stance};
use super::paired::{self, Ours};
use super::{
    Building, CLASS_COLUMNS, Context, EvalError, Measure, Measured, Suite, class_rows,
    confusion_rows, metric, stem, sum_rows,
};
use crate::model::Stance;

const LABELS: [&str; 3] = ["against", "neutral", "favor"];

pub(super) fn newsmtsc(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    let files = cx.files(
        Suite::NewsMtsc,
        &["newsmtsc"],
        &[
            &["newsmtsc/dev_rw.jsonl", "newsmtsc-rw/dev.jsonl", "newsmtsc-rw-hf/dev.jsonl"],
            &["newsmtsc/dev_mt.jsonl", "newsmtsc-mt/dev.jsonl", "newsmtsc-mt-hf/dev.jsonl"],
        ],
        &["jsonl", "csv", "tsv"],
    )?;
    files.iter().map(|path| one(cx, Suite::NewsMtsc, path)).collect()
}

pub(super) fn sentfin(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    let files = cx.files(
        Suite::SentFin,
        &["sentfin"],
        &[&["sentfin/dev.jsonl"]],
        &["jsonl", "csv", "tsv"],
    )?;
    files.iter().map(|path| one(cx, Suite::SentFin, path)).collect()
}

/// `newsmtsc_dev_rw`: the set's part of a figure's key.
pub(super) fn set_key(suite: Suite, path: &Path) -> String {
    let folder = path
        .parent()
        .and_then(|p| p.file_name())
        .map(|f| f.to_string_lossy().into_owned())
        .unwrap_or_default();
    // The authors' folders are newsmtsc-rw and newsmtsc-mt, each with a dev.jsonl.
    let subset = ["rw", "mt"].iter().find(|s| folder.starts_with(&format!("newsmtsc-{s}")));
    match subset {
        Some(subset) => format!("{}_{}_{subset}", suite.name(), stem(path)),
        None => format!("{}_{}", suite.name(), stem(path)),
    }
}

pub(super) const fn index(stance: Stance) -> usize {
    match stance {
        Stance::Against => 0,
        Stance::Neutral => 1,
        Stance::Favor => 2,
    }
}

fn one(cx: &mut Context<'_>, suite: Suite, path: &Path) -> Result<Measured, EvalError> {
    let stance::Rows { rows, sha256, elsewhere } = stance::read(path)?;
    let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    let reads = cx.read(&path.display().to_string(), &texts)?;
    let key = set_key(suite, path);
    let named = if suite == Suite::NewsMtsc { "NewsMTSC" } else { "SEntFiN" };
    let split = key.strip_prefix(suite.name()).unwrap_or(&key).trim_start_matches('_').to_owned();
    let mut out = Building::new(cx, suite, format!("Stance, {named} {split}"));
    let n: usize = rows.iter().map(|row| row.targets.len()).sum();
    if n == 0 {
        return Err(EvalError::Suite {
            suite: suite.name(),
            what: format!("{}: no targets", path.display()),
        });
    }
    out.file(data_file(path, sha256, rows.len(), "sentences"));

    let mut ours = Vec::with_capacity(n);
    let cells: Vec<Vec<f64>> = rows
        .iter()
        .zip(reads.iter())
        .map(|(row, read)| {
            let mut cells = vec![0.0; 9];
            for target in &row.targets {
                let score = read.reading.stance.toward(target.span);
                let predicted = index(score.map_or(Stance::Neutral, |s| s.label()));
                let gold = index(target.stance);
                cells[3 * gold + predicted] += 1.0;
                ours.push(Ours {
                    id: target.id.clone().or_else(|| row.id.clone()),
                    text: row.text.clone(),
                    start: Some(target.span.start),
                    gold,
                    predicted,
                });
            }
            cells
        })
        .collect();
    let f = |f: fn(&[f64]) -> f64| Measure::of_sums(cells.clone(), f);
    let mut figure = |suffix: &str, name: &str, measure: Measure| {
        out.figure(&format!("{key}_{suffix}"), name, measure, n, "targets", "sentences");
    };
    figure("f1m", "macro-F1", f(|c| metric::macro_f1(c, 3)));
    figure("accuracy", "accuracy", f(|c| metric::accuracy(c, 3)));
    figure(
        "f1pn",
        "mean F1 of against and favor",
        f(|c| (metric::class_scores(c, 3, 0).f1 + metric::class_scores(c, 3, 2).f1) / 2.0),
    );
    let sums = sum_rows(&cells);
    out.table("per class", &CLASS_COLUMNS, class_rows(&sums, &LABELS));
    out.table(
        "confusion",
        &["labelled", "as against", "as neutral", "as favor"],
        confusion_rows(&sums, &LABELS),
    );
    if elsewhere > 0 {
        out.note(format!(
            "{elsewhere} targets have offsets that do not slice to the mention beside them; the offsets \
             were taken."
        ));
    }
    out.result.paired =
        paired::compare(cx.source, path, &ours, paired::stance_label, 3, cx.bootstrap)?;
    Ok(out.done())
}
