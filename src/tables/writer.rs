//! Rows in, a run folder out.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use serde_arrow::ArrayBuilder;

use super::manifest::{Manifest, PartFile, TableParts, sha256};
use super::{Error, RunReader, Table, schema};
use crate::file;

/// A part is written when its rows take about so much memory.
const PART_BYTES: usize = 16 << 20;

pub(super) const MANIFEST: &str = "manifest.json";
/// Locked by the process that writes the run; lives in the working folder only.
const LOCK: &str = ".lock";
/// Files, beside the tables' folders, that are undertone's own in a run folder.
const OWN_FILES: [&str; 7] =
    [MANIFEST, LOCK, "report.html", "report.md", "report.json", "report.csv", "validation.json"];

/// Writes one run. See the [module](super) for what it promises.
///
/// Dropped before [`finish`](RunWriter::finish), it takes its working folder away again. Where the
/// process is killed the folder `RUN.partial` stays: every `part-*.parquet` in it is whole (which is
/// where resuming can begin), and the next run to the same place clears it.
#[derive(Debug)]
pub struct RunWriter {
    out: PathBuf,
    work: PathBuf,
    shards: HashMap<&'static str, Shard>,
    part_bytes: usize,
    /// Held until the run is in its place. `None` once the working folder is no longer ours to clear.
    lock: Option<File>,
}

/// The rows of one table that are not yet on disk, and the parts that are.
struct Shard {
    schema: SchemaRef,
    builder: ArrayBuilder,
    rows: u64,
    bytes: usize,
    written: TableParts,
}

impl std::fmt::Debug for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shard")
            .field("rows", &self.rows)
            .field("written", &self.written)
            .finish_non_exhaustive()
    }
}

impl RunWriter {
    /// Claims the place for a run. An older run there stays as it is until
    /// [`finish`](RunWriter::finish).
    ///
    /// # Errors
    /// - [`Error::RunExists`]: `out` holds a run and `force` is false;
    /// - [`Error::NotOnlyARun`]: `out` (or a left-over working folder) holds other files, `force` or not;
    /// - [`Error::NotAFolder`], [`Error::BadPath`]: `out` cannot be a folder;
    /// - [`Error::Busy`]: another process writes the same run;
    /// - [`Error::Write`]: the working folder cannot be made.
    pub fn create(out: &Path, force: bool) -> Result<RunWriter, Error> {
        // A link is followed, so that the folder it points to is the one replaced.
        let out = match out.canonicalize() {
            Ok(real) => real,
            Err(_) => out.to_path_buf(),
        };
        check_place(&out, force)?;
        let work = beside(&out, ".partial").ok_or_else(|| Error::BadPath { path: out.clone() })?;

        if let Some(other) = other_than_a_run(&work).map_err(write_error(&work))? {
            return Err(Error::NotOnlyARun { path: work, other });
        }
        fs::create_dir_all(&work).map_err(write_error(&work))?;
        let lock_path = work.join(LOCK);
        let lock = File::create(&lock_path).map_err(write_error(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Busy { path: out }),
            Err(TryLockError::Error(e)) => return Err(write_error(&lock_path)(e)),
        }
        clear(&work).map_err(write_error(&work))?;

        Ok(RunWriter {
            out,
            work,
            shards: HashMap::new(),
            part_bytes: PART_BYTES,
            lock: Some(lock),
        })
    }

    /// The run's place, where [`finish`](RunWriter::finish) will put it.
    pub fn path(&self) -> &Path {
        &self.out
    }

    /// Adds rows to a table, after those added before. Writes a part whenever enough have come
    /// together.
    pub fn append<T: Table>(&mut self, rows: Vec<T>) -> Result<(), Error> {
        let (part_bytes, work) = (self.part_bytes, self.work.clone());
        let shard = self.shard(T::NAME, T::schema)?;
        let mut rest = rows.as_slice();
        while !rest.is_empty() {
            let mut n = 0;
            while n < rest.len() && shard.bytes < part_bytes {
                shard.bytes += rest[n].weight();
                n += 1;
            }
            let (now, later) = rest.split_at(n);
            shard.builder.extend(now).map_err(|e| rows_error(T::NAME, e))?;
            shard.rows += n as u64;
            rest = later;
            if shard.bytes >= part_bytes {
                shard.flush(T::NAME, &work)?;
            }
        }
        Ok(())
    }

