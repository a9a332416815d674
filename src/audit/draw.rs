//! Randomness that a seed and a name fix, whatever the order in which things are asked for.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg32;
use sha2::{Digest, Sha256};

fn digest(seed: u64, words: &[&str]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(seed.to_le_bytes());
    for word in words {
        hasher.update(word.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().into()
}

/// A generator of its own for everything that has a name.
pub(super) fn generator(seed: u64, words: &[&str]) -> Pcg32 {
    let mut state = [0_u8; 16];
    state.copy_from_slice(&digest(seed, words)[..16]);
    Pcg32::from_seed(state)
}

/// A number by which things are put into an order of chance: the lowest ones are a simple random sample.
pub(super) fn rank(seed: u64, words: &[&str]) -> u64 {
    let mut low = [0_u8; 8];
    low.copy_from_slice(&digest(seed, words)[..8]);
    u64::from_le_bytes(low)
}

/// One of them, each as likely as the others.
pub(super) fn pick<'t, T>(rng: &mut Pcg32, from: &'t [T]) -> Option<&'t T> {
    // Multiply and shift (Lemire 2019): one is preferred by at most length / 2^32.
    let at = (u64::from(rng.next_u32()) * from.len() as u64) >> 32;
    from.get(at as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_depends_on_seed_and_name_only() {
        let drawn = |seed, name: &str| -> Vec<u32> {
            let mut rng = generator(seed, &[name]);
            (0..8).map(|_| rng.next_u32()).collect()
        };
        assert_eq!(drawn(1, "a"), drawn(1, "a"));
        assert_ne!(drawn(1, "a"), drawn(2, "a"));
        assert_ne!(drawn(1, "a"), drawn(1, "b"));
        assert_ne!(rank(0, &["a", "bc"]), rank(0, &["ab", "c"]));
    }

    #[test]
    fn every_one_is_picked_about_as_often() {
        let mut rng = generator(0, &["pick"]);
        let mut counts = [0; 5];
        for _ in 0..5000 {
            counts[*pick(&mut rng, &[0, 1, 2, 3, 4]).unwrap()] += 1;
        }
        assert!(counts.iter().all(|n| (850..1150).contains(n)), "{counts:?}");
        assert_eq!(pick::<u8>(&mut rng, &[]), None);
    }
}
