//! A run folder in, the rows that a report shows out.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::report;
use crate::tables::rows::{ArticleRow, AttributionRow, MentionRow, SentenceRow, SpanRow};
use crate::tables::{Error, RunReader, Table};

/// Reads what a page of these options shows: every estimate, and the text of the articles that it
/// prints in full. Of the others only the facts are kept, so that memory does not grow with the run.
pub fn load(reader: &RunReader, options: &report::Options) -> Result<report::Run, Error> {
    // Bodies last: most articles of a large run are not printed.
    let mut articles: Vec<ArticleRow> = Vec::new();
    for row in reader.rows::<ArticleRow>()? {
        articles.push(ArticleRow { body: String::new(), ..row? });
    }
    let shown: BTreeSet<String> =
        report::shown(&articles, options).into_iter().map(|a| a.article_id.clone()).collect();
    for (kept, row) in articles.iter_mut().zip(reader.rows::<ArticleRow>()?) {
        let row = row?;
        if shown.contains(&row.article_id) {
            kept.body = row.body;
        }
    }
    Ok(report::Run {
        info: info(reader),
        sentences: of::<SentenceRow>(reader, |r| shown.contains(&r.article_id))?,
        spans: of::<SpanRow>(reader, |r| shown.contains(&r.article_id))?,
        mentions: of::<MentionRow>(reader, |r| shown.contains(&r.article_id))?,
        attributions: of::<AttributionRow>(reader, |r| shown.contains(&r.article_id))?,
        outlets: reader.read()?,
        actors: reader.read()?,
        outlet_actor: reader.read()?,
        comparisons: reader.read()?,
        corrected: reader.read()?,
        events: reader.read()?,
        rejects: reader.read()?,
        articles,
    })
}

fn of<T: Table>(reader: &RunReader, keep: impl Fn(&T) -> bool) -> Result<Vec<T>, Error> {
    let mut out = Vec::new();
    for row in reader.rows::<T>()? {
        let row = row?;
        if keep(&row) {
            out.push(row);
        }
    }
    Ok(out)
}

fn info(reader: &RunReader) -> report::RunInfo {
    let m = reader.manifest();
    let counts = serde_json::to_value(&m.counts).unwrap_or_default();
    report::RunInfo {
        created: m.created.clone(),
        undertone: m.undertone.clone(),
        model: report::ModelInfo { name: m.model.name.clone(), sha256: m.model.sha256.clone() },
        thresholds: m.model.thresholds.clone(),
        options: m.options.clone(),
        counts: match counts {
            Value::Object(map) => map,
            _ => serde_json::Map::new(),
        },
        seed: m.seed,
        min_articles: m.min_articles,
        seconds: m.timings.iter().map(|t| t.seconds).sum(),
        ..report::RunInfo::default()
    }
}
