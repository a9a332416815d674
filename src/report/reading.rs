//! Articles in, their sentences out as a page shows them: who speaks, which words are loaded, which
//! stance is taken where.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::marks::{Segment, segments};
use super::number::{count, counted, net, probability};
use super::{MarkedArticle, Run, safe, view};
use crate::Span;
use crate::model::{AttributionKind, Stance};
use crate::span::CodePoints;
use crate::tables::rows::{ArticleRow, AttributionRow, MentionRow, SentenceRow, SpanRow};
use crate::text::Part;
use crate::voice::Voice;

/// An article, sentence by sentence.
#[derive(Serialize)]
pub struct ArticleView {
    /// `a12`
    pub anchor: String,
    pub title: String,
    pub id: String,
    pub outlet: String,
    pub date: Option<String>,
    pub author: Option<String>,
    pub agency: Option<String>,
    /// Of the web only.
    pub link: Option<String>,
    pub source: String,
    /// `14 of 17 sentences loaded in own words`
    pub loaded: String,
    pub quoted: String,
    pub sentences: Vec<SentenceView>,
}

#[derive(Serialize)]
pub struct SentenceView {
    /// `a12-s3`
    pub anchor: String,
    pub number: u32,
    /// Does a paragraph begin here?
    pub begins: bool,
    pub heading: bool,
    /// `outlet`, `direct`, `indirect` or `mixed`
    pub voice: &'static str,
    #[serde(skip)]
    pub spoken: Voice,
    /// Who speaks in it, and how.
    pub says: Vec<Says>,
    pub p: String,
    /// What is loaded in it, if anything is.
    pub loaded: Option<LoadedIn>,
    pub pieces: Vec<Piece>,
}

/// Whose words of a sentence are loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LoadedIn {
    /// The outlet's own.
    Own,
    /// Only words of somebody else's.
    Quoted,
}

#[derive(PartialEq, Eq, Serialize)]
pub struct Says {
    /// Set where one sentence has several voices.
    pub kind: Option<&'static str>,
    /// None where the text names nobody.
    pub who: Option<String>,
}

/// A stretch of a sentence with the same marks all over it.
#[derive(Default, Serialize)]
pub struct Piece {
    pub text: String,
    /// Classes of the element around it; empty for plain text.
    pub class: String,
    pub is_loaded: bool,
    /// Whose loaded words these are.
    #[serde(skip)]
    pub loaded: Option<LoadedIn>,
    /// Somebody else's words, inside a sentence of several voices.
    #[serde(skip)]
    pub voice: Option<AttributionKind>,
    pub hint: String,
    /// The voice that begins here, inside a sentence of several.
    pub opens: Option<Says>,
    /// Stances at the mentions that end here.
    pub stances: Vec<StanceView>,
}

#[derive(Serialize)]
pub struct StanceView {
    /// `against`, `neutral` or `favor`
    pub stance: &'static str,
    /// `against Russia, net stance −0.43`
    pub hint: String,
    #[serde(skip)]
    pub toward: Toward,
}

/// A stance at a mention, for forms that have no room for a hint.
#[derive(Clone, Debug, PartialEq)]
pub struct Toward {
    /// The actor's name, and the words that mean it here.
    pub name: String,
    pub words: String,
    pub stance: Stance,
    pub net: f64,
    /// The voice that holds it.
    pub voice: Voice,
}

pub fn sentence_anchor(article: usize, sentence: u32) -> String {
    format!("a{article}-s{sentence}")
}

pub fn voice_name(voice: Voice) -> &'static str {
    match voice {
        Voice::Outlet => "outlet",
        Voice::Direct => "direct",
        Voice::Indirect => "indirect",
        Voice::Mixed => "mixed",
    }
}

fn attribution_name(kind: AttributionKind) -> &'static str {
    match kind {
        AttributionKind::Direct => "direct",
        AttributionKind::Indirect => "indirect",
        AttributionKind::Mixed => "mixed",
    }
}

fn stance_name(stance: Stance) -> &'static str {
    match stance {
        Stance::Against => "against",
        Stance::Neutral => "neutral",
        Stance::Favor => "favor",
    }
}

