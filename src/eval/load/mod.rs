//! Data sets as files, rows out. One loader per format; all errors name file, line and field.

pub mod brat;
pub mod columns;
pub mod gold;
pub mod loaded;
pub mod records;
pub mod stance;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::results::DataFile;

/// A data file that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("{path}: cannot be read ({error})")]
    Read { path: PathBuf, error: String },
    #[error("{path}: line {line}, field `{field}`: {found}; expected {expected}")]
    Field { path: PathBuf, line: u64, field: String, found: String, expected: String },
    #[error("{path}: line {line}: {what}")]
    Line { path: PathBuf, line: u64, what: String },
    #[error("{path}: {what}")]
    File { path: PathBuf, what: String },
    #[error("{folder}: nothing to measure `{suite}` on; looked for {looked_for}")]
    Nothing { folder: PathBuf, suite: &'static str, looked_for: String },
}

/// Where a row stands, for messages.
#[derive(Clone, Debug)]
pub struct Place {
    pub path: PathBuf,
    pub line: u64,
}

impl Place {
    pub fn field(
        &self,
        field: &str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> LoadError {
        LoadError::Field {
            path: self.path.clone(),
            line: self.line,
            field: field.to_owned(),
            found: found.into(),
            expected: expected.into(),
        }
    }

    pub fn bad(&self, what: impl Into<String>) -> LoadError {
        LoadError::Line { path: self.path.clone(), line: self.line, what: what.into() }
    }
}

/// A file's text (UTF-8, with or without its mark) and the start of its hash.
pub fn text_of(path: &Path) -> Result<(String, String), LoadError> {
    let bytes = std::fs::read(path)
        .map_err(|e| LoadError::Read { path: path.to_owned(), error: e.to_string() })?;
    let hash = hex(&Sha256::digest(&bytes));
    let text = String::from_utf8(bytes).map_err(|e| {
        let good = &e.as_bytes()[..e.utf8_error().valid_up_to()];
        LoadError::Line {
            path: path.to_owned(),
            line: good.iter().filter(|&&b| b == b'\n').count() as u64 + 1,
            what:
                "this is not UTF-8; expected a text file in UTF-8 (a spreadsheet or parquet file \
                   must be saved as csv or jsonl first)"
                    .to_owned(),
        }
    })?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok((text, hash))
}

/// The start of a hash over files, their names included, in the order of names.
pub fn hash_of_all(paths: &[PathBuf]) -> Result<String, LoadError> {
    let mut sorted: Vec<&PathBuf> = paths.iter().collect();
    sorted.sort();
    let mut hasher = Sha256::new();
    for path in sorted {
        let bytes = std::fs::read(path)
            .map_err(|e| LoadError::Read { path: path.to_owned(), error: e.to_string() })?;
        hasher.update(path.file_name().unwrap_or_default().as_encoded_bytes());
        hasher.update([0]);
        hasher.update(Sha256::digest(&bytes));
    }
    Ok(hex(&hasher.finalize()))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().take(6).map(|b| format!("{b:02x}")).collect()
}

/// The last two parts of a path: enough to know a set by, and no machine's folders.
pub fn short(path: &Path) -> String {
    let parts: Vec<String> =
        path.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
    parts[parts.len().saturating_sub(2)..].join("/")
}

/// What a result says about a file it was made from.
pub fn data_file(path: &Path, sha256: String, n: usize, unit: &str) -> DataFile {
    DataFile { name: short(path), sha256, n, unit: unit.to_owned() }
}
