//! Estimates in, figures out, each a file that stands alone.
//!
//! Drawn for paper: on white, in colours that the colour-blind tell apart (Okabe and Ito; for net stance
//! purple to green) and with shapes, numbers and hatching that say the same. Every figure has its title, its
//! unit, its intervals and its counts in it, a `<title>` and `<desc>` for those who do not see it, and a
//! `<title>` for each figure. It loads nothing, font included.

mod forest;
mod grid;
mod png;

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::number::{count, counted, net, share};
use super::{Options, Run, safe, terminal};
use crate::tables::rows::{ActorRow, CorrectedRow, HolderTargetRow, OutletActorRow, OutletRow};
use forest::{Forest, Point, Unit};
use grid::{Cell, Grid};
pub use png::{PngError, SCALE, png};

/// A figure and the name of its file, without the extension: table and column, as in the codebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub name: &'static str,
    pub svg: String,
}

/// Draws the figures for which the run has rows: `outlets-loaded_own`, `outlets-quoted`,
/// `outlets-net_stance_own`, `outlet_actor-net_stance_own`, `holder_target-net_stance`.
///
/// Where a coded sample corrects a figure, it stands beside the naive one. Rows and columns beyond the
/// options' limits are left out, and the figure says so.
pub fn figures(run: &Run, options: &Options) -> Vec<Figure> {
    let mut out = Vec::new();
    let rows = outlets(run);
    if !rows.is_empty() {
        out.extend(OF_OUTLETS.iter().map(|figure| figure.draw(run, &rows, options)));
    }
    out.extend(outlet_actor(run, options));
    out.extend(holder_target(run, options));
    out
}

/// Highest share of loaded wording first, those without a figure last.
fn outlets(run: &Run) -> Vec<&OutletRow> {
    let mut rows: Vec<&OutletRow> = run.outlets.iter().collect();
    let key = |row: &OutletRow| finite(row.loaded_own).unwrap_or(-1.0);
    rows.sort_by(|a, b| key(b).total_cmp(&key(a)).then_with(|| a.outlet.cmp(&b.outlet)));
    rows
}

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|v| v.is_finite())
}

/// Value and ends; none where there is no value. An interval that is not known is no longer than its value.
fn point(figures: [Option<f64>; 3]) -> Option<Point> {
    let [value, lo, hi] = figures.map(finite);
    let value = value?;
    Some(Point { value, lo: lo.unwrap_or(value), hi: hi.unwrap_or(value) })
}

fn corrected(run: &Run, measure: &str, outlet: &str, actor: Option<&str>) -> Option<Point> {
    let is_it = |row: &&CorrectedRow| {
        row.measure == measure
            && row.outlet == outlet
            && row.outlet_b.is_none()
            && row.actor_id.as_deref() == actor
    };
    let row = run.corrected.iter().find(is_it)?;
    point([row.dsl, row.dsl_lo, row.dsl_hi])
}

fn interval_note(run: &Run) -> String {
    let confidence = run.info.options.get("confidence").and_then(Value::as_f64).unwrap_or(0.95);
    format!(
        "Lines are {}% intervals, with articles as what was sampled. No figure below {} articles.",
        (confidence * 100.0).round(),
        run.info.min_articles
    )
}

/// What a figure is counted from, of how many cases, and the figure with the ends of its interval.
type Counted = (String, u32, [Option<f64>; 3]);

/// A figure with a row an outlet.
struct OfOutlets {
    /// Column of the table `outlets`.
    column: &'static str,
    name: &'static str,
    title: &'static str,
    axis: &'static str,
    unit: Unit,
    row: fn(&OutletRow) -> Counted,
}