/// The rows of one article.
#[derive(Default)]
struct Rows<'r> {
    sentences: Vec<&'r SentenceRow>,
    spans: Vec<&'r SpanRow>,
    mentions: Vec<&'r MentionRow>,
    attributions: Vec<&'r AttributionRow>,
}

/// One view per article, in their order; the first is number 1.
pub fn articles(
    run: &Run,
    articles: &[&ArticleRow],
    names: &HashMap<&str, &str>,
) -> Vec<ArticleView> {
    let mut rows: HashMap<&str, Rows> =
        articles.iter().map(|a| (a.article_id.as_str(), Rows::default())).collect();
    for row in &run.sentences {
        if let Some(rows) = rows.get_mut(row.article_id.as_str()) {
            rows.sentences.push(row);
        }
    }
    for row in &run.spans {
        if let Some(rows) = rows.get_mut(row.article_id.as_str()) {
            rows.spans.push(row);
        }
    }
    for row in &run.mentions {
        if let Some(rows) = rows.get_mut(row.article_id.as_str()) {
            rows.mentions.push(row);
        }
    }
    for row in &run.attributions {
        if let Some(rows) = rows.get_mut(row.article_id.as_str()) {
            rows.attributions.push(row);
        }
    }
    let none = Rows::default();
    let numbered = articles.iter().enumerate();
    numbered
        .map(|(i, article)| {
            let rows = rows.get(article.article_id.as_str()).unwrap_or(&none);
            article_view(i + 1, article, rows, names)
        })
        .collect()
}

/// One article, as [`articles`] makes them.
pub fn article(
    run: &Run,
    number: usize,
    article: &ArticleRow,
    names: &HashMap<&str, &str>,
) -> ArticleView {
    article_view(number, article, &Rows::of(run, |id, _| id == article.article_id), names)
}

/// Sentences that stand alone, in their order; their anchors lead nowhere.
pub fn single(
    run: &Run,
    sentences: &[&SentenceRow],
    names: &HashMap<&str, &str>,
) -> Vec<SentenceView> {
    let wanted: HashSet<(&str, u32)> =
        sentences.iter().map(|s| (s.article_id.as_str(), s.sentence)).collect();
    let rows = Rows::of(run, |id, sentence| wanted.contains(&(id, sentence)));
    let mut by_article: HashMap<&str, Rows> = HashMap::new();
    for row in rows.spans {
        by_article.entry(&row.article_id).or_default().spans.push(row);
    }
    for row in rows.mentions {
        by_article.entry(&row.article_id).or_default().mentions.push(row);
    }
    for row in rows.attributions {
        by_article.entry(&row.article_id).or_default().attributions.push(row);
    }
    let none = Rows::default();
    let articles: HashMap<&str, &ArticleRow> =
        run.articles.iter().map(|a| (a.article_id.as_str(), a)).collect();
    sentences
        .iter()
        .map(|row| {
            let rows = by_article.get(row.article_id.as_str()).unwrap_or(&none);
            let article = articles.get(row.article_id.as_str());
            let part = article.map(|article| match row.part {
                Part::Title => article.title.as_deref().unwrap_or_default(),
                Part::Body => &article.body,
            });
            let part = CodePoints::new(part.unwrap_or_default());
            sentence_view(0, row, words_of(row, &part), false, rows, names)
        })
        .collect()
}

