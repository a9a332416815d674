//! A codebook's bytes in, its cells out, each with the line it stands on.
//!
//! Knows TOML and CSV and which keys there are; what a cell says is not looked at here.

use csv::{ReaderBuilder, StringRecord};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Format, Problem};

/// What stands in one place of the file, without white space around it.
#[derive(Clone, Debug)]
pub struct Cell {
    pub text: String,
    pub line: usize,
}

/// An actor as the file has it.
#[derive(Clone, Debug, Default)]
pub struct Raw {
    pub line: usize,
    pub name: Option<Cell>,
    pub kind: Option<Cell>,
    pub aliases: Vec<Cell>,
    pub not: Vec<Cell>,
    pub groups: Vec<Cell>,
    pub wikidata: Option<Cell>,
}

#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Without those that have a problem already.
    pub actors: Vec<Raw>,
    pub only: bool,
}

const KEYS: &str = "name, type, aliases, not, group, groups, wikidata";

/// Reads what can be read; what cannot is a problem.
pub fn read(bytes: &[u8], format: Format, problems: &mut Vec<Problem>) -> Source {
    let text = match utf8(bytes) {
        Ok(text) => text,
        Err(problem) => {
            problems.push(problem);
            return Source::default();
        }
    };
    let mut reader = Reader { lines: Lines::of(text), source: Source::default(), problems };
    match format {
        Format::Toml => reader.toml(text),
        Format::Csv => reader.csv(text),
    }
    reader.source
}

fn utf8(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Problem::new(1, "the file is in UTF-16; save it as UTF-8"));
    }
    // Spreadsheets put a byte order mark in front.
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|&&b| b == b'\n').count();
        Problem::new(line, "there is a character that is not UTF-8; save the file as UTF-8")
    })
}

/// Line numbers of bytes, from 1.
struct Lines {
    /// The byte that each line begins at.
    starts: Vec<usize>,
}

impl Lines {
    fn of(text: &str) -> Lines {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        Lines { starts: std::iter::once(0).chain(breaks.map(|(i, _)| i + 1)).collect() }
    }

    fn at(&self, byte: usize) -> usize {
        self.starts.partition_point(|&start| start <= byte)
    }
}

