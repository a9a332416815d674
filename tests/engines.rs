//! Both engines compute the network that the recipe trained: held against what PyTorch computes with the same
//! weights (eval/reference/small.json), and against each other.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::path::Path;
use std::sync::OnceLock;

use common::{run, undertone};
use ndarray::ArrayView2;
use serde_json::Value;
#[cfg(feature = "rust-bert")]
use undertone::model::Reading;
use undertone::model::{Model, Raw};

const REFERENCE: &str = "eval/reference/small.json";

/// The built-in model's weights as a folder for both engines: fp32, without int8.
fn fp32() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let mut command = undertone();
            command.args(["model", "convert", "--onnx", "--out"]).arg(folder.path());
            let ran = run(&mut command);
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            folder
        })
        .path()
}

/// A sentence of the reference with the logits of every head.
struct Row {
    text: String,
    loaded: Vec<f32>,
    heads: Vec<(&'static str, Vec<Vec<f32>>)>,
}

fn reference() -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(REFERENCE);
    let all: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let fingerprint = Model::built_in(1).unwrap().fingerprint().clone();
    assert_eq!(
        all["model"].as_str().unwrap(),
        fingerprint.weights(),
        "{REFERENCE} was made with other weights; make it again: {}",
        all["command"]
    );
    let numbers = |v: &Value| -> Vec<f32> {
        v.as_array().unwrap().iter().map(|x| x.as_f64().unwrap() as f32).collect()
    };
    all["sentences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| Row {
            text: row["text"].as_str().unwrap().to_owned(),
            loaded: numbers(&row["loaded"]),
            heads: ["loaded_words", "entities", "attribution", "stance", "stance_named"]
                .map(|h| (h, row[h].as_array().unwrap().iter().map(numbers).collect()))
                .into(),
        })
        .collect()
}

fn head<'a>(raw: &'a Raw, name: &str) -> ArrayView2<'a, f32> {
    match name {
        "loaded_words" => raw.loaded_words.view(),
        "entities" => raw.entities.view(),
        "attribution" => raw.attribution.view(),
        "stance_named" => raw.stance_named.view(),
        _ => raw.stance.view(),
    }
}

fn largest(logits: impl Iterator<Item = f32>) -> usize {
    logits.enumerate().fold((0, f32::MIN), |b, (k, x)| if x > b.1 { (k, x) } else { b }).0
}

/// The largest difference from the reference; labels have to be the same.
fn distance(model: &Model) -> f32 {
    let reference = reference();
    assert!(reference.len() >= 16);
    let texts: Vec<&str> = reference.iter().map(|r| r.text.as_str()).collect();
    let mut worst = 0.0f32;
    for (row, (_, raw)) in reference.iter().zip(model.read_raw(&texts).unwrap()) {
        for (a, b) in row.loaded.iter().zip(&raw.loaded) {
            worst = worst.max((a - b).abs());
        }
        assert_eq!(largest(row.loaded.iter().copied()), largest(raw.loaded.iter().copied()));
        for (name, expected) in &row.heads {
            let found = head(&raw, name);
            assert_eq!(found.nrows(), expected.len(), "{:?} has other pieces", row.text);
            for (e, f) in expected.iter().zip(found.rows()) {
                worst = e.iter().zip(f).fold(worst, |w, (a, b)| w.max((a - b).abs()));
                assert_eq!(largest(e.iter().copied()), largest(f.iter().copied()), "{}", row.text);
            }
        }
    }
    worst
}

#[test]
fn the_default_engine_computes_what_pytorch_does() {
    let worst = distance(&Model::load(fp32(), 2).unwrap());
    assert!(worst < 1e-3, "logits differ by {worst}");
}

#[test]
fn rounding_to_int8_leaves_the_probabilities_near() {
    let reference = reference();
    let texts: Vec<&str> = reference.iter().map(|r| r.text.as_str()).collect();
    let model = Model::built_in(2).unwrap();
    let found = model.read_raw(&texts).unwrap();
    let softmax = |logits: &[f32]| undertone::model::decode::softmax(logits, 1.0);
    let (mut sum, mut same, mut n) = (0.0, 0, 0);
    for (row, (_, raw)) in reference.iter().zip(&found) {
        for (name, expected) in &row.heads {
            for (e, f) in expected.iter().zip(head(raw, name).rows()) {
                let (e, f) = (softmax(e), softmax(&f.to_vec()));
                sum += e.iter().zip(&f).map(|(a, b)| (a - b).abs()).sum::<f32>() / e.len() as f32;
                same += usize::from(largest(e.into_iter()) == largest(f.into_iter()));
                n += 1;
            }
        }
    }
    // models/small/MODEL_CARD.md: the mean difference is below .015 and 97% of labels are the same, head by head.
    let (difference, same) = (sum / n as f32, same as f32 / n as f32);
    assert!(
        difference < 0.015 && same > 0.97,
        "differs by {difference}, {same} of labels are the same"
    );
}

