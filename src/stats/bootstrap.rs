//! Articles in, resampling weights out, and ratios under them.
//!
//! A replicate draws as many articles as a stratum has, with replacement; what is inside an article
//! stays together (the cluster bootstrap of Field & Welsh 2007). Only how often each article was
//! drawn matters, so a replicate is a row of counts, and a replicate of any sum is a sum of
//! products. The counts are drawn once and serve every measure.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg32;
use sha2::{Digest, Sha256};

use super::collect::Fraction;

/// How often every article of a stratum was drawn in every replicate.
#[derive(Debug)]
pub(super) struct Weights {
    replicates: usize,
    /// Article by article. A byte is enough: an article is drawn more than 255 times in a replicate
    /// with a probability below 1e-500.
    counts: Vec<u8>,
}

impl Weights {
    /// `stratum` names the draws (see [`generator`]).
    pub(super) fn draw(articles: usize, replicates: usize, seed: u64, stratum: &str) -> Weights {
        let mut counts = vec![0_u8; articles * replicates];
        let mut generator = generator(seed, stratum);
        for replicate in 0..replicates {
            for _ in 0..articles {
                // Multiply and shift (Lemire 2019) without its rejection step: one article is
                // preferred over another by at most articles / 2^32.
                let article = (u64::from(generator.next_u32()) * articles as u64) >> 32;
                let count = &mut counts[article as usize * replicates + replicate];
                *count = count.saturating_add(1);
            }
        }
        Weights { replicates, counts }
    }

    /// The counts of one article, a number per replicate.
    pub(super) fn of(&self, article: usize) -> &[u8] {
        &self.counts[article * self.replicates..][..self.replicates]
    }
}

/// Seeded with `seed` and a name, so that no other draws have a say.
pub(super) fn generator(seed: u64, name: &str) -> Pcg32 {
    let mut hasher = Sha256::new();
    hasher.update(seed.to_le_bytes());
    hasher.update(name.as_bytes());
    let mut state = [0_u8; 16];
    state.copy_from_slice(&hasher.finalize()[..16]);
    Pcg32::from_seed(state)
}

/// Replicates of a [`Fraction`].
#[derive(Clone, Debug)]
pub(super) struct Replicates {
    top: Vec<f64>,
    bottom: Vec<f64>,
}

impl Replicates {
    pub(super) fn new(replicates: usize) -> Replicates {
        Replicates { top: vec![0.0; replicates], bottom: vec![0.0; replicates] }
    }

    /// Adds an article as often as it was drawn.
    pub(super) fn add(&mut self, counts: &[u8], fraction: Fraction) {
        if fraction.bottom == 0.0 {
            return;
        }
        for ((top, bottom), &count) in self.top.iter_mut().zip(&mut self.bottom).zip(counts) {
            let count = f64::from(count);
            *top += count * fraction.top;
            *bottom += count * fraction.bottom;
        }
    }

    /// Adds another stratum's.
    pub(super) fn merge(&mut self, other: &Replicates) {
        for (sum, x) in self.top.iter_mut().zip(&other.top) {
            *sum += x;
        }
        for (sum, x) in self.bottom.iter_mut().zip(&other.bottom) {
            *sum += x;
        }
    }

    /// A ratio per replicate; NaN in a replicate without anything to divide by.
    pub(super) fn ratios(&self) -> Vec<f64> {
        self.top.iter().zip(&self.bottom).map(|(top, bottom)| top / bottom).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_replicate_draws_as_many_articles_as_there_are() {
        let weights = Weights::draw(7, 50, 1, "a");
        for replicate in 0..50 {
            let drawn: u32 = (0..7).map(|article| u32::from(weights.of(article)[replicate])).sum();
            assert_eq!(drawn, 7);
        }
        assert_ne!(weights.counts, Weights::draw(7, 50, 2, "a").counts);
        assert_ne!(weights.counts, Weights::draw(7, 50, 1, "b").counts);
        assert_eq!(weights.counts, Weights::draw(7, 50, 1, "a").counts);
    }
}
