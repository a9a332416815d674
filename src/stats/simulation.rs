//! A made-up world in, how often intervals hold its truth out.
//!
//! The world has outlets whose true rates of loaded sentences are known. Articles differ (each has a
//! propensity of its own, so that sentences of one article are alike; where the world has events, those of one
//! event are alike too), and a classifier reads the sentences with known error rates, which may differ between
//! outlets. The rows go through the very code that a run's rows go through: the naive estimates, the comparisons,
//! the draw, the correction. Coders make no mistakes.

use rand::Rng;
use rand_pcg::Pcg32;
use rayon::prelude::*;
use statrs::distribution::{ContinuousCDF, Normal};

use super::events::Groups;
use super::validate::{self, Coded, Frame, Gold, Kind, Naive, Plan};
use super::{Collector, Estimates, Options};
use crate::tables::rows::{ArticleRow, ComparisonRow, CorrectedRow, SentenceRow};
use crate::text::Part;
use crate::voice::Voice;

/// One outlet of the world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlet {
    pub articles: u32,
    /// True share of its sentences that are loaded, up to 1/3.
    pub rate: f64,
    /// How often the classifier calls a plain sentence loaded, and a loaded one plain; from 0 to below 1.
    pub false_loaded: f64,
    pub missed_loaded: f64,
}

/// What to simulate.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    pub outlets: Vec<Outlet>,
    /// Sentences of an article, from, to (included).
    pub sentences: (u32, u32),
    /// Events that the articles are on, each on one of them by lot; none: every article stands alone.
    pub events: Option<u32>,
    /// Sentences that are coded; 0 for no correction.
    pub coded: usize,
    /// How often to make the world anew.
    pub sets: u32,
    pub seed: u64,
    pub options: Options,
}

/// How one way of estimating did, set by set: sums over the set's figures of
/// `[figures, intervals that hold the truth, estimate - truth, its square, width]`.
///
/// Differences are taken from the outlet with the higher true rate, so that a negative bias is one toward no
/// difference.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Performance {
    pub sets: Vec<[f64; 5]>,
}

impl Performance {
    fn sum(&self, of: usize) -> f64 {
        self.sets.iter().map(|set| set[of]).sum()
    }

    /// Share of the intervals that hold the truth.
    pub fn coverage(&self) -> f64 {
        self.sum(1) / self.sum(0)
    }

    /// Mean of estimate - truth.
    pub fn bias(&self) -> f64 {
        self.sum(2) / self.sum(0)
    }

    /// Root of the mean squared error.
    pub fn error(&self) -> f64 {
        (self.sum(3) / self.sum(0)).sqrt()
    }

    /// Mean width of an interval.
    pub fn width(&self) -> f64 {
        self.sum(4) / self.sum(0)
    }
}

/// How the ways did that a figure can be had.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ways {
    pub naive: Performance,
    /// The difference on the same events; of differences only.
    pub within: Performance,
    pub dsl: Performance,
    pub ppi: Performance,
}

/// How outlets' rates and the differences between them came out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    pub rates: Ways,
    pub differences: Ways,
    /// Set by set: share of the differences with q of at most .05 that are none in truth (0 where there is no such
    /// q); true differences with such a q, and their number; pairs without a difference with p of at most
    /// .05, and their number.
    pub discoveries: Vec<[f64; 5]>,
}

/// Makes the world `sets` times, estimates and corrects, and compares with the truth. Runs on the threads of the
/// current rayon pool.
pub fn simulate(world: &World) -> Outcome {
    let sets: Vec<Set> = (0..world.sets).into_par_iter().map(|set| simulated(world, set)).collect();
    let mut outcome = Outcome::default();
    for set in sets {
        for (ways, of) in
            [(&mut outcome.rates, set.rates), (&mut outcome.differences, set.differences)]
        {
            let [naive, within, dsl, ppi] = of;
            ways.naive.sets.push(naive);
            ways.within.sets.push(within);
            ways.dsl.sets.push(dsl);
            ways.ppi.sets.push(ppi);
        }
        outcome.discoveries.push(set.discoveries);
    }
    outcome
}

/// Sums over one set: of the naive, the paired, the two corrected ways.
#[derive(Default)]
struct Set {
    rates: [[f64; 5]; 4],
    differences: [[f64; 5]; 4],
    discoveries: [f64; 5],
}

