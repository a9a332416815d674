//! Rows in, what a page shows out: chosen, ordered, rounded, with nothing left to work out.
//!
//! A figure carries its text, its interval, the counts behind it, a key to sort by and the
//! coordinates of its bar. Where there is not enough data it carries the counts alone.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::course::Courses;
use super::evidence::{self, Evidence};
use super::findings::{self, Glance};
use super::heard::Heard;
use super::marking::{self, Marked};
use super::number::{
    count, counted, duration, heat, net, net_interval, points, points_interval, share,
    share_interval,
};
use super::reading::{self, ArticleView, SentenceView};
use super::side::{self, EventView};
use super::words::{self, Words};
use super::{Options, Run};
use crate::ingest::RejectReason;
use crate::model::EntityKind;
use crate::tables::rows::{
    ActorRow, ArticleRow, ComparisonRow, CorrectedRow, EventRow, OutletActorRow, OutletRow,
};

/// Where a figure would stand.
pub const NOT_ENOUGH: &str = "not enough data";

/// Everything that the HTML and Markdown templates see.
#[derive(Serialize)]
pub struct Page {
    pub title: String,
    pub summary: Summary,
    pub glance: Glance,
    pub scales: Scales,
    pub outlets: Listing<OutletView>,
    /// Those with a figure, or the most frequent where there is none.
    pub actors: Listing<ActorView>,
    /// The others: `Lind (3)`, by mentions.
    pub rare: Listing<String>,
    /// Net stance in own words; loaded wording of the sentences that name the actor.
    pub matrix: Matrix,
    pub loaded_matrix: Matrix,
    pub courses: Courses,
    pub heard: Heard,
    pub events: Vec<EventView>,
    pub marked: Vec<Marked>,
    pub evidence: EvidenceView,
    pub comparisons: Listing<ComparisonView>,
    pub refused: Listing<Refused>,
    pub worst: Vec<WorstView>,
    /// Was it looked for in all articles, or only in those shown?
    pub worst_of_all: bool,
    pub articles: ArticlesView,
    pub rejects: Listing<RejectView>,
    pub reasons: Vec<Reason>,
    pub min_articles: u32,
    pub manifest: Vec<Entry>,
}

/// Rows shown, of all there are.
#[derive(Serialize)]
pub struct Listing<T> {
    pub rows: Vec<T>,
    pub all: String,
    /// Are there more than shown?
    pub cut: bool,
}

impl<T> Listing<T> {
    fn new<R>(all: Vec<R>, limit: usize, view: impl FnMut(R) -> T) -> Self {
        let n = all.len();
        Listing {
            rows: all.into_iter().take(limit).map(view).collect(),
            all: count(n as u64),
            cut: n > limit,
        }
    }
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub articles: String,
    pub outlets: String,
    pub sentences: String,
    pub words: String,
    /// `2024-01-03 to 2024-02-09`
    pub dates: Option<String>,
    pub undated: Option<String>,
    pub rejected: Option<String>,
}

/// A figure, rounded, and what it stands on.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figure {
    /// None where there is not enough data.
    pub value: Option<String>,
    pub interval: Option<String>,
    /// `14 of 17`
    pub basis: String,
    /// Unrounded, for sorting; none where there is no figure.
    pub key: Option<f64>,
    pub bar: Option<Bar>,
    /// -3 (against) to 3 (in favour), for the colour of a cell of net stance.
    pub heat: i8,
    /// What it is without the program's mistakes: `34% (28% to 41%)`; none without a coded sample.
    pub corrected: Option<String>,
    pub corrected_bar: Option<Bar>,
}

impl Figure {
    fn and_corrected(self, corrected: Option<String>) -> Figure {
        Figure { corrected, ..self }
    }

    fn and_corrected_bar(self, row: Option<&CorrectedRow>, scale: Scale) -> Figure {
        let ends = row.and_then(|r| Some((r.dsl?, r.dsl_lo?, r.dsl_hi?)));
        Figure { corrected_bar: ends.map(|(v, lo, hi)| scale.bar(v, lo, hi)), ..self }
    }
}

/// Measure, outlet, the other outlet of a difference, actor.
type CorrectedKey<'r> = (&'r str, &'r str, Option<&'r str>, Option<&'r str>);

/// Corrected figures.
struct Corrections<'r>(HashMap<CorrectedKey<'r>, &'r CorrectedRow>);

impl<'r> Corrections<'r> {
    fn of(run: &'r Run) -> Corrections<'r> {
        let key = |row: &'r CorrectedRow| {
            (
                row.measure.as_str(),
                row.outlet.as_str(),
                row.outlet_b.as_deref(),
                row.actor_id.as_deref(),
            )
        };
        Corrections(run.corrected.iter().map(|row| (key(row), row)).collect())
    }

    fn of_outlet(&self, measure: &str, outlet: &str) -> Option<&CorrectedRow> {
        self.0.get(&(measure, outlet, None, None)).copied()
    }

    /// `write` puts a value and its ends into words.
    fn text(
        &self,
        measure: &str,
        outlet: &str,
        other: Option<&str>,
        actor: Option<&str>,
        write: impl Fn(f64, f64, f64, u32) -> String,
    ) -> Option<String> {
        let row = self.0.get(&(measure, outlet, other, actor))?;
        let finite = |v: Option<f64>| v.filter(|v| v.is_finite());
        Some(write(finite(row.dsl)?, finite(row.dsl_lo)?, finite(row.dsl_hi)?, row.n_coded))
    }
}

fn in_shares(value: f64, lo: f64, hi: f64, cases: u32) -> String {
    format!("{} ({})", share(value, cases), share_interval(lo, hi, cases))
}

