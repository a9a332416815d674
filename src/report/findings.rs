//! Rows in, the few sentences that they support out, and those that they do not.
//!
//! Every sentence is true of the rows as worded:
//! - An outlet below the run's `min_articles` is described (counts of what was read), never
//!   estimated and never compared.
//! - "Most often" is said only where the highest interval lies above every other one; where the
//!   intervals overlap, that is said instead.
//! - A difference is reported only where its interval leaves out zero, with the number of
//!   comparisons that were made beside it.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::number::{count, counted, in_words, net, net_interval, share, share_interval};
use super::view::Measure;
use super::{Run, view, words};
use crate::tables::rows::{ActorRow, ComparisonRow, OutletRow};
use crate::voice::Voice;

/// A sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub text: String,
    pub about: Topic,
}

/// The part of the report that a finding stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    Outlets,
    Actors,
    Comparisons,
    Articles,
    Rejects,
}

/// What the data say and what they do not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Glance {
    /// Five at most, the most important first.
    pub findings: Vec<Finding>,
    pub limits: Vec<Finding>,
}

const MOST_FINDINGS: usize = 5;
/// Names in one enumeration before it says "and 12 more".
const MOST_NAMES: usize = 4;

/// The report's "at a glance".
pub fn glance(run: &Run) -> Glance {
    let mut findings = loaded_wording(run);
    findings.extend(differences(run));
    findings.extend(actors(run));
    findings.extend(voices(run));
    findings.extend(most_heard(run));
    findings.truncate(MOST_FINDINGS);

    let mut limits = Vec::new();
    limits.extend(not_compared(run));
    limits.extend(comparisons_in_view(run));
    limits.extend(stance_limits(run));
    limits.extend(other_hands(run));
    limits.extend(left_out(run));
    Glance { findings, limits }
}

/// A share with its interval and the counts behind it, all finite.
struct Rate<'r> {
    row: &'r OutletRow,
    value: f64,
    lo: f64,
    hi: f64,
}

impl Rate<'_> {
    /// `41%, 95% interval 35 to 47; 120 of 290 sentences in 12 articles`
    fn in_brackets(&self) -> String {
        format!(
            "{}, 95% interval {}; {} of {} in {}",
            share(self.value, self.row.n_own),
            share_interval(self.lo, self.hi, self.row.n_own),
            count(self.row.n_loaded_own),
            counted(self.row.n_own, "sentence", "sentences"),
            counted(words::articles_of(self.row), "article", "articles"),
        )
    }
}

fn loaded_wording(run: &Run) -> Vec<Finding> {
    let mut rates: Vec<Rate> = run.outlets.iter().filter_map(|row| rate(run, row)).collect();
    rates.sort_by(|a, b| b.value.total_cmp(&a.value).then_with(|| a.row.outlet.cmp(&b.row.outlet)));
    let finding = |text| Finding { text, about: Topic::Outlets };
    match rates.split_first() {
        None => described(run).into_iter().map(finding).collect(),
        Some((only, [])) => vec![finding(format!(
            "{}: its own words are loaded in {} of the {} that have any ({}, 95% interval {}; {}).",
            only.row.outlet,
            count(only.row.n_loaded_own),
            counted(only.row.n_own, "sentence", "sentences"),
            share(only.value, only.row.n_own),
            share_interval(only.lo, only.hi, only.row.n_own),
            counted(words::articles_of(only.row), "article", "articles"),
        ))],
        Some((top, others)) => ranked(top, others).map(finding).into_iter().collect(),
    }
}

