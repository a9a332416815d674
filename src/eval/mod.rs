//! Data sets and a model in, figures out: the official metric, counts, bootstrap intervals, per-class
//! figures, the published results beside them.
//!
//! One file per suite, one loader per format ([`load`]). Uses `ingest`, `text`, `model` and `voice` as
//! any caller would; nothing uses this module. No clock and no network; files are only read. The
//! seed fixes every interval.

pub mod ablation;
mod babe;
mod behaviour;
pub mod bootstrap;
mod calibration;
mod correction;
mod documents;
mod gold;
mod html;
pub mod load;
mod ner;
pub mod paired;
mod polnear;
pub mod published;
mod read;
pub mod render;
pub mod results;
mod sentences;
mod simulation;
mod stability;
mod stance;
mod whole;
mod words;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::metric;
use crate::model::{Model, ModelError};

use bootstrap::{Bootstrap, Measure};
use load::LoadError;
use read::Read;
use results::{Cell, DataFile, Figure, SetResult, Table};

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suite {
    Babe,
    Words,
    NewsMtsc,
    SentFin,
    Ner,
    PolNear,
    Voice,
    Actors,
    Behaviour,
    Calibration,
    Html,
    Sentences,
    Simulation,
    Correction,
    /// Of a scored corpus, not of a data set: no part of `all`.
    Stability,
}

impl Suite {
    /// Those that data sets measure.
    pub const ALL: [Suite; 14] = [
        Suite::Babe,
        Suite::Words,
        Suite::NewsMtsc,
        Suite::SentFin,
        Suite::Ner,
        Suite::PolNear,
        Suite::Voice,
        Suite::Actors,
        Suite::Behaviour,
        Suite::Calibration,
        Suite::Html,
        Suite::Sentences,
        Suite::Simulation,
        Suite::Correction,
    ];

    /// As typed on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Suite::Babe => "babe",
            Suite::Words => "words",
            Suite::NewsMtsc => "newsmtsc",
            Suite::SentFin => "sentfin",
            Suite::Ner => "ner",
            Suite::PolNear => "polnear",
            Suite::Voice => "voice",
            Suite::Actors => "actors",
            Suite::Behaviour => "behaviour",
            Suite::Calibration => "calibration",
            Suite::Html => "html",
            Suite::Sentences => "sentences",
            Suite::Simulation => "simulation",
            Suite::Correction => "correction",
            Suite::Stability => "stability",
        }
    }
}

/// Why an evaluation stopped.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error("{suite}: {what}")]
    Suite { suite: &'static str, what: String },
}

/// Where the data lies.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Folder with a folder per set.
    pub data: Option<PathBuf>,
    /// One file (or, for PolNeAR, folder) instead.
    pub file: Option<PathBuf>,
    /// Names of splits instead of the development sets: `test` reads `newsmtsc/test.jsonl`.
    pub splits: Vec<String>,
    /// Another system's predictions on the same rows.
    pub predictions: Option<PathBuf>,
}

/// A suite being measured: the model, its readings so far, and where to say how far it is.
pub struct Context<'a> {
    pub model: &'a Model,
    pub source: &'a Source,
    pub bootstrap: Bootstrap,
    pub progress: &'a mut dyn FnMut(&str),
    /// How often a simulated world is made anew.
    pub worlds: u32,
    readings: HashMap<String, Arc<Vec<Read>>>,
}

/// A set's result, and the measures behind its figures, by key.
pub struct Measured {
    pub result: SetResult,
    pub measures: Vec<(String, Measure)>,
}

/// Sentences that go through the model between two words of progress.
const CHUNK: usize = 1024;

