//! Logits of one sentence in, its [`Reading`] out.

use ndarray::{ArrayView1, ArrayView2};

use super::config::{Config, Head};
use super::pieces::{Pieces, Word};
use super::{
    Attribution, AttributionKind, Entity, EntityKind, Loaded, LoadedSpan, Reading, StanceField,
};
use crate::Span;
use crate::text::quotes::{self, Quote};

/// Logits of one sentence, windows already joined: one row per piece.
pub struct SentenceLogits<'a> {
    /// `[2]`
    pub loaded: ArrayView1<'a, f32>,
    /// `[pieces, 2]`
    pub loaded_words: ArrayView2<'a, f32>,
    /// `[pieces, 11]`
    pub entities: ArrayView2<'a, f32>,
    /// `[pieces, 7]`
    pub attribution: ArrayView2<'a, f32>,
    /// `[pieces, 3]`
    pub stance: ArrayView2<'a, f32>,
    /// `[pieces, 3]`
    pub stance_named: ArrayView2<'a, f32>,
}

/// Softmax of `logits / temperature`.
pub fn softmax(logits: &[f32], temperature: f32) -> Vec<f32> {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut p: Vec<f32> = logits.iter().map(|&x| ((x - top) / temperature).exp()).collect();
    let sum: f32 = p.iter().sum();
    p.iter_mut().for_each(|x| *x /= sum);
    p
}

/// Reads one sentence's logits.
pub fn decode(
    text: &str,
    pieces: &Pieces,
    logits: &SentenceLogits<'_>,
    config: &Config,
) -> Reading {
    let heads = &config.heads;
    let row = |head: &ArrayView2<'_, f32>, piece: usize, temperature: f32| {
        softmax(&head.row(piece).to_vec(), temperature)
    };

    let p = softmax(&logits.loaded.to_vec(), heads.loaded.temperature)[1];
    let loaded = Loaded { p, label: p >= heads.loaded.threshold.unwrap_or(0.5) };

    let chars: Vec<char> = text.chars().collect();
    let word_p: Vec<f32> = pieces
        .words
        .iter()
        .map(|w| row(&logits.loaded_words, w.first, heads.loaded_words.temperature)[1])
        .collect();
    let loaded_spans =
        loaded_spans(&chars, &pieces.words, &word_p, heads.loaded_words.threshold.unwrap_or(0.5));

    let entities = tagged(pieces, &logits.entities, &heads.entities)
        .into_iter()
        .filter_map(|found| {
            let kind = ENTITY_KINDS[found.kind];
            let span = trimmed(&chars, found.span);
            (!span.is_empty()).then_some(Entity { span, kind, p: found.p })
        })
        .collect();

    let marks = attribution_marks(&chars, pieces, &logits.attribution, &heads.attribution);
    let attributions = link(&marks, text, &quotes::outermost(text));

    let divided = |logits: &ArrayView2<'_, f32>, by: f32| -> Vec<[f32; 3]> {
        logits.rows().into_iter().map(|r| [r[0], r[1], r[2]].map(|x| x / by)).collect()
    };
    let stance = StanceField {
        pieces: pieces.spans.clone(),
        asked: divided(&logits.stance, heads.stance.temperature),
        named: divided(&logits.stance_named, heads.stance_named.temperature),
        own: None,
    };
    Reading {
        loaded,
        loaded_spans,
        word_loaded: words_with(&pieces.words, &word_p),
        entities,
        attributions,
        stance,
    }
}

const ENTITY_KINDS: [EntityKind; 5] =
    [EntityKind::Per, EntityKind::Org, EntityKind::Loc, EntityKind::Norp, EntityKind::Misc];
const SOURCE: usize = 0;
const CUE: usize = 1;
const CONTENT: usize = 2;
/// Longest gap that [`close_gaps`] closes.
const GAP_WORDS: usize = 3;

fn words_with(words: &[Word], p: &[f32]) -> Vec<(Span, f32)> {
    words.iter().zip(p).map(|(w, &p)| (w.span, p)).collect()
}

/// Neighbouring words at or above the threshold, as one span; marks alone are never loaded.
fn loaded_spans(chars: &[char], words: &[Word], p: &[f32], threshold: f32) -> Vec<LoadedSpan> {
    let mut out: Vec<LoadedSpan> = Vec::new();
    for (word, &p) in words.iter().zip(p) {
        let letters = chars[word.span.start..word.span.end].iter().any(|c| c.is_alphabetic());
        if p < threshold || !letters {
            continue;
        }
        match out.last_mut() {
            Some(last)
                if chars[last.span.end..word.span.start]
                    .iter()
                    .all(|c| matches!(c, ' ' | '-' | '\u{a0}')) =>
            {
                last.span.end = word.span.end;
                last.p = last.p.max(p);
            }
            _ => out.push(LoadedSpan { span: word.span, p }),
        }
    }
    out
}

