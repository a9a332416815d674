//! The user's file of events in, who is in which event out.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use csv::{ReaderBuilder, StringRecord};

/// Problems that an error tells; whoever has more has the same one many times.
const TOLD: usize = 10;

const ARTICLE: &str = "article_id";
/// `event_id` too, so that the table `events` can be edited and given back.
const EVENT: [&str; 2] = ["event", "event_id"];

/// Which article belongs to which event, as the user's file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The file's name, for the reasons in the table.
    pub file: String,
    rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    article_id: String,
    event: String,
    line: u64,
}

/// Something wrong with a file of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// From 1, the line of the columns' names.
    pub row: u64,
    /// Its name; `None` where it is about the row.
    pub column: Option<String>,
    /// What is wrong and what to do.
    pub what: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.column {
            Some(column) => write!(f, "row {}, column {column}: {}", self.row, self.what),
            None => write!(f, "row {}: {}", self.row, self.what),
        }
    }
}

/// Why a file of events cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GivenError {
    #[error("cannot read the events {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// Problems in the order of their rows, at least one.
    #[error("{}", told(path, problems))]
    Faulty { path: PathBuf, problems: Vec<Problem> },
}

fn told(path: &Path, problems: &[Problem]) -> String {
    let place = path.display();
    let mut lines: Vec<String> =
        problems.iter().take(TOLD).map(|p| format!("{place}: {p}")).collect();
    if problems.len() > TOLD {
        lines.push(format!("and {} more", problems.len() - TOLD));
    }
    lines.join("\n")
}

/// Reads a CSV file with the columns `article_id` and `event`; other columns are left alone.
///
/// # Errors
/// [`GivenError::Faulty`] tells every row that is wrong; [`GivenError::Read`] that there is no such file.
pub fn read(path: &Path) -> Result<Given, GivenError> {
    let bytes =
        fs::read(path).map_err(|source| GivenError::Read { path: path.to_path_buf(), source })?;
    let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    parse(&bytes, &file)
        .map_err(|problems| GivenError::Faulty { path: path.to_path_buf(), problems })
}

/// The same from memory.
///
/// # Errors
/// Everything that is wrong with it, in the order of the rows.
pub fn parse(bytes: &[u8], file: &str) -> Result<Given, Vec<Problem>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut records = reader.records();
    let Some(header) = records.next() else {
        return Err(vec![problem(
            1,
            None,
            "the file is empty; it needs the columns article_id and event",
        )]);
    };
    let columns = columns(&header.map_err(|e| vec![unreadable(&e)])?)?;

    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let mut first: HashMap<String, u64> = HashMap::new();
    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                problems.push(unreadable(&e));
                continue;
            }
        };
        match row(&record, &columns) {
            Ok(row) => match first.get(&row.article_id) {
                Some(line) => problems.push(problem(
                    row.line,
                    Some(ARTICLE),
                    format!(
                        "{} stands in row {line} already; an article is in one event only",
                        row.article_id
                    ),
                )),
                None => {
                    first.insert(row.article_id.clone(), row.line);
                    rows.push(row);
                }
            },
            Err(problem) => problems.push(problem),
        }
    }
    if rows.is_empty() && problems.is_empty() {
        problems.push(problem(
            2,
            None,
            "no article is named; leave --events out to have articles grouped by their likeness",
        ));
    }
    if problems.is_empty() { Ok(Given { file: file.to_owned(), rows }) } else { Err(problems) }
}

impl Given {
    /// The event of every article that the file names.
    pub(super) fn by_article(&self) -> HashMap<&str, &str> {
        self.rows.iter().map(|row| (row.article_id.as_str(), row.event.as_str())).collect()
    }

    /// A problem for every row whose article is not among those that were scored.
    pub(super) fn unknown(&self, is_known: impl Fn(&str) -> bool) -> Vec<Problem> {
        let unknown = self.rows.iter().filter(|row| !is_known(&row.article_id));
        unknown
            .map(|row| {
                let what = format!("no article {} was scored; the row is left out", row.article_id);
                problem(row.line, Some(ARTICLE), what)
            })
            .collect()
    }
}

