//! Digests in, who prints whose copy out.
//!
//! Resemblance (Jaccard) alone misses the commonest change that wire copy meets: it is cut from the
//! bottom. What matters is containment (Broder 1997): how much of *this* article stands in the other.

use rayon::prelude::*;

use super::digest::Digest;

/// From this share of an article's shingles found in one earlier article on, it prints that article's
/// copy: most of what it says it says in the other's words.
pub(super) const COPY: f64 = 0.5;

/// Two articles must share so many of the kept shingles to be compared at all: two or three sentences.
const EVIDENCE: usize = 16;

/// A shingle in more of one outlet's articles than this is the outlet's furniture ("our reporters are
/// bound by"), not copy.
const FURNITURE: usize = 5;

/// Every shingle links an article with the first so many that have it. What is sought is the earliest,
/// and a text that hundreds print must not cost tens of thousands of pairs.
const FIRST: usize = 20;

/// Whose copy an article prints.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CopyOf {
    /// Index of the earliest article that has most of this one's words.
    pub of: usize,
    /// Share of all their shingles that both have (Jaccard), estimated.
    pub similarity: f64,
    /// Share of this article's shingles that the other has, estimated.
    pub shared: f64,
}

/// For every article the copy that it prints. `digests` go from the earliest to the latest.
pub(super) fn find(digests: &[Digest]) -> Vec<Option<CopyOf>> {
    let sketches = sketches(digests);
    let mut copies = vec![None; digests.len()];
    for (later, earlier) in candidates(&sketches) {
        let copy: &mut Option<CopyOf> = &mut copies[later];
        if copy.is_none() {
            *copy = sketches[later].copy_of(earlier, &sketches[earlier]);
        }
    }
    copies
}

/// A sample of an article's shingles: all those up to `end`.
#[derive(Debug)]
struct Sketch {
    shingles: Vec<u32>,
    end: u32,
}

impl Sketch {
    /// Up to the smaller of the two ends both samples are complete, so that shares among what lies
    /// below estimate the shares among all (a threshold sample: Cohen & Kaplan 2007).
    fn copy_of(&self, of: usize, other: &Sketch) -> Option<CopyOf> {
        let end = self.end.min(other.end);
        let below = |shingles: &[u32]| shingles.partition_point(|&s| s <= end);
        let (own, others) =
            (&self.shingles[..below(&self.shingles)], &other.shingles[..below(&other.shingles)]);
        let both = own.iter().filter(|s| others.binary_search(s).is_ok()).count();
        let share = |of: usize| both as f64 / of.max(1) as f64;
        let shared = share(own.len());
        let similarity = share(own.len() + others.len() - both);
        (both >= EVIDENCE && shared >= COPY).then_some(CopyOf { of, similarity, shared })
    }
}

/// The articles' kept shingles without the outlets' furniture.
fn sketches(digests: &[Digest]) -> Vec<Sketch> {
    let mut by_outlet: Vec<(u32, &str)> = digests
        .iter()
        .flat_map(|d| d.shingles.iter().map(|&shingle| (shingle, d.outlet.as_str())))
        .collect();
    by_outlet.par_sort_unstable();
    let mut furniture: Vec<u32> = by_outlet
        .chunk_by(|a, b| a == b)
        .filter(|same| same.len() > FURNITURE)
        .map(|same| same[0].0)
        .collect();
    furniture.dedup();
    digests
        .iter()
        .map(|digest| {
            let whole = digest.shingles.len() == digest.n_shingles;
            let last = digest.shingles.last().copied().unwrap_or(u32::MAX);
            let is_copy = |s: &u32| furniture.binary_search(s).is_err();
            Sketch {
                shingles: digest.shingles.iter().copied().filter(is_copy).collect(),
                end: if whole { u32::MAX } else { last },
            }
        })
        .collect()
}

/// Pairs (later, earlier) with enough in common, by the later, then by the earlier.
fn candidates(sketches: &[Sketch]) -> Vec<(usize, usize)> {
    let mut having: Vec<(u32, u32)> = sketches
        .iter()
        .enumerate()
        .flat_map(|(article, s)| s.shingles.iter().map(move |&shingle| (shingle, article as u32)))
        .collect();
    having.par_sort_unstable();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for same in having.chunk_by(|a, b| a.0 == b.0) {
        for (n, &(_, later)) in same.iter().enumerate() {
            pairs.extend(same[..n.min(FIRST)].iter().map(|&(_, earlier)| (later, earlier)));
        }
    }
    pairs.par_sort_unstable();
    pairs
        .chunk_by(|a, b| a == b)
        .filter(|same| same.len() >= EVIDENCE)
        .map(|same| (same[0].0 as usize, same[0].1 as usize))
        .collect()
}
