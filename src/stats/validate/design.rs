//! A frame in, a sample with known probabilities out.
//!
//! Promises: every unit has a probability above 0 of being drawn, and it depends on the run and on the
//! plan alone, not on the seed or on what was drawn; exactly as many units are drawn as were asked
//! for (or all, where there are fewer); the seed fixes the sample, whatever the order of the rows.
//!
//! Three choices, each with its reason (`docs/methods.md` has them at length):
//! - *Between outlets* the codes go by the square root of the outlets' sizes (power allocation, Bankier
//!   1988): proportional shares would leave a small outlet with two codes, equal ones waste codes on
//!   outlets of ten sentences.
//! - *Within an outlet* a unit is drawn the likelier, the less sure the model is of it: with the
//!   probability proportional to the standard deviation of the error the correction is tightest
//!   (Neyman 1934). The model's probabilities are drawn toward each other first, so that a confident
//!   mistake can be found too, and no weight is more than about three times another of its outlet.
//! - *Which units* are then taken by systematic sampling along a list ordered by outlet and score
//!   (Madow 1949): every score is there in proportion, with sizes fixed.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::frame::{Frame, Kind, LABELS, Unit, first_eight};

/// What to draw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Rows in all.
    pub n: usize,
    /// Sentences, mentions, or both (half of the rows each).
    pub kinds: Vec<Kind>,
    /// Ids of the only actors whose mentions are drawn, so many of each; all actors where empty.
    pub actors: Vec<String>,
    pub seed: u64,
}

/// A unit that was drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    /// Index into [`Frame::units`].
    pub unit: usize,
    /// Of being drawn; above 0.
    pub probability: f64,
}

/// Raised when the same plan on the same run would draw other units.
pub const DESIGN: u32 = 1;

/// Bands of score that a sample goes through in order.
const BANDS: f64 = 5.0;

/// Added to the probability of every label before its error is judged.
const DOUBT: f64 = 0.05;

/// Draws a sample. It comes in the order in which coders shall see it: kind by kind, and within a kind
/// by lot, so that whoever stops early leaves a random part undone.
pub fn draw(frame: &Frame, plan: &Plan) -> Vec<Drawn> {
    let mut drawn = Vec::new();
    for (kind, n) in shares(frame, plan) {
        let mut of_kind = draw_kind(frame, plan, kind, n);
        of_kind.sort_by_cached_key(|d| frame.lot(&frame.units[d.unit], plan.seed, "row"));
        drawn.extend(of_kind);
    }
    drawn
}

/// The units of a kind that the plan may draw.
pub(super) fn eligible<'f>(
    frame: &'f Frame,
    plan: &'f Plan,
    kind: Kind,
) -> impl Iterator<Item = usize> + 'f {
    let actors: Vec<u32> = plan.actors.iter().filter_map(|id| frame.actor(id)).collect();
    let asked_for = move |unit: &Unit| match (kind, unit.actor) {
        (Kind::Mention, Some(actor)) => plan.actors.is_empty() || actors.contains(&actor),
        _ => true,
    };
    let units = frame.units.iter().enumerate();
    units.filter(move |(_, u)| u.kind == kind && asked_for(u)).map(|(i, _)| i)
}

/// How many rows of each kind: as many of one as of the other, unless there are not so many.
fn shares(frame: &Frame, plan: &Plan) -> Vec<(Kind, usize)> {
    let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|k| plan.kinds.contains(k)).collect();
    let there: Vec<f64> =
        kinds.iter().map(|&kind| eligible(frame, plan, kind).count() as f64).collect();
    let shares = proportional(&vec![1.0; kinds.len()], &there, plan.n as f64);
    let mut left = plan.n;
    let whole = shares.into_iter().map(|share| {
        let n = (share.ceil() as usize).min(left);
        left -= n;
        n
    });
    kinds.into_iter().zip(whole.collect::<Vec<_>>()).collect()
}

fn draw_kind(frame: &Frame, plan: &Plan, kind: Kind, n: usize) -> Vec<Drawn> {
    let mut list: Vec<Listed> =
        eligible(frame, plan, kind).map(|unit| Listed::new(frame, plan, unit)).collect();
    list.sort_unstable_by_key(|l| (l.stratum, l.band, l.lot));
    let mut probabilities = Vec::with_capacity(list.len());
    let strata: Vec<&[Listed]> = list.chunk_by(|a, b| a.stratum == b.stratum).collect();
    let sizes: Vec<f64> = strata.iter().map(|s| s.len() as f64).collect();
    let roots: Vec<f64> = sizes.iter().map(|n| n.sqrt()).collect();
    for (stratum, n) in strata.iter().zip(proportional(&roots, &sizes, n as f64)) {
        let doubts: Vec<f64> = stratum.iter().map(|l| l.doubt).collect();
        probabilities.extend(proportional(&doubts, &vec![1.0; doubts.len()], n));
    }
    let start = start(plan.seed, kind);
    let taken = systematic(&probabilities, start);
    taken.map(|i| Drawn { unit: list[i].unit, probability: probabilities[i] }).collect()
}

