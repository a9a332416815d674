//! A made-up world in, how often intervals hold its truth out.
//!
//! The world has outlets whose true rates of loaded sentences are known. Articles differ (each has a
//! propensity of its own, so that sentences of one article are alike), and a classifier reads the sentences
//! with known error rates, which may differ between outlets. The rows go through the very code that a
//! run's rows go through: the naive estimates, the draw, the correction. Coders make no mistakes.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg32;
use statrs::distribution::{ContinuousCDF, Normal};

use super::validate::{self, Coded, Frame, Gold, Kind, Naive, Plan};
use super::{Collector, Estimates, Options};
use crate::tables::rows::{ArticleRow, CorrectedRow, SentenceRow};
use crate::text::Part;
use crate::voice::Voice;

/// One outlet of the world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlet {
    pub articles: u32,
    /// True share of its sentences that are loaded, up to 1/3.
    pub rate: f64,
    /// How often the classifier calls a plain sentence loaded, and a loaded one plain; both between 0 and
    /// 1.
    pub false_loaded: f64,
    pub missed_loaded: f64,
}

/// What to simulate.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    pub outlets: Vec<Outlet>,
    /// Sentences of an article, from, to (included).
    pub sentences: (u32, u32),
    /// Sentences that are coded.
    pub coded: usize,
    /// How often to make the world anew.
    pub sets: u32,
    pub seed: u64,
    pub options: Options,
}

/// How one way of estimating did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Performance {
    /// Figures that there were.
    pub n: u32,
    /// Share of them whose interval holds the truth.
    pub coverage: f64,
    /// Mean of estimate - truth. Differences are taken from the outlet with the higher true rate, so
    /// that a negative bias is one toward no difference.
    pub bias: f64,
    /// Root of the mean squared error.
    pub error: f64,
    pub width: f64,
}

/// How the three ways did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ways {
    pub naive: Performance,
    pub dsl: Performance,
    pub ppi: Performance,
}

/// How outlets' rates and the differences between them came out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    pub rates: Ways,
    pub differences: Ways,
}

/// Makes the world `sets` times, estimates and corrects, and compares with the truth.
pub fn simulate(world: &World) -> Outcome {
    let mut generator = Pcg32::seed_from_u64(world.seed);
    let mut outcome = Outcome::default();
    for set in 0..world.sets {
        let (rows, truth) = rows(world, &mut generator);
        let options = Options { seed: u64::from(set), ..world.options.clone() };
        for row in corrected(world, &rows, &truth, &options) {
            outcome.add(world, &row);
        }
    }
    for ways in [&mut outcome.rates, &mut outcome.differences] {
        for performance in [&mut ways.naive, &mut ways.dsl, &mut ways.ppi] {
            performance.finish();
        }
    }
    outcome
}

/// An article with its sentences.
type Whole = (ArticleRow, Vec<SentenceRow>);