impl<'a> Context<'a> {
    pub fn new(
        model: &'a Model,
        source: &'a Source,
        bootstrap: Bootstrap,
        progress: &'a mut dyn FnMut(&str),
    ) -> Context<'a> {
        Context { model, source, bootstrap, progress, worlds: 500, readings: HashMap::new() }
    }

    /// Reads sentences, once per `key`: suites that look at the same set share its readings.
    fn read(&mut self, key: &str, texts: &[&str]) -> Result<Arc<Vec<Read>>, EvalError> {
        if let Some(readings) = self.readings.get(key) {
            return Ok(Arc::clone(readings));
        }
        let mut out = Vec::with_capacity(texts.len());
        for chunk in texts.chunks(CHUNK) {
            let readings = self.model.read_raw(chunk)?;
            out.extend(readings.into_iter().map(|(reading, raw)| Read { reading, raw }));
            (self.progress)(&format!("{key}: {} of {} sentences", out.len(), texts.len()));
        }
        let out = Arc::new(out);
        self.readings.insert(key.to_owned(), Arc::clone(&out));
        Ok(out)
    }

    /// The files to measure a suite on: `--file`, or the named splits, or `usual` (those of it that are
    /// there; at least one must be). Paths of `usual` and `folders` are below the data folder.
    fn files(
        &self,
        suite: Suite,
        folders: &[&str],
        usual: &[&[&str]],
        extensions: &[&str],
    ) -> Result<Vec<PathBuf>, EvalError> {
        if let Some(file) = &self.source.file {
            return Ok(vec![file.clone()]);
        }
        let Some(data) = &self.source.data else {
            return Err(EvalError::Suite {
                suite: suite.name(),
                what:
                    "no data named; give --data DIR (a folder with a folder per set) or --file PATH"
                        .to_owned(),
            });
        };
        let nothing = |looked_for: Vec<String>| LoadError::Nothing {
            folder: data.clone(),
            suite: suite.name(),
            looked_for: looked_for.join(", "),
        };
        let mut found = Vec::new();
        for split in &self.source.splits {
            let candidates: Vec<String> = folders
                .iter()
                .chain(&["."])
                .flat_map(|folder| {
                    extensions.iter().map(move |ext| match (*folder, *ext) {
                        (".", "") => split.clone(),
                        (".", ext) => format!("{split}.{ext}"),
                        (folder, "") => format!("{folder}/{split}"),
                        (folder, ext) => format!("{folder}/{split}.{ext}"),
                    })
                })
                .collect();
            match candidates.iter().map(|c| data.join(c)).find(|path| path.exists()) {
                Some(path) => found.push(path),
                None => return Err(nothing(candidates).into()),
            }
        }
        if self.source.splits.is_empty() {
            for alternatives in usual {
                let there = alternatives.iter().map(|c| data.join(c)).find(|path| path.exists());
                found.extend(there);
            }
            if found.is_empty() {
                let all = usual.iter().flat_map(|a| a.iter().map(|c| (*c).to_owned())).collect();
                return Err(nothing(all).into());
            }
        }
        Ok(found)
    }
}

/// A set's result in the making.
struct Building {
    result: SetResult,
    measures: Vec<(String, Measure)>,
    bootstrap: Bootstrap,
    /// Keeps the draws of sets apart.
    draws: String,
}

impl Building {
    fn new(cx: &Context<'_>, suite: Suite, title: impl Into<String>) -> Building {
        let title = title.into();
        Building {
            draws: format!("{} {title}", suite.name()),
            result: SetResult {
                suite: suite.name().to_owned(),
                title,
                files: Vec::new(),
                figures: Vec::new(),
                tables: Vec::new(),
                paired: Vec::new(),
                notes: Vec::new(),
            },
            measures: Vec::new(),
            bootstrap: cx.bootstrap,
        }
    }

    fn file(&mut self, file: DataFile) {
        self.result.files.push(file);
    }

    fn note(&mut self, note: impl Into<String>) {
        self.result.notes.push(note.into());
    }

    fn table(&mut self, title: &str, columns: &[&str], rows: Vec<Vec<Cell>>) {
        self.result.tables.push(Table {
            title: title.to_owned(),
            columns: columns.iter().map(|c| (*c).to_owned()).collect(),
            rows,
        });
    }

