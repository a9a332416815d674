//! Tables in, pages for people out.
//!
//! In: a [`Run`], the rows of a run folder in memory. Out: a `String` in one of five forms:
//!
//! | form | for |
//! |---|---|
//! | [`html`] | people: one self-contained file, every article sentence by sentence |
//! | [`markdown`] | pasting into a paper's notes, an issue, a mail |
//! | [`json`] | programs: the summary and the tables of estimates, named as their columns |
//! | [`csv`] | spreadsheets: one table of estimates |
//! | [`terminal`] | the ten seconds after a run |
//!
//! Promises: nothing is read, written or measured here; every figure is a row's, only rounded
//! ([`number`]); where a row has no figure the counts stand and no figure is made up; a finding
//! ([`findings`]) is a sentence that is true of the rows as worded; text that an article or a file
//! brought comes out as text in every form ([`safe`]).
//!
//! The way inside: `view` and `reading` turn rows into what a page shows (plain structs, all
//! rounding done), and one file per form lays that out.

pub mod figures;
pub mod findings;
pub mod number;
pub mod safe;

mod article;
mod course;
mod csv;
pub mod evidence;
mod heard;
mod html;
mod json;
mod latex;
mod markdown;
mod marking;
mod marks;
mod reading;
mod screen;
mod side;
mod template;
mod terminal;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod view;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::EntityKind;
use crate::tables::rows::{
    ActorRow, ArticleRow, AttributionRow, ComparisonRow, CorrectedRow, EventRow, HolderTargetRow,
    MentionRow, OutletActorRow, OutletRow, PeriodRow, RejectRow, SentenceRow, SpanRow, SpeakerRow,
    WordRow,
};
use evidence::Evidence;

pub use article::{
    Layout, article_json, article_plain, article_svg, article_terminal, list_plain, list_terminal,
    sentences_plain, sentences_terminal,
};
pub use csv::{Table, csv};
pub use html::html;
pub use json::json;
pub use latex::{LATEX_TABLES, latex};
pub use markdown::markdown;
pub use template::NAMES as TEMPLATES;
pub use terminal::terminal;
pub use view::{Featured, shown};

/// A run, as its folder has it. The order of rows does not matter.
///
/// Of a large run `sentences`, `spans`, `mentions` and `attributions` may be left out but for the
/// articles that are [`shown`] and the sentences of `evidence`: no figure is counted from them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    pub info: RunInfo,
    pub articles: Vec<ArticleRow>,
    pub sentences: Vec<SentenceRow>,
    pub spans: Vec<SpanRow>,
    pub mentions: Vec<MentionRow>,
    pub attributions: Vec<AttributionRow>,
    pub outlets: Vec<OutletRow>,
    pub actors: Vec<ActorRow>,
    pub outlet_actor: Vec<OutletActorRow>,
    pub comparisons: Vec<ComparisonRow>,
    /// Figures as a sample that people coded corrects them; none without such a sample.
    pub corrected: Vec<CorrectedRow>,
    pub speakers: Vec<SpeakerRow>,
    pub holder_target: Vec<HolderTargetRow>,
    pub events: Vec<EventRow>,
    pub periods: Vec<PeriodRow>,
    pub words: Vec<WordRow>,
    /// Loaded sentences of outlets' own, picked from all articles. Where empty, they are picked from `sentences`.
    pub evidence: Vec<Evidence>,
    /// Sentences that show the use of a word of `words`; any of `sentences` does, too.
    pub examples: Vec<SentenceRow>,
    pub rejects: Vec<RejectRow>,
}

/// One article and its rows: of a run, or of a text that was just read.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkedArticle {
    pub article: ArticleRow,
    pub sentences: Vec<SentenceRow>,
    pub spans: Vec<SpanRow>,
    pub mentions: Vec<MentionRow>,
    pub attributions: Vec<AttributionRow>,
    /// Everybody whom the rows name by an id.
    pub actors: Vec<ActorName>,
}