/// The outlet with the highest share, if the shares have a highest; `others` come in order.
fn ranked(top: &Rate, others: &[Rate]) -> Option<String> {
    let next = others.first().filter(|next| next.value < top.value)?;
    let all = in_words(others.len() as u32 + 1);
    let near: Vec<&Rate> = others.iter().filter(|other| other.hi >= top.lo).collect();
    // Ordered by share: the first is the nearest.
    let Some((first, more)) = near.split_first() else {
        let lead = if others.len() == 1 {
            "Its interval lies above that of"
        } else {
            "Its interval lies above all the others’; next is"
        };
        return Some(format!(
            "Of {all} outlets with enough articles, {} uses loaded words of its own most often ({}). \
             {lead} {} ({}).",
            top.row.outlet,
            top.in_brackets(),
            next.row.outlet,
            next.in_brackets(),
        ));
    };
    let whose = match more.len() {
        0 => format!("that of {}", first.row.outlet),
        n => format!(
            "those of {} others, of which {} comes nearest",
            in_words(n as u32 + 1),
            first.row.outlet
        ),
    };
    (first.lo <= top.hi).then(|| {
        format!(
            "Of {all} outlets with enough articles, {} has the highest share of sentences with \
             loaded words of its own ({}), but its interval overlaps with {whose} ({}).",
            top.row.outlet,
            top.in_brackets(),
            first.in_brackets(),
        )
    })
}

fn rate<'r>(run: &Run, row: &'r OutletRow) -> Option<Rate<'r>> {
    let enough = row.n_articles >= run.info.min_articles && row.n_own > 0;
    let [value, lo, hi] = finite([row.loaded_own, row.loaded_own_lo, row.loaded_own_hi])?;
    enough.then_some(Rate { row, value, lo, hi })
}

/// Counts of outlets that have too few articles for a figure.
fn described(run: &Run) -> Vec<String> {
    let mut rows: Vec<&OutletRow> = run.outlets.iter().filter(|row| row.n_own > 0).collect();
    rows.sort_by(|a, b| b.n_own.cmp(&a.n_own).then_with(|| a.outlet.cmp(&b.outlet)));
    rows.truncate(3);
    rows.into_iter()
        .map(|row| {
            let these = match row.n_articles {
                1 => "one article: a description of this article".to_owned(),
                n => format!("{} articles: a description of these articles", in_words(n)),
            };
            format!(
                "{}: its own words are loaded in {} of {} that {} any ({these}, not an estimate for \
                 the outlet).",
                row.outlet,
                count(row.n_loaded_own),
                counted(row.n_own, "sentence", "sentences"),
                if row.n_own == 1 { "has" } else { "have" },
            )
        })
        .collect()
}

/// A comparison with its difference and the ends of that one's interval.
type Difference<'r> = (&'r ComparisonRow, [f64; 3]);

/// The comparisons that have a figure and enough articles on both sides.
fn compared(run: &Run) -> Vec<Difference<'_>> {
    let enough = |row: &&ComparisonRow| {
        row.note.is_none() && row.n_articles_a.min(row.n_articles_b) >= run.info.min_articles
    };
    run.comparisons
        .iter()
        .filter(enough)
        .filter_map(|row| Some((row, finite([row.difference, row.lo, row.hi])?)))
        .collect()
}

pub(super) fn leaves_out_zero([_, lo, hi]: [f64; 3]) -> bool {
    lo > 0.0 || hi < 0.0
}

/// False discoveries that are put up with among the differences that are claimed.
const FALSE_DISCOVERIES: f64 = 0.05;

/// Is the difference one to be claimed: its interval leaves out zero, and among all that was compared it is not one
/// of those that chance makes?
pub(super) fn is_claimed(row: &ComparisonRow, figures: [f64; 3]) -> bool {
    leaves_out_zero(figures) && row.q.is_none_or(|q| q <= FALSE_DISCOVERIES)
}

/// Articles on both sides from which on a difference is told before one of fewer.
const MANY_ARTICLES: u32 = 20;

/// Which of two differences is surely larger: whose interval's nearer end is farther from zero. What few articles show
/// comes after what many do, since the largest of thousands of differences is one of small numbers.
pub(super) fn surer(a: Difference<'_>, b: Difference<'_>) -> Ordering {
    let many = |(row, _): Difference| row.n_articles_a.min(row.n_articles_b) >= MANY_ARTICLES;
    let at_least = |(_, [_, lo, hi]): Difference| lo.max(-hi);
    many(a).cmp(&many(b)).then(at_least(a).total_cmp(&at_least(b)))
}

