//! Sentence splitting: boundaries of UD English-EWT, and the golden rules of Pragmatic Segmenter.
//!
//! Both go through [`crate::text::sentences`], the splitter of paragraphs. EWT: the sentences of a
//! paragraph are joined as the treebank's `SpaceAfter` says, and the boundaries inside paragraphs count
//! (the last one is given). Golden rules: a case is right if exactly its sentences come out.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::load::{LoadError, Place, data_file, text_of};
use super::results::Cell;
use super::{Building, Context, EvalError, Measure, Measured, Suite, sum_rows};
use crate::metric;
use crate::text;

pub(super) fn measure(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    let files = cx.files(
        Suite::Sentences,
        &["sentence-splitting"],
        &[&["sentence-splitting/ud_ewt_dev.conllu"], &["sentence-splitting/golden_rules_en.json"]],
        &["conllu", "json"],
    )?;
    files
        .iter()
        .map(|path| match path.extension().and_then(|e| e.to_str()) {
            Some("json") => golden(cx, path),
            _ => treebank(cx, path),
        })
        .collect()
}

/// A paragraph: its text, and the byte offsets of the boundaries inside it (the end of the sentence
/// before).
struct Paragraph {
    text: String,
    borders: Vec<usize>,
    genre: String,
}

fn treebank(cx: &mut Context<'_>, path: &Path) -> Result<Measured, EvalError> {
    let (content, sha256) = text_of(path)?;
    let (mut paragraphs, mut sentences): (Vec<Paragraph>, usize) = (Vec::new(), 0);
    let (mut begins, mut space, mut genre) = (true, true, String::new());
    let mut last_misc = String::new();
    for (number, line) in content.lines().enumerate() {
        let place = || Place { path: path.to_owned(), line: number as u64 + 1 };
        if let Some(id) = line.strip_prefix("# newdoc id = ") {
            begins = true;
            genre = id.split('-').next().unwrap_or_default().to_owned();
        } else if line.starts_with("# newpar") || line.starts_with("# newdoc") {
            begins = true;
        } else if let Some(text) = line.strip_prefix("# text = ") {
            sentences += 1;
            let text = text.trim_end();
            match paragraphs.last_mut() {
                Some(open) if !begins => {
                    open.borders.push(open.text.len());
                    if space {
                        open.text.push(' ');
                    }
                    open.text.push_str(text);
                }
                _ => paragraphs.push(Paragraph {
                    text: text.to_owned(),
                    borders: Vec::new(),
                    genre: genre.clone(),
                }),
            }
            begins = false;
        } else if line.trim().is_empty() {
            space = !last_misc.contains("SpaceAfter=No");
            last_misc.clear();
        } else if !line.starts_with('#') {
            let fields: Vec<&str> = line.split('\t').collect();
            if fields.len() != 10 {
                return Err(place()
                    .bad(format!(
                        "{} columns; expected the 10 of CoNLL-U, parted by tabs",
                        fields.len()
                    ))
                    .into());
            }
            last_misc = fields[9].to_owned();
        }
    }
    if paragraphs.is_empty() {
        return Err(LoadError::File {
            path: path.to_owned(),
            what: "no `# text = ...` line; expected a treebank in CoNLL-U".to_owned(),
        }
        .into());
    }
    let counts: Vec<Vec<f64>> = paragraphs
        .iter()
        .map(|p| {
            let mut found: Vec<usize> =
                text::sentences(&p.text).into_iter().map(|range| range.end).collect();
            found.pop();
            let hits = found.iter().filter(|end| p.borders.contains(end)).count();
            vec![hits as f64, found.len() as f64, p.borders.len() as f64]
        })
        .collect();
    let mut out = Building::new(cx, Suite::Sentences, "Sentence splitting, UD English-EWT dev");
    out.file(data_file(path, sha256, sentences, "sentences"));
    let sums = sum_rows(&counts);
    let n = sums[2] as usize;
    for (key, name, statistic) in [
        ("ewt_boundary_f1", "boundary F1", (|s| metric::f1(s[0], s[1], s[2])) as fn(&[f64]) -> f64),
        ("ewt_boundary_precision", "boundary precision", |s| s[0] / s[1]),
        ("ewt_boundary_recall", "boundary recall", |s| s[0] / s[2]),
    ] {
        let measure = Measure::of_sums(counts.clone(), statistic);
        out.figure(key, name, measure, n, "boundaries inside paragraphs", "paragraphs");
    }
    let mut by_genre: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (paragraph, row) in paragraphs.iter().zip(&counts) {
        let sum = by_genre.entry(&paragraph.genre).or_insert_with(|| vec![0.0; 3]);
        sum.iter_mut().zip(row).for_each(|(s, x)| *s += x);
    }
    let rows = by_genre
        .iter()
        .map(|(genre, s)| {
            vec![
                Cell::Text((*genre).to_owned()),
                Cell::Count(s[2] as usize),
                Cell::Number(metric::f1(s[0], s[1], s[2])),
            ]
        })
        .collect();
    out.table("by genre", &["genre", "boundaries", "F1"], rows);
    Ok(out.done())
}

#[derive(Deserialize)]
struct Rule {
    name: String,
    text: String,
    sentences: Vec<String>,
}

fn golden(cx: &mut Context<'_>, path: &Path) -> Result<Measured, EvalError> {
    let (json, sha256) = text_of(path)?;
    let rules: Vec<Rule> = serde_json::from_str(&json).map_err(|e| LoadError::Line {
        path: path.to_owned(),
        line: e.line() as u64,
        what: format!(
            "{e}; expected a list of {{\"name\": ..., \"text\": ..., \"sentences\": [...]}}"
        ),
    })?;
    let mut out = Building::new(cx, Suite::Sentences, "Sentence splitting, golden rules");
    out.file(data_file(path, sha256, rules.len(), "cases"));
    let mut wrong = Vec::new();
    let counts = rules
        .iter()
        .map(|rule| {
            let found = text::sentences(&rule.text);
            let right = found.len() == rule.sentences.len()
                && found
                    .iter()
                    .zip(&rule.sentences)
                    .all(|(range, s)| rule.text[range.clone()] == *s.trim());
            if !right {
                wrong.push(vec![Cell::Text(rule.name.clone())]);
            }
            (f64::from(right), 1.0)
        })
        .collect();
    let n = rules.len();
    out.figure("golden_rules", "cases right", Measure::of_share(counts), n, "cases", "cases");
    out.note(format!("{} of {n} cases are right.", n - wrong.len()));
    out.table("cases that are not right", &["case"], wrong);
    Ok(out.done())
}
