//! Documents in, articles out.
//!
//! In: files and folders. Out: an [`Article`] or a [`Reject`] for every document in them; one bad
//! document never ends a batch.
//!
//! [`discover`] finds the files, [`read`] streams their articles: plain text, Markdown and pages are
//! one document a file, JSON lines (also packed with gzip or Zstandard) one a line. Memory is bounded
//! by the longest document, however large a file is. The order is always the same.

use std::collections::HashMap;
use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use encoding_rs_io::DecodeReaderBytesBuilder;
use serde::{Deserialize, Serialize};

mod date;
mod decode;
mod open;
mod page;
mod plain;
mod records;

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
    /// The text of an earlier article of the same outlet, or of no outlet: counted once.
    DuplicateText,
    /// Not English; the detail names the language.
    NotEnglish,
    /// Only page furniture was left.
    NoSentences,
    /// A row of the file of events names an article that was not scored.
    UnknownArticle,
}

/// Which field of a JSON record holds what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldNames {
    pub id: String,
    pub outlet: String,
    pub title: String,
    pub date: String,
    pub author: String,
    pub url: String,
    pub text: String,
}

impl Default for FieldNames {
    fn default() -> Self {
        FieldNames {
            id: "id".into(),
            outlet: "outlet".into(),
            title: "title".into(),
            date: "date".into(),
            author: "author".into(),
            url: "url".into(),
            text: "text".into(),
        }
    }
}

impl FieldNames {
    /// Takes a renaming as people type it: `outlet=publisher`.
    ///
    /// # Errors
    /// If there is no `=`, no name after it, or no such field before it.
    ///
    /// ```
    /// let mut fields = undertone::ingest::FieldNames::default();
    /// fields.set("text=body").unwrap();
    /// assert_eq!(fields.text, "body");
    /// assert!(fields.set("colour=red").is_err());
    /// ```
    pub fn set(&mut self, renaming: &str) -> Result<(), FieldError> {
        let fault = |why: &str| FieldError { given: renaming.to_owned(), why: why.to_owned() };
        let (field, name) = renaming.split_once('=').ok_or_else(|| fault("has no '='"))?;
        let name = name.trim();
        if name.is_empty() {
            return Err(fault("names no field of your records"));
        }
        let target = match field.trim() {
            "id" => &mut self.id,
            "outlet" => &mut self.outlet,
            "title" => &mut self.title,
            "date" => &mut self.date,
            "author" => &mut self.author,
            "url" => &mut self.url,
            "text" => &mut self.text,
            other => return Err(fault(&format!("names no field of ours ({other:?})"))),
        };
        *target = name.to_owned();
        Ok(())
    }
}

/// A field renaming that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{given:?} {why}; write FIELD=NAME, where FIELD is one of id, outlet, title, date, author, url, text \
     and NAME is what your records call it, as in outlet=publisher"
)]
pub struct FieldError {
    given: String,
    why: String,
}

/// How documents are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The outlet of articles that name none themselves and lie in no folder named after one.
    pub outlet: Option<String>,
    pub fields: FieldNames,
    /// Longest document, or line of a file of records, in bytes. Longer ones are rejected unread.
    pub max_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options { outlet: None, fields: FieldNames::default(), max_bytes: 20_000_000 }
    }
}

/// Why there is nothing to read at all.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    #[error("{}: no such file or folder; check the path", path.display())]
    Missing { path: PathBuf },
    #[error("{}: cannot be opened ({error}); check its permissions", path.display())]
    Unreadable { path: PathBuf, error: String },
    #[error(
        "{}: no articles in this folder; looked for files ending in {LOOKED_FOR}, also in subfolders",
        path.display()
    )]
    Nothing { path: PathBuf },
}

const LOOKED_FOR: &str =
    ".txt, .md, .html, .htm, .jsonl or .ndjson (the last two also packed as .gz or .zst)";

/// A file to read, as [`discover`] found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    pub path: PathBuf,
    /// Its path inside the input it was found in, with `/`; unique in a run. Ids are made of it.
    pub name: String,
    /// Name of the folder it lies in, below the input; the outlet of articles that name none.
    pub folder: Option<String>,
    /// What keeps the file from being read, where that showed already.
    pub problem: Option<String>,
}

