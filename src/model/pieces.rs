//! Text in, numbered pieces out: the tokenizer, the case feature, and windows over long sentences.

use tokenizers::Tokenizer;

use super::ModelError;
use crate::Span;
use crate::span::CodePoints;

/// A sentence as the model reads it, without the two special pieces.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    pub ids: Vec<i32>,
    pub case_ids: Vec<i32>,
    /// In the sentence's text.
    pub spans: Vec<Span>,
    /// Words (runs of letters and digits, or single marks) in order.
    pub words: Vec<Word>,
}

/// One word and its pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// In the sentence's text.
    pub span: Span,
    /// Its first piece.
    pub first: usize,
    /// The piece after its last.
    pub end: usize,
}

/// Pieces `start..end` of a sentence; `special` pieces are put around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub start: usize,
    pub end: usize,
}

/// The tokenizer of a model folder.
pub struct Encoder {
    tokenizer: Tokenizer,
    begin: i32,
    end: i32,
}

impl Encoder {
    pub fn new(json: &[u8]) -> Result<Self, ModelError> {
        let mut tokenizer =
            Tokenizer::from_bytes(json).map_err(|e| ModelError::Tokenizer(e.to_string()))?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|e| ModelError::Tokenizer(e.to_string()))?;
        let special = |piece: &str| {
            tokenizer
                .token_to_id(piece)
                .and_then(|id| i32::try_from(id).ok())
                .ok_or_else(|| ModelError::Tokenizer(format!("it has no piece {piece}")))
        };
        let (begin, end) = (special("[CLS]")?, special("[SEP]")?);
        Ok(Encoder { tokenizer, begin, end })
    }

    /// The pieces around every window: `[CLS]`, `[SEP]`.
    pub fn special(&self) -> (i32, i32) {
        (self.begin, self.end)
    }

    /// Cuts a sentence into pieces.
    pub fn encode(&self, text: &str) -> Result<Pieces, ModelError> {
        let encoding =
            self.tokenizer.encode(text, false).map_err(|e| ModelError::Tokenizer(e.to_string()))?;
        let points = CodePoints::new(text);
        let mut pieces = Pieces::default();
        let mut previous = None;
        for ((&id, &(from, to)), &word) in
            encoding.get_ids().iter().zip(encoding.get_offsets()).zip(encoding.get_word_ids())
        {
            let span = points.span(from..to);
            let at = pieces.ids.len();
            pieces.ids.push(id as i32);
            pieces.spans.push(span);
            match pieces.words.last_mut() {
                Some(open) if word.is_some() && word == previous => {
                    open.span.end = span.end;
                    open.end = at + 1;
                }
                _ => pieces.words.push(Word { span, first: at, end: at + 1 }),
            }
            previous = word;
        }
        pieces.case_ids = vec![0; pieces.ids.len()];
        for word in &pieces.words {
            pieces.case_ids[word.first..word.end].fill(case_of(points.slice(word.span)));
        }
        Ok(pieces)
    }
}

/// 0 lower, 1 title, 2 upper, 3 mixed: what an uncased tokenizer throws away.
///
/// A word without cased letters is lower; a single capital is title.
fn case_of(word: &str) -> i32 {
    let mut cased = word.chars().filter(|c| c.is_uppercase() || c.is_lowercase());
    let Some(first) = cased.next() else { return 0 };
    let (mut upper, mut lower) = (0, 0);
    for c in cased {
        if c.is_uppercase() { upper += 1 } else { lower += 1 }
    }
    match (first.is_uppercase(), upper, lower) {
        (false, 0, _) => 0,
        (true, 0, _) => 1,
        (true, _, 0) => 2,
        _ => 3,
    }
}

/// Windows of at most `room` pieces over a sentence, neighbours sharing about `overlap`, cut between
/// words. One window where the sentence fits.
pub fn windows(pieces: &Pieces, room: usize, overlap: usize) -> Vec<Window> {
    let total = pieces.ids.len();
    if total <= room {
        return vec![Window { start: 0, end: total }];
    }
    // The last word border at or before a piece, unless that would leave nothing.
    let border = |at: usize, floor: usize| {
        let k = pieces.words.partition_point(|w| w.first <= at);
        match k.checked_sub(1).map(|k| pieces.words[k].first) {
            Some(b) if b > floor => b,
            _ => at,
        }
    };
    let mut out = Vec::new();
    let mut start = 0;
    loop {
        let end = start + room;
        if end >= total {
            // The last window is as full as the others.
            let first = border(total - room, start.max(1) - 1).max(total - room);
            out.push(Window { start: if out.is_empty() { start } else { first }, end: total });
            return out;
        }
        let end = border(end, start);
        out.push(Window { start, end });
        start = border(end.saturating_sub(overlap), start).max(start + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_follows_the_whole_word() {
        for (word, case) in [
            ("tariff", 0),
            ("2026", 0),
            ("東京", 0),
            ("Tariff", 1),
            ("A", 1),
            ("Éire", 1),
            ("NATO", 2),
            ("U2", 1),
            ("McAllan", 3),
            ("iPod", 3),
        ] {
            assert_eq!(case_of(word), case, "{word}");
        }
    }

    #[test]
    fn windows_leave_no_piece_out_and_none_too_long() {
        for (count, per_word) in [(10, 1), (159, 1), (400, 1), (401, 3), (1000, 7)] {
            let words = (0..count)
                .step_by(per_word)
                .map(|i| Word {
                    span: Span::new(i, i + per_word),
                    first: i,
                    end: (i + per_word).min(count),
                })
                .collect();
            let pieces = Pieces { ids: vec![0; count], words, ..Pieces::default() };
            let all = windows(&pieces, 158, 48);
            assert_eq!(all[0].start, 0);
            assert_eq!(all.last().map(|w| w.end), Some(count));
            for w in &all {
                assert!(w.end - w.start <= 158 && w.end > w.start, "{w:?}");
            }
            for pair in all.windows(2) {
                assert!(pair[1].start < pair[0].end, "{pair:?} share nothing");
                assert!(pair[1].start > pair[0].start, "{pair:?} do not go on");
            }
        }
    }
}