/// Per measure, the difference that is surely largest.
fn differences(run: &Run) -> Vec<Finding> {
    let names = view::names(run);
    let largest = |measure: Measure, of_actor: bool| {
        compared(run)
            .into_iter()
            .filter(|(row, figures)| {
                Measure::of(&row.measure) == Some(measure)
                    && row.actor_id.is_some() == of_actor
                    && is_claimed(row, *figures)
            })
            .max_by(|a, b| surer(*a, *b).then_with(|| key(b.0).cmp(&key(a.0))))
    };
    let told =
        [(Measure::LoadedOwn, false), (Measure::LoadedOwn, true), (Measure::NetStanceOwn, true)];
    told.into_iter()
        .filter_map(|(measure, of_actor)| {
            let (row, [difference, lo, hi]) = largest(measure, of_actor)?;
            let [a, b] = finite([row.value_a, row.value_b])?;
            let what = match (measure, row.actor_id.as_deref()) {
                (Measure::NetStanceOwn, Some(id)) => {
                    format!("net stance toward {} in their own words", name(&names, id))
                }
                (Measure::LoadedOwn, Some(id)) => format!(
                    "the share of loaded sentences among those of their own that name {}",
                    name(&names, id)
                ),
                (measure, _) => measure.phrase().to_owned(),
            };
            let cases = view::cases(run, row);
            Some(Finding {
                text: format!(
                    "{} ({}) and {} ({}) differ in {what}: by {} (95% interval {}).",
                    row.outlet_a,
                    measure.value(a, cases),
                    row.outlet_b,
                    measure.value(b, cases),
                    measure.difference(difference, cases),
                    measure.difference_interval(lo, hi, cases),
                ),
                about: Topic::Comparisons,
            })
        })
        .collect()
}

fn key(row: &ComparisonRow) -> (&str, Option<&str>, &str, &str) {
    (&row.measure, row.actor_id.as_deref(), &row.outlet_a, &row.outlet_b)
}

/// The actors at both ends of net stance, where the interval leaves out zero.
fn actors(run: &Run) -> Vec<Finding> {
    let rated = rated_actors(run);
    let by_stance = |a: &&(&ActorRow, [f64; 3]), b: &&(&ActorRow, [f64; 3])| {
        a.1[0].total_cmp(&b.1[0]).then_with(|| a.0.actor_id.cmp(&b.0.actor_id))
    };
    // A tie has no lowest.
    let alone = |value: f64| rated.iter().filter(|(_, figures)| figures[0] == value).count() == 1;
    let lowest = rated.iter().min_by(by_stance).filter(|(_, [v, _, hi])| *hi < 0.0 && alone(*v));
    let highest = rated.iter().max_by(by_stance).filter(|(_, [v, lo, _])| *lo > 0.0 && alone(*v));
    [("lowest", lowest), ("highest", highest)]
        .into_iter()
        .filter_map(|(which, found)| {
            let (row, [value, lo, hi]) = found?;
            let place = match rated.len() {
                1 => "the one actor with enough data".to_owned(),
                n => format!("the {which} of {} actors with enough data", count(n as u64)),
            };
            Some(Finding {
                text: format!(
                    "{}: net stance {} in the outlets’ own words, {place} (95% interval {}; {}).",
                    row.name,
                    net(*value),
                    net_interval(*lo, *hi),
                    counted(row.n_mentions_own, "mention", "mentions"),
                ),
                about: Topic::Actors,
            })
        })
        .collect()
}

fn rated_actors(run: &Run) -> Vec<(&ActorRow, [f64; 3])> {
    run.actors
        .iter()
        .filter_map(|row| {
            let figures = [row.net_stance_own, row.net_stance_own_lo, row.net_stance_own_hi];
            Some((row, finite(figures)?))
        })
        .collect()
}