    /// Puts other values into the columns called `columns`, in every row that was appended. What somebody is
    /// called is known only when all articles have been read.
    pub fn rename(
        &mut self,
        columns: &[&str],
        renamed: &HashMap<String, String>,
    ) -> Result<(), Error> {
        if renamed.is_empty() {
            return Ok(());
        }
        for (&table, shard) in &mut self.shards {
            let holds = |name: &&str| shard.schema.field_with_name(name).is_ok();
            let own: Vec<&str> = columns.iter().copied().filter(holds).collect();
            if own.is_empty() {
                continue;
            }
            if shard.rows > 0 {
                shard.flush(table, &self.work)?;
            }
            for part in &mut shard.written.parts {
                let path = self.work.join(table).join(&part.file);
                let content =
                    renamed_part(&path, &own, renamed).map_err(|e| rows_error(table, e))?;
                write_atomically(&path, &content)?;
                part.bytes = content.len() as u64;
                part.sha256 = sha256(&content);
            }
        }
        Ok(())
    }

    /// Writes one of a run's files other than tables (`report.html`) into it, atomically.
    ///
    /// # Panics
    /// If `name` is none of the names that a run folder has.
    pub fn write_file(&mut self, name: &str, content: &[u8]) -> Result<(), Error> {
        assert!(name != MANIFEST && OWN_FILES.contains(&name), "{name} is no file of a run");
        write_atomically(&self.work.join(name), content)
    }

    /// Writes what is left (a table without rows gets one empty part, so that every table can be
    /// read), then the manifest, then puts the run in its place. Returns that place.
    ///
    /// # Errors
    /// [`Error::Write`] where something cannot be written: the working folder is taken away and an
    /// older run stays. [`Error::NotMoved`] and [`Error::OldRunStays`] where the finished run cannot
    /// take its place: nothing is lost, the message says what stands where.
    pub fn finish(mut self, mut manifest: Manifest) -> Result<PathBuf, Error> {
        let mut tables = BTreeMap::new();
        for (name, table_schema) in schema::all() {
            let work = self.work.clone();
            let shard = self.shard(name, || table_schema)?;
            if shard.rows > 0 || shard.written.parts.is_empty() {
                shard.flush(name, &work)?;
            }
            tables.insert(name.to_owned(), std::mem::take(&mut shard.written));
        }
        manifest.tables = tables;
        let path = self.work.join(MANIFEST);
        let json = serde_json::to_vec_pretty(&manifest)
            .map_err(|e| Error::Write { path: path.clone(), source: Box::new(e) })?;
        write_atomically(&path, &json)?;

        // From here on the working folder is a finished run: an error must not take it away. The lock
        // is held until the folder has its name.
        let lock = self.lock.take();
        let moved = self.take_place();
        drop(lock);
        moved
    }

    fn take_place(&self) -> Result<PathBuf, Error> {
        let not_moved =
            |why: String| Error::NotMoved { work: self.work.clone(), out: self.out.clone(), why };
        // Hours may have passed since the place was looked at.
        match other_than_a_run(&self.out) {
            Ok(None) => {}
            Ok(Some(other)) => {
                return Err(not_moved(format!(
                    "it holds {other} by now, which is no part of a run"
                )));
            }
            Err(e) => return Err(not_moved(e.to_string())),
        }
        let old = if self.out.exists() {
            let old =
                free_name(&self.out, ".old").ok_or_else(|| not_moved("it has no name".into()))?;
            fs::rename(&self.out, &old).map_err(|e| not_moved(e.to_string()))?;
            Some(old)
        } else {
            None
        };
        if let Err(e) = fs::rename(&self.work, &self.out) {
            if let Some(old) = &old {
                // Best effort: where this fails too, the message below names the reason of the first.
                let _ = fs::rename(old, &self.out);
            }
            return Err(not_moved(e.to_string()));
        }
        if let Some(parent) = self.out.parent() {
            file::sync_folder(parent);
        }
        // A lock file that stays behind does no harm; the next writer knows it.
        let _ = fs::remove_file(self.out.join(LOCK));
        if let Some(old) = old {
            fs::remove_dir_all(&old).map_err(|source| Error::OldRunStays {
                path: self.out.clone(),
                old,
                source,
            })?;
        }
        Ok(self.out.clone())
    }

