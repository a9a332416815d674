//! A sample in, a file for coders out; the filled file in, codes out.
//!
//! The file is CSV, so that any spreadsheet opens it. On top stand the guideline and how the sample was
//! drawn, as lines that begin with `#`. It says nothing of outlets, scores or probabilities: coders are
//! blind, and `validate` finds all of it again from the run by drawing the sample once more.
//!
//! Reading is generous about what spreadsheets do to a file (separators, quotes, a byte order mark,
//! columns in another order) and strict about codes: every mistake is told at once, with row and
//! column.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use csv::{ReaderBuilder, StringRecord};

use super::design::{DESIGN, Drawn, Plan};
use super::frame::{Coded, Frame, Gold, Kind};
use crate::report::safe;

const GUIDELINE: &str = include_str!("guideline.txt");

/// The marks around a mention in the text that coders read.
pub const MARKS: [char; 2] = ['⟦', '⟧'];

/// How a sample was drawn, from which run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    pub plan: Plan,
    /// Says which run it is: the start of a hash of its tables.
    pub run: String,
}

/// What coders see of a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    pub id: String,
    /// The sentences before and after, for understanding.
    pub before: String,
    /// The sentence; of a mention with [`MARKS`] around it.
    pub text: String,
    pub after: String,
    /// Name of the actor whom a mention means.
    pub actor: String,
}

const COLUMNS: [&str; 10] =
    ["id", "kind", "before", "text", "after", "actor", "coder1", "coder2", "final", "note"];

/// The file for coders.
pub fn write(sample: &Sample, rows: &[Shown]) -> String {
    let mut out = String::new();
    let comment = |line: &str| format!("{}\n", safe::csv_cell(format!("# {line}").trim_end()));
    GUIDELINE.lines().for_each(|line| out.push_str(&comment(line)));
    out.push_str(&comment(""));
    out.push_str(&comment(&format!("Do not change this line. {sample}")));
    out.push_str(&COLUMNS.join(","));
    out.push('\n');
    for row in rows {
        let kind = Kind::of_id(&row.id).map_or("", Kind::name);
        let texts = [&row.before, &row.text, &row.after, &row.actor];
        let cells = texts.map(|text| safe::csv_cell(&safe::line(text)));
        out.push_str(&format!("{},{kind},{},,,,\n", row.id, cells.join(",")));
    }
    out
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Sentence => "sentence",
            Kind::Mention => "mention",
        }
    }

    fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    fn of_id(id: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| id.starts_with(&kind.name()[..1]))
    }

    /// Index of the label that a coder wrote; the number of labels for `x`.
    fn code(self, written: &str) -> Option<usize> {
        // Tables of numbers turn 1 into 1.0, word processors - into another dash.
        let plain = written.trim().to_lowercase().replace(['−', '–'], "-");
        let plain = plain.strip_suffix(".0").unwrap_or(&plain);
        let label = match (self, plain) {
            (Kind::Sentence, "plain" | "p" | "0") => 0,
            (Kind::Sentence, "loaded" | "l" | "1") => 1,
            (Kind::Mention, "against" | "a" | "-1") => 0,
            (Kind::Mention, "neutral" | "n" | "0") => 1,
            (Kind::Mention, "favor" | "favour" | "f" | "1" | "+1") => 2,
            (_, "x") => self.labels().len(),
            _ => return None,
        };
        Some(label)
    }

    fn expected(self) -> String {
        format!("{} or x", self.labels().join(", "))
    }
}

impl fmt::Display for Sample {
    /// `sample: design=1 run=4f1b90c27a run n=400 kinds=sentence,mention seed=0`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Plan { n, kinds, actors, seed } = &self.plan;
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        write!(
            f,
            "sample: design={DESIGN} run={} n={n} kinds={} seed={seed}",
            self.run,
            kinds.join("+")
        )?;
        actors.iter().try_for_each(|actor| write!(f, " actor={actor}"))
    }
}

