//! Documents in, articles out.
//!
//! In: files and folders. Out: an [`Article`] or a [`Reject`] for every document in them; one bad
//! document never ends a batch.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where a document was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub path: PathBuf,
    /// Line in a file of many records, counted from 1.
    pub line: Option<u64>,
}

/// One article as its file has it. Nothing is scored or dropped yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Unique in a run.
    pub id: String,
    /// Who published it: from the record, else the page's metadata, else the folder, else `--outlet`.
    pub outlet: Option<String>,
    pub title: Option<String>,
    /// ISO 8601, `YYYY-MM-DD`.
    pub date: Option<String>,
    pub author: Option<String>,
    pub url: Option<String>,
    /// The body, paragraphs parted by line breaks. For HTML: what the extraction kept.
    pub text: String,
    pub source: Source,
}

/// A document that was not scored, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Reject {
    pub source: Source,
    /// The record's own id, where it had one.
    pub id: Option<String>,
    pub reason: RejectReason,
    /// One sentence for people: what is wrong and what to do.
    pub detail: String,
}

/// Why a document was not scored. The names are those of the `rejects` table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// No bytes, or only white space.
    Empty,
    /// The file cannot be opened or read.
    Unreadable,
    /// Not text: a picture, an archive, a program.
    Binary,
    /// Bytes that are no text in the encoding that the file claims or shows.
    BadEncoding,
    /// A record that is not JSON, or not an object.
    BadRecord,
    /// A record or page without article text.
    NoText,
    /// A document, or one line of a file, longer than the limit.
    TooLong,
    /// An id that an earlier article of this run has.
    DuplicateId,
    /// Not English; the detail names the language.
    NotEnglish,
    /// Only page furniture was left.
    NoSentences,
}
