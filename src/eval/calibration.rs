//! Do the probabilities mean what they say? Expected calibration error of every head, with the logits as
//! they come (T = 1) and with the stored temperature (Guo et al. 2017).
//!
//! 15 bins of equal width on the confidence in the predicted class, which is the likeliest one; the
//! thresholds of the yes-or-no heads play no part.

use std::path::PathBuf;

use super::load::{brat, columns, data_file, loaded, stance};
use super::read::{confidence, temperature};
use super::results::{Cell, DataFile};
use super::{
    Building, Context, EvalError, Measure, Measured, Suite, babe, ner, polnear, stance as stances,
    sum_rows, words,
};
use crate::metric::{self, BINS};
use crate::model::EntityKind;

/// Predictions of one head on one set: unit by unit, confidences before and after and whether they
/// are right.
struct Predictions {
    key: String,
    name: String,
    head: &'static str,
    unit: &'static str,
    units: Vec<Vec<(Vec<f32>, Right)>>,
    files: Vec<DataFile>,
}

/// Classes that are right.
type Right = Vec<usize>;

pub(super) fn measure(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    let Some(data) = cx.source.data.clone() else {
        return Err(EvalError::Suite {
            suite: Suite::Calibration.name(),
            what: "it looks at several sets; give --data DIR".to_owned(),
        });
    };
    let there = |names: &[&str]| -> Vec<PathBuf> {
        names.iter().map(|n| data.join(n)).filter(|p| p.exists()).collect()
    };
    let mut all = Vec::new();
    for path in there(&["babe/eval_dev.jsonl", "anno-lexical/dev.jsonl"]) {
        all.push(loaded_sentences(cx, &path)?);
    }
    for path in there(&["mbic-words/train.jsonl"]) {
        all.push(loaded_words(cx, &path)?);
    }
    let newsmtsc = there(&["newsmtsc/dev_rw.jsonl", "newsmtsc/dev_mt.jsonl"]);
    if !newsmtsc.is_empty() {
        all.push(stance_targets(cx, "newsmtsc", "NewsMTSC dev", &newsmtsc)?);
    }
    let sentfin = there(&["sentfin/dev.jsonl"]);
    if !sentfin.is_empty() {
        all.push(stance_targets(cx, "sentfin", "SEntFiN dev", &sentfin)?);
    }
    for path in there(&["conll2003/dev.txt", "worldwide-ner/dev.tsv"]) {
        all.push(entity_words(cx, &path)?);
    }
    for path in there(&["polnear/dev"]) {
        all.push(attribution_words(cx, &path)?);
    }
    if all.is_empty() {
        return Err(EvalError::Suite {
            suite: Suite::Calibration.name(),
            what: format!("{}: none of the development sets is there", data.display()),
        });
    }
    let mut out = Building::new(cx, Suite::Calibration, "Calibration");
    let mut rows = Vec::new();
    let mut reliability = Vec::new();
    for predictions in all {
        let t = temperature(cx.model.config(), predictions.head);
        let n = predictions.units.iter().map(Vec::len).sum();
        let sums = |t: f32| -> Vec<Vec<f64>> {
            predictions.units.iter().map(|unit| binned(unit, t)).collect()
        };
        let (before, after) = (sums(1.0), sums(t));
        let (before_all, after_all) = (sum_rows(&before), sum_rows(&after));
        rows.push(vec![
            Cell::Text(predictions.name.clone()),
            Cell::Number(f64::from(t)),
            Cell::Count(n),
            Cell::Number(metric::ece(&before_all)),
            Cell::Number(metric::ece(&after_all)),
        ]);
        for b in 0..BINS {
            let [n, confidence, right] = [0, 1, 2].map(|k| after_all[3 * b + k]);
            if n > 0.0 {
                reliability.push(vec![
                    Cell::Text(predictions.name.clone()),
                    Cell::Text(format!(
                        "{:.2} to {:.2}",
                        b as f64 / BINS as f64,
                        (b + 1) as f64 / BINS as f64
                    )),
                    Cell::Count(n as usize),
                    Cell::Number(confidence / n),
                    Cell::Number(right / n),
                ]);
            }
        }
        let resampled = if predictions.unit == "sentences" { "sentences" } else { "articles" };
        out.figure(
            &format!("ece_{}", predictions.key),
            &format!("ECE, {}", predictions.name),
            Measure::of_sums(after, metric::ece),
            n,
            "predictions",
            resampled,
        );
        out.figure(
            &format!("ece_{}_t1", predictions.key),
            &format!("ECE, {}, T = 1", predictions.name),
            Measure::of_sums(before, metric::ece),
            n,
            "predictions",
            resampled,
        );
        for file in predictions.files {
            if !out.result.files.contains(&file) {
                out.file(file);
            }
        }
    }
    out.table(
        "before and after",
        &["head and set", "temperature", "predictions", "ECE, T = 1", "ECE"],
        rows,
    );
    out.table(
        "reliability, with the stored temperature",
        &["head and set", "confidence", "predictions", "mean confidence", "share right"],
        reliability,
    );
    out.note(
        "15 bins of equal width on the confidence in the likeliest class (Guo et al. 2017). The \
         temperatures were set on these very sets, but for BABE, which sets nothing, and SEntFiN. Noise \
         only ever adds to this error, so the intervals lean to the high side.",
    );
    Ok(vec![out.done()])
}