impl Sample {
    /// Reads the line back; `None` for any other line.
    fn parse(line: &str) -> Option<Result<Sample, String>> {
        let (_, words) = line.split_once("sample: ")?;
        let mut sample = Sample {
            plan: Plan { n: 0, kinds: Vec::new(), actors: Vec::new(), seed: 0 },
            run: String::new(),
        };
        for word in words.split_whitespace() {
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            if let Err(()) = sample.set(key, value) {
                return Some(Err(format!(
                    "`{word}` says nothing about a sample that this version draws; put the line back as \
                     `undertone sample` wrote it, or draw the sample with this version"
                )));
            }
        }
        Some(Ok(sample))
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), ()> {
        match key {
            "design" if value == DESIGN.to_string() => {}
            "run" => self.run = value.to_owned(),
            "n" => self.plan.n = value.parse().map_err(|_| ())?,
            "seed" => self.plan.seed = value.parse().map_err(|_| ())?,
            "actor" => self.plan.actors.push(value.to_owned()),
            "kinds" => {
                self.plan.kinds =
                    value.split('+').map(|k| Kind::named(k).ok_or(())).collect::<Result<_, _>>()?;
            }
            _ => return Err(()),
        }
        Ok(())
    }
}

/// A mistake in a filled file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    /// As a spreadsheet counts them, from 1.
    pub row: Option<usize>,
    pub column: Option<String>,
    /// What is wrong and what to do.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        if let Some(row) = self.row {
            write!(f, "row {row}")?;
            let column = self.column.as_ref();
            column.map_or(Ok(()), |column| write!(f, ", column {column}"))?;
            write!(f, ": ")?;
        }
        f.write_str(&self.what)
    }
}

/// Files of one sample, filled in.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    /// Names of the files.
    pub files: Vec<String>,
    /// How the sample was drawn, if a file still says so.
    pub sample: Option<Sample>,
    /// Names of the coders' columns.
    pub coders: Vec<String>,
    /// By id.
    pub rows: BTreeMap<String, FilledRow>,
    pub problems: Vec<Problem>,
}

#[derive(Clone, Debug)]
pub struct FilledRow {
    /// Where it stands first.
    file: String,
    row: usize,
    kind: Kind,
    /// In the order of [`Filled::coders`]; shorter where the last ones left it out.
    codes: Vec<Option<usize>>,
    agreed: Option<usize>,
    /// A cell that cannot be read was told already.
    faulty: bool,
}

/// Reads the files that the coders filled in, each a name and its bytes: one file for all coders, or a
/// copy for each.
pub fn read(files: &[(String, Vec<u8>)]) -> Filled {
    let mut filled = Filled::default();
    for (name, bytes) in files {
        filled.files.push(name.clone());
        FileReader { filled: &mut filled, file: name, seen: HashMap::new() }.read(&decoded(bytes));
    }
    filled
}

/// Codes and ids are ASCII: whatever encoding a spreadsheet chose for the texts does no harm.
fn decoded(bytes: &[u8]) -> String {
    let encoding = encoding_rs::Encoding::for_bom(bytes).map_or(encoding_rs::UTF_8, |(e, _)| e);
    encoding.decode(bytes).0.into_owned()
}

struct FileReader<'f> {
    filled: &'f mut Filled,
    file: &'f str,
    /// Rows of this file by id.
    seen: HashMap<String, usize>,
}

/// Where the columns of a file stand.
struct Columns {
    id: usize,
    /// Column, and index into [`Filled::coders`].
    coders: Vec<(usize, usize)>,
    agreed: Option<usize>,
}

