//! One article in, its rows out, at once and in memory: the stages of [`score`] for a text
//! that somebody wants to look at and not to count.

use std::collections::BTreeMap;

use crate::actors::codebook::Codebook;
use crate::actors::link::Linker;
use crate::ingest::{Article, Reject};
use crate::model::{Model, ModelError};
use crate::report::{ActorName, MarkedArticle};
use crate::{score, text};

/// Why a text was not marked.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    #[error("{}", .0.detail)]
    Rejected(Reject),
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Reads one article: what [`score`](score::run) writes of it into the tables of single articles, with
/// actors linked as in a run that has this article alone.
///
/// # Errors
/// [`MarkError::Rejected`] if it is no English text or nothing but page furniture; [`MarkError::Model`].
pub fn mark(
    model: &Model,
    article: Article,
    book: Option<&Codebook>,
) -> Result<MarkedArticle, MarkError> {
    let document = text::prepare(article).map_err(MarkError::Rejected)?;
    let sentences: Vec<&str> = document.sentences.iter().map(|s| s.text.as_str()).collect();
    let readings = model.read(&sentences)?;
    let mut scored = score::score(document, &readings, book);

    let mut linker = Linker::default();
    linker.add(&scored.article.article_id, &scored.actors);
    let links = linker.finish();
    let rename = |id: &mut String| {
        if let Some(now) = links.renamed.get(id.as_str()) {
            id.clone_from(now);
        }
    };
    for row in &mut scored.sentences {
        row.speaker_id.as_mut().map(rename);
    }
    for row in &mut scored.spans {
        row.speaker_id.as_mut().map(rename);
    }
    for row in &mut scored.mentions {
        rename(&mut row.actor_id);
        row.speaker_id.as_mut().map(rename);
    }
    for row in &mut scored.attributions {
        row.speaker_id.as_mut().map(rename);
        row.via_id.as_mut().map(rename);
    }
    let known: BTreeMap<String, ActorName> = links
        .actors
        .into_iter()
        .map(|a| (a.id.clone(), ActorName { actor_id: a.id, name: a.name, kind: a.kind }))
        .collect();
    let mut marked = MarkedArticle {
        article: scored.article,
        sentences: scored.sentences,
        spans: scored.spans,
        mentions: scored.mentions,
        attributions: scored.attributions,
        actors: Vec::new(),
    };
    marked.actors = marked.ids().into_iter().filter_map(|id| known.get(id).cloned()).collect();
    Ok(marked)
}