fn in_net(value: f64, lo: f64, hi: f64, _: u32) -> String {
    format!("{} ({})", net(value), net_interval(lo, hi))
}

/// An interval drawn on a line of 0 to 100 units.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bar {
    pub at: f64,
    pub from: f64,
    pub to: f64,
}

/// The ends of the lines that bars are drawn on, the same for every row of a column.
#[derive(Serialize)]
pub struct Scales {
    /// Shares run from 0 to this.
    pub loaded: Scale,
    pub quoted: Scale,
    /// Net stance runs from minus this to this.
    pub outlet_net: Scale,
    pub actor_net: Scale,
}

#[derive(Clone, Copy)]
pub struct Scale {
    from: f64,
    to: f64,
    is_share: bool,
}

impl Serialize for Scale {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let label = |v: f64| if self.is_share { share(v, 0) } else { net(v) };
        let middle = f64::midpoint(self.from, self.to);
        [label(self.from), label(middle), label(self.to)].serialize(serializer)
    }
}

impl Scale {
    fn share(ends: impl Iterator<Item = f64>) -> Self {
        Scale { from: 0.0, to: wide_enough(&[0.1, 0.25, 0.5, 1.0], ends), is_share: true }
    }

    fn net(ends: impl Iterator<Item = f64>) -> Self {
        let to = wide_enough(&[0.25, 0.5, 1.0], ends.map(f64::abs));
        Scale { from: -to, to, is_share: false }
    }

    fn bar(self, value: f64, lo: f64, hi: f64) -> Bar {
        let place = |v: f64| {
            let units = (v - self.from) / (self.to - self.from) * 100.0;
            (units.clamp(0.0, 100.0) * 10.0).round() / 10.0
        };
        Bar { at: place(value), from: place(lo), to: place(hi) }
    }
}

fn wide_enough(steps: &[f64], ends: impl Iterator<Item = f64>) -> f64 {
    let most = ends.filter(|v| v.is_finite()).fold(0.0, f64::max);
    steps.iter().copied().find(|&step| most <= step).unwrap_or(1.0)
}

#[derive(Serialize)]
pub struct OutletView {
    pub name: String,
    pub articles: String,
    pub n_articles: u32,
    /// Articles that are copy of an agency or another outlet; none where there are none.
    pub relayed: Option<String>,
    /// It has no word of its own because all it prints is such copy.
    pub only_relayed: bool,
    pub own: String,
    pub n_own: u32,
    pub loaded: Figure,
    pub quoted: Figure,
    pub net: Figure,
    /// Where its articles begin on the page.
    pub anchor: Option<String>,
}

#[derive(Serialize)]
pub struct ActorView {
    pub name: String,
    pub kind: &'static str,
    pub aliases: String,
    pub mentions: String,
    pub n_mentions: u32,
    pub articles: String,
    pub n_articles: u32,
    pub net: Figure,
    pub net_all: Figure,
    /// Of own sentences that name it.
    pub loaded: Figure,
    pub speaks: String,
    pub n_speaks: u32,
}

/// Outlet x actor, net stance in the outlet's own words.
#[derive(Serialize)]
pub struct Matrix {
    pub actors: Vec<String>,
    pub outlets: Listing<MatrixRow>,
}

#[derive(Serialize)]
pub struct MatrixRow {
    pub name: String,
    /// One per actor; none where the outlet never names it.
    pub cells: Vec<Option<Figure>>,
}

#[derive(Serialize)]
pub struct ComparisonView {
    pub measure: &'static str,
    /// What the measure has to do with the actor.
    pub about: &'static str,
    pub actor: Option<String>,
    pub a: String,
    pub b: String,
    pub articles: String,
    pub value_a: String,
    pub value_b: String,
    pub difference: String,
    pub interval: String,
    /// Is it a difference to be claimed, among so many comparisons?
    pub clear: bool,
    pub effect: Option<String>,
    pub q: Option<String>,
    pub within: Option<Within>,
    /// Without the program's mistakes; none without a coded sample.
    pub corrected: Option<String>,
    pub words: Words,
    pub key: f64,
}

/// A difference on the events that both outlets cover.
#[derive(Serialize)]
pub struct Within {
    pub difference: String,
    pub interval: String,
    pub events: String,
}

/// Comparisons without a figure, by the reason.
#[derive(Serialize)]
pub struct Refused {
    pub note: String,
    pub n: String,
    pub pairs: String,
}

/// A sentence with loaded words of the outlet's own.
#[derive(Serialize)]
pub struct WorstView {
    pub text: String,
    pub outlet: String,
    pub p: String,
    /// None where the article is not on the page.
    pub anchor: Option<String>,
}

/// Loaded sentences of the outlets' own, the surest first.
#[derive(Serialize)]
pub struct EvidenceView {
    /// To choose from.
    pub outlets: Vec<String>,
    pub actors: Vec<String>,
    pub sentences: Vec<ProofView>,
    pub all: String,
    pub cut: bool,
}

/// One of them, with where it stands.
#[derive(Serialize)]
pub struct ProofView {
    pub outlet: String,
    pub title: Option<String>,
    pub date: Option<String>,
    pub id: String,
    pub number: u32,
    /// Of the actors that outlets are shown against, those that it names in the outlet's own voice.
    pub actors: Vec<String>,
    /// None where the article is not on the page.
    pub anchor: Option<String>,
    pub sentence: SentenceView,
}

#[derive(Serialize)]
pub struct ArticlesView {
    pub groups: Vec<ArticleGroup>,
    pub shown: String,
    pub all: String,
    /// How the shown ones were chosen, where not all are.
    pub rule: Option<String>,
}