/// How much is somebody else's.
fn voices(run: &Run) -> Option<Finding> {
    let words: u64 = run.articles.iter().map(|a| u64::from(a.n_words)).sum();
    let quoted: u64 = run.articles.iter().map(|a| u64::from(a.n_words_quoted)).sum();
    if words == 0 || quoted > words {
        return None;
    }
    let mut text = format!(
        "Of {} read, {} ({}) {} somebody else’s, quoted or reported",
        counted(words, "word", "words"),
        count(quoted),
        share(quoted as f64 / words as f64, u32::try_from(words).unwrap_or(u32::MAX)),
        if quoted == 1 { "is" } else { "are" },
    );
    let loaded = run.spans.len() as u64;
    let loaded_quoted = run.spans.iter().filter(|s| s.voice != Voice::Outlet).count() as u64;
    if loaded > 0 && view::has_all_sentences(run) {
        text.push_str(&format!(
            "; so {} {} of the {} found, which {} not count as an outlet’s own wording",
            if loaded_quoted == 1 { "is" } else { "are" },
            if loaded_quoted == 0 { "none".to_owned() } else { count(loaded_quoted) },
            counted(loaded, "loaded stretch", "loaded stretches"),
            if loaded_quoted == 1 { "does" } else { "do" },
        ));
        if loaded_quoted == 0 {
            text.truncate(text.rfind(", which").unwrap_or(text.len()));
        }
    }
    text.push('.');
    Some(Finding { text, about: Topic::Articles })
}

/// The one actor that speaks in more sentences than any other.
fn most_heard(run: &Run) -> Option<Finding> {
    let mut rows: Vec<&ActorRow> = run.actors.iter().filter(|row| row.n_speaks > 1).collect();
    rows.sort_by_key(|row| Reverse(row.n_speaks));
    let top = rows.first()?;
    if rows.get(1).is_some_and(|next| next.n_speaks == top.n_speaks) {
        return None;
    }
    Some(Finding {
        text: format!(
            "{} speaks most: in {}.",
            top.name,
            counted(top.n_speaks, "sentence", "sentences"),
        ),
        about: Topic::Actors,
    })
}

/// Outlets that are not compared, and why.
fn not_compared(run: &Run) -> Option<Finding> {
    let min = run.info.min_articles;
    let mut few: Vec<&OutletRow> = run.outlets.iter().filter(|row| row.n_articles < min).collect();
    few.sort_by(|a, b| view::more_articles_first(a, b));
    let needed = format!("at least {} are needed", in_words(min));
    let same = few.windows(2).all(|pair| pair[0].n_articles == pair[1].n_articles);
    let counts = match few.first() {
        Some(first) if same && few.len() > 1 => format!(
            "{} have {} each",
            enumerate(few.iter().map(|row| row.outlet.clone())),
            articles_in_words(first.n_articles),
        ),
        Some(_) => enumerate(
            few.iter()
                .map(|row| format!("{} has {}", row.outlet, articles_in_words(row.n_articles))),
        ),
        None => String::new(),
    };
    let text = match (run.outlets.as_slice(), few.len()) {
        ([], _) => return None,
        ([only], 0) => {
            format!(
                "All articles come from one outlet, {}: there is nothing to compare.",
                only.outlet
            )
        }
        ([_], _) => format!("No estimate for the outlet: {counts}; {needed}."),
        (_, 0) => return None,
        (all, n) if all.len() - n < 2 => format!("Outlets are not compared: {counts}; {needed}."),
        _ => format!("Some outlets are not compared: {counts}; {needed}."),
    };
    Some(Finding { text, about: Topic::Outlets })
}

/// How many comparisons were made, so that nobody takes one of many for news.
fn comparisons_in_view(run: &Run) -> Option<Finding> {
    let compared = compared(run);
    let clear = compared.iter().filter(|(row, figures)| is_claimed(row, *figures)).count();
    let all = compared.len() as u64;
    let text = match (all, clear) {
        (0, _) => return None,
        (1, 0) => {
            "The one comparison made shows no difference that these articles can prove.".into()
        }
        (1, _) => return None,
        (_, 0) => format!(
            "None of {} comparisons between outlets shows a difference that chance does not make among so many.",
            count(all)
        ),
        (_, clear) => format!(
            "{} comparisons between outlets were made; {} told as a difference, of which no more than one in \
             twenty is expected to be none (q at most .05).",
            count(all),
            match clear {
                1 => "one is".to_owned(),
                n => format!("{} are", count(n as u64)),
            },
        ),
    };
    Some(Finding { text, about: Topic::Comparisons })
}

