//! Article bodies out of web pages, against the true ones.
//!
//! The official metric is that of the article-extraction-benchmark (Scrapinghub 2020): counts of
//! four-word shingles, every page with the same weight, precision and recall averaged over pages, and F1
//! of the two means. Beside it the same with single words, and both for what is left after page furniture
//! is dropped, which is what gets scored.
//!
//! The folder holds `ground-truth.json` (`{page: {"articleBody": ...}}`) and `html/PAGE.html.gz`.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde_json::{Map, Value};

use super::load::{LoadError, data_file, hash_of_all, text_of};
use super::{Building, Context, EvalError, Measure, Measured, Suite};
use crate::ingest::{self, InputFile};
use crate::metric;
use crate::text;

pub(super) fn measure(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    let files = cx.files(
        Suite::Html,
        &["html-extraction"],
        &[&["html-extraction/ground-truth.json", "ground-truth.json"]],
        &["json"],
    )?;
    files.iter().map(|path| one(cx, path)).collect()
}

/// Words of a shingle.
const SHINGLE: usize = 4;

fn one(cx: &mut Context<'_>, path: &Path) -> Result<Measured, EvalError> {
    let (json, _) = text_of(path)?;
    let truth: Map<String, Value> = serde_json::from_str(&json).map_err(|e| LoadError::File {
        path: path.to_owned(),
        what: format!("this is not JSON ({e}); expected {{\"page\": {{\"articleBody\": ...}}}}"),
    })?;
    let pages = path.parent().unwrap_or(Path::new(".")).join("html");
    // The reader takes files by name, and these are packed pages, so they are unpacked first.
    let unpacked = tempfile::tempdir().map_err(|e| LoadError::File {
        path: std::env::temp_dir(),
        what: format!("no temporary folder can be made ({e})"),
    })?;
    let mut rows: Vec<[Vec<f64>; 3]> = Vec::new();
    let (mut foreign, mut rejected) = (0, 0);
    let mut read = vec![path.to_owned()];
    for (done, (page, entry)) in truth.iter().enumerate() {
        let body =
            entry.get("articleBody").and_then(Value::as_str).ok_or_else(|| LoadError::Field {
                path: path.to_owned(),
                line: 1,
                field: format!("{page}.articleBody"),
                found: "missing or no text".to_owned(),
                expected: "the true body as a string".to_owned(),
            })?;
        let Some(packed) = ["html.gz", "html"]
            .iter()
            .map(|ext| pages.join(format!("{page}.{ext}")))
            .find(|p| p.exists())
        else {
            return Err(LoadError::File {
                path: pages.join(format!("{page}.html.gz")),
                what: "this page of ground-truth.json is missing".to_owned(),
            }
            .into());
        };
        let plain = unpacked.path().join("page.html");
        unpack(&packed, &plain)?;
        read.push(packed);
        let file = InputFile { path: plain, name: page.clone(), folder: None, problem: None };
        let article = ingest::read(vec![file], &ingest::Options::default()).next();
        let Some(Ok(article)) = article else {
            // Nothing found where there is a body: everything is missed.
            rejected += 1;
            let missed = counts(body, "", SHINGLE);
            rows.push([missed.clone(), counts(body, "", 1), missed]);
            continue;
        };
        let extracted = article.text.clone();
        let kept = match text::prepare(article) {
            Ok(document) => {
                let body = document.sentences.iter().filter(|s| s.part == text::Part::Body);
                body.map(|s| s.text.as_str()).collect::<Vec<_>>().join(" ")
            }
            Err(reject) if reject.reason == ingest::RejectReason::NotEnglish => {
                foreign += 1;
                continue;
            }
            Err(_) => String::new(),
        };
        rows.push([
            counts(body, &extracted, SHINGLE),
            counts(body, &extracted, 1),
            counts(body, &kept, SHINGLE),
        ]);
        if done % 20 == 19 {
            (cx.progress)(&format!("html: {} of {} pages", done + 1, truth.len()));
        }
    }
    let n = rows.len();
    let mut out = Building::new(cx, Suite::Html, "Article bodies of web pages");
    // The hash is over the pages too.
    out.file(data_file(path, hash_of_all(&read)?, truth.len(), "pages"));
    for (k, key, name) in [
        (0, "html_shingle_f1", "F1 of four-word shingles, as extracted"),
        (1, "html_token_f1", "F1 of words, as extracted"),
        (2, "html_kept_shingle_f1", "F1 of four-word shingles, furniture dropped (what is scored)"),
    ] {
        let counts: Vec<Vec<f64>> = rows.iter().map(|row| row[k].clone()).collect();
        out.figure(key, name, Measure::of_sums(counts, mean_f1), n, "pages", "pages");
    }
    for (key, name, at) in
        [("html_precision", "precision, shingles", 0), ("html_recall", "recall, shingles", 2)]
    {
        let counts: Vec<Vec<f64>> = rows.iter().map(|row| row[0].clone()).collect();
        let share = Measure::of_sums(counts, move |s| s[at] / s[at + 1]);
        out.figure(key, name, share, n, "pages", "pages");
    }
    out.note(format!(
        "{n} of {} pages; {foreign} are in another language than English and are not read; from {rejected} \
         nothing was extracted, which counts as all missed.",
        truth.len()
    ));
    Ok(out.done())
}

