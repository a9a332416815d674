//! The loaded words that mark each outlet, with an example of each.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::Run;
use super::number::{count, net};
use crate::tables::rows::{SentenceRow, WordRow};

const MOST_OUTLETS: usize = 30;
const MOST_WORDS: usize = 10;

#[derive(Serialize)]
pub struct Marked {
    pub outlet: String,
    pub words: Vec<WordView>,
}

#[derive(Serialize)]
pub struct WordView {
    pub word: String,
    /// `in 14 of its articles, 3 of all others`
    pub basis: String,
    pub z: String,
    /// The example in three parts, the word in the middle; none where it is not in memory.
    pub example: Option<[String; 3]>,
}

/// The words shown: of the outlets with most articles, those that mark them most.
pub fn shown(run: &Run) -> BTreeMap<&str, Vec<&WordRow>> {
    rows(&run.words, run.outlets.iter().map(|o| (o.outlet.as_str(), o.n_articles)))
}

/// As [`shown`], of rows that are not yet a [`Run`]'s.
pub fn rows<'r>(
    words: &'r [WordRow],
    outlets: impl Iterator<Item = (&'r str, u32)>,
) -> BTreeMap<&'r str, Vec<&'r WordRow>> {
    let mut out: BTreeMap<&str, Vec<&WordRow>> = BTreeMap::new();
    for row in words {
        out.entry(&row.outlet).or_default().push(row);
    }
    let mut sizes: Vec<(&str, u32)> = outlets.filter(|(name, _)| out.contains_key(name)).collect();
    sizes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    sizes.truncate(MOST_OUTLETS);
    out.retain(|name, _| sizes.iter().any(|(kept, _)| kept == name));
    for rows in out.values_mut() {
        rows.sort_by(|a, b| b.z.total_cmp(&a.z).then_with(|| a.word.cmp(&b.word)));
        rows.truncate(MOST_WORDS);
    }
    out
}

pub fn views(run: &Run) -> Vec<Marked> {
    let examples: HashMap<(&str, u32), &SentenceRow> = run
        .examples
        .iter()
        .chain(&run.sentences)
        .map(|s| ((s.article_id.as_str(), s.sentence), s))
        .collect();
    shown(run)
        .into_iter()
        .map(|(outlet, rows)| Marked {
            outlet: outlet.to_owned(),
            words: rows
                .into_iter()
                .map(|row| WordView {
                    word: row.word.clone(),
                    basis: format!(
                        "in {} of its articles, {} of all others’",
                        count(row.n_articles),
                        count(row.n_articles_others)
                    ),
                    z: net(row.z).trim_start_matches('+').to_owned(),
                    example: examples
                        .get(&(row.article_id.as_str(), row.sentence))
                        .map(|s| around(&s.text, &row.word)),
                })
                .collect(),
        })
        .collect()
}

/// The text before the word, the word as it stands there, the text behind it.
fn around(text: &str, word: &str) -> [String; 3] {
    let same =
        |candidate: &str| candidate.to_lowercase().replace('’', "'").replace('‑', "-") == word;
    let mut at = 0;
    for piece in text.split_inclusive(|c: char| c.is_whitespace()) {
        let front = piece.len() - piece.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
        let bare = piece.trim_matches(|c: char| !c.is_alphanumeric());
        if same(bare) {
            let (start, end) = (at + front, at + front + bare.len());
            return [&text[..start], &text[start..end], &text[end..]].map(str::to_owned);
        }
        at += piece.len();
    }
    [text.to_owned(), String::new(), String::new()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_found_whatever_stands_around_it() {
        let [before, word, after] = around("He called it a “Shameful” act, plainly.", "shameful");
        assert_eq!(
            (before.as_str(), word.as_str(), after.as_str()),
            ("He called it a “", "Shameful", "” act, plainly.")
        );
        let [all, word, after] = around("Nothing here.", "shameful");
        assert_eq!((all.as_str(), word.as_str(), after.as_str()), ("Nothing here.", "", ""));
    }
}
