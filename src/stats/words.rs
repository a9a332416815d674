//! Which loaded words mark an outlet: log-odds with an informative prior.
//!
//! Method: Monroe, Colaresi and Quinn (2008), "Fightin' Words", equations 15 to 22. A word counts once an article, so
//! that one text that hammers on a word does not decide; the prior is the words of all outlets together, as many as an
//! outlet has on average; every outlet is held against all others together.

use std::collections::{BTreeMap, HashMap};

use crate::tables::rows::{ArticleRow, SentenceRow, SpanRow, WordRow};
use crate::voice::Voice;

use super::events::Groups;

/// Rows of one outlet, at most.
const MOST: usize = 30;
/// Articles of the outlet that a word needs.
const FEWEST: u32 = 3;
/// A word is told where it lies so far from the others, by standard deviations (p of .05, two-sided).
const CLEAR: f64 = 1.959_964;

/// Gathers the loaded words of the outlets' own, article by article.
#[derive(Debug, Default)]
pub struct Collector {
    words: Vec<String>,
    numbers: HashMap<String, u32>,
    articles: Vec<Article>,
}

#[derive(Debug)]
struct Article {
    outlet: String,
    id: String,
    /// By word: the sentence that uses it most surely, and how surely.
    words: Vec<(u32, u32, f64)>,
}

#[derive(Debug, Default)]
struct Counts<'c> {
    n: u32,
    /// By word: articles, and the best example.
    words: BTreeMap<u32, (u32, Example<'c>)>,
}

#[derive(Clone, Copy, Debug)]
struct Example<'c> {
    article: &'c str,
    sentence: u32,
    p: f64,
}

impl Collector {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one article with all its sentences and loaded spans, once.
    pub fn add(&mut self, article: &ArticleRow, sentences: &[SentenceRow], spans: &[SpanRow]) {
        let by_number: HashMap<u32, &SentenceRow> =
            sentences.iter().map(|s| (s.sentence, s)).collect();
        let mut found: BTreeMap<u32, (u32, f64)> = BTreeMap::new();
        for span in spans.iter().filter(|s| s.voice == Voice::Outlet) {
            let Some(sentence) = by_number.get(&span.sentence) else { continue };
            for word in words(&span.text, span.start == sentence.start) {
                let number = self.number(word);
                let best = found.entry(number).or_insert((span.sentence, sentence.p_loaded));
                if sentence.p_loaded > best.1 {
                    *best = (span.sentence, sentence.p_loaded);
                }
            }
        }
        self.articles.push(Article {
            outlet: article.outlet.clone(),
            id: article.article_id.clone(),
            words: found.into_iter().map(|(w, (sentence, p))| (w, sentence, p)).collect(),
        });
    }

    fn number(&mut self, word: String) -> u32 {
        if let Some(&number) = self.numbers.get(&word) {
            return number;
        }
        let number = self.words.len() as u32;
        self.words.push(word.clone());
        self.numbers.insert(word, number);
        number
    }

    /// The words that mark each outlet, those that mark it most first. Copy that is not an outlet's own, and what it
    /// has printed before, tell nothing of it.
    pub fn finish(&self, groups: &Groups) -> Vec<WordRow> {
        let mut outlets: BTreeMap<&str, Counts<'_>> = BTreeMap::new();
        let mut all: BTreeMap<u32, u32> = BTreeMap::new();
        for article in &self.articles {
            if groups.relayed.contains(&article.id) || groups.repeats.contains(&article.id) {
                continue;
            }
            let counts = outlets.entry(&article.outlet).or_default();
            for &(word, sentence, p) in &article.words {
                let example = Example { article: &article.id, sentence, p };
                let (n, best) = counts.words.entry(word).or_insert((0, example));
                *n += 1;
                if example.p > best.p || (example.p == best.p && example.article < best.article) {
                    *best = example;
                }
                counts.n += 1;
                *all.entry(word).or_default() += 1;
            }
        }
        outlets.retain(|_, counts| counts.n > 0);
        let n_all: u32 = outlets.values().map(|counts| counts.n).sum();
        if outlets.len() < 2 {
            return Vec::new();
        }
        let prior = 1.0 / outlets.len() as f64;
        let mut out = Vec::new();
        for (outlet, counts) in &outlets {
            let mut rows: Vec<WordRow> = counts
                .words
                .iter()
                .filter(|(_, (n, _))| *n >= FEWEST)
                .map(|(&word, &(n, example))| {
                    let others = all[&word] - n;
                    let (log_odds, z) = log_odds(
                        [n, others].map(f64::from),
                        [counts.n, n_all - counts.n].map(f64::from),
                        f64::from(all[&word]) * prior,
                        f64::from(n_all) * prior,
                    );
                    WordRow {
                        outlet: (*outlet).to_owned(),
                        word: self.words[word as usize].clone(),
                        n_articles: n,
                        n_articles_others: others,
                        log_odds,
                        z,
                        article_id: example.article.to_owned(),
                        sentence: example.sentence,
                    }
                })
                .filter(|row| row.z >= CLEAR)
                .collect();
            rows.sort_by(|a, b| b.z.total_cmp(&a.z).then_with(|| a.word.cmp(&b.word)));
            rows.truncate(MOST);
            out.append(&mut rows);
        }
        out
    }
}