impl MarkedArticle {
    /// The ids of actors that the rows have, each once, in order.
    pub fn ids(&self) -> BTreeSet<&str> {
        let speakers = self.sentences.iter().filter_map(|r| r.speaker_id.as_deref());
        let of_spans = self.spans.iter().filter_map(|r| r.speaker_id.as_deref());
        let mentioned = self.mentions.iter().map(|r| r.actor_id.as_str());
        let hearers = self.mentions.iter().filter_map(|r| r.speaker_id.as_deref());
        let attributed = self.attributions.iter().flat_map(|r| [&r.speaker_id, &r.via_id]);
        let attributed = attributed.filter_map(|id| id.as_deref());
        speakers.chain(of_spans).chain(mentioned).chain(hearers).chain(attributed).collect()
    }
}

/// Who an id means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActorName {
    pub actor_id: String,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: EntityKind,
}

/// What the manifest says of the run. Every field may be missing from the JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunInfo {
    /// The report's heading.
    pub title: String,
    /// ISO 8601; shown as it is.
    pub created: String,
    /// Version of undertone.
    pub undertone: String,
    pub model: ModelInfo,
    /// Decision thresholds by head.
    pub thresholds: BTreeMap<String, f64>,
    /// Options of the run that change figures.
    pub options: Map<String, Value>,
    /// Whatever the run counted beside what the tables say.
    pub counts: Map<String, Value>,
    pub seed: u64,
    /// Fewest articles for which an outlet gets a figure.
    pub min_articles: u32,
    /// Wall-clock time of scoring.
    pub seconds: f64,
    /// Where the report for people lies, for the last line of [`terminal`].
    pub location: Option<String>,
}

impl Default for RunInfo {
    fn default() -> Self {
        RunInfo {
            title: "How each outlet writes about whom".into(),
            created: String::new(),
            undertone: String::new(),
            model: ModelInfo::default(),
            thresholds: BTreeMap::new(),
            options: Map::new(),
            counts: Map::new(),
            seed: 0,
            min_articles: 5,
            seconds: 0.0,
            location: None,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelInfo {
    pub name: String,
    /// In hexadecimal; pages show the first twelve digits.
    pub sha256: String,
}

/// How much of a run a page shows. The rows left out are counted on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    pub articles: Articles,
    /// Most articles shown unless [`Articles::All`] is asked for, and most sentences in them.
    pub article_limit: usize,
    pub sentence_limit: u64,
    /// Most rows of the outlets table, of the actors table and of the comparisons.
    pub row_limit: usize,
    /// Most actors (columns) in outlet x actor.
    pub matrix_actors: usize,
    /// Templates that stand in for the built-in ones of the same name ([`TEMPLATES`]).
    pub templates: BTreeMap<String, String>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            articles: Articles::Auto,
            article_limit: 200,
            sentence_limit: 3000,
            row_limit: 100,
            matrix_actors: 8,
            templates: BTreeMap::new(),
        }
    }
}

/// Which articles are shown sentence by sentence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Articles {
    /// All of them up to the limit, else the sample.
    #[default]
    Auto,
    All,
    /// The first N of each outlet in order of id; N is the largest that keeps to the limits. Besides, the articles
    /// that a section of the page shows or quotes.
    Sample,
    None,
}

/// Why a page could not be made. Rows cannot cause one.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("the report's template failed")]
    Template(#[from] minijinja::Error),
    #[error("a table could not be written")]
    Json(#[from] serde_json::Error),
}

/// The examples of words that a page shows: article and sentence.
pub fn examples<'r>(words: &'r [WordRow], outlets: &'r [OutletRow]) -> BTreeSet<(&'r str, u32)> {
    let sizes = outlets.iter().map(|o| (o.outlet.as_str(), o.n_articles));
    let rows = marking::rows(words, sizes);
    rows.into_values().flatten().map(|row| (row.article_id.as_str(), row.sentence)).collect()
}
