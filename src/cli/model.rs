//! `undertone model`: what a model folder is, whether it will run, and how well.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueEnum};
use undertone::eval::bootstrap::Bootstrap;
use undertone::eval::results::Figure;
use undertone::eval::{self, Context, Source, Suite};
use undertone::file::write_atomically;
use undertone::model::config::Config;
use undertone::model::convert;
use undertone::model::own::{Choice, Folder, Hypotheses, LabelMap, Nli, Own, Record, WeightsFile};
use undertone::model::weights::Weights;
use undertone::model::{Model, ModelError};
use undertone::tables::manifest::{sha256, sha256_of_file};

use super::Outcome;

/// Look at a model, try it out, or make other forms of it
///
/// DIR is a model folder of undertone's own (named with --model elsewhere), or a Hugging Face folder with a
/// text classifier (--loaded-model, --stance-model).
#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Info(Info),
    Check(Check),
    Convert(Convert),
}

/// Say what a folder holds: architecture, labels, licence, hashes
#[derive(Args)]
struct Info {
    dir: PathBuf,
}

/// Load a model, run it, measure its speed here, and with --data hold it against the default model
#[derive(Args)]
struct Check {
    dir: PathBuf,
    /// What a classifier is for [default: what its labels say]
    #[arg(long = "as", value_enum, value_name = "HEAD")]
    head: Option<Head>,
    /// Which of its labels is what, as --loaded-labels and --stance-labels have it
    #[arg(long, value_name = "MAP")]
    labels: Option<String>,
    /// What a model of inference is asked about, as --stance-hypotheses has it
    #[arg(long, value_name = "FILE")]
    hypotheses: Option<PathBuf>,
    /// Folder with the data sets: measures the model and the default on babe (loaded) or newsmtsc (stance)
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    running: super::RunningOptions,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Head {
    Loaded,
    Stance,
}

/// Write the weights of one of undertone's own models for other engines
///
/// Takes model.onnx of DIR (or of the built-in model) and writes a model folder to --out: model.safetensors for
/// the engine rust-bert, and with --onnx also model.onnx in fp32. Weights of an int8 model keep the values
/// that they were rounded to.
#[derive(Args)]
struct Convert {
    /// Model folder [default: the built-in model]
    dir: Option<PathBuf>,
    /// Folder to write; made if it does not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// 16 bits a weight: half the size, three digits
    #[arg(long)]
    half: bool,
    /// Write model.onnx in fp32, too
    #[arg(long)]
    onnx: bool,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    match &options.command {
        Command::Info(info) => self::info(&info.dir)?,
        Command::Check(check) => self::check(check)?,
        Command::Convert(convert) => self::convert(convert)?,
    }
    Ok(Outcome::Done)
}

/// Lines of a key and what is said of it.
#[derive(Default)]
struct Facts(Vec<(String, String)>);

impl Facts {
    fn add(&mut self, key: &str, value: impl Into<String>) {
        self.0.push((key.to_owned(), value.into()));
    }

    fn print(&self) -> io::Result<()> {
        let width = self.0.iter().map(|(k, _)| k.chars().count()).max().unwrap_or(0);
        let mut out = io::stdout().lock();
        for (key, value) in &self.0 {
            writeln!(out, "{key:width$}  {value}")?;
        }
        out.flush()
    }
}

/// Whether a folder is one of undertone's own.
fn is_own(dir: &Path) -> bool {
    std::fs::read(dir.join("config.json"))
        .ok()
        .and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok())
        .and_then(|config| Some(config.get("format")?.as_str()?.starts_with("undertone-model")))
        .unwrap_or(false)
}

fn info(dir: &Path) -> anyhow::Result<()> {
    let mut facts = Facts::default();
    if is_own(dir) {
        own_info(dir, &mut facts)?;
    } else {
        classifier_info(dir, &mut facts)?;
    }
    facts.print()?;
    Ok(())
}

fn own_info(dir: &Path, facts: &mut Facts) -> anyhow::Result<()> {
    let config = Config::parse(&std::fs::read(dir.join("config.json"))?)
        .map_err(|e| anyhow::anyhow!("{}: {e}", dir.display()))?;
    facts.add("what", "undertone's own model, all heads; use it with --model");
    facts.add("name", &config.name);
    facts.add("precision", &config.precision);
    facts.add("window", format!("{} pieces", config.max_tokens));
    let graph = dir.join("model.onnx").is_file();
    let tensors = std::fs::read(dir.join("model.safetensors")).ok();
    if graph {
        facts.add("engine", "rten (model.onnx)");
    }
    if let Some(bytes) = &tensors {
        let weights = Weights::parse(bytes)
            .map_err(|e| anyhow::anyhow!("{}: model.safetensors: {e}", dir.display()))?;
        facts.add("engine", format!("rust-bert (model.safetensors){}", without_feature()));
        facts.add("parameters", weights.parameters().to_string());
    } else if graph {
        facts.add(
            "engine",
            format!("rust-bert (weights taken out of model.onnx){}", without_feature()),
        );
    }
    let card = dir.join("MODEL_CARD.md").is_file();
    facts.add("licence", if card { "see MODEL_CARD.md" } else { "none stated" });
    for file in ["config.json", "tokenizer.json", "model.onnx", "model.safetensors"] {
        if let Ok((_, hash)) = sha256_of_file(&dir.join(file)) {
            let differs = config.sha256.get(file).is_some_and(|expected| *expected != hash);
            let note = if differs { ", not the file that config.json names" } else { "" };
            facts.add("sha256", format!("{hash}  {file}{note}"));
        }
    }
    Ok(())
}