#[derive(Serialize)]
pub struct ArticleGroup {
    pub outlet: String,
    pub anchor: String,
    pub articles: Vec<ArticleView>,
}

#[derive(Serialize)]
pub struct RejectView {
    pub source: String,
    pub id: Option<String>,
    pub reason: &'static str,
    pub detail: String,
}

#[derive(Serialize)]
pub struct Reason {
    pub reason: &'static str,
    pub n: String,
}

/// A line of the manifest.
#[derive(Serialize)]
pub struct Entry {
    pub name: String,
    pub value: String,
}

/// Reasons shown for comparisons without a figure.
const MOST_NOTES: usize = 12;
/// Actors without a figure that are shown like those with one, where none has; and by name alone.
const MOST_UNTOLD: usize = 25;
const MOST_RARE: usize = 500;
/// Rows shown of the sentences that are loaded most surely, at a glance and in their section.
const MOST_WORST: usize = 5;
const MOST_EVIDENCE: usize = 400;

impl Page {
    pub fn new(run: &Run, options: &Options) -> Page {
        let scales = Scales::new(run);
        let names = names(run);
        let evidence = match run.evidence.is_empty() {
            true => Cow::Owned(evidence::of_rows(run, options.matrix_actors)),
            false => Cow::Borrowed(&run.evidence[..]),
        };
        let featured = Featured::of(&run.articles, &run.events, &evidence);
        let chosen = Chosen::new(run, &featured, options);
        let (proof, worst) = evidence_views(run, &evidence, &chosen, &names);
        let corrections = Corrections::of(run);
        let anchors = chosen.outlet_anchors();
        let outlet = |row: &OutletRow| {
            let anchor = anchors.get(row.outlet.as_str()).cloned();
            outlet_view(run, row, &scales, &corrections, anchor)
        };
        let actor = |row: &ActorRow| actor_view(row, &scales);
        let (mut told, mut rare): (Vec<&ActorRow>, Vec<&ActorRow>) = ordered_actors(run)
            .into_iter()
            .partition(|a| a.net_stance_own.is_some() || a.net_stance_all.is_some());
        if told.is_empty() {
            let few = rare.split_off(rare.len().min(MOST_UNTOLD));
            told = std::mem::replace(&mut rare, few);
        }
        let (compared, refused) = split_comparisons(run);
        let cx = words::Context::of(run);
        let compared_view = |(row, measure, figures): Compared| {
            let view = comparison_view(row, measure, figures, cases(run, row), &names, &cx);
            let (b, actor) = (Some(row.outlet_b.as_str()), row.actor_id.as_deref());
            let corrected =
                corrections.text(&row.measure, &row.outlet_a, b, actor, |v, lo, hi, n| {
                    format!(
                        "{} ({})",
                        measure.difference(v, n),
                        measure.difference_interval(lo, hi, n)
                    )
                });
            ComparisonView { corrected, ..view }
        };
        Page {
            title: run.info.title.clone(),
            summary: Summary::new(run),
            glance: findings::glance(run),
            outlets: Listing::new(ordered_outlets(run), options.row_limit, outlet),
            actors: Listing::new(told, options.row_limit, actor),
            rare: Listing::new(rare, MOST_RARE, |row| {
                format!("{} ({})", row.name, count(row.n_mentions))
            }),
            matrix: Matrix::net(run, options, &corrections),
            loaded_matrix: Matrix::loaded(run, options),
            courses: Courses::new(run),
            heard: Heard::new(run),
            events: match options.articles {
                super::Articles::None => Vec::new(),
                _ => side::views(run, &|article| chosen.one(run, article, &names)),
            },
            marked: marking::views(run),
            evidence: proof,
            comparisons: Listing::new(compared, options.row_limit, compared_view),
            refused: Listing::new(by_note(&refused), MOST_NOTES, refused_view),
            worst,
            worst_of_all: !run.evidence.is_empty() || has_all_sentences(run),
            rejects: Listing::new(run.rejects.iter().collect(), options.row_limit, |row| {
                RejectView {
                    source: row.source.clone(),
                    id: row.id.clone(),
                    reason: reason(row.reason),
                    detail: row.detail.clone(),
                }
            }),
            reasons: findings::rejects_by_reason(run)
                .into_iter()
                .map(|(kind, n)| Reason { reason: reason(kind), n: count(n) })
                .collect(),
            articles: chosen.view(run, &names),
            min_articles: run.info.min_articles,
            manifest: manifest(run),
            scales,
        }
    }
}

impl Summary {
    pub fn new(run: &Run) -> Summary {
        let dates = || run.articles.iter().filter_map(|a| a.date.as_deref());
        let undated = run.articles.len() - dates().count();
        let rejected = run.rejects.len();
        Summary {
            articles: counted(run.articles.len() as u64, "article", "articles"),
            outlets: counted(run.outlets.len() as u64, "outlet", "outlets"),
            sentences: counted(sentences(run), "sentence", "sentences"),
            words: counted(
                run.articles.iter().map(|a| u64::from(a.n_words)).sum::<u64>(),
                "word",
                "words",
            ),
            dates: dates().min().zip(dates().max()).map(|(first, last)| {
                if first == last { first.to_owned() } else { format!("{first} to {last}") }
            }),
            undated: (undated > 0).then(|| format!("{} undated", count(undated as u64))),
            rejected: (rejected > 0).then(|| {
                format!("{} not scored", counted(rejected as u64, "document", "documents"))
            }),
        }
    }
}

/// Sentences read, whether or not their rows are in memory.
pub fn sentences(run: &Run) -> u64 {
    run.articles.iter().map(|a| u64::from(a.n_sentences)).sum()
}