struct Reader<'p> {
    lines: Lines,
    source: Source,
    problems: &'p mut Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, line: usize, what: impl Into<String>) {
        self.problems.push(Problem::new(line, what));
    }

    fn toml(&mut self, text: &str) {
        let document = match DeTable::parse(text) {
            Ok(document) => document,
            Err(error) => {
                let line = self.lines.at(error.span().map_or(0, |span| span.start));
                let hint = if error.message().contains("escape") {
                    "; write a regular expression between single quotation marks: '/.../'"
                } else {
                    ""
                };
                self.problem(line, format!("this is not TOML: {}{hint}", error.message()));
                return;
            }
        };
        for (key, value) in document.get_ref().iter() {
            let line = self.lines.at(key.span().start);
            match (&**key.get_ref(), value.get_ref()) {
                ("only", DeValue::Boolean(only)) => self.source.only = *only,
                ("only", _) => self.problem(line, "`only` is either true or false"),
                ("actor", DeValue::Array(actors)) => {
                    for actor in actors.iter() {
                        self.toml_actor(actor);
                    }
                }
                ("actor", _) => {
                    self.problem(line, "an actor begins with [[actor]], two brackets on each side");
                }
                (other, _) => {
                    let what = format!(
                        "unknown key `{other}`; at the top there are `only` and the actors, each of which begins with [[actor]]"
                    );
                    self.problem(line, what);
                }
            }
        }
    }

    fn toml_actor(&mut self, value: &Spanned<DeValue<'_>>) {
        let line = self.lines.at(value.span().start);
        let DeValue::Table(table) = value.get_ref() else {
            return self.problem(line, "an actor is a table; begin it with [[actor]]");
        };
        let before = self.problems.len();
        let mut raw = Raw { line, ..Raw::default() };
        for (key, value) in table.iter() {
            let name: &str = key.get_ref();
            match name {
                "name" => raw.name = self.toml_text(name, value),
                "type" => raw.kind = self.toml_text(name, value),
                "wikidata" => raw.wikidata = self.toml_text(name, value),
                "aliases" => raw.aliases = self.toml_list(name, value),
                "not" => raw.not = self.toml_list(name, value),
                "group" | "groups" => raw.groups.extend(self.toml_list(name, value)),
                other => {
                    let what = if other == "only" {
                        "`only` is of the whole file; write it above the first [[actor]]".to_owned()
                    } else {
                        format!("unknown key `{other}`; an actor has {KEYS}")
                    };
                    let line = self.lines.at(key.span().start);
                    self.problem(line, what);
                }
            }
        }
        if self.problems.len() == before {
            self.source.actors.push(raw);
        }
    }

    fn toml_text(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Cell> {
        let line = self.lines.at(value.span().start);
        match value.get_ref() {
            DeValue::String(text) => Some(Cell { text: text.trim().to_owned(), line }),
            _ => {
                self.problem(line, format!("`{key}` is a text; write it in quotation marks"));
                None
            }
        }
    }

    /// A list of texts, or one text.
    fn toml_list(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Vec<Cell> {
        match value.get_ref() {
            DeValue::Array(items) => {
                items.iter().filter_map(|item| self.toml_text(key, item)).collect()
            }
            DeValue::String(_) => self.toml_text(key, value).into_iter().collect(),
            _ => {
                let line = self.lines.at(value.span().start);
                self.problem(line, format!("`{key}` is a list of texts: [\"...\", \"...\"]"));
                Vec::new()
            }
        }
    }

    fn csv(&mut self, text: &str) {
        let begin = self.csv_comments(text);
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(&text.as_bytes()[begin..]);
        let mut columns: Option<Vec<Column>> = None;
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => return self.problem(1, format!("this is not CSV: {error}")),
            };
            // The reader counts from where it stopped before, which may be some empty lines above.
            let stopped = begin + record.position().map_or(0, |p| p.byte() as usize);
            let rest = text.get(stopped..).unwrap_or_default();
            let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
            let line = self.lines.at(stopped + blank);
            match &columns {
                _ if record.iter().all(|cell| cell.trim().is_empty()) => {}
                Some(columns) => self.csv_actor(columns, &record, line),
                None => match header(&record) {
                    Ok(header) => columns = Some(header),
                    Err(what) => return self.problem(line, what),
                },
            }
        }
    }

    /// Lines that begin with `#`, before the header; gives the byte after them.
    fn csv_comments(&mut self, text: &str) -> usize {
        let mut begin = 0;
        for line in text.split_inclusive('\n') {
            // A spreadsheet may have added quotation marks and commas.
            let shown = line.trim().trim_matches(['"', ',']).trim();
            let Some(comment) = shown.strip_prefix('#') else {
                if shown.is_empty() {
                    begin += line.len();
                    continue;
                }
                break;
            };
            let value = comment.trim().strip_prefix("only").map(str::trim_start);
            if let Some(value) = value.and_then(|v| v.strip_prefix(['=', ':'])) {
                match value.trim() {
                    "true" => self.source.only = true,
                    "false" => self.source.only = false,
                    _ => {
                        let line = self.lines.at(begin);
                        self.problem(line, "`only` is either true or false: # only = true");
                    }
                }
            }
            begin += line.len();
        }
        begin
    }

    fn csv_actor(&mut self, columns: &[Column], record: &StringRecord, line: usize) {
        if record.len() != columns.len() {
            let what = format!(
                "this row has {} cells, but the header has {}; look for a comma too many or too few, or a quotation mark that is not closed",
                record.len(),
                columns.len()
            );
            return self.problem(line, what);
        }
        let mut raw = Raw { line, ..Raw::default() };
        for (column, text) in columns.iter().zip(record.iter()) {
            let cell = |text: &str| Cell { text: text.trim().to_owned(), line };
            let several = || text.split(';').map(cell).filter(|c| !c.text.is_empty());
            let filled = Some(cell(text)).filter(|c| !c.text.is_empty());
            match column {
                Column::Name => raw.name = filled,
                Column::Kind => raw.kind = filled,
                Column::Wikidata => raw.wikidata = filled,
                Column::Aliases => raw.aliases.extend(several()),
                Column::Not => raw.not.extend(several()),
                Column::Groups => raw.groups.extend(several()),
                Column::Unnamed if filled.is_none() => {}
                Column::Unnamed => {
                    let what = format!("“{}” stands in a column without a name", text.trim());
                    return self.problem(line, what);
                }
            }
        }
        self.source.actors.push(raw);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    Kind,
    Aliases,
    Not,
    Groups,
    Wikidata,
    /// Spreadsheets leave some behind.
    Unnamed,
}

fn header(record: &StringRecord) -> Result<Vec<Column>, String> {
    if record.len() == 1
        && let Some(separator) = [(';', "semicolons"), ('\t', "tabs")]
            .iter()
            .find_map(|(c, word)| record.iter().any(|cell| cell.contains(*c)).then_some(word))
    {
        return Err(format!(
            "the columns are separated by {separator}; separate them by commas (several aliases in one cell by semicolons)"
        ));
    }
    let mut columns = Vec::with_capacity(record.len());
    for cell in record {
        let column = match cell.trim().to_ascii_lowercase().as_str() {
            "name" => Column::Name,
            "type" => Column::Kind,
            "aliases" => Column::Aliases,
            "not" => Column::Not,
            "group" | "groups" => Column::Groups,
            "wikidata" => Column::Wikidata,
            "" => Column::Unnamed,
            other => {
                return Err(format!(
                    "unknown column `{other}`; the first row names the columns: {KEYS}"
                ));
            }
        };
        if column != Column::Unnamed && columns.contains(&column) {
            return Err(format!("two columns are called `{}`; join them", cell.trim()));
        }
        columns.push(column);
    }
    for (needed, word) in [(Column::Name, "name"), (Column::Kind, "type")] {
        if !columns.contains(&needed) {
            return Err(format!(
                "there is no column `{word}`; the first row names the columns: {KEYS}"
            ));
        }
    }
    Ok(columns)
}