/// Log-odds ratio of a word in one group against the other, and by its standard deviation. `n` is how often each
/// group uses the word, `all` how often any; `prior` and `prior_all` are the same of the prior.
fn log_odds(n: [f64; 2], all: [f64; 2], prior: f64, prior_all: f64) -> (f64, f64) {
    let odds =
        |k: usize| (n[k] + prior) / (all[k] + prior_all - n[k] - prior).max(f64::MIN_POSITIVE);
    let difference = odds(0).ln() - odds(1).ln();
    let variance = 1.0 / (n[0] + prior) + 1.0 / (n[1] + prior);
    (difference, difference / variance.sqrt())
}

/// The words of a loaded stretch, in lower case, without names (capitals inside a sentence) and numbers.
fn words(text: &str, begins_sentence: bool) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for (k, word) in text.split_whitespace().enumerate() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_name = word.chars().any(char::is_uppercase) && !(begins_sentence && k == 0);
        let is_word = word.chars().filter(|c| c.is_alphabetic()).count() >= 3
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '‑'));
        let word = word.to_lowercase().replace('’', "'").replace('‑', "-");
        if is_word && !is_name && !out.contains(&word) {
            out.push(word);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::simulation::{article_row, sentence_row};
    use crate::text::Part;

    /// An article whose only sentence has these loaded words.
    fn add(to: &mut Collector, outlet: &str, id: &str, loaded: &[&str], p: f64) {
        let sentence = sentence_row(id, 0, p, true);
        let spans: Vec<SpanRow> = loaded
            .iter()
            .map(|word| SpanRow {
                article_id: id.to_owned(),
                sentence: 0,
                part: Part::Body,
                start: 7,
                end: 9,
                text: (*word).to_owned(),
                p: 0.9,
                voice: Voice::Outlet,
                speaker_id: None,
                scare: false,
            })
            .collect();
        to.add(&article_row(outlet.to_owned(), id.to_owned()), &[sentence], &spans);
    }

    #[test]
    fn a_word_that_one_outlet_alone_uses_marks_it_and_one_that_all_use_does_not() {
        let mut words = Collector::new();
        for k in 0..40 {
            add(&mut words, "Gazette", &format!("g{k:02}"), &["shameful, utterly", "bizarre"], 0.7);
            add(
                &mut words,
                "Herald",
                &format!("h{k:02}"),
                &["bizarre", if k % 2 == 0 { "reckless" } else { "bold" }, "grim"],
                0.8,
            );
        }
        add(&mut words, "Gazette", "gz", &["bizarre"], 0.99);
        let rows = words.finish(&Groups::default());
        let of = |outlet: &str| {
            rows.iter().filter(|r| r.outlet == outlet).map(|r| r.word.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(of("Gazette"), ["shameful", "utterly"]);
        assert_eq!(of("Herald"), ["grim", "bold", "reckless"]);
        let shameful = &rows[0];
        assert_eq!((shameful.n_articles, shameful.n_articles_others), (40, 0));

        // What an outlet relays or prints again is no word of its own.
        let relayed = (0..40).map(|k| format!("g{k:02}")).collect();
        let rows = words.finish(&Groups { relayed, ..Groups::default() });
        assert!(rows.iter().all(|r| r.outlet == "Herald"), "{rows:?}");
    }

    #[test]
    fn the_example_is_the_surest() {
        let mut words = Collector::new();
        for (id, p) in [("a", 0.7), ("b", 0.95), ("c", 0.8)] {
            add(&mut words, "Gazette", id, &["shameful"], p);
        }
        for k in 0..60 {
            add(&mut words, "Herald", &format!("h{k}"), &["bold"], 0.8);
        }
        let rows = words.finish(&Groups::default());
        assert_eq!(rows[0].article_id, "b");
    }

    #[test]
    fn log_odds_are_those_of_the_paper() {
        // Worked by hand: a word 30 of 100 times here, 10 of 100 there, prior 20 of 100.
        let (difference, z) = log_odds([30.0, 10.0], [100.0, 100.0], 20.0, 100.0);
        let expected = (50.0f64 / 150.0).ln() - (30.0f64 / 170.0).ln();
        assert!((difference - expected).abs() < 1e-12);
        assert!((z - expected / (1.0f64 / 50.0 + 1.0 / 30.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn names_and_numbers_are_no_words() {
        assert_eq!(
            words("Shameful Orban-style “cheap” stunt, 12 so-called", true),
            ["shameful", "cheap", "stunt", "so-called"]
        );
        assert_eq!(words("Shameful stunt", false), ["stunt"]);
        assert!(words("👍 — …", false).is_empty());
    }
}