fn binned(unit: &[(Vec<f32>, Right)], t: f32) -> Vec<f64> {
    let mut sums = vec![0.0; 3 * BINS];
    for (logits, right) in unit {
        let (p, class) = confidence(logits, t);
        let b = 3 * metric::bin(p);
        sums[b] += 1.0;
        sums[b + 1] += f64::from(p);
        sums[b + 2] += f64::from(right.contains(&class));
    }
    sums
}

fn loaded_sentences(
    cx: &mut Context<'_>,
    path: &std::path::Path,
) -> Result<Predictions, EvalError> {
    let (rows, sha256) = loaded::read(path)?;
    let n = rows.len();
    let rows: Vec<(loaded::Row, bool)> =
        rows.into_iter().filter_map(|row| row.loaded.map(|gold| (row, gold))).collect();
    let texts: Vec<&str> = rows.iter().map(|(row, _)| row.text.as_str()).collect();
    let reads = cx.read(&format!("{} sentences", path.display()), &texts)?;
    let key = babe::set_key(path);
    let set = if key == "babe" { "BABE eval_dev" } else { "anno-lexical dev" };
    Ok(Predictions {
        key: format!("loaded_{key}"),
        name: format!("loaded, {set}"),
        head: "loaded",
        unit: "sentences",
        units: rows
            .iter()
            .zip(reads.iter())
            .map(|((_, gold), read)| vec![(read.raw.loaded.to_vec(), vec![usize::from(*gold)])])
            .collect(),
        files: vec![data_file(path, sha256, n, "rows")],
    })
}

fn loaded_words(cx: &mut Context<'_>, path: &std::path::Path) -> Result<Predictions, EvalError> {
    let (rows, sha256, n) = words::rows(path)?;
    let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    let reads = cx.read(&format!("{} words", path.display()), &texts)?;
    Ok(Predictions {
        key: "loaded_words_mbic".to_owned(),
        name: "loaded words, MBIC held out".to_owned(),
        head: "loaded words",
        unit: "sentences",
        units: rows
            .iter()
            .zip(reads.iter())
            .map(|(row, read)| {
                let gold = loaded::find_words(&row.text, row.words.as_deref().unwrap_or_default());
                read.raw
                    .pieces
                    .words
                    .iter()
                    .zip(read.inside(&gold))
                    .map(|(w, gold)| {
                        (read.raw.loaded_words.row(w.first).to_vec(), vec![usize::from(gold)])
                    })
                    .collect()
            })
            .collect(),
        files: vec![data_file(path, sha256, n, "rows")],
    })
}