/// Are the sentences of every article in memory, and not only those of the articles shown?
pub fn has_all_sentences(run: &Run) -> bool {
    let read: HashSet<&str> = run.sentences.iter().map(|s| s.article_id.as_str()).collect();
    let mut with_text = run.articles.iter().filter(|a| a.n_sentences > 0);
    with_text.all(|a| read.contains(a.article_id.as_str()))
}

impl Scales {
    pub fn new(run: &Run) -> Scales {
        let enough = || run.outlets.iter().filter(|row| has_enough(run, row));
        Scales {
            loaded: Scale::share(enough().filter_map(|r| r.loaded_own_hi.or(r.loaded_own))),
            quoted: Scale::share(enough().filter_map(|r| r.quoted_hi.or(r.quoted))),
            outlet_net: Scale::net(enough().flat_map(|r| {
                [r.net_stance_own, r.net_stance_own_lo, r.net_stance_own_hi].into_iter().flatten()
            })),
            actor_net: Scale::net(run.actors.iter().flat_map(|r| {
                [r.net_stance_own, r.net_stance_own_lo, r.net_stance_own_hi].into_iter().flatten()
            })),
        }
    }
}

/// Has the outlet the articles that a figure needs?
fn has_enough(run: &Run, row: &OutletRow) -> bool {
    row.n_articles >= run.info.min_articles
}

fn share_figure(
    figures: [Option<f64>; 3],
    cases: u32,
    basis: String,
    scale: Option<Scale>,
) -> Figure {
    let [value, lo, hi] = figures.map(|v| v.filter(|v| v.is_finite()));
    let Some(value) = value else {
        return Figure { basis, ..Figure::default() };
    };
    Figure {
        value: Some(share(value, cases)),
        interval: lo.zip(hi).map(|(lo, hi)| share_interval(lo, hi, cases)),
        basis,
        key: Some(value),
        bar: scale.map(|scale| scale.bar(value, lo.unwrap_or(value), hi.unwrap_or(value))),
        heat: 0,
        corrected: None,
        corrected_bar: None,
    }
}

pub(super) fn net_figure(figures: [Option<f64>; 3], basis: String, scale: Option<Scale>) -> Figure {
    let [value, lo, hi] = figures.map(|v| v.filter(|v| v.is_finite()));
    let Some(value) = value else {
        return Figure { basis, ..Figure::default() };
    };
    Figure {
        value: Some(net(value)),
        interval: lo.zip(hi).map(|(lo, hi)| net_interval(lo, hi)),
        basis,
        key: Some(value),
        bar: scale.map(|scale| scale.bar(value, lo.unwrap_or(value), hi.unwrap_or(value))),
        heat: heat(value),
        corrected: None,
        corrected_bar: None,
    }
}

/// Highest share of loaded wording first; those without a figure last, by size.
fn ordered_outlets(run: &Run) -> Vec<&OutletRow> {
    let key = |row: &OutletRow| row.loaded_own.filter(|v| v.is_finite() && has_enough(run, row));
    let mut rows: Vec<&OutletRow> = run.outlets.iter().collect();
    rows.sort_by(|a, b| {
        let figures = key(b).unwrap_or(-1.0).total_cmp(&key(a).unwrap_or(-1.0));
        figures.then_with(|| more_articles_first(a, b))
    });
    rows
}

/// Outlets by the number of their articles, those of the same number by name.
pub(super) fn more_articles_first(a: &OutletRow, b: &OutletRow) -> Ordering {
    b.n_articles.cmp(&a.n_articles).then_with(|| a.outlet.cmp(&b.outlet))
}

/// Most named first.
fn ordered_actors(run: &Run) -> Vec<&ActorRow> {
    let mut rows: Vec<&ActorRow> = run.actors.iter().collect();
    rows.sort_by(|a, b| b.n_mentions.cmp(&a.n_mentions).then_with(|| a.actor_id.cmp(&b.actor_id)));
    rows
}

fn outlet_view(
    run: &Run,
    row: &OutletRow,
    scales: &Scales,
    corrections: &Corrections,
    anchor: Option<String>,
) -> OutletView {
    let enough = |figures: [Option<f64>; 3]| {
        if has_enough(run, row) { figures } else { [None; 3] }
    };
    OutletView {
        name: row.outlet.clone(),
        articles: count(row.n_articles),
        n_articles: row.n_articles,
        relayed: (row.n_relayed > 0).then(|| count(row.n_relayed)),
        only_relayed: row.n_relayed > 0 && row.n_own == 0,
        own: count(row.n_own),
        n_own: row.n_own,
        loaded: share_figure(
            enough([row.loaded_own, row.loaded_own_lo, row.loaded_own_hi]),
            row.n_own,
            format!("{} of {}", count(row.n_loaded_own), count(row.n_own)),
            Some(scales.loaded),
        )
        .and_corrected(corrections.text("loaded_own", &row.outlet, None, None, in_shares))
        .and_corrected_bar(corrections.of_outlet("loaded_own", &row.outlet), scales.loaded),
        quoted: share_figure(
            enough([row.quoted, row.quoted_lo, row.quoted_hi]),
            row.n_words,
            format!("{} of {} words", count(row.n_words_quoted), count(row.n_words)),
            Some(scales.quoted),
        ),
        net: net_figure(
            enough([row.net_stance_own, row.net_stance_own_lo, row.net_stance_own_hi]),
            counted(row.n_mentions_own, "mention", "mentions"),
            Some(scales.outlet_net),
        )
        .and_corrected(corrections.text("net_stance_own", &row.outlet, None, None, in_net))
        .and_corrected_bar(corrections.of_outlet("net_stance_own", &row.outlet), scales.outlet_net),
        anchor,
    }
}

