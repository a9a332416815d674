//! Two outlets' figures event by event in, their difference on the same events out.
//!
//! A difference over all articles mixes how outlets write with what they write about. Here every event
//! that both cover is a pair: what A makes of it less what B makes of it. `docs/methods.md` has the
//! estimand and the papers.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rand::Rng;

use super::bootstrap::{Replicates, Weights, generator};
use super::collect::Fraction;
use super::estimate::Estimate;
use super::interval::{Interval, Intervals, Scale};

/// Names the draws of events; no outlet has such a name.
const EVENTS: &str = "\0events";
const SIGNS: &str = "\0signs";

/// How much an event counts for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EventWeight {
    /// Every event the same: the mean difference over events.
    #[default]
    Equal,
    /// By what both outlets print of it, y_a y_b / (y_a + y_b) (Mantel & Haenszel 1959; Greenland &
    /// Robins 1985): steadier, but a few large events may decide it.
    Size,
}

impl EventWeight {
    pub fn name(self) -> &'static str {
        match self {
            EventWeight::Equal => "equal",
            EventWeight::Size => "size",
        }
    }

    fn of(self, a: f64, b: f64) -> f64 {
        match self {
            EventWeight::Equal => 1.0,
            EventWeight::Size => a * b / (a + b),
        }
    }
}

/// What one outlet has on one event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cell {
    event: u32,
    fraction: Fraction,
}

/// An outlet's articles summed up by event, those that tell something, by event.
pub(super) fn cells(articles: impl IntoIterator<Item = (Option<u32>, Fraction)>) -> Vec<Cell> {
    let mut sums: BTreeMap<u32, Fraction> = BTreeMap::new();
    for (event, fraction) in articles {
        if let Some(event) = event.filter(|_| fraction.bottom > 0.0) {
            sums.entry(event).or_default().add(fraction.top, fraction.bottom);
        }
    }
    sums.into_iter().map(|(event, fraction)| Cell { event, fraction }).collect()
}

/// The difference on the same events.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Paired {
    /// That both outlets tell something about.
    pub events: usize,
    /// `None` where they are too few.
    pub estimate: Option<Estimate>,
    /// Probability of a mean so far from 0, or farther, if in every event either outlet were as likely
    /// to be the higher one.
    pub p: Option<f64>,
}

/// The events of a run, drawn once for all pairs of outlets and all measures.
#[derive(Debug)]
pub(super) struct Events {
    replicates: usize,
    weight: EventWeight,
    counts: Weights,
    signs: Signs,
}

impl Events {
    pub(super) fn draw(events: u32, replicates: usize, seed: u64, weight: EventWeight) -> Events {
        let events = events as usize;
        let counts = Weights::draw(events, replicates, seed, EVENTS);
        Events { replicates, weight, counts, signs: Signs::draw(events, replicates, seed) }
    }

    /// A's figure less B's, over the events of which there are at least `enough`.
    pub(super) fn difference(
        &self,
        a: &[Cell],
        b: &[Cell],
        scale: Scale,
        intervals: &Intervals,
        enough: usize,
    ) -> Paired {
        let shared = self.shared(a, b);
        let mut sum = Fraction::default();
        shared.iter().for_each(|(_, f)| sum.add(f.top, f.bottom));
        let events = shared.len();
        let Some(value) = sum.ratio().filter(|_| events >= enough.max(2)) else {
            return Paired { events, estimate: None, p: None };
        };
        let interval = self.interval(value, &shared, scale, intervals);
        let estimate = Some(Estimate { value, interval });
        Paired { events, estimate, p: Some(self.p(sum.top, &shared)) }
    }

    /// Weighted differences, with their weights.
    fn shared(&self, a: &[Cell], b: &[Cell]) -> Vec<(usize, Fraction)> {
        let (mut a, mut b, mut shared) = (a.iter().peekable(), b.iter().peekable(), Vec::new());
        while let (Some(&x), Some(&y)) = (a.peek(), b.peek()) {
            let order = x.event.cmp(&y.event);
            if order != Ordering::Greater {
                a.next();
            }
            if order != Ordering::Less {
                b.next();
            }
            if order != Ordering::Equal {
                continue;
            }
            if let (Some(p), Some(q)) = (x.fraction.ratio(), y.fraction.ratio()) {
                let weight = self.weight.of(x.fraction.bottom, y.fraction.bottom);
                let difference = Fraction { top: weight * (p - q), bottom: weight };
                shared.push((x.event as usize, difference));
            }
        }
        shared
    }