/// Finds the files to read.
///
/// Folders are searched with all below them, in the order of names; hidden files are passed over, and
/// so is what has none of the known extensions. A file that is named itself is taken as it is. A file
/// reached twice (named twice, or through a link) is read once.
///
/// # Errors
/// If an input does not exist or cannot be opened, or a folder has nothing to read.
pub fn discover(inputs: &[PathBuf]) -> Result<Vec<InputFile>, IngestError> {
    let mut files = Vec::new();
    let mut names = HashSet::new();
    let mut met = HashSet::new();
    for input in inputs {
        let meta = std::fs::metadata(input).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => IngestError::Missing { path: input.clone() },
            _ => IngestError::Unreadable { path: input.clone(), error: error.to_string() },
        })?;
        let found = if meta.is_dir() { search(input)? } else { vec![single(input)] };
        for mut file in found {
            let real = std::fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone());
            if !met.insert(real) {
                continue;
            }
            if names.contains(&file.name) {
                file.name = slashed(&file.path);
            }
            let mut copy = 2;
            let name = file.name.clone();
            while !names.insert(file.name.clone()) {
                file.name = format!("{name}#{copy}");
                copy += 1;
            }
            files.push(file);
        }
    }
    Ok(files)
}

fn single(path: &Path) -> InputFile {
    let name =
        path.file_name().map_or_else(|| slashed(path), |name| name.to_string_lossy().into_owned());
    InputFile { path: path.to_owned(), name, folder: None, problem: None }
}

fn search(root: &Path) -> Result<Vec<InputFile>, IngestError> {
    let hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.')
    };
    let walk = walkdir::WalkDir::new(root)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !hidden(entry));
    let mut found = Vec::new();
    for entry in walk {
        match entry {
            Ok(entry) => {
                let path = entry.path();
                if !entry.file_type().is_file() || !has_known_extension(path) {
                    continue;
                }
                let folder = path
                    .parent()
                    .filter(|_| entry.depth() > 1)
                    .and_then(Path::file_name)
                    .map(|name| name.to_string_lossy().into_owned());
                let name = slashed(path.strip_prefix(root).unwrap_or(path));
                found.push(InputFile { path: path.to_owned(), name, folder, problem: None });
            }
            // A link back to a folder above it: what is there is read anyway.
            Err(error) if error.loop_ancestor().is_some() => {}
            Err(error) => {
                let why = error.io_error().map_or_else(|| error.to_string(), io::Error::to_string);
                if error.depth() == 0 {
                    return Err(IngestError::Unreadable { path: root.to_owned(), error: why });
                }
                let path = error.path().unwrap_or(root).to_owned();
                let dangling = std::fs::metadata(&path).is_err() && !has_known_extension(&path);
                if dangling && path.is_symlink() {
                    continue;
                }
                let name = slashed(path.strip_prefix(root).unwrap_or(&path));
                found.push(InputFile { path, name, folder: None, problem: Some(why) });
            }
        }
    }
    if found.is_empty() {
        return Err(IngestError::Nothing { path: root.to_owned() });
    }
    Ok(found)
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// What a file holds, as its name or its first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text,
    Markdown,
    Page,
    Records,
}

/// The extension that says the format, past a packer's.
fn extension(path: &Path) -> (Option<String>, bool) {
    let lower = |path: &Path| path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    match lower(path).as_deref() {
        Some("gz" | "zst") => (lower(Path::new(path.file_stem().unwrap_or_default())), true),
        _ => (lower(path), false),
    }
}

fn format_of_name(path: &Path) -> Option<(Format, bool)> {
    let (extension, packed) = extension(path);
    let format = match extension.as_deref()? {
        "txt" | "text" => Format::Text,
        "md" | "markdown" => Format::Markdown,
        "html" | "htm" | "xhtml" => Format::Page,
        "jsonl" | "ndjson" => Format::Records,
        _ => return None,
    };
    Some((format, packed))
}

fn has_known_extension(path: &Path) -> bool {
    // A folder's own description is no article.
    let readme = path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("readme"));
    !readme
        && format_of_name(path).is_some_and(|(format, packed)| !packed || format == Format::Records)
}

fn format_of_content(head: &[u8]) -> Format {
    let head = String::from_utf8_lossy(&head[..head.len().min(4096)]).replace('\0', "");
    let head =
        head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{fffd}');
    if page::looks_like_html(head) {
        Format::Page
    } else if head.starts_with('{') && !head.starts_with("{\\rtf") || head.starts_with("[{") {
        Format::Records
    } else {
        Format::Text
    }
}