fn simulated(world: &World, number: u32) -> Set {
    let mut generator = Pcg32::new(world.seed, number.into());
    let (rows, truth) = rows(world, &mut generator);
    let options = Options { seed: number.into(), ..world.options.clone() };
    let mut collector = Collector::new();
    for Whole { article, sentences, .. } in &rows {
        collector.add(article, sentences, &[], &[]);
    }
    if let Some(n_events) = world.events {
        let event_of = rows.iter().map(|w| (w.article.article_id.clone(), w.event)).collect();
        collector.place(&Groups { event_of, n_events, ..Groups::default() });
    }
    let Estimates { outlets, outlet_actor, comparisons, .. } = collector.finish(&options);
    let rate = |outlet: &str| {
        let number = (0..world.outlets.len()).find(|&n| name(n) == outlet);
        number.map_or(f64::NAN, |n| world.outlets[n].rate)
    };
    let mut set = Set::default();
    for row in &outlets {
        add(
            &mut set.rates[0],
            rate(&row.outlet),
            [row.loaded_own, row.loaded_own_lo, row.loaded_own_hi],
        );
    }
    let compared: Vec<&ComparisonRow> =
        comparisons.iter().filter(|c| c.measure == "loaded_own").collect();
    for row in &compared {
        let truth = rate(&row.outlet_a) - rate(&row.outlet_b);
        add(&mut set.differences[0], truth, [row.difference, row.lo, row.hi]);
        add(&mut set.differences[1], truth, [row.difference_within, row.lo_within, row.hi_within]);
    }
    set.discoveries = discoveries(&compared, &rate);
    if world.coded > 0 {
        let naive =
            Naive { outlets: &outlets, outlet_actor: &outlet_actor, comparisons: &comparisons };
        for row in corrected(world, &rows, &truth, &naive, &options) {
            let truth = rate(&row.outlet) - row.outlet_b.as_deref().map_or(0.0, rate);
            let of = if row.outlet_b.is_some() { &mut set.differences } else { &mut set.rates };
            add(&mut of[2], truth, [row.dsl, row.dsl_lo, row.dsl_hi]);
            add(&mut of[3], truth, [row.ppi, row.ppi_lo, row.ppi_hi]);
        }
    }
    set
}

fn add(sums: &mut [f64; 5], truth: f64, figure: [Option<f64>; 3]) {
    let [Some(value), Some(lo), Some(hi)] = figure else { return };
    let away = if truth < 0.0 { truth - value } else { value - truth };
    let holds = f64::from(u8::from((lo..=hi).contains(&truth)));
    for (sum, x) in sums.iter_mut().zip([1.0, holds, away, away * away, hi - lo]) {
        *sum += x;
    }
}

fn discoveries(compared: &[&ComparisonRow], rate: &impl Fn(&str) -> f64) -> [f64; 5] {
    let (mut found, mut wrong, mut right, mut differ) = (0.0, 0.0, 0.0, 0.0);
    let (mut small, mut none) = (0.0, 0.0);
    for row in compared {
        let is_none = rate(&row.outlet_a) == rate(&row.outlet_b);
        let at_most = |p: Option<f64>| f64::from(u8::from(p.is_some_and(|p| p <= 0.05)));
        let claimed = at_most(row.q);
        found += claimed;
        if is_none {
            wrong += claimed;
            small += at_most(row.p);
            none += 1.0;
        } else {
            right += claimed;
            differ += 1.0;
        }
    }
    [if found > 0.0 { wrong / found } else { 0.0 }, right, differ, small, none]
}

/// An article with its sentences, and the number of its event.
struct Whole {
    article: ArticleRow,
    sentences: Vec<SentenceRow>,
    event: u32,
}

/// The world's articles as the tables would have them, and for every sentence, in their order, whether it is
/// loaded in truth.
fn rows(world: &World, generator: &mut Pcg32) -> (Vec<Whole>, Vec<bool>) {
    let (mut articles, mut truth) = (Vec::new(), Vec::new());
    // With u uniform the mean of 3 u^2 is 1.
    let of_events: Vec<f64> =
        (0..world.events.unwrap_or(0)).map(|_| 3.0 * uniform(generator).powi(2)).collect();
    for (number, outlet) in world.outlets.iter().enumerate() {
        for article in 0..outlet.articles {
            let id = format!("{number:02}-{article:05}");
            let own = 3.0 * uniform(generator).powi(2);
            let event = (uniform(generator) * of_events.len() as f64) as usize;
            let times = of_events.get(event).map_or(own, |of_event| (own + of_event) / 2.0);
            let propensity = outlet.rate * times;
            let (from, to) = world.sentences;
            let n = from + generator.next_u32() % (to - from + 1);
            let sentences: Vec<SentenceRow> = (0..n)
                .map(|sentence| {
                    let loaded = uniform(generator) < propensity;
                    truth.push(loaded);
                    read(outlet, &id, sentence, loaded, generator)
                })
                .collect();
            let article = article_row(name(number), id);
            articles.push(Whole { article, sentences, event: event as u32 });
        }
    }
    (articles, truth)
}

/// A sentence as the classifier reads it: a score above 0 is loaded, and on which side of 0 it falls is
/// a matter of the error rates.
fn read(
    outlet: &Outlet,
    article: &str,
    sentence: u32,
    loaded: bool,
    generator: &mut Pcg32,
) -> SentenceRow {
    let normal = Normal::standard();
    // No mistake at all is one in a million.
    let error = |rate: f64| normal.inverse_cdf(rate.max(1e-6));
    let shift = if loaded { -error(outlet.missed_loaded) } else { error(outlet.false_loaded) };
    let score = shift + normal.inverse_cdf(uniform(generator));
    sentence_row(article, sentence, 1.0 / (1.0 + (-1.8 * score).exp()), score > 0.0)
}

