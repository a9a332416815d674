//! Named entities: exact span F1 (CoNLL-2003 shared task; Tjong Kim Sang & De Meulder 2003), micro over
//! the types that the set and the model share.
//!
//! A predicted span counts if both ends and the type are those of a gold span. Gold spans of types
//! that the set does not tell apart (CoNLL's MISC holds nationalities) are left out on both sides.

use std::path::Path;

use super::load::columns::{self, Scheme};
use super::load::data_file;
use super::read::Read;
use super::{
    Building, Context, EvalError, Measure, Measured, Suite, hit_rows, metric, stem, sum_rows,
};
use crate::Span;
use crate::model::EntityKind::{self, Loc, Misc, Norp, Org, Per};
use crate::model::config::Head;
use crate::model::decode;

/// In the order of the model's labels.
pub(super) const KINDS: [EntityKind; 5] = [Per, Org, Loc, Norp, Misc];

pub(super) fn measure(cx: &mut Context<'_>) -> Result<Vec<Measured>, EvalError> {
    let files = cx.files(
        Suite::Ner,
        &["conll2003", "conllpp", "worldwide-ner", "crossner-politics"],
        &[
            &["conll2003/dev.txt", "conll2003/valid.txt", "conllpp/conllpp_dev.txt"],
            &["worldwide-ner/dev.tsv"],
            &["crossner-politics/dev.txt"],
        ],
        &["txt", "tsv", "conll"],
    )?;
    files.iter().map(|path| one(cx, path)).collect()
}

fn kind_name(kind: EntityKind) -> &'static str {
    match kind {
        Per => "PER",
        Org => "ORG",
        Loc => "LOC",
        Norp => "NORP",
        Misc => "MISC",
    }
}

fn one(cx: &mut Context<'_>, path: &Path) -> Result<Measured, EvalError> {
    let set = columns::read(path)?;
    let texts: Vec<&str> = set.sentences.iter().map(|s| s.text.as_str()).collect();
    let reads = cx.read(&path.display().to_string(), &texts)?;
    let (key, named, kinds, unit): (_, _, &[EntityKind], _) = match set.scheme {
        Scheme::Conll => ("conll2003", "CoNLL", &[Per, Org, Loc], "sentences"),
        Scheme::Worldwide => ("worldwide", "Worldwide", &[Per, Org, Loc, Norp], "articles"),
        Scheme::CrossNer => ("crossner", "CrossNER politics", &[Per, Org, Loc], "sentences"),
    };
    let mut out = Building::new(cx, Suite::Ner, format!("Entities, {named} {}", stem(path)));
    out.file(data_file(path, set.sha256.clone(), set.sentences.len(), "sentences"));

    // Per unit and kind: hits, predicted, gold.
    let documents = set.sentences.iter().map(|s| s.document + 1).max().unwrap_or(0);
    let by_document = unit == "articles" && documents > 1;
    let units = if by_document { documents } else { set.sentences.len() };
    let width = 3 * kinds.len();
    let (mut exact, mut shown) = (vec![vec![0.0; width]; units], vec![vec![0.0; width]; units]);
    let mut uncounted = 0;
    let head = &cx.model.config().heads.entities;
    for (i, (sentence, read)) in set.sentences.iter().zip(reads.iter()).enumerate() {
        let unit = if by_document { sentence.document } else { i };
        let gold: Vec<(Span, EntityKind)> = sentence
            .spans
            .iter()
            .filter_map(|e| match e.kinds {
                [kind] if kinds.contains(kind) => Some((e.span, *kind)),
                _ => None,
            })
            .collect();
        uncounted += sentence.spans.iter().filter(|e| !e.kinds.is_empty()).count() - gold.len();
        count(&gold, &as_tagged(read, head), kinds, &mut exact[unit]);
        let entities: Vec<(Span, EntityKind)> =
            read.reading.entities.iter().map(|e| (e.span, e.kind)).collect();
        count(&gold, &entities, kinds, &mut shown[unit]);
    }
    let n_gold = sum_rows(&exact).iter().skip(2).step_by(3).sum::<f64>() as usize;
    let micro = |s: &[f64]| {
        let of = |at: usize| s.iter().skip(at).step_by(3).sum::<f64>();
        metric::f1(of(0), of(1), of(2))
    };
    let unit = if by_document { "articles" } else { "sentences" };
    let names: Vec<&str> = kinds.iter().map(|k| kind_name(*k)).collect();
    out.figure(
        &format!("{key}_f1"),
        &format!("span F1, {}", names.join(" ")),
        Measure::of_sums(exact.clone(), micro),
        n_gold,
        "entities",
        unit,
    );
    for (k, name) in names.iter().enumerate() {
        out.figure(
            &format!("{key}_{}_f1", name.to_lowercase()),
            &format!("span F1, {name}"),
            Measure::of_sums(exact.clone(), move |s| {
                metric::f1(s[3 * k], s[3 * k + 1], s[3 * k + 2])
            }),
            sum_rows(&exact)[3 * k + 2] as usize,
            "entities",
            unit,
        );
    }
    out.figure(
        &format!("{key}_shown_f1"),
        "span F1 of the entities as the program gives them (ends trimmed)",
        Measure::of_sums(shown, micro),
        n_gold,
        "entities",
        unit,
    );
    let sums = sum_rows(&exact);
    let rows = hit_rows(&sums, &names);
    out.table("per type", &["type", "precision", "recall", "F1", "labelled", "predicted"], rows);
    if uncounted > 0 {
        out.note(format!(
            "{uncounted} gold spans are of types that the two sides do not share or the set does not tell \
             apart (such as MISC); they and predictions of other types are left out."
        ));
    }
    Ok(out.done())
}

/// The spans as the labels have them, ends not trimmed: what the shared task counts.
fn as_tagged(read: &Read, head: &Head) -> Vec<(Span, EntityKind)> {
    decode::tagged(&read.raw.pieces, &read.raw.entities.view(), head)
        .into_iter()
        .map(|found| (found.span, KINDS[found.kind]))
        .collect()
}

/// Adds hits, predicted and gold spans of every kind.
fn count(
    gold: &[(Span, EntityKind)],
    predicted: &[(Span, EntityKind)],
    kinds: &[EntityKind],
    into: &mut [f64],
) {
    for (k, kind) in kinds.iter().enumerate() {
        let of = |spans: &[(Span, EntityKind)]| -> Vec<Span> {
            let mut spans: Vec<Span> =
                spans.iter().filter(|(_, of)| of == kind).map(|(span, _)| *span).collect();
            spans.sort_unstable();
            spans.dedup();
            spans
        };
        let (gold, predicted) = (of(gold), of(predicted));
        into[3 * k] += predicted.iter().filter(|p| gold.contains(p)).count() as f64;
        into[3 * k + 1] += predicted.len() as f64;
        into[3 * k + 2] += gold.len() as f64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_counts_only_with_both_ends_and_the_type() {
        let gold = [(Span::new(0, 4), Per), (Span::new(9, 12), Loc), (Span::new(20, 25), Org)];
        let predicted = [
            (Span::new(0, 4), Per),
            (Span::new(9, 13), Loc),
            (Span::new(20, 25), Per),
            (Span::new(30, 33), Misc),
        ];
        let mut counts = vec![0.0; 9];
        count(&gold, &predicted, &[Per, Org, Loc], &mut counts);
        assert_eq!(counts, [1.0, 2.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0]);
        // 2 * 1 / (3 + 3)
        assert_eq!(metric::f1(1.0, 3.0, 3.0), 1.0 / 3.0);
    }
}
