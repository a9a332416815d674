//! Attribution: who is said to have said what (PolNeAR; Newell et al. 2018).
//!
//! Word F1 of source, cue and content, as the program marks them; and how many contents find their
//! source, where both stand in the sentence. Sentences are cut as the training recipe cuts them.
//! Intervals draw articles.

use std::path::Path;

use super::load::brat::{self, Role};
use super::load::data_file;
use super::read::Read;
use super::{
    Building, Context, EvalError, Measure, Measured, Suite, hit_rows, metric, stem, sum_rows,
};
use crate::Span;
use crate::model::decode;

/// In the order of the model's labels.
pub(super) const ROLES: [(Role, &str); 3] =
    [(Role::Source, "source"), (Role::Cue, "cue"), (Role::Content, "content")];

pub(super) fn measure(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    let folders = cx.files(Suite::PolNear, &["polnear"], &[&["polnear/dev"]], &[""])?;
    folders.iter().map(|folder| one(cx, folder)).collect()
}

/// The role of every word, by the first mark it stands in.
pub(super) fn gold_roles(read: &Read, marks: &[brat::Mark]) -> Vec<Option<(usize, bool)>> {
    let spans: Vec<Span> = marks.iter().map(|m| m.span).collect();
    read.gold_words(&spans)
        .into_iter()
        .map(|found| {
            let (k, begins) = found?;
            Some((ROLES.iter().position(|(role, _)| *role == marks[k].role)?, begins))
        })
        .collect()
}

fn one(cx: &mut Context<'_>, folder: &Path) -> Result<Measured, EvalError> {
    let corpus = brat::read(folder)?;
    let texts: Vec<&str> = corpus.sentences.iter().map(|s| s.text.as_str()).collect();
    let reads = cx.read(&folder.display().to_string(), &texts)?;
    let mut out =
        Building::new(cx, Suite::PolNear, format!("Attribution, PolNeAR {}", stem(folder)));
    out.file(data_file(folder, corpus.sha256.clone(), corpus.articles, "articles"));

    // Per article: hits, predicted and gold words of each role; linked and all contents.
    let mut counts = vec![vec![0.0; 11]; corpus.articles];
    let head = &cx.model.config().heads.attribution;
    for (sentence, read) in corpus.sentences.iter().zip(reads.iter()) {
        let counts = &mut counts[sentence.document];
        let gold = gold_roles(read, &sentence.marks);
        let chars: Vec<char> = sentence.text.chars().collect();
        let pieces = &read.raw.pieces;
        let mut found: Vec<Option<usize>> = vec![None; pieces.words.len()];
        let logits = read.raw.attribution.view();
        for mark in decode::attribution_marks(&chars, pieces, &logits, head) {
            found[mark.words.0..mark.words.1].fill(Some(mark.kind));
        }
        for (gold, predicted) in gold.iter().zip(found) {
            let gold = gold.map(|(role, _)| role);
            if let Some(role) = predicted {
                counts[3 * role + 1] += 1.0;
                counts[3 * role] += f64::from(gold == predicted);
            }
            if let Some(role) = gold {
                counts[3 * role + 2] += 1.0;
            }
        }
        let (linked, all) = linked(read, &sentence.marks);
        counts[9] += linked;
        counts[10] += all;
    }
    let sums = sum_rows(&counts);
    for (k, (_, name)) in ROLES.iter().enumerate().rev() {
        out.figure(
            &format!("polnear_{name}_word_f1"),
            &format!("word F1, {name}"),
            Measure::of_sums(counts.clone(), move |s| {
                metric::f1(s[3 * k], s[3 * k + 1], s[3 * k + 2])
            }),
            sums[3 * k + 2] as usize,
            "words",
            "articles",
        );
    }
    out.figure(
        "polnear_source_linked",
        "contents whose source is found, both in the sentence",
        Measure::of_share(counts.iter().map(|c| (c[9], c[10])).collect()),
        sums[10] as usize,
        "contents",
        "articles",
    );
    let rows = hit_rows(&sums, &ROLES.map(|(_, name)| name));
    out.table(
        "per role, words",
        &["role", "precision", "recall", "F1", "labelled", "predicted"],
        rows,
    );
    out.note(
        "An article with several annotators is taken once. A content counts as linked if one attribution \
         overlaps both it and its source.",
    );
    Ok(out.done())
}

/// Contents with a source in the same sentence: how many are linked to it, and how many there are.
fn linked(read: &Read, marks: &[brat::Mark]) -> (f64, f64) {
    let (mut found, mut all) = (0.0, 0.0);
    for content in marks.iter().filter(|m| m.role == Role::Content) {
        let sources: Vec<Span> = marks
            .iter()
            .filter(|m| m.role == Role::Source && m.attribution == content.attribution)
            .map(|m| m.span)
            .collect();
        if sources.is_empty() {
            continue;
        }
        all += 1.0;
        let hit = read.reading.attributions.iter().any(|a| {
            a.content.iter().any(|c| c.overlaps(content.span))
                && a.source.is_some_and(|s| sources.iter().any(|gold| gold.overlaps(s)))
        });
        found += f64::from(hit);
    }
    (found, all)
}
