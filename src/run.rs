//! A run folder in, the rows that a report shows out.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::report;
use crate::report::evidence::{self, Gather};
use crate::tables::rows::{
    ActorRow, ArticleRow, AttributionRow, EventRow, MentionRow, OutletActorRow, OutletRow,
    SentenceRow, SpanRow, WordRow,
};
use crate::tables::{Error, RunReader, Table};

/// Reads what a page of these options shows: every estimate, and the text of the articles that it
/// prints in full. Of the others only the facts are kept, so that memory does not grow with the run.
pub fn load(reader: &RunReader, options: &report::Options) -> Result<report::Run, Error> {
    // Bodies last: most articles of a large run are not printed.
    let mut articles: Vec<ArticleRow> = Vec::new();
    for row in reader.rows::<ArticleRow>()? {
        articles.push(ArticleRow { body: String::new(), ..row? });
    }
    let events: Vec<EventRow> = reader.read()?;
    let (outlets, actors): (Vec<OutletRow>, Vec<ActorRow>) = (reader.read()?, reader.read()?);
    let outlet_actor: Vec<OutletActorRow> = reader.read()?;
    let words: Vec<WordRow> = reader.read()?;
    let evidence = {
        let actors = evidence::matrix_actors(&actors, &outlet_actor, options.matrix_actors);
        let ids = actors.iter().map(|a| a.actor_id.as_str());
        let mut gather = Gather::new(&articles, &events, ids);
        for row in reader.rows::<MentionRow>()? {
            gather.mention(&row?);
        }
        for row in reader.rows::<SentenceRow>()? {
            gather.sentence(&row?);
        }
        gather.finish()
    };
    let featured = report::Featured::of(&articles, &events, &evidence);
    let shown: BTreeSet<String> = report::shown(&articles, &featured, options)
        .into_iter()
        .map(|a| a.article_id.clone())
        .collect();
    let proof: BTreeSet<(String, u32)> =
        evidence.iter().map(|e| (e.sentence.article_id.clone(), e.sentence.sentence)).collect();
    let keep =
        |id: &String, sentence: u32| shown.contains(id) || proof.contains(&(id.clone(), sentence));
    let examples = report::examples(&words, &outlets);
    let (mut sentences, mut shown_uses) = (Vec::new(), Vec::new());
    for row in reader.rows::<SentenceRow>()? {
        let row: SentenceRow = row?;
        if shown.contains(&row.article_id) {
            sentences.push(row);
        } else if examples.contains(&(row.article_id.as_str(), row.sentence)) {
            shown_uses.push(row);
        }
    }
    for (kept, row) in articles.iter_mut().zip(reader.rows::<ArticleRow>()?) {
        let row = row?;
        if shown.contains(&row.article_id) {
            kept.body = row.body;
        }
    }
    Ok(report::Run {
        info: info(reader),
        sentences,
        spans: of::<SpanRow>(reader, |r| keep(&r.article_id, r.sentence))?,
        mentions: of::<MentionRow>(reader, |r| keep(&r.article_id, r.sentence))?,
        attributions: of::<AttributionRow>(reader, |r| keep(&r.article_id, r.sentence))?,
        outlet_actor,
        comparisons: reader.read()?,
        corrected: reader.read()?,
        speakers: reader.read()?,
        holder_target: reader.read()?,
        periods: reader.read()?,
        rejects: reader.read()?,
        examples: shown_uses,
        evidence,
        events,
        outlets,
        actors,
        words,
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