/// A sentence of the outlet's own, with nothing to it but its score and label.
pub(crate) fn sentence_row(
    article: &str,
    sentence: u32,
    p_loaded: f64,
    loaded: bool,
) -> SentenceRow {
    SentenceRow {
        article_id: article.to_owned(),
        sentence,
        part: Part::Body,
        start: sentence * 100,
        end: sentence * 100 + 99,
        paragraph: 0,
        heading: false,
        text: String::new(),
        n_words: 20,
        n_words_quoted: 0,
        voice: Voice::Outlet,
        speaker_id: None,
        speaker: None,
        p_loaded,
        loaded,
        loaded_own: Some(loaded),
        scare: Vec::new(),
    }
}

/// An article with nothing to it but its outlet.
pub(crate) fn article_row(outlet: String, id: String) -> ArticleRow {
    ArticleRow {
        article_id: id,
        outlet,
        title: None,
        date: None,
        author: None,
        url: None,
        agency: None,
        source: String::new(),
        body: String::new(),
        n_sentences: 0,
        n_words: 0,
        n_words_quoted: 0,
        n_own: 0,
        n_loaded_own: 0,
        n_loaded: 0,
    }
}

fn name(outlet: usize) -> String {
    format!("outlet {outlet:02}")
}

/// Above 0 and below 1.
fn uniform(generator: &mut Pcg32) -> f64 {
    (f64::from(generator.next_u32()) + 0.5) / 4_294_967_296.0
}

/// Draws a sample, codes it with the truth and corrects.
fn corrected(
    world: &World,
    rows: &[Whole],
    truth: &[bool],
    naive: &Naive,
    options: &Options,
) -> Vec<CorrectedRow> {
    let articles = rows.iter().map(|w| (w.article.article_id.clone(), w.article.outlet.clone()));
    let mut frame = Frame::new(articles);
    for sentence in rows.iter().flat_map(|w| &w.sentences) {
        frame.add_sentence(sentence);
    }
    let plan = Plan {
        n: world.coded,
        kinds: vec![Kind::Sentence],
        actors: Vec::new(),
        seed: options.seed,
    };
    let coded: Vec<Coded> = validate::draw(&frame, &plan)
        .into_iter()
        .map(|drawn| {
            // The frame keeps the order in which sentences were added.
            let mut gold = Gold::default();
            gold.labels[usize::from(truth[drawn.unit])] = 1.0;
            Coded { unit: drawn.unit, weight: 1.0 / drawn.probability, gold, codes: Vec::new() }
        })
        .collect();
    let (min_articles, confidence) = (options.min_articles, options.confidence);
    validate::corrected(&frame, &plan, &coded, naive, min_articles, confidence).0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Outlets of rates from .08 to .32. With `differential`, the classifier is harder on those whose rate
    /// is low.
    fn world(outlets: u32, articles: u32, coded: usize, differential: bool, sets: u32) -> World {
        let outlet = |number: u32| {
            let part = f64::from(number) / f64::from(outlets - 1);
            let error = |low: f64, high: f64| low + (high - low) * part;
            Outlet {
                articles,
                rate: 0.08 + 0.24 * part,
                false_loaded: if differential { error(0.18, 0.06) } else { 0.12 },
                missed_loaded: if differential { error(0.15, 0.35) } else { 0.25 },
            }
        };
        World {
            outlets: (0..outlets).map(outlet).collect(),
            sentences: (10, 30),
            events: None,
            coded,
            sets,
            seed: u64::from(articles + outlets),
            options: Options { replicates: 200, ..Options::default() },
        }
    }

    #[test]
    fn correction_brings_back_the_differences_that_mistakes_hide() {
        let outcome = simulate(&world(4, 15, 300, true, 25));
        let Ways { naive, dsl, ppi, .. } = outcome.differences;
        assert!(naive.bias() < -0.04, "{}", naive.bias());
        for way in [&dsl, &ppi] {
            assert!(
                way.bias().abs() < 0.02 && way.coverage() > 0.9,
                "{} {}",
                way.bias(),
                way.coverage()
            );
        }
        assert!(outcome.rates.dsl.coverage() > 0.9 && naive.coverage() < dsl.coverage());
    }

    #[test]
    fn outlets_that_do_not_differ_are_seldom_said_to() {
        let mut world = world(8, 15, 0, false, 60);
        world.outlets.iter_mut().for_each(|o| o.rate = 0.2);
        world.events = Some(12);
        let outcome = simulate(&world);
        let sum = |of: usize| outcome.discoveries.iter().map(|set| set[of]).sum::<f64>();
        assert!(sum(0) / 60.0 < 0.1, "{}", sum(0) / 60.0);
        assert!(sum(4) == 60.0 * 28.0 && sum(3) / sum(4) < 0.08, "{}", sum(3) / sum(4));
        assert!(outcome.differences.naive.coverage() > 0.92);
        assert!(outcome.differences.within.coverage() > 0.9);
    }
}
