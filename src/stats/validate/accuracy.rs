//! Codes and labels in, how often the labels are right out: over all outlets, and outlet by outlet.
//!
//! Every figure weights a coded row by 1 / its probability of being drawn, and so speaks of the run and
//! not of the sample, in which doubtful rows are more frequent. Rows that the coders call `x` are left
//! out here. A row on which coders differ counts for each label by the share of them that gave it.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg32;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::frame::{Coded, Frame, Kind, LABELS, Unit};
use super::resample::{Counts, Resampled, Resampling};
use crate::metric;
use crate::stats::interval::{Interval, wilson};

/// How right the labels of a kind are.
#[derive(Clone, Debug, Serialize)]
pub struct Accuracy {
    pub kind: Kind,
    /// Coded rows that have something to be judged.
    pub n: usize,
    pub accuracy: Figure,
    /// Mean of the labels' F1.
    pub macro_f1: Figure,
    /// Expected calibration error (Guo et al. 2017), of the likeliest label.
    pub ece: Figure,
    /// Share of rows that the coders call `x`, in the run.
    pub not_own: f64,
    /// Precision, recall and F1, label by label.
    pub labels: Vec<LabelScores>,
    pub reliability: Vec<Reliability>,
}

/// A figure with its interval, where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    pub value: Option<f64>,
    pub lo: Option<f64>,
    pub hi: Option<f64>,
}

impl From<Resampled> for Figure {
    fn from(of: Resampled) -> Figure {
        Figure {
            value: Some(of.value).filter(|v| v.is_finite()),
            lo: of.interval.map(|i| i.lo),
            hi: of.interval.map(|i| i.hi),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct LabelScores {
    pub label: &'static str,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

/// How often a label is right among rows to which the model gives about the same probability of it.
#[derive(Clone, Debug, Serialize)]
pub struct Reliability {
    pub label: &'static str,
    /// Rows with a probability from here (included) to there.
    pub from: f64,
    pub to: f64,
    pub n: usize,
    pub mean_probability: f64,
    /// Share of them that the coders give the label.
    pub observed: f64,
    pub lo: f64,
    pub hi: f64,
}

/// Bins of [`Reliability`], equally wide.
const RELIABILITY_BINS: usize = 5;

/// How right the labels of a kind are; `None` where nothing of it was coded.
pub(super) fn accuracy(
    frame: &Frame,
    coded: &[Coded],
    kind: Kind,
    resampling: &Resampling,
) -> Option<Accuracy> {
    let rows = rows(frame, coded, kind);
    if rows.is_empty() {
        return None;
    }
    let classes = kind.labels().len();
    let name = kind.measure();
    let confusions = by_article(&rows, |row| row.confusion());
    let accuracy = resampling.figure(&confusions, name, |cells| metric::accuracy(cells, classes));
    let macro_f1 = resampling.figure(&confusions, name, |cells| metric::macro_f1(cells, classes));
    let whole: Vec<Row> = rows.iter().filter(|row| row.unit.whole).copied().collect();
    let ece = resampling.figure(&by_article(&whole, |row| row.calibration()), name, metric::ece);
    let cells = sum(&confusions, classes * classes);
    let all: f64 = rows.iter().map(|row| row.weight).sum();
    let judged: f64 = rows.iter().map(|row| row.weight * row.judged()).sum();
    Some(Accuracy {
        kind,
        n: rows.iter().filter(|row| row.judged() > 0.0).count(),
        accuracy: accuracy.into(),
        macro_f1: macro_f1.into(),
        ece: ece.into(),
        not_own: 1.0 - judged / all,
        labels: label_scores(&cells, kind),
        reliability: reliability(&whole, kind, resampling),
    })
}

/// A coded row, with what the run says of it.
#[derive(Clone, Copy)]
struct Row<'a> {
    unit: &'a Unit,
    outlet: u32,
    weight: f64,
    /// Share of the coders for each label.
    gold: [f64; LABELS],
}

fn rows<'a>(frame: &'a Frame, coded: &[Coded], kind: Kind) -> Vec<Row<'a>> {
    let row = |coded: &Coded| {
        let unit = &frame.units[coded.unit];
        Row { unit, outlet: frame.outlet_of(unit), weight: coded.weight, gold: coded.gold.labels }
    };
    let mut rows: Vec<Row> = coded.iter().map(row).filter(|row| row.unit.kind == kind).collect();
    rows.sort_by_key(|r| (r.unit.article, r.unit.sentence, r.unit.start));
    rows
}

impl Row<'_> {
    /// Share of the coders who found something to be judged.
    fn judged(&self) -> f64 {
        self.gold.iter().sum()
    }

