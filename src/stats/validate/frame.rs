//! Rows of a run in, what may be drawn for coding out.
//!
//! May be drawn: every sentence with words of the outlet's own, and every mention in the outlet's own
//! voice. These are exactly the rows behind `loaded_own` and `net_stance_own`, so that a corrected
//! figure answers the question that the naive one answers.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::Stance;
use crate::stats::collect::Fraction;
use crate::tables::rows::{MentionRow, SentenceRow};
use crate::voice::Voice;

/// What a coder judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Is the outlet's own wording loaded?
    Sentence,
    /// What stance do the outlet's own words take toward the actor?
    Mention,
}

/// Most labels that a kind has.
pub(super) const LABELS: usize = 3;

impl Kind {
    pub const ALL: [Kind; 2] = [Kind::Sentence, Kind::Mention];

    /// The labels, in the order in which this module numbers them.
    pub const fn labels(self) -> &'static [&'static str] {
        match self {
            Kind::Sentence => &["plain", "loaded"],
            Kind::Mention => &["against", "neutral", "favor"],
        }
    }

    /// What each label counts in a figure. A loaded rate is the mean of the first, a net stance of the
    /// second.
    pub(super) const fn values(self) -> &'static [f64] {
        match self {
            Kind::Sentence => &[0.0, 1.0],
            Kind::Mention => &[-1.0, 0.0, 1.0],
        }
    }

    /// The figure that its codes correct.
    pub const fn measure(self) -> &'static str {
        match self {
            Kind::Sentence => "loaded_own",
            Kind::Mention => "net_stance_own",
        }
    }
}

/// A sentence or mention that may be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    pub kind: Kind,
    /// Index into [`Frame::articles`].
    pub article: u32,
    /// Index into [`Frame::actors`]; of a mention only.
    pub actor: Option<u32>,
    /// Number of the sentence in the article.
    pub sentence: u32,
    /// Offsets in the text of the article's part.
    pub start: u32,
    pub end: u32,
    /// Of each label of the kind.
    pub probabilities: [f64; LABELS],
    /// The label that the run gave, as an index into [`Kind::labels`].
    pub label: usize,
    /// All its words are the outlet's: a score of the whole sentence is a score of those words.
    pub whole: bool,
}

impl Unit {
    /// What the unit adds to its naive figure. The rate counts labels, net stance adds probabilities,
    /// as the tables do.
    pub(super) fn predicted(&self) -> f64 {
        match self.kind {
            Kind::Sentence => self.kind.values()[self.label],
            Kind::Mention => self.expected(),
        }
    }

    /// What the unit would add if its probabilities were right.
    pub(super) fn expected(&self) -> f64 {
        self.probabilities.iter().zip(self.kind.values()).map(|(p, value)| p * value).sum()
    }
}

/// An article, and the number of its outlet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    pub id: String,
    /// Index into [`Frame::outlets`].
    pub outlet: u32,
}

/// All that may be drawn, numbered in an order that does not depend on that of the rows.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// By name.
    pub outlets: Vec<String>,
    /// By outlet, then by id.
    pub articles: Vec<Article>,
    /// In the order in which they were met.
    pub actors: Vec<String>,
    pub units: Vec<Unit>,
    article_numbers: HashMap<String, u32>,
    actor_numbers: HashMap<String, u32>,
}

impl Frame {
    /// A frame of these articles, as pairs of id and outlet, without anything in them yet.
    pub fn new(articles: impl IntoIterator<Item = (String, String)>) -> Frame {
        let mut pairs: Vec<(String, String)> =
            articles.into_iter().map(|(id, outlet)| (outlet, id)).collect();
        pairs.sort_unstable();
        let outlets: Vec<String> =
            pairs.iter().map(|(o, _)| o.clone()).collect::<BTreeSet<_>>().into_iter().collect();
        let number = |name: &String| outlets.binary_search(name).unwrap_or_default() as u32;
        let articles: Vec<Article> =
            pairs.into_iter().map(|(outlet, id)| Article { outlet: number(&outlet), id }).collect();
        let article_numbers = (0_u32..).zip(&articles).map(|(n, a)| (a.id.clone(), n)).collect();
        Frame { outlets, articles, article_numbers, ..Frame::default() }
    }

    /// Adds a sentence, if it has words of the outlet's own.
    pub fn add_sentence(&mut self, row: &SentenceRow) {
        let (Some(loaded), Some(&article)) =
            (row.loaded_own, self.article_numbers.get(&row.article_id))
        else {
            return;
        };
        self.units.push(Unit {
            kind: Kind::Sentence,
            article,
            actor: None,
            sentence: row.sentence,
            start: row.start,
            end: row.end,
            probabilities: [1.0 - row.p_loaded, row.p_loaded, 0.0],
            label: usize::from(loaded),
            whole: row.voice == Voice::Outlet,
        });
    }