    /// Adds a figure over `n` of `unit`; `resampled` says what the interval draws.
    fn figure(
        &mut self,
        key: &str,
        name: &str,
        measure: Measure,
        n: usize,
        unit: &str,
        resampled: &str,
    ) {
        let interval = measure.interval(self.bootstrap, &self.draws);
        self.result.figures.push(Figure {
            key: key.to_owned(),
            name: name.to_owned(),
            value: measure.value(),
            interval,
            n,
            unit: unit.to_owned(),
            resampled: (resampled != unit).then(|| resampled.to_owned()),
            target: published::target(key),
            lower_is_better: key.starts_with("ece_")
                || key.contains("_shift")
                || key.contains("_false_discoveries")
                || key.contains("_small_p")
                || key.contains("_gap"),
            published: published::published(key),
        });
        if let Some(remark) = published::remark(key) {
            self.note(remark);
        }
        self.measures.push((key.to_owned(), measure));
    }

    fn done(self) -> Measured {
        Measured { result: self.result, measures: self.measures }
    }
}

/// Measures one suite, on every set of it that is there.
///
/// # Errors
/// If there is nothing to measure on, a file is not what it should be, or the model cannot be run.
pub fn measure(cx: &mut Context<'_>, suite: Suite) -> Result<Vec<Measured>, EvalError> {
    match suite {
        Suite::Babe => babe::measure(cx),
        Suite::Words => words::measure(cx),
        Suite::NewsMtsc => stance::newsmtsc(cx),
        Suite::SentFin => stance::sentfin(cx),
        Suite::Ner => ner::measure(cx),
        Suite::PolNear => polnear::measure(cx),
        Suite::Voice => gold::voices(cx),
        Suite::Actors => gold::actors(cx),
        Suite::Behaviour => behaviour::measure(cx),
        Suite::Calibration => calibration::measure(cx),
        Suite::Html => html::measure(cx),
        Suite::Sentences => sentences::measure(cx),
        Suite::Simulation => simulation::measure(cx),
        Suite::Correction => correction::measure(cx),
        Suite::Stability => stability::measure(cx),
    }
}

/// Rows of per-class figures from a confusion matrix.
fn class_rows(cells: &[f64], labels: &[&str]) -> Vec<Vec<Cell>> {
    let scores = |c| metric::class_scores(cells, labels.len(), c);
    labels.iter().enumerate().map(|(c, label)| score_row(label, scores(c))).collect()
}

/// Rows of per-class figures from hits, predicted and gold of every class, three numbers each.
fn hit_rows(sums: &[f64], labels: &[&str]) -> Vec<Vec<Cell>> {
    let scores = |s: &[f64]| metric::scores(s[0], s[1], s[2]);
    labels.iter().zip(sums.chunks(3)).map(|(label, s)| score_row(label, scores(s))).collect()
}

/// In the order of [`CLASS_COLUMNS`].
fn score_row(label: &str, s: metric::Scores) -> Vec<Cell> {
    vec![
        Cell::Text(label.to_owned()),
        Cell::Number(s.precision),
        Cell::Number(s.recall),
        Cell::Number(s.f1),
        Cell::Count(s.gold as usize),
        Cell::Count(s.predicted as usize),
    ]
}

const CLASS_COLUMNS: [&str; 6] = ["class", "precision", "recall", "F1", "labelled", "predicted"];

/// Rows of a confusion matrix: gold labels down, predictions across.
fn confusion_rows(cells: &[f64], labels: &[&str]) -> Vec<Vec<Cell>> {
    labels
        .iter()
        .enumerate()
        .map(|(g, label)| {
            let row = &cells[g * labels.len()..(g + 1) * labels.len()];
            std::iter::once(Cell::Text((*label).to_owned()))
                .chain(row.iter().map(|&n| Cell::Count(n as usize)))
                .collect()
        })
        .collect()
}

fn sum_rows(rows: &[Vec<f64>]) -> Vec<f64> {
    let mut sums = vec![0.0; rows.first().map_or(0, Vec::len)];
    for row in rows {
        sums.iter_mut().zip(row).for_each(|(s, x)| *s += x);
    }
    sums
}

/// The name of a split: the file's own, without its ending.
fn stem(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}
