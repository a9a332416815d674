//! A Hugging Face folder: which files it has, what they say, and whether they fit each other.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tokenizers::Tokenizer;

use super::onnx::Rten;
use super::{Classifier, OwnError};
use crate::model::engine::{Engine, Running};
use crate::model::folder::hex;

const CONFIG: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";
/// Where exporters leave the graph.
const GRAPHS: [&str; 2] = ["model.onnx", "onnx/model.onnx"];
const WEIGHTS: &str = "model.safetensors";
/// Endings of files that Python's pickle wrote.
const PICKLES: [&str; 6] = [".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"];
/// Texts are never cut shorter than this, whatever a config says.
const SHORTEST: usize = 8;

/// File name to SHA-256, lower-case hexadecimal.
pub type Hashes = BTreeMap<String, String>;

/// The file of weights that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WeightsFile {
    /// A graph, for rten.
    Onnx(PathBuf),
    /// Tensors, for rust-bert.
    Safetensors(PathBuf),
}

/// A folder whose files are there and fit each other, as far as can be told without running them.
pub struct Folder {
    path: PathBuf,
    config: Value,
    /// `model_type`, as `roberta`; empty where none is named.
    pub model_type: String,
    /// First of `architectures`, as `RobertaForSequenceClassification`; empty where none is named.
    pub architecture: String,
    /// Of `id2label`, by their numbers.
    pub labels: Vec<String>,
    /// Longest text in pieces, special ones included; longer ones are cut at the end.
    pub max_tokens: usize,
    /// As its README or `config.json` states it.
    pub licence: Option<String>,
    /// Forms of weights that are there, graph first.
    pub weights: Vec<WeightsFile>,
    pub(super) tokenizer: Tokenizer,
    sha256: Hashes,
}

impl Folder {
    /// Reads all but the weights.
    pub fn open(path: &Path) -> Result<Folder, OwnError> {
        if !path.is_dir() {
            return Err(OwnError::NoFolder(path.to_owned()));
        }
        let mut sha256 = BTreeMap::new();
        let bytes = read(path, CONFIG)?.ok_or_else(|| OwnError::Missing {
            file: CONFIG,
            mend: "`model.save_pretrained(DIR)` writes it beside the weights".to_owned(),
        })?;
        sha256.insert(CONFIG.to_owned(), hex(&bytes));
        let config: Value = serde_json::from_slice(&bytes)
            .map_err(|e| OwnError::Config(format!("it is not JSON: {e}")))?;
        let text = |key: &str| config.get(key).and_then(Value::as_str).unwrap_or_default();
        if text("format").starts_with("undertone-model") {
            return Err(OwnError::Config(
                "this is a model folder of undertone's own, with all heads; name it with --model"
                    .to_owned(),
            ));
        }
        let model_type = text("model_type").to_owned();
        let architecture = config
            .get("architectures")
            .and_then(|a| a.get(0))
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        if !architecture.is_empty() && !architecture.ends_with("ForSequenceClassification") {
            return Err(OwnError::Config(format!(
                "architectures is {architecture}; a text classifier is needed, as {}ForSequenceClassification: fine-tune the model as one, or name one that was",
                architecture.split("For").next().unwrap_or("Bert").trim_end_matches("Model")
            )));
        }
        if text("problem_type") == "multi_label_classification" {
            return Err(OwnError::Config(
                "problem_type is multi_label_classification, whose labels do not exclude each other; a model whose probabilities sum to 1 is needed"
                    .to_owned(),
            ));
        }
        let labels = labels(&config)?;
        let weights = weights(path)?;
        let bytes = read(path, TOKENIZER)?.ok_or_else(|| OwnError::Missing {
            file: TOKENIZER,
            mend: "in Python, `AutoTokenizer.from_pretrained(\"DIR\").save_pretrained(\"DIR\")` makes it of the files that are there"
                .to_owned(),
        })?;
        sha256.insert(TOKENIZER.to_owned(), hex(&bytes));
        let tokenizer =
            Tokenizer::from_bytes(&bytes).map_err(|e| OwnError::Tokenizer(e.to_string()))?;
        let pieces = tokenizer.get_vocab(true).values().max().map_or(0, |&id| id as usize + 1);
        if pieces == 0 {
            return Err(OwnError::Tokenizer("its vocabulary is empty".to_owned()));
        }
        match config.get("vocab_size").and_then(Value::as_u64) {
            Some(n) if (pieces as u64) > n => {
                return Err(OwnError::Tokenizer(format!(
                    "it numbers {pieces} pieces, vocab_size of config.json is {n}; it belongs to another model"
                )));
            }
            _ => {}
        }
        let max_tokens = max_tokens(path, &config, &model_type)?;
        let licence = licence(path, &config)?;
        Ok(Folder {
            path: path.to_owned(),
            model_type,
            architecture,
            labels,
            max_tokens,
            licence,
            weights,
            tokenizer,
            sha256,
            config,
        })
    }

