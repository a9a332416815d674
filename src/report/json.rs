//! The report for programs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::findings::{self, Glance};
use super::words::{self, Words};
use super::{Options, ReportError, Run, RunInfo, view};
use crate::ingest::RejectReason;
use crate::tables::rows::{
    ActorRow, ComparisonRow, CorrectedRow, HolderTargetRow, OutletActorRow, OutletRow, PeriodRow,
    RejectRow, SpeakerRow, WordRow,
};

/// Raised when a field goes or changes its meaning.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'r> {
    format: &'static str,
    version: u32,
    run: &'r RunInfo,
    summary: Summary<'r>,
    glance: Glance,
    outlets: Vec<Told<'r, OutletRow>>,
    actors: Vec<Told<'r, ActorRow>>,
    outlet_actor: Vec<Told<'r, OutletActorRow>>,
    comparisons: Vec<Told<'r, ComparisonRow>>,
    corrected: &'r [CorrectedRow],
    speakers: &'r [SpeakerRow],
    holder_target: &'r [HolderTargetRow],
    periods: &'r [PeriodRow],
    words: &'r [WordRow],
    rejects: &'r [RejectRow],
}

/// A row, and what it says in words that can be printed.
#[derive(Serialize)]
struct Told<'r, T> {
    #[serde(flatten)]
    row: &'r T,
    words: Vec<Words>,
}

#[derive(Serialize)]
struct Summary<'r> {
    n_articles: usize,
    n_outlets: usize,
    n_sentences: u64,
    n_words: u64,
    n_words_quoted: u64,
    first_date: Option<&'r str>,
    last_date: Option<&'r str>,
    n_rejects: usize,
    rejects_by_reason: BTreeMap<RejectReason, u64>,
}

/// Renders the summary, the findings and the tables of estimates as JSON.
///
/// The tables are arrays of objects whose fields are the columns of the table of the same name,
/// unrounded; `docs/report.schema.json` describes every field. `words` of a row says it in sentences that can be printed, with what must be said
/// beside each. `glance` has the findings and their limits as sentences.
///
/// # Errors
/// If a row cannot be written as JSON.
pub fn json(run: &Run, _options: &Options) -> Result<String, ReportError> {
    let (cx, names) = (words::Context::of(run), view::names(run));
    let dates = || run.articles.iter().filter_map(|a| a.date.as_deref());
    let report = Report {
        format: "undertone-report",
        version: VERSION,
        run: &run.info,
        summary: Summary {
            n_articles: run.articles.len(),
            n_outlets: run.outlets.len(),
            n_sentences: view::sentences(run),
            n_words: run.articles.iter().map(|a| u64::from(a.n_words)).sum(),
            n_words_quoted: run.articles.iter().map(|a| u64::from(a.n_words_quoted)).sum(),
            first_date: dates().min(),
            last_date: dates().max(),
            n_rejects: run.rejects.len(),
            rejects_by_reason: findings::rejects_by_reason(run).into_iter().collect(),
        },
        glance: findings::glance(run),
        outlets: run
            .outlets
            .iter()
            .map(|row| Told {
                row,
                words: vec![
                    said(run, row, "loaded_own", &cx, words::outlet_loaded),
                    said(run, row, "net_stance_own", &cx, words::outlet_stance),
                    words::outlet_quoted(row, &cx),
                ],
            })
            .collect(),
        actors: told(&run.actors, |row| {
            row.net_stance_own.is_some().then(|| words::actor(row, &cx))
        }),
        outlet_actor: told(&run.outlet_actor, |row| {
            row.net_stance_own.is_some().then(|| words::outlet_actor(row, &cx))
        }),
        comparisons: run
            .comparisons
            .iter()
            .map(|row| {
                let actor = row.actor_id.as_deref().map(|id| names.get(id).copied().unwrap_or(id));
                Told { row, words: vec![words::comparison(row, actor, view::cases(run, row), &cx)] }
            })
            .collect(),
        corrected: &run.corrected,
        speakers: &run.speakers,
        holder_target: &run.holder_target,
        periods: &run.periods,
        words: &run.words,
        rejects: &run.rejects,
    };
    Ok(serde_json::to_string_pretty(&report)?)
}

/// Most actors are named too rarely for a figure: of those there is nothing to say.
fn told<T>(rows: &[T], say: impl Fn(&T) -> Option<Words>) -> Vec<Told<'_, T>> {
    rows.iter().map(|row| Told { row, words: say(row).into_iter().collect() }).collect()
}

/// What a row says; of the corrected figure, where there is one.
fn said(
    run: &Run,
    row: &OutletRow,
    measure: &str,
    cx: &words::Context,
    say: fn(&OutletRow, &words::Context) -> Words,
) -> Words {
    let is_it = |c: &&CorrectedRow| {
        c.measure == measure
            && c.outlet == row.outlet
            && c.outlet_b.is_none()
            && c.actor_id.is_none()
    };
    match run.corrected.iter().find(is_it).filter(|c| c.dsl.is_some()) {
        None => say(row, cx),
        Some(c) => {
            let mut row = row.clone();
            let figures = (c.dsl, c.dsl_lo, c.dsl_hi);
            if measure == "loaded_own" {
                (row.loaded_own, row.loaded_own_lo, row.loaded_own_hi) = figures;
            } else {
                (row.net_stance_own, row.net_stance_own_lo, row.net_stance_own_hi) = figures;
            }
            say(&row, &words::Context { corrected: true, ..*cx })
        }
    }
}