    /// `cells[gold * classes + label]`
    fn confusion(&self) -> Counts {
        let classes = self.unit.kind.labels().len();
        let mut cells = vec![0.0; classes * classes];
        for (gold, share) in self.gold.iter().take(classes).enumerate() {
            cells[gold * classes + self.unit.label] = self.weight * share;
        }
        cells
    }

    /// As [`metric::ece`] wants it: rows, confidence and hits of each bin.
    fn calibration(&self) -> Counts {
        let mut sums = vec![0.0; 3 * metric::BINS];
        let likeliest =
            self.unit.probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        if let Some((label, &confidence)) = likeliest {
            let bin = 3 * metric::bin(confidence as f32);
            let weight = self.weight * self.judged();
            sums[bin] = weight;
            sums[bin + 1] = weight * confidence;
            sums[bin + 2] = self.weight * self.gold[label];
        }
        sums
    }
}

/// Sums over the rows of each article.
fn by_article(rows: &[Row], counts: impl Fn(&Row) -> Counts) -> Vec<Counts> {
    let of_article = |rows: &[Row]| {
        let mut sums = counts(&rows[0]);
        for row in &rows[1..] {
            sums.iter_mut().zip(counts(row)).for_each(|(sum, x)| *sum += x);
        }
        sums
    };
    rows.chunk_by(|a, b| a.unit.article == b.unit.article).map(of_article).collect()
}

fn sum(articles: &[Counts], width: usize) -> Counts {
    let mut sums = vec![0.0; width];
    for counts in articles {
        sums.iter_mut().zip(counts).for_each(|(sum, x)| *sum += x);
    }
    sums
}

fn label_scores(cells: &[f64], kind: Kind) -> Vec<LabelScores> {
    let scores = |(class, &label)| {
        let s = metric::class_scores(cells, kind.labels().len(), class);
        LabelScores { label, precision: s.precision, recall: s.recall, f1: s.f1 }
    };
    kind.labels().iter().enumerate().map(scores).collect()
}

/// Reliability of the labels that are no absence of anything: loaded; against and favor.
fn reliability(rows: &[Row], kind: Kind, resampling: &Resampling) -> Vec<Reliability> {
    let labels: &[usize] = match kind {
        Kind::Sentence => &[1],
        Kind::Mention => &[0, 2],
    };
    let width = 1.0 / RELIABILITY_BINS as f64;
    let mut out = Vec::new();
    for &label in labels {
        for bin in 0..RELIABILITY_BINS {
            let here = |row: &&Row| {
                let p = row.unit.probabilities[label];
                ((p / width) as usize).min(RELIABILITY_BINS - 1) == bin && row.judged() > 0.0
            };
            let rows: Vec<&Row> = rows.iter().filter(here).collect();
            let share =
                Share::of(rows.iter().map(|r| (r.weight * r.judged(), r.weight * r.gold[label])));
            let Some(share) = share else { continue };
            let Interval { lo, hi } = share.interval(resampling.z);
            let p: f64 =
                rows.iter().map(|r| r.weight * r.judged() * r.unit.probabilities[label]).sum();
            out.push(Reliability {
                label: kind.labels()[label],
                from: bin as f64 * width,
                to: (bin + 1) as f64 * width,
                n: rows.len(),
                mean_probability: p / share.all,
                observed: share.value(),
                lo,
                hi,
            });
        }
    }
    out
}