/// A stretch of words that a head gave one type, as it came out of the labels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tagged {
    pub span: Span,
    /// Index of the type: labels are O, B-0, I-0, B-1, I-1, ...
    pub kind: usize,
    /// Mean probability of the type (B or I) over the words.
    pub p: f32,
    /// First word and the word after the last.
    pub words: (usize, usize),
}

/// The spans of a head that marks spans (`[pieces, labels]`), ends not trimmed.
pub fn tagged(pieces: &Pieces, logits: &ArrayView2<'_, f32>, head: &Head) -> Vec<Tagged> {
    let p: Vec<Vec<f32>> = pieces
        .words
        .iter()
        .map(|w| softmax(&logits.row(w.first).to_vec(), head.temperature))
        .collect();
    bio(&pieces.words, &p, &best_path(&p, head.transitions.as_deref()))
}

/// Sources, cues and contents, before they are linked.
///
/// Words between quotation marks are somebody's in any case; others are taken from the outlet's voice
/// only where they are more likely somebody's than not.
pub fn attribution_marks(
    chars: &[char],
    pieces: &Pieces,
    logits: &ArrayView2<'_, f32>,
    head: &Head,
) -> Vec<Tagged> {
    let mut marks = tagged(pieces, logits, head);
    let sure = head.threshold.unwrap_or(0.0);
    marks.retain(|m| {
        m.kind != CONTENT
            || m.p >= sure
            || chars[m.span.start..m.span.end].iter().any(|c| "\"“”„«»".contains(*c))
    });
    marks
}

/// The likeliest sequence of labels (Viterbi 1967): log p of every word plus what `transitions` (see
/// [`Head::transitions`]) gives to every pair. Without them the likeliest label of each word.
fn best_path(p: &[Vec<f32>], transitions: Option<&[Vec<f32>]>) -> Vec<usize> {
    // The first of equals, as numpy has it.
    let best = |scores: &mut dyn Iterator<Item = f32>| {
        scores
            .enumerate()
            .fold((0, f32::NEG_INFINITY), |b, (i, x)| if x > b.1 { (i, x) } else { b })
    };
    let Some((start, after)) = transitions.and_then(|rows| rows.split_last()) else {
        return p.iter().map(|row| best(&mut row.iter().copied()).0).collect();
    };
    let Some((first, rest)) = p.split_first() else { return Vec::new() };
    let log = |p: f32| (p + 1e-9).ln();
    let mut score: Vec<f32> = first.iter().zip(start).map(|(&p, t)| log(p) + t).collect();
    let mut back: Vec<Vec<usize>> = Vec::with_capacity(rest.len());
    for row in rest {
        let (from, next): (Vec<usize>, Vec<f32>) = row
            .iter()
            .enumerate()
            .map(|(label, &p)| {
                let through = &mut score.iter().zip(after).map(|(s, t)| s + t[label]);
                let (from, score) = best(through);
                (from, score + log(p))
            })
            .unzip();
        back.push(from);
        score = next;
    }
    let mut path = vec![best(&mut score.iter().copied()).0];
    for from in back.iter().rev() {
        path.push(from[path[path.len() - 1]]);
    }
    path.reverse();
    path
}

/// Spans from the label of every word; an `I-` after another type begins a span.
fn bio(words: &[Word], p: &[Vec<f32>], labels: &[usize]) -> Vec<Tagged> {
    let mut out: Vec<Tagged> = Vec::new();
    let mut open: Option<usize> = None;
    for (k, ((word, p), &label)) in words.iter().zip(p).zip(labels).enumerate() {
        if label == 0 {
            open = None;
            continue;
        }
        let kind = (label - 1) / 2;
        let begins = (label - 1) % 2 == 0;
        let sure = p[1 + 2 * kind] + p[2 + 2 * kind];
        match out.last_mut() {
            Some(last) if !begins && open == Some(kind) => {
                let n = (last.words.1 - last.words.0) as f32;
                last.p = (last.p * n + sure) / (n + 1.0);
                last.span.end = word.span.end;
                last.words.1 = k + 1;
            }
            _ => out.push(Tagged { span: word.span, kind, p: sure, words: (k, k + 1) }),
        }
        open = Some(kind);
    }
    out
}

