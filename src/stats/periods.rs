//! Figures over time, where the articles' dates span more than two weeks.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use rayon::prelude::*;

use crate::tables::rows::PeriodRow;

use super::collect::{Actor, Fraction, Measure};
use super::estimate::{Named, Run, columns};
use super::interval::Scale;
use super::speech::At;

/// Dates of fewer days than this have no course.
const SHORTEST: i32 = 15;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Week,
    Month,
    Year,
}

impl Unit {
    /// The finest that makes a few dozen periods at most; `None` for too short a time.
    fn of(first: Date, last: Date) -> Option<Unit> {
        let days = (last - first).get_days() + 1;
        match days {
            d if d < SHORTEST => None,
            d if d < 200 => Some(Unit::Week),
            d if d < 3000 => Some(Unit::Month),
            _ => Some(Unit::Year),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Year => "year",
        }
    }

    /// First day of the period that `date` is in.
    fn begin(self, date: Date) -> Date {
        match self {
            Unit::Week => {
                date.saturating_sub(i64::from(date.weekday().to_monday_zero_offset()).days())
            }
            Unit::Month => date.first_of_month(),
            Unit::Year => date.first_of_year(),
        }
    }
}

/// Whose figure it is.
struct Of<'r> {
    measure: &'static str,
    scale: Scale,
    outlet: Option<&'r str>,
    actor: Option<&'r Actor>,
}

impl Run<'_> {
    /// Loaded wording of every outlet, and net stance in own words toward the actors that most articles name in
    /// them, period by period.
    pub(super) fn periods(
        &self,
        actors: &[Actor],
        where_named: &[Vec<Named>],
        top_actors: usize,
    ) -> Vec<PeriodRow> {
        let dates = || self.outlets.iter().flat_map(|o| &o.articles).filter_map(|a| a.date);
        let Some(unit) = dates().min().zip(dates().max()).and_then(|(a, b)| Unit::of(a, b)) else {
            return Vec::new();
        };
        let date = |outlet: usize, article: usize| self.outlets[outlet].articles[article].date;
        let mut out: Vec<PeriodRow> = self
            .outlets
            .par_iter()
            .enumerate()
            .flat_map_iter(|(number, outlet)| {
                let measure = Measure::LoadedOwn;
                let at = outlet.articles.iter().enumerate().filter_map(|(article, facts)| {
                    let what = facts.measures[measure as usize];
                    (what.bottom > 0.0).then_some(At { outlet: number, article, what })
                });
                let of = Of {
                    measure: "loaded_own",
                    scale: measure.scale(),
                    outlet: Some(&outlet.name),
                    actor: None,
                };
                self.course(unit, &of, at.collect(), &date)
            })
            .collect();

        let own = |named: &[Named]| named.iter().filter(|n| n.mentions.n_own > 0).count();
        let mut order: Vec<usize> =
            (0..actors.len()).filter(|&a| own(&where_named[a]) > 0).collect();
        order.sort_by(|&a, &b| {
            let frequent = Reverse(own(&where_named[a])).cmp(&Reverse(own(&where_named[b])));
            frequent.then_with(|| actors[a].id.cmp(&actors[b].id))
        });
        order.truncate(top_actors);
        out.par_extend(order.par_iter().flat_map_iter(|&a| {
            let at = where_named[a].iter().filter(|n| n.mentions.n_own > 0).map(|n| At {
                outlet: n.outlet,
                article: n.article,
                what: n.mentions.own(),
            });
            let of = Of {
                measure: "net_stance_own",
                scale: Scale::NetStance,
                outlet: None,
                actor: Some(&actors[a]),
            };
            self.course(unit, &of, at.collect(), &date)
        }));
        out
    }

    fn course(
        &self,
        unit: Unit,
        of: &Of<'_>,
        at: Vec<At<Fraction>>,
        date: &impl Fn(usize, usize) -> Option<Date>,
    ) -> Vec<PeriodRow> {
        let mut periods: BTreeMap<Date, Vec<At<Fraction>>> = BTreeMap::new();
        for one in at {
            if let Some(date) = date(one.outlet, one.article) {
                periods.entry(unit.begin(date)).or_default().push(one);
            }
        }
        periods
            .into_iter()
            .map(|(begin, at)| {
                let figure = self.figure(&at, of.scale, |fraction| *fraction);
                let [value, lo, hi] = columns(figure.estimate);
                PeriodRow {
                    measure: of.measure.to_owned(),
                    outlet: of.outlet.map(str::to_owned),
                    actor_id: of.actor.map(|a| a.id.clone()),
                    actor_name: of.actor.map(|a| a.names().0),
                    unit: unit.name().to_owned(),
                    period: begin.to_string(),
                    n_articles: figure.articles as u32,
                    n: figure.sum.bottom as u32,
                    value,
                    lo,
                    hi,
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_follows_the_time_and_a_period_begins_on_its_first_day() {
        let day = |y, m, d| jiff::civil::date(y, m, d);
        assert_eq!(Unit::of(day(2025, 3, 1), day(2025, 3, 14)), None);
        assert_eq!(Unit::of(day(2025, 3, 1), day(2025, 3, 15)), Some(Unit::Week));
        assert_eq!(Unit::of(day(2024, 3, 1), day(2025, 3, 15)), Some(Unit::Month));
        assert_eq!(Unit::of(day(1990, 3, 1), day(2025, 3, 15)), Some(Unit::Year));
        // 5 March 2025 is a Wednesday.
        assert_eq!(Unit::Week.begin(day(2025, 3, 5)), day(2025, 3, 3));
        assert_eq!(Unit::Week.begin(day(2025, 3, 3)), day(2025, 3, 3));
        assert_eq!(Unit::Month.begin(day(2025, 3, 5)), day(2025, 3, 1));
        assert_eq!(Unit::Year.begin(day(2025, 3, 5)), day(2025, 1, 1));
    }
}
