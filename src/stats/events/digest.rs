//! An article in, the little that is kept of it to find its like.

use std::collections::BTreeMap;

use deunicode::deunicode;
use jiff::civil::Date;

use crate::actors::Form;
use crate::tables::rows::{ArticleRow, MentionRow, SentenceRow};
use crate::text::{Part, agency};
use crate::voice::Voice;

/// Words that run on in a shingle. One changed word spoils five of them: of copy with one word in
/// twenty changed, three shingles in four are still there, and articles that were written apart
/// share next to none.
const SHINGLE: usize = 5;

/// Shingles that are kept of an article, those with the smallest hashes. An article of up to about
/// 300 words is kept whole; of a longer one the share that stands in another of its length is known
/// with a standard error of .03 at most.
const KEPT: usize = 256;

/// The lead is the sentences that begin within so many words.
const LEAD: usize = 100;

/// What is kept of an article: a kilobyte or two, so that a run's articles fit into memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Digest {
    pub article_id: String,
    pub outlet: String,
    pub title: Option<String>,
    pub date: Option<String>,
    /// The wire service that the text gives credit, unless it is the outlet itself.
    pub agency: Option<String>,
    /// The outlet is a wire service.
    pub(super) is_agency: bool,
    /// `date` as days from 1970.
    pub(super) day: Option<i32>,
    /// The smallest hashes of its shingles, rising.
    pub(super) shingles: Vec<u32>,
    /// All different shingles.
    pub(super) n_shingles: usize,
    /// How often what word (by its hash, rising) stands in headline, lead and names.
    pub(super) terms: Vec<(u32, u16)>,
}

impl Digest {
    /// Takes an article with all its sentences and mentions.
    pub fn of(article: &ArticleRow, sentences: &[SentenceRow], mentions: &[MentionRow]) -> Digest {
        let (shingles, n_shingles) = shingles(sentences);
        let by_agency = |name: &str| agency::named(&article.outlet) == Some(name);
        Digest {
            article_id: article.article_id.clone(),
            outlet: article.outlet.clone(),
            title: article.title.clone(),
            date: article.date.clone(),
            agency: article.agency.clone().filter(|name| !by_agency(name)),
            is_agency: agency::named(&article.outlet).is_some(),
            day: article.date.as_deref().and_then(day),
            shingles,
            n_shingles,
            terms: terms(sentences, mentions),
        }
    }
}

fn day(date: &str) -> Option<i32> {
    let epoch = Date::constant(1970, 1, 1);
    Some(date.parse::<Date>().ok()?.since(epoch).ok()?.get_days())
}

/// The smallest hashes of an article's shingles (the sketch of Broder 1997), and how many shingles it has.
///
/// Sentences that are nothing but a quotation are left out: two reporters who heard the same speech
/// print the same words, and have not copied.
fn shingles(sentences: &[SentenceRow]) -> (Vec<u32>, usize) {
    let mut all: Vec<u32> = Vec::new();
    for sentence in body(sentences).filter(|s| s.voice != Voice::Direct) {
        let hashes: Vec<u64> = words(&sentence.text).iter().map(|word| hash(word)).collect();
        all.extend(hashes.windows(SHINGLE).map(|run| {
            let joined = run.iter().fold(0, |sum: u64, &word| mix(sum ^ word));
            (joined >> 32) as u32
        }));
    }
    all.sort_unstable();
    all.dedup();
    let n = all.len();
    all.truncate(KEPT);
    (all, n)
}

/// The words of headline and lead, and those of every name in the article once more for each time it
/// is mentioned: who is in it tells happenings apart better than what kind of happening it is.
fn terms(sentences: &[SentenceRow], mentions: &[MentionRow]) -> Vec<(u32, u16)> {
    let mut counts: BTreeMap<u32, u16> = BTreeMap::new();
    let mut add = |words: &[String]| {
        for word in words.iter().filter(|word| tells(word)) {
            let count = counts.entry((hash(&singular(word)) >> 32) as u32).or_default();
            *count = count.saturating_add(1);
        }
    };
    for title in sentences.iter().filter(|s| s.part == Part::Title) {
        add(&words(&title.text));
    }
    let mut met = 0;
    for sentence in body(sentences) {
        if met >= LEAD {
            break;
        }
        let words = words(&sentence.text);
        met += words.len();
        add(&words);
    }
    for mention in mentions.iter().filter(|m| m.form == Form::Name) {
        add(&words(&mention.text));
    }
    counts.into_iter().collect()
}

fn body(sentences: &[SentenceRow]) -> impl Iterator<Item = &SentenceRow> {
    sentences.iter().filter(|s| s.part == Part::Body && !s.heading)
}

