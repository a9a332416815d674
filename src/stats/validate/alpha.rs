//! Codes of several coders in, Krippendorff's alpha out.
//!
//! Krippendorff (2011, "Computing Krippendorff's alpha-reliability"); Krippendorff (2018, *Content
//! Analysis*, 4th ed.), chapter 12. A unit that fewer than two coders coded says
//! nothing about agreement and is left out, missing codes are no codes.

use serde::Serialize;

/// What makes two codes differ, and by how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// Two codes are alike or not.
    Nominal,
    /// Codes have an order: the codes that lie between two set them apart.
    Ordinal,
}

/// How often each pair of codes met in one unit: `classes` x `classes` numbers, row by row. Those of
/// several units are added up.
///
/// With `m` codes in the unit every ordered pair of two coders counts 1 / (m - 1).
pub fn coincidences(codes: &[Option<usize>], classes: usize) -> Vec<f64> {
    let mut cells = vec![0.0; classes * classes];
    let mut counts = vec![0.0; classes];
    for &code in codes.iter().flatten() {
        if let Some(count) = counts.get_mut(code) {
            *count += 1.0;
        }
    }
    let coded: f64 = counts.iter().sum();
    if coded < 2.0 {
        return cells;
    }
    for (c, &of_c) in counts.iter().enumerate() {
        for (k, &of_k) in counts.iter().enumerate() {
            let pairs = if c == k { of_c * (of_c - 1.0) } else { of_c * of_k };
            cells[c * classes + k] = pairs / (coded - 1.0);
        }
    }
    cells
}

/// Alpha from the sum of [`coincidences`]: 1 - observed / expected disagreement. 1 is perfect, 0 what
/// chance would give. NaN where there is nothing to disagree about: no pair, or one code only.
pub fn alpha(coincidences: &[f64], difference: Difference) -> f64 {
    let classes = coincidences.len().isqrt();
    let counts: Vec<f64> =
        coincidences.chunks(classes.max(1)).map(|row| row.iter().sum()).collect();
    let all: f64 = counts.iter().sum();
    let (mut observed, mut expected) = (0.0, 0.0);
    for c in 0..classes {
        for k in 0..classes {
            let squared = squared(&counts, c, k, difference);
            observed += coincidences[c * classes + k] * squared;
            expected += counts[c] * counts[k] * squared;
        }
    }
    1.0 - (all - 1.0) * observed / expected
}

/// Square of the difference between two codes, given how often each code was used.
fn squared(counts: &[f64], c: usize, k: usize, difference: Difference) -> f64 {
    let (low, high) = (c.min(k), c.max(k));
    match difference {
        Difference::Nominal => f64::from(u8::from(c != k)),
        Difference::Ordinal => {
            let between: f64 = counts[low..=high].iter().sum();
            (between - (counts[c] + counts[k]) / 2.0).powi(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(units: &[[i8; 2]], classes: usize, difference: Difference) -> f64 {
        let mut sums = vec![0.0; classes * classes];
        for unit in units {
            let codes: Vec<Option<usize>> = unit.iter().map(|&c| usize::try_from(c).ok()).collect();
            let of_unit = coincidences(&codes, classes);
            sums.iter_mut().zip(of_unit).for_each(|(sum, x)| *sum += x);
        }
        alpha(&sums, difference)
    }

    #[test]
    fn two_coders_and_two_values_give_krippendorffs_own_figure() {
        // Krippendorff 2011: ten units, two observers, alpha .095.
        let meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0];
        let owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0];
        let units: Vec<[i8; 2]> = meg.into_iter().zip(owen).map(|(a, b)| [a, b]).collect();
        assert!((of(&units, 2, Difference::Nominal) - 0.0952).abs() < 5e-5);
    }

    #[test]
    fn agreement_is_one_and_one_code_alone_says_nothing() {
        let perfect = [[0, 0], [1, 1], [2, 2], [1, 1]];
        for difference in [Difference::Nominal, Difference::Ordinal] {
            assert_eq!(of(&perfect, 3, difference), 1.0);
            assert!(of(&[[1, 1], [1, 1]], 3, difference).is_nan());
            assert!(of(&[[1, -1], [-1, 0]], 3, difference).is_nan());
        }
        // Of neighbours an ordinal alpha thinks better than of opposites.
        let near = [[0, 0], [1, 1], [2, 2], [0, 1]];
        let far = [[0, 0], [1, 1], [2, 2], [0, 2]];
        assert!(of(&near, 3, Difference::Ordinal) > of(&far, 3, Difference::Ordinal));
    }
}
