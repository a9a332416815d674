//! The main job: articles through every stage, a run folder out.
//!
//! Works in chunks of articles, so that memory does not grow with their number; a document that cannot
//! be scored becomes a row of the `rejects` table and never ends a run.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::Span;
use crate::actors::codebook::Codebook;
use crate::actors::link::{self, Linker};
use crate::actors::{self, Cast};
use crate::ingest::{self, InputFile, Reject, RejectReason};
use crate::model::{Model, ModelError, Reading};
use crate::span::CodePoints;
use crate::stats::events::{self, Digest, Given};
use crate::stats::{self, Collector, Described};
use crate::tables::manifest::{self, Counts, Input, Manifest, Timing};
use crate::tables::rows::{
    ArticleRow, AttributionRow, MentionRow, RejectRow, SentenceRow, SourceKind, SpanRow,
    UNKNOWN_OUTLET,
};
use crate::tables::{self, RunWriter};
use crate::text::{self, Document, Part};
use crate::voice::{self, Voice, Voices};

/// Articles that go through the stages together: enough sentences for full batches.
const CHUNK: usize = 64;

/// What to score and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// As [`ingest::discover`] found them.
    pub files: Vec<InputFile>,
    pub ingest: ingest::Options,
    pub stats: stats::Options,
    /// Who is to be found, and under which names.
    pub codebook: Option<(PathBuf, Arc<Codebook>)>,
    /// How articles are grouped into events, and the user's own grouping.
    pub grouping: events::Options,
    pub events: Option<(PathBuf, Given)>,
    pub out: PathBuf,
    /// Replace a run that is there.
    pub force: bool,
    /// The command line, for the manifest.
    pub command: Vec<String>,
    /// RFC 3339, for the manifest.
    pub created: String,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// Documents met, scored or rejected.
    pub documents: u64,
    pub articles: u64,
    pub rejects: u64,
    pub sentences: u64,
}

/// A finished run.
#[derive(Clone, Debug)]
pub struct Finished {
    pub path: PathBuf,
    pub counts: Counts,
}

#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Tables(#[from] tables::Error),
    /// Every document was rejected.
    #[error("no article could be scored: {}", summary(.0))]
    Nothing(Vec<Reject>),
}

/// The reasons of rejects, most frequent first, with one example each.
fn summary(rejects: &[Reject]) -> String {
    let mut by_reason: BTreeMap<_, Vec<&Reject>> = BTreeMap::new();
    for r in rejects {
        by_reason.entry(r.reason).or_default().push(r);
    }
    let mut all: Vec<_> = by_reason.into_values().collect();
    all.sort_by_key(|v| std::cmp::Reverse(v.len()));
    let lines: Vec<String> = all
        .iter()
        .take(3)
        .map(|v| {
            let more = match v.len() {
                1 => String::new(),
                n => format!(" (and {} more like it)", n - 1),
            };
            format!("{}: {}{more}", place(&v[0].source), v[0].detail)
        })
        .collect();
    if lines.is_empty() { "there was no document".to_owned() } else { lines.join("; ") }
}

