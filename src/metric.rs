//! Counts in, measures out. Every measure is a function of sums over units, so that a bootstrap draw
//! is one more call with other sums.

/// 2 x hits / (predicted + gold); 0 where there is nothing to find and nothing was found.
pub fn f1(hits: f64, predicted: f64, gold: f64) -> f64 {
    if predicted + gold > 0.0 { 2.0 * hits / (predicted + gold) } else { 0.0 }
}

/// Precision, recall and F1 of one class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
    pub gold: f64,
    pub predicted: f64,
}

/// Scores of one class from what was hit, predicted and there; 0 for a share of nothing.
pub fn scores(hits: f64, predicted: f64, gold: f64) -> Scores {
    let share = |of: f64| if of > 0.0 { hits / of } else { 0.0 };
    Scores {
        precision: share(predicted),
        recall: share(gold),
        f1: f1(hits, predicted, gold),
        gold,
        predicted,
    }
}

/// Scores of one class from a confusion matrix, row by row: `cells[gold * classes + predicted]`.
pub fn class_scores(cells: &[f64], classes: usize, class: usize) -> Scores {
    let gold: f64 = cells[class * classes..(class + 1) * classes].iter().sum();
    let predicted: f64 = (0..classes).map(|g| cells[g * classes + class]).sum();
    scores(cells[class * classes + class], predicted, gold)
}

/// Spearman's rank correlation; equal values share their mean rank. 0 where all values of one side are equal.
pub fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let ranks = |values: &[f64]| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&i, &j| values[i].total_cmp(&values[j]));
        let mut ranks = vec![0.0; values.len()];
        let mut from = 0;
        for equal in order.chunk_by(|&i, &j| values[i] == values[j]) {
            let mean = from as f64 + (equal.len() as f64 - 1.0) / 2.0;
            equal.iter().for_each(|&i| ranks[i] = mean);
            from += equal.len();
        }
        ranks
    };
    let (a, b) = (ranks(a), ranks(b));
    let mean = (a.len() as f64 - 1.0) / 2.0;
    let product = |x: &[f64], y: &[f64]| -> f64 {
        x.iter().zip(y).map(|(x, y)| (x - mean) * (y - mean)).sum()
    };
    let size = (product(&a, &a) * product(&b, &b)).sqrt();
    if size > 0.0 { product(&a, &b) / size } else { 0.0 }
}

/// Mean of the classes' F1, every class with the same weight (what the BABE and NewsMTSC papers
/// report). A class that is neither in the gold labels nor predicted counts 0, as in scikit-learn.
pub fn macro_f1(cells: &[f64], classes: usize) -> f64 {
    (0..classes).map(|c| class_scores(cells, classes, c).f1).sum::<f64>() / classes as f64
}

/// Share of the diagonal.
pub fn accuracy(cells: &[f64], classes: usize) -> f64 {
    let all: f64 = cells.iter().sum();
    (0..classes).map(|c| cells[c * classes + c]).sum::<f64>() / all
}

/// Matthews' correlation coefficient of `[plain as plain, plain as loaded, loaded as plain, loaded as
/// loaded]` (Matthews 1975), -1 to 1; 0 where a row or column is empty.
pub fn mcc(cells: &[f64]) -> f64 {
    let (tn, fp, fn_, tp) = (cells[0], cells[1], cells[2], cells[3]);
    let bottom = ((tp + fp) * (tp + fn_) * (tn + fp) * (tn + fn_)).sqrt();
    if bottom > 0.0 { (tp * tn - fp * fn_) / bottom } else { 0.0 }
}

/// Area under the ROC curve: the chance that a positive scores above a negative, ties count half
/// (Mann-Whitney). `rising` are the indices in order of score, `scores` and `gold` by index, `weights`
/// how often each row counts. NaN without a row of either kind.
pub fn roc_auc(rising: &[usize], scores: &[f32], gold: &[bool], weights: &[f64]) -> f64 {
    let (mut below, mut negatives, mut positives, mut won) = (0.0, 0.0, 0.0, 0.0);
    let mut at = 0;
    while at < rising.len() {
        let score = scores[rising[at]];
        let (mut ties_positive, mut ties_negative) = (0.0, 0.0);
        while at < rising.len() && scores[rising[at]] == score {
            let row = rising[at];
            if gold[row] {
                ties_positive += weights[row]
            } else {
                ties_negative += weights[row]
            }
            at += 1;
        }
        won += ties_positive * (below + ties_negative / 2.0);
        below += ties_negative;
        negatives += ties_negative;
        positives += ties_positive;
    }
    won / (positives * negatives)
}

/// Bins of the expected calibration error: equal in width, on the confidence in the predicted class.
pub const BINS: usize = 15;

/// The bin of a confidence between 0 and 1: `(0, 1/15]`, `(1/15, 2/15]`, ... (Guo et al. 2017, section 2).
pub fn bin(confidence: f32) -> usize {
    ((confidence * BINS as f32).ceil() as usize).clamp(1, BINS) - 1
}

