//! `undertone eval`: a model and data sets in, figures out.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use undertone::eval::bootstrap::Bootstrap;
use undertone::eval::load::LoadError;
use undertone::eval::results::{AblationRow, Evaluation};
use undertone::eval::{self, Context, EvalError, Source, Suite, ablation, render};
use undertone::file::write_atomically;
use undertone::model::Model;

use super::{ModelOptions, Outcome};

/// Measure the model: official metrics, 95% intervals, published results beside them
///
/// --data DIR is a folder with a folder per set (babe, newsmtsc, conll2003, ...), as docs/guide.md lists
/// them; --file measures one file in the form in which its authors publish it. `behaviour` needs no data.
#[derive(Args)]
pub struct Options {
    /// What to measure
    #[arg(value_name = "SUITE")]
    suite: Which,
    /// Folder with the data sets
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// One file (for polnear: a folder with text/ and attributions/) instead of the development sets
    #[arg(long, value_name = "PATH", conflicts_with = "split")]
    file: Option<PathBuf>,
    /// Split instead of the development sets, as its file is called; may be given several times
    #[arg(long, value_name = "NAME", requires = "data")]
    split: Vec<String>,
    /// Another system's predictions on the same rows (babe, newsmtsc, sentfin)
    #[arg(long, value_name = "FILE")]
    predictions: Option<PathBuf>,
    /// With `all`: a model of the ablation table, in order; may be given several times
    #[arg(long, value_name = "NAME=DIR")]
    ablation: Vec<String>,
    /// Bootstrap draws
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1000..=100_000))]
    replicates: u32,
    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// How often `simulation` makes each of its worlds
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    worlds: u32,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// With `all`: write the figures into this file, between its two marker lines
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    #[command(flatten)]
    model: ModelOptions,
    /// Say nothing about how far it is
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Babe,
    Words,
    Newsmtsc,
    Sentfin,
    Ner,
    Polnear,
    Voice,
    Actors,
    Behaviour,
    Calibration,
    Html,
    Sentences,
    Simulation,
    Correction,
    /// Of a run (--file RUN): do halves of its articles order the outlets alike?
    Stability,
    All,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl Which {
    fn suites(self) -> Vec<Suite> {
        vec![match self {
            Which::Babe => Suite::Babe,
            Which::Words => Suite::Words,
            Which::Newsmtsc => Suite::NewsMtsc,
            Which::Sentfin => Suite::SentFin,
            Which::Ner => Suite::Ner,
            Which::Polnear => Suite::PolNear,
            Which::Voice => Suite::Voice,
            Which::Actors => Suite::Actors,
            Which::Behaviour => Suite::Behaviour,
            Which::Calibration => Suite::Calibration,
            Which::Html => Suite::Html,
            Which::Sentences => Suite::Sentences,
            Which::Simulation => Suite::Simulation,
            Which::Correction => Suite::Correction,
            Which::Stability => Suite::Stability,
            Which::All => return Suite::ALL.to_vec(),
        }]
    }
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let all = options.suite == Which::All;
    if all && (options.file.is_some() || !options.split.is_empty() || options.predictions.is_some())
    {
        bail!("--file, --split and --predictions are for one suite; name it instead of `all`");
    }
    if !all && (options.write.is_some() || !options.ablation.is_empty()) {
        bail!("--write and --ablation need all suites; use `undertone eval all`");
    }
    let steps = options
        .ablation
        .iter()
        .map(|step| {
            step.split_once('=')
                .map(|(name, folder)| (name.trim(), Path::new(folder)))
                .with_context(|| format!("--ablation {step:?}: expected NAME=DIR"))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    // Whether the file can be written into is known before minutes are spent.
    let existing = match &options.write {
        Some(path) => {
            let text = match std::fs::read_to_string(path) {
                Ok(text) => Some(text),
                Err(e) if e.kind() == io::ErrorKind::NotFound => None,
                Err(e) => return Err(e).with_context(|| format!("cannot read {}", path.display())),
            };
            render::between_markers(text.as_deref(), "")
                .map_err(|what| anyhow::anyhow!("{}: {what}", path.display()))?;
            text
        }
        None => None,
    };
    let source = Source {
        data: options.data.clone(),
        file: options.file.clone(),
        splits: options.split.clone(),
        predictions: options.predictions.clone(),
    };
    let bootstrap = Bootstrap { replicates: options.replicates as usize, seed: options.seed };
    let quiet = options.quiet;
    let mut progress = move |line: &str| {
        if !quiet {
            eprintln!("{line}");
        }
    };

    let model = options.model.load()?;
    let mut evaluation = Evaluation {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        command: command(options),
        date: jiff::Zoned::now().date().to_string(),
        model: model.fingerprint().clone(),
        precision: model.config().precision.clone(),
        replicates: bootstrap.replicates,
        seed: bootstrap.seed,
        sets: Vec::new(),
        ablation: Vec::new(),
        skipped: Vec::new(),
    };
    let mut cx = Context::new(&model, &source, bootstrap, &mut progress);
    cx.worlds = options.worlds;
    for suite in options.suite.suites() {
        match eval::measure(&mut cx, suite) {
            Ok(sets) => evaluation.sets.extend(sets.into_iter().map(|set| set.result)),
            Err(EvalError::Load(nothing @ LoadError::Nothing { .. })) if all => {
                evaluation.skipped.push(nothing.to_string());
            }
            Err(error) => return Err(error.into()),
        }
    }
    model.sound()?;
    evaluation.ablation = ablation_rows(&steps, options, &source, bootstrap, &mut progress)?;

    if let Some(path) = &options.write {
        let content = render::between_markers(existing.as_deref(), &render::markdown(&evaluation))
            .map_err(|what| anyhow::anyhow!("{}: {what}", path.display()))?;
        write_atomically(path, content.as_bytes())
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let mut out = io::stdout().lock();
    match options.format {
        Format::Text => out.write_all(render::terminal(&evaluation, super::width()).as_bytes())?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &evaluation).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()?;
    Ok(if evaluation.skipped.is_empty() { Outcome::Done } else { Outcome::SomeRejected })
}

fn ablation_rows(
    steps: &[(&str, &Path)],
    options: &Options,
    source: &Source,
    bootstrap: Bootstrap,
    progress: &mut dyn FnMut(&str),
) -> anyhow::Result<Vec<AblationRow>> {
    let threads = options.model.threads();
    let mut rows = Vec::new();
    let mut before = None;
    for (name, folder) in steps {
        let model = Model::load(folder, threads)?;
        let mut prefixed = |line: &str| progress(&format!("{name}: {line}"));
        let mut cx = Context::new(&model, source, bootstrap, &mut prefixed);
        let measures = ablation::measures(&mut cx)?;
        rows.push(ablation::row(name, &model, &measures, before.as_ref(), bootstrap));
        before = Some(measures);
    }
    Ok(rows)
}

/// The command as it may be published: without this machine's folders.
fn command(options: &Options) -> String {
    let mut words = vec!["undertone eval".to_owned()];
    words.extend(options.suite.to_possible_value().map(|v| v.get_name().to_owned()));
    if options.data.is_some() {
        words.push("--data DATA".to_owned());
    }
    for (option, path) in [
        ("--file", &options.file),
        ("--predictions", &options.predictions),
        ("--model", &options.model.model),
        ("--loaded-model", &options.model.loaded_model),
        ("--stance-model", &options.model.stance_model),
    ] {
        let name = path.as_deref().and_then(Path::file_name);
        words.extend(name.map(|name| format!("{option} {}", name.to_string_lossy())));
    }
    words.extend(options.split.iter().map(|split| format!("--split {split}")));
    for step in &options.ablation {
        let name = step.split_once('=').map_or(step.as_str(), |(name, _)| name);
        words.push(format!("--ablation \"{name}=DIR\""));
    }
    if options.replicates != 2000 {
        words.push(format!("--replicates {}", options.replicates));
    }
    if options.seed != 0 {
        words.push(format!("--seed {}", options.seed));
    }
    words.join(" ")
}