    /// The folder's own name.
    pub fn name(&self) -> String {
        let absolute = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        absolute.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Reads the weights into the engine that suits them: the one that was asked for where its form is there,
    /// else the other. Gives the hashes of what was read, too.
    pub fn classifier(&self, running: &Running) -> Result<(Box<dyn Classifier>, Hashes), OwnError> {
        let file = self.chosen(running.engine)?;
        let mut sha256 = self.sha256.clone();
        let (name, path) = match file {
            WeightsFile::Onnx(path) => ("model.onnx", path),
            WeightsFile::Safetensors(path) => (WEIGHTS, path),
        };
        let bytes = std::fs::read(path)
            .map_err(|source| OwnError::Read { file: path.display().to_string(), source })?;
        sha256.insert(name.to_owned(), hex(&bytes));
        let classifier: Box<dyn Classifier> = match file {
            WeightsFile::Onnx(path) => {
                // Large graphs keep their numbers in a second file.
                let mut beside = path.clone().into_os_string();
                beside.push("_data");
                if let Ok((_, hash)) = crate::tables::manifest::sha256_of_file(Path::new(&beside)) {
                    sha256.insert("model.onnx_data".to_owned(), hash);
                }
                drop(bytes);
                Box::new(Rten::open(path, self.labels.len())?)
            }
            WeightsFile::Safetensors(_) => self.torch(&bytes, running)?,
        };
        Ok((classifier, sha256))
    }

    fn chosen(&self, engine: Engine) -> Result<&WeightsFile, OwnError> {
        let onnx = self.weights.iter().find(|w| matches!(w, WeightsFile::Onnx(_)));
        let tensors = self.weights.iter().find(|w| matches!(w, WeightsFile::Safetensors(_)));
        let chosen = match engine {
            Engine::Rten => onnx.or(tensors),
            // Of architectures that it does not know, the graph.
            Engine::RustBert if self.known_in_safetensors() => tensors.or(onnx),
            Engine::RustBert => onnx.or(tensors),
        };
        chosen.ok_or_else(no_weights)
    }

    #[cfg(feature = "rust-bert")]
    fn known_in_safetensors(&self) -> bool {
        crate::model::torch::KNOWN.contains(&self.model_type.as_str())
    }

    #[cfg(not(feature = "rust-bert"))]
    fn known_in_safetensors(&self) -> bool {
        false
    }

    #[cfg(feature = "rust-bert")]
    fn torch(&self, bytes: &[u8], running: &Running) -> Result<Box<dyn Classifier>, OwnError> {
        not_a_pickle(WEIGHTS, bytes)?;
        let labels = self.labels.len();
        let torch = crate::model::torch::Torch::new(
            &self.config,
            &self.model_type,
            labels,
            bytes,
            running,
        )?;
        Ok(Box::new(torch))
    }

    #[cfg(not(feature = "rust-bert"))]
    fn torch(&self, bytes: &[u8], _: &Running) -> Result<Box<dyn Classifier>, OwnError> {
        not_a_pickle(WEIGHTS, bytes)?;
        let _ = &self.config;
        Err(OwnError::Weights(format!(
            "this build reads classifiers in ONNX only. {EXPORT}; or build undertone with `--features rust-bert` (docs/gpu.md)"
        )))
    }
}

/// How a graph is made of what people usually have.
const EXPORT: &str =
    "Make model.onnx of it: `optimum-cli export onnx --model DIR --task text-classification DIR`";

fn no_weights() -> OwnError {
    OwnError::Missing {
        file: "model.onnx",
        mend: format!("neither it nor {WEIGHTS} is there. {EXPORT}"),
    }
}

/// A file of the folder, or none where it is not there.
fn read(folder: &Path, file: &str) -> Result<Option<Vec<u8>>, OwnError> {
    match std::fs::read(folder.join(file)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(OwnError::Read { file: file.to_owned(), source }),
    }
}

/// The forms of weights that are there; what is there instead where none is.
fn weights(folder: &Path) -> Result<Vec<WeightsFile>, OwnError> {
    let mut found: Vec<WeightsFile> = GRAPHS
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
        .map(WeightsFile::Onnx)
        .into_iter()
        .collect();
    if folder.join(WEIGHTS).is_file() {
        found.push(WeightsFile::Safetensors(folder.join(WEIGHTS)));
    }
    if !found.is_empty() {
        return Ok(found);
    }
    if folder.join("model.safetensors.index.json").is_file() {
        return Err(OwnError::Missing {
            file: WEIGHTS,
            mend: "the weights are in several parts; `model.save_pretrained(DIR, max_shard_size=\"100GB\")` writes one file"
                .to_owned(),
        });
    }
    let entries = std::fs::read_dir(folder)
        .map_err(|source| OwnError::Read { file: folder.display().to_string(), source })?;
    let mut names: Vec<String> =
        entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    match names.iter().find(|n| PICKLES.iter().any(|p| n.ends_with(p)) && *n != "training_args.bin")
    {
        Some(pickle) => Err(OwnError::Pickle(pickle.clone(), from_pickle())),
        None => Err(no_weights()),
    }
}

fn from_pickle() -> String {
    "`AutoModelForSequenceClassification.from_pretrained(\"DIR\").save_pretrained(\"DIR\", safe_serialization=True)` writes model.safetensors, and `optimum-cli export onnx --model DIR --task text-classification DIR` model.onnx"
        .to_owned()
}

/// A file that only has a safe file's name.
fn not_a_pickle(name: &str, bytes: &[u8]) -> Result<(), OwnError> {
    // torch.save writes a ZIP archive around a pickle, older versions the pickle itself.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\x80\x02") {
        return Err(OwnError::Pickle(name.to_owned(), from_pickle()));
    }
    Ok(())
}