/// A unit's place in the list that is sampled.
struct Listed {
    unit: usize,
    /// Outlet; and actor, where actors were asked for.
    stratum: (u32, Option<u32>),
    band: u8,
    lot: u64,
    doubt: f64,
}

impl Listed {
    fn new(frame: &Frame, plan: &Plan, number: usize) -> Listed {
        let unit = &frame.units[number];
        let values = unit.kind.values();
        let (low, high) = (values[0], values[values.len() - 1]);
        let score = (unit.expected() - low) / (high - low);
        Listed {
            unit: number,
            stratum: (frame.outlet_of(unit), unit.actor.filter(|_| !plan.actors.is_empty())),
            band: (score * BANDS).clamp(0.0, BANDS - 1.0) as u8,
            lot: frame.lot(unit, plan.seed, "draw"),
            doubt: doubt(unit),
        }
    }
}

/// How far a code may lie from what the model expects: the standard deviation of the code's value if the
/// model's probabilities, drawn toward each other, are right.
fn doubt(unit: &Unit) -> f64 {
    let values = unit.kind.values();
    let shrunk = |p: f64| DOUBT + (1.0 - DOUBT * values.len() as f64) * p;
    let sum = |power: i32| -> f64 {
        let terms = unit.probabilities.iter().zip(values);
        terms.map(|(&p, value)| shrunk(p) * value.powi(power)).sum()
    };
    const { assert!(LABELS as f64 * DOUBT < 1.0) };
    (sum(2) - sum(1).powi(2)).max(0.0).sqrt()
}

/// Parts of `total` that are proportional to `sizes` (all above 0), except that none is larger than its
/// cap; what a cap leaves over goes to the others. All caps, where they sum to less than `total`.
///
/// Depends on the order of its arguments in no digit: probabilities must not depend on the seed.
fn proportional(sizes: &[f64], caps: &[f64], total: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    // Whose cap is reached first.
    order.sort_by(|&a, &b| (caps[a] / sizes[a]).total_cmp(&(caps[b] / sizes[b])));
    // Sizes from each rank on, summed from the end: subtracting them one by one would leave rounding errors.
    let mut sizes_left: Vec<f64> = order.iter().map(|&i| sizes[i]).collect();
    for rank in (1..sizes_left.len()).rev() {
        sizes_left[rank - 1] += sizes_left[rank];
    }
    let mut parts = vec![0.0; sizes.len()];
    let mut left = total;
    for (rank, (&i, size_left)) in order.iter().zip(sizes_left).enumerate() {
        // A hair below the cap is the cap: whoever is sure to be drawn has a probability of 1.
        if left * sizes[i] < caps[i] * size_left * (1.0 - 1e-9) {
            let each = left / size_left;
            order[rank..].iter().for_each(|&i| parts[i] = each * sizes[i]);
            break;
        }
        parts[i] = caps[i];
        left -= caps[i];
    }
    parts
}

/// Where systematic sampling begins, 0 to 1.
fn start(seed: u64, kind: Kind) -> f64 {
    let mut hasher = Sha256::new();
    hasher.update(seed.to_le_bytes());
    hasher.update(b"start");
    hasher.update([kind as u8]);
    (first_eight(&hasher.finalize()) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Takes whoever holds one of the points `start`, `start + 1`, `start + 2`, ... on a line along which
/// everybody occupies as much as their probability.
fn systematic(probabilities: &[f64], start: f64) -> impl Iterator<Item = usize> + '_ {
    let mut end = 0.0;
    let mut next = start;
    probabilities.iter().enumerate().filter_map(move |(i, p)| {
        end += p;
        let holds = end > next;
        next += f64::from(u8::from(holds));
        holds.then_some(i)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caps_are_kept_and_what_they_leave_goes_to_the_others() {
        assert_eq!(proportional(&[1.0, 1.0, 2.0], &[9.0; 3], 8.0), [2.0, 2.0, 4.0]);
        assert_eq!(proportional(&[1.0, 1.0, 2.0], &[9.0, 1.0, 9.0], 10.0), [3.0, 1.0, 6.0]);
        assert_eq!(proportional(&[1.0, 1.0], &[3.0, 4.0], 100.0), [3.0, 4.0]);
        assert_eq!(proportional(&[], &[], 5.0), [0.0; 0]);
        let parts = proportional(&[3.0, 1.0, 5.0], &[1.0; 3], 2.5);
        assert!((parts.iter().sum::<f64>() - 2.5).abs() < 1e-12 && parts[1] < 1.0);
    }

    #[test]
    fn everybody_is_taken_as_often_as_their_probability_says() {
        let probabilities = [0.5, 0.1, 1.0, 0.4, 0.25, 0.75];
        let mut taken = [0; 6];
        for draw in 0..1000 {
            let sample: Vec<usize> =
                systematic(&probabilities, (f64::from(draw) + 0.5) / 1000.0).collect();
            assert_eq!(sample.len(), 3);
            sample.into_iter().for_each(|i| taken[i] += 1);
        }
        assert_eq!(taken, [500, 100, 1000, 400, 250, 750]);
        // All of them, where everybody is sure to be taken.
        assert_eq!(systematic(&[1.0; 7], 0.999_999).count(), 7);
    }
}
