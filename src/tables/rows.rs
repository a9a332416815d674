//! One struct per table; one field per column. `docs/codebook.md` defines every one of them.
//!
//! `start`/`end` are Unicode code points in the text that `part` names (`title` or `body`, both
//! kept in the `articles` table). Shares and probabilities run from 0 to 1, net stance from -1 to 1.
//! `lo`/`hi` are the ends of a 95% interval. A figure is null where there is not enough data.

use serde::{Deserialize, Serialize};

use crate::actors::{Form, Reason};
use crate::ingest::RejectReason;
use crate::model::{AttributionKind, EntityKind, Stance};
use crate::text::Part;
use crate::voice::Voice;

/// Outlet of articles for which neither record, page, folder nor option names one.
pub const UNKNOWN_OUTLET: &str = "(unknown)";

/// An article that was scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArticleRow {
    pub article_id: String,
    /// `(unknown)` where neither record, page, folder nor option names one.
    pub outlet: String,
    pub title: Option<String>,
    /// `YYYY-MM-DD`
    pub date: Option<String>,
    pub author: Option<String>,
    pub url: Option<String>,
    /// The wire service that wrote the copy, when the text says so.
    pub agency: Option<String>,
    /// File, and line where the file holds many records.
    pub source: String,
    pub body: String,
    pub n_sentences: u32,
    pub n_words: u32,
    /// Words that are somebody else's, directly or indirectly.
    pub n_words_quoted: u32,
    /// Sentences with words of the outlet's own (voice `outlet` or `mixed`).
    pub n_own: u32,
    /// Of those, the ones whose own words are loaded.
    pub n_loaded_own: u32,
    /// Sentences in any voice that are loaded.
    pub n_loaded: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentenceRow {
    pub article_id: String,
    /// Number in the article, from 0, the title first.
    pub sentence: u32,
    pub part: Part,
    pub start: u32,
    pub end: u32,
    pub paragraph: u32,
    pub heading: bool,
    pub text: String,
    pub n_words: u32,
    pub n_words_quoted: u32,
    pub voice: Voice,
    /// The actor whose words these are, where voice is not `outlet` and the text names one.
    pub speaker_id: Option<String>,
    /// Name of that actor, or else the words that name the speaker ("a spokeswoman").
    pub speaker: Option<String>,
    pub p_loaded: f64,
    pub loaded: bool,
    /// Are the outlet's own words in it loaded? Null where it has none.
    pub loaded_own: Option<bool>,
    /// Words of the outlet's own in quotation marks that nobody is said to have spoken.
    pub scare: Vec<String>,
}

/// A loaded span of a loaded sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpanRow {
    pub article_id: String,
    pub sentence: u32,
    pub part: Part,
    pub start: u32,
    pub end: u32,
    pub text: String,
    pub p: f64,
    /// Never `mixed`: a span is cut where the voice changes.
    pub voice: Voice,
    pub speaker_id: Option<String>,
    /// It stands in scare quotes.
    pub scare: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MentionRow {
    pub article_id: String,
    pub sentence: u32,
    pub part: Part,
    pub start: u32,
    pub end: u32,
    pub text: String,
    #[serde(rename = "type")]
    pub kind: EntityKind,
    /// How sure the model is of the type.
    pub p: f64,
    pub actor_id: String,
    /// Voice of the words around the mention; never `mixed`.
    pub voice: Voice,
    /// Who speaks there, where it is not the outlet and the text names one.
    pub speaker_id: Option<String>,
    /// Name, description or pronoun.
    pub form: Form,
    /// Why the words mean the actor.
    pub reason: Reason,
    /// A location or origin only ("in *Moscow*", "the *Danish* coach").
    pub is_place: bool,
    /// True where the mention names the source of an attribution ("*Lavrov* said").
    pub is_source: bool,
    pub p_against: f64,
    pub p_neutral: f64,
    pub p_favor: f64,
    pub stance: Stance,
    /// `p_favor - p_against`
    pub net_stance: f64,
}

