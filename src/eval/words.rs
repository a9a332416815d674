//! Loaded words: which words of a sentence carry the judgement.
//!
//! Word F1, micro over all words of the set. A word is a run of letters and digits or a single mark, as
//! the model's tokenizer cuts them; it is marked where it stands in a stretch that the annotators wrote
//! down (a whole-word match, in any case, every time it occurs), and predicted where its probability
//! reaches the model's threshold (as the training recipe counts).

use std::path::Path;

use super::load::{data_file, loaded};
use super::{Building, Context, EvalError, Measure, Measured, Suite, stem};
use crate::metric;

pub(super) fn measure(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    let files = cx.files(
        Suite::Words,
        &["babe", "mbic-words"],
        &[
            &["babe/eval_dev.jsonl", "babe/final_labels_SG2.csv", "final_labels_SG2.csv"],
            &["mbic-words/train.jsonl"],
        ],
        &["jsonl", "csv", "tsv"],
    )?;
    files.iter().map(|path| one(cx, path)).collect()
}

/// MBIC has no dev set of its own: every fifth sentence is not trained on (`models/train/data.py`).
pub(super) const HELD_OUT: usize = 5;

/// Is it MBIC's training file, of which only what is held out may be measured on?
pub(super) fn held_out(path: &Path) -> bool {
    path.ends_with("mbic-words/train.jsonl")
}

/// The rows that words are measured on, and the readings of exactly these.
pub(super) fn rows(path: &Path) -> Result<(Vec<loaded::Row>, String, usize), EvalError> {
    let (rows, sha256) = loaded::read(path)?;
    let all = rows.len();
    let marked = |row: &loaded::Row| row.words.as_ref().is_some_and(|w| !w.is_empty());
    let rows: Vec<loaded::Row> = if held_out(path) {
        rows.into_iter().step_by(HELD_OUT).collect()
    } else {
        rows.into_iter().filter(|row| row.loaded == Some(true) && marked(row)).collect()
    };
    if !rows.iter().any(marked) {
        return Err(EvalError::Suite {
            suite: Suite::Words.name(),
            what: format!(
                "{}: no loaded sentence has marked words; expected a field words (or biased_words)",
                path.display()
            ),
        });
    }
    Ok((rows, sha256, all))
}

fn one(cx: &mut Context<'_>, path: &Path) -> Result<Measured, EvalError> {
    let (rows, sha256, all) = rows(path)?;
    let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    let reads = cx.read(&format!("{} words", path.display()), &texts)?;
    let (key, named) = if held_out(path) { ("mbic", "MBIC, held out") } else { ("babe", "BABE") };
    let split = if held_out(path) { String::new() } else { format!(" {}", stem(path)) };
    let mut out = Building::new(cx, Suite::Words, format!("Loaded words, {named}{split}"));
    out.file(data_file(path, sha256, all, "rows"));

    let mut absent = 0;
    let (mut by_p, mut by_span) = (Vec::new(), Vec::new());
    let (mut n_marked, mut n_sentences_found) = (0.0, Vec::new());
    for (row, read) in rows.iter().zip(reads.iter()) {
        let words = row.words.clone().unwrap_or_default();
        let gold_spans = loaded::find_words(&row.text, &words);
        absent += words
            .iter()
            .filter(|w| loaded::find_words(&row.text, std::slice::from_ref(w)).is_empty())
            .count();
        let gold = read.inside(&gold_spans);
        let threshold = cx.model.config().heads.loaded_words.threshold.unwrap_or(0.5);
        let likely: Vec<bool> =
            read.reading.word_loaded.iter().map(|(_, p)| *p >= threshold).collect();
        let shown: Vec<crate::Span> = read.reading.loaded_spans.iter().map(|s| s.span).collect();
        let shown = read.inside(&shown);
        by_p.push(counts(&gold, &likely));
        // Marks alone are never shown as loaded; they do not count as words here.
        let chars: Vec<char> = row.text.chars().collect();
        let is_word: Vec<bool> = read
            .raw
            .pieces
            .words
            .iter()
            .map(|w| chars[w.span.start..w.span.end].iter().any(|c| c.is_alphanumeric()))
            .collect();
        let only_words = |flags: &[bool]| -> Vec<bool> {
            flags.iter().zip(&is_word).filter(|(_, w)| **w).map(|(f, _)| *f).collect()
        };
        by_span.push(counts(&only_words(&gold), &only_words(&shown)));
        n_marked += gold.iter().filter(|&&g| g).count() as f64;
        let hit = gold.iter().zip(&shown).any(|(g, s)| *g && *s);
        if gold.contains(&true) {
            n_sentences_found.push((f64::from(hit), 1.0));
        }
    }
    let n = rows.len();
    let f1 = |s: &[f64]| metric::f1(s[0], s[1], s[2]);
    let share = |at: usize| move |s: &[f64]| if s[at] > 0.0 { s[0] / s[at] } else { 0.0 };
    let unit = "sentences";
    out.figure(
        &format!("{key}_word_f1"),
        "word F1",
        Measure::of_sums(by_p.clone(), f1),
        n,
        unit,
        unit,
    );
    out.figure(
        &format!("{key}_word_precision"),
        "word precision",
        Measure::of_sums(by_p.clone(), share(1)),
        n,
        unit,
        unit,
    );
    out.figure(
        &format!("{key}_word_recall"),
        "word recall",
        Measure::of_sums(by_p, share(2)),
        n,
        unit,
        unit,
    );
    out.figure(
        &format!("{key}_span_word_f1"),
        "word F1 of the spans as shown, marks left out",
        Measure::of_sums(by_span, f1),
        n,
        unit,
        unit,
    );
    let found = n_sentences_found.len();
    out.figure(
        &format!("{key}_any_word_found"),
        "sentences with a marked word found",
        Measure::of_share(n_sentences_found),
        found,
        "sentences with a marked word",
        "sentences with a marked word",
    );
    out.note(format!(
        "{n} sentences with {} marked words{}; {absent} marked words do not stand in their sentence and \
         count for nothing.",
        n_marked as usize,
        if held_out(path) { " (every fifth row)" } else { " (labelled loaded, some word marked)" },
    ));
    out.note(
        "A word is a run of letters and digits or a single mark; F1 is micro over all words of the set.",
    );
    Ok(out.done())
}

/// `[both, predicted, marked]`
fn counts(gold: &[bool], predicted: &[bool]) -> Vec<f64> {
    let count = |flags: &mut dyn Iterator<Item = bool>| flags.filter(|f| *f).count() as f64;
    vec![
        count(&mut gold.iter().zip(predicted).map(|(g, p)| *g && *p)),
        count(&mut predicted.iter().copied()),
        count(&mut gold.iter().copied()),
    ]
}