/// What a document itself says; the file's place fills in the rest.
#[derive(Clone, Debug, Default, PartialEq)]
struct Draft {
    id: Option<String>,
    outlet: Option<String>,
    title: Option<String>,
    date: Option<String>,
    author: Option<String>,
    url: Option<String>,
    text: String,
}

/// Streams the articles of files, in their order; for a document that cannot be used, why.
pub fn read(files: Vec<InputFile>, options: &Options) -> Reader {
    Reader {
        files: files.into_iter(),
        open: None,
        records: None,
        options: options.clone(),
        met: HashMap::new(),
    }
}

/// Streams the articles of a source that is open, standard input or a text in memory, as [`read`] does
/// those of a file. What they are, text, a page or records, their first bytes say; `name` stands for the
/// path, in ids and messages.
pub fn read_from(source: impl Read + Send + 'static, name: &str, options: &Options) -> Reader {
    let mut file = single(Path::new(name));
    let open = match open::unpacked(source) {
        Ok(stream) => Some(stream),
        Err(error) => {
            file.problem = Some(error.to_string());
            None
        }
    };
    Reader { open, ..read(vec![file], options) }
}

/// The iterator that [`read`] returns.
pub struct Reader {
    files: std::vec::IntoIter<InputFile>,
    /// The first file, where it is open already.
    open: Option<open::Stream>,
    records: Option<Records>,
    options: Options,
    /// Where each id was met first.
    met: HashMap<String, Source>,
}

/// A file of records that is being read.
struct Records {
    file: InputFile,
    stream: open::Stream,
    line: u64,
    buffer: Vec<u8>,
}

impl Iterator for Reader {
    type Item = Result<Article, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(mut records) = self.records.take() {
                match self.next_record(&mut records) {
                    Step::Item(item) => {
                        self.records = Some(records);
                        return Some(item);
                    }
                    Step::Last(item) => return Some(item),
                    Step::End if records.line == 0 => {
                        let source = Source { path: records.file.path, line: None };
                        return Some(Err(empty(source)));
                    }
                    Step::End => {}
                }
                continue;
            }
            let file = self.files.next()?;
            match self.start(file) {
                Start::Records(records) => self.records = Some(records),
                Start::Document(item) => return Some(item),
            }
        }
    }
}

enum Step {
    Item(Result<Article, Reject>),
    /// The rest of the file cannot be read.
    Last(Result<Article, Reject>),
    End,
}

enum Start {
    Records(Records),
    Document(Result<Article, Reject>),
}

impl Reader {
    fn start(&mut self, file: InputFile) -> Start {
        let source = Source { path: file.path.clone(), line: None };
        let unreadable = |why: &str| {
            let what = format!("cannot be read ({why}); check the file and its permissions");
            Start::Document(Err(reject(source.clone(), None, RejectReason::Unreadable, &what)))
        };
        if let Some(problem) = &file.problem {
            return unreadable(problem);
        }
        let opened = self.open.take().map_or_else(|| open::open(&file.path), Ok);
        let mut stream = match opened {
            Ok(stream) => stream,
            Err(error) => return unreadable(&error.to_string()),
        };
        let head = match stream.fill_buf() {
            Ok(head) => head,
            Err(error) => return unreadable(&error.to_string()),
        };
        let format = format_of_name(&file.path)
            .map_or_else(|| format_of_content(head), |(format, _)| format);
        if format == Format::Records {
            let marked = encoding_rs::Encoding::for_bom(head).map(|(encoding, _)| encoding);
            let utf16 = marked.or_else(|| decode::utf16_without_mark(head));
            if let Some(encoding) = utf16.filter(|&encoding| encoding != encoding_rs::UTF_8) {
                let decoder = DecodeReaderBytesBuilder::new()
                    .encoding(Some(encoding))
                    .strip_bom(true)
                    .build(stream);
                stream = Box::new(BufReader::new(decoder));
            }
            return Start::Records(Records { file, stream, line: 0, buffer: Vec::new() });
        }
        let limit = self.options.max_bytes;
        let mut bytes = Vec::new();
        if let Err(error) = stream.take(limit.saturating_add(1)).read_to_end(&mut bytes) {
            return unreadable(&error.to_string());
        }
        if bytes.len() as u64 > limit {
            let what =
                format!("has more than {limit} bytes; split it into articles or raise the limit");
            return Start::Document(Err(reject(source, None, RejectReason::TooLong, &what)));
        }
        let text = match decode::decode(&bytes) {
            Ok(text) => text,
            Err((reason, what)) => {
                return Start::Document(Err(reject(source, None, reason, &what)));
            }
        };
        drop(bytes);
        if decode::clean(&text).trim().is_empty() {
            return Start::Document(Err(empty(source)));
        }
        let draft = match format {
            Format::Page => page::read(&text),
            Format::Markdown => Ok(plain::markdown(&text)),
            _ => Ok(plain::text(&text)),
        };
        let item = match draft {
            Err((reason, what)) => Err(reject(source, None, reason, &what)),
            Ok(draft) if draft.text.trim().is_empty() => {
                let what = "has no article text; check that the page or file was saved whole";
                Err(reject(source, draft.id, RejectReason::NoText, what))
            }
            Ok(draft) => self.finish(draft, &file, source),
        };
        Start::Document(item)
    }