/// One stretch of attributed words; an attribution with several stretches has several rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributionRow {
    pub article_id: String,
    /// Number in the article, from 0.
    pub attribution: u32,
    pub sentence: u32,
    pub kind: AttributionKind,
    pub part: Part,
    pub start: u32,
    pub end: u32,
    pub text: String,
    pub n_words: u32,
    /// Of those, words in quotation marks (or otherwise shown to be somebody's very words).
    pub n_words_direct: u32,
    pub speaker_id: Option<String>,
    /// Who passed the words on ("*Tass* quoted Lavrov as saying").
    pub via_id: Option<String>,
    pub source_kind: SourceKind,
    /// The source's words, as the text has them.
    pub source: Option<String>,
    pub cue: Option<String>,
    pub p: f64,
}

/// What kind of source words have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Somebody the article names: `speaker_id` has who.
    Actor,
    /// A report, a poll, a court filing.
    Document,
    /// People without a name: "two officials".
    Unnamed,
    /// The text does not say whose words they are.
    None,
}

/// How somebody is spoken of, by whom: a holder's stances toward a target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HolderTargetRow {
    /// Null: over all outlets.
    pub outlet: Option<String>,
    /// `outlet` (its own voice), `actor`, `unnamed` or `copy` (whoever wrote what the outlet relays)
    pub holder: String,
    /// Null unless `holder` is `actor`.
    pub holder_id: Option<String>,
    pub holder_name: Option<String>,
    pub target_id: String,
    pub target_name: String,
    pub n_articles: u32,
    pub n_mentions: u32,
    /// Of those, mentions inside quotation marks; in reported words.
    pub n_direct: u32,
    pub n_indirect: u32,
    pub n_against: u32,
    pub n_favor: u32,
    pub net_stance: Option<f64>,
    pub net_stance_lo: Option<f64>,
    pub net_stance_hi: Option<f64>,
}