/// A share among weighted rows.
#[derive(Clone, Copy, Debug)]
struct Share {
    all: f64,
    hits: f64,
    squares: f64,
}

impl Share {
    /// Of pairs of a row's weight and the part of it that counts; `None` without any weight.
    fn of(rows: impl Iterator<Item = (f64, f64)>) -> Option<Share> {
        let mut share = Share { all: 0.0, hits: 0.0, squares: 0.0 };
        for (weight, hit) in rows {
            share.all += weight;
            share.hits += hit;
            share.squares += weight * weight;
        }
        (share.all > 0.0).then_some(share)
    }

    fn value(&self) -> f64 {
        self.hits / self.all
    }

    /// Wilson's interval, with as many rows as would tell as much without weights (Kish 1965).
    fn interval(&self, z: f64) -> Interval {
        wilson(self.value(), self.all * self.all / self.squares, z)
    }
}

/// A way of being wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub name: &'static str,
    pub kind: Kind,
    /// The label that is wrongly given, or wrongly withheld.
    label: usize,
    given: bool,
}

/// False alarms and misses. Their rates may differ between labels as they like; what biases a
/// comparison is that they differ between outlets.
pub const MISTAKES: [Mistake; 6] = [
    Mistake { name: "false_loaded", kind: Kind::Sentence, label: 1, given: true },
    Mistake { name: "missed_loaded", kind: Kind::Sentence, label: 1, given: false },
    Mistake { name: "false_against", kind: Kind::Mention, label: 0, given: true },
    Mistake { name: "missed_against", kind: Kind::Mention, label: 0, given: false },
    Mistake { name: "false_favor", kind: Kind::Mention, label: 2, given: true },
    Mistake { name: "missed_favor", kind: Kind::Mention, label: 2, given: false },
];

impl Mistake {
    /// How much of a row could be this mistake (of a false alarm: what the coders do not give the label;
    /// of a miss: what they do), and how much of that is one.
    fn of(&self, row: &Row) -> (f64, f64) {
        let given = row.gold[self.label];
        let could = if self.given { row.judged() - given } else { given };
        let is_one = (row.unit.label == self.label) == self.given;
        (row.weight * could, if is_one { row.weight * could } else { 0.0 })
    }
}

/// How often one mistake is made in one outlet, of all times that it could be.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorRate {
    pub mistake: &'static str,
    pub outlet: String,
    /// Coded rows in which it could be made.
    pub n: usize,
    pub rate: f64,
    pub lo: f64,
    pub hi: f64,
}

/// Is a mistake as frequent in every outlet?
#[derive(Clone, Debug, Serialize)]
pub struct ErrorTest {
    pub mistake: &'static str,
    /// Outlets with a coded row in which it could be made.
    pub n_outlets: usize,
    pub n: usize,
    /// Pearson's, of the weighted table of outlets by right and wrong.
    pub chi_squared: f64,
    /// Of a permutation test; small where the rates differ by more than lot would have it.
    pub p: f64,
}

/// Error rates outlet by outlet, and whether they differ.
pub(super) fn errors(
    frame: &Frame,
    coded: &[Coded],
    resampling: &Resampling,
) -> (Vec<ErrorRate>, Vec<ErrorTest>) {
    let (mut rates, mut tests) = (Vec::new(), Vec::new());
    for mistake in MISTAKES {
        let rows = rows(frame, coded, mistake.kind);
        let articles = chances(&rows, mistake);
        rates.extend(error_rates(frame, &rows, mistake, resampling.z));
        tests.extend(test(&articles, mistake, resampling));
    }
    (rates, tests)
}

fn error_rates(frame: &Frame, rows: &[Row], mistake: Mistake, z: f64) -> Vec<ErrorRate> {
    let mut rates = Vec::new();
    for rows in rows.chunk_by(|a, b| a.outlet == b.outlet) {
        let Some(share) = Share::of(rows.iter().map(|row| mistake.of(row))) else { continue };
        let Interval { lo, hi } = share.interval(z);
        rates.push(ErrorRate {
            mistake: mistake.name,
            outlet: frame.outlets[rows[0].outlet as usize].clone(),
            n: rows.iter().filter(|row| mistake.of(row).0 > 0.0).count(),
            rate: share.value(),
            lo,
            hi,
        });
    }
    rates
}

