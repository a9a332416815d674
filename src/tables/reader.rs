//! A run folder in, rows out.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicateFn, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowFilter,
};

use super::manifest::{FORMAT, Manifest, PartFile, sha256_of_file};
use super::writer::MANIFEST;
use super::{Error, Table, schema};

/// The column that says which article a row is of.
const ARTICLE: &str = "article_id";
/// Rows that are decoded at a time.
const BATCH_ROWS: usize = 4096;

/// A finished run.
///
/// Every part is checked against the manifest (length and SHA-256) before its first row is given
/// out: what is read is what was written.
#[derive(Clone, Debug)]
pub struct RunReader {
    path: PathBuf,
    manifest: Manifest,
}

impl RunReader {
    /// Reads the manifest; tables are opened when they are asked for.
    ///
    /// # Errors
    /// [`Error::NotARun`], [`Error::Unfinished`], [`Error::Newer`], [`Error::Older`]; [`Error::Damaged`] and
    /// [`Error::Read`] where the manifest cannot be understood or read.
    pub fn open(path: &Path) -> Result<RunReader, Error> {
        let folder = || path.to_path_buf();
        let not_a_run = |why: &str| Error::NotARun { path: folder(), why: why.to_owned() };
        if !path.exists() {
            return Err(not_a_run("there is no such folder"));
        }
        if !path.is_dir() {
            return Err(not_a_run("it is a file"));
        }
        let file = path.join(MANIFEST);
        let json = match fs::read(&file) {
            Ok(json) => json,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let has_tables = schema::names().iter().any(|name| path.join(name).is_dir());
                return Err(if has_tables {
                    Error::Unfinished { path: folder() }
                } else {
                    not_a_run("it has no manifest.json")
                });
            }
            Err(source) => return Err(Error::Read { path: file, source }),
        };
        let damaged =
            |why: serde_json::Error| Error::Damaged { path: file.clone(), why: why.to_string() };
        // The format first: a later one may have a manifest that this version cannot read.
        let value: serde_json::Value = serde_json::from_slice(&json).map_err(damaged)?;
        let version = || value["undertone"].as_str().unwrap_or("(unknown)").to_owned();
        match value["format"].as_u64() {
            Some(format) if format > u64::from(FORMAT) => {
                return Err(Error::Newer { path: folder(), version: version() });
            }
            Some(format) if format < u64::from(FORMAT) => {
                return Err(Error::Older { path: folder(), version: version() });
            }
            _ => {}
        }
        let manifest = serde_json::from_value(value).map_err(damaged)?;
        Ok(RunReader { path: folder(), manifest })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// A whole table, in the order in which it was written.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Damaged`] or [`Error::Read`], with the part's path.
    pub fn read<T: Table>(&self) -> Result<Vec<T>, Error> {
        self.rows()?.collect()
    }

    /// A table as a stream of rows that holds a few thousand of them in memory. After an error the
    /// stream ends.
    ///
    /// # Errors
    /// [`Error::Missing`] where the table is not there; the stream gives the errors of its parts.
    pub fn rows<T: Table>(&self) -> Result<Rows<T>, Error> {
        let folder = self.path.join(T::NAME);
        let Some(table) = self.manifest.tables.get(T::NAME).filter(|_| folder.is_dir()) else {
            return Err(Error::Missing { path: folder });
        };
        let parts: Vec<_> = table.parts.iter().map(|p| (folder.join(&p.file), p.clone())).collect();
        Ok(Rows { parts: parts.into_iter(), of: None, open: None, batch: Vec::new().into_iter() })
    }

    /// The rows of a table whose `article_id` is one of these, as [`rows`](RunReader::rows) streams all.
    /// The other rows are passed over before their cells are decoded. A table without such a column has
    /// no row of any article.
    ///
    /// # Errors
    /// As [`rows`](RunReader::rows).
    pub fn rows_of<T: Table>(&self, articles: &HashSet<String>) -> Result<Rows<T>, Error> {
        Ok(Rows { of: Some(Arc::new(articles.clone())), ..self.rows()? })
    }
}