const OF_OUTLETS: [OfOutlets; 3] = [
    OfOutlets {
        column: "loaded_own",
        name: "outlets-loaded_own",
        title: "Loaded wording in the outlets’ own words",
        axis: "loaded_own: share of sentences with own words that are loaded (%)",
        unit: Unit::Share,
        row: |row| {
            let of = counted(row.n_own, "sentence", "sentences");
            let basis = format!("{} of {of}", count(row.n_loaded_own));
            (basis, row.n_own, [row.loaded_own, row.loaded_own_lo, row.loaded_own_hi])
        },
    },
    OfOutlets {
        column: "quoted",
        name: "outlets-quoted",
        title: "Words that are somebody else’s",
        axis: "quoted: share of words that are quoted or reported (%)",
        unit: Unit::Share,
        row: |row| {
            let of = counted(row.n_words, "word", "words");
            let basis = format!("{} of {of}", count(row.n_words_quoted));
            (basis, row.n_words, [row.quoted, row.quoted_lo, row.quoted_hi])
        },
    },
    OfOutlets {
        column: "net_stance_own",
        name: "outlets-net_stance_own",
        title: "Net stance toward actors in the outlets’ own words",
        axis: "net_stance_own: mean of p_favor − p_against, −1 (against) to +1 (in favour)",
        unit: Unit::Net,
        row: |row| {
            let figures = [row.net_stance_own, row.net_stance_own_lo, row.net_stance_own_hi];
            let basis = counted(row.n_mentions_own, "mention", "mentions");
            (basis, row.n_mentions_own, figures)
        },
    },
];

impl OfOutlets {
    fn draw(&self, run: &Run, rows: &[&OutletRow], options: &Options) -> Figure {
        let draw = |row: &&OutletRow| {
            let (basis, cases, figures) = (self.row)(row);
            forest::Row {
                label: row.outlet.clone(),
                basis: format!("{basis}, {}", counted(row.n_articles, "article", "articles")),
                cases,
                naive: point(figures),
                corrected: corrected(run, self.column, &row.outlet, None),
            }
        };
        let figure = Forest {
            title: self.title,
            axis: self.axis,
            unit: self.unit,
            note: interval_note(run),
            all: rows.len(),
            rows: rows.iter().take(options.row_limit).map(draw).collect(),
        };
        Figure { name: self.name, svg: figure.svg() }
    }
}

fn is_group(actor_id: &str) -> bool {
    actor_id.starts_with(crate::actors::codebook::GROUP)
}

fn outlet_actor(run: &Run, options: &Options) -> Option<Figure> {
    let mut actors: Vec<&ActorRow> = run
        .actors
        .iter()
        .filter(|row| row.n_mentions_own > 0 && !is_group(&row.actor_id))
        .collect();
    let all_actors = actors.len();
    actors.sort_by(|a, b| {
        b.n_mentions_own.cmp(&a.n_mentions_own).then_with(|| a.actor_id.cmp(&b.actor_id))
    });
    actors.truncate(options.matrix_actors);
    let cells: HashMap<(&str, &str), &OutletActorRow> = run
        .outlet_actor
        .iter()
        .map(|row| ((row.outlet.as_str(), row.actor_id.as_str()), row))
        .collect();
    let mut outlets: Vec<&str> = run.outlets.iter().map(|row| row.outlet.as_str()).collect();
    outlets.sort_unstable();
    let all_outlets = outlets.len();
    outlets.retain(|outlet| {
        actors.iter().any(|a| cells.contains_key(&(*outlet, a.actor_id.as_str())))
    });
    outlets.truncate(options.row_limit);
    if actors.is_empty() || outlets.is_empty() {
        return None;
    }
    let cell = |outlet: &str, actor: &ActorRow| {
        let row = cells.get(&(outlet, actor.actor_id.as_str())).filter(|r| r.n_mentions_own > 0)?;
        Some(Cell {
            point: point([row.net_stance_own, row.net_stance_own_lo, row.net_stance_own_hi]),
            basis: counted(row.n_mentions_own, "mention", "mentions"),
            n: row.n_mentions_own,
            corrected: corrected(run, "net_stance_own", outlet, Some(&actor.actor_id)),
        })
    };
    let grid = Grid {
        title: "Net stance toward actors in each outlet’s own words",
        axis: "net_stance_own: mean of p_favor − p_against, −1 (against) to +1 (in favour)",
        rows_are: "outlet",
        note: interval_note(run),
        left_out: left_out(&[
            (outlets.len(), all_outlets, "outlets"),
            (actors.len(), all_actors, "actors, those named most"),
        ]),
        columns: actors.iter().map(|row| row.name.clone()).collect(),
        rows: outlets
            .iter()
            .map(|outlet| {
                ((*outlet).to_owned(), actors.iter().map(|actor| cell(outlet, actor)).collect())
            })
            .collect(),
    };
    Some(Figure { name: "outlet_actor-net_stance_own", svg: grid.svg() })
}

