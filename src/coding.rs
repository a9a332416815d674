//! A run folder in, a file for coders out; the filled file in, what it says about the run out.
//!
//! The glue between the run folder and [`stats::validate`], which knows the methods.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::file;
use crate::stats;
use crate::stats::validate::sheet::{self, MARKS, Problem, Sample, Shown};
use crate::stats::validate::{self, Drawn, Frame, Kind, Naive, Plan, Unit, Validation};
use crate::tables::manifest::{Input, sha256};
use crate::tables::rows::{ActorRow, ArticleRow, CorrectedRow, EventRow, MentionRow, SentenceRow};
use crate::tables::{self, RunReader, Table};

/// Sentences that coders see before the one to be judged, and after it.
const BEFORE: u32 = 2;
const AFTER: u32 = 1;

/// Name of the file in the run folder that holds all that the codes say, but for the table `corrected`.
pub const FILE: &str = "validation.json";

/// Why codes cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CodingError {
    #[error(transparent)]
    Run(#[from] tables::Error),
    /// What is wrong with the coders' files, all of it.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Problems(Vec<Problem>),
}

/// A file for coders.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub text: String,
    pub sentences: usize,
    pub mentions: usize,
    pub outlets: usize,
}

/// Draws a sample from a run and writes it up for coders; `None` where the run has nothing to be coded.
///
/// # Errors
/// If the run cannot be read.
pub fn sheet(reader: &RunReader, plan: &Plan) -> Result<Option<Sheet>, tables::Error> {
    let frame = frame(reader)?;
    let drawn = validate::draw(&frame, plan);
    if drawn.is_empty() {
        return Ok(None);
    }
    let sample = Sample { plan: plan.clone(), run: key(reader) };
    let count = |kind: Kind| drawn.iter().filter(|d| frame.units[d.unit].kind == kind).count();
    let outlets: BTreeSet<u32> =
        drawn.iter().map(|d| frame.outlet_of(&frame.units[d.unit])).collect();
    Ok(Some(Sheet {
        text: sheet::write(&sample, &shown(reader, &frame, &drawn)?),
        sentences: count(Kind::Sentence),
        mentions: count(Kind::Mention),
        outlets: outlets.len(),
    }))
}

/// All that may be drawn from a run: not what is relayed copy or has been printed before, which count for no
/// outlet's own figures.
fn frame(reader: &RunReader) -> Result<Frame, tables::Error> {
    let mut not_own = HashSet::new();
    for row in reader.rows::<EventRow>()? {
        let row = row?;
        if row.relayed || row.repeats {
            not_own.insert(row.article_id);
        }
    }
    let mut articles = Vec::new();
    for row in reader.rows::<ArticleRow>()? {
        let row = row?;
        if !not_own.contains(&row.article_id) {
            articles.push((row.article_id, row.outlet));
        }
    }
    let mut frame = Frame::new(articles);
    for row in reader.rows::<SentenceRow>()? {
        frame.add_sentence(&row?);
    }
    for row in reader.rows::<MentionRow>()? {
        frame.add_mention(&row?);
    }
    Ok(frame)
}

/// Says which run it is: two runs have the same key only if they have the same sentences and mentions.
fn key(reader: &RunReader) -> String {
    let mut hasher = Sha256::new();
    for table in [ArticleRow::NAME, SentenceRow::NAME, MentionRow::NAME, EventRow::NAME] {
        let parts = reader.manifest().tables.get(table).map(|t| t.parts.as_slice());
        for part in parts.unwrap_or_default() {
            hasher.update(part.sha256.as_bytes());
        }
    }
    hasher.finalize()[..6].iter().map(|b| format!("{b:02x}")).collect()
}

/// What coders see of the units drawn.
fn shown(reader: &RunReader, frame: &Frame, drawn: &[Drawn]) -> Result<Vec<Shown>, tables::Error> {
    let units: Vec<&Unit> = drawn.iter().map(|d| &frame.units[d.unit]).collect();
    let sentences = sentences(reader, frame, &units)?;
    let mut names: HashMap<String, String> = HashMap::new();
    for row in reader.rows::<ActorRow>()? {
        let row = row?;
        names.insert(row.actor_id, row.name);
    }
    let show = |unit: &Unit| {
        let article = frame.article_of(unit);
        let at = |sentence: u32| sentences.get(&(article.to_owned(), sentence));
        let texts = |numbers: std::ops::Range<u32>| -> String {
            numbers.filter_map(at).map(|s| s.text.as_str()).collect::<Vec<_>>().join(" ")
        };
        let actor = unit.actor.map(|a| &frame.actors[a as usize]);
        Shown {
            id: frame.id(unit),
            before: texts(unit.sentence.saturating_sub(BEFORE)..unit.sentence),
            text: at(unit.sentence).map_or_else(String::new, |s| marked(s, unit)),
            after: texts(unit.sentence + 1..unit.sentence + 1 + AFTER),
            actor: actor.map_or_else(String::new, |id| names.get(id).unwrap_or(id).clone()),
        }
    };
    Ok(units.into_iter().map(show).collect())
}

/// Article and number of a sentence.
type Place = (String, u32);

