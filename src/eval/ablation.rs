//! What each step of the recipe brings: several models, the same rows, one table.

use super::results::{AblationFigure, AblationRow};
use super::{Context, EvalError, Measure, Measured, Suite, behaviour, measure};
use crate::eval::bootstrap::Bootstrap;
use crate::model::Model;

/// The figures of the ablation table.
pub const KEYS: [&str; 13] = [
    "babe_macro_f1",
    "anno_lexical_macro_f1",
    "babe_word_f1",
    "mbic_word_f1",
    "newsmtsc_dev_rw_f1m",
    "newsmtsc_dev_mt_f1m",
    "sentfin_dev_f1m",
    "conll2003_f1",
    "worldwide_f1",
    "polnear_content_word_f1",
    "polnear_source_linked",
    "behaviour_inserted_flagged",
    "behaviour_plain_neutral",
];

/// The suites that hold these figures, besides the behaviour suite.
const SUITES: [Suite; 6] =
    [Suite::Babe, Suite::Words, Suite::NewsMtsc, Suite::SentFin, Suite::Ner, Suite::PolNear];

/// One model's measures, kept for the row after it.
pub struct Measures(Vec<(String, String, String, Measure)>);

/// Measures a model on all sets of the table that are there.
pub fn measures(cx: &mut Context<'_>) -> Result<Measures, EvalError> {
    let mut out = Vec::new();
    for suite in SUITES {
        match measure(cx, suite) {
            Ok(sets) => out.extend(sets.into_iter().flat_map(kept)),
            Err(EvalError::Load(super::LoadError::Nothing { .. })) => {}
            Err(error) => return Err(error),
        }
    }
    out.extend(behaviour::measure_short(cx)?.into_iter().flat_map(kept));
    Ok(Measures(out))
}

fn kept(set: Measured) -> Vec<(String, String, String, Measure)> {
    let Measured { result, measures } = set;
    let draws = format!("{} {}", result.suite, result.title);
    measures
        .into_iter()
        .filter(|(key, _)| KEYS.contains(&key.as_str()))
        .map(|(key, measure)| {
            let figure = result.figures.iter().find(|f| f.key == key);
            let name = figure.map_or_else(|| key.clone(), |f| f.name.clone());
            (key, format!("{}: {name}", result.title), draws.clone(), measure)
        })
        .collect()
}

/// A row of the table; differences are to `before`.
pub fn row(
    name: &str,
    model: &Model,
    measures: &Measures,
    before: Option<&Measures>,
    bootstrap: Bootstrap,
) -> AblationRow {
    let figures = measures
        .0
        .iter()
        .map(|(key, name, draws, measure)| {
            let other = before.and_then(|b| b.0.iter().find(|(k, ..)| k == key));
            let (difference, interval) = match other {
                Some((_, _, _, other)) => {
                    let (difference, interval) = measure.minus(other, bootstrap, draws);
                    (Some(difference), interval)
                }
                None => (None, None),
            };
            AblationFigure {
                key: key.clone(),
                name: name.clone(),
                value: measure.value(),
                difference,
                interval,
            }
        })
        .collect();
    AblationRow {
        name: name.to_owned(),
        model: model.fingerprint().clone(),
        precision: model.config().precision.clone(),
        figures,
    }
}
