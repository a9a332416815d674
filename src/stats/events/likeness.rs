//! Digests in, pairs of articles that are alike out.

use std::collections::HashMap;

use rayon::prelude::*;

use super::digest::Digest;

/// Articles about other things that every run is taken to have beside its own. In a run about one
/// event all its words are in every article; without these others nothing in it would count as rare.
/// With a thousand of them one threshold serves twenty articles and tens of thousands.
const OTHERS: f64 = 1000.0;

/// Two articles that may be on the same event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    /// Indices, the smaller first.
    pub a: usize,
    pub b: usize,
    /// Cosine, 0 to 1.
    pub likeness: f64,
}

/// Below which likeness a pair says nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Floors {
    pub dated: f64,
    /// Where one of the two has no date.
    pub undated: f64,
}

/// All pairs at most `window` days apart whose likeness reaches the floor, by `b`, then by `a`. Articles
/// without a date are compared with all. `digests` go from the earliest to the latest, those without a
/// date last.
///
/// Exact, but without computing every pair: the most frequent words of each article, which together
/// cannot reach the floor, are left out of the index (All-Pairs: Bayardo, Ma & Srikant 2007) and added
/// only where rarer words have made a pair.
pub(super) fn pairs(digests: &[Digest], window: i32, floors: Floors) -> Vec<Pair> {
    let vectors = vectors(digests);
    // An index of its own for those that are compared with all: the higher the floor, the shorter.
    let dated = Index::new(&vectors, floors.dated as f32);
    let undated = digests.last().is_some_and(|d| d.day.is_none());
    let undated = undated.then(|| Index::new(&vectors, floors.undated as f32));
    let first_within = |article: usize| match digests[article].day {
        Some(day) => digests.partition_point(|d| d.day.is_some_and(|d| d < day - window)),
        None => 0,
    };
    let found: Vec<Vec<Pair>> = (0..digests.len())
        .into_par_iter()
        .map_init(
            || (vec![0.0_f32; digests.len()], Vec::new()),
            |(sums, touched), article| {
                let (index, floor) = match (&undated, digests[article].day) {
                    (Some(index), None) => (index, floors.undated),
                    _ => (&dated, floors.dated),
                };
                index.add(&vectors[article], first_within(article), article, sums, touched);
                touched.sort_unstable();
                let pair = |&other: &usize| {
                    let sum = std::mem::take(&mut sums[other]);
                    let rest = dot(&vectors[article], &vectors[other][..index.left_out[other]]);
                    let likeness = f64::from(sum + rest).min(1.0);
                    (likeness >= floor).then_some(Pair { a: other, b: article, likeness })
                };
                let pairs = touched.iter().filter_map(pair).collect();
                touched.clear();
                pairs
            },
        )
        .collect();
    found.into_iter().flatten().collect()
}

/// Words by number, the most frequent first, with their weights; of length 1.
type Vector = Vec<(u32, f32)>;

/// Weights are (1 + ln tf) x idf (Salton & Buckley 1988), with the idf of the run.
fn vectors(digests: &[Digest]) -> Vec<Vector> {
    let mut articles_with: HashMap<u32, u32> = HashMap::new();
    for &(word, _) in digests.iter().flat_map(|d| &d.terms) {
        *articles_with.entry(word).or_default() += 1;
    }
    let mut words: Vec<(u32, u32)> = articles_with.into_iter().collect();
    words.sort_unstable_by_key(|&(word, n)| (std::cmp::Reverse(n), word));
    let everything = digests.len() as f64 + OTHERS;
    let known: HashMap<u32, (u32, f64)> = words
        .into_iter()
        .enumerate()
        .map(|(number, (word, n))| (word, (number as u32, (everything / f64::from(n)).ln())))
        .collect();
    digests
        .par_iter()
        .map(|digest| {
            let weighed = digest.terms.iter().map(|(word, tf)| {
                let (number, idf) = known[word];
                (number, (1.0 + f64::from(*tf).ln()) * idf)
            });
            let mut vector: Vec<(u32, f64)> = weighed.collect();
            vector.sort_unstable_by_key(|&(number, _)| number);
            let length = vector.iter().map(|(_, w)| w * w).sum::<f64>().sqrt();
            vector.into_iter().map(|(number, w)| (number, (w / length) as f32)).collect()
        })
        .collect()
}

/// Which articles have a word, with what weight.
struct Index {
    /// By word, then by article.
    articles: Vec<Vec<(u32, f32)>>,
    /// How many of every article's words, from the most frequent on, are not in it.
    left_out: Vec<usize>,
}

impl Index {
    fn new(vectors: &[Vector], floor: f32) -> Index {
        let words = vectors.iter().flatten().map(|&(word, _)| word as usize + 1).max().unwrap_or(0);
        let mut heaviest = vec![0.0_f32; words];
        for &(word, weight) in vectors.iter().flatten() {
            heaviest[word as usize] = heaviest[word as usize].max(weight);
        }
        let mut articles = vec![Vec::new(); words];
        let mut left_out = Vec::with_capacity(vectors.len());
        // A little less than the floor, so that rounding loses no pair.
        let enough = floor * 0.999;
        for (article, vector) in vectors.iter().enumerate() {
            let mut at_most = 0.0;
            let mut out = 0;
            for &(word, weight) in vector {
                at_most += weight * heaviest[word as usize];
                if at_most < enough {
                    out += 1;
                } else {
                    articles[word as usize].push((article as u32, weight));
                }
            }
            left_out.push(out);
        }
        Index { articles, left_out }
    }