fn actor_view(row: &ActorRow, scales: &Scales) -> ActorView {
    ActorView {
        name: row.name.clone(),
        kind: kind(row.kind),
        aliases: row.aliases.iter().take(6).cloned().collect::<Vec<_>>().join(", "),
        mentions: count(row.n_mentions),
        n_mentions: row.n_mentions,
        articles: count(row.n_articles),
        n_articles: row.n_articles,
        net: net_figure(
            [row.net_stance_own, row.net_stance_own_lo, row.net_stance_own_hi],
            counted(row.n_mentions_own, "mention", "mentions"),
            Some(scales.actor_net),
        ),
        net_all: net_figure(
            [row.net_stance_all, row.net_stance_all_lo, row.net_stance_all_hi],
            counted(row.n_mentions, "mention", "mentions"),
            None,
        ),
        loaded: share_figure(
            [row.loaded_own, row.loaded_own_lo, row.loaded_own_hi],
            row.n_sentences_own,
            format!("{} of {}", count(row.n_loaded_own), count(row.n_sentences_own)),
            None,
        ),
        speaks: count(row.n_speaks),
        n_speaks: row.n_speaks,
    }
}

/// A heat map of more rows is no longer taken in at a glance.
const MOST_MATRIX_ROWS: usize = 40;

impl Matrix {
    /// Columns: the actors named most in own words. Rows: the outlets that name one of them, by name; of too many
    /// those with most articles.
    fn new(run: &Run, options: &Options, figure: impl Fn(&OutletActorRow) -> Figure) -> Matrix {
        let actors = evidence::matrix_actors(&run.actors, &run.outlet_actor, options.matrix_actors);
        let cells: HashMap<(&str, &str), &OutletActorRow> = run
            .outlet_actor
            .iter()
            .filter(|row| row.n_mentions_own > 0)
            .map(|row| ((row.outlet.as_str(), row.actor_id.as_str()), row))
            .collect();
        let cell = |outlet: &OutletRow, actor: &ActorRow| {
            cells.get(&(outlet.outlet.as_str(), actor.actor_id.as_str())).copied()
        };
        let mut outlets: Vec<&OutletRow> = run
            .outlets
            .iter()
            .filter(|outlet| actors.iter().any(|actor| cell(outlet, actor).is_some()))
            .collect();
        outlets.sort_by(|a, b| more_articles_first(a, b));
        let limit = options.row_limit.min(MOST_MATRIX_ROWS);
        let mut outlets = Listing::new(outlets, limit, |outlet| MatrixRow {
            name: outlet.outlet.clone(),
            cells: actors.iter().map(|actor| cell(outlet, actor).map(&figure)).collect(),
        });
        outlets.rows.sort_by(|a, b| a.name.cmp(&b.name));
        Matrix { actors: actors.into_iter().map(|row| row.name.clone()).collect(), outlets }
    }

    fn net(run: &Run, options: &Options, corrections: &Corrections) -> Matrix {
        Matrix::new(run, options, |row| {
            let mut basis = counted(row.n_mentions_own, "mention", "mentions");
            if let Some((against, favor)) = row.against_own.zip(row.favor_own) {
                let n = row.n_mentions_own;
                basis.push_str(&format!(
                    ", {} against, {} in favour",
                    share(against, n),
                    share(favor, n)
                ));
            }
            let figures = [row.net_stance_own, row.net_stance_own_lo, row.net_stance_own_hi];
            let id = Some(row.actor_id.as_str());
            net_figure(figures, basis, None).and_corrected(corrections.text(
                "net_stance_own",
                &row.outlet,
                None,
                id,
                in_net,
            ))
        })
    }

    /// Shares in shades of one colour: 0 to 3 by the share itself.
    fn loaded(run: &Run, options: &Options) -> Matrix {
        Matrix::new(run, options, |row| {
            let figure = share_figure(
                [row.loaded_own, row.loaded_own_lo, row.loaded_own_hi],
                row.n_sentences_own,
                format!("{} of {}", count(row.n_loaded_own), count(row.n_sentences_own)),
                None,
            );
            let heat = match figure.key.unwrap_or_default() {
                v if v >= 0.5 => 3,
                v if v >= 0.25 => 2,
                v if v >= 0.1 => 1,
                _ => 0,
            };
            Figure { heat, ..figure }
        })
    }
}

/// What two outlets are compared on; the names of the `comparisons` table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    LoadedOwn,
    Quoted,
    NetStanceOwn,
}

impl Measure {
    pub fn of(name: &str) -> Option<Measure> {
        match name {
            "loaded_own" => Some(Measure::LoadedOwn),
            "quoted" => Some(Measure::Quoted),
            "net_stance_own" => Some(Measure::NetStanceOwn),
            _ => None,
        }
    }

    pub fn phrase(self) -> &'static str {
        match self {
            Measure::LoadedOwn => "the share of sentences with loaded words of their own",
            Measure::Quoted => "the share of words that are somebody else's",
            Measure::NetStanceOwn => "net stance in their own words",
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Measure::LoadedOwn => "Loaded, own words",
            Measure::Quoted => "Quoted words",
            Measure::NetStanceOwn => "Net stance, own words",
        }
    }

    /// Before an actor's name.
    fn about(self) -> &'static str {
        match self {
            Measure::NetStanceOwn => "toward",
            Measure::LoadedOwn | Measure::Quoted => "in sentences that name",
        }
    }

    pub fn value(self, value: f64, cases: u32) -> String {
        if self == Measure::NetStanceOwn { net(value) } else { share(value, cases) }
    }

    pub fn difference(self, value: f64, cases: u32) -> String {
        if self == Measure::NetStanceOwn { net(value) } else { points(value, cases) }
    }

    pub fn difference_interval(self, lo: f64, hi: f64, cases: u32) -> String {
        if self == Measure::NetStanceOwn {
            net_interval(lo, hi)
        } else {
            points_interval(lo, hi, cases)
        }
    }
}

