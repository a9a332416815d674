//! `manifest.json`: what a run was made from, with what, and what came out.
//!
//! It is the last file that a run writes: a folder with a manifest is a finished run. Together with
//! the inputs and a binary of the same version it says all that is needed to make the run again.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::ingest::RejectReason;
use crate::model::own::Record;

/// The run folder's layout. Raised when a reader of the old one could not read the new one.
pub const FORMAT: u32 = 4;

/// `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`] of the version that wrote it.
    pub format: u32,
    /// Version of undertone.
    pub undertone: String,
    /// When the run began, RFC 3339 (`2026-11-21T09:30:00Z`).
    pub created: String,
    /// The command line, word by word.
    pub command: Vec<String>,
    /// The options as resolved, defaults included.
    pub options: Map<String, Value>,
    pub inputs: Vec<Input>,
    /// The user's file of actors.
    #[serde(default)]
    pub codebook: Option<Input>,
    /// The user's file of events.
    #[serde(default)]
    pub events: Option<Input>,
    pub model: Model,
    /// The engine: `rten` or `rust-bert`.
    pub backend: String,
    /// Fixes every drawn figure.
    pub seed: u64,
    /// An estimate needs at least so many articles; with fewer it is null.
    pub min_articles: u32,
    pub counts: Counts,
    /// Where the time went, in the order of the stages.
    pub timings: Vec<Timing>,
    /// Rows and parts of every table. [`RunWriter::finish`](super::RunWriter::finish) fills it in.
    #[serde(default)]
    pub tables: BTreeMap<String, TableParts>,
}

impl Default for Manifest {
    /// This version and format, and nothing else yet.
    fn default() -> Self {
        Manifest {
            format: FORMAT,
            undertone: env!("CARGO_PKG_VERSION").to_owned(),
            created: String::new(),
            command: Vec::new(),
            options: Map::new(),
            inputs: Vec::new(),
            codebook: None,
            events: None,
            model: Model::default(),
            backend: String::new(),
            seed: 0,
            min_articles: 0,
            counts: Counts::default(),
            timings: Vec::new(),
            tables: BTreeMap::new(),
        }
    }
}

impl Manifest {
    /// The run in a few words: "a run of 2026-11-21 with 1,000 articles".
    pub fn in_words(&self) -> String {
        let day = self.created.get(..10).unwrap_or("an unknown day");
        let articles = self.counts.articles;
        let plural = if articles == 1 { "" } else { "s" };
        format!("a run of {day} with {} article{plural}", thousands(articles))
    }
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// As it was named or found.
    pub path: String,
    pub bytes: u64,
    /// Of the file's bytes, lower-case hexadecimal. Null where it could not be read.
    pub sha256: Option<String>,
}

impl Input {
    /// Reads the file once, in small pieces.
    pub fn of_file(path: &Path) -> io::Result<Input> {
        let (bytes, sha256) = sha256_of_file(path)?;
        Ok(Input { path: path.to_string_lossy().into_owned(), bytes, sha256: Some(sha256) })
    }
}

/// The model that read the articles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub name: String,
    /// Of the weights' file.
    pub sha256: String,
    /// Of `tokenizer.json`.
    pub tokenizer_sha256: String,
    /// Decision threshold of every head that has one, by the head's name.
    pub thresholds: BTreeMap<String, f64>,
    /// The classifier that took the place of the head for loaded wording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loaded: Option<Record>,
    /// The classifier that took the place of the head for stance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stance: Option<Record>,
}

/// How many of what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Documents met; each became an article or a reject.
    pub documents: u64,
    pub articles: u64,
    pub rejects: u64,
    pub rejects_by_reason: BTreeMap<RejectReason, u64>,
    pub sentences: u64,
    pub spans: u64,
    pub mentions: u64,
    pub attributions: u64,
    pub outlets: u64,
    pub actors: u64,
    /// Happenings that two articles or more are on.
    #[serde(default)]
    pub events: u64,
}

/// Wall-clock time of a stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    pub stage: String,
    pub seconds: f64,
}

/// The files of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableParts {
    pub rows: u64,
    pub parts: Vec<PartFile>,
}

/// One Parquet file of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFile {
    /// Name in the table's folder.
    pub file: String,
    pub rows: u64,
    pub bytes: u64,
    pub sha256: String,
}

/// SHA-256 in lower-case hexadecimal.
///
/// ```
/// let empty = undertone::tables::manifest::sha256(b"");
/// assert!(empty.starts_with("e3b0c44298fc1c14"));
/// ```
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Length and SHA-256 of a file.
pub fn sha256_of_file(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let n = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        hasher.update(&buffer[..n]);
        bytes += n as u64;
    }
    Ok((bytes, hex(&hasher.finalize())))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// 1000 as "1,000".
fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_comes_back_from_json_as_it_was() {
        let mut manifest =
            Manifest { created: "2026-11-21T09:30:00Z".into(), ..Manifest::default() };
        manifest.counts.articles = 1000;
        manifest.counts.rejects_by_reason.insert(RejectReason::NotEnglish, 3);
        manifest.timings.push(Timing { stage: "model".into(), seconds: 1.5 });
        let json = serde_json::to_string(&manifest).expect("a manifest is JSON");
        assert!(json.contains(r#""rejects_by_reason":{"not_english":3}"#), "{json}");
        assert_eq!(serde_json::from_str::<Manifest>(&json).expect("its own JSON"), manifest);
        assert_eq!(manifest.in_words(), "a run of 2026-11-21 with 1,000 articles");
    }

    #[test]
    fn thousands_are_parted_by_commas() {
        let words: Vec<String> = [0, 12, 999, 36_000, 1_234_567].map(thousands).into();
        assert_eq!(words, ["0", "12", "999", "36,000", "1,234,567"]);
    }
}