    /// Draws whole events. Where all differ alike, or as far as can be, the score interval stands in,
    /// as it does for an outlet's own figures.
    fn interval(
        &self,
        value: f64,
        shared: &[(usize, Fraction)],
        scale: Scale,
        intervals: &Intervals,
    ) -> Interval {
        // Differences of shares run from -1 to 1 as net stance does, those of net stance twice as far.
        let reach = match scale {
            Scale::Share => 1.0,
            Scale::NetStance => 2.0,
        };
        let mut replicates = Replicates::new(self.replicates);
        for &(event, Fraction { top, bottom }) in shared {
            replicates.add(self.counts.of(event), Fraction { top: top / reach, bottom });
        }
        let (interval, _) =
            intervals.of_ratio(value / reach, &replicates.ratios(), shared.len(), Scale::NetStance);
        Interval { lo: interval.lo * reach, hi: interval.hi * reach }
    }

    /// Swaps the outlets' names event by event, at random (Fisher 1935, section 21). The observed order
    /// counts as one of those drawn, so that no p is 0 (Phipson & Smyth 2010).
    fn p(&self, observed: f64, shared: &[(usize, Fraction)]) -> f64 {
        let mut sums = vec![0.0; self.replicates];
        for &(event, difference) in shared {
            self.signs.add(event, difference.top, &mut sums);
        }
        // Rounding must not tell apart what is equal.
        let far = observed.abs() - 1e-9;
        let as_far = sums.iter().filter(|sum| sum.abs() >= far).count();
        (as_far + 1) as f64 / (self.replicates + 1) as f64
    }
}

/// A coin for every event in every replicate.
#[derive(Debug)]
struct Signs {
    /// Words of 64 coins, event by event.
    coins: Vec<u64>,
    words: usize,
}

impl Signs {
    fn draw(events: usize, replicates: usize, seed: u64) -> Signs {
        let words = replicates.div_ceil(64);
        let mut generator = generator(seed, SIGNS);
        let coins = (0..events * words).map(|_| generator.next_u64()).collect();
        Signs { coins, words }
    }

