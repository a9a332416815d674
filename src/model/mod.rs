//! Sentences in, readings out: one encoder pass per sentence serves all heads and all targets.

pub mod backend;
pub mod config;
pub mod convert;
pub mod decode;
pub mod engine;
mod folder;
pub mod own;
pub mod pieces;
mod reader;
pub mod rten;
#[cfg(feature = "rust-bert")]
pub mod torch;
pub mod weights;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Span;
use crate::span::CodePoints;
use own::OwnStance;

pub use folder::{Fingerprint, ModelError};
pub use reader::{Model, Raw};

/// What the model makes of one sentence. Spans speak of the sentence's own text.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Reading {
    pub loaded: Loaded,
    /// The words that carry the judgement; may be empty.
    pub loaded_spans: Vec<LoadedSpan>,
    /// Every word with its own probability of being loaded.
    pub word_loaded: Vec<(Span, f32)>,
    pub entities: Vec<Entity>,
    pub attributions: Vec<Attribution>,
    /// Stance evidence at every piece of the sentence; ask it for any span with [`StanceField::toward`].
    pub stance: StanceField,
}

/// Is the wording loaded? `label` is `p >= threshold` of the model folder's `config.json`.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Loaded {
    /// Calibrated probability, 0 to 1.
    pub p: f32,
    pub label: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadedSpan {
    pub span: Span,
    /// Highest word probability in the span.
    pub p: f32,
}

/// A named actor (or other name) in a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entity {
    pub span: Span,
    pub kind: EntityKind,
    /// Mean probability of the type over the span's words.
    pub p: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum EntityKind {
    /// A person.
    Per,
    /// An organisation.
    Org,
    /// A place, country or state.
    Loc,
    /// A nationality, religious or political group.
    Norp,
    /// Any other name: events, laws, products.
    Misc,
}

/// How somebody's words are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributionKind {
    /// Inside quotation marks.
    Direct,
    /// Reported without quotation marks.
    Indirect,
    /// Both in one content.
    Mixed,
}

impl AttributionKind {
    /// By how much of the content stands in quotation marks: pairs of a stretch's length and the share
    /// of it that does. Direct where (nearly) all of it, indirect where nothing.
    pub fn of(stretches: impl Iterator<Item = (usize, f64)>) -> AttributionKind {
        let (mut inside, mut all) = (0.0, 0.0);
        for (length, share) in stretches {
            inside += length as f64 * share;
            all += length as f64;
        }
        match if all > 0.0 { inside / all } else { 0.0 } {
            share if share >= 0.9 => AttributionKind::Direct,
            share if share <= 0.02 => AttributionKind::Indirect,
            _ => AttributionKind::Mixed,
        }
    }
}

/// Who is said to have said (or thought, or promised) what, in one sentence (PolNeAR's relation).
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    pub kind: AttributionKind,
    /// The words that name the speaker.
    pub source: Option<Span>,
    /// The words that mark the attribution ("said", "according to").
    pub cue: Option<Span>,
    /// What is attributed, in one or more stretches.
    pub content: Vec<Span>,
    /// Mean probability of the content's words.
    pub p: f32,
}

/// The stance of a sentence toward one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    Against,
    Neutral,
    Favor,
}

/// Three calibrated probabilities that sum to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StanceScore {
    pub against: f32,
    pub neutral: f32,
    pub favor: f32,
}

impl StanceScore {
    /// The most probable of the three.
    pub fn label(self) -> Stance {
        if self.against > self.neutral && self.against >= self.favor {
            Stance::Against
        } else if self.favor > self.neutral && self.favor > self.against {
            Stance::Favor
        } else {
            Stance::Neutral
        }
    }

    /// `p_favor - p_against`, from -1 to 1.
    pub fn net(self) -> f32 {
        self.favor - self.against
    }
}

/// Stance evidence at every piece of a sentence.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StanceField {
    /// In the sentence's text.
    pub(crate) pieces: Vec<Span>,
    /// Toward whoever is asked about: against, neutral, favor, divided by the head's temperature.
    pub(crate) asked: Vec<[f32; 3]>,
    /// Toward whoever the sentence names.
    pub(crate) named: Vec<[f32; 3]>,
    /// A model of the user's own, which is asked instead.
    pub(crate) own: Option<Asked>,
}

/// A model of the user's own and the sentence that it is asked about.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) model: Arc<OwnStance>,
    pub(crate) text: Arc<str>,
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Asked").field(&self.model.record().name).field(&self.text).finish()
    }
}

impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.model, &other.model) && self.text == other.text
    }
}

impl StanceField {
    /// The stance toward somebody whom the sentence happens to name in `target`: by its wording alone, so that a
    /// fact that is bad for somebody and plainly told is neutral (docs/methods.md). A model of the user's own
    /// says what it says.
    pub fn found(&self, target: Span) -> Option<StanceScore> {
        self.score(target, &self.named)
    }

    /// As [`StanceField::found`], of words that do not say the name ("she", "the company"): a model of the
    /// user's own, which reads names, is told it.
    pub fn found_as(&self, target: Span, name: &str) -> Option<StanceScore> {
        match &self.own {
            Some(asked) => asked.model.ask(&asked.text, name),
            None => self.found(target),
        }
    }

    /// The stance toward whoever is named by `target` and asked about, as NewsMTSC has it (what is bad for somebody
    /// is often against them): the softmax of the mean logits of its pieces. None where no piece lies in the span.
    pub fn toward(&self, target: Span) -> Option<StanceScore> {
        self.score(target, &self.asked)
    }

    fn score(&self, target: Span, logits: &[[f32; 3]]) -> Option<StanceScore> {
        if let Some(asked) = &self.own {
            let points = CodePoints::new(&asked.text);
            return asked.model.ask(&asked.text, points.slice(target));
        }
        let mut sum = [0.0f32; 3];
        let mut n = 0usize;
        for (_, logits) in self.pieces.iter().zip(logits).filter(|(span, _)| span.overlaps(target))
        {
            for (s, x) in sum.iter_mut().zip(logits) {
                *s += x;
            }
            n += 1;
        }
        if n == 0 {
            return None;
        }
        let p = decode::softmax(&sum.map(|s| s / n as f32), 1.0);
        Some(StanceScore { against: p[0], neutral: p[1], favor: p[2] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_targets_stance_is_that_of_its_pieces_and_of_who_asks() {
        let field = StanceField {
            pieces: vec![Span::new(0, 4), Span::new(5, 9), Span::new(10, 14)],
            asked: vec![[1.2, 0.9, -0.3], [0.8, 0.7, 0.1], [-9.0, 0.0, 9.0]],
            named: vec![[0.2, 1.9, -0.3], [0.4, 1.7, 0.1], [9.0, 0.0, -9.0]],
            own: None,
        };
        let target = Span::new(0, 9);
        let (asked, found) = (field.toward(target).unwrap(), field.found(target).unwrap());
        assert_eq!((asked.label(), found.label()), (Stance::Against, Stance::Neutral));
        assert!((asked.against / asked.neutral - (1.0f32 - 0.8).exp()).abs() < 1e-5);
        assert!((found.against + found.neutral + found.favor - 1.0).abs() < 1e-6);
        assert_eq!(field.found(Span::new(20, 24)), None);
    }
}