#[cfg(feature = "rust-bert")]
/// Every sentence of a few example articles.
#[cfg(feature = "rust-bert")]
fn sentences() -> Vec<String> {
    let rows: Vec<undertone::tables::rows::SentenceRow> = common::rows(common::harbour());
    rows.into_iter().map(|r| r.text).collect()
}

#[cfg(feature = "rust-bert")]
/// The largest difference between two models' logits, and how many readings decide otherwise.
#[cfg(feature = "rust-bert")]
fn apart(a: &[(Reading, Raw)], b: &[(Reading, Raw)]) -> (f32, usize) {
    let max = |a: &ndarray::Array2<f32>, b: &ndarray::Array2<f32>| {
        assert_eq!(a.dim(), b.dim());
        a.iter().zip(b).fold(0.0f32, |w, (x, y)| w.max((x - y).abs()))
    };
    let mut worst = 0.0f32;
    let mut other = 0;
    for ((ra, a), (rb, b)) in a.iter().zip(b) {
        let loaded = a.loaded.iter().zip(&b.loaded).fold(0.0f32, |w, (x, y)| w.max((x - y).abs()));
        worst = [
            worst,
            loaded,
            max(&a.loaded_words, &b.loaded_words),
            max(&a.entities, &b.entities),
            max(&a.attribution, &b.attribution),
            max(&a.stance, &b.stance),
            max(&a.stance_named, &b.stance_named),
        ]
        .into_iter()
        .fold(0.0, f32::max);
        let spans = |r: &Reading| r.entities.iter().map(|e| (e.span, e.kind)).collect::<Vec<_>>();
        let words = |r: &Reading| r.loaded_spans.iter().map(|s| s.span).collect::<Vec<_>>();
        let said = |r: &Reading| {
            r.attributions.iter().map(|x| (x.source, x.cue, x.content.clone())).collect::<Vec<_>>()
        };
        let stances = |r: &Reading| {
            let toward = |e: &undertone::model::Entity| {
                Some((r.stance.toward(e.span)?.label(), r.stance.found(e.span)?.label()))
            };
            ra.entities.iter().map(toward).collect::<Vec<_>>()
        };
        let same = ra.loaded.label == rb.loaded.label
            && spans(ra) == spans(rb)
            && words(ra) == words(rb)
            && said(ra) == said(rb)
            && stances(ra) == stances(rb);
        other += usize::from(!same);
    }
    (worst, other)
}

#[test]
fn half_precision_weights_change_next_to_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = undertone();
    command.args(["model", "convert", "models/small", "--half", "--out"]).arg(folder.path());
    let ran = run(&mut command);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let size = |path: &Path| std::fs::metadata(path.join("model.safetensors")).unwrap().len();
    assert!(size(folder.path()) * 2 < size(fp32()) + 100_000);
    let ran = run(undertone().args(["model", "info"]).arg(folder.path()));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("fp16") && ran.stdout.contains("model.safetensors"),
        "{}",
        ran.stdout
    );
}

#[cfg(feature = "rust-bert")]
mod rust_bert {
    use undertone::model::engine::{Engine, Precision, Running};

    use super::*;

    fn running() -> Running {
        Running { engine: Engine::RustBert, ..Running::on(2) }
    }

    #[test]
    fn rust_bert_computes_what_pytorch_does() {
        let model = Model::open(Some(fp32()), running()).unwrap();
        assert_eq!(model.backend(), "rust-bert");
        let worst = distance(&model);
        assert!(worst < 1e-3, "logits differ by {worst}");
        // The weights inside the binary are the same ones.
        let worst = distance(&Model::open(None, running()).unwrap());
        assert!(worst < 1e-3, "logits differ by {worst}");
    }