    /// Sums up what the articles from `first` to before `end` have in common with a vector.
    fn add(
        &self,
        vector: &Vector,
        first: usize,
        end: usize,
        sums: &mut [f32],
        touched: &mut Vec<usize>,
    ) {
        for &(word, weight) in vector {
            let having = &self.articles[word as usize];
            let from = having.partition_point(|&(article, _)| (article as usize) < first);
            for &(article, other) in having[from..].iter().take_while(|h| (h.0 as usize) < end) {
                let sum = &mut sums[article as usize];
                if *sum == 0.0 {
                    touched.push(article as usize);
                }
                *sum += weight * other;
            }
        }
    }
}

fn dot(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    let (mut a, mut b, mut sum) = (a.iter().peekable(), b.iter().peekable(), 0.0);
    while let (Some(&&(x, v)), Some(&&(y, w))) = (a.peek(), b.peek()) {
        if x <= y {
            a.next();
        }
        if y <= x {
            b.next();
        }
        if x == y {
            sum += v * w;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Articles of few words from a small vocabulary, all on one day.
    fn articles() -> Vec<Digest> {
        let mut state = 1_u32;
        let mut draw = |n: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % n
        };
        (0..60)
            .map(|i| {
                let words: std::collections::BTreeMap<u32, u16> =
                    (0..12).map(|_| (draw(8) * draw(8), 1 + draw(3) as u16)).collect();
                Digest {
                    article_id: format!("a{i:02}"),
                    day: Some(0),
                    terms: words.into_iter().collect(),
                    ..Digest::default()
                }
            })
            .collect()
    }

    #[test]
    fn the_index_finds_exactly_the_pairs_that_reach_the_floor() {
        let articles = articles();
        let vectors = vectors(&articles);
        for floor in [0.2, 0.5, 0.8] {
            let mut expected = Vec::new();
            for b in 0..vectors.len() {
                expected.extend(
                    (0..b)
                        .filter(|&a| f64::from(dot(&vectors[a], &vectors[b])) >= floor)
                        .map(|a| (a, b)),
                );
            }
            let (all, none) = (floor, 1.1);
            let found = |floors: Floors, articles: &[Digest]| -> Vec<(usize, usize)> {
                pairs(articles, 3, floors).iter().map(|p| (p.a, p.b)).collect()
            };
            let undated: Vec<Digest> =
                articles.iter().cloned().map(|d| Digest { day: None, ..d }).collect();
            assert!(!expected.is_empty());
            assert_eq!(found(Floors { dated: all, undated: none }, &articles), expected);
            assert_eq!(found(Floors { dated: none, undated: all }, &undated), expected);
        }
    }

    /// Prints the figures in docs/methods.md: how many pairs at most three days apart reach a likeness,
    /// and what share of them would by topic alone, going by pairs 20 to 60 days apart.
    #[test]
    #[ignore = "a measurement; it reads the run folder that UNDERTONE_RUN names"]
    fn likeness_table() {
        use std::collections::BTreeMap;

        use crate::tables::RunReader;
        use crate::tables::rows::{ArticleRow, MentionRow, SentenceRow};

        let folder = std::env::var_os("UNDERTONE_RUN").expect("a run folder in UNDERTONE_RUN");
        let run = RunReader::open(folder.as_ref()).unwrap();
        let mut of: BTreeMap<String, (Vec<SentenceRow>, Vec<MentionRow>)> = BTreeMap::new();
        for row in run.read::<SentenceRow>().unwrap() {
            of.entry(row.article_id.clone()).or_default().0.push(row);
        }
        for row in run.read::<MentionRow>().unwrap() {
            of.entry(row.article_id.clone()).or_default().1.push(row);
        }
        let articles = run.read::<ArticleRow>().unwrap();
        let mut digests: Vec<Digest> = articles
            .iter()
            .map(|article| {
                let (sentences, mentions) = &of[&article.article_id];
                Digest::of(article, sentences, mentions)
            })
            .filter(|digest| digest.day.is_some())
            .collect();
        digests.sort_by_key(|digest| digest.day);
        let lag = |a: usize, b: usize| digests[b].day.unwrap() - digests[a].day.unwrap();
        let (near, far) = (|lag: i32| lag <= 3, |lag: i32| (20..=60).contains(&lag));
        let (mut all_near, mut all_far) = (0_u64, 0_u64);
        for b in 0..digests.len() {
            for a in (0..b).rev().take_while(|&a| lag(a, b) <= 60) {
                all_near += u64::from(near(lag(a, b)));
                all_far += u64::from(far(lag(a, b)));
            }
        }
        let pairs = pairs(&digests, 60, Floors { dated: 0.1, undated: 1.0 });
        println!("| likeness | pairs | share of all | by topic alone |");
        for floor in (10..60).step_by(5).map(|percent| f64::from(percent) / 100.0) {
            let count = |is: &dyn Fn(i32) -> bool| {
                pairs.iter().filter(|p| p.likeness >= floor && is(lag(p.a, p.b))).count() as f64
            };
            let (found, apart) = (count(&near), count(&far));
            let topic = apart / all_far as f64 * all_near as f64 / found;
            println!("| {floor:.2} | {found} | {:.4} | {topic:.3} |", found / all_near as f64);
        }
    }
}