/// Small letters without diacritics; "the mayor's" is "mayor", and "1,400" is one word.
fn words(text: &str) -> Vec<String> {
    let text = deunicode(text).to_ascii_lowercase();
    let bytes = text.as_bytes();
    let is_word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut out = Vec::new();
    let mut word = String::new();
    for (at, &byte) in bytes.iter().enumerate() {
        let inside = at > 0 && is_word(at - 1) && is_word(at + 1);
        match byte {
            b'\'' if inside && bytes[at + 1] == b's' && !is_word(at + 2) => {
                out.push(std::mem::take(&mut word));
            }
            b'\'' if inside => {}
            b',' | b'.' if inside && is_digit(at - 1) && is_digit(at + 1) => {}
            _ if is_word(at) => word.push(char::from(byte)),
            _ if !word.is_empty() => out.push(std::mem::take(&mut word)),
            _ => {}
        }
    }
    if !word.is_empty() {
        out.push(word);
    }
    // What is left of "'s" once its word was cut off.
    out.retain(|word| word != "s");
    out
}

/// The S stemmer of Harman (1991): "dockers" is "docker", "bosses" and "news" stay as they are.
fn singular(word: &str) -> String {
    let end = |ending: &str| word.strip_suffix(ending).filter(|stem| stem.len() >= 2);
    match word {
        _ if word.ends_with("ies") && !word.ends_with("eies") && !word.ends_with("aies") => {
            end("ies").map_or(word.to_owned(), |stem| format!("{stem}y"))
        }
        _ if word.ends_with("ss") || word.ends_with("us") || word == "news" => word.to_owned(),
        _ => end("s").unwrap_or(word).to_owned(),
    }
}

/// Does a word say what an article is about? Words that every text has would be told by their
/// frequency in a large run; a run of ten articles has too few to tell.
fn tells(word: &str) -> bool {
    word.len() > 1 && FUNCTION_WORDS.binary_search(&word).is_err()
}

/// FNV-1a, then mixed so that the upper bits are as good as the lower ones. The standard library's
/// hash may change from release to release, and a run's figures must not.
fn hash(word: &str) -> u64 {
    mix(word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    }))
}

/// The finishing steps of SplitMix64 (Steele, Lea & Flood 2014).
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// In the order of the alphabet.
#[rustfmt::skip]
const FUNCTION_WORDS: &[&str] = &[
    "about", "after", "again", "against", "all", "almost", "along", "also", "although", "always",
    "am", "among", "an", "and", "another", "any", "are", "around", "as", "at", "away", "back", "be",
    "because", "been", "before", "behind", "being", "between", "both", "but", "by", "came", "can",
    "cannot", "come", "could", "day", "did", "do", "does", "dont", "down", "during", "each",
    "even", "every", "few", "first", "for", "friday", "from", "get", "go", "had", "has", "have",
    "he", "her", "here", "him", "his", "how", "if", "in", "into", "is", "it", "its", "just", "last",
    "later", "like", "made", "make", "many", "may", "me", "might", "monday", "more", "most", "mr",
    "mrs", "ms", "much", "must", "my", "new", "no", "nor", "not", "now", "of", "off", "on", "once",
    "one", "only", "or", "other", "our", "out", "over", "own", "per", "said", "same", "saturday",
    "say", "says", "she", "should", "since", "so", "some", "still", "such", "sunday", "than",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "three",
    "through", "thursday", "time", "to", "told", "too", "tuesday", "two", "under", "until", "up",
    "us", "very", "was", "we", "wednesday", "week", "well", "were", "what", "when", "where",
    "which", "while", "who", "whom", "whose", "why", "will", "with", "without", "would", "year",
    "yesterday", "yet", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_whatever_their_typography() {
        let expected = ["mayor", "celik", "dont", "pay", "1400", "5", "3"];
        assert_eq!(words("“Mayor Çelik’s” — don’t pay 1,400 (5.3?)")[..4], expected[..4]);
        assert_eq!(words("1,400 dockers; 5, 3"), ["1400", "dockers", "5", "3"]);
        assert_eq!(words("the company's boss's"), ["the", "company", "boss"]);
        assert_eq!(words("  ... ’ — "), Vec::<String>::new());
        let stems = ["dockers", "parties", "boss", "news", "is", "as", "virus"].map(singular);
        assert_eq!(stems, ["docker", "party", "boss", "news", "is", "as", "virus"]);
    }

    #[test]
    fn the_list_of_function_words_can_be_searched() {
        assert!(FUNCTION_WORDS.is_sorted());
        assert!(!tells("the") && !tells("x") && tells("strike") && tells("42"));
    }

    #[test]
    fn days_are_counted_over_months_and_years() {
        let days = |a: &str, b: &str| day(b).unwrap() - day(a).unwrap();
        assert_eq!(days("2024-02-28", "2024-03-01"), 2);
        assert_eq!(days("2025-12-31", "2026-01-01"), 1);
        assert_eq!(day("1970-01-02"), Some(1));
        assert_eq!(day("3 March"), None);
    }
}
