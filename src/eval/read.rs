//! Sentences through the model, word by word: what the measures look at.

use crate::Span;
use crate::model::config::Config;
use crate::model::decode::softmax;
use crate::model::{Raw, Reading};

/// All that the model made of one sentence.
pub struct Read {
    pub reading: Reading,
    pub raw: Raw,
}

/// Index of the largest; the first of equals.
pub fn best(values: &[f32]) -> usize {
    values.iter().enumerate().fold(0, |b, (i, &x)| if x > values[b] { i } else { b })
}

impl Read {
    /// For every word: the first of `spans` that it overlaps, and whether it is the span's first word.
    pub fn gold_words(&self, spans: &[Span]) -> Vec<Option<(usize, bool)>> {
        let mut seen = vec![false; spans.len()];
        self.raw
            .pieces
            .words
            .iter()
            .map(|word| {
                let k = spans.iter().position(|s| s.overlaps(word.span))?;
                Some((k, !std::mem::replace(&mut seen[k], true)))
            })
            .collect()
    }

    /// Does each word stand in one of these spans?
    pub fn inside(&self, spans: &[Span]) -> Vec<bool> {
        let words = &self.raw.pieces.words;
        words.iter().map(|w| spans.iter().any(|s| s.overlaps(w.span))).collect()
    }

    /// Mean stance logits over a target, temperature not applied; None where no piece lies in it.
    pub fn stance_logits(&self, target: Span) -> Option<[f32; 3]> {
        let mut sum = [0.0_f32; 3];
        let mut n = 0_usize;
        for (span, row) in self.raw.pieces.spans.iter().zip(self.raw.stance.rows()) {
            if !span.is_empty() && span.overlaps(target) {
                sum.iter_mut().zip(row).for_each(|(s, x)| *s += x);
                n += 1;
            }
        }
        (n > 0).then(|| sum.map(|s| s / n as f32))
    }
}

/// Confidence in the likeliest class, and the class.
pub fn confidence(logits: &[f32], temperature: f32) -> (f32, usize) {
    let class = best(logits);
    (softmax(logits, temperature)[class], class)
}

/// The five heads' temperatures, by name.
pub fn temperature(config: &Config, head: &str) -> f32 {
    let heads = &config.heads;
    match head {
        "loaded" => heads.loaded.temperature,
        "loaded words" => heads.loaded_words.temperature,
        "stance" => heads.stance.temperature,
        "entities" => heads.entities.temperature,
        _ => heads.attribution.temperature,
    }
}