/// Scores everything and leaves a run folder at `options.out` (without the report for people).
pub fn run(
    model: &Model,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Finished, ScoreError> {
    let mut writer = RunWriter::create(&options.out, options.force)?;
    let book = options.codebook.as_ref().map(|(_, book)| book.as_ref());
    let mut collector = Collector::new();
    let mut linker = Linker::default();
    let mut loaded_words = stats::words::Collector::new();
    let mut digests: Vec<Digest> = Vec::new();
    let mut counts = Counts::default();
    let mut at = Progress::default();
    let mut clock = Clock::default();
    let mut first_rejects: Vec<Reject> = Vec::new();
    let mut seen = Seen::default();
    let mut reader = ingest::read(options.files.clone(), &options.ingest);
    loop {
        let read: Vec<_> = clock.time("ingest", || reader.by_ref().take(CHUNK).collect());
        if read.is_empty() {
            break;
        }
        counts.documents += read.len() as u64;
        let prepared: Vec<Result<Document, Reject>> = clock.time("text", || {
            read.into_par_iter().map(|article| article.and_then(text::prepare)).collect()
        });
        let (mut documents, mut rejects) = (Vec::new(), Vec::new());
        for outcome in prepared {
            match outcome.and_then(|document| seen.admit(document)) {
                Ok(document) => documents.push(document),
                Err(reject) => rejects.push(reject),
            }
        }
        let sentences: Vec<&str> =
            documents.iter().flat_map(|d| &d.sentences).map(|s| s.text.as_str()).collect();
        let mut readings = clock.time("model", || model.read(&sentences))?.into_iter();
        let jobs: Vec<(Document, Vec<Reading>)> = documents
            .into_iter()
            .map(|d| {
                let own = readings.by_ref().take(d.sentences.len()).collect();
                (d, own)
            })
            .collect();
        let scored: Vec<Scored> = clock.time("voice and actors", || {
            jobs.into_par_iter()
                .map(|(document, readings)| score(document, &readings, book))
                .collect()
        });
        model.sound()?;
        clock.time("tables", || -> Result<(), ScoreError> {
            for one in scored {
                counts.articles += 1;
                counts.sentences += one.sentences.len() as u64;
                counts.spans += one.spans.len() as u64;
                counts.mentions += one.mentions.len() as u64;
                counts.attributions += one.attributions.len() as u64;
                collector.add(&one.article, &one.sentences, &one.mentions, &one.attributions);
                loaded_words.add(&one.article, &one.sentences, &one.spans);
                linker.add(&one.article.article_id, &one.actors);
                digests.push(one.digest);
                writer.append(vec![one.article])?;
                writer.append(one.sentences)?;
                writer.append(one.spans)?;
                writer.append(one.mentions)?;
                writer.append(one.attributions)?;
            }
            for reject in rejects {
                counts.rejects += 1;
                *counts.rejects_by_reason.entry(reject.reason).or_default() += 1;
                writer.append(vec![RejectRow {
                    source: place(&reject.source),
                    id: reject.id.clone(),
                    reason: reject.reason,
                    detail: reject.detail.clone(),
                }])?;
                if first_rejects.len() < 1000 {
                    first_rejects.push(reject);
                }
            }
            Ok(())
        })?;
        at.documents = counts.documents;
        at.articles = counts.articles;
        at.rejects = counts.rejects;
        at.sentences = counts.sentences;
        progress(at);
    }
    if counts.articles == 0 {
        return Err(ScoreError::Nothing(first_rejects));
    }

    clock.time("voice and actors", || -> Result<(), ScoreError> {
        let links = linker.finish();
        writer.rename(&["actor_id", "speaker_id", "via_id"], &links.renamed)?;
        collector.rename(&links.renamed);
        for actor in links.actors {
            let entry = book.and_then(|b| b.with_id(&actor.id).map(|k| &b.actors[k]));
            let described = Described {
                name: actor.name,
                kind: actor.kind,
                merges: actor.merges.iter().map(|(form, why)| format!("{form} ({why})")).collect(),
                groups: entry.map(|e| e.groups.clone()).unwrap_or_default(),
                wikidata: entry.and_then(|e| e.wikidata.clone()),
            };
            collector.describe(&actor.id, described);
        }
        Ok(())
    })?;
    clock.time("events", || -> Result<(), ScoreError> {
        let given = options.events.as_ref().map(|(_, given)| given);
        let groups = events::group(digests, given, &options.grouping);
        collector.place(&groups);
        counts.events = u64::from(groups.n_events);
        // A slip in a file must not cost the hours of a run.
        for problem in &groups.unknown {
            counts.rejects += 1;
            *counts.rejects_by_reason.entry(RejectReason::UnknownArticle).or_default() += 1;
            let file = options.events.as_ref().map(|(path, _)| path.display().to_string());
            writer.append(vec![RejectRow {
                source: format!("{}:{}", file.unwrap_or_default(), problem.row),
                id: None,
                reason: RejectReason::UnknownArticle,
                detail: problem.to_string(),
            }])?;
        }
        writer.append(loaded_words.finish(&groups))?;
        writer.append(groups.rows)?;
        Ok(())
    })?;
    let estimates = clock.time("stats", || collector.finish(&options.stats));
    counts.outlets = estimates.outlets.len() as u64;
    counts.actors = estimates.actors.len() as u64;
    writer.append(estimates.outlets)?;
    writer.append(estimates.actors)?;
    writer.append(estimates.outlet_actor)?;
    writer.append(estimates.holder_target)?;
    writer.append(estimates.speakers)?;
    writer.append(estimates.comparisons)?;
    writer.append(estimates.periods)?;
    let path = writer.finish(manifest(model, options, counts.clone(), clock.timings()))?;
    Ok(Finished { path, counts })
}

/// The texts met so far, so that an article that lies there twice counts once.
#[derive(Default)]
struct Seen {
    /// Hash of the sentences -> outlets that printed them, and the first place.
    texts: HashMap<[u8; 32], (Vec<Option<String>>, String)>,
}

impl Seen {
    /// Lets a document through unless its very sentences came before from the same outlet, or it names
    /// no outlet and they came before at all. Two outlets may well print the same copy.
    fn admit(&mut self, document: Document) -> Result<Document, Reject> {
        let mut hash = Sha256::new();
        for sentence in document.sentences.iter().filter(|s| s.part == Part::Body && !s.heading) {
            for word in sentence.text.split_whitespace() {
                hash.update(word.as_bytes());
                hash.update(b" ");
            }
        }
        let here = place(&document.article.source);
        let outlet = document.article.outlet.clone();
        let (outlets, first) =
            self.texts.entry(hash.finalize().into()).or_insert_with(|| (Vec::new(), here.clone()));
        if outlets.contains(&outlet) || (outlet.is_none() && !outlets.is_empty()) {
            return Err(Reject {
                id: Some(document.article.id),
                source: document.article.source,
                reason: RejectReason::DuplicateText,
                detail: format!("{here} has the very text of {first}; it is counted once."),
            });
        }
        outlets.push(outlet);
        Ok(document)
    }
}

#[derive(Default)]
struct Clock {
    stages: Vec<(&'static str, Duration)>,
}

impl Clock {
    fn time<T>(&mut self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let out = work();
        let spent = begun.elapsed();
        match self.stages.iter_mut().find(|(name, _)| *name == stage) {
            Some((_, total)) => *total += spent,
            None => self.stages.push((stage, spent)),
        }
        out
    }

    fn timings(&self) -> Vec<Timing> {
        self.stages
            .iter()
            .map(|(stage, spent)| Timing {
                stage: (*stage).to_owned(),
                seconds: (spent.as_secs_f64() * 1000.0).round() / 1000.0,
            })
            .collect()
    }
}

fn manifest(model: &Model, options: &Options, counts: Counts, timings: Vec<Timing>) -> Manifest {
    let config = model.config();
    let hash = |file: &str| model.fingerprint().sha256.get(file).cloned().unwrap_or_default();
    let (own_loaded, own_stance) = model.own();
    let running = model.running();
    let own_threshold = own_loaded.and_then(|own| own.threshold).map(|t| t as f32);
    let thresholds = [
        ("loaded", own_threshold.or(config.heads.loaded.threshold)),
        ("loaded_words", config.heads.loaded_words.threshold),
    ];
    let resolved = serde_json::json!({
        "outlet": options.ingest.outlet,
        "fields": options.ingest.fields,
        "max_bytes": options.ingest.max_bytes,
        "replicates": options.stats.replicates,
        "confidence": options.stats.confidence,
        "top_actors": options.stats.top_actors,
        "top_outlets": options.stats.top_outlets,
        "weighting": options.stats.weighting.name(),
        "compare": options.stats.compare,
        "event_weight": options.stats.event_weight.name(),
        "event_window_days": options.grouping.window_days,
        "event_likeness": options.grouping.likeness,
        "event_likeness_without_date": options.grouping.likeness_without_date,
        "device": running.device.to_string(),
        "precision": running.precision.name(),
    });
    Manifest {
        created: options.created.clone(),
        command: options.command.clone(),
        options: match resolved {
            serde_json::Value::Object(map) => map,
            _ => serde_json::Map::new(),
        },
        inputs: options
            .files
            .iter()
            .map(|f| {
                Input::of_file(&f.path).unwrap_or_else(|_| Input {
                    path: f.path.display().to_string(),
                    bytes: 0,
                    sha256: None,
                })
            })
            .collect(),
        codebook: options.codebook.as_ref().and_then(|(path, _)| Input::of_file(path).ok()),
        events: options.events.as_ref().and_then(|(path, _)| Input::of_file(path).ok()),
        model: manifest::Model {
            name: model.fingerprint().name.clone(),
            sha256: model.fingerprint().weights().to_owned(),
            tokenizer_sha256: hash("tokenizer.json"),
            thresholds: thresholds
                .into_iter()
                .filter_map(|(head, t)| Some((head.to_owned(), shortest(t?))))
                .collect(),
            loaded: own_loaded.cloned(),
            stance: own_stance.cloned(),
        },
        backend: model.backend().to_owned(),
        seed: options.stats.seed,
        min_articles: options.stats.min_articles as u32,
        counts,
        timings,
        ..Manifest::default()
    }
}

/// The f64 that prints as the f32 does: 0.55, not 0.550000011920929.
fn shortest(x: f32) -> f64 {
    x.to_string().parse().unwrap_or(f64::from(x))
}

fn place(source: &ingest::Source) -> String {
    let path = source.path.display();
    match source.line {
        Some(line) => format!("{path}:{line}"),
        None => path.to_string(),
    }
}

/// One article's rows.
#[derive(Clone, Debug)]
pub struct Scored {
    pub article: ArticleRow,
    pub sentences: Vec<SentenceRow>,
    pub spans: Vec<SpanRow>,
    pub mentions: Vec<MentionRow>,
    pub attributions: Vec<AttributionRow>,
    /// What finds its like among the other articles.
    pub digest: Digest,
    /// Everybody in it, with the ids that hold for this article alone (see [`link::provisional`]).
    pub actors: Vec<actors::Actor>,
}

/// Voices, actors and rows of one article whose sentences have been read.
pub fn score(document: Document, readings: &[Reading], book: Option<&Codebook>) -> Scored {
    let voices = voice::assign(&document.sentences, readings);
    let cast = actors::cast(&document.sentences, readings, &voices, book);
    let mut scored = rows(document, readings, &voices, &cast);
    scored.digest = Digest::of(&scored.article, &scored.sentences, &scored.mentions);
    scored
}

fn rows(document: Document, readings: &[Reading], voices: &Voices, cast: &Cast) -> Scored {
    let Document { article, sentences, agency, .. } = document;
    let id = &article.id;
    let points: Vec<CodePoints<'_>> = sentences.iter().map(|s| CodePoints::new(&s.text)).collect();
    let actor_id = |actor: usize| link::provisional(&cast.actors[actor], id);
    let speaker = |attribution: Option<usize>| attribution.and_then(|a| cast.speakers[a]);
    // Where a span of a sentence stands in the article.
    let place = |sentence: usize, span: Span| {
        let s = &sentences[sentence];
        let there = span.shifted(s.span.start);
        (s.part, there.start as u32, there.end as u32)
    };
    let text = |sentence: usize, span: Span| one_line(points[sentence].slice(span));

    let mut out = Scored {
        article: ArticleRow {
            article_id: id.clone(),
            outlet: article.outlet.clone().unwrap_or_else(|| UNKNOWN_OUTLET.to_owned()),
            title: article.title.clone(),
            date: article.date.clone(),
            author: article.author.clone(),
            url: article.url.clone(),
            agency,
            source: self::place(&article.source),
            body: String::new(),
            n_sentences: sentences.len() as u32,
            n_words: 0,
            n_words_quoted: 0,
            n_own: 0,
            n_loaded_own: 0,
            n_loaded: 0,
        },
        sentences: Vec::with_capacity(sentences.len()),
        spans: Vec::new(),
        mentions: Vec::new(),
        attributions: Vec::new(),
        digest: Digest::default(),
        actors: Vec::new(),
    };
    for (i, (sentence, reading)) in sentences.iter().zip(readings).enumerate() {
        let voiced = &voices.sentences[i];
        let (part, start, end) = place(i, Span::new(0, sentence.span.len()));
        // Of several speakers in a sentence, the one who is quoted in so many words; of several such, the
        // one with most to say.
        let attribution = voiced
            .stretches
            .iter()
            .max_by_key(|s| (s.voice == Voice::Direct, s.span.len()))
            .map(|s| s.attribution);
        let speaks = match voiced.voice {
            Voice::Outlet => None,
            _ => speaker(attribution),
        };
        let named = match voiced.voice {
            Voice::Outlet => None,
            _ => speaks.map(|a| cast.actors[a].name.clone()).or_else(|| {
                let source = voices.attributions[attribution?].source?;
                Some(text(source.sentence, source.span)).filter(|words| !actors::is_pronoun(words))
            }),
        };
        let row = &mut out.article;
        row.n_words += voiced.n_words as u32;
        row.n_words_quoted += voiced.n_words_quoted as u32;
        row.n_own += u32::from(voiced.loaded_own.is_some());
        row.n_loaded_own += u32::from(voiced.loaded_own == Some(true));
        row.n_loaded += u32::from(reading.loaded.label);
        out.sentences.push(SentenceRow {
            article_id: id.clone(),
            sentence: i as u32,
            part,
            start,
            end,
            paragraph: sentence.paragraph,
            heading: sentence.heading,
            text: one_line(&sentence.text),
            n_words: voiced.n_words as u32,
            n_words_quoted: voiced.n_words_quoted as u32,
            voice: voiced.voice,
            speaker_id: speaks.map(actor_id),
            speaker: named,
            p_loaded: probability(reading.loaded.p),
            loaded: reading.loaded.label,
            loaded_own: voiced.loaded_own,
            scare: voiced.scare.iter().map(|&s| text(i, s)).collect(),
        });
        // The words that make a sentence loaded; single words of one that is not are no finding.
        for loaded in reading.loaded_spans.iter().filter(|_| reading.loaded.label) {
            for (span, voice, attribution) in by_voice(loaded.span, voiced) {
                let (part, start, end) = place(i, span);
                out.spans.push(SpanRow {
                    article_id: id.clone(),
                    sentence: i as u32,
                    part,
                    start,
                    end,
                    text: text(i, span),
                    p: probability(loaded.p),
                    voice,
                    speaker_id: speaker(attribution).map(actor_id),
                    scare: voiced.scare.iter().any(|s| s.overlaps(span)),
                });
            }
        }
    }
    for mention in &cast.mentions {
        let i = mention.place.sentence;
        let (part, start, end) = place(i, mention.place.span);
        out.mentions.push(MentionRow {
            article_id: id.clone(),
            sentence: i as u32,
            part,
            start,
            end,
            text: text(i, mention.place.span),
            kind: cast.actors[mention.actor].kind,
            p: probability(mention.p),
            actor_id: actor_id(mention.actor),
            voice: mention.voice,
            speaker_id: speaker(mention.attribution).map(actor_id),
            form: mention.reason.form(),
            reason: mention.reason,
            is_place: mention.is_place,
            is_source: mention.is_source,
            p_against: probability(mention.stance.against),
            p_neutral: probability(mention.stance.neutral),
            p_favor: probability(mention.stance.favor),
            stance: mention.stance.label(),
            net_stance: probability(mention.stance.net()),
        });
    }
    for (a, attributed) in voices.attributions.iter().enumerate() {
        for content in &attributed.content {
            let (part, start, end) = place(content.sentence, content.span);
            let words = voice::words_in(&sentences[content.sentence].text, content.span);
            let (mut n_words, mut n_words_direct) = (0, 0);
            for word in words {
                let (spoken, _) = voices.sentences[content.sentence].at(word);
                n_words += 1;
                n_words_direct += u32::from(spoken == Voice::Direct);
            }
            let source = attributed.source.map(|s| text(s.sentence, s.span));
            out.attributions.push(AttributionRow {
                article_id: id.clone(),
                attribution: a as u32,
                sentence: content.sentence as u32,
                kind: attributed.kind,
                part,
                start,
                end,
                text: text(content.sentence, content.span),
                n_words,
                n_words_direct,
                speaker_id: speaker(Some(a)).map(actor_id),
                via_id: cast.via[a].map(actor_id),
                source_kind: match &source {
                    _ if cast.speakers[a].is_some() => SourceKind::Actor,
                    Some(words) if actors::is_pronoun(words) => SourceKind::None,
                    Some(words) if actors::is_document(words) => SourceKind::Document,
                    Some(_) => SourceKind::Unnamed,
                    None => SourceKind::None,
                },
                source,
                cue: attributed.cue.map(|c| text(c.sentence, c.span)),
                p: probability(attributed.p),
            });
        }
    }
    out.actors.clone_from(&cast.actors);
    out.article.body = article.text;
    debug_assert!(
        out.sentences.iter().all(|s| s.part == Part::Body || out.article.title.is_some())
    );
    out
}

/// A loaded span, cut where the voice changes.
fn by_voice(span: Span, voiced: &voice::SentenceVoice) -> Vec<(Span, Voice, Option<usize>)> {
    let mut borders = vec![span.start, span.end];
    for s in &voiced.stretches {
        borders
            .extend([s.span.start, s.span.end].iter().filter(|&&b| span.start < b && b < span.end));
    }
    borders.sort_unstable();
    borders.dedup();
    borders
        .windows(2)
        .map(|b| {
            let piece = Span::new(b[0], b[1]);
            let (voice, attribution) = voiced.at(piece);
            (piece, voice, attribution)
        })
        .collect()
}

/// Line breaks inside a sentence come from the page, not from its author.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Five decimals: more than the model is good for, and files pack better.
fn probability(p: f32) -> f64 {
    (f64::from(p) * 1e5).round() / 1e5
}