fn stance_targets(
    cx: &mut Context<'_>,
    key: &str,
    set: &str,
    paths: &[PathBuf],
) -> Result<Predictions, EvalError> {
    let (mut units, mut files) = (Vec::new(), Vec::new());
    for path in paths {
        let set = stance::read(path)?;
        let texts: Vec<&str> = set.rows.iter().map(|row| row.text.as_str()).collect();
        let reads = cx.read(&path.display().to_string(), &texts)?;
        units.extend(set.rows.iter().zip(reads.iter()).map(|(row, read)| {
            row.targets
                .iter()
                .filter_map(|t| {
                    let logits = read.stance_logits(t.span)?;
                    Some((logits.to_vec(), vec![stances::index(t.stance)]))
                })
                .collect()
        }));
        files.push(data_file(path, set.sha256, set.rows.len(), "sentences"));
    }
    Ok(Predictions {
        key: format!("stance_{key}"),
        name: format!("stance, {set}"),
        head: "stance",
        unit: "sentences",
        units,
        files,
    })
}

fn entity_words(cx: &mut Context<'_>, path: &std::path::Path) -> Result<Predictions, EvalError> {
    let set = columns::read(path)?;
    let texts: Vec<&str> = set.sentences.iter().map(|s| s.text.as_str()).collect();
    let reads = cx.read(&path.display().to_string(), &texts)?;
    let worldwide = set.scheme == columns::Scheme::Worldwide;
    let (key, name) =
        if worldwide { ("worldwide", "Worldwide dev") } else { ("conll2003", "CoNLL-2003 dev") };
    let mut units: Vec<Vec<(Vec<f32>, Right)>> = Vec::new();
    for (i, (sentence, read)) in set.sentences.iter().zip(reads.iter()).enumerate() {
        let unit = if worldwide { sentence.document } else { i };
        if units.len() <= unit {
            units.resize_with(unit + 1, Vec::new);
        }
        let spans: Vec<crate::Span> = sentence.spans.iter().map(|e| e.span).collect();
        let gold = read.gold_words(&spans);
        for (word, gold) in read.raw.pieces.words.iter().zip(gold) {
            let right = match gold {
                Some((k, begins)) if !sentence.spans[k].kinds.is_empty() => {
                    sentence.spans[k].kinds.iter().map(|kind| label_of(*kind, begins)).collect()
                }
                _ => vec![0],
            };
            units[unit].push((read.raw.entities.row(word.first).to_vec(), right));
        }
    }
    Ok(Predictions {
        key: format!("entities_{key}"),
        name: format!("entities (words), {name}"),
        head: "entities",
        unit: if worldwide { "articles" } else { "sentences" },
        units,
        files: vec![data_file(path, set.sha256, set.sentences.len(), "sentences")],
    })
}

fn label_of(kind: EntityKind, begins: bool) -> usize {
    let at = ner::KINDS.iter().position(|k| *k == kind).unwrap_or(0);
    1 + 2 * at + usize::from(!begins)
}

fn attribution_words(
    cx: &mut Context<'_>,
    path: &std::path::Path,
) -> Result<Predictions, EvalError> {
    let corpus = brat::read(path)?;
    let texts: Vec<&str> = corpus.sentences.iter().map(|s| s.text.as_str()).collect();
    let reads = cx.read(&path.display().to_string(), &texts)?;
    let mut units: Vec<Vec<(Vec<f32>, Right)>> = Vec::new();
    units.resize_with(corpus.articles, Vec::new);
    for (sentence, read) in corpus.sentences.iter().zip(reads.iter()) {
        let gold = polnear::gold_roles(read, &sentence.marks);
        for (word, gold) in read.raw.pieces.words.iter().zip(gold) {
            let right = gold.map_or(0, |(role, begins)| 1 + 2 * role + usize::from(!begins));
            units[sentence.document]
                .push((read.raw.attribution.row(word.first).to_vec(), vec![right]));
        }
    }
    Ok(Predictions {
        key: "attribution_polnear".to_owned(),
        name: "attribution (words), PolNeAR dev".to_owned(),
        head: "attribution",
        unit: "articles",
        units,
        files: vec![data_file(path, corpus.sha256, corpus.articles, "articles")],
    })
}
