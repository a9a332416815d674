//! Sentences that people (or language models) called loaded or not, with the words they marked.
//!
//! Read as laid out for this project (`text`, `loaded` 0/1, `words`, `outlet`, `topic`), as BABE was
//! released (`final_labels_SG1.csv`, `final_labels_SG2.csv`: `text;news_link;outlet;topic;type;
//! label_bias;label_opinion;biased_words`, labels `Biased`, `Non-biased`, `No agreement`), and as its
//! cards on the Hugging Face hub have it (`text`, `label` 0/1), saved as csv or jsonl.

use std::path::Path;

use regex::RegexBuilder;
use serde_json::Value;

use super::LoadError;
use super::records::{self, Record, shown, string_list};
use crate::Span;

/// One labelled sentence.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: Option<String>,
    pub text: String,
    /// None where the annotators did not agree.
    pub loaded: Option<bool>,
    /// Words that were marked, as they were written down; None where the set has no such field.
    pub words: Option<Vec<String>>,
    pub outlet: Option<String>,
    pub topic: Option<String>,
    /// Political leaning of the outlet, as the set has it.
    pub leaning: Option<String>,
}

const TEXT: &[&str] = &["text", "sentence"];
const LABEL: &[&str] = &["loaded", "label_bias", "label", "Label_bias"];
const WORDS: &[&str] = &["words", "biased_words", "bias_words", "biased_words4"];

/// The rows of a file, and the start of its hash.
pub fn read(path: &Path) -> Result<(Vec<Row>, String), LoadError> {
    let (records, hash) = records::read(path)?;
    Ok((records.iter().map(row).collect::<Result<_, _>>()?, hash))
}

fn row(record: &Record) -> Result<Row, LoadError> {
    let words = match record.get(WORDS) {
        None => None,
        Some(value) => Some(string_list(value).ok_or_else(|| {
            record.place.field(WORDS[0], shown(value), "a list of words, [\"one\", \"two\"]")
        })?),
    };
    Ok(Row {
        id: record.optional(&["id", "uuid"]),
        text: record.text(TEXT)?.to_owned(),
        loaded: label(record)?,
        words,
        outlet: record.optional(&["outlet"]),
        topic: record.optional(&["topic"]),
        leaning: record.optional(&["type", "leaning"]),
    })
}

fn label(record: &Record) -> Result<Option<bool>, LoadError> {
    const EXPECTED: &str = "0 or 1, or Non-biased, Biased or No agreement";
    if record.is_null(LABEL) {
        return Ok(None);
    }
    let value = record.need(LABEL, EXPECTED)?;
    let text = match value {
        Value::Bool(b) => return Ok(Some(*b)),
        Value::Number(n) => n.to_string(),
        Value::String(s) => s.trim().to_ascii_lowercase(),
        other => return Err(record.place.field(LABEL[0], shown(other), EXPECTED)),
    };
    Ok(Some(match text.as_str() {
        "0" | "0.0" | "non-biased" | "not biased" | "plain" | "false" => false,
        "1" | "1.0" | "biased" | "loaded" | "true" => true,
        "no agreement" => return Ok(None),
        _ => return Err(record.place.field(LABEL[0], shown(value), EXPECTED)),
    }))
}

/// Where marked words stand: whole words, in any case, every time they occur; a word that is not there
/// gives nothing. Spans of the text, in order.
pub fn find_words(text: &str, words: &[String]) -> Vec<Span> {
    let chars: Vec<char> = text.chars().collect();
    let points = crate::span::CodePoints::new(text);
    let is_word = |at: Option<usize>| {
        at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_alphanumeric() || *c == '_')
    };
    let mut spans = Vec::new();
    for word in words.iter().map(|w| w.trim()).filter(|w| !w.is_empty()) {
        let Ok(pattern) = RegexBuilder::new(&regex::escape(word)).case_insensitive(true).build()
        else {
            continue; // longer than any word: it stands nowhere
        };
        let mut from = 0;
        while let Some(found) = pattern.find_at(text, from) {
            let span = points.span(found.range());
            if !is_word(span.start.checked_sub(1)) && !is_word(Some(span.end)) {
                spans.push(span);
                from = found.end();
            } else {
                let first = text[found.start()..].chars().next().map_or(1, char::len_utf8);
                from = found.start() + first;
            }
        }
    }
    spans.sort_unstable();
    spans.dedup();
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_words_are_found_whole_and_in_any_case() {
        let words = |w: &[&str]| w.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            find_words("“Vile” vileness, a vile É-mail.", &words(&["vile", " ", "é-mail"])),
            [Span::new(1, 5), Span::new(19, 23), Span::new(24, 30)]
        );
        assert_eq!(find_words("nothing here", &words(&["thing", "absent"])), []);
    }
}