fn without_feature() -> &'static str {
    if cfg!(feature = "rust-bert") { "" } else { "; not in this build" }
}

fn classifier_info(dir: &Path, facts: &mut Facts) -> anyhow::Result<()> {
    let folder = Folder::open(dir).map_err(|e| anyhow::anyhow!("{}: {e}", dir.display()))?;
    facts.add("what", "a Hugging Face text classifier");
    facts.add("name", folder.name());
    let known = |text: &str| if text.is_empty() { "not named".to_owned() } else { text.to_owned() };
    facts.add(
        "architecture",
        format!("{} ({})", known(&folder.architecture), known(&folder.model_type)),
    );
    let labels: Vec<String> =
        folder.labels.iter().enumerate().map(|(k, l)| format!("{k} {l}")).collect();
    facts.add("labels", labels.join(", "));
    let sides = |map: Result<LabelMap, _>, option: &str| match map {
        Ok(map) => pairs(&folder.labels, &map),
        Err(_) => format!("say with {option} which label is what"),
    };
    match Nli::new("--stance-labels", None, &folder.labels)? {
        Some((_, map)) => {
            facts.add("--stance-model", format!("by inference: {}", pairs(&folder.labels, &map)));
        }
        None => {
            let loaded = LabelMap::loaded("--loaded-labels", None, &folder.labels);
            facts.add("--loaded-model", sides(loaded, "--loaded-labels"));
            let stance = LabelMap::stance("--stance-labels", None, &folder.labels);
            facts.add("--stance-model", sides(stance, "--stance-labels"));
        }
    }
    for weights in &folder.weights {
        facts.add(
            "engine",
            match weights {
                WeightsFile::Onnx(_) => "rten (ONNX)".to_owned(),
                WeightsFile::Safetensors(_) => {
                    format!("rust-bert (safetensors){}", without_feature())
                }
            },
        );
    }
    facts.add(
        "longest text",
        format!("{} pieces; the end of longer ones is cut off", folder.max_tokens),
    );
    facts.add("licence", folder.licence.clone().unwrap_or_else(|| "none stated".to_owned()));
    for file in
        ["config.json", "tokenizer.json", "model.onnx", "onnx/model.onnx", "model.safetensors"]
    {
        if let Ok((_, hash)) = sha256_of_file(&dir.join(file)) {
            facts.add("sha256", format!("{hash}  {file}"));
        }
    }
    Ok(())
}

fn pairs(labels: &[String], map: &LabelMap) -> String {
    let all: Vec<String> = map.names().zip(labels).map(|(side, l)| format!("{side}={l}")).collect();
    all.join(",")
}