/// Somebody who is let speak.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeakerRow {
    /// Null: over all outlets.
    pub outlet: Option<String>,
    /// Null: people without a name, documents, and whoever the text does not name.
    pub speaker_id: Option<String>,
    pub speaker_name: Option<String>,
    pub n_articles: u32,
    /// Sentences that are the speaker's words and hardly anybody else's.
    pub n_sentences: u32,
    pub n_words_direct: u32,
    pub n_words_indirect: u32,
    /// Share of all words that are somebody else's.
    pub share_of_quoted: f64,
    /// Share of `n_sentences` that are loaded.
    pub loaded: Option<f64>,
    pub loaded_lo: Option<f64>,
    pub loaded_hi: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutletRow {
    pub outlet: String,
    pub n_articles: u32,
    /// Articles that an agency wrote.
    pub n_agency: u32,
    /// Articles whose words are not the outlet's: copy of an agency or of another outlet.
    pub n_relayed: u32,
    /// Articles that print what the outlet has printed before, and count for nothing.
    pub n_repeats: u32,
    pub n_sentences: u32,
    /// Sentences with words of the outlet's own.
    pub n_own: u32,
    pub n_loaded_own: u32,
    /// Share of the outlet's own sentences that are loaded.
    pub loaded_own: Option<f64>,
    pub loaded_own_lo: Option<f64>,
    pub loaded_own_hi: Option<f64>,
    /// Mean probability that a sentence is loaded, over those that are the outlet's throughout.
    pub p_loaded_own: Option<f64>,
    pub p_loaded_own_lo: Option<f64>,
    pub p_loaded_own_hi: Option<f64>,
    pub n_loaded: u32,
    /// Share of all sentences, in whatever voice, that are loaded.
    pub loaded_all: Option<f64>,
    pub loaded_all_lo: Option<f64>,
    pub loaded_all_hi: Option<f64>,
    /// Mentions of actors in the outlet's own words.
    pub n_mentions_own: u32,
    /// Mean net stance of those.
    pub net_stance_own: Option<f64>,
    pub net_stance_own_lo: Option<f64>,
    pub net_stance_own_hi: Option<f64>,
    pub n_mentions: u32,
    pub net_stance_all: Option<f64>,
    pub net_stance_all_lo: Option<f64>,
    pub net_stance_all_hi: Option<f64>,
    pub n_words: u32,
    pub n_words_quoted: u32,
    /// Share of words that are somebody else's.
    pub quoted: Option<f64>,
    pub quoted_lo: Option<f64>,
    pub quoted_hi: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActorRow {
    pub actor_id: String,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: EntityKind,
    /// Other names it was met under, most frequent first.
    pub aliases: Vec<String>,
    /// Each with why it means this actor: "Lind (surname)".
    pub merges: Vec<String>,
    /// Of the user's codebook.
    pub groups: Vec<String>,
    pub wikidata: Option<String>,
    pub n_outlets: u32,
    pub n_articles: u32,
    pub n_mentions: u32,
    pub n_mentions_own: u32,
    pub net_stance_own: Option<f64>,
    pub net_stance_own_lo: Option<f64>,
    pub net_stance_own_hi: Option<f64>,
    pub net_stance_all: Option<f64>,
    pub net_stance_all_lo: Option<f64>,
    pub net_stance_all_hi: Option<f64>,
    /// Sentences that name it in the outlet's own words.
    pub n_sentences_own: u32,
    /// Of those, the ones whose own words are loaded.
    pub n_loaded_own: u32,
    pub loaded_own: Option<f64>,
    pub loaded_own_lo: Option<f64>,
    pub loaded_own_hi: Option<f64>,
    /// Sentences in which it speaks.
    pub n_speaks: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutletActorRow {
    pub outlet: String,
    pub actor_id: String,
    pub name: String,
    /// Articles of the outlet that name the actor.
    pub n_articles: u32,
    pub n_mentions: u32,
    pub n_mentions_own: u32,
    /// Articles of the outlet that name the actor in the outlet's own words.
    pub n_articles_own: u32,
    pub net_stance_own: Option<f64>,
    pub net_stance_own_lo: Option<f64>,
    pub net_stance_own_hi: Option<f64>,
    /// Share of those mentions that are against; in favour.
    pub against_own: Option<f64>,
    pub favor_own: Option<f64>,
    pub net_stance_all: Option<f64>,
    pub net_stance_all_lo: Option<f64>,
    pub net_stance_all_hi: Option<f64>,
    /// Sentences of the outlet's own words that name the actor.
    pub n_sentences_own: u32,
    /// Of those, the ones whose own words are loaded.
    pub n_loaded_own: u32,
    pub loaded_own: Option<f64>,
    pub loaded_own_lo: Option<f64>,
    pub loaded_own_hi: Option<f64>,
}

/// A figure in a week, a month or a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeriodRow {
    /// `loaded_own` of an outlet, or `net_stance_own` toward an actor in all outlets' own words.
    pub measure: String,
    /// Null: all outlets.
    pub outlet: Option<String>,
    pub actor_id: Option<String>,
    pub actor_name: Option<String>,
    /// `week` (from Monday), `month` or `year`
    pub unit: String,
    /// First day, `YYYY-MM-DD`.
    pub period: String,
    pub n_articles: u32,
    /// Sentences of own words, or mentions in them.
    pub n: u32,
    pub value: Option<f64>,
    pub lo: Option<f64>,
    pub hi: Option<f64>,
}

/// A word that marks an outlet among its loaded words (Monroe et al. 2008).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordRow {
    pub outlet: String,
    /// In lower case.
    pub word: String,
    /// Articles of the outlet that use it among the loaded words of their own.
    pub n_articles: u32,
    /// Articles of all other outlets that do.
    pub n_articles_others: u32,
    /// Log of the odds of the word in the outlet less that in the others, with a prior from all.
    pub log_odds: f64,
    /// `log_odds` by its standard deviation.
    pub z: f64,
    /// Where it is used most surely.
    pub article_id: String,
    pub sentence: u32,
}

