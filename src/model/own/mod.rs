//! Bring your own: Hugging Face text classifiers in place of the default model's heads for loaded wording and
//! for stance.
//!
//! A folder comes in ([`Folder`]), is held against everything that could be wrong with it, and becomes a
//! [`Classifier`]: rows of piece numbers in, rows of logits out. [`OwnLoaded`] and [`OwnStance`] put the labels
//! of a classifier on undertone's. They replace that one head; entities, attributions, loaded words and all
//! that follows stay as they are.

mod folder;
mod labels;
mod loaded;
mod onnx;
mod stance;
mod texts;

pub use folder::{Folder, Hashes, WeightsFile};
pub use labels::{LabelMap, Nli};
pub use loaded::OwnLoaded;
pub use stance::{Hypotheses, OwnStance, Reads};
pub use texts::{Text, Texts};

use std::collections::BTreeMap;
use std::path::PathBuf;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::backend::BackendError;
use super::engine::Running;

/// Texts of exactly equal length in pieces: no padding, no mask.
#[derive(Clone, Debug)]
pub struct TextBatch {
    /// `[texts, pieces]`, special pieces included.
    pub input_ids: Array2<i32>,
    /// `[texts, pieces]`: 0 in the first text, 1 in the second, where the tokenizer tells them apart.
    pub type_ids: Array2<i32>,
}

/// A text classifier on some engine. `run` is called from several threads at once, with one core each.
pub trait Classifier: Send + Sync {
    /// Name for the manifest: `rten` or `rust-bert`.
    fn engine(&self) -> &'static str;

    /// Raw logits, `[texts, labels]`. What a text gets does not depend on the others in the batch.
    fn run(&self, batch: &TextBatch) -> Result<Array2<f32>, BackendError>;
}

/// What a manifest says of a model that took a head's place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Name of its folder.
    pub name: String,
    /// `architectures` of its `config.json`.
    pub architecture: String,
    /// `rten` or `rust-bert`.
    pub engine: String,
    /// What it reads: `text`, `text and target`, or `text and hypothesis`.
    pub reads: String,
    /// Its labels, and what each stands for here.
    pub labels: BTreeMap<String, String>,
    /// Probability from which a sentence is loaded; of `--loaded-model` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// Of a model of inference: the sentences that it was asked about, with `{target}` in them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hypotheses: Option<Hypotheses>,
    /// As its README or `config.json` states it; null where nothing is stated.
    pub licence: Option<String>,
    /// File name to SHA-256, lower-case hexadecimal.
    pub sha256: BTreeMap<String, String>,
}

/// A folder or option that cannot be used, and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    #[error("{0} is no folder; name the folder that has config.json in it")]
    NoFolder(PathBuf),
    #[error("{file} cannot be read: {source}")]
    Read { file: String, source: std::io::Error },
    #[error("{file} is missing; {mend}")]
    Missing { file: &'static str, mend: String },
    #[error("config.json: {0}")]
    Config(String),
    #[error("tokenizer.json: {0}")]
    Tokenizer(String),
    #[error("model.onnx: {0}")]
    Graph(String),
    #[error("model.safetensors: {0}")]
    Weights(String),
    /// A file that can hold code.
    #[error(
        "{0} is a pickle: opening one runs whatever code is in it, so undertone does not. Make a safe file of it in Python, where you trust it: {1}"
    )]
    Pickle(String, String),
    #[error("{0}")]
    Labels(String),
    #[error("{file}: {what}")]
    Hypotheses { file: String, what: String },
    #[error("{place}: {error}")]
    In { place: String, error: Box<OwnError> },
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Which models take which heads, as the command line or a caller names them.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub loaded: Option<PathBuf>,
    /// As `loaded=BIASED,plain=NEUTRAL`.
    pub loaded_labels: Option<String>,
    /// Probability from which a sentence is loaded; 0.5 where none is given.
    pub loaded_threshold: Option<f32>,
    pub stance: Option<PathBuf>,
    /// As `against=negative,neutral=neutral,favor=positive`.
    pub stance_labels: Option<String>,
    /// A file of hypotheses, for a model of inference.
    pub stance_hypotheses: Option<PathBuf>,
}

/// The models that were chosen, ready to be asked.
#[derive(Default)]
pub struct Own {
    pub loaded: Option<OwnLoaded>,
    pub stance: Option<OwnStance>,
}

impl Own {
    /// Opens what was chosen. Everything that can be wrong with it is said here, before any article is read.
    pub fn open(choice: &Choice, running: &Running) -> Result<Own, OwnError> {
        let without = |option: &str, model: &str| {
            OwnError::Labels(format!("{option} belongs to {model}; name the model's folder there"))
        };
        if choice.loaded.is_none() {
            if choice.loaded_labels.is_some() {
                return Err(without("--loaded-labels", "--loaded-model"));
            }
            if choice.loaded_threshold.is_some() {
                return Err(without("--loaded-threshold", "--loaded-model"));
            }
        }
        if choice.stance.is_none() {
            if choice.stance_labels.is_some() {
                return Err(without("--stance-labels", "--stance-model"));
            }
            if choice.stance_hypotheses.is_some() {
                return Err(without("--stance-hypotheses", "--stance-model"));
            }
        }
        let hypotheses = choice.stance_hypotheses.as_deref().map(Hypotheses::read).transpose()?;
        let named = |option: &str, folder: &std::path::Path, error: OwnError| OwnError::In {
            place: format!("{option} {}", folder.display()),
            error: Box::new(error),
        };
        let mut own = Own::default();
        if let Some(path) = &choice.loaded {
            let open = || {
                let folder = Folder::open(path)?;
                OwnLoaded::new(
                    &folder,
                    choice.loaded_labels.as_deref(),
                    choice.loaded_threshold,
                    running,
                )
            };
            own.loaded = Some(open().map_err(|e| named("--loaded-model", path, e))?);
        }
        if let Some(path) = &choice.stance {
            let open = || {
                let folder = Folder::open(path)?;
                OwnStance::new(
                    &folder,
                    choice.stance_labels.as_deref(),
                    hypotheses.clone(),
                    running,
                )
            };
            own.stance = Some(open().map_err(|e| named("--stance-model", path, e))?);
        }
        Ok(own)
    }
}