impl FileReader<'_> {
    fn problem(&mut self, row: Option<usize>, column: Option<&str>, what: impl Into<String>) {
        self.filled.problems.push(Problem {
            file: self.file.to_owned(),
            row,
            column: column.map(str::to_owned),
            what: what.into(),
        });
    }

    fn read(&mut self, text: &str) {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter(text))
            .from_reader(text.as_bytes());
        let mut columns = None;
        for (row, record) in (1..).zip(reader.records()) {
            let record = match record {
                Ok(record) => record,
                Err(error) => return self.problem(Some(row), None, error.to_string()),
            };
            let first = record.get(0).unwrap_or_default();
            if first.trim_start().starts_with('#') {
                self.comment(row, first);
            } else if let Some(columns) = &columns {
                self.row(row, &record, columns);
            } else {
                columns = self.header(row, &record);
                if columns.is_none() {
                    return;
                }
            }
        }
        if columns.is_none() {
            self.problem(None, None, "it has no row of column names");
        }
    }

    fn comment(&mut self, row: usize, line: &str) {
        match Sample::parse(line) {
            None => {}
            Some(Err(what)) => self.problem(Some(row), None, what),
            Some(Ok(sample)) => match &self.filled.sample {
                Some(other) if *other != sample => {
                    self.problem(Some(row), None, "it is of another sample than the files before");
                }
                _ => self.filled.sample = Some(sample),
            },
        }
    }

    fn header(&mut self, row: usize, names: &StringRecord) -> Option<Columns> {
        let names: Vec<String> = names.iter().map(|n| n.trim().to_lowercase()).collect();
        let find = |name: &str| names.iter().position(|n| n == name);
        let mut coders = Vec::new();
        for (column, name) in names.iter().enumerate().filter(|(_, n)| n.starts_with("coder")) {
            let known = self.filled.coders.iter().position(|n| n == name);
            let number = known.unwrap_or_else(|| {
                self.filled.coders.push(name.clone());
                self.filled.coders.len() - 1
            });
            coders.push((column, number));
        }
        let agreed = find("final");
        let Some(id) = find("id") else {
            self.problem(
                Some(row),
                None,
                format!(
                    "there is no column `id`; the first row below the lines with # has to be {}",
                    COLUMNS.join(",")
                ),
            );
            return None;
        };
        if coders.is_empty() && agreed.is_none() {
            self.problem(
                Some(row),
                None,
                "there is no column for codes; call the coders' columns coder1, coder2, and so on",
            );
            return None;
        }
        Some(Columns { id, coders, agreed })
    }

    fn row(&mut self, row: usize, record: &StringRecord, columns: &Columns) {
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let id = cell(columns.id);
        let Some(kind) = Kind::of_id(id) else {
            let what = format!("`{id}` is no id of a sample; put the id back as it was");
            return self.problem(Some(row), Some("id"), what);
        };
        if let Some(first) = self.seen.insert(id.to_owned(), row) {
            let what = format!("{id} stands in row {first} already; keep one of the two");
            return self.problem(Some(row), Some("id"), what);
        }
        let file = self.file.to_owned();
        let new = FilledRow { file, row, kind, codes: Vec::new(), agreed: None, faulty: false };
        self.filled.rows.entry(id.to_owned()).or_insert(new);
        for &(column, coder) in &columns.coders {
            self.code(row, id, Some(coder), cell(column));
        }
        if let Some(column) = columns.agreed {
            self.code(row, id, None, cell(column));
        }
    }

    /// Takes down a code: of a coder, or else the final one.
    fn code(&mut self, row: usize, id: &str, coder: Option<usize>, written: &str) {
        let Some(of) = self.filled.rows.get_mut(id).filter(|_| !written.is_empty()) else { return };
        let column = coder.map_or("final", |coder| &self.filled.coders[coder]).to_owned();
        let Some(code) = of.kind.code(written) else {
            of.faulty = true;
            let what = format!(
                "`{written}` is no code of a {}; write {} ({id})",
                of.kind.name(),
                of.kind.expected()
            );
            return self.problem(Some(row), Some(&column), what);
        };
        let place = match coder {
            Some(coder) => {
                of.codes.resize(of.codes.len().max(coder + 1), None);
                &mut of.codes[coder]
            }
            None => &mut of.agreed,
        };
        if place.is_some_and(|other| other != code) {
            let (file, first) = (of.file.clone(), of.row);
            let what =
                format!("{id} has another code in row {first} of {file}; make them the same");
            return self.problem(Some(row), Some(&column), what);
        }
        *place = Some(code);
    }
}