    fn add(&self, event: usize, difference: f64, sums: &mut [f64]) {
        let coins = &self.coins[event * self.words..][..self.words];
        for (sums, coins) in sums.chunks_mut(64).zip(coins) {
            for (n, sum) in sums.iter_mut().enumerate() {
                *sum += if coins >> n & 1 == 0 { difference } else { -difference };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(shares: &[(u32, f64, f64)]) -> Vec<Cell> {
        cells(shares.iter().map(|&(event, top, bottom)| (Some(event), Fraction { top, bottom })))
    }

    fn paired(a: &[Cell], b: &[Cell], weight: EventWeight) -> Paired {
        let events = Events::draw(40, 2000, 7, weight);
        events.difference(a, b, Scale::Share, &Intervals::new(0.95), 5)
    }

    /// A prints what the event asks for and .1 more than B; both cover very unlike events.
    fn unlike_events() -> (Vec<Cell>, Vec<Cell>) {
        let base = |e: u32| f64::from(e) / 50.0;
        let wobble = |e: u32| f64::from(e % 3) / 100.0;
        let a: Vec<_> = (0..20).map(|e| (e, 10.0 * (base(e) + 0.1 + wobble(e)), 10.0)).collect();
        let b: Vec<_> = (0..20).map(|e| (e, 10.0 * base(e), 10.0)).collect();
        (of(&a), of(&b))
    }

    #[test]
    fn what_the_events_are_about_drops_out() {
        let (a, b) = unlike_events();
        let within = paired(&a, &b, EventWeight::Equal);
        let estimate = within.estimate.unwrap();
        assert_eq!(within.events, 20);
        assert!((estimate.value - 0.1095).abs() < 1e-9, "{estimate:?}");
        // Between events the shares run from 0 to .38; on the same event they differ by .1 to .12.
        assert!(estimate.interval.hi - estimate.interval.lo < 0.01);
        assert!(within.p.unwrap() < 0.001);
    }

    #[test]
    fn only_events_that_both_tell_about_count_and_too_few_give_no_figure() {
        let a = of(&[(1, 1.0, 2.0), (2, 1.0, 2.0), (3, 0.0, 0.0), (7, 1.0, 2.0), (9, 0.0, 4.0)]);
        let b = of(&[(2, 0.0, 5.0), (3, 1.0, 2.0), (7, 1.0, 5.0), (8, 1.0, 1.0), (9, 1.0, 4.0)]);
        let within = paired(&a, &b, EventWeight::Equal);
        assert_eq!((within.events, within.estimate.is_none(), within.p), (3, true, None));
        assert!(cells([(None, Fraction { top: 1.0, bottom: 1.0 })]).is_empty());
    }

    #[test]
    fn events_count_the_same_or_by_their_size() {
        // One large event with a difference of 1/2, five small ones with none.
        let mut a = vec![(0, 40.0, 80.0)];
        let mut b = vec![(0, 0.0, 80.0)];
        a.extend((1..6).map(|e| (e, 1.0, 4.0)));
        b.extend((1..6).map(|e| (e, 1.0, 4.0)));
        let value = |weight| paired(&of(&a), &of(&b), weight).estimate.unwrap().value;
        assert!((value(EventWeight::Equal) - 0.5 / 6.0).abs() < 1e-12);
        // Mantel-Haenszel: 40 x 1/2 over 40 + 5 x 2.
        assert!((value(EventWeight::Size) - 0.4).abs() < 1e-12);
    }

    #[test]
    fn alike_on_every_event_is_not_certain() {
        let a: Vec<_> = (0..8).map(|e| (e, 1.0, 4.0)).collect();
        let within = paired(&of(&a), &of(&a), EventWeight::Equal);
        let Estimate { value, interval } = within.estimate.unwrap();
        assert_eq!((value, within.p), (0.0, Some(1.0)));
        assert!(interval.lo < -0.3 && interval.hi > 0.3, "{interval:?}");
    }

    #[test]
    fn few_events_cannot_be_significant() {
        let a: Vec<_> = (0..5).map(|e| (e, f64::from(e + 3), 10.0)).collect();
        let b: Vec<_> = (0..5).map(|e| (e, 0.0, 10.0)).collect();
        // Of the 32 ways to swap names in five events, two are as far out as what was seen.
        let p = paired(&of(&a), &of(&b), EventWeight::Equal).p.unwrap();
        assert!((p - 2.0 / 32.0).abs() < 0.02, "{p}");
    }

    /// Shares of simulated sets whose interval holds the truth (no difference), and whose p is at most
    /// .05. Either outlet's share on an event is .2 + .4 u^2 with u uniform.
    fn coverage(events: u32, sets: u64, replicates: usize) -> (f64, f64) {
        let mut chance = generator(events.into(), "a simulation");
        let mut share = || 0.2 + 0.4 * (f64::from(chance.next_u32()) / 4_294_967_296.0).powi(2);
        let intervals = Intervals::new(0.95);
        let (mut held, mut rejected) = (0, 0);
        for seed in 0..sets {
            let draws = Events::draw(events, replicates, seed, EventWeight::Equal);
            let a: Vec<_> = (0..events).map(|e| (e, share(), 1.0)).collect();
            let b: Vec<_> = (0..events).map(|e| (e, share(), 1.0)).collect();
            let within = draws.difference(&of(&a), &of(&b), Scale::Share, &intervals, 5);
            let interval = within.estimate.unwrap().interval;
            held += u32::from(interval.lo <= 0.0 && 0.0 <= interval.hi);
            rejected += u32::from(within.p.unwrap() <= 0.05);
        }
        (f64::from(held) / sets as f64, f64::from(rejected) / sets as f64)
    }

    #[test]
    fn a_95_percent_interval_holds_the_truth_about_so_often() {
        let (held, rejected) = coverage(20, 300, 300);
        assert!((0.90..=0.99).contains(&held), "{held}");
        assert!((0.01..=0.09).contains(&rejected), "{rejected}");
    }
}