/// The world's articles as the tables would have them, and for every sentence, in their order, whether it is
/// loaded in truth.
fn rows(world: &World, generator: &mut Pcg32) -> (Vec<Whole>, Vec<bool>) {
    let (mut articles, mut truth) = (Vec::new(), Vec::new());
    for (number, outlet) in world.outlets.iter().enumerate() {
        for article in 0..outlet.articles {
            let id = format!("{number:02}-{article:05}");
            // With u uniform the mean of 3 u^2 is 1.
            let propensity = 3.0 * outlet.rate * uniform(generator).powi(2);
            let (from, to) = world.sentences;
            let n = from + generator.next_u32() % (to - from + 1);
            let sentences: Vec<SentenceRow> = (0..n)
                .map(|sentence| {
                    let loaded = uniform(generator) < propensity;
                    truth.push(loaded);
                    read(outlet, &id, sentence, loaded, generator)
                })
                .collect();
            articles.push((article_row(number, id), sentences));
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
    let shift = if loaded {
        -normal.inverse_cdf(outlet.missed_loaded)
    } else {
        normal.inverse_cdf(outlet.false_loaded)
    };
    let score = shift + normal.inverse_cdf(uniform(generator));
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
        p_loaded: 1.0 / (1.0 + (-1.8 * score).exp()),
        loaded: score > 0.0,
        loaded_own: Some(score > 0.0),
        scare: Vec::new(),
    }
}

fn article_row(outlet: usize, id: String) -> ArticleRow {
    ArticleRow {
        article_id: id,
        outlet: name(outlet),
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

/// Estimates the world as a run would be, draws a sample, codes it with the truth and corrects.
fn corrected(
    world: &World,
    rows: &[Whole],
    truth: &[bool],
    options: &Options,
) -> Vec<CorrectedRow> {
    let mut collector = Collector::new();
    let articles = rows.iter().map(|(a, _)| (a.article_id.clone(), a.outlet.clone()));
    let mut frame = Frame::new(articles);
    for (article, sentences) in rows {
        collector.add(article, sentences, &[], &[]);
        sentences.iter().for_each(|sentence| frame.add_sentence(sentence));
    }
    let Estimates { outlets, outlet_actor, comparisons, .. } = collector.finish(options);
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
    let naive = Naive { outlets: &outlets, outlet_actor: &outlet_actor, comparisons: &comparisons };
    let (min_articles, confidence) = (options.min_articles, options.confidence);
    validate::corrected(&frame, &plan, &coded, &naive, min_articles, confidence).0
}

impl Outcome {
    fn add(&mut self, world: &World, row: &CorrectedRow) {
        let rate = |outlet: &str| {
            let number = (0..world.outlets.len()).find(|&n| name(n) == outlet);
            number.map_or(f64::NAN, |n| world.outlets[n].rate)
        };
        let truth = rate(&row.outlet) - row.outlet_b.as_deref().map_or(0.0, rate);
        let of = if row.outlet_b.is_some() { &mut self.differences } else { &mut self.rates };
        of.naive.add(truth, [row.naive, row.naive_lo, row.naive_hi]);
        of.dsl.add(truth, [row.dsl, row.dsl_lo, row.dsl_hi]);
        of.ppi.add(truth, [row.ppi, row.ppi_lo, row.ppi_hi]);
    }
}

impl Performance {
    fn add(&mut self, truth: f64, figure: [Option<f64>; 3]) {
        let [Some(value), Some(lo), Some(hi)] = figure else { return };
        let away = if truth < 0.0 { truth - value } else { value - truth };
        self.n += 1;
        self.coverage += f64::from(u8::from((lo..=hi).contains(&truth)));
        self.bias += away;
        self.error += away * away;
        self.width += hi - lo;
    }

    /// Sums become means.
    fn finish(&mut self) {
        let n = f64::from(self.n);
        self.coverage /= n;
        self.bias /= n;
        self.error = (self.error / n).sqrt();
        self.width /= n;
    }
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
            coded,
            sets,
            seed: u64::from(articles + outlets),
            options: Options { replicates: 200, ..Options::default() },
        }
    }

    #[test]
    fn correction_brings_back_the_differences_that_mistakes_hide() {
        let outcome = simulate(&world(4, 15, 300, true, 25));
        let Ways { naive, dsl, ppi } = outcome.differences;
        assert!(naive.bias < -0.04, "{naive:?}");
        for way in [dsl, ppi] {
            assert!(way.bias.abs() < 0.02 && way.coverage > 0.9, "{way:?}");
        }
        assert!(outcome.rates.dsl.coverage > 0.9 && naive.coverage < dsl.coverage, "{outcome:?}");
    }

    /// Prints the table in docs/methods.md.
    #[test]
    #[ignore = "takes minutes; run it with --release and --nocapture"]
    fn coverage_of_corrected_figures() {
        for differential in [false, true] {
            for (outlets, articles, coded) in [
                (5, 10, 400),
                (5, 20, 400),
                (5, 40, 400),
                (10, 40, 400),
                (20, 40, 400),
                (5, 200, 400),
            ] {
                let outcome = simulate(&world(outlets, articles, coded, differential, 500));
                for (what, ways) in [("rates", outcome.rates), ("differences", outcome.differences)]
                {
                    for (way, p) in [("naive", ways.naive), ("DSL", ways.dsl), ("PPI", ways.ppi)] {
                        println!(
                            "| {} | {outlets} | {articles} | {} | {what} | {way} | {:.3} | {:+.3} | {:.3} | {:.3} |",
                            if differential { "differ" } else { "alike" },
                            coded / outlets as usize,
                            p.coverage,
                            p.bias,
                            p.error,
                            p.width,
                        );
                    }
                }
            }
        }
    }
}