    #[test]
    fn both_engines_give_the_same_labels() {
        let texts = sentences();
        assert!(texts.len() > 100);
        let rten = Model::load(fp32(), 2).unwrap().read_raw(&texts).unwrap();
        let torch = Model::open(Some(fp32()), running()).unwrap().read_raw(&texts).unwrap();
        let (worst, other) = apart(&rten, &torch);
        assert!(worst < 1e-3, "logits differ by {worst}");
        assert_eq!(other, 0, "sentences of {} are labelled otherwise", texts.len());
    }

    #[test]
    fn bfloat16_is_near() {
        let texts = &sentences()[..40];
        let bf16 = Running { precision: Precision::Bf16, ..running() };
        let whole = Model::open(Some(fp32()), running()).unwrap().read(texts).unwrap();
        let half = Model::open(Some(fp32()), bf16).unwrap().read(texts).unwrap();
        let off: f32 = whole.iter().zip(&half).map(|(a, b)| (a.loaded.p - b.loaded.p).abs()).sum();
        assert!(off / (texts.len() as f32) < 0.02, "probabilities differ by {off} in all");
        assert!(whole.iter().zip(&half).any(|(a, b)| a.loaded.p != b.loaded.p), "it is no bf16");
    }

    #[test]
    fn weights_of_another_network_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["config.json", "tokenizer.json"] {
            std::fs::copy(fp32().join(file), folder.path().join(file)).unwrap();
        }
        let config = folder.path().join("config.json");
        let mut json: Value = serde_json::from_slice(&std::fs::read(&config).unwrap()).unwrap();
        json["sha256"] = serde_json::json!({});
        std::fs::write(&config, json.to_string()).unwrap();
        std::fs::copy(
            "tests/models/bert/model.safetensors",
            folder.path().join("model.safetensors"),
        )
        .unwrap();
        let message = Model::open(Some(folder.path()), running()).err().unwrap().to_string();
        assert!(message.contains("undertone model convert"), "{message}");
    }

    /// `UNDERTONE_SENTENCES=FILE cargo test --features rust-bert --test engines -- --ignored --nocapture`:
    /// the first 2,000 lines of a file, one sentence a line; prints the figures of eval/RESULTS.md.
    #[test]
    #[ignore = "needs a file of 2,000 sentences, and minutes"]
    fn both_engines_give_the_same_labels_on_2000_sentences() {
        let file = std::env::var("UNDERTONE_SENTENCES").expect("UNDERTONE_SENTENCES names a file");
        let text = std::fs::read_to_string(file).unwrap();
        let texts: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).take(2000).collect();
        let timed = |name: &str, model: Model| {
            model.read(&texts[..texts.len().min(64)]).unwrap();
            let begun = std::time::Instant::now();
            let read = model.read_raw(&texts).unwrap();
            let rate = texts.len() as f64 / begun.elapsed().as_secs_f64();
            println!("{name}: {rate:.0} sentences/s");
            read
        };
        let one = Running { threads: 1, ..running() };
        let bf16 = Running { precision: Precision::Bf16, ..one };
        let int8 = timed("rten int8", Model::built_in(1).unwrap());
        let fp32_rten = timed("rten fp32", Model::load(fp32(), 1).unwrap());
        let torch = timed("rust-bert fp32", Model::open(Some(fp32()), one).unwrap());
        let brain = timed("rust-bert bf16", Model::open(Some(fp32()), bf16).unwrap());
        let (worst, other) = apart(&fp32_rten, &torch);
        println!(
            "rten fp32 and rust-bert fp32: logits within {worst:e}, {other} of {} sentences labelled otherwise",
            texts.len()
        );
        for (name, read) in [("rten int8", &int8), ("rust-bert bf16", &brain)] {
            let share = |same: &dyn Fn(&Reading, &Reading) -> bool| {
                let n = read.iter().zip(&torch).filter(|((a, _), (b, _))| same(a, b)).count();
                100.0 * n as f64 / texts.len() as f64
            };
            println!(
                "{name} and rust-bert fp32: loaded the same in {:.2}% of sentences, entities in {:.2}%",
                share(&|a, b| a.loaded.label == b.loaded.label),
                share(&|a, b| a
                    .entities
                    .iter()
                    .map(|e| (e.span, e.kind))
                    .eq(b.entities.iter().map(|e| (e.span, e.kind)))),
            );
        }
        assert!(worst < 1e-3, "logits differ by {worst}");
        assert_eq!(other, 0);
    }
}