impl<'r> Rows<'r> {
    fn of(run: &'r Run, keep: impl Fn(&str, u32) -> bool) -> Rows<'r> {
        Rows {
            sentences: run.sentences.iter().filter(|r| keep(&r.article_id, r.sentence)).collect(),
            spans: run.spans.iter().filter(|r| keep(&r.article_id, r.sentence)).collect(),
            mentions: run.mentions.iter().filter(|r| keep(&r.article_id, r.sentence)).collect(),
            attributions: run
                .attributions
                .iter()
                .filter(|r| keep(&r.article_id, r.sentence))
                .collect(),
        }
    }
}

/// The view of one article.
pub fn one(marked: &MarkedArticle) -> ArticleView {
    let rows = Rows {
        sentences: marked.sentences.iter().collect(),
        spans: marked.spans.iter().collect(),
        mentions: marked.mentions.iter().collect(),
        attributions: marked.attributions.iter().collect(),
    };
    let name = |actor: &'_ super::ActorName| (actor.actor_id.clone(), actor.name.clone());
    let names: HashMap<String, String> = marked.actors.iter().map(name).collect();
    let names = names.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    article_view(1, &marked.article, &rows, &names)
}

fn article_view(
    number: usize,
    article: &ArticleRow,
    rows: &Rows,
    names: &HashMap<&str, &str>,
) -> ArticleView {
    let mut sentences = rows.sentences.clone();
    sentences.sort_by_key(|s| s.sentence);
    let mut paragraph = None;
    let title = CodePoints::new(article.title.as_deref().unwrap_or_default());
    let body = CodePoints::new(&article.body);
    let sentences = sentences
        .into_iter()
        .map(|row| {
            let begins = paragraph.replace(row.paragraph) != Some(row.paragraph);
            let part = match row.part {
                Part::Title => &title,
                Part::Body => &body,
            };
            sentence_view(number, row, words_of(row, part), begins, rows, names)
        })
        .collect();
    let title = article.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
    ArticleView {
        anchor: format!("a{number}"),
        title: title.unwrap_or("(no title)").to_owned(),
        id: article.article_id.clone(),
        outlet: article.outlet.clone(),
        date: article.date.clone(),
        author: article.author.clone(),
        agency: article.agency.clone(),
        link: article.url.as_deref().and_then(safe::web_address).map(str::to_owned),
        source: article.source.clone(),
        loaded: format!(
            "{} of {} loaded in own words",
            count(article.n_loaded_own),
            counted(article.n_own, "sentence", "sentences"),
        ),
        quoted: format!(
            "{} of {} somebody else’s",
            count(article.n_words_quoted),
            counted(article.n_words, "word", "words"),
        ),
        sentences,
    }
}

/// The sentence as its article has it, which is what offsets speak of: in the row's own text white space
/// is drawn together. That text where the article's is not at hand.
fn words_of<'t>(row: &'t SentenceRow, part: &CodePoints<'t>) -> &'t str {
    let text = part.slice(row.span());
    if text.split_whitespace().eq(row.text.split_whitespace()) { text } else { &row.text }
}

fn sentence_view(
    article: usize,
    row: &SentenceRow,
    text: &str,
    begins: bool,
    rows: &Rows,
    names: &HashMap<&str, &str>,
) -> SentenceView {
    let voiced: Vec<&AttributionRow> = match row.voice {
        Voice::Mixed => within(row, &rows.attributions).collect(),
        _ => Vec::new(),
    };
    SentenceView {
        anchor: sentence_anchor(article, row.sentence),
        number: row.sentence,
        begins,
        heading: row.heading,
        voice: voice_name(row.voice),
        spoken: row.voice,
        says: says(row, &voiced, names),
        p: probability(row.p_loaded),
        loaded: match (row.loaded_own, row.loaded) {
            (Some(true), _) => Some(LoadedIn::Own),
            (_, true) => Some(LoadedIn::Quoted),
            _ => None,
        },
        pieces: pieces(row, text, &voiced, rows, names),
    }
}

fn says(row: &SentenceRow, voiced: &[&AttributionRow], names: &HashMap<&str, &str>) -> Vec<Says> {
    let mut out: Vec<Says> = Vec::new();
    for attribution in voiced {
        let says = attributed(attribution, names);
        if !out.contains(&says) {
            out.push(says);
        }
    }
    if out.is_empty() && row.voice != Voice::Outlet {
        out.push(Says {
            kind: None,
            who: speaker(row.speaker_id.as_deref(), row.speaker.as_deref(), names),
        });
    }
    out
}

fn attributed(row: &AttributionRow, names: &HashMap<&str, &str>) -> Says {
    Says {
        kind: Some(attribution_name(row.kind)),
        who: speaker(row.speaker_id.as_deref(), row.source.as_deref(), names),
    }
}

/// The actor's name, else the text's words for it.
fn speaker(id: Option<&str>, words: Option<&str>, names: &HashMap<&str, &str>) -> Option<String> {
    id.and_then(|id| names.get(id).copied()).or(words).or(id).map(str::to_owned)
}

/// A row's stretch of an article's text.
trait Stretch {
    fn part(&self) -> Part;
    fn span(&self) -> Span;
}

macro_rules! stretch {
    ($($row:ty),*) => {
        $(impl Stretch for $row {
            fn part(&self) -> Part {
                self.part
            }
            fn span(&self) -> Span {
                Span::new(self.start as usize, self.end as usize)
            }
        })*
    };
}
stretch!(SentenceRow, SpanRow, MentionRow, AttributionRow);

/// The stretches that share text with a sentence.
fn within<'a, 'r, S: Stretch>(
    sentence: &'a SentenceRow,
    stretches: &'a [&'r S],
) -> impl Iterator<Item = &'r S> + 'a {
    let here = move |s: &&'r S| s.part() == sentence.part && s.span().overlaps(sentence.span());
    stretches.iter().copied().filter(here)
}

