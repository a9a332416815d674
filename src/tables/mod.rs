//! Rows in, a run folder out (and back).
//!
//! A run folder holds `manifest.json` and one folder of Parquet parts per table:
//!
//! ```text
//! RUN/manifest.json
//! RUN/articles/part-00000.parquet
//! RUN/articles/part-00001.parquet
//! RUN/sentences/part-00000.parquet
//! ...
//! ```
//!
//! [`RunWriter`] promises that `RUN` is never seen half-written: everything is built in
//! `RUN.partial` beside it, every file comes into being by a rename, the manifest last, and an
//! older run is replaced only when the new one is finished. It holds at most one part per table in
//! memory. [`RunReader`] reads any table back, whole or as a stream, and names the file that is
//! missing or damaged. `docs/codebook.md` defines every column.

mod error;
pub mod manifest;
mod reader;
pub mod rows;
mod schema;
mod writer;

pub use error::Error;
pub use manifest::Manifest;
pub use reader::{Rows, RunReader};
pub use schema::{Column, Table, columns, names};
pub use writer::{RunWriter, replace};