/// Outlet against outlet on one measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparisonRow {
    /// `loaded_own`, `quoted` or `net_stance_own`
    pub measure: String,
    /// Toward whom; with `loaded_own`, of the sentences that name the actor. Null: of all.
    pub actor_id: Option<String>,
    pub outlet_a: String,
    pub outlet_b: String,
    pub n_articles_a: u32,
    pub n_articles_b: u32,
    pub value_a: Option<f64>,
    pub value_b: Option<f64>,
    /// `value_a - value_b`
    pub difference: Option<f64>,
    pub lo: Option<f64>,
    pub hi: Option<f64>,
    /// Size of the difference: Cohen's h of shares, Hedges' g of net stance.
    pub effect: Option<f64>,
    pub p: Option<f64>,
    /// `p` after Benjamini and Hochberg, over all rows of the measure.
    pub q: Option<f64>,
    /// Events that both outlets tell something about.
    pub n_events: u32,
    /// The same difference within those events.
    pub difference_within: Option<f64>,
    pub lo_within: Option<f64>,
    pub hi_within: Option<f64>,
    pub p_within: Option<f64>,
    /// `p_within` after Benjamini and Hochberg, over all rows of the measure that have one.
    pub q_within: Option<f64>,
    /// Why there is no figure; null where there is one.
    pub note: Option<String>,
}

/// A figure of the run beside what it would be without the run's mistakes, as far as a coded sample tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrectedRow {
    /// `loaded_own` or `net_stance_own`
    pub measure: String,
    pub outlet: String,
    /// Null: the figure is the outlet's. Else it is the difference `outlet` - `outlet_b`.
    pub outlet_b: Option<String>,
    /// Null for measures that are of no actor, and toward all actors.
    pub actor_id: Option<String>,
    /// As in `outlets`, `outlet_actor` or `comparisons`.
    pub naive: Option<f64>,
    pub naive_lo: Option<f64>,
    pub naive_hi: Option<f64>,
    /// Design-based supervised learning.
    pub dsl: Option<f64>,
    pub dsl_lo: Option<f64>,
    pub dsl_hi: Option<f64>,
    /// Prediction-powered inference.
    pub ppi: Option<f64>,
    pub ppi_lo: Option<f64>,
    pub ppi_hi: Option<f64>,
    /// Coded rows.
    pub n_coded: u32,
    /// Articles with a coded row; all articles that tell something about the figure.
    pub n_coded_articles: u32,
    pub n_articles: u32,
    /// Why there is no corrected figure; null where there is one.
    pub note: Option<String>,
}

/// An article that is in an event, or that prints copy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventRow {
    /// Null where it only prints copy.
    pub event_id: Option<String>,
    pub article_id: String,
    pub outlet: String,
    pub date: Option<String>,
    pub title: Option<String>,
    /// Why it is in the event: "likeness .46 to ..., 1 day apart".
    pub reason: Option<String>,
    /// To the article of the event that it is most like; null where the user's file named the event.
    pub likeness: Option<f64>,
    /// The earliest article that has most of its words.
    pub copy_of: Option<String>,
    /// Share of the runs of five words in either article that are in both (Jaccard).
    pub similarity: Option<f64>,
    /// Share of its own runs of five words that are in the other.
    pub shared: Option<f64>,
    /// Its words are not its outlet's.
    pub relayed: bool,
    /// Why.
    pub relayed_why: Option<String>,
    /// Its outlet has printed the same before; it counts for nothing.
    pub repeats: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RejectRow {
    pub source: String,
    pub id: Option<String>,
    pub reason: RejectReason,
    pub detail: String,
}