enum Mark<'r> {
    Voice(&'r AttributionRow),
    Mention(&'r MentionRow),
    Loaded(&'r SpanRow),
}

fn pieces(
    row: &SentenceRow,
    text: &str,
    voiced: &[&AttributionRow],
    rows: &Rows,
    names: &HashMap<&str, &str>,
) -> Vec<Piece> {
    let points = CodePoints::new(text);
    let local = |span: Span| {
        let start = row.start as usize;
        let end = span.end.saturating_sub(start).min(points.len());
        Span::new(span.start.saturating_sub(start).min(end), end)
    };
    let marks: Vec<(Span, Mark)> = voiced
        .iter()
        .map(|&a| (local(a.span()), Mark::Voice(a)))
        .chain(within(row, &rows.mentions).map(|m| (local(m.span()), Mark::Mention(m))))
        .chain(within(row, &rows.spans).map(|s| (local(s.span()), Mark::Loaded(s))))
        .collect();
    let stretches: Vec<Span> = marks.iter().map(|(span, _)| *span).collect();
    segments(points.len(), &stretches)
        .into_iter()
        .map(|segment| piece(points.slice(segment.span), &segment, &marks, names))
        .collect()
}

fn piece(
    text: &str,
    segment: &Segment,
    marks: &[(Span, Mark)],
    names: &HashMap<&str, &str>,
) -> Piece {
    let mut out = Piece { text: text.to_owned(), ..Piece::default() };
    let (mut classes, mut hints) = (Vec::new(), Vec::new());
    for (span, mark) in segment.over.iter().filter_map(|&i| marks.get(i)) {
        match mark {
            Mark::Voice(row) => {
                let says = attributed(row, names);
                classes.push("v");
                out.voice = Some(row.kind);
                classes.push(attribution_name(row.kind));
                if span.start == segment.span.start {
                    out.opens = Some(says);
                }
            }
            Mark::Mention(row) => {
                classes.push("m");
                let name = names.get(row.actor_id.as_str()).copied().unwrap_or(&row.text);
                hints.push(format!("{name} ({})", view::kind(row.kind)));
                if span.end == segment.span.end {
                    out.stances.push(stance_view(row, name));
                }
            }
            Mark::Loaded(row) => {
                let own = row.voice == Voice::Outlet;
                out.is_loaded = true;
                if out.loaded != Some(LoadedIn::Own) {
                    out.loaded = Some(if own { LoadedIn::Own } else { LoadedIn::Quoted });
                }
                classes.push(if own { "own" } else { "quoted" });
                let whose = if own { "the outlet's own words" } else { "somebody else's words" };
                hints.push(format!("loaded, {whose} ({})", probability(row.p)));
            }
        }
    }
    classes.dedup();
    out.class = classes.join(" ");
    out.hint = safe::line(&hints.join("; ")).into_owned();
    out
}

fn stance_view(row: &MentionRow, name: &str) -> StanceView {
    let words = match row.stance {
        Stance::Against => "against",
        Stance::Neutral => "neutral toward",
        Stance::Favor => "in favour of",
    };
    let source = if row.is_source { "; named as the source" } else { "" };
    let name = safe::line(name);
    StanceView {
        stance: stance_name(row.stance),
        hint: format!("{words} {name}, net stance {}{source}", net(row.net_stance)),
        toward: Toward {
            name: name.into_owned(),
            words: row.text.clone(),
            stance: row.stance,
            net: row.net_stance,
            voice: row.voice,
        },
    }
}