type Compared<'r> = (&'r ComparisonRow, Measure, [f64; 3]);

/// Those with a figure, those that are claimed and surely largest first; and those without.
fn split_comparisons(run: &Run) -> (Vec<Compared<'_>>, Vec<&ComparisonRow>) {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for row in &run.comparisons {
        let finite = |v: Option<f64>| v.filter(|v| v.is_finite());
        let figures = (finite(row.difference), finite(row.lo), finite(row.hi));
        match (Measure::of(&row.measure), figures) {
            (Some(measure), (Some(difference), Some(lo), Some(hi))) if row.note.is_none() => {
                with.push((row, measure, [difference, lo, hi]));
            }
            _ => without.push(row),
        }
    }
    let clear = |c: &Compared| findings::is_claimed(c.0, c.2);
    with.sort_by(|a, b| {
        let order = clear(b).cmp(&clear(a));
        order
            .then_with(|| a.1.heading().cmp(b.1.heading()))
            .then_with(|| findings::surer((b.0, b.2), (a.0, a.2)))
    });
    (with, without)
}

fn comparison_view(
    row: &ComparisonRow,
    measure: Measure,
    [difference, lo, hi]: [f64; 3],
    cases: u32,
    names: &HashMap<&str, &str>,
    cx: &words::Context,
) -> ComparisonView {
    let actor = row.actor_id.as_deref().map(|id| names.get(id).copied().unwrap_or(id).to_owned());
    let value = |v: Option<f64>| match v.filter(|v| v.is_finite()) {
        Some(v) => measure.value(v, cases),
        None => "–".to_owned(),
    };
    ComparisonView {
        measure: measure.heading(),
        about: measure.about(),
        actor: actor.clone(),
        a: row.outlet_a.clone(),
        b: row.outlet_b.clone(),
        articles: format!("{} and {}", count(row.n_articles_a), count(row.n_articles_b)),
        value_a: value(row.value_a),
        value_b: value(row.value_b),
        difference: measure.difference(difference, cases),
        interval: measure.difference_interval(lo, hi, cases),
        clear: findings::is_claimed(row, [difference, lo, hi]),
        effect: row.effect.filter(|e| e.is_finite()).map(net),
        q: row.q.map(probability),
        within: within(row, measure, cases),
        corrected: None,
        words: words::comparison(row, actor.as_deref(), cases, cx),
        key: difference,
    }
}

/// The difference on the same events, with its interval.
fn within(row: &ComparisonRow, measure: Measure, cases: u32) -> Option<Within> {
    let finite = |v: Option<f64>| v.filter(|v| v.is_finite());
    let (lo, hi) = (finite(row.lo_within)?, finite(row.hi_within)?);
    Some(Within {
        difference: measure.difference(finite(row.difference_within)?, cases),
        interval: measure.difference_interval(lo, hi, cases),
        events: counted(row.n_events, "event", "events"),
    })
}

/// `.03`, `< .001`
fn probability(p: f64) -> String {
    if p < 0.001 {
        "< .001".to_owned()
    } else {
        format!("{p:.3}").trim_start_matches('0').to_owned()
    }
}

/// The smaller side's sentences or words, which decide how finely a compared share is written.
pub fn cases(run: &Run, row: &ComparisonRow) -> u32 {
    if row.actor_id.is_some() {
        // Each article has at least one.
        return row.n_articles_a.min(row.n_articles_b);
    }
    let of = |outlet: &str| {
        let row_of = run.outlets.iter().find(|o| o.outlet == outlet);
        row_of.map_or(0, |o| if row.measure == "quoted" { o.n_words } else { o.n_own })
    };
    of(&row.outlet_a).min(of(&row.outlet_b))
}

type Noted<'r> = (&'r str, Vec<&'r ComparisonRow>);

/// In the order in which the notes come up.
fn by_note<'r>(rows: &[&'r ComparisonRow]) -> Vec<Noted<'r>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut out: Vec<Noted> = Vec::new();
    for row in rows {
        let note = row.note.as_deref().unwrap_or("no figure");
        let place = *places.entry(note).or_insert(out.len());
        match out.get_mut(place) {
            Some((_, rows)) => rows.push(row),
            None => out.push((note, vec![row])),
        }
    }
    out
}

fn refused_view((note, rows): Noted) -> Refused {
    const MOST_PAIRS: usize = 6;
    let mut seen = HashSet::new();
    let mut pairs: Vec<String> = rows
        .iter()
        .filter(|row| seen.insert((&row.outlet_a, &row.outlet_b)))
        .map(|row| format!("{} and {}", row.outlet_a, row.outlet_b))
        .collect();
    if pairs.len() > MOST_PAIRS {
        let more = pairs.len() - MOST_PAIRS;
        pairs.truncate(MOST_PAIRS);
        pairs.push(format!("{} more pairs", count(more as u64)));
    }
    Refused {
        note: note.to_owned(),
        n: counted(rows.len() as u64, "comparison", "comparisons"),
        pairs: pairs.join("; "),
    }
}

