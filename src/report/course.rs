//! Figures over time, as small charts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Run;
use super::number::{count, net, net_interval, share, share_interval};
use crate::tables::rows::PeriodRow;

/// Charts of outlets, and of actors.
const MOST: usize = 6;
/// A chart's drawing, in units.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 90.0;

#[derive(Serialize)]
pub struct Courses {
    /// `week`, `month` or `year`; none where there is no course.
    pub unit: Option<String>,
    pub outlets: Vec<Course>,
    pub actors: Vec<Course>,
}

/// One chart. Coordinates are units of its drawing, 300 by 90, upper left first.
#[derive(Serialize)]
pub struct Course {
    pub name: String,
    /// The line, and the band of the intervals; both may have gaps.
    pub line: String,
    pub band: String,
    pub dots: Vec<(f64, f64)>,
    /// Height of zero, where the scale goes below it.
    pub zero: Option<f64>,
    pub top: String,
    pub bottom: String,
    pub first: String,
    pub last: String,
    pub points: Vec<Point>,
}

#[derive(Serialize)]
pub struct Point {
    pub period: String,
    pub value: Option<String>,
    pub interval: Option<String>,
    pub articles: String,
}

impl Courses {
    pub fn new(run: &Run) -> Courses {
        let of = |measure: &str, whose: fn(&PeriodRow) -> Option<&str>| {
            let mut courses: BTreeMap<&str, Vec<&PeriodRow>> = BTreeMap::new();
            for row in run.periods.iter().filter(|row| row.measure == measure) {
                if let Some(name) = whose(row) {
                    courses.entry(name).or_default().push(row);
                }
            }
            let mut courses: Vec<Vec<&PeriodRow>> = courses
                .into_values()
                .filter(|rows| rows.iter().filter(|row| row.value.is_some()).count() >= 2)
                .collect();
            let size = |rows: &[&PeriodRow]| rows.iter().map(|r| r.n_articles).sum::<u32>();
            courses.sort_by_key(|rows| std::cmp::Reverse(size(rows)));
            courses.truncate(MOST);
            let is_net = measure == "net_stance_own";
            let scale = scale(courses.iter().flatten().copied(), is_net);
            let times: Vec<&str> = {
                let mut all: Vec<&str> =
                    courses.iter().flatten().map(|r| r.period.as_str()).collect();
                all.sort_unstable();
                all.dedup();
                all
            };
            courses.iter().map(|rows| course(rows, &times, scale, is_net)).collect::<Vec<_>>()
        };
        Courses {
            unit: run.periods.first().map(|row| row.unit.clone()),
            outlets: of("loaded_own", |row| row.outlet.as_deref()),
            actors: of("net_stance_own", |row| row.actor_name.as_deref()),
        }
    }
}

/// The same for all charts of a measure.
fn scale<'r>(rows: impl Iterator<Item = &'r PeriodRow>, is_net: bool) -> (f64, f64) {
    let most = rows
        .flat_map(|row| [row.value, row.lo, row.hi].into_iter().flatten())
        .map(f64::abs)
        .fold(0.0, f64::max);
    let to = [0.1, 0.25, 0.5, 1.0].into_iter().find(|&step| most <= step).unwrap_or(1.0);
    if is_net { (-to, to) } else { (0.0, to) }
}

fn course(rows: &[&PeriodRow], times: &[&str], (from, to): (f64, f64), is_net: bool) -> Course {
    let round = |v: f64| (v * 10.0).round() / 10.0;
    let x = |row: &PeriodRow| {
        let place = times.iter().position(|t| *t == row.period).unwrap_or(0);
        round(4.0 + place as f64 / (times.len().max(2) - 1) as f64 * (WIDTH - 8.0))
    };
    let y = |v: f64| round(4.0 + (to - v) / (to - from) * (HEIGHT - 8.0));
    let text = |v: f64, n: u32| if is_net { net(v) } else { share(v, n) };
    let mut line = String::new();
    let mut band = String::new();
    let mut dots = Vec::new();
    // A period without a figure is a gap.
    for run in rows.split(|row| row.value.is_none()) {
        let (mut upper, mut lower) = (String::new(), Vec::new());
        for (k, row) in run.iter().enumerate() {
            let Some(value) = row.value else { continue };
            let pen = if k == 0 { 'M' } else { 'L' };
            line.push_str(&format!("{pen}{} {}", x(row), y(value)));
            dots.push((x(row), y(value)));
            if let (Some(lo), Some(hi)) = (row.lo, row.hi) {
                upper.push_str(&format!(
                    "{}{} {}",
                    if upper.is_empty() { 'M' } else { 'L' },
                    x(row),
                    y(hi)
                ));
                lower.push(format!("L{} {}", x(row), y(lo)));
            }
        }
        if lower.len() > 1 {
            lower.reverse();
            band.push_str(&format!("{upper}{}Z", lower.concat()));
        }
    }
    let name = rows[0].outlet.clone().or_else(|| rows[0].actor_name.clone());
    Course {
        name: name.unwrap_or_default(),
        line,
        band,
        dots,
        zero: is_net.then(|| y(0.0)),
        top: text(to, 0),
        bottom: text(from, 0),
        first: times.first().map(|t| (*t).to_owned()).unwrap_or_default(),
        last: times.last().map(|t| (*t).to_owned()).unwrap_or_default(),
        points: rows
            .iter()
            .map(|row| Point {
                period: row.period.clone(),
                value: row.value.map(|v| text(v, row.n)),
                interval: row.lo.zip(row.hi).map(|(lo, hi)| {
                    if is_net { net_interval(lo, hi) } else { share_interval(lo, hi, row.n) }
                }),
                articles: count(row.n_articles),
            })
            .collect(),
    }
}
