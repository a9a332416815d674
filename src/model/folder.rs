//! A model folder's files: found, read, and held against their hashes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::backend::BackendError;
use super::config::Config;
use super::engine::Engine;
use super::own::OwnError;

/// The files of a model, in memory.
pub(super) struct Files {
    pub config: Cow<'static, [u8]>,
    pub tokenizer: Cow<'static, [u8]>,
    pub network: Network,
    /// For messages: the folder, or "the built-in model".
    pub place: String,
}

/// The file that holds the weights.
pub(super) enum Network {
    /// `model.onnx`
    Graph(Cow<'static, [u8]>),
    /// `model.safetensors`
    Weights(Vec<u8>),
}

impl Network {
    fn file(&self) -> (&'static str, &[u8]) {
        match self {
            Network::Graph(bytes) => (GRAPH, bytes),
            Network::Weights(bytes) => (WEIGHTS, bytes),
        }
    }
}

/// Which model a figure was made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    pub name: String,
    /// File name to SHA-256, lower-case hex.
    pub sha256: BTreeMap<String, String>,
}

impl Fingerprint {
    /// Hash of the file of weights that was read.
    pub fn weights(&self) -> &str {
        [GRAPH, WEIGHTS].iter().find_map(|f| self.sha256.get(*f)).map_or("", String::as_str)
    }
}

/// A model that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error(
        "model folder {0} does not exist; name a folder with config.json, tokenizer.json and model.onnx, or leave --model out to use the built-in one"
    )]
    NoFolder(PathBuf),
    #[error(
        "model folder {folder}: {file} is missing; a model folder holds config.json, tokenizer.json and model.onnx"
    )]
    Missing { folder: PathBuf, file: &'static str },
    #[error("model folder {folder}: {file} cannot be read: {source}")]
    Read { folder: PathBuf, file: &'static str, source: io::Error },
    #[error(
        "model folder {folder}: {file} is not the file that config.json names (SHA-256 {found}, expected {expected}); copy the folder again"
    )]
    Hash { folder: PathBuf, file: &'static str, found: String, expected: String },
    #[error("config.json: {0}")]
    Config(String),
    #[error("tokenizer.json: {0}")]
    Tokenizer(String),
    #[error("model.onnx: {0}")]
    Graph(String),
    #[error("model.safetensors: {0}")]
    Weights(String),
    /// What was asked of the engine is not to be had.
    #[error("{0}")]
    Engine(String),
    #[error("{folder}: {error}")]
    In { folder: String, error: Box<ModelError> },
    #[error(transparent)]
    Own(#[from] OwnError),
    #[error(transparent)]
    Backend(#[from] BackendError),
}

pub(super) const CONFIG: &str = "config.json";
pub(super) const TOKENIZER: &str = "tokenizer.json";
pub(super) const GRAPH: &str = "model.onnx";
pub(super) const WEIGHTS: &str = "model.safetensors";

impl Files {
    /// The default model, inside the binary.
    pub fn built_in() -> Files {
        Files {
            config: Cow::Borrowed(include_bytes!("../../models/small/config.json")),
            tokenizer: Cow::Borrowed(include_bytes!("../../models/small/tokenizer.json")),
            network: Network::Graph(Cow::Borrowed(include_bytes!("../../models/small/model.onnx"))),
            place: "the built-in model".to_owned(),
        }
    }

    /// A folder's files; of the two forms of weights the one that the engine reads, where it is there.
    pub fn read(folder: &Path, engine: Engine) -> Result<Files, ModelError> {
        if !folder.is_dir() {
            return Err(ModelError::NoFolder(folder.to_owned()));
        }
        let file = |name: &'static str| match std::fs::read(folder.join(name)) {
            Ok(bytes) => Ok(Cow::<'static, [u8]>::Owned(bytes)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                Err(ModelError::Missing { folder: folder.to_owned(), file: name })
            }
            Err(source) => Err(ModelError::Read { folder: folder.to_owned(), file: name, source }),
        };
        let network = match engine {
            Engine::RustBert if folder.join(WEIGHTS).exists() => {
                Network::Weights(file(WEIGHTS)?.into_owned())
            }
            _ => Network::Graph(file(GRAPH)?),
        };
        Ok(Files {
            config: file(CONFIG)?,
            tokenizer: file(TOKENIZER)?,
            network,
            place: folder.display().to_string(),
        })
    }

    /// Holds every file against the hash in `config.json`.
    pub fn check(&self, config: &Config) -> Result<Fingerprint, ModelError> {
        let mut sha256 = BTreeMap::new();
        for (name, bytes) in [(TOKENIZER, &*self.tokenizer), self.network.file()] {
            let found = hex(bytes);
            if let Some(expected) = config.sha256.get(name).filter(|e| **e != found) {
                return Err(ModelError::Hash {
                    folder: PathBuf::from(&self.place),
                    file: name,
                    found,
                    expected: expected.clone(),
                });
            }
            sha256.insert(name.to_owned(), found);
        }
        sha256.insert(CONFIG.to_owned(), hex(&self.config));
        Ok(Fingerprint { name: config.name.clone(), sha256 })
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}