/// Who holds it; equal in the rows of one holder.
type Holder<'r> = (&'r str, Option<&'r str>);

fn holder_target(run: &Run, options: &Options) -> Option<Figure> {
    let rows: Vec<&HolderTargetRow> = run
        .holder_target
        .iter()
        .filter(|row| {
            row.outlet.is_none()
                && !is_group(&row.target_id)
                && !row.holder_id.as_deref().is_some_and(is_group)
        })
        .collect();
    let (mut holders, mut targets) = (HashMap::new(), HashMap::new());
    let mut cells = HashMap::new();
    for row in &rows {
        let holder: Holder = (&row.holder, row.holder_id.as_deref());
        *holders.entry(holder).or_insert(0u64) += u64::from(row.n_mentions);
        *targets.entry(row.target_id.as_str()).or_insert(0u64) += u64::from(row.n_mentions);
        cells.insert((holder, row.target_id.as_str()), *row);
    }
    let (all_holders, all_targets) = (holders.len(), targets.len());
    let mut holders: Vec<(Holder, u64)> = holders.into_iter().collect();
    holders.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut targets: Vec<(&str, u64)> = targets.into_iter().collect();
    targets.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    targets.truncate(options.matrix_actors);
    holders.retain(|(holder, _)| targets.iter().any(|(t, _)| cells.contains_key(&(*holder, *t))));
    holders.truncate(2 * options.matrix_actors);
    if holders.is_empty() {
        return None;
    }
    let name = |(kind, id): Holder| match kind {
        "outlet" => "the outlets’ own voice".to_owned(),
        "copy" => "copy that outlets relay".to_owned(),
        "unnamed" => "people without a name".to_owned(),
        _ => {
            let of = rows.iter().find(|r| r.holder == kind && r.holder_id.as_deref() == id);
            let named = of.and_then(|r| r.holder_name.clone());
            named.or_else(|| id.map(str::to_owned)).unwrap_or_default()
        }
    };
    let target_name = |id: &str| {
        rows.iter().find(|r| r.target_id == id).map_or_else(String::new, |r| r.target_name.clone())
    };
    let cell = |holder: Holder, target: &str| {
        let row = cells.get(&(holder, target))?;
        Some(Cell {
            point: point([row.net_stance, row.net_stance_lo, row.net_stance_hi]),
            basis: counted(row.n_mentions, "mention", "mentions"),
            n: row.n_mentions,
            corrected: None,
        })
    };
    let grid = Grid {
        title: "Who speaks how about whom, over all outlets",
        axis: "net_stance: mean of p_favor − p_against, −1 (against) to +1 (in favour); columns: about whom",
        rows_are: "who speaks",
        note: interval_note(run),
        left_out: left_out(&[
            (holders.len(), all_holders, "who speak"),
            (targets.len(), all_targets, "spoken of, those named most"),
        ]),
        columns: targets.iter().map(|(id, _)| target_name(id)).collect(),
        rows: holders
            .iter()
            .map(|(holder, _)| {
                (name(*holder), targets.iter().map(|(target, _)| cell(*holder, target)).collect())
            })
            .collect(),
    };
    Some(Figure { name: "holder_target-net_stance", svg: grid.svg() })
}