fn check(options: &Check) -> anyhow::Result<()> {
    let running = options.running.running();
    running.check()?;
    let mut facts = Facts::default();
    if is_own(&options.dir) {
        if options.head.is_some() || options.labels.is_some() || options.hypotheses.is_some() {
            bail!(
                "--as, --labels and --hypotheses are for classifiers; this is a model of undertone's own"
            );
        }
        let model = Model::open(Some(&options.dir), running)?;
        facts.add("runs", format!("yes, on {}", model.backend()));
        let default = Model::built_in(running.threads)?;
        let own = speed(&model)?;
        facts.add("speed", in_turn(own, speed(&default)?));
        facts.print()?;
        if let Some(data) = &options.data {
            compare(&model, &default, &[Suite::Babe, Suite::NewsMtsc], data)?;
        }
        return Ok(());
    }
    let folder = Folder::open(&options.dir)
        .map_err(|e| anyhow::anyhow!("{}: {e}", options.dir.display()))?;
    let head = options.head.map_or_else(|| guessed(&folder, options), Ok)?;
    let mut choice = Choice::default();
    match head {
        Head::Loaded => {
            if options.hypotheses.is_some() {
                bail!("--hypotheses is for stance; leave it out, or add --as stance");
            }
            choice.loaded = Some(options.dir.clone());
            choice.loaded_labels.clone_from(&options.labels);
        }
        Head::Stance => {
            choice.stance = Some(options.dir.clone());
            choice.stance_labels.clone_from(&options.labels);
            choice.stance_hypotheses.clone_from(&options.hypotheses);
        }
    }
    let own = Own::open(&choice, &running)?;
    let record: Record = match (&own.loaded, &own.stance) {
        (Some(loaded), _) => loaded.record().clone(),
        (_, Some(stance)) => stance.record().clone(),
        _ => bail!("no model was opened"),
    };
    facts.add("runs", format!("yes, on {}", record.engine));
    facts.add("reads", &record.reads);
    let labels: Vec<String> = record.labels.iter().map(|(l, side)| format!("{side}={l}")).collect();
    facts.add("labels", labels.join(","));
    if let Some(hypotheses) = &record.hypotheses {
        let Hypotheses { against, neutral, favor } = hypotheses;
        for (side, list) in [("against", against), ("neutral", neutral), ("favor", favor)] {
            facts.add(side, list.join(" / "));
        }
    }
    let default = Model::built_in(running.threads)?;
    let per_second = rate(|| match (&own.loaded, &own.stance) {
        (Some(loaded), _) => {
            loaded.read(&SAMPLE.map(|(text, _)| text)).map_err(ModelError::from).map(|_| ())
        }
        (_, Some(stance)) => SAMPLE.iter().try_for_each(|(text, target)| {
            stance.score(text, target).map_err(ModelError::from).map(|_| ())
        }),
        _ => Ok(()),
    })?;
    facts.add("speed", in_turn(per_second, speed(&default)?));
    facts.print()?;
    if let Some(data) = &options.data {
        let suite = if head == Head::Loaded { Suite::Babe } else { Suite::NewsMtsc };
        let model = Model::built_in(running.threads)?.with_own(own);
        compare(&model, &default, &[suite], data)?;
    }
    Ok(())
}

/// What a classifier's labels say that it is for.
fn guessed(folder: &Folder, options: &Check) -> anyhow::Result<Head> {
    let written = options.labels.as_deref();
    if options.hypotheses.is_some()
        || Nli::new("--labels", written, &folder.labels).is_ok_and(|nli| nli.is_some())
        || LabelMap::stance("--labels", written, &folder.labels).is_ok()
    {
        return Ok(Head::Stance);
    }
    if LabelMap::loaded("--labels", written, &folder.labels).is_ok() {
        return Ok(Head::Loaded);
    }
    bail!(
        "the labels {} do not say what the model is for; add --as loaded or --as stance, and --labels",
        folder.labels.join(", ")
    )
}

/// Sentences a second of a whole model.
fn speed(model: &Model) -> anyhow::Result<f64> {
    rate(|| model.read(&SAMPLE.map(|(text, _)| text)).map(|_| ()))
}

/// Sentences a second of one pass over the sample: of as many passes as fit into a second, after one that
/// does not count.
fn rate(pass: impl Fn() -> Result<(), ModelError>) -> anyhow::Result<f64> {
    pass()?;
    let begun = Instant::now();
    let mut passes = 0;
    while passes == 0 || begun.elapsed().as_secs_f64() < 1.0 {
        pass()?;
        passes += 1;
    }
    Ok((passes * SAMPLE.len()) as f64 / begun.elapsed().as_secs_f64())
}

fn in_turn(own: f64, default: f64) -> String {
    format!(
        "{own:.0} sentences a second here; the default model, all heads, {default:.0} ({:.2} times its speed)",
        own / default
    )
}

/// Figures of both models on the same sets, side by side.
fn compare(model: &Model, default: &Model, suites: &[Suite], data: &Path) -> anyhow::Result<()> {
    let source = Source { data: Some(data.to_owned()), ..Source::default() };
    let figures = |model: &Model| -> anyhow::Result<Vec<Figure>> {
        let mut progress = |line: &str| eprintln!("{line}");
        let bootstrap = Bootstrap { replicates: 1000, seed: 0 };
        let mut cx = Context::new(model, &source, bootstrap, &mut progress);
        let mut all = Vec::new();
        for suite in suites {
            all.extend(eval::measure(&mut cx, *suite)?.into_iter().flat_map(|s| s.result.figures));
        }
        model.sound()?;
        Ok(all)
    };
    let (theirs, ours) = (figures(model)?, figures(default)?);
    let by_key: BTreeMap<&str, &Figure> = ours.iter().map(|f| (f.key.as_str(), f)).collect();
    let shown = |f: &Figure| match f.interval {
        Some(i) => format!("{:.3} ({:.3} to {:.3})", f.value, i.lo, i.hi),
        None => format!("{:.3}", f.value),
    };
    let mut out = io::stdout().lock();
    writeln!(out, "\n{:>24}  {:>24}  measure, with 95% intervals", "this model", "the default")?;
    for figure in &theirs {
        let other = by_key.get(figure.key.as_str()).map_or_else(String::new, |f| shown(f));
        writeln!(out, "{:>24}  {other:>24}  {} (n = {})", shown(figure), figure.name, figure.n)?;
    }
    out.flush()?;
    Ok(())
}