/// The rows of a table; made by [`RunReader::rows`].
#[derive(Debug)]
pub struct Rows<T> {
    parts: std::vec::IntoIter<(PathBuf, PartFile)>,
    /// Only rows of these articles.
    of: Option<Arc<HashSet<String>>>,
    open: Option<(PathBuf, ParquetRecordBatchReader)>,
    batch: std::vec::IntoIter<T>,
}

impl<T: Table> Iterator for Rows<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.batch.next() {
                return Some(Ok(row));
            }
            match self.next_batch() {
                Ok(Some(batch)) => self.batch = batch.into_iter(),
                Ok(None) => return None,
                Err(e) => {
                    self.open = None;
                    self.parts = Vec::new().into_iter();
                    return Some(Err(e));
                }
            }
        }
    }
}

impl<T: Table> Rows<T> {
    fn next_batch(&mut self) -> Result<Option<Vec<T>>, Error> {
        loop {
            if let Some((path, reader)) = &mut self.open {
                let damaged = |why: String| Error::Damaged { path: path.clone(), why };
                match reader.next() {
                    Some(Ok(batch)) => {
                        let rows = serde_arrow::from_record_batch(&batch)
                            .map_err(|e| damaged(e.to_string()))?;
                        return Ok(Some(rows));
                    }
                    Some(Err(e)) => return Err(damaged(e.to_string())),
                    None => self.open = None,
                }
            }
            let Some((path, part)) = self.parts.next() else {
                return Ok(None);
            };
            let reader = open_part::<T>(&path, &part, self.of.as_ref())?;
            self.open = Some((path, reader));
        }
    }
}

/// Opens a part that is, byte for byte, the one that was written, and that has the table's columns.
fn open_part<T: Table>(
    path: &Path,
    part: &PartFile,
    of: Option<&Arc<HashSet<String>>>,
) -> Result<ParquetRecordBatchReader, Error> {
    let read_error = |source: io::Error| {
        let path = path.to_path_buf();
        if source.kind() == io::ErrorKind::NotFound {
            Error::Missing { path }
        } else {
            Error::Read { path, source }
        }
    };
    let damaged = |why: String| Error::Damaged { path: path.to_path_buf(), why };

    let (bytes, sha256) = sha256_of_file(path).map_err(read_error)?;
    if bytes != part.bytes {
        return Err(damaged(format!("it has {bytes} bytes, but {} were written", part.bytes)));
    }
    if sha256 != part.sha256 {
        return Err(damaged(
            "its content is not what was written (SHA-256 differs from the manifest's)".into(),
        ));
    }
    let file = File::open(path).map_err(read_error)?;
    let mut builder =
        ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| damaged(e.to_string()))?;
    for field in T::schema().fields() {
        match builder.schema().field_with_name(field.name()) {
            Ok(found) if found.data_type() == field.data_type() => {}
            Ok(found) => {
                let why = format!(
                    "its column {} is {}, not {}",
                    field.name(),
                    found.data_type(),
                    field.data_type()
                );
                return Err(damaged(why));
            }
            // Written by an older version that had no such column yet; it reads as null.
            Err(_) if field.is_nullable() => {}
            Err(_) => return Err(damaged(format!("it has no column {}", field.name()))),
        }
    }
    if let Some(articles) = of {
        let articles = articles.clone();
        let column = ProjectionMask::columns(builder.parquet_schema(), [ARTICLE]);
        let wanted = ArrowPredicateFn::new(column, move |batch: RecordBatch| {
            let ids = batch.column_by_name(ARTICLE).and_then(|c| c.as_string_opt::<i32>());
            Ok(match ids {
                Some(ids) => ids.iter().map(|id| Some(articles.contains(id?))).collect(),
                None => BooleanArray::from(vec![false; batch.num_rows()]),
            })
        });
        builder = builder.with_row_filter(RowFilter::new(vec![Box::new(wanted)]));
    }
    builder.with_batch_size(BATCH_ROWS).build().map_err(|e| damaged(e.to_string()))
}