/// The text of a sentence, and where it begins.
struct Text {
    text: String,
    start: u32,
}

/// The sentences that coders see.
fn sentences(
    reader: &RunReader,
    frame: &Frame,
    units: &[&Unit],
) -> Result<HashMap<Place, Text>, tables::Error> {
    let mut wanted: HashMap<&str, BTreeSet<u32>> = HashMap::new();
    for unit in units {
        let numbers = unit.sentence.saturating_sub(BEFORE)..=unit.sentence + AFTER;
        wanted.entry(frame.article_of(unit)).or_default().extend(numbers);
    }
    let mut texts = HashMap::new();
    for row in reader.rows::<SentenceRow>()? {
        let row = row?;
        if wanted.get(row.article_id.as_str()).is_some_and(|s| s.contains(&row.sentence)) {
            let text = Text { text: row.text, start: row.start };
            texts.insert((row.article_id, row.sentence), text);
        }
    }
    Ok(texts)
}

/// The sentence, with marks around the mention.
fn marked(sentence: &Text, unit: &Unit) -> String {
    if unit.kind == Kind::Sentence {
        return sentence.text.clone();
    }
    let place = |offset: u32| offset.saturating_sub(sentence.start) as usize;
    let (start, end) = (place(unit.start), place(unit.end));
    let mut out = String::with_capacity(sentence.text.len() + 6);
    let mut n = 0;
    for c in sentence.text.chars() {
        if n == start {
            out.push(MARKS[0]);
        }
        out.push(c);
        n += 1;
        if n == end {
            out.push(MARKS[1]);
        }
    }
    out
}

/// What is kept of a validation beside the table `corrected`.
#[derive(Clone, Debug, Serialize)]
pub struct Validated {
    /// Version of undertone.
    pub undertone: &'static str,
    /// How the sample was drawn.
    pub sample: String,
    /// The coders' files.
    pub files: Vec<Input>,
    /// Rows that were drawn; rows that have a code.
    pub n_drawn: usize,
    pub n_coded: usize,
    #[serde(flatten)]
    pub validation: Validation,
}

/// Reads the coders' files, each a name and its bytes, and holds the run against them. With `partial` rows
/// without a code are left out.
///
/// # Errors
/// [`CodingError::Problems`] with every mistake in the files, or the run cannot be read.
pub fn validate(
    reader: &RunReader,
    files: &[(String, Vec<u8>)],
    partial: bool,
) -> Result<Validated, CodingError> {
    let mut filled = sheet::read(files);
    let Some(sample) = filled.sample.clone() else {
        filled.problems.push(lost(files));
        return Err(CodingError::Problems(filled.problems));
    };
    if sample.run != key(reader) {
        filled.problems.push(of_another_run(files, &sample));
        return Err(CodingError::Problems(filled.problems));
    }
    let frame = frame(reader)?;
    let drawn = validate::draw(&frame, &sample.plan);
    let coded = filled.coded(&frame, &drawn, partial).map_err(CodingError::Problems)?;
    let (outlets, outlet_actor) = (reader.read()?, reader.read()?);
    let comparisons = reader.read()?;
    let naive = Naive { outlets: &outlets, outlet_actor: &outlet_actor, comparisons: &comparisons };
    let manifest = reader.manifest();
    let options = stats::Options {
        seed: manifest.seed,
        min_articles: manifest.min_articles as usize,
        ..stats::Options::default()
    };
    let input = |(name, bytes): &(String, Vec<u8>)| Input {
        path: name.clone(),
        bytes: bytes.len() as u64,
        sha256: Some(sha256(bytes)),
    };
    Ok(Validated {
        undertone: env!("CARGO_PKG_VERSION"),
        sample: sample.to_string(),
        files: files.iter().map(input).collect(),
        n_drawn: drawn.len(),
        n_coded: coded.len(),
        validation: validate::validate(&frame, &sample.plan, &coded, &naive, &options),
    })
}

fn of_files(files: &[(String, Vec<u8>)], what: String) -> Problem {
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    Problem { file: names.join(" and "), row: None, column: None, what }
}

fn lost(files: &[(String, Vec<u8>)]) -> Problem {
    let what = "the line that says how the sample was drawn (`# Do not change this line. sample: ...`) is gone; \
                put it back: `undertone sample` with the same options writes it again";
    of_files(files, what.to_owned())
}

fn of_another_run(files: &[(String, Vec<u8>)], sample: &Sample) -> Problem {
    let what = format!(
        "the sample was drawn from another run ({}), or the articles have been scored again since; name that run",
        sample.run
    );
    of_files(files, what)
}

/// Writes `validation.json` and the table `corrected` into a run, in the place of older ones.
///
/// # Errors
/// If something cannot be written.
pub fn store(run: &Path, validated: &Validated) -> Result<(), tables::Error> {
    let path = run.join(FILE);
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| tables::Error::Write {
        path: path.clone(),
        source,
    };
    let json = serde_json::to_vec_pretty(validated).map_err(|e| failed(Box::new(e)))?;
    tables::replace::<CorrectedRow>(run, &validated.validation.corrected)?;
    file::write_atomically(&path, &json).map_err(|e| failed(Box::new(e)))
}