/// An article's chances of a mistake, and mistakes, with weights that have a mean of 1 in the outlet.
#[derive(Clone, Copy, Debug)]
struct Chances {
    outlet: usize,
    could: f64,
    is_one: f64,
    rows: usize,
}

/// Outlets are numbered anew: those without a chance of the mistake are none.
fn chances(rows: &[Row], mistake: Mistake) -> Vec<Chances> {
    let telling: Vec<Row> = rows.iter().filter(|r| mistake.of(r).0 > 0.0).copied().collect();
    let mut out = Vec::new();
    for (outlet, rows) in telling.chunk_by(|a, b| a.outlet == b.outlet).enumerate() {
        let mean = rows.iter().map(|row| mistake.of(row).0).sum::<f64>() / rows.len() as f64;
        for rows in rows.chunk_by(|a, b| a.unit.article == b.unit.article) {
            let sum = |part: fn((f64, f64)) -> f64| {
                rows.iter().map(|row| part(mistake.of(row))).sum::<f64>() / mean
            };
            out.push(Chances {
                outlet,
                could: sum(|m| m.0),
                is_one: sum(|m| m.1),
                rows: rows.len(),
            });
        }
    }
    out
}

/// Permutation test over articles: if mistakes do not care for the outlet, an article's chances and
/// mistakes could as well have been another outlet's.
fn test(articles: &[Chances], mistake: Mistake, resampling: &Resampling) -> Option<ErrorTest> {
    let n_outlets = articles.last()?.outlet + 1;
    if n_outlets < 2 {
        return None;
    }
    let mut outlets: Vec<usize> = articles.iter().map(|a| a.outlet).collect();
    let chi_squared = chi_squared(articles, &outlets, n_outlets);
    let mut generator = generator(resampling.seed, mistake.name);
    let mut as_far = 0;
    for _ in 0..resampling.replicates {
        outlets.shuffle(&mut generator);
        // Rounding must not turn a tie into a difference.
        as_far +=
            usize::from(self::chi_squared(articles, &outlets, n_outlets) >= chi_squared - 1e-9);
    }
    Some(ErrorTest {
        mistake: mistake.name,
        n_outlets,
        n: articles.iter().map(|a| a.rows).sum(),
        chi_squared,
        // The sample itself is one of the permutations (Phipson & Smyth 2010).
        p: (as_far + 1) as f64 / (resampling.replicates + 1) as f64,
    })
}

/// Pearson's statistic of the table of outlets by mistake and no mistake; 0 where nothing or everything
/// is a mistake.
fn chi_squared(articles: &[Chances], outlets: &[usize], n_outlets: usize) -> f64 {
    let mut sums = vec![(0.0, 0.0); n_outlets];
    let mut all = (0.0, 0.0);
    for (article, &outlet) in articles.iter().zip(outlets) {
        for sum in [&mut sums[outlet], &mut all] {
            sum.0 += article.could;
            sum.1 += article.is_one;
        }
    }
    let rate = all.1 / all.0;
    let variance = rate * (1.0 - rate);
    if variance <= 0.0 {
        return 0.0;
    }
    let distance = |(could, is_one): (f64, f64)| {
        if could > 0.0 { (is_one - could * rate).powi(2) / (could * variance) } else { 0.0 }
    };
    sums.into_iter().map(distance).sum()
}

fn generator(seed: u64, name: &str) -> Pcg32 {
    let mut hasher = Sha256::new();
    hasher.update(seed.to_le_bytes());
    hasher.update(name.as_bytes());
    let mut state = [0_u8; 16];
    state.copy_from_slice(&hasher.finalize()[..16]);
    Pcg32::from_seed(state)
}