/// The surest sentences. What several outlets print is one.
fn worst(evidence: &[Evidence]) -> impl Iterator<Item = &Evidence> {
    let mut seen = HashSet::new();
    evidence.iter().filter(move |e| seen.insert(e.sentence.text.as_str())).take(MOST_WORST)
}

/// The sentences of the section, and the surest of them.
fn evidence_views(
    run: &Run,
    evidence: &[Evidence],
    chosen: &Chosen,
    names: &HashMap<&str, &str>,
) -> (EvidenceView, Vec<WorstView>) {
    let anchor = |e: &Evidence| {
        let article = chosen.number(&e.sentence.article_id)?;
        Some(reading::sentence_anchor(article, e.sentence.sentence))
    };
    let worst = worst(evidence)
        .map(|e| WorstView {
            text: e.sentence.text.clone(),
            outlet: e.outlet.clone(),
            p: super::number::probability(e.sentence.p_loaded),
            anchor: anchor(e),
        })
        .collect();
    let shown = &evidence[..evidence.len().min(MOST_EVIDENCE)];
    let rows: Vec<_> = shown.iter().map(|e| &e.sentence).collect();
    let titles: HashMap<&str, &ArticleRow> =
        run.articles.iter().map(|a| (a.article_id.as_str(), a)).collect();
    let sentences: Vec<ProofView> = shown
        .iter()
        .zip(reading::single(run, &rows, names))
        .map(|(e, sentence)| {
            let article = titles.get(e.sentence.article_id.as_str());
            ProofView {
                outlet: e.outlet.clone(),
                title: article.and_then(|a| a.title.clone()),
                date: article.and_then(|a| a.date.clone()),
                id: e.sentence.article_id.clone(),
                number: e.sentence.sentence,
                actors: e
                    .actors
                    .iter()
                    .map(|id| names.get(id.as_str()).copied().unwrap_or(id).to_owned())
                    .collect(),
                anchor: anchor(e),
                sentence,
            }
        })
        .collect();
    let sorted = |names: &mut dyn Iterator<Item = String>| {
        let mut names: Vec<String> = names.collect();
        names.sort_by_key(|name| name.to_lowercase());
        names.dedup();
        names
    };
    let view = EvidenceView {
        outlets: sorted(&mut sentences.iter().map(|s| s.outlet.clone())),
        actors: sorted(&mut sentences.iter().flat_map(|s| s.actors.clone())),
        all: count(evidence.len() as u64),
        cut: evidence.len() > sentences.len(),
        sentences,
    };
    (view, worst)
}

/// The articles on the page, by outlet and id, numbered from 1.
struct Chosen<'r> {
    rows: Vec<&'r ArticleRow>,
    numbers: HashMap<&'r str, usize>,
    all: usize,
    rule: Option<String>,
}

impl<'r> Chosen<'r> {
    fn new(run: &'r Run, featured: &Featured, options: &Options) -> Chosen<'r> {
        let (rows, rule) = choose(&run.articles, featured, options);
        let numbers = rows.iter().enumerate();
        let numbers = numbers.map(|(i, a)| (a.article_id.as_str(), i + 1)).collect();
        Chosen { rows, numbers, all: run.articles.len(), rule }
    }

    fn number(&self, article_id: &str) -> Option<usize> {
        self.numbers.get(article_id).copied()
    }

    fn groups(&self) -> impl Iterator<Item = &[&'r ArticleRow]> {
        self.rows.chunk_by(|a, b| a.outlet == b.outlet)
    }

    fn outlet_anchors(&self) -> HashMap<&'r str, String> {
        let numbered = self.groups().enumerate();
        numbered
            .filter_map(|(i, group)| Some((group.first()?.outlet.as_str(), format!("o{}", i + 1))))
            .collect()
    }

    /// An article of the page, with its anchors; none where it is not on it.
    fn one(
        &self,
        run: &Run,
        article: &ArticleRow,
        names: &HashMap<&str, &str>,
    ) -> Option<ArticleView> {
        Some(reading::article(run, self.number(&article.article_id)?, article, names))
    }

    fn view(&self, run: &'r Run, names: &HashMap<&str, &str>) -> ArticlesView {
        let mut views = reading::articles(run, &self.rows, names).into_iter();
        let groups = self
            .groups()
            .enumerate()
            .map(|(i, group)| ArticleGroup {
                outlet: group.first().map_or(String::new(), |a| a.outlet.clone()),
                anchor: format!("o{}", i + 1),
                articles: views.by_ref().take(group.len()).collect(),
            })
            .collect();
        ArticlesView {
            groups,
            shown: count(self.rows.len() as u64),
            all: count(self.all as u64),
            rule: self.rule.clone(),
        }
    }
}

/// The articles that a page needs whatever is left out: those of the events that stand side by side, and those of
/// the sentences at a glance.
#[derive(Clone, Debug, Default)]
pub struct Featured(HashSet<String>);

impl Featured {
    pub fn of(articles: &[ArticleRow], events: &[EventRow], evidence: &[Evidence]) -> Featured {
        let side = side::chosen(events, articles).into_iter().flatten();
        let worst = worst(evidence).map(|e| &e.sentence.article_id);
        Featured(side.map(|a| &a.article_id).chain(worst).cloned().collect())
    }
}

/// The articles that a page shows sentence by sentence, by outlet and id: what a [`Run`] needs the
/// sentences, spans, mentions and attributions of.
pub fn shown<'r>(
    articles: &'r [ArticleRow],
    featured: &Featured,
    options: &Options,
) -> Vec<&'r ArticleRow> {
    choose(articles, featured, options).0
}