/// Expected calibration error (Guo et al. 2017, equation 3): the distance of confidence from accuracy,
/// averaged over the bins by how many predictions lie in each. `sums` holds, bin by bin, the number
/// of predictions, the sum of their confidences, and how many were right.
pub fn ece(sums: &[f64]) -> f64 {
    let all: f64 = sums.iter().step_by(3).sum();
    sums.chunks(3).map(|b| (b[1] - b[2]).abs()).sum::<f64>() / all
}

/// Exact two-sided p of McNemar's test (McNemar 1947): two systems, `only_a` rows that the first alone
/// got right and `only_b` that the second alone did; under the null hypothesis each is a toss.
pub fn mcnemar(only_a: u64, only_b: u64) -> f64 {
    let n = only_a + only_b;
    let mut log_term = n as f64 * 0.5_f64.ln();
    let mut tail = log_term.exp();
    for k in 1..=only_a.min(only_b) {
        log_term += ((n - k + 1) as f64).ln() - (k as f64).ln();
        tail += log_term.exp();
    }
    (2.0 * tail).min(1.0)
}

/// Wilson's score interval of a share seen in `n` observations, 95% (Wilson 1927).
pub fn wilson(share: f64, n: f64) -> (f64, f64) {
    const Z: f64 = 1.959_963_985;
    let z2n = Z * Z / n;
    let centre = (share + z2n / 2.0) / (1.0 + z2n);
    let half = (share * (1.0 - share) * Z * Z / n + z2n * z2n / 4.0).sqrt() / (1.0 + z2n);
    ((centre - half).clamp(0.0, share), (centre + half).clamp(share, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    #[test]
    fn spearman_is_that_of_the_ranks() {
        // scipy.stats.spearmanr([1, 2, 2, 5, 9], [3, 1, 4, 4, 8]) = 0.7631578947368421
        let rho = spearman(&[1.0, 2.0, 2.0, 5.0, 9.0], &[3.0, 1.0, 4.0, 4.0, 8.0]);
        assert!((rho - 0.763_157_894_736_842_1).abs() < 1e-12, "{rho}");
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[30.0, 20.0, 10.0]), -1.0);
        assert_eq!(spearman(&[1.0, 1.0], &[1.0, 2.0]), 0.0);
    }

    #[test]
    fn macro_f1_and_mcc_are_those_worked_by_hand() {
        // 50 plain: 40 right. 30 loaded: 24 right.
        let cells = [40.0, 10.0, 6.0, 24.0];
        let plain = class_scores(&cells, 2, 0);
        close(plain.precision, 40.0 / 46.0);
        close(plain.recall, 0.8);
        close(plain.f1, 80.0 / 96.0);
        let loaded = class_scores(&cells, 2, 1);
        close(loaded.f1, 48.0 / 64.0);
        close(macro_f1(&cells, 2), (80.0 / 96.0 + 0.75) / 2.0);
        close(accuracy(&cells, 2), 0.8);
        // (24 * 40 - 10 * 6) / sqrt(34 * 30 * 50 * 46)
        close(mcc(&cells), 900.0 / (34.0_f64 * 30.0 * 50.0 * 46.0).sqrt());
        close(mcc(&[10.0, 0.0, 5.0, 0.0]), 0.0);
        // A class that nobody has and nobody predicts.
        close(macro_f1(&[2.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0], 3), 2.0 / 3.0);
    }

    #[test]
    fn roc_auc_counts_pairs_and_half_of_the_ties() {
        let scores = [0.1, 0.4, 0.4, 0.8];
        let gold = [false, true, false, true];
        // Pairs: .4 > .1, .4 = .4, .8 > .1, .8 > .4: 3.5 of 4.
        close(roc_auc(&[0, 1, 2, 3], &scores, &gold, &[1.0; 4]), 0.875);
        // The first row twice: 5.5 of 6.
        close(roc_auc(&[0, 2, 1, 3], &scores, &gold, &[2.0, 1.0, 1.0, 1.0]), 5.5 / 6.0);
        assert!(roc_auc(&[0], &scores, &gold, &[1.0; 4]).is_nan());
    }

    #[test]
    fn the_calibration_error_is_guos() {
        assert_eq!((bin(0.0), bin(1.0 / 15.0), bin(0.07), bin(0.5), bin(1.0)), (0, 0, 1, 7, 14));
        // Four predictions at .9, three right: off by .15; one at .6, right: off by .4.
        let mut sums = [0.0; 3 * BINS];
        for (confidence, right) in [(0.9, 1.0), (0.9, 1.0), (0.9, 1.0), (0.9, 0.0), (0.6, 1.0)] {
            let b = 3 * bin(confidence);
            sums[b] += 1.0;
            sums[b + 1] += f64::from(confidence);
            sums[b + 2] += right;
        }
        assert!((ece(&sums) - (0.8 * 0.15 + 0.2 * 0.4)).abs() < 1e-7, "{}", ece(&sums));
    }

    #[test]
    fn mcnemars_p_is_the_binomials() {
        close(mcnemar(0, 0), 1.0);
        close(mcnemar(3, 3), 1.0);
        // 2 * (1 + 10 + 45) / 1024
        close(mcnemar(2, 8), 112.0 / 1024.0);
        close(mcnemar(8, 2), 112.0 / 1024.0);
        assert!(mcnemar(900, 1100) < 1e-4 && mcnemar(900, 1100) > 1e-6);
    }
}