    fn next_record(&mut self, records: &mut Records) -> Step {
        loop {
            let limit = self.options.max_bytes;
            let outcome = records::read_line(&mut *records.stream, &mut records.buffer, limit);
            let line = Some(records.line + 1);
            let source = Source { path: records.file.path.clone(), line };
            let fail = |reason, what: &str| Err(reject(source.clone(), None, reason, what));
            match outcome {
                Err(error) => {
                    let what = format!(
                        "cannot be read on from here ({error}); the file may be cut or damaged"
                    );
                    return Step::Last(fail(RejectReason::Unreadable, &what));
                }
                Ok(records::Line::End) => return Step::End,
                Ok(records::Line::TooLong) => {
                    records.line += 1;
                    let what = format!(
                        "has more than {limit} bytes; shorten the record or raise the limit"
                    );
                    return Step::Item(fail(RejectReason::TooLong, &what));
                }
                Ok(records::Line::Whole) => records.line += 1,
            }
            let text = match decode::decode(&records.buffer) {
                Ok(text) => text,
                // What begins as a picture or an archive has no lines to go on with.
                Err((RejectReason::Binary, what)) if records.line == 1 => {
                    return Step::Last(fail(RejectReason::Binary, &what));
                }
                Err((reason, what)) => return Step::Item(fail(reason, &what)),
            };
            let line = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            if line.is_empty() {
                continue;
            }
            if records.line == 1 && (line.starts_with('[') || line == "{") {
                let what = "begins JSON that runs over many lines; write one object a line \
                            (`jq -c '.[]?' FILE` does that for a list)";
                return Step::Last(fail(RejectReason::BadRecord, what));
            }
            let item = match records::read(line, &self.options.fields) {
                Ok(draft) => self.finish(draft, &records.file, source),
                Err((id, (reason, what))) => Err(reject(source, id, reason, &what)),
            };
            return Step::Item(item);
        }
    }

    /// Fills in what the place of a document says about it, and holds its id against earlier ones.
    fn finish(
        &mut self,
        draft: Draft,
        file: &InputFile,
        source: Source,
    ) -> Result<Article, Reject> {
        let id = draft.id.unwrap_or_else(|| match source.line {
            Some(line) => format!("{}:{line}", file.name),
            None => file.name.clone(),
        });
        if let Some(first) = self.met.get(&id) {
            let what = format!(
                "has the id {id:?} that {} has already; give every article its own id",
                place(first)
            );
            return Err(reject(source, Some(id), RejectReason::DuplicateId, &what));
        }
        self.met.insert(id.clone(), source.clone());
        let outlet =
            draft.outlet.or_else(|| file.folder.clone()).or_else(|| self.options.outlet.clone());
        Ok(Article {
            id,
            outlet,
            title: draft.title,
            date: draft.date,
            author: draft.author,
            url: draft.url,
            text: draft.text,
            source,
        })
    }
}

fn place(source: &Source) -> String {
    match source.line {
        Some(line) => format!("line {line} of {}", source.path.display()),
        None => source.path.display().to_string(),
    }
}

fn reject(source: Source, id: Option<String>, reason: RejectReason, what: &str) -> Reject {
    let detail = format!("{} {what}.", place(&source));
    Reject { source, id, reason, detail }
}

fn empty(source: Source) -> Reject {
    let what = "is empty; check that it was saved whole";
    reject(source, None, RejectReason::Empty, what)
}

#[cfg(test)]
mod tests;
