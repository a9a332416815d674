//! A run folder in, the rows that a report shows out.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;

use crate::report::evidence::{self, Gather};
use crate::report::{self, ActorName, MarkedArticle};
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
    let proof: BTreeSet<(&str, u32)> =
        evidence.iter().map(|e| (e.sentence.article_id.as_str(), e.sentence.sentence)).collect();
    let quoted: BTreeSet<&String> = evidence.iter().map(|e| &e.sentence.article_id).collect();
    let keep =
        |id: &String, sentence: u32| shown.contains(id) || proof.contains(&(id.as_str(), sentence));
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
        if shown.contains(&row.article_id) || quoted.contains(&row.article_id) {
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

/// The articles for which `keep` holds, in the order of the run, without their bodies.
///
/// # Errors
/// Those of [`RunReader::rows`].
pub fn articles(
    reader: &RunReader,
    keep: impl Fn(&ArticleRow) -> bool,
) -> Result<Vec<ArticleRow>, Error> {
    let mut out = Vec::new();
    for row in reader.rows::<ArticleRow>()? {
        let row = row?;
        if keep(&row) {
            out.push(ArticleRow { body: String::new(), ..row });
        }
    }
    Ok(out)
}

/// What [`find`] makes of what somebody typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    One(String),
    /// Rows of the first few, and how many there are.
    Several(Vec<ArticleRow>, usize),
    Nothing,
}

/// Finds an article by its id, or by a part of id or title that no other article has; capitals do not matter.
///
/// # Errors
/// Those of [`RunReader::rows`].
pub fn find(reader: &RunReader, typed: &str) -> Result<Found, Error> {
    let exact = HashSet::from([typed.to_owned()]);
    if let Some(row) = reader.rows_of::<ArticleRow>(&exact)?.next() {
        return Ok(Found::One(row?.article_id));
    }
    let typed = typed.trim().to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&typed);
    let (mut first, mut n) = (Vec::new(), 0);
    for row in reader.rows::<ArticleRow>()? {
        let row = row?;
        if has(&row.article_id) || row.title.as_deref().is_some_and(has) {
            n += 1;
            if n <= 5 {
                first.push(ArticleRow { body: String::new(), ..row });
            }
        }
    }
    Ok(match first.as_slice() {
        [] => Found::Nothing,
        [one] => Found::One(one.article_id.clone()),
        _ => Found::Several(first, n),
    })
}

/// One article with all that the tables say of it. Memory does not grow with the run.
///
/// # Errors
/// Those of [`RunReader::rows`].
pub fn article(reader: &RunReader, article_id: &str) -> Result<Option<MarkedArticle>, Error> {
    let wanted = HashSet::from([article_id.to_owned()]);
    let Some(article) = reader.rows_of::<ArticleRow>(&wanted)?.next().transpose()? else {
        return Ok(None);
    };
    let mut out = vec![MarkedArticle {
        article,
        sentences: reader.rows_of(&wanted)?.collect::<Result<_, _>>()?,
        spans: reader.rows_of(&wanted)?.collect::<Result<_, _>>()?,
        mentions: reader.rows_of(&wanted)?.collect::<Result<_, _>>()?,
        attributions: reader.rows_of(&wanted)?.collect::<Result<_, _>>()?,
        actors: Vec::new(),
    }];
    name(reader, &mut out)?;
    Ok(out.pop())
}

/// Gives the rows' ids their names.
fn name(reader: &RunReader, articles: &mut [MarkedArticle]) -> Result<(), Error> {
    let ids: HashSet<String> =
        articles.iter().flat_map(MarkedArticle::ids).map(str::to_owned).collect();
    let mut names = BTreeMap::new();
    for row in reader.rows::<ActorRow>()? {
        let ActorRow { actor_id, name, kind, .. } = row?;
        if ids.contains(&actor_id) {
            names.insert(actor_id.clone(), ActorName { actor_id, name, kind });
        }
    }
    for article in articles {
        let own = article.ids().into_iter().filter_map(|id| names.get(id).cloned()).collect();
        article.actors = own;
    }
    Ok(())
}