fn unpack(from: &Path, to: &Path) -> Result<(), LoadError> {
    let fault = |e: std::io::Error| LoadError::Read { path: from.to_owned(), error: e.to_string() };
    let packed = std::fs::read(from).map_err(fault)?;
    let mut bytes = Vec::new();
    if packed.starts_with(&[0x1f, 0x8b]) {
        MultiGzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).map_err(fault)?;
    } else {
        bytes = packed;
    }
    std::fs::write(to, bytes).map_err(fault)
}

/// `[precision, 1 if it has one, recall, 1 if it has one]` of one page.
fn counts(truth: &str, found: &str, n: usize) -> Vec<f64> {
    let (truth, found) = (shingles(truth, n), shingles(found, n));
    let both: f64 =
        truth.iter().map(|(s, &a)| a.min(found.get(s).copied().unwrap_or(0)) as f64).sum();
    let all = |of: &HashMap<Vec<&str>, usize>| of.values().sum::<usize>() as f64;
    let (n_truth, n_found) = (all(&truth), all(&found));
    let share = |of: f64| if of > 0.0 { both / of } else { 0.0 };
    vec![share(n_found), f64::from(n_found > 0.0), share(n_truth), f64::from(n_truth > 0.0)]
}

/// F1 of mean precision and mean recall.
fn mean_f1(sums: &[f64]) -> f64 {
    let (precision, recall) = (sums[0] / sums[1], sums[2] / sums[3]);
    // Harmonic mean: `f1` of one hit in 1/precision predicted and 1/recall gold.
    if precision > 0.0 && recall > 0.0 {
        metric::f1(1.0, 1.0 / precision, 1.0 / recall)
    } else {
        0.0
    }
}

/// How often every run of `n` words stands in a text; the whole text where it is shorter. Words are runs
/// of letters, digits and underscores, in their case.
fn shingles(text: &str, n: usize) -> HashMap<Vec<&str>, usize> {
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|w| !w.is_empty())
        .collect();
    let mut out = HashMap::new();
    if !words.is_empty() {
        for shingle in words.windows(n.min(words.len())) {
            *out.entry(shingle.to_vec()).or_insert(0) += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shingles_are_counted_as_the_benchmark_counts_them() {
        // "a b c d" and "b c d e"; one of each is right.
        assert_eq!(counts("a b c d e", "b, c d e f", 4), [0.5, 1.0, 0.5, 1.0]);
        assert_eq!(counts("a b", "a b", 4), [1.0; 4]);
        assert_eq!(counts("a b c d", "", 4), [0.0, 0.0, 0.0, 1.0]);
        assert!((mean_f1(&[1.5, 2.0, 1.0, 2.0]) - 0.6).abs() < 1e-12);
    }
}