/// What separates cells: whatever is most frequent in the row of names.
fn delimiter(text: &str) -> u8 {
    let is_header = |line: &&str| !line.trim_start_matches(['"', ' ']).starts_with('#');
    let header = text.lines().find(is_header).unwrap_or_default();
    let count = |d: &u8| header.bytes().filter(|b| b == d).count();
    // The last of equals wins.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

impl Filled {
    /// Joins the codes with the sample that they are of. `ids` are those of `drawn`, in its order.
    ///
    /// Where a row has a final code, that is taken; else the coders' codes count equal parts. With
    /// `partial`, rows without a code count as not drawn, as if lot had left them out; the others' weights
    /// grow by as much, kind by kind.
    ///
    /// # Errors
    /// All mistakes, those of reading first.
    pub fn coded(
        mut self,
        frame: &Frame,
        drawn: &[Drawn],
        partial: bool,
    ) -> Result<Vec<Coded>, Vec<Problem>> {
        // Where nothing could be read, there is no use in telling what is missing.
        if self.rows.is_empty() && !self.problems.is_empty() {
            return Err(self.problems);
        }
        let mut coded = Vec::new();
        let mut absent = Vec::new();
        for drawn in drawn {
            let id = frame.id(&frame.units[drawn.unit]);
            let Some(row) = self.rows.remove(&id) else {
                absent.push(id);
                continue;
            };
            if let Some(gold) = row.gold() {
                let weight = 1.0 / drawn.probability;
                coded.push(Coded { unit: drawn.unit, weight, gold, codes: row.codes });
            } else if !partial && !row.faulty {
                self.problems.push(row.without_code(&id, &self.coders));
            }
        }
        for (id, row) in std::mem::take(&mut self.rows) {
            self.problems.push(Problem {
                file: row.file,
                row: Some(row.row),
                column: Some("id".to_owned()),
                what: format!("{id} is not in the sample; take the row out, or put its id back"),
            });
        }
        if !absent.is_empty() && !partial {
            self.problems.push(self.without_rows(&absent));
        }
        if coded.is_empty() && self.problems.is_empty() {
            self.problems.push(self.of_file("there is no code in it"));
        }
        if !self.problems.is_empty() {
            self.problems.sort_by(|a, b| (&a.file, a.row).cmp(&(&b.file, b.row)));
            return Err(self.problems);
        }
        reweigh(frame, drawn, &mut coded);
        Ok(coded)
    }

    fn of_file(&self, what: impl Into<String>) -> Problem {
        let file = self.files.join(" and ");
        Problem { file, row: None, column: None, what: what.into() }
    }

    fn without_rows(&self, ids: &[String]) -> Problem {
        const MOST: usize = 10;
        let mut names = ids.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
        if ids.len() > MOST {
            names.push_str(&format!(" and {} more", ids.len() - MOST));
        }
        self.of_file(format!(
            "{} of the sample {} missing: {names}; put them back, or leave out with --partial what lot \
             might as well have left out",
            if ids.len() == 1 { "a row".to_owned() } else { format!("{} rows", ids.len()) },
            if ids.len() == 1 { "is" } else { "are" },
        ))
    }
}

impl FilledRow {
    /// What is taken of the codes: the final one, else every coder's in equal parts.
    fn gold(&self) -> Option<Gold> {
        let codes: Vec<usize> = match self.agreed {
            Some(code) => vec![code],
            None => self.codes.iter().copied().flatten().collect(),
        };
        let mut gold = Gold::default();
        for &code in codes.iter().filter(|&&code| code < self.kind.labels().len()) {
            gold.labels[code] += 1.0 / codes.len() as f64;
        }
        (!codes.is_empty()).then_some(gold)
    }

    fn without_code(&self, id: &str, coders: &[String]) -> Problem {
        let expected = self.kind.expected();
        Problem {
            file: self.file.clone(),
            row: Some(self.row),
            column: Some(if coders.is_empty() { "final".to_owned() } else { coders.join(", ") }),
            what: format!(
                "{id} has no code; write {expected}, or leave such rows out with --partial"
            ),
        }
    }
}

/// Where some rows of a kind were left out, the others stand for them too.
fn reweigh(frame: &Frame, drawn: &[Drawn], coded: &mut [Coded]) {
    for kind in Kind::ALL {
        let is_kind = |unit: usize| frame.units[unit].kind == kind;
        let n_drawn = drawn.iter().filter(|d| is_kind(d.unit)).count() as f64;
        let n_coded = coded.iter().filter(|c| is_kind(c.unit)).count() as f64;
        for coded in coded.iter_mut().filter(|c| is_kind(c.unit)) {
            coded.weight *= n_drawn / n_coded;
        }
    }
}