fn labels(config: &Value) -> Result<Vec<String>, OwnError> {
    let bad = |what: String| OwnError::Config(format!("id2label {what}"));
    let labels = match config.get("id2label") {
        Some(Value::Object(map)) => {
            let mut by_number: BTreeMap<usize, String> = BTreeMap::new();
            for (number, label) in map {
                let n = number.parse().map_err(|_| bad(format!("numbers a label {number:?}")))?;
                let label = label.as_str().map_or_else(|| label.to_string(), str::to_owned);
                by_number.insert(n, label);
            }
            if by_number.keys().copied().ne(0..by_number.len()) {
                return Err(bad("does not number its labels 0, 1, 2 and so on".to_owned()));
            }
            by_number.into_values().collect()
        }
        Some(_) => return Err(bad("is no table of numbers and labels".to_owned())),
        // As the library has it that wrote the file.
        None => {
            let n = config.get("num_labels").and_then(Value::as_u64).unwrap_or(2);
            (0..n).map(|k| format!("LABEL_{k}")).collect::<Vec<_>>()
        }
    };
    if labels.len() < 2 {
        return Err(bad(format!(
            "names {} label; a classifier with two labels or more is needed",
            labels.len()
        )));
    }
    Ok(labels)
}

/// The longest text that a model has places for.
fn max_tokens(folder: &Path, config: &Value, model_type: &str) -> Result<usize, OwnError> {
    let number = |v: Option<&Value>| v.and_then(Value::as_f64).filter(|&n| (1.0..1e6).contains(&n));
    let places = number(config.get("max_position_embeddings")).unwrap_or(512.0) as usize;
    let relative = config.get("position_biased_input").and_then(Value::as_bool) == Some(false);
    let places = match model_type {
        // They begin to count after the padding's place.
        "roberta" | "xlm-roberta" | "camembert" | "mpnet" => places.saturating_sub(2),
        // Only distances count.
        "deberta-v2" if relative => places.max(512),
        _ => places,
    };
    let told: Option<Value> = match read(folder, "tokenizer_config.json")? {
        Some(bytes) => serde_json::from_slice(&bytes).ok(),
        None => None,
    };
    let told = number(told.as_ref().and_then(|t| t.get("model_max_length")));
    let longest = told.map_or(places, |n| places.min(n as usize));
    if longest < SHORTEST {
        return Err(OwnError::Config(format!(
            "it has places for {longest} pieces only; no sentence fits"
        )));
    }
    Ok(longest)
}

/// The licence that the front of README.md or `config.json` names.
fn licence(folder: &Path, config: &Value) -> Result<Option<String>, OwnError> {
    let readme = read(folder, "README.md")?.map(|b| String::from_utf8_lossy(&b).into_owned());
    let front = readme.as_deref().and_then(|t| t.strip_prefix("---")).unwrap_or_default();
    let stated = front
        .lines()
        .skip(1)
        .take_while(|line| line.trim_end() != "---")
        .find_map(|line| line.strip_prefix("license:"))
        .map(|l| l.trim().trim_matches(['"', '\'']).to_owned());
    let in_config = || config.get("license").and_then(Value::as_str).map(str::to_owned);
    Ok(stated.or_else(in_config).filter(|l| !l.is_empty()))
}