fn convert(options: &Convert) -> anyhow::Result<()> {
    let (onnx, config, tokenizer) = match &options.dir {
        Some(dir) if !is_own(dir) => {
            // Whatever is wrong with it is said first.
            Folder::open(dir).map_err(|e| anyhow::anyhow!("{}: {e}", dir.display()))?;
            bail!(
                "{} is a text classifier and needs no conversion here; `optimum-cli export onnx --model DIR --task text-classification DIR` makes model.onnx of its weights",
                dir.display()
            );
        }
        Some(dir) => {
            let read = |file: &str| {
                std::fs::read(dir.join(file))
                    .with_context(|| format!("cannot read {}", dir.join(file).display()))
            };
            (read("model.onnx")?, read("config.json")?, read("tokenizer.json")?)
        }
        None => Model::built_in_files(),
    };
    Config::parse(&config)?;
    let network = convert::Network::from_onnx(&onnx).map_err(ModelError::Graph)?;
    let file = network.to_safetensors(options.half).map_err(ModelError::Weights)?;
    let mut config: serde_json::Value = serde_json::from_slice(&config)?;
    let mut hashes = serde_json::Map::new();
    let mut files: Vec<(&str, Vec<u8>)> = vec![("tokenizer.json", tokenizer)];
    files.push(("model.safetensors", file));
    if options.onnx {
        files.push(("model.onnx", convert::to_fp32(&onnx).map_err(ModelError::Graph)?));
    }
    for (name, bytes) in &files {
        hashes.insert((*name).to_owned(), sha256(bytes).into());
    }
    config["precision"] = if options.half { "fp16" } else { "fp32" }.into();
    config["sha256"] = hashes.into();
    files.push(("config.json", serde_json::to_vec_pretty(&config)?));
    std::fs::create_dir_all(&options.out)
        .with_context(|| format!("cannot make {}", options.out.display()))?;
    let mut facts = Facts::default();
    // The config last: a folder without it is none.
    for (name, bytes) in &files {
        let path = options.out.join(name);
        write_atomically(&path, bytes)
            .with_context(|| format!("cannot write {}", path.display()))?;
        facts.add(name, format!("{} bytes, sha256 {}", bytes.len(), sha256(bytes)));
    }
    facts.print()?;
    Ok(())
}

/// Sentences to run a model on, each with a target: written for this.
const SAMPLE: [(&str, &str); 24] = [
    (
        "The mayor of Selke said on Monday that the harbour plan would go ahead.",
        "The mayor of Selke",
    ),
    ("Critics called the scheme a reckless gamble with other people's money.", "Critics"),
    ("Anna Brandt praised the dockers for their patience.", "Anna Brandt"),
    ("The council will vote on the budget next Thursday.", "The council"),
    ("Northwind Shipping has once again bullied its way past the regulator.", "Northwind Shipping"),
    ("Prices rose by 3.4 percent in March, the statistics office said.", "the statistics office"),
    ("\"We were not asked,\" Brandt said, \"and nobody will be asked.\"", "Brandt"),
    ("The union welcomed the offer, which it had helped to draft.", "The union"),
    (
        "Residents of the old town fear that the port will cost more than the council admits.",
        "the council",
    ),
    ("A spokesman for the ministry declined to comment on the figures.", "the ministry"),
    ("The minister's shameless U-turn has fooled no one.", "The minister"),
    ("Two people were hurt when a crane fell on the quay on Tuesday night, police said.", "police"),
    ("The company reported a profit of 12 million crowns for the first quarter.", "The company"),
    ("Judges ruled that the licence had been granted lawfully.", "Judges"),
    ("The so-called reform will do nothing for the pensioners of Selke.", "Selke"),
    ("Her tireless work has made the hospital one of the best in the country.", "the hospital"),
    (
        "According to the report, which the agency published on Friday, emissions fell for the third year in a row.",
        "the agency",
    ),
    (
        "The opposition accused the government of hiding the true cost of the bridge from voters.",
        "the government",
    ),
    ("Trains between Selke and Marn will run every twenty minutes from May.", "Marn"),
    ("The governor signed the bill into law on Wednesday.", "The governor"),
    ("It was a disgraceful performance by a party that has run out of ideas.", "a party"),
    (
        "Farmers said that the new rules were fair, but that they came too late for this season.",
        "Farmers",
    ),
    ("The bank expects growth of two percent this year and slightly more in the next.", "The bank"),
    ("Nobody at the shipyard believes the chairman's promises any more.", "the chairman"),
];