fn stance_limits(run: &Run) -> Option<Finding> {
    if run.actors.is_empty() {
        return None;
    }
    let rated = rated_actors(run);
    let clear = rated.iter().filter(|(_, figures)| leaves_out_zero(*figures)).count();
    let text = if rated.is_empty() {
        "No actor has enough data for a figure on stance in the outlets’ own words."
    } else if clear == 0 {
        "No actor’s net stance in the outlets’ own words has an interval that leaves out zero."
    } else {
        return None;
    };
    Some(Finding { text: text.into(), about: Topic::Actors })
}

/// Articles whose wording may not be the outlet's, or whose outlet nobody knows.
fn other_hands(run: &Run) -> Vec<Finding> {
    let all = run.articles.len() as u64;
    let agency = run.articles.iter().filter(|a| a.agency.is_some()).count() as u64;
    let unknown =
        run.articles.iter().filter(|a| a.outlet == crate::tables::rows::UNKNOWN_OUTLET).count()
            as u64;
    let of_all = |n: u64| format!("{} of {}", count(n), counted(all, "article", "articles"));
    let mut out = Vec::new();
    if agency > 0 {
        out.push(Finding {
            text: format!(
                "{} {} a news agency: the wording is the agency’s and counts for no outlet’s own figures.",
                of_all(agency),
                if agency == 1 { "credits" } else { "credit" },
            ),
            about: Topic::Articles,
        });
    }
    if unknown > 0 {
        out.push(Finding {
            text: format!(
                "{} {} no outlet and {} under {}.",
                of_all(unknown),
                if unknown == 1 { "names" } else { "name" },
                if unknown == 1 { "stands" } else { "stand" },
                crate::tables::rows::UNKNOWN_OUTLET,
            ),
            about: Topic::Outlets,
        });
    }
    out
}

fn left_out(run: &Run) -> Option<Finding> {
    if run.rejects.is_empty() {
        return None;
    }
    let reasons = rejects_by_reason(run)
        .into_iter()
        .map(|(reason, n)| format!("{}: {}", view::reason(reason), count(n)));
    Some(Finding {
        text: format!(
            "{} of {} {} not scored ({}); the figures speak of the rest.",
            count(run.rejects.len() as u64),
            counted((run.rejects.len() + run.articles.len()) as u64, "document", "documents"),
            if run.rejects.len() == 1 { "was" } else { "were" },
            reasons.collect::<Vec<_>>().join(", "),
        ),
        about: Topic::Rejects,
    })
}

/// Most frequent first.
pub(super) fn rejects_by_reason(run: &Run) -> Vec<(crate::ingest::RejectReason, u64)> {
    let mut counts = BTreeMap::new();
    for row in &run.rejects {
        *counts.entry(row.reason).or_insert(0u64) += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    // Stable: reasons of the same count keep their order.
    counts.sort_by_key(|(_, n)| Reverse(*n));
    counts
}

fn name<'r>(names: &HashMap<&'r str, &'r str>, id: &'r str) -> &'r str {
    names.get(id).copied().unwrap_or(id)
}

pub(super) fn finite<const N: usize>(values: [Option<f64>; N]) -> Option<[f64; N]> {
    let mut out = [0.0; N];
    for (to, from) in out.iter_mut().zip(values) {
        *to = from.filter(|v| v.is_finite())?;
    }
    Some(out)
}

fn articles_in_words(n: u32) -> String {
    format!("{} {}", in_words(n), if n == 1 { "article" } else { "articles" })
}

/// `a, b and c`; `a, b, c, d and 8 more`
fn enumerate(items: impl IntoIterator<Item = String>) -> String {
    let mut items: Vec<String> = items.into_iter().collect();
    if items.len() > MOST_NAMES + 1 {
        let more = items.len() - MOST_NAMES;
        items.truncate(MOST_NAMES);
        items.push(format!("{} more", count(more as u64)));
    }
    match items.pop() {
        None => String::new(),
        Some(last) if items.is_empty() => last,
        Some(last) => format!("{} and {last}", items.join(", ")),
    }
}