/// The ids of the actors that are called so: by id, by name, or else by another of their names. Capitals do
/// not matter.
///
/// # Errors
/// Those of [`RunReader::rows`].
pub fn called(reader: &RunReader, name: &str) -> Result<HashSet<String>, Error> {
    let folded = name.trim().to_lowercase();
    let is = |text: &str| text.to_lowercase() == folded;
    let (mut by_name, mut by_alias) = (HashSet::new(), HashSet::new());
    for row in reader.rows::<ActorRow>()? {
        let row = row?;
        if is(&row.actor_id) || is(&row.name) {
            by_name.insert(row.actor_id);
        } else if row.aliases.iter().any(|alias| is(alias)) {
            by_alias.insert(row.actor_id);
        }
    }
    Ok(if by_name.is_empty() { by_alias } else { by_name })
}

/// Articles and sentences that name one of the actors.
///
/// # Errors
/// Those of [`RunReader::rows`].
pub fn naming(
    reader: &RunReader,
    actors: &HashSet<String>,
) -> Result<HashSet<(String, u32)>, Error> {
    let mut out = HashSet::new();
    for row in reader.rows::<MentionRow>()? {
        let row = row?;
        if actors.contains(&row.actor_id) {
            out.insert((row.article_id, row.sentence));
        }
    }
    Ok(out)
}

/// The `limit` sentences that are loaded most surely in their outlets' own words, each as an article of this
/// sentence alone. Of sentences that several articles have in the same words, the first is taken.
///
/// # Errors
/// Those of [`RunReader::rows`].
pub fn most_loaded(
    reader: &RunReader,
    limit: usize,
    keep: impl Fn(&SentenceRow) -> bool,
) -> Result<Vec<MarkedArticle>, Error> {
    let mut best: Vec<SentenceRow> = Vec::new();
    let shorten = |best: &mut Vec<SentenceRow>| {
        best.sort_by(|a, b| {
            let places = || (&a.article_id, a.sentence).cmp(&(&b.article_id, b.sentence));
            b.p_loaded.total_cmp(&a.p_loaded).then_with(places)
        });
        let mut seen = HashSet::new();
        best.retain(|row| seen.insert(row.text.clone()));
        best.truncate(limit);
    };
    for row in reader.rows::<SentenceRow>()? {
        let row = row?;
        if row.loaded_own == Some(true) && keep(&row) {
            best.push(row);
            if best.len() >= limit.saturating_mul(4).max(1024) {
                shorten(&mut best);
            }
        }
    }
    shorten(&mut best);

    let wanted: HashSet<String> = best.iter().map(|row| row.article_id.clone()).collect();
    let mut articles = BTreeMap::new();
    for row in reader.rows_of::<ArticleRow>(&wanted)? {
        let row = row?;
        articles.insert(row.article_id.clone(), row);
    }
    let spans: Vec<SpanRow> = reader.rows_of(&wanted)?.collect::<Result<_, _>>()?;
    let mentions: Vec<MentionRow> = reader.rows_of(&wanted)?.collect::<Result<_, _>>()?;
    let attributions: Vec<AttributionRow> = reader.rows_of(&wanted)?.collect::<Result<_, _>>()?;
    let mut out = Vec::new();
    for row in best {
        let Some(article) = articles.get(&row.article_id).cloned() else { continue };
        let here = |article: &str, n: u32| article == row.article_id && n == row.sentence;
        out.push(MarkedArticle {
            article,
            spans: spans.iter().filter(|r| here(&r.article_id, r.sentence)).cloned().collect(),
            mentions: mentions
                .iter()
                .filter(|r| here(&r.article_id, r.sentence))
                .cloned()
                .collect(),
            attributions: attributions
                .iter()
                .filter(|r| here(&r.article_id, r.sentence))
                .cloned()
                .collect(),
            sentences: vec![row],
            actors: Vec::new(),
        });
    }
    name(reader, &mut out)?;
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