    fn shard(
        &mut self,
        name: &'static str,
        schema: impl FnOnce() -> SchemaRef,
    ) -> Result<&mut Shard, Error> {
        use std::collections::hash_map::Entry;
        match self.shards.entry(name) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let schema = schema();
                let builder =
                    ArrayBuilder::from_arrow(schema.fields()).map_err(|e| rows_error(name, e))?;
                let written = TableParts::default();
                Ok(entry.insert(Shard { schema, builder, rows: 0, bytes: 0, written }))
            }
        }
    }

    #[cfg(test)]
    fn with_part_bytes(mut self, bytes: usize) -> Self {
        self.part_bytes = bytes;
        self
    }
}

impl Drop for RunWriter {
    fn drop(&mut self) {
        if let Some(lock) = self.lock.take() {
            // Nobody is left to tell where this fails; the folder's name says what it is.
            let _ = fs::remove_dir_all(&self.work);
            drop(lock);
        }
    }
}

/// Puts other rows into one table of a finished run. The run is whole at any moment: the new part has a name
/// that no other has, the manifest that names it replaces the old one by a rename, and only then the
/// old parts go.
///
/// # Errors
/// As [`RunReader::open`](super::RunReader::open); [`Error::Rows`] and [`Error::Write`].
pub fn replace<T: Table>(run: &Path, rows: &[T]) -> Result<(), Error> {
    let mut manifest = RunReader::open(run)?.manifest().clone();
    let folder = run.join(T::NAME);
    fs::create_dir_all(&folder).map_err(write_error(&folder))?;
    let content = encode_rows(rows).map_err(|e| Error::Rows { table: T::NAME, source: e })?;
    let names = (0_u32..).map(|n| format!("part-{n:05}.parquet"));
    let file = names.into_iter().find(|name| !folder.join(name).exists()).unwrap_or_default();
    write_atomically(&folder.join(&file), &content)?;
    let part = PartFile {
        file: file.clone(),
        rows: rows.len() as u64,
        bytes: content.len() as u64,
        sha256: sha256(&content),
    };
    let table = TableParts { rows: part.rows, parts: vec![part] };
    manifest.tables.insert(T::NAME.to_owned(), table);
    let path = run.join(MANIFEST);
    let json = serde_json::to_vec_pretty(&manifest)
        .map_err(|e| Error::Write { path: path.clone(), source: Box::new(e) })?;
    write_atomically(&path, &json)?;
    for entry in fs::read_dir(&folder).map_err(write_error(&folder))? {
        let entry = entry.map_err(write_error(&folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_part(&name) && name != file {
            fs::remove_file(entry.path()).map_err(write_error(&entry.path()))?;
        }
    }
    Ok(())
}

fn encode_rows<T: Table>(rows: &[T]) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let schema = T::schema();
    let mut builder = ArrayBuilder::from_arrow(schema.fields())?;
    builder.extend(rows)?;
    Ok(encode(&RecordBatch::try_new(schema, builder.to_arrow()?)?)?)
}

impl Shard {
    /// Writes the rows in memory as the table's next part.
    fn flush(&mut self, table: &'static str, work: &Path) -> Result<(), Error> {
        let arrays = self.builder.to_arrow().map_err(|e| rows_error(table, e))?;
        let batch =
            RecordBatch::try_new(self.schema.clone(), arrays).map_err(|e| rows_error(table, e))?;
        let folder = work.join(table);
        fs::create_dir_all(&folder).map_err(write_error(&folder))?;

        let file = format!("part-{:05}.parquet", self.written.parts.len());
        let content = encode(&batch).map_err(|e| rows_error(table, e))?;
        write_atomically(&folder.join(&file), &content)?;

        self.written.rows += self.rows;
        self.written.parts.push(PartFile {
            file,
            rows: self.rows,
            bytes: content.len() as u64,
            sha256: sha256(&content),
        });
        self.rows = 0;
        self.bytes = 0;
        Ok(())
    }
}

/// A part's bytes. It is encoded in memory (a part is small), so that what can go wrong with the disk
/// comes from one place and reads as the system says it: "No space left on device".
fn encode(batch: &RecordBatch) -> parquet::errors::Result<Vec<u8>> {
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties))?;
    writer.write(batch)?;
    writer.close()?;
    Ok(bytes)
}