/// Where the two columns are, and what the second is called.
struct Columns {
    article: usize,
    event: usize,
    event_name: &'static str,
}

fn columns(header: &StringRecord) -> Result<Columns, Vec<Problem>> {
    let find = |name: &str| header.iter().position(|c| c.trim().eq_ignore_ascii_case(name));
    let event = EVENT.into_iter().find_map(|name| Some((find(name)?, name)));
    match (find(ARTICLE), event) {
        (Some(article), Some((event, event_name))) => Ok(Columns { article, event, event_name }),
        (article, event) => {
            let there = header.iter().collect::<Vec<_>>().join(", ");
            let missing = |name: &str| {
                problem(
                    1,
                    Some(name),
                    format!("there is no such column; the first row has: {there}"),
                )
            };
            let article = article.is_none().then(|| missing(ARTICLE));
            let event = event.is_none().then(|| missing(EVENT[0]));
            Err(article.into_iter().chain(event).collect())
        }
    }
}

fn row(record: &StringRecord, columns: &Columns) -> Result<Row, Problem> {
    let line = record.position().map_or(0, csv::Position::line);
    let cell = |at: usize, name: &str| {
        let cell = record.get(at).map(str::trim).filter(|cell| !cell.is_empty());
        cell.map(str::to_owned)
            .ok_or_else(|| problem(line, Some(name), "it is empty; name one, or leave the row out"))
    };
    Ok(Row {
        article_id: cell(columns.article, ARTICLE)?,
        event: cell(columns.event, columns.event_name)?,
        line,
    })
}

fn unreadable(error: &csv::Error) -> Problem {
    let row = error.position().map_or(1, csv::Position::line);
    let what = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8; save the file as CSV UTF-8".to_owned(),
        _ => error.to_string(),
    };
    problem(row, None, what)
}

fn problem(row: u64, column: Option<&str>, what: impl Into<String>) -> Problem {
    Problem { row, column: column.map(str::to_owned), what: what.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(csv: &str) -> Vec<String> {
        parse(csv.as_bytes(), "events.csv").unwrap_err().iter().map(Problem::to_string).collect()
    }

    #[test]
    fn a_table_of_events_is_read_whatever_else_is_in_it() {
        let given = parse(
            "\u{feff}note,Article_ID , event\n,a1, Strike \n\n,\"b,2\",Spill\n".as_bytes(),
            "e.csv",
        )
        .unwrap();
        assert_eq!(given.by_article(), HashMap::from([("a1", "Strike"), ("b,2", "Spill")]));
        let edited = parse(b"event_id,article_id\ne1,a1\n", "e.csv").unwrap();
        assert_eq!(edited.by_article(), HashMap::from([("a1", "e1")]));
    }

    #[test]
    fn what_is_wrong_is_told_with_row_and_column_all_at_once() {
        let told = problems("article_id,event\na1,Strike\na2,\n,Spill\na1,Spill\n");
        assert_eq!(
            told,
            [
                "row 3, column event: it is empty; name one, or leave the row out",
                "row 4, column article_id: it is empty; name one, or leave the row out",
                "row 5, column article_id: a1 stands in row 2 already; an article is in one event only",
            ]
        );
        assert_eq!(
            problems("id,when\na1,Strike\n"),
            [
                "row 1, column article_id: there is no such column; the first row has: id, when",
                "row 1, column event: there is no such column; the first row has: id, when",
            ]
        );
        assert!(problems("")[0].starts_with("row 1: the file is empty"));
        assert!(problems("article_id,event\n")[0].starts_with("row 2: no article is named"));
        let latin = parse(b"article_id,event\na1,Stra\xdfe\n", "e.csv").unwrap_err();
        assert_eq!(latin[0].to_string(), "row 2: it is not UTF-8; save the file as CSV UTF-8");
    }

    #[test]
    fn an_article_that_was_not_scored_is_told() {
        let given = parse(b"article_id,event\na1,Strike\nx9,Strike\n", "e.csv").unwrap();
        let told: Vec<String> =
            given.unknown(|id| id == "a1").iter().map(Problem::to_string).collect();
        assert_eq!(
            told,
            ["row 3, column article_id: no article x9 was scored; the row is left out"]
        );
    }
}
