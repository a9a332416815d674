//! A run folder in, the rows that a report shows out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::report::{self, Articles};
use crate::tables::rows::{ArticleRow, AttributionRow, MentionRow, SentenceRow, SpanRow};
use crate::tables::{Error, RunReader, Table};

/// Reads what a page of these options shows: every estimate, and the text of the articles that it
/// prints in full. Of the others only the facts are kept, so that memory does not grow with the run.
pub fn load(reader: &RunReader, options: &report::Options) -> Result<report::Run, Error> {
    let manifest = reader.manifest();
    let mut articles: Vec<ArticleRow> = Vec::new();
    let total = manifest.counts.articles as usize;
    let keep_all = match options.articles {
        Articles::All => true,
        Articles::Auto => total <= options.article_limit,
        Articles::Sample | Articles::None => false,
    };
    for row in reader.rows::<ArticleRow>()? {
        let mut row = row?;
        if !keep_all {
            row.body = String::new();
        }
        articles.push(row);
    }
    if !keep_all && options.articles != Articles::None {
        let shown = sample(&articles, options.article_limit);
        for row in reader.rows::<ArticleRow>()? {
            let row = row?;
            if shown.contains(&row.article_id)
                && let Some(kept) = articles.iter_mut().find(|a| a.article_id == row.article_id)
            {
                kept.body = row.body;
            }
        }
    }
    let shown: BTreeSet<String> = articles
        .iter()
        .filter(|a| keep_all || !a.body.is_empty())
        .map(|a| a.article_id.clone())
        .collect();
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
        rejects: reader.read()?,
        articles,
    })
}

/// The first of each outlet in order of id, the same number of each, `limit` at the most: the rule that
/// the page states.
fn sample(articles: &[ArticleRow], limit: usize) -> BTreeSet<String> {
    let mut by_outlet: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for a in articles {
        by_outlet.entry(&a.outlet).or_default().push(&a.article_id);
    }
    for ids in by_outlet.values_mut() {
        ids.sort_unstable();
    }
    let size = |n: usize| by_outlet.values().map(|ids| ids.len().min(n)).sum::<usize>();
    let mut n = 0;
    while size(n + 1) <= limit && size(n + 1) > size(n) {
        n += 1;
    }
    by_outlet
        .values()
        .flat_map(|ids| ids.iter().take(n))
        .map(|id| (*id).to_owned())
        .collect()
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
