//! What can go wrong with a run folder, in words that say what to do.
//!
//! A cause is told by `source()` and not repeated in the message: print the whole chain.

use std::io;
use std::path::PathBuf;

/// Why a run folder cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The place is taken by a run, and nobody asked to replace it.
    #[error(
        "{} already holds {what}; choose another --out, or replace it with --force, which deletes it once the new run is finished",
        path.display()
    )]
    RunExists {
        path: PathBuf,
        /// "a run of 2026-11-21 with 1,000 articles"
        what: String,
    },

    /// The place holds something that no run holds. Never replaced, `--force` or not.
    #[error(
        "{} holds {other}, which is no part of a run; it is left alone: choose another --out, or move that away yourself",
        path.display()
    )]
    NotOnlyARun { path: PathBuf, other: String },

    /// The place is a file.
    #[error("{} is a file, not a folder; choose another --out", path.display())]
    NotAFolder { path: PathBuf },

    /// A path such as `/` that no folder can be made beside.
    #[error("{} cannot be a run folder; choose another --out", path.display())]
    BadPath { path: PathBuf },

    /// Another process is writing the same run.
    #[error("another run is writing to {} at this moment", path.display())]
    Busy { path: PathBuf },

    /// A write failed: the disk is full, a folder is gone, a right is missing.
    #[error("cannot write {}", path.display())]
    Write { path: PathBuf, source: Box<dyn std::error::Error + Send + Sync> },

    /// The new run is finished, but could not be put in its place.
    #[error("the run is finished and stands in {}, but cannot be moved to {}: {why}", work.display(), out.display())]
    NotMoved { work: PathBuf, out: PathBuf, why: String },

    /// The new run is in its place, but the old one could not be deleted.
    #[error("the new run is in {}, but the old one could not be deleted from {}", path.display(), old.display())]
    OldRunStays { path: PathBuf, old: PathBuf, source: io::Error },

    /// Rows that do not fit their table's schema: a mistake in undertone.
    #[error("rows of the table {table} do not fit its columns")]
    Rows { table: &'static str, source: Box<dyn std::error::Error + Send + Sync> },

    /// Not a run folder at all.
    #[error("{} is not a run folder: {why}", path.display())]
    NotARun { path: PathBuf, why: String },

    /// A run that was never finished.
    #[error("{} is a run that was not finished: it has tables but no manifest.json; run `undertone score` again", path.display())]
    Unfinished { path: PathBuf },

    /// A run folder that a later version wrote.
    #[error("{} was written by undertone {version}, which is newer than this one; update undertone to read it", path.display())]
    Newer { path: PathBuf, version: String },

    /// A run folder that an earlier version wrote, with other tables.
    #[error("{} was written by undertone {version} with other tables than this one reads; score its articles again", path.display())]
    Older { path: PathBuf, version: String },

    /// The manifest is there, but a table or one of its parts is not.
    #[error("{} is missing, though the run's manifest lists it", path.display())]
    Missing { path: PathBuf },

    /// A file of the run is not what was written.
    #[error("{} is damaged: {why}", path.display())]
    Damaged { path: PathBuf, why: String },

    /// A file of the run cannot be read.
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
}