/// Without marks and white space at either end, and without a possessive at the end.
fn trimmed(chars: &[char], span: Span) -> Span {
    let Span { mut start, mut end } = span;
    let outer = |c: char| c.is_whitespace() || "\"'“”‘’«»,;:()[]".contains(c);
    while start < end && outer(chars[start]) {
        start += 1;
    }
    while end > start && outer(chars[end - 1]) {
        end -= 1;
    }
    if end - start > 2
        && matches!(chars[end - 1], 's' | 'S')
        && matches!(chars[end - 2], '\'' | '’')
    {
        end -= 2;
    }
    Span::new(start, end)
}

/// Each content goes to the nearest cue, each cue to the nearest source; contents of one cue are one
/// attribution. Of two equally near, the one in front.
fn link(marks: &[Tagged], text: &str, quotes: &[Quote]) -> Vec<Attribution> {
    let gap = |a: &Tagged, b: &Tagged| {
        b.words.0.saturating_sub(a.words.1).max(a.words.0.saturating_sub(b.words.1))
    };
    let of = |kind: usize| marks.iter().filter(move |m| m.kind == kind);
    let nearest = |kind: usize, to: &Tagged| {
        of(kind).min_by_key(|m| (gap(m, to), m.words.0 > to.words.0)).map(|m| (m.words.0, m))
    };
    let mut groups: Vec<(Option<usize>, Attribution, usize)> = Vec::new();
    for content in of(CONTENT) {
        let cue = nearest(CUE, content);
        let key = cue.map(|(k, _)| k);
        let n = content.words.1 - content.words.0;
        match groups.iter_mut().find(|(k, _, _)| key.is_some() && *k == key) {
            Some((_, group, words)) => {
                group.p = (group.p * *words as f32 + content.p * n as f32) / (*words + n) as f32;
                *words += n;
                group.content.push(content.span);
            }
            None => {
                let anchor = cue.map_or(content, |(_, m)| m);
                let source = nearest(SOURCE, anchor).map(|(_, m)| m.span);
                groups.push((
                    key,
                    Attribution {
                        kind: AttributionKind::Indirect,
                        source,
                        cue: cue.map(|(_, m)| m.span),
                        content: vec![content.span],
                        p: content.p,
                    },
                    n,
                ));
            }
        }
    }
    groups
        .into_iter()
        .map(|(_, mut attribution, _)| {
            close_gaps(marks, &mut attribution.content);
            attribution.kind = AttributionKind::of(
                attribution
                    .content
                    .iter()
                    .map(|&span| (span.len(), quotes::quoted_share(text, quotes, span))),
            );
            attribution
        })
        .collect()
}

/// Words that somebody says stand together: a gap of a few words without source or cue belongs to them.
fn close_gaps(marks: &[Tagged], content: &mut Vec<Span>) {
    let words =
        |span: Span| marks.iter().find(|m| m.kind == CONTENT && m.span == span).map(|m| m.words);
    let mut joined: Vec<(Span, (usize, usize))> = Vec::new();
    for span in content.iter().copied() {
        let Some(here) = words(span) else { continue };
        match joined.last_mut() {
            Some((last, (from, to)))
                if here.0 >= *to
                    && here.0 - *to <= GAP_WORDS
                    && !marks
                        .iter()
                        .any(|m| m.kind != CONTENT && m.words.0 >= *to && m.words.1 <= here.0) =>
            {
                last.end = span.end;
                *to = here.1;
                debug_assert!(*from <= *to);
            }
            _ => joined.push((span, here)),
        }
    }
    *content = joined.into_iter().map(|(span, _)| span).collect();
}

#[cfg(test)]
mod tests {
    use super::best_path;

    #[test]
    fn a_word_in_doubt_goes_with_its_neighbours() {
        // Labels O, B, I; a span goes on, and none begins with I.
        let after = [
            vec![0.2, 0.1, -3.0], // after O
            vec![-0.5, -1.0, 1.0],
            vec![-0.5, -1.0, 1.0],
            vec![0.1, 0.2, -3.0], // at the beginning
        ];
        let p =
            [vec![0.1, 0.5, 0.4], vec![0.1, 0.0, 0.9], vec![0.5, 0.05, 0.45], vec![0.1, 0.1, 0.8]];
        assert_eq!(best_path(&p, Some(&after)), [1, 2, 2, 2]);
        assert_eq!(best_path(&p, None), [1, 2, 0, 2]);
        assert!(best_path(&[], Some(&after)).is_empty());
    }
}
