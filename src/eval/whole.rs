//! Whole articles through text, model, voice and actors, as `score` takes them.

use std::path::Path;

use super::load::gold::At;
use super::{Context, EvalError, Suite};
use crate::Span;
use crate::actors::{self, Cast};
use crate::ingest;
use crate::model::{Reading, Stance};
use crate::text::{self, Sentence};
use crate::voice::{self, Voice, Voices};

/// An article to be read.
pub(super) struct Text<'a> {
    pub path: &'a Path,
    pub outlet: Option<&'a str>,
    pub title: Option<&'a str>,
    pub body: &'a str,
}

/// One article as the program has it.
pub(super) struct Whole {
    pub sentences: Vec<Sentence>,
    pub readings: Vec<Reading>,
    pub voices: Voices,
    pub cast: Cast,
}

impl Whole {
    /// Where a span of a sentence stands in the article.
    pub fn at(&self, place: voice::Place) -> At {
        let sentence = &self.sentences[place.sentence];
        At { part: sentence.part, span: place.span.shifted(sentence.span.start) }
    }

    /// The mention that shares most with `at`.
    pub fn mention(&self, at: At) -> Option<usize> {
        (0..self.cast.mentions.len())
            .filter_map(|k| {
                let found = self.at(self.cast.mentions[k].place);
                let shared = shared(found, at);
                (shared > 0).then_some((shared, std::cmp::Reverse(k)))
            })
            .max()
            .map(|(_, k)| k.0)
    }

    /// The stance of the sentence toward a stretch of the article, mention or not.
    pub fn stance(&self, at: At) -> Option<Stance> {
        let (i, sentence) = self
            .sentences
            .iter()
            .enumerate()
            .find(|(_, s)| s.part == at.part && s.span.overlaps(at.span))?;
        let start = at.span.start.max(sentence.span.start) - sentence.span.start;
        let end = at.span.end.min(sentence.span.end) - sentence.span.start;
        Some(self.readings[i].stance.found(Span::new(start, end))?.label())
    }

    /// Voice of every stretch of somebody's words, with its attribution.
    pub fn stretches(&self) -> Vec<(At, Voice, usize)> {
        self.voices
            .sentences
            .iter()
            .enumerate()
            .flat_map(|(i, s)| s.stretches.iter().map(move |x| (i, x)))
            .map(|(sentence, x)| {
                (self.at(voice::Place { sentence, span: x.span }), x.voice, x.attribution)
            })
            .collect()
    }
}

/// Code points that two places share.
pub(super) fn shared(a: At, b: At) -> usize {
    if a.part != b.part {
        return 0;
    }
    a.span.end.min(b.span.end).saturating_sub(a.span.start.max(b.span.start))
}

/// Reads all articles; `folder` names them.
pub(super) fn read(
    cx: &mut Context<'_>,
    suite: Suite,
    folder: &Path,
    texts: Vec<Text<'_>>,
) -> Result<Vec<Whole>, EvalError> {
    let mut documents = Vec::new();
    for text in texts {
        let prepared = text::prepare(ingest::Article {
            id: text.path.display().to_string(),
            outlet: text.outlet.map(str::to_owned),
            title: text.title.map(str::to_owned),
            date: None,
            author: None,
            url: None,
            text: text.body.to_owned(),
            source: ingest::Source { path: text.path.to_owned(), line: None },
        });
        let document = prepared.map_err(|reject| EvalError::Suite {
            suite: suite.name(),
            what: format!("{}: {}", text.path.display(), reject.detail),
        })?;
        documents.push(document);
    }
    let sentences: Vec<&str> =
        documents.iter().flat_map(|d| &d.sentences).map(|s| s.text.as_str()).collect();
    let reads = cx.read(&format!("{} whole", folder.display()), &sentences)?;
    let mut rest = reads.iter();
    Ok(documents
        .into_iter()
        .map(|document| {
            let readings: Vec<Reading> =
                rest.by_ref().take(document.sentences.len()).map(|r| r.reading.clone()).collect();
            let voices = voice::assign(&document.sentences, &readings);
            let cast = actors::cast(&document.sentences, &readings, &voices, None);
            Whole { sentences: document.sentences, readings, voices, cast }
        })
        .collect())
}