fn left_out(shown: &[(usize, usize, &str)]) -> Option<String> {
    let parts: Vec<String> = shown
        .iter()
        .filter(|(n, all, _)| n < all)
        .map(|(n, all, what)| format!("{} of {} {what}", count(*n as u64), count(*all as u64)))
        .collect();
    (!parts.is_empty()).then(|| format!("Shown: {}.", parts.join("; ")))
}

/// Sizes of letters.
const TITLE: f64 = 17.0;
const BODY: f64 = 13.0;
const SMALL: f64 = 11.0;

/// One line, cut to a width in letters.
fn fitted(text: &str, width: usize) -> String {
    terminal::fitted(&safe::line(text), width).into_owned()
}

/// About how wide a text is, in units of the drawing. Fonts differ; it errs on the wide side.
fn wide(text: &str, size: f64) -> f64 {
    text.width() as f64 * size * 0.58
}

/// Text in lines that are no wider than `width`.
fn broken(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match out.last_mut() {
            Some(line) if wide(line, size) + wide(word, size) + size * 0.5 <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => out.push(word.to_owned()),
        }
    }
    out
}

/// A drawing that grows.
struct Drawing {
    body: String,
    width: f64,
}

/// Where a text stands at its point.
#[derive(Clone, Copy)]
enum Anchor {
    Start,
    Middle,
}

impl Drawing {
    fn text(&mut self, (x, y): (f64, f64), size: f64, class: &str, anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
        };
        let _ = writeln!(
            self.body,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" class=\"{class}\" \
             text-anchor=\"{anchor}\">{}</text>",
            safe::xml(text)
        );
    }

    fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        let _ = writeln!(
            self.body,
            "<line x1=\"{x1:.2}\" y1=\"{y1:.2}\" x2=\"{x2:.2}\" y2=\"{y2:.2}\" class=\"{class}\"/>"
        );
    }

    /// The whole file.
    fn svg(self, height: f64, title: &str, desc: &str) -> String {
        let width = self.width;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-labelledby=\"title desc\" \
             font-family=\"'Noto Sans', 'DejaVu Sans', Verdana, sans-serif\">\n\
             <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n<style>\n{SHEET}</style>\n\
             <defs><pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"7\" \
             class=\"hatch\"/></pattern></defs>\n\
             <rect width=\"{width:.0}\" height=\"{height:.0}\" class=\"paper\"/>\n{}</svg>\n",
            safe::xml(title),
            safe::xml(desc),
            self.body
        )
    }
}

/// Blue and vermilion of Okabe and Ito; purple to green of ColorBrewer's PRGn.
const SHEET: &str = "\
.paper { fill: #ffffff }
text { fill: #1c1b19 }
.bold { font-weight: bold }
.muted { fill: #5c574f }
.grid { stroke: #e2ded4; stroke-width: 1 }
.zero { stroke: #8a847a; stroke-width: 1 }
.naive { fill: #0072b2; stroke: #0072b2; stroke-width: 2 }
.corrected { fill: #d55e00; stroke: #d55e00; stroke-width: 2 }
.hatch { stroke: #b9b3a6; stroke-width: 1.4 }
.few { fill: url(#hatch); stroke: #d8d3c7 }
.a3 { fill: #af8dc3 }
.a2 { fill: #cdb7da }
.a1 { fill: #e7d4e8 }
.z0 { fill: #f4f2ec }
.f1 { fill: #d9f0d3 }
.f2 { fill: #b3dcae }
.f3 { fill: #7fbf7b }
";

fn in_net(point: Point) -> String {
    format!("{} ({} to {})", net(point.value), net(point.lo), net(point.hi))
}

fn in_shares(point: Point, cases: u32) -> String {
    format!(
        "{} ({} to {})",
        share(point.value, cases),
        share(point.lo, cases),
        share(point.hi, cases)
    )
}

#[cfg(test)]
mod tests;
