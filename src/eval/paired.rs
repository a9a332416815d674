//! Another system's predictions on the same rows: its own score, the difference with a paired bootstrap
//! interval, and McNemar's exact test.
//!
//! Predictions lie in a folder `predictions/` beside the set's file (one file a system, named after it),
//! or in the file that is named: jsonl, csv or tsv with `text` (or `id`) and `prediction` (or `label`);
//! for stance also the target's `start` (or `from`), where a sentence has several.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::bootstrap::{Bootstrap, Measure};
use super::load::records::{self, Record, shown};
use super::load::{LoadError, short, stance};
use super::results::Paired;
use super::{Source, stance as stances, stem};
use crate::metric;

/// One of our predictions.
pub struct Ours {
    pub id: Option<String>,
    pub text: String,
    /// Where the target starts, if there is one.
    pub start: Option<usize>,
    pub gold: usize,
    pub predicted: usize,
}

/// Reads a prediction's class from its value.
pub type Label = fn(&Value) -> Option<usize>;

const PREDICTION: &[&str] = &["prediction", "predicted", "pred", "label", "loaded", "stance"];

/// 0 plain, 1 loaded; a probability counts as loaded from .5.
pub fn loaded_label(value: &Value) -> Option<usize> {
    let number = match value {
        Value::Bool(b) => return Some(usize::from(*b)),
        Value::Number(n) => n.as_f64(),
        Value::String(s) => match s.trim().to_ascii_lowercase().as_str() {
            "biased" | "loaded" | "true" => return Some(1),
            "non-biased" | "plain" | "not biased" | "false" => return Some(0),
            other => other.parse().ok(),
        },
        _ => None,
    };
    number.filter(|p| (0.0..=1.0).contains(p)).map(|p| usize::from(p >= 0.5))
}

/// 0 against, 1 neutral, 2 favor.
pub fn stance_label(value: &Value) -> Option<usize> {
    stance::stance(value).map(stances::index)
}

/// Compares with every system whose predictions there are.
///
/// # Errors
/// If a file of predictions cannot be read, or the one that was named shares no row with the set.
pub fn compare(
    source: &Source,
    set: &Path,
    ours: &[Ours],
    label: Label,
    classes: usize,
    bootstrap: Bootstrap,
) -> Result<Vec<Paired>, LoadError> {
    let mut files: Vec<PathBuf> = match &source.predictions {
        Some(path) => vec![path.clone()],
        None => {
            let folder = set.parent().unwrap_or(Path::new(".")).join("predictions");
            std::fs::read_dir(&folder)
                .into_iter()
                .flatten()
                .filter_map(|entry| entry.ok().map(|e| e.path()))
                .filter(|p| {
                    p.extension().is_some_and(|e| ["jsonl", "csv", "tsv"].iter().any(|x| e == *x))
                })
                .collect()
        }
    };
    files.sort();
    let mut out = Vec::new();
    for file in files {
        if let Some(paired) = one(&file, ours, label, classes, bootstrap)? {
            out.push(paired);
        } else if source.predictions.is_some() {
            return Err(LoadError::File {
                path: file,
                what: format!(
                    "none of its rows is one of {}; rows are joined on `text` or `id`",
                    set.display()
                ),
            });
        }
    }
    Ok(out)
}

fn one(
    file: &Path,
    ours: &[Ours],
    label: Label,
    classes: usize,
    bootstrap: Bootstrap,
) -> Result<Option<Paired>, LoadError> {
    let (rows, _) = records::read(file)?;
    let mut theirs: HashMap<(String, Option<usize>), usize> = HashMap::new();
    for row in &rows {
        let expected = if classes == 2 { "0 or 1" } else { stance::EXPECTED };
        let value = row.need(PREDICTION, expected)?;
        let class =
            label(value).ok_or_else(|| row.place.field(PREDICTION[0], shown(value), expected))?;
        let start = start(row)?;
        let key = row.optional(&["text", "sentence", "sentence_normalized"]);
        let id = row.optional(&["id", "uuid", "gid", "primary_gid"]);
        if key.is_none() && id.is_none() {
            return Err(row.place.field("text", "missing", "`text` or `id`, to join on"));
        }
        for key in [key, id].into_iter().flatten() {
            theirs.insert((key, start), class);
        }
    }
    let find = |row: &Ours| {
        [Some(row.text.trim()), row.id.as_deref()].into_iter().flatten().find_map(|key| {
            [row.start, None]
                .into_iter()
                .find_map(|start| theirs.get(&(key.to_owned(), start)).copied())
        })
    };
    let joined: Vec<(&Ours, usize)> =
        ours.iter().filter_map(|row| find(row).map(|class| (row, class))).collect();
    if joined.is_empty() {
        return Ok(None);
    }
    let cells = |class: &dyn Fn(&(&Ours, usize)) -> usize| -> Vec<Vec<f64>> {
        joined
            .iter()
            .map(|pair| {
                let mut cell = vec![0.0; classes * classes];
                cell[classes * pair.0.gold + class(pair)] = 1.0;
                cell
            })
            .collect()
    };
    let measure = |rows| Measure::of_sums(rows, move |c| metric::macro_f1(c, classes));
    let (a, b) = (measure(cells(&|p| p.0.predicted)), measure(cells(&|p| p.1)));
    let (difference, interval) = a.minus(&b, bootstrap, &file.display().to_string());
    let right = |ours: bool, theirs: bool| {
        joined
            .iter()
            .filter(|(row, class)| {
                (row.predicted == row.gold) == ours && (*class == row.gold) == theirs
            })
            .count() as u64
    };
    let (only_ours, only_theirs) = (right(true, false), right(false, true));
    Ok(Some(Paired {
        system: stem(file),
        file: short(file),
        metric: "macro-F1".to_owned(),
        joined: joined.len(),
        of: ours.len(),
        ours: a.value(),
        theirs: b.value(),
        difference,
        interval,
        only_ours_right: only_ours,
        only_theirs_right: only_theirs,
        p: metric::mcnemar(only_ours, only_theirs),
    }))
}

fn start(row: &Record) -> Result<Option<usize>, LoadError> {
    let Some(value) = row.optional(&["start", "from"]) else { return Ok(None) };
    value.parse().map(Some).map_err(|_| {
        row.place.field(
            "start",
            format!("{value:?}"),
            "the target's first code point, a whole number",
        )
    })
}