    /// Adds a mention, if it stands in the outlet's own words.
    pub fn add_mention(&mut self, row: &MentionRow) {
        let Some(&article) = self.article_numbers.get(&row.article_id) else { return };
        if row.voice != Voice::Outlet {
            return;
        }
        let actor = self.actor_number(&row.actor_id);
        self.units.push(Unit {
            kind: Kind::Mention,
            article,
            actor: Some(actor),
            sentence: row.sentence,
            start: row.start,
            end: row.end,
            probabilities: [row.p_against, row.p_neutral, row.p_favor],
            label: match row.stance {
                Stance::Against => 0,
                Stance::Neutral => 1,
                Stance::Favor => 2,
            },
            whole: true,
        });
    }

    fn actor_number(&mut self, id: &str) -> u32 {
        if let Some(&number) = self.actor_numbers.get(id) {
            return number;
        }
        let number = self.actors.len() as u32;
        self.actors.push(id.to_owned());
        self.actor_numbers.insert(id.to_owned(), number);
        number
    }

    pub fn outlet_of(&self, unit: &Unit) -> u32 {
        self.articles[unit.article as usize].outlet
    }

    pub fn article_of(&self, unit: &Unit) -> &str {
        &self.articles[unit.article as usize].id
    }

    /// The number of an actor that is mentioned.
    pub fn actor(&self, id: &str) -> Option<u32> {
        self.actor_numbers.get(id).copied()
    }

    /// The numbers of an outlet's articles.
    pub(super) fn articles_of(&self, outlet: u32) -> Range<usize> {
        let first = self.articles.partition_point(|a| a.outlet < outlet);
        first..self.articles.partition_point(|a| a.outlet <= outlet)
    }

    /// A number that looks drawn by lot and belongs to this unit for good: the same whatever else is in
    /// the run ("permanent random number", Ohlsson 1995).
    pub(super) fn lot(&self, unit: &Unit, seed: u64, purpose: &str) -> u64 {
        let mut hasher = Sha256::new();
        hasher.update(seed.to_le_bytes());
        hasher.update(purpose.as_bytes());
        hasher.update([unit.kind as u8]);
        for number in [unit.sentence, unit.start, unit.end] {
            hasher.update(number.to_le_bytes());
        }
        hasher.update(self.article_of(unit).as_bytes());
        first_eight(&hasher.finalize())
    }

    /// What a unit is called in the coders' file. It shows neither article nor outlet, and can be made
    /// again from the run: "s4f1b90c27a".
    pub fn id(&self, unit: &Unit) -> String {
        let letter = match unit.kind {
            Kind::Sentence => 's',
            Kind::Mention => 'm',
        };
        format!("{letter}{:010x}", self.lot(unit, 0, "id") >> 24)
    }
}

/// Which of `folds` parts an article belongs to when something is learned from the others.
pub(super) fn fold(article: &Article, folds: usize) -> usize {
    (first_eight(&Sha256::digest(article.id.as_bytes())) % folds as u64) as usize
}

pub(super) fn first_eight(bytes: &[u8]) -> u64 {
    let mut eight = [0_u8; 8];
    eight.copy_from_slice(&bytes[..8]);
    u64::from_le_bytes(eight)
}

/// What the coders of a unit say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gold {
    /// Share of them that gave each label. What is left to 1 said `x`: nothing to be judged here.
    pub labels: [f64; LABELS],
}

impl Gold {
    /// What the unit adds to the figure: numerator, and denominator (0 where there is nothing to be
    /// judged, because the run took somebody else's words for the outlet's).
    pub(super) fn fraction(&self, kind: Kind) -> Fraction {
        Fraction {
            top: self.labels.iter().zip(kind.values()).map(|(share, value)| share * value).sum(),
            bottom: self.labels.iter().sum(),
        }
    }
}

/// A unit that was drawn and coded.
#[derive(Clone, Debug, PartialEq)]
pub struct Coded {
    /// Index into [`Frame::units`].
    pub unit: usize,
    /// 1 / probability of being drawn.
    pub weight: f64,
    pub gold: Gold,
    /// Each coder's own code, as an index into [`Kind::labels`], or their number for `x`. `None`
    /// where the coder left the row out.
    pub codes: Vec<Option<usize>>,
}