/// A part with other values in some of its columns.
fn renamed_part(
    path: &Path,
    columns: &[&str],
    renamed: &HashMap<String, String>,
) -> parquet::errors::Result<Vec<u8>> {
    let file =
        File::open(path).map_err(|e| parquet::errors::ParquetError::External(Box::new(e)))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let schema = builder.schema().clone();
    let batches = builder.build()?.collect::<Result<Vec<_>, _>>()?;
    let batch = arrow::compute::concat_batches(&schema, &batches)?;
    let mut arrays = batch.columns().to_vec();
    for name in columns {
        let at = schema.index_of(name)?;
        if let Some(old) = arrays[at].as_any().downcast_ref::<StringArray>() {
            let new: StringArray = old
                .iter()
                .map(|id| id.map(|id| renamed.get(id).map_or(id, String::as_str)))
                .collect();
            arrays[at] = Arc::new(new);
        }
    }
    encode(&RecordBatch::try_new(schema, arrays)?)
}

fn write_atomically(path: &Path, content: &[u8]) -> Result<(), Error> {
    file::write_atomically(path, content).map_err(write_error(path))
}

/// May a run be written here?
fn check_place(out: &Path, force: bool) -> Result<(), Error> {
    let path = || out.to_path_buf();
    if !out.exists() {
        return Ok(());
    }
    if !out.is_dir() {
        return Err(Error::NotAFolder { path: path() });
    }
    if let Some(other) = other_than_a_run(out).map_err(write_error(out))? {
        return Err(Error::NotOnlyARun { path: path(), other });
    }
    let manifest = fs::read(out.join(MANIFEST));
    let is_empty = fs::read_dir(out).map_err(write_error(out))?.next().is_none();
    let what = match manifest {
        Ok(json) => match serde_json::from_slice::<Manifest>(&json) {
            Ok(manifest) => manifest.in_words(),
            // Somebody else's manifest.json, or a broken one: not ours to delete.
            Err(_) => {
                let other = format!("a {MANIFEST} that undertone did not write");
                return Err(Error::NotOnlyARun { path: path(), other });
            }
        },
        Err(_) if is_empty => return Ok(()),
        Err(_) => "an unfinished run".to_owned(),
    };
    if force { Ok(()) } else { Err(Error::RunExists { path: path(), what }) }
}

/// The first thing in a folder that is no part of a run; `None` for a folder that is not there.
fn other_than_a_run(folder: &Path) -> io::Result<Option<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e),
    };
    let tables = schema::names();
    let mut others = Vec::new();
    for entry in entries {
        let entry = entry?;
        let (name, kind) = (entry.file_name().to_string_lossy().into_owned(), entry.file_type()?);
        if kind.is_dir() && tables.contains(&name.as_str()) {
            for part in fs::read_dir(entry.path())? {
                let part = part?;
                let file = part.file_name().to_string_lossy().into_owned();
                if !part.file_type()?.is_file() || !is_part(&file) {
                    others.push(format!("{name}/{file}"));
                }
            }
        } else if !kind.is_file() || !is_own_file(&name) {
            others.push(name);
        }
    }
    others.sort();
    Ok(others.into_iter().next())
}

/// `name`, or the temporary file that it comes into being as.
fn settled(name: &str) -> &str {
    name.strip_prefix('.').and_then(|n| n.strip_suffix(".tmp")).unwrap_or(name)
}

fn is_own_file(name: &str) -> bool {
    OWN_FILES.contains(&settled(name))
}

fn is_part(name: &str) -> bool {
    let number = settled(name).strip_prefix("part-").and_then(|n| n.strip_suffix(".parquet"));
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Takes everything but the lock out of a working folder that holds only what a run holds.
fn clear(work: &Path) -> io::Result<()> {
    for entry in fs::read_dir(work)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else if entry.file_name() != LOCK {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// `RUN` and `.partial` as `RUN.partial`; `None` for a path that has no name, such as `/`.
fn beside(path: &Path, suffix: &str) -> Option<PathBuf> {
    let mut name = OsString::from(path.file_name()?);
    name.push(suffix);
    Some(path.with_file_name(name))
}

/// A name beside `path` that nothing has yet.
fn free_name(path: &Path, suffix: &str) -> Option<PathBuf> {
    let first = beside(path, suffix)?;
    if !first.exists() {
        return Some(first);
    }
    (2_u32..).filter_map(|n| beside(path, &format!("{suffix}-{n}"))).find(|p| !p.exists())
}

fn write_error(path: &Path) -> impl Fn(io::Error) -> Error {
    let path = path.to_path_buf();
    move |e| Error::Write { path: path.clone(), source: Box::new(e) }
}

fn rows_error(table: &'static str, e: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Rows { table, source: Box::new(e) }
}

#[cfg(test)]
mod tests;