/// The articles, and the rule in words where not all are chosen.
fn choose<'r>(
    articles: &'r [ArticleRow],
    featured: &Featured,
    options: &Options,
) -> (Vec<&'r ArticleRow>, Option<String>) {
    use super::Articles;
    let mut rows: Vec<&ArticleRow> = articles.iter().collect();
    rows.sort_by(|a, b| (&a.outlet, &a.article_id).cmp(&(&b.outlet, &b.article_id)));
    let sentences = || articles.iter().map(|a| u64::from(a.n_sentences)).sum::<u64>();
    let rule = match options.articles {
        Articles::None if !rows.is_empty() => {
            rows.clear();
            Some("Articles are left out of this page.".to_owned())
        }
        Articles::Auto | Articles::Sample
            if rows.len() > options.article_limit || sentences() > options.sentence_limit =>
        {
            Some(sample(&mut rows, featured, options))
        }
        _ => None,
    };
    (rows, rule)
}

/// Keeps the first N of each outlet, N as large as the limits allow, and what is featured; rows come
/// sorted by outlet and id. Returns the rule in words.
fn sample(rows: &mut Vec<&ArticleRow>, featured: &Featured, options: &Options) -> String {
    let is_featured = |row: &ArticleRow| featured.0.contains(&row.article_id);
    // Of every row: its place in its outlet.
    let places: Vec<usize> =
        rows.chunk_by(|a, b| a.outlet == b.outlet).flat_map(|outlet| 0..outlet.len()).collect();
    let fits = |n: usize| {
        let kept = rows.iter().zip(&places).filter(|(row, place)| **place < n || is_featured(row));
        let (articles, sentences) = kept.fold((0, 0), |(articles, sentences), (row, _)| {
            (articles + 1, sentences + u64::from(row.n_sentences))
        });
        articles <= options.article_limit && sentences <= options.sentence_limit
    };
    let n = (1..=options.article_limit).rev().find(|&n| fits(n));
    let per_outlet = n.unwrap_or(1);
    let first = match per_outlet {
        1 => "the first article".to_owned(),
        n => format!("the first {} articles", count(n as u64)),
    };
    let also = if rows.iter().any(|row| is_featured(row)) {
        ", and those that a section above shows or quotes"
    } else {
        ""
    };
    if n.is_some() {
        let mut place = places.into_iter();
        rows.retain(|row| place.next().is_some_and(|p| p < per_outlet) || is_featured(row));
        return format!(
            "A sample: {first} of each outlet in order of id{also}; at most {} and {}.",
            counted(options.article_limit as u64, "article", "articles"),
            counted(options.sentence_limit, "sentence", "sentences"),
        );
    }
    let (mut articles, mut sentences, mut outlets) = (0, 0, 0);
    let mut place = places.into_iter();
    rows.retain(|row| {
        let is_first = place.next() == Some(0);
        let fits = articles < options.article_limit
            && sentences + u64::from(row.n_sentences) <= options.sentence_limit;
        let keeps = (is_first && fits) || is_featured(row);
        if keeps {
            articles += 1;
            sentences += u64::from(row.n_sentences);
            outlets += u64::from(is_first);
        }
        keeps
    });
    format!(
        "A sample: {first} in order of id of {} outlets, by name{also}; at most {} and {}.",
        count(outlets),
        counted(options.article_limit as u64, "article", "articles"),
        counted(options.sentence_limit, "sentence", "sentences"),
    )
}

fn manifest(run: &Run) -> Vec<Entry> {
    let info = &run.info;
    let mut out = Vec::new();
    let mut push = |name: &str, value: String| {
        if !value.is_empty() {
            out.push(Entry { name: name.to_owned(), value });
        }
    };
    push("Made", info.created.clone());
    push("undertone", info.undertone.clone());
    let sha: String = info.model.sha256.chars().take(12).collect();
    push(
        "Model",
        match (info.model.name.is_empty(), sha.is_empty()) {
            (false, false) => format!("{} (sha256 {sha})", info.model.name),
            (true, false) => format!("sha256 {sha}"),
            _ => info.model.name.clone(),
        },
    );
    for (head, threshold) in &info.thresholds {
        push(&format!("Threshold, {head}"), threshold.to_string());
    }
    push("Articles for a figure", format!("at least {}", info.min_articles));
    push("Seed", info.seed.to_string());
    for (name, value) in info.options.iter().chain(&info.counts) {
        push(
            name,
            match value {
                serde_json::Value::String(text) => text.clone(),
                serde_json::Value::Null => String::new(),
                other => other.to_string(),
            },
        );
    }
    if info.seconds > 0.0 {
        push("Time", duration(info.seconds));
    }
    out
}

/// Name of every actor.
pub fn names(run: &Run) -> HashMap<&str, &str> {
    run.actors.iter().map(|row| (row.actor_id.as_str(), row.name.as_str())).collect()
}

/// An entity's type, for people.
pub fn kind(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Per => "person",
        EntityKind::Org => "organisation",
        EntityKind::Loc => "place",
        EntityKind::Norp => "group",
        EntityKind::Misc => "other",
    }
}

/// A reason for people.
pub fn reason(reason: RejectReason) -> &'static str {
    match reason {
        RejectReason::Empty => "empty",
        RejectReason::Unreadable => "cannot be read",
        RejectReason::Binary => "not text",
        RejectReason::BadEncoding => "broken encoding",
        RejectReason::BadRecord => "not a record",
        RejectReason::NoText => "no article text",
        RejectReason::TooLong => "too long",
        RejectReason::DuplicateId => "id seen before",
        RejectReason::DuplicateText => "text seen before",
        RejectReason::NotEnglish => "not English",
        RejectReason::NoSentences => "no sentences",
        RejectReason::UnknownArticle => "unknown article in the events",
    }
}
